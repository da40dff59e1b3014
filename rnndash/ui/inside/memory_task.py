"""The memory task: does a network still know the first word at the end of a sequence?"""

import atexit

import numpy as np
import streamlit as st

from rnndash.errors import RnndashError
from rnndash.figures.memory_task import (
    describe_gradients,
    describe_memory,
    draw_gradients,
    draw_memory,
    memory_frame,
)
from rnndash.memory_task.outcomes import MemoryRecord
from rnndash.memory_task.sequences import CLASS_WORDS, NOISE_WORDS, draw_sequences
from rnndash.memory_task.settings import MemoryTask
from rnndash.memory_task.trainer import MemoryTrainer
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.inside.memory_settings import choose_task
from rnndash.ui.inside.memory_table import (
    describe_running,
    describe_waiting,
    show_memory_table,
)
from rnndash.ui.legend import is_dark
from rnndash.ui.services import environment
from rnndash.ui.wording import plain

POLL_S = 0.7
"""Seconds between two updates, while there is something to wait for."""
_REFUSED = "memory_refused"
_EXAMPLE_WORDS = 10
_FOLLOWS = """\
**What follows.** At each step back from the answer, the gradient is multiplied by a factor. In a
simple RNN this factor is about one half at the start. So in a long sequence almost nothing reaches
the first word, the noise words matter more, and the network keeps guessing: the gradient has
vanished. In an LSTM the cell state fades only by the forget gate. But an LSTM alone is not enough:
PyTorch starts the forget gate half open, and a half of a half of a half is soon nothing too. With
the same equations and the gate open from the start, the gradient keeps its size.

With the standard settings and seeds 0 to 4, the simple RNN learned up to 5 words, with one of the
seeds up to 10; the LSTM as PyTorch starts it up to 10; the open one up to 80."""
_FOLLOWS_NOT = """\
**What does not follow.** This is one made-up task, with small networks, one seed and few steps.
With another seed a point can lie elsewhere. With more steps, a larger learning rate or other
initial weights, a simple RNN learns longer sequences. And a gradient that arrives is not enough: at
160 words the open LSTM learned nothing in 1,000 steps (seeds 0 to 4). Its gate is open because this
task needs nothing but memory. Where a network should forget, an open gate may do harm.

Nothing follows for news headlines: they are short, and many of their words tell the class. The
simple RNN of the other pages answers from the mean of all its outputs, so it need not remember."""


@st.cache_resource(show_spinner=False)
def memory_trainer() -> MemoryTrainer:
    """The trainer of this server; its process ends with the server."""
    trainer = MemoryTrainer(environment().home / "memory")
    atexit.register(trainer.close)
    return trainer


def show_memory_task() -> None:
    """Explain the task, train networks on it, and show the results.

    The page must have called `load_chart_library`.
    """
    st.markdown(
        f"The **first word** of a sequence is its class, one of {len(CLASS_WORDS)}; all words "
        f"after it are noise, drawn from {len(NOISE_WORDS)} words that say nothing about it. A "
        "network answers from its state after the *last* word, so it is right only if it still "
        "knows the first one."
    )
    st.code(_example(), language=None, wrap_lines=True)
    try:
        task = choose_task()
        if task is None:
            return
        pace = _pace(memory_trainer().record(task))
        st.fragment(_live, run_every=pace)(task, pace=pace)
    except RnndashError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    for column, text in zip(st.columns(2), (_FOLLOWS, _FOLLOWS_NOT), strict=True):
        column.markdown(text)


def _example() -> str:
    words = draw_sequences(np.random.default_rng(0), 1, _EXAMPLE_WORDS).words(0)
    return f"{words[0].upper()} {' '.join(words[1:])}   →   {words[0]}"


def _pace(record: MemoryRecord) -> float | None:
    """Seconds between two updates; None when there is nothing to wait for."""
    waits = record.is_running or (not record.is_complete and memory_trainer().running() is not None)
    return POLL_S if waits else None


def _live(task: MemoryTask, *, pace: float | None) -> None:
    record = memory_trainer().record(task)
    if _pace(record) != pace:  # only a full run can change how often this part runs
        st.rerun()
    _controls(record)
    if refused := st.session_state.pop(_REFUSED, None):
        st.warning(plain(refused), icon=":material/error:")
    if record.failure:
        st.error(plain(record.failure), icon=":material/error:")
    frame = memory_frame(record)
    accuracy, gradient = st.columns(2)
    with accuracy:
        st.markdown("**Does it learn the task?**")
        show_growing_chart(
            draw_memory(frame, task.lengths, is_dark=is_dark()),
            key="memory_accuracy",
            alt=describe_memory(frame),
            has_buttons=False,
        )
    with gradient:
        st.markdown("**How much of the gradient reaches the first word, before training?**")
        show_growing_chart(
            draw_gradients(frame, task.lengths, is_dark=is_dark()),
            key="memory_gradients",
            alt=describe_gradients(frame),
            has_buttons=False,
        )
    if record.outcomes:
        show_memory_table(record)


def _controls(record: MemoryRecord) -> None:
    trainer = memory_trainer()
    is_busy = trainer.running() is not None
    missing = len(record.task.trials) - record.networks_done
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            f"Train {missing} network{'s' if missing > 1 else ''}" if missing else "All trained",
            key="memory_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=is_busy or record.is_complete,
            on_click=_start,
            args=(record.task,),
        )
        st.button(
            "Cancel",
            key="memory_cancel",
            icon=":material/stop:",
            disabled=not record.is_running,
            on_click=trainer.cancel,
            args=(record.task,),
            help="Networks that are already trained are kept.",
        )
        with st.container(width="stretch"):
            if record.is_running:
                st.progress(record.progress, text=describe_running(record))
            else:
                st.caption(describe_waiting(record, is_busy=is_busy))


def _start(task: MemoryTask) -> None:
    try:
        memory_trainer().start(task)
    except RnndashError as error:
        st.session_state[_REFUSED] = str(error)  # a callback of a fragment shows nothing itself
