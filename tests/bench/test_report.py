"""The arithmetic of a report, on made-up numbers."""

import pytest

from rnndash.bench.report import (
    BenchResult,
    Conditions,
    DashboardRun,
    LessonLoop,
    Machine,
    Round,
    table,
)
from rnndash.config.model_kind import ModelKind

CONDITIONS = Conditions(
    machine=Machine(
        name="A machine",
        cores=2,
        python="3.11.7",
        torch="2.13.0",
        device="CPU, 2 threads",
        threads=2,
        load=0.5,
    ),
    max_workers=3,
    corpus="headlines",
    train_texts=24_000,
    test_texts=4_000,
    vocabulary=40_000,
    samples=1_000,
    lesson_samples=100,
    batch_size=16,
    lesson_prepare_s=5.0,
    dashboard_prepare_s=1.0,
)


def _round(lesson_s, own_s, together_s):
    return Round(
        lesson={
            ModelKind.RNN: LessonLoop(samples=100, seconds=lesson_s),
            ModelKind.LSTM: LessonLoop(samples=100, seconds=2 * lesson_s),
        },
        dashboard={
            ModelKind.RNN: DashboardRun(samples=1_000, seconds=own_s, training_s=own_s / 2),
            ModelKind.LSTM: DashboardRun(samples=1_000, seconds=2 * own_s, training_s=own_s),
        },
        together_s=together_s,
    )


RESULT = BenchResult(
    conditions=CONDITIONS,
    rounds=(_round(1.0, 2.0, 5.0), _round(2.0, 4.0, 10.0), _round(30.0, 90.0, 60.0)),
)


def test_speeds_are_medians_over_the_rounds():
    assert (RESULT.lesson_speed(ModelKind.RNN), RESULT.dashboard_speed(ModelKind.RNN)) == (
        50.0,
        250.0,
    )


def test_ratio_is_the_quotient_of_the_speeds_shown():
    numbers = RESULT.to_json()
    assert numbers["ratio"] == {
        model: numbers["rnndash"][model] / numbers["lesson"][model] for model in ("rnn", "lstm")
    }


def test_lessons_loops_are_extrapolated_to_all_texts_and_added():
    assert RESULT.to_json()["side_by_side"] == {"lesson_s": 60.0, "rnndash_s": 10.0, "ratio": 6.0}


def test_json_has_the_keys_of_the_contract():
    assert list(RESULT.to_json()) == ["lesson", "rnndash", "ratio", "side_by_side", "conditions"]


def test_json_has_the_training_speed_beside_the_speed_of_the_whole_run():
    conditions = RESULT.to_json()["conditions"]
    assert conditions["rnndash_training_only"] == {"rnn": 500.0, "lstm": 250.0}


@pytest.mark.parametrize(
    "words",
    [
        "Simple RNN                          50       250    5.00",
        "all side by side, seconds         60.0      10.0    6.00",
        "on the first 100 texts; its 60.0 s are extrapolated to 1,000.",
    ],
)
def test_table_says(words):
    assert words in table(RESULT)
