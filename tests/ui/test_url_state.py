"""Choices are written into the URL, and an earlier URL restores them."""

from enum import StrEnum

import pytest
import streamlit as st

from rnndash.ui import url_state
from rnndash.ui.predict.page import Look
from rnndash.ui.url_state import (
    choice,
    choices_from_url,
    choices_to_url,
    keep_whole_numbers,
    menu,
    number_menu,
    set_dependent_value,
    went_back,
    whole_number,
)


@pytest.fixture
def _at_once(monkeypatch):
    """As if every URL had long reached the browser."""
    monkeypatch.setattr(url_state, "ON_ITS_WAY_S", -1.0)


def _choose(app, look):
    app.segmented_control(key="look").set_value(Look(look)).run()
    assert not app.exception
    return app


@pytest.mark.usefixtures("_at_once")
def test_back_and_forward_lead_through_what_was_chosen(open_page):
    app = _choose(_choose(open_page("predict"), "words"), "what_if")
    assert app.query_params["look"] == "what_if"
    for look in ("words", "what_if", "words"):
        app.query_params["look"] = look
        app.run()
        assert app.segmented_control(key="look").value == look
        assert app.query_params["look"] == look
    del app.query_params["look"]
    app.run()
    assert app.segmented_control(key="look").value == "word_by_word"
    assert _choose(app, "neighbours").query_params["look"] == "neighbours"


@pytest.mark.usefixtures("_at_once")
def test_back_leads_through_the_choices_of_a_menu(open_page):
    app = open_page("predict")
    app.selectbox(key="followed").set_value("World").run()
    app.selectbox(key="followed").set_value("Sports").run()
    app.query_params["followed"] = "World"
    app.run()
    assert app.selectbox(key="followed").value == "World"


def test_choice_made_before_the_url_has_reached_the_browser_stays(open_page):
    app = _choose(open_page("predict"), "words")
    del app.query_params["look"]  # as it was before
    _choose(app, "what_if")
    assert app.segmented_control(key="look").value == "what_if"
    assert app.query_params["look"] == "what_if"


@pytest.mark.usefixtures("_at_once")
def test_choice_is_kept_while_another_page_is_open(open_page):
    app = _choose(open_page("predict"), "words")
    app.query_params.clear()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/predict.py").run()
    assert not app.exception


class Fruit(StrEnum):
    """Some choices."""

    APPLE = "apple"
    PEAR = "pear"
    PLUM = "plum"


ALL = list(Fruit)
ABSURD = ("", "none", "nan", "inf", "1e400", "-1", "0x10", "9" * 400, "../../etc", "<script>", ",,")


@pytest.mark.parametrize(
    ("link", "choices"),
    [
        ([], []),
        ("pear", [Fruit.PEAR]),
        ("pear,apple", [Fruit.APPLE, Fruit.PEAR]),
        (["pear", "apple,plum"], ALL),
        ("pear,pear", [Fruit.PEAR]),
        ("PEAR", []),
        (" pear", []),
        ("pear,cherry", [Fruit.PEAR]),
        *((word, []) for word in ABSURD),
    ],
)
@pytest.mark.usefixtures("screen")
def test_link_names_choices_in_any_way_and_they_come_in_their_own_order(link, choices):
    st.query_params["fruit"] = link
    assert choices_from_url("fruit", ALL) == choices


@pytest.mark.usefixtures("screen")
def test_link_is_not_read_once_there_is_a_choice():
    st.query_params["fruit"] = "pear"
    st.session_state["fruit"] = Fruit.APPLE
    assert choices_from_url("fruit", ALL) == []


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [
        ({}, ["pear"], {"fruit": ["pear"]}),
        ({}, ["apple"], {}),
        ({"fruit": "pear"}, ["apple"], {}),
        ({"fruit": "pear", "other": "x"}, ["plum"], {"fruit": ["plum"], "other": "x"}),
        ({}, ["pear", "plum"], {"fruit": ["pear", "plum"]}),
        ({}, [], {}),
    ],
)
@pytest.mark.usefixtures("screen")
def test_choice_is_written_unless_it_is_the_default(before, chosen, after):
    st.query_params.update(before)
    choices_to_url("fruit", chosen, ["apple"])
    assert st.query_params == after


@pytest.mark.parametrize(
    ("waited_s", "link", "has_gone_back"),
    [(1.01, None, True), (0.99, None, False), (1.01, "pear", False), (1.01, "plum", True)],
)
@pytest.mark.usefixtures("screen")
def test_other_url_means_back_after_the_time_that_writing_takes(
    monkeypatch, waited_s, link, has_gone_back
):
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    choices_to_url("fruit", ["pear"], ["apple"])
    st.query_params.clear()
    if link is not None:
        st.query_params["fruit"] = link
    monkeypatch.setattr("time.monotonic", lambda: 100.0 + waited_s)
    assert went_back("fruit") == has_gone_back


