"""The runs that the Compare page shows: named by the link, else chosen before, else the newest."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from rnndash.runs.shipped import ShownRuns
from rnndash.runs.store import RunStore
from rnndash.ui.comparison import PARAMETER as COMPARISON
from rnndash.ui.comparison import comparison_of

PARAMETER = "runs"
MOST_SHOWN = 24
"""The most curves that a reader can still tell apart."""
SHOWN, NAME = "Shown", "Name"
_NONE = "none"


def selected_runs(store: RunStore | ShownRuns) -> list[str]:
    """The ids of the runs to show, newest comparison first, without deleted runs.

    Included runs that were chosen before there were others come last.
    """
    listed = store.run_ids()
    if _is_outdated(listed) or COMPARISON in st.query_params:
        st.session_state.pop(PARAMETER, None)
    chosen: Sequence[str] | None = st.session_state.get(PARAMETER)
    if chosen is None:
        chosen = _from_link(store, listed)
    found = [run_id for run_id in listed if run_id in set(chosen)]
    for run_id in dict.fromkeys(chosen):
        if run_id not in listed and store.has(run_id):
            found.append(run_id)
    return found[:MOST_SHOWN]


def _is_outdated(listed: Sequence[str]) -> bool:
    """Whether none of the chosen runs is listed any more, and no link names them."""
    chosen = set(st.session_state.get(PARAMETER) or ())
    return bool(chosen) and PARAMETER not in st.query_params and not chosen & set(listed)


def _from_link(store: RunStore | ShownRuns, listed: Sequence[str]) -> list[str]:
    if named := st.query_params.get(PARAMETER):
        return named.split(",")
    comparison = st.query_params.get(COMPARISON) or st.session_state.get(COMPARISON)
    if comparison is None and listed:
        comparison = comparison_of(listed[0])
    return store.run_ids(comparison)


def select_runs(run_ids: Sequence[str]) -> None:
    """Remember a choice; `write_link` puts it into the URL."""
    st.session_state[PARAMETER] = list(run_ids)


def write_link(run_ids: Sequence[str]) -> None:
    """Write the choice into the URL, instead of the comparison that a link may have named."""
    wanted = ",".join(run_ids) or _NONE
    st.query_params.pop(COMPARISON, None)
    if st.query_params.get(PARAMETER) != wanted:
        st.query_params[PARAMETER] = wanted


def ticked(
    rows: Sequence[str], before: Sequence[str], edits: Mapping[int, Mapping[str, Any]]
) -> list[str]:
    """The chosen runs after edits in the table.

    Args:
        rows: the runs in the table, in its order.
        before: the runs that were ticked when the table was created.
        edits: the edited cells, by row and column.
    """
    changed = {rows[row]: bool(edit[SHOWN]) for row, edit in edits.items() if SHOWN in edit}
    kept = [run_id for run_id in before if changed.get(run_id, True)]
    return kept + [run_id for run_id in rows if changed.get(run_id) and run_id not in kept]


def renamed(rows: Sequence[str], edits: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    """The new names after edits in the table, by run."""
    return {rows[row]: str(edit[NAME] or "") for row, edit in edits.items() if NAME in edit}
