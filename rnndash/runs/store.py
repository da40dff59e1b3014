"""The folder that holds the runs, one folder each."""

import json
import re
import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
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
from rnndash.files import write_text
from rnndash.results import RunRecord, RunState
from rnndash.runs.folder import FORMAT, MOST_NAME, RunFolder, read_name, read_settings
from rnndash.runs.history import RunHistory
from rnndash.runs.journal import JournalReader, append_event
from rnndash.runs.process import is_held

_COMPARISON = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
_RUN = re.compile(rf"({_COMPARISON.pattern})-({'|'.join(ModelKind)})")
_OPEN_HISTORIES = 2_048
"""Runs whose events are kept in memory, about 35 kB each; a list longer than that is read anew at
every look."""
_GRACE_S = 3.0
"""So long a process may be gone before its run counts as lost: its queue writes down why."""


class Command(StrEnum):
    """What can be asked of a worker; it obeys after its present minibatch."""

    PAUSE = "pause"
    STOP = "stop"


class RunStore:
    """All runs under one folder. Any number of processes and threads may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[RunHistory, JournalReader]] = OrderedDict()

    def create(self, configs: Iterable[RunConfig]) -> list[str]:
        """Make folders for runs that are compared with each other, one for each model.

        Returns:
            Their ids, in the order of the settings.

        Raises:
            StorageError: the folder cannot be written.
        """
        created = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(created))
        comparison = f"{stamp}-{secrets.token_hex(2)}"
        run_ids = []
        for config in configs:
            run_id = f"{comparison}-{config.model}"
            settings = {"format": FORMAT, "created": created, "config": config.to_json()}
            folder = RunFolder(self.root / run_id)
            with storage_errors(f"No run can be kept in {self.root}"):
                folder.path.mkdir(parents=True)
                write_text(folder.settings, json.dumps(settings, indent=1))
            append_event(folder.journal, Queued(time=created))
            run_ids.append(run_id)
        return run_ids

    def folder(self, run_id: str) -> RunFolder:
        """The files of a run.

        Raises:
            RunNotFoundError: there is no such run; also for names that no run can have.
        """
        folder = RunFolder(self.root / run_id)
        if not _RUN.fullmatch(run_id) or not folder.path.is_dir():
            raise RunNotFoundError(
                f"There is no run {run_id!r} in {self.root}. It may have been deleted; "
                "`python -m rnndash runs` lists those that are there."
            )
        return folder

    def run_ids(self, comparison: str | None = None) -> list[str]:
        """All runs or one comparison's, newest first; those of a comparison as in `ModelKind`."""
        try:
            names = [entry.name for entry in self.root.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [match for name in names if (match := _RUN.fullmatch(name))]
        order = {kind.value: position for position, kind in enumerate(ModelKind)}
        found.sort(key=lambda match: order[match[2]])
        found.sort(key=lambda match: match[1], reverse=True)
        return [match[0] for match in found if comparison is None or match[1] == comparison]

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
                self._open[run_id] = (_open_history(run_id, folder), JournalReader(folder.journal))
            self._open.move_to_end(run_id)
            while len(self._open) > _OPEN_HISTORIES:
                self._open.popitem(last=False)
            history, reader = self._open[run_id]
            history.apply(reader.read_new())
            record = history.record(damaged_lines=reader.damaged)
        return replace(record, state=_observed(record.state, folder), name=read_name(folder))

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
        """Call a run something; an empty name takes it back.

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
        """Write an event into the run's journal. Only for who has the run in hand.

        Raises:
            RunNotFoundError: there is no such run.
            StorageError: the journal cannot be written.
        """
        append_event(self.folder(run_id).journal, event)

    def command(self, run_id: str, command: Command) -> None:
        """Ask something of whoever has the run in hand, in this process or another.

        Raises:
            RunStateError: nobody has it in hand.
            StorageError: the request cannot be written.
        """
        state = self.record(run_id).state
        if not state.is_active:
            raise RunStateError(
                f"Run {run_id} is {state}; only a run that waits or trains can {command}."
            )
        folder = self.folder(run_id)
        with storage_errors(f"Run {run_id} cannot be asked to {command}"):
            write_text(folder.command, command, flush=False)

    def delete(self, run_id: str) -> None:
        """Remove a run with all its files.

        Raises:
            RunNotFoundError: there is no such run.
            RunStateError: it is still at work.
            StorageError: its files cannot be removed.
        """
        folder = self.folder(run_id)
        try:
            state = self.record(run_id).state
        except RunError:  # unreadable: may go
            state = RunState.LOST
        if state.is_active:
            raise RunStateError(f"Run {run_id} is {state}. Stop it first, then delete it.")
        with storage_errors(f"Run {run_id} cannot be removed", "Close what uses its files."):
            shutil.rmtree(folder.path)
        with self._lock:
            self._open.pop(run_id, None)


def _open_history(run_id: str, folder: RunFolder) -> RunHistory:
    settings = read_settings(folder)
    return RunHistory(
        run_id=run_id,
        comparison=run_id.rsplit("-", 1)[0],
        created=settings.created,
        config=settings.config,
    )


def _observed(state: RunState, folder: RunFolder) -> RunState:
    """The journal's state, corrected by what is seen of the processes."""
    if not state.is_active:
        return state
    if is_held(folder.queue if state is RunState.QUEUED else folder.worker):
        return state
    try:
        quiet_s = time.time() - folder.journal.stat().st_mtime
    except OSError:
        quiet_s = _GRACE_S
    if quiet_s < _GRACE_S:
        return state
    return RunState.INTERRUPTED if state is RunState.QUEUED else RunState.LOST
