import numpy as np
import pytest
import torch
from torch import nn

from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError, SequenceError
from rnndash.inspection import gradient_flow as module
from rnndash.inspection.flows import GradientFlow, Through
from rnndash.inspection.gradient_flow import gradient_flow
from tests.inspection.networks import (
    HIDDEN,
    drawn_ids,
    is_same_state,
    small_network,
    state_of,
    text_of,
)

IDS = drawn_ids(6)
PLACES = [(layer, is_backward) for layer in (0, 1) for is_backward in (False, True)]
each_kind = pytest.mark.parametrize("kind", ModelKind)
each_place = pytest.mark.parametrize(("layer", "is_backward"), PLACES)
each_way = pytest.mark.parametrize("through", Through)


def _flow(kind, through, ids=IDS, network=None, **place):
    network = network or small_network(kind, 2, True)
    return gradient_flow(network, text_of(ids), through=through, **place)


def _double_trace(kind, layer, is_backward):
    model = small_network(kind, 2, True).model
    x = model.embedding(torch.tensor(IDS)).double()
    return model, model.trace(x), 2 * layer + is_backward


def _jacobian_size(last, state):
    """The Frobenius norm of the derivative, unit by unit, over √H."""
    rows = [
        torch.autograd.grad(unit, state, retain_graph=True, allow_unused=True)[0] for unit in last
    ]
    return float(torch.stack(rows).norm()) / HIDDEN**0.5


@each_kind
@each_place
def test_recurrence_is_the_size_of_the_jacobian_of_the_last_state(kind, layer, is_backward):
    _, traces, place = _double_trace(kind, layer, is_backward)
    last, states = traces[place].final[0], traces[place].states
    flow = _flow(kind, Through.RECURRENCE, layer=layer, is_backward=is_backward)
    expected = [_jacobian_size(last, state[0]) for state in states]
    np.testing.assert_allclose(flow.norms, expected, rtol=1e-9)


@pytest.mark.parametrize("kind", [ModelKind.LSTM, ModelKind.PACKED_LSTM])
@each_place
def test_recurrence_of_a_cell_state_counts_all_that_depends_on_it(kind, layer, is_backward):
    _, traces, place = _double_trace(kind, layer, is_backward)
    last, states = traces[place].final[0], traces[place].states
    flow = _flow(kind, Through.RECURRENCE, layer=layer, is_backward=is_backward)
    expected = [_jacobian_size(last, state[1]) for state in states]
    np.testing.assert_allclose(flow.cell_norms, expected, rtol=1e-9)


@each_kind
@each_place
def test_answer_is_the_gradient_of_the_score_of_the_answered_class(kind, layer, is_backward):
    model, traces, place = _double_trace(kind, layer, is_backward)
    top = traces[2:]
    if kind is ModelKind.RNN:
        read = torch.cat([trace.h.mean(dim=0) for trace in top])
    else:
        read = torch.cat([trace.final[0] for trace in top])
    logits = model.double().fc(read)
    score = logits[logits.argmax()] - logits.mean()
    states = [state[0] for state in traces[place].states]
    gradients = torch.autograd.grad(score, states)
    flow = _flow(kind, Through.ANSWER, layer=layer, is_backward=is_backward)
    np.testing.assert_allclose(flow.norms, [float(g.norm()) for g in gradients], rtol=1e-6)


@each_kind
def test_gradient_foretells_what_a_small_push_of_a_state_does(kind):
    network = small_network(kind)
    model = network.model
    flow = gradient_flow(network, text_of(IDS), through=Through.RECURRENCE)
    x = model.embedding(torch.tensor(IDS)).detach().double()
    cell = model.double().rnn
    with torch.no_grad():
        (trace,) = model.trace(x)
        state = trace.states[3]
        columns = []
        for unit in torch.eye(HIDDEN).double():
            ends = []
            for sign in (1, -1):
                pushed = tuple(p[None].clone() for p in state)
                pushed[0][0] += sign * 1e-5 * unit
                start = pushed if isinstance(cell, nn.LSTM) else pushed[0]
                ends.append(cell(x[4:], start)[0][-1])
            columns.append((ends[0] - ends[1]) / 2e-5)
    assert flow.norms[3] == pytest.approx(
        float(torch.stack(columns).norm()) / HIDDEN**0.5, rel=1e-5
    )


@each_kind
def test_recurrence_is_one_at_the_last_state(kind):
    assert _flow(kind, Through.RECURRENCE).norms[-1] == pytest.approx(1.0)


