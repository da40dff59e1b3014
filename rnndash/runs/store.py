"""The folder that holds the runs, one folder each."""

import json
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import (
    ConfigError,
    RunError,
    RunNotFoundError,
    RunStateError,
    storage_errors,
)
from rnndash.events import Event, Queued
from rnndash.files import flush_to_disk, remove_leftovers, temporary_path, write_text
from rnndash.results import RunRecord
from rnndash.runs.claim import locked
from rnndash.runs.folder import FORMAT, MOST_NAME, RunFolder
from rnndash.runs.journal import append_event
from rnndash.runs.process import write_process
from rnndash.runs.reader import RunReader
from rnndash.runs.requests import Command, send_command
from rnndash.runs.run_id import RunId, new_run_ids

_ORDER = {kind: position for position, kind in enumerate(ModelKind)}
_MOST_OPEN = 2_048
"""Runs whose events are kept in memory, about 35 kB each; of a longer list each look reads all."""


class RunStore:
    """All runs under one folder. Any number of processes and threads may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._open: OrderedDict[str, RunReader] = OrderedDict()

    def create(self, configs: Iterable[RunConfig], *, token: str | None = None) -> list[str]:
        """Make folders for runs that are compared with each other, one for each model.

        Args:
            token: of the claim of a queue of this process, which lines them up; None where
                there is no queue.

        Returns:
            Their ids, in the order of the settings.

        Raises:
            StorageError: the folder cannot be written.
        """
        created, wanted = time.time(), list(configs)
        with storage_errors(f"No run can be kept in {self.root}"):
            self.root.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.root)
            run_ids = self._free_ids([config.model for config in wanted], created)
            for run_id, config in zip(run_ids, wanted, strict=True):
                settings = {"format": FORMAT, "created": created, "config": config.to_json()}
                with temporary_path(self.root) as path:  # complete before it is listed
                    folder = RunFolder(path)
                    folder.path.mkdir()
                    folder.settings.write_text(json.dumps(settings, indent=1), encoding="utf-8")
                    append_event(folder.journal, Queued(time=created))
                    if token is not None:
                        write_process(folder.queue, token=token)
                    flush_to_disk(folder.settings)  # without them the run cannot be used
                    folder.path.rename(self.root / run_id)
        return run_ids

    def _free_ids(self, models: list[ModelKind], created: float) -> list[str]:
        """Ids that no run has: those of one second differ in four digits, drawn at random."""
        while True:
            run_ids = [str(run_id) for run_id in new_run_ids(models, created)]
            if not any((self.root / run_id).exists() for run_id in run_ids):
                return run_ids

    def has(self, run_id: str) -> bool:
        """Whether there is such a run."""
        return RunId.match(run_id) is not None and (self.root / run_id).is_dir()

    def folder(self, run_id: str) -> RunFolder:
        """The files of a run.

        Raises:
            RunNotFoundError: there is no such run; also for names that no run can have.
        """
        if not self.has(run_id):
            raise RunNotFoundError(
                f"There is no run {run_id!r} in {self.root}. It may have been deleted; "
                "`python -m rnndash runs` lists those that are there."
            )
        return RunFolder(self.root / run_id)

    def run_ids(self, comparison: str | None = None) -> list[str]:
        """All runs or one comparison's, newest first; those of a comparison as in `ModelKind`."""
        try:
            names = [entry.name for entry in self.root.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [run_id for name in names if (run_id := RunId.match(name))]
        found.sort(key=lambda run_id: _ORDER[run_id.model])
        found.sort(key=lambda run_id: run_id.comparison, reverse=True)
        return [str(r) for r in found if comparison is None or r.comparison == comparison]

    def record(self, run_id: str) -> RunRecord:
        """The run as it is now.

        Raises:
            RunNotFoundError: there is no such run.
            StorageError: its files cannot be read.
            RunError: its files are damaged or of a newer version.
        """
        folder = self.folder(run_id)
        with self._lock:
            if run_id not in self._open:
                self._open[run_id] = RunReader(folder)
            self._open.move_to_end(run_id)
            while len(self._open) > _MOST_OPEN:
                self._open.popitem(last=False)
            return self._open[run_id].read()[0]

    def reader(self, run_id: str) -> RunReader:
        """A reader of the run for the caller alone, who wants each event of it once.

        Raises:
            RunError: as `record`.
        """
        return RunReader(self.folder(run_id))

    def records(self, run_ids: Iterable[str]) -> tuple[list[RunRecord], list[str]]:
        """Many runs at once: those that can be read, and a sentence for each that cannot."""
        records, problems = [], []
        for run_id in run_ids:
            try:
                records.append(self.record(run_id))
            except RunNotFoundError:  # deleted in the meantime
                continue
            except RunError as error:
                problems.append(str(error))
        return records, problems

    def rename(self, run_id: str, name: str) -> None:
        """Give a run a name; an empty one takes the name away.

        Raises:
            RunNotFoundError: there is no such run.
            ConfigError: the name is too long or has characters that cannot be shown.
            StorageError: it cannot be written.
        """
        wanted = " ".join(name.split())
        if len(wanted) > MOST_NAME or not wanted.isprintable():
            raise ConfigError(
                f"The name of a run has up to {MOST_NAME} characters that can be shown; "
                f"{len(wanted)} came: {wanted[:MOST_NAME]!r}. Choose a shorter one."
            )
        folder = self.folder(run_id)
        with storage_errors(f"Run {run_id} cannot be renamed"):
            write_text(folder.name, wanted)

    def append(self, run_id: str, event: Event) -> None:
        """Add an event to the run's journal. Only for the holder of the run's lock.

        Raises:
            RunNotFoundError: there is no such run.
            StorageError: the journal cannot be written.
        """
        append_event(self.folder(run_id).journal, event)

    def command(self, run_id: str, command: Command) -> None:
        """Ask the run's queue and worker for something, in this process or another.

        Raises:
            RunStateError: the run neither waits nor trains.
            StorageError: the request cannot be written.
        """
        state = self.record(run_id).state
        if not state.is_active:
            raise RunStateError(
                f"Run {run_id} is {state}; only a run that waits or trains can {command}."
            )
        folder = self.folder(run_id)
        with storage_errors(f"Run {run_id} cannot be asked to {command}"):
            send_command(folder, command)

    def delete(self, run_id: str) -> None:
        """Remove a run with all its files.

        Raises:
            RunNotFoundError: there is no such run.
            RunStateError: it waits or trains.
            StorageError: its files cannot be removed.
        """
        folder = self.folder(run_id)
        self._check_at_rest(run_id)
        with storage_errors(f"Run {run_id} cannot be removed", "Close what uses its files."):
            with locked(folder):
                self._check_at_rest(run_id)  # it may have been resumed in the meantime
                folder.settings.unlink(missing_ok=True)  # without it no run is resumed
            shutil.rmtree(folder.path)
        with self._lock:
            self._open.pop(run_id, None)

    def _check_at_rest(self, run_id: str) -> None:
        try:
            state = self.record(run_id).state
        except RunError:  # unreadable: it may go
            return
        if state.is_active:
            raise RunStateError(f"Run {run_id} is {state}. Stop it first, then delete it.")
