"""Requests to pause or stop a run: a file in its folder, which its queue and worker look at."""

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from rnndash.events import Paused, Stopped
from rnndash.files import temporary_path, write_text
from rnndash.runs.folder import RunFolder


class Command(StrEnum):
    """A request to a worker, which follows it after its present minibatch."""

    PAUSE = "pause"
    STOP = "stop"


def send_command(folder: RunFolder, command: Command) -> None:
    """Leave a request; of two at once the later one counts.

    Raises:
        OSError: it cannot be written.
    """
    write_text(folder.command, command, flush=False)


def take_command(folder: RunFolder, samples: int) -> Paused | Stopped | None:
    """Take the request out of the folder.

    Args:
        samples: texts read until now.

    Returns:
        The event that follows from it; None if there is none, or none that can be read yet.

    Raises:
        OSError: it cannot be read.
    """
    if not folder.command.exists():  # most often
        return None
    with temporary_path(folder.path) as taken:
        try:
            folder.command.replace(taken)
        except (FileNotFoundError, PermissionError):
            # A resumed run's old request was deleted, or Windows lets another process read it now.
            return None
        text = _read(taken, folder)
    try:
        command = Command(text)
    except ValueError:  # a power failure left an empty file: nobody asks for anything
        return None
    match command:
        case Command.PAUSE:
            return Paused(samples=samples)
        case Command.STOP:
            return Stopped(samples=samples)
        case _:
            assert_never(command)


def _read(taken: Path, folder: RunFolder) -> str:
    """The text of a request; empty, and the request put back, where it cannot be read now."""
    try:
        return taken.read_text(encoding="utf-8", errors="replace")
    except PermissionError:
        with contextlib.suppress(OSError):  # there is a later one
            taken.rename(folder.command)
        return ""
