"""The table of all runs: tick, sort, filter, rename, resume, delete."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any, assert_never

import pandas as pd
import streamlit as st

from rnndash.errors import RnndashError
from rnndash.results import RunRecord
from rnndash.runs.requests import Command
from rnndash.ui.compare.run_selection import (
    MOST_SHOWN,
    NAME,
    SHOWN,
    renamed,
    select_runs,
    selected_runs,
    ticked,
)
from rnndash.ui.services import run_queue
from rnndash.ui.shown_runs import shown_runs
from rnndash.ui.wording import describe_settings, plain

MOST_ROWS = 300


class _Action(StrEnum):
    """The actions in the menu of a row, as the menu shows them."""

    ONLY = ":material/filter_1: Only this one"
    PAUSE = ":material/pause: Pause"
    RESUME = ":material/play_arrow: Resume"
    STOP = ":material/stop: Stop"
    DELETE = ":material/delete: Delete…"


_ROWS, _TICKED, _TURN, _DELETING = "table_rows", "table_ticked", "table_turn", "deleting"


def show_runs_table(records: Sequence[RunRecord]) -> None:
    """Show the runs that match the filter; `run_selection` keeps the choice.

    Args:
        records: at least the newest `MOST_ROWS`.
    """
    st.text_input(
        "Filter",
        key="find",
        bind="query-params",
        icon=":material/search:",
        placeholder="Filter by words of the name, model, texts, state or settings",
        label_visibility="collapsed",
    )
    wanted = st.session_state.find
    rows = list(islice(_matching(records, wanted), MOST_ROWS + 1))
    if not rows:
        st.info(
            "No run matches all these words. Clear the filter to see all runs.",
            icon=":material/info:",
        )
        return
    _remember([record.run_id for record in rows[:MOST_ROWS]])
    chosen = st.session_state[_TICKED]
    frame = pd.DataFrame(
        [_row(record, is_shown=record.run_id in chosen) for record in rows[:MOST_ROWS]],
        index=[record.run_id for record in rows[:MOST_ROWS]],
    )
    st.data_editor(
        frame,
        key=_key(),
        on_change=_apply_edits,
        hide_index=True,
        disabled=[column for column in frame.columns if column not in _editable()],
        column_config=_columns(has_lone_action=frame["Actions"].str.len().min() == 1),
        height=min(36 * (len(frame) + 1) + 2, 400),
        placeholder="–",
        alt="All runs with their state and accuracy",
    )
    if len(rows) > MOST_ROWS:
        which = "that match" if wanted else f"of {len(shown_runs().run_ids()):,} runs"
        st.caption(f"The newest {MOST_ROWS} {which}. Use the filter to find others.")


def _editable() -> tuple[str, ...]:
    return (SHOWN,) if shown_runs().are_shipped else (SHOWN, NAME)


def _matching(records: Sequence[RunRecord], words: str) -> Iterator[RunRecord]:
    """The runs that contain all these words, newest first.

    Runs that are not in `records` are read one by one, when their turn comes.
    """
    runs = shown_runs()
    known = {record.run_id: record for record in records}
    for run_id in dict.fromkeys([*runs.run_ids(), *known]):
        found = [known[run_id]] if run_id in known else runs.records([run_id])[0]
        yield from (record for record in found if _matches(record, words))


def _matches(record: RunRecord, words: str) -> bool:
    config = record.config
    text = f"{record.label} {config.model.label} {config.model} {config.corpus.label} "
    text += f"{config.csv.file_name if config.csv else ''} {record.state} {record.run_id} "
    text = f"{text} {describe_settings(config)}".lower()
    return all(word in text for word in words.lower().split())


def _remember(rows: list[str]) -> None:
    """Store rows and ticks when the table is created again, since it then has no edits.

    That happens when its rows change, and when the visitor returns from another page.
    """
    if st.session_state.get(_ROWS) != rows or _key() not in st.session_state:
        st.session_state[_ROWS] = rows
        st.session_state[_TICKED] = selected_runs(shown_runs())


def _key() -> str:
    return f"runs_table_{st.session_state.setdefault(_TURN, 0)}"


def _recreate_table() -> None:
    """Make the next run of the page create the table again, with the present choice."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state.pop(_ROWS, None)


def _row(record: RunRecord, *, is_shown: bool) -> dict[str, object]:
    return {
        SHOWN: is_shown,
        NAME: record.name or None,
        "Actions": [action.value for action in _actions(record)],
        "Model": record.config.model.label,
        "Texts": record.config.csv.file_name if record.config.csv else record.config.corpus.label,
        "State": record.state.value,
        "Seed": record.config.seed,
        "Started": pd.Timestamp(record.created, unit="s", tz="UTC"),
        "Curve": [point.running_accuracy for point in record.points],
        "Held-out": _percentage(record.held_out_accuracy),
        "Test": _percentage(record.test_accuracy),
        "Samples": record.samples,
        "Speed": record.samples_per_second,
        "Settings": describe_settings(record.config),
    }


