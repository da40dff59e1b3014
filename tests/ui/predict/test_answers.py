import numpy as np
import pytest

from rnndash.config.model_kind import ModelKind
from rnndash.inspection.encoded_text import EncodedText
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predict import predict
from rnndash.inspection.predictions import Prediction
from rnndash.ui.predict import answers
from rnndash.ui.predict.answers import UnreadableText, answer, answers_html
from tests.inspection.readers import encoded, made_network

NETWORKS = [made_network(kind) for kind in (ModelKind.RNN, ModelKind.PACKED_LSTM)]
TEXT = "oil prices zorgon"


@pytest.mark.parametrize("is_word_by_word", [False, True])
def test_each_network_answers_as_it_predicts(is_word_by_word):
    answered = answer(NETWORKS, TEXT, is_word_by_word=is_word_by_word)
    expected = [predict(network, encoded(TEXT)) for network in NETWORKS]
    assert [p.network for p in answered.predictions] == [p.network for p in expected]
    for prediction, other in zip(answered.predictions, expected, strict=True):
        np.testing.assert_allclose(prediction.probabilities, other.probabilities, atol=1e-12)


def test_bars_are_those_of_the_predictions():
    answered = answer(NETWORKS, TEXT)
    assert [list(bars.x) for bars in answered.bars.data] == [
        prediction.probabilities.tolist() for prediction in answered.predictions
    ]


def test_answers_after_each_word_come_only_when_asked_for():
    assert answer(NETWORKS, TEXT).word_by_word == ()
    read = answer(NETWORKS, TEXT, is_word_by_word=True).word_by_word
    assert [len(each.probabilities) for each in read] == [3, 3]


def test_text_is_split_into_words_once_for_all_networks(monkeypatch):
    split, tokenize_text = [], answers.tokenize_text
    monkeypatch.setattr(answers, "tokenize_text", lambda t: split.append(t) or tokenize_text(t))
    answer(NETWORKS, TEXT)
    assert split == [TEXT]


def test_text_is_read_once_by_each_network_for_word_by_word(monkeypatch):
    read = []
    for network in NETWORKS:
        forward = network.model.rnn.forward
        monkeypatch.setattr(
            network.model.rnn,
            "forward",
            lambda *given, name=network.info.label, forward=forward: (
                read.append(name) or forward(*given)
            ),
        )
    answer(NETWORKS, TEXT, is_word_by_word=True)
    assert read == [network.info.label for network in NETWORKS]


def test_text_without_a_word_is_unreadable_and_says_why():
    answered = answer(NETWORKS, " ; ")
    assert isinstance(answered, UnreadableText)
    assert answered.text == " ; "
    assert answered.reason.startswith("The text consists of ';'")


def test_table_has_each_network_with_its_answer_its_share_and_its_time():
    network = NetworkInfo(label="A", kind=ModelKind.RNN, class_names=("x", "y"))
    text = EncodedText(tokens=("oil",), ids=(2,), words_in_all=1)
    prediction = Prediction(
        network=network, text=text, probabilities=np.array([0.25, 0.75]), seconds=0.0123
    )
    row = "<tr><td>A</td><td>y</td><td>75.0%</td><td>12.3 ms</td></tr>"
    assert f"<tbody>{row}</tbody>" in answers_html([prediction])
