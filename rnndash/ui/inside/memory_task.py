"""The memory task: who still knows the first word at the end of a sequence?"""

import atexit

import numpy as np
import streamlit as st

from rnndash.config.hyperparameters import Setting
from rnndash.errors import RnndashError
from rnndash.figures.memory_task import (
    describe_gradients,
    describe_memory,
    draw_gradients,
    draw_memory,
    memory_frame,
)
from rnndash.memory_task.outcomes import ENOUGH, MemoryRecord, Outcome
from rnndash.memory_task.sequences import (
    CHANCE,
    CLASS_WORDS,
    NOISE_WORDS,
    TEST_SEQUENCES,
    draw_sequences,
)
from rnndash.memory_task.settings import LENGTHS, SETTING, MemoryModel, MemoryTask
from rnndash.memory_task.trainer import MemoryTrainer
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.services import environment
from rnndash.ui.url_state import choices_from_url, choices_to_url, menu
from rnndash.ui.wording import duration, plain

POLL_S = 0.7
"""Between two looks at the results, while there is something to wait for."""
_REFUSED = "memory_refused"
_STANDARD = MemoryTask()
_EXAMPLE_WORDS = 10
_FOLLOWS = """\
**What follows.** Step by step back from the answer, the gradient is multiplied by what one step
hands on of the one before. In a simple RNN that is about a half at the start, so what reaches the
first word of a long sequence drowns in what comes from the noise, and the network goes on
guessing: the gradient has vanished. A cell state fades by the forget gate alone. But being an LSTM
is not enough: PyTorch starts the forget gate half open, and a half of a half of a half is soon
nothing too. With the same equations and the gate open from the start, the gradient keeps its size.

With the standard settings and seeds 0 to 4, the simple RNN learned up to 5 words, with one of the
seeds up to 10; the LSTM as PyTorch starts it up to 10; the open one up to 80."""
_FOLLOWS_NOT = """\
**What does not follow.** This is one made-up task, small networks, one seed and few steps; with
another seed a point can lie elsewhere. More steps, a larger learning rate or other initial weights
carry a simple RNN further. A gradient that arrives is not enough either: at 160 words the open LSTM
learned nothing in 1,000 steps (seeds 0 to 4). Its gate stands open because this task wants nothing
but remembering; where forgetting matters, that may do harm.

Nothing follows for news headlines: they are short, many of their words tell the class, and the
simple RNN of the other pages answers from the mean of all its outputs, for which it need not
remember at all."""


@st.cache_resource(show_spinner=False)
def memory_trainer() -> MemoryTrainer:
    """The one of this server. When the server ends, its process leaves."""
    trainer = MemoryTrainer(environment().home / "memory")
    atexit.register(trainer.close)
    return trainer


