from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import CheckpointError, SequenceError
from rnndash.inspection import word_by_word as module
from rnndash.inspection.predict import predict
from rnndash.inspection.predictions import WordByWord
from rnndash.inspection.word_by_word import predict_word_by_word
from tests.inspection.networks import drawn_ids, is_same_state, small_network, state_of, text_of

each_kind = pytest.mark.parametrize("kind", ModelKind)


@torch.no_grad()
def _answers_to_prefixes(model, ids):
    """Each prefix as a text alone in a batch of one: `(T, C)`."""
    logits = [
        model(torch.tensor([ids[:end]]), torch.tensor([end])) for end in range(1, len(ids) + 1)
    ]
    return torch.cat(logits).double().softmax(dim=1).numpy()


@each_kind
@settings(max_examples=20)
@given(
    num_layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    length=st.integers(1, 40),
    seed=st.integers(0, 99),
)
def test_answer_after_each_word_is_that_to_the_prefix_alone(
    kind, num_layers, bidirectional, length, seed
):
    network, ids = (
        small_network(kind, num_layers, bidirectional, seed=seed),
        drawn_ids(length, seed),
    )
    read = predict_word_by_word(network, text_of(ids))
    expected = _answers_to_prefixes(network.model, ids)
    np.testing.assert_allclose(read.probabilities, expected, rtol=0, atol=1e-6)


@each_kind
def test_prefixes_of_a_long_text_are_right_where_they_are_cut_into_batches(kind):
    network, ids = small_network(kind, bidirectional=True), drawn_ids(120)
    read = predict_word_by_word(network, text_of(ids))
    expected = _answers_to_prefixes(network.model, ids)
    np.testing.assert_allclose(read.probabilities, expected, rtol=0, atol=1e-6)


@each_kind
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("length", [1, 2, 51, 52])
def test_last_answer_is_the_predicted_one(kind, bidirectional, length):
    network, text = small_network(kind, 2, bidirectional), text_of(drawn_ids(length))
    last = predict_word_by_word(network, text).prediction
    expected = predict(network, text)
    assert (last.network, last.text) == (expected.network, expected.text)
    np.testing.assert_allclose(last.probabilities, expected.probabilities, rtol=0, atol=1e-12)


@each_kind
@pytest.mark.parametrize("bidirectional", [True, False])
def test_shared_model_is_left_as_it_was(kind, bidirectional):
    network = small_network(kind, bidirectional=bidirectional)
    before = state_of(network.model)
    predict_word_by_word(network, text_of([2, 3, 4]))
    assert is_same_state(before, state_of(network.model))


def test_text_that_is_too_long_is_an_error():
    with pytest.raises(SequenceError, match="it has 201"):
        predict_word_by_word(small_network(ModelKind.RNN), text_of([2] * 201))


def test_network_that_has_overflowed_says_so():
    network = small_network(ModelKind.GRU)
    with torch.no_grad():
        network.model.fc.bias.fill_(float("inf"))
    with pytest.raises(CheckpointError, match=r"^GRU answers with numbers that are not finite"):
        predict_word_by_word(network, text_of([2, 3]))


def test_answers_that_are_not_one_for_each_word_are_refused():
    network, text = small_network(ModelKind.GRU), text_of([2, 3])
    with pytest.raises(ValueError, match=r"^There is one answer for each word: \(2, 3\); \(1, 3\)"):
        WordByWord(network=network.info, text=text, probabilities=np.ones((1, 3)), seconds=0)


def test_time_is_that_of_the_whole_text_without_its_prefixes(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: clock.now))
    for name, seconds in (("_whole_state", 2.0), ("_prefix_states", 100.0)):
        monkeypatch.setattr(module, name, _slowed(getattr(module, name), clock, seconds))
    network = small_network(ModelKind.LSTM, bidirectional=True)
    assert predict_word_by_word(network, text_of([2, 3, 4])).seconds == 2.0


def _slowed(function, clock, seconds):
    def slow(*arguments):
        clock.now += seconds
        return function(*arguments)

    return slow
