"""The events of a run as the command line prints them: as lines of text, or as JSON."""

import argparse
import json
from collections.abc import Sequence
from typing import Any, assert_never

from tqdm import tqdm

from rnndash.events import (
    Checkpointed,
    Failed,
    Finished,
    HeldOut,
    Interrupted,
    JournalEvent,
    Measured,
    Paused,
    Preparing,
    Queued,
    Reported,
    Started,
    Stopped,
)
from rnndash.results import RunRecord


def print_event(event: JournalEvent, record: RunRecord, options: argparse.Namespace) -> None:
    """Print an event as the options ask for it."""
    if options.json:
        print(json.dumps(_as_json(event, record)), flush=True)
        return
    for line in _lines(event, is_verbose=options.verbose):
        tqdm.write(f"{record.config.model}  {line}")


def _as_json(event: JournalEvent, record: RunRecord) -> dict[str, Any]:
    samples, accuracy = _samples_and_accuracy(event)
    line = {
        "run": record.run_id,
        "model": record.config.model,
        "event": type(event).__name__.lower(),
        "samples": samples,
        "accuracy": accuracy,
    }
    if isinstance(event, Failed):
        line |= {"reason": event.reason, "hint": event.hint}
    return line


def _samples_and_accuracy(event: JournalEvent) -> tuple[int | None, float | None]:
    """Texts read until then, and the running accuracy; None where the event has none."""
    match event:
        case Measured() | Finished():
            return event.samples, event.running_accuracy
        case Reported():
            return event.samples, event.accuracy
        case HeldOut() | Checkpointed() | Paused() | Stopped() | Interrupted():
            return event.samples, None
        case Started():
            return event.resumed_at, None
        case Queued() | Preparing() | Failed():
            return None, None
        case _:
            assert_never(event)


def _lines(event: JournalEvent, *, is_verbose: bool) -> Sequence[str]:
    """What is printed of an event on a terminal."""
    match event:
        case Started():
            return (*event.notes, event.source) if is_verbose else event.notes
        case Failed():
            return (f"failed: {event.reason} {event.hint}",)
        case Reported():
            return (event.line,) if is_verbose else ()
        case Preparing():
            return (event.message,) if is_verbose else ()
        case (
            Queued()
            | Measured()
            | HeldOut()
            | Checkpointed()
            | Paused()
            | Stopped()
            | Interrupted()
            | Finished()
        ):
            return ()
        case _:
            assert_never(event)
