"""Rows, filter and menus of the table of runs."""

import pandas as pd
import pytest
import streamlit as st

from rnndash.results import RunState
from rnndash.runs.store import Command
from rnndash.ui.compare import runs_table
from rnndash.ui.compare.runs_table import run_to_delete, show_runs_table
from rnndash.ui.services import run_queue
from tests.made_runs import FINISHED, HELD_OUT, POINT, STARTED, make_run


@pytest.fixture
def editor(screen, monkeypatch):
    """Show the table of a store's runs; gives the call of its editor."""

    def show(store, find=""):
        calls = []
        monkeypatch.setattr(st, "text_input", lambda *_, **__: None)
        monkeypatch.setattr(st, "data_editor", lambda frame, **own: calls.append((frame, own)))
        st.session_state["find"] = find
        show_runs_table([store.record(run_id) for run_id in store.run_ids()])
        return calls[-1] if calls else None

    return show


def test_row_has_all_that_is_known_of_a_run(editor, store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_700_000_000.0)
        run_id = make_run(store, STARTED, POINT, HELD_OUT, FINISHED, seed=7)
    store.rename(run_id, "mine")
    frame, _ = editor(store)
    row = frame.loc[run_id].to_dict()
    assert [action.split(": ")[1] for action in row.pop("Actions")] == ["Only this one", "Delete…"]
    assert row.pop("Settings").startswith("samples per epoch 400 · epochs 1 · batch size 16")
    assert row == {
        "Shown": True,
        "Name": "mine",
        "Model": "Simple RNN",
        "Texts": "Headlines (built in)",
        "State": "finished",
        "Seed": 7,
        "Started": pd.Timestamp("2023-11-14T22:13:20Z"),
        "Curve": [0.625],
        "Held-out": 75.0,
        "Test": 81.25,
        "Samples": 200,
        "Speed": 100.0,
    }


@pytest.mark.parametrize(
    ("find", "is_found"),
    [
        ("", True),
        ("mine", True),
        ("MINE gru", True),
        ("gru mine", True),
        ("mine lstm", False),
        ("hidden size 32", True),
        ("hidden sizes", False),
        ("queued", True),
        ("headlines", True),
        ("seed 7", True),
        ("seedless", False),
    ],
)
def test_filter_looks_for_all_words_in_all_that_is_known(editor, store, screen, find, is_found):
    store.rename(make_run(store, model="gru", seed=7), "Mine")
    assert (editor(store, find) is not None) == is_found
    assert len(screen.of("info")) == (not is_found)


def test_only_ticks_and_names_can_be_edited(editor, store):
    make_run(store, STARTED)
    frame, options = editor(store)
    assert set(frame.columns) - set(options["disabled"]) == {"Shown", "Name"}


def _edit(editor, store, edits):
    frame, options = editor(store)
    st.session_state[options["key"]] = {"edited_rows": edits}
    options["on_change"]()
    return frame.index.tolist()


def test_tick_chooses_a_run(editor, store):
    for model in ("rnn", "lstm"):
        make_run(store, STARTED, model=model)
    rows = _edit(editor, store, {0: {"Shown": True}, 1: {"Shown": True}})
    assert sorted(st.session_state["runs"]) == sorted(rows)
    rows = _edit(editor, store, {0: {"Shown": False}, 1: {"Shown": True}})
    assert st.session_state["runs"] == rows[1:]


def test_name_is_kept_with_its_run(editor, store):
    for model in ("rnn", "lstm"):
        make_run(store, STARTED, model=model)
    rows = _edit(editor, store, {1: {"Name": "second"}})
    assert [store.record(run_id).name for run_id in rows] == ["", "second"]


def test_more_ticks_than_can_be_distinguished_are_not_taken(editor, store, screen, monkeypatch):
    monkeypatch.setattr(runs_table, "MOST_SHOWN", 1)
    for model in ("rnn", "lstm"):
        make_run(store, STARTED, model=model)
    _edit(editor, store, {0: {"Shown": True}, 1: {"Shown": True}})
    assert "runs" not in st.session_state
    assert screen.texts("toast") == ["The page shows at most 1 runs at once."]


@pytest.fixture
def choose(editor, store, monkeypatch):
    """Choose from the menu of a row."""

    def choose(row, action):
        menus = []
        config = st.column_config
        monkeypatch.setattr(
            config, "ButtonColumn", lambda *_, **options: menus.append(options), raising=True
        )
        frame, _ = editor(store)
        (label,) = (each for each in frame["Actions"].iloc[row] if each.endswith(f" {action}"))
        st.session_state["run_action"] = {"row": row, "label": label}
        menus[-1]["on_click"]()
        return frame.index[row]

    return choose


def test_only_this_one_chooses_it_alone(choose, store):
    for model in ("rnn", "lstm"):
        make_run(store, STARTED, model=model)
    assert [choose(1, "Only this one")] == st.session_state["runs"]


def test_delete_asks_first(choose, store):
    make_run(store, STARTED, FINISHED)
    run_id = choose(0, "Delete…")
    assert (run_to_delete(), store.run_ids()) == (run_id, [run_id])


@pytest.mark.parametrize(("action", "command"), [("Pause", Command.PAUSE), ("Stop", Command.STOP)])
def test_command_reaches_the_run_of_the_row(choose, store, monkeypatch, action, command):
    for model in ("rnn", "lstm"):
        make_run(store, STARTED, POINT, model=model)
    sent = []
    monkeypatch.setattr(run_queue().store, "command", lambda *asked: sent.append(asked))
    run_id = choose(1, action)
    assert sent == [(run_id, command)]
    assert store.record(run_id).state is RunState.RUNNING
