"""How states and gates look in every figure, by their letters in the equations."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.cell import GATES, STATE_NAMES, GateRole
from rnndash.config.complete import complete
from rnndash.config.model_kind import Style
from rnndash.figures.words_axis import word_hover

LETTER_NAMES: Mapping[str, str] = MappingProxyType(
    {letter: f"{name} {letter}" for letter, name in STATE_NAMES.items()}
    | {letter: f"{gate.name} {letter}" for letter, gate in GATES.items()}
)
CANDIDATES = tuple(letter for letter, gate in GATES.items() if gate.role is GateRole.CANDIDATE)
"""Between -1 and 1; the gates lie between 0 and 1."""

_HIDDEN_STATE = Style("#1E2233", "#E9EBF5", "solid", "circle", "solid")
_CELL_STATE = Style("#9A6A00", "#F0C24B", "longdash", "cross", "ridge")
_ROLES = complete(
    GateRole,
    {
        GateRole.KEEP: Style("#0072B2", "#56B4E9", "dash", "square", "dashed"),
        GateRole.WRITE: Style("#00805D", "#35C79A", "dot", "diamond", "dotted"),
        GateRole.CANDIDATE: Style("#C24E00", "#F58B45", "dashdot", "triangle-up", "double"),
        GateRole.OUTPUT: Style("#A64D87", "#E3A3C6", "solid", "x", "solid"),
        GateRole.STATE: _HIDDEN_STATE,
    },
)
LETTER_STYLES: Mapping[str, Style] = MappingProxyType(
    {letter: _ROLES[gate.role] for letter, gate in GATES.items()}
    | {"h": _HIDDEN_STATE, "c": _CELL_STATE}
)
"""What keeps the old state looks alike in all cells, and so do the candidates."""

LETTER_COLUMNS = ["position", "word", "letter", "value"]


def add_letters(figure: go.Figure, frame: pd.DataFrame, *, is_dark: bool) -> None:
    """Add a line for each letter of a frame of `LETTER_COLUMNS`."""
    for letter, points in frame.groupby("letter", sort=False):
        style = LETTER_STYLES[str(letter)]
        figure.add_scatter(
            x=points["position"],
            y=points["value"],
            customdata=points["word"].map(word_hover),
            name=LETTER_NAMES[str(letter)],
            mode="lines+markers",
            cliponaxis=False,
            line={"color": style.colour(is_dark=is_dark), "width": 2, "dash": style.dash},
            marker={"symbol": style.marker, "size": 6},
            hovertemplate="%{y:.3f}",
        )


def describe_letters(frame: pd.DataFrame) -> str:
    """For each letter its lowest and its highest value, and the words at which they are."""
    parts = []
    for letter, points in frame.dropna(subset=["value"]).groupby("letter", sort=False):
        ordered = points.sort_values("value", kind="stable")
        low, high = ordered.iloc[0], ordered.iloc[-1]
        parts.append(
            f"{LETTER_NAMES[str(letter)]} from {low['value']:.2f} at “{low['word']}” to "
            f"{high['value']:.2f} at “{high['word']}”"
        )
    return "; ".join(parts)
