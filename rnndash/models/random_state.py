"""Seeded random numbers for code that draws from torch's global state."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_LOCK = threading.Lock()


@contextmanager
def own_random_state(seed: int) -> Iterator[None]:
    """Seed torch's state on the CPU for a block, and restore the old state afterwards.

    Other threads wait, so that visitors of one server cannot draw each other's numbers. Blocks
    must not be nested.
    """
    with _LOCK, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
