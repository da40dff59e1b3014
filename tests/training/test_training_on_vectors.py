"""Runs whose embedding starts from word vectors."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from msgspec import structs

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.config.word_vectors import VectorsChoice
from rnndash.errors import VectorsError
from rnndash.events import Finished, Started
from rnndash.models import build_model
from rnndash.text.vectors import FoundVectors
from rnndash.training.checkpoint import load_checkpoint, save_checkpoint
from rnndash.training.run import Stepped, Training, train
from rnndash.training.trained import open_trained
from tests.corpora import small_encoded_corpus

pytestmark = pytest.mark.slow

TIMES = {"time", "seconds", "samples_per_second", "peak_memory_mb"}
FREE = VectorsChoice(name="mine.txt", dimension=8, sha256="0" * 64)
FROZEN = dataclasses.replace(FREE, is_frozen=True)
VECTORS = FoundVectors(
    rows=np.array([2, 5, 9]), values=np.arange(24, dtype=np.float32).reshape(3, 8) / 10
)
SIZES = {"vocab_size": 30, "num_class": 4}


def _config(vectors=FREE, model=ModelKind.PACKED_LSTM, **changes):
    small = {"samples": 400, "embed_dim": 8, "hidden_dim": 8, "learning_rate": 0.01, "epochs": 2}
    return RunConfig(model=model, vectors=vectors, **(small | changes))


def _numbers(events):
    """Events without what depends on the clock, nor where an interrupted run goes on."""
    return [
        {k: v for k, v in structs.asdict(event).items() if k not in TIMES}
        | {"kind": event.__class__}
        for event in events
        if not isinstance(event, Stepped | Started)
    ]


@pytest.fixture(scope="module")
def corpus():
    return small_encoded_corpus()


def _built(config, vectors):
    torch.manual_seed(config.seed)
    return build_model(config, vectors=vectors, **SIZES)


@pytest.mark.parametrize("model", ModelKind)
def test_found_words_start_from_their_vectors_and_all_else_as_usual(model):
    with_vectors = _built(_config(model=model), VECTORS).state_dict()
    without = _built(_config(vectors=None, model=model), None).state_dict()
    words, usual = with_vectors.pop("embedding.weight"), without.pop("embedding.weight")
    assert torch.equal(words[VECTORS.rows], torch.from_numpy(VECTORS.values))
    others = np.setdiff1d(np.arange(30), [1, *VECTORS.rows])
    assert torch.equal(words[others], usual[others])
    assert all(torch.equal(weights, without[name]) for name, weights in with_vectors.items())


def test_unknown_word_starts_as_the_mean_of_all_others():
    words = _built(_config(), VECTORS).embedding.weight
    assert torch.equal(words[1], torch.cat((words[:1], words[2:])).mean(dim=0))


@pytest.mark.parametrize("choice", [FREE, FROZEN], ids=["free", "frozen"])
def test_only_an_embedding_that_is_not_frozen_learns(choice, corpus):
    training = Training(_config(choice), corpus, vectors=VECTORS)
    before = training.model.embedding.weight.detach().clone()
    started, *_, finished = training.events()
    assert isinstance(finished, Finished)
    assert torch.equal(training.model.embedding.weight, before) is choice.is_frozen
    learned = sum(p.numel() for p in training.model.parameters())
    assert started.parameters == learned - before.numel() * choice.is_frozen


@pytest.mark.parametrize("choice", [FREE, FROZEN], ids=["free", "frozen"])
@pytest.mark.parametrize("cut", [7, 26])
def test_run_cut_and_resumed_gives_the_same_numbers_without_the_file(choice, cut, corpus, tmp_path):
    config = _config(choice)
    whole = list(Training(config, corpus, vectors=VECTORS).events())
    first = Training(config, corpus, vectors=VECTORS)
    events, steps = [], 0
    for event in first.events():
        events.append(event)
        steps += isinstance(event, Stepped)
        if steps == cut:
            break
    save_checkpoint(first.checkpoint(), tmp_path / "checkpoint.safetensors")
    torch.manual_seed(12345)
    second = Training(
        config, corpus, checkpoint=load_checkpoint(tmp_path / "checkpoint.safetensors")
    )
    rest = list(second.events())
    assert _numbers(events + rest) == _numbers(whole)
    assert rest[0].notes == whole[0].notes
    assert rest[0].parameters == whole[0].parameters


def test_start_reports_how_many_words_were_found(corpus):
    started = next(train(_config(FROZEN), corpus, vectors=VECTORS))
    assert started.notes == (
        f"3 of {len(corpus.words) - 2} words start from the word vectors mine.txt; "
        "the embedding is frozen.",
    )


def test_checkpoint_of_a_frozen_embedding_holds_no_moments_of_it(corpus):
    checkpoint = Training(_config(FROZEN), corpus, vectors=VECTORS).checkpoint()
    assert [name for name in checkpoint.optimiser if "embedding" in name] == []
    assert "embedding.weight" in checkpoint.weights


@pytest.mark.parametrize("choice", [FREE, FROZEN], ids=["free", "frozen"])
def test_trained_network_is_opened_without_the_file(choice, corpus, tmp_path):
    training = Training(_config(choice), corpus, vectors=VECTORS, device=torch.device("cpu"))
    save_checkpoint(training.checkpoint(), tmp_path / "checkpoint.safetensors")
    (tmp_path / "words.json").write_text(json.dumps(corpus.words))
    model, _ = open_trained(tmp_path / "checkpoint.safetensors", tmp_path / "words.json")
    assert torch.equal(model.embedding.weight, training.model.embedding.weight)


@pytest.mark.parametrize(
    ("choice", "vectors"), [(FREE, None), (None, VECTORS)], ids=["missing", "not asked for"]
)
def test_vectors_that_do_not_fit_the_settings_are_refused(choice, vectors, corpus):
    with pytest.raises(VectorsError, match="whose settings name word vectors needs them"):
        Training(_config(choice), corpus, vectors=vectors)
