"""The lesson's cells run on `rnndash.lesson`, and give what plain PyTorch gives."""

import copy
import re
from collections import Counter
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils.data import DataLoader
from torchtext.vocab import Vocab

from rnndash import lesson
from rnndash.errors import CorpusError
from rnndash.text.tokens import build_vocabulary
from tests.corpora import write_ag_news

CLASSES = ["World", "Sports", "Business", "Sci/Tech"]
VOCABULARY = build_vocabulary(Counter(["the", "war", "goal", "goal"]))
EXAMPLES = [(3, "the goal"), (1, '"'), (4, "war, the WAR"), (2, "goal")]
LINE = re.compile(r"\d+: acc=(0\.\d+|1\.0|\d\.\d+e-\d+)")

IMPORTS = """
import torch
import torchtext
from rnndash.lesson import *
"""
LOAD = """
train_dataset, test_dataset, classes, vocab = load_dataset()
vocab_size = len(vocab)
"""
OWN_NETWORKS = """
class RNNClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocab_size, embed_dim)
        self.rnn = torch.nn.RNN(embed_dim, hidden_dim, batch_first=True)
        self.fc = torch.nn.Linear(hidden_dim, num_class)

    def forward(self, x):
        outputs, h = self.rnn(self.embedding(x))
        return self.fc(outputs.mean(dim=1))

class LSTMClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocab_size, embed_dim)
        self.embedding.weight.data = torch.randn_like(self.embedding.weight.data) - 0.5
        self.rnn = torch.nn.LSTM(embed_dim, hidden_dim, batch_first=True)
        self.fc = torch.nn.Linear(hidden_dim, num_class)

    def forward(self, x):
        outputs, (h, c) = self.rnn(self.embedding(x))
        return self.fc(h[-1])

class LSTMPackClassifier(LSTMClassifier):
    def forward(self, x, lengths):
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            self.embedding(x), lengths, batch_first=True, enforce_sorted=False
        )
        outputs, (h, c) = self.rnn(packed)
        return self.fc(h[-1])
"""
PADDED_LOADER = """
train_loader = torch.utils.data.DataLoader(
    train_dataset, batch_size=16, collate_fn=padify, shuffle=True
)
"""
TRAIN_RNN = """
net = RNNClassifier(vocab_size, 64, 32, len(classes)).to(device)
result = train_epoch(net, train_loader, lr=0.001)
"""
TRAIN_LSTM = """
net = LSTMClassifier(vocab_size, 64, 32, len(classes)).to(device)
result = train_epoch(net, train_loader, lr=0.001)
"""
OWN_PAD_LENGTH = """
def pad_length(b):
    rows = [encode(text) for label, text in b]
    lengths = list(map(len, rows))
    longest = max(lengths)
    return (
        torch.LongTensor([label - 1 for label, text in b]),
        torch.stack([
            torch.nn.functional.pad(
                torch.tensor(row), (0, longest - len(row)), mode="constant", value=0
            )
            for row in rows
        ]),
        torch.tensor(lengths),
    )
"""
LENGTH_LOADER = """
train_loader_len = torch.utils.data.DataLoader(
    train_dataset, batch_size=16, collate_fn=pad_length, shuffle=True
)
"""
TRAIN_PACKED = """
net = LSTMPackClassifier(vocab_size, 64, 32, len(classes)).to(device)
result = train_epoch_emb(net, train_loader_len, lr=0.001, use_pack_sequence=True)
"""
TRAIN_BAG = """
class EmbedClassifier(torch.nn.Module):
    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = torch.nn.EmbeddingBag(vocab_size, embed_dim)
        self.fc = torch.nn.Linear(embed_dim, num_class)

    def forward(self, text, off):
        return self.fc(self.embedding(text, off))

bag_loader = DataLoader(train_dataset, batch_size=16, collate_fn=offsetify, shuffle=True)
net = EmbedClassifier(vocab_size, 32, len(classes)).to(device)
result = train_epoch_emb(net, bag_loader, lr=4)
"""


def _run(cells, namespace=None):
    """Run cells as a notebook does: one after the other, in one namespace."""
    namespace = {} if namespace is None else namespace
    for cell in cells:
        exec(cell, namespace)  # noqa: S102
    return namespace


def _lines(capsys):
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def ag_news(monkeypatch, tmp_path):
    """Enough texts for one line of 200 minibatches."""
    write_ag_news(tmp_path / "data", train=3_300, test=8)
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(lesson, "vocab", None)


@pytest.fixture
def vocabulary(monkeypatch):
    """As after `load_dataset`."""
    monkeypatch.setattr(lesson, "vocab", VOCABULARY)


# The notebook


