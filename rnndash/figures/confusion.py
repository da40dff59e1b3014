"""Which classes a model takes for which, and where two models disagree."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnndash.events import Confusion
from rnndash.figures.style import escaped
from rnndash.statistics import Verdict

_LIGHT = ("#F4F5FA", "#4338CA")
_DARK = ("#1C2030", "#8B8DF8")
_MOST_WITH_NUMBERS = 12
_LONGEST_NAME = 28
RIGHT, WRONG = "right", "wrong"


def confusion_frame(confusion: Confusion, class_names: Sequence[str]) -> pd.DataFrame:
    """Row: true class, column: class answered, value: number of texts."""
    return pd.DataFrame(np.array(confusion), index=list(class_names), columns=list(class_names))


def agreement_frame(verdict: Verdict) -> pd.DataFrame:
    """Row: whether the first run is right, column: whether the second is, value: texts."""
    return pd.DataFrame(
        [[verdict.both_right, verdict.only_first], [verdict.only_second, verdict.both_wrong]],
        index=[RIGHT, WRONG],
        columns=[RIGHT, WRONG],
    )


def draw_confusion(frame: pd.DataFrame, *, is_dark: bool = False, height: int = 380) -> go.Figure:
    """Draw `confusion_frame`: each row's colours are shares of that class' texts."""
    shares = frame.div(frame.sum(axis=1).clip(lower=1), axis=0)
    figure = _draw_cells(frame, shares, is_dark=is_dark, height=height)
    figure.update_xaxes(title="Class answered", side="bottom")
    figure.update_yaxes(title="True class")
    figure.update_traces(
        hovertemplate="%{customdata[0]:,} of the texts of %{customdata[1]}<br>were answered "
        "%{customdata[2]} (%{z:.1%})<extra></extra>"
    )
    return figure


def draw_agreement(
    frame: pd.DataFrame, first: str, second: str, *, is_dark: bool = False, height: int = 300
) -> go.Figure:
    """Draw `agreement_frame`.

    Args:
        first: the name of the run of the rows.
        second: the name of the run of the columns.
    """
    shares = frame / max(1, int(frame.to_numpy().sum()))
    figure = _draw_cells(frame, shares, is_dark=is_dark, height=height)
    figure.update_xaxes(title=f"B: {escaped(_short(second))}", side="bottom")
    figure.update_yaxes(title=f"A: {escaped(_short(first))}")
    figure.update_traces(
        hovertemplate="%{customdata[0]:,} texts: A %{customdata[1]}, B %{customdata[2]} "
        "(%{z:.1%})<extra></extra>"
    )
    return figure


def _short(name: str) -> str:
    """A run's name as an axis has room for it."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _draw_cells(
    frame: pd.DataFrame, shares: pd.DataFrame, *, is_dark: bool, height: int
) -> go.Figure:
    """Cells with their number of texts. Long class names are cut on the axes, not in the hover.

    Each cell's `customdata` is its number of texts, and the names of its row and of its column.
    """
    low, high = _DARK if is_dark else _LIGHT
    figure = go.Figure(
        go.Heatmap(
            x=list(frame.columns),
            y=list(frame.index),
            z=shares.to_numpy(),
            customdata=[
                [
                    (texts, escaped(str(row)), escaped(str(column)))
                    for column, texts in cells.items()
                ]
                for row, cells in frame.iterrows()
            ],
            zmin=0,
            zmax=1,
            colorscale=[[0, low], [1, high]],
            showscale=False,
            xgap=3,
            ygap=3,
            text=[[f"{texts:,}" for texts in row] for row in frame.to_numpy().tolist()],
            texttemplate="%{text}" if len(frame) <= _MOST_WITH_NUMBERS else None,
        )
    )
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 10, "b": 10}, dragmode=False)
    for update, names in ((figure.update_xaxes, frame.columns), (figure.update_yaxes, frame.index)):
        update(
            type="category",
            automargin=True,
            showgrid=False,
            zeroline=False,
            title_standoff=12,
            tickmode="array",
            tickvals=list(names),
            ticktext=[
                escaped(name if len(name) <= 14 else f"{name[:13]}…") for name in map(str, names)
            ],
        )
    figure.update_yaxes(autorange="reversed")
    return figure


def describe_confusion(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for people who cannot see it."""
    counts = frame.to_numpy()
    right = int(np.trace(counts))
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return f"Confusion matrix: all {right:,} texts answered rightly."
    true, answered = divmod(int(wrong.argmax()), len(wrong))
    return (
        f"Confusion matrix: {right:,} of {int(counts.sum()):,} texts answered rightly; most often "
        f"{frame.index[true]} was taken for {frame.columns[answered]}, {int(wrong.max()):,} times."
    )


def describe_agreement(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for people who cannot see it."""
    (both, first), (second, neither) = frame.to_numpy().tolist()
    return (
        f"Of {both + first + second + neither:,} texts both runs have {both:,} right, only A "
        f"{first:,}, only B {second:,}, and neither {neither:,}."
    )
