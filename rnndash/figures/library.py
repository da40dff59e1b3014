"""Plotly's own JavaScript, as the installed package brings it: no network, no second copy."""

import html
from functools import cache

from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

__all__ = ["CLOUD_BUTTONS", "Figure", "plotly_javascript", "standalone_html"]

CLOUD_BUTTONS = ("sendChartToCloud", "sendDataToCloud")
"""Buttons by which Plotly would offer to upload a chart."""


@cache
def plotly_javascript() -> str:
    """The text of plotly.min.js, about 5 MB; run in a page, it sets `window.Plotly`."""
    text: str = get_plotlyjs()
    return text


def standalone_html(figure: Figure, title: str) -> str:
    """A page of its own with the figure and all it needs, about 5 MB; opens without network."""
    alone = Figure(figure)
    alone.update_layout(template="plotly_white", height=None, margin={"t": 60})
    text: str = alone.to_html(
        full_html=True,
        include_plotlyjs=True,
        default_height="95vh",
        config={"modeBarButtonsToRemove": list(CLOUD_BUTTONS)},
    )
    return text.replace("<head>", f"<head><title>{html.escape(title)}</title>", 1)
