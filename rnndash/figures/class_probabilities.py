"""The probability that each network gives each class of one text."""

from collections.abc import Sequence

import plotly.graph_objects as go

from rnndash.config.model_kind import ModelKind
from rnndash.figures.style import escaped, figure_of, say_empty, shade
from rnndash.inspection.predictions import Prediction

_BAR_PX, _GROUP_PX, _EDGE_PX, _LEAST_PX = 16, 14, 100, 220


def draw_probabilities(predictions: Sequence[Prediction], *, is_dark: bool = False) -> go.Figure:
    """Draw the answers to one text: a group of bars for each class, a bar for each network.

    The class that a network answers stands in the legend, and its bar has its number beside it.
    """
    classes = list(dict.fromkeys(name for each in predictions for name in each.network.class_names))
    seen: dict[ModelKind, int] = {}
    traces = []
    for prediction in predictions:
        kind = prediction.network.kind
        number = seen[kind] = seen.get(kind, -1) + 1
        colour = shade(kind.style.colour(is_dark=is_dark), number, is_dark=is_dark)
        traces.append(_bars(prediction, classes, colour, kind.style.pattern))
    layout = {
        "height": max(
            _LEAST_PX, _EDGE_PX + len(classes) * (_GROUP_PX + _BAR_PX * len(predictions))
        ),
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
    if not predictions:
        figure.update_layout(title={"text": "Probability of each class", "font_size": 14})
        say_empty(figure, "No answer yet: type a text with at least one word.")
    return figure


def _bars(
    prediction: Prediction, classes: Sequence[str], colour: str, pattern: str
) -> dict[str, object]:
    """The bars of one network.

    Args:
        classes: as they stand on the axis, each at its number, since Plotly takes a name for a
            date or for a number where it looks like one.
    """
    network, answer = prediction.network, int(prediction.probabilities.argmax())
    probabilities = prediction.probabilities.tolist()
    return {
        "type": "bar",
        "x": probabilities,
        "y": [classes.index(name) for name in network.class_names],
        "customdata": [escaped(name) for name in network.class_names],
        "name": escaped(f"{network.label}: {prediction.answer}"),
        "orientation": "h",
        "text": [
            f"{probability:.1%}" if number == answer else ""
            for number, probability in enumerate(probabilities)
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


def describe_probabilities(predictions: Sequence[Prediction]) -> str:
    """The figure in one sentence, for people who cannot see it."""
    if not predictions:
        return "Probability of each class: no answer yet."
    parts = [f"{each.network.label} {each.answer} ({each.confidence:.1%})" for each in predictions]
    return f"Probability of each class; most probable: {', '.join(parts)}."
