"""Training by compiled kernels against training by PyTorch's own.

The numbers differ in their rounding alone, and rounding grows as training goes on.
"""

import numpy as np
import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import VectorsChoice
from rnndash.events import Finished
from rnndash.kernels import library
from rnndash.models import build_model
from rnndash.text.order import epoch_order, split_rows
from rnndash.text.vectors import FoundVectors
from rnndash.training.checkpoint import load_checkpoint, save_checkpoint
from rnndash.training.run import Training
from tests.corpora import small_encoded_corpus

pytestmark = pytest.mark.slow

CORPUS = small_encoded_corpus(train=2_400)
FROZEN = VectorsChoice(name="mine.txt", dimension=8, sha256="0" * 64, is_frozen=True)
VECTORS = FoundVectors(
    rows=np.array([2, 5, 9]), values=np.arange(24, dtype=np.float32).reshape(3, 8) / 10
)
DEEP = {"num_layers": 2, "bidirectional": True}
each_kind = pytest.mark.parametrize("kind", ModelKind)


def _config(kind, **changes):
    small = {"samples": 2_400, "batch_size": 8, "embed_dim": 8, "hidden_dim": 8}
    return RunConfig(model=kind, **(small | changes))


def _losses(training):
    return [training._minibatch(rows) for rows in training._remaining_batches()]


def _plain_losses(config, vectors=None):
    """Of 300 minibatches, by `torch.nn` and `torch.optim` alone."""
    torch.manual_seed(config.seed)
    net = build_model(config, vocab_size=len(CORPUS.words), num_class=4, vectors=vectors)
    optimiser = torch.optim.Adam(
        [p for p in net.parameters() if p.requires_grad], lr=config.learning_rate
    )
    losses = []
    for rows in split_rows(epoch_order(2_400, seed=0, epoch=0), config.batch_size):
        texts = [torch.tensor(CORPUS.train.row(row).astype(np.int64)) for row in rows]
        tokens = torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)
        labels = torch.tensor(CORPUS.train.labels[rows])
        logits = net(tokens, torch.tensor([len(text) for text in texts]))
        loss = torch.nn.functional.cross_entropy(logits, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    ("kind", "changes"), [*((kind, {}) for kind in ModelKind), (ModelKind.PACKED_GRU, DEEP)]
)
def test_first_300_losses_equal_those_of_a_plain_loop(kind, changes):
    config = _config(kind, **changes)
    losses = _losses(Training(config, CORPUS, device=torch.device("cpu")))
    assert len(losses) == 300
    np.testing.assert_allclose(losses, _plain_losses(config), rtol=1e-3)


def test_losses_with_a_frozen_embedding_equal_those_of_a_plain_loop():
    config = _config(ModelKind.PACKED_LSTM, vectors=FROZEN)
    training = Training(config, CORPUS, vectors=VECTORS, device=torch.device("cpu"))
    np.testing.assert_allclose(_losses(training), _plain_losses(config, VECTORS), rtol=1e-3)


@each_kind
def test_run_reaches_the_numbers_of_one_without_kernels(kind):
    config = _config(kind, epochs=2, learning_rate=0.003)
    compiled, plain = (
        list(Training(config, CORPUS, compiled=compiled).events()) for compiled in (True, False)
    )
    assert isinstance(compiled[-1], Finished)
    assert compiled[-1].test_accuracy == pytest.approx(plain[-1].test_accuracy, abs=0.0126)
    assert compiled[-1].test_loss == pytest.approx(plain[-1].test_loss, rel=0.01)


def test_weights_after_training_are_those_of_a_plain_loop_word_by_word():
    config = _config(ModelKind.LSTM)
    trainings = [Training(config, CORPUS, compiled=compiled) for compiled in (True, False)]
    for training in trainings:
        _losses(training)
    compiled, plain = (training.checkpoint().weights for training in trainings)
    torch.testing.assert_close(dict(compiled), dict(plain), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("compiled", [True, False])
def test_checkpoint_of_either_way_is_gone_on_with_by_the_other(compiled):
    config = _config(ModelKind.PACKED_GRU, epochs=2)
    whole = _losses(first := Training(config, CORPUS, compiled=compiled))
    first._progress.next_epoch()
    second = Training(config, CORPUS, checkpoint=first.checkpoint())
    third = Training(config, CORPUS, checkpoint=first.checkpoint(), compiled=False)
    assert len(whole) == 300
    np.testing.assert_allclose(_losses(second), _losses(third), rtol=1e-3)


@pytest.mark.parametrize("cut", [60, 170])
def test_run_cut_with_rows_that_lag_behind_goes_on_bit_for_bit(cut, tmp_path):
    config = _config(ModelKind.LSTM)
    whole = _losses(uncut := Training(config, CORPUS))
    first, path = Training(config, CORPUS), tmp_path / "checkpoint.safetensors"
    losses = [first._minibatch(rows) for rows in first._remaining_batches()[:cut]]
    save_checkpoint(first.checkpoint(), path)
    second = Training(config, CORPUS, checkpoint=load_checkpoint(path))
    assert losses + _losses(second) == whole
    for name, weights in uncut.checkpoint().weights.items():
        assert torch.equal(weights, second.checkpoint().weights[name])


def test_without_numba_the_run_is_that_of_pytorch(monkeypatch):
    config = _config(ModelKind.LSTM, samples=400)
    plain = _losses(Training(config, CORPUS, compiled=False))
    monkeypatch.setattr(library.importlib.util, "find_spec", lambda _: None)
    library.load_kernels.cache_clear()
    try:
        losses = _losses(Training(config, CORPUS))
    finally:
        library.load_kernels.cache_clear()
    assert losses == plain
