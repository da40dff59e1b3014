"""What padding and packing cost over a whole corpus, counted from the lengths of its texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.config.hyperparameters import SETTING
from rnndash.text.order import bucketed_order, epoch_order

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_NUMBER_BYTES = 8
"""Of one int64."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchingCost:
    """What one way of cutting a corpus into minibatches costs, exactly, by the lengths.

    Attributes:
        batch_size: rows of a minibatch; the last one may have fewer.
        is_bucketed: rows of similar length together, rather than shuffled.
        cells: computed with padding, all batches together.
        tokens: computed without.
        padded_bytes: of all batches in padded form, int64, with their lengths.
        packed_bytes: of all batches in packed form, int64, with the three index tensors.
    """

    batch_size: int
    is_bucketed: bool
    cells: int
    tokens: int
    padded_bytes: int
    packed_bytes: int

    @property
    def padding_share(self) -> float:
        """Share of the cells that hold a pad, 0 to 1."""
        return 1 - self.tokens / self.cells


def batching_cost(
    lengths: NDArray[np.int64], order: NDArray[np.int64], batch_size: int, is_bucketed: bool
) -> BatchingCost:
    """Count the cells and bytes of all minibatches of an order.

    Args:
        lengths: `(N,)` int64, of all texts, each at least 1.
        order: `(M,)` int64, the texts that are read, at least one, as `split_rows` cuts them.
        is_bucketed: whether the order groups similar lengths; nothing is sorted here.

    Raises:
        ConfigError: the batch size is outside its limits.
    """
    size = int(SETTING["batch_size"].check(batch_size))
    read = lengths[order]
    starts = np.arange(0, len(read), size)
    longest = np.maximum.reduceat(read, starts)  # of each batch
    sizes = np.diff(starts, append=len(read))
    cells, tokens = int(longest @ sizes), int(read.sum())
    rows, steps = len(read), int(longest.sum())
    return BatchingCost(
        batch_size=size,
        is_bucketed=is_bucketed,
        cells=cells,
        tokens=tokens,
        padded_bytes=_NUMBER_BYTES * (cells + rows),
        packed_bytes=_NUMBER_BYTES * (tokens + steps + 2 * rows),
    )


def cost_curve(
    lengths: NDArray[np.int64], *, batch_sizes: Sequence[int] = BATCH_SIZES, seed: int = 0
) -> tuple[BatchingCost, ...]:
    """The cost of a first epoch at each batch size: all shuffled ones, then all bucketed ones.

    Raises:
        ConfigError: a batch size or the seed is outside its limits.
    """
    seed = int(SETTING["seed"].check(seed))
    shuffled = epoch_order(len(lengths), seed=seed, epoch=0)
    return tuple(batching_cost(lengths, shuffled, size, False) for size in batch_sizes) + tuple(
        batching_cost(
            lengths, bucketed_order(lengths, batch_size=size, seed=seed, epoch=0), size, True
        )
        for size in batch_sizes
    )
