"""The training curves: how accuracy or loss moves while the models read."""

from collections.abc import Sequence
from enum import StrEnum

import pandas as pd
import plotly.graph_objects as go

from rnndash.config import ModelKind
from rnndash.events import HeldOut, Measured
from rnndash.figures.style import STYLES, figure_of, lines_layout, say_empty
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


_METRIC_LABELS = {
    Metric.RUNNING: "Running accuracy",
    Metric.WINDOW: "Window accuracy",
    Metric.HELD_OUT: "Held-out accuracy",
    Metric.LOSS: "Loss",
}
_METRIC_EXPLANATIONS = {
    Metric.RUNNING: (
        "Share of right answers over this epoch so far: the number the lesson prints. "
        "It averages over the whole past, so it lags behind what the model can do now."
    ),
    Metric.WINDOW: (
        "Share of right answers over the latest 1,000 training texts: what the model can do now."
    ),
    Metric.HELD_OUT: (
        "Share of right answers on a fixed sample of up to 1,000 test texts, "
        "which the model never learns from."
    ),
    Metric.LOSS: (
        "Mean cross-entropy over the latest 1,000 training texts. Guessing among four classes "
        "gives 1.39; lower is better."
    ),
}

COLUMNS = ["run_id", "model", "samples", "epoch", "seconds", "value"]


def curve_frame(records: Sequence[RunRecord], metric: Metric) -> pd.DataFrame:
    """One row for each logged point: never an interpolated one.

    Columns: `run_id`, `model` (a `ModelKind` value), `samples`, `epoch`, `seconds`, `value`
    (a share from 0 to 1, or nats for the loss).
    """
    rows = [
        (record.run_id, record.config.model.value, p.samples, p.epoch, p.seconds, value)
        for record in records
        for p, value in _values(record, metric)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _values(record: RunRecord, metric: Metric) -> list[tuple[Measured | HeldOut, float]]:
    if metric is Metric.HELD_OUT:
        return [(point, point.accuracy) for point in record.held_out]
    return [(point, getattr(point, metric)) for point in record.points]


def draw_curves(
    frame: pd.DataFrame,
    metric: Metric,
    *,
    samples_total: int,
    is_dark: bool = False,
    revision: str = "",
    height: int = 400,
) -> go.Figure:
    """Draw what `curve_frame` gave.

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
    traces = [
        _line(str(run_id), points, metric, is_dark=is_dark)
        for run_id, points in frame.groupby("run_id", sort=False)
    ]
    figure = figure_of(traces, {**layout, "uirevision": f"{revision}-{metric}"})
    if frame.empty:
        say_empty(figure, "The first points appear as soon as training begins.")
    return figure


def _line(run_id: str, points: pd.DataFrame, metric: Metric, *, is_dark: bool) -> dict[str, object]:
    """The curve of one run."""
    model = ModelKind(points["model"].iloc[0])
    style = STYLES[model]
    colour = style.colour(is_dark=is_dark)
    few = len(points) <= 2 or metric is Metric.HELD_OUT
    return {
        "type": "scatter",
        "x": points["samples"],
        "y": points["value"],
        "customdata": points[["epoch", "seconds"]],
        "uid": run_id,
        "name": model.label,
        "mode": "lines+markers" if few else "lines",
        "line": {"color": colour, "width": 2.5, "dash": style.dash},
        "marker": {"color": colour, "symbol": style.marker, "size": 7},
        "hovertemplate": _hover(metric),
    }


def describe_curves(frame: pd.DataFrame, metric: Metric) -> str:
    """The figure in one sentence, for who cannot see it."""
    if frame.empty:
        return f"{metric.label}: no points yet."
    last = frame.groupby("run_id", sort=False).last()
    number = "{:.2f}" if metric is Metric.LOSS else "{:.1%}"
    parts = [
        f"{ModelKind(model).label} {number.format(value)}"
        for model, value in zip(last["model"].tolist(), last["value"].tolist(), strict=True)
    ]
    return f"{metric.label} over training texts read; latest: {', '.join(parts)}."


def _hover(metric: Metric) -> str:
    value = "%{y:.3f} nats" if metric is Metric.LOSS else "%{y:.1%}"
    return value + " at %{x:,} texts, %{customdata[1]:.0f} s"
