"""How far back in a text a gradient reaches: vanishing gradients, measured."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rnndash.figures.gradient_flow import describe_flow, draw_flow, flow_frame
from rnndash.inspection.encoded_text import TokenizedText
from rnndash.inspection.flows import GradientFlow, Through
from rnndash.inspection.gradient_flow import gradient_flow
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened
from rnndash.ui.url_state import choice, menu, toggle
from rnndash.ui.wording import plain

_TOP = "top"


def show_gradients(opened: Sequence[Opened], words: TokenizedText) -> None:
    """The gradient's size over the distance, a line for each network and direction."""
    through = choice("through", "The gradient", list(Through), Through.RECURRENCE)
    layer = _choose_layer(opened)
    with_cells = toggle(
        "cells",
        "Cell states too",
        "In an LSTM the gradient also flows back through the cell state: thin lines.",
    )
    flows: list[GradientFlow] = []
    labels: list[str] = []
    for each in opened:
        for flow in _flows(each, words, through, layer):
            flows.append(flow)
            labels.append(_label(each, flow))
    frame = flow_frame(flows, labels, words.shown)
    show_growing_chart(
        draw_flow(frame, through, with_cells=with_cells, is_dark=is_dark()),
        key="gradients",
        alt=describe_flow(frame, through),
    )
    st.caption(" ".join([through.explanation, *_notes(opened, flows, layer)]))
    _factors(flows, labels)
    st.caption(
        "This does not show that gradients of LSTMs never vanish. With its forget gates half open "
        "an LSTM forgets like the others; training may open them. And a gradient that reaches back "
        "means that a change there would matter, not that the network has learned to use it. The "
        "memory task tests that."
    )


def _choose_layer(opened: Sequence[Opened]) -> int | None:
    """A layer from 0, None for each network's top one; asked for only where there are several."""
    most = max(each.record.config.num_layers for each in opened)
    if most == 1:
        return None
    labels = {_TOP: "Top layer"} | {str(n): f"Layer {n} of {most}" for n in range(1, most)}
    if len({each.record.config.num_layers for each in opened}) > 1:
        labels = {_TOP: "Top layer of each"} | {str(n): f"Layer {n}" for n in range(1, most)}
    chosen = menu("layer", "Layer", list(labels), _TOP, labels)
    return None if chosen == _TOP else int(chosen) - 1


def _flows(
    each: Opened, words: TokenizedText, through: Through, layer: int | None
) -> list[GradientFlow]:
    """One for each direction of the layer; none where the network has no such layer."""
    config, network = each.record.config, each.network
    if layer is not None and layer >= config.num_layers:
        return []
    text = network.encode(words)
    return [
        gradient_flow(
            network,
            text,
            through=through,
            layer=layer,
            is_backward=is_backward,
        )
        for is_backward in ((False, True) if config.bidirectional else (False,))
    ]


def _label(each: Opened, flow: GradientFlow) -> str:
    """`LSTM, layer 1 of 2, backward`, as far as there is a choice."""
    parts = [each.label]
    if each.record.config.num_layers > 1:
        parts.append(f"layer {flow.layer + 1} of {each.record.config.num_layers}")
    if each.record.config.bidirectional:
        parts.append("backward" if flow.is_backward else "forward")
    return ", ".join(parts)


def _notes(opened: Sequence[Opened], flows: Sequence[GradientFlow], layer: int | None) -> list[str]:
    """What to know about the lines: their directions, and networks without a line."""
    notes = []
    if any(flow.is_backward for flow in flows):
        notes.append(
            "A backward direction (hollow markers) reads from the end of the text, and its steps "
            "are counted in that order: its last state is at the first word, so the first words "
            "are near and the end of the text is far."
        )
    if layer is not None:
        without = [each.label for each in opened if layer >= each.record.config.num_layers]
        if without:
            verb = "has" if len(without) == 1 else "have"
            notes.append(plain(f"{' and '.join(without)} {verb} no layer {layer + 1}."))
    return notes


def _factors(flows: Sequence[GradientFlow], labels: Sequence[str]) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                "Network": labels,
                "Each step back multiplies it by": [
                    "–" if flow.factor_per_step is None else f"{flow.factor_per_step:.2f}"
                    for flow in flows
                ],
                "At the word it reads first": [
                    f"{float(flow.norms[flow.distance.argmax()]):.2g}" for flow in flows
                ],
            }
        ),
        key="factors",
        hide_index=True,
        alt="How fast each network's gradient shrinks",
    )
