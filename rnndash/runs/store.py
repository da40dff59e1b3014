"""The folder that holds the runs, one folder each."""

import contextlib
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
from rnndash.files import (
    flush_to_disk,
    move_to_new_name,
    remove_leftovers,
    temporary_path,
    write_text,
)
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
        what = f"No run can be kept in {self.root}"
        with storage_errors(what), contextlib.ExitStack() as unplaced:
            self.root.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.root)
            paths = [unplaced.enter_context(temporary_path(self.root)) for _ in wanted]
            for path, config in zip(paths, wanted, strict=True):
                _write_new_run(RunFolder(path), config, created, token)
            return self._place(paths, [config.model for config in wanted], created)

    def _place(self, paths: list[Path], models: list[ModelKind], created: float) -> list[str]:
        """Give the folders of new runs their names: all of them, or none."""
        while True:
            run_ids = [str(run_id) for run_id in self._free_ids(models, created)]
            places = [self.root / run_id for run_id in run_ids]
            placed = 0
            try:
                for path, place in zip(paths, places, strict=True):
                    move_to_new_name(path, place)
                    placed += 1
            except BaseException as error:
                _take_back(places[:placed], paths)
                # Another process may have drawn the same digits a moment earlier.
                if isinstance(error, OSError) and places[placed].exists():
                    continue
                raise
            return run_ids

    def _free_ids(self, models: list[ModelKind], created: float) -> list[RunId]:
        """Ids of a comparison that has no run: those of one second differ in random digits."""
        while True:
            run_ids = new_run_ids(models, created)
            if not any(self._has_runs(run_id.comparison) for run_id in run_ids):
                return run_ids

    def _has_runs(self, comparison: str) -> bool:
        ids = [RunId(comparison=comparison, model=model) for model in ModelKind]
        return any((self.root / str(run_id)).exists() for run_id in ids)

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


def _write_new_run(folder: RunFolder, config: RunConfig, created: float, token: str | None) -> None:
    """Write a run's first files, so that it is complete before it is listed."""
    settings = {"format": FORMAT, "created": created, "config": config.to_json()}
    folder.path.mkdir()
    folder.settings.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    append_event(folder.journal, Queued(time=created))
    if token is not None:
        write_process(folder.queue, token=token)
    flush_to_disk(folder.settings)  # without them the run cannot be used


def _take_back(places: list[Path], paths: list[Path]) -> None:
    """Take the names of new runs from their folders again, or else delete the folders."""
    for place, path in zip(places, paths, strict=False):
        try:
            move_to_new_name(place, path)
        except OSError:
            shutil.rmtree(place, ignore_errors=True)
