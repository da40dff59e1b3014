"""What a network has learned of single words: which lie close to each other, and a map of many.

Letters: V words, padding and unknown word included, E embedding, N words of a map, C classes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import UnknownWordError
from rnndash.inspection.embedding_views import MIXED, EmbeddingMap, NearestWords, Neighbour, WordUse
from rnndash.inspection.network import Network
from rnndash.text.encoded import EncodedTexts
from rnndash.text.special_tokens import UNKNOWN_INDEX

MOST_NEIGHBOURS = 50
MOST_MAP_WORDS = 2_000
COMMON_WORDS = 1_000
"""The most frequent words, which occur often enough for training to move their embeddings."""
_FIRST_WORD = UNKNOWN_INDEX + 1
"""Padding and the unknown word are not words: they are left out of neighbours and maps."""


def nearest_words(
    network: Network,
    word: str,
    *,
    most: int = 10,
    among: int = COMMON_WORDS,
) -> NearestWords:
    """The words whose embeddings have the largest cosine similarity with that of `word`.

    An embedding of zeros has similarity 0 with every other. The embedding of a rare word is still
    close to its random start, and there are so many rare words that some lie near any word by
    chance: hence `among`.

    Args:
        word: any case, blanks around it do not matter.
        most: up to `MOST_NEIGHBOURS`.
        among: how many of the most frequent words are compared with it; the word itself may be
            rarer.

    Raises:
        UnknownWordError: the vocabulary does not have the word.
    """
    embedding, words = network.embedding, network.words
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
    advice = (
        f"Words with the same beginning: {', '.join(alike)}." if alike else "Try a common word."
    )
    raise UnknownWordError(
        f"The run does not know the word {wanted[:80]!r}: it is none of the {len(known):,} words "
        f"of its training texts. {advice}"
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
    network: Network,
    *,
    most: int = 300,
    use: WordUse | None = None,
) -> EmbeddingMap:
    """Project the most frequent words onto a plane, by principal components.

    Args:
        most: N, up to `MOST_MAP_WORDS`.
        use: of the same vocabulary; None where the run's texts are gone.
    """
    embedding, words = network.embedding, network.words
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

    The sign of a principal component is arbitrary: here the largest part of each axis, in size, is
    positive, so that equal embeddings give equal maps.
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
