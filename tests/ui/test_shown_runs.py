"""The shipped runs on the pages that open networks."""

from rnndash.runs.shipped import shipped_store
from rnndash.ui.comparison import comparison_of
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