def show_memory_task() -> None:
    """Explain the task, have it learned, and show what came of it.

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
        task = _choose_task()
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


def _choose_task() -> MemoryTask | None:
    """Ask for the settings; None, with a message, where something has to be chosen first."""
    models_column, lengths_column = st.columns([3, 2])
    with models_column:
        models = _models()
    with lengths_column:
        lengths = st.pills(
            LENGTHS.label,
            [int(length) for length in LENGTHS.menu],
            selection_mode="multi",
            default=list(_STANDARD.lengths),
            key="memory_lengths",
            bind="query-params",
            wrap=True,
            help=LENGTHS.help,
        )
    with st.container(horizontal=True, gap="medium"):
        steps = int(_number(SETTING["steps"], _STANDARD.steps))
        rate = _number(SETTING["learning_rate"], _STANDARD.learning_rate)
        forget_bias = _number(SETTING["forget_bias"], _STANDARD.forget_bias)
        seed = st.number_input(
            SETTING["seed"].label,
            min_value=0,
            max_value=int(SETTING["seed"].maximum),
            key="memory_seed",
            bind="query-params",
            width=150,
            help=SETTING["seed"].help,
        )
    if not models or not lengths:
        st.info("Choose at least one network and one length.", icon=":material/info:")
        return None
    return MemoryTask(
        models=models,
        lengths=tuple(lengths),
        steps=steps,
        learning_rate=rate,
        forget_bias=forget_bias,
        seed=int(seed),
    )


def _models() -> tuple[MemoryModel, ...]:
    if named := choices_from_url("memory_models", list(MemoryModel)):
        st.session_state.memory_models = named
    chosen = st.pills(
        "Networks",
        list(MemoryModel),
        selection_mode="multi",
        default=list(_STANDARD.models),
        format_func=lambda model: model.label,
        key="memory_models",
        persist_state="session",
        wrap=True,
        help="All answer from their last hidden state. Of the LSTM there are two, with equal "
        "equations and different first weights.",
    )
    models = tuple(model for model in MemoryModel if model in chosen)
    choices_to_url("memory_models", models, _STANDARD.models)
    return models


def _number(setting: Setting, default: float) -> float:
    """A menu under its key in the URL."""
    words = {f"{value:g}": f"{value:,}" for value in setting.menu}
    with st.container(width=150):
        chosen = menu(
            f"memory_{setting.name}",
            setting.label,
            list(words),
            f"{default:g}",
            words,
            setting.help,
        )
    return float(chosen)


def _pace(record: MemoryRecord) -> float | None:
    """Seconds between two looks; None when there is nothing to wait for."""
    waits = record.is_running or (not record.is_complete and memory_trainer().running() is not None)
    return POLL_S if waits else None


def _live(task: MemoryTask, *, pace: float | None) -> None:
    record = memory_trainer().record(task)
    if _pace(record) != pace:  # only a full run can set the clock anew
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
        _table(record)


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
            help="Networks that are done are kept.",
        )
        with st.container(width="stretch"):
            if record.is_running:
                st.progress(record.progress, text=_busy_with(record))
            else:
                st.caption(_at_rest(record, is_busy=is_busy))


def _start(task: MemoryTask) -> None:
    try:
        memory_trainer().start(task)
    except RnndashError as error:
        st.session_state[_REFUSED] = str(error)  # a callback of a fragment shows nothing itself


def _busy_with(record: MemoryRecord) -> str:
    latest = next((o.latest for o in record.outcomes if not o.latest.is_last), None)
    if latest is None:
        return "Getting ready"
    return (
        f"{latest.model.label}, {latest.length} words: step {latest.step:,} of "
        f"{record.task.steps:,}"
    )


def _at_rest(record: MemoryRecord, *, is_busy: bool) -> str:
    if record.is_complete:
        return (
            f"Trained in {duration(record.seconds)} by one core. Kept: whoever chooses these "
            "settings on this server sees this at once."
        )
    if is_busy:
        return "Another memory task is being trained, and only one can be at a time."
    return (
        "Takes about half a minute of one core, more on a busy machine, in a process of its own. "
        "Lengths and networks that are there already are not trained again."
    )


def _table(record: MemoryRecord) -> None:
    """A row for each network, a column for each length."""
    task = record.task
    outcomes = {(o.latest.model, o.latest.length): o for o in record.outcomes}
    st.dataframe(
        {
            "Network": [model.label for model in task.models],
            "Learned up to": [_reach(record, model) for model in task.models],
        }
        | {
            f"{length} words": [_cell(outcomes.get((model, length))) for model in task.models]
            for length in task.lengths
        },
        key="memory_table",
        hide_index=True,
        alt="Accuracy of each network at each length",
    )
    st.caption(
        f"Right answers to {TEST_SEQUENCES} sequences never learned from, and the steps taken. "
        f"Training stops at {ENOUGH:.0%}, else after {task.steps:,} steps; guessing gives about "
        f"{CHANCE:.0%}. Minibatches of {task.batch_size} new sequences, the same for all networks; "
        f"{task.hidden_dim} hidden units; Adam at {task.learning_rate:g}; forget bias "
        f"{task.forget_bias:g}; seed {task.seed}."
    )


def _reach(record: MemoryRecord, model: MemoryModel) -> str:
    reach = record.reach(model)
    return "–" if reach is None else f"{reach} words"


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return "–"
    return f"{outcome.latest.accuracy:.0%} ({outcome.latest.step:,})"
