"""What pages read of a run's record, computed by hand beside it."""

from dataclasses import replace

import numpy as np
import pytest

from rnndash.config.run_config import RunConfig
from rnndash.events import Failed, HeldOut, Measured, Started
from rnndash.results import Predictions, RunRecord, RunState
from tests.made_runs import FINISHED

STARTED = Started(
    device="CPU, 1 thread",
    parameters=10,
    vocabulary=5,
    class_names=("a", "b"),
    train_texts=300,
    test_texts=20,
    samples_total=6_000,
    source="Made for a test.",
)


def _point(samples, seconds, accuracy=0.5, speed=1.0):
    return Measured(
        samples=samples,
        epoch=samples / 3_000,
        seconds=seconds,
        running_accuracy=accuracy,
        window_accuracy=0.9,
        loss=1.0,
        samples_per_second=speed,
    )


def _held_out(samples, accuracy):
    return HeldOut(
        samples=samples, epoch=samples / 3_000, seconds=1.0, texts=20, accuracy=accuracy, loss=1.0
    )


def _record(**values):
    return RunRecord(
        **{
            "run_id": "20261124-115613-3f9a-rnn",
            "comparison": "20261124-115613-3f9a",
            "created": 1.0,
            "config": RunConfig(model="rnn", samples=3_000, epochs=2),
            "state": RunState.RUNNING,
        }
        | values
    )


@pytest.mark.parametrize(
    ("state", "value", "is_active", "is_finished", "can_resume"),
    [
        (RunState.QUEUED, "queued", True, False, False),
        (RunState.PREPARING, "preparing", True, False, False),
        (RunState.RUNNING, "running", True, False, False),
        (RunState.PAUSED, "paused", False, False, True),
        (RunState.STOPPED, "stopped", False, True, True),
        (RunState.INTERRUPTED, "interrupted", False, False, True),
        (RunState.LOST, "lost", False, False, True),
        (RunState.FAILED, "failed", False, True, True),
        (RunState.FINISHED, "finished", False, True, False),
    ],
)
def test_state_says_what_can_still_happen(state, value, is_active, is_finished, can_resume):
    assert state.value == value  # read by other programs from the export
    assert (state.is_active, state.is_finished) == (is_active, is_finished)
    assert _record(state=state).can_resume is can_resume


def test_all_states_are_in_the_table_above():
    assert len(RunState) == 9


def test_every_state_has_a_sentence_of_its_own():
    meanings = [state.meaning for state in RunState]
    assert len(set(meanings)) == len(meanings)
    assert all(meaning[0].isupper() and meaning.endswith(".") for meaning in meanings)


@pytest.mark.parametrize("resumable", [True, False])
def test_failed_run_is_resumed_only_if_that_makes_sense(resumable):
    failure = Failed(reason="", hint="", resumable=resumable)
    assert _record(state=RunState.FAILED, failure=failure).can_resume is resumable


def test_run_without_points_has_read_nothing():
    record = _record()
    assert (record.samples, record.seconds, record.progress) == (0, 0.0, 0.0)
    assert record.running_accuracy is None
    assert record.held_out_accuracy is None
    assert record.test_accuracy is None
    assert record.samples_per_second is None
    assert record.seconds_left is None
    assert (record.name, record.message, record.damaged_lines) == ("", "", 0)


def test_latest_values_are_those_of_the_last_points():
    record = _record(
        points=(_point(100, 1.0, 0.2), _point(200, 2.0, 0.3), _point(300, 4.0, 0.4)),
        held_out=(_held_out(100, 0.6), _held_out(200, 0.8), _held_out(300, 0.7)),
        finished=FINISHED,
    )
    assert (record.samples, record.seconds, record.running_accuracy) == (300, 4.0, 0.4)
    assert record.held_out_accuracy == 0.7
    assert record.test_accuracy == 0.8125


@pytest.mark.parametrize(("accuracy", "samples"), [(0.6, 100), (0.65, 200), (0.8, 200)])
def test_accuracy_is_reached_by_the_first_measurement_that_is_as_good(accuracy, samples):
    record = _record(held_out=(_held_out(100, 0.6), _held_out(200, 0.8), _held_out(300, 0.8)))
    assert record.reached(accuracy).samples == samples
    assert record.reached(0.81) is None


def test_total_is_the_run_s_own_once_it_has_started():
    assert _record().samples_total == 6_000
    assert _record(started=replace_total(STARTED, 500)).samples_total == 500


def replace_total(started, total):
    values = {name: getattr(started, name) for name in started.__struct_fields__}
    return Started(**(values | {"samples_total": total}))


def test_progress_is_a_share_and_never_more_than_all():
    started = replace_total(STARTED, 400)
    assert _record(started=started, points=(_point(100, 1.0),)).progress == 0.25
    assert _record(started=started, points=(_point(500, 1.0),)).progress == 1.0


def test_speed_of_one_point_is_its_own():
    assert _record(points=(_point(100, 4.0, speed=80.0),)).samples_per_second == 80.0


@pytest.mark.parametrize("points", [2, 5, 11, 12, 40])
def test_speed_is_that_of_the_latest_ten_steps_of_the_curve(points):
    """The speed doubles with each point, so any other stretch gives another number."""
    samples = np.cumsum([2**number for number in range(points)])
    curve = tuple(_point(int(read), float(at)) for at, read in enumerate(samples, start=1))
    steps = min(10, points - 1)
    expected = (int(samples[-1]) - int(samples[-1 - steps])) / steps
    assert _record(points=curve).samples_per_second == expected


def test_speed_without_time_between_points_is_finite():
    record = _record(points=(_point(100, 1.0), _point(200, 1.0)))
    assert record.samples_per_second == pytest.approx(100 / 1e-9)


@pytest.mark.parametrize("state", RunState)
def test_time_left_is_known_only_while_it_trains(state):
    points = (_point(1_000, 10.0), _point(2_000, 20.0))
    record = _record(started=STARTED, state=state, points=points)
    assert record.seconds_left == (40.0 if state is RunState.RUNNING else None)


def test_time_left_is_unknown_while_nothing_moves():
    record = _record(points=(_point(100, 1.0), _point(100, 2.0)))
    assert record.samples_per_second == 0
    assert record.seconds_left is None


def test_label_is_the_name_or_else_the_model_s():
    record = _record()
    assert record.label == "Simple RNN"
    assert replace(record, name="Mine").label == "Mine"


def test_predictions_are_right_where_they_equal_the_labels():
    predictions = Predictions(
        labels=np.array([0, 1, 1]),
        predicted=np.array([0, 0, 1]),
        confidence=np.array([0.5, 0.6, 0.7], dtype=np.float32),
        digest="ab",
    )
    assert len(predictions) == 3
    assert predictions.is_right.tolist() == [True, False, True]
