"""The memory task: accuracy over the length of the sequences, and what is left of the gradient."""

import math
from dataclasses import dataclass
from typing import assert_never

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import lay_out_lines, say_empty, shade
from rnndash.memory_task.outcomes import MemoryRecord
from rnndash.memory_task.sequences import CHANCE
from rnndash.memory_task.settings import MemoryModel

COLUMNS = ["model", "length", "accuracy", "step", "is_last", "gradient_before", "gradient_after"]
_MARGIN = 0.06
"""Of the logarithmic axis, in powers of ten."""
_TICKS = 6
"""About so many on the axis of gradients, each a whole power of ten."""


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    dash: str
    marker: str


def _look(model: MemoryModel, *, is_dark: bool) -> _Look:
    """The look of its classifier on all pages; the LSTM that PyTorch starts is another shade."""
    style = model.kind.style
    colour = style.colour(is_dark=is_dark)
    match model:
        case MemoryModel.LSTM:
            return _Look(shade(colour, 1, is_dark=is_dark), "dot", f"{style.marker}-open")
        case MemoryModel.RNN | MemoryModel.OPEN_LSTM | MemoryModel.GRU:
            return _Look(colour, style.dash, style.marker)
        case _:
            assert_never(model)


def memory_frame(record: MemoryRecord) -> pd.DataFrame:
    """One row for each network that has begun.

    Columns: `model` (a `MemoryModel` value), `length`, `accuracy` (0 to 1, held out, the latest),
    `step`, `is_last` (whether its training is over), `gradient_before` and `gradient_after`
    (training; share of the gradient that reaches the first word; missing where there is none).
    """
    rows = [
        (
            outcome.latest.model.value,
            outcome.latest.length,
            outcome.latest.accuracy,
            outcome.latest.step,
            outcome.latest.is_last,
            outcome.gradient_before,
            outcome.gradient_after,
        )
        for outcome in record.outcomes
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    gradients = ["gradient_before", "gradient_after"]
    return frame.astype(dict.fromkeys(gradients, "float64"))


def draw_memory(
    frame: pd.DataFrame, lengths: tuple[int, ...], *, is_dark: bool = False, height: int = 400
) -> go.Figure:
    """Accuracy over length: a line for each model, and one for guessing.

    Args:
        lengths: of the task; the axis has them all from the start.
    """
    figure = go.Figure()
    for model, points in _by_model(frame):
        look = _look(model, is_dark=is_dark)
        figure.add_scatter(
            x=points["length"],
            y=points["accuracy"],
            customdata=points[["step"]],
            uid=model.value,
            name=model.label,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": look.colour, "width": 2.5, "dash": look.dash},
            marker={"color": look.colour, "symbol": look.marker, "size": 9},
            hovertemplate="%{y:.1%} after %{customdata[0]:,} steps",
        )
    _lay_out(figure, lengths, height)
    figure.update_yaxes(title="Held-out accuracy", tickformat=".0%", range=[0, 1])
    figure.add_hline(
        y=CHANCE,
        line={"dash": "dot", "width": 1.5, "color": "#8A8FA3"},
        annotation={"text": f"guessing: {CHANCE:.0%}", "yshift": -16},
        annotation_position="bottom left",
    )
    if frame.empty:
        say_empty(figure, "No network has been trained with these settings yet.")
    return figure


def describe_memory(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for people who cannot see it."""
    if frame.empty:
        return "Accuracy over length: no network has been trained with these settings yet."
    parts = []
    for model, points in _by_model(frame):
        values = zip(points["length"].tolist(), points["accuracy"].tolist(), strict=True)
        course = ", ".join(f"{accuracy:.0%} at {length}" for length, accuracy in values)
        parts.append(f"{model.label}: {course}")
    return f"Held-out accuracy by length, {CHANCE:.0%} being chance. {'; '.join(parts)}."


def draw_gradients(
    frame: pd.DataFrame, lengths: tuple[int, ...], *, is_dark: bool = False, height: int = 400
) -> go.Figure:
    """What is left of the gradient at the first word before training, over length."""
    has_gradients = bool(frame["gradient_before"].notna().any())
    figure = go.Figure()
    for model, points in _by_model(frame):
        look = _look(model, is_dark=is_dark)
        figure.add_scatter(
            x=points["length"],
            y=points["gradient_before"],
            uid=model.value,
            name=model.label,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": look.colour, "width": 2.5, "dash": look.dash},
            marker={"color": look.colour, "symbol": look.marker, "size": 9},
            hovertemplate="%{y:.1e}",
        )
    _lay_out(figure, lengths, height)
    lowest = math.log10(min(1.0, frame["gradient_before"].min())) if has_gradients else -20.0
    figure.update_yaxes(
        title="Gradient at first word / at last word",
        type="log",
        exponentformat="power",
        dtick=max(1, math.ceil(-lowest / _TICKS)),
    )
    if not has_gradients:
        figure.update_yaxes(range=[-20, 1])
        say_empty(figure, "Measured on each network before its first step.")
    return figure


def describe_gradients(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for people who cannot see it: each model's longest sequences."""
    measured = frame.dropna(subset=["gradient_before"])
    if measured.empty:
        return "Gradient at the first word over that at the last: nothing measured yet."
    parts = []
    for model, points in _by_model(measured):
        last = points.iloc[-1]
        parts.append(f"{model.label} {last['gradient_before']:.1e} at length {last['length']}")
    return f"Gradient at the first word over that at the last, untrained: {'; '.join(parts)}."


def _by_model(frame: pd.DataFrame) -> list[tuple[MemoryModel, pd.DataFrame]]:
    groups = ((model, frame[frame["model"] == model.value]) for model in MemoryModel)
    return [(model, points) for model, points in groups if not points.empty]


def _lay_out(figure: go.Figure, lengths: tuple[int, ...], height: int) -> None:
    lay_out_lines(figure, height=height)
    figure.update_layout(uirevision="-".join(map(str, lengths)))
    figure.update_xaxes(
        title="Words in a sequence",
        type="log",
        tickvals=lengths,
        ticktext=list(map(str, lengths)),
        range=[math.log10(min(lengths)) - _MARGIN, math.log10(max(lengths)) + _MARGIN],
    )
