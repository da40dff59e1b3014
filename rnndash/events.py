"""What a run reports while it trains, and its form in the journal: one JSON object a line."""

import json
import time as clock
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any

Confusion = tuple[tuple[int, ...], ...]
"""Row: true class, column: predicted class, value: number of texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a run.

    Attributes:
        time: seconds since 1970, by the clock of the process that saw it.
    """

    time: float = field(default_factory=clock.time)


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued(Event):
    """The run waits for a free worker."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preparing(Event):
    """A worker has taken the run and gets its texts ready.

    Attributes:
        message: what is being done, for people.
        fraction: how much of that is done, 0 to 1; None where it is not known.
    """

    message: str
    fraction: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Started(Event):
    """Training begins, or goes on from a checkpoint.

    Attributes:
        device: where it computes, for people.
        parameters: numbers that are learned.
        vocabulary: words that the model knows, padding and unknown included.
        class_names: in the order of the labels.
        train_texts: texts of the training set.
        test_texts: texts of the test set.
        samples_total: texts that the whole run will read, all epochs together.
        source: where the texts come from, for people.
        notes: what was left out or changed in the texts, for people.
        resumed_at: samples read by earlier workers; 0 for a fresh start.
    """

    device: str
    parameters: int
    vocabulary: int
    class_names: tuple[str, ...]
    train_texts: int
    test_texts: int
    samples_total: int
    source: str
    notes: tuple[str, ...] = ()
    resumed_at: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported(Event):
    """The line that the lesson prints every 200 minibatches.

    Attributes:
        epoch: 1 for the first.
        samples: read in this epoch.
        accuracy: share of right answers over this epoch so far, 0 to 1.
    """

    epoch: int
    samples: int
    accuracy: float

    @property
    def line(self) -> str:
        """As the lesson prints it: `3200: acc=0.3090625`."""
        return f"{self.samples}: acc={self.accuracy}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured(Event):
    """A point of the training curves.

    Attributes:
        samples: read since the start, all epochs together.
        epoch: the same in epochs; 0.5 is half of the first.
        seconds: spent training, pauses not counted.
        running_accuracy: share of right answers over this epoch so far: the lesson's number.
        window_accuracy: share of right answers over the latest texts.
        loss: mean cross-entropy over the latest texts, in nats.
        samples_per_second: over the time since the point before.
    """

    samples: int
    epoch: float
    seconds: float
    running_accuracy: float
    window_accuracy: float
    loss: float
    samples_per_second: float


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldOut(Event):
    """Accuracy and mean cross-entropy on a fixed sample of test texts, never learned from.

    Attributes:
        samples: read in training until then.
        epoch: the same in epochs.
        seconds: spent training until then.
        texts: size of the sample.
    """

    samples: int
    epoch: float
    seconds: float
    texts: int
    accuracy: float
    loss: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpointed(Event):
    """All that is needed to go on from here is on disk."""

    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Paused(Event):
    """Somebody asked for a break; the worker has left."""

    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped(Event):
    """Somebody ended the run early."""

    samples: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted(Event):
    """The program that had started the worker went away, so the worker left too.

    Attributes:
        reason: for people.
    """

    samples: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished(Event):
    """The run read all its texts and was tested.

    Attributes:
        running_accuracy: of the last epoch, whole.
        test_accuracy: on all test texts.
        test_loss: mean cross-entropy on them, in nats.
        padding_share: cells of the training batches that held padding, 0 to 1.
        peak_memory_mb: the worker's largest resident memory, in MiB.
    """

    samples: int
    seconds: float
    running_accuracy: float
    test_accuracy: float
    test_loss: float
    confusion: Confusion
    padding_share: float
    peak_memory_mb: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed(Event):
    """The run ended by a fault.

    Attributes:
        reason: what happened, for people.
        hint: what to do about it.
        resumable: whether going on from the last checkpoint makes sense.
        step: the minibatch of the whole run, from 1; None where none had begun.
        exit_code: of a worker that died, negative for a signal; None if it left by itself.
        details: the end of its error output.
    """

    reason: str
    hint: str
    resumable: bool
    step: int | None = None
    exit_code: int | None = None
    details: str = ""


_KINDS: dict[str, type[Event]] = {
    kind.__name__.lower(): kind
    for kind in (
        Queued,
        Preparing,
        Started,
        Reported,
        Measured,
        HeldOut,
        Checkpointed,
        Paused,
        Stopped,
        Interrupted,
        Finished,
        Failed,
    )
}


def to_line(event: Event) -> str:
    """The event as one line of JSON, without the line break."""
    values = {"event": type(event).__name__.lower()} | asdict(event)
    return json.dumps(values, allow_nan=False, separators=(",", ":"))


def from_line(line: str) -> Event | None:
    """Read what `to_line` wrote, by this version or another.

    Fields that this version does not know are passed over, as are events it does not know:
    for these None is returned.

    Raises:
        ValueError: the line is damaged: no JSON object, or a field is missing.
    """
    return _event(json.loads(line))


def from_lines(data: bytes) -> tuple[list[Event], int]:
    """Read many lines of `to_line` at once, each with its line break.

    Returns:
        The events, and how many lines are damaged; those are passed over.
    """
    lines = data.splitlines()
    try:  # all in one go takes two thirds of the time
        several = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        several = []
    read: Callable[[Any], Event | None] = _event
    if len(several) != len(lines):  # one line is damaged; find out which
        several, read = lines, lambda line: from_line(line.decode())
    events, damaged = [], 0
    for one in several:
        try:
            event = read(one)
        except (ValueError, TypeError, RecursionError):
            damaged += 1
            continue
        if event is not None:
            events.append(event)
    return events, damaged


def _event(values: object) -> Event | None:
    if not isinstance(values, dict) or not isinstance(values.get("event"), str):
        raise ValueError(f"not an event: {str(values)[:80]!r}")
    name = values.pop("event")
    form = _FORMS.get(name)
    if form is None:
        return None
    if values.keys() != form.names:  # another version's, or damaged
        for missing in sorted(form.needed - values.keys()):
            raise ValueError(f"{name} without {missing}: {str(values)[:80]!r}")
        values = {key: value for key, value in values.items() if key in form.names}
    if list in map(type, values.values()):
        values = {key: _frozen(value) for key, value in values.items()}
    return form.kind(**values)


@dataclass(frozen=True, slots=True)
class _Form:
    """What a line must hold to become an event of this kind, looked up once and not for each line.

    Attributes:
        names: of all fields.
        needed: of those without which the line is damaged.
    """

    kind: type[Event]
    names: frozenset[str]
    needed: frozenset[str]


def _form(kind: type[Event]) -> _Form:
    needed = {
        entry.name
        for entry in fields(kind)
        if entry.name == "time" or (entry.default is MISSING and entry.default_factory is MISSING)
    }
    names = frozenset(entry.name for entry in fields(kind))
    return _Form(kind, names, frozenset(needed))


_FORMS = {name: _form(kind) for name, kind in _KINDS.items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list) else value
