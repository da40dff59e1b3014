import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.answer_table import AnswerTable, NetworkAnswers
from rnndash.inspection.many_texts import TextRow
from rnndash.inspection.network_info import NetworkInfo
from rnndash.ui.predict.many import Filter, _frame, _summary, is_shown


def _answers(label, answers):
    probabilities = np.array(
        [[0.75, 0.25] if answer == "a" else [0.25, 0.75] for answer in answers]
    )
    return NetworkAnswers(
        network=NetworkInfo(label=label, kind=ModelKind.LSTM, class_names=("a", "b")),
        probabilities=probabilities,
        unknown=np.zeros(len(answers), dtype=np.int64),
    )


TABLE = AnswerTable(
    rows=tuple(
        TextRow(number=number, text=f"text {number}", label=label)
        for number, label in enumerate(("a", "a", "b", None), start=1)
    ),
    lengths=np.array([2, 2, 2, 2]),
    networks=(_answers("A", "aaaa"), _answers("B", "abab")),
    bad=(),
    notes=(),
)


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (Filter.ALL, [1, 2, 3, 4]),
        (Filter.APART, [2, 4]),
        (Filter.WRONG, [2, 3]),
        (Filter.RIGHT, [1]),
    ],
)
def test_filter_shows_the_texts_of_its_name(chosen, shown):
    numbers = [row.number for row in TABLE.rows]
    assert [n for n, yes in zip(numbers, is_shown(TABLE, chosen), strict=True) if yes] == shown


def test_frame_has_the_answers_of_each_network_beside_the_true_class():
    frame = _frame(TABLE)
    assert list(frame.columns) == ["Row", "True class", "A", "A sure", "B", "B sure", "Text"]
    assert frame["True class"].tolist() == ["a", "a", "b", ""]
    assert frame["B"].tolist() == ["a", "b", "a", "b"]
    assert frame["B sure"].tolist() == [0.75] * 4


def test_summary_counts_agreement_and_right_answers():
    assert _summary(TABLE) == (
        "**4 texts.** All networks agree on 2. Right on the 3 with a true class: A 66.7%, B 33.3%."
    )
