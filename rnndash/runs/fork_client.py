"""Workers made by a fork server: they start in a tenth of a second and share its memory. Linux.

One fork server serves all queues of this process. It is started when it is first needed, and
replaced when it has died, when the program or what it was loaded with has changed, or when it has
grown.
"""

import atexit
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import rnndash
from rnndash.runs.forked_process import ForkedProcess
from rnndash.runs.worker_process import worker_environment

MOST_MESSAGE_BYTES = 2**17
"""Of a request, most of which are the environment's variables."""
READY, UNSAFE, FORKED, ENDED, REFUSED = "ready", "unsafe", "forked", "ended", "refused"
"""What an answer of the fork server begins with."""
_MODULE = "rnndash.runs.fork_server"
_PATIENCE_S = 60.0
"""How long an answer to a request may take on a machine that is very busy."""
_CHECK_AFTER = 300
"""Workers after which a fork server that has grown is replaced."""
_MOST_GROWTH_KIB = 10 * 1024
_LOADED_WITH = ("PYTHON", "OMP_", "MKL_", "OPENBLAS_", "LD_", "CUDA_", "CUBLAS_", "NUMBA_")
"""Beginnings of the variables that act while PyTorch is loaded; the others come with a request."""
_MOST_FAILURES = 2
"""Fork servers that died while they were loading, after which none is tried any more."""


class CannotForkError(OSError):
    """No worker can be forked now; a fresh process can still be started."""


class ForkServer:
    """The fork server as its user sees it. Safe to use from threads.

    Raises:
        OSError: the system gives no further process.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._ended: dict[int, int] = {}
        self._living: set[int] = set()
        self._forks = self._first_kib = self._last_kib = 0
        self._is_ready = False
        self.unsafe_because: str | None = None
        self.fingerprint = fingerprint()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        with theirs, contextlib.ExitStack() as on_error:
            on_error.callback(ours.close)
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-m", _MODULE],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=worker_environment(),
                start_new_session=True,  # Ctrl-C in the terminal does not reach it
            )
            on_error.pop_all()

    @property
    def pid(self) -> int:
        """Of the fork server."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it can still answer."""
        return self._process.poll() is None and self._socket.fileno() != -1

    @property
    def is_ready(self) -> bool:
        """Whether it has loaded everything, and forks at once."""
        self._read_answers()
        return self._is_ready and self.is_alive

    @property
    def was_ready(self) -> bool:
        """Whether it ever was."""
        self._read_answers()
        return self._first_kib > 0

    @property
    def has_outgrown(self) -> bool:
        """Whether a new one would need clearly less memory."""
        grown = self._last_kib - self._first_kib
        return self._forks >= _CHECK_AFTER and grown > _MOST_GROWTH_KIB

    def fork(self, module: str, *arguments: str) -> ForkedProcess:
        """A new process in which `module`'s `main` runs with these arguments.

        Raises:
            CannotForkError: the fork server is gone, busy for too long, or was refused a process.
        """
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            try:
                stdin, lifeline = _pipe(theirs, ours)
                left, status = _pipe(ours, theirs)
                pid = self._request(_request(module, arguments), stdin, status)
            except OSError as error:
                raise CannotForkError(f"The fork server made no process: {error}.") from error
            ours.pop_all()
        return ForkedProcess(self, pid, stdin=lifeline, status=left)

    def exit_code_of(self, pid: int) -> int | None:
        """How a process ended, negative for a signal; None while that is not known."""
        self._read_answers()
        with self._lock:
            return self._ended.get(pid)

    def forget(self, pid: int) -> None:
        """Nobody asks for that process any more."""
        with self._lock:
            self._living.discard(pid)
            self._ended.pop(pid, None)

    def close(self) -> None:
        """Let it leave; its workers stay. May be called twice.

        While it loads it does not look at its socket, and has no workers: it is killed.
        """
        with self._lock:
            self._read_answers()
            self._socket.close()
            if not self._is_ready:
                self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5.0)
            return
        self._process.kill()
        self._process.wait()

    def _request(self, message: bytes, *descriptors: int) -> int:
        with self._lock:
            self._read_answers()
            if not self._is_ready:
                raise OSError("it is not ready")
            socket.send_fds(self._socket, [message], list(descriptors))
            end = time.monotonic() + _PATIENCE_S
            with contextlib.suppress(TimeoutError):
                while (seconds := end - time.monotonic()) > 0:
                    kind, *values = self._read_answer(seconds)
                    if kind == FORKED:
                        pid, self._last_kib = int(values[0]), int(values[1])
                        self._forks += 1
                        self._living.add(pid)
                        return pid
                    if kind != ENDED:
                        raise OSError(" ".join(map(str, values)))
            self._socket.close()  # the late answer would be taken for that to the next request
        raise OSError("it does not answer")

    def _read_answers(self) -> None:
        """Take in what has come, without waiting."""
        with self._lock, contextlib.suppress(OSError):
            while True:
                self._read_answer(0)

    def _read_answer(self, seconds: float) -> list[str | int]:
        """Take in the next answer.

        Raises:
            OSError: none came in time, or none will come any more.
        """
        self._socket.settimeout(seconds)
        data = self._socket.recv(MOST_MESSAGE_BYTES)
        if not data:
            self._is_ready = False
            raise OSError("it is gone")
        answer: list[str | int] = json.loads(data)
        match answer:
            case [kind, int(pid), int(code)] if kind == ENDED:
                if pid in self._living:
                    self._ended[pid] = code
            case [kind, int(kib)] if kind == READY:
                self._is_ready, self._first_kib = True, kib
            case [kind, str(reason)] if kind == UNSAFE:
                self.unsafe_because = reason
        return answer


