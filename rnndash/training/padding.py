"""Padded minibatches.

Letters: B texts in a batch, T time steps, which is the length of its longest text.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.text.encoded import EncodedTexts


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A padded minibatch.

    Attributes:
        tokens: `(B, T)` int64, word numbers; 0 pads each row to the longest.
        lengths: `(B,)` int64, always on the CPU, where packing needs it.
        labels: `(B,)` int64.
    """

    tokens: torch.Tensor
    lengths: torch.Tensor
    labels: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """The batch with tokens and labels on `device`; lengths stay on the CPU."""
        return Batch(
            tokens=self.tokens.to(device), lengths=self.lengths, labels=self.labels.to(device)
        )


def pad(texts: EncodedTexts, rows: NDArray[np.int64]) -> Batch:
    """The texts of these numbers as a padded batch, in the order given."""
    starts = texts.offsets[rows]
    lengths = texts.offsets[rows + 1] - starts
    steps = np.arange(lengths.max())
    real = steps < lengths[:, None]  # (B, T)
    tokens = np.zeros(real.shape, dtype=np.int64)
    tokens[real] = texts.ids[(starts[:, None] + steps)[real]]
    return Batch(
        tokens=torch.from_numpy(tokens),
        lengths=torch.from_numpy(lengths),
        labels=torch.from_numpy(texts.labels[rows]),
    )
