"""The runs that pages show: the user's own or, until there are any, the included ones."""

import streamlit as st

from rnndash.runs.shipped import ShownRuns, shipped_store
from rnndash.ui.services import run_queue


@st.cache_resource(show_spinner=False)
def shown_runs() -> ShownRuns:
    """One for all visitors of this server. The queue knows only the user's own runs."""
    return ShownRuns(own=run_queue().store, shipped=shipped_store())


def show_shipped_note() -> None:
    """Say that these runs are included ones, as long as there are no others."""
    if shown_runs().are_shipped:
        st.caption("These three came with the dashboard. Your own runs will replace them.")
