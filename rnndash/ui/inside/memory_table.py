"""The results of the memory task as a table, and its progress in words."""

import streamlit as st

from rnndash.memory_task.outcomes import ENOUGH, MemoryRecord, Outcome
from rnndash.memory_task.sequences import CHANCE, TEST_SEQUENCES
from rnndash.memory_task.settings import MemoryModel
from rnndash.ui.wording import duration


def show_memory_table(record: MemoryRecord) -> None:
    """A row for each network, a column for each length."""
    task = record.task
    outcomes = {(o.latest.model, o.latest.length): o for o in record.outcomes}
    st.dataframe(
        {
            "Network": [model.label for model in task.models],
            "Learned up to": [reach_text(record, model) for model in task.models],
        }
        | {
            f"{length} words": [cell_text(outcomes.get((model, length))) for model in task.models]
            for length in task.lengths
        },
        key="memory_table",
        hide_index=True,
        alt="Accuracy of each network at each length",
    )
    st.caption(
        f"Right answers to {TEST_SEQUENCES} held-out sequences, and the steps taken. Training "
        f"stops at {ENOUGH:.0%}, or after {task.steps:,} steps; guessing gives about {CHANCE:.0%}. "
        f"Minibatches of {task.batch_size} new sequences, the same for all networks; "
        f"{task.hidden_dim} hidden units; Adam at {task.learning_rate:g}; forget bias "
        f"{task.forget_bias:g}; seed {task.seed}."
    )


def reach_text(record: MemoryRecord, model: MemoryModel) -> str:
    """`20 words`: the longest length up to which a network has learned all; `–` without any."""
    reach = record.reach(model)
    return "–" if reach is None else f"{reach} words"


def cell_text(outcome: Outcome | None) -> str:
    """`99% (250)`: accuracy and steps of one network; `–` where it has not begun."""
    if outcome is None:
        return "–"
    return f"{outcome.latest.accuracy:.0%} ({outcome.latest.step:,})"


def describe_running(record: MemoryRecord) -> str:
    """Which network is in training, and its step."""
    latest = next((o.latest for o in record.outcomes if not o.latest.is_last), None)
    if latest is None:
        return "Starting"
    return (
        f"{latest.model.label}, {latest.length} words: step {latest.step:,} of "
        f"{record.task.steps:,}"
    )


def describe_waiting(record: MemoryRecord, *, is_busy: bool) -> str:
    """What to say of a task that is not in training.

    Args:
        is_busy: whether another task is.
    """
    if record.is_complete:
        return (
            f"Trained in {duration(record.seconds)} by one core. Kept on this server for everybody "
            "who chooses these settings."
        )
    if is_busy:
        return "Another memory task is in training, and only one can be at a time."
    return (
        "Takes about half a minute of one core, more on a busy machine, in a process of its own. "
        "Networks that are trained already are not trained again."
    )
