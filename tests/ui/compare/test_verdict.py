"""The verdict on two runs, and the texts behind each cell of their agreement."""

from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from rnndash.results import Predictions, RunState
from rnndash.statistics import Interval, Verdict
from rnndash.text.stored_texts import store_texts
from rnndash.ui.compare import texts_table, verdict
from rnndash.ui.compare.verdict import describe_verdict, show_verdict
from rnndash.ui.corpora import ReadableTexts
from rnndash.ui.growing_chart import Click
from tests.made_runs import FINISHED, STARTED
from tests.ui.records import made_record

VERDICT = Verdict(
    both_right=1_900,
    only_first=60,
    only_second=20,
    both_wrong=20,
    p_value=0.00002,
    difference=0.02,
    interval=Interval(low=0.011, high=0.029),
    resamples=9_999,
)


def _words(verdict, names=("A*", "B")):
    return describe_verdict(verdict, names)


def test_lead_of_the_first_is_described_whole():
    assert _words(VERDICT) == (
        "**Probably real, for these two trained networks.** A\\* has 40 more of the 2,000 test "
        "texts right than B: a lead of 2.0 percentage points. With other test texts of the same "
        "kind the lead would mostly be **1.1 to 2.9 points** (95% interval).\n\nThey disagree on "
        "80 texts: only A is right on 60, only B on 20. If both were equally good, chance would "
        "split these texts at least as unevenly with probability **p < 0.0001**."
    )


def test_lead_of_the_second_turns_names_and_interval_around():
    turned = replace(
        VERDICT,
        only_first=20,
        only_second=60,
        difference=-0.02,
        interval=Interval(low=-0.029, high=-0.011),
    )
    words = _words(turned)
    assert "B has 40 more of the 2,000 test texts right than A\\*" in words
    assert "**1.1 to 2.9 points**" in words
    assert "only A is right on 20, only B on 60" in words


def test_lead_that_may_be_chance_can_be_below_zero():
    words = _words(replace(VERDICT, p_value=0.05, interval=Interval(low=-0.004, high=0.029)))
    assert words.startswith("**It may be chance.** A\\* has 40 more")
    assert (
        "could well be **−0.4 to 2.9 points** (95% interval; below 0 the other run leads)" in words
    )


@pytest.mark.parametrize(("p_value", "is_real"), [(0.0499, True), (0.05, False)])
def test_five_percent_is_where_chance_begins(p_value, is_real):
    assert _words(replace(VERDICT, p_value=p_value)).startswith("**Probably real") == is_real


@pytest.mark.parametrize(
    ("p_value", "written"),
    [(0.00009, "< 0.0001"), (0.0001, "= 0.0001"), (0.04567, "= 0.0457"), (1.0, "= 1.0000")],
)
def test_probability_is_written_to_four_places(p_value, written):
    assert _words(replace(VERDICT, p_value=p_value)).endswith(f"**p {written}**.")


def test_equal_accuracies_are_no_lead():
    even = replace(VERDICT, only_first=5, only_second=5, difference=0.0, p_value=1.0)
    assert "A\\* and B have equally many of the 1,930 test texts right." in _words(even)
    assert "They disagree on 10 texts" in _words(even)


def test_single_text_on_which_they_disagree_is_one():
    one = replace(VERDICT, only_first=1, only_second=0, difference=0.001, p_value=1.0)
    assert "They disagree on 1 text: only A is right on 1, only B on 0." in _words(one)


def test_runs_that_never_part_have_no_difference():
    same = replace(VERDICT, only_first=0, only_second=0, difference=0.0, p_value=1.0)
    assert _words(same) == (
        "**No difference.** Both have the same 1,900 of the 1,920 test texts right."
    )


LABELS = np.array([0, 0, 1, 1, 0])
FIRST = np.array([0, 0, 0, 0, 0])  # right on 0, 1 and 4
SECOND = np.array([0, 1, 1, 0, 1])  # right on 0 and 2
SURE = (0.6, 0.7, 0.8, 0.9, 0.95)
TEXTS = [f"text {n}" for n in range(5)]


