import numpy as np

from rnndash.config.model_kind import ModelKind
from rnndash.figures.padding_drift import Drifting, describe_drift, draw_drift, drift_frame
from rnndash.inspection.variants import PaddingDrift

CLASSES = ("World", "Sports")
DRIFTS = (
    PaddingDrift(
        model=ModelKind.LSTM,
        pads=np.array([0, 10]),
        probabilities=np.array([[0.2, 0.8], [0.7, 0.3]]),
        distance=np.array([0.0, 3.0]),
        state_norm=2.0,
    ),
    PaddingDrift(
        model=ModelKind.PACKED_LSTM,
        pads=np.array([0, 10]),
        probabilities=np.array([[0.9, 0.1], [0.9, 0.1]]),
        distance=np.array([0.0, 0.0]),
        state_norm=4.0,
    ),
)


def test_frame_follows_the_class_that_was_answered_without_pads():
    frame = drift_frame(DRIFTS, CLASSES)
    assert frame["probability"].tolist() == [0.8, 0.3, 0.9, 0.9]
    assert frame["alone"].tolist() == ["Sports", "Sports", "World", "World"]
    assert frame["answer"].tolist() == ["Sports", "World", "World", "World"]


def test_distance_is_in_lengths_of_the_state():
    assert drift_frame(DRIFTS, CLASSES)["distance"].tolist() == [0.0, 1.5, 0.0, 0.0]


def test_each_network_has_a_line_in_its_own_look():
    figure = draw_drift(drift_frame(DRIFTS, CLASSES), Drifting.DISTANCE)
    assert [line.name for line in figure.data] == ["LSTM", "Packed LSTM"]
    assert list(figure.data[0].y) == [0.0, 1.5]
    assert figure.data[0].line.dash != figure.data[1].line.dash


def test_drift_is_described_with_the_answer_that_turned():
    assert describe_drift(drift_frame(DRIFTS, CLASSES)) == (
        "From 0 to 10 pads. LSTM: Sports from 80.0% to 30.0%, now answering World; "
        "Packed LSTM: World from 90.0% to 90.0%."
    )
