"""How a queue gets its workers: forked where that is safe, else as fresh processes.

A fork server has loaded PyTorch once for all; a fresh process does so for itself, so some wait
ready for the next comparison.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Protocol

from rnndash.environment import SIDE_BY_SIDE
from rnndash.runs.fork_client import CannotForkError, shared_fork_server
from rnndash.runs.forked_process import ForkedProcess
from rnndash.runs.worker_process import WorkerProcess
from rnndash.runs.workers import Worker

_IDLE_S = 600.0
"""So long workers stay ready after the last call of `warm_up`."""
FORKED = "started by fork"
"""What a run says of a worker that was forked."""


class WorkerSource(Protocol):
    """Where workers come from. Used by one queue, from its thread, but for `warm_up`."""

    def warm_up(self) -> None:
        """Get ready for a comparison that is about to start. Cheap to call often."""

    @property
    def is_busy(self) -> bool:
        """Whether `tend` has something to do."""

    def tend(self, room: int) -> None:
        """Do what is due; `room` more workers may train."""

    def start(self) -> Worker | None:
        """A new worker without a run; None while none can be had yet, though soon.

        Raises:
            OSError: the system gives no further process.
        """

    def close(self, patience_s: float) -> None:
        """Let go of workers without a run."""


class FreshWorkers:
    """Each worker is a new process, which loads PyTorch for itself.

    Args:
        start: makes one.
    """

    def __init__(self, start: Callable[[], Worker] = WorkerProcess) -> None:
        self._start = start
        self._idle: list[Worker] = []
        self._idle_until = 0.0

    def warm_up(self) -> None:
        """Have idle workers, which end by themselves if they are not needed for a while."""
        self._idle_until = time.monotonic() + _IDLE_S

    @property
    def is_busy(self) -> bool:
        """Whether workers are idle, or should be."""
        return bool(self._idle) or time.monotonic() < self._idle_until

    def tend(self, room: int) -> None:
        """Keep as many idle workers as are wanted, but none beyond the limit or the time."""
        wanted = min(SIDE_BY_SIDE, room) if time.monotonic() < self._idle_until else 0
        self._idle = [worker for worker in self._idle if worker.exit is None]
        while len(self._idle) > wanted:
            worker = self._idle.pop()
            worker.release()
            worker.wait()
        with contextlib.suppress(OSError):  # no room for another process: then later
            while len(self._idle) < wanted:
                self._idle.append(self._start())

    def start(self) -> Worker:
        """An idle worker, or a new one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.exit is None:
                return worker
            worker.wait()
        return self._start()

    def close(self, patience_s: float) -> None:
        """Let idle workers end."""
        for worker in self._idle:
            worker.release()
        for worker in self._idle:
            worker.wait(patience_s)
        self._idle.clear()


class ForkedWorkers:
    """Each worker is a fork of the fork server; a fresh process where that fails."""

    def __init__(self) -> None:
        self._fresh = FreshWorkers()
        self._is_wanted = False

    def warm_up(self) -> None:
        """Have the fork server loaded, or idle workers where there can be none."""
        self._is_wanted = True

    @property
    def is_busy(self) -> bool:
        """Whether the fork server should be started, or workers are idle, or should be."""
        return self._is_wanted or self._fresh.is_busy

    def tend(self, room: int) -> None:
        """Start the fork server; keep idle workers where there can be none."""
        if self._is_wanted:
            self._is_wanted = False
            if shared_fork_server() is None:
                self._fresh.warm_up()
        self._fresh.tend(room)

    def start(self) -> Worker | None:
        """A forked worker; None while the fork server loads."""
        server = shared_fork_server()
        if server is None:
            return self._fresh.start()
        if not server.is_ready:
            return None
        try:
            return server.fork("rnndash.runs.worker", FORKED)
        except CannotForkError:
            return self._fresh.start()

    def close(self, patience_s: float) -> None:
        """Let idle workers end. The fork server stays: other queues use it."""
        self._fresh.close(patience_s)


def start_process(module: str, *arguments: str) -> WorkerProcess | ForkedProcess:
    """A process that runs the `main` of a module with these arguments, for a task of another kind.

    Raises:
        OSError: the system gives no further process.
    """
    server = shared_fork_server()
    if server is not None and server.is_ready:
        with contextlib.suppress(CannotForkError):
            return server.fork(module, *arguments)
    return WorkerProcess(module, *arguments)


def best_workers() -> WorkerSource:
    """Forked workers on Linux, fresh processes elsewhere."""
    return ForkedWorkers() if sys.platform == "linux" else FreshWorkers()
