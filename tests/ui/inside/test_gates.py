"""What the view of gates shows of a cell with gates and of one without."""

import pytest
import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.tracing import trace_text
from rnndash.ui.inside import gates
from rnndash.ui.inside.gates import show_gates
from tests.inspection.readers import encoded, made_network

MEAN = "The candidate has both signs, so a mean hides it: choose a unit to see it."


@pytest.fixture
def charts(monkeypatch):
    """The keys of the charts that were shown."""
    keys = []
    monkeypatch.setattr(gates, "show_growing_chart", lambda _, *, key, **__: keys.append(key))
    return keys


def _show(kind):
    network = made_network(kind)
    show_gates(network, trace_text(network, encoded("oil prices fall")))


def test_gates_begin_with_the_mean_of_all_units(screen, charts):
    _show(ModelKind.LSTM)
    assert charts == ["gates"]
    assert (screen.texts("caption")[0], screen.of("info")) == (MEAN, [])


def test_gates_of_one_unit_hide_no_candidate(screen, charts):
    st.query_params["gates_of"] = "3"
    _show(ModelKind.LSTM)
    assert charts == ["gates"]
    assert MEAN not in screen.texts("caption")


def test_cell_without_gates_says_where_there_are_some(screen, charts):
    _show(ModelKind.RNN)
    assert charts == []
    (info,) = screen.texts("info")
    assert info.startswith("The simple RNN has no gates: ")
    assert info.endswith("Choose an LSTM or GRU to see gates.")


@pytest.mark.parametrize(
    ("kind", "letters"),
    [
        (ModelKind.RNN, ["h"]),
        (ModelKind.LSTM, ["i", "f", "g", "o", "c", "h"]),
        (ModelKind.GRU, ["r", "z", "n", "h"]),
    ],
)
@pytest.mark.usefixtures("charts")
def test_step_has_each_equation_once_in_letters_and_once_in_numbers(screen, kind, letters):
    _show(kind)
    formulas = screen.texts("latex")[: 2 * len(letters)]
    assert [formula.partition("_t =")[0] for formula in formulas[::2]] == letters
    assert all(formula.startswith("begin{aligned}") for formula in formulas[1::2])


@pytest.mark.usefixtures("charts")
def test_step_begins_at_the_last_word(screen):
    _show(ModelKind.LSTM)
    assert screen.widget("at").options["format_func"]("3") == "3. fall"
    assert "x_t is the embedding of “fall”." in screen.texts("caption")[-1]
