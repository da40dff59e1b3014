"""One text, read by several networks: the answers first, then one closer look at them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, assert_never

import streamlit as st

from rnndash.config.complete import complete
from rnndash.errors import RnndashError
from rnndash.ui.networks import Opened
from rnndash.ui.predict.answers import AnsweredText, answer, show_answers, word_by_word
from rnndash.ui.predict.many import show_many
from rnndash.ui.predict.neighbours import show_neighbours
from rnndash.ui.predict.what_if import show_what_if
from rnndash.ui.predict.word_by_word import show_word_by_word
from rnndash.ui.predict.words import show_saliency
from rnndash.ui.typed_text import ask_for_text, offer_texts, typed_text
from rnndash.ui.url_state import choice, current_choice
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
_LOOK = "look"


def show_prediction(opened: Sequence[Opened]) -> None:
    """Everything under the choice of networks; typing runs the part under the examples only."""
    offer_texts(opened)
    st.fragment(_show)(opened)


def _show(opened: Sequence[Opened]) -> None:
    """The field and what follows from it.

    The answers are computed before anything is put on the page: what is sent at nearly the same
    moment, the browser draws at once.
    """
    networks = [each.network for each in opened]
    look = current_choice(_LOOK, list(Look), Look.WORD_BY_WORD)
    is_word_by_word = look is Look.WORD_BY_WORD
    answered = answer(networks, typed_text(), is_word_by_word=is_word_by_word)
    text = ask_for_text()
    if text != answered.text:
        answered = answer(networks, text, is_word_by_word=is_word_by_word)
    show_answers(answered)
    look = choice(_LOOK, "Look closer", list(Look), Look.WORD_BY_WORD)
    if look is Look.MANY:
        show_many(opened)
    elif isinstance(answered, AnsweredText):
        try:
            _look_closer(look, opened, answered)
        except RnndashError as error:
            st.info(plain(str(error)), icon=":material/info:")


def _look_closer(
    look: Literal[Look.WORD_BY_WORD, Look.WORDS, Look.WHAT_IF, Look.NEIGHBOURS],
    opened: Sequence[Opened],
    answered: AnsweredText,
) -> None:
    words = answered.words
    match look:
        case Look.WORD_BY_WORD:
            networks = [each.network for each in opened]
            show_word_by_word(answered.word_by_word or word_by_word(networks, words))
        case Look.WORDS:
            show_saliency(opened, words)
        case Look.WHAT_IF:
            show_what_if(opened, answered.text, words)
        case Look.NEIGHBOURS:
            show_neighbours(opened, answered.text, words)
        case _:
            assert_never(look)
