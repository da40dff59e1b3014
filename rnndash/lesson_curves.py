"""The curves that the lesson published, for comparison.

`lesson_curves.csv` holds the running accuracies that are printed in the notebook
"RNNPyTorch.ipynb" of Microsoft's open course "AI for Beginners" (lesson 16, recurrent neural
networks): one epoch of AG News' 120,000 training texts, one value every 3,200 texts.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rnndash.config.model_kind import ModelKind

REFERENCE_EPOCH = 120_000
"""Texts of the lesson's one epoch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferencePoint:
    """One value that the lesson prints.

    Attributes:
        samples: texts read.
        running_accuracy: over them, 0 to 1.
    """

    model: ModelKind
    samples: int
    running_accuracy: float


@cache
def lesson_curves() -> tuple[ReferencePoint, ...]:
    """All points, model after model, by samples."""
    text = resources.files("rnndash").joinpath("lesson_curves.csv").read_text(encoding="utf-8")
    return tuple(
        ReferencePoint(
            model=ModelKind(row["model"]),
            samples=int(row["samples"]),
            running_accuracy=float(row["running_accuracy"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
