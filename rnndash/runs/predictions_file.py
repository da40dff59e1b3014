"""The predictions of a finished run for its test texts, kept with the run as safetensors."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from rnndash.errors import RunError, storage_errors
from rnndash.files import replacing
from rnndash.results import Predictions


def save_predictions(predictions: Predictions, path: Path) -> None:
    """Write the file whole, or leave the old one.

    Raises:
        StorageError: the file cannot be written.
    """
    tensors: dict[str, NDArray[Any]] = {
        "labels": predictions.labels,
        "predicted": predictions.predicted,
        "confidence": predictions.confidence,
    }
    what = f"The test predictions cannot be kept in {path.parent}"
    with storage_errors(what, also=(SafetensorError,)), replacing(path) as written:
        save_file(tensors, written, {"digest": predictions.digest})


def load_predictions(path: Path) -> Predictions:
    """Read what `save_predictions` wrote.

    Raises:
        RunError: there is no such file, or it is damaged.
    """
    if not path.exists():
        raise RunError(
            f"Run {path.parent.name} has no test predictions: it has not been trained to its end, "
            "or was by a version of rnndash that did not keep them. Train it again to see them."
        )
    try:
        with safe_open(path, framework="np") as file:
            digest = (file.metadata() or {})["digest"]
            return Predictions(
                labels=file.get_tensor("labels"),
                predicted=file.get_tensor("predicted"),
                confidence=file.get_tensor("confidence"),
                digest=digest,
            )
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise RunError(
            f"The test predictions of run {path.parent.name} are damaged: {error}. Train it again."
        ) from error
