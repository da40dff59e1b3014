"""The training curves: how accuracy or loss moves while the models read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnndash.config.complete import complete
from rnndash.config.model_kind import ModelKind
from rnndash.events import HeldOut, Measured
from rnndash.figures.style import figure_of, lines_layout, say_empty
from rnndash.results import RunRecord


class Metric(StrEnum):
    """What the y axis shows."""

    RUNNING = "running_accuracy"
    WINDOW = "window_accuracy"
    HELD_OUT = "held_out_accuracy"
    LOSS = "loss"

    @property
    def label(self) -> str:
        """The name on the axis and in the menu."""
        return _METRIC_LABELS[self]

    @property
    def explanation(self) -> str:
        """One sentence: what it is, and what to mind."""
        return _METRIC_EXPLANATIONS[self]


_METRIC_LABELS = complete(
    Metric,
    {
        Metric.RUNNING: "Running accuracy",
        Metric.WINDOW: "Window accuracy",
        Metric.HELD_OUT: "Held-out accuracy",
        Metric.LOSS: "Loss",
    },
)
_METRIC_EXPLANATIONS = complete(
    Metric,
    {
        Metric.RUNNING: (
            "Share of right answers over this epoch so far: the number the lesson prints. "
            "It averages over the whole past, so it lags behind what the model can do now."
        ),
        Metric.WINDOW: (
            "Share of right answers over the latest 1,000 training texts: what the model can do "
            "now."
        ),
        Metric.HELD_OUT: (
            "Share of right answers on a fixed sample of up to 1,000 test texts, "
            "which the model never learns from."
        ),
        Metric.LOSS: (
            "Mean cross-entropy over the latest 1,000 training texts. Guessing among four classes "
            "gives 1.39; lower is better."
        ),
    },
)


class CurvePoint(NamedTuple):
    """A point as it was logged.

    Attributes:
        samples: training texts read so far.
        epoch: as a fraction.
        seconds: of training so far, pauses not counted.
        value: a share from 0 to 1, or nats for the loss.
    """

    samples: int
    epoch: float
    seconds: float
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A run's logged points, at least one: never an interpolated one."""

    run_id: str
    model: ModelKind
    points: Sequence[CurvePoint]


def curves_of(records: Sequence[RunRecord], metric: Metric) -> list[Curve]:
    """The curve of each run that has points.

    Plain values, since the first page that anybody opens would wait for pandas.
    """
    curves = (
        Curve(run_id=record.run_id, model=record.config.model, points=_points(record, metric))
        for record in records
    )
    return [curve for curve in curves if curve.points]


def _points(record: RunRecord, metric: Metric) -> list[CurvePoint]:
    return [
        CurvePoint(p.samples, p.epoch, p.seconds, value) for p, value in _values(record, metric)
    ]


def _values(record: RunRecord, metric: Metric) -> list[tuple[Measured | HeldOut, float]]:
    if metric is Metric.HELD_OUT:
        return [(point, point.accuracy) for point in record.held_out]
    return [(point, getattr(point, metric)) for point in record.points]


def draw_curves(
    curves: Sequence[Curve],
    metric: Metric,
    *,
    samples_total: int,
    is_dark: bool = False,
    revision: str = "",
    height: int = 400,
) -> go.Figure:
    """Draw what `curves_of` gave.

    Args:
        samples_total: the length of the x axis from the start, so that it does not jump.
        revision: as long as it stays the same, a reader's zoom is kept while points come in.
    """
    is_share = metric is not Metric.LOSS
    layout = lines_layout(
        height=height,
        xaxis={
            "title_text": "Training texts read",
            "range": [0, samples_total],
            "tickformat": "~s",
        },
        yaxis={
            "title_text": metric.label + ("" if is_share else " (nats)"),
            "tickformat": ".0%" if is_share else ".2f",
            "range": [0, 1] if is_share else None,
            "rangemode": "normal" if is_share else "tozero",
        },
    )
    traces = [_line(curve, metric, is_dark=is_dark) for curve in curves]
    figure = figure_of(traces, {**layout, "uirevision": f"{revision}-{metric}"})
    if not curves:
        say_empty(figure, "The first points appear as soon as training begins.")
    return figure


def _line(curve: Curve, metric: Metric, *, is_dark: bool) -> dict[str, object]:
    style = curve.model.style
    colour = style.colour(is_dark=is_dark)
    few = len(curve.points) <= 2 or metric is Metric.HELD_OUT
    return {
        "type": "scatter",
        # As arrays, which Plotly takes as they are; of a list it checks each number.
        "x": np.array([point.samples for point in curve.points]),
        "y": np.array([point.value for point in curve.points]),
        "customdata": np.array([(point.epoch, point.seconds) for point in curve.points]),
        "uid": curve.run_id,
        "name": curve.model.label,
        "mode": "lines+markers" if few else "lines",
        "line": {"color": colour, "width": 2.5, "dash": style.dash},
        "marker": {"color": colour, "symbol": style.marker, "size": 7},
        "hovertemplate": _hover(metric),
    }


def describe_curves(curves: Sequence[Curve], metric: Metric) -> str:
    """The figure in one sentence, for people who cannot see it."""
    if not curves:
        return f"{metric.label}: no points yet."
    number = "{:.2f}" if metric is Metric.LOSS else "{:.1%}"
    parts = [f"{curve.model.label} {number.format(curve.points[-1].value)}" for curve in curves]
    return f"{metric.label} over training texts read; latest: {', '.join(parts)}."


def _hover(metric: Metric) -> str:
    value = "%{y:.3f} nats" if metric is Metric.LOSS else "%{y:.1%}"
    return value + " at %{x:,} texts, %{customdata[1]:.0f} s"
