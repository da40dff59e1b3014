from dataclasses import replace

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.figures.padding_drift import Drifting, describe_drift, draw_drift, drift_frame
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.variants import PaddingDrift
from tests.figures.hover import hover_texts
from tests.figures.readings import made_network

CLASSES = ("World", "Sports")
TEXT = EncodedText(tokens=("oil",), ids=(2,), words_in_all=1)
DRIFTS = (
    PaddingDrift(
        network=made_network(class_names=CLASSES),
        text=TEXT,
        others=np.array([1, 1]),
        pads=np.array([0, 10]),
        probabilities=np.array([[0.2, 0.8], [0.7, 0.3]]),
        distance=np.array([0.0, 3.0]),
        state_norm=2.0,
    ),
    PaddingDrift(
        network=made_network(ModelKind.PACKED_LSTM, "Packed LSTM", CLASSES),
        text=TEXT,
        others=np.array([1, 1]),
        pads=np.array([0, 10]),
        probabilities=np.array([[0.9, 0.1], [0.9, 0.1]]),
        distance=np.array([0.0, 0.0]),
        state_norm=4.0,
    ),
)


def test_frame_follows_the_class_that_was_answered_without_pads():
    frame = drift_frame(DRIFTS)
    assert frame["probability"].tolist() == [0.8, 0.3, 0.9, 0.9]
    assert frame["alone"].tolist() == ["Sports", "Sports", "World", "World"]
    assert frame["answer"].tolist() == ["Sports", "World", "World", "World"]


def test_distance_is_in_lengths_of_the_state():
    assert drift_frame(DRIFTS)["distance"].tolist() == [0.0, 1.5, 0.0, 0.0]


def test_each_network_has_a_line_in_its_own_look():
    figure = draw_drift(drift_frame(DRIFTS), Drifting.DISTANCE)
    assert [line.name for line in figure.data] == ["LSTM", "Packed LSTM"]
    assert list(figure.data[0].y) == [0.0, 1.5]
    assert figure.data[0].line.dash != figure.data[1].line.dash


def test_drift_is_described_with_the_answer_that_turned():
    assert describe_drift(drift_frame(DRIFTS)) == (
        "From 0 to 10 pads. LSTM: Sports from 80.0% to 30.0%, now answering World; "
        "Packed LSTM: World from 90.0% to 90.0%."
    )


@pytest.mark.parametrize(
    ("drifting", "values", "texts"),
    [
        (Drifting.PROBABILITY, [0.8, 0.3], ["80.0%, answers Sports", "30.0%, answers World"]),
        (Drifting.DISTANCE, [0.0, 1.5], ["0.00, answers Sports", "1.50, answers World"]),
    ],
)
def test_line_is_drawn_over_pads_and_reads_out_the_answer_there(drifting, values, texts):
    line = draw_drift(drift_frame(DRIFTS), drifting).data[0]
    assert (list(line.x), list(line.y)) == ([0, 10], values)
    assert hover_texts(line) == texts


def test_state_of_no_length_has_a_distance_all_the_same():
    drift = replace(DRIFTS[0], distance=np.array([0.0, 0.0]), state_norm=0.0)
    assert drift_frame([drift])["distance"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("is_dark", [False, True])
def test_lines_look_like_their_kinds(is_dark):
    lines = draw_drift(drift_frame(DRIFTS), Drifting.DISTANCE, is_dark=is_dark).data
    for kind, line in zip((ModelKind.LSTM, ModelKind.PACKED_LSTM), lines, strict=True):
        assert line.line.color == (kind.style.dark if is_dark else kind.style.light)
        assert (line.line.dash, line.marker.symbol) == (kind.style.dash, kind.style.marker)


@pytest.mark.parametrize(
    ("drifting", "title", "limits", "explanation"),
    [
        (
            Drifting.PROBABILITY,
            "Probability of its answer without pads",
            (0, 1),
            "The probability of the class that the network answers without any pad.",
        ),
        (
            Drifting.DISTANCE,
            "Distance of the state (1 = its own length)",
            None,
            "The distance of the state that the network answers from to its state without pads. It "
            "is divided by the length of the state without pads.",
        ),
    ],
)
def test_axes_say_what_drifts(drifting, title, limits, explanation):
    layout = draw_drift(drift_frame(DRIFTS), drifting).layout
    assert (layout.yaxis.title.text, layout.yaxis.range) == (title, limits)
    assert (layout.xaxis.title.text, layout.xaxis.rangemode) == ("Pads behind the text", "tozero")
    assert drifting.explanation == explanation
