"""A corpus, and the interface of what reads one.

A corpus is read in two steps, so that an encoded copy is found without reading a single text:
`fingerprint()` names the content, `load()` reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import CorpusError

Progress = Callable[[str, float | None], None]
"""Called with what is being done, and how far it is (0 to 1, or None where that is unknown)."""


def no_progress(message: str, fraction: float | None) -> None:
    """A `Progress` that does nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledTexts:
    """Texts with the class of each.

    Attributes:
        texts: N texts, none of them blank.
        labels: `(N,)` int64, from 0 to the number of classes minus 1.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.labels.shape != (len(self.texts),):
            raise CorpusError(
                f"Every text needs one label: {len(self.texts)} texts came with "
                f"labels of shape {self.labels.shape}."
            )

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """Texts to train on and texts to test on.

    Attributes:
        name: a `CorpusName`.
        class_names: the name of class 0, of class 1 and so on.
        train: the texts to learn from.
        test: texts that are never learned from.
        source: one sentence for people: where the texts come from and how many there are.
        notes: what was left out or changed on the way, one sentence each; empty if nothing.
    """

    name: str
    class_names: tuple[str, ...]
    train: LabelledTexts
    test: LabelledTexts
    source: str
    notes: tuple[str, ...] = field(default=())


class CorpusReader(Protocol):
    """What reads a corpus: one class for each corpus."""

    @property
    def name(self) -> str:
        """A `CorpusName`."""
        ...

    def available(self) -> str | None:
        """Where the texts are on this machine, one sentence; None if `load` would download them."""
        ...

    def fingerprint(self) -> str:
        """A short hexadecimal name of the content: the same content, the same name.

        Cheap: no text is parsed for it.

        Raises:
            CorpusError: the source is missing or cannot be read.
        """
        ...

    def load(self, progress: Progress = no_progress) -> Corpus:
        """Read, generate or download the texts.

        Raises:
            CorpusError: the texts cannot be used; the message says why and what to do.
            CorpusUnavailableError: the texts cannot be reached; it names the ways out.
        """
        ...
