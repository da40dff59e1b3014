"""How the answers form word by word, with a slider that chooses a word."""

from collections.abc import Sequence

import streamlit as st

from rnndash.figures.word_by_word import describe_word_by_word, draw_word_by_word, word_lines
from rnndash.inspection.predictions import WordByWord
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.url_state import choices_to_url, menu, set_dependent_value, whole_number
from rnndash.ui.wording import percent, plain

_OWN = "own"
_WORD = "word"


def show_word_by_word(readings: Sequence[WordByWord]) -> None:
    """The answer of each network after each word, and after the word that the slider is on."""
    names = list(dict.fromkeys(n for each in readings for n in each.network.class_names))
    labels = {_OWN: "What each network answers in the end"} | {name: name for name in names}
    followed = menu("followed", "Probability of", list(labels), _OWN, labels)
    lines = word_lines(readings, None if followed == _OWN else followed)
    words = readings[0].text.shown
    word = _choose_word(words) if len(words) > 1 else 1
    show_growing_chart(
        draw_word_by_word(lines, cursor=word - 1, is_dark=is_dark()),
        key="word_by_word",
        alt=describe_word_by_word(lines),
        has_buttons=False,
    )
    st.markdown(" · ".join(answer_after(each, word) for each in readings))
    st.caption(
        "What each network would answer if the text ended at that word. The simple RNN answers "
        "from the mean of its outputs so far, the others from their hidden state. A ring marks "
        "where an answer changes."
    )


def answer_after(reading: WordByWord, word: int) -> str:
    """One network's answer after a word, counted from 1, as Markdown."""
    probabilities, names = reading.probabilities[word - 1], reading.network.class_names
    answer = names[int(probabilities.argmax())]
    share = percent(float(probabilities.max()))
    return f"{plain(reading.network.label)}: **{plain(answer)}** {share}"


def word_in_link(link: str, words: int) -> int | None:
    """The word of a link's `3`: the nearest one, from 1 to `words`; None if it is no number."""
    number = whole_number(link)
    return None if number is None else min(words, max(1, number))


def _choose_word(words: Sequence[str]) -> int:
    """The word up to which to read, from 1; for a new text, its last one."""
    count = len(words)
    set_dependent_value(_WORD, tuple(words), count, lambda link: word_in_link(link, count))
    word = int(
        st.slider("Read up to word", 1, count, key=_WORD, help="Moves the line in the chart.")
    )
    choices_to_url(_WORD, [str(word)], [str(count)])
    return word
