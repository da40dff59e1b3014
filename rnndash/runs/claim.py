"""The right to write a run's journal, which one process has at a time.

Every run's folder has a lock. Only its holder adds to the journal: a worker from its first event to
its last, a queue for a moment, to line the run up or to write down how it ended. The operating
system frees the lock when a process ends, however it ends.

A queue that lines a run up leaves a claim in `queue.json`, with a token that no other claim has. It
passes the token on to the worker, which trains only if no other queue has claimed the run since.
"""

import contextlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rnndash.errors import RunStateError, storage_errors
from rnndash.runs.folder import RunFolder
from rnndash.runs.process import read_token, write_process

PATIENCE_S = 10.0
"""A worker frees the lock a moment after its last event; on a busy machine that takes a while."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A run that a queue has claimed and gives to a worker.

    Attributes:
        token: of the claim, 32 hexadecimal digits.
    """

    folder: RunFolder
    token: str

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.folder.path.name

    def to_line(self) -> str:
        """One line of JSON, for a worker's standard input."""
        return json.dumps({"folder": str(self.folder.path.absolute()), "token": self.token})

    @classmethod
    def from_line(cls, line: str) -> "Assignment":
        """Read what `to_line` wrote."""
        values = json.loads(line)
        return cls(folder=RunFolder(Path(values["folder"])), token=values["token"])


@contextlib.contextmanager
def locked(folder: RunFolder) -> Iterator[None]:
    """Hold the lock of a run for the block.

    Raises:
        RunStateError: another process, or another thread, held it all the time.
        StorageError: the lock cannot be used.
    """
    run_id, lock = folder.path.name, FileLock(folder.lock)
    with storage_errors(f"Run {run_id} cannot be locked"):
        try:
            lock.acquire(timeout=PATIENCE_S)
        except Timeout as error:
            raise RunStateError(
                f"Run {run_id} is in use by another process. Wait until that process has saved it "
                "and try again, or stop the run where it was started."
            ) from error
    try:
        yield
    finally:
        lock.release()


def new_token() -> str:
    """A token that no other claim has."""
    return secrets.token_hex(16)


def claim_run(folder: RunFolder) -> Assignment:
    """Claim a run for a queue of this process, which holds the run's lock.

    Raises:
        OSError: the claim cannot be written.
    """
    token = new_token()
    write_process(folder.queue, token=token)
    return Assignment(folder=folder, token=token)


@contextlib.contextmanager
def held(assignment: Assignment) -> Iterator[None]:
    """Hold the lock of an assigned run for the block.

    Raises:
        RunStateError: another queue has claimed the run since, or another process holds the lock.
        StorageError: the lock cannot be used.
    """
    _check_current(assignment)  # without waiting for a lock that another worker holds for hours
    with locked(assignment.folder):
        _check_current(assignment)
        yield


def _check_current(assignment: Assignment) -> None:
    if read_token(assignment.folder.queue) != assignment.token:
        raise RunStateError(
            f"Run {assignment.run_id} was lined up by another process in the meantime."
        )
