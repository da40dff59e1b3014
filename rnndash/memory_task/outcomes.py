"""Results of the memory task, as frozen values. No torch: figures read them."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import takewhile

from rnndash.memory_task.settings import LENGTHS, MemoryModel, MemoryTask

ENOUGH = 0.99
"""The held-out accuracy at which a network has learned the task, and training stops."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """One test of a network on held-out sequences.

    Attributes:
        model: which network.
        length: words in a sequence.
        step: minibatches trained on until then.
        accuracy: share of right answers, 0 to 1.
        is_last: whether its training is over.
        gradient: size of the loss's gradient at the first word, over its size at the last word;
            measured before the first step and after the last one, else None.
        seconds: of training this network until then.
    """

    model: MemoryModel
    length: int
    step: int
    accuracy: float
    is_last: bool = False
    gradient: float | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers, which may come from a damaged file.

        Raises:
            ValueError: there can be no such trial.
        """
        object.__setattr__(self, "model", MemoryModel(self.model))
        LENGTHS.check(self.length)
        gradient = 0.0 if self.gradient is None else self.gradient
        numbers = (self.step, self.accuracy, gradient, self.seconds)
        if not all(math.isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"numbers of a trial must be finite and not negative: {numbers}")
        if self.accuracy > 1:
            raise ValueError(f"an accuracy is at most 1; it is {self.accuracy}")


def to_line(tried: Tried) -> str:
    """As one line of JSON, without the line break."""
    return json.dumps(asdict(tried), allow_nan=False, separators=(",", ":"))


def from_line(line: str) -> Tried:
    """Read what `to_line` wrote; unknown fields are ignored.

    Raises:
        ValueError: the line is damaged.
    """
    values = json.loads(line)
    if not isinstance(values, Mapping):
        raise ValueError(f"not a trial: {line[:80]!r}")
    known = {field.name for field in fields(Tried)}
    try:
        return Tried(**{name: value for name, value in values.items() if name in known})
    except TypeError as error:
        raise ValueError(f"not a trial: {line[:80]!r}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The result of one network at one length.

    Attributes:
        latest: its latest test.
        gradient_before: `Tried.gradient` before the first step; None if it underflowed.
        gradient_after: the same after the last step; None until then.
    """

    latest: Tried
    gradient_before: float | None
    gradient_after: float | None

    @property
    def has_learned(self) -> bool:
        """Whether it learned the task: its accuracy is at least `ENOUGH`."""
        return self.latest.accuracy >= ENOUGH


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryRecord:
    """The results of a task so far.

    Attributes:
        outcomes: of the networks that have begun, in the order of training.
        is_running: whether a process is training it, or the same trials.
        failure: why that process died; empty if it did not.
    """

    task: MemoryTask
    outcomes: tuple[Outcome, ...] = ()
    is_running: bool = False
    failure: str = ""

    @property
    def networks_done(self) -> int:
        """Networks whose training is over."""
        return sum(outcome.latest.is_last for outcome in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether every network of the task has been trained."""
        return self.networks_done == len(self.task.trials)

    @property
    def progress(self) -> float:
        """Share of the task's work that is done, 0 to 1, counted in words to read.

        A network that stops early counts like one that took all its steps.
        """
        total = sum(length for _, length in self.task.trials)
        done = sum(
            o.latest.length * (1.0 if o.latest.is_last else o.latest.step / self.task.steps)
            for o in self.outcomes
        )
        return min(1.0, done / total)

    @property
    def seconds(self) -> float:
        """Seconds of training, all networks together."""
        return sum(outcome.latest.seconds for outcome in self.outcomes)

    def reach(self, model: MemoryModel) -> int | None:
        """The longest length that the model learned, with all shorter ones; None without any."""
        learned = {
            outcome.latest.length
            for outcome in self.outcomes
            if outcome.latest.model == model and outcome.latest.is_last and outcome.has_learned
        }
        reached = list(takewhile(learned.__contains__, self.task.lengths))
        return reached[-1] if reached else None


def record_of(
    task: MemoryTask, tries: Iterable[Tried], *, is_running: bool = False, failure: str = ""
) -> MemoryRecord:
    """The record of a task from its tests, in the order in which they were made.

    Tests of other trials are ignored.
    """
    tests: dict[tuple[MemoryModel, int], list[Tried]] = {}
    for tried in tries:
        begun = tests.setdefault((tried.model, tried.length), [])
        if tried.step == 0:  # training started again
            begun.clear()
        begun.append(tried)
    outcomes = tuple(
        Outcome(
            latest=own[-1],
            gradient_before=own[0].gradient,
            gradient_after=own[-1].gradient if own[-1].is_last else None,
        )
        for trial in task.trials
        if (own := tests.get(trial))
    )
    return MemoryRecord(task=task, outcomes=outcomes, is_running=is_running, failure=failure)
