"""The queue: takes runs, starts a worker process for each, and sees to it that none is lost.

A worker is a process of its own, so that the server's pages stay quick and a worker's death
harms nobody else. It is told to pause or stop by a file in the run's folder, and notices by
the end of its standard input that the process which started it is gone.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from rnndash.config.run_config import RunConfig
from rnndash.environment import SIDE_BY_SIDE
from rnndash.errors import RunError, RunStateError, StorageError
from rnndash.events import Event, Failed, Interrupted, Paused, Queued, Stopped
from rnndash.results import RunState
from rnndash.runs.process import claim
from rnndash.runs.store import Command, RunStore
from rnndash.runs.worker_process import WorkerProcess

MOST_WAITING = 30
_TICK_S = 0.1
_IDLE_S = 600.0
"""So long workers stay ready after they were last asked for."""
_DETAILS = 2_000
"""Characters kept of a dead worker's error output."""


class RunQueue:
    """Starts waiting runs as workers come free. One for each process; safe to use from threads.

    Args:
        max_workers: how many may train at once.
    """

    def __init__(self, store: RunStore, *, max_workers: int) -> None:
        self.store = store
        self.max_workers = max_workers
        self._waiting: deque[str] = deque()
        self._workers: dict[str, WorkerProcess] = {}
        self._idle: list[WorkerProcess] = []
        self._idle_until = 0.0
        self._wanted_idle = 0
        self._changed = threading.Condition()
        self._resuming = threading.Lock()
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
        wanted = list(configs)
        self._check_room(len(wanted))
        run_ids = self.store.create(wanted)
        for run_id in run_ids:
            self._line_up(run_id)
        return run_ids

    def resume(self, run_id: str) -> None:
        """Line up a run that left off: paused, stopped, interrupted, lost, or its worker dead.

        Raises:
            RunStateError: the run is at work, finished, or would fail the same way again; or
                too many runs are waiting.
            RunNotFoundError: there is no such run.
        """
        with self._resuming:  # of two visitors who press the button at once, one is told
            record = self.store.record(run_id)
            if not record.can_resume:
                raise RunStateError(
                    f"Run {run_id} is {record.state} and cannot be resumed. "
                    + (record.failure.hint if record.failure else "Start a new run.")
                )
            self._check_room(1)
            self.store.folder(run_id).command.unlink(missing_ok=True)
            self._line_up(run_id)

    def warm_up(self) -> None:
        """Have workers ready for whoever is about to start a comparison. Cheap to call often.

        They leave by themselves if they are not needed for a while.
        """
        with self._changed:
            self._idle_until = time.monotonic() + _IDLE_S
            self._wanted_idle = min(SIDE_BY_SIDE, self.max_workers)
            self._changed.notify_all()

    def position(self, run_id: str) -> int | None:
        """The place in the line, 1 for the next; None if the run does not wait in this queue."""
        with self._changed:
            return self._waiting.index(run_id) + 1 if run_id in self._waiting else None

    def close(self, *, patience_s: float = 30.0) -> None:
        """Have all workers save and leave; those who do not in time are ended. May be called twice.

        What was waiting or training can be resumed by another queue.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join()
        leaving = [*self._workers.values(), *self._idle]
        for worker in leaving:
            worker.let_go()
        for worker in leaving:
            worker.wait(patience_s)
        self._idle.clear()
        for run_id, worker in self._workers.items():
            self._write_off(run_id, worker)
        self._workers.clear()
        for run_id in self._waiting:
            self._try_append(run_id, Interrupted(samples=0, reason="It was waiting."))
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

    def _line_up(self, run_id: str) -> None:
        try:
            claim(self.store.folder(run_id).queue)
        except OSError as error:
            raise StorageError(f"Run {run_id} cannot be lined up: {error}.") from error
        self.store.append(run_id, Queued())
        with self._changed:
            self._waiting.append(run_id)
            self._changed.notify_all()

    def _work(self) -> None:
        """The queue's thread: looks after workers and waiting runs until the queue is closed."""
        while True:
            with self._changed:
                busy = self._waiting or self._workers or self._idle or self._wanted_idle
                self._changed.wait(_TICK_S if busy else None)
                if self._closed:
                    return
            for run_id, worker in list(self._workers.items()):
                if worker.has_left:
                    worker.let_go()
                    self._write_off(run_id, worker)
                    with self._changed:
                        del self._workers[run_id]
            self._obey_commands()
            self._start_next()
            self._keep_idle()

    def _obey_commands(self) -> None:
        """Pause and stop runs that have no worker yet, who could obey."""
        with self._changed:
            waiting = list(self._waiting)
        for run_id in waiting:
            try:
                folder = self.store.folder(run_id)
                command = folder.command.read_text()
                folder.command.unlink()
                samples = self.store.record(run_id).samples
            except FileNotFoundError:
                continue
            except (OSError, RunError):  # deleted, or damaged meanwhile
                self._forget(run_id)
                continue
            self._forget(run_id)
            event: Event = Stopped(samples=samples)
            if command == Command.PAUSE:
                event = Paused(samples=samples)
            self._try_append(run_id, event)

    def _start_next(self) -> None:
        while True:
            with self._changed:
                # A run resumed at once may still have its old worker, who is about to leave.
                ready = [run_id for run_id in self._waiting if run_id not in self._workers]
                if not ready or len(self._workers) >= self.max_workers or self._closed:
                    return
                run_id = ready[0]
                self._waiting.remove(run_id)
            try:
                worker = self._assign(self.store.folder(run_id).path)
            except (OSError, RunError) as error:
                self._try_append(
                    run_id,
                    Failed(
                        reason=f"No worker process could be started: {error}.",
                        hint="Free some memory, then resume.",
                        resumable=True,
                    ),
                )
                continue
            with self._changed:
                self._workers[run_id] = worker

    def _assign(self, folder: Path) -> WorkerProcess:
        """Give the run to a worker that is ready, or to a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.take_on(folder):
                return worker
            worker.wait()  # it has died while it waited
        worker = WorkerProcess()
        worker.take_on(folder)
        return worker

    def _keep_idle(self) -> None:
        """As many workers ready as were asked for, but none beyond the limit or the time."""
        with self._changed:
            if time.monotonic() > self._idle_until:
                self._wanted_idle = 0
            room = self.max_workers - len(self._workers)
        wanted = min(self._wanted_idle, room)
        self._idle = [worker for worker in self._idle if not worker.has_left]
        while len(self._idle) > wanted:
            worker = self._idle.pop()
            worker.let_go()
            worker.wait()
        with contextlib.suppress(OSError):  # no room for another process: then later
            while len(self._idle) < wanted:
                self._idle.append(WorkerProcess())

    def _forget(self, run_id: str) -> None:
        with self._changed:
            if run_id in self._waiting:
                self._waiting.remove(run_id)

    def _write_off(self, run_id: str, worker: WorkerProcess) -> None:
        """Write down why a worker is gone, unless it did so itself."""
        if worker.exit_code == 0:
            return
        try:
            record = self.store.record(run_id)
            if not (record.state.is_active or record.state is RunState.LOST):
                return
            details = self.store.folder(run_id).errors.read_text(errors="replace")[-_DETAILS:]
        except (OSError, RunError):
            details = ""
        self._try_append(
            run_id,
            Failed(
                reason=f"Its worker process died {worker.manner_of_death}.",
                hint=(
                    "Resume goes on from the last checkpoint. If it happens again, the machine "
                    "may be short of memory: train fewer runs at once or choose smaller sizes."
                ),
                resumable=True,
                exit_code=worker.exit_code,
                details=details,
            ),
        )

    def _try_append(self, run_id: str, event: Event) -> None:
        """Write an event if that is possible; if not, the run shows as lost or interrupted."""
        try:
            self.store.append(run_id, event)
        except RunError:
            return
