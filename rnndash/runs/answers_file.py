"""The answers of a finished run to its test texts, kept with the run as safetensors."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from rnndash.errors import RunError, storage_errors
from rnndash.files import replacing
from rnndash.results import Answers


def save_answers(answers: Answers, path: Path) -> None:
    """Write the file whole, or leave the old one.

    Raises:
        StorageError: the file cannot be written.
    """
    tensors: dict[str, NDArray[Any]] = {
        "labels": answers.labels,
        "predicted": answers.predicted,
        "confidence": answers.confidence,
    }
    what = f"The test answers cannot be kept in {path.parent}"
    with storage_errors(what, also=(SafetensorError,)), replacing(path) as written:
        save_file(tensors, written, {"digest": answers.digest})


def load_answers(path: Path) -> Answers:
    """Read what `save_answers` wrote.

    Raises:
        RunError: there is no such file, or it is damaged.
    """
    if not path.exists():
        raise RunError(
            f"Run {path.parent.name} has no test answers: it has not been trained to its end, "
            "or was by a version of rnndash that did not keep them. Train it again to see them."
        )
    try:
        with safe_open(path, framework="np") as file:
            digest = (file.metadata() or {})["digest"]
            return Answers(
                labels=file.get_tensor("labels"),
                predicted=file.get_tensor("predicted"),
                confidence=file.get_tensor("confidence"),
                digest=digest,
            )
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise RunError(
            f"The test answers of run {path.parent.name} are damaged: {error}. Train it again."
        ) from error
