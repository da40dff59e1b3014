import pytest
import safetensors.torch
import torch

import rnndash.training.checkpoint as checkpoint_module
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError
from rnndash.training.checkpoint import load_checkpoint, load_weights, save_checkpoint
from rnndash.training.run import Training
from tests.corpora import small_encoded_corpus

LOADERS = pytest.mark.parametrize("load", [load_checkpoint, load_weights])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    config = RunConfig(model=ModelKind.LSTM, embed_dim=6, hidden_dim=5)
    checkpoint = Training(config, small_encoded_corpus()).checkpoint()
    path = tmp_path_factory.mktemp("run") / "checkpoint.safetensors"
    save_checkpoint(checkpoint, path)
    return checkpoint, path


def test_weights_alone_equal_those_of_the_whole_checkpoint(saved):
    checkpoint, path = saved
    tensors = load_weights(path).tensors
    assert set(tensors) == set(checkpoint.weights)
    assert all(torch.equal(tensors[name], checkpoint.weights[name]) for name in tensors)


def test_weights_come_with_the_settings_of_the_run(saved):
    checkpoint, path = saved
    assert load_weights(path).config == checkpoint.config


def test_loading_weights_reads_no_other_tensor(saved, monkeypatch):
    read = []

    class Watched:
        def __init__(self, *args, **kwargs):
            self.file = safetensors.safe_open(*args, **kwargs)

        def __enter__(self):
            self.file.__enter__()
            return self

        def __exit__(self, *error):
            self.file.__exit__(*error)

        def __getattr__(self, name):
            return getattr(self.file, name)

        def get_tensor(self, name):
            read.append(name)
            return self.file.get_tensor(name)

    monkeypatch.setattr(checkpoint_module, "safe_open", Watched)
    load_weights(saved[1])
    assert {name.partition(".")[0] for name in read} == {"model"}


@LOADERS
def test_missing_file_is_an_error(load, tmp_path):
    with pytest.raises(CheckpointError, match=r"cannot be read: .* Start a new run"):
        load(tmp_path / "checkpoint.safetensors")


@LOADERS
def test_damaged_file_is_an_error(load, saved, tmp_path):
    damaged = tmp_path / "checkpoint.safetensors"
    damaged.write_bytes(saved[1].read_bytes()[:200])
    with pytest.raises(CheckpointError, match=r"cannot be read: .* Start a new run"):
        load(damaged)


@LOADERS
def test_file_of_another_format_is_an_error(load, tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    safetensors.torch.save_file({"model.a": torch.zeros(1)}, path, {"format": "9"})
    with pytest.raises(CheckpointError, match="has format 9; this version of rnndash reads"):
        load(path)


def test_run_saved_in_the_first_format_is_gone_on_with(tmp_path):
    """Which knew no rows that lag behind: all weights were brought up to date to be saved."""
    corpus = small_encoded_corpus(train=800)
    config = RunConfig(model=ModelKind.LSTM, samples=800, batch_size=4, embed_dim=6, hidden_dim=5)
    training = Training(config, corpus)
    batches = training._remaining_batches()
    for rows in batches[:150]:
        training._minibatch(rows)
    training.optimiser.apply_missed_steps()
    old, new = tmp_path / "old.safetensors", tmp_path / "new.safetensors"
    save_checkpoint(training.checkpoint(), new)
    with safetensors.safe_open(new, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        safetensors.torch.save_file(tensors, old, file.metadata() | {"format": "1"})
    assert not any("behind" in name or "lagging" in name for name in tensors)
    second = Training(config, corpus, checkpoint=load_checkpoint(old))
    assert [second._minibatch(rows) for rows in batches[150:]] == [
        training._minibatch(rows) for rows in batches[150:]
    ]


@LOADERS
def test_file_without_settings_is_an_error(load, tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    safetensors.torch.save_file({"model.a": torch.zeros(1)}, path, {"format": "1"})
    with pytest.raises(CheckpointError, match="cannot be read"):
        load(path)
