"""The form of the Train page: every setting a widget, every widget in the URL.

Widgets guide honest visitors; a URL can ask for anything. What counts is checked when the
`RunConfig` is made.
"""

from dataclasses import dataclass

import streamlit as st

from rnndash.config import (
    BIDIRECTIONAL_HELP,
    BIDIRECTIONAL_LABEL,
    CUSTOM,
    LESSON_MODELS,
    PRESETS,
    QUICK_LOOK,
    SETTINGS,
    CorpusName,
    CsvChoice,
    ModelKind,
    Preset,
    RunConfig,
    Setting,
)
from rnndash.errors import ConfigError
from rnndash.ui.corpus_choice import describe_corpus, pick_csv

_MAIN = ("samples", "epochs", "batch_size", "learning_rate")


@dataclass(frozen=True, slots=True)
class Order:
    """What the form asks for: settings without a model, and the models."""

    models: tuple[ModelKind, ...]
    config: RunConfig

    def configs(self) -> list[RunConfig]:
        """One for each model."""
        return [self.config.for_model(model) for model in self.models]


def show_form() -> Order | None:
    """Show the widgets and give what they say; None, with a message, if that cannot be trained."""
    _fill_from_preset_of_url()
    preset_column, corpus_column, models_column = st.columns([2, 2, 3])
    with preset_column:
        _preset()
    with corpus_column:
        corpus = _corpus()
    with models_column:
        models = _models()
    with st.expander("Settings", icon=":material/tune:"):
        values = _settings()
    csv = pick_csv() if corpus is CorpusName.CSV else None
    if corpus is CorpusName.CSV and csv is None:
        return None
    return _order(corpus, csv, models, values)


def _order(
    corpus: CorpusName,
    csv: CsvChoice | None,
    models: tuple[ModelKind, ...],
    values: dict[str, int | float | bool],
) -> Order | None:
    if not models:
        st.warning("Choose at least one model.", icon=":material/info:")
        return None
    try:
        config = RunConfig(model=models[0], corpus=corpus, csv=csv, **values)  # type: ignore[arg-type]
    except ConfigError as error:
        st.error(str(error))
        return None
    return Order(models, config)


def _preset() -> None:
    name = st.segmented_control(
        "Preset",
        [*PRESETS, CUSTOM],
        default=QUICK_LOOK.name,
        required=True,
        format_func=lambda name: PRESETS[name].label if name in PRESETS else "Custom",
        key="preset",
        bind="query-params",
        on_change=_apply_preset,
        help="\n\n".join(f"**{p.label}**: {p.description}" for p in PRESETS.values()),
    )
    preset = PRESETS.get(name or "")
    st.caption(preset.description if preset else "Your own choice of settings.")


def _corpus() -> CorpusName:
    chosen = st.selectbox(
        "Texts",
        list(CorpusName),
        format_func=lambda name: name.label,
        key="corpus",
        bind="query-params",
        on_change=_name_preset,
        help="Where the headlines come from.",
    )
    corpus = CorpusName(chosen or CorpusName.HEADLINES)
    st.caption(describe_corpus(corpus))
    return corpus


def _models() -> tuple[ModelKind, ...]:
    chosen = st.pills(
        "Models",
        list(ModelKind),
        selection_mode="multi",
        default=list(LESSON_MODELS),
        format_func=lambda kind: kind.label,
        key="models",
        bind="query-params",
        wrap=True,
        on_change=_name_preset,
        help="\n\n".join(f"**{kind.label}**: {kind.description}" for kind in ModelKind),
    )
    st.caption("Trained side by side on the very same minibatches.")
    return tuple(kind for kind in ModelKind if kind in chosen)


def _settings() -> dict[str, int | float | bool]:
    values: dict[str, int | float | bool] = {}
    main = [setting for setting in SETTINGS if setting.name in _MAIN]
    others = [setting for setting in SETTINGS if setting.name not in _MAIN]
    for column, setting in zip(st.columns(4), main, strict=True):
        with column:
            values[setting.name] = _number(setting)
    for column, setting in zip(st.columns(len(others)), others, strict=True):
        with column:
            values[setting.name] = _number(setting)
    values["bidirectional"] = st.toggle(
        BIDIRECTIONAL_LABEL,
        key="bidirectional",
        bind="query-params",
        on_change=_name_preset,
        help=BIDIRECTIONAL_HELP,
    )
    return values


def _number(setting: Setting) -> int | float:
    default = getattr(QUICK_LOOK.config, setting.name)
    limits = f"{setting.minimum:g} to {setting.maximum:,}"
    if setting.menu:
        return st.selectbox(
            setting.label,
            setting.menu,
            index=setting.menu.index(default),
            format_func=lambda value: f"{value:g}",
            key=setting.name,
            bind="query-params",
            on_change=_name_preset,
            help=setting.help,
        )
    return st.number_input(
        setting.label,
        min_value=int(setting.minimum),
        max_value=int(setting.maximum),
        value=int(default),
        step=setting.step,
        required=True,
        key=setting.name,
        bind="query-params",
        on_change=_name_preset,
        help=f"{setting.help} {limits}.",
    )


def _values_of(preset: Preset) -> dict[str, object]:
    """What the widgets show for a preset, by their keys."""
    names = [setting.name for setting in SETTINGS] + ["corpus", "bidirectional"]
    values: dict[str, object] = {name: getattr(preset.config, name) for name in names}
    return values | {"models": list(preset.models)}


def _apply_preset() -> None:
    """Put the preset's values into the widgets."""
    preset = PRESETS.get(st.session_state.preset)
    if preset is not None:
        st.session_state.update(_values_of(preset))


def _name_preset() -> None:
    """Say which preset the widgets now show, or that they show none."""
    st.session_state.preset = next(
        (
            preset.name
            for preset in PRESETS.values()
            if all(_shown(name) == value for name, value in _values_of(preset).items())
        ),
        CUSTOM,
    )


def _shown(name: str) -> object:
    value = st.session_state.get(name)
    if name == "models":
        return [kind for kind in ModelKind if kind in (value or [])]
    return value


def _fill_from_preset_of_url() -> None:
    """A link may name a preset alone: then the widgets that it does not name follow the preset."""
    if "preset" in st.session_state:
        return
    preset = PRESETS.get(st.query_params.get("preset", ""))
    if preset is None or preset is QUICK_LOOK:
        return
    for name, value in _values_of(preset).items():
        if name not in st.query_params:
            st.session_state[name] = value
