"""Curves and results of runs as CSV and JSON, for other programs to read."""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import asdict

from rnndash import __version__
from rnndash.events import Event
from rnndash.results import RunRecord
from rnndash.text.spreadsheet import harmless_cell

CURVE_COLUMNS = (
    "run_id",
    "run",
    "model",
    "corpus",
    "seed",
    "kind",
    "samples",
    "epoch",
    "seconds",
    "running_accuracy",
    "window_accuracy",
    "loss",
    "held_out_accuracy",
    "held_out_loss",
    "samples_per_second",
)


def curves_csv(records: Sequence[RunRecord], labels: Mapping[str, str]) -> str:
    """All curves of some runs as one CSV file: a row for each point that was really logged.

    A row of kind `training` has no held-out values, one of kind `held_out` has no others: these
    cells are empty. Accuracies are shares from 0 to 1, losses are in nats, seconds are of training
    without pauses. Numbers are written to the last digit: read back, they are the same.

    A label, which may be any name that a user gave a run, gets an apostrophe before it where
    it begins with `=`, `+`, `-`, `@`, a tab or a carriage return: a spreadsheet would take it for
    a formula and compute it.

    Args:
        labels: of each run, by its id.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, CURVE_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for record in records:
        run = {
            "run_id": record.run_id,
            "run": harmless_cell(labels[record.run_id]),
            "model": record.config.model.value,
            "corpus": record.config.corpus.value,
            "seed": record.config.seed,
        }
        writer.writerows(run | point for point in _points(record))
    return file.getvalue()


def _points(record: RunRecord) -> Iterator[dict[str, Any]]:
    for point in record.points:
        yield {"kind": "training"} | _fields(point)
    for held_out in record.held_out:
        yield {
            "kind": "held_out",
            "samples": held_out.samples,
            "epoch": held_out.epoch,
            "seconds": held_out.seconds,
            "held_out_accuracy": held_out.accuracy,
            "held_out_loss": held_out.loss,
        }


def results_json(records: Sequence[RunRecord], labels: Mapping[str, str]) -> str:
    """Settings and results of some runs as JSON, indented, fields always in the same order.

    What a run does not have yet is null: `started` before its training began, `held_out` (the
    latest measurement) before the first, `finished` before its test, which also gives the share of
    padding, and `failed` unless it failed. `created` is in UTC. A number that is not finite,
    for which JSON has no word, is null too.

    Args:
        labels: of each run, by its id.
    """
    runs = [_run(record, labels[record.run_id]) for record in records]
    values = _strict({"rnndash": __version__, "runs": runs})
    return json.dumps(values, indent=2, allow_nan=False) + "\n"


def _run(record: RunRecord, label: str) -> dict[str, Any]:
    failure = record.failure
    return {
        "run_id": record.run_id,
        "label": label,
        "state": record.state.value,
        "created": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "config": record.config.to_json(),
        "started": _fields(record.started),
        "samples": record.samples,
        "seconds": record.seconds,
        "held_out": _fields(record.held_out[-1] if record.held_out else None),
        "finished": _fields(record.finished),
        "failed": {"reason": failure.reason, "hint": failure.hint} if failure else None,
    }


def _fields(event: Event | None) -> Any:
    """What an event says, but for the time at which it was said."""
    if event is None:
        return None
    return {name: value for name, value in asdict(event).items() if name != "time"}


def _strict(value: Any) -> Any:
    """A value for JSON, which knows numbers only where they are finite."""
    if isinstance(value, dict):
        return {name: _strict(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
