"""The queue: takes runs, gives each to a worker, and writes down what became of it.

A worker is a process of its own, so that the server's pages stay quick and a worker's death
harms no other run. Several queues, each in its own process, may use one store: a run is claimed by
one of them at a time (`rnndash.runs.claim`).
"""

import contextlib
import threading
from collections import deque
from collections.abc import Iterable
from types import TracebackType

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunError, RunStateError, storage_errors
from rnndash.events import Event, Failed, Interrupted, Queued
from rnndash.results import RunRecord, RunState
from rnndash.runs.claim import Assignment, claim_run, held, locked, new_token
from rnndash.runs.requests import take_command
from rnndash.runs.starting import WorkerSource, best_workers
from rnndash.runs.store import RunStore
from rnndash.runs.workers import Worker, WorkerExit

MOST_WAITING = 30
_TICK_S = 0.1
_DETAILS = 2_000
"""Characters kept of a dead worker's error output."""


class RunQueue:
    """Starts waiting runs as workers become free. One for each process; safe to use from threads.

    Args:
        max_workers: how many may train at once.
        workers: where its workers come from; forked ones where that is possible.
    """

    def __init__(
        self,
        store: RunStore,
        *,
        max_workers: int,
        workers: WorkerSource | None = None,
    ) -> None:
        self.store = store
        self.max_workers = max_workers
        self._workers = workers or best_workers()
        self._waiting: deque[Assignment] = deque()
        self._training: dict[str, tuple[Assignment, Worker]] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="run-queue", daemon=True)
        self._thread.start()

    def __enter__(self) -> "RunQueue":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def submit(self, configs: Iterable[RunConfig]) -> list[str]:
        """Create runs that are compared with each other, and line them up.

        Returns:
            Their ids, in the order of the settings.

        Raises:
            RunStateError: too many runs are waiting.
            StorageError: the runs' folder cannot be written.
        """
        wanted, token = list(configs), new_token()
        self._check_room(len(wanted))
        run_ids = self.store.create(wanted, token=token)
        for run_id in run_ids:
            self._line_up(Assignment(folder=self.store.folder(run_id), token=token))
        return run_ids

    def resume(self, run_id: str) -> None:
        """Line up a run that is at rest: paused, stopped, interrupted, lost, or failed.

        Of several processes and threads that resume a run at once, one does.

        Raises:
            RunStateError: the run waits or trains, has finished, would fail the same way again,
                or is in use by another process; or too many runs are waiting.
            RunNotFoundError: there is no such run.
            StorageError: the run's folder cannot be written.
        """
        _check_resumable(self.store.record(run_id))
        self._check_room(1)
        folder = self.store.folder(run_id)
        with storage_errors(f"Run {run_id} cannot be lined up"), locked(folder):
            _check_resumable(self.store.record(run_id))  # another process may have been faster
            folder.command.unlink(missing_ok=True)
            assignment = claim_run(folder)
            self.store.append(run_id, Queued())
        self._line_up(assignment)

    def warm_up(self) -> None:
        """Get ready for a comparison that is about to start. Cheap to call often."""
        self._workers.warm_up()
        with self._changed:
            self._changed.notify_all()

    def position(self, run_id: str) -> int | None:
        """The place in the line, 1 for the next; None if the run does not wait in this queue."""
        with self._changed:
            waiting = [assignment.run_id for assignment in self._waiting]
        return waiting.index(run_id) + 1 if run_id in waiting else None

    def close(self, *, patience_s: float = 30.0) -> None:
        """Have all workers save and end; a worker that takes longer is killed. May be called twice.

        What was waiting or training can be resumed by another queue.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join()
        for _, worker in self._training.values():
            worker.release()
        for _, worker in self._training.values():
            worker.wait(patience_s)
        self._workers.close(patience_s)
        for assignment, worker in self._training.values():
            self._record_exit(assignment, worker.exit)
        self._training.clear()
        for assignment in self._waiting:
            self._try_append(assignment, Interrupted(samples=0, reason="It was waiting."))
        self._waiting.clear()

    def _check_room(self, more: int) -> None:
        with self._changed:
            if self._closed:
                raise RunStateError("The queue is closed. Start the dashboard again.")
            if len(self._waiting) + more > MOST_WAITING:
                raise RunStateError(
                    f"{len(self._waiting)} runs are waiting; at most {MOST_WAITING} may. "
                    "Wait until some have finished, or stop them."
                )

    def _line_up(self, assignment: Assignment) -> None:
        with self._changed:
            self._waiting.append(assignment)
            self._changed.notify_all()

    def _work(self) -> None:
        """The queue's thread: looks after workers and waiting runs until the queue is closed."""
        while True:
            with self._changed:
                busy = self._waiting or self._training or self._workers.is_busy
                self._changed.wait(_TICK_S if busy else None)
                if self._closed:
                    return
            for run_id, (assignment, worker) in list(self._training.items()):
                if worker.exit is not None:
                    worker.release()
                    self._record_exit(assignment, worker.exit)
                    with self._changed:
                        del self._training[run_id]
            self._follow_commands()
            self._start_next()
            self._workers.tend(self.max_workers - len(self._training))

    def _follow_commands(self) -> None:
        """Pause and stop runs that wait; those in training are their workers' business."""
        with self._changed:
            waiting = list(self._waiting)
        for assignment in waiting:
            try:
                folder = self.store.folder(assignment.run_id)
                if not folder.command.exists():  # most often
                    continue
                event = take_command(folder, self.store.record(assignment.run_id).samples)
            except OSError:  # another process reads the file, for one: at the next turn again
                continue
            except RunError:  # deleted, or damaged meanwhile
                self._forget(assignment)
                continue
            if event is not None:
                self._forget(assignment)
                self._try_append(assignment, event)

    def _start_next(self) -> None:
        while True:
            with self._changed:
                # A run resumed at once may still have its old worker, which is about to end.
                ready = [each for each in self._waiting if each.run_id not in self._training]
                if not ready or len(self._training) >= self.max_workers or self._closed:
                    return
                assignment = ready[0]
            try:
                worker = self._assigned(assignment)
            except OSError as error:
                self._forget(assignment)
                self._try_append(
                    assignment,
                    Failed(
                        reason=f"No worker process could be started: {error}.",
                        hint="Free some memory, then resume.",
                        resumable=True,
                    ),
                )
                continue
            if worker is None:
                return
            with self._changed:
                self._waiting.remove(assignment)
                self._training[assignment.run_id] = (assignment, worker)

    def _assigned(self, assignment: Assignment) -> Worker | None:
        """A worker that has the run; None while none can be had."""
        worker = self._workers.start()
        if worker is not None and not worker.assign(assignment):  # it has died while it was idle
            worker.wait()
            worker = self._workers.start()
            if worker is not None:
                worker.assign(assignment)  # if it has died too, its exit says why
        return worker

    def _forget(self, assignment: Assignment) -> None:
        with self._changed:
            if assignment in self._waiting:
                self._waiting.remove(assignment)

    def _record_exit(self, assignment: Assignment, ended: WorkerExit | None) -> None:
        """Write down why a worker has ended, unless it did so itself."""
        if ended is None or ended.is_intended:
            return
        try:
            record = self.store.record(assignment.run_id)
            if not (record.state.is_active or record.state is RunState.LOST):
                return
            details = assignment.folder.errors.read_text(errors="replace")[-_DETAILS:]
        except (OSError, RunError):
            details = ""
        self._try_append(
            assignment,
            Failed(
                reason=f"Its worker process died {ended.reason}.",
                hint=(
                    "Resume goes on from the last checkpoint. If it happens again, the machine "
                    "may be short of memory: train fewer runs at once or choose smaller sizes."
                ),
                resumable=True,
                exit_code=ended.code,
                details=details,
            ),
        )

    def _try_append(self, assignment: Assignment, event: Event) -> None:
        """Add an event if the run is still this queue's.

        If it cannot be written, the run shows as lost or interrupted.
        """
        with contextlib.suppress(RunError), held(assignment):
            self.store.append(assignment.run_id, event)


def _check_resumable(record: RunRecord) -> None:
    if not record.can_resume:
        raise RunStateError(
            f"Run {record.run_id} is {record.state} and cannot be resumed. "
            + (record.failure.hint if record.failure else "Start a new run.")
        )
