"""A worker as its starter sees it: a process that is told its task and whose death has a reason."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import rnndash


class WorkerProcess:
    """A fresh process without a share in the terminal's Ctrl-C, whose PyTorch has one thread.

    It begins to load PyTorch at once; see `rnndash.runs.worker`.

    Args:
        module: what to run, with its arguments.

    Raises:
        OSError: the system gives no further process.
    """

    def __init__(self, module: str = "rnndash.runs.worker", *arguments: str) -> None:
        package = str(Path(rnndash.__file__).parent.parent)
        paths = [package, os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # repeatable numbers on NVIDIA GPUs
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # POSIX; the next line says the same to Windows
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            bufsize=0,
        )

    @property
    def has_left(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @property
    def exit_code(self) -> int | None:
        """0 if it left by itself; negative for a signal; None while it is there."""
        return self._process.poll()

    @property
    def manner_of_death(self) -> str:
        """The exit code in words, to stand after "died"."""
        code = self.exit_code
        if code == -9:
            return "by signal 9 (killed, often because memory ran out)"
        if code is not None and code < 0:
            return f"by signal {-code}"
        return f"with exit code {code}"

    def take_on(self, folder: Path) -> bool:
        """Give it the run in `folder`; False if it is no longer there to take it."""
        return self.tell(os.fsencode(folder.absolute()))

    def tell(self, line: bytes) -> bool:
        """Write a line to its standard input; False if it is no longer there to read it."""
        if self._process.stdin is None:
            return False
        try:
            self._process.stdin.write(line + b"\n")
        except OSError:
            return False
        return True

    def let_go(self) -> None:
        """Cut its lifeline: it saves what it has and leaves. May be called twice."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def wait(self, patience_s: float = 30.0) -> None:
        """Return when it has left; end it if it has not in time."""
        self.let_go()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