@pytest.mark.slow
@pytest.mark.parametrize("own_networks", ["", OWN_NETWORKS], ids=["offered", "own"])
@pytest.mark.parametrize("own_pad_length", ["", OWN_PAD_LENGTH], ids=["offered", "own"])
def test_notebook_runs_from_first_to_last_cell(ag_news, capsys, own_networks, own_pad_length):
    torch.manual_seed(0)
    _run(
        [
            *(IMPORTS, LOAD, own_networks, PADDED_LOADER, TRAIN_RNN, TRAIN_LSTM),
            *(own_pad_length, LENGTH_LOADER, TRAIN_PACKED),
            TRAIN_BAG.replace("DataLoader", "torch.utils.data.DataLoader"),
        ]
    )
    loading, training = (lines := _lines(capsys))[:2], lines[2:]
    assert loading == ["Loading dataset...", "Building vocab..."]
    assert [line for line in training if not LINE.fullmatch(line)] == []
    assert [line.partition(":")[0] for line in training] == ["3200"] * 4


@pytest.mark.slow
@pytest.mark.parametrize("cell", [TRAIN_RNN, TRAIN_LSTM, TRAIN_PACKED])
def test_networks_offered_train_as_the_reader_s_own(ag_news, capsys, cell):
    results, lines = [], []
    for own_networks in ("", OWN_NETWORKS):
        torch.manual_seed(0)
        cells = (IMPORTS, LOAD, own_networks, PADDED_LOADER, LENGTH_LOADER, cell)
        results.append(_run(cells)["result"])
        lines.append(_lines(capsys))
    assert (results[0], lines[0]) == (results[1], lines[1])


def test_star_import_brings_the_names_of_the_lesson_alone():
    namespace = _run(["from rnndash.lesson import *"])
    assert sorted(set(namespace) - {"__builtins__"}) == sorted(lesson.__all__)


# The texts


def test_examples_are_labels_from_1_with_their_texts(ag_news):
    train, test, _, _ = lesson.load_dataset()
    assert (len(train), len(test)) == (3_300, 8)
    assert {type(label) for label, _ in train} == {int}
    assert [label for label, _ in test] == [1, 2, 3, 4] * 2


def test_classes_are_those_of_ag_news(ag_news):
    assert lesson.load_dataset()[2] == CLASSES


def test_loaded_vocabulary_is_the_one_that_the_functions_use(ag_news):
    assert lesson.load_dataset()[3] is lesson.vocab


def test_vocabulary_counts_the_words_of_the_training_texts(ag_news):
    train, _, _, vocab = lesson.load_dataset()
    counts = Counter(token for _, text in train for token in lesson.tokenizer(text))
    assert vocab.itos == Vocab(counts, specials=["<pad>", "<unk>"]).itos


def test_pairs_of_words_are_counted_for_ngrams_of_two(ag_news):
    train, _, _, vocab = lesson.load_dataset(ngrams=2)
    expected = {"<pad>", "<unk>"}
    for _, text in train:
        tokens = lesson.tokenizer(text)
        expected |= {*tokens, *map(" ".join, pairwise(tokens))}
    assert set(vocab.itos) == expected


def test_words_below_the_minimum_frequency_are_left_out(ag_news):
    train, _, _, vocab = lesson.load_dataset(min_freq=700)
    counts = Counter(token for _, text in train for token in lesson.tokenizer(text))
    assert set(vocab.itos[2:]) == {word for word, n in counts.items() if n >= 700} < set(counts)


# Numbers for words


def test_encoding_gives_the_numbers_of_the_words(vocabulary):
    assert lesson.encode("Goal! The war") == [2, 1, 3, 4]


def test_vocabulary_passed_goes_before_the_loaded_one(vocabulary):
    other = build_vocabulary(Counter(["zebra"]))
    assert lesson.encode("zebra goal", voc=other) == [2, 1]


def test_unknown_words_become_what_is_asked_for(vocabulary):
    assert lesson.encode("zebra goal", unk=0) == [0, 2]


def test_text_is_cut_by_the_tokenizer_passed(vocabulary):
    assert lesson.encode("goal-war", tokenizer=lambda text: text.split("-")) == [2, 4]


def test_encoding_leaves_the_vocabulary_as_it_is(vocabulary):
    lesson.encode("zebra")
    assert "zebra" not in VOCABULARY.stoi


def test_encoding_before_loading_tells_what_to_do(monkeypatch):
    monkeypatch.setattr(lesson, "vocab", None)
    with pytest.raises(CorpusError, match=r"Call load_dataset\(\) first, or pass one as voc\."):
        lesson.encode("goal")


# Minibatches


