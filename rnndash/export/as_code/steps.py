"""Code of the steps of every run: number the words, make minibatches, train, test."""

from string import Template

from rnndash.config.model_kind import ModelKind
from rnndash.export.as_code.network import model_inputs
from rnndash.export.as_code.section import Section

WORDS = Section(
    title="From texts to numbers",
    text=(
        "Words are the tokens of torchtext's `basic_english`: lower case, punctuation apart, "
        "quotation marks dropped. The vocabulary holds the words of the training texts, most "
        "frequent first, then by the alphabet. Number 0 is padding, number 1 any unknown word."
    ),
    code='''\
PAD, UNKNOWN = 0, 1
REPLACEMENTS = {
    "'": " '  ",
    '"': "",
    ".": " . ",
    "<br />": " ",
    ",": " , ",
    "(": " ( ",
    ")": " ) ",
    "!": " ! ",
    "?": " ? ",
    ";": " ",
    ":": " ",
}


def tokenize(text):
    """One text to its words."""
    text = text.lower()
    for old, new in REPLACEMENTS.items():
        text = text.replace(old, new)
    return text.split()


train_words = [(tokenize(text), label) for text, label in train_texts]
test_words = [(tokenize(text), label) for text, label in test_texts]

counts = Counter(word for words, _ in train_words for word in words)
del counts["<pad>"], counts["<unk>"]  # names of the numbers 0 and 1, not words
vocabulary = [word for word in counts if counts[word] >= MIN_FREQ]
vocabulary.sort(key=lambda word: (-counts[word], word))
number_of = {word: number for number, word in enumerate(vocabulary, start=2)}
vocab_size = 2 + len(vocabulary)


def encode(words):
    """The words of one text as their numbers."""
    return torch.tensor([number_of.get(word, UNKNOWN) for word in words])


train = [(encode(words), label) for words, label in train_words if words]
test = [(encode(words), label) for words, label in test_words if words]
print(f"{len(train):,} training texts, {len(test):,} test texts, {vocab_size:,} words")''',
)

_MINIBATCHES = Template('''\
def minibatches(texts, order):
    """Yield the texts in that order, `BATCH_SIZE` at a time, as $layout."""
    for start in range(0, len(order), BATCH_SIZE):
        rows = order[start : start + BATCH_SIZE]
        numbers, labels = zip(*[texts[row] for row in rows], strict=True)
        tokens = nn.utils.rnn.pad_sequence(numbers, batch_first=True, padding_value=PAD)  # (B, T)
$lengths\
        yield $inputs, torch.tensor(labels)''')
_LENGTHS = """\
        lengths = torch.tensor([len(text) for text in numbers])  # (B,)
"""

_TRAIN = Template("""\
# The fused form is the one that the dashboard computes by; the others round differently.
optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)

for epoch in range(EPOCHS):
    order = np.random.default_rng([SEED, epoch]).permutation(len(train))[:SAMPLES]
    correct = seen = 0
    for step, ($inputs, labels) in enumerate(minibatches(train, order), start=1):
        logits = model($inputs)  # (B, C)
        loss = nn.functional.cross_entropy(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        correct += int((logits.argmax(dim=1) == labels).sum())
        seen += len(labels)
        if step % 200 == 0:
            print(f"{seen}: acc={correct / seen}")""")

_TEST = Template("""\
correct = 0
with torch.no_grad():
    for $inputs, labels in minibatches(test, range(len(test))):
        correct += int((model($inputs).argmax(dim=1) == labels).sum())
print(f"test accuracy: {correct / len(test):.4f}")""")


def minibatch_section(model: ModelKind) -> Section:
    """Padded minibatches, with the lengths of their texts if the network needs them."""
    return Section(
        title="Minibatches",
        text="Each minibatch is padded to the length of its longest text.",
        code=_MINIBATCHES.substitute(
            layout=f"{model_inputs(model)} and labels",
            lengths=_LENGTHS if model.is_packed else "",
            inputs=model_inputs(model),
        ),
    )


def train_section(model: ModelKind) -> Section:
    """The training loop; prints the lesson's lines."""
    return Section(
        title="Train",
        text=(
            "The order of the texts depends on the seed and the epoch alone. Every 200 minibatches "
            "a line says how many texts this epoch has read, and the share of right answers."
        ),
        code=_TRAIN.substitute(inputs=model_inputs(model)),
    )


def evaluation_section(model: ModelKind) -> Section:
    """The accuracy on all test texts."""
    return Section(
        title="Test",
        text=(
            "In batches as large as those of training"
            + (
                "."
                if model.is_packed
                else ": the answer of a padded network depends on its neighbours in the batch."
            )
        ),
        code=_TEST.substitute(inputs=model_inputs(model)),
    )
