"""The nearest words and the map: what they begin with, and what is said beside them."""

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.embedding_views import EmbeddingMap
from rnndash.ui.inside import embeddings
from rnndash.ui.inside.embeddings import _map, _nearest
from tests.inspection.readers import made_network

RUN = SimpleNamespace(run_id="a", config=SimpleNamespace(vectors=None))
OPENED = SimpleNamespace(network=made_network(ModelKind.LSTM), record=RUN)


@pytest.fixture
def charts(monkeypatch):
    """The keys of the charts that were shown."""
    keys = []
    monkeypatch.setattr(embeddings, "show_growing_chart", lambda _, *, key, **__: keys.append(key))
    return keys


@pytest.fixture
def mapped(monkeypatch):
    """How many words each map was asked for; of texts with these classes."""
    asked = []

    def put(class_names):
        drawn = EmbeddingMap(
            words=("oil", "war"),
            points=np.zeros((2, 2)),
            variance=(0.25, 0.125),
            class_names=class_names,
            classes=np.array([0, 0]) if class_names else np.array([-1, -1]),
            shares=np.array([0.75, 0.75]),
            counts=np.array([3, 2]),
            threshold=0.625,
        )
        monkeypatch.setattr(embeddings, "_mapped", lambda _, most, __: asked.append(most) or drawn)
        return asked

    return put


def test_known_word_has_its_neighbours(screen, charts):
    screen.values["near"] = "oil"
    _nearest(OPENED)
    assert (charts, screen.of("info")) == (["nearest"], [])


@pytest.mark.parametrize(("word", "named"), [("zorblax", "zorblax"), ("", ""), (None, "")])
def test_word_without_neighbours_gets_a_message_and_no_chart(screen, charts, word, named):
    screen.values["near"] = word
    _nearest(OPENED)
    assert screen.texts("info") == [
        f"The run does not know the word '{named}': it is none of the 14 words of its training "
        "texts. Try a common word."
    ]
    assert charts == []


@pytest.mark.parametrize(
    ("link", "most"), [(None, 300), ("100", 100), ("2000", 2_000), ("2001", 300), ("1_00", 300)]
)
@pytest.mark.usefixtures("screen", "charts")
def test_link_sets_a_number_of_words_that_is_offered(mapped, link, most):
    asked = mapped(("World", "Sports"))
    if link is not None:
        st.query_params["mapped"] = link
    _map(OPENED)
    assert asked == [most]


@pytest.mark.parametrize(
    ("class_names", "colours"),
    [
        (("World", "Sports"), "Coloured where more than 62% of a word's use is in one class."),
        ((), "Without colours: the training texts of this run are no longer on this machine."),
    ],
)
@pytest.mark.usefixtures("charts")
def test_caption_says_what_the_colours_are_and_how_much_is_seen(
    screen, mapped, class_names, colours
):
    mapped(class_names)
    _map(OPENED)
    assert screen.texts("caption") == [
        f"{colours} Two directions show 38% of the embeddings' variance; words that are near here "
        "may be far apart in the others."
    ]
