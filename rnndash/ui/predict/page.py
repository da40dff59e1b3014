"""One text, read by several networks: the answers first, then whichever look somebody chooses."""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.ui.networks import Opened
from rnndash.ui.predict.answers import answer, show_answers, show_word_by_word
from rnndash.ui.predict.many import show_many
from rnndash.ui.predict.neighbours import show_neighbours
from rnndash.ui.predict.what_if import show_what_if
from rnndash.ui.predict.words import show_saliency
from rnndash.ui.typed_text import ask_for_text, offer_texts, typed_text
from rnndash.ui.url_state import choice
from rnndash.ui.wording import plain


class Look(StrEnum):
    """How to look at an answer."""

    WORD_BY_WORD = "word_by_word"
    WORDS = "words"
    WHAT_IF = "what_if"
    NEIGHBOURS = "neighbours"
    MANY = "many"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return _LABELS[self]


_LABELS = complete(
    Look,
    {
        Look.WORD_BY_WORD: "Word by word",
        Look.WORDS: "Which words counted",
        Look.WHAT_IF: "What if",
        Look.NEIGHBOURS: "Neighbours",
        Look.MANY: "Many texts at once",
    },
)


def show_prediction(opened: Sequence[Opened]) -> None:
    """Everything under the choice of networks; typing runs the part under the examples alone."""
    offer_texts(opened)
    st.fragment(_show)(opened)


def _show(opened: Sequence[Opened]) -> None:
    """The field and what follows from it.

    The answers are worked out before anything is put on the page: all that goes out at nearly one
    moment, the browser draws in one go.
    """
    networks = [each.network for each in opened]
    answers = answer(networks, typed_text())
    text = ask_for_text()
    if text != answers.text:
        answers = answer(networks, text)
    show_answers(answers)
    look = choice("look", "Look closer", list(Look), Look.WORD_BY_WORD)
    if look is Look.MANY or answers.readings:
        try:
            _closer(look, opened, text)
        except RnndashError as error:
            st.info(plain(str(error)), icon=":material/info:")


def _closer(look: Look, opened: Sequence[Opened], text: str) -> None:
    match look:
        case Look.MANY:
            show_many(opened)
        case Look.WORD_BY_WORD:
            show_word_by_word(opened, text)
        case Look.WORDS:
            show_saliency(opened, text)
        case Look.WHAT_IF:
            show_what_if(opened, text)
        case Look.NEIGHBOURS:
            show_neighbours(opened, text)
        case _:
            assert_never(look)
