"""Code of the network of a run: the class that its settings need, and nothing else."""

from string import Template
from typing import assert_never

from rnndash.config.cell import Cell, GateRole
from rnndash.config.model_kind import KindFacts, ModelKind, Readout
from rnndash.config.run_config import RunConfig
from rnndash.export.as_code.section import Section
from rnndash.export.as_code.vectors import FIRST_VECTORS, FREEZE

_CODE = Template('''\
class Classifier(nn.Module):
    """$equations

    Letters: B texts, T words, E embedding, H hidden units, L layers, C classes.
    """

    def __init__(self, vocab_size, num_class):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, EMBED_DIM)
$first_words\
        self.rnn = $layer(EMBED_DIM, HIDDEN_DIM, NUM_LAYERS, batch_first=True$both_ways)
        self.fc = nn.Linear($state_size, num_class)

    def forward(self, $inputs):
        x = self.embedding(tokens)  # (B, T, E)
$pack\
        $read
        return self.fc($state)  # (B, C)


torch.set_num_threads(1)  # the network is small: one thread is as fast, and adds in one order
torch.manual_seed(SEED)
model = Classifier(vocab_size, len(classes))
with torch.no_grad():
    words = model.embedding.weight  # (V, E)
$vectors\
    words[UNKNOWN] = torch.cat((words[:UNKNOWN], words[UNKNOWN + 1 :])).mean(dim=0)$freeze''')
_PACK = """\
        x = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
"""
_FIRST_WORDS = """\
        self.embedding.weight.data = torch.randn(vocab_size, EMBED_DIM) - 0.5  # as in the lesson
"""
_UNKNOWN = (
    "The embedding of the unknown word starts as the mean of all others: training may never meet "
    "it, and a random one would move answers as a real word does."
)


def model_inputs(model: ModelKind) -> str:
    """What the network's `forward` takes, as the code of its arguments."""
    return "tokens, lengths" if model.is_packed else "tokens"


def network_section(config: RunConfig) -> Section:
    """The class, and a network of it with the run's first weights."""
    facts = config.model.facts
    both_ways = config.bidirectional
    read, state = _reading(facts, both_ways=both_ways)
    return Section(
        title="The network",
        text=f"{facts.description}\n\n{_UNKNOWN}",
        code=_CODE.substitute(
            equations=_equations(facts),
            first_words=_FIRST_WORDS if facts.embedding_mean else "",
            layer=_layer(facts.cell),
            both_ways=", bidirectional=True" if both_ways else "",
            state_size="2 * HIDDEN_DIM" if both_ways else "HIDDEN_DIM",
            inputs=model_inputs(config.model),
            pack=_PACK if facts.is_packed else "",
            read=read,
            state=state,
            vectors=FIRST_VECTORS if config.vectors else "",
            freeze=FREEZE if config.vectors and config.vectors.is_frozen else "",
        ),
    )


def _layer(cell: Cell) -> str:
    """The recurrent layer, as Python source."""
    match cell:
        case Cell.ELMAN:
            return "nn.RNN"
        case Cell.LSTM:
            return "nn.LSTM"
        case Cell.GRU:
            return "nn.GRU"
        case _:
            assert_never(cell)


def _equations(kind: KindFacts) -> str:
    """The beginning of the class' docstring: what the network is, and its equations."""
    cell = kind.cell.facts
    names = [gate.name if gate.role is not GateRole.STATE else "" for gate in cell.gates]
    names += [""] * len(cell.updates)
    match kind.readout:
        case Readout.MEAN:
            logits = "logits = W (1/T sum over t of h_t) + b"
        case Readout.LAST:
            logits = "logits = W h_last + b"
        case _:
            assert_never(kind.readout)
    lines = [
        f"{equation:<57} {name}".rstrip()
        for equation, name in zip(cell.equations, names, strict=True)
    ]
    return f"{cell.title}.\n\n" + "\n".join(f"        {line}" for line in [*lines, logits])


def _reading(kind: KindFacts, *, both_ways: bool) -> tuple[str, str]:
    """The statement that reads the words, and the state that is classified, as Python source."""
    match kind.readout:
        case Readout.MEAN:
            outputs = "(B, T, 2 * H)" if both_ways else "(B, T, H)"
            return f"outputs, _ = self.rnn(x)  # {outputs}", "outputs.mean(dim=1)"
        case Readout.LAST:
            hidden = "(2 * L, B, H)" if both_ways else "(L, B, H)"
            state = "torch.cat((h[-2], h[-1]), dim=1)" if both_ways else "h[-1]"
            if len(kind.cell.facts.states) > 1:
                return f"_, (h, _) = self.rnn(x)  # h: {hidden}", state
            return f"_, h = self.rnn(x)  # {hidden}", state
        case _:
            assert_never(kind.readout)
