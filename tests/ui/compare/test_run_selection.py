import pytest
import streamlit as st

from rnndash.runs.store import RunStore
from rnndash.ui.compare.run_selection import (
    MOST_SHOWN,
    renamed,
    select_runs,
    selected_runs,
    ticked,
    write_link,
)
from rnndash.ui.comparison import comparison_of
from tests.made_runs import STARTED, make_run

ROWS = ("c", "b", "a")


@pytest.mark.parametrize(
    ("before", "edits", "after"),
    [
        (["a"], {}, ["a"]),
        (["a"], {0: {"Shown": True}}, ["a", "c"]),
        (["a"], {2: {"Shown": False}}, []),
        (["a", "x"], {2: {"Shown": False}}, ["x"]),
        (["a"], {2: {"Shown": True}}, ["a"]),
        (["a"], {0: {"Name": "n"}}, ["a"]),
        ([], {0: {"Shown": True}, 1: {"Shown": True}, 2: {"Shown": False}}, ["c", "b"]),
    ],
)
def test_ticks_are_taken_over_row_by_row(before, edits, after):
    assert ticked(ROWS, before, edits) == after


@pytest.mark.parametrize(
    ("edits", "names"),
    [
        ({}, {}),
        ({1: {"Name": "new"}}, {"b": "new"}),
        ({0: {"Name": None}, 2: {"Shown": True}}, {"c": ""}),
    ],
)
def test_names_are_taken_over_row_by_row(edits, names):
    assert renamed(ROWS, edits) == names


@pytest.fixture
def run_ids(store, monkeypatch):
    """Three comparisons of one run each, newest first."""
    found = []
    for minute in range(3):
        monkeypatch.setattr("time.time", lambda now=1.7e9 + 60 * minute: now)
        found.insert(0, make_run(store, STARTED))
    monkeypatch.undo()
    return found


@pytest.fixture
def runs(run_ids, environment, screen) -> RunStore:
    return RunStore(environment / "runs")


def test_newest_comparison_is_shown_unless_something_is_named(runs, run_ids):
    assert selected_runs(runs) == run_ids[:1]


def test_link_names_runs_and_they_come_newest_first(runs, run_ids):
    st.query_params["runs"] = f"{run_ids[2]},{run_ids[1]}"
    assert selected_runs(runs) == [run_ids[1], run_ids[2]]


def test_comparison_of_a_link_goes_before_what_was_chosen(runs, run_ids):
    select_runs([run_ids[0]])
    st.query_params["comparison"] = comparison_of(run_ids[2])
    assert selected_runs(runs) == [run_ids[2]]


def test_choice_goes_before_a_link_that_names_runs(runs, run_ids):
    select_runs([run_ids[1]])
    st.query_params["runs"] = run_ids[0]
    assert selected_runs(runs) == [run_ids[1]]


def test_comparison_seen_last_is_shown_without_a_link(runs, run_ids):
    st.session_state["comparison"] = comparison_of(run_ids[1])
    assert selected_runs(runs) == [run_ids[1]]


@pytest.mark.parametrize("link", ["none", "../../etc", ",,", "a" * 10_000])
def test_names_of_no_run_are_left_out(runs, link):
    st.query_params["runs"] = link
    assert selected_runs(runs) == []


def test_choice_of_deleted_runs_is_dropped(runs, run_ids):
    select_runs(["20200101-000000-gone-rnn"])
    assert selected_runs(runs) == run_ids[:1]


def test_choice_of_deleted_runs_stays_while_the_link_names_it(runs):
    select_runs(["20200101-000000-gone-rnn"])
    st.query_params["runs"] = "none"
    assert selected_runs(runs) == []


def test_at_most_24_runs_are_shown(store, screen):
    store_ids = [make_run(store, STARTED) for _ in range(MOST_SHOWN + 1)]
    select_runs(store_ids)
    assert len(selected_runs(store)) == MOST_SHOWN == 24


@pytest.mark.parametrize(("chosen", "word"), [(["a", "b"], "a,b"), ([], "none")])
def test_choice_is_written_into_the_link_in_place_of_a_comparison(screen, chosen, word):
    st.query_params["comparison"] = "c"
    write_link(chosen)
    assert st.query_params == {"runs": word}
