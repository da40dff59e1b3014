"""The live part of the Compare page: the table of runs, their curves and their results."""

from collections.abc import Sequence

import streamlit as st

from rnndash.results import RunRecord
from rnndash.ui.compare.curves import choose_view, show_curves, show_facts, show_results
from rnndash.ui.compare.exports import show_downloads
from rnndash.ui.compare.facts import distinct_labels
from rnndash.ui.compare.run_selection import selected_runs, write_link
from rnndash.ui.compare.runs_table import MOST_ROWS, run_to_delete, show_runs_table
from rnndash.ui.refresh import REFRESH_S
from rnndash.ui.shown_runs import show_shipped_note, shown_runs
from rnndash.ui.wording import plain


def show_compared() -> None:
    """Show table, curves and results; while a run is active, refresh them."""
    records = _records()
    if not records:
        st.info(
            "No runs yet. Train some first, on the Train page or by the quick look on Home. They "
            "then appear here, side by side.",
            icon=":material/timeline:",
        )
        return
    show_shipped_note()
    page_state = _page_state(records)
    pace = REFRESH_S if any(record.state.is_active for record in records) else None
    st.fragment(_show, run_every=pace)(page_state)


def chosen_records() -> list[RunRecord]:
    """The runs that the page shows, in their present state."""
    runs = shown_runs()
    records, _ = runs.records(selected_runs(runs))
    return records


def _records() -> list[RunRecord]:
    """The runs that the page needs: the newest, for the table, and the chosen ones."""
    runs = shown_runs()
    newest = runs.run_ids()[:MOST_ROWS]
    records, problems = runs.records(dict.fromkeys([*newest, *selected_runs(runs)]))
    for problem in problems:
        st.error(plain(problem))
    return records


def _page_state(records: Sequence[RunRecord]) -> tuple[object, ...]:
    """What the rest of the page depends on: when it changes, the whole page must run again."""
    chosen = selected_runs(shown_runs())
    states = [(r.run_id, r.name, r.state) for r in records if r.run_id in chosen]
    return (run_to_delete(), chosen, states)


def _show(page_state: tuple[object, ...]) -> None:
    records = _records()
    show_runs_table(records)
    chosen = selected_runs(shown_runs())
    write_link(chosen)
    if _page_state(records) != page_state:
        st.rerun()
    shown = [record for record in records if record.run_id in chosen]
    labels = distinct_labels(shown)
    view = choose_view()
    show_curves(shown, labels, view)
    if shown:
        show_downloads(shown, labels, view)
        show_results(shown, labels)
        show_facts(shown, labels)