def test_simple_network_s_answer_sees_each_state_directly():
    network = small_network(ModelKind.RNN)
    with torch.no_grad():
        network.model.rnn.weight_hh_l0.zero_()  # no recurrence at all
    through = {way: _flow(ModelKind.RNN, way, network=network).norms for way in Through}
    assert not through[Through.RECURRENCE][:-1].any()
    assert through[Through.ANSWER] == pytest.approx([through[Through.ANSWER][-1]] * len(IDS))


def test_norms_too_small_for_single_precision_are_reported_from_zero():
    network = small_network(ModelKind.RNN)
    with torch.no_grad():
        network.model.rnn.weight_hh_l0.mul_(0.1)
    norms = _flow(ModelKind.RNN, Through.RECURRENCE, drawn_ids(60), network).norms
    assert 0 < norms[0] < 1e-50


@each_way
def test_distance_is_counted_from_the_end_of_the_direction_s_own_way(through):
    ways = [
        _flow(ModelKind.GRU, through, is_backward=is_backward).distance.tolist()
        for is_backward in (False, True)
    ]
    assert ways == [[5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5]]


@each_kind
@each_way
def test_without_a_layer_the_top_one_is_meant(kind, through):
    flow = _flow(kind, through)
    assert flow.layer == 1
    np.testing.assert_array_equal(flow.norms, _flow(kind, through, layer=1).norms)


@each_kind
@each_way
def test_only_the_lstm_has_norms_of_cell_states(kind, through):
    has_cells = kind in (ModelKind.LSTM, ModelKind.PACKED_LSTM)
    assert (_flow(kind, through).cell_norms is not None) == has_cells


@each_kind
@each_way
def test_text_of_one_word_has_one_norm(kind, through):
    assert _flow(kind, through, [3]).norms.shape == (1,)


@each_kind
@each_way
@pytest.mark.parametrize("wants_gradients", [True, False])
def test_shared_model_is_left_as_it_was(kind, through, wants_gradients):
    network = small_network(kind, 2, True)
    before = state_of(network.model.requires_grad_(wants_gradients))
    gradient_flow(network, text_of(IDS), through=through, layer=0)
    assert is_same_state(before, state_of(network.model))


@each_kind
@each_way
def test_gradients_of_an_ongoing_training_are_left_as_they_were(kind, through):
    network = small_network(kind)
    model = network.model
    model(torch.tensor([IDS]), torch.tensor([len(IDS)])).sum().backward()
    before = [parameter.grad.clone() for parameter in model.parameters()]
    gradient_flow(network, text_of(IDS), through=through)
    assert all(torch.equal(p.grad, b) for p, b in zip(model.parameters(), before, strict=True))


@each_way
def test_gradients_are_taken_where_the_caller_takes_none(through):
    expected = _flow(ModelKind.LSTM, through).norms
    with torch.no_grad():
        np.testing.assert_array_equal(_flow(ModelKind.LSTM, through).norms, expected)


def test_of_many_units_some_are_followed_and_the_last_size_is_still_one():
    network = small_network(ModelKind.GRU, hidden_dim=module.MOST_UNITS + 9)
    assert _flow(ModelKind.GRU, Through.RECURRENCE, network=network).norms[-1] == pytest.approx(1.0)


def test_followed_units_come_near_to_all(monkeypatch):
    network = small_network(ModelKind.GRU, hidden_dim=48)
    whole = _flow(ModelKind.GRU, Through.RECURRENCE, network=network).norms
    monkeypatch.setattr(module, "MOST_UNITS", 24)
    half = _flow(ModelKind.GRU, Through.RECURRENCE, network=network).norms
    np.testing.assert_allclose(half, whole, rtol=0.2)


@pytest.mark.parametrize(
    ("norms", "factor"),
    [([0.25, 0.5, 1.0], 0.5), ([1.0], None), ([0.0, 1.0], None), ([float("nan"), 1.0], None)],
)
def test_factor_per_step_is_the_geometric_mean(norms, factor):
    flow = GradientFlow(
        network=small_network(ModelKind.RNN).info,
        through=Through.RECURRENCE,
        layer=0,
        is_backward=False,
        distance=np.arange(len(norms))[::-1],
        norms=np.array(norms),
        cell_norms=None,
    )
    assert flow.factor_per_step == pytest.approx(factor)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"layer": 2}, "The network has 1 layer, counted from 0; layer 2 came."),
        ({"is_backward": True}, "This network reads forward only."),
    ],
)
@each_way
def test_direction_that_a_network_lacks_is_an_error(place, message, through):
    with pytest.raises(ConfigError, match=message):
        _flow(ModelKind.RNN, through, network=small_network(ModelKind.RNN), **place)


@each_way
def test_text_that_is_too_long_is_an_error(through):
    with pytest.raises(SequenceError, match="it has 201"):
        _flow(ModelKind.RNN, through, [2] * 201)
