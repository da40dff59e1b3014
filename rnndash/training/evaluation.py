"""Accuracy, loss and confusion matrix of a model on some texts, collected batch by batch."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from rnndash.results import Predictions


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Evaluation:
    """The accuracy, loss and predictions of a model on N texts.

    Attributes:
        accuracy: share of right predictions.
        loss: mean cross-entropy in nats.
        confusion: `(C, C)` int64; row: true class, column: predicted class.
        predictions: the class predicted for each text.
    """

    accuracy: float
    loss: float
    confusion: NDArray[np.int64]
    predictions: Predictions


class Evaluator:
    """Collects predictions batch by batch.

    Args:
        num_class: C.
        digest: of the texts, for `Predictions`.
    """

    def __init__(self, num_class: int, *, digest: str = "") -> None:
        self._num_class = num_class
        self._digest = digest
        self._logits: list[torch.Tensor] = []
        self._labels: list[torch.Tensor] = []

    def add(self, logits: torch.Tensor, labels: torch.Tensor) -> None:
        """Add the logits `(B, C)` of texts with the true classes `(B,)`."""
        self._logits.append(logits)
        self._labels.append(labels)

    def result(self) -> Evaluation:
        """The evaluation of all texts that were added, at least one."""
        logits, labels = torch.cat(self._logits), torch.cat(self._labels)  # (N, C), (N,)
        confidence, predicted = logits.softmax(dim=1).max(dim=1)
        predictions = Predictions(
            labels=labels.cpu().numpy(),
            predicted=predicted.cpu().numpy(),
            confidence=confidence.float().cpu().numpy(),
            digest=self._digest,
        )
        confusion = np.zeros((self._num_class, self._num_class), dtype=np.int64)
        np.add.at(confusion, (predictions.labels, predictions.predicted), 1)
        return Evaluation(
            accuracy=float(predictions.is_right.mean()),
            loss=cross_entropy(logits, labels).item(),
            confusion=confusion,
            predictions=predictions,
        )
