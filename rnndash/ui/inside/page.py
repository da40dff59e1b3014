"""Inside the cell: the chapters of the page, and the network and text that most of them share."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.inspection.predict import encode_text
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


class Chapter(StrEnum):
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
    Chapter,
    {
        Chapter.STATES: "Hidden states",
        Chapter.GATES: "Gates, step by step",
        Chapter.GRADIENTS: "Gradients back in time",
        Chapter.MEMORY: "A memory task",
        Chapter.EMBEDDINGS: "Embeddings",
    },
)


def show_inside() -> None:
    """Choose a chapter; all but the memory task look into the networks that are chosen."""
    chapter = choice("view", "Chapter", list(Chapter), Chapter.STATES)
    if chapter is Chapter.MEMORY:
        show_memory_task()
        return
    opened = choose_networks()
    if not opened:
        return
    match chapter:
        case Chapter.EMBEDDINGS:
            show_embeddings(choose_one(opened))
        case Chapter.STATES | Chapter.GATES | Chapter.GRADIENTS:
            offer_texts(opened)
            st.fragment(_with_text)(chapter, opened)
        case _:
            assert_never(chapter)


def _with_text(
    chapter: Literal[Chapter.STATES, Chapter.GATES, Chapter.GRADIENTS], opened: Sequence[Opened]
) -> None:
    """What is typed runs this part of the page alone."""
    text = ask_for_text()
    try:
        match chapter:
            case Chapter.GRADIENTS:
                show_gradients(opened, text)
            case Chapter.STATES:
                each = choose_one(opened)
                show_states(each, _trace(each, text))
            case Chapter.GATES:
                each = choose_one(opened)
                show_gates(each, _trace(each, text))
            case _:
                assert_never(chapter)
    except RnndashError as error:
        st.info(plain(str(error)), icon=":material/info:")


def _trace(each: Opened, text: str) -> TextTrace:
    network = each.network
    encoded = encode_text(text, network.index)
    trace = trace_text(network.model, each.record.config.model, encoded.shown, encoded.ids)
    answer = network.info.class_names[trace.answer]
    st.caption(
        f"{plain(each.label)} answers **{plain(answer)}**, {percent(float(trace.final.max()))}. "
        + plain(" ".join(encoded.notes))
    )
    return trace
