import csv
import io

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.answer_table import (
    AnsweringProgress,
    AnswerTable,
    NetworkAnswers,
    answers_csv,
    bad_rows_csv,
)
from rnndash.inspection.many_texts import BadRow, TextRow
from rnndash.inspection.network_info import NetworkInfo

TEXTS = ("oil, prices", '=HYPERLINK("http://evil")', "two\nlines\rthree")
FIRST = [[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]]
SECOND = [[0.75, 0.25], [0.0, 1.0], [0.25, 0.75]]


def _network(label, probabilities, names=("World", "Sports")):
    return NetworkAnswers(
        network=NetworkInfo(label=label, kind=ModelKind.LSTM, class_names=names),
        probabilities=np.array(probabilities),
        unknown=np.zeros(len(probabilities), dtype=np.int64),
    )


def _table(*networks, labels=("World", None, "World")):
    return AnswerTable(
        rows=tuple(
            TextRow(number=number, text=text, label=label)
            for number, text, label in zip((1, 2, 4), TEXTS, labels, strict=True)
        ),
        lengths=np.array([3, 1, 3]),
        networks=networks or (_network("A", FIRST), _network("B", SECOND)),
        bad=(),
        notes=(),
    )


def _rows(content):
    return list(csv.reader(io.StringIO(content, newline="")))


def test_answer_is_the_most_probable_class():
    assert _network("A", FIRST).answers == ("World", "World", "Sports")


def test_confidence_is_the_answer_s_probability():
    assert _network("A", FIRST).confidence.tolist() == [0.75, 0.5, 0.875]


def test_accuracy_is_over_the_labelled_texts():
    table = _table()
    assert table.accuracy(table.networks[0]) == 0.5


def test_without_labels_there_is_no_accuracy():
    table = _table(labels=(None, None, None))
    assert (table.accuracy(table.networks[0]), table.labelled) == (None, 0)


def test_unanimous_texts_are_counted():
    assert _table().unanimous == 2


def test_each_text_is_labelled_unanimous_and_right_or_not():
    table = _table()
    assert table.is_labelled.tolist() == [True, False, True]
    assert table.is_unanimous.tolist() == [True, False, True]
    assert table.is_right.tolist() == [[True, True], [False, False], [False, False]]


def test_networks_that_number_the_classes_differently_are_compared_by_name():
    table = _table(_network("A", FIRST), _network("B", FIRST, names=("Sports", "World")))
    assert table.is_unanimous.tolist() == [False, False, False]
    assert table.is_right.tolist() == [[True, False], [False, False], [False, True]]


def test_ten_thousand_texts_take_each_network_s_answers_once(monkeypatch):
    made, answers = [], NetworkAnswers.answers
    monkeypatch.setattr(
        NetworkAnswers, "answers", property(lambda own: made.append(own) or answers.fget(own))
    )
    count = 10_000
    networks = tuple(_network(label, FIRST[:1] * count) for label in "AB")
    table = AnswerTable(
        rows=(TextRow(number=1, text="oil", label="World"),) * count,
        lengths=np.ones(count, dtype=np.int64),
        networks=networks,
        bad=(),
        notes=(),
    )
    assert table.is_right.all()
    assert table.is_unanimous.all()
    assert len(made) == 4


def test_fraction_is_of_the_whole_work():
    assert AnsweringProgress(done=1, total=4).fraction == 0.25


def test_file_has_a_row_for_each_text():
    table = _table(_network("A", FIRST))
    assert _rows(answers_csv(table)) == [
        ["row", "text", "label", "A: answer", "A: probability", "A: P(World)", "A: P(Sports)"],
        ["1", "oil, prices", "World", "World", "0.75", "0.75", "0.25"],
        ["2", '\'=HYPERLINK("http://evil")', "", "World", "0.5", "0.5", "0.5"],
        ["4", "two\nlines\rthree", "World", "Sports", "0.875", "0.125", "0.875"],
    ]


def test_networks_follow_each_other():
    header = _rows(answers_csv(_table()))[0]
    assert [name for name in header if name.endswith("answer")] == ["A: answer", "B: answer"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_names_that_a_spreadsheet_would_compute_get_an_apostrophe(first):
    table = _table(_network(f"{first}A", FIRST, names=(f"{first}World", "Sports")))
    header, row, *_ = _rows(answers_csv(table))
    assert (header[3], row[3]) == (f"'{first}A: answer", f"'{first}World")


def test_bad_rows_are_a_file_too():
    bad = (
        BadRow(number=2, reason="The text is empty."),
        BadRow(number=5, reason="The label 'x' is no class.", is_answered=True),
    )
    assert _rows(bad_rows_csv(bad)) == [
        ["row", "reason", "answered"],
        ["2", "The text is empty.", "no"],
        ["5", "The label 'x' is no class.", "yes"],
    ]
