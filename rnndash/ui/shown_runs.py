"""The runs that pages show: one's own or, until there are any, those that came along."""

import streamlit as st

from rnndash.runs.shipped import ShownRuns, shipped_store
from rnndash.ui.services import run_queue


@st.cache_resource(show_spinner=False)
def shown_runs() -> ShownRuns:
    """For all visitors of this server; the queue knows one's own runs alone."""
    return ShownRuns(own=run_queue().store, shipped=shipped_store())


def show_shipped_note() -> None:
    """Say whose runs these are, as long as they are not one's own."""
    if shown_runs().are_shipped:
        st.caption("These three came with the dashboard. Your own runs take their place.")
