"""What the files of a run must hold before they are imported.

Pages trust the files that this machine's own workers wrote. Imported files may say anything: each
value is checked to be one that a worker could have written, so that no page fails on it. Nothing in
them is ever executed: JSON, text and safetensors hold data alone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import asdict
from safetensors import SafetensorError, safe_open

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunError
from rnndash.events import Event, JournalEvent, from_line
from rnndash.export.manifest import refusal
from rnndash.results import RunRecord
from rnndash.runs.folder import MOST_NAME, RunFolder, read_settings
from rnndash.runs.history import RunHistory
from rnndash.runs.predictions_file import load_predictions
from rnndash.runs.run_id import RunId

MOST_LINES = 500_000
"""Of a journal: 20 epochs over a million texts, one by one, report 100,000 times."""
MOST_LINE = 2**20
"""Bytes of a line."""
_MOST_HEADER = 2**20
"""Bytes of the list of tensors in a safetensors file; that of a checkpoint has about 50,000."""
_LATEST = 4_102_444_800.0
"""The year 2100 in seconds since 1970."""
_LARGEST = 2**53
"""Up to here, whole numbers and floats are the same numbers."""
_ROUNDING = 1e-6
"""By so much a probability may exceed 1."""
_SHARES = ("fraction", "share", "accuracy")
_DIGEST = re.compile(r"[0-9a-f]{1,64}")


def verify_run(folder: RunFolder) -> RunRecord:
    """Read all files of a run and give its record.

    Args:
        folder: has the id of the run for its name; it may lie anywhere.

    Raises:
        ArchiveError: a file cannot be what a worker wrote, or does not fit the others.
    """
    run_id = RunId.parse(folder.path.name)
    created, config = _settings(folder)
    if run_id.model is not config.model:
        raise refusal(f"run {run_id} is named after another model than {config.model}, its own")
    history = RunHistory(run_id=run_id, created=created, config=config)
    history.apply(_events(folder.journal))
    record = history.record()
    _check_results(record)
    if folder.words.exists():
        _check_words(folder.words, record)
    if folder.checkpoint.exists():
        _check_checkpoint(folder.checkpoint, config)
    if folder.predictions.exists():
        _check_predictions(folder.predictions, record)
    if folder.name.exists():
        _check_name(folder.name)
    return record


def _settings(folder: RunFolder) -> tuple[float, RunConfig]:
    try:
        settings = read_settings(folder)
    except RunError as error:
        raise refusal(f"its run.json cannot be used ({error.__cause__ or error})") from error
    except (RecursionError, OverflowError) as error:
        raise refusal(f"its run.json cannot be used ({error})") from error
    if not 0 <= settings.created <= _LATEST:
        raise refusal(f"its run.json says that the run was made {settings.created} s after 1970")
    csv, vectors = settings.config.csv, settings.config.vectors
    if csv is not None and not _holds_its_types(csv):
        raise refusal("its run.json does not name a CSV file and its columns as texts")
    if vectors is not None and not _holds_its_types(vectors):
        raise refusal("its run.json does not name word vectors as texts")
    return settings.created, settings.config


def _events(path: Path) -> Iterator[JournalEvent]:
    """The events of a journal, each of which a worker could have written."""
    data = path.read_bytes()
    if not data.endswith(b"\n"):
        raise refusal("its journal.jsonl does not end with a whole line")
    lines = data.splitlines()
    if len(lines) > MOST_LINES:
        raise refusal(f"its journal.jsonl has {len(lines):,} lines; up to {MOST_LINES:,} may be")
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_LINE:
            raise refusal(
                f"line {number} of its journal.jsonl has {len(line):,} bytes; up to "
                f"{MOST_LINE:,} may be"
            )
        try:
            event = from_line(line.decode())
        except (ValueError, RecursionError) as error:
            raise refusal(
                f"line {number} of its journal.jsonl cannot be read ({str(error)[:200]})"
            ) from error
        if event is None:  # of a newer version
            continue
        if not _is_possible(event):
            raise refusal(
                f"line {number} of its journal.jsonl has a value that no run can have: "
                f"{line[:200].decode(errors='replace')}"
            )
        yield event


def _holds_its_types(value: Any) -> bool:
    """Whether each field of a dataclass holds what it is declared to hold."""
    return all(_fits(getattr(value, field.name), field.type) for field in fields(value))


def _fits(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and _is_plain(value)


def _is_plain(value: Any) -> bool:
    """Whether texts can be written, and numbers are finite and no larger than is exact."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return _has_utf8(value)
    return value is None or abs(value) <= _LARGEST  # false for what is not a number


