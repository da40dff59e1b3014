import json

import pytest
import torch

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError, StorageError
from rnndash.models import build_model
from rnndash.training.checkpoint import save_checkpoint
from rnndash.training.run import Training
from rnndash.training.trained import open_trained, untrained_model
from tests.corpora import small_encoded_corpus

SIZES = {"vocab_size": 30, "num_class": 4}


def _same(model, other):
    theirs = other.state_dict()
    return all(torch.equal(tensor, theirs[name]) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize("kind", ModelKind)
def test_untrained_network_is_that_of_a_run_with_the_seed(kind):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        expected = build_model(RunConfig(model=kind, seed=7), **SIZES)
    assert _same(untrained_model(kind, seed=7, **SIZES), expected)


def test_untrained_network_leaves_the_global_random_state_alone():
    before = torch.get_rng_state()
    untrained_model(ModelKind.LSTM, **SIZES)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run's model, its checkpoint and its words."""
    folder = tmp_path_factory.mktemp("run")
    corpus = small_encoded_corpus()
    config = RunConfig(model=ModelKind.PACKED_GRU, embed_dim=6, hidden_dim=5, bidirectional=True)
    training = Training(config, corpus, device=torch.device("cpu"))
    save_checkpoint(training.checkpoint(), folder / "checkpoint.safetensors")
    (folder / "words.json").write_text(json.dumps(corpus.words), encoding="utf-8")
    return training.model, folder / "checkpoint.safetensors", folder / "words.json", corpus.words


def test_opened_network_has_the_weights_of_the_run(run):
    model, checkpoint, words, _ = run
    assert _same(open_trained(checkpoint, words)[0], model)


def test_opened_network_answers_as_the_run_s(run):
    model, checkpoint, words, _ = run
    batch = (torch.tensor([[2, 3, 4], [5, 0, 0]]), torch.tensor([3, 1]))
    assert torch.equal(open_trained(checkpoint, words)[0](*batch), model(*batch))


def test_opened_network_brings_its_words(run):
    _, checkpoint, words, expected = run
    assert open_trained(checkpoint, words)[1] == expected


def test_opening_leaves_the_global_random_state_alone(run):
    _, checkpoint, words, _ = run
    before = torch.get_rng_state()
    open_trained(checkpoint, words)
    assert torch.equal(torch.get_rng_state(), before)


def test_words_of_another_run_are_an_error(run, tmp_path):
    (tmp_path / "words.json").write_text('["<pad>", "<unk>", "goal"]')
    with pytest.raises(CheckpointError, match=r"words\.json has 3: they belong to different runs"):
        open_trained(run[1], tmp_path / "words.json")


@pytest.mark.parametrize("content", ["[]", "3", "{}", "[1, 2, 3]", "null"])
def test_words_that_are_none_are_an_error(run, tmp_path, content):
    (tmp_path / "words.json").write_text(content)
    with pytest.raises((StorageError, CheckpointError), match="Start a new run"):
        open_trained(run[1], tmp_path / "words.json")


def test_error_does_not_tell_where_the_server_keeps_its_runs(run, tmp_path):
    with pytest.raises(StorageError) as raised:
        open_trained(run[1], tmp_path / "words.json")
    assert str(tmp_path.parent) not in str(raised.value)


@pytest.mark.parametrize("content", [None, "["], ids=["missing", "cut off"])
def test_words_that_cannot_be_read_are_an_error(run, tmp_path, content):
    if content is not None:
        (tmp_path / "words.json").write_text(content)
    with pytest.raises(StorageError, match=r"words\.json cannot be read"):
        open_trained(run[1], tmp_path / "words.json")


def test_missing_checkpoint_is_an_error(run, tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read"):
        open_trained(tmp_path / "checkpoint.safetensors", run[2])
