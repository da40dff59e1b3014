"""A checkpoint: what a run needs to resume in another process, bit for bit, as one file."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from rnndash.config.run_config import RunConfig
from rnndash.errors import CheckpointError, ConfigError, storage_errors
from rnndash.files import replacing

_FORMAT = "2"
_READABLE = ("1", _FORMAT)
"""In format 1 every row of the embedding is up to date."""
_MODEL = "model."
_OPTIMISER = "optimiser."
_RANDOM = "random_state"
_VECTORS_FOUND = "vectors_found"


@dataclass(kw_only=True, slots=True)
class Position:
    """How far a run has come, and the sums from which it reports.

    Attributes:
        train_texts: size of the training set, by which another one is noticed.
        epoch: from 0.
        step: minibatches of this epoch that are done.
        samples: texts read in all epochs.
        epoch_samples: texts read in this epoch.
        epoch_correct: right answers among them.
        window: the texts, right answers and summed loss of each of the latest minibatches.
        seconds: time spent training.
        point_samples: texts read at the last point of the curve.
        point_seconds: seconds spent until then.
        cells: words and pads read.
        words: words read.
    """

    train_texts: int
    epoch: int = 0
    step: int = 0
    samples: int = 0
    epoch_samples: int = 0
    epoch_correct: int = 0
    window: list[tuple[int, int, float]] = field(default_factory=list)
    seconds: float = 0.0
    point_samples: int = 0
    point_seconds: float = 0.0
    cells: int = 0
    words: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The state of a run between two minibatches.

    Attributes:
        weights: the model's `state_dict`.
        optimiser: the optimiser's state.
        random_state: `(5056,)` uint8, torch's generator. The order of the texts needs no state:
            seed and epoch give it.
        vectors_found: words whose embedding started from a word vector; None without vectors.
    """

    config: RunConfig
    position: Position
    weights: Mapping[str, torch.Tensor]
    optimiser: Mapping[str, torch.Tensor]
    random_state: torch.Tensor
    vectors_found: int | None = None


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write the file whole, or leave the old one: it can be hours of training.

    Raises:
        StorageError: the file cannot be written.
    """
    tensors = {_MODEL + name: tensor for name, tensor in checkpoint.weights.items()}
    tensors |= {_OPTIMISER + name: tensor for name, tensor in checkpoint.optimiser.items()}
    tensors[_RANDOM] = checkpoint.random_state
    metadata = {
        "format": _FORMAT,
        "config": json.dumps(checkpoint.config.to_json()),
        "position": json.dumps(asdict(checkpoint.position)),
    }
    if checkpoint.vectors_found is not None:
        metadata[_VECTORS_FOUND] = str(checkpoint.vectors_found)
    what = f"The checkpoint {path.name} cannot be written to {path.parent}"
    with storage_errors(what, also=(SafetensorError,)), replacing(path) as written:
        save_file(
            {name: t.detach().contiguous().cpu() for name, t in tensors.items()}, written, metadata
        )


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what `save_checkpoint` wrote; nothing in the file is ever executed.

    Raises:
        CheckpointError: the file is missing, damaged or of another version.
    """
    with _opened(path) as file:
        metadata = _metadata(file, path)
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        position: dict[str, Any] = json.loads(metadata["position"])
        position["window"] = [(texts, right, loss) for texts, right, loss in position["window"]]
        return Checkpoint(
            config=RunConfig.from_json(json.loads(metadata["config"])),
            position=Position(**position),
            weights=_part(tensors, _MODEL),
            optimiser=_part(tensors, _OPTIMISER),
            random_state=tensors[_RANDOM],
            vectors_found=int(found) if (found := metadata.get(_VECTORS_FOUND)) else None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """A model's part of a checkpoint.

    Attributes:
        config: of the run that trained it.
        tensors: the model's `state_dict`.
    """

    config: RunConfig
    tensors: Mapping[str, torch.Tensor]


def load_weights(path: Path) -> Weights:
    """Read the model alone, a part of the file: what the optimiser needs stays on disk.

    Raises:
        CheckpointError: the file is missing, damaged or of another version.
    """
    with _opened(path) as file:
        metadata = _metadata(file, path)
        names = [name for name in file.keys() if name.startswith(_MODEL)]  # noqa: SIM118
        return Weights(
            config=RunConfig.from_json(json.loads(metadata["config"])),
            tensors=_part({name: file.get_tensor(name) for name in names}, _MODEL),
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The opened file. An error in the block means that the file is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except CheckpointError:
        raise
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, ConfigError) as error:
        raise CheckpointError(
            f"The checkpoint {path} cannot be read: {error}. Start a new run."
        ) from error


def _metadata(file: Any, path: Path) -> dict[str, str]:
    metadata: dict[str, str] = file.metadata() or {}
    if metadata.get("format") not in _READABLE:
        raise CheckpointError(
            f"The checkpoint {path} has format {metadata.get('format')}; this version of "
            f"rnndash reads formats {' and '.join(_READABLE)}. Start a new run."
        )
    return metadata


def _part(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
