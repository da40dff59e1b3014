"""Which run's mistakes are shown, and which cell of its confusion matrix."""

import numpy as np
import pytest
import streamlit as st

from rnndash.errors import StorageError
from rnndash.results import Predictions
from rnndash.ui.compare import mistakes
from rnndash.ui.compare.mistakes import show_mistakes
from rnndash.ui.growing_chart import Click
from tests.made_runs import FINISHED, STARTED
from tests.ui.records import made_record

IDS = ("20261129-120000-abcd-rnn", "20261129-120000-abcd-lstm")
LABELS = dict(zip(IDS, ("A", "B"), strict=True))
RUNS = [made_record(run_id, started=STARTED, finished=FINISHED) for run_id in IDS]
PREDICTIONS = Predictions(
    labels=np.array([0, 0, 1, 1, 1]),
    predicted=np.array([1, 0, 1, 0, 0]),
    confidence=np.full(5, 0.5, dtype=np.float32),
    digest="texts",
)


@pytest.fixture
def shown(monkeypatch):
    """The texts that were shown: the run's id and the rows."""
    calls = []
    monkeypatch.setattr(mistakes, "predictions_of", lambda _: PREDICTIONS)
    monkeypatch.setattr(mistakes, "show_growing_chart", lambda *_, **__: None)
    monkeypatch.setattr(
        mistakes,
        "show_texts",
        lambda record, rows, *_, **__: calls.append((record.run_id, rows.tolist())),
    )
    return calls


def test_without_a_finished_run_a_note_says_how_to_get_one(screen, shown):
    show_mistakes([made_record(IDS[0])], LABELS)
    assert screen.texts("info") == [
        "Tick a finished run above. Its confusion matrix and the texts behind it appear here."
    ]
    assert shown == []


@pytest.mark.usefixtures("screen")
def test_first_finished_run_is_shown_with_texts_of_the_first_class_taken_for_the_second(shown):
    show_mistakes([made_record("20261129-120000-abcd-gru"), *RUNS], LABELS)
    assert shown == [(IDS[0], [0])]


@pytest.mark.parametrize(
    ("link", "texts"),
    [
        ({"of": IDS[1], "true": "1", "answered": "0"}, (IDS[1], [3, 4])),
        ({"of": "gone", "true": "2", "answered": "x"}, (IDS[0], [0])),
    ],
)
@pytest.mark.usefixtures("screen")
def test_link_sets_a_run_and_classes_that_there_are(shown, link, texts):
    st.query_params.update(link)
    show_mistakes(RUNS, LABELS)
    assert shown == [texts]


@pytest.mark.parametrize(
    ("click", "rows"),
    [(Click(x="a", y="b"), [3, 4]), (Click(x="b", y="b"), [2]), (Click(x="a", y="gone"), [0])],
)
@pytest.mark.usefixtures("screen")
def test_click_into_a_cell_shows_its_texts(monkeypatch, shown, click, rows):
    monkeypatch.setattr(mistakes, "show_growing_chart", lambda *_, **__: click)
    show_mistakes(RUNS, LABELS)
    assert shown == [(IDS[0], rows)]


def test_run_whose_answers_are_gone_says_so(monkeypatch, screen, shown):
    def gone(_):
        raise StorageError("The answers are gone. Train the run again.")

    monkeypatch.setattr(mistakes, "predictions_of", gone)
    show_mistakes(RUNS, LABELS)
    assert screen.texts("warning") == ["The answers are gone. Train the run again."]
    assert shown == []
