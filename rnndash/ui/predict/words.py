"""Which words count for an answer, and how much."""

from collections.abc import Sequence

import streamlit as st

from rnndash.figures.word_saliency import describe_saliency, draw_saliency, saliency_frame
from rnndash.inspection.attributions import Method
from rnndash.inspection.encoded_text import TokenizedText
from rnndash.inspection.marked_text import marked_html
from rnndash.inspection.saliency import attribute
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened, choose_one
from rnndash.ui.url_state import choice, menu

_ANSWER = "answer"


def show_saliency(opened: Sequence[Opened], words: TokenizedText) -> None:
    """The share of each word in the logit of a class, by either method."""
    network_column, class_column, method_column = st.columns([2, 2, 3], vertical_alignment="bottom")
    with network_column:
        each = choose_one(opened)
    names = each.network.info.class_names
    labels = {_ANSWER: "The class it answers"} | {name: name for name in names}
    with class_column:
        chosen = menu("counted_for", "Class", list(labels), _ANSWER, labels)
    with method_column:
        method = choice("method", "Method", list(Method), Method.INTEGRATED_GRADIENTS)
    saliency = attribute(
        each.network,
        each.network.encode(words),
        method,
        class_index=None if chosen == _ANSWER else names.index(chosen),
    )
    frame = saliency_frame(saliency)
    st.html(marked_html(saliency.text, saliency.scores, is_dark=is_dark()))
    show_growing_chart(
        draw_saliency(frame, saliency.class_name, is_dark=is_dark()),
        key="saliency",
        alt=describe_saliency(frame, saliency.class_name),
        has_buttons=False,
    )
    gained = saliency.logit - saliency.baseline_logit
    gap = round(saliency.gap, 3) + 0.0  # no minus before a zero
    st.caption(
        f"{method.explanation} All words together have {float(saliency.scores.sum()):+.3f}, the "
        f"logit gains {gained:+.3f}: the gap is {gap:.3f}. A large share is not a reason as a "
        "person would give it. It is only what the numbers of this network do."
    )
