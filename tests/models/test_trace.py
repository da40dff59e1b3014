"""The states and gates of every step against what `torch.nn` gives."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.models import build_model
from rnndash.models.trace import direction_weights

VOCAB, CLASSES = 12, 3
GATES = {"rnn": "", "lstm": "ifgo", "gru": "rzn"}
each_cell = pytest.mark.parametrize("kind", GATES)
networks = st.fixed_dictionaries(
    {
        "num_layers": st.integers(1, 3),
        "bidirectional": st.booleans(),
        "embed_dim": st.integers(1, 12),
        "hidden_dim": st.integers(1, 16),
        "seed": st.integers(0, 999),
    }
)
lengths = st.integers(1, 60)
drawn = settings(max_examples=40)


def _model(kind, **sizes):
    config = RunConfig(model=kind, **sizes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return build_model(config, vocab_size=VOCAB, num_class=CLASSES)


def _embedded(model, length):
    generator = torch.Generator().manual_seed(length)
    return model.embedding(torch.randint(1, VOCAB, (length,), generator=generator))  # (T, E)


def _own_way(trace, part):
    return part.flip(0) if trace.is_backward else part


def _single_cell(kind, model, trace):
    """The one-step module of `torch.nn` with the weights of one direction."""
    cells = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}
    cell = cells[kind](trace.x.shape[1], model.rnn.hidden_size)
    weights = direction_weights(
        model.rnn, trace.layer, is_backward=trace.is_backward, dtype=torch.float32
    )
    cell.load_state_dict(
        {
            "weight_ih": weights.w_ih,
            "weight_hh": weights.w_hh,
            "bias_ih": weights.b_ih,
            "bias_hh": weights.b_hh,
        }
    )
    return cell


@each_cell
@drawn
@given(sizes=networks, length=lengths)
@torch.no_grad()
def test_top_layer_states_are_the_outputs_of_torch(kind, sizes, length):
    model = _model(kind, **sizes)
    x = _embedded(model, length)
    outputs, _ = model.rnn(x)  # (T, D*H)
    top = [trace for trace in model.trace(x) if trace.layer == sizes["num_layers"] - 1]
    torch.testing.assert_close(torch.cat([t.h for t in top], dim=1), outputs, rtol=0, atol=1e-5)


@each_cell
@drawn
@given(sizes=networks, length=lengths)
@torch.no_grad()
def test_final_states_of_every_layer_are_those_of_torch(kind, sizes, length):
    model = _model(kind, **sizes)
    x = _embedded(model, length)
    final = model.rnn(x)[1]
    final = final if kind == "lstm" else (final,)  # each (L*D, H)
    for number, expected in enumerate(final):
        states = torch.stack([trace.final[number] for trace in model.trace(x)])
        torch.testing.assert_close(states, expected, rtol=0, atol=1e-5)


@each_cell
@settings(max_examples=15)
@given(sizes=networks, length=st.integers(1, 20))
@torch.no_grad()
def test_every_step_is_that_of_torch_s_single_cell(kind, sizes, length):
    model = _model(kind, **sizes)
    for trace in model.trace(_embedded(model, length)):
        cell, state = _single_cell(kind, model, trace), None
        for x, *expected in zip(
            _own_way(trace, trace.x),
            _own_way(trace, trace.h),
            _own_way(trace, trace.h if trace.c is None else trace.c),
            strict=True,
        ):
            state = cell(x, state)
            h, c = state if kind == "lstm" else (state, state)
            torch.testing.assert_close(h, expected[0], rtol=0, atol=1e-5)
            torch.testing.assert_close(c, expected[1], rtol=0, atol=1e-5)


@drawn
@given(sizes=networks, length=lengths)
@torch.no_grad()
def test_lstm_gates_make_the_states(sizes, length):
    model = _model("lstm", **sizes)
    for trace in model.trace(_embedded(model, length)):
        i, f, g, o = (_own_way(trace, trace.gates[letter]) for letter in "ifgo")
        c = _own_way(trace, trace.c)
        before = torch.cat((torch.zeros_like(c[:1]), c[:-1]))
        torch.testing.assert_close(c, f * before + i * g, rtol=0, atol=1e-6)
        torch.testing.assert_close(_own_way(trace, trace.h), o * c.tanh(), rtol=0, atol=1e-6)


@drawn
@given(sizes=networks, length=lengths)
@torch.no_grad()
def test_gru_gates_make_the_states(sizes, length):
    model = _model("gru", **sizes)
    for trace in model.trace(_embedded(model, length)):
        z, n = (_own_way(trace, trace.gates[letter]) for letter in "zn")
        h = _own_way(trace, trace.h)
        before = torch.cat((torch.zeros_like(h[:1]), h[:-1]))
        torch.testing.assert_close(h, (1 - z) * n + z * before, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "letter"), [(kind, letter) for kind, letters in GATES.items() for letter in letters]
)
def test_gate_is_a_function_of_its_own_rows_of_the_weights(kind, letter):
    model = _model(kind, embed_dim=3, hidden_dim=4)
    x = _embedded(model, 1)  # the state before the first word is 0
    row, rows = GATES[kind].index(letter), len(GATES[kind])
    w_ih, b_ih, b_hh = (
        getattr(model.rnn, f"{name}_l0").chunk(rows)[row]
        for name in ("weight_ih", "bias_ih", "bias_hh")
    )
    (trace,) = model.trace(x)
    if letter == "n":
        expected = torch.tanh(w_ih @ x[0] + b_ih + trace.gates["r"][0] * b_hh)
    else:
        expected = (torch.tanh if letter == "g" else torch.sigmoid)(w_ih @ x[0] + b_ih + b_hh)
    torch.testing.assert_close(trace.gates[letter][0], expected, rtol=0, atol=1e-6)


@each_cell
def test_traces_stand_lowest_layer_first_and_forward_before_backward(kind):
    model = _model(kind, num_layers=2, bidirectional=True)
    places = [(trace.layer, trace.is_backward) for trace in model.trace(_embedded(model, 3))]
    assert places == [(0, False), (0, True), (1, False), (1, True)]


@each_cell
def test_gates_stand_in_the_order_of_the_equations(kind):
    model = _model(kind)
    (trace,) = model.trace(_embedded(model, 2))
    assert "".join(trace.gates) == GATES[kind]


@each_cell
def test_only_the_lstm_has_a_cell_state(kind):
    model = _model(kind)
    (trace,) = model.trace(_embedded(model, 2))
    assert (trace.c is not None) == (kind == "lstm")


@each_cell
def test_trace_is_in_the_precision_of_its_input(kind):
    model = _model(kind, num_layers=2)
    assert {t.h.dtype for t in model.trace(_embedded(model, 2).double())} == {torch.float64}


@each_cell
def test_trace_without_gradients_keeps_no_graph(kind):
    model = _model(kind)
    with torch.no_grad():
        (trace,) = model.trace(_embedded(model, 4))
    assert not trace.h.requires_grad


@each_cell
def test_gradient_reaches_every_state_through_the_later_ones(kind):
    model = _model(kind, num_layers=2)
    trace = model.trace(_embedded(model, 6))[0]
    gradients = torch.autograd.grad(trace.final[0].sum(), [state[0] for state in trace.states])
    assert all(gradient.any() for gradient in gradients)


@pytest.mark.parametrize("kind", ModelKind)
def test_packed_and_padded_networks_have_the_same_states(kind):
    twin = ModelKind(kind.value.removeprefix("packed_"))
    x = _embedded(_model(kind), 5)
    assert torch.equal(_model(kind).trace(x)[0].h, _model(twin).trace(x)[0].h)
