"""A worker that trains nothing: it holds its run as a real one does, until it is asked to end."""

import sys
import time

from rnndash.events import Preparing
from rnndash.runs.claim import Assignment, held
from rnndash.runs.journal import append_event
from rnndash.runs.parent_watch import ParentWatch
from rnndash.runs.process import write_process
from rnndash.runs.requests import take_command
from rnndash.runs.worker_process import WorkerProcess


def start_small_worker():
    """For a queue, in place of `WorkerProcess`."""
    return WorkerProcess("tests.runs.small_worker")


def main():
    parent = ParentWatch()
    line = parent.first_line()
    if line is None:
        return
    assignment = Assignment.from_line(line)
    folder = assignment.folder
    with held(assignment):
        write_process(folder.worker)
        append_event(folder.journal, Preparing(message="Nothing is trained"))
        while not parent.is_gone.is_set():
            if (event := take_command(folder, 0)) is not None:
                append_event(folder.journal, event)
                return
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
