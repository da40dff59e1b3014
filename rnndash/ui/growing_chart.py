"""A Plotly chart that stays in place while its data grows.

`st.plotly_chart` (Streamlit 1.67) puts up a new chart whenever the figure changes, even by one
point: the page flickers and forgets the reader's zoom. This one hands each new figure to
`Plotly.react`, which changes only what is new.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from rnndash.figures.library import CLOUD_BUTTONS, Figure, plotly_javascript


def chart_script(path: Path) -> str:
    """The JavaScript of a component that draws Plotly figures, with what all of them share."""
    return "".join(part.read_text(encoding="utf-8") for part in (_SHARED, path))


_SHARED = Path(__file__).with_name("shared_chart.js")
_LIBRARY = st.components.v2.component(
    "rnndash_plotly_library",
    # Without a newline at its end, since Streamlit would copy the 5 MB to strip it, several times.
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
    """Bring Plotly into the page. Call it once on a page, outside of what is drawn again and again.

    The browser is sent it once a visit.
    """
    _LIBRARY(key="plotly_library", height=1)


@dataclass(frozen=True, slots=True)
class Click:
    """Where a reader clicked into a chart: the coordinates of the point or cell."""

    x: str | float
    y: str | float


def show_growing_chart(
    figure: Figure, *, key: str, alt: str, has_buttons: bool = True, is_clickable: bool = False
) -> Click | None:
    """Show a figure; with the same key, the next one takes over its place.

    Args:
        alt: the figure in a sentence, for who cannot see it.
        has_buttons: whether Plotly's own buttons appear on hover.
        is_clickable: whether a click into the chart runs the page again.

    Returns:
        The click that made the page run, if it was one into this chart.
    """
    config: dict[str, object] = {"displayModeBar": "hover" if has_buttons else False}
    config["modeBarButtonsToRemove"] = list(_BUTTONS_TO_REMOVE)
    config["plotlyServerURL"] = ""  # nothing of a chart ever leaves the page
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
