import re

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnndash.config.model_kind import ModelKind
from rnndash.errors import CheckpointError, SequenceError
from rnndash.inspection.encoded_text import MOST_WORDS, EncodedText, TokenizedText
from rnndash.inspection.network import Network, probabilities_of
from rnndash.inspection.network_info import NetworkInfo
from rnndash.inspection.predict import predict, predict_each
from rnndash.inspection.predictions import Prediction, agreement
from rnndash.inspection.tokenizing import tokenize_text
from rnndash.text.tokens import tokenize
from tests.inspection.readers import (
    CLASSES,
    INDEX,
    PACKED,
    TEXT,
    WORDS,
    encoded,
    made_network,
    plain_answer,
)

each_kind = pytest.mark.parametrize("kind", ModelKind)
NETWORKS = {kind: made_network(kind) for kind in ModelKind}


def test_text_is_encoded_as_the_tokeniser_and_the_vocabulary_have_it():
    assert encoded("OIL, not  zorgon") == EncodedText(
        tokens=("oil", ",", "not", "zorgon"), ids=(INDEX["oil"], 1, INDEX["not"], 1), words_in_all=4
    )


def test_unknown_words_are_flagged():
    assert encoded("oil zorgon").is_unknown == (False, True)


def test_padding_s_own_name_is_an_unknown_word():
    assert encoded("<pad>").ids == (1,)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        (" \n\t ", "is empty"),
        ('"" ""', 'consists of \'"" ""\''),
        (" ; : ", "consists of '; :'"),
    ],
)
def test_text_without_a_word_is_an_error(text, what):
    message = (
        f"The text {what}; a network needs at least one word, and blanks, quotation marks, colons "
        "and semicolons are none. Type a word."
    )
    with pytest.raises(SequenceError, match=f"^{re.escape(message)}$"):
        encoded(text)


def test_overlong_text_is_cut():
    text = encoded("oil prices " * 5_000)
    assert text.tokens == ("oil", "prices") * (MOST_WORDS // 2)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("oil prices", ()),
        ("oil " * 200, ()),
        ("oil " * 10_000, ("The text has 10,000 words; the first 200 count.",)),
        ("oil zorgon", ("1 of 2 words is unknown to the network.",)),
        ("a b oil", ("2 of 3 words are unknown to the network.",)),
        (
            "zorgon",
            (
                "No word of the text is known to the network: to it, all such texts of this "
                "length are the same, and its answer says nothing about yours.",
            ),
        ),
    ],
)
def test_notes_tell_what_was_cut_and_what_is_unknown(text, notes):
    assert encoded(text).notes == notes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b\x1b\x7f", "a␀b␛␡"),
        ("\u202eevil", "�evil"),
        ("\ud800x", "�x"),
        ("<b>hi</b>", "<b>hi</b>"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
    ],
)
def test_word_is_shown_without_control_characters(text, shown):
    assert encoded(text).shown == (shown,)


def test_text_without_tokens_is_refused():
    with pytest.raises(ValueError, match="from 1 to words_in_all = 3 tokens; 0 came"):
        TokenizedText(tokens=(), words_in_all=3)


def test_words_and_numbers_that_differ_in_number_are_refused():
    with pytest.raises(ValueError, match="Each word has one number; 1 words and 2 numbers came"):
        EncodedText(tokens=("oil",), ids=(2, 3), words_in_all=1)


@each_kind
def test_prediction_is_the_model_s_own_answer(kind):
    text = encoded(TEXT)
    reading = predict(NETWORKS[kind], text)
    assert np.array_equal(reading.probabilities, plain_answer(NETWORKS[kind], text.ids))


@pytest.mark.parametrize("kind", PACKED)
def test_packed_network_answers_alone_as_in_a_batch_with_longer_texts(kind):
    text = encoded(TEXT)
    batch = torch.zeros(3, 30, dtype=torch.int64)
    batch[0, : len(text)] = torch.tensor(text.ids)
    batch[1:] = 5
    with torch.no_grad():
        together = NETWORKS[kind].model(batch, torch.tensor([len(text), 30, 30])).softmax(dim=1)
    alone = predict(NETWORKS[kind], text).probabilities
    assert np.allclose(alone, together[0].numpy(), rtol=0, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60), kind=st.sampled_from(ModelKind))
