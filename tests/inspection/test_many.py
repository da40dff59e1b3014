import re

import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.errors import SequenceError
from rnndash.inspection import many
from rnndash.inspection.answer_table import AnsweringProgress
from rnndash.inspection.many import answer_many
from rnndash.inspection.many_texts import BadRow, ManyTexts, TextRow, texts_from_lines
from rnndash.inspection.predict import predict
from tests.inspection.readers import TEXT_WORDS, encoded, made_network

NETWORKS = {kind: made_network(kind) for kind in ModelKind}


def _lines(count, seed=0):
    """Texts of 1 to 12 words, some of them unknown."""
    rng = np.random.default_rng(seed)
    words = [*TEXT_WORDS.split(), "zorgon"]
    return [" ".join(rng.choice(words, size=rng.integers(1, 13))) for _ in range(count)]


def _table(networks, lines):
    *_, table = answer_many(networks, texts_from_lines("\n".join(lines)))
    return table


@pytest.mark.parametrize("kind", ModelKind)
def test_each_text_is_answered_as_if_alone(kind):
    lines = _lines(60)
    (answers,) = _table([NETWORKS[kind]], lines).networks
    alone = [predict(NETWORKS[kind], encoded(line)).probabilities for line in lines]
    assert np.allclose(answers.probabilities, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ModelKind)
def test_neighbours_change_no_answer(kind):
    lines = _lines(20)
    few = _table([NETWORKS[kind]], lines[:5]).networks[0].probabilities
    many_more = _table([NETWORKS[kind]], [*lines, "oil " * 150]).networks[0].probabilities
    assert np.allclose(many_more[:5], few, rtol=0, atol=1e-6)


def test_small_batches_give_the_same_answers(monkeypatch):
    whole = _table([NETWORKS[ModelKind.LSTM]], _lines(40)).networks[0].probabilities
    monkeypatch.setattr(many, "MOST_IN_A_BATCH", 2)
    parts = _table([NETWORKS[ModelKind.LSTM]], _lines(40)).networks[0].probabilities
    assert np.allclose(parts, whole, rtol=0, atol=1e-6)


def test_rows_stand_in_the_order_of_the_source():
    lines = _lines(30)
    assert [row.text for row in _table([NETWORKS[ModelKind.RNN]], lines).rows] == lines


def test_progress_goes_from_none_to_all_texts_of_all_networks():
    networks = [NETWORKS[ModelKind.RNN], NETWORKS[ModelKind.LSTM]]
    *steps, _ = answer_many(networks, texts_from_lines("\n".join(_lines(30))))
    done = [step.done for step in steps]
    assert (done[0], done[-1], done) == (0, 60, sorted(done))
    assert {(type(step), step.total) for step in steps} == {(AnsweringProgress, 60)}


def test_lengths_and_unknown_words_are_counted():
    table = _table([NETWORKS[ModelKind.GRU]], ["oil zorgon blarg", "prices"])
    assert (table.lengths.tolist(), table.networks[0].unknown.tolist()) == ([3, 1], [2, 0])


def test_overlong_texts_are_cut_and_reported():
    table = _table([NETWORKS[ModelKind.GRU]], ["oil " * 300, "prices"])
    assert table.lengths.tolist() == [200, 1]
    assert table.notes == ("Cut after 200 words: 1 of the texts.",)


def test_text_without_a_word_is_named_among_the_bad_rows():
    table = _table([NETWORKS[ModelKind.GRU]], ["oil", "", '""', "prices"])
    assert [row.number for row in table.rows] == [1, 4]
    assert table.bad == (
        BadRow(number=2, reason="The text is empty."),
        BadRow(number=3, reason="The text has no word."),
    )


def test_row_is_named_once_if_it_has_neither_word_nor_known_label():
    fault = BadRow(number=2, reason="The label 'x' is no class.", is_answered=True)
    rows = (TextRow(number=1, text="oil"), TextRow(number=2, text=";"))
    *_, table = answer_many([NETWORKS[ModelKind.GRU]], ManyTexts(rows=rows, bad=(fault,)))
    assert table.bad == (BadRow(number=2, reason="The text has no word."),)


def test_networks_of_one_name_get_names_of_their_own():
    labels = ["A", "A", "A (2)", "A"]
    networks = [made_network(ModelKind.LSTM, label=label) for label in labels]
    names = [answers.network.label for answers in _table(networks, ["oil"]).networks]
    assert names == ["A", "A (2)", "A (2) (2)", "A (3)"]


def test_ten_thousand_texts_are_answered():
    table = _table([NETWORKS[ModelKind.PACKED_LSTM]], _lines(10_000))
    assert np.allclose(table.networks[0].probabilities.sum(axis=1), 1)


def test_texts_without_any_word_are_an_error():
    message = (
        "None of the 2 texts has a word; blanks, quotation marks, colons and semicolons are none. "
        "Give other texts."
    )
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        _table([NETWORKS[ModelKind.GRU]], ['""', ";"])


def test_single_text_without_a_word_is_an_error():
    with pytest.raises(SequenceError, match=r"^The only text has no word; blanks, "):
        _table([NETWORKS[ModelKind.GRU]], ['""'])


def test_no_network_is_an_error():
    with pytest.raises(SequenceError, match="Choose at least one"):
        _table([], ["oil"])
