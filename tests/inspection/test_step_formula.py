from math import exp, tanh

import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.step_formula import (
    FormulaLine,
    contribution_line,
    formula_lines,
    input_meaning,
)
from rnndash.inspection.step_numbers import step_numbers
from rnndash.inspection.steps import Contribution, StepNumbers, WeightedSum
from rnndash.inspection.tracing import trace_text
from tests.inspection.networks import small_network, text_of


def _sum(letter, activation="sigmoid", value=0.5, reset=None):
    return WeightedSum(
        letter=letter,
        activation=activation,
        from_input=0.25,
        input_bias=-0.125,
        from_state=-0.0001,
        state_bias=0.0625,
        reset=reset,
        value=value,
        largest=(),
    )


def _step(kind, sums, is_backward=False, layer=0, **states):
    return StepNumbers(
        model=kind,
        layer=layer,
        is_backward=is_backward,
        position=4,
        token="oil",
        unit=3,
        sums=sums,
        **({"h_before": -0.5, "c_before": None, "c": None, "h": 0.75} | states),
    )


RNN = _step(ModelKind.RNN, (_sum("h", "tanh", 0.75),))
LSTM = _step(
    ModelKind.LSTM,
    (_sum("i"), _sum("f", value=0.25), _sum("g", "tanh", -0.5), _sum("o", value=0.125)),
    c_before=-1.5,
    c=-0.625,
    h=-0.0693,
)
GRU = _step(ModelKind.GRU, (_sum("r"), _sum("z", value=0.25), _sum("n", "tanh", 0.5, reset=0.5)))


def _line(step, name):
    return next(line for line in formula_lines(step) if line.name == name)


def test_simple_network_has_one_equation():
    (line,) = formula_lines(RNN)
    assert line.symbols == r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})"
    assert line.numbers == (r"h_t[3] = \tanh(0.250 - 0.125 + 0.000 + 0.062) = \tanh(0.187) = 0.750")


@pytest.mark.parametrize(
    ("step", "names"),
    [
        (
            LSTM,
            ["Input gate", "Forget gate", "Candidate", "Output gate", "Cell state", "Hidden state"],
        ),
        (GRU, ["Reset gate", "Update gate", "Candidate", "Hidden state"]),
    ],
)
def test_equations_stand_in_the_order_of_the_computation(step, names):
    assert [line.name for line in formula_lines(step)] == names


def test_gate_is_written_with_its_own_weights():
    line = _line(LSTM, "Forget gate")
    assert line.symbols == r"f_t = \sigma(W_{if} x_t + b_{if} + W_{hf} h_{t-1} + b_{hf})"


def test_cell_state_is_written_with_what_it_keeps_and_what_it_takes_in():
    line = _line(LSTM, "Cell state")
    assert line.symbols == r"c_t = f_t \odot c_{t-1} + i_t \odot g_t"
    assert line.numbers == (r"c_t[3] = 0.250 \cdot (-1.500) + 0.500 \cdot (-0.500) = -0.625")


def test_hidden_state_of_the_lstm_is_written_with_its_output_gate():
    line = _line(LSTM, "Hidden state")
    assert line.symbols == r"h_t = o_t \odot \tanh(c_t)"
    assert line.numbers == r"h_t[3] = 0.125 \cdot \tanh(-0.625) = -0.069"


def test_candidate_of_the_gru_is_written_with_its_reset_gate():
    line = _line(GRU, "Candidate")
    assert line.symbols == (
        r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))"
    )
    assert line.numbers == (
        r"n_t[3] = \tanh(0.250 - 0.125 + 0.500 \cdot (0.000 + 0.062)) = \tanh(0.156) = 0.500"
    )


def test_hidden_state_of_the_gru_is_written_as_a_mixture():
    line = _line(GRU, "Hidden state")
    assert line.symbols == r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}"
    assert line.numbers == (r"h_t[3] = (1 - 0.250) \cdot 0.500 + 0.250 \cdot (-0.500) = 0.750")


def test_network_that_reads_from_the_end_reads_the_state_of_the_next_word():
    step = _step(ModelKind.RNN, (_sum("h", "tanh"),), is_backward=True)
    assert "h_{t+1}" in formula_lines(step)[0].symbols


def test_numbers_can_stand_under_each_other():
    line = FormulaLine(name="", symbols="", numbers="h = 1 + 2 = 3")
    assert line.aligned_numbers == r"\begin{aligned} h &= 1 + 2 \\ &= 3 \end{aligned}"


def _contribution(source, factor=1.0):
    return Contribution(source=source, number=7, weight=-0.5, value=0.25, factor=factor)


@pytest.mark.parametrize(
    ("step", "row", "part", "expected"),
    [
        (LSTM, 1, _contribution("x"), r"W_{if}[3,7] \, x_t[7] = -0.500 \cdot 0.250 = -0.125"),
        (LSTM, 1, _contribution("h"), r"W_{hf}[3,7] \, h_{t-1}[7] = -0.500 \cdot 0.250 = -0.125"),
        (
            GRU,
            2,
            _contribution("h", 0.5),
            r"r_t[3] \, W_{hn}[3,7] \, h_{t-1}[7] = 0.500 \cdot (-0.500) \cdot 0.250 = -0.062",
        ),
        (GRU, 2, _contribution("x"), r"W_{in}[3,7] \, x_t[7] = -0.500 \cdot 0.250 = -0.125"),
    ],
)
def test_product_is_written_with_its_place_in_the_weights(step, row, part, expected):
    assert contribution_line(step, step.sums[row], part) == expected


@pytest.mark.parametrize(
    ("layer", "meaning"),
    [(0, "x_t is the embedding of “oil”."), (2, "x_t is the output of the layer below at “oil”.")],
)
def test_input_of_a_layer_is_reported(layer, meaning):
    step = _step(ModelKind.RNN, (_sum("h", "tanh"),), layer=layer)
    assert input_meaning(step) == meaning


@pytest.mark.parametrize("kind", ModelKind)
@pytest.mark.parametrize("is_backward", [False, True])
def test_numbers_of_each_equation_come_to_its_right_hand_side(kind, is_backward):
    network = small_network(kind, bidirectional=True)
    trace = trace_text(network, text_of([2, 3, 4, 5, 6, 7]))
    for position in (0, 3, 5):
        for unit in range(4):
            step = step_numbers(
                network, trace, position=position, unit=unit, is_backward=is_backward
            )
            for line in formula_lines(step):
                _, *sides = line.numbers.split(" = ")
                assert [_value(side) for side in sides] == pytest.approx(
                    [float(sides[-1])] * len(sides), abs=0.003
                )


def _value(side):
    """What a side of an equation in LaTeX comes to."""
    code = side.replace(r"\cdot", "*").replace(r"\tanh", "tanh").replace(r"\sigma", "sigma")
    names = {"tanh": tanh, "sigma": lambda x: 1 / (1 + exp(-x))}
    return eval(code, names)  # noqa: S307 - what this very test has had written
