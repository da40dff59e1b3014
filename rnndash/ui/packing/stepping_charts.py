"""Several Plotly figures that one slider and a play button step through together.

The browser draws the steps: nothing is sent to the server until the slider is released.
"""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from rnndash.figures.packed_batch import StepPicture
from rnndash.ui.growing_chart import chart_script

_HTML = """
<div class="stepping-charts">
  <div class="controls">
    <button type="button"></button>
    <input type="range" min="0" step="1" aria-label="Time step">
    <output></output>
  </div>
  <p aria-live="polite"></p>
  <div class="pictures"></div>
</div>
"""
_CHARTS = st.components.v2.component(
    "rnndash_stepping_charts",
    html=_HTML,
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    js=chart_script(Path(__file__).with_suffix(".js")),
    isolate_styles=False,
)


def show_stepping_charts(
    pictures: Sequence[StepPicture],
    captions: Sequence[str],
    *,
    key: str,
    step: int,
) -> int:
    """Show the pictures with their controls.

    Args:
        captions: what each step is, one for each.
        step: the first step; other figures under the same key stay at the current step.

    Returns:
        The step at which the slider was released.
    """
    shown = _CHARTS(
        key=key,
        data={
            "charts": [
                {
                    "figure": picture.figure.to_json(),
                    "width": picture.width_px,
                    "least": picture.least_px,
                    "shapes": picture.shapes,
                    "alt": picture.alt,
                }
                for picture in pictures
            ],
            "captions": list(captions),
            "step": step,
        },
        default={"step": step},
        on_step_change=lambda: None,
    )
    return min(int(shown.step), len(captions) - 1)
