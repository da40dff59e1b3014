"""Plotly's own JavaScript, as the installed package brings it: no network, no second copy."""

from functools import cache

from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

__all__ = ["Figure", "plotly_javascript"]


@cache
def plotly_javascript() -> str:
    """The text of plotly.min.js, about 5 MB; run in a page, it sets `window.Plotly`."""
    text: str = get_plotlyjs()
    return text
