import pytest

from rnndash.text.spreadsheet import harmless_cell


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_gets_an_apostrophe(first):
    assert harmless_cell(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("text", ["", "oil", "1 = 1", "'=1", " =1"])
def test_other_text_stays_as_it_is(text):
    assert harmless_cell(text) == text