def _actions(record: RunRecord) -> list[_Action]:
    if shown_runs().is_shipped(record.run_id):
        return [_Action.ONLY]
    if record.state.is_active:
        return [_Action.ONLY, _Action.PAUSE, _Action.STOP]
    resume = [_Action.RESUME] if record.can_resume else []
    return [_Action.ONLY, *resume, _Action.DELETE]


def _columns(*, has_lone_action: bool) -> dict[str, Any]:
    config = st.column_config
    actions_width = (
        120 if has_lone_action else 60
    )  # one action is shown as a button, several as a menu
    return {
        SHOWN: config.CheckboxColumn("Show", width=78, pinned=True, help="Draw this run below."),
        NAME: config.TextColumn(
            width=150, pinned=True, max_chars=60, help="Double-click to name the run."
        ),
        "Actions": config.ButtonColumn(
            "Do", width=actions_width, on_click=_run_action, key="run_action"
        ),
        "Model": config.TextColumn(width=110),
        "Texts": config.TextColumn(width=150),
        "State": config.TextColumn(width=90),
        "Seed": config.NumberColumn(format="plain", width=60),
        "Curve": config.LineChartColumn("Running accuracy", width=130, y_min=0, y_max=1),
        "Held-out": config.NumberColumn(format="%.1f%%", width=85),
        "Test": config.NumberColumn(format="%.1f%%", width=75),
        "Samples": config.NumberColumn("Texts read", format="localized", width=95),
        "Speed": config.NumberColumn("Texts/s", format="%.0f", width=75),
        "Settings": config.TextColumn(width=260),
        "Started": config.DatetimeColumn(format="distance", width=110),
    }


def _percentage(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _apply_edits() -> None:
    """Apply the edits of the table: ticks and names."""
    edits = st.session_state[_key()]["edited_rows"]
    rows = st.session_state[_ROWS]
    chosen = ticked(rows, st.session_state[_TICKED], edits)
    if len(chosen) > MOST_SHOWN:
        st.toast(f"The page shows at most {MOST_SHOWN} runs at once.", icon=":material/info:")
        _recreate_table()
        return
    select_runs(chosen)
    for run_id, name in renamed(rows, edits).items():
        store = shown_runs().store_of(run_id)
        try:
            if store.record(run_id).name != name:
                store.rename(run_id, name)
                _recreate_table()  # the table accepts a second edit of a cell only after that
        except RnndashError as error:
            st.toast(plain(str(error)), icon=":material/error:", duration="long")
            _recreate_table()


def _run_action() -> None:
    """Run the action that was chosen in the menu of a row."""
    click = st.session_state.run_action
    run_id = st.session_state[_ROWS][click["row"]]
    queue = run_queue()
    try:
        action = _Action(click["label"])
        match action:
            case _Action.ONLY:
                select_runs([run_id])
                _recreate_table()
            case _Action.DELETE:
                st.session_state[_DELETING] = run_id
            case _Action.RESUME:
                queue.resume(run_id)
            case _Action.PAUSE:
                queue.store.command(run_id, Command.PAUSE)
            case _Action.STOP:
                queue.store.command(run_id, Command.STOP)
            case _:
                assert_never(action)
    except RnndashError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")


def run_to_delete() -> str | None:
    """The run that waits for its deletion to be confirmed; None if there is none."""
    run_id: str | None = st.session_state.get(_DELETING)
    return run_id


def confirm_deletion() -> None:
    """Show a dialog that asks before a run is deleted, until it is answered."""
    if run_id := run_to_delete():
        _ask(run_id)


def _close_dialog() -> None:
    st.session_state.pop(_DELETING, None)


@st.dialog("Delete this run?", icon=":material/delete:", on_dismiss=_close_dialog)
def _ask(run_id: str) -> None:
    store = shown_runs().store_of(run_id)
    try:
        record = store.record(run_id)
    except RnndashError as error:
        st.error(plain(str(error)))
        return
    st.markdown(
        f"**{plain(record.label)}**, {record.state.value}, {record.samples:,} texts read. Its "
        "curves, weights and predictions are deleted from the disk, for all visitors. This cannot "
        "be undone."
    )
    with st.container(horizontal=True):
        sure = st.button("Delete it", key="delete_sure", type="primary", icon=":material/delete:")
        kept = st.button("Keep it", key="delete_keep")
    if sure:
        try:
            store.delete(run_id)
        except RnndashError as error:
            st.error(plain(str(error)))
            return
    if sure or kept:
        _close_dialog()
        st.rerun()