def _has_utf8(text: str) -> bool:
    """Whether a text can be written: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_possible(event: Event) -> bool:
    """Whether shares lie from 0 to 1 and nothing else is negative but the number of a signal."""
    for name, value in asdict(event).items():
        if not _is_plain(value):
            return False
        if not isinstance(value, int | float) or name == "exit_code":
            continue
        if value < 0 or (name.endswith(_SHARES) and value > 1):
            return False
    return event.time <= _LATEST


def _check_results(record: RunRecord) -> None:
    """Results need a start, and a confusion matrix a row and a column for each class."""
    started, finished = record.started, record.finished
    if started is None:
        if record.points or record.held_out or record.lines or finished:
            raise refusal("its journal.jsonl has results of a training that never started")
        return
    classes = len(started.class_names)
    if started.samples_total < 1 or classes < 1:
        raise refusal("its journal.jsonl describes a training without texts or classes")
    rows = [len(row) for row in finished.confusion] if finished else [classes] * classes
    if rows != [classes] * classes or (finished and min(map(min, finished.confusion)) < 0):
        raise refusal(f"its journal.jsonl has a confusion matrix that is none of {classes} classes")


def _check_words(path: Path, record: RunRecord) -> None:
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise refusal(f"its words.json is damaged ({error})") from error
    if not isinstance(words, list) or not all(_fits(word, str) for word in words):
        raise refusal("its words.json is not a list of texts")
    if record.started is not None and len(words) != record.started.vocabulary:
        raise refusal(
            f"its words.json has {len(words):,} words, but the run knows "
            f"{record.started.vocabulary:,}"
        )


def _check_form(path: Path) -> None:
    """Look at the first bytes, before anything else does."""
    with path.open("rb") as file:
        start = file.read(9)
    length = int.from_bytes(start[:8], "little")
    if start[8:] != b"{" or length > _MOST_HEADER:
        raise refusal(
            f"its {path.name} is not a safetensors file. Only that form is allowed: others, such "
            "as the pickles of .pt files, can run code and are never opened"
        )


def _check_checkpoint(path: Path, config: RunConfig) -> None:
    """Its header has to be whole, and its settings those of the run; weights are not read."""
    _check_form(path)
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
        own = RunConfig.from_json(json.loads(metadata["config"]))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise refusal(f"its checkpoint.safetensors is damaged ({error})") from error
    if own != config:
        raise refusal("its checkpoint.safetensors was made with other settings than the run")


def _check_predictions(path: Path, record: RunRecord) -> None:
    _check_form(path)
    if record.started is None:
        raise refusal("it has predictions of a run that never started")
    texts, classes = record.started.test_texts, len(record.started.class_names)
    wanted = {"labels": ("I64", [texts]), "predicted": ("I64", [texts])}
    wanted["confidence"] = ("F32", [texts])
    try:
        with safe_open(path, framework="np") as file:
            parts = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
            found = {n: (part.get_dtype(), part.get_shape()) for n, part in parts.items()}
    except (OSError, SafetensorError, ValueError) as error:
        raise refusal(f"its test.safetensors is damaged ({error})") from error
    if found != wanted:
        raise refusal(
            f"its test.safetensors should have labels and predicted (int64) and confidence "
            f"(float32), each for {texts:,} texts; it has {str(found)[:200]}"
        )
    try:
        predictions = load_predictions(path)
    except RunError as error:
        raise refusal(f"its test.safetensors is damaged ({error.__cause__})") from error
    given = np.concatenate([predictions.labels, predictions.predicted])
    if not np.all((given >= 0) & (given < classes)):
        raise refusal(f"its test.safetensors has classes outside 0 to {classes - 1}")
    if not np.all((predictions.confidence >= 0) & (predictions.confidence <= 1 + _ROUNDING)):
        raise refusal("its test.safetensors has confidences outside 0 to 1")
    if not _DIGEST.fullmatch(predictions.digest):
        raise refusal(f"its test.safetensors names the test set {predictions.digest[:80]!r}")


def _check_name(path: Path) -> None:
    try:
        name = path.read_text(encoding="utf-8")
    except ValueError as error:
        raise refusal(f"its name.txt is not a text ({error})") from error
    if len(name) > MOST_NAME or not name.isprintable():
        raise refusal(
            f"its name.txt should have up to {MOST_NAME} characters that can be shown; it has "
            f"{len(name):,}: {name[:MOST_NAME]!r}"
        )
