"""The state and the results of a run, as frozen values that pages and figures read."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnndash.config.complete import complete
from rnndash.config.run_config import RunConfig
from rnndash.events import Failed, Finished, HeldOut, Measured, Reported, Started


class RunState(StrEnum):
    """What a run does or how it ended."""

    QUEUED = "queued"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    FAILED = "failed"
    FINISHED = "finished"

    @property
    def is_active(self) -> bool:
        """Whether it waits, prepares or trains."""
        return _STATES[self].is_active

    @property
    def is_finished(self) -> bool:
        """Whether nothing more can happen to it, unless it is resumed."""
        return _STATES[self].is_finished

    @property
    def meaning(self) -> str:
        """One short sentence for people."""
        return _STATES[self].meaning


@dataclass(frozen=True, slots=True)
class _StateFacts:
    """What is known of a state; see the properties of `RunState`."""

    meaning: str
    is_active: bool = False
    is_finished: bool = False


_STATES = complete(
    RunState,
    {
        RunState.QUEUED: _StateFacts("Waits for a free worker.", is_active=True),
        RunState.PREPARING: _StateFacts("A worker gets the texts ready.", is_active=True),
        RunState.RUNNING: _StateFacts("Training.", is_active=True),
        RunState.PAUSED: _StateFacts("Paused; resume goes on from the same minibatch."),
        RunState.STOPPED: _StateFacts(
            "Stopped before its end; resume goes on from there.", is_finished=True
        ),
        RunState.INTERRUPTED: _StateFacts(
            "The dashboard was closed while it trained; resume goes on."
        ),
        RunState.LOST: _StateFacts(
            "Its worker died and left no reason; resume goes on from its last checkpoint."
        ),
        RunState.FAILED: _StateFacts("Ended by a fault.", is_finished=True),
        RunState.FINISHED: _StateFacts("Trained to the end and tested.", is_finished=True),
    },
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """A run as its journal describes it.

    Attributes:
        run_id: also the name of its folder.
        comparison: shared by the runs that were started together.
        created: seconds since 1970.
        name: that a user gave it; empty if there is none.
        message: what a preparing run is busy with.
        fraction: how far that is, 0 to 1, or None.
        started: None until training began.
        points: the training curve, in order of samples.
        held_out: the accuracies on the fixed sample of test texts, likewise.
        lines: what the lesson prints.
        finished: None until it was tested.
        failure: why it ended; None unless it failed.
        checkpoint: samples at its last checkpoint; None if there is none.
        damaged_lines: lines of the journal that could not be read.
    """

    run_id: str
    comparison: str
    created: float
    config: RunConfig
    state: RunState
    name: str = ""
    message: str = ""
    fraction: float | None = None
    started: Started | None = None
    points: tuple[Measured, ...] = ()
    held_out: tuple[HeldOut, ...] = ()
    lines: tuple[Reported, ...] = ()
    finished: Finished | None = None
    failure: Failed | None = None
    checkpoint: int | None = None
    damaged_lines: int = 0

    @property
    def label(self) -> str:
        """What people read: its name, or its model's."""
        return self.name or self.config.model.label

    @property
    def can_resume(self) -> bool:
        """Whether `resume` makes sense."""
        if self.state is RunState.FAILED:
            return self.failure is None or self.failure.resumable
        return not self.state.is_active and self.state is not RunState.FINISHED

    @property
    def samples(self) -> int:
        """Texts read so far."""
        return self.points[-1].samples if self.points else 0

    @property
    def samples_total(self) -> int:
        """Texts that the whole run will read; before it starts, what its settings ask for."""
        if self.started is not None:
            return self.started.samples_total
        return self.config.samples * self.config.epochs

    @property
    def progress(self) -> float:
        """Share of the texts that have been read, 0 to 1."""
        return min(1.0, self.samples / self.samples_total)

    @property
    def running_accuracy(self) -> float | None:
        """The lesson's number: over the epoch so far."""
        return self.points[-1].running_accuracy if self.points else None

    @property
    def held_out_accuracy(self) -> float | None:
        """The latest on the fixed sample of test texts."""
        return self.held_out[-1].accuracy if self.held_out else None

    @property
    def test_accuracy(self) -> float | None:
        """On all test texts, at the end."""
        return self.finished.test_accuracy if self.finished else None

    def reached(self, accuracy: float) -> HeldOut | None:
        """The first measurement whose held-out accuracy is at least this; None if there is none."""
        return next((point for point in self.held_out if point.accuracy >= accuracy), None)

    @property
    def seconds(self) -> float:
        """Spent training so far."""
        return self.points[-1].seconds if self.points else 0.0

    @property
    def samples_per_second(self) -> float | None:
        """Over the latest tenth of the curve, so that the number is calm enough to read."""
        if len(self.points) < 2:
            return self.points[-1].samples_per_second if self.points else None
        last, before = self.points[-1], self.points[max(0, len(self.points) - 11)]
        return (last.samples - before.samples) / max(last.seconds - before.seconds, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """Until its last text at the present speed; None while that is not known."""
        speed = self.samples_per_second
        if not speed or self.state is not RunState.RUNNING:
            return None
        return (self.samples_total - self.samples) / speed


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Predictions:
    """A model's predictions for the N texts of a test set, in their order.

    Attributes:
        labels: `(N,)` int64, the true classes.
        predicted: `(N,)` int64, the predicted classes.
        confidence: `(N,)` float32, the probability of the predicted class.
        digest: the name of the test set; equal names, equal texts in equal order.
    """

    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float32]
    digest: str

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """`(N,)` bool."""
        right: NDArray[np.bool_] = self.predicted == self.labels
        return right
