"""How states and gates look in every figure, by their letters in the equations."""

import pandas as pd
import plotly.graph_objects as go

from rnndash.figures.style import ModelStyle
from rnndash.figures.words_axis import word_hover

LETTER_NAMES = {
    "h": "hidden state h",
    "c": "cell state c",
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "r": "reset gate r",
    "z": "update gate z",
    "n": "candidate n",
}
CANDIDATES = ("g", "n")
"""Between -1 and 1; the gates lie between 0 and 1."""

_KEEPS = ModelStyle("#0072B2", "#56B4E9", "dash", "square", "dashed")
_LETS_IN = ModelStyle("#00805D", "#35C79A", "dot", "diamond", "dotted")
_CANDIDATE = ModelStyle("#C24E00", "#F58B45", "dashdot", "triangle-up", "double")
LETTER_STYLES = {
    "h": ModelStyle("#1E2233", "#E9EBF5", "solid", "circle", "solid"),
    "c": ModelStyle("#9A6A00", "#F0C24B", "longdash", "cross", "ridge"),
    "i": _LETS_IN,
    "f": _KEEPS,
    "g": _CANDIDATE,
    "o": ModelStyle("#A64D87", "#E3A3C6", "solid", "x", "solid"),
    "r": _LETS_IN,
    "z": _KEEPS,
    "n": _CANDIDATE,
}
"""What keeps the old state looks alike in LSTM and GRU, and so do the candidates."""

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
