"""The settings of a run: their names and limits, stated once for page, URL and command line.

A run cannot be made from settings outside these limits, whoever asks: `RunConfig` checks itself.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from rnndash.errors import ConfigError
from rnndash.word_vectors import VectorsChoice


class ModelKind(StrEnum):
    """The recurrent classifiers that can be trained."""

    RNN = "rnn"
    LSTM = "lstm"
    PACKED_LSTM = "packed_lstm"
    GRU = "gru"
    PACKED_GRU = "packed_gru"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _MODEL_LABELS[self]

    @property
    def description(self) -> str:
        """One sentence: what it reads and from which state it answers."""
        return _MODEL_DESCRIPTIONS[self]

    @property
    def is_packed(self) -> bool:
        """Whether the network steps over real tokens alone."""
        return self in (ModelKind.PACKED_LSTM, ModelKind.PACKED_GRU)


_MODEL_LABELS = {
    ModelKind.RNN: "Simple RNN",
    ModelKind.LSTM: "LSTM",
    ModelKind.PACKED_LSTM: "Packed LSTM",
    ModelKind.GRU: "GRU",
    ModelKind.PACKED_GRU: "Packed GRU",
}
_AFTER_PADS = "Answers from its last hidden state: in a padded batch, the state after the pads."
_AFTER_WORDS = "Answers from its hidden state after the last real word; never sees a pad."
_MODEL_DESCRIPTIONS = {
    ModelKind.RNN: "Elman network; answers from the mean of its outputs, pads included.",
    ModelKind.LSTM: _AFTER_PADS,
    ModelKind.PACKED_LSTM: _AFTER_WORDS,
    ModelKind.GRU: _AFTER_PADS,
    ModelKind.PACKED_GRU: _AFTER_WORDS,
}


class CorpusName(StrEnum):
    """The sources of texts."""

    HEADLINES = "headlines"
    AG_NEWS = "ag_news"
    CSV = "csv"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _CORPUS_LABELS[self]


_CORPUS_LABELS = {
    CorpusName.HEADLINES: "Headlines (built in)",
    CorpusName.AG_NEWS: "AG News",
    CorpusName.CSV: "Your own CSV file",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A number that can be chosen: what it is called, what it does, what it may be.

    Attributes:
        name: the field of `RunConfig`, the widget's key, the URL's parameter and, with
            dashes, the option of the command line.
        label: the field's own name, as textbooks have it.
        help: one or two short sentences.
        menu: the values that a menu offers; empty where a number is typed.
        step: what one click on plus or minus changes.
    """

    name: str
    label: str
    help: str
    minimum: int | float
    maximum: int | float
    default: int | float
    menu: tuple[int | float, ...] = ()
    step: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return isinstance(self.default, int)

    def check(self, value: object) -> int | float:
        """Give `value` back as this setting's own type.

        Raises:
            ConfigError: it is not a number of that type, or is outside the limits.
        """
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
        if self.is_whole and isinstance(number, float) and not number.is_integer():
            number = None
        if number is None or not self.minimum <= number <= self.maximum:
            kind = "a whole number" if self.is_whole else "a number"
            raise ConfigError(
                f"{self.label} ({self.name}) must be {kind} from {self.minimum:g} to "
                f"{self.maximum:,}; it is {value!r}. Choose a value inside these limits."
            )
        return int(number) if self.is_whole else float(number)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="samples",
        label="Samples per epoch",
        help="How many training texts one epoch reads. A smaller corpus is read whole.",
        minimum=100,
        maximum=1_000_000,
        default=16_000,
        step=1_000,
    ),
    Setting(
        name="epochs",
        label="Epochs",
        help="How many times training goes through the texts.",
        minimum=1,
        maximum=20,
        default=1,
    ),
    Setting(
        name="batch_size",
        label="Batch size",
        help="Texts in a minibatch: one update of the weights. All are padded to its longest.",
        minimum=1,
        maximum=512,
        default=16,
        menu=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    ),
    Setting(
        name="learning_rate",
        label="Learning rate",
        help="Step size of the Adam optimiser. Too large and the loss explodes.",
        minimum=0.000_01,
        maximum=10.0,
        default=0.001,
        menu=(0.0001, 0.0003, 0.001, 0.002, 0.003, 0.01, 0.03, 0.1),
    ),
    Setting(
        name="embed_dim",
        label="Embedding size",
        help="Numbers that stand for one word.",
        minimum=1,
        maximum=300,
        default=64,
        menu=(4, 8, 16, 32, 50, 64, 100, 128, 200, 300),
    ),
    Setting(
        name="hidden_dim",
        label="Hidden size",
        help="Units of the recurrent layer: the memory that is carried from word to word.",
        minimum=1,
        maximum=256,
        default=32,
        menu=(4, 8, 16, 32, 64, 128, 256),
    ),
    Setting(
        name="num_layers",
        label="Layers",
        help="Recurrent layers on top of each other; each reads the outputs of the one below.",
        minimum=1,
        maximum=4,
        default=1,
        menu=(1, 2, 3, 4),
    ),
    Setting(
        name="min_freq",
        label="Minimum word count",
        help="Words seen less often in the training texts count as unknown. 1 keeps every word.",
        minimum=1,
        maximum=1_000,
        default=1,
    ),
    Setting(
        name="seed",
        label="Seed",
        help="Fixes initial weights and order of texts. Same seed, same machine, same numbers.",
        minimum=0,
        maximum=2**31 - 1,
        default=0,
    ),
)
SETTING = {setting.name: setting for setting in SETTINGS}
"""The same by name."""

