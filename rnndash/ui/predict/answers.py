"""What the networks answer to a text, at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.figures.class_probabilities import describe_probabilities, draw_probabilities
from rnndash.figures.library import Figure
from rnndash.inspection.encoded_text import MOST_WORDS, TokenizedText
from rnndash.inspection.marked_text import marked_html
from rnndash.inspection.network import Network
from rnndash.inspection.predict import predict_each
from rnndash.inspection.predictions import Prediction, WordByWord, agreement
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.word_by_word import predict_word_by_word
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.typed_text import show_notes
from rnndash.ui.wording import percent, plain

_COLUMNS = ("Network", "Answer", "Sure", "Time")
_STYLE = """<style>
.answers { width: 100%; border-collapse: collapse; margin-bottom: 0.75rem; }
.answers th { text-align: left; font-weight: 400; opacity: 0.7; }
.answers th, .answers td { padding: 0.45rem 0.5rem; border-bottom: 1px solid #80808050; }
</style>"""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AnsweredText:
    """A text and what the networks answer to it.

    Attributes:
        text: as it was typed.
        words: the same in words.
        predictions: one of each network.
        word_by_word: one of each network; empty where the page asked for whole answers alone.
        bars: the probabilities, as a figure.
    """

    text: str
    words: TokenizedText
    predictions: tuple[Prediction, ...]
    word_by_word: tuple[WordByWord, ...]
    bars: Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableText:
    """A text that the networks cannot read.

    Attributes:
        text: as it was typed.
        reason: why not, for people.
    """

    text: str
    reason: str


def answer(
    networks: Sequence[Network], text: str, *, is_word_by_word: bool = False
) -> AnsweredText | UnreadableText:
    """Read a text with each network, once.

    Args:
        is_word_by_word: whether the answer after each word is wanted too.
    """
    try:
        words = tokenize_text(text)
        read = tuple(word_by_word(networks, words)) if is_word_by_word else ()
        predictions = tuple(each.prediction for each in read) or predict_each(networks, words)
    except RnndashError as error:
        return UnreadableText(text=text, reason=str(error))
    return AnsweredText(
        text=text,
        words=words,
        predictions=predictions,
        word_by_word=read,
        bars=draw_probabilities(predictions, is_dark=is_dark()),
    )


def word_by_word(networks: Sequence[Network], words: TokenizedText) -> tuple[WordByWord, ...]:
    """The answer of each network after each word.

    Raises:
        CheckpointError: a network gives numbers that are not finite.
    """
    return tuple(predict_word_by_word(network, network.encode(words)) for network in networks)


def show_answers(answered: AnsweredText | UnreadableText) -> None:
    """Bars for each class and network, the agreement in a sentence, unknown words marked."""
    if isinstance(answered, UnreadableText):
        st.info(plain(answered.reason), icon=":material/info:")
        return
    predictions = answered.predictions
    st.markdown(f"**{plain(agreement(predictions))}**")
    bars, words = st.columns([3, 2])
    with bars:
        show_growing_chart(
            answered.bars,
            key="probabilities",
            alt=describe_probabilities(predictions),
            has_buttons=False,
        )
    with words:
        text = max((each.text for each in predictions), key=lambda text: sum(text.is_unknown))
        st.html(answers_html(predictions) + marked_html(text, is_dark=is_dark()))
        st.caption(
            f"The words that the networks read, {len(text)} of at most {MOST_WORDS}: lower case, "
            "punctuation apart. Dotted: unknown words."
        )
    show_notes(each.text for each in predictions)


def answers_html(predictions: Sequence[Prediction]) -> str:
    """The answers as an HTML table: Streamlit's own takes a browser longer to draw at each key."""
    rows = [
        (each.network.label, each.answer, percent(each.confidence), _milliseconds(each.seconds))
        for each in predictions
    ]
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f'{_STYLE}<table class="answers"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _milliseconds(seconds: float) -> str:
    return f"{1_000 * seconds:.1f} ms"
