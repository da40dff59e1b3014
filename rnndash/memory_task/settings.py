"""The settings of the memory task, with their limits. No torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, assert_never

from rnndash.config.complete import complete
from rnndash.config.hyperparameters import Setting
from rnndash.config.model_kind import ModelKind
from rnndash.errors import ConfigError

FORMAT = 1
"""Version of the kept results. Raise it when equal settings no longer give equal numbers."""
MOST_LENGTHS = 12
LENGTHS = Setting(
    name="lengths",
    label="Lengths",
    help="Words in a sequence: the first one decides the class, all others are noise. Each length "
    "gets fresh networks of its own.",
    minimum=2,
    maximum=160,
    default=20,
    menu=(2, 5, 10, 20, 40, 80, 160),
)
SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="steps",
        label="Steps",
        help="Minibatches to train on. Training stops earlier once the task is learned.",
        minimum=1,
        maximum=3_000,
        default=1_000,
        menu=(300, 1_000, 3_000),
    ),
    Setting(
        name="learning_rate",
        label="Learning rate",
        help="Step size of Adam. With 0.01 a simple RNN and a GRU learn longer sequences here.",
        minimum=0.000_1,
        maximum=0.1,
        default=0.003,
        menu=(0.001, 0.003, 0.01),
    ),
    Setting(
        name="forget_bias",
        label="Forget bias",
        help="Where the forget gate of the open LSTM starts: 0 keeps half of the cell state at "
        "every step, 1 keeps 73%, 4 keeps 98.2%, 6 keeps 99.75%.",
        minimum=-10.0,
        maximum=10.0,
        default=6.0,
        menu=(0, 1, 2, 4, 6),
    ),
    Setting(
        name="batch_size",
        label="Batch size",
        help="Sequences in a minibatch; every one is new.",
        minimum=1,
        maximum=512,
        default=32,
    ),
    Setting(
        name="hidden_dim",
        label="Hidden size",
        help="Units of the recurrent layer.",
        minimum=1,
        maximum=128,
        default=32,
    ),
    Setting(
        name="seed",
        label="Seed",
        help="Fixes initial weights and sequences.",
        minimum=0,
        maximum=2**31 - 1,
        default=0,
    ),
)
"""The numbers of a `MemoryTask`, one field each."""
SETTING = {setting.name: setting for setting in (LENGTHS, *SETTINGS)}
"""The settings by name, and the limits of each length."""


class MemoryModel(StrEnum):
    """The networks that can be trained on the task. All answer from their last hidden state."""

    RNN = "rnn"
    LSTM = "lstm"
    OPEN_LSTM = "open_lstm"
    GRU = "gru"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _LABELS[self]

    @property
    def kind(self) -> ModelKind:
        """The classifier that it is made from."""
        match self:
            case MemoryModel.RNN:
                return ModelKind.RNN
            case MemoryModel.LSTM | MemoryModel.OPEN_LSTM:
                return ModelKind.LSTM
            case MemoryModel.GRU:
                return ModelKind.GRU
            case _:
                assert_never(self)


_LABELS = complete(
    MemoryModel,
    {
        MemoryModel.RNN: "Simple RNN",
        MemoryModel.LSTM: "LSTM, as PyTorch starts it",
        MemoryModel.OPEN_LSTM: "LSTM, forget gate open",
        MemoryModel.GRU: "GRU",
    },
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryTask:
    """Everything that decides what the networks learn. Equal settings, equal numbers.

    The order of lengths and models does not matter, and one that is named twice counts once.

    Attributes:
        lengths: words in a sequence, from the shortest.
        models: the networks.
        forget_bias: of `MemoryModel.OPEN_LSTM`, at the start.

    Raises:
        ConfigError: a value is outside its limits.
    """

    lengths: tuple[int, ...] = (2, 5, 10, 20, 40, 80)
    models: tuple[MemoryModel, ...] = (MemoryModel.RNN, MemoryModel.LSTM, MemoryModel.OPEN_LSTM)
    steps: int = 1_000
    learning_rate: float = 0.003
    forget_bias: float = 6.0
    batch_size: int = 32
    hidden_dim: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lengths", _lengths(self.lengths))
        object.__setattr__(self, "models", _models(self.models))
        for setting in SETTINGS:
            object.__setattr__(self, setting.name, setting.check(getattr(self, setting.name)))

    @property
    def trials(self) -> tuple[tuple[MemoryModel, int], ...]:
        """A model and a length for each network that is trained, in the order of training."""
        return tuple((model, length) for length in self.lengths for model in self.models)

    @property
    def key(self) -> str:
        """A name for all tasks whose trials can share a file: 16 hexadecimal digits.

        It does not depend on lengths and models, since a trial does not depend on the others.
        """
        shared = {"format": FORMAT} | {s.name: getattr(self, s.name) for s in SETTINGS}
        return hashlib.sha256(json.dumps(shared, sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """Plain values under the fields' own names, for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> "MemoryTask":
        """Read what `to_json` wrote.

        Raises:
            ConfigError: a field is unknown, or outside its limits.
        """
        known = {field.name for field in fields(cls)}
        if not isinstance(values, Mapping) or set(values) - known:
            raise ConfigError(
                f"The memory task has the settings {', '.join(sorted(known))}; {values!r} came. "
                "Leave out the others."
            )
        return cls(**values)


def _lengths(given: object) -> tuple[int, ...]:
    lengths = [int(LENGTHS.check(one)) for one in _list(given, "lengths")]
    if not 1 <= len(set(lengths)) <= MOST_LENGTHS:
        raise ConfigError(
            f"From 1 to {MOST_LENGTHS} lengths can be tried; {len(set(lengths))} came. "
            "Choose a number inside these limits."
        )
    return tuple(sorted(set(lengths)))


def _models(given: object) -> tuple[MemoryModel, ...]:
    wanted = _list(given, "models")
    if not wanted or not set(wanted) <= set(MemoryModel):
        raise ConfigError(
            f"The models are one or more of {', '.join(MemoryModel)}; {wanted!r} came. "
            "Choose some of these."
        )
    return tuple(model for model in MemoryModel if model in wanted)


def _list(given: object, name: str) -> list[Any]:
    if not isinstance(given, list | tuple):
        raise ConfigError(f"{name} must be a list; it is {given!r}. Write it as a list.")
    return list(given)
