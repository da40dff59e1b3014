"""Requests to pause or stop a run: a file in its folder, which its queue and worker look at."""

from enum import StrEnum

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
        The event that follows from it; None if there is none.

    Raises:
        OSError: it cannot be read.
    """
    if not folder.command.exists():  # most often
        return None
    with temporary_path(folder.path) as taken:
        try:
            folder.command.replace(taken)
        except FileNotFoundError:  # a resumed run's old request is deleted
            return None
        command = taken.read_text(encoding="utf-8")
    return Paused(samples=samples) if command == Command.PAUSE else Stopped(samples=samples)