@pytest.mark.parametrize("collate", [lesson.padify, lesson.pad_length])
def test_rows_are_padded_to_the_longest(vocabulary, collate):
    rows = [[3, 2, 0, 0], [1, 0, 0, 0], [4, 1, 3, 4], [2, 0, 0, 0]]
    assert torch.equal(collate(EXAMPLES)[1], torch.tensor(rows))


def test_lengths_count_the_words_and_one_for_an_empty_text(vocabulary):
    assert lesson.pad_length(EXAMPLES)[2].tolist() == [2, 1, 4, 1]


def test_texts_stand_one_after_the_other_for_a_bag(vocabulary):
    assert lesson.offsetify(EXAMPLES)[1].tolist() == [3, 2, 1, 4, 1, 3, 4, 2]


def test_offsets_are_where_the_texts_begin(vocabulary):
    assert lesson.offsetify(EXAMPLES)[2].tolist() == [0, 2, 3, 7]


@pytest.mark.parametrize("collate", [lesson.padify, lesson.pad_length, lesson.offsetify])
@pytest.mark.usefixtures("vocabulary")
class TestCollate:
    def test_labels_are_counted_from_0(self, collate):
        assert collate(EXAMPLES)[0].tolist() == [2, 0, 3, 1]

    def test_tensors_are_int64(self, collate):
        assert {tensor.dtype for tensor in collate(EXAMPLES)} == {torch.int64}

    def test_vocabulary_can_be_passed(self, monkeypatch, collate):
        expected = collate(EXAMPLES)
        monkeypatch.setattr(lesson, "vocab", None)
        pairs = zip(collate(EXAMPLES, voc=VOCABULARY), expected, strict=True)
        assert all(torch.equal(given, loaded) for given, loaded in pairs)

    def test_texts_without_a_word_alone_make_a_batch(self, collate):
        assert collate([(1, ""), (2, '"')])[1].flatten().tolist() == [1, 1]


@given(st.lists(st.tuples(st.integers(1, 4), st.text()), min_size=1))
def test_any_texts_can_be_packed(examples):
    _, features, lengths = lesson.pad_length(examples, voc=VOCABULARY)
    packed = pack_padded_sequence(features, lengths, batch_first=True, enforce_sorted=False)
    assert len(packed.data) == lengths.sum()


# Training


def _loader(collate, texts=50, batch_size=4):
    data = [(n % 4 + 1, ["war", "goal", "the war", "the goal"][n % 4]) for n in range(texts)]
    return DataLoader(data, batch_size=batch_size, collate_fn=collate, shuffle=True)


def _plain_epoch(net, loader, lr, report_freq):
    """The lesson's epoch, counted in plain numbers."""
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses, right, seen, lines = [], 0, 0, []
    for step, (labels, *inputs) in enumerate(loader, start=1):
        optimizer.zero_grad()
        logits = net(*inputs)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
            right += row.index(max(row)) == label
            seen += 1
        if step % report_freq == 0:
            lines.append(f"{seen}: acc={right / seen}")
    return lines, sum(losses) / seen, right / seen


@pytest.mark.parametrize(
    ("train", "collate", "kind"),
    [
        (lesson.train_epoch, lesson.padify, lesson.RNNClassifier),
        (lesson.train_epoch, lesson.padify, lesson.LSTMClassifier),
        (lesson.train_epoch_emb, lesson.pad_length, lesson.LSTMPackClassifier),
    ],
    ids=["rnn", "lstm", "packed"],
)
class TestEpoch:
    @pytest.fixture
    def epochs(self, monkeypatch, capsys, train, collate, kind):
        """The printed lines, loss and accuracy of one epoch, and those of the plain loop."""
        monkeypatch.setattr(lesson, "vocab", VOCABULARY)
        net = kind(len(VOCABULARY), 8, 6, 4)
        plain = copy.deepcopy(net)
        torch.manual_seed(1)
        loss, accuracy = train(net, _loader(collate), lr=0.02, report_freq=3)
        lines = _lines(capsys)
        torch.manual_seed(1)
        return (lines, loss, accuracy), _plain_epoch(plain, _loader(collate), 0.02, 3)

    def test_printed_lines_equal_an_independent_count(self, epochs):
        assert epochs[0][0] == epochs[1][0] != []

    def test_loss_is_the_sum_of_the_means_over_the_count(self, epochs):
        assert epochs[0][1] == pytest.approx(epochs[1][1], rel=1e-6)

    def test_accuracy_equals_an_independent_count(self, epochs):
        assert epochs[0][2] == epochs[1][2]

    def test_results_are_plain_numbers(self, epochs):
        assert [type(value) for value in epochs[0]] == [list, float, float]


