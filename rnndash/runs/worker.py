"""The worker: trains one run in a process of its own.

    python -m rnndash.runs.worker

It loads PyTorch, then waits for its run, in one line of standard input: a worker that was started
early begins at once. When standard input ends, the server has closed it or has ended, and the
worker saves and ends too. What happens to the run it writes into the run's journal, whose lock it
holds from its first event to its last.
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
from typing import TYPE_CHECKING

from msgspec.structs import replace

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.environment import read_environment
from rnndash.errors import (
    CorpusUnavailableError,
    RnndashError,
    RunError,
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
    Started,
    Stopped,
)
from rnndash.files import remove_leftovers, write_text
from rnndash.runs.claim import Assignment, held
from rnndash.runs.folder import RunFolder, read_settings
from rnndash.runs.journal import append_event
from rnndash.runs.parent_watch import ParentWatch
from rnndash.runs.predictions_file import save_predictions
from rnndash.runs.process import lower_priority, write_process
from rnndash.runs.requests import take_command

if TYPE_CHECKING:  # PyTorch is loaded by load_libraries
    from rnndash.text.encoded import EncodedCorpus
    from rnndash.training.run import Training

CHECKPOINT_EVERY_S = 20.0
_NEWS_EVERY_S = 0.3
"""Between two reports of the same piece of preparation."""
_FIXABLE = (StorageError, CorpusUnavailableError, VectorsUnavailableError)
"""Errors whose cause a person can remove, so that the run can be resumed."""


class StopRequested(Exception):  # noqa: N818, a request, not an error
    """The run was asked to pause or stop, or the parent process is gone.

    Attributes:
        event: the last one of this worker.
    """

    def __init__(self, event: Event) -> None:
        super().__init__(event)
        self.event = event


def main(origin: str = "fresh process") -> int:
    """Get ready, wait for a run, train it.

    Args:
        origin: how this process began, for people.
    """
    lower_priority()
    parent = ParentWatch()
    signal.signal(signal.SIGTERM, lambda *_: parent.is_gone.set())
    load_libraries()
    _prepare_texts()
    line = parent.first_line()
    if line is None:  # not needed after all
        return 0
    assignment = Assignment.from_line(line)
    try:
        with held(assignment):
            _work_on(assignment.folder, parent.is_gone, origin)
    except RunError as error:  # not its run any more, or its journal cannot be written
        print(error, file=sys.stderr)
        return 1
    return 0


def _work_on(folder: RunFolder, parent_is_gone: threading.Event, origin: str) -> None:
    """Train the run, and write down how that ended.

    Raises:
        StorageError: the run's folder cannot be written.
    """
    with storage_errors(f"The files of run {folder.path.name} cannot be written"):
        remove_leftovers(folder.path)
        _send_errors_to(folder)
        write_process(folder.worker)

    def journal(event: Event) -> None:
        if isinstance(event, Started):
            event = replace(event, worker=origin)
        append_event(folder.journal, event)

    try:
        _run(folder, journal, parent_is_gone)
    except RnndashError as error:
        fixable = isinstance(error, _FIXABLE)
        hint = "Then resume." if fixable else ""
        journal(Failed(reason=str(error), hint=hint, resumable=fixable))
    except StopRequested as request:
        journal(request.event)


def load_libraries() -> None:
    """Load what every run needs; compile the kernels if this machine has not done so yet."""
    gc.disable()  # it would look for garbage a hundred times while PyTorch is loaded
    from rnndash.kernels.library import load_kernels
    from rnndash.text.encoding_process import load_encoded_in_subprocess  # noqa: F401
    from rnndash.training.device import use_one_thread
    from rnndash.training.run import Training  # noqa: F401

    use_one_thread()
    load_kernels()
    gc.freeze()  # what was loaded stays, and is not looked through again
    gc.enable()


def _prepare_texts() -> None:
    """Encode the built-in headlines if this home has never done so."""
    from rnndash.text.encoding_process import load_encoded_in_subprocess

    with contextlib.suppress(RnndashError):  # a run that needs them says what is wrong
        load_encoded_in_subprocess(RunConfig(model=ModelKind.RNN), read_environment())


def _send_errors_to(folder: RunFolder) -> None:
    """From now on, what this process writes to its error output is kept with the run."""
    with folder.errors.open("wb") as errors:
        os.dup2(errors.fileno(), 2)


def _run(
    folder: RunFolder, journal: Callable[[Event], None], parent_is_gone: threading.Event
) -> None:
    config = read_settings(folder).config
    journal(Preparing(message="Opening the texts"))
    from rnndash.text.encoding_process import load_encoded_in_subprocess
    from rnndash.text.vectors import load_vectors
    from rnndash.training.checkpoint import load_checkpoint
    from rnndash.training.run import Training

    environment = read_environment()
    report = _reporter(folder, journal, parent_is_gone)
    corpus = load_encoded_in_subprocess(config, environment, report)
    _keep_words(corpus, folder)
    checkpoint = load_checkpoint(folder.checkpoint) if folder.checkpoint.exists() else None
    vectors = None
    if config.vectors is not None and checkpoint is None:
        vectors = load_vectors(config.vectors, corpus.words, environment, report)
    training = Training(config, corpus, checkpoint=checkpoint, vectors=vectors)
    _train(training, folder, journal, parent_is_gone)


def _train(
    training: "Training",
    folder: RunFolder,
    journal: Callable[[Event], None],
    parent_is_gone: threading.Event,
) -> None:
    """Pass the events on, save now and then, and end on request."""
    from rnndash.training.checkpoint import save_checkpoint
    from rnndash.training.run import Stepped

    def save() -> None:
        save_checkpoint(training.checkpoint(), folder.checkpoint)
        journal(Checkpointed(samples=training.position.samples))

    saved = time.monotonic()
    for event in training.events():
        if not isinstance(event, Stepped):
            if isinstance(event, Finished) and training.test_predictions is not None:
                save()
                save_predictions(training.test_predictions, folder.predictions)
            journal(event)
            continue
        last = _requested(folder, parent_is_gone, training.position.samples)
        if last is not None:
            save()
            journal(last)
            return
        if time.monotonic() - saved >= CHECKPOINT_EVERY_S:
            save()
            saved = time.monotonic()


def _requested(
    folder: RunFolder, parent_is_gone: threading.Event, samples: int
) -> Interrupted | Paused | Stopped | None:
    """The last event of this worker if it has to end now; None to go on."""
    if parent_is_gone.is_set():
        return Interrupted(samples=samples, reason="The program that started it was closed.")
    return take_command(folder, samples)


def _reporter(
    folder: RunFolder, journal: Callable[[Event], None], parent_is_gone: threading.Event
) -> Callable[[str, float | None], None]:
    """Write preparation into the journal, but not every step of it.

    The function that it gives raises `StopRequested`, so that a long download can be stopped.
    """
    last_message, last_time = "", 0.0

    def report(message: str, fraction: float | None) -> None:
        nonlocal last_message, last_time
        if (last := _requested(folder, parent_is_gone, 0)) is not None:
            raise StopRequested(last)
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
