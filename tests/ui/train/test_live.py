import time

import pytest
import streamlit as st

from rnndash.results import RunState
from rnndash.ui.train import live
from rnndash.ui.train.live import show_live
from tests.ui.records import made_points, made_record

NOW = 1_700_000_000.0


@pytest.fixture
def pace(monkeypatch):
    """Seconds between two refreshes of the page of these records, at the moment `NOW`."""

    def pace(records):
        given = []
        monkeypatch.setattr(live, "load_chart_library", lambda: None)
        monkeypatch.setattr(live, "_records", lambda _: records)
        monkeypatch.setattr(
            st, "fragment", lambda _, run_every: given.append(run_every) or (lambda *_, **__: None)
        )
        monkeypatch.setattr(time, "time", lambda: NOW)
        show_live("c")
        return given[0]

    return pace


@pytest.mark.parametrize("state", RunState)
def test_page_is_refreshed_while_a_run_is_active(pace, state):
    is_active = state in ("queued", "preparing", "running")
    old = made_record(state=state, created=NOW - 100)
    assert pace([old]) == (1.0 if is_active else None)
    finished = made_record(state=RunState.FINISHED, created=NOW - 100)
    assert pace([finished, old]) == (1.0 if is_active else None)


@pytest.mark.parametrize(("age_s", "seconds"), [(14.9, 0.3), (15.0, 1.0), (15.1, 1.0)])
def test_new_runs_without_points_are_refreshed_faster(pace, age_s, seconds):
    assert pace([made_record(created=NOW - age_s)]) == seconds


def test_new_runs_that_all_have_points_are_refreshed_as_usual(pace):
    with_points = made_record(created=NOW, points=made_points(1.0))
    assert pace([with_points]) == 1.0
    assert pace([with_points, made_record(created=NOW)]) == 0.3


def test_comparison_without_runs_is_not_refreshed(pace):
    assert pace([]) is None
