"""Of which network, class and method the words' shares are, at first and by a link."""

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.attributions import Method, Saliency
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.ui.predict import words
from rnndash.ui.predict.words import show_saliency
from tests.inspection.readers import CLASSES, made_network


def _opened(kind):
    network = made_network(kind)
    record = SimpleNamespace(config=SimpleNamespace(model=kind))
    return SimpleNamespace(record=record, label=kind.label, network=network)


OPENED = [_opened(ModelKind.RNN), _opened(ModelKind.LSTM)]


@pytest.fixture
def asked(monkeypatch):
    """What was asked of which network; all answers are without a gap."""
    calls = []

    def attribute(network, text, method, *, class_index):
        calls.append((network.info.kind, method, class_index))
        return Saliency(
            network=network.info,
            text=text,
            method=method,
            class_name="World",
            scores=np.array([0.75, -0.25004]),
            logit=1.0,
            baseline_logit=0.5,
        )

    monkeypatch.setattr(words, "attribute", attribute)
    monkeypatch.setattr(words, "show_growing_chart", lambda *_, **__: None)
    return calls


@pytest.mark.usefixtures("screen")
def test_first_shares_are_those_of_the_last_network_in_its_own_answer(asked):
    show_saliency(OPENED, tokenize_text("oil prices"))
    assert asked == [(ModelKind.LSTM, Method.INTEGRATED_GRADIENTS, None)]


@pytest.mark.parametrize(
    ("link", "choice"),
    [
        (
            {"reader": "rnn", "counted_for": CLASSES[2], "method": "gradient_times_input"},
            (ModelKind.RNN, Method("gradient_times_input"), 2),
        ),
        (
            {"reader": "gru", "counted_for": "Weather", "method": "guessing"},
            (ModelKind.LSTM, Method.INTEGRATED_GRADIENTS, None),
        ),
    ],
)
@pytest.mark.usefixtures("screen")
def test_link_sets_what_is_offered(asked, link, choice):
    st.query_params.update(link)
    show_saliency(OPENED, tokenize_text("oil prices"))
    assert asked == [choice]


@pytest.mark.usefixtures("asked")
def test_gap_of_nothing_has_no_minus(screen):
    show_saliency(OPENED, tokenize_text("oil prices"))
    (caption,) = screen.texts("caption")
    assert "All words together have +0.500, the logit gains +0.500: the gap is 0.000." in caption
