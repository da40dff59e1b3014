"""A corpus as integers: encoded once, kept on disk, memory-mapped by every process.

The tokeniser and all that it imports are loaded only to encode: most processes find the encoded
texts and never need it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from rnndash.errors import CorpusError, StorageError, storage_errors
from rnndash.files import remove_leftovers, replacing
from rnndash.text.corpus import Corpus, CorpusReader, LabelledTexts, Progress, no_progress
from rnndash.text.special_tokens import UNKNOWN_INDEX
from rnndash.text.stored_texts import StoredTexts, store_texts

_FORMAT = 2
"""Raise it whenever the same texts would be encoded otherwise."""
_PARTS = ("train", "test")


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodedTexts:
    """N texts, one after the other, as the numbers of their words.

    Attributes:
        ids: `(M,)` int32, the words of all texts.
        offsets: `(N + 1,)` int64; text n is `ids[offsets[n]:offsets[n + 1]]`, never empty.
        labels: `(N,)` int64.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """`(N,)` int64, the number of words of each text."""
        return np.diff(self.offsets)

    def row(self, index: int) -> NDArray[np.int32]:
        """The word numbers of one text, `(T,)` int32."""
        return self.ids[self.offsets[index] : self.offsets[index + 1]]


@dataclass(frozen=True, kw_only=True, slots=True)
class EncodedCorpus:
    """A corpus ready to train on.

    Attributes:
        words: the vocabulary; `words[0]` is padding, `words[1]` the unknown word.
        test_texts: the test texts as they were written.
        source: one sentence for people: where the texts come from.
        notes: what was left out or changed, one sentence each.
    """

    name: str
    class_names: tuple[str, ...]
    words: tuple[str, ...]
    train: EncodedTexts
    test: EncodedTexts
    test_texts: StoredTexts
    source: str
    notes: tuple[str, ...] = ()

    @property
    def test_digest(self) -> str:
        """A name for the test set, whatever the vocabulary: equal tests, equal names."""
        return self.test_texts.digest(self.test.labels)


def encode_corpus(corpus: Corpus, *, min_freq: int = 1) -> EncodedCorpus:
    """Tokenise every text once; count and number its words in the same pass.

    Training texts get provisional numbers in order of appearance, which the finished
    vocabulary then maps to the final ones. Texts without a single token are left out and noted.

    Raises:
        CorpusError: no text to train on or none to test on is left.
    """
    from rnndash.text.tokens import build_vocabulary, word_indices

    words, numbers, lengths = _number(corpus.train.texts)
    frequencies = np.bincount(numbers, minlength=len(words)).tolist()
    counts = Counter({word: n for word, n in zip(words, frequencies, strict=True) if n})
    vocabulary = build_vocabulary(counts, min_freq)
    index = word_indices(vocabulary.itos)
    train = _part(_final(words, index)[numbers], lengths, corpus.train)
    words, numbers, lengths = _number(corpus.test.texts)
    test = _part(_final(words, index)[numbers], lengths, corpus.test)
    if not len(train) or not len(test):
        raise CorpusError(
            f"The corpus {corpus.name} has {len(train)} usable texts to train on and "
            f"{len(test)} to test on; at least one of each is needed. Use a larger file."
        )
    empty = len(corpus.train) + len(corpus.test) - len(train) - len(test)
    notes = (f"{empty:,} texts without a single word were left out.",) if empty else ()
    return EncodedCorpus(
        name=corpus.name,
        class_names=corpus.class_names,
        words=tuple(vocabulary.itos),
        train=train,
        test=test,
        test_texts=store_texts(
            text for text, length in zip(corpus.test.texts, lengths, strict=True) if length
        ),
        source=corpus.source,
        notes=corpus.notes + notes,
    )


