"""What the networks answer, at a glance and word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.figures.class_probabilities import (
    describe_probabilities,
    draw_probabilities,
    probabilities_frame,
)
from rnndash.figures.library import Figure
from rnndash.figures.word_by_word import (
    describe_word_by_word,
    draw_word_by_word,
    word_by_word_frame,
)
from rnndash.inspection.encoded_text import MOST_WORDS
from rnndash.inspection.marked_text import marked_html
from rnndash.inspection.network import Network
from rnndash.inspection.predict import encode_text, predict_each
from rnndash.inspection.predictions import Prediction, agreement
from rnndash.inspection.tracing import trace_text
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened
from rnndash.ui.url_state import choices_to_url, menu, set_dependent_value
from rnndash.ui.wording import percent, plain

_OWN = "own"
_WORD = "word"
_MOST_DIGITS = 6
"""Of a word's place in a link: Python refuses to read a number of some thousand digits."""
_COLUMNS = ("Network", "Answer", "Sure", "Time")
_STYLE = """<style>
.answers { width: 100%; border-collapse: collapse; margin-bottom: 0.75rem; }
.answers th { text-align: left; font-weight: 400; opacity: 0.7; }
.answers th, .answers td { padding: 0.45rem 0.5rem; border-bottom: 1px solid #80808050; }
</style>"""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answers:
    """What the networks say to a text.

    Attributes:
        readings: none where there is a problem.
        bars: the probabilities, as a figure and in a sentence.
        problem: why the text cannot be read, for people.
    """

    text: str
    readings: tuple[Prediction, ...] = ()
    bars: tuple[Figure, str] | None = None
    problem: str = ""


def answer(networks: Sequence[Network], text: str) -> Answers:
    """Read a text with each network."""
    try:
        readings = predict_each(networks, text)
    except RnndashError as error:
        return Answers(text=text, problem=str(error))
    frame = probabilities_frame(readings)
    drawn = draw_probabilities(frame, is_dark=is_dark())
    return Answers(text=text, readings=readings, bars=(drawn, describe_probabilities(frame)))


def show_answers(answers: Answers) -> None:
    """Bars for each class and network, the agreement in a sentence, unknown words marked."""
    readings = answers.readings
    if answers.bars is None:
        st.info(plain(answers.problem), icon=":material/info:")
        return
    st.markdown(f"**{plain(agreement(readings))}**")
    bars, words = st.columns([3, 2])
    with bars:
        figure, sentence = answers.bars
        show_growing_chart(figure, key="probabilities", alt=sentence, has_buttons=False)
    with words:
        longest = max(readings, key=lambda reading: sum(reading.text.is_unknown))
        st.html(_table(readings) + marked_html(longest.text, is_dark=is_dark()))
        st.caption(
            f"How the networks see it, {len(longest.text)} of at most {MOST_WORDS} words: lower "
            "case, punctuation apart. Dotted: unknown words."
        )
    notes = dict.fromkeys(note for reading in readings for note in reading.text.notes)
    for note in notes:
        st.caption(f":material/info: {plain(note)}")


def _table(readings: Sequence[Prediction]) -> str:
    """The answers as HTML: a grid of Streamlit's takes a browser longer to draw at each key."""
    rows = [
        (reading.network.label, reading.answer, percent(reading.confidence), _ms(reading.seconds))
        for reading in readings
    ]
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f'{_STYLE}<table class="answers"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _ms(seconds: float) -> str:
    return f"{1_000 * seconds:.1f} ms"


def show_word_by_word(opened: Sequence[Opened], text: str) -> None:
    """The answer of each network after each word, with a slider that reads along."""
    names = list(dict.fromkeys(n for each in opened for n in each.network.info.class_names))
    labels = {_OWN: "What each network answers in the end"} | {name: name for name in names}
    followed = menu("followed", "Probability of", list(labels), _OWN, labels)
    traced = []
    for each in opened:
        encoded = encode_text(text, each.network.index)
        trace = trace_text(each.network.model, each.record.config.model, encoded.shown, encoded.ids)
        traced.append((each.network.info, trace))
    frame = word_by_word_frame(traced, None if followed == _OWN else followed)
    tokens = traced[0][1].tokens
    word = 1
    if len(tokens) > 1:
        word = _read_along(tokens)
    show_growing_chart(
        draw_word_by_word(
            frame,
            tokens,
            is_unknown=traced[0][1].is_unknown,
            cursor=word - 1,
            is_dark=is_dark(),
        ),
        key="word_by_word",
        alt=describe_word_by_word(frame),
        has_buttons=False,
    )
    st.markdown(
        " · ".join(
            _so_far(reader.label, reader.class_names, trace.probabilities[word - 1])
            for reader, trace in traced
        )
    )
    st.caption(
        "The answer if the text ended at each word: of the simple RNN from the mean of its outputs "
        "so far, of the others from their hidden state. A ring marks where an answer changes."
    )


def _read_along(tokens: Sequence[str]) -> int:
    """The word up to which to read; a new text is read to its end."""
    words = len(tokens)
    set_dependent_value(_WORD, tuple(tokens), words, lambda link: _read_place(link, words))
    word = int(
        st.slider("Read up to word", 1, words, key=_WORD, help="The line in the chart moves along.")
    )
    choices_to_url(_WORD, [str(word)], [str(words)])
    return word


def _read_place(link: str, words: int) -> int | None:
    """From `3`; the nearest word where there is none of that number."""
    is_number = link.isdecimal() and len(link) <= _MOST_DIGITS
    return min(words, max(1, int(link))) if is_number else None


def _so_far(label: str, names: Sequence[str], probabilities: "Sequence[float]") -> str:
    best = max(range(len(names)), key=lambda number: probabilities[number])
    return f"{plain(label)}: **{plain(names[best])}** {percent(float(probabilities[best]))}"
