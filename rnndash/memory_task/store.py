"""The folder of results: a file for each task's settings, one JSON line for each test.

Tasks that differ only in their lengths or models share a file, and so their networks.
"""

from pathlib import Path

from rnndash.errors import storage_errors
from rnndash.memory_task.outcomes import Tried, from_line, to_line
from rnndash.memory_task.settings import MemoryModel, MemoryTask
from rnndash.runs.journal import append_line

MOST_FILES = 200
"""Of all visitors together; beyond that those go first that were not written to for longest."""


def journal_path(folder: Path, task: MemoryTask) -> Path:
    """Where the tests of a task are kept."""
    return folder / f"{task.key}.jsonl"


def append_tried(path: Path, tried: Tried) -> None:
    """Add a test.

    Raises:
        StorageError: it cannot be written.
    """
    append_line(path, to_line(tried))


def read_tries(path: Path) -> tuple[Tried, ...]:
    """All tests in their order; lines that are damaged or not yet whole are passed over.

    Raises:
        StorageError: the file is there and cannot be read.
    """
    to_do = "Delete the file, or set RNNDASH_HOME to another folder."
    with storage_errors(f"The results {path} cannot be read", to_do):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return ()
    tries = []
    for line in data.splitlines():
        try:
            tries.append(from_line(line.decode()))
        except (ValueError, RecursionError):
            continue
    return tuple(tries)


def known_trials(tries: tuple[Tried, ...]) -> set[tuple[MemoryModel, int]]:
    """The trials that are finished."""
    return {(tried.model, tried.length) for tried in tries if tried.is_last}


def make_room(folder: Path) -> None:
    """Make the folder, and delete the oldest of too many files.

    Raises:
        StorageError: the folder cannot be written.
    """
    with storage_errors(f"The folder {folder} cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        files = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
        for path in files[: max(0, len(files) + 1 - MOST_FILES)]:
            path.unlink(missing_ok=True)