@pytest.mark.usefixtures("screen")
def test_nothing_written_is_nothing_to_go_back_from():
    st.query_params["fruit"] = "pear"
    assert not went_back("fruit")


def _number(word):
    return int(word) if word.isdigit() and int(word) < 9 else None


@pytest.mark.parametrize(
    ("link", "value"), [("3", 3), ("8", 8), ("9", 0), *((word, 0) for word in ABSURD)]
)
@pytest.mark.usefixtures("screen")
def test_link_sets_a_dependent_value_where_it_is_allowed(link, value):
    st.query_params["at"] = link
    set_dependent_value("at", "owner", 0, _number)
    assert st.session_state["at"] == value


@pytest.mark.usefixtures("screen")
def test_dependent_value_stays_with_its_owner_and_is_reset_by_another():
    set_dependent_value("at", "owner", 0, _number)
    st.session_state["at"] = 5
    st.query_params["at"] = "7"
    set_dependent_value("at", "owner", 0, _number)
    assert st.session_state["at"] == 5
    set_dependent_value("at", "another", 1, _number)
    assert st.session_state["at"] == 1


@pytest.mark.parametrize(
    ("link", "value"),
    [("16", 16), ("8", 8), ("016", 8), ("16.0", 8), ("7", 8), *((word, 8) for word in ABSURD)],
)
def test_number_menu_takes_from_a_link_what_it_offers(screen, link, value):
    st.query_params["size"] = link
    assert number_menu("size", "Size", [8.0, 16.0], 8) == value
    assert st.query_params.get("size") == ("16" if value == 16 else None)


def test_number_that_is_no_longer_offered_becomes_the_default(screen):
    st.session_state["size"] = 32
    assert number_menu("size", "Size", [8, 16], 16) == 16


@pytest.mark.parametrize("link", ["gone", *ABSURD])
def test_menu_takes_from_a_link_what_it_offers(screen, link):
    st.query_params["run"] = link
    assert menu("run", "Run", ["a", "b"], "b", {"a": "A", "b": "B"}) == "b"
    st.session_state.clear()
    st.query_params["run"] = "a"
    assert menu("run", "Run", ["a", "b"], "b", {"a": "A", "b": "B"}) == "a"


def test_menu_follows_its_default_until_something_is_chosen(screen):
    labels = dict.fromkeys("abc", "x")
    assert menu("run", "Run", ["a", "b"], "b", labels) == "b"
    assert menu("run", "Run", ["a", "b", "c"], "c", labels) == "c"
    st.session_state["run"] = "a"
    assert menu("run", "Run", ["a", "b", "c"], "b", labels) == "a"


@pytest.mark.parametrize("link", ["cherry", *ABSURD])
def test_row_of_buttons_takes_from_a_link_what_it_offers(screen, link):
    st.query_params["fruit"] = link
    assert choice("fruit", "Fruit", ALL, Fruit.PLUM) is Fruit.PLUM
    st.session_state.clear()
    st.query_params["fruit"] = "pear"
    assert choice("fruit", "Fruit", ALL, Fruit.PLUM) is Fruit.PEAR


@pytest.mark.parametrize(
    ("word", "number"),
    [("0", 0), ("30", 30), ("030", 30), ("9" * 15, 10**15 - 1)]
    + [(word, None) for word in ("3_0", "+30", " 30", "30.0", "3e1", "\u0663", "9" * 16, *ABSURD)],
)
def test_number_of_a_link_is_digits_alone(word, number):
    assert whole_number(word) == number


class _RerunError(Exception):
    """The page runs again."""


@pytest.fixture
def _reruns(monkeypatch):
    def rerun():
        raise _RerunError

    monkeypatch.setattr(st, "rerun", rerun)


@pytest.mark.usefixtures("screen", "_reruns")
def test_link_loses_what_is_no_number_before_the_widgets_read_it():
    st.query_params.update({"seed": "1_0", "batch": "12", "other": "1_0"})
    with pytest.raises(_RerunError):
        keep_whole_numbers("seed", "batch", "step")
    assert st.query_params == {"batch": "12", "other": "1_0"}


@pytest.mark.usefixtures("screen", "_reruns")
def test_link_of_numbers_is_left_as_it_is():
    st.query_params.update({"seed": "10", "other": "1_0"})
    keep_whole_numbers("seed", "batch")
    assert st.query_params == {"seed": "10", "other": "1_0"}


@pytest.mark.parametrize(
    ("page", "link", "key", "default"),
    [
        ("train", {}, "seed", 0),
        ("packing", {"source": "texts"}, "batch", 1),
        ("inside", {"view": "memory"}, "memory_seed", 0),
    ],
)
def test_number_with_an_underscore_is_not_taken_from_a_link(open_page, page, link, key, default):
    app = open_page(page, **link, **{key: "1_0"})
    assert (app.number_input(key=key).value, key in app.query_params) == (default, False)
