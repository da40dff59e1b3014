"""Which process has a run in hand, told so that another process can see whether it lives."""

import contextlib
import json
import os
import sys
from pathlib import Path

import psutil

from rnndash.files import write_text


def claim(path: Path) -> None:
    """Write down that this process has it in hand."""
    mine = {"pid": os.getpid(), "created": psutil.Process().create_time()}
    write_text(path, json.dumps(mine), flush=False)


def is_held(path: Path) -> bool:
    """Whether the process that claimed it is alive.

    The time of its creation is compared too, since numbers of processes come again.
    """
    try:
        claimed = json.loads(path.read_text())
        process = psutil.Process(claimed["pid"])
        return (
            abs(process.create_time() - claimed["created"]) < 1
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return False


def lower_priority() -> None:
    """Let the web server and the user's other programs go first.

    On Linux they do so at once: of two processes that differ in niceness alone, the one that wakes
    up still waits for the end of the other's turn, some milliseconds for each part of a page.
    """
    below_normal = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 19)  # the class is Windows' own
    with contextlib.suppress(psutil.Error):  # not allowed: then with the usual priority
        psutil.Process().nice(below_normal)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
