"""Which process works on a run, written down so that others can see whether it is alive."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil

from rnndash.files import write_text


def write_process(path: Path, *, token: str | None = None) -> None:
    """Write down this process, and what it calls its claim.

    Raises:
        OSError: the file cannot be written.
    """
    values: dict[str, Any] = {"pid": os.getpid(), "created": psutil.Process().create_time()}
    if token is not None:
        values["token"] = token
    write_text(path, json.dumps(values), flush=False)


def read_token(path: Path) -> str | None:
    """The token in a file of `write_process`; None where there is none, as in older versions."""
    try:
        token = json.loads(path.read_text(encoding="utf-8"))["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return token if isinstance(token, str) else None


def is_alive(path: Path) -> bool:
    """Whether the process in a file of `write_process` is alive.

    The time of its creation is compared too, since the system uses numbers of processes again.
    """
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        process = psutil.Process(written["pid"])
        return (
            abs(process.create_time() - written["created"]) < 1
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return False


def lower_priority() -> None:
    """Give the web server and the user's other programs precedence over this process.

    Linux has a scheduling class for that. By niceness alone, a server that wakes up would still
    wait until a worker's time slice ends: some milliseconds for each part of a page.
    """
    below_normal = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 19)  # the class is Windows' own
    with contextlib.suppress(psutil.Error):  # not allowed: then with the usual priority
        psutil.Process().nice(below_normal)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
