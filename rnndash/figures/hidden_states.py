"""The states of a layer while it reads: a heat-map of units over words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnndash.figures.letters import LETTER_NAMES
from rnndash.figures.style import say_empty
from rnndash.figures.words_axis import lay_out_words, word_hover
from rnndash.inspection.traces import DirectionStates

SCALE = {
    False: ["#C24E00", "#F3BC95", "#F7F7FA", "#8FC1E3", "#0072B2"],
    True: ["#F58B45", "#7D4A2A", "#1C2030", "#2F6285", "#56B4E9"],
}
"""From the most negative over 0, which is the page's own tone, to the most positive. Orange and
blue can be distinguished with every kind of colour vision (Okabe and Ito, 2008)."""
_MARK = {False: "#4338CA", True: "#A9AAFB"}
_EDGE_PX, _LEAST_PX, _MOST_PX, _ROW_PX = 130, 240, 900, 14


def states_grid(
    states: DirectionStates, order: NDArray[np.int64], letter: str = "h"
) -> pd.DataFrame:
    """One row for each unit, by its number, in the order given; one column for each word's place.

    Args:
        order: numbers of units; as many of them as are to be drawn.
        letter: `h`, `c` or a gate.

    Raises:
        ConfigError: the cell has none of that letter.
    """
    part = states.part(letter)
    return pd.DataFrame(part.T[order], index=order, columns=range(len(part)))


def draw_states(
    grid: pd.DataFrame,
    words: Sequence[str],
    *,
    letter: str = "h",
    is_unknown: Sequence[bool] = (),
    stretch: tuple[int, int] | None = None,
    limit: float | None = None,
    is_dark: bool = False,
) -> go.Figure:
    """Draw `states_grid`.

    Args:
        words: T of them.
        letter: what the grid was made of.
        stretch: the selected words: from, and up to but not including.
        limit: where the colours end on either side of 0, so that several figures can be compared;
            None takes the largest state of this one.
    """
    figure = go.Figure()
    if grid.empty:
        say_empty(figure, "No states yet: type a text with at least one word.")
    else:
        largest = float(np.nan_to_num(np.abs(grid.to_numpy())).max())
        _add_cells(figure, grid, words, letter, limit or max(largest, 1e-6), is_dark=is_dark)
    if stretch is not None:
        _mark(figure, stretch, len(grid), is_dark=is_dark)
    _lay_out(figure, grid, letter)
    lay_out_words(figure, words, is_unknown)
    return figure


def _lay_out(figure: go.Figure, grid: pd.DataFrame, letter: str) -> None:
    units = [str(unit) for unit in grid.index]
    every = max(1, -(-len(units) * 12 // (_MOST_PX - _EDGE_PX)))
    name = LETTER_NAMES[letter].capitalize()
    figure.update_layout(
        title={"text": name, "x": 0, "xref": "paper", "font_size": 14},
        height=min(_MOST_PX, max(_LEAST_PX, _EDGE_PX + _ROW_PX * len(units))),
        margin={"l": 10, "r": 10, "t": 34, "b": 10},
        dragmode=False,
    )
    figure.update_yaxes(
        title="Unit",
        type="category",
        range=[max(len(units), 1) - 0.5, -0.5],
        tickmode="array",
        tickvals=units[::every],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )


def _add_cells(
    figure: go.Figure,
    grid: pd.DataFrame,
    words: Sequence[str],
    letter: str,
    limit: float,
    *,
    is_dark: bool,
) -> None:
    figure.add_heatmap(
        x=list(range(len(words))),
        y=[str(unit) for unit in grid.index],
        z=grid.to_numpy(),
        customdata=[[word_hover(word) for word in words]] * len(grid),
        zmin=-limit,
        zmax=limit,
        colorscale=SCALE[is_dark],
        colorbar={"title": {"text": letter}, "thickness": 12, "outlinewidth": 0},
        hovertemplate=f"<b>%{{customdata}}</b><br>unit %{{y}}<br>{letter} = %{{z:.3f}}"
        "<extra></extra>",
    )


def _mark(figure: go.Figure, stretch: tuple[int, int], units: int, *, is_dark: bool) -> None:
    figure.add_shape(
        type="rect",
        x0=stretch[0] - 0.5,
        x1=stretch[1] - 0.5,
        y0=-0.5,
        y1=units - 0.5,
        line={"color": _MARK[is_dark], "width": 3},
    )


def describe_states(grid: pd.DataFrame, words: Sequence[str], *, letter: str = "h") -> str:
    """The figure in one sentence, for people who cannot see it: its size and its extreme states."""
    name = LETTER_NAMES[letter].capitalize()
    values = grid.to_numpy()
    if not np.isfinite(values).any():
        return f"{name}: no states yet."
    parts = []
    for side, at in (("lowest", np.nanargmin(values)), ("highest", np.nanargmax(values))):
        row, column = divmod(int(at), len(words))
        parts.append(
            f"{side} {values[row, column]:.2f} in unit {grid.index[row]} at “{words[column]}”"
        )
    return f"{name} of {len(grid)} units over {len(words)} words; {', '.join(parts)}."
