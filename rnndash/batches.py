"""Which texts come when, and how a minibatch is laid out.

Letters: B texts in a batch, T time steps, which is the length of its longest text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.text.encoded import EncodedTexts


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A padded minibatch.

    Attributes:
        tokens: `(B, T)` int64, word numbers; 0 fills each row up to the longest.
        lengths: `(B,)` int64, always on the CPU, where packing wants it.
        labels: `(B,)` int64.
    """

    tokens: torch.Tensor
    lengths: torch.Tensor
    labels: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same with tokens and labels on `device`; lengths stay on the CPU."""
        return Batch(
            tokens=self.tokens.to(device), lengths=self.lengths, labels=self.labels.to(device)
        )


def epoch_order(size: int, *, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order in which an epoch visits `size` texts: `(size,)` int64.

    It depends on nothing but these three numbers, so that all models of a comparison see the
    same batches, and an interrupted run finds its place again.
    """
    return np.random.default_rng([seed, epoch]).permutation(size)


def split_rows(rows: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Cut an order into minibatches; the last may be smaller."""
    for start in range(0, len(rows), batch_size):
        yield rows[start : start + batch_size]


def pad(texts: EncodedTexts, rows: NDArray[np.int64]) -> Batch:
    """Lay the texts `rows` out as a padded batch, in the order given."""
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
