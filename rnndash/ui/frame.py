"""The list of pages, and a page's way back into the frame."""

import sys
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from rnndash.app_files import page_script
from rnndash.ui.garbage_collector import freeze_pytorch_objects
from rnndash.ui.url_state import WRITTEN

_FRAMED, _PAGE = "framed", "page"
_ICON = Path(__file__).with_name("icon.svg")
"""A file of our own: for one of Streamlit's symbols a browser asks a server on the internet."""


def show_frame() -> Page:
    """Set up the window and its menu, and give the page to run."""
    st.set_page_config(page_title="rnndash", page_icon=str(_ICON), layout="wide")
    st.session_state[_FRAMED] = True
    page = st.navigation(
        [
            st.Page(
                page_script("home"),
                title="Home",
                icon=":material/home:",
                default=True,
                help="What this is, a quick look to start with one click, the latest results.",
            ),
            st.Page(
                page_script("train"),
                title="Train",
                icon=":material/model_training:",
                url_path="train",
                help="Choose texts, models and settings; watch the models learn side by side.",
            ),
            st.Page(
                page_script("compare"),
                title="Compare",
                icon=":material/query_stats:",
                url_path="compare",
                help="Any runs over each other: curves, results, mistakes, and what is chance.",
            ),
            st.Page(
                page_script("packing"),
                title="Padding & packing",
                icon=":material/view_week:",
                url_path="packing",
                help="How a minibatch is laid out, what that costs, what it does to an answer.",
            ),
            st.Page(
                page_script("predict"),
                title="Predict",
                icon=":material/chat:",
                url_path="predict",
                help="Type a headline and see the trained networks answer, word by word.",
            ),
            st.Page(
                page_script("inside"),
                title="Inside",
                icon=":material/memory:",
                url_path="inside",
                help="States, gates, gradients and memory of the networks while they read.",
            ),
        ],
        position="top",
    )
    _follow_link(page)
    return page


def _follow_link(page: Page) -> None:
    """What a link names goes before what was chosen earlier, also where the link is in the page.

    Widgets remember across pages; on entering one, those that the URL names forget.
    """
    if st.session_state.get(_PAGE) == page.url_path:
        return
    st.session_state[_PAGE] = page.url_path
    st.session_state.pop(WRITTEN, None)
    for key in st.query_params:
        st.session_state.pop(key, None)


def require_frame() -> None:
    """Make sure that a page is run inside the frame; every page calls this first.

    Scripts in a folder named `pages/` are run by themselves when a link to one of them is the
    first thing that a fresh server is asked for. Naming the pages once ends that for good.
    """
    if "torch" in sys.modules:  # loaded by an earlier run of some page
        freeze_pytorch_objects()
    if _FRAMED not in st.session_state:
        show_frame()
        st.rerun()
