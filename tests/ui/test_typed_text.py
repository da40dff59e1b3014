"""The text that the networks read: where it comes from, and how much of it is kept."""

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from rnndash.text.stored_texts import store_texts
from rnndash.ui import typed_text as module
from rnndash.ui.corpora import ReadableTexts
from rnndash.ui.typed_text import (
    EXAMPLES,
    MOST_CHARACTERS,
    _cut,
    _take_example,
    _take_test_text,
    ask_for_text,
    offer_texts,
    text_field,
    typed_text,
)

OPENED = SimpleNamespace(record=None)


@pytest.mark.parametrize(
    ("typed", "link", "text"),
    [(None, None, EXAMPLES["Plain"]), (None, "link", "link"), ("typed", "link", "typed")],
)
@pytest.mark.usefixtures("screen")
def test_text_is_the_one_typed_or_the_links_or_the_plain_example(typed, link, text):
    if typed is not None:
        st.session_state["text"] = typed
    if link is not None:
        st.query_params["text"] = link
    assert typed_text() == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a" * MOST_CHARACTERS, "a" * MOST_CHARACTERS),
        ("a" * (MOST_CHARACTERS + 1), "a" * MOST_CHARACTERS),
        ("ab " * MOST_CHARACTERS, ("ab " * MOST_CHARACTERS)[: MOST_CHARACTERS - 3]),
        (None, None),
    ],
    ids=["as long as it may be", "one word", "words", "nothing"],
)
@pytest.mark.usefixtures("screen")
def test_long_text_is_cut_after_a_word(text, kept):
    st.session_state["text"] = text
    _cut("text")
    assert (st.session_state["text"] or "").rstrip() == (kept or "").rstrip()
    assert ("text_cut" in st.session_state) == (kept != text)


def test_cut_is_noted_until_the_text_is_another(screen):
    st.session_state["text"] = "a" * (MOST_CHARACTERS + 1)
    _cut("text")
    text_field("Text", "text", "", "")
    st.session_state["text"] = "short"
    text_field("Text", "text", "", "")
    assert screen.texts("caption") == [
        ":material/content_cut: The text had 5,001 characters; the first 5,000 are kept."
    ]


def test_true_class_is_named_as_long_as_the_text_is_that_test_text(screen):
    st.session_state.update(text="oil", true_class=("oil", "Sci/Tech"))
    ask_for_text()
    st.session_state["text"] = "oil prices"
    ask_for_text()
    assert screen.texts("caption") == ["A test text; its true class is **Sci/Tech**."]


@pytest.mark.parametrize(
    ("opened", "args", "is_disabled"), [([], (), True), ([OPENED, None], (OPENED,), False)]
)
def test_test_text_is_one_of_the_first_network(screen, opened, args, is_disabled):
    offer_texts(opened)
    options = screen.widget("test_text").options
    assert (options["args"], options["disabled"]) == (args, is_disabled)


@pytest.mark.usefixtures("screen")
def test_example_fills_the_field_and_can_be_chosen_again():
    st.session_state["example"] = "One word"
    _take_example()
    assert st.session_state == {"text": "goal", "example": None}
    _take_example()
    assert st.session_state == {"text": "goal", "example": None}


def test_test_text_that_is_gone_is_a_message_and_changes_nothing(monkeypatch, screen):
    monkeypatch.setattr(module, "readable_texts", lambda _: None)
    st.session_state["text"] = "mine"
    _take_test_text(OPENED)
    assert screen.texts("toast") == ["The test texts of this run are no longer on this machine."]
    assert st.session_state == {"text": "mine"}


@pytest.mark.usefixtures("screen")
def test_test_text_comes_with_its_true_class(monkeypatch):
    texts = ReadableTexts(
        class_names=("World", "Sports"),
        texts=store_texts(["late \n goal"]),
        labels=np.array([1]),
        digest="texts",
    )
    monkeypatch.setattr(module, "readable_texts", lambda _: texts)
    _take_test_text(OPENED)
    assert st.session_state == {"text": "late goal", "true_class": ("late goal", "Sports")}
