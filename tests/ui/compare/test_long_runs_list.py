"""A list of more runs than the table of the Compare page has rows: 3 here, as if they were 300."""

import pytest

from rnndash.runs.store import RunStore
from tests.made_runs import FINISHED, POINT, STARTED, make_run, words

NAMES = ("first", "second", "third", "fourth", "fifth")


@pytest.fixture(autouse=True)
def _short_table(monkeypatch):
    monkeypatch.setattr("rnndash.ui.compare.runs_table.MOST_ROWS", 3)
    monkeypatch.setattr("rnndash.ui.compare.runs.MOST_ROWS", 3)


@pytest.fixture
def run_ids(store):
    """Five runs, one a minute, each named by its place."""
    found = []
    for place, name in enumerate(NAMES):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("time.time", lambda now=1.7e9 + 60 * place: now)
            found.append(make_run(store, STARTED, POINT, FINISHED))
        store.rename(found[-1], name)
    return found


@pytest.fixture
def read(monkeypatch):
    """The ids of the runs that are looked into."""
    seen = []
    record = RunStore.record
    monkeypatch.setattr(
        RunStore, "record", lambda self, run_id: seen.append(run_id) or record(self, run_id)
    )
    return seen


def _names(app):
    return app.data_editor[0].value["Name"].tolist()


def test_newest_runs_fill_the_table(open_page, run_ids):
    app = open_page("compare")
    assert _names(app) == ["fifth", "fourth", "third"]
    assert any("The newest 3 of 5 runs." in text for text in words(app.caption))


def test_runs_that_no_row_shows_are_not_read(open_page, run_ids, read):
    open_page("compare")
    assert set(read) <= set(run_ids[1:])


def test_filter_finds_runs_beyond_the_table(open_page, run_ids):
    assert _names(open_page("compare", find="first")) == ["first"]


def test_filter_with_too_many_matches_shows_a_message(open_page, run_ids):
    app = open_page("compare", find="rnn")
    assert _names(app) == ["fifth", "fourth", "third"]
    assert any("The newest 3 that match." in text for text in words(app.caption))


def test_chosen_run_beyond_the_table_is_drawn(open_page, run_ids):
    app = open_page("compare", runs=run_ids[0])
    assert _names(app) == ["fifth", "fourth", "third"]
    assert any("first" in table.value.columns for table in app.dataframe)
