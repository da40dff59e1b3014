"""Seeded random numbers for code that can draw from torch's global state alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_LOCK = threading.Lock()


@contextmanager
def own_random_state(seed: int) -> Iterator[None]:
    """Seed torch's state on the CPU for the block, then put back what was there before.

    One thread at a time is let in, so that visitors of one server cannot draw each other's
    numbers. Blocks must not be nested.
    """
    with _LOCK, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
