import re

import pytest

from rnndash.errors import CorpusError, SequenceError
from rnndash.inspection import many_texts
from rnndash.inspection.many_texts import (
    BadRow,
    TextRow,
    counted,
    readable_name,
    texts_from_csv,
    texts_from_lines,
)

CLASSES = ("World", "Sports")


@pytest.fixture
def read(tmp_path):
    def read(content, **choice):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return texts_from_csv(path, CLASSES, **choice)

    return read


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_pasted_line_is_a_text(end):
    texts = texts_from_lines(end.join(["oil", " prices fall ", ""]))
    assert texts.rows == (TextRow(number=1, text="oil"), TextRow(number=2, text="prices fall"))


def test_blank_line_between_texts_is_named():
    texts = texts_from_lines("oil\n \nprices\n\n")
    assert texts.bad == (BadRow(number=2, reason="The text is empty."),)
    assert [row.number for row in texts.rows] == [1, 3]


@pytest.mark.parametrize("pasted", ["", " \n\n\t "])
def test_pasted_nothing_is_an_error(pasted):
    message = "There is no text yet. Paste or type one text in each line."
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        texts_from_lines(pasted)


def test_lines_beyond_the_limit_are_reported():
    texts = texts_from_lines("oil\n" * 12_345)
    assert len(texts) == 10_000
    assert texts.notes == ("The first 10,000 rows were read; 2,345 more were left out.",)


def test_single_line_beyond_the_limit_is_reported():
    notes = texts_from_lines("oil\n" * 10_001).notes
    assert notes == ("The first 10,000 rows were read; 1 more was left out.",)


def test_rows_of_a_file_beyond_the_limit_are_reported(read, monkeypatch):
    monkeypatch.setattr(many_texts, "MOST_TEXTS", 2)
    texts = read("text,label\na,World\nb,World\nc,World\nd,World\n")
    assert len(texts) == 2
    assert texts.notes == ("The first 2 rows were read; 2 more were left out.",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_recognised(read, delimiter):
    texts = read("id,label,headline\n1,World,oil\n".replace(",", delimiter))
    assert texts.rows == (TextRow(number=1, text="oil", label="World"),)


def test_columns_can_be_chosen(read):
    texts = read("a,b\noil,World\n", text_column="a", label_column="b")
    assert texts.rows == (TextRow(number=1, text="oil", label="World"),)


def test_labels_can_be_left_unread(read):
    texts = read("label,text\nWorld,oil\n", has_labels=False)
    assert (texts.rows[0].label, texts.has_labels) == (None, False)


@pytest.mark.parametrize("label", ["World", " world ", "WORLD"])
def test_label_is_a_class_whatever_its_capitals(read, label):
    assert read(f"label,text\n{label},oil\n").rows[0].label == "World"


@pytest.mark.parametrize("label", ["", " ", "NaN", "n/a"])
def test_text_without_a_label_is_no_bad_row(read, label):
    texts = read(f"label,text\n{label},oil\n")
    assert (texts.rows, texts.bad) == ((TextRow(number=1, text="oil"),), ())


def test_file_without_a_label_column_is_read(read):
    assert read("id,text\n1,oil\n").rows == (TextRow(number=1, text="oil"),)


def test_file_with_a_single_column_is_read(read):
    texts = read("Text\noil\nprices\n")
    assert ([row.text for row in texts.rows], texts.notes) == (["oil", "prices"], ())


def test_single_column_is_the_texts_even_if_it_is_called_label(read):
    assert read("label\noil\n").rows == (TextRow(number=1, text="oil"),)


def test_single_column_s_unknown_name_is_reported(read):
    notes = read("oil prices fall\nmarkets wait\n").notes
    assert notes == ("The first line, 'oil prices fall', was taken for the name of the column.",)


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ("World,", BadRow(number=1, reason="The text is empty.")),
        (
            "World,oil,more",
            BadRow(
                number=1,
                reason="It has 3 fields, the header 2. A text with a delimiter in it stands in "
                "quotation marks.",
            ),
        ),
        (
            "World",
            BadRow(
                number=1,
                reason="It has 1 field, the header 2. A text with a delimiter in it stands in "
                "quotation marks.",
            ),
        ),
        ('World,"oil" x', BadRow(number=1, reason="Its quotation marks do not match.")),
        (
            "Weather,oil",
            BadRow(
                number=1,
                reason="The label 'Weather' is no class of the networks.",
                is_answered=True,
            ),
        ),
    ],
)
def test_bad_row_is_named_with_its_reason(read, row, bad):
    assert read(f"label,text\n{row}\nSports,goal\n").bad == (bad,)


