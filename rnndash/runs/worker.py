"""The worker: trains one run in a process of its own.

    python -m rnndash.runs.worker

It loads PyTorch, then waits to be told the folder of its run, in one line of standard input: a
worker that was started early begins at once. Standard input is its lifeline too: when that
ends, whoever started this process is gone, and the worker saves and leaves. What it has to say
it writes into the run's journal.
"""

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rnndash.environment import read_environment
from rnndash.errors import CorpusUnavailableError, RnndashError, StorageError
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
from rnndash.runs.answers import save_answers
from rnndash.runs.journal import append_event
from rnndash.runs.process import claim, lower_priority
from rnndash.runs.store import Command, RunFolder, read_settings

if TYPE_CHECKING:  # PyTorch is loaded by _get_ready
    from rnndash.text.encoded import EncodedCorpus
    from rnndash.training import Training

CHECKPOINT_EVERY_S = 20.0
_NEWS_EVERY_S = 0.3
"""Between two reports of the same piece of preparation."""


def main() -> int:
    """Get ready, wait for a run, train it."""
    lower_priority()
    gone = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: gone.set())
    assignment: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_watch_lifeline, args=(assignment, gone), daemon=True).start()
    _get_ready()
    path = assignment.get()
    if path is None:  # not needed after all
        return 0
    folder = RunFolder(Path(path))
    _send_errors_to(folder)
    claim(folder.worker)

    def journal(event: Event) -> None:
        append_event(folder.journal, event)

    try:
        _run(folder, journal, gone)
    except RnndashError as error:
        mendable = isinstance(error, StorageError | CorpusUnavailableError)
        hint = "Then resume." if mendable else ""
        journal(Failed(reason=str(error), hint=hint, resumable=mendable))
    return 0


def _get_ready() -> None:
    """Load what every run needs, and have the built-in texts encoded if they never were."""
    from rnndash.machine import use_one_thread
    from rnndash.text.encoded import load_encoded
    from rnndash.text.headlines import HeadlinesReader
    from rnndash.training import Training  # noqa: F401

    use_one_thread()
    with contextlib.suppress(RnndashError):  # whoever needs them will say what is wrong
        load_encoded(HeadlinesReader(), min_freq=1, folder=read_environment().corpora_dir)


def _send_errors_to(folder: RunFolder) -> None:
    """From now on, what this process writes to its error output is kept with the run."""
    with folder.errors.open("wb") as errors:
        os.dup2(errors.fileno(), 2)


def _watch_lifeline(assignment: "queue.SimpleQueue[str | None]", gone: threading.Event) -> None:
    """Pass the first line on, then wait for the end.

    Reads past `sys.stdin`, whose lock, held by this thread, would spoil the process' exit.
    """
    line = b""
    with contextlib.suppress(OSError):
        while data := os.read(0, 4096):
            line += data
            if line.endswith(b"\n"):
                assignment.put(os.fsdecode(line[:-1]))
                line = b""
    gone.set()
    assignment.put(None)


def _run(folder: RunFolder, journal: Callable[[Event], None], gone: threading.Event) -> None:
    config = read_settings(folder).config
    journal(Preparing(message="Opening the texts"))
    from rnndash.checkpoint import load_checkpoint
    from rnndash.text.encoded import load_encoded
    from rnndash.text.readers import corpus_reader
    from rnndash.training import Training

    environment = read_environment()
    corpus = load_encoded(
        corpus_reader(config, environment),
        min_freq=config.min_freq,
        folder=environment.corpora_dir,
        progress=_reporter(journal),
    )
    _keep_words(corpus, folder)
    checkpoint = load_checkpoint(folder.checkpoint) if folder.checkpoint.exists() else None
    _train(Training(config, corpus, checkpoint=checkpoint), folder, journal, gone)


def _train(
    training: "Training",
    folder: RunFolder,
    journal: Callable[[Event], None],
    gone: threading.Event,
) -> None:
    """Pass the events on, save now and then, and leave when told to."""
    from rnndash.checkpoint import save_checkpoint
    from rnndash.training import Stepped

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


def _reporter(journal: Callable[[Event], None]) -> Callable[[str, float | None], None]:
    """Write preparation into the journal, but not every step of it."""
    last_message, last_time = "", 0.0

    def report(message: str, fraction: float | None) -> None:
        nonlocal last_message, last_time
        now = time.monotonic()
        if message != last_message or now - last_time >= _NEWS_EVERY_S:
            journal(Preparing(message=message, fraction=fraction))
            last_message, last_time = message, now

    return report


def _keep_words(corpus: "EncodedCorpus", folder: RunFolder) -> None:
    """Keep the vocabulary with the run, which can then be used without its texts."""
    if folder.words.exists():
        return
    building = folder.words.with_suffix(".building")
    try:
        building.write_text(json.dumps(corpus.words), encoding="utf-8")
        building.replace(folder.words)
    except OSError as error:
        raise StorageError(f"The vocabulary cannot be kept in {folder.path}: {error}.") from error


if __name__ == "__main__":
    sys.exit(main())