class _Constant(nn.Module):
    """Always answers class 0, and keeps what it was called with."""

    def __init__(self):
        super().__init__()
        self.logits = nn.Parameter(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        self.calls = []

    def forward(self, *inputs):
        self.calls.append(inputs)
        return self.logits.expand(len(inputs[-1]), 4)


def _batches(count, size=16):
    labels = torch.arange(size) % 4
    return [(labels, torch.ones(size, 2, dtype=torch.int64))] * count


def test_line_of_the_lesson_is_printed_every_200_minibatches(capsys):
    lesson.train_epoch(_Constant(), _batches(450))
    assert _lines(capsys) == ["3200: acc=0.25", "6400: acc=0.25"]


@pytest.mark.parametrize(("epoch_size", "steps"), [(1, 1), (31, 2), (32, 3), (100, 7), (None, 9)])
def test_epoch_stops_when_more_samples_than_its_size_were_seen(epoch_size, steps):
    net = _Constant()
    lesson.train_epoch(net, _batches(9), epoch_size=epoch_size)
    assert len(net.calls) == steps


def test_optimizer_passed_is_the_one_that_learns():
    net = _Constant()
    lesson.train_epoch(net, _batches(3), optimizer=torch.optim.SGD(net.parameters(), lr=0.0))
    assert net.logits.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_learning_rate_is_that_of_adam():
    net = _Constant()
    lesson.train_epoch(net, _batches(1), lr=0.5)
    assert net.logits.tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5], abs=1e-5)


@pytest.mark.parametrize(
    "loss_fn",
    [nn.CrossEntropyLoss(reduction="sum"), lambda out, y: nn.functional.cross_entropy(out, y) * 16],
    ids=["module", "function"],
)
def test_loss_passed_is_the_one_that_is_summed(loss_fn):
    once, _ = lesson.train_epoch(_Constant(), _batches(1))
    assert lesson.train_epoch(_Constant(), _batches(1), loss_fn=loss_fn)[0] == pytest.approx(
        16 * once
    )


def test_training_puts_the_network_into_training_mode():
    net = _Constant().eval()
    lesson.train_epoch(net, _batches(1))
    assert net.training


@pytest.mark.parametrize("train", [lesson.train_epoch, lesson.train_epoch_emb])
def test_no_example_to_train_on_is_refused(train):
    with pytest.raises(CorpusError, match="has no example to train on"):
        train(_Constant(), [])


def test_offsets_go_to_the_network_as_the_second_input():
    net, offsets = _Constant(), torch.tensor([0, 3])
    lesson.train_epoch_emb(net, [(torch.tensor([0, 1]), torch.ones(5, dtype=int), offsets)])
    assert torch.equal(net.calls[0][1], offsets)


class _Placed:
    """A tensor that remembers where it was sent."""

    def __init__(self):
        self.places = []

    def to(self, place):
        self.places.append(place)
        return torch.tensor([0, 3])


@pytest.mark.parametrize(
    ("use_pack_sequence", "place"),
    [(True, torch.device("cpu")), (False, "the device")],
    ids=["lengths", "offsets"],
)
def test_lengths_for_packing_stay_on_the_cpu(monkeypatch, use_pack_sequence, place):
    third, text = _Placed(), _Placed()
    monkeypatch.setattr(lesson, "device", "the device")
    monkeypatch.setattr(lesson, "_train", lambda _net, batches, *_: list(batches))
    batch = (torch.tensor([0, 1]), text, third)
    lesson.train_epoch_emb(_Constant(), [batch], use_pack_sequence=use_pack_sequence)
    assert (text.places, third.places) == (["the device"], [place])


# Networks


def _lesson_network(name, sizes):
    namespace = _run(["import torch", OWN_NETWORKS])
    return namespace[name](*sizes)


@pytest.mark.parametrize("name", ["RNNClassifier", "LSTMClassifier", "LSTMPackClassifier"])
class TestNetwork:
    @pytest.fixture
    def pair(self, name):
        """The network offered and the lesson's, each built after the same seed."""
        torch.manual_seed(5)
        ours = getattr(lesson, name)(20, 8, 6, 4)
        torch.manual_seed(5)
        return ours, _lesson_network(name, (20, 8, 6, 4))

    def test_weights_have_the_names_of_the_lesson(self, pair):
        assert list(pair[0].state_dict()) == list(pair[1].state_dict())

    def test_same_seed_gives_the_weights_of_the_lesson(self, pair):
        ours, theirs = (net.state_dict() for net in pair)
        assert [name for name in theirs if not torch.equal(ours[name], theirs[name])] == []

    def test_answers_equal_those_of_the_lesson(self, pair, name):
        inputs = [torch.tensor([[3, 4, 5], [6, 7, 0], [8, 0, 0]])]
        if name == "LSTMPackClassifier":
            inputs.append(torch.tensor([3, 2, 1]))
        assert torch.equal(pair[0](*inputs), pair[1](*inputs))
