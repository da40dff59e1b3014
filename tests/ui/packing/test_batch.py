"""The minibatch that the Packing page lays out: its source, its step, its numbers."""

import pytest
import streamlit as st

from rnndash.packing.layout import lay_out
from rnndash.packing.minibatch import Rows
from rnndash.ui.packing import batch
from rnndash.ui.packing.batch import BatchOrder, BatchSource, _rows_of, show_batch
from tests.corpora import small_encoded_corpus


@pytest.fixture
def walk(monkeypatch):
    """The calls of the stepping charts, which stay at the step that they are given."""
    calls = []

    def show(pictures, captions, *, key, step):
        calls.append((len(pictures), len(captions), key, step))
        return step

    monkeypatch.setattr(batch, "show_stepping_charts", show)
    monkeypatch.setattr(st, "fragment", lambda function: function)
    return calls


def _metrics(screen):
    return {each.label: each.options["args_after"][0] for each in screen.of("metric")}


def test_page_opens_on_the_lesson_s_example(screen, walk):
    show_batch()
    assert walk == [(3, 5, "walk", 0)]
    assert _metrics(screen) == {
        "Cells with padding": "15",
        "Without": "9",
        "Wasted": "40.0%",
        "Bytes padded": "144",
        "Bytes packed": "160",
    }


@pytest.mark.parametrize(
    ("link", "step"),
    [("", 0), ("0", 0), ("1", 1), ("4", 4), ("5", 4), ("99", 4), ("-1", 0), ("x", 0), ("1_0", 0)],
)
@pytest.mark.usefixtures("screen")
def test_link_sets_the_nearest_step(walk, link, step):
    st.query_params["step"] = link
    show_batch()
    assert walk == [(3, 5, "walk", step)]
    assert st.query_params == ({"step": str(step)} if step else {})


@pytest.mark.usefixtures("walk")
def test_typed_rows_are_laid_out(screen):
    st.query_params["source"] = BatchSource.TYPED
    screen.values["rows"] = "1 2 / 3"
    show_batch()
    assert (_metrics(screen)["Cells with padding"], _metrics(screen)["Without"]) == ("4", "3")


def test_typed_rows_that_are_none_are_an_error_and_no_picture(screen, walk):
    st.query_params["source"] = BatchSource.TYPED
    screen.values["rows"] = "1 two"
    show_batch()
    (error,) = screen.texts("error")
    assert "An id is a whole number from 1" in error
    assert (walk, screen.of("metric")) == ([], [])


def test_while_there_are_no_texts_nothing_is_drawn(monkeypatch, screen, walk):
    monkeypatch.setattr(batch, "choose_texts", lambda: None)
    st.query_params["source"] = BatchSource.TEXTS
    show_batch()
    assert (walk, screen.of("metric")) == ([], [])


@pytest.mark.parametrize(("steps", "height"), [(12, "content"), (13, 320)])
def test_long_result_scrolls(screen, steps, height):
    batch._call(lay_out(Rows(ids=(tuple(range(1, steps + 1)),))))
    call, result = screen.of("code")
    assert ("height" in call.options, result.options["height"]) == (False, height)


def test_words_can_be_shown_only_where_there_are_some(screen, walk):
    rows = Rows(ids=((1,),), words=(("oil",),))
    batch._pictures(rows, lay_out(rows))
    assert [each.options["key"] for each in screen.of("toggle")] == ["words"]
    rows = Rows(ids=((1,),))
    batch._pictures(rows, lay_out(rows))
    assert len(screen.of("toggle")) == 1


def test_minibatch_of_similar_lengths_has_fewer_pads():
    corpus = small_encoded_corpus()
    pads = {
        order: lay_out(_rows_of(corpus, order, number=1, size=16, seed=0)).pads
        for order in BatchOrder
    }
    assert pads[BatchOrder.BUCKETED] < pads[BatchOrder.SHUFFLED]
