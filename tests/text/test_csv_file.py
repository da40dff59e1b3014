import codecs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndash.errors import CorpusError
from rnndash.text import csv_file
from rnndash.text.csv_columns import CsvColumns, inspect_columns
from rnndash.text.csv_file import MAX_WORDS, CsvReader, LeftOut
from rnndash.text.delimited import MAX_BYTES, read_delimited

ROWS = [f"{label},{word} number {n}" for n in range(10) for label, word in (("a", "x"), ("b", "y"))]
GOOD = "label,text\n" + "\n".join(ROWS) + "\n"


@pytest.fixture
def write(tmp_path):
    def write(content, **choice):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return CsvReader(path=path, **({"seed": 0} | choice))

    return write


def _all_texts(corpus):
    return {*corpus.train.texts, *corpus.test.texts}


def _label_of(corpus, text):
    for part in (corpus.train, corpus.test):
        if text in part.texts:
            return corpus.class_names[part.labels[part.texts.index(text)]]
    return None


def test_plain_file_is_used_whole(write):
    corpus = write(GOOD).load()
    assert corpus.class_names == ("a", "b")
    assert _all_texts(corpus) == {row.split(",")[1] for row in ROWS}
    assert corpus.notes == ()
    assert corpus.source == (
        "CSV file, texts from the column 'text', classes from 'label': "
        "16 training and 4 test texts."
    )


def test_split_is_stratified_and_leaves_no_text_in_both(write):
    corpus = write(GOOD).load()
    assert np.bincount(corpus.train.labels).tolist() == [8, 8]
    assert np.bincount(corpus.test.labels).tolist() == [2, 2]
    assert not set(corpus.train.texts) & set(corpus.test.texts)


def test_same_seed_gives_the_same_split_and_another_seed_another(write):
    assert write(GOOD, seed=1).load().test.texts == write(GOOD, seed=1).load().test.texts
    assert write(GOOD, seed=1).load().test.texts != write(GOOD, seed=2).load().test.texts


def test_split_is_the_same_on_every_machine(write):
    assert write(GOOD, seed=0).load().test.texts == PINNED


PINNED = ("y number 2", "x number 4", "x number 6", "y number 9")


@pytest.mark.parametrize(
    ("header", "label", "text"),
    [
        ("label,text", "label", "text"),
        ("Text,CATEGORY", "CATEGORY", "Text"),
        ("id,title,description,class", "class", "description"),
        (" sentiment , Review ", "sentiment", "Review"),
        ("one,two", None, None),
    ],
)
def test_columns_are_recognised_by_name(write, header, label, text):
    columns = inspect_columns(write(header + "\n1,2\n").path)
    assert (columns.label, columns.text) == (label, text)


def test_inspection_shows_names_and_first_rows(write):
    assert inspect_columns(write(GOOD).path) == CsvColumns(
        names=("label", "text"),
        label="label",
        text="text",
        examples=tuple(tuple(row.split(",")) for row in ROWS[:5]),
    )


def test_chosen_columns_are_taken(write):
    content = GOOD.replace("label,text", "one,two")
    corpus = write(content, label_column="one", text_column="two").load()
    assert corpus.class_names == ("a", "b")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_found_out(write, delimiter):
    assert _all_texts(write(GOOD.replace(",", delimiter)).load()) == _all_texts(write(GOOD).load())


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_are_read(write, end):
    assert _all_texts(write(GOOD.replace("\n", end)).load()) == _all_texts(write(GOOD).load())


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"),
    ],
    ids=["utf-8-sig", "utf-16", "utf-16-be"],
)
def test_byte_order_mark_is_understood(write, content):
    assert write(content).load().train.texts == write(GOOD).load().train.texts


def test_latin_1_is_read_and_noted(write):
    corpus = write((GOOD + "a,café\n").encode("latin-1")).load()
    assert "café" in _all_texts(corpus)
    assert corpus.notes == ("The file is not UTF-8; it was read as Latin-1 (Windows-1252).",)


@pytest.mark.parametrize("text", ["naïve 🎉 emoji", "שלום עולם", "مرحبا بالعالم", "中文 标题"])
def test_any_script_is_kept_as_it_is(write, text):
    assert text in _all_texts(write(f"{GOOD}a,{text}\n").load())


def test_quoted_text_with_line_breaks_commas_and_quotes_is_one_text(write):
    corpus = write(GOOD + 'a,"one, ""two""\nthree"\n').load()
    assert 'one, "two"\nthree' in _all_texts(corpus)
    assert corpus.notes == ()


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ("a\na,b,c\n", "Left out: 2 rows, too many or too few fields."),
        ('a,"x"y\n', "Left out: 1 row, misplaced quotation marks."),
        (",t1\n  ,t2\nNaN,t3\n", "Left out: 3 rows, no label."),
        ("a,\nb,   \n", "Left out: 2 rows, no text."),
        ("b,x number 0\n", "Left out: 1 row, the text came before."),
        ("c,alone\n", "Left out: 1 row, the only text of its class."),
        (" a ,t1\na ,t2\n", "Blanks around the label taken off: 2."),
        (f"a,{'w ' * 100_000}\n", f"Cut after {MAX_WORDS:,} words: 1."),
        ("a,nul\0byte\n", "NUL bytes taken out: 1."),
    ],
)
def test_what_is_left_out_or_changed_is_counted(write, rows, note):
    corpus = write(GOOD + rows).load()
    assert corpus.notes == (note,)
    assert _all_texts(corpus) >= _all_texts(write(GOOD).load())


