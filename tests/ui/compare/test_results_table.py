"""The numbers of the results table, run by run."""

import pytest
import streamlit as st

from rnndash.results import RunState
from rnndash.ui.compare.curves import show_results
from tests.made_runs import FINISHED, STARTED
from tests.ui.records import made_held_out, made_points, made_record


@pytest.fixture
def row(screen, monkeypatch):
    """The row of a record, with a target of accuracy."""

    def row(record, target=0.8):
        monkeypatch.setattr(st, "slider", lambda *_, **__: target)
        show_results([record], {record.run_id: "it"})
        (row,) = screen.of("dataframe")[-1].label.to_dict("records")
        return row

    return row


def test_row_of_a_finished_run(row):
    record = made_record(
        state=RunState.FINISHED,
        started=STARTED,
        finished=FINISHED,
        points=made_points(2.0, 65.0),
        held_out=made_held_out(0.7, 0.8, 0.75),
    )
    assert row(record) == {
        "Run": "it",
        "Test accuracy": "81.2%",
        "95% interval": "71.3% to 88.3%",  # Wilson, 65 of 80
        "Held-out": "75.0%",
        "Running": "52.0%",
        "Texts to 80%": "400",
        "Time to 80%": "4 s",
        "Epoch time": "1 min 05 s",
        "Padding": "25.0%",
        "Parameters": "10",
    }


def test_row_of_a_run_that_waits_is_of_dashes(row):
    values = row(made_record(state=RunState.QUEUED))
    assert {name for name, value in values.items() if value != "–"} == {"Run"}


@pytest.mark.parametrize(
    ("target", "texts"), [(0.7, "200"), (0.71, "400"), (0.8, "400"), (0.81, "–")]
)
def test_target_is_reached_at_the_first_measurement_that_is_as_high(row, target, texts):
    record = made_record(held_out=made_held_out(0.7, 0.8, 0.75))
    assert row(record, target)[f"Texts to {target:.0%}"] == texts


@pytest.mark.parametrize(("points", "time"), [((3.0,), "6 s"), ((3.0, 5.0), "5 s")])
def test_epoch_time_is_that_of_a_whole_epoch(row, points, time):
    assert row(made_record(points=made_points(*points)))["Epoch time"] == time
