"""What padding costs: wasted cells over the batch size, and measured times over their share."""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import lay_out_lines
from rnndash.packing.costs import BatchingCost
from rnndash.packing.step_times import StepTime

_PADDED, _PACKED = ModelKind.LSTM.style, ModelKind.PACKED_LSTM.style
_SHUFFLED, _BUCKETED = ModelKind.RNN.style, ModelKind.GRU.style


class CostMeasure(StrEnum):
    """What is drawn over the batch size."""

    SHARE = "share"
    CELLS = "cells"
    BYTES = "bytes"

    @property
    def label(self) -> str:
        """The name in the menu."""
        match self:
            case CostMeasure.SHARE:
                return "Share of pads"
            case CostMeasure.CELLS:
                return "Cells"
            case CostMeasure.BYTES:
                return "Bytes"
            case _:
                assert_never(self)

    @property
    def axis_title(self) -> str:
        """The name on the axis."""
        match self:
            case CostMeasure.SHARE:
                return "Share of cells that are pads"
            case CostMeasure.CELLS:
                return "Cells computed in an epoch"
            case CostMeasure.BYTES:
                return "Bytes of an epoch's batches"
            case _:
                assert_never(self)

    @property
    def padded(self) -> str:
        """The column of `costs_frame` for the padded batches."""
        match self:
            case CostMeasure.SHARE:
                return "padding_share"
            case CostMeasure.CELLS:
                return "cells"
            case CostMeasure.BYTES:
                return "padded_bytes"
            case _:
                assert_never(self)

    @property
    def packed(self) -> str | None:
        """The column for the packed ones; None where they have none."""
        match self:
            case CostMeasure.SHARE:
                return None
            case CostMeasure.CELLS:
                return "tokens"
            case CostMeasure.BYTES:
                return "packed_bytes"
            case _:
                assert_never(self)

    @property
    def hover(self) -> str:
        """How a value is read out."""
        return "%{y:.1%}" if self is CostMeasure.SHARE else "%{y:,}"


def costs_frame(costs: Sequence[BatchingCost]) -> pd.DataFrame:
    """One row for each cost.

    Columns: `batch_size`, `is_bucketed`, `padding_share` (0 to 1), `cells`, `tokens`,
    `padded_bytes`, `packed_bytes`.
    """
    columns = ["batch_size", "is_bucketed", "padding_share", "cells", "tokens"]
    columns += ["padded_bytes", "packed_bytes"]
    rows = [[getattr(cost, column) for column in columns] for cost in costs]
    return pd.DataFrame(rows, columns=columns)


def draw_costs(
    frame: pd.DataFrame, measure: CostMeasure, *, is_dark: bool = False, height: int = 380
) -> go.Figure:
    """One measure over the batch size, for shuffled texts and for bucketed ones."""
    figure = go.Figure()
    for is_bucketed, name, style in (
        (False, "shuffled", _SHUFFLED),
        (True, "similar lengths together", _BUCKETED),
    ):
        points = frame[frame["is_bucketed"] == is_bucketed]
        colour = style.colour(is_dark=is_dark)
        figure.add_scatter(
            x=points["batch_size"],
            y=points[measure.padded],
            name=f"Padded, {name}",
            mode="lines+markers",
            cliponaxis=False,
            line={"color": colour, "width": 2.5, "dash": style.dash},
            marker={"symbol": style.marker, "size": 8},
            hovertemplate=measure.hover,
        )
        if measure.packed:
            figure.add_scatter(
                x=points["batch_size"],
                y=points[measure.packed],
                name=f"Packed, {name}",
                mode="lines+markers",
                cliponaxis=False,
                line={"color": colour, "width": 1.5, "dash": "dot"},
                marker={"symbol": f"{style.marker}-open", "size": 8},
                hovertemplate=measure.hover,
            )
    lay_out_lines(figure, height=height)
    sizes = sorted(frame["batch_size"].unique().tolist())
    figure.update_xaxes(
        title="Batch size", type="log", tickvals=sizes, ticktext=list(map(str, sizes))
    )
    is_share = measure is CostMeasure.SHARE
    figure.update_yaxes(
        title=measure.axis_title,
        tickformat=".0%" if is_share else "~s",
        range=[0, 1] if is_share else None,
        rangemode="normal" if is_share else "tozero",
    )
    return figure


def describe_costs(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for people who cannot see it."""
    largest = frame[frame["batch_size"] == frame["batch_size"].max()]
    shares = largest.set_index("is_bucketed")["padding_share"]
    return (
        f"Share of pads over the batch size, from none at 1 to {shares[False]:.0%} shuffled and "
        f"{shares[True]:.0%} bucketed at {frame['batch_size'].max()}."
    )


def times_frame(steps: Sequence[StepTime]) -> pd.DataFrame:
    """One row for each measured batch.

    Columns: `padding_share`, `rows`, `longest`, `tokens`, `padded_ms`, `packed_ms`,
    `padded_low_ms`, `padded_high_ms`, `packed_low_ms`, `packed_high_ms`.
    """
    return pd.DataFrame(
        [
            {
                "padding_share": step.padding_share,
                "rows": len(step.lengths),
                "longest": max(step.lengths),
                "tokens": sum(step.lengths),
                "padded_ms": step.padded_ms,
                "packed_ms": step.packed_ms,
                "padded_low_ms": step.padded_range_ms[0],
                "padded_high_ms": step.padded_range_ms[1],
                "packed_low_ms": step.packed_range_ms[0],
                "packed_high_ms": step.packed_range_ms[1],
            }
            for step in steps
        ]
    )


def draw_times(frame: pd.DataFrame, *, is_dark: bool = False, height: int = 380) -> go.Figure:
    """Time of a forward and backward pass over the share of pads, padded against packed."""
    figure = go.Figure()
    for way, name, style in (("padded", "Padded", _PADDED), ("packed", "Packed", _PACKED)):
        middle = frame[f"{way}_ms"]
        figure.add_scatter(
            x=frame["padding_share"],
            y=middle,
            customdata=frame[[f"{way}_low_ms", f"{way}_high_ms", "tokens"]],
            error_y={
                "array": frame[f"{way}_high_ms"] - middle,
                "arrayminus": middle - frame[f"{way}_low_ms"],
                "thickness": 1,
                "width": 3,
            },
            name=name,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": style.colour(is_dark=is_dark), "width": 2.5, "dash": style.dash},
            marker={"symbol": style.marker, "size": 8},
            hovertemplate="%{y:.1f} ms, from %{customdata[0]:.1f} to %{customdata[1]:.1f}; "
            "%{customdata[2]:,} tokens",
        )
    lay_out_lines(figure, height=height)
    figure.update_xaxes(title="Share of cells that are pads", tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(title="Forward and backward (ms)", rangemode="tozero")
    return figure


def describe_times(frame: pd.DataFrame) -> str:
    """The measurement in one sentence: where packing was faster."""
    won = frame[frame["packed_ms"] < frame["padded_ms"]]
    if won.empty:
        return "Padded was faster at every measured share of pads."
    if len(won) == len(frame):
        return "Packed was faster at every measured share of pads."
    shares = ", ".join(f"{share:.0%}" for share in won["padding_share"])
    return f"Packed was faster where the share of pads was {shares}; elsewhere padded was."
