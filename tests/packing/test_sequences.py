import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.errors import ConfigError, SequenceError
from rnndash.packing import sequences
from rnndash.packing.sequences import LESSON_ROWS, batch_rows, corpus_rows, parse_rows
from rnndash.text.order import bucketed_order, epoch_order, split_rows
from tests.corpora import small_encoded_corpus

ALLOWED = (
    "An id is a whole number from 1 to 1,000,000,000; spaces or commas stand between ids, "
    "/ or a line break between rows, as in 1 2 3 / 4 5."
)
ROWS = st.lists(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=8).map(tuple), min_size=1, max_size=8
).map(tuple)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1 2 3 / 4 5", ((1, 2, 3), (4, 5))),
        ("1 2 3\n4 5", ((1, 2, 3), (4, 5))),
        ("1,2,3/4,5", ((1, 2, 3), (4, 5))),
        ("1, 2, 3,\r\n4,\t5\r\n", ((1, 2, 3), (4, 5))),
        ("1 2 3 /\n4 5\n\n", ((1, 2, 3), (4, 5))),
        ("[[1, 2, 3], [4, 5]]", ((1, 2, 3), (4, 5))),
        ("[[1,2,3],[4,5],]", ((1, 2, 3), (4, 5))),
        ("[[1, 2,\n  3],\n [4, 5]]", ((1, 2, 3), (4, 5))),
        ("[[1 2 3]\n [4 5 6]]", ((1, 2, 3), (4, 5, 6))),
        ("[1, 2, 3]\n[4, 5]", ((1, 2, 3), (4, 5))),
        ("[1, 2, 3] / [4, 5]", ((1, 2, 3), (4, 5))),
        ("[7]", ((7,),)),
        ("007 +8", ((7, 8),)),
        ("1000000000", ((10**9,),)),
        ("1 2 3 4 5 / 6 7 8 / 9", LESSON_ROWS.ids),
    ],
)
def test_typed_rows_are_read(text, ids):
    assert parse_rows(text).ids == ids


@given(ROWS)
def test_rows_printed_by_python_are_read_back(ids):
    assert parse_rows(str([list(row) for row in ids])).ids == ids


@given(ROWS)
def test_rows_typed_line_by_line_are_read_back(ids):
    assert parse_rows("\n".join(" ".join(map(str, row)) for row in ids)).ids == ids


@settings(max_examples=300)
@given(st.text(alphabet="12 ,/\n[]-0ax", max_size=30))
def test_whatever_is_typed_gives_rows_without_padding_or_an_error_for_people(text):
    try:
        ids = parse_rows(text).ids
    except SequenceError:
        return
    assert all(row and min(row) > 0 for row in ids)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            " \n",
            "There is no sequence yet. Type one or more rows of numbers, such as 1 2 3 / 4 5.",
        ),
        (
            "[[]]",
            "There is no sequence yet. Type one or more rows of numbers, such as 1 2 3 / 4 5.",
        ),
        (
            "1 2 / / 3",
            "Row 2 is empty. A row without a token has no time step and cannot be packed: PyTorch "
            "needs every length to be at least 1. Put an id there, or remove the row.",
        ),
        (
            "[[1], []]",
            "Row 2 is empty. A row without a token has no time step and cannot be packed: PyTorch "
            "needs every length to be at least 1. Put an id there, or remove the row.",
        ),
        ("1 / 2 cat", f"Row 2 has 'cat', which is not an id. {ALLOWED} Change it."),
        ("1.5", f"Row 1 has '1.5', which is not an id. {ALLOWED} Change it."),
        (
            "x" * 50,
            f"Row 1 has '{'x' * 20}…', which is not an id. {ALLOWED} Change it.",
        ),
        ("3 -2", f"Row 1 has -2, which is negative. {ALLOWED} Change it."),
        (
            "3 0 0",
            "Row 1 has the id 0, which is the padding's own number: shorter rows are padded "
            f"with it automatically. {ALLOWED} Remove the 0.",
        ),
        (
            "1000000001",
            f"Row 1 has 1000000001, which is too large. {ALLOWED} Change it.",
        ),
        (
            "9" * 5_000,
            f"Row 1 has {'9' * 20}…, which is too large. {ALLOWED} Change it.",
        ),
        ("1\n" * 513, "There are 513 rows; up to 512 are allowed. Remove some."),
        (
            "1 " * 2_001,
            "Row 1 has 2,001 ids; up to 2,000 are allowed. Remove some.",
        ),
        (
            "1" * 100_001,
            "The sequences have 100,001 characters; up to 100,000 are read. Remove some.",
        ),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_what_cannot_be_read_is_named(text, message):
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        parse_rows(text)


