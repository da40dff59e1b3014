import re
from types import SimpleNamespace

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.padding_drift import padding_drift
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.inspection.variants import PaddingDrift
from rnndash.ui.predict.neighbours import _link, drift_row, drifts_beside
from tests.inspection.readers import encoded, made_network

TEXT = "oil prices fall"
OPENED = [
    SimpleNamespace(network=made_network(kind), record=SimpleNamespace(comparison="one"))
    for kind in (ModelKind.LSTM, ModelKind.PACKED_LSTM)
]


def test_each_line_is_a_text_of_the_batch_and_blank_ones_are_none():
    drifts = drifts_beside(OPENED, tokenize_text(TEXT), "oil\n\n the markets wait for news \n")
    others = [encoded("oil"), encoded("the markets wait for news")]
    for each, drift in zip(OPENED, drifts, strict=True):
        expected = padding_drift(each.network, encoded(TEXT), [(), others])
        assert (drift.others.tolist(), drift.pads.tolist()) == ([0, 2], [0, 2])
        assert np.array_equal(drift.probabilities, expected.probabilities)


@pytest.mark.parametrize(("typed", "number"), [("", 0), (" \n ", 0), ("oil\n" * 64, 64)])
def test_too_few_or_too_many_lines_are_an_error(typed, number):
    message = f"A batch takes from 1 to 63 other texts; {number} came. Give one text a line."
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        drifts_beside(OPENED, tokenize_text(TEXT), typed)


def test_row_has_both_answers_and_the_largest_change():
    drift = PaddingDrift(
        network=NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=("a", "b", "c")),
        text=encoded("oil"),
        others=np.array([0, 1]),
        pads=np.array([0, 4]),
        probabilities=np.array([[0.5, 0.25, 0.25], [0.125, 0.625, 0.25]]),
        distance=np.array([0.0, 1.0]),
        state_norm=1.0,
    )
    assert drift_row(drift) == {
        "Network": "LSTM",
        "Alone": "a 50.0%",
        "In the batch": "b 62.5%",
        "Largest change": "37.5 points",
    }


def test_link_names_the_comparison_only_if_all_networks_are_of_one():
    other = SimpleNamespace(record=SimpleNamespace(comparison="two"))
    assert _link(OPENED, "x") == {"chapter": "answer", "sentence": "x", "networks": "one"}
    assert _link([*OPENED, other], "x") == {"chapter": "answer", "sentence": "x"}
