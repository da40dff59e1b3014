"""What a run reports while it trains, and its form in the journal: one JSON object a line.

The events of a journal are msgspec's structs, which it reads about ten times as fast as `json` and
dataclasses do: a list of 2,000 runs has 242,000 of them.
"""

import json
import time as clock
from typing import get_args

from msgspec import Struct, convert, field
from msgspec.json import Decoder
from msgspec.structs import asdict

Confusion = tuple[tuple[int, ...], ...]
"""Row: true class, column: predicted class, value: number of texts."""


class _Now(float):
    """A time that this process took from its clock; one that was read from a line is a float."""

    __slots__ = ()


class Event(
    Struct, frozen=True, kw_only=True, gc=False, tag_field="event", tag=str.lower
):  # gc: numbers and texts cannot hold each other in a circle
    """Something that happened to a run.

    Attributes:
        time: seconds since 1970, by the clock of the process that saw it.
    """

    time: float = field(default_factory=lambda: _Now(clock.time()))


class Queued(Event, frozen=True, kw_only=True):
    """The run waits for a free worker."""


class Preparing(Event, frozen=True, kw_only=True):
    """A worker has taken the run and gets its texts ready.

    Attributes:
        message: what is being done, for people.
        fraction: how much of that is done, 0 to 1; None where it is not known.
    """

    message: str
    fraction: float | None = None


class Started(Event, frozen=True, kw_only=True):
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
        worker: how its process began, for people; empty where that is not known.
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
    worker: str = ""


class Reported(Event, frozen=True, kw_only=True):
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


class Measured(Event, frozen=True, kw_only=True):
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


class HeldOut(Event, frozen=True, kw_only=True):
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


class Checkpointed(Event, frozen=True, kw_only=True):
    """All that is needed to go on from here is on disk."""

    samples: int


class Paused(Event, frozen=True, kw_only=True):
    """The run was paused on request."""

    samples: int


class Stopped(Event, frozen=True, kw_only=True):
    """The run was stopped on request."""

    samples: int


class Interrupted(Event, frozen=True, kw_only=True):
    """The run was interrupted by the end of the program that had started its worker.

    Attributes:
        reason: for people.
    """

    samples: int
    reason: str


class Finished(Event, frozen=True, kw_only=True):
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


class Failed(Event, frozen=True, kw_only=True):
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


JournalEvent = (
    Queued
    | Preparing
    | Started
    | Reported
    | Measured
    | HeldOut
    | Checkpointed
    | Paused
    | Stopped
    | Interrupted
    | Finished
    | Failed
)
"""All that a journal keeps."""
_NAMES = {kind.__struct_config__.tag for kind in get_args(JournalEvent)}
_DECODER = Decoder(JournalEvent)


def to_line(event: Event) -> str:
    """The event as one line of JSON, without the line break.

    Raises:
        TypeError: it is none that a journal keeps.
        ValueError: a number in it is not finite.
    """
    name = event.__struct_config__.tag
    if name not in _NAMES:
        raise TypeError(f"A journal keeps {', '.join(sorted(_NAMES))}; {event!r} came.")
    values = {"event": name} | asdict(event)
    return json.dumps(values, allow_nan=False, separators=(",", ":"))  # msgspec takes nan for null


def from_line(line: str) -> JournalEvent | None:
    """Read what `to_line` wrote, by this version or another.

    Fields that this version does not know are passed over, as are events it does not know:
    for these None is returned.

    Raises:
        ValueError: the line is damaged: no JSON object, or a field is missing or of another type.
        RecursionError: it is nested too deeply to be read.
    """
    values = json.loads(line)
    if isinstance(values, dict):
        name = values.get("event")
        if isinstance(name, str) and name not in _NAMES:
            return None
    event: JournalEvent = convert(values, JournalEvent)
    if not _has_time(event):
        raise ValueError("Object missing required field `time`")
    return event


def from_lines(data: bytes) -> tuple[list[JournalEvent], int]:
    """Read many lines of `to_line` at once, each with its line break.

    Returns:
        The events, and how many lines are damaged; those are passed over.
    """
    try:
        events = _DECODER.decode_lines(data)
    except (ValueError, RecursionError):
        return _one_by_one(data)
    # The decoder passes over empty lines, and takes two events in one line as well as one event in
    # two. Nothing but a line break between events can stand between two braces.
    is_one_a_line = len(events) == data.count(b"\n") == data.count(b"}\n{") + 1
    if is_one_a_line and data.isascii() and all(map(_has_time, events)):
        return events, 0
    return _one_by_one(data)


def _one_by_one(data: bytes) -> tuple[list[JournalEvent], int]:
    """Read lines some of which are damaged, or of another version: slower by far."""
    events, damaged = [], 0
    for line in data.split(b"\n")[:-1]:
        try:
            event = from_line(line.decode())
        except (ValueError, RecursionError):
            damaged += 1
            continue
        if event is not None:
            events.append(event)
    return events, damaged


def _has_time(event: Event) -> bool:
    """Whether the line that it was read from said when it was."""
    return type(event.time) is not _Now
