"""The worker: trains one run in a process of its own.

    python -m rnndash.runs.worker

It loads PyTorch, then waits to be told the folder of its run, in one line of standard input: a
worker that was started early begins at once. Standard input is its lifeline too: when that ends,
whoever started this process is gone, and the worker saves and leaves. What it has to say it writes
into the run's journal.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.errors import (
    CorpusUnavailableError,
    RnndashError,
    StorageError,
    VectorsUnavailableError,
    storage_errors,
)
from rnndash.events import (
    Checkpointed,
    Event,
    Failed,
    Finished,
    Interrupted,
    Paused,
    Preparing,
    Stopped,
)
from rnndash.files import write_text
from rnndash.runs.answers_file import save_answers
from rnndash.runs.folder import RunFolder, read_settings
from rnndash.runs.journal import append_event
from rnndash.runs.lifeline import Lifeline
from rnndash.runs.process import claim, lower_priority
from rnndash.runs.store import Command

if TYPE_CHECKING:  # PyTorch is loaded by _get_ready
    from rnndash.text.encoded import EncodedCorpus
    from rnndash.training.run import Training

CHECKPOINT_EVERY_S = 20.0
_NEWS_EVERY_S = 0.3
"""Between two reports of the same piece of preparation."""
_MENDABLE = (StorageError, CorpusUnavailableError, VectorsUnavailableError)
"""What a person can see to, so that the run can be resumed."""


class _ToldToLeaveError(Exception):
    """A command came before training began, or whoever started this process is gone."""

    def __init__(self, farewell: Event) -> None:
        super().__init__(farewell)
        self.farewell = farewell


def main() -> int:
    """Get ready, wait for a run, train it."""
    lower_priority()
    lifeline = Lifeline()
    signal.signal(signal.SIGTERM, lambda *_: lifeline.gone.set())
    _get_ready()
    path = lifeline.first_line()
    if path is None:  # not needed after all
        return 0
    folder = RunFolder(Path(path))
    _send_errors_to(folder)
    claim(folder.worker)

    def journal(event: Event) -> None:
        append_event(folder.journal, event)

    try:
        _run(folder, journal, lifeline.gone)
    except RnndashError as error:
        mendable = isinstance(error, _MENDABLE)
        hint = "Then resume." if mendable else ""
        journal(Failed(reason=str(error), hint=hint, resumable=mendable))
    except _ToldToLeaveError as told:
        journal(told.farewell)
    return 0


def _get_ready() -> None:
    """Load what every run needs, and make what was never made: machine code, encoded texts."""
    gc.disable()  # it would look for garbage a hundred times while PyTorch is loaded
    from rnndash.kernels.library import load_loops
    from rnndash.text.apart import load_encoded_apart
    from rnndash.training.device import use_one_thread
    from rnndash.training.run import Training  # noqa: F401

    use_one_thread()
    load_loops()
    gc.freeze()  # what was loaded stays, and is not looked through again
    gc.enable()
    with contextlib.suppress(RnndashError):  # whoever needs them will say what is wrong
        load_encoded_apart(RunConfig(model=ModelKind.RNN), read_environment())


def _send_errors_to(folder: RunFolder) -> None:
    """From now on, what this process writes to its error output is kept with the run."""
    with folder.errors.open("wb") as errors:
        os.dup2(errors.fileno(), 2)


def _run(folder: RunFolder, journal: Callable[[Event], None], gone: threading.Event) -> None:
    config = read_settings(folder).config
    journal(Preparing(message="Opening the texts"))
    from rnndash.text.apart import load_encoded_apart
    from rnndash.text.vectors import load_vectors
    from rnndash.training.checkpoint import load_checkpoint
    from rnndash.training.run import Training

    environment = read_environment()
    report = _reporter(folder, journal, gone)
    corpus = load_encoded_apart(config, environment, report)
    _keep_words(corpus, folder)
    checkpoint = load_checkpoint(folder.checkpoint) if folder.checkpoint.exists() else None
    vectors = None
    if config.vectors is not None and checkpoint is None:
        vectors = load_vectors(config.vectors, corpus.words, environment, report)
    training = Training(config, corpus, checkpoint=checkpoint, vectors=vectors)
    _train(training, folder, journal, gone)


def _train(
    training: "Training",
    folder: RunFolder,
    journal: Callable[[Event], None],
    gone: threading.Event,
) -> None:
    """Pass the events on, save now and then, and leave when told to."""
    from rnndash.training.checkpoint import save_checkpoint
    from rnndash.training.run import Stepped

    def save() -> None:
        save_checkpoint(training.checkpoint(), folder.checkpoint)
        journal(Checkpointed(samples=training.position.samples))

    saved = time.monotonic()
    for event in training.events():
        if not isinstance(event, Stepped):
            if isinstance(event, Finished) and training.answers is not None:
                save()
                save_answers(training.answers, folder.answers)
            journal(event)
            continue
        farewell = _farewell(folder, gone, training.position.samples)
        if farewell is not None:
            save()
            journal(farewell)
            return
        if time.monotonic() - saved >= CHECKPOINT_EVERY_S:
            save()
            saved = time.monotonic()


def _farewell(folder: RunFolder, gone: threading.Event, samples: int) -> Event | None:
    """The reason to leave now, if there is one."""
    if gone.is_set():
        return Interrupted(samples=samples, reason="The program that started it was closed.")
    if not folder.command.exists():
        return None
    command = folder.command.read_text()
    folder.command.unlink(missing_ok=True)
    return Paused(samples=samples) if command == Command.PAUSE else Stopped(samples=samples)


def _reporter(
    folder: RunFolder, journal: Callable[[Event], None], gone: threading.Event
) -> Callable[[str, float | None], None]:
    """Write preparation into the journal, but not every step of it.

    What it gives raises `_ToldToLeaveError` as soon as there is a reason: a download takes long.
    """
    last_message, last_time = "", 0.0

    def report(message: str, fraction: float | None) -> None:
        nonlocal last_message, last_time
        if (farewell := _farewell(folder, gone, 0)) is not None:
            raise _ToldToLeaveError(farewell)
        now = time.monotonic()
        if message != last_message or now - last_time >= _NEWS_EVERY_S:
            journal(Preparing(message=message, fraction=fraction))
            last_message, last_time = message, now

    return report


def _keep_words(corpus: "EncodedCorpus", folder: RunFolder) -> None:
    """Keep the vocabulary with the run, which can then be used without its texts."""
    if folder.words.exists():
        return
    with storage_errors(f"The vocabulary cannot be kept in {folder.path}"):
        write_text(folder.words, json.dumps(corpus.words))


if __name__ == "__main__":
    sys.exit(main())
