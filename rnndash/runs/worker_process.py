"""A worker on this machine: a process that gets its task through its standard input."""

import contextlib
import subprocess
import sys

from rnndash.environment import child_environment
from rnndash.runs.claim import Assignment
from rnndash.runs.workers import WorkerExit


def worker_environment() -> dict[str, str]:
    """The variables of a worker: this program is found, and each library has one thread."""
    return child_environment() | {
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # repeatable numbers on NVIDIA GPUs
    }


class WorkerProcess:
    """A new process that Ctrl-C in the terminal does not reach, and whose PyTorch has one thread.

    It begins to load PyTorch at once; see `rnndash.runs.worker`.

    Args:
        module: what to run, with its arguments.

    Raises:
        OSError: the system gives no further process.
    """

    def __init__(self, module: str = "rnndash.runs.worker", *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=worker_environment(),
            start_new_session=True,  # POSIX; the next line says the same to Windows
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            bufsize=0,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def exit(self) -> WorkerExit | None:
        """How it ended; None while it is there."""
        code = self._process.poll()
        return None if code is None else WorkerExit(code=code)

    def assign(self, assignment: Assignment) -> bool:
        """Give it its run; False if it has ended and cannot take one."""
        return self.send_line(assignment.to_line().encode())

    def send_line(self, line: bytes) -> bool:
        """Write a line to its standard input; False if it has ended."""
        if self._process.stdin is None:
            return False
        try:
            self._process.stdin.write(line + b"\n")
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Close its standard input: it saves what it has and ends. May be called twice."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def wait(self, patience_s: float = 30.0) -> None:
        """Return when it has ended, after `release`; kill it if it takes longer."""
        self.release()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
