"""What a forked process finds about itself; its `main` runs in one."""

import json
import os
import random
import signal
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from rnndash.runs.parent_watch import ParentWatch


def main(path, how="look"):
    """Write down what there is, then end in the way that was asked for."""
    match how:
        case "look":
            Path(path).write_text(json.dumps(_observed()), encoding="utf-8")
            return 0
        case "fail":
            raise ValueError("as the test wants it")
        case "exit 3":
            return 3
        case "leave":
            raise SystemExit
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
    parent = ParentWatch()
    Path(path).write_text("waits", encoding="utf-8")
    while not parent.is_gone.is_set():
        time.sleep(0.01)
    return 0


def _observed():
    descriptors = {}
    for path in Path("/proc/self/fd").iterdir():
        try:
            descriptors[path.name] = str(path.readlink())
        except FileNotFoundError:  # that of the folder that is being listed
            continue
    return {
        "session": os.getsid(0) == os.getpid(),
        "descriptors": descriptors,
        "threads": threading.active_count(),
        "random": random.random(),
        "numpy": float(np.random.default_rng().random()),
        "temporary": tempfile.NamedTemporaryFile().name,
        "folder": str(Path.cwd()),
        "home": os.environ.get("RNNDASH_HOME"),
        "interrupt": str(signal.getsignal(signal.SIGINT)),
        "child": signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
    }
