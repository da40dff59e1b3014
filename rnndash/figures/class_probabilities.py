"""How probable each network holds each class for one text."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import escaped, figure_of, say_empty, shade
from rnndash.inspection.predictions import Prediction

COLUMNS = ["network", "label", "model", "class", "probability", "is_answer"]
_BAR_PX, _GROUP_PX, _EDGE_PX, _LEAST_PX = 16, 14, 100, 220


def probabilities_frame(readings: Sequence[Prediction]) -> pd.DataFrame:
    """One row for each network and class.

    Columns: `network` (its place, from 0), `label`, `model`, `class`, `probability` (0 to 1),
    `is_answer` (whether it is the most probable one of that network).
    """
    rows = [
        (
            place,
            reading.network.label,
            reading.network.kind.value,
            name,
            probability,
            number == int(reading.probabilities.argmax()),
        )
        for place, reading in enumerate(readings)
        for number, (name, probability) in enumerate(
            zip(reading.network.class_names, reading.probabilities.tolist(), strict=True)
        )
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def draw_probabilities(frame: pd.DataFrame, *, is_dark: bool = False) -> go.Figure:
    """Draw `probabilities_frame`: a group of bars for each class, a bar for each network.

    The class that a network answers stands in the legend, and its bar has its number beside it.
    """
    classes = list(dict.fromkeys(frame["class"]))
    networks = list(frame.groupby("network", sort=False))
    seen: dict[ModelKind, int] = {}
    traces = []
    for _, bars in networks:
        model = ModelKind(bars["model"].iloc[0])
        number = seen[model] = seen.get(model, -1) + 1
        colour = shade(model.style.colour(is_dark=is_dark), number, is_dark=is_dark)
        traces.append(_bars(bars, classes, colour, model.style.pattern))
    layout = {
        "height": max(_LEAST_PX, _EDGE_PX + len(classes) * (_GROUP_PX + _BAR_PX * len(networks))),
        "margin": {"l": 10, "r": 34, "t": 10, "b": 10},  # room for the number beside a full bar
        "barmode": "group",
        "bargap": 0.25,
        "dragmode": False,
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "x": 0,
            "traceorder": "normal",
        },
        "xaxis": {
            "title": {"text": "Probability of each class", "standoff": 12},
            "range": [0, 1.08],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".0%",
            "automargin": True,
            "fixedrange": True,
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(classes))),
            "ticktext": [escaped(name if len(name) <= 24 else f"{name[:23]}…") for name in classes],
            "range": [len(classes) - 0.5, -0.5],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
    }
    figure = figure_of(traces, layout)
    if frame.empty:
        figure.update_layout(title={"text": "Probability of each class", "font_size": 14})
        say_empty(figure, "No answer yet: type a text with at least one word.")
    return figure


def _bars(
    bars: pd.DataFrame, classes: Sequence[str], colour: str, pattern: str
) -> dict[str, object]:
    """The bars of one network.

    Args:
        classes: as they stand on the axis, each at its number, since Plotly takes a name for a
            date or for a number where it looks like one.
    """
    names, probabilities = bars["class"].tolist(), bars["probability"].tolist()
    is_answer = bars["is_answer"].tolist()
    answer = names[is_answer.index(True)]
    return {
        "type": "bar",
        "x": probabilities,
        "y": [classes.index(name) for name in names],
        "customdata": [escaped(name) for name in names],
        "name": escaped(f"{bars['label'].iloc[0]}: {answer}"),
        "orientation": "h",
        "text": [
            f"{probability:.1%}" if is_best else ""
            for probability, is_best in zip(probabilities, is_answer, strict=True)
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {"shape": pattern, "size": 6, "solidity": 0.35},
        },
        "hovertemplate": "%{customdata}: %{x:.2%}",
    }


def describe_probabilities(frame: pd.DataFrame) -> str:
    """The figure in one sentence, for who cannot see it."""
    if frame.empty:
        return "Probability of each class: no answer yet."
    answers = frame[frame["is_answer"]]
    parts = [
        f"{row['label']} {row['class']} ({row['probability']:.1%})" for _, row in answers.iterrows()
    ]
    return f"Probability of each class; most probable: {', '.join(parts)}."
