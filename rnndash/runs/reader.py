"""One run, read from its folder: its record, and what has happened since the last look."""

import time
from dataclasses import replace

from rnndash.events import JournalEvent
from rnndash.results import RunRecord, RunState
from rnndash.runs.folder import RunFolder, read_name, read_settings
from rnndash.runs.history import RunHistory
from rnndash.runs.journal import JournalReader
from rnndash.runs.process import is_alive
from rnndash.runs.run_id import RunId

_GRACE_S = 3.0
"""A run counts as lost this long after its process ended: its queue may still write down why."""


class RunReader:
    """Reads each event of a journal once. For one thread at a time.

    Args:
        folder: has the id of the run for its name.

    Raises:
        StorageError: the settings cannot be read.
        RunError: they are damaged or of a newer version.
    """

    def __init__(self, folder: RunFolder) -> None:
        settings = read_settings(folder)
        self._folder = folder
        self._journal = JournalReader(folder.journal)
        self._history = RunHistory(
            run_id=RunId.parse(folder.path.name), created=settings.created, config=settings.config
        )

    def read(self) -> tuple[RunRecord, list[JournalEvent]]:
        """The run as it is now, and the events since the last call.

        Raises:
            StorageError: the journal cannot be read.
        """
        events = self._journal.read_new()
        self._history.apply(events)
        record = self._history.record(damaged_lines=self._journal.damaged)
        state = _observed(record.state, self._folder)
        return replace(record, state=state, name=read_name(self._folder)), events


def _observed(state: RunState, folder: RunFolder) -> RunState:
    """The journal's state, corrected by what is seen of the processes."""
    if not state.is_active:
        return state
    if is_alive(folder.queue if state is RunState.QUEUED else folder.worker):
        return state
    try:
        quiet_s = time.time() - folder.journal.stat().st_mtime
    except OSError:
        quiet_s = _GRACE_S
    if quiet_s < _GRACE_S:
        return state
    return RunState.INTERRUPTED if state is RunState.QUEUED else RunState.LOST
