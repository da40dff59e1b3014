"""The comparison a page shows: the one its link names, else the last one seen, else the newest."""

from collections.abc import Sequence

import streamlit as st

from rnndash.config.run_config import RunConfig
from rnndash.runs.run_id import RunId
from rnndash.ui.services import run_queue

PARAMETER = "comparison"


def start_comparison(configs: Sequence[RunConfig]) -> str:
    """Queue runs that are compared with each other, and put the comparison's name into the URL.

    Raises:
        RnndashError: the runs cannot be stored, or too many are waiting.
    """
    comparison = comparison_of(run_queue().submit(configs)[0])
    st.session_state[PARAMETER] = comparison
    st.query_params[PARAMETER] = comparison
    return comparison


def current_comparison() -> str | None:
    """The comparison to show, which is then in the URL too; None if there are no runs."""
    named = st.query_params.get(PARAMETER) or st.session_state.get(PARAMETER)
    if named is None:
        run_ids = run_queue().store.run_ids()
        if not run_ids:
            return None
        named = comparison_of(run_ids[0])
    st.session_state[PARAMETER] = named
    st.query_params[PARAMETER] = named
    return named


def comparison_of(run_id: str) -> str:
    """The comparison that a run belongs to."""
    return RunId.parse(run_id).comparison
