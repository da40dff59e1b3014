"""The files of a run.

runs/20261124-115613-3f9a-packed_lstm/
    run.json                 settings, written once
    journal.jsonl            events
    checkpoint.safetensors   weights, optimiser, position, random state
    words.json               the vocabulary
    test.safetensors         the predictions for the test texts, once it has finished
    name.txt                 the name that a user gave it
    command                  a request to its queue and worker: pause or stop
    queue.json, worker.json  the processes that last lined it up and trained it
    lock                     held by the process that adds to the journal
    errors.txt               error output of the worker
"""

import json
from dataclasses import dataclass
from pathlib import Path

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunError, StorageError

FORMAT = 1
"""Of a run's folder. Raise it when an older version could not read a new folder."""
MOST_NAME = 60
"""Characters of a run's name."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @property
    def settings(self) -> Path:
        return self.path / "run.json"

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.safetensors"

    @property
    def words(self) -> Path:
        return self.path / "words.json"

    @property
    def predictions(self) -> Path:
        return self.path / "test.safetensors"

    @property
    def name(self) -> Path:
        return self.path / "name.txt"

    @property
    def command(self) -> Path:
        return self.path / "command"

    @property
    def queue(self) -> Path:
        return self.path / "queue.json"

    @property
    def worker(self) -> Path:
        return self.path / "worker.json"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def errors(self) -> Path:
        return self.path / "errors.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSettings:
    """What `run.json` holds.

    Attributes:
        created: seconds since 1970.
    """

    created: float
    config: RunConfig


def read_settings(folder: RunFolder) -> RunSettings:
    """Read the settings of a run.

    Raises:
        StorageError: they cannot be read.
        RunError: they are damaged or of a newer version.
    """
    run_id = folder.path.name
    try:
        settings = json.loads(folder.settings.read_text(encoding="utf-8"))
        if settings["format"] > FORMAT:
            raise RunError(
                f"Run {run_id} was written by a newer version of rnndash (format "
                f"{settings['format']}; this one reads up to {FORMAT}). Update rnndash to see it."
            )
        return RunSettings(
            created=float(settings["created"]), config=RunConfig.from_json(settings["config"])
        )
    except OSError as error:
        raise StorageError(f"The settings of run {run_id} cannot be read: {error}.") from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise RunError(
            f"The settings of run {run_id} are damaged: {error}. Delete the run with "
            f"`python -m rnndash runs delete {run_id}`."
        ) from error


def read_name(folder: RunFolder) -> str:
    """The name that a user gave the run; empty if there is none, or if it cannot be read."""
    try:
        return folder.name.read_text(encoding="utf-8")[:MOST_NAME]
    except (OSError, ValueError):
        return ""
