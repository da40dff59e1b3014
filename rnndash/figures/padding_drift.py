"""How a text's answer and state move while the pads behind it grow."""

from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import escaped, lay_out_lines
from rnndash.inspection.variants import PaddingDrift


class Drifting(StrEnum):
    """What is drawn over the number of pads."""

    PROBABILITY = "probability"
    DISTANCE = "distance"

    @property
    def explanation(self) -> str:
        """One sentence: what is drawn."""
        match self:
            case Drifting.PROBABILITY:
                return "The probability of the class that the network answers without any pad."
            case Drifting.DISTANCE:
                return (
                    "The distance of the state that the network answers from to its state without "
                    "pads. It is divided by the length of the state without pads."
                )
            case _:
                assert_never(self)


def drift_frame(drifts: Sequence[PaddingDrift]) -> pd.DataFrame:
    """One row for each network and number of pads.

    Columns: `model`, `pads`, `probability` (of the class that the network gives the text alone),
    `alone` (that class), `answer` (the class it gives now), `distance` (of its state from the
    state without pads, in lengths of that state).
    """
    rows = []
    for drift in drifts:
        class_names, alone = drift.network.class_names, int(drift.probabilities[0].argmax())
        for pads, probabilities, distance in zip(
            drift.pads.tolist(), drift.probabilities, drift.distance.tolist(), strict=True
        ):
            rows.append(
                {
                    "model": drift.network.kind.value,
                    "pads": pads,
                    "probability": float(probabilities[alone]),
                    "alone": class_names[alone],
                    "answer": class_names[int(probabilities.argmax())],
                    "distance": distance / max(drift.state_norm, 1e-12),
                }
            )
    columns = ["model", "pads", "probability", "alone", "answer", "distance"]
    return pd.DataFrame(rows, columns=columns)


def draw_drift(
    frame: pd.DataFrame, drifting: Drifting, *, is_dark: bool = False, height: int = 360
) -> go.Figure:
    """Draw one column of `drift_frame` over the number of pads, a line for each network."""
    figure = go.Figure()
    for model, points in frame.groupby("model", sort=False):
        kind = ModelKind(str(model))
        style = kind.style
        form = ".1%" if drifting is Drifting.PROBABILITY else ".2f"
        figure.add_scatter(
            x=points["pads"],
            y=points[drifting.value],
            customdata=points["answer"].map(escaped),
            name=kind.label,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": style.colour(is_dark=is_dark), "width": 2.5, "dash": style.dash},
            marker={"symbol": style.marker, "size": 6},
            hovertemplate=f"%{{y:{form}}}, answers %{{customdata}}",
        )
    lay_out_lines(figure, height=height)
    figure.update_xaxes(title="Pads behind the text", rangemode="tozero")
    match drifting:
        case Drifting.PROBABILITY:
            title = "Probability of its answer without pads"
            figure.update_yaxes(title=title, tickformat=".0%", range=[0, 1])
        case Drifting.DISTANCE:
            title = "Distance of the state (1 = its own length)"
            figure.update_yaxes(title=title, rangemode="tozero")
        case _:
            assert_never(drifting)
    return figure


def describe_drift(frame: pd.DataFrame) -> str:
    """The drift in words: what each network answers without pads and with the most."""
    parts = []
    for model, points in frame.groupby("model", sort=False):
        first, last = points.iloc[0], points.iloc[-1]
        moved = f"{first['probability']:.1%} to {last['probability']:.1%}"
        turned = "" if first["answer"] == last["answer"] else f", now answering {last['answer']}"
        parts.append(f"{ModelKind(str(model)).label}: {first['alone']} from {moved}{turned}")
    return f"From 0 to {frame['pads'].max()} pads. {'; '.join(parts)}."
