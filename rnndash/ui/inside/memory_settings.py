"""The settings of the memory task, asked for on its view."""

import streamlit as st

from rnndash.config.hyperparameters import Setting
from rnndash.memory_task.settings import LENGTHS, SETTING, MemoryModel, MemoryTask
from rnndash.ui.url_state import choices_from_url, choices_to_url, keep_whole_numbers, menu

_STANDARD = MemoryTask()


def choose_task() -> MemoryTask | None:
    """The chosen task; None, with a message, if no network or no length is chosen."""
    keep_whole_numbers("memory_seed")
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
        help="All answer from their last hidden state. The two LSTMs have the same equations, but "
        "different initial weights.",
    )
    models = tuple(model for model in MemoryModel if model in chosen)
    choices_to_url("memory_models", models, _STANDARD.models)
    return models


def _number(setting: Setting, default: float) -> float:
    """A menu of one setting; the URL holds the choice."""
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
