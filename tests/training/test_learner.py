"""Both ways to learn from a minibatch, against each other and in their own promises."""

import itertools

import numpy as np
import pytest
import torch

from rnndash.compiled import network as compiled_network
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.models import build_model
from rnndash.text.order import epoch_order, split_rows
from rnndash.training.learner import new_learner
from rnndash.training.second_thread import SecondThread
from tests.corpora import small_encoded_corpus

CPU = torch.device("cpu")
each_kind = pytest.mark.parametrize("kind", ModelKind)


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


def _learner(corpus, kind, *, compiled=True, is_frozen=False, second_thread=None):
    torch.manual_seed(0)
    config = RunConfig(model=kind, embed_dim=8, hidden_dim=8, num_layers=2, bidirectional=True)
    model = build_model(config, vocab_size=len(corpus.words), num_class=4)
    model.embedding.requires_grad_(not is_frozen)
    learner = new_learner(
        model, learning_rate=0.01, device=CPU, compiled=compiled, second_thread=second_thread
    )
    return model, learner


def _learn(learner, corpus, steps=40):
    batches = list(split_rows(epoch_order(len(corpus.train), seed=0, epoch=0), 8))[: steps + 1]
    return [
        learner.learn(corpus.train, rows, following)
        for rows, following in itertools.pairwise(batches)
    ]


def _weights(model, learner):
    learner.optimiser.catch_up()
    return [weights.detach().clone() for weights in model.parameters()]


@each_kind
@pytest.mark.parametrize("is_frozen", [False, True])
def test_both_ways_learn_the_same(kind, is_frozen, corpus):
    fast_model, fast = _learner(corpus, kind, is_frozen=is_frozen)
    plain_model, plain = _learner(corpus, kind, compiled=False, is_frozen=is_frozen)
    for mine, other in zip(_learn(fast, corpus), _learn(plain, corpus), strict=True):
        assert mine.loss == pytest.approx(other.loss, rel=1e-4)
        assert (mine.correct, mine.cells, mine.words) == (other.correct, other.cells, other.words)
    pairs = zip(_weights(fast_model, fast), _weights(plain_model, plain), strict=True)
    for mine, other in pairs:
        torch.testing.assert_close(mine, other, rtol=1e-3, atol=1e-5)


@pytest.fixture
def everything_is_handed_over(monkeypatch):
    monkeypatch.setattr(compiled_network, "_WORTH_HANDING_OVER", 0)


class Listening(SecondThread):
    def __init__(self):
        super().__init__()
        self.begun = 0

    def start(self, job):
        self.begun += 1
        return job

    def try_to(self, job):  # noqa: ARG002
        self.begun += 1
        return lambda: None


@pytest.mark.parametrize(("is_frozen", "jobs"), [(True, 4), (False, 5)])
def test_second_thread_foresees_only_embeddings_that_learn(
    is_frozen, jobs, corpus, everything_is_handed_over
):
    second_thread = Listening()
    _, learner = _learner(corpus, ModelKind.LSTM, is_frozen=is_frozen, second_thread=second_thread)
    learned = _learn(learner, corpus, 3)
    assert second_thread.begun == jobs * len(learned)  # 4: of two directions of two layers


def test_small_products_are_not_handed_over(corpus):
    second_thread = Listening()
    _, learner = _learner(corpus, ModelKind.LSTM, second_thread=second_thread)
    learned = _learn(learner, corpus, 3)
    assert second_thread.begun == len(learned)  # the rows foreseen


class AtOnce(SecondThread):
    """As if the other thread were always the first."""

    def start(self, job):
        result = job()
        return lambda: result

    def try_to(self, job):
        job()
        return lambda: None


class AtLast(SecondThread):
    """As if it had begun, and got on only when it is waited for."""

    def start(self, job):
        return job

    def try_to(self, job):
        return job


@pytest.fixture(scope="module")
def long_corpus():
    """For more steps than are taken one by one."""
    return small_encoded_corpus(train=1_600)


