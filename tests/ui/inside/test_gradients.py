"""Which layer the gradients are of, how their lines are called, and what is said beside them."""

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.flows import GradientFlow, Through
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.ui.inside.gradients import _choose_layer, _factors, _flows, _label, _notes
from tests.inspection.readers import made_network

LSTM = NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=("a", "b"))


def _opened(layers=1, *, is_bidirectional=False, label="LSTM"):
    config = SimpleNamespace(num_layers=layers, bidirectional=is_bidirectional)
    network = made_network(
        ModelKind.LSTM, label=label, num_layers=layers, bidirectional=is_bidirectional
    )
    return SimpleNamespace(label=label, record=SimpleNamespace(config=config), network=network)


def _flow(layer=0, *, is_backward=False, norms=(0.25, 0.5, 1.0)):
    distance = np.arange(len(norms))
    return GradientFlow(
        network=LSTM,
        through=Through.RECURRENCE,
        layer=layer,
        is_backward=is_backward,
        distance=distance if is_backward else distance[::-1],
        norms=np.array(norms),
        cell_norms=None,
    )


def test_layer_of_flat_networks_is_not_asked_for(screen):
    assert _choose_layer([_opened(), _opened()]) is None
    assert screen.of("selectbox") == []


@pytest.mark.parametrize(
    ("layers", "labels"),
    [
        ((3, 3), {"top": "Top layer", "1": "Layer 1 of 3", "2": "Layer 2 of 3"}),
        ((1, 3), {"top": "Top layer of each", "1": "Layer 1", "2": "Layer 2"}),
    ],
)
def test_layers_below_the_top_are_offered(screen, layers, labels):
    assert _choose_layer([_opened(number) for number in layers]) is None
    menu = screen.widget("layer")
    (options,) = menu.options["args_after"]
    assert {option: menu.options["format_func"](option) for option in options} == labels


@pytest.mark.parametrize(
    ("link", "layer"), [("top", None), ("1", 0), ("2", 1), ("3", None), ("0", None), ("x", None)]
)
@pytest.mark.usefixtures("screen")
def test_link_sets_a_layer_that_is_offered(link, layer):
    st.query_params["layer"] = link
    assert _choose_layer([_opened(3)]) == layer


@pytest.mark.parametrize(
    ("layers", "is_bidirectional", "is_backward", "label"),
    [
        (1, False, False, "LSTM"),
        (2, False, False, "LSTM, layer 1 of 2"),
        (1, True, False, "LSTM, forward"),
        (2, True, True, "LSTM, layer 1 of 2, backward"),
    ],
)
def test_line_is_called_by_what_there_is_a_choice_of(layers, is_bidirectional, is_backward, label):
    each = _opened(layers, is_bidirectional=is_bidirectional)
    assert _label(each, _flow(is_backward=is_backward)) == label


@pytest.mark.parametrize(
    ("layers", "is_bidirectional", "layer", "flows"),
    [
        (1, False, None, [(0, False)]),
        (2, True, None, [(1, False), (1, True)]),
        (2, False, 0, [(0, False)]),
        (1, False, 1, []),
    ],
)
def test_network_has_a_line_for_each_direction_of_a_layer_that_it_has(
    layers, is_bidirectional, layer, flows
):
    each = _opened(layers, is_bidirectional=is_bidirectional)
    found = _flows(each, tokenize_text("oil prices"), Through.RECURRENCE, layer)
    assert [(flow.layer, flow.is_backward) for flow in found] == flows


@pytest.mark.parametrize(
    ("opened", "layer", "notes"),
    [
        ([_opened(2)], None, []),
        ([_opened(2)], 1, []),
        ([_opened(1, label="A"), _opened(2)], 1, ["A has no layer 2."]),
        ([_opened(1, label="A"), _opened(1, label="B*")], 1, [r"A and B\* have no layer 2."]),
    ],
)
def test_networks_without_the_layer_are_named(opened, layer, notes):
    assert _notes(opened, [_flow()], layer) == notes


@pytest.mark.parametrize("is_backward", [False, True])
def test_direction_from_the_end_is_explained_where_there_is_one(is_backward):
    notes = _notes([_opened()], [_flow(), _flow(is_backward=is_backward)], None)
    assert [note.startswith("A backward direction (hollow") for note in notes] == (
        [True] * is_backward
    )


def test_factors_are_those_of_each_line(screen):
    _factors([_flow(), _flow(is_backward=True, norms=(1.0,))], ["A", "B"])
    assert screen.widget("factors").label.to_dict("list") == {
        "Network": ["A", "B"],
        "Each step back multiplies it by": ["0.50", "–"],
        "At the word it reads first": ["0.25", "1"],
    }
