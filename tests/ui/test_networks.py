"""Which network reads a text, and how it is called."""

from types import SimpleNamespace

import pytest
import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.events import Failed
from rnndash.runs.shipped import shipped_store
from rnndash.ui.networks import _candidates, _choose, choose_one, describe_run, open_run
from tests.made_runs import FINISHED, POINT, STARTED, make_run
from tests.ui.records import made_record

RUNS = [
    made_record(run_id, started=STARTED, finished=FINISHED)
    for run_id in ("20261129-120001-abcd-rnn", "20261129-120000-abcd-rnn")
]


def _opened(kind):
    record = SimpleNamespace(config=SimpleNamespace(model=kind))
    return SimpleNamespace(record=record, label=kind.label)


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (None, ModelKind.LSTM),
        ("rnn", ModelKind.RNN),
        ("lstm", ModelKind.LSTM),
        ("gru", ModelKind.LSTM),
    ],
)
@pytest.mark.usefixtures("screen")
def test_last_network_is_the_one_unless_a_link_names_another(link, kind):
    if link is not None:
        st.query_params["reader"] = link
    opened = [_opened(ModelKind.RNN), _opened(ModelKind.LSTM)]
    assert choose_one(opened).record.config.model is kind


@pytest.mark.parametrize(
    ("link", "place"), [(None, 0), (RUNS[1].run_id, 1), ("gone", 0), ("none", None)]
)
@pytest.mark.usefixtures("screen")
def test_newest_run_of_a_kind_is_the_one_unless_a_link_names_another_or_none(link, place):
    if link is not None:
        st.query_params["network_rnn"] = link
    assert _choose(ModelKind.RNN, RUNS) == (None if place is None else RUNS[place])


def test_runs_that_are_not_finished_are_no_networks(store):
    make_run(store, STARTED, POINT, Failed(reason="It died.", hint="", resumable=True))
    assert {record.run_id for records in _candidates().values() for record in records} == set(
        shipped_store().run_ids()
    )


def test_own_networks_come_before_the_included_ones(store):
    run_id = make_run(store, STARTED, POINT, FINISHED)
    first, *others = _candidates()[ModelKind.RNN]
    assert first.run_id == run_id
    assert [shipped_store().folder(each.run_id).path.is_dir() for each in others] == [True]


def test_run_is_described_by_its_texts_its_time_and_its_accuracy(monkeypatch):
    monkeypatch.setattr("time.strftime", lambda *_: "25 Nov 17:27")
    assert describe_run(RUNS[0]) == ("Simple RNN (Headlines (built in), 25 Nov 17:27, test 81.2%)")


def test_included_run_is_described_as_one():
    run_id = shipped_store().run_ids()[0]
    record = shipped_store().record(run_id)
    described = describe_run(record)
    assert described.startswith(f"{record.config.model.label} (")
    assert ", came with the dashboard, test " in described


def test_run_without_its_weights_cannot_be_opened_and_says_so(screen, store):
    record = store.record(make_run(store, STARTED, POINT, FINISHED))
    assert open_run(record) is None
    assert screen.texts("error") == ["**Simple RNN** cannot be opened: its weights are gone"]