@each_kind
def test_numbers_do_not_depend_on_the_second_thread(kind, long_corpus, everything_is_handed_over):
    results = []
    for other in (AtOnce(), AtLast(), SecondThread(lambda: True), SecondThread(lambda: False)):
        model, learner = _learner(long_corpus, kind, second_thread=other)
        results.append((_learn(learner, long_corpus, 160), _weights(model, learner)))
    learned, weights = results.pop()
    for with_it, others in results:
        assert with_it == learned
        assert all(torch.equal(mine, other) for mine, other in zip(weights, others, strict=True))


def test_another_minibatch_than_the_one_that_was_got_ready_is_learned_just_as_well(corpus):
    batches = list(split_rows(epoch_order(len(corpus.train), seed=0, epoch=0), 8))[:20]
    results = []
    for following in ([None] * 20, batches[::-1]):
        model, learner = _learner(corpus, ModelKind.PACKED_LSTM)
        learned = [
            learner.learn(corpus.train, rows, other)
            for rows, other in zip(batches, following, strict=True)
        ]
        results.append((learned, _weights(model, learner)))
    (alone, weights), (astray, others) = results
    assert alone == astray
    assert all(torch.equal(mine, other) for mine, other in zip(weights, others, strict=True))


@each_kind
@pytest.mark.parametrize("compiled", [True, False])
def test_answers_are_those_of_the_weights_as_they_are_now(kind, compiled, corpus):
    model, learner = _learner(corpus, kind, compiled=compiled)
    _learn(learner, corpus)
    batches = [np.arange(12), np.arange(12, 20), np.arange(20, 21)]
    answers = list(learner.answers(corpus.test, batches))
    again = learner.answers(corpus.test, batches)
    assert all(
        torch.equal(logits, same) for (logits, _), (same, _) in zip(answers, again, strict=True)
    )
    learner.optimiser.catch_up()
    plain = new_learner(model, learning_rate=0.01, device=CPU, compiled=False)
    expected = plain.answers(corpus.test, batches)
    for rows, (logits, labels), (by_model, _) in zip(batches, answers, expected, strict=True):
        torch.testing.assert_close(logits, by_model, rtol=1e-4, atol=1e-5)
        assert labels.tolist() == corpus.test.labels[rows].tolist()
        assert not logits.requires_grad


def test_answers_do_not_depend_on_the_second_thread(corpus):
    answers = []
    for second_thread in (AtOnce(), SecondThread(lambda: True), SecondThread(lambda: False)):
        _, learner = _learner(corpus, ModelKind.LSTM, second_thread=second_thread)
        _learn(learner, corpus)
        batches = split_rows(np.arange(len(corpus.test)), 8)
        answers.append([logits for logits, _ in learner.answers(corpus.test, batches)])
    for at_once, perhaps, alone in zip(*answers, strict=True):
        assert torch.equal(at_once, alone)
        assert torch.equal(perhaps, alone)


def test_no_texts_have_no_answers(corpus):
    _, learner = _learner(corpus, ModelKind.LSTM)
    assert list(learner.answers(corpus.test, [])) == []


@pytest.mark.parametrize("compiled", [True, False])
def test_loss_that_is_not_finite_changes_no_weight(compiled, corpus):
    model, learner = _learner(corpus, ModelKind.LSTM, compiled=compiled)
    _learn(learner, corpus, 5)
    with torch.no_grad():
        model.fc.bias.fill_(float("inf"))
    before = _weights(model, learner)
    rows = np.arange(8)
    learned = learner.learn(corpus.train, rows, rows)
    assert not np.isfinite(learned.loss)
    after = _weights(model, learner)
    assert all(torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_looking_at_answers_changes_no_result(long_corpus):
    corpus, results = long_corpus, []
    for looks in (False, True):
        model, learner = _learner(corpus, ModelKind.LSTM)
        batches = list(split_rows(np.arange(1_200), 8))
        for rows, following in itertools.pairwise(batches):
            learner.learn(corpus.train, rows, following)
            if looks:
                list(learner.answers(corpus.test, [np.arange(4), np.arange(4, 9)]))
        results.append(_weights(model, learner))
    assert all(torch.equal(mine, other) for mine, other in zip(*results, strict=True))
