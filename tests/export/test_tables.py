import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from msgspec import structs

import rnndash
from rnndash.config.run_config import RunConfig
from rnndash.events import Failed, Queued
from rnndash.export.tables import curves_csv, results_json
from rnndash.runs.store import RunStore
from tests.export.archives import FINISHED, HELD_OUT, MEASURED, STARTED, finished_run


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def finished(store):
    return store.record(finished_run(store))


@pytest.fixture
def waiting(store):
    (run_id,) = store.create([RunConfig(model="rnn", seed=7)])
    return store.record(run_id)


def _read(records, labels):
    return pd.read_csv(io.StringIO(curves_csv(records, labels)))


def _labels(*records):
    return {record.run_id: record.label for record in records}


def test_curves_read_back_are_the_logged_points(finished):
    earlier = structs.replace(MEASURED, samples=50, epoch=0.5, seconds=1e-17, loss=0.1 + 0.7)
    record = replace(finished, points=(earlier, MEASURED))
    frame = _read([record], _labels(record))
    names = ["samples", "epoch", "seconds", "running_accuracy", "window_accuracy", "loss"]
    names.append("samples_per_second")
    training = frame[frame["kind"] == "training"]
    assert training[names].to_dict("records") == [
        {name: getattr(point, name) for name in names} for point in record.points
    ]
    held_out = frame[frame["kind"] == "held_out"]
    names = ["samples", "epoch", "seconds", "held_out_accuracy", "held_out_loss"]
    assert held_out[names].to_numpy().tolist() == [
        [HELD_OUT.samples, HELD_OUT.epoch, HELD_OUT.seconds, HELD_OUT.accuracy, HELD_OUT.loss]
    ]


def test_curves_name_their_run_in_each_row(finished):
    frame = _read([finished], {finished.run_id: "The first"})
    names = ["run_id", "run", "model", "corpus", "seed"]
    row = [finished.run_id, "The first", "packed_lstm", "headlines", 0]
    assert frame[names].to_numpy().tolist() == [row] * 2


def test_what_a_kind_of_row_does_not_have_is_empty(finished):
    frame = _read([finished], _labels(finished)).set_index("kind")
    held_out = {"held_out_accuracy", "held_out_loss"}
    training = {"running_accuracy", "window_accuracy", "loss", "samples_per_second"}
    assert set(frame.columns[frame.loc["training"].isna()]) == held_out
    assert set(frame.columns[frame.loc["held_out"].isna()]) == training


def test_runs_follow_each_other_as_given(finished, waiting, store):
    other = store.record(finished_run(store, RunConfig(model="lstm")))
    frame = _read([other, waiting, finished], _labels(other, waiting, finished))
    assert frame["run_id"].tolist() == [other.run_id] * 2 + [finished.run_id] * 2


def test_curves_of_no_runs_are_a_header():
    assert curves_csv([], {}) == (
        "run_id,run,model,corpus,seed,kind,samples,epoch,seconds,running_accuracy,"
        "window_accuracy,loss,held_out_accuracy,held_out_loss,samples_per_second\n"
    )


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_label_that_a_spreadsheet_would_compute_gets_an_apostrophe(finished, first):
    label = first + 'HYPERLINK("http://evil")'
    assert set(_read([finished], {finished.run_id: label})["run"]) == {f"'{label}"}


@pytest.mark.parametrize("label", ['a "quoted", name', "1 = 1", "two\nlines", "naïve · seed 1"])
def test_other_labels_are_read_back_as_they_are(finished, label):
    assert set(_read([finished], {finished.run_id: label})["run"]) == {label}


def _results(*records):
    return json.loads(results_json(records, _labels(*records)), parse_constant=pytest.fail)["runs"]


def _plain(event):
    values = json.loads(json.dumps(structs.asdict(event)))
    del values["time"]
    return values


def test_results_of_a_finished_run_read_back_are_its_own(finished):
    record = replace(finished, created=1795627931.5)
    assert _results(record) == [
        {
            "run_id": record.run_id,
            "label": "Café, the first",
            "state": "finished",
            "created": "2026-11-25T17:32:11.500000+00:00",
            "config": record.config.to_json(),
            "started": _plain(STARTED),
            "samples": 100,
            "seconds": MEASURED.seconds,
            "held_out": _plain(HELD_OUT),
            "finished": _plain(FINISHED),
            "failed": None,
        }
    ]


def test_settings_in_the_results_make_the_same_run_again(finished):
    (run,) = _results(finished)
    assert RunConfig.from_json(run["config"]) == finished.config


def test_what_a_waiting_run_does_not_have_is_null(waiting):
    (run,) = _results(waiting)
    assert [name for name, value in run.items() if value is None] == [
        "started",
        "held_out",
        "finished",
        "failed",
    ]


def test_held_out_is_the_latest(finished):
    later = structs.replace(HELD_OUT, samples=200, accuracy=0.8)
    (run,) = _results(replace(finished, held_out=(HELD_OUT, later)))
    assert run["held_out"]["accuracy"] == 0.8


def test_failure_is_reported_without_its_traceback(store, waiting):
    store.append(waiting.run_id, Queued())
    failure = Failed(reason="It died.", hint="Resume.", resumable=True, details="/home/me/x.py")
    store.append(waiting.run_id, failure)
    (run,) = _results(store.record(waiting.run_id))
    assert run["failed"] == {"reason": "It died.", "hint": "Resume."}


def test_number_that_is_not_finite_becomes_null(finished):
    (run,) = _results(replace(finished, held_out=(structs.replace(HELD_OUT, loss=float("nan")),)))
    assert run["held_out"]["loss"] is None


def test_results_are_indented_and_end_with_a_line_break(finished):
    text = results_json([finished], _labels(finished))
    version = f'"rnndash": "{rnndash.__version__}"'
    assert text.startswith(f'{{\n  {version},\n  "runs": [\n    {{\n      "run_id": ')
    assert text.endswith("]\n}\n")


def test_results_of_no_runs_are_an_empty_list():
    assert _results() == []
