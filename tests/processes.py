"""Processes that tests start: each is seen, and none is left over."""

import gc
import os
import sys
import time
from pathlib import Path

import psutil

from rnndash.runs import fork_client
from tests.waiting import PATIENCE_S

_started = 0


def _count(event: str, _: object) -> None:
    global _started
    if event == "subprocess.Popen":
        _started += 1


sys.addaudithook(_count)


def count_started() -> int:
    """How many processes this one has started so far."""
    return _started


def end_processes_of(home: Path) -> list[str]:
    """Wait for the processes whose `RNNDASH_HOME` this is; end those that do not leave.

    Processes that a test starts inherit the variable, and so do those that they start.

    Returns:
        The command lines of those that had to be ended.
    """
    gc.collect()  # a process that nobody waited for warns now, not in a later test
    end = time.monotonic() + PATIENCE_S / 10
    while (left := _processes_of(home)) and time.monotonic() < end:
        time.sleep(0.02)
    ended = []
    for process in left:
        try:
            ended.append(" ".join(process.cmdline()))
            process.kill()
        except psutil.Error:  # it has left by itself at the last moment
            continue
    return ended


def count_forked() -> int:
    """How many processes of this one's fork server are there."""
    return len(_forked())


def _fork_server() -> int | None:
    """The number of this process' fork server, which serves many tests."""
    server = fork_client._shared
    return None if server is None or not server.is_alive else server.pid


def _forked() -> list[psutil.Process]:
    server = _fork_server()
    if server is None:
        return []
    try:
        children = psutil.Process(server).children(recursive=True)
        return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:  # one has just left
        return _forked()


def _processes_of(home: Path) -> list[psutil.Process]:
    found = _forked()
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("RNNDASH_HOME") == str(home)
        except (psutil.Error, OSError):  # of another user, or gone
            continue
        is_shared = process.pid in (os.getpid(), _fork_server()) or process in found
        if is_ours and not is_shared and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found
