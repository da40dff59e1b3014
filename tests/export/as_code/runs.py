"""Runs of the dashboard to compare scripts with, and texts for them."""

import hashlib
from pathlib import Path

from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.environment import Environment
from rnndash.events import Finished, Reported
from rnndash.text.corpus import Corpus
from rnndash.text.encoded import encode_corpus
from rnndash.training.run import Training


def settings(model: str, **changes) -> RunConfig:
    """A small network that learns something from a few hundred texts."""
    small = {"samples": 450, "batch_size": 16, "embed_dim": 8, "hidden_dim": 8, "seed": 3}
    return RunConfig(model=model, **(small | {"learning_rate": 0.02} | changes))


PRINT_WEIGHTS = "print(*(weights.double().sum().item() for weights in model.parameters()))\n"
"""Put to the end of a script, this tells runs apart by the last bit of their weights."""


def printed(config: RunConfig, corpus: Corpus, *, weights: bool = False) -> list[str]:
    """What a script has to print, from a run as the dashboard trains it with PyTorch's own kernels.

    By compiled kernels, numbers differ in their rounding: see `test_compiled_training`.

    Args:
        weights: with `PRINT_WEIGHTS` at its end.
    """
    encoded = encode_corpus(corpus, min_freq=config.min_freq)
    training = Training(config, encoded, compiled=False)
    events = list(training.events())
    assert isinstance(events[-1], Finished)
    return [
        f"{len(encoded.train):,} training texts, {len(encoded.test):,} test texts, "
        f"{len(encoded.words):,} words",
        *(event.line for event in events if isinstance(event, Reported)),
        f"test accuracy: {events[-1].test_accuracy:.4f}",
        *([" ".join(map(str, _sums(training)))] if weights else []),
    ]


def _sums(training: Training) -> list[float]:
    return [weights.double().sum().item() for weights in training.model.parameters()]


def upload(content: bytes, place: Environment, **choice: str) -> CsvChoice:
    """Keep a CSV file as the dashboard keeps what users give."""
    digest = hashlib.sha256(content).hexdigest()
    uploaded_path(digest, place).parent.mkdir(parents=True, exist_ok=True)
    uploaded_path(digest, place).write_bytes(content)
    return CsvChoice(upload=digest, **choice)


def uploaded_path(digest: str, place: Environment) -> Path:
    """Where such a file is."""
    return place.uploads_dir / f"{digest}.csv"
