import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndash.export.as_code.literal import literal


@given(st.text(st.characters()))
def test_any_string_is_read_back_as_it_was(text):
    assert ast.literal_eval(literal(text)) == text


@given(st.text(st.characters()))
def test_any_string_stays_on_one_line_and_shows_what_it_is(text):
    assert literal(text).isprintable()


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('say "yes"', "'say \"yes\"'"),
        ("Überschrift 標題", '"Überschrift 標題"'),
        ("a\nb\\", r'"a\nb\\"'),
        ("\u202e", r'"\u202e"'),
        (16_000, "16_000"),
        (0.003, "0.003"),
    ],
)
def test_value_is_written_as_people_write_it(value, source):
    assert literal(value) == source
