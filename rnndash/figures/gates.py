"""How far the gates of a cell are open while it reads: of one unit, or on the average of all."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.letters import (
    CANDIDATES,
    LETTER_COLUMNS,
    add_letters,
    describe_letters,
)
from rnndash.figures.style import lay_out_lines, say_empty
from rnndash.figures.words_axis import lay_out_words
from rnndash.inspection.traces import DirectionStates


def gates_frame(
    states: DirectionStates, words: Sequence[str], unit: int | None = None
) -> pd.DataFrame:
    """One row for each word and gate; none for the simple network, which has no gates.

    Columns: `position` (from 0), `word`, `letter`, `value` (0 to 1; of a candidate, -1 to 1).

    Args:
        unit: whose gates; None takes the mean over all units, and leaves the candidate out, whose
            signs would cancel.
    """
    rows = []
    for letter, gate in states.gates.items():
        if unit is None and letter in CANDIDATES:
            continue
        values = gate.mean(axis=1) if unit is None else gate[:, unit]
        rows += [
            (position, word, letter, value)
            for position, (word, value) in enumerate(zip(words, values.tolist(), strict=True))
        ]
    return pd.DataFrame(rows, columns=LETTER_COLUMNS)


def draw_gates(
    frame: pd.DataFrame,
    words: Sequence[str],
    *,
    is_unknown: Sequence[bool] = (),
    is_dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """Draw `gates_frame`.

    Args:
        words: of the text; written along the axis.
    """
    figure = go.Figure()
    add_letters(figure, frame, is_dark=is_dark)
    lay_out_lines(figure, height=height)
    lay_out_words(figure, words, is_unknown)
    has_candidate = frame["letter"].isin(CANDIDATES).any()
    figure.update_yaxes(
        title="Gate (0 closed, 1 open)", range=[-1.03 if has_candidate else -0.03, 1.03]
    )
    if frame.empty:
        why = "The simple RNN has no gates." if words else "No gates yet: type a text."
        say_empty(figure, why)
    return figure


def describe_gates(frame: pd.DataFrame, unit: int | None = None) -> str:
    """The figure in one sentence, for people who cannot see it."""
    whose = "on the average of all units" if unit is None else f"of unit {unit}"
    return f"Gates {whose} over the text: {describe_letters(frame) or 'none'}."
