"""What a run has learned of single words: which lie close to each other, and a map of many.

All of it is NumPy on an embedding's weights, so no figure that draws it loads PyTorch.
Letters: V words, padding and unknown word included, E embedding, N words of a map, C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import UnknownWordError
from rnndash.text.encoded import EncodedTexts
from rnndash.text.reserved import UNKNOWN_INDEX

MIXED = -1
"""Stands for a class where a word belongs to none."""
MOST_NEIGHBOURS = 50
MOST_MAP_WORDS = 2_000
COMMON_WORDS = 1_000
"""So many of the most frequent words have been met often enough that training has moved them."""
_FIRST_WORD = UNKNOWN_INDEX + 1
"""Padding and the unknown word stand for no word: they are no neighbours and on no map."""


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


def nearest_words(
    embedding: NDArray[np.float32],
    words: Sequence[str],
    word: str,
    *,
    most: int = 10,
    among: int = COMMON_WORDS,
) -> NearestWords:
    """The words whose embeddings have the largest cosine similarity with that of `word`.

    An embedding of zeros has similarity 0 with every other. The embedding of a rare word is still
    close to the random one that it began as, and there are so many of them that some lie near any
    word by chance: hence `among`.

    Args:
        embedding: `(V, E)` float32.
        words: the vocabulary, V words.
        word: any case, blanks around it do not matter.
        most: up to `MOST_NEIGHBOURS`.
        among: so many of the most frequent words are compared with it; the word itself may be
            rarer.

    Raises:
        UnknownWordError: the vocabulary does not have the word.
    """
    index = _find(words, word)
    compared = embedding[: _FIRST_WORD + among]
    lengths = np.sqrt(np.einsum("ve,ve->v", compared, compared))  # of each, without a copy
    scale = lengths * np.linalg.norm(embedding[index])
    cosines = np.divide(
        compared @ embedding[index], scale, out=np.zeros_like(scale), where=scale > 0
    )
    order = np.argsort(-cosines, kind="stable")  # of equals the more frequent word comes first
    order = order[(order >= _FIRST_WORD) & (order != index)]
    chosen = order[: min(most, MOST_NEIGHBOURS)].tolist()
    return NearestWords(
        word=words[index],
        neighbours=tuple(
            Neighbour(word=words[row], similarity=float(np.clip(cosines[row], -1, 1)))
            for row in chosen
        ),
    )


def _find(words: Sequence[str], word: str) -> int:
    wanted = word.strip().lower()  # as the vocabulary's own words are
    known = {known: index for index, known in enumerate(words) if index >= _FIRST_WORD}
    if wanted in known:
        return known[wanted]
    alike = [other for other in known if wanted and other.startswith(wanted[:3])][:5]
    advice = f"Words that begin alike: {', '.join(alike)}." if alike else "Try a common word."
    raise UnknownWordError(
        f"The run does not know the word {wanted[:80]!r}: none of its {len(known):,} words, which "
        f"it took from its training texts, is that one. {advice}"
    )


def count_word_use(texts: EncodedTexts, class_names: Sequence[str], *, vocabulary: int) -> WordUse:
    """Count the words of the training texts, class by class.

    Args:
        vocabulary: V.
    """
    labels = np.repeat(texts.labels, texts.lengths)  # (M,), the class of each word
    places = texts.ids.astype(np.int64) * len(class_names) + labels
    counts = np.bincount(places, minlength=vocabulary * len(class_names))
    return WordUse(
        class_names=tuple(class_names), counts=counts.reshape(vocabulary, len(class_names))
    )


def map_embedding(
    embedding: NDArray[np.float32],
    words: Sequence[str],
    *,
    most: int = 300,
    use: WordUse | None = None,
) -> EmbeddingMap:
    """Put the most frequent words on a plane, by principal components.

    Args:
        embedding: `(V, E)` float32.
        words: the vocabulary, most frequent first after padding and the unknown word.
        most: N, up to `MOST_MAP_WORDS`.
        use: of the same vocabulary; None where the run's texts are gone.
    """
    end = min(len(words), _FIRST_WORD + min(most, MOST_MAP_WORDS))
    shown = slice(_FIRST_WORD, end)
    points, variance = _principal_plane(embedding[shown].astype(np.float64))
    number = len(points)
    classes = np.full(number, MIXED, dtype=np.int64)
    shares, counts = np.zeros(number), np.zeros(number, dtype=np.int64)
    threshold = 1.0
    if use is not None:
        threshold = (1 + 1 / len(use.class_names)) / 2
        of_classes = use.shares[shown]
        counts, shares = use.counts[shown].sum(axis=1), of_classes.max(axis=1)
        classes = np.where(shares > threshold, of_classes.argmax(axis=1), MIXED)
    return EmbeddingMap(
        words=tuple(words[shown]),
        points=points,
        variance=variance,
        class_names=() if use is None else use.class_names,
        classes=classes,
        shares=shares,
        counts=counts,
        threshold=threshold,
    )


def _principal_plane(
    rows: NDArray[np.float64],
) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """`(N, E)` to `(N, 2)`, and the shares of the variance along both axes.

    Principal components have no sign of their own: here the largest part of each axis, in size,
    is positive, so that equal embeddings give equal maps.
    """
    points, variance = np.zeros((len(rows), 2)), [0.0, 0.0]
    if not len(rows):
        return points, (0.0, 0.0)
    centred = rows - rows.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    total = float((sizes**2).sum())
    for number, axis in enumerate(axes[:2]):
        sign = 1.0 if axis[np.abs(axis).argmax()] >= 0 else -1.0
        points[:, number] = sign * (centred @ axis)
        variance[number] = float(sizes[number] ** 2) / total if total > 0 else 0.0
    return points, (variance[0], variance[1])