def test_labels_that_look_like_numbers_stay_as_written(write):
    rows = "".join(f"{label},{label} text {n}\n" for n in range(3) for label in ("1", "1.0", "01"))
    assert write("label,text\n" + rows).load().class_names == ("01", "1", "1.0")


def test_repeated_text_keeps_its_first_label(write):
    assert _label_of(write(GOOD + "b,x number 0\n").load(), "x number 0") == "a"


def test_rows_past_the_limit_are_counted(write, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_ROWS", 12)
    corpus = write(GOOD).load()
    assert len(_all_texts(corpus)) == 12
    assert corpus.notes[0].startswith("Left out: 8 rows, beyond the first")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"The file mine\.csv is empty\. It needs a line with the names of its columns"),
        (" \n\n", r"The file mine\.csv is empty"),
        ("text\none\n", r"has one column; two are needed.*first line is 'text'"),
        ("label,text\n", r"At least 2 classes with 2 usable texts each are needed.*gives none"),
        ("label,text\na,one\na,two\n", r"At least 2 classes.*gives 'a' \(2\)"),
        ("one,two\na,b\n", r"No column is recognised as the label: the columns are 'one', 'two'"),
        (GOOD + 'a,"never closed\nb,c\n', r"opened in line 22 and never closed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), r"is a PNG picture, not text\. Save it as CSV"),
        (b"PK\x03\x04" + bytes(100), r"ZIP archive or an Excel workbook"),
        (b"PAR1" + bytes(100), r"a Parquet file"),
        (bytes(range(32)) * 100, r"binary data, not text"),
    ],
)
def test_unusable_file_says_why_and_what_to_do(write, content, message):
    with pytest.raises(CorpusError, match=message):
        write(content).load()


def test_too_many_classes_are_named_with_the_limit(write):
    content = "label,text\n" + "".join(f"c{n},text {n}\n" for n in range(10_000))
    with pytest.raises(CorpusError, match=r"has 10,000 different labels; 2 to 20 are allowed"):
        write(content).load()


@pytest.mark.parametrize("choice", [{"text_column": "none"}, {"label_column": "none"}])
def test_chosen_column_that_is_missing_is_named(write, choice):
    with pytest.raises(CorpusError, match=r"no column 'none'; the columns are 'label', 'text'"):
        write(GOOD, **choice).load()


def test_one_column_for_both_is_refused(write):
    with pytest.raises(CorpusError, match="cannot be both label and text"):
        write(GOOD, text_column="label").load()


def test_file_past_the_size_limit_is_refused_before_reading(write, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(CorpusError, match=r"has 1,024 MB; at most 200 MB are read"):
        CsvReader(path=path, seed=0).load()


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_file_that_cannot_be_read_is_an_error(tmp_path, name):
    with pytest.raises(CorpusError, match="cannot be read"):
        CsvReader(path=tmp_path / name, seed=0).load()
    with pytest.raises(CorpusError, match="cannot be read"):
        CsvReader(path=tmp_path / name, seed=0).fingerprint()


def test_fingerprint_follows_content_columns_and_seed(write):
    prints = {
        write(GOOD).fingerprint(),
        write(GOOD + "a,more\n").fingerprint(),
        write(GOOD, seed=1).fingerprint(),
        write(GOOD, text_column="text").fingerprint(),
    }
    assert len(prints) == 4
    assert write(GOOD).fingerprint() in prints


def test_upload_limit_of_the_page_is_the_readers(request):
    import tomllib

    config = tomllib.loads((request.config.rootpath / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 2**20 == MAX_BYTES


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda rest: GOOD.encode() + rest))
def test_any_bytes_give_a_corpus_or_a_clear_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        corpus = CsvReader(path=path, seed=0).load()
    except CorpusError:
        return
    assert len(corpus.class_names) >= 2


@given(
    st.lists(
        st.sampled_from(
            ["a,new {n}", "b,other {n}", "a,same", ",none {n}", "a,", "a", 'a,"x"y', "c,lone", ""]
        ),
        max_size=30,
    )
)
def test_no_row_is_lost_in_silence(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "rows.csv"
    path.write_text(GOOD + "".join(row.format(n=n) + "\n" for n, row in enumerate(rows)))
    corpus = CsvReader(path=path, seed=0).load()
    left_out = sum(
        int(note.split()[2].replace(",", "")) for note in corpus.notes if "Left out" in note
    )
    not_empty = sum(bool(row) for row in rows)
    assert len(corpus.train) + len(corpus.test) + left_out == len(ROWS) + not_empty


def test_left_out_rows_have_a_reason_each():
    left_out = LeftOut(ragged=1, rare=2)
    assert left_out.total == 3
    assert len(left_out.notes()) == 2


def test_only_the_beginning_of_a_large_file_is_inspected(write):
    reader = write("label,text\n" + 'a,"line\nbreak"\n' * 50_000)
    assert len(read_delimited(reader.path, most_bytes=1_000).content) == 1_000
    assert inspect_columns(reader.path).names == ("label", "text")
