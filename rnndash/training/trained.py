"""Models outside of a run: untrained ones, and those of a run's checkpoint."""

import json
from pathlib import Path

from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError, StorageError
from rnndash.models import Classifier, build_model
from rnndash.models.random_state import own_random_state
from rnndash.training.checkpoint import load_weights


def untrained_model(
    kind: ModelKind, *, vocab_size: int, num_class: int, seed: int = 0
) -> Classifier:
    """A network of the standard size as it is before training: the same as a run's of that seed.

    Leaves torch's global random state as it was.

    Args:
        vocab_size: number of words, padding and unknown word included.

    Raises:
        ConfigError: the seed is outside its limits.
    """
    return _build(RunConfig(model=kind, seed=seed), vocab_size=vocab_size, num_class=num_class)


def open_trained(checkpoint: Path, words: Path) -> tuple[Classifier, tuple[str, ...]]:
    """The network of a checkpoint, on the CPU, and its vocabulary.

    Leaves torch's global random state as it was.

    Args:
        checkpoint: what `save_checkpoint` wrote.
        words: the run's `words.json`, a list of words.

    Raises:
        CheckpointError: the checkpoint is missing or damaged, or does not fit the words.
        StorageError: the words cannot be read.
    """
    weights = load_weights(checkpoint)
    try:
        vocabulary = json.loads(words.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror or error if isinstance(error, OSError) else error
        raise StorageError(
            f"The words in {_short(words)} cannot be read: {reason}. Start a new run."
        ) from error
    if not isinstance(vocabulary, list) or not all(isinstance(word, str) for word in vocabulary):
        raise StorageError(f"{_short(words)} holds no list of words. Start a new run.")
    rows = len(weights.tensors.get("embedding.weight", ()))
    if rows != len(vocabulary):
        raise CheckpointError(
            f"{_short(checkpoint)} has embeddings for {rows:,} words, {_short(words)} has "
            f"{len(vocabulary):,}: they belong to different runs. Start a new run."
        )
    try:
        model = _build(
            weights.config,
            vocab_size=len(vocabulary),
            num_class=len(weights.tensors["fc.bias"]),
        )
        model.load_state_dict(weights.tensors)
    except (KeyError, RuntimeError) as error:
        raise CheckpointError(
            f"The weights in {_short(checkpoint)} do not fit its settings. Start a new run. "
            f"PyTorch says: {error}"
        ) from error
    return model, tuple(vocabulary)


def _short(path: Path) -> str:
    """A run's file in a message; visitors do not need to know where the server keeps it."""
    return f"{path.parent.name}/{path.name}"


def _build(config: RunConfig, *, vocab_size: int, num_class: int) -> Classifier:
    with own_random_state(config.seed):
        return build_model(config, vocab_size=vocab_size, num_class=num_class)
