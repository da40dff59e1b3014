"""Texts as they were written, kept beside their numbers for people to read."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTexts:
    """N texts, one after the other.

    Attributes:
        data: `(M,)` uint8, all texts in UTF-8.
        offsets: `(N + 1,)` int64; text n is `data[offsets[n]:offsets[n + 1]]`.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> str:
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes().decode()

    def digest(self, labels: NDArray[np.int64]) -> str:
        """A name for these texts with these classes: the same texts, the same name."""
        content = hashlib.sha256(self.data.tobytes())
        content.update(self.offsets.astype("<i8").tobytes())
        content.update(labels.astype("<i8").tobytes())
        return content.hexdigest()[:32]


def store_texts(texts: Iterable[str]) -> StoredTexts:
    """Put texts one after the other. Half a surrogate pair, which has no UTF-8, becomes `?`."""
    parts = [text.encode(errors="replace") for text in texts]
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return StoredTexts(data=np.frombuffer(b"".join(parts), dtype=np.uint8), offsets=offsets)
