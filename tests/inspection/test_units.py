import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError
from rnndash.inspection.traces import DirectionStates
from rnndash.inspection.tracing import trace_text
from rnndash.inspection.units import (
    UnitOrder,
    active_units,
    default_threshold,
    effects_over_text,
    unit_effects,
    unit_order,
    unit_ranges,
)
from tests.inspection.networks import CLASSES, HIDDEN, small_network, text_of

IDS = [2, 3, 4, 5, 6]
each_kind = pytest.mark.parametrize("kind", ModelKind)


def _states(h, c=None):
    h = np.array(h, dtype=np.float32)
    return DirectionStates(layer=0, is_backward=False, h=h, c=c, gates={})


def _trace(kind, num_layers=1, bidirectional=True):
    network = small_network(kind, num_layers, bidirectional)
    return network.model, trace_text(network, text_of(IDS))


def test_range_is_from_the_lowest_state_to_the_highest():
    assert unit_ranges(_states([[0, -0.5], [1, -0.25], [-0.5, -0.5]])).tolist() == [1.5, 0.25]


@each_kind
@pytest.mark.parametrize("class_index", range(CLASSES))
def test_effects_of_all_units_and_the_bias_add_up_to_the_score(kind, class_index):
    model, trace = _trace(kind)
    with torch.no_grad():
        logits = model(torch.tensor([IDS]), torch.tensor([5]))[0]
        bias = model.fc.bias[class_index] - model.fc.bias.mean()
    total = sum(unit_effects(trace, states, class_index).sum() for states in trace.directions)
    score = float(logits[class_index] - logits.mean())
    assert total + float(bias) == pytest.approx(score, abs=1e-5)


@each_kind
def test_effects_over_all_classes_add_up_to_nothing(kind):
    _, trace = _trace(kind)
    effects = [unit_effects(trace, trace.directions[0], index) for index in range(CLASSES)]
    assert np.allclose(np.sum(effects, axis=0), 0, atol=1e-6)


@pytest.mark.parametrize(("place", "row"), [(0, -1), (1, 0)])
def test_effect_of_an_lstm_unit_is_that_at_the_end_of_its_way(place, row):
    _, trace = _trace(ModelKind.LSTM)
    states = trace.directions[place]
    over_text = effects_over_text(trace, states, 1)
    assert over_text.shape == (5, HIDDEN)
    assert np.array_equal(unit_effects(trace, states, 1), over_text[row])


def test_effect_of_a_layer_that_is_not_read_out_is_an_error():
    _, trace = _trace(ModelKind.GRU, num_layers=2)
    message = "Only the top layer is read out: layer 1, counted from 0. Layer 0 came"
    with pytest.raises(ConfigError, match=message):
        unit_effects(trace, trace.directions[0], 0)


def test_effect_on_a_class_that_is_not_there_is_an_error():
    _, trace = _trace(ModelKind.GRU)
    message = "There are 3 classes, counted from 0; class 3 came. Choose one from 0 to 2."
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        unit_effects(trace, trace.directions[0], 3)


@each_kind
@pytest.mark.parametrize("by", UnitOrder)
def test_order_has_each_unit_once(kind, by):
    _, trace = _trace(kind)
    assert sorted(unit_order(trace, trace.directions[0], by, 0)) == list(range(HIDDEN))


def test_order_by_range_begins_with_the_unit_that_moves_farthest():
    _, trace = _trace(ModelKind.LSTM)
    states = trace.directions[0]
    ranges = unit_ranges(states)[unit_order(trace, states, UnitOrder.RANGE, 0)]
    assert ranges.tolist() == sorted(ranges, reverse=True)


def test_order_by_effect_counts_effects_against_the_class_too():
    _, trace = _trace(ModelKind.LSTM)
    states = trace.directions[0]
    effects = unit_effects(trace, states, 0)[unit_order(trace, states, UnitOrder.EFFECT, 0)]
    assert np.abs(effects).tolist() == sorted(np.abs(effects), reverse=True)


def test_order_by_effect_of_a_lower_layer_is_that_by_range():
    _, trace = _trace(ModelKind.LSTM, num_layers=2)
    orders = [unit_order(trace, trace.directions[0], by, 0) for by in UnitOrder]
    assert np.array_equal(orders[1], orders[2])


@pytest.mark.parametrize("order", UnitOrder)
def test_order_explains_itself(order):
    assert order.label
    assert order.explanation.endswith(".")


def test_unit_counts_where_it_is_active_in_the_stretch_and_not_just_outside():
    states = _states(
        [  # words 1 and 2 are the stretch
            [0.0, 0.9, 0.0, 0.0, 0.9, 0.0],
            [0.9, 0.9, 0.9, -0.9, 0.9, 0.3],
            [0.9, 0.9, 0.1, -0.9, 0.9, 0.3],
            [0.0, 0.0, 0.0, 0.0, 0.9, 0.0],
        ]
    )
    assert active_units(states, 1, 3, 0.5).tolist() == [0, 3]


def test_beyond_the_ends_of_a_text_no_unit_needs_to_be_quiet():
    assert active_units(_states([[0.9, 0.9], [0.9, 0.1]]), 0, 2, 0.5).tolist() == [0]


def test_threshold_itself_counts_as_active():
    assert active_units(_states([[0.5]]), 0, 1, 0.5).tolist() == [0]


def test_cell_states_have_units_of_their_own():
    states = _states([[0.1, 0.1]], c=np.array([[3.0, 0.0]], dtype=np.float32))
    assert active_units(states, 0, 1, 0.5, "c").tolist() == [0]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (2, 1), (-1, 1), (0, 3)])
def test_stretch_outside_the_text_is_an_error(start, stop):
    message = (
        f"A stretch begins at a word from 0 to 1 and ends after it, at most at 2; {start} to "
        f"{stop} came. Select one or more words."
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        active_units(_states([[0.5], [0.5]]), start, stop, 0.5)


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 30), st.integers(1, 20)),
        elements=st.floats(-1, 1, width=32),
    )
)
def test_default_threshold_lets_about_a_quarter_be_active(h):
    states = _states(h)
    active = int((np.abs(h) > default_threshold(states)).sum())
    others = h.size - 1  # the quantile lies at three quarters of the way over these
    assert active <= others - math.floor(0.75 * others)


@pytest.mark.parametrize("scale", [0.01, 1.0, 50.0])
def test_default_threshold_goes_with_the_scale_of_the_states(scale):
    h = np.linspace(0, 1, 101, dtype=np.float32)[:, None]
    assert default_threshold(_states(scale * h)) == pytest.approx(0.75 * scale)


def test_parts_that_differ_in_shape_are_a_fault():
    with pytest.raises(ValueError, match=re.escape("All parts have the shape of h, (2, 1).")):
        _states([[0.5], [0.5]], c=np.zeros((1, 1), dtype=np.float32))
