import time

import pytest
from msgspec import structs

from rnndash.config.run_config import CsvChoice
from rnndash.config.word_vectors import glove_choice
from rnndash.results import RunState
from rnndash.ui.compare.facts import distinct_labels, facts_frame
from tests.made_runs import FINISHED, STARTED
from tests.ui.records import made_held_out, made_points, made_record

ONE, TWO, THREE = (f"20261129-12000{n}-abc{n}-rnn" for n in range(3))


def _labels(*records):
    return list(distinct_labels(records).values())


def test_runs_that_differ_in_their_model_go_by_it():
    assert _labels(made_record(ONE), made_record(TWO, model="lstm")) == ["Simple RNN", "LSTM"]


def test_name_goes_before_the_model():
    assert _labels(made_record(ONE, name="mine"), made_record(TWO)) == ["mine", "Simple RNN"]


def test_labels_of_equal_models_name_all_settings_in_which_they_differ():
    records = made_record(ONE, seed=1, samples=1_000), made_record(TWO, seed=2, samples=2_000)
    assert _labels(*records) == [
        "Simple RNN · samples per epoch 1,000, seed 1",
        "Simple RNN · samples per epoch 2,000, seed 2",
    ]


def test_only_runs_that_would_read_alike_get_more_words():
    records = (
        made_record(ONE, seed=1),
        made_record(TWO, seed=2),
        made_record(THREE, seed=3, model="lstm"),
    )
    assert _labels(*records) == ["Simple RNN · seed 1", "Simple RNN · seed 2", "LSTM"]


@pytest.mark.parametrize(
    ("apart_s", "form"), [(61, "%H:%M:%S"), (86_400, "%d %b %H:%M")], ids=["a day", "two days"]
)
def test_labels_of_equal_settings_name_the_start(apart_s, form):
    starts = 1_700_000_000.0, 1_700_000_000.0 + apart_s
    records = [made_record(i, created=at) for i, at in zip((ONE, TWO), starts, strict=True)]
    assert _labels(*records) == [
        f"Simple RNN · {time.strftime(form, time.localtime(at))}" for at in starts
    ]


def test_labels_of_equal_starts_name_the_token_of_the_comparison():
    start = time.strftime("%H:%M:%S", time.localtime(1_700_000_000.0))
    assert _labels(made_record(ONE), made_record(TWO)) == [
        f"Simple RNN · {start} · abc0",
        f"Simple RNN · {start} · abc1",
    ]


def _column(record, **options):
    options = {"only_differing": False} | options
    return facts_frame([record], {record.run_id: "it"}, **options)["it"].to_dict()


def test_all_that_is_known_of_a_finished_run_is_there():
    record = made_record(
        state=RunState.FINISHED,
        started=STARTED,
        finished=FINISHED,
        points=made_points(2.0, 65.0),
        held_out=made_held_out(0.7, 0.75),
        samples=12_000,
        seed=1_234,
        vectors=glove_choice("glove.6B.50d", is_frozen=True),
        embed_dim=50,
    )
    assert _column(record) == {
        "Model": "Simple RNN",
        "Texts": "Headlines (built in)",
        "Samples per epoch": "12,000",
        "Epochs": "1",
        "Batch size": "16",
        "Learning rate": "0.001",
        "Embedding size": "50",
        "Hidden size": "32",
        "Layers": "1",
        "Minimum word count": "1",
        "Seed": "1234",
        "Bidirectional": "no",
        "Word vectors": "glove.6B.50d, frozen",
        "State": "finished",
        "Parameters": "10",
        "Vocabulary": "5",
        "Training texts": "400",
        "Device": "CPU, 1 thread",
        "Worker": "started by fork",
        "Texts read": "400",
        "Training time": "1 min 05 s",
        "Running accuracy": "52.0%",
        "Held-out accuracy": "75.0%",
        "Test accuracy": "81.2%",
        "Test loss": "0.500",
        "Share of padding": "25.0%",
        "Peak memory": "300 MiB",
    }


def test_what_is_not_known_yet_is_a_dash():
    facts = _column(made_record(state=RunState.QUEUED))
    dashes = {name for name, value in facts.items() if value == "–"}
    assert dashes == {
        "Parameters",
        "Vocabulary",
        "Training texts",
        "Device",
        "Worker",
        "Running accuracy",
        "Held-out accuracy",
        "Test accuracy",
        "Test loss",
        "Share of padding",
        "Peak memory",
    }


def test_texts_of_a_visitor_go_by_the_files_name():
    choice = CsvChoice(upload="0" * 64, file_name="mine.csv")
    assert _column(made_record(corpus="csv", csv=choice))["Texts"] == "mine.csv"


def _differing(*records):
    labels = distinct_labels(records)
    return facts_frame(records, labels, only_differing=True).index.tolist()


def test_differences_are_the_rows_that_differ():
    stopped = {"state": RunState.STOPPED}
    records = made_record(ONE, **stopped), made_record(TWO, seed=1, model="lstm", **stopped)
    assert _differing(*records) == ["Model", "Seed"]


def test_results_stay_while_a_run_is_active():
    records = made_record(ONE), made_record(TWO, seed=1, state=RunState.STOPPED)
    assert _differing(*records)[0] == "Seed"
    assert {"Texts read", "Held-out accuracy", "Peak memory"} <= set(_differing(*records))


def test_one_run_alone_keeps_all_rows():
    assert len(_column(made_record(), only_differing=True)) == len(_column(made_record()))


def test_run_of_a_version_that_did_not_say_how_its_worker_began_has_a_dash():
    record = made_record(started=structs.replace(STARTED, worker=""))
    assert _column(record)["Worker"] == "–"
