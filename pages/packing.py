"""Padding & packing: how a minibatch is laid out, what that costs, how it changes an answer."""

from typing import assert_never

import streamlit as st

from rnndash.training.device import use_one_thread
from rnndash.ui.frame import require_frame
from rnndash.ui.growing_chart import load_chart_library
from rnndash.ui.packing.answer import show_answer
from rnndash.ui.packing.batch import show_batch
from rnndash.ui.packing.chapters import Chapter, choose_chapter
from rnndash.ui.packing.costs import show_costs
from rnndash.ui.packing.wrong_turns import show_wrong_turns

require_frame()
use_one_thread()
load_chart_library()
st.title("Padding & packing")
st.markdown(
    "Texts have different lengths, but all rows of a tensor have the same one. So short texts are "
    "**padded** to the longest text of their minibatch, or the minibatch is **packed**: it then "
    "holds only real words, step by step."
)
chapter = choose_chapter()
match chapter:
    case Chapter.LAYOUT:
        show_batch()
    case Chapter.COSTS:
        show_costs()
    case Chapter.ANSWER:
        show_answer()
    case Chapter.WRONG_TURNS:
        show_wrong_turns()
    case _:
        assert_never(chapter)
