"""Random minibatches for hypothesis."""

import numpy as np
from hypothesis import strategies as st

from rnndash.packing.minibatch import Rows


def lengths(*, most_rows=64, longest=200):
    """Lengths of the rows of a batch."""
    return st.lists(st.integers(1, longest), min_size=1, max_size=most_rows)


LENGTHS = lengths()


def rows_of(lengths, seed=0):
    """Rows of these lengths with random ids."""
    rng = np.random.default_rng(seed)
    return Rows(ids=tuple(tuple(rng.integers(1, 10**9, size=n).tolist()) for n in lengths))


def batches(*, most_rows=64, longest=200):
    """1 to 64 rows of 1 to 200 ids, or as many as are asked for."""
    shape = lengths(most_rows=most_rows, longest=longest)
    return st.builds(rows_of, shape, st.integers(0, 999))
