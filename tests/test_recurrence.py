"""The compiled loops against the models themselves."""

import gc

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy

from rnndash.config import ModelKind, RunConfig
from rnndash.kernels.library import load_loops
from rnndash.models import build_model
from rnndash.recurrence import CompiledReader, _Steps

VOCAB, CLASSES = 40, 3
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
    return tokens, lengths


def _gradients(model, read, batch):
    labels = torch.arange(len(batch[0])) % CLASSES
    logits = read(*batch)
    gradients = torch.autograd.grad(cross_entropy(logits, labels), list(model.parameters()))
    names = [name for name, _ in model.named_parameters()]
    return logits.detach(), dict(zip(names, gradients, strict=True))


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
    logits, gradients = _gradients(model, CompiledReader(model, load_loops()), batch)
    expected_logits, expected = _gradients(model, model, batch)
    torch.testing.assert_close(logits, expected_logits, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(gradients, expected, rtol=1e-4, atol=1e-6)


@each_kind
def test_large_weights_give_the_saturated_gates_of_the_model(kind):
    model = _model(kind)
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(20)
    batch = _batch([5, 9, 2])
    reader = CompiledReader(model, load_loops())
    torch.testing.assert_close(reader(*batch), model(*batch), rtol=1e-4, atol=1e-4)


@each_kind
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weight_that_is_no_number_any_more_spoils_the_answer(kind, value):
    model = _model(kind)
    with torch.no_grad():
        model.rnn.weight_hh_l0.fill_(value)
    reader = CompiledReader(model, load_loops())
    assert not reader(*_batch([5, 9, 2])).isfinite().any()


@each_kind
def test_same_batch_gives_the_same_gradients_bit_for_bit(kind):
    model = _model(kind, 64, 32, 2, bidirectional=True)
    reader = CompiledReader(model, load_loops())
    batch = _batch([30, 7, 18, 2])
    logits, gradients = _gradients(model, reader, batch)
    for _ in range(20):
        again_logits, again = _gradients(model, reader, batch)
        assert torch.equal(again_logits, logits)
        assert all(torch.equal(again[name], gradients[name]) for name in gradients)


@each_kind
def test_batches_that_are_done_leave_nothing_behind(kind):
    model = _model(kind)
    reader = CompiledReader(model, load_loops())
    gc.collect()
    gc.disable()
    try:
        _gradients(model, reader, _batch([5, 9, 2]))
        left = sum(type(kept) is _Steps for kept in gc.get_objects())
    finally:
        gc.enable()
    assert left == 0


@each_kind
def test_embeddings_may_come_from_elsewhere(kind):
    model = _model(kind)
    batch = _batch([4, 6])
    asked = []

    def embed(words):
        asked.append(words.tolist())
        return model.embedding.weight[words]

    reader = CompiledReader(model, load_loops())
    assert torch.equal(reader(*batch, embed), reader(*batch))
    (words,) = asked
    read = batch[0][0, :4].tolist() + batch[0][1].tolist() if kind.is_packed else batch[0].flatten()
    assert sorted(words) == sorted({int(word) for word in read})
