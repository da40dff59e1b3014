import numpy as np
import pytest

from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import WordByWord
from rnndash.ui.predict.word_by_word import answer_after, word_in_link

READING = WordByWord(
    network=NetworkInfo(label="*A*", kind="rnn", class_names=("World", "Sci/Tech_")),
    text=EncodedText(tokens=("oil", "up"), ids=(2, 3), words_in_all=2),
    probabilities=np.array([[0.75, 0.25], [0.125, 0.875]]),
    seconds=0.1,
)


@pytest.mark.parametrize(
    ("word", "answer"), [(1, r"\*A\*: **World** 75.0%"), (2, r"\*A\*: **Sci/Tech\_** 87.5%")]
)
def test_answer_after_a_word_is_that_of_its_row(word, answer):
    assert answer_after(READING, word) == answer


@pytest.mark.parametrize(
    ("link", "word"),
    [("1", 1), ("3", 3), ("4", 3), ("0", 1), ("999999", 3), ("9" * 15, 3)]
    + [(link, None) for link in ("", "-1", "two", "1.5", "1_0", "9" * 16)],
)
def test_word_of_a_link_is_the_nearest_one(link, word):
    assert word_in_link(link, 3) == word
