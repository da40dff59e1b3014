"""The process that trains networks on the memory task:

    python -m rnndash.memory_task FOLDER

It takes the settings as one line of JSON on standard input and adds its tests to the task's file
in FOLDER, without those that are there already. When standard input ends, the server has closed
it or has ended, and the process ends at once: nothing has to be saved, and a half line in the file
is skipped.
"""

import json
import os
import sys
import threading
from pathlib import Path

from rnndash.errors import ConfigError, RnndashError
from rnndash.memory_task.settings import MemoryTask
from rnndash.memory_task.store import append_tried, journal_path, known_trials, read_tries
from rnndash.runs.parent_watch import ParentWatch
from rnndash.runs.process import lower_priority


def main(folder: str) -> int:
    """Train on the task that standard input names, results in `folder`; 0 if nothing failed."""
    lower_priority()
    parent = ParentWatch()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    line = parent.first_line()
    if line is None:
        return 0
    try:
        _learn(_task(line), Path(folder))
    except RnndashError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _end_with(parent: ParentWatch) -> None:
    parent.is_gone.wait()
    os._exit(0)


def _task(line: str) -> MemoryTask:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise ConfigError(
            f"The settings of the memory task must be a JSON object; {line[:80]!r} came. "
            "Write them on one line."
        ) from error
    return MemoryTask.from_json(values)


def _learn(task: MemoryTask, folder: Path) -> None:
    from rnndash.memory_task.learning import learn
    from rnndash.training.device import use_one_thread

    use_one_thread()
    path = journal_path(folder, task)
    for tried in learn(task, known=known_trials(read_tries(path))):
        append_tried(path, tried)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
