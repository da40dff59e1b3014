"""What one unit holds while the network reads: its hidden state, and its cell state if any."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.letters import LETTER_COLUMNS, add_letters, describe_letters
from rnndash.figures.style import lay_out_lines, say_empty
from rnndash.figures.words_axis import lay_out_words
from rnndash.inspection.traces import DirectionStates


def course_frame(states: DirectionStates, words: Sequence[str], unit: int) -> pd.DataFrame:
    """One row for each word and letter.

    Columns: `position` (from 0), `word`, `letter` (`h` or `c`), `value`.
    """
    rows = [
        (position, word, letter, float(states.part(letter)[position, unit]))
        for letter in ("h", "c")
        if letter in states.letters
        for position, word in enumerate(words)
    ]
    return pd.DataFrame(rows, columns=LETTER_COLUMNS)


def draw_course(
    frame: pd.DataFrame,
    words: Sequence[str],
    unit: int,
    *,
    is_unknown: Sequence[bool] = (),
    is_dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """Draw `course_frame`.

    Args:
        words: of the text; written along the axis.
        unit: for the title of the axis.
    """
    figure = go.Figure()
    add_letters(figure, frame, is_dark=is_dark)
    lay_out_lines(figure, height=height)
    lay_out_words(figure, words, is_unknown)
    figure.update_yaxes(title=f"State of unit {unit} (no unit of measure)", zeroline=True)
    if frame.empty:
        say_empty(figure, "No states yet: type a text with at least one word.")
    return figure


def describe_course(frame: pd.DataFrame, unit: int) -> str:
    """The figure in one sentence, for people who cannot see it."""
    return f"Unit {unit} over the text: {describe_letters(frame) or 'no states yet'}."
