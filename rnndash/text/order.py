"""The order of the texts in an epoch, and how it is cut into minibatches."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

POOL_BATCHES = 100
"""Batches that are filled together from one pool of texts, where texts are bucketed."""


def epoch_order(size: int, *, seed: int, epoch: int) -> NDArray[np.int64]:
    """The order in which an epoch visits `size` texts: `(size,)` int64.

    It depends on nothing but these three numbers, so that all models of a comparison see the
    same batches, and an interrupted run finds its place again.
    """
    return np.random.default_rng([seed, epoch]).permutation(size)


def bucketed_order(
    lengths: NDArray[np.int64], *, batch_size: int, seed: int, epoch: int
) -> NDArray[np.int64]:
    """An order that puts texts of similar length into the same batch: `(N,)` int64.

    The texts are shuffled as by `epoch_order` and cut into pools of `POOL_BATCHES` batches. Each
    pool is sorted by length and cut into batches, and the batches are shuffled. Where the texts
    do not divide, the longest texts of the last pool are left over; they make the short batch,
    which takes no part in the shuffle and stays last, where `split_rows` cuts it.

    Args:
        lengths: `(N,)` int64, of all texts.
        batch_size: the one that `split_rows` will be given.
    """
    shuffled = epoch_order(len(lengths), seed=seed, epoch=epoch)
    pools = np.arange(len(lengths)) // (batch_size * POOL_BATCHES)
    pooled = shuffled[np.lexsort((lengths[shuffled], pools))]
    full = len(pooled) // batch_size
    batches = pooled[: full * batch_size].reshape(full, batch_size)
    moved = np.random.default_rng([seed, epoch, 1]).permutation(full)
    return np.concatenate([batches[moved].ravel(), pooled[full * batch_size :]])


def split_rows(rows: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Cut an order into minibatches; the last may be smaller."""
    for start in range(0, len(rows), batch_size):
        yield rows[start : start + batch_size]
