"""A minibatch three times: padded, sorted by length, and as the packed vector, step by step.

Rows, steps and places are counted from 0, as in the tensors that stand beside the pictures.
"""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.packed_cells import Part
from rnndash.figures.spotlight import spotlight, wrapped_boxes
from rnndash.figures.style import escaped
from rnndash.packing.minibatch import BatchLayout

_CELL_PX = 54
_MOST_WITH_TEXT = 28
"""Time steps; with more, the cells are too narrow for most words."""
_LINE = 32
"""Places of the packed vector in one line of its picture."""
_MARGIN = {"l": 10, "r": 10, "t": 34, "b": 10}
_SIDE_PX, _EDGE_PX = 80, 96
_INK = {False: "#1E2233", True: "#E9EBF5"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepPicture:
    """A figure of which each time step lights up a part.

    Attributes:
        width_px: as wide as it should be where there is room.
        least_px: as wide as it has to be, if need be behind a scroll bar; 0 shrinks to any width.
        shapes: for each step, what Plotly lays over the figure.
        alt: the figure in a sentence, for people who cannot see it.
    """

    figure: go.Figure
    width_px: int
    least_px: int
    shapes: tuple[tuple[dict[str, object], ...], ...]
    alt: str


def draw_padded(
    cells: pd.DataFrame, part: Part, *, has_words: bool = False, is_dark: bool = False
) -> StepPicture:
    """The padded batch: rows are texts, columns are time steps, pads are hatched."""
    shown = cells[(cells["row"] < part.rows) & (cells["step"] < part.steps)]
    figure = _draw(shown, shown["step"], shown["row"], cells, has_words, is_dark)
    if not has_words:
        _blank_if_narrow(figure, part)
    _lay_out(figure, "1. Padded: tokens, (B, T)", [f"row {row}" for row in range(part.rows)])
    figure.update_xaxes(
        title="Time step t", range=[-0.5, part.steps - 0.5], dtick=1 if part.steps <= 30 else 5
    )
    grid = (0, 0, part.steps, part.rows)
    lit = [
        spotlight([(t, 0, t + 1, part.rows)], [grid], is_dark=is_dark) for t in range(part.steps)
    ]
    pads = int(cells["is_pad"].sum())
    alt = (
        f"Padded batch of {cells['row'].max() + 1} rows and {cells['step'].max() + 1} time steps; "
        f"{pads:,} of {len(cells):,} cells are pads."
    )
    return StepPicture(
        figure=figure,
        width_px=part.steps * _CELL_PX + _SIDE_PX,
        least_px=part.steps * _CELL_PX + _SIDE_PX if has_words else 0,
        shapes=tuple(lit),
        alt=alt,
    )


def draw_sorted(
    cells: pd.DataFrame,
    layout: BatchLayout,
    part: Part,
    *,
    has_words: bool = False,
    is_dark: bool = False,
) -> StepPicture:
    """The rows sorted by length, without pads; under each step, how many rows are still alive."""
    near = (cells["sorted_place"] < part.rows) & (cells["step"] < part.steps)
    shown = cells[near & ~cells["is_pad"]]
    figure = _draw(shown, shown["step"], shown["sorted_place"], cells, has_words, is_dark)
    if not has_words:
        _blank_if_narrow(figure, part)
    _lay_out(
        figure,
        "2. Sorted by length, pads dropped",
        [f"row {row}" for row in layout.sorted_indices[: part.rows]],
    )
    sizes = layout.batch_sizes[: part.steps].tolist()
    every = 1 if part.steps <= 30 else 5
    figure.update_xaxes(
        title="batch_sizes: rows still alive at step t",
        range=[-0.5, part.steps - 0.5],
        tickmode="array",
        tickvals=list(range(0, part.steps, every)),
        ticktext=[f"<b>{size}</b>" for size in sizes[::every]],
    )
    grid = (0, 0, part.steps, part.rows)
    lit = [
        spotlight([(t, 0, t + 1, min(size, part.rows))], [grid], is_dark=is_dark)
        for t, size in enumerate(sizes)
    ]
    return StepPicture(
        figure=figure,
        width_px=part.steps * _CELL_PX + _SIDE_PX,
        least_px=part.steps * _CELL_PX + _SIDE_PX if has_words else 0,
        shapes=tuple(lit),
        alt="The rows sorted by length. Rows still alive at each step: "
        + ", ".join(map(str, layout.batch_sizes[: part.steps].tolist()))
        + ("." if part.steps == layout.steps else ", …"),
    )


def draw_packed(
    cells: pd.DataFrame,
    layout: BatchLayout,
    part: Part,
    *,
    has_words: bool = False,
    is_dark: bool = False,
) -> StepPicture:
    """The packed vector, step after step; long ones go on in the next line."""
    shown = cells[(cells["place"] >= 0) & (cells["place"] < part.places)].sort_values("place")
    lines = -(-part.places // _LINE)
    width = min(part.places, _LINE)
    figure = _draw(
        shown, shown["place"] % _LINE, shown["place"] // _LINE, cells, has_words, is_dark
    )
    _lay_out(
        figure,
        "3. Packed: data, (N,)",
        [f"from {line * _LINE}" for line in range(lines)] if lines > 1 else [""],
    )
    figure.update_xaxes(
        title="Place in data",
        range=[-0.5, width - 0.5],
        dtick=1 if width <= _LINE // 2 else 4,
    )
    slices = [layout.slice_at(t) for t in range(part.steps)]
    borders = tuple(
        _border(start, is_dark=is_dark) for start, _ in slices[1:] if start < part.places
    )
    filled = wrapped_boxes(0, part.places, width=_LINE)
    lit = [
        borders
        + spotlight(
            wrapped_boxes(start, min(end, part.places), width=_LINE), filled, is_dark=is_dark
        )
        for start, end in slices
    ]
    return StepPicture(
        figure=figure,
        width_px=max(width * _CELL_PX, 260) + _SIDE_PX,
        least_px=width * _CELL_PX + _SIDE_PX if has_words else 0,
        shapes=tuple(lit),
        alt="The packed vector: " + ", ".join(map(str, layout.data[: part.places].tolist())) + ".",
    )


def _border(place: int, *, is_dark: bool) -> dict[str, object]:
    """A line before the first place of a step."""
    line, column = divmod(place, _LINE)
    return {
        "type": "line",
        "x0": column - 0.5,
        "x1": column - 0.5,
        "y0": line - 0.5,
        "y1": line + 0.5,
        "line": {"color": _INK[is_dark], "width": 3},
    }


def _draw(
    shown: pd.DataFrame,
    x: "pd.Series[int]",
    y: "pd.Series[int]",
    cells: pd.DataFrame,
    has_words: bool,
    is_dark: bool,
) -> go.Figure:
    """One bar for each cell: a bar, unlike a heat-map's cell, can be hatched."""
    count = int(cells["row"].max()) + 1
    tints = [_tint(row, count, is_dark=is_dark) for row in range(count)]
    blank = "#FFFFFF" if not is_dark else "#12141F"
    pads = shown["is_pad"]
    return go.Figure(
        go.Bar(
            orientation="h",
            base=x - 0.5,
            x=[1] * len(shown),
            y=y,
            width=0.94,
            ids=[f"{row}-{step}" for row, step in zip(shown["row"], shown["step"], strict=True)],
            text=[
                "0" if pad else (escaped(word) if has_words and word else str(number))
                for pad, word, number in zip(pads, shown["word"], shown["id"], strict=True)
            ],
            customdata=_hovers(shown),
            hovertemplate="%{customdata}<extra></extra>",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": _INK[is_dark]},
            marker={
                "color": [
                    blank if pad else tints[row]
                    for pad, row in zip(pads, shown["row"], strict=True)
                ],
                "line": {"color": blank, "width": 1.5},
                "pattern": {
                    "fillmode": "overlay",
                    "shape": ["/" if pad else "" for pad in pads],
                    "fgcolor": "#8A8FA8",
                    "fgopacity": 0.55,
                    "size": 7,
                },
            },
        )
    )


def _blank_if_narrow(figure: go.Figure, part: Part) -> None:
    """Now and then a short word fits into a narrow cell: better none, and all on hover."""
    if part.steps > _MOST_WITH_TEXT:
        figure.update_traces(text=None)


def _hovers(shown: pd.DataFrame) -> list[str]:
    return [
        f"<b>pad</b> (0)<br>row {cell.row}, step {cell.step}<br>not in the packed vector"
        if cell.is_pad
        else f"<b>{_named(cell.word, cell.id)}</b><br>row {cell.row}, step "
        f"{cell.step}<br>place {cell.place} of the packed vector"
        for cell in shown.itertuples()
    ]


def _named(word: object, number: object) -> str:
    """`oil (512)`, or the number alone where there are no words."""
    return f"{escaped(str(word))} ({number})" if word else f"id {number}"


def _lay_out(figure: go.Figure, title: str, labels: Sequence[str]) -> None:
    lines = len(labels)
    row_px = 38 if lines <= 12 else 22
    figure.update_layout(
        title={
            "text": title,
            "x": 0,
            "xref": "paper",
            "y": 0.99,
            "yanchor": "top",
            "font": {"size": 14},
        },
        height=lines * row_px + _EDGE_PX,
        margin=_MARGIN,
        barmode="overlay",
        bargap=0,
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        uniformtext={"mode": "hide", "minsize": 9},
    )
    figure.update_xaxes(showgrid=False, zeroline=False, fixedrange=True, automargin=True)
    figure.update_yaxes(
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        automargin=True,
        range=[lines - 0.5, -0.5],
        tickmode="array",
        tickvals=list(range(lines)),
        ticktext=list(labels),
        ticks="",
    )


def _tint(row: int, rows: int, *, is_dark: bool) -> str:
    """A calm colour for each row: neighbours differ, and text stays readable on it."""
    hue = (0.08 + row * 0.381966) % 1 if rows > 6 else 0.08 + row / max(rows, 3)
    red, green, blue = colorsys.hls_to_rgb(hue % 1, 0.27 if is_dark else 0.83, 0.5)
    return f"#{round(255 * red):02X}{round(255 * green):02X}{round(255 * blue):02X}"
