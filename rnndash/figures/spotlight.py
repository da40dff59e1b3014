"""Highlights cells of a picture by dimming the rest.

Boxes are in cells: the picture's cell of column x and line y reaches from x - 0.5 to x + 0.5.
"""

from collections.abc import Sequence

_LIT = {False: "#4338CA", True: "#A9AAFB"}
_VEIL = {False: "rgba(255,255,255,0.5)", True: "rgba(18,20,31,0.5)"}

Box = tuple[int, int, int, int]
"""From column, from line, up to but not including column, and line."""


def wrapped_boxes(start: int, end: int, *, width: int) -> list[Box]:
    """The places from `start` up to `end`, cut where a new line of `width` places begins."""
    pieces = []
    while start < end:
        line, column = divmod(start, width)
        stop = min(end, (line + 1) * width)
        pieces.append((column, line, column + stop - start, line + 1))
        start = stop
    return pieces


def spotlight(
    lit: Sequence[Box], areas: Sequence[Box], *, is_dark: bool
) -> tuple[dict[str, object], ...]:
    """Plotly's shapes: a veil over all but the lit boxes, and a frame around these.

    Args:
        areas: what the picture fills; each has at most one of the lit boxes in it.
    """
    veils = [box for area in areas for box in _around(lit, area)]
    return (
        *(_rectangle(box) | {"fillcolor": _VEIL[is_dark], "line": {"width": 0}} for box in veils),
        *(_rectangle(box) | {"line": {"color": _LIT[is_dark], "width": 3}} for box in lit),
    )


def _around(lit: Sequence[Box], area: Box) -> list[Box]:
    """What of the area lies left of, right of, above and below the lit box in it."""
    left, top, right, bottom = area
    inside = [box for box in lit if top <= box[1] < bottom]
    if not inside:
        return [area]
    x0, y0, x1, y1 = inside[0]
    parts = [
        (left, top, x0, bottom),
        (x1, top, right, bottom),
        (x0, top, x1, y0),
        (x0, y1, x1, bottom),
    ]
    return [box for box in parts if box[0] < box[2] and box[1] < box[3]]


def _rectangle(box: Box) -> dict[str, object]:
    x0, y0, x1, y1 = box
    return {
        "type": "rect",
        "x0": x0 - 0.5,
        "x1": x1 - 0.5,
        "y0": y0 - 0.5,
        "y1": y1 - 0.5,
        "layer": "above",
    }
