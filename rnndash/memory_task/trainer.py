"""Trains memory tasks, one at a time, in a process beside the server. No torch."""

import json
import threading
from dataclasses import replace
from pathlib import Path

from rnndash.errors import BusyError, StorageError
from rnndash.memory_task.outcomes import MemoryRecord, record_of
from rnndash.memory_task.settings import MemoryTask
from rnndash.memory_task.store import journal_path, known_trials, make_room, read_tries
from rnndash.runs.forked_process import ForkedProcess
from rnndash.runs.starting import start_process
from rnndash.runs.worker_process import WorkerProcess

_PATIENCE_S = 1.0
"""Seconds that a process has to exit after it was cancelled."""


class MemoryTrainer:
    """Starts the process and reports its results. Thread-safe.

    Args:
        folder: where results are kept, for all tasks with the same settings.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._task: MemoryTask | None = None
        self._process: WorkerProcess | ForkedProcess | None = None
        self._failures: dict[str, str] = {}

    def record(self, task: MemoryTask) -> MemoryRecord:
        """The results of a task so far.

        Networks whose training was interrupted are left out.

        Raises:
            StorageError: its results cannot be read.
        """
        running = self.running()  # before the file is read: what ends now is whole in the file
        is_running = running is not None and running.key == task.key
        tries = read_tries(journal_path(self.folder, task))
        if not is_running:  # interrupted training will start again
            known = known_trials(tries)
            tries = tuple(tried for tried in tries if (tried.model, tried.length) in known)
        failure = self._failures.get(task.key, "")
        record = record_of(task, tries, is_running=is_running, failure=failure)
        return replace(record, is_running=False) if record.is_complete else record

    def running(self) -> MemoryTask | None:
        """The task in training; None if there is none."""
        with self._lock:
            self._look_after()
            return self._task

    def start(self, task: MemoryTask) -> None:
        """Train the networks of the task that are not trained yet.

        Raises:
            BusyError: a task is in training.
            StorageError: results cannot be kept, or there is no room for a process.
        """
        with self._lock:
            self._look_after()
            if self._task is not None:
                raise BusyError(
                    "A memory task is in training on this server, and only one can be at a time. "
                    "Wait until it is done, then start yours."
                )
            make_room(self.folder)
            try:
                process = start_process("rnndash.memory_task.__main__", str(self.folder.absolute()))
            except OSError as error:
                raise StorageError(
                    f"No process could be started: {error}. Free some memory, then start again."
                ) from error
            process.send_line(json.dumps(task.to_json()).encode())
            self._task, self._process = task, process
            self._failures.pop(task.key, None)

    def cancel(self, task: MemoryTask) -> None:
        """End the process if it trains this task; networks that are done are kept."""
        with self._lock:
            if self._task is not None and self._task.key == task.key:
                self._end()

    def close(self) -> None:
        """End the process, if there is one. May be called twice."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.wait(_PATIENCE_S)
        self._task = self._process = None

    def _look_after(self) -> None:
        """Notice that the process has ended, and why."""
        if self._task is None or self._process is None or self._process.exit is None:
            return
        if not self._process.exit.is_intended:
            self._failures = {
                self._task.key: f"The process died {self._process.exit.reason}. Its error message "
                "is in the output of the server. Start again: it goes on from there."
            }
        self._end()
