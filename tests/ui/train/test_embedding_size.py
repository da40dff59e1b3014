"""The embedding size beside the choice of word vectors."""

import pytest
import streamlit as st

from rnndash.config.hyperparameters import SETTING
from rnndash.config.word_vectors import VectorsChoice
from rnndash.ui.train.vectors_choice import (
    _set_embedding_size,
    embedding_sizes,
    waits_for_vectors,
)

MENU = SETTING["embed_dim"].menu
VECTORS = VectorsChoice(name="mine.txt", dimension=7, sha256="0" * 64)


@pytest.mark.parametrize(("vectors", "own"), [(None, set()), (VECTORS, {7})])
def test_menu_has_its_sizes_and_that_of_the_vectors_in_order(vectors, own):
    assert embedding_sizes(vectors) == tuple(sorted({*MENU, *own}))


def test_size_of_vectors_that_the_menu_has_is_there_once():
    same = VectorsChoice(name="mine.txt", dimension=int(MENU[0]), sha256="0" * 64)
    assert embedding_sizes(same) == tuple(MENU)


@pytest.mark.parametrize(
    ("vectors", "before", "after"),
    [
        (VECTORS, 64, 7),
        (None, 7, SETTING["embed_dim"].default),
        (None, MENU[0], MENU[0]),
    ],
)
@pytest.mark.usefixtures("screen")
def test_size_is_that_of_the_vectors_or_one_of_the_menu(vectors, before, after):
    st.session_state["embed_dim"] = before
    _set_embedding_size(vectors)
    assert st.session_state["embed_dim"] == after


@pytest.mark.usefixtures("screen")
def test_form_that_has_not_been_drawn_keeps_its_size():
    _set_embedding_size(None)
    assert st.session_state == {}


@pytest.mark.parametrize(
    ("chosen", "vectors", "is_waiting"),
    [
        (None, None, False),
        ("none", None, False),
        ("upload", None, True),
        ("upload", VECTORS, False),
    ],
)
@pytest.mark.usefixtures("screen")
def test_form_waits_as_long_as_chosen_vectors_are_missing(chosen, vectors, is_waiting):
    if chosen is not None:
        st.session_state["vectors"] = chosen
    assert waits_for_vectors(vectors) == is_waiting
