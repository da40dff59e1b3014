"""What is chosen is in the URL, and an earlier URL brings back what was chosen then."""

import pytest

from rnndash.ui import url_state
from rnndash.ui.predict.page import Look


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