def test_any_text_with_a_word_is_answered(text, kind):
    assume(tokenize(text))
    (reading,) = predict_each([NETWORKS[kind]], tokenize_text(text))
    assert reading.probabilities.sum() == pytest.approx(1)


def test_words_that_are_all_unknown_are_answered():
    (reading,) = predict_each([NETWORKS[ModelKind.LSTM]], tokenize_text("zorgon blarg"))
    assert reading.answer in CLASSES


def test_each_network_reads_by_its_own_vocabulary():
    network = NETWORKS[ModelKind.LSTM]
    words = (*WORDS[:2], *WORDS[:1:-1])  # the same words in the other order
    other = Network(info=network.info, model=network.model, words=words)
    predictions = predict_each([network, other], tokenize_text("oil zorgon"))
    assert [each.text.ids for each in predictions] == [(2, 1), (len(WORDS) - 1, 1)]


def test_many_texts_of_one_length_are_answered_in_parts(monkeypatch):
    ids = np.random.default_rng(0).integers(1, len(INDEX), (7, 3))
    whole = probabilities_of(NETWORKS[ModelKind.GRU], ids)
    monkeypatch.setattr("rnndash.inspection.network.MOST_CELLS", 6)
    parts = probabilities_of(NETWORKS[ModelKind.GRU], ids)
    assert np.allclose(parts, whole, rtol=0, atol=1e-6)


def test_network_with_another_run_s_words_is_refused():
    network = NETWORKS[ModelKind.LSTM]
    message = (
        "LSTM has 16 embeddings and 4 classes; 17 words and 4 names of classes came with it. They "
        "belong to different runs: open each network with its own."
    )
    with pytest.raises(CheckpointError, match=f"^{re.escape(message)}$"):
        Network(info=network.info, model=network.model, words=(*WORDS, "one"))


def test_network_with_another_run_s_classes_is_refused():
    info = NetworkInfo(label="L", kind=ModelKind.LSTM, class_names=("a", "b"))
    with pytest.raises(CheckpointError, match="16 words and 2 names of classes"):
        Network(info=info, model=NETWORKS[ModelKind.LSTM].model, words=WORDS)


def test_network_that_has_overflowed_says_so():
    network = made_network(ModelKind.LSTM, sharpness=float("nan"))
    with pytest.raises(CheckpointError, match=r"^LSTM answers with numbers that are not finite"):
        predict(network, encoded(TEXT))


def _reading(label, answer, confidence):
    probabilities = np.full(4, (1 - confidence) / 3)
    probabilities[CLASSES.index(answer)] = confidence
    return Prediction(
        network=NetworkInfo(label=label, kind=ModelKind.LSTM, class_names=CLASSES),
        text=encoded("oil"),
        probabilities=probabilities,
        seconds=0.01,
    )


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ([], "No network has read the text yet."),
        ([("A", "World", 0.75)], "A answers World, with 75.0%."),
        (
            [("A", "World", 0.9), ("B", "World", 0.5)],
            "Both networks answer World, with 50.0% to 90.0%.",
        ),
        (
            [("A", "World", 0.9), ("B", "World", 0.5), ("C", "World", 0.6)],
            "All 3 networks answer World, with 50.0% to 90.0%.",
        ),
        (
            [("A", "World", 0.9), ("B", "Sports", 0.5), ("C", "Sports", 0.6)],
            "The networks disagree, 2 to 1: B and C answer Sports; A answers World.",
        ),
        (
            [("A", "World", 0.9), ("B", "Sports", 0.5)],
            "The networks disagree, 1 to 1: A answers World; B answers Sports.",
        ),
    ],
)
def test_agreement_is_described_in_one_sentence(answers, sentence):
    assert agreement([_reading(*answer) for answer in answers]) == sentence
