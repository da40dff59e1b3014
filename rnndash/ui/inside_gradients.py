"""How far back in a text a gradient reaches: vanishing gradients, measured."""

from collections.abc import Sequence
from enum import StrEnum

import pandas as pd
import streamlit as st

from rnndash.figures.gradient_flow import describe_flow, draw_flow, flow_frame
from rnndash.inspection.gradient_flow import gradient_flow
from rnndash.inspection.predict import encode_text
from rnndash.inspection.results import Through
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened
from rnndash.ui.url_state import choice, toggle


class Way(StrEnum):
    """The two ways of a gradient, for the menu."""

    RECURRENCE = "recurrence"
    ANSWER = "answer"

    @property
    def label(self) -> str:
        """The name in the menu."""
        return {
            "recurrence": "From the last state",
            "answer": "From the answer",
        }[self]


def show_gradients(opened: Sequence[Opened], text: str) -> None:
    """The gradient's size over the distance, a line for each network."""
    way = choice("through", "The gradient", list(Way), Way.RECURRENCE)
    through = Through(way.value)
    with_cells = toggle(
        "cells",
        "Cell states too",
        "An LSTM has a second way back, along its cell state; thin lines.",
    )
    encoded = [encode_text(text, each.network.index) for each in opened]
    flows = [
        gradient_flow(each.network.model, each.record.config.model, words.ids, through=through)
        for each, words in zip(opened, encoded, strict=True)
    ]
    frame = flow_frame(flows, [each.label for each in opened], encoded[0].shown)
    show_growing_chart(
        draw_flow(frame, through, with_cells=with_cells, is_dark=is_dark()),
        key="gradients",
        alt=describe_flow(frame, through),
    )
    st.caption(through.explanation)
    st.dataframe(
        pd.DataFrame(
            {
                "Network": [each.label for each in opened],
                "Each step back multiplies it by": [
                    "–" if flow.factor_per_step is None else f"{flow.factor_per_step:.2f}"
                    for flow in flows
                ],
                "At the first word": [
                    f"{float(flow.norms[flow.distance.argmax()]):.2g}" for flow in flows
                ],
            }
        ),
        key="factors",
        hide_index=True,
        alt="How fast each network's gradient shrinks",
    )
    st.caption(
        "What may not be concluded: that LSTMs do not vanish. With its forget gates half open an "
        "LSTM forgets like the others; training may open them. And a gradient that reaches back "
        "says that a change there would matter, not that the network has learned to use it. The "
        "memory task asks that."
    )
