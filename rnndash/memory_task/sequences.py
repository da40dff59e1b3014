"""The sequences of the memory task. The first word names the class; all others are noise.

Letters: B sequences, T words in each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.memory_task.settings import MemoryTask

CLASS_WORDS = ("north", "east", "south", "west")
NOISE_WORDS = (
    "the", "of", "and", "to", "in", "for", "on", "with", "at", "by",
    "from", "as", "is", "was", "it", "that", "this", "or", "not", "be",
)  # fmt: skip
WORDS = (*CLASS_WORDS, *NOISE_WORDS)
"""By number; the number of a class word is its class."""
CHANCE = 1 / len(CLASS_WORDS)
TEST_SEQUENCES = 512


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sequences:
    """A minibatch; all sequences are of one length, so there are no pads.

    Attributes:
        tokens: `(B, T)` int64, numbers of `WORDS`.
        labels: `(B,)` int64, the classes.
    """

    tokens: NDArray[np.int64]
    labels: NDArray[np.int64]

    def words(self, row: int) -> tuple[str, ...]:
        """One sequence in words."""
        return tuple(WORDS[number] for number in self.tokens[row])


def draw_sequences(generator: np.random.Generator, count: int, length: int) -> Sequences:
    """Draw classes uniformly, and every word after the first uniformly from the noise words."""
    tokens = generator.integers(len(CLASS_WORDS), len(WORDS), size=(count, length))
    tokens[:, 0] = generator.integers(len(CLASS_WORDS), size=count)
    return Sequences(tokens=tokens, labels=tokens[:, 0].copy())


def training_batches(task: MemoryTask, length: int) -> Iterator[Sequences]:
    """One new minibatch for each step, the same for all models of a task."""
    generator = np.random.default_rng([task.seed, length, 0])
    for _ in range(task.steps):
        yield draw_sequences(generator, task.batch_size, length)


def held_out_sequences(task: MemoryTask, length: int) -> Sequences:
    """The sequences for measuring accuracy, drawn independently of all training batches."""
    return draw_sequences(np.random.default_rng([task.seed, length, 1]), TEST_SEQUENCES, length)
