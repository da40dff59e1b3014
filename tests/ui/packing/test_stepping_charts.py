"""What is passed to the charts in the browser, and the step that comes back."""

from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from rnndash.figures.packed_batch import StepPicture
from rnndash.ui.packing import stepping_charts
from rnndash.ui.packing.stepping_charts import show_stepping_charts

PICTURE = StepPicture(
    figure=go.Figure(), width_px=350, least_px=0, shapes=(({"type": "rect"},), ()), alt="A figure."
)


@pytest.fixture
def component(monkeypatch):
    """The browser's part: its calls, and the step at which its slider was released."""
    browser = SimpleNamespace(step=0, calls=[])

    def mount(**options):
        browser.calls.append(options)
        return SimpleNamespace(step=browser.step)

    monkeypatch.setattr(stepping_charts, "_CHARTS", mount)
    return browser


@pytest.mark.parametrize(("released", "step"), [(0, 0), (1, 1), (2, 1), (9, 1), (1.0, 1)])
def test_step_of_a_longer_batch_becomes_the_last_one(component, released, step):
    component.step = released
    assert show_stepping_charts([PICTURE], ["one", "two"], key="k", step=0) == step


def test_pictures_are_passed_with_their_captions_and_the_first_step(component):
    show_stepping_charts([PICTURE, PICTURE], ("one", "two"), key="k", step=1)
    (call,) = component.calls
    chart = {
        "figure": PICTURE.figure.to_json(),
        "width": 350,
        "least": 0,
        "shapes": PICTURE.shapes,
        "alt": "A figure.",
    }
    assert call["data"] == {"charts": [chart, chart], "captions": ["one", "two"], "step": 1}
    assert (call["key"], call["default"]) == ("k", {"step": 1})
