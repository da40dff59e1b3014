"""Small files of word vectors in the text form of GloVe."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

Vectors = Mapping[str, Iterable[float]]


def some_vectors(words: Iterable[str], dimension: int = 8, *, seed: int = 0) -> dict[str, list]:
    """A vector for each word, of numbers as GloVe writes them."""
    random = np.random.default_rng(seed)
    return {word: random.normal(0, 0.5, dimension).round(5).tolist() for word in words}


def vector_lines(vectors: Vectors) -> str:
    """The lines of a file."""
    return "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in vectors.items())


def write_vectors(path: Path, vectors: Vectors) -> Path:
    """Write a file, and the folders above it where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vector_lines(vectors), encoding="utf-8", newline="\n")
    return path
