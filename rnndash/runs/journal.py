"""The journal of a run: events appended by one writer at a time, read by anyone at any time."""

import os
from pathlib import Path

from rnndash.errors import storage_errors
from rnndash.events import Event, JournalEvent, from_lines, to_line


def append_event(path: Path, event: Event) -> None:
    """Add an event.

    Raises:
        StorageError: the line cannot be written: the disk is full or the folder read-only.
    """
    append_line(path, to_line(event))


def append_line(path: Path, line: str) -> None:
    """Add one line.

    A half line that an interrupted writer left behind is closed first, so that it spoils no other.

    Raises:
        StorageError: the line cannot be written: the disk is full or the folder read-only.
    """
    data = line.encode() + b"\n"
    with storage_errors(f"The journal {path} cannot be written"), path.open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                data = b"\n" + data
        file.write(data)


class JournalReader:
    """Reads what is new, from where it left off.

    Attributes:
        damaged: whole lines that could not be read so far.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.damaged = 0

    def read_new(self) -> list[JournalEvent]:
        """The events since the last call; a half line waits until it is whole.

        Raises:
            StorageError: the file cannot be read.
        """
        with storage_errors(f"The journal {self._path} cannot be read", "See who may read it."):
            try:
                if self._path.stat().st_size <= self._offset:  # most often, and much cheaper to see
                    return []
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read()
            except FileNotFoundError:
                return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        events, damaged = from_lines(whole)
        self.damaged += damaged
        return events
