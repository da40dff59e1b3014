"""The curves of any runs over each other: the figure of the Compare page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import ConfigError
from rnndash.figures.curves import CurvePoint, Metric, curves_of
from rnndash.figures.style import escaped, figure_of, lines_layout, say_empty, shade
from rnndash.lesson_curves import REFERENCE_EPOCH, lesson_curves
from rnndash.results import RunRecord
from rnndash.statistics import smooth

MOST_SMOOTHING = 0.99


class Axis(StrEnum):
    """What the x axis shows."""

    SAMPLES = "samples"
    EPOCHS = "epoch"
    SECONDS = "seconds"

    @property
    def label(self) -> str:
        """The name in the menu."""
        match self:
            case Axis.SAMPLES:
                return "Texts read"
            case Axis.EPOCHS:
                return "Epochs"
            case Axis.SECONDS:
                return "Seconds"
            case _:
                assert_never(self)

    @property
    def axis_title(self) -> str:
        """The name on the axis, with its unit."""
        match self:
            case Axis.SAMPLES:
                return "Training texts read"
            case Axis.EPOCHS:
                return "Epochs"
            case Axis.SECONDS:
                return "Seconds of training, pauses not counted"
            case _:
                assert_never(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class CurveView:
    """How a reader wants to see the curves.

    Attributes:
        smoothing: weight of the past, 0 to 0.99.
        is_log: a logarithmic y axis; for the loss alone.
        is_grouped: runs that differ in nothing but the seed become one mean line with a band.
        has_reference: with the lesson's published curves.
    """

    metric: Metric = Metric.RUNNING
    axis: Axis = Axis.SAMPLES
    smoothing: float = 0.0
    is_log: bool = False
    is_grouped: bool = False
    has_reference: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.smoothing <= MOST_SMOOTHING:
            raise ConfigError(
                f"Smoothing goes from 0 to {MOST_SMOOTHING}; it is {self.smoothing!r}. "
                "Choose a value inside."
            )

    @property
    def can_show_reference(self) -> bool:
        """Whether the lesson published this: running accuracy, and no times."""
        return self.metric is Metric.RUNNING and self.axis is not Axis.SECONDS


COMPARED_COLUMNS = [
    "curve",
    "label",
    "model",
    "samples",
    "x",
    "value",
    "smoothed",
    "low",
    "high",
    "runs",
]


def compared_frame(
    records: Sequence[RunRecord], labels: Mapping[str, str], view: CurveView
) -> pd.DataFrame:
    """One row for each logged point of each curve: never an interpolated one.

    Columns: `curve` (a run's id, or the first one's of a group), `label`, `model`, `samples`,
    `x` (in the view's axis), `value`, `smoothed`, `low` and `high` (the least and the greatest
    value of a group's runs), `runs` (how many the value is the mean of).

    A group's curve ends where the first of its runs does: each point is the mean of all.

    Args:
        labels: of each run that gives a curve its name, by its id.
    """
    points = pd.DataFrame(
        [
            (curve.run_id, curve.model.value, *point)
            for curve in curves_of(records, view.metric)
            for point in curve.points
        ],
        columns=["run_id", "model", *CurvePoint._fields],
    )
    points["x"] = points[view.axis.value]
    groups = seed_groups(records) if view.is_grouped else {r.run_id: r.run_id for r in records}
    points["curve"] = points["run_id"].map(groups)
    sizes = points.groupby("curve")["run_id"].nunique()
    parts = []
    for curve, part in points.groupby("curve", sort=False):
        part = part.groupby("samples", as_index=False).agg(
            model=("model", "first"),
            x=("x", "mean"),
            value=("value", "mean"),
            low=("value", "min"),
            high=("value", "max"),
            runs=("value", "size"),
        )
        part = part[part["runs"] == sizes[curve]]
        part["smoothed"] = smooth(part["value"].tolist(), view.smoothing)
        part["curve"] = curve
        part["label"] = _label(labels[str(curve)], int(sizes[curve]))
        parts.append(part)
    if not parts:
        return pd.DataFrame(columns=COMPARED_COLUMNS)
    return pd.concat(parts, ignore_index=True)[COMPARED_COLUMNS]


def seed_groups(records: Sequence[RunRecord]) -> dict[str, str]:
    """For each run, by its id, the first run that has the same settings but for the seed."""
    first: dict[RunConfig, str] = {}
    return {
        record.run_id: first.setdefault(replace(record.config, seed=0), record.run_id)
        for record in records
    }


def _label(label: str, runs: int) -> str:
    return label if runs == 1 else f"{label} (mean of {runs} seeds)"


def draw_comparison(
    frame: pd.DataFrame,
    view: CurveView,
    *,
    is_dark: bool = False,
    revision: str = "",
    height: int = 460,
) -> go.Figure:
    """Draw what `compared_frame` gave.

    Args:
        revision: as long as it stays the same, a reader's zoom is kept while points come in.
    """
    seen: dict[str, int] = {}
    traces: list[dict[str, object]] = []
    for curve, points in frame.groupby("curve", sort=False):
        model = points["model"].iloc[0]
        number = seen[model] = seen.get(model, -1) + 1
        colour = shade(ModelKind(model).style.colour(is_dark=is_dark), number, is_dark=is_dark)
        traces += _curve(str(curve), points, colour, view)
    if view.has_reference and view.can_show_reference:
        traces += _reference(view, is_dark=is_dark)
    figure = figure_of(traces, _layout(view, revision=revision, height=height))
    if frame.empty:
        say_empty(figure, "No points to show: tick runs above, or wait for their first points.")
    return figure


def _curve(
    curve: str, points: pd.DataFrame, colour: str, view: CurveView
) -> Iterator[dict[str, object]]:
    """The line, and before it the band of its seeds or the raw line that it smooths."""
    style = ModelKind(points["model"].iloc[0]).style
    shared = {"type": "scatter", "legendgroup": curve}
    quiet = {**shared, "hoverinfo": "skip", "showlegend": False}
    if points["runs"].iloc[0] > 1:
        yield {
            **quiet,
            "x": [*points["x"], *points["x"][::-1]],
            "y": [*points["high"], *points["low"][::-1]],
            "fill": "toself",
            "fillcolor": colour,
            "opacity": 0.18,
            "line": {"width": 0},
            "uid": f"{curve}-band",
        }
    elif view.smoothing > 0:
        yield {
            **quiet,
            "x": points["x"],
            "y": points["value"],
            "mode": "lines",
            "line": {"color": colour, "width": 1},
            "opacity": 0.3,
            "uid": f"{curve}-raw",
        }
    few = len(points) <= 2 or view.metric is Metric.HELD_OUT
    yield {
        **shared,
        "x": points["x"],
        "y": points["smoothed"],
        "customdata": points[["samples", "value", "low", "high"]],
        "name": escaped(points["label"].iloc[0]),
        "mode": "lines+markers" if few else "lines",
        "line": {"color": colour, "width": 2.5, "dash": style.dash},
        "marker": {"color": colour, "symbol": style.marker, "size": 7},
        "hovertemplate": _hover(view, is_group=bool(points["runs"].iloc[0] > 1)),
        "uid": curve,
    }


def _reference(view: CurveView, *, is_dark: bool) -> Iterator[dict[str, object]]:
    """The lesson's published curves."""
    points = lesson_curves()
    for model in dict.fromkeys(point.model for point in points):
        own = [point for point in points if point.model is model]
        scale = REFERENCE_EPOCH if view.axis is Axis.EPOCHS else 1
        colour = model.style.colour(is_dark=is_dark)
        yield {
            "type": "scatter",
            "x": [point.samples / scale for point in own],
            "y": [point.running_accuracy for point in own],
            "customdata": [[point.samples] for point in own],
            "name": f"Lesson: {model.label}",
            "mode": "lines",
            "line": {"color": colour, "width": 1.5, "dash": "4px,4px"},
            "opacity": 0.75,
            "hovertemplate": "%{y:.1%} at %{customdata[0]:,} texts, as published",
            "uid": f"lesson-{model}",
        }


def _hover(view: CurveView, *, is_group: bool) -> str:
    form = ".3f" if view.metric is Metric.LOSS else ".1%"
    text = f"%{{y:{form}}} at %{{customdata[0]:,}} texts"
    if is_group:
        return f"{text}, seeds from %{{customdata[2]:{form}}} to %{{customdata[3]:{form}}}"
    return f"{text}, raw %{{customdata[1]:{form}}}" if view.smoothing > 0 else text


def _layout(view: CurveView, *, revision: str, height: int) -> dict[str, object]:
    is_share = view.metric is not Metric.LOSS
    is_log = view.is_log and not is_share
    layout = lines_layout(
        height=height,
        xaxis={
            "title_text": view.axis.axis_title,
            "rangemode": "tozero",
            "tickformat": "~s" if view.axis is Axis.SAMPLES else None,
        },
        yaxis={
            "title_text": view.metric.label + ("" if is_share else " (nats)"),
            "tickformat": ".0%" if is_share else ".2f",
            "type": "log" if is_log else "linear",
            "range": [0, 1] if is_share else None,
            "rangemode": "normal" if is_share or is_log else "tozero",
        },
    )
    return {**layout, "uirevision": f"{revision}-{view.metric}-{view.axis}-{is_log}"}


def describe_comparison(frame: pd.DataFrame, view: CurveView) -> str:
    """The figure in one sentence, for people who cannot see it."""
    if frame.empty:
        return f"{view.metric.label}: no runs to show."
    last = frame.groupby("curve", sort=False).last()
    number = "{:.2f}" if view.metric is Metric.LOSS else "{:.1%}"
    parts = [
        f"{label} {number.format(value)}"
        for label, value in zip(last["label"], last["value"], strict=True)
    ]
    return f"{view.metric.label} over {view.axis.axis_title.lower()}; latest: {', '.join(parts)}."
