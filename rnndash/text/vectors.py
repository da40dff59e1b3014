"""Pretrained vectors for the words of a vocabulary, read by torchtext's `Vectors`.

A file of vectors has hundreds of thousands of words, most of which no run needs, and torchtext
would keep all of them in memory and once more in a pickled `.pt` file. So the lines of the words
that are needed are copied to a file of their own first, and torchtext reads that. Its `.pt` file
goes into a folder that is new and is deleted at once: no run ever loads a pickle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnndash.config.word_vectors import VectorsChoice
from rnndash.environment import Environment
from rnndash.errors import VectorsError, storage_errors
from rnndash.files import remove_leftovers, temporary_path
from rnndash.text.corpus import Progress, no_progress
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.torchtext_guard import guarded_torchtext
from rnndash.text.vector_files import MAX_LINE, find_vectors

LARGEST = 1_000.0
"""A number of a vector; those in use stay below 20."""
_NEWS_EVERY = 2**24
"""Bytes between two reports."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FoundVectors:
    """The vectors of those words of a vocabulary that a file has.

    Attributes:
        rows: `(M,)` int64, the numbers of these words, in order; never padding or unknown word.
        values: `(M, E)` float32.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)


def load_vectors(
    choice: VectorsChoice,
    words: Sequence[str],
    environment: Environment,
    progress: Progress = no_progress,
) -> FoundVectors:
    """Find the file on this machine, or download it if it is of a GloVe set, and read it.

    Args:
        words: the vocabulary, padding and unknown word first.

    Raises:
        VectorsError: the file is gone, has changed, or cannot be used.
        VectorsUnavailableError: it cannot be downloaded; the message says what to do.
        StorageError: there is no room for it.
    """
    path = find_vectors(choice, environment)
    if path is None and choice.sha256 is None:
        from rnndash.text.glove import GloveDownload

        path = GloveDownload(
            folder=environment.vectors_dir, local_dir=environment.local_vectors_dir
        ).fetch(choice.name, progress)
    if path is None:
        raise VectorsError(
            f"The file of word vectors {choice.name} is not on this machine any more, or its "
            "content has changed. Bring the same file back, or start a new run with another."
        )
    return read_vectors(
        path, words, dimension=choice.dimension, folder=environment.vectors_dir, progress=progress
    )


def read_vectors(
    path: Path,
    words: Sequence[str],
    *,
    dimension: int,
    folder: Path,
    progress: Progress = no_progress,
) -> FoundVectors:
    """Read the vectors of the words of a vocabulary. Of a word that comes twice the last counts.

    Args:
        words: the vocabulary, padding and unknown word first.
        dimension: E, 3 to 300.
        folder: where the file of the needed lines is kept meanwhile.

    Raises:
        VectorsError: a line is malformed, or no word of the vocabulary is in the file.
        StorageError: the folder cannot be written.
    """
    with storage_errors(f"The word vectors cannot be read through {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        with temporary_path(folder) as own:  # torchtext leaves a file of its own in it
            own.mkdir()
            excerpt = own / "words.txt"
            lines = _copy_needed(path, words, dimension, excerpt, progress)
            if not lines:
                raise VectorsError(
                    f"The file {path.name} has none of the {len(words) - UNKNOWN_INDEX - 1:,} "
                    "words of the texts. Its words must be in lower case, and of the language of "
                    "the texts. Choose other vectors."
                )
            return _parse(excerpt, path.name, words, lines)


def _copy_needed(
    path: Path, words: Sequence[str], dimension: int, excerpt: Path, progress: Progress
) -> list[int]:
    """Copy the lines of the vocabulary's words; give the numbers of these lines, from 1.

    A line with more numbers than the others is that of a word with blanks in it, as some files
    have: no vocabulary has such a word.
    """
    needed = {word.encode(errors="replace") for word in words[UNKNOWN_INDEX + 1 :]}
    size, done, reported = max(1, path.stat().st_size), 0, 0
    copied = []
    progress("Reading the word vectors", 0.0)
    with path.open("rb") as file, excerpt.open("wb") as target:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), start=1):
            done += len(line)
            if done - reported >= _NEWS_EVERY:
                progress("Reading the word vectors", min(1.0, done / size))
                reported = done
            row = line.rstrip()
            numbers = row.count(b" ")
            if numbers < dimension or len(line) > MAX_LINE:
                if not row or (number == 1 and numbers == 1):  # a heading, as word2vec writes it
                    continue
                raise _malformed(path.name, number, line, f"{dimension} numbers")
            if numbers == dimension and row.partition(b" ")[0] in needed:
                copied.append(number)
                target.write(row + b"\n")
    return copied


def _parse(excerpt: Path, name: str, words: Sequence[str], lines: list[int]) -> FoundVectors:
    from torchtext.vocab import Vectors

    try:
        with guarded_torchtext():
            vectors = Vectors(str(excerpt), cache=str(excerpt.parent))
    except ValueError:  # a number that is none; torchtext does not say where
        for number, line in zip(lines, excerpt.read_bytes().splitlines(), strict=True):
            if not _are_numbers(line.split(b" ")[1:]):
                raise _malformed(name, number, line, "numbers alone") from None
        raise
    values: NDArray[np.float32] = vectors.vectors.numpy()
    strange = ~(np.abs(values) <= LARGEST).all(axis=1)  # so that nan is strange too
    if strange.any():
        row = int(strange.argmax())
        found = f"a vector of finite numbers from {-LARGEST:,.0f} to {LARGEST:,.0f}"
        raise _malformed(name, lines[row], vectors.itos[row].encode(), found)
    index = vectors.stoi
    rows = [row for row, word in enumerate(words) if row > UNKNOWN_INDEX and word in index]
    return FoundVectors(
        rows=np.array(rows, dtype=np.int64), values=values[[index[words[row]] for row in rows]]
    )


def _are_numbers(parts: Sequence[bytes]) -> bool:
    try:
        for part in parts:
            float(part)
    except ValueError:
        return False
    return True


def _malformed(name: str, number: int, line: bytes, expected: str) -> VectorsError:
    return VectorsError(
        f"Line {number:,} of the file {name} should be a word and {expected}, apart by single "
        f"blanks; it begins {line[:60].decode(errors='replace')!r}. Correct or remove that line, "
        "or choose a file in the text form of GloVe or word2vec."
    )
