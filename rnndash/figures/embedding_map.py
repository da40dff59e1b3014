"""A run's most frequent words on a plane, each styled as the class that uses it most."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import escaped, say_empty
from rnndash.inspection.embedding_views import MIXED, EmbeddingMap

# Hues after Tol, "Colour schemes" (2021), moved towards the middle of the page's contrast: at
# least 3 to 1 against it. The markers differ too: no two of the first 42 classes look alike.
CLASS_COLOURS = (
    ("#3B6CA8", "#77AADD"),
    ("#B5491F", "#EE8866"),
    ("#2B7A3D", "#44BB99"),
    ("#A23B72", "#FFAABB"),
    ("#7A6A00", "#DDCC66"),
    ("#5B4BB5", "#B7A6F5"),
)
"""On a light page and on a dark one."""
CLASS_MARKERS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon")
_MIXED_COLOUR = {False: "#767B8F", True: "#8C92A8"}
_INK = {False: "#1E2233", True: "#E9EBF5"}
_MIXED_NAME = "no class above all"
_MOST_LABELS = 70
_LETTER, _LINE = 0.0085, 0.04
"""Width of a letter and height of a line, as shares of a figure of common size."""


def map_frame(drawn: EmbeddingMap) -> pd.DataFrame:
    """One row for each word, most frequent first.

    Columns: `word`, `x`, `y`, `class_number` (`MIXED` for none), `share` (of the class that uses
    the word most, 0 to 1), `count` (uses in the training texts), `is_labelled` (whether there is
    room to write it beside its point).
    """
    return pd.DataFrame(
        {
            "word": list(drawn.words),
            "x": drawn.points[:, 0],
            "y": drawn.points[:, 1],
            "class_number": drawn.classes,
            "share": drawn.shares,
            "count": drawn.counts,
            "is_labelled": pd.Series(_with_room(drawn), dtype=bool),
        }
    )


def _with_room(drawn: EmbeddingMap) -> list[bool]:
    """Which words can be written without covering another; those of a class come first."""
    if not drawn.words:
        return []
    spans = np.ptp(drawn.points, axis=0)
    places = drawn.points / np.where(spans > 0, spans, 1)
    labelled = np.zeros(len(drawn.words), dtype=bool)
    taken: list[tuple[float, float, float]] = []  # left, right, height
    for row in np.argsort(drawn.classes == MIXED, kind="stable").tolist():
        (x, y), half = places[row].tolist(), _LETTER * (len(drawn.words[row]) + 1) / 2
        if all(x + half < a or b < x - half or abs(y - other) > _LINE for a, b, other in taken):
            labelled[row] = True
            taken.append((x - half, x + half, y))
            if len(taken) == _MOST_LABELS:
                break
    return labelled.tolist()


def draw_embedding_map(
    frame: pd.DataFrame,
    class_names: Sequence[str],
    variance: tuple[float, float],
    *,
    is_dark: bool = False,
    height: int = 560,
) -> go.Figure:
    """Draw `map_frame`; hovering names every word.

    Args:
        class_names: of the map; empty where its words belong to no classes.
        variance: of the map.
    """
    figure = go.Figure()
    if frame.empty:
        say_empty(figure, "The vocabulary has no words to draw.")
    for number in [MIXED, *range(len(class_names))]:
        words = frame[frame["class_number"] == number]
        if not words.empty:
            name = class_names[number] if number != MIXED else _MIXED_NAME
            _add_words(figure, words, number, name, has_classes=bool(class_names), is_dark=is_dark)
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        hovermode="closest",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        showlegend=bool(class_names),
    )
    for update, axis, share in (
        (figure.update_xaxes, "First", variance[0]),
        (figure.update_yaxes, "Second", variance[1]),
    ):
        update(
            title=f"{axis} principal component ({share:.0%} of the variance)",
            zeroline=False,
            automargin=True,
            title_standoff=12,
        )
    return figure


def _add_words(
    figure: go.Figure,
    words: pd.DataFrame,
    number: int,
    name: str,
    *,
    has_classes: bool,
    is_dark: bool,
) -> None:
    is_mixed = number == MIXED
    uses = "<br>used %{customdata[1]:,} times, %{customdata[2]:.0%} of it in %{customdata[3]}"
    if is_mixed:
        uses = "<br>used %{customdata[1]:,} times, at most %{customdata[2]:.0%} of it in one class"
    figure.add_scatter(
        x=words["x"],
        y=words["y"],
        customdata=[
            [escaped(str(row.word)), row.uses, row.share, escaped(name)]
            for row in words.rename(columns={"count": "uses"}).itertuples()
        ],
        name=escaped(name),
        mode="markers+text",
        text=[
            escaped(str(word)) if is_labelled else ""
            for word, is_labelled in zip(words["word"], words["is_labelled"], strict=True)
        ],
        textposition="top center",
        textfont={"size": 11, "color": _INK[is_dark]},
        cliponaxis=False,
        marker=_marker(number, is_dark=is_dark),
        hovertemplate="<b>%{customdata[0]}</b>" + (uses if has_classes else "") + "<extra></extra>",
    )


def _marker(number: int, *, is_dark: bool) -> dict[str, object]:
    if number == MIXED:
        return {"color": _MIXED_COLOUR[is_dark], "symbol": "circle-open", "size": 6}
    return {
        "color": CLASS_COLOURS[number % len(CLASS_COLOURS)][is_dark],
        "symbol": CLASS_MARKERS[number % len(CLASS_MARKERS)],
        "size": 8,
    }


def describe_embedding_map(
    frame: pd.DataFrame, class_names: Sequence[str], variance: tuple[float, float]
) -> str:
    """The figure in words, for people who cannot see it: the number of words of each class."""
    sentence = (
        f"Map of the {len(frame):,} most frequent words by the first two principal components, "
        f"{sum(variance):.0%} of the variance."
    )
    for number, name in enumerate(class_names):
        words = frame[frame["class_number"] == number]["word"]
        if len(words):
            number_of = f"{len(words):,} word{'s' if len(words) > 1 else ''}"
            sentence += f" {name}: {number_of}, such as {', '.join(words.head(3))}."
    return sentence
