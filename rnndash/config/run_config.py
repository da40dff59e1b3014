"""The settings of a run: its model, its texts and its numbers.

`RunConfig` checks itself, so there is no run with settings outside their limits.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from rnndash.config.corpus_name import CorpusName
from rnndash.config.hyperparameters import SETTING, SETTINGS
from rnndash.config.model_kind import ModelKind
from rnndash.config.word_vectors import VectorsChoice
from rnndash.errors import ConfigError

_UPLOAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvChoice:
    """Which of the uploaded files, and which of its columns.

    Attributes:
        upload: SHA-256 of the file's content, 64 hexadecimal digits: its name in the store.
        file_name: its name when it was uploaded; shown, never opened.
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


def _whole_default(name: str) -> int:
    return int(SETTING[name].default)


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
    samples: int = _whole_default("samples")
    epochs: int = _whole_default("epochs")
    batch_size: int = _whole_default("batch_size")
    learning_rate: float = SETTING["learning_rate"].default
    embed_dim: int = _whole_default("embed_dim")
    hidden_dim: int = _whole_default("hidden_dim")
    num_layers: int = _whole_default("num_layers")
    bidirectional: bool = False
    min_freq: int = _whole_default("min_freq")
    seed: int = _whole_default("seed")
    vectors: VectorsChoice | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", _member(ModelKind, self.model, "model"))
        object.__setattr__(self, "corpus", _member(CorpusName, self.corpus, "corpus"))
        for setting in SETTINGS:
            object.__setattr__(self, setting.name, setting.check(getattr(self, setting.name)))
        if not isinstance(self.bidirectional, bool):
            raise ConfigError(f"bidirectional must be true or false; it is {self.bidirectional!r}.")
        if self.corpus.is_uploaded != (self.csv is not None):
            others = " or ".join(name for name in CorpusName if not name.is_uploaded)
            raise ConfigError(
                "The corpus csv needs a CSV file, and only that corpus takes one: "
                f"upload a file, or choose {others}."
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

        Without word vectors the key is missing, as in runs of versions that had none.
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