def test_text_with_an_unknown_label_is_kept_without_it(read):
    assert read("label,text\nWeather,oil\n").rows == (TextRow(number=1, text="oil"),)


def test_quoted_text_may_hold_anything(read):
    rows = read('label,text\nWorld,"one, ""two""\nthree"\nSports,goal\n').rows
    assert [(row.number, row.text) for row in rows] == [(1, 'one, "two"\nthree'), (2, "goal")]


def test_repeated_texts_are_all_kept(read):
    assert len(read("label,text\nWorld,oil\nWorld,oil\n")) == 2


def test_latin_1_is_read_and_noted(read):
    texts = read("label,text\nWorld,café\n".encode("latin-1"))
    assert texts.rows[0].text == "café"
    assert texts.notes == ("The file is not UTF-8; it was read as Latin-1 (Windows-1252).",)


@pytest.mark.parametrize(
    ("content", "choice", "message"),
    [
        (
            "a,b\n1,2\n",
            {},
            "No column is recognised as the text: the columns are 'a', 'b'. Name it 'text' in the "
            "file's first line. If that line is a text already, add a line above it with a name "
            "for each column.",
        ),
        ("a,b\n1,2\n", {"text_column": "c"}, "There is no column 'c'; the columns are 'a', 'b'."),
        (
            "text,b\n1,2\n",
            {"label_column": "text"},
            "The column 'text' cannot be both label and text. Choose two.",
        ),
        (
            "label,text\nWorld,\nWorld,\n",
            {},
            "None of the 2 rows of the file mine.csv has a text that can be read in the column "
            "'text'. The first: The text is empty. If the texts are in another column, name that "
            "one 'text'; else choose another file.",
        ),
        (
            "label,text\nWorld,\n",
            {},
            "The only row of the file mine.csv has no text that can be read in the column 'text'.",
        ),
        ("label,text\n", {}, "None of the 0 rows of the file mine.csv has a text that"),
        ("", {}, "The file mine.csv is empty."),
        ('"a"b,text\n', {}, "The first line of the file mine.csv has misplaced quotation marks"),
        ('label,text\nWorld,"oil\n', {}, "A quotation mark is opened in line 2 and never closed."),
    ],
)
def test_file_without_texts_is_an_error(read, content, choice, message):
    with pytest.raises(CorpusError, match=f"^{re.escape(message)}"):
        read(content, **choice)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "The file my [own].csv is empty."),
        ('"a"b,text\n', "The first line of the file my [own].csv has misplaced quotation marks"),
        ("text,b\n,1\n,2\n", "None of the 2 rows of the file my [own].csv has a text"),
    ],
)
def test_error_names_the_file_as_its_owner_does(read, content, message):
    with pytest.raises(CorpusError, match=f"^{re.escape(message)}"):
        read(content, name="my [own].csv")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("my texts.csv", "my texts.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\texts\\mine.csv", "mine.csv"),
        ("a\x00b\n\u202ec.csv", "a b c.csv"),
        ("a" * 300, "a" * 80),
        ("folder/", "without a name"),
    ],
)
def test_file_s_name_is_made_readable(given, shown):
    assert readable_name(given) == shown


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 texts"), (1, "1 text"), (2, "2 texts"), (9_960, "9,960 texts")]
)
def test_nouns_are_counted(number, words):
    assert counted(number, "text") == words
