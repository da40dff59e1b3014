"""What is passed to a chart in the browser, and the click that comes back."""

import json
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from rnndash.ui import growing_chart
from rnndash.ui.growing_chart import Click, show_growing_chart

FIGURE = go.Figure(layout={"height": 321.0})


@pytest.fixture
def component(monkeypatch):
    """The browser's part: its calls, and the click that made the page run."""
    browser = SimpleNamespace(clicked=None, calls=[])

    def mount(**options):
        browser.calls.append(options)
        return SimpleNamespace(clicked=browser.clicked)

    monkeypatch.setattr(growing_chart, "_CHART", mount)
    return browser


@pytest.mark.parametrize(
    ("clicked", "is_clickable", "click"),
    [
        (None, True, None),
        ({"x": "World", "y": 2}, True, Click("World", 2)),
        ({"x": "World", "y": 2}, False, None),
    ],
)
def test_click_counts_where_the_chart_takes_clicks(component, clicked, is_clickable, click):
    component.clicked = clicked
    assert show_growing_chart(FIGURE, key="k", alt="A", is_clickable=is_clickable) == click


@pytest.mark.parametrize(("has_buttons", "mode_bar"), [(True, "hover"), (False, False)])
def test_buttons_appear_on_hover_and_none_sends_the_chart_away(component, has_buttons, mode_bar):
    show_growing_chart(FIGURE, key="k", alt="A", has_buttons=has_buttons)
    (call,) = component.calls
    config = json.loads(call["data"]["config"])
    assert (config["displayModeBar"], config["plotlyServerURL"]) == (mode_bar, "")
    assert {"sendDataToCloud", "lasso2d", "select2d"} <= set(config["modeBarButtonsToRemove"])


def test_figure_is_passed_with_its_height_and_its_words(component):
    show_growing_chart(FIGURE, key="k", alt="A figure.")
    (call,) = component.calls
    assert (call["key"], call["height"]) == ("k", 321)
    del call["data"]["config"]
    assert call["data"] == {"figure": FIGURE.to_json(), "alt": "A figure.", "isClickable": False}