def _answers(predicted, sure):
    return Predictions(
        labels=LABELS,
        predicted=predicted,
        confidence=np.array(sure, dtype=np.float32),
        digest="texts",
    )


@pytest.fixture
def two(monkeypatch, screen):
    """Two finished runs with five test texts, and the charts left out."""
    ids = ("20261129-120000-abcd-rnn", "20261129-120000-abcd-lstm")
    records = [
        made_record(
            i, model=kind, seed=seed, state=RunState.FINISHED, started=STARTED, finished=FINISHED
        )
        for i, kind, seed in zip(ids, ("rnn", "lstm"), (3, 4), strict=True)
    ]
    answers = dict(zip(ids, (_answers(FIRST, SURE), _answers(SECOND, SURE[::-1])), strict=True))
    texts = ReadableTexts(
        class_names=("World", "Sports"), texts=store_texts(TEXTS), labels=LABELS, digest="texts"
    )
    monkeypatch.setattr(verdict, "predictions_of", lambda record: answers[record.run_id])
    monkeypatch.setattr(verdict, "show_growing_chart", lambda *_, **__: None)
    monkeypatch.setattr(texts_table, "readable_texts", lambda _: texts)
    st.session_state.update(a=ids[0], b=ids[1])
    return records


def _show(records):
    show_verdict(records, {record.run_id: record.label for record in records})


def _table(screen):
    (table,) = screen.of("dataframe")
    return table.label


@pytest.mark.parametrize(
    ("cell", "rows"), [("both", [0]), ("a", [4, 1]), ("b", [2]), ("neither", [3])]
)
def test_texts_behind_a_cell_are_those_that_the_runs_answered_so(screen, two, cell, rows):
    st.session_state["cell"] = cell
    _show(two)
    table = _table(screen)
    # The surest first: on text 4 the first run is sure by 0.95, on text 1 the second by 0.9.
    assert table["Text"].tolist() == [TEXTS[row] for row in rows]
    names = np.array(["World", "Sports"])
    assert table["True class"].tolist() == names[LABELS[rows]].tolist()
    assert table["A answered"].tolist() == names[FIRST[rows]].tolist()
    assert table["B answered"].tolist() == names[SECOND[rows]].tolist()
    assert table["A sure"].tolist() == pytest.approx([100 * SURE[row] for row in rows])
    assert table["B sure"].tolist() == pytest.approx([100 * SURE[4 - row] for row in rows])


@pytest.mark.parametrize(
    ("row", "column", "cell"),
    [
        ("right", "right", "both"),
        ("right", "wrong", "a"),
        ("wrong", "right", "b"),
        ("wrong", "wrong", "neither"),
    ],
)
def test_click_into_a_cell_opens_its_texts(monkeypatch, screen, two, row, column, cell):
    click = Click(x=column, y=row)
    monkeypatch.setattr(verdict, "show_growing_chart", lambda *_, **__: click)
    _show(two)
    assert st.session_state["cell"] == cell
    _table(screen)


def test_words_and_caution_name_both_seeds(screen, two):
    _show(two)
    (words,) = screen.texts("markdown")
    assert words.startswith("**It may be chance.** Simple RNN has 1 more of the 5 test texts right")
    (caution,) = (text for text in screen.texts("caption") if "seed" in text)
    assert caution.startswith("This is one seed of each (seeds 3 and 4).")
    assert caution.endswith("a bootstrap interval over the texts (9,999 resamples).")


def test_runs_of_one_seed_are_cautioned_by_it(screen, two):
    same = [replace(two[0], config=replace(two[0].config, seed=4)), two[1]]
    _show(same)
    assert any(
        text.startswith("This is one seed of each (seed 4).") for text in screen.texts("caption")
    )


def test_one_finished_run_is_not_enough(screen, two):
    _show([two[0], replace(two[1], finished=None)])
    assert screen.texts("info") == [
        "Tick two finished runs above. Their answers to the same test texts are compared here."
    ]
    assert not screen.of("dataframe")


def test_first_choice_is_the_oldest_against_the_newest(screen, two):
    st.session_state.clear()
    _show(two)
    assert [st.session_state[key] for key in "ab"] == [two[1].run_id, two[0].run_id]
