"""Processes that tests start: each is seen, and none is left over."""

import gc
import os
import sys
import time
from pathlib import Path

import psutil

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


def _processes_of(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("RNNDASH_HOME") == str(home)
        except (psutil.Error, OSError):  # of another user, or gone
            continue
        if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found