def _number(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Number the words of N texts in order of appearance.

    Returns:
        The distinct words; `(M,)` the number of each word of all texts; `(N,)` the lengths of the
        texts. The list of words also holds marks, whose numbers do not occur.
    """
    from rnndash.text.tokens import TEXT_END, tokenize_all

    number_of = {"": 0, TEXT_END: 1}
    pieces = [np.empty(0, np.int32)]
    for tokens in tokenize_all(texts):
        words = tokens.dictionary.to_pylist()
        known = np.array([number_of.setdefault(word, len(number_of)) for word in words], np.int32)
        numbers = known[tokens.indices.to_numpy(zero_copy_only=False)]
        pieces.append(numbers[numbers != number_of[""]])
    numbers = np.concatenate(pieces)
    is_end = numbers == number_of[TEXT_END]
    lengths = np.diff(np.flatnonzero(is_end), prepend=-1) - 1
    return list(number_of), numbers[~is_end], lengths


def _final(words: list[str], index: Mapping[str, int]) -> NDArray[np.int32]:
    """The vocabulary's number for each provisional one."""
    return np.array([index.get(word, UNKNOWN_INDEX) for word in words], dtype=np.int32)


def _part(ids: NDArray[np.int32], lengths: NDArray[np.int64], texts: LabelledTexts) -> EncodedTexts:
    """Put offsets to the ids. An empty text takes no ids, so dropping it moves no other."""
    kept = lengths > 0
    offsets = np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64)
    return EncodedTexts(ids=ids, offsets=offsets, labels=texts.labels[kept])


def cache_key(reader: CorpusReader, min_freq: int) -> str:
    """Name an encoded corpus by its content and by the settings that shape its encoding.

    Raises:
        CorpusError: the reader cannot reach its source.
    """
    parts = [_FORMAT, reader.name, reader.fingerprint(), min_freq]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def load_encoded(
    reader: CorpusReader, *, min_freq: int, folder: Path, progress: Progress = no_progress
) -> EncodedCorpus:
    """Open the encoded corpus in `folder`; encode and keep it there first if it is not.

    Of several processes that ask at the same time one encodes and the others wait for it.

    Raises:
        CorpusError: the texts cannot be used or reached.
        StorageError: `folder` cannot be written.
    """
    place = folder / f"{reader.name}-{cache_key(reader, min_freq)}"
    if (corpus := _open(place)) is not None:
        return corpus
    with storage_errors(f"The encoded texts cannot be kept in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        progress("Waiting for the texts", None)
        with FileLock(folder / f"{place.name}.lock"):
            if (corpus := _open(place)) is None:
                texts = reader.load(progress)
                progress("Encoding the texts", None)
                remove_leftovers(folder)
                _write(encode_corpus(texts, min_freq=min_freq), place)
                corpus = _open(place)
    if corpus is None:
        raise StorageError(f"The encoded texts in {place} cannot be read back. Delete that folder.")
    return corpus


def find_encoded(reader: CorpusReader, *, min_freq: int, folder: Path) -> EncodedCorpus | None:
    """Open the encoded corpus if it is there; nothing is read, downloaded or encoded for it."""
    try:
        return _open(folder / f"{reader.name}-{cache_key(reader, min_freq)}")
    except CorpusError:
        return None


def _write(corpus: EncodedCorpus, place: Path) -> None:
    """Write the folder `place` whole; a damaged one, which `_open` could not read, is replaced."""
    with replacing(place) as folder:
        folder.mkdir()
        for part in _PARTS:
            texts: EncodedTexts = getattr(corpus, part)
            np.save(folder / f"{part}-ids.npy", texts.ids)
            np.save(folder / f"{part}-offsets.npy", texts.offsets)
            np.save(folder / f"{part}-labels.npy", texts.labels)
        np.save(folder / "test-texts.npy", corpus.test_texts.data)
        np.save(folder / "test-texts-offsets.npy", corpus.test_texts.offsets)
        about = {
            "name": corpus.name,
            "class_names": corpus.class_names,
            "source": corpus.source,
            "notes": corpus.notes,
        }
        (folder / "words.json").write_text(json.dumps(corpus.words), encoding="utf-8")
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


def _open(place: Path) -> EncodedCorpus | None:
    """Memory-map what `_write` wrote; None where it is missing or damaged."""
    try:
        about: dict[str, Any] = json.loads((place / "about.json").read_text(encoding="utf-8"))
        words = json.loads((place / "words.json").read_text(encoding="utf-8"))
        parts = {
            part: EncodedTexts(
                ids=np.load(place / f"{part}-ids.npy", mmap_mode="r"),
                offsets=np.load(place / f"{part}-offsets.npy"),
                labels=np.load(place / f"{part}-labels.npy"),
            )
            for part in _PARTS
        }
        return EncodedCorpus(
            name=about["name"],
            class_names=tuple(about["class_names"]),
            words=tuple(words),
            train=parts["train"],
            test=parts["test"],
            test_texts=StoredTexts(
                data=np.load(place / "test-texts.npy", mmap_mode="r"),
                offsets=np.load(place / "test-texts-offsets.npy"),
            ),
            source=about["source"],
            notes=tuple(about["notes"]),
        )
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None
