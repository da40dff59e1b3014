"""Files of runs that no worker wrote, in archives that are whole otherwise."""

import dataclasses
import io
import json
import pickle
import struct

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from safetensors.numpy import save

from rnndash.events import Checkpointed, Failed, Queued, to_line
from rnndash.export import verification
from rnndash.runs.store import RunStore
from tests.export.archives import (
    CONFIDENCE,
    CONFIG,
    DIGEST,
    FINISHED,
    HELD_OUT,
    LABELS,
    MEASURED,
    PREDICTED,
    REPORTED,
    RUN_ID,
    STARTED,
    assert_refused,
    good_members,
    import_bytes,
    pack,
)

SETTINGS, JOURNAL, WORDS = "run.json", "journal.jsonl", "words.json"
CHECKPOINT, ANSWERS, NAME = "checkpoint.safetensors", "test.safetensors", "name.txt"


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "elsewhere" / "runs")


@pytest.fixture
def members(tmp_path):
    return good_members(RunStore(tmp_path / "runs"))


def _assert_refused(store, members, name, data, reason):
    assert_refused(store, pack({**members, name: data}), reason)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 60_000])
def test_settings_that_are_none_are_refused(members, store, data):
    _assert_refused(store, members, SETTINGS, data, r"its run\.json cannot be used")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 99}, r"newer version of rnndash \(format 99; .* Update rnndash"),
        ({"created": float("nan")}, "says that the run was made nan s after 1970"),
        ({"created": 1e300}, r"says that the run was made 1e\+300 s after 1970"),
        ({"created": 10**400}, r"run\.json cannot be used \(int too large"),
        ({"created": "soon"}, r"run\.json cannot be used"),
    ],
    ids=["format", "no time", "far time", "endless time", "time in words"],
)
def test_settings_of_another_time_are_refused(members, store, changes, reason):
    data = json.dumps(json.loads(members[SETTINGS]) | changes).encode()
    _assert_refused(store, members, SETTINGS, data, reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hidden_dim": 10**9}, "Hidden size .* must be a whole number from 1 to 256"),
        ({"learning_rate": float("nan")}, "Learning rate .* must be a number"),
        ({"more": 1}, "unknown: more"),
        ({"model": "rnn"}, f"{RUN_ID} is named after another model than rnn"),
        ({"corpus": "csv"}, "needs a CSV file"),
        (
            {"corpus": "csv", "csv": {"upload": "0" * 64, "file_name": ["x"]}},
            "does not name a CSV file and its columns as texts",
        ),
        ({"corpus": "csv", "csv": {"upload": "../x"}}, "64 hexadecimal digits"),
        ({"vectors": {"name": "../x", "dimension": 64, "sha256": "0" * 64}}, "name of a file"),
        ({"vectors": {"name": "mine.txt", "dimension": 50, "sha256": "0" * 64}}, "must be 50"),
        ({"vectors": {"name": "mine.txt", "dimension": 64, "sha256": "../x"}}, "64 hexadecimal"),
        ({"vectors": {"name": "mine.txt", "dimension": 64}}, "without a file are one of glove"),
        ({"vectors": {"name": ["x"], "dimension": 64}}, "name of a file"),
        ({"vectors": "glove.6B.50d"}, "choice of word vectors has the fields"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_settings_past_their_limits_are_refused(members, store, changes, reason):
    values = json.loads(members[SETTINGS])
    values["config"] |= changes
    _assert_refused(store, members, SETTINGS, json.dumps(values).encode(), reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "cannot be read"),
        (b"", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"[]", "cannot be read .Expected `object`, got `array`"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"event":"paused","time":1}', "cannot be read .Object missing required field `samples`"),
        (b'{"event":"paused","samples":1' + b"0" * 5000 + b"}", "cannot be read"),
        (b" " * 2**20 + b"1", "has 1,048,577 bytes; up to 1,048,576 may be"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_line_that_tells_no_event_is_refused(members, store, line, reason):
    data = members[JOURNAL] + line + b"\n"
    _assert_refused(store, members, JOURNAL, data, rf"line 7 of its journal\.jsonl {reason}")


def test_half_a_line_is_refused(members, store):
    data = members[JOURNAL][:-1]
    _assert_refused(store, members, JOURNAL, data, "does not end with a whole line")


def test_endless_journal_is_refused(members, store, monkeypatch):
    monkeypatch.setattr(verification, "MOST_LINES", 5)
    reason = r"its journal\.jsonl has 6 lines; up to 5 may be"
    _assert_refused(store, members, JOURNAL, members[JOURNAL], reason)


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (MEASURED, {"samples": "1"}),
        (MEASURED, {"samples": True}),
        (MEASURED, {"samples": 0.5}),
        (MEASURED, {"samples": None}),
        (MEASURED, {"loss": 10**400}),
        (STARTED, {"device": 1}),
        (STARTED, {"class_names": "ab"}),
        (STARTED, {"class_names": ["a", 1]}),
        (FINISHED, {"confusion": [1, 2]}),
        (Failed(time=5.0, reason="", hint="", resumable=True), {"resumable": 1}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_event_of_other_types_is_refused(members, store, event, changes):
    line = json.dumps(json.loads(to_line(event)) | changes)
    data = members[JOURNAL] + line.encode() + b"\n"
    reason = rf"line 7 of its journal\.jsonl cannot be read .*\$\.{next(iter(changes))}"
    _assert_refused(store, members, JOURNAL, data, reason)


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (MEASURED, {"samples": 10**400}),
        (MEASURED, {"loss": float("nan")}),
        (MEASURED, {"loss": float("inf")}),
        (MEASURED, {"loss": -0.1}),
        (HELD_OUT, {"accuracy": 1.5}),
        (HELD_OUT, {"texts": -1}),
        (HELD_OUT, {"time": 10**12}),
        (REPORTED, {"epoch": -1}),
        (STARTED, {"device": "\ud800"}),
        (STARTED, {"class_names": ["a", "\ud800"]}),
        (FINISHED, {"confusion": [[2**53 + 1]]}),
        (FINISHED, {"padding_share": 1.1}),
        (Failed(time=5.0, reason="", hint="", resumable=True), {"step": -1}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_event_that_cannot_have_happened_is_refused(members, store, event, changes):
    line = json.dumps(json.loads(to_line(event)) | changes)
    data = members[JOURNAL] + line.encode() + b"\n"
    reason = r"line 7 of its journal\.jsonl has a value that no run can have"
    _assert_refused(store, members, JOURNAL, data, reason)


def test_events_of_a_newer_version_are_let_through(members, store):
    lines = members[JOURNAL] + b'{"event":"dreamt","time":1.0}\n'
    lines += to_line(
        Failed(time=5.0, reason="It died.", hint="", resumable=True, exit_code=-9)
    ).encode()
    assert import_bytes(store, pack({**members, JOURNAL: lines + b"\n"})) == RUN_ID


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([MEASURED], "has results of a training that never started"),
        ([FINISHED], "has results of a training that never started"),
        ([Queued(), Checkpointed(samples=1)], "it has predictions of a run that never started"),
        ([replace(STARTED, class_names=())], "a training without texts or classes"),
        ([replace(STARTED, samples_total=0)], "a training without texts or classes"),
        (
            [replace(STARTED, class_names=("a", "b", "c")), FINISHED],
            "a confusion matrix that is none of 3 classes",
        ),
        (
            [STARTED, replace(FINISHED, confusion=((1, 1), (2,)))],
            "a confusion matrix that is none of 2 classes",
        ),
        (
            [STARTED, replace(FINISHED, confusion=((1, 1), (-1, 2)))],
            "a confusion matrix that is none of 2 classes",
        ),
        ([replace(STARTED, vocabulary=4)], r"words\.json has 5 words, but the run knows 4"),
        ([replace(STARTED, test_texts=5)], "each for 5 texts"),
        ([replace(STARTED, class_names=("a",))], "classes outside 0 to 0"),
    ],
)
def test_journal_that_fits_nothing_else_is_refused(members, store, events, reason):
    data = "".join(to_line(event) + "\n" for event in events).encode()
    _assert_refused(store, members, JOURNAL, data, reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[", r"its words\.json is damaged"),
        (b"\xff", r"its words\.json is damaged"),
        (b"[" * 100_000, r"its words\.json is damaged"),
        (b'{"a": 1}', r"its words\.json is not a list of texts"),
        (b"[1, 2, 3, 4, 5]", r"its words\.json is not a list of texts"),
        (b'["a", "\\ud800"]', r"its words\.json is not a list of texts"),
        (b'["a"]', r"its words\.json has 1 words, but the run knows 5"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_words_that_are_none_are_refused(members, store, data, reason):
    _assert_refused(store, members, WORDS, data, reason)


def _torch_file():
    file = io.BytesIO()
    torch.save({"weights": torch.zeros(2)}, file)
    return file.getvalue()


def _never(*_, **__):
    raise AssertionError("it was opened")


@pytest.mark.parametrize("name", [CHECKPOINT, ANSWERS])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        pickle.dumps({"weights": [1.0]}),
        pickle.dumps({"weights": [1.0]}, protocol=0),
        _torch_file(),
        struct.pack("<Q", 2**40) + b"{}",
    ],
    ids=["nothing", "pickle", "old pickle", "PyTorch's file", "endless header"],
)
def test_file_that_is_no_safetensors_is_refused_unopened(members, store, name, data, monkeypatch):
    monkeypatch.setattr(verification, "safe_open", _never)
    reason = rf"{name} is not a safetensors file\. .* pickles of \.pt files, can run code and are"
    if name == ANSWERS:
        del members[CHECKPOINT]
    _assert_refused(store, members, name, data, reason)


@pytest.mark.parametrize("name", [CHECKPOINT, ANSWERS])
def test_safetensors_file_that_is_cut_off_is_refused(members, store, name):
    _assert_refused(store, members, name, members[name][:-1], f"its {name} is damaged")


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (None, r"its checkpoint\.safetensors is damaged \('config'\)"),
        ({"config": "{"}, r"its checkpoint\.safetensors is damaged"),
        ({"config": "5"}, r"its checkpoint\.safetensors is damaged"),
        ({"config": "[" * 100_000}, r"its checkpoint\.safetensors is damaged"),
        (
            {"config": json.dumps(dataclasses.replace(CONFIG, seed=1).to_json())},
            r"its checkpoint\.safetensors was made with other settings than the run",
        ),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_checkpoint_of_other_settings_is_refused(members, store, metadata, reason):
    data = save({"model.weight": np.zeros(2)}, metadata)
    _assert_refused(store, members, CHECKPOINT, data, reason)


WRONG = r"should have labels and predicted \(int64\) and confidence \(float32\), each for 4 texts"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labels": LABELS.astype(np.int32)}, WRONG),
        ({"labels": LABELS.reshape(2, 2)}, WRONG),
        ({"predicted": PREDICTED[:3]}, WRONG),
        ({"confidence": CONFIDENCE.astype(np.float64)}, WRONG),
        ({"more": np.zeros(4)}, WRONG),
        ({"labels": np.array([0, 1, -1, 0])}, "has classes outside 0 to 1"),
        ({"predicted": np.array([0, 1, 2, 0])}, "has classes outside 0 to 1"),
        ({"confidence": CONFIDENCE * np.float32("nan")}, "has confidences outside 0 to 1"),
        ({"confidence": CONFIDENCE + 1}, "has confidences outside 0 to 1"),
        ({"confidence": -CONFIDENCE}, "has confidences outside 0 to 1"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_answers_that_cannot_be_are_refused(members, store, changes, reason):
    tensors = {"labels": LABELS, "predicted": PREDICTED, "confidence": CONFIDENCE} | changes
    data = save(tensors, {"digest": DIGEST})
    _assert_refused(store, members, ANSWERS, data, rf"its test\.safetensors {reason}")


@pytest.mark.parametrize("metadata", [None, {"digest": "../x"}, {"digest": ""}])
def test_answers_to_no_known_texts_are_refused(members, store, metadata):
    tensors = {"labels": LABELS, "predicted": PREDICTED, "confidence": CONFIDENCE}
    reason = r"its test\.safetensors (names the test set|is damaged \('digest'\))"
    _assert_refused(store, members, ANSWERS, save(tensors, metadata), reason)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a" * 61, "should have up to 60 characters that can be shown; it has 61"),
        (b"a\nb", r"should have up to 60 characters that can be shown; it has 3: 'a\\nb'"),
        (b"\xff", "is not a text"),
    ],
)
def test_name_that_nobody_could_give_is_refused(members, store, data, reason):
    _assert_refused(store, members, NAME, data, rf"its name\.txt {reason}")