def test_rows_up_to_the_limits_are_read():
    assert parse_rows("1\n" * 512).lengths.tolist() == [1] * 512


def test_row_up_to_the_limit_is_read():
    assert parse_rows("1 " * 2_000).lengths.tolist() == [2_000]


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


def test_texts_of_a_corpus_come_in_the_order_asked_for(corpus):
    ids = corpus_rows(corpus, np.array([7, 2])).ids
    assert ids == (tuple(corpus.train.row(7)), tuple(corpus.train.row(2)))


def test_words_of_a_corpus_are_those_of_the_numbers(corpus):
    rows = corpus_rows(corpus, np.array([7, 2]))
    assert rows.words == tuple(tuple(corpus.words[i] for i in row) for row in rows.ids)


def test_long_text_is_called_by_its_first_words(corpus):
    longest = int(corpus.train.lengths.argmax())
    rows = corpus_rows(corpus, np.array([longest]))
    assert rows.titles == (" ".join(rows.words[0][:5]) + " …",)


def test_short_text_is_called_by_all_its_words(corpus):
    shortest = int(corpus.train.lengths.argmin())
    rows = corpus_rows(corpus, np.array([shortest]))
    assert rows.titles == (" ".join(rows.words[0]),)


def test_endless_word_is_cut_in_a_title():
    assert sequences._title(("a" * 300,)) == "a" * 40 + "…"


def test_batch_that_is_too_large_to_show_is_an_error(corpus, monkeypatch):
    monkeypatch.setattr(sequences, "MOST_CELLS", 10)
    longest = int(corpus.train.lengths.max())
    rows = np.array([int(corpus.train.lengths.argmax())] * 2)
    message = (
        f"2 texts padded to the longest, {longest} words, are {2 * longest} cells; up to 10 can "
        "be laid out. Choose a smaller batch or another one."
    )
    with pytest.raises(SequenceError, match=re.escape(message)):
        corpus_rows(corpus, rows)


LENGTHS = np.random.default_rng(0).integers(1, 60, size=103)


@pytest.mark.parametrize("number", [1, 4, 11])
def test_shuffled_batch_is_that_of_training(number):
    rows = batch_rows(LENGTHS, batch_size=10, number=number, is_bucketed=False, seed=3)
    batches = list(split_rows(epoch_order(103, seed=3, epoch=0), 10))
    assert rows.tolist() == batches[number - 1].tolist()


@pytest.mark.parametrize("number", [1, 4, 11])
def test_bucketed_batch_is_that_of_the_bucketed_order(number):
    rows = batch_rows(LENGTHS, batch_size=10, number=number, is_bucketed=True, seed=3)
    batches = list(split_rows(bucketed_order(LENGTHS, batch_size=10, seed=3, epoch=0), 10))
    assert rows.tolist() == batches[number - 1].tolist()


@pytest.mark.parametrize("number", [0, -1, 12])
def test_batch_that_is_not_there_is_an_error(number):
    message = (
        f"103 texts make 11 minibatches of 10; number {number} is none of them. "
        "Choose one from 1 to 11."
    )
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        batch_rows(LENGTHS, batch_size=10, number=number, is_bucketed=False, seed=0)


@pytest.mark.parametrize("changes", [{"batch_size": 0}, {"batch_size": 513}, {"seed": -1}])
def test_setting_outside_its_limits_is_an_error(changes):
    settings = {"batch_size": 10, "number": 1, "is_bucketed": False, "seed": 0} | changes
    with pytest.raises(ConfigError, match="must be a whole number from"):
        batch_rows(LENGTHS, **settings)
