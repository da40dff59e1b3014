import numpy as np

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predictions import Prediction
from rnndash.inspection.variants import Edit
from rnndash.inspection.what_if import token_diff
from rnndash.ui.predict.what_if import edit_markdown, edit_row
from tests.inspection.readers import encoded

NETWORK = NetworkInfo(label="LSTM", kind=ModelKind.LSTM, class_names=("a", "b"))


def _prediction(probabilities):
    return Prediction(
        network=NETWORK, text=encoded("oil"), probabilities=np.array(probabilities), seconds=0
    )


def _edit(before="oil", after="oil"):
    return Edit(
        before=_prediction([0.25, 0.75]),
        after=_prediction([0.5, 0.5]),
        pieces=token_diff(before.split(), after.split()),
    )


def test_words_taken_out_are_struck_through_and_words_put_in_are_bold():
    assert edit_markdown(_edit("oil prices fall", "oil fall now")) == "oil ~~prices~~ fall **now**"


def test_words_cannot_bring_marks_of_their_own():
    assert edit_markdown(_edit("a*b", "~~")) == r"~~a\*b~~ **\~\~**"


def test_row_follows_the_class_that_was_answered_before_the_edit():
    assert edit_row(_edit()) == {
        "Network": "LSTM",
        "Before": "b 75.0%",
        "After": "a 50.0%",
        "Change of its first answer": "-25.0 points",
    }
