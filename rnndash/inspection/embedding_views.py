"""What is shown of a network's embedding, as frozen values. No torch: figures read them.

Letters: V words, padding and unknown word included, N words of a map, C classes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MIXED = -1
"""Stands for a class where a word belongs to none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """A word near another.

    Attributes:
        similarity: the cosine of the angle between both embeddings, -1 to 1.
    """

    word: str
    similarity: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestWords:
    """The words whose embeddings point the same way as a word's.

    Attributes:
        word: as the vocabulary writes it.
        neighbours: nearest first, the word itself left out.
    """

    word: str
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WordUse:
    """How often each word of a vocabulary is used in the training texts of each class.

    Attributes:
        class_names: C names.
        counts: `(V, C)` int64.
    """

    class_names: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """`(V, C)` float64: how a word's use is spread over the classes; rows add up to 1.

        Classes weigh the same, however much text they have: else every common word would belong
        to the largest class. A word that is never used has zeros.
        """
        rates = self.counts / np.maximum(self.counts.sum(axis=0), 1)
        totals = rates.sum(axis=1, keepdims=True)
        shares: NDArray[np.float64] = np.divide(
            rates, totals, out=np.zeros_like(rates), where=totals > 0
        )
        return shares


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EmbeddingMap:
    """The most frequent words in the plane in which their embeddings differ most.

    Attributes:
        words: N words, most frequent first.
        points: `(N, 2)` float64, along the first two principal components.
        variance: shares of the N embeddings' variance that lie along the two, each 0 to 1.
        class_names: C names; empty where the training texts are gone.
        classes: `(N,)` int64, the class in which a word is used most, `MIXED` where its share
            there is not above `threshold`; all `MIXED` where the texts are gone.
        shares: `(N,)` float64, that share, 0 to 1.
        counts: `(N,)` int64, uses of the word in all training texts.
        threshold: halfway from chance, 1 / C, to certainty.
    """

    words: tuple[str, ...]
    points: NDArray[np.float64]
    variance: tuple[float, float]
    class_names: tuple[str, ...]
    classes: NDArray[np.int64]
    shares: NDArray[np.float64]
    counts: NDArray[np.int64]
    threshold: float
