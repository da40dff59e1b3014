"""Both ways to learn from a minibatch, against each other and in their own promises."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.models import LSTMClassifier, build_model
from rnndash.text.order import epoch_order, split_rows
from rnndash.training.learner import new_learner
from rnndash.training.padding import pad
from tests.corpora import small_encoded_corpus

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
each_kind = pytest.mark.parametrize("kind", ModelKind)


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


def _learner(corpus, kind, *, compiled=True, is_frozen=False):
    torch.manual_seed(0)
    config = RunConfig(model=kind, embed_dim=8, hidden_dim=8, num_layers=2, bidirectional=True)
    model = build_model(config, vocab_size=len(corpus.words), num_class=4)
    model.embedding.requires_grad_(not is_frozen)
    return model, new_learner(model, learning_rate=0.01, device=CPU, compiled=compiled)


def _learn(learner, corpus, steps=40):
    batches = list(split_rows(epoch_order(len(corpus.train), seed=0, epoch=0), 8))[:steps]
    return [learner.train_step(corpus.train, rows) for rows in batches]


def _weights(model, learner):
    learner.optimiser.apply_missed_steps()
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


class OtherLSTMClassifier(LSTMClassifier):
    """Computes something that no kernel knows: it answers from twice the final state."""

    def read(self, tokens, lengths):
        return 2 * super().read(tokens, lengths)


@pytest.mark.parametrize(
    ("compiled", "device"),
    [(True, "CPU, 1 thread, PyTorch's own kernels"), (False, "CPU, 1 thread")],
)
def test_model_without_kernels_is_trained_by_autograd_and_says_so(compiled, device, corpus):
    torch.manual_seed(0)
    model = OtherLSTMClassifier(len(corpus.words), 8, 8, 4)
    learner = new_learner(model, learning_rate=0.01, device=CPU, compiled=compiled)
    batch = pad(corpus.train, np.arange(8))
    with torch.no_grad():
        expected = cross_entropy(model(batch.tokens, batch.lengths), batch.labels).item()
    first, *_, last = [learner.train_step(corpus.train, np.arange(8)) for _ in range(40)]
    assert learner.device == device
    assert first.loss == pytest.approx(expected)
    assert last.loss < first.loss / 2


@pytest.fixture(scope="module")
def long_corpus():
    """For more steps than are taken one by one."""
    return small_encoded_corpus(train=1_600)


@each_kind
@pytest.mark.parametrize("compiled", [True, False])
def test_answers_are_those_of_the_weights_as_they_are_now(kind, compiled, corpus):
    model, learner = _learner(corpus, kind, compiled=compiled)
    _learn(learner, corpus)
    batches = [np.arange(12), np.arange(12, 20), np.arange(20, 21)]
    answers = list(learner.predict(corpus.test, batches))
    again = learner.predict(corpus.test, batches)
    assert all(
        torch.equal(logits, same) for (logits, _), (same, _) in zip(answers, again, strict=True)
    )
    learner.optimiser.apply_missed_steps()
    plain = new_learner(model, learning_rate=0.01, device=CPU, compiled=False)
    expected = plain.predict(corpus.test, batches)
    for rows, (logits, labels), (by_model, _) in zip(batches, answers, expected, strict=True):
        torch.testing.assert_close(logits, by_model, rtol=1e-4, atol=1e-5)
        assert labels.tolist() == corpus.test.labels[rows].tolist()
        assert not logits.requires_grad


def test_no_texts_have_no_answers(corpus):
    _, learner = _learner(corpus, ModelKind.LSTM)
    assert list(learner.predict(corpus.test, [])) == []


@pytest.mark.parametrize("compiled", [True, False])
def test_loss_that_is_not_finite_changes_no_weight(compiled, corpus):
    model, learner = _learner(corpus, ModelKind.LSTM, compiled=compiled)
    _learn(learner, corpus, 5)
    with torch.no_grad():
        model.fc.bias.fill_(float("inf"))
    before = _weights(model, learner)
    rows = np.arange(8)
    learned = learner.train_step(corpus.train, rows)
    assert not np.isfinite(learned.loss)
    after = _weights(model, learner)
    assert all(torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_looking_at_answers_changes_no_result(long_corpus):
    corpus, results = long_corpus, []
    for looks in (False, True):
        model, learner = _learner(corpus, ModelKind.LSTM)
        batches = list(split_rows(np.arange(1_200), 8))
        for rows in batches:
            learner.train_step(corpus.train, rows)
            if looks:
                list(learner.predict(corpus.test, [np.arange(4), np.arange(4, 9)]))
        results.append(_weights(model, learner))
    assert all(torch.equal(mine, other) for mine, other in zip(*results, strict=True))
