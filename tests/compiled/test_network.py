"""The compiled network against the models themselves, and autograd."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence

from rnndash.compiled.network import CompiledNetwork
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CorpusError
from rnndash.kernels.library import load_kernels
from rnndash.models import build_model
from rnndash.text.encoded import EncodedTexts
from rnndash.training.padding import Batch

VOCAB, CLASSES = 40, 3


@pytest.fixture(autouse=True, scope="module")
def _loaded():
    assert load_kernels()


each_kind = pytest.mark.parametrize("kind", ModelKind)


def _model(kind, embed_dim=6, hidden_dim=5, num_layers=1, bidirectional=False, seed=0):
    torch.manual_seed(seed)
    config = RunConfig(
        model=kind,
        embed_dim=embed_dim,
        hidden_dim=hidden_dim,
        num_layers=num_layers,
        bidirectional=bidirectional,
    )
    return build_model(config, vocab_size=VOCAB, num_class=CLASSES)


def _batch(lengths, seed=0):
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.tensor(lengths)
    tokens = torch.randint(2, VOCAB, (len(lengths), int(lengths.max())), generator=generator)
    tokens[torch.arange(tokens.shape[1]) >= lengths[:, None]] = 0
    labels = torch.arange(len(lengths)) % CLASSES
    return Batch(tokens=tokens, lengths=lengths, labels=labels)


def _collate(model, batch):
    """The network, and a batch that it collated, the end of some texts."""
    padded = zip(batch.tokens, batch.lengths, strict=True)
    texts = [torch.tensor([5, 1]), *(text[:length] for text, length in padded)]
    lengths = [len(text) for text in texts]
    encoded = EncodedTexts(
        ids=torch.cat(texts).to(torch.int32).numpy(),
        offsets=np.cumsum([0, *lengths]),
        labels=np.array([0, *batch.labels.tolist()]),
    )
    network = CompiledNetwork(model)
    return network, network.collate(encoded, np.arange(1, len(texts)))


def _forward(model, batch):
    network, collated = _collate(model, batch)
    return network, network.forward(collated, model.embedding.weight.detach()[collated.words])


def _compiled(model, batch):
    """Logits and gradients, as `_expected` gives them."""
    network, forward = _forward(model, batch)
    words = forward.batch.words
    d_words, gradients = network.backward(forward, network.loss(forward).d_logits)
    d_embeddings = torch.zeros(VOCAB, d_words.shape[1]).index_add_(0, words, d_words)
    return forward.logits, gradients | {"embedding.weight": d_embeddings}


def _expected(model, batch):
    logits = model(batch.tokens, batch.lengths)
    loss = cross_entropy(logits, batch.labels)
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    names = [name for name, _ in model.named_parameters()]
    return logits.detach(), dict(zip(names, gradients, strict=True))


def _answer(model, batch):
    return _compiled(model, batch)[0]


@each_kind
@settings(max_examples=20)
@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20),
    embed_dim=st.integers(1, 40),
    hidden_dim=st.integers(1, 40),
    num_layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    seed=st.integers(0, 1_000),
)
@example([1], 1, 1, 1, False, 0)
@example([1, 1], 3, 2, 2, True, 0)
@example([60, 3, 30, 30, 8] * 3, 64, 32, 1, False, 0)
def test_logits_and_gradients_equal_those_of_the_model(
    kind, lengths, embed_dim, hidden_dim, num_layers, bidirectional, seed
):
    model = _model(kind, embed_dim, hidden_dim, num_layers, bidirectional, seed)
    batch = _batch(lengths, seed)
    logits, gradients = _compiled(model, batch)
    expected_logits, expected = _expected(model, batch)
    torch.testing.assert_close(logits, expected_logits, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(gradients, expected, rtol=1e-4, atol=1e-6)


@each_kind
def test_large_weights_give_the_saturated_gates_of_the_model(kind):
    model = _model(kind)
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(20)
    batch = _batch([5, 9, 2])
    expected, _ = _expected(model, batch)
    torch.testing.assert_close(_answer(model, batch), expected, rtol=1e-4, atol=1e-4)


@each_kind
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weight_that_is_no_number_any_more_spoils_the_answer(kind, value):
    model = _model(kind)
    with torch.no_grad():
        model.rnn.weight_hh_l0.fill_(value)
    assert not _answer(model, _batch([5, 9, 2])).isfinite().any()


@each_kind
def test_same_batch_gives_the_same_bit_for_bit(kind):
    model = _model(kind, 64, 32, 2, bidirectional=True)
    batch = _batch([30, 7, 18, 2])
    logits, gradients = _compiled(model, batch)
    for _ in range(10):
        again_logits, again = _compiled(model, batch)
        assert torch.equal(again_logits, logits)
        assert all(torch.equal(again[name], gradients[name]) for name in gradients)


@each_kind
@given(scale=st.sampled_from([0.01, 1.0, 300.0]), seed=st.integers(0, 1_000))
@settings(max_examples=10)
def test_loss_and_right_answers_are_those_of_torch(kind, scale, seed):
    model = _model(kind, bidirectional=True, seed=seed)
    with torch.no_grad():
        model.fc.weight.mul_(scale)
    batch = _batch([5, 9, 2, 9, 1], seed)
    network, forward = _forward(model, batch)
    loss = network.loss(forward)
    logits = forward.logits.clone().requires_grad_()
    expected = cross_entropy(logits, batch.labels)
    (d_logits,) = torch.autograd.grad(expected, logits)
    # abs: PyTorch sums in 32 bits, where a loss below the rounding of a logit is 0.
    assert loss.value == pytest.approx(expected.item(), rel=1e-6, abs=1e-7)
    assert loss.correct == int((logits.argmax(dim=1) == batch.labels).sum())
    torch.testing.assert_close(loss.d_logits, d_logits, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_loss_of_an_answer_that_is_no_number_is_not_finite(value):
    model = _model(ModelKind.LSTM)
    with torch.no_grad():
        model.fc.bias[1] = value
    network, forward = _forward(model, _batch([5, 9, 2]))  # of class 0, 1 and 2
    assert not np.isfinite(network.loss(forward).value)


@each_kind
def test_each_word_is_numbered_once_where_it_is_forward(kind):
    model, batch = _model(kind), _batch([4, 6, 1])
    _, collated = _collate(model, batch)
    for row, text in enumerate(collated.order.tolist()):
        steps = batch.lengths[text] if kind.is_packed else batch.tokens.shape[1]
        assert collated.last_steps[row] == steps - 1
        read = collated.words[collated.input_order.rows[:steps, row]]
        assert read.tolist() == batch.tokens[text, :steps].tolist()
    assert len(set(collated.words.tolist())) == len(collated.words)
    assert (collated.cells, collated.real_words) == (18, 11)
    assert collated.labels.tolist() == batch.labels.tolist()


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=30))
@settings(max_examples=30)
def test_packed_batch_is_read_as_pytorch_packs_it(lengths):
    _, collated = _collate(_model(ModelKind.PACKED_LSTM), _batch(lengths))
    packed = pack_padded_sequence(
        torch.zeros(len(lengths), max(lengths)), torch.tensor(lengths), True, enforce_sorted=False
    )
    assert collated.input_order.batch_sizes.tolist() == packed.batch_sizes.tolist()
    assert [lengths[text] - 1 for text in collated.order] == collated.last_steps.tolist()
    assert collated.last_steps.tolist() == sorted(collated.last_steps.tolist(), reverse=True)


def test_packed_batch_is_read_longest_first_and_in_its_own_order_where_equal():
    _, collated = _collate(_model(ModelKind.PACKED_LSTM), _batch([3, 5, 3, 9]))
    assert collated.order.tolist() == [3, 1, 0, 2]
    assert collated.last_steps.tolist() == [8, 4, 2, 2]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": np.array([2, 40], np.int32)}, "word number 40; there are 40, counted from 0"),
        ({"ids": np.array([-1, 3], np.int32)}, "word number -1;"),
        ({"labels": np.array([3])}, "class number 3; there are 3, counted from 0"),
        ({"offsets": np.array([0, 3])}, "do not follow upon each other"),
        ({"offsets": np.array([0, 0, 2]), "labels": np.array([0, 1])}, "do not follow upon each"),
    ],
    ids=["word", "negative word", "class", "end", "empty text"],
)
def test_damaged_texts_are_refused_before_a_kernel_reads_them(changes, message):
    whole = {
        "ids": np.array([2, 3], np.int32),
        "offsets": np.array([0, 2]),
        "labels": np.array([0]),
    }
    network = CompiledNetwork(_model(ModelKind.LSTM))
    with pytest.raises(CorpusError, match=f"{message}.* delete the folder corpora"):
        network.collate(EncodedTexts(**(whole | changes)), np.array([0]))
