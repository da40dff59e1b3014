"""Presets: comparisons that are ready to start."""

from dataclasses import dataclass
from enum import StrEnum

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig

LESSON_MODELS = (ModelKind.RNN, ModelKind.LSTM, ModelKind.PACKED_LSTM)
"""The three networks of the lesson, in its order."""


class PresetName(StrEnum):
    """The presets by their names."""

    QUICK = "quick"
    LESSON = "lesson"
    CUSTOM = "custom"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A comparison that is ready to start.

    Attributes:
        config: the settings; its model is the first of `models`.
    """

    label: str
    description: str
    models: tuple[ModelKind, ...]
    config: RunConfig


QUICK_LOOK = Preset(
    label="Quick look",
    description="Built-in headlines, well under a minute. Needs no internet.",
    models=LESSON_MODELS,
    config=RunConfig(model=ModelKind.RNN, samples=16_000, learning_rate=0.003),
)
LESSON = Preset(
    label="The lesson",
    description="AG News, one epoch, exactly the settings of the lesson notebook.",
    models=LESSON_MODELS,
    config=RunConfig(
        model=ModelKind.RNN, corpus=CorpusName.AG_NEWS, samples=120_000, learning_rate=0.001
    ),
)
PRESETS = {PresetName.QUICK: QUICK_LOOK, PresetName.LESSON: LESSON}
"""All but custom, which stands for any other choice."""
