"""A Plotly chart that stays in place while its data grows.

`st.plotly_chart` (Streamlit 1.67) puts up a new chart whenever the figure changes, even by one
point: the page flickers and forgets the reader's zoom. This one hands each new figure to
`Plotly.react`, which changes only what is new.
"""

from pathlib import Path

import streamlit as st

from rnndash.figures.library import Figure, plotly_javascript

_LIBRARY = st.components.v2.component(
    "rnndash_plotly_library",
    js=plotly_javascript() + "\nexport default function () {}\n",
    isolate_styles=False,
)
_CHART = st.components.v2.component(
    "rnndash_growing_chart",
    html='<div class="growing-chart" style="width:100%"></div>',
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)
_BUTTONS_TO_REMOVE = ("lasso2d", "select2d")


def load_chart_library() -> None:
    """Bring Plotly into the page. Call it once on a page, outside of what is drawn again and again.

    The browser is sent it once a visit.
    """
    _LIBRARY(key="plotly_library", height=1)


def show_growing_chart(figure: Figure, *, key: str, alt: str, has_buttons: bool = True) -> None:
    """Show a figure; with the same key, the next one takes over its place.

    Args:
        alt: the figure in a sentence, for who cannot see it.
        has_buttons: whether Plotly's own buttons appear on hover.
    """
    config: dict[str, object] = {"displayModeBar": "hover" if has_buttons else False}
    config["modeBarButtonsToRemove"] = list(_BUTTONS_TO_REMOVE)
    _CHART(
        key=key,
        data={"figure": figure.to_json(), "alt": alt, "config": config},
        height=int(figure.layout.height),
    )
