"""The shipped runs on the pages that open networks."""

import pytest

from rnndash.runs.shipped import shipped_store
from rnndash.ui.comparison import comparison_of
from rnndash.ui.shown_runs import show_shipped_note, shown_runs
from tests.made_runs import POINT, STARTED, make_run

SHIPPED = comparison_of(shipped_store().run_ids()[0])


def test_without_own_runs_the_packing_page_opens_on_the_shipped_networks(open_page):
    app = open_page("packing", chapter="answer")
    menu = app.selectbox(key="networks")
    assert menu.value == SHIPPED
    assert any("came with the dashboard" in option for option in menu.options)
    assert not app.error


def test_link_of_the_packing_page_to_shipped_networks_is_followed_among_own_runs(open_page, store):
    make_run(store, STARTED, POINT)
    app = open_page("packing", chapter="answer", networks=SHIPPED)
    assert app.selectbox(key="networks").value == SHIPPED


def test_included_runs_are_noted_until_there_is_a_run(screen, store):
    show_shipped_note()
    make_run(store, STARTED, POINT)
    show_shipped_note()
    assert screen.texts("caption") == [
        "These three came with the dashboard. Your own runs will replace them."
    ]


@pytest.mark.usefixtures("environment")
def test_included_runs_are_listed_until_there_is_a_run(store):
    assert shown_runs().run_ids() == shipped_store().run_ids()
    run_id = make_run(store, STARTED, POINT)
    assert shown_runs().run_ids() == [run_id]
