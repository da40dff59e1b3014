"""The live part of the Compare page: the table of runs, their curves and their results."""

from collections.abc import Sequence

import streamlit as st

from rnndash.results import RunRecord
from rnndash.ui.compare_curves import choose_view, show_curves, show_facts, show_results
from rnndash.ui.facts import distinct_labels
from rnndash.ui.live import CALM_S
from rnndash.ui.run_selection import selected_runs, write_link
from rnndash.ui.runs_table import show_runs_table
from rnndash.ui.services import run_queue
from rnndash.ui.wording import plain


def show_compared() -> None:
    """Show table, curves and results, again and again while a run is at work."""
    records = _records()
    if not records:
        st.info(
            "No runs yet. Train some first, on the Train page or by the quick look on Home; they "
            "appear here, side by side.",
            icon=":material/timeline:",
        )
        return
    moment = _moment(records)
    pace = CALM_S if any(record.state.is_active for record in records) else None
    st.fragment(_show, run_every=pace)(moment)


def chosen_records() -> list[RunRecord]:
    """The runs that are shown, as they are now."""
    store = run_queue().store
    records, _ = store.records(selected_runs(store))
    return records


def _records() -> list[RunRecord]:
    store = run_queue().store
    records, problems = store.records(store.run_ids())
    for problem in problems:
        st.error(plain(problem))
    return records


def _moment(records: Sequence[RunRecord]) -> tuple[object, ...]:
    """What the rest of the page depends on: when it changes, the whole page has to run."""
    chosen = selected_runs(run_queue().store)
    return (chosen, [(r.run_id, r.name, r.state) for r in records if r.run_id in chosen])


def _show(moment: tuple[object, ...]) -> None:
    records = _records()
    show_runs_table(records)
    chosen = selected_runs(run_queue().store)
    write_link(chosen)
    if _moment(records) != moment:
        st.rerun()
    shown = [record for record in records if record.run_id in chosen]
    labels = distinct_labels(shown)
    view = choose_view()
    show_curves(shown, labels, view)
    if shown:
        show_results(shown, labels)
        show_facts(shown, labels)
