"""How a model does on some texts, gathered batch by batch."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """How a model does on some texts.

    Attributes:
        accuracy: share of right answers.
        loss: mean cross-entropy in nats.
        confusion: `(C, C)` int64; row: true class, column: predicted class.
    """

    accuracy: float
    loss: float
    confusion: NDArray[np.int64]


class Evaluator:
    """Gathers answers batch by batch.

    Args:
        num_class: C.
    """

    def __init__(self, num_class: int) -> None:
        self._confusion = np.zeros((num_class, num_class), dtype=np.int64)
        self._loss = 0.0

    def add(self, logits: torch.Tensor, labels: torch.Tensor) -> None:
        """Count the answers `(B, C)` to texts of the true classes `(B,)`."""
        self._loss += cross_entropy(logits, labels, reduction="sum").item()
        predicted = logits.argmax(dim=1)
        np.add.at(self._confusion, (labels.cpu().numpy(), predicted.cpu().numpy()), 1)

    def result(self) -> Evaluation:
        """The sum of all that was added, which must be something."""
        texts = int(self._confusion.sum())
        return Evaluation(
            accuracy=float(np.trace(self._confusion) / texts),
            loss=self._loss / texts,
            confusion=self._confusion.copy(),
        )
