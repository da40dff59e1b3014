"""The fork server: a process that has loaded PyTorch and forks a worker for each run. Linux only.

    python -m rnndash.runs.fork_server

Its standard input is a Unix socket to the process that started it. Each message asks for one
worker and brings two file descriptors: the worker's standard input, which is its lifeline, and a
pipe on which the worker leaves its exit code. The answer is the number of the new process; another
message says how a worker ended. When the socket ends, the fork server ends too; its workers go on
until their own lifelines end.

It has one thread and reads no run: a worker opens its settings and texts after the fork.
"""

import array
import contextlib
import fcntl
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from rnndash.runs.fork_client import ENDED, FORKED, MOST_MESSAGE_BYTES, READY, REFUSED, UNSAFE

_PROCESS = Path("/proc/self")
_STATUS = 3
"""A worker's descriptor of the pipe for its exit code."""


def main() -> int:
    """Load, say so, then fork a worker for each request until the socket ends."""
    with socket.socket(fileno=os.dup(0)) as requests:
        from rnndash.runs.worker import load_libraries

        load_libraries()
        reason = _why_unsafe()
        if reason is not None:
            _answer(requests, UNSAFE, reason)
            return 0
        gc.collect()
        gc.freeze()  # a collector that walks through shared memory would copy it
        _answer(requests, READY, _resident_kib())
        _Server(requests).serve()
    return 0


def _why_unsafe() -> str | None:
    """Why this process must not be forked; None if it may."""
    import torch

    if torch.cuda.is_available() or torch.backends.mps.is_available():
        return "there is a GPU, whose state cannot be shared by a fork"
    try:
        threads = len(list((_PROCESS / "task").iterdir()))
        _resident_kib()
    except OSError as error:
        return f"its threads and its memory cannot be looked up: {error}"
    if threads > 1:
        return f"the fork server has {threads} threads"
    return None


def _answer(requests: socket.socket, kind: str, *values: int | str) -> None:
    with contextlib.suppress(OSError):  # the other side is gone: the next read says so
        requests.send(json.dumps([kind, *values]).encode())


def _resident_kib() -> int:
    """Memory of this process that is in use now, in KiB."""
    status = (_PROCESS / "status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0])


class _Server:
    """Takes requests and reports ended workers, in one thread.

    Args:
        requests: the socket.
    """

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self) -> None:
        """Work until the socket ends."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only wakes the selector, by the pipe
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._selector.register(self._requests, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._requests:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._woken, 4096)
                elif not self._take_request():
                    return
            self._report_ended()

    def _take_request(self) -> bool:
        """Fork for one request; False at the end of the socket."""
        try:
            data, descriptors, is_whole = _receive(self._requests)
        except OSError:
            return False
        if not data:
            return False
        try:
            if not is_whole:
                raise OSError("the request came without its end or its file descriptors")
            pid = os.fork()
        except OSError as error:
            _answer(self._requests, REFUSED, str(error))
        else:
            if pid == 0:
                self._become_worker(data, descriptors)
            _answer(self._requests, FORKED, pid, _resident_kib())
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def _report_ended(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            _answer(self._requests, ENDED, pid, os.waitstatus_to_exitcode(status))

    def _become_worker(self, data: bytes, descriptors: list[int]) -> NoReturn:
        """Let go of everything of the fork server's, then work as a fresh process would.

        The request is read here: what it says never gets into the memory that later workers share.
        """
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._requests.close()
            self._selector.close()
            _take_descriptors(*descriptors)
            request: dict[str, Any] = json.loads(data)
            os.environ.clear()
            os.environ.update(request["environment"])
            random.seed()
            os.chdir(request["folder"])
            code = importlib.import_module(request["module"]).main(*request["arguments"])
        except SystemExit as leaving:
            code = _code_of(leaving)
        except BaseException:
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            with contextlib.suppress(OSError):
                os.write(_STATUS, bytes([code & 0xFF]))
            os._exit(code & 0xFF)


def _code_of(leaving: SystemExit) -> int:
    match leaving.code:
        case None:
            return 0
        case int(code):
            return code
        case message:
            print(message, file=sys.stderr)
            return 1


def _receive(requests: socket.socket) -> tuple[bytes, list[int], bool]:
    """One message, its file descriptors, and whether it is whole.

    Without bytes at the end of the socket.
    """
    received = array.array("i")
    data, ancillary, flags, _ = requests.recvmsg(
        MOST_MESSAGE_BYTES, socket.CMSG_SPACE(2 * received.itemsize)
    )
    for level, kind, values in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            received.frombytes(values[: len(values) - len(values) % received.itemsize])
    is_cut = flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC)
    return data, list(received), not is_cut and len(received) == 2


def _take_descriptors(lifeline: int, status: int) -> None:
    """Make them standard input and descriptor 3, and close all others but output and errors."""
    above = fcntl.fcntl(status, fcntl.F_DUPFD, _STATUS + 1)
    os.dup2(lifeline, 0)
    os.dup2(above, _STATUS, inheritable=False)
    os.closerange(_STATUS + 1, os.sysconf("SC_OPEN_MAX"))


if __name__ == "__main__":
    sys.exit(main())
