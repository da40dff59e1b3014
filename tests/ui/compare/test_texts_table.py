import numpy as np
import pytest

from rnndash.results import Predictions
from rnndash.text.stored_texts import store_texts
from rnndash.ui.compare import texts_table
from rnndash.ui.compare.texts_table import show_texts
from rnndash.ui.corpora import ReadableTexts
from tests.ui.records import made_record


def _answers(number, digest="texts"):
    return Predictions(
        labels=np.zeros(number, dtype=np.int64),
        predicted=np.arange(number) % 2,
        confidence=np.linspace(0.5, 0.9, number, dtype=np.float32),
        digest=digest,
    )


@pytest.fixture
def texts(monkeypatch):
    """Put so many test texts on this machine."""

    def put(number):
        readable = ReadableTexts(
            class_names=("<b>World", "Sports"),
            texts=store_texts([f"text {n}" for n in range(number)]),
            labels=np.zeros(number, dtype=np.int64),
            digest="texts",
        )
        monkeypatch.setattr(texts_table, "readable_texts", lambda _: readable)

    return put


def test_single_run_has_columns_without_its_name(screen, texts):
    texts(4)
    show_texts(made_record(), np.array([1, 2]), {"": _answers(4)}, key="k")
    table = screen.widget("k").label
    assert table.columns.tolist() == ["True class", "Answered", "Sure", "Text"]
    assert table["Text"].tolist() == ["text 2", "text 1"]
    assert table["Answered"].tolist() == ["<b>World", "Sports"]
    assert table["Sure"].tolist() == pytest.approx([76.667, 63.333], abs=1e-3)


@pytest.mark.parametrize(
    ("number", "captions"),
    [(200, []), (201, ["The 200 of 201 texts with the most confident answers."])],
)
def test_at_most_200_texts_are_shown_with_a_note(screen, texts, number, captions):
    texts(number)
    show_texts(made_record(), np.arange(number), {"": _answers(number)}, key="k")
    table = screen.widget("k").label
    assert len(table) == 200
    assert table["Text"].iloc[0] == f"text {number - 1}"
    assert screen.texts("caption") == captions


def test_without_texts_a_note_is_shown(screen, texts):
    texts(4)
    show_texts(made_record(), np.array([], dtype=np.int64), {"": _answers(4)}, key="k")
    assert screen.texts("caption") == ["There are no such texts."]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([1], "1 text. It is no longer on this machine. To read it here, "),
        ([1, 2], "2 texts. They are no longer on this machine. To read them here, "),
    ],
)
def test_other_test_texts_are_not_shown_beside_these_answers(screen, texts, rows, message):
    texts(4)
    show_texts(made_record(), np.array(rows), {"": _answers(4, "others")}, key="k")
    assert screen.texts("info") == [f"{message}train a model on the same texts once."]
    assert not screen.of("dataframe")
