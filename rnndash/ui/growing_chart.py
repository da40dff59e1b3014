"""A Plotly chart that is updated in place while its data grows.

`st.plotly_chart` (Streamlit 1.67) creates a new chart whenever the figure changes, even by one
point: the page flickers and loses the reader's zoom. This one passes each new figure to
`Plotly.react`, which redraws only what has changed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from rnndash.figures.library import CLOUD_BUTTONS, Figure, plotly_javascript


def chart_script(path: Path) -> str:
    """The JavaScript of a component that draws Plotly figures, after the code that all share."""
    return "".join(part.read_text(encoding="utf-8") for part in (_SHARED, path))


_SHARED = Path(__file__).with_name("shared_chart.js")
_LIBRARY = st.components.v2.component(
    "rnndash_plotly_library",
    # No newline at the end: Streamlit would copy the 5 MB several times to strip it.
    js=plotly_javascript() + "\nexport default function () {}",
    isolate_styles=False,
)
_CHART = st.components.v2.component(
    "rnndash_growing_chart",
    html='<div class="growing-chart" style="width:100%"></div>',
    js=chart_script(Path(__file__).with_suffix(".js")),
    isolate_styles=False,
)
_BUTTONS_TO_REMOVE = (*CLOUD_BUTTONS, "lasso2d", "select2d")


def load_chart_library() -> None:
    """Load Plotly into the page. Call it once on a page, outside of any fragment.

    The browser receives it once a visit.
    """
    _LIBRARY(key="plotly_library", height=1)


@dataclass(frozen=True, slots=True)
class Click:
    """A click into a chart: the coordinates of the point or cell."""

    x: str | float
    y: str | float


def show_growing_chart(
    figure: Figure, *, key: str, alt: str, has_buttons: bool = True, is_clickable: bool = False
) -> Click | None:
    """Show a figure; a later figure with the same key updates it in place.

    Args:
        alt: the figure in a sentence, for screen readers.
        has_buttons: whether Plotly's own buttons appear on hover.
        is_clickable: whether a click into the chart runs the page again.

    Returns:
        The click that made the page run, if it was a click into this chart.
    """
    config: dict[str, object] = {"displayModeBar": "hover" if has_buttons else False}
    config["modeBarButtonsToRemove"] = list(_BUTTONS_TO_REMOVE)
    config["plotlyServerURL"] = ""  # no chart is ever sent to Plotly's server
    chart = _CHART(
        key=key,
        data={
            "figure": figure.to_json(),
            "alt": alt,
            "config": json.dumps(config),  # for a dictionary, Streamlit would import pandas
            "isClickable": is_clickable,
        },
        height=int(figure.layout.height),
        on_clicked_change=lambda: None,
    )
    clicked = chart.clicked if is_clickable else None
    return Click(clicked["x"], clicked["y"]) if clicked else None
