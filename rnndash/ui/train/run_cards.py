"""A card for each run: its progress, its accuracy, and its controls."""

from collections.abc import Callable, Sequence
from typing import assert_never

import streamlit as st

from rnndash.errors import RnndashError
from rnndash.results import RunRecord, RunState
from rnndash.runs.queue import RunQueue
from rnndash.runs.requests import Command
from rnndash.ui.legend import nameplate
from rnndash.ui.wording import STATE_COLOURS, STATE_ICONS, count, duration, percent, plain


def show_cards(records: Sequence[RunRecord], queue: RunQueue) -> None:
    """Show the cards side by side."""
    for column, record in zip(st.columns(len(records)), records, strict=True):
        with column.container(border=True, height="stretch"):
            _card(record, queue)


def show_controls(records: Sequence[RunRecord], queue: RunQueue) -> None:
    """Show the buttons that pause, resume and stop all runs."""
    active = [record.run_id for record in records if record.state.is_active]
    resumable = [record.run_id for record in records if record.can_resume]
    with st.container(horizontal=True, gap="small", width="content"):
        _button("pause", "Pause all", _sender(queue, Command.PAUSE), active)
        _button("resume", "Resume all", queue.resume, resumable)
        _button("stop", "Stop all", _sender(queue, Command.STOP), active)


def _card(record: RunRecord, queue: RunQueue) -> None:
    model = record.config.model
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.html(nameplate(model), width="content")
        st.badge(
            record.state.value,
            icon=STATE_ICONS[record.state],
            color=STATE_COLOURS[record.state],  # type: ignore[arg-type]
            help=record.state.meaning,
        )
    st.caption(model.description)
    st.progress(_progress(record), text=plain(_progress_text(record, queue)))
    _accuracies(record)
    st.caption(_pace(record))
    _problem(record)
    with st.container(horizontal=True, gap="small"):  # always two: the layout does not move
        active = [record.run_id] if record.state.is_active else []
        if record.can_resume:
            _button(f"resume_{model}", "Resume", queue.resume, [record.run_id])
        else:
            _button(f"pause_{model}", "Pause", _sender(queue, Command.PAUSE), active)
        _button(f"stop_{model}", "Stop", _sender(queue, Command.STOP), active)


def _accuracies(record: RunRecord) -> None:
    """Show running accuracy, beside it test accuracy or, before the test, held-out accuracy."""
    with st.container(horizontal=True, gap="medium"):
        st.metric(
            "Running accuracy",
            percent(record.running_accuracy),
            width="content",
            help="Accuracy over this epoch so far, as the lesson prints it.",
        )
        if record.finished is not None:
            st.metric(
                "Test accuracy",
                percent(record.test_accuracy),
                width="content",
                help="Accuracy on all test texts, after training.",
            )
        else:
            st.metric(
                "Held-out accuracy",
                percent(record.held_out_accuracy),
                width="content",
                help="Accuracy on a fixed sample of up to 1,000 test texts.",
            )


def _problem(record: RunRecord) -> None:
    """Say why a run failed, or what a run that was cut off means; nothing for other runs."""
    if record.failure is not None and record.state is RunState.FAILED:
        st.error(plain(f"{record.failure.reason} {record.failure.hint}"), icon=":material/error:")
        if record.failure.details:
            with st.expander("The worker's last output"):
                st.code(record.failure.details, language=None)
    elif record.state in (RunState.LOST, RunState.INTERRUPTED):
        st.warning(record.state.meaning, icon=STATE_ICONS[record.state])


def _progress(record: RunRecord) -> float:
    match record.state:
        case RunState.FINISHED:
            return 1.0
        case RunState.PREPARING if record.fraction is not None:
            return min(1.0, max(0.0, record.fraction))
        case (
            RunState.QUEUED
            | RunState.PREPARING
            | RunState.RUNNING
            | RunState.PAUSED
            | RunState.STOPPED
            | RunState.INTERRUPTED
            | RunState.LOST
            | RunState.FAILED
        ):
            return record.progress
        case _:
            assert_never(record.state)


def _progress_text(record: RunRecord, queue: RunQueue) -> str:
    match record.state:
        case RunState.QUEUED:
            position = queue.position(record.run_id)
            return f"Number {position} in the queue" if position else "Starting"
        case RunState.PREPARING:
            done = "" if record.fraction is None else f" ({record.fraction:.0%})"
            return f"{record.message}{done}"
        case RunState.RUNNING if record.samples == record.samples_total:
            return "Testing on all test texts"
        case (
            RunState.RUNNING
            | RunState.PAUSED
            | RunState.STOPPED
            | RunState.INTERRUPTED
            | RunState.LOST
            | RunState.FAILED
            | RunState.FINISHED
        ):
            return f"{count(record.samples)} of {count(record.samples_total)} texts"
        case _:
            assert_never(record.state)


def _pace(record: RunRecord) -> str:
    speed = record.samples_per_second
    if speed is None:
        return "Speed and time left appear with the first points of the curve."
    pace = f"{speed:,.0f} texts/s"
    if record.state is RunState.RUNNING:
        return f"{pace} · {duration(record.seconds_left)} left"
    return f"{pace} · {duration(record.seconds)} of training"


_ICONS = {
    "pause": ":material/pause:",
    "resume": ":material/play_arrow:",
    "stop": ":material/stop:",
}


def _button(key: str, label: str, action: Callable[[str], None], run_ids: Sequence[str]) -> None:
    st.button(
        label,
        key=key,
        icon=_ICONS[key.split("_")[0]],
        disabled=not run_ids,
        on_click=_apply,
        args=(action, run_ids),
    )


def _sender(queue: RunQueue, command: Command) -> Callable[[str], None]:
    def send(run_id: str) -> None:
        queue.store.command(run_id, command)

    return send


def _apply(action: Callable[[str], None], run_ids: Sequence[str]) -> None:
    """Apply an action to every run; a message names each run for which it failed."""
    for run_id in run_ids:
        try:
            action(run_id)
        except RnndashError as error:
            st.toast(plain(str(error)), icon=":material/error:", duration="long")
