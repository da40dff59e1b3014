import pytest
import streamlit as st

from rnndash.ui.comparison import current_comparison
from tests.made_runs import STARTED, make_run

pytestmark = pytest.mark.usefixtures("screen")


@pytest.fixture
def newest(store, monkeypatch):
    """The newer one of two comparisons."""
    for minute in range(2):
        with monkeypatch.context() as patch:
            patch.setattr("time.time", lambda now=1.7e9 + 60 * minute: now)
            run_id = make_run(store, STARTED)
    return store.record(run_id).comparison


def test_newest_comparison_is_shown_and_named_in_the_link(newest):
    assert current_comparison() == newest
    assert st.query_params == {"comparison": newest}


def test_link_goes_before_what_was_seen_last(newest):
    st.session_state["comparison"] = "seen"
    st.query_params["comparison"] = "linked"
    assert current_comparison() == "linked"
    assert st.session_state["comparison"] == "linked"


def test_what_was_seen_last_goes_before_the_newest(newest):
    st.session_state["comparison"] = "seen"
    assert current_comparison() == "seen"
    assert st.query_params == {"comparison": "seen"}


def test_without_runs_there_is_none():
    assert current_comparison() is None
    assert st.query_params == {}
