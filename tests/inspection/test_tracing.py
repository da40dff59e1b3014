import re

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.errors import CheckpointError, ConfigError, SequenceError
from rnndash.inspection.predict import predict
from rnndash.inspection.tracing import trace_text
from tests.inspection.networks import (
    CLASSES,
    HIDDEN,
    drawn_ids,
    is_same_state,
    small_network,
    state_of,
    text_of,
)

each_kind = pytest.mark.parametrize("kind", ModelKind)


def _trace(kind, ids, **sizes):
    return trace_text(small_network(kind, **sizes), text_of(ids))


@each_kind
@pytest.mark.parametrize("bidirectional", [True, False])
def test_answer_is_the_model_s(kind, bidirectional):
    network, text = small_network(kind, 2, bidirectional), text_of(drawn_ids(9))
    expected = predict(network, text).probabilities
    trace = trace_text(network, text)
    np.testing.assert_allclose(trace.probabilities, expected, rtol=0, atol=1e-6)
    assert trace.answer == int(expected.argmax())


def test_network_that_has_overflowed_says_so():
    network = small_network(ModelKind.LSTM)
    with torch.no_grad():
        network.model.fc.weight.fill_(float("nan"))
    with pytest.raises(CheckpointError, match=r"^LSTM answers with numbers that are not finite"):
        trace_text(network, text_of([2, 3]))


@each_kind
def test_states_have_a_row_for_each_word_and_a_column_for_each_unit(kind):
    trace = _trace(kind, drawn_ids(7), num_layers=2, bidirectional=True)
    assert [part.h.shape for part in trace.directions] == [(7, HIDDEN)] * 4
    assert trace.readout.shape == (CLASSES, 2 * HIDDEN)


@each_kind
def test_states_keep_no_hold_on_the_model(kind):
    network = small_network(kind)
    trace = trace_text(network, text_of([2, 3]))
    before = trace.readout.copy()
    with torch.no_grad():
        network.model.fc.weight.zero_()
    assert np.array_equal(trace.readout, before)


@each_kind
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_shared_model_is_left_as_it_was(kind, training, bidirectional):
    network = small_network(kind, bidirectional=bidirectional)
    before = state_of(network.model.train(training))
    trace_text(network, text_of([2, 3, 4]))
    assert is_same_state(before, state_of(network.model))


def test_trace_says_of_which_network_and_text_it_is():
    network, text = small_network(ModelKind.LSTM), text_of([5, 1, 5])
    trace = trace_text(network, text)
    assert (trace.network, trace.text) == (network.info, text)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([2] * 201, "The text must have from 1 to 200 words; it has 201. Shorten the text."),
        (
            [2, 20],
            "The vocabulary has the numbers 0 to 19; 2 to 20 came. "
            "The text was encoded for another network: encode it again.",
        ),
    ],
)
def test_text_that_cannot_be_read_is_an_error(ids, message):
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        _trace(ModelKind.GRU, ids)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((2, False), "has 2 layers, counted from 0; layer 2 came. Choose one from 0 to 1."),
        ((0, True), "This network reads forward only. Choose the forward direction."),
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
