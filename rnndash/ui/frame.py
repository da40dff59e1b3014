"""The frame around every page: the window's settings and the menu of pages."""

import sys
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from rnndash.app_files import page_script
from rnndash.ui.garbage_collector import freeze_pytorch_objects
from rnndash.ui.url_state import WRITTEN

_FRAMED, _PAGE = "framed", "page"
_ICON = Path(__file__).with_name("icon.svg")
"""Our own file: for Streamlit's built-in symbols the browser asks a server on the internet."""


def show_frame() -> Page:
    """Set up the window and the menu; returns the page to run."""
    st.set_page_config(page_title="rnndash", page_icon=str(_ICON), layout="wide")
    st.session_state[_FRAMED] = True
    page = st.navigation(_pages(), position="top")
    _follow_link(page)
    return page


def _pages() -> list[Page]:
    """The pages in the order of the menu."""
    return [
        st.Page(
            page_script("home"),
            title="Home",
            icon=":material/home:",
            default=True,
            help="What this is, a quick look at one click, and the latest results.",
        ),
        st.Page(
            page_script("train"),
            title="Train",
            icon=":material/model_training:",
            url_path="train",
            help="Choose texts, models and settings, and watch the models learn side by side.",
        ),
        st.Page(
            page_script("compare"),
            title="Compare",
            icon=":material/query_stats:",
            url_path="compare",
            help="Compare runs: curves, results, mistakes, and which differences are chance.",
        ),
        st.Page(
            page_script("packing"),
            title="Padding & packing",
            icon=":material/view_week:",
            url_path="packing",
            help="How a minibatch is laid out, what that costs, and how it changes an answer.",
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
    ]


def _follow_link(page: Page) -> None:
    """Let a link override what was chosen earlier, also a link inside the app.

    Widgets keep their values across pages. When a page is entered, the widgets that the URL names
    are reset, so that they read it.
    """
    if st.session_state.get(_PAGE) == page.url_path:
        return
    st.session_state[_PAGE] = page.url_path
    st.session_state.pop(WRITTEN, None)
    for key in st.query_params:
        st.session_state.pop(key, None)


def require_frame() -> None:
    """Make sure that a page runs inside the frame; every page calls this first.

    If the first request to a new server is a link to a page, Streamlit runs that script of
    `pages/` alone. Once the frame has been shown, it does not do so again.
    """
    if "torch" in sys.modules:  # loaded by an earlier run of some page
        freeze_pytorch_objects()
    if _FRAMED not in st.session_state:
        show_frame()
        st.rerun()
