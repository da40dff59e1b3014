"""What a reader sees in the hover box of a point, computed from a trace as Plotly would."""

import html
import re

import numpy as np

_FIELD = re.compile(r"%\{(\w+)((?:\[\d+\])*)(?::([^}]*))?\}")
_TAG = re.compile(r"</?(?:b|i|sup|sub|em|br|span|a)\b[^>]*>")


def hover_text(trace, point):
    """The box's text, with a line break where the box has one.

    Args:
        point: the number of a point, or row and column of a heat-map's cell.
    """
    filled = _FIELD.sub(lambda found: _value(trace, point, *found.groups()), trace.hovertemplate)
    return as_read(filled.replace("<extra></extra>", ""))


def hover_texts(trace):
    """Those of all points of a trace that is no heat-map."""
    return [hover_text(trace, point) for point in range(len(trace.y))]


def as_read(text):
    """A label as Plotly shows it: its tags act, its entities become characters."""
    return html.unescape(_TAG.sub(lambda tag: "\n" if "br" in tag[0] else "", text))


def _value(trace, point, name, path, form):
    row, column = point if isinstance(point, tuple) else (point, point)
    if trace.type == "heatmap" and name in "xy":
        value = {"x": trace.x[column], "y": trace.y[row]}[name]
    else:
        value = getattr(trace, name)[row]
        if trace.type == "heatmap":
            value = value[column]
    for step in re.findall(r"\d+", path):
        value = value[int(step)]
    assert isinstance(value, str | int | float | np.number), f"{name}{path} is no single value"
    return value if isinstance(value, str) else _number(value, form or "")


def _number(value, form):
    """As d3-format writes it: whole numbers without a point, a real minus, short exponents."""
    if form in ("", ",") and float(value).is_integer():
        value = int(value)
    return re.sub(r"e([+-])0(?=\d)", r"e\1", format(value, form)).replace("-", "−")
