"""Runs as text: a distinct label for each, and a table of all settings and results."""

import time
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from rnndash.config.hyperparameters import BIDIRECTIONAL_LABEL, SETTINGS
from rnndash.config.word_vectors import VECTORS_LABEL
from rnndash.results import RunRecord
from rnndash.runs.run_id import RunId
from rnndash.ui.wording import count, duration, percent

_MISSING = "–"


def distinct_labels(records: Sequence[RunRecord]) -> dict[str, str]:
    """A short and distinct label for each run, by its id: its name or model, and what is needed.

    Where labels would be equal, they get the settings in which the runs differ, then the time of
    their start, then the token of their comparison.
    """
    labels = {record.run_id: record.label for record in records}
    for describe in (_differing_settings, _starts, _tokens):
        used = Counter(labels.values())
        for label in [label for label, runs in used.items() if runs > 1]:
            alike = [record for record in records if labels[record.run_id] == label]
            for record, words in zip(alike, describe(alike), strict=True):
                labels[record.run_id] = f"{label} · {words}" if words else label
    return labels


def _differing_settings(records: Sequence[RunRecord]) -> list[str]:
    facts = [_settings(record) for record in records]
    differing = [name for name in facts[0] if len({fact[name] for fact in facts}) > 1]
    return [", ".join(f"{name.lower()} {fact[name]}" for name in differing) for fact in facts]


def _starts(records: Sequence[RunRecord]) -> list[str]:
    days = {time.localtime(record.created)[:3] for record in records}
    form = "%H:%M:%S" if len(days) == 1 else "%d %b %H:%M"
    return [time.strftime(form, time.localtime(record.created)) for record in records]


def _tokens(records: Sequence[RunRecord]) -> list[str]:
    return [RunId.parse(record.run_id).token for record in records]


def facts_frame(
    records: Sequence[RunRecord], labels: dict[str, str], *, only_differing: bool
) -> pd.DataFrame:
    """A table with a row for each setting and result, and a column for each run.

    Args:
        only_differing: leave out rows in which all runs are equal. While a run is active, all
            results stay, since they may be equal now and differ at the next refresh.
    """
    columns = {labels[r.run_id]: _settings(r) | _results(r) for r in records}
    frame = pd.DataFrame(columns)
    if only_differing and len(frame.columns) > 1:
        moving = list(_results(records[0])) if any(r.state.is_active for r in records) else []
        frame = frame[(frame.nunique(axis=1) > 1) | frame.index.isin(moving)]
    return frame


def _settings(record: RunRecord) -> dict[str, str]:
    config = record.config
    texts = config.csv.file_name if config.csv else config.corpus.label
    facts = {"Model": config.model.label, "Texts": texts}
    for setting in SETTINGS:
        value = getattr(config, setting.name)
        as_number = setting.is_whole and setting.name != "seed"
        facts[setting.label] = f"{value:,}" if as_number else f"{value:g}"
    facts[BIDIRECTIONAL_LABEL] = "yes" if config.bidirectional else "no"
    facts[VECTORS_LABEL] = config.vectors.description if config.vectors else "none"
    return facts


def _results(record: RunRecord) -> dict[str, str]:
    started, finished = record.started, record.finished
    return {
        "State": record.state.value,
        "Parameters": count(started.parameters) if started else _MISSING,
        "Vocabulary": count(started.vocabulary) if started else _MISSING,
        "Training texts": count(started.train_texts) if started else _MISSING,
        "Device": started.device if started else _MISSING,
        "Worker": started.worker or _MISSING if started else _MISSING,
        "Texts read": count(record.samples),
        "Training time": duration(record.seconds),
        "Running accuracy": percent(record.running_accuracy),
        "Held-out accuracy": percent(record.held_out_accuracy),
        "Test accuracy": percent(record.test_accuracy),
        "Test loss": f"{finished.test_loss:.3f}" if finished else _MISSING,
        "Share of padding": percent(finished.padding_share if finished else None),
        "Peak memory": f"{finished.peak_memory_mb:,.0f} MiB" if finished else _MISSING,
    }
