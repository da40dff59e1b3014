import re

import pytest
import torch
from torch import nn

from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError
from rnndash.inspection.step_numbers import step_numbers
from rnndash.inspection.tracing import trace_text
from rnndash.models.trace import direction_weights
from tests.inspection.networks import HIDDEN, drawn_ids, small_network, text_of

LENGTH = 6
PLACES = [(layer, is_backward) for layer in (0, 1) for is_backward in (False, True)]
each_kind = pytest.mark.parametrize("kind", ModelKind)
each_place = pytest.mark.parametrize(("layer", "is_backward"), PLACES)
each_position = pytest.mark.parametrize("position", [0, 3, LENGTH - 1])


def _network_and_trace(kind):
    network = small_network(kind, 2, True)
    return network, trace_text(network, text_of(drawn_ids(LENGTH)))


def _steps(kind, position, layer=0, is_backward=False):
    network, trace = _network_and_trace(kind)
    return [
        step_numbers(
            network, trace, position=position, unit=u, layer=layer, is_backward=is_backward
        )
        for u in range(HIDDEN)
    ]


def _of_torch(kind, position, layer, is_backward):
    """The states h and c after the step, by the one-step module of `torch.nn`."""
    network, trace = _network_and_trace(kind)
    model = network.model
    cells = {nn.RNN: nn.RNNCell, nn.LSTM: nn.LSTMCell, nn.GRU: nn.GRUCell}
    with torch.no_grad():
        states = model.trace(model.embedding(torch.tensor(trace.text.ids)))[2 * layer + is_backward]
        weights = direction_weights(model.rnn, layer, is_backward=is_backward, dtype=torch.float32)
        cell = cells[type(model.rnn)](states.x.shape[1], HIDDEN)
        cell.load_state_dict(
            {
                "weight_ih": weights.w_ih,
                "weight_hh": weights.w_hh,
                "bias_ih": weights.b_ih,
                "bias_hh": weights.b_hh,
            }
        )
        previous = position + 1 if is_backward else position - 1
        before = states.states[previous] if 0 <= previous < LENGTH else None
        if before is not None and not isinstance(cell, nn.LSTMCell):
            (before,) = before
        after = cell(states.x[position], before)
    h, c = after if isinstance(after, tuple) else (after, None)
    return h.tolist(), None if c is None else c.tolist()


@each_kind
@each_place
@each_position
def test_new_state_is_that_of_torch_s_single_cell(kind, layer, is_backward, position):
    steps = _steps(kind, position, layer, is_backward)
    h, c = _of_torch(kind, position, layer, is_backward)
    assert [step.h for step in steps] == pytest.approx(h, abs=1e-5)
    if c is not None:
        assert [step.c for step in steps] == pytest.approx(c, abs=1e-5)


@each_kind
@each_place
@each_position
def test_gates_are_those_of_the_trace(kind, layer, is_backward, position):
    _, trace = _network_and_trace(kind)
    states = trace.direction(layer, is_backward=is_backward)
    for unit, step in enumerate(_steps(kind, position, layer, is_backward)):
        for each in step.sums:
            expected = float(states.part(each.letter)[position, unit])
            assert each.value == pytest.approx(expected, abs=1e-5)


@each_kind
def test_terms_of_a_sum_add_up_to_its_value(kind):
    for each in _steps(kind, 3)[1].sums:
        factor = 1.0 if each.reset is None else each.reset
        total = each.from_input + each.input_bias + factor * (each.from_state + each.state_bias)
        function = torch.sigmoid if each.activation == "sigmoid" else torch.tanh
        assert each.value == pytest.approx(float(function(torch.tensor(total))), abs=1e-6)


@each_kind
def test_products_of_all_inputs_and_units_add_up_to_the_sum(kind, monkeypatch):
    monkeypatch.setattr("rnndash.inspection.step_numbers.LARGEST", 999)
    for each in _steps(kind, 3)[2].sums:
        products = sum(part.product for part in each.largest)
        factor = 1.0 if each.reset is None else each.reset
        assert products == pytest.approx(each.from_input + factor * each.from_state, abs=1e-9)


@each_kind
def test_three_largest_products_are_named_largest_first(kind, monkeypatch):
    named = [part.product for part in _steps(kind, 3)[2].sums[0].largest]
    monkeypatch.setattr("rnndash.inspection.step_numbers.LARGEST", 999)
    every = [part.product for part in _steps(kind, 3)[2].sums[0].largest]
    assert named == sorted(every, key=abs, reverse=True)[:3]


@each_kind
@pytest.mark.parametrize(("position", "is_backward"), [(0, False), (LENGTH - 1, True)])
def test_before_the_first_step_every_state_is_zero(kind, position, is_backward):
    step = _steps(kind, position, is_backward=is_backward)[0]
    assert (step.h_before, step.c_before or 0.0, step.sums[0].from_state) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("is_backward", [False, True])
def test_state_before_is_that_of_the_previous_word_on_the_way(is_backward):
    _, trace = _network_and_trace(ModelKind.LSTM)
    states = trace.direction(0, is_backward=is_backward)
    step = _steps(ModelKind.LSTM, 3, is_backward=is_backward)[2]
    previous = 4 if is_backward else 2
    assert (step.h_before, step.c_before) == (states.h[previous, 2], states.c[previous, 2])


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"position": 6, "unit": 0},
            "There are 6 words, counted from 0; word 6 came. Choose one from 0 to 5.",
        ),
        (
            {"position": 0, "unit": -1},
            "There are 4 units, counted from 0; unit -1 came. Choose one from 0 to 3.",
        ),
        (
            {"position": 0, "unit": 0, "layer": 2},
            "The network has 2 layers, counted from 0; layer 2 came. Choose one from 0 to 1.",
        ),
    ],
)
def test_step_that_is_not_there_is_an_error(choice, message):
    network, trace = _network_and_trace(ModelKind.RNN)
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        step_numbers(network, trace, **choice)


def test_step_with_a_term_that_the_table_lacks_is_an_error(monkeypatch):
    network, trace = _network_and_trace(ModelKind.GRU)
    step = network.model.step

    def with_constant(from_input, before, weights):
        return step(from_input + 0.1, before, weights)

    monkeypatch.setattr(network.model, "step", with_constant)
    with pytest.raises(
        ValueError, match=r"r_t = sigmoid\(.*\) comes to .* step gives .* new field"
    ):
        step_numbers(network, trace, position=3, unit=0)


def test_step_with_a_gate_that_the_table_lacks_is_an_error(monkeypatch):
    network, trace = _network_and_trace(ModelKind.LSTM)
    step = network.model.step

    def with_another_gate(from_input, before, weights):
        states, gates = step(from_input, before, weights)
        return states, gates | {"q": gates["i"]}

    monkeypatch.setattr(network.model, "step", with_another_gate)
    with pytest.raises(ValueError, match=r"'i', 'o'\], and the model's step gives .*'q'"):
        step_numbers(network, trace, position=3, unit=0)
