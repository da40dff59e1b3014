"""Replays a run's events into its record."""

from collections.abc import Iterable
from typing import assert_never

from rnndash.config.run_config import RunConfig
from rnndash.events import (
    Checkpointed,
    Failed,
    Finished,
    HeldOut,
    Interrupted,
    JournalEvent,
    Measured,
    Paused,
    Preparing,
    Queued,
    Reported,
    Started,
    Stopped,
)
from rnndash.results import RunRecord, RunState
from rnndash.runs.run_id import RunId


class RunHistory:
    """Folds the events of one run, in order, into a record."""

    def __init__(self, *, run_id: RunId, created: float, config: RunConfig) -> None:
        self._run_id = run_id
        self._created = created
        self._config = config
        self._state = RunState.QUEUED
        self._preparing = Preparing(time=created, message="")
        self._started: Started | None = None
        self._points: list[Measured] = []
        self._held_out: list[HeldOut] = []
        self._lines: list[tuple[int, Reported]] = []
        self._finished: Finished | None = None
        self._failure: Failed | None = None
        self._checkpoint: int | None = None

    def apply(self, events: Iterable[JournalEvent]) -> None:
        """Take in more events, in the order in which they happened."""
        for event in events:
            self._apply(event)

    def record(self, *, damaged_lines: int = 0) -> RunRecord:
        """The run as it is now."""
        return RunRecord(
            run_id=str(self._run_id),
            comparison=self._run_id.comparison,
            created=self._created,
            config=self._config,
            state=self._state,
            message=self._preparing.message,
            fraction=self._preparing.fraction,
            started=self._started,
            points=tuple(self._points),
            held_out=tuple(self._held_out),
            lines=tuple(line for _, line in self._lines),
            finished=self._finished,
            failure=self._failure,
            checkpoint=self._checkpoint,
            damaged_lines=damaged_lines,
        )

    def _apply(self, event: JournalEvent) -> None:
        match event:  # the most frequent ones come first
            case Measured():
                self._points.append(event)
            case HeldOut():
                self._held_out.append(event)
            case Reported():
                before = (event.epoch - 1) * self._epoch_size()
                self._lines.append((before + event.samples, event))
            case Queued():
                self._state, self._failure = RunState.QUEUED, None
            case Preparing():
                self._state, self._preparing = RunState.PREPARING, event
            case Started():
                self._state, self._started = RunState.RUNNING, event
                self._forget_after(event.resumed_at)
            case Checkpointed():
                self._checkpoint = event.samples
            case Paused():
                self._state = RunState.PAUSED
            case Stopped():
                self._state = RunState.STOPPED
            case Interrupted():
                self._state = RunState.INTERRUPTED
            case Finished():
                self._state, self._finished = RunState.FINISHED, event
            case Failed():
                self._state, self._failure = RunState.FAILED, event
            case _:
                assert_never(event)

    def _forget_after(self, samples: int) -> None:
        """Drop what lies after the checkpoint that was taken up: it is going to come again."""
        self._points = [point for point in self._points if point.samples <= samples]
        self._held_out = [point for point in self._held_out if point.samples <= samples]
        self._lines = [(read, line) for read, line in self._lines if read <= samples]

    def _epoch_size(self) -> int:
        total = self._started.samples_total if self._started else 0
        return total // self._config.epochs
