"""Inside the cell: the views of the page, and the network and text that most of them share."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.inspection.encoded_text import TokenizedText
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.traces import TextTrace
from rnndash.inspection.tracing import trace_text
from rnndash.ui.inside.embeddings import show_embeddings
from rnndash.ui.inside.gates import show_gates
from rnndash.ui.inside.gradients import show_gradients
from rnndash.ui.inside.memory_task import show_memory_task
from rnndash.ui.inside.states import show_states
from rnndash.ui.networks import Opened, choose_networks, choose_one
from rnndash.ui.typed_text import ask_for_text, offer_texts
from rnndash.ui.url_state import choice
from rnndash.ui.wording import percent, plain


class View(StrEnum):
    """What the page shows."""

    STATES = "states"
    GATES = "gates"
    GRADIENTS = "gradients"
    MEMORY = "memory"
    EMBEDDINGS = "embeddings"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_LABELS = complete(
    View,
    {
        View.STATES: "Hidden states",
        View.GATES: "Gates, step by step",
        View.GRADIENTS: "Gradients back in time",
        View.MEMORY: "A memory task",
        View.EMBEDDINGS: "Embeddings",
    },
)
TextView = Literal[View.STATES, View.GATES, View.GRADIENTS]
"""The views of one text."""


def show_inside() -> None:
    """Choose a view; all but the memory task look into the networks that are chosen."""
    view = choice("view", "Chapter", list(View), View.STATES)
    if view is View.MEMORY:
        show_memory_task()
        return
    opened = choose_networks()
    if not opened:
        return
    match view:
        case View.EMBEDDINGS:
            show_embeddings(choose_one(opened))
        case View.STATES | View.GATES | View.GRADIENTS:
            offer_texts(opened)
            st.fragment(_show_text)(view, opened)
        case _:
            assert_never(view)


def _show_text(view: TextView, opened: Sequence[Opened]) -> None:
    """The field and the view of its text; typing runs this part of the page only."""
    text = ask_for_text()
    try:
        words = tokenize_text(text)
        match view:
            case View.GRADIENTS:
                show_gradients(opened, words)
            case View.STATES:
                show_states(_trace(choose_one(opened), words))
            case View.GATES:
                each = choose_one(opened)
                show_gates(each.network, _trace(each, words))
            case _:
                assert_never(view)
    except RnndashError as error:
        st.info(plain(str(error)), icon=":material/info:")


def _trace(each: Opened, words: TokenizedText) -> TextTrace:
    """The states of one network, with its answer in words above them."""
    trace = trace_text(each.network, each.network.encode(words))
    answer = trace.network.class_names[trace.answer]
    st.caption(
        f"{plain(each.label)} answers **{plain(answer)}**, "
        f"{percent(float(trace.probabilities.max()))}. " + plain(" ".join(trace.text.notes))
    )
    return trace
