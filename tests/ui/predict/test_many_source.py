"""Where many texts come from, and what counts as none."""

import re

import pytest
import streamlit as st

from rnndash.inspection.many_texts import texts_from_lines
from rnndash.ui.predict import many_source
from rnndash.ui.predict.many_source import ask_for_texts


@pytest.mark.parametrize("link", [None, "lines", "nonsense"])
def test_texts_are_pasted_unless_a_link_says_otherwise(screen, link):
    if link is not None:
        st.query_params["many"] = link
    assert ask_for_texts([]) is None
    assert [each.options["key"] for each in screen.of("text_area")] == ["lines"]


def test_link_can_ask_for_a_file(monkeypatch, screen):
    monkeypatch.setattr(many_source, "_uploaded", lambda _: "the file's")
    st.query_params["many"] = "csv"
    assert ask_for_texts([]) == "the file's"
    assert screen.of("text_area") == []


@pytest.mark.parametrize("pasted", [None, "", " \n\t\n"])
def test_blank_lines_are_no_texts(screen, pasted):
    screen.values["lines"] = pasted
    assert ask_for_texts([]) is None


def test_pasted_lines_are_texts_with_a_key_of_their_own(monkeypatch, screen):
    monkeypatch.setattr(many_source, "_lines", texts_from_lines)  # no session to keep them in
    keys = []
    for pasted in ("oil\nwar", "oil\nwar", "oil\nwars"):
        screen.values["lines"] = pasted
        key, texts = ask_for_texts([])
        assert texts == texts_from_lines(pasted)
        keys.append(key)
    assert [key == keys[0] for key in keys] == [True, True, False]


def test_field_names_how_many_lines_it_takes(screen):
    ask_for_texts([])
    assert re.fullmatch(r"One text a line, up to [\d,]+", screen.texts("text_area")[0])
