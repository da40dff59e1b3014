"""The numbers beside the curve of costs, and when times are measured."""

import pytest
import streamlit as st

from rnndash.errors import RunError
from rnndash.packing.costs import BatchingCost
from rnndash.packing.step_times import StepTime, TimingConditions
from rnndash.ui.packing import costs

STEP = StepTime(
    lengths=(100, 50),
    padding_share=0.25,
    padded_ms=2.0,
    packed_ms=1.0,
    padded_range_ms=(1.5, 2.5),
    packed_range_ms=(0.5, 1.5),
    repeats=5,
)
CONDITIONS = TimingConditions(
    device="CPU", machine="A machine", torch_version="2", embed_dim=64, hidden_dim=32, repeats=5
)
INVITATION = "Takes a few seconds. Training on this machine may be slower in this time."


class _Measure:
    """In the place of the measurement: what it was asked for, and what it forgot."""

    def __init__(self):
        self.asked, self.cleared, self.error = [], [], None

    def __call__(self, *sizes):
        self.asked.append(sizes)
        if self.error:
            raise self.error
        return (STEP, STEP), CONDITIONS

    def clear(self, *sizes):
        self.cleared.append(sizes)


@pytest.fixture
def measure(monkeypatch):
    fake = _Measure()
    monkeypatch.setattr(costs, "_measure", fake)
    monkeypatch.setattr(costs, "show_growing_chart", lambda *_, **__: None)
    return fake


def test_costs_are_written_as_numbers_and_a_share():
    cost = BatchingCost(
        batch_size=16,
        is_bucketed=False,
        cells=4_000,
        tokens=3_000,
        padded_bytes=33_000,
        packed_bytes=25_000,
    )
    assert costs._facts(cost) == {
        "Cells with padding": "4,000",
        "Cells without": "3,000",
        "Wasted": "25.0%",
        "Bytes padded": "33,000",
        "Bytes packed": "25,000",
    }


def test_without_texts_nothing_is_counted(monkeypatch, screen, measure):
    monkeypatch.setattr(costs, "choose_texts", lambda: None)
    costs.show_costs()
    assert screen.of("dataframe") == []


def test_nothing_is_measured_until_the_button_is_pressed(screen, measure):
    costs._measured()
    assert (measure.asked, screen.texts("caption")) == ([], [INVITATION])


def test_button_measures_the_sizes_shown_once_more(screen, measure):
    screen.values["measure"] = True
    costs._measured()
    assert (measure.cleared, measure.asked) == ([(256, 100, 32)], [(256, 100, 32)])
    assert INVITATION not in screen.texts("caption")


def test_measurement_stays_as_long_as_its_sizes_are_chosen(screen, measure):
    st.session_state["measured"] = [256, 100, 32]
    costs._measured()
    assert (measure.cleared, measure.asked) == ([], [(256, 100, 32)])


def test_other_sizes_wait_for_the_button(screen, measure):
    st.session_state["measured"] = [256, 100, 64]
    costs._measured()
    assert (measure.asked, screen.texts("caption")) == ([], [INVITATION])


@pytest.mark.parametrize(
    ("link", "sizes"),
    [
        ({"rows_timed": "8", "longest_timed": "200", "hidden_timed": "64"}, (8, 200, 64)),
        ({"rows_timed": "9", "longest_timed": "1_0", "hidden_timed": "x"}, (256, 100, 32)),
    ],
)
def test_link_sets_sizes_that_are_offered(screen, measure, link, sizes):
    st.query_params.update(link)
    screen.values["measure"] = True
    costs._measured()
    assert measure.asked == [sizes]


def test_measurement_that_fails_says_why(screen, measure):
    measure.error = RunError("No memory is left. Choose fewer rows.")
    screen.values["measure"] = True
    costs._measured()
    assert screen.texts("error") == ["No memory is left. Choose fewer rows."]


def test_caption_says_what_was_measured_on_what(screen, measure):
    screen.values["measure"] = True
    costs._measured()
    (caption,) = screen.texts("caption")
    assert caption.startswith(
        "A machine; CPU; PyTorch 2. One forward and backward pass of `nn.LSTM`, inputs 64 wide, "
        "32 units, 2 rows, the longest of 100 tokens, packing included. Medians of at least 5 "
    )
