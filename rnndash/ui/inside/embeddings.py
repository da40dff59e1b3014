"""A run's embedding: nearest words, and a map of the most frequent ones."""

import streamlit as st

from rnndash.config.word_vectors import VectorsChoice
from rnndash.errors import RnndashError
from rnndash.figures.embedding_map import describe_embedding_map, draw_embedding_map, map_frame
from rnndash.figures.nearest_words import describe_nearest, draw_nearest, nearest_frame
from rnndash.inspection.embedding_views import EmbeddingMap
from rnndash.inspection.embeddings import count_word_use, map_embedding, nearest_words
from rnndash.ui.corpora import texts_of
from rnndash.ui.growing_chart import show_growing_chart
from rnndash.ui.legend import is_dark
from rnndash.ui.networks import Opened
from rnndash.ui.url_state import number_menu
from rnndash.ui.wording import plain

_FIRST_WORD = "airlines"
"""A word whose neighbours fit its topic in each shipped network; few words do."""
_SIZES = (100, 200, 300, 500, 1_000, 2_000)


def show_embeddings(each: Opened) -> None:
    """A word's neighbours beside the map."""
    near_column, map_column = st.columns([2, 3])
    with near_column:
        _nearest(each)
    with map_column:
        _map(each)


def _nearest(each: Opened) -> None:
    st.subheader("Nearest words")
    word = st.text_input(
        "Word", _FIRST_WORD, key="near", bind="query-params", max_chars=80, live=True
    )
    try:
        nearest = nearest_words(each.network, word or "")
    except RnndashError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    frame = nearest_frame(nearest)
    show_growing_chart(
        draw_nearest(frame, nearest.word, is_dark=is_dark()),
        key="nearest",
        alt=describe_nearest(frame, nearest.word),
        has_buttons=False,
    )
    st.caption(
        "By the cosine of the angle between embeddings, among the 1,000 most frequent words. "
        + describe_origin(each.record.config.vectors)
    )


def describe_origin(vectors: VectorsChoice | None) -> str:
    """Where an embedding comes from, and so what near means in it, as Markdown.

    Args:
        vectors: the word vectors that it started from; None for random numbers.
    """
    if vectors is None:
        return (
            "These were learned for one task only: words are near if they help to tell the classes "
            "apart in the same way, not if they mean the same."
        )
    name = plain(vectors.name)
    if vectors.is_frozen:
        return (
            f"These are the word vectors {name}, frozen: never trained here. Near means what it "
            "means in those word vectors; words that they lack stayed random."
        )
    return (
        f"These started from the word vectors {name} and were trained further: near means what it "
        "means in those word vectors, changed by training for the classes."
    )


def _map(each: Opened) -> None:
    st.subheader("Map of the most frequent words")
    most = number_menu("mapped", "Words", _SIZES, 300)
    drawn = _mapped(each.record.run_id, most, each)
    frame = map_frame(drawn)
    show_growing_chart(
        draw_embedding_map(frame, drawn.class_names, drawn.variance, is_dark=is_dark()),
        key="embedding_map",
        alt=describe_embedding_map(frame, drawn.class_names, drawn.variance),
    )
    colours = (
        f"Coloured where more than {drawn.threshold:.0%} of a word's use is in one class."
        if drawn.class_names
        else "Without colours: the training texts of this run are no longer on this machine."
    )
    st.caption(
        f"{colours} Two directions show {sum(drawn.variance):.0%} of the embeddings' variance; "
        "words that are near here may be far apart in the others."
    )


@st.cache_resource(max_entries=8, ttl=900, show_spinner=False)
def _mapped(run_id: str, most: int, _each: Opened) -> EmbeddingMap:  # noqa: ARG001
    network, corpus, use = _each.network, texts_of(_each.record), None
    if corpus is not None and len(corpus.words) == len(network.words):
        use = count_word_use(corpus.train, corpus.class_names, vocabulary=len(network.words))
    return map_embedding(network, most=most, use=use)