BIDIRECTIONAL_LABEL = "Bidirectional"
BIDIRECTIONAL_HELP = (
    "A second network reads each text from its end; the classifier sees the final states of both."
)

_UPLOAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvChoice:
    """Which of the uploaded files, and which of its columns.

    Attributes:
        upload: SHA-256 of the file's content, 64 hexadecimal digits: its name in the store.
        file_name: what its owner called it; shown, never opened.
        text_column: None recognises it by name.
        label_column: None recognises it by name.
    """

    upload: str
    file_name: str = "file.csv"
    text_column: str | None = None
    label_column: str | None = None

    def __post_init__(self) -> None:
        if not _UPLOAD.fullmatch(self.upload):
            raise ConfigError(
                "An uploaded file is named by the 64 hexadecimal digits of its SHA-256; "
                f"{self.upload!r} came. Upload the CSV file again."
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class RunConfig:
    """Everything that decides what a run computes. Equal settings, equal numbers.

    Attributes:
        vectors: what the embedding starts from; None for random numbers.

    Raises:
        ConfigError: a value is outside the limits of `SETTINGS`, or does not fit another.
    """

    model: ModelKind
    corpus: CorpusName = CorpusName.HEADLINES
    csv: CsvChoice | None = None
    samples: int = 16_000
    epochs: int = 1
    batch_size: int = 16
    learning_rate: float = 0.001
    embed_dim: int = 64
    hidden_dim: int = 32
    num_layers: int = 1
    bidirectional: bool = False
    min_freq: int = 1
    seed: int = 0
    vectors: VectorsChoice | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", _member(ModelKind, self.model, "model"))
        object.__setattr__(self, "corpus", _member(CorpusName, self.corpus, "corpus"))
        for setting in SETTINGS:
            object.__setattr__(self, setting.name, setting.check(getattr(self, setting.name)))
        if not isinstance(self.bidirectional, bool):
            raise ConfigError(f"bidirectional must be true or false; it is {self.bidirectional!r}.")
        if (self.corpus is CorpusName.CSV) != (self.csv is not None):
            raise ConfigError(
                "The corpus csv needs a CSV file, and only that corpus takes one: "
                "upload a file, or choose headlines or ag_news."
            )
        if self.vectors is not None and self.vectors.dimension != self.embed_dim:
            raise ConfigError(
                f"Embedding size (embed_dim) must be {self.vectors.dimension}, the numbers of a "
                f"word in {self.vectors.name}; it is {self.embed_dim}. Choose that size, or no "
                "word vectors."
            )

    def for_model(self, model: ModelKind) -> "RunConfig":
        """The same settings for another model."""
        return replace(self, model=model)

    def to_json(self) -> dict[str, Any]:
        """Plain values under the fields' own names, for `from_json`.

        Without word vectors there is no word of them, as before there were any.
        """
        values = asdict(self)
        if self.vectors is None:
            del values["vectors"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "RunConfig":
        """Read what `to_json` wrote.

        Raises:
            ConfigError: a field is unknown, missing, or outside its limits.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown or "model" not in values:
            raise ConfigError(
                f"Settings of a run have the fields {', '.join(sorted(known))}; "
                f"{'unknown: ' + ', '.join(unknown) if unknown else 'model is missing'}. "
                "They may come from another version of rnndash."
            )
        plain = dict(values)
        if plain.get("csv") is not None:
            plain["csv"] = _csv_choice(plain["csv"])
        if plain.get("vectors") is not None:
            plain["vectors"] = VectorsChoice.from_json(plain["vectors"])
        return cls(**plain)


def _csv_choice(values: object) -> CsvChoice:
    known = [field.name for field in fields(CsvChoice)]
    if (
        not isinstance(values, Mapping)
        or not isinstance(values.get("upload"), str)
        or set(values) - set(known)
    ):
        raise ConfigError(
            f"The choice of a CSV file has the fields {', '.join(known)}, upload among them; "
            f"it is {values!r}. It may come from another version of rnndash."
        )
    return CsvChoice(**values)


_Name = TypeVar("_Name", bound=StrEnum)


def _member(enum: type[_Name], value: str, field: str) -> _Name:
    try:
        return enum(value)
    except ValueError:
        raise ConfigError(
            f"{field} must be one of {', '.join(enum)}; it is {value!r}. Choose one of these."
        ) from None