_shared: ForkServer | None = None
_sharing = threading.Lock()
_failures = 0


def shared_fork_server() -> ForkServer | None:
    """The fork server of this process, started if there is none that fits.

    Returns:
        None where forking is not possible or not safe, as the fork server found out, or where it
        died twice while it was loading.
    """
    global _shared, _failures
    if sys.platform != "linux":
        return None
    with _sharing:
        if _failures >= _MOST_FAILURES:
            return None
        server = _shared
        if server is not None:
            was_ready, is_alive = server.was_ready, server.is_alive
            if server.unsafe_because is not None:
                server.close()
                return None
            fits = server.fingerprint == fingerprint() and not server.has_outgrown
            if is_alive and fits:
                return server
            _shared = None
            server.close()
            if was_ready:
                _failures = 0
            elif not is_alive:
                _failures += 1
                if _failures >= _MOST_FAILURES:
                    return None
        try:
            _shared = ForkServer()
        except OSError:
            return None
        return _shared


def close_fork_server() -> None:
    """Let the fork server of this process end; what it made goes on. May be called twice."""
    global _shared
    with _sharing:
        if _shared is not None:
            _shared.close()
            _shared = None


atexit.register(close_fork_server)


def fingerprint() -> str:
    """Stands for what a fork server has loaded: the program, and the variables that act then."""
    program = hashlib.sha256(sys.executable.encode())
    for path in sorted(Path(rnndash.__file__).parent.rglob("*.py")):
        with contextlib.suppress(FileNotFoundError):  # an update has just removed it
            program.update(f"{path} {path.stat().st_mtime_ns}".encode())
    for name, value in sorted(worker_environment().items()):
        if name.startswith(_LOADED_WITH):
            program.update(f"{name}={value}".encode())
    return program.hexdigest()


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe, whose ends are closed with these stacks: the one to read, the one to write."""
    ends = os.pipe()
    reader.callback(os.close, ends[0])
    writer.callback(os.close, ends[1])
    return ends


def _request(module: str, arguments: tuple[str, ...]) -> bytes:
    """A request as it is sent.

    Raises:
        OSError: the current folder was deleted, or the variables are too long for one message.
    """
    values = {
        "module": module,
        "arguments": arguments,
        "environment": worker_environment(),
        "folder": str(Path.cwd()),
    }
    message = json.dumps(values).encode()
    if len(message) > MOST_MESSAGE_BYTES:
        raise OSError(
            f"its variables take {len(message)} bytes of at most {MOST_MESSAGE_BYTES}, "
            "with which a new process has to be started"
        )
    return message
