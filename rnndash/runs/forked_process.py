"""A worker that a fork server made, as the queue sees it. Linux."""

import contextlib
import os
import signal
import threading
import time
from typing import Protocol

from rnndash.runs.claim import Assignment
from rnndash.runs.workers import WorkerExit

_POLL_S = 0.01


class ExitCodes(Protocol):
    """The parent of forked processes, which alone learns how they end."""

    @property
    def is_alive(self) -> bool:
        """Whether it can still answer."""

    def exit_code_of(self, pid: int) -> int | None:
        """How a process ended, negative for a signal; None while that is not known."""

    def forget(self, pid: int) -> None:
        """Nobody asks for that process any more."""


class ForkedProcess:
    """A worker that a fork server made.

    Args:
        server: knows how it ended.
        stdin: the end to write of its standard input.
        status: the end to read of the pipe on which it leaves its exit code.
    """

    def __init__(self, server: ExitCodes, pid: int, *, stdin: int, status: int) -> None:
        self.pid = pid
        self._server = server
        self._stdin: int | None = stdin
        self._status: int | None = status
        self._code: int | None = None
        self._exit: WorkerExit | None = None
        self._lock = threading.Lock()
        os.set_blocking(status, False)

    @property
    def exit(self) -> WorkerExit | None:
        """How it ended; None while it is there."""
        with self._lock:
            if self._exit is None:
                self._exit = self._read_exit()
                if self._exit is not None and self._status is not None:
                    os.close(self._status)
                    self._status = None
                    self._server.forget(self.pid)
            return self._exit

    def _read_exit(self) -> WorkerExit | None:
        if self._status is None:
            return None
        try:
            while left := os.read(self._status, 1):
                self._code = left[0]
        except BlockingIOError:  # it is there
            return None
        if self._code is not None:
            return WorkerExit(code=self._code)
        code = self._server.exit_code_of(self.pid)
        if code is None and self._server.is_alive:  # which is about to say it
            return None
        return WorkerExit(code=code)

    def assign(self, assignment: Assignment) -> bool:
        """Give it its run; False if it has ended and cannot take one."""
        return self.send_line(assignment.to_line().encode())

    def send_line(self, line: bytes) -> bool:
        """Write a line to its standard input; False if it has ended."""
        with self._lock:
            if self._stdin is None:
                return False
            try:
                os.write(self._stdin, line + b"\n")
            except OSError:
                return False
            return True

    def release(self) -> None:
        """Close its standard input: it saves what it has and ends. May be called twice."""
        with self._lock:
            if self._stdin is not None:
                os.close(self._stdin)
                self._stdin = None

    def wait(self, patience_s: float = 30.0) -> None:
        """Return when it has ended, after `release`; kill it if it takes longer."""
        self.release()
        end = time.monotonic() + patience_s
        while self.exit is None:
            if time.monotonic() > end:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            time.sleep(_POLL_S)
