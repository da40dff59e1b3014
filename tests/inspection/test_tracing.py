import re
import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError, SequenceError
from rnndash.inspection.tracing import trace_text
from rnndash.training.trained import untrained_model
from tests.inspection.networks import (
    CLASSES,
    HIDDEN,
    VOCAB,
    drawn_ids,
    is_same_state,
    small_network,
    state_of,
)

each_kind = pytest.mark.parametrize("kind", ModelKind)


def _trace(kind, ids, **sizes):
    return trace_text(small_network(kind, **sizes), kind, [f"w{n}" for n in ids], ids)


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
    model = small_network(kind, num_layers, bidirectional, seed=seed)
    ids = drawn_ids(length, seed)
    trace = trace_text(model, kind, ["w"] * length, ids)
    expected = _answers_to_prefixes(model, ids)
    np.testing.assert_allclose(trace.probabilities, expected, rtol=0, atol=1e-6)


@each_kind
def test_prefixes_of_a_long_text_are_right_where_they_are_cut_into_batches(kind):
    model, ids = small_network(kind, bidirectional=True), drawn_ids(120)
    trace = trace_text(model, kind, ["w"] * 120, ids)
    expected = _answers_to_prefixes(model, ids)
    np.testing.assert_allclose(trace.probabilities, expected, rtol=0, atol=1e-6)


@each_kind
def test_final_answer_is_the_model_s(kind):
    model, ids = small_network(kind, 2, True), drawn_ids(9)
    with torch.no_grad():
        logits = model(torch.tensor([ids]), torch.tensor([9]))[0]
    trace = trace_text(model, kind, ["w"] * 9, ids)
    np.testing.assert_allclose(trace.final, logits.softmax(dim=0).numpy(), rtol=0, atol=1e-6)
    assert trace.answer == int(logits.argmax())


@each_kind
def test_states_have_a_row_for_each_word_and_a_column_for_each_unit(kind):
    trace = _trace(kind, drawn_ids(7), num_layers=2, bidirectional=True)
    assert [part.h.shape for part in trace.directions] == [(7, HIDDEN)] * 4
    assert trace.readout.shape == (CLASSES, 2 * HIDDEN)


@each_kind
def test_states_keep_no_hold_on_the_model(kind):
    model = small_network(kind)
    trace = trace_text(model, kind, ["a", "b"], [2, 3])
    before = trace.readout.copy()
    with torch.no_grad():
        model.fc.weight.zero_()
    assert np.array_equal(trace.readout, before)


@each_kind
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_shared_model_is_left_as_it_was(kind, training, bidirectional):
    model = small_network(kind, bidirectional=bidirectional).train(training)
    before = state_of(model)
    trace_text(model, kind, ["a", "b", "c"], [2, 3, 4])
    assert is_same_state(before, state_of(model))


def test_words_are_kept_as_they_came_and_unknown_ones_are_marked():
    trace = trace_text(small_network("lstm"), ModelKind.LSTM, ["oil", "zzz", "oil"], [5, 1, 5])
    assert (trace.tokens, trace.ids) == (("oil", "zzz", "oil"), (5, 1, 5))
    assert trace.is_unknown == (False, True, False)


@each_kind
def test_thirty_words_take_far_less_than_a_tenth_of_a_second(kind):
    model = untrained_model(kind, vocab_size=VOCAB, num_class=4)
    ids = drawn_ids(30)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        trace_text(model, kind, ["w"] * 30, ids)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([], "The text must have from 1 to 200 words; it has 0. Type the text."),
        ([2] * 201, "The text must have from 1 to 200 words; it has 201. Shorten the text."),
        (
            [2, 20],
            "The vocabulary has the numbers 0 to 19; 2 to 20 came. "
            "The words belong to another run: choose the run anew.",
        ),
    ],
)
def test_text_that_cannot_be_read_is_an_error(ids, message):
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        _trace(ModelKind.GRU, ids)


def test_words_and_numbers_that_differ_in_number_are_an_error():
    with pytest.raises(SequenceError, match="Each word has one number; 1 words and 2 numbers came"):
        trace_text(small_network("rnn"), ModelKind.RNN, ["a"], [2, 3])


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((2, False), "has 2 layers, counted from 0; layer 2 came. Choose one from 0 to 1."),
        ((0, True), "This network reads forwards alone. Choose the forward direction."),
    ],
)
def test_direction_that_a_network_lacks_is_an_error(place, message):
    trace = _trace(ModelKind.LSTM, [2, 3], num_layers=2)
    with pytest.raises(ConfigError, match=re.escape(message)):
        trace.direction(place[0], is_backward=place[1])


def test_direction_is_found_by_layer_and_way():
    trace = _trace(ModelKind.GRU, [2, 3], num_layers=2, bidirectional=True)
    assert trace.direction(1, is_backward=True) is trace.directions[3]


@pytest.mark.parametrize(
    ("kind", "letters"),
    [
        (ModelKind.RNN, ("h",)),
        (ModelKind.LSTM, ("h", "c", "i", "f", "g", "o")),
        (ModelKind.PACKED_GRU, ("h", "r", "z", "n")),
    ],
)
def test_cell_says_what_can_be_looked_at(kind, letters):
    assert _trace(kind, [2, 3]).directions[0].letters == letters


def test_letter_that_a_cell_lacks_is_an_error():
    states = _trace(ModelKind.GRU, [2, 3]).directions[0]
    with pytest.raises(ConfigError, match=r"^This cell has no c: it has h, r, z, n"):
        states.part("c")
