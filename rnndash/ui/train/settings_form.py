"""The form of the Train page: a widget for each setting, and each widget in the URL.

Widgets only guide the visitor, since a URL can name any value. `RunConfig` checks the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rnndash.config.corpus_name import CorpusName
from rnndash.config.hyperparameters import (
    BIDIRECTIONAL_HELP,
    BIDIRECTIONAL_LABEL,
    SETTINGS,
    Setting,
)
from rnndash.config.model_kind import ModelKind
from rnndash.config.presets import LESSON_MODELS, PRESETS, QUICK_LOOK, Preset, PresetName
from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.config.word_vectors import VectorsChoice
from rnndash.errors import ConfigError
from rnndash.ui.corpus_choice import describe_corpus, pick_csv
from rnndash.ui.train.vectors_choice import (
    FREEZE_KEY,
    NONE,
    embedding_sizes,
    pick_vectors,
    waits_for_vectors,
)
from rnndash.ui.train.vectors_choice import KEY as VECTORS
from rnndash.ui.url_state import choices_from_url, choices_to_url, whole_number
from rnndash.ui.wording import plain

_MAIN = ("samples", "epochs", "batch_size", "learning_rate")
_Values = dict[str, int | float | bool | VectorsChoice | None]


@dataclass(frozen=True, slots=True)
class RunsToStart:
    """What the form describes: the models to train, and the settings that they share."""

    models: tuple[ModelKind, ...]
    config: RunConfig

    def configs(self) -> list[RunConfig]:
        """The settings of each run: one run for each model."""
        return [self.config.for_model(model) for model in self.models]


def show_form() -> RunsToStart | None:
    """Show the widgets and the start button; returns the runs when the button is pressed."""
    _complete_url()
    preset_column, corpus_column, models_column = st.columns([2, 2, 3])
    with preset_column:
        _preset()
    with corpus_column:
        corpus = _corpus()
    with models_column:
        models = _models()
    start_column, settings_column = st.columns([1, 4])
    with settings_column, st.expander("Settings", icon=":material/tune:"):
        values = _settings()
    csv = pick_csv() if corpus.is_uploaded else None
    runs = None
    is_csv_missing = corpus.is_uploaded and csv is None
    if not is_csv_missing and not waits_for_vectors(values[VECTORS]):
        runs = _runs_to_start(corpus, csv, models, values)
    started = start_column.button(
        "Start training",
        key="start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=runs is None,
        width="stretch",
    )
    return runs if started else None


def _runs_to_start(
    corpus: CorpusName,
    csv: CsvChoice | None,
    models: tuple[ModelKind, ...],
    values: _Values,
) -> RunsToStart | None:
    if not models:
        st.warning("Choose at least one model.", icon=":material/info:")
        return None
    try:
        config = RunConfig(model=models[0], corpus=corpus, csv=csv, **values)  # type: ignore[arg-type]
    except ConfigError as error:
        st.error(plain(str(error)))
        return None
    return RunsToStart(models, config)


def _preset() -> None:
    names = list(PresetName)
    for name in choices_from_url("preset", names)[:1]:
        st.session_state.preset = name
    name = st.segmented_control(
        "Preset",
        names,
        default=PresetName.QUICK,
        required=True,
        format_func=lambda name: PRESETS[name].label if name in PRESETS else "Custom",
        key="preset",
        persist_state="session",
        on_change=_apply_preset,
        help="\n\n".join(f"**{p.label}**: {p.description}" for p in PRESETS.values()),
    )
    choices_to_url("preset", [name or PresetName.QUICK], [PresetName.QUICK])
    preset = PRESETS.get(name or PresetName.CUSTOM)
    st.caption(preset.description if preset else "Settings of your own.")


def _corpus() -> CorpusName:
    for name in choices_from_url("corpus", list(CorpusName))[:1]:
        st.session_state.corpus = name
    corpus: str | None = st.selectbox(
        "Texts",
        list(CorpusName),
        format_func=lambda name: name.label,
        key="corpus",
        persist_state="session",
        on_change=_update_preset,
        help="The texts that the models learn from.",
    )
    chosen = CorpusName(corpus or CorpusName.HEADLINES)
    choices_to_url("corpus", [chosen], [CorpusName.HEADLINES])
    st.caption(describe_corpus(chosen))
    return chosen


def _models() -> tuple[ModelKind, ...]:
    if named := choices_from_url("models", list(ModelKind)):
        st.session_state.models = named
    chosen = st.pills(
        "Models",
        list(ModelKind),
        selection_mode="multi",
        default=list(LESSON_MODELS),
        format_func=lambda kind: kind.label,
        key="models",
        persist_state="session",
        wrap=True,
        on_change=_update_preset,
        help="\n\n".join(f"**{kind.label}**: {kind.description}" for kind in ModelKind),
    )
    models = tuple(kind for kind in ModelKind if kind in chosen)
    choices_to_url("models", models, LESSON_MODELS)
    st.caption("All train side by side on the same minibatches.")
    return models


def _settings() -> _Values:
    values: _Values = {}
    main = [setting for setting in SETTINGS if setting.name in _MAIN]
    others = [setting for setting in SETTINGS if setting.name not in _MAIN]
    rows = (*st.columns(4), *st.columns(len(others)))
    values[VECTORS] = vectors = pick_vectors(_update_preset)  # the embedding size follows
    for column, setting in zip(rows, (*main, *others), strict=True):
        with column:
            if setting.name == "embed_dim":
                menu = embedding_sizes(vectors)
                values[setting.name] = _number(setting, menu, disabled=vectors is not None)
            else:
                values[setting.name] = _number(setting, setting.menu)
    values["bidirectional"] = st.toggle(
        BIDIRECTIONAL_LABEL,
        key="bidirectional",
        bind="query-params",
        on_change=_update_preset,
        help=BIDIRECTIONAL_HELP,
    )
    return values


def _number(
    setting: Setting, menu: Sequence[int | float], *, disabled: bool = False
) -> int | float:
    default = getattr(QUICK_LOOK.config, setting.name)
    limits = f"{setting.minimum:g} to {setting.maximum:,}"
    if menu:
        return st.selectbox(
            setting.label,
            menu,
            index=menu.index(default),
            disabled=disabled,
            format_func=lambda value: f"{value:g}",
            key=setting.name,
            bind="query-params",
            on_change=_update_preset,
            help=setting.help,
        )
    return st.number_input(
        setting.label,
        min_value=int(setting.minimum),
        max_value=int(setting.maximum),
        value=int(default),
        step=setting.step,
        key=setting.name,
        bind="query-params",
        on_change=_update_preset,
        help=f"{setting.help} {limits}.",
    )


def _values_of(preset: Preset) -> dict[str, object]:
    """The values of the widgets for a preset, by their keys."""
    names = [setting.name for setting in SETTINGS] + ["corpus", "bidirectional"]
    values: dict[str, object] = {name: getattr(preset.config, name) for name in names}
    return values | {"models": list(preset.models), VECTORS: NONE, FREEZE_KEY: False}


def _apply_preset() -> None:
    """Set the widgets to the values of the preset."""
    if st.session_state.preset in PRESETS:
        st.session_state.update(_values_of(PRESETS[st.session_state.preset]))


def _update_preset() -> None:
    """Select the preset whose values the widgets show, or *Custom*."""
    st.session_state.preset = next(
        (
            name
            for name, preset in PRESETS.items()
            if all(_shown(key) == value for key, value in _values_of(preset).items())
        ),
        PresetName.CUSTOM,
    )


def _shown(name: str) -> object:
    value = st.session_state.get(name)
    if name == "models":
        return [kind for kind in ModelKind if kind in (value or [])]
    return value


def _complete_url() -> None:
    """Remove invalid values from a link and add what its preset implies, before widgets read it.

    Values that are not numbers, or are outside the limits, are removed. A preset adds the settings
    that the link does not name. A link with settings but no preset selects *Custom*.
    """
    if "preset" in st.session_state:
        return
    missing: dict[str, str] = {}
    invalid = [setting.name for setting in SETTINGS if not _is_valid(setting)]
    for preset in choices_from_url("preset", list(PRESETS)):
        missing = {
            key: str(value)
            for key, value in _values_of(PRESETS[preset]).items()
            if key not in st.query_params and value != _values_of(QUICK_LOOK)[key]
        }
    for name in invalid:
        st.query_params.pop(name)
    st.query_params.update(missing)
    if invalid or missing:
        st.rerun()
    if "preset" not in st.query_params and any(
        key in st.query_params for key in _values_of(QUICK_LOOK)
    ):
        st.session_state.preset = PresetName.CUSTOM


def _is_valid(setting: Setting) -> bool:
    given = st.query_params.get(setting.name)
    if given is None:
        return True
    if setting.is_whole and whole_number(given) is None:
        return False
    try:
        setting.check(float(given))
    except ValueError:
        return False
    return True
