"""Random minibatches for hypothesis."""

import numpy as np
from hypothesis import strategies as st

from rnndash.packing.results import Rows

LENGTHS = st.lists(st.integers(1, 200), min_size=1, max_size=64)


def rows_of(lengths, seed=0):
    """Rows of these lengths with random ids."""
    rng = np.random.default_rng(seed)
    return Rows(ids=tuple(tuple(rng.integers(1, 10**9, size=n).tolist()) for n in lengths))


def batches():
    """1 to 64 rows of 1 to 200 ids."""
    return st.builds(rows_of, LENGTHS, st.integers(0, 999))
