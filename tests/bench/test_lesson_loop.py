"""The baseline loop matches the lesson: same vocabulary, same networks, each text once."""

import pytest
import torch

from rnndash import lesson
from rnndash.bench.lesson_loop import LessonLSTM, LessonRNN, load_texts, run_lesson_loop
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.text.encoded import encode_corpus
from tests.corpora import small_corpus

SIZES = (20, 4, 3, 2)
TOKENS = torch.tensor([[2, 3, 4], [5, 6, 0]])
LENGTHS = torch.tensor([3, 2])


def test_word_indices_are_those_of_the_dashboard():
    corpus = small_corpus()
    assert tuple(load_texts(corpus).vocabulary.itos) == encode_corpus(corpus).words


def test_examples_are_the_training_texts_with_labels_from_1():
    corpus = small_corpus(train=8)
    expected = list(zip((corpus.train.labels + 1).tolist(), corpus.train.texts, strict=True))
    assert load_texts(corpus).examples == expected


@pytest.mark.parametrize(
    ("mine", "theirs", "inputs"),
    [
        (LessonRNN, lesson.RNNClassifier, (TOKENS,)),
        (LessonLSTM, lesson.LSTMClassifier, (TOKENS,)),
        (LessonLSTM, lesson.LSTMPackClassifier, (TOKENS, LENGTHS)),
    ],
    ids=["rnn", "lstm", "packed"],
)
def test_network_has_the_outputs_of_the_lessons(mine, theirs, inputs):
    net, other = mine(*SIZES), theirs(*SIZES)
    net.load_state_dict(other.state_dict())
    torch.testing.assert_close(net(*inputs), other(*inputs))


@pytest.mark.parametrize("model", [ModelKind.RNN, ModelKind.LSTM, ModelKind.PACKED_LSTM])
def test_loop_visits_each_text_once(model, monkeypatch):
    texts = load_texts(small_corpus(train=40))
    rows = [5, 3, 3, 39, *range(20)]
    seen = []
    monkeypatch.setattr(lesson, "encode", lambda text, *_, **__: seen.append(text) or [2, 3])
    config = RunConfig(model=model, embed_dim=4, hidden_dim=4, batch_size=16)
    loop = run_lesson_loop(config, texts, rows)
    assert seen == [texts.examples[row][1] for row in rows]
    assert loop.samples == len(rows)


def test_lessons_lines_are_not_printed(capsys):
    texts = load_texts(small_corpus(train=400))
    config = RunConfig(model="rnn", embed_dim=4, hidden_dim=4, batch_size=1)
    run_lesson_loop(config, texts, list(range(200)))
    assert capsys.readouterr().out == ""
