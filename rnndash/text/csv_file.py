"""A user's own CSV file as a corpus: its usable rows, its classes, and what was left out."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnndash.config.corpus_name import CorpusName
from rnndash.errors import CorpusError
from rnndash.text.corpus import Corpus, LabelledTexts, Progress, no_progress
from rnndash.text.csv_columns import LABEL_NAMES, TEXT_NAMES, find_column
from rnndash.text.delimited import DelimitedText, read_delimited

MAX_ROWS = 500_000
MAX_CLASSES = 20
MAX_WORDS = 2_000
"""Longer texts are cut here."""
NO_LABEL = {"", "nan", "null", "n/a"}
"""In small letters, what stands in a label's place where there is none."""
_VERSION = 1
"""Raise it whenever the same file would give other texts."""


@dataclass(slots=True)
class LeftOut:
    """Rows that are not used, by reason. With the used ones they are all rows of the file."""

    ragged: int = field(default=0, metadata={"why": "too many or too few fields"})
    broken: int = field(default=0, metadata={"why": "misplaced quotation marks"})
    unlabelled: int = field(default=0, metadata={"why": "no label"})
    blank: int = field(default=0, metadata={"why": "no text"})
    repeated: int = field(default=0, metadata={"why": "the text came before"})
    beyond: int = field(default=0, metadata={"why": f"beyond the first {MAX_ROWS:,}"})
    rare: int = field(default=0, metadata={"why": "the only text of its class"})

    @property
    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, reason.name) for reason in fields(self))

    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason that applied."""
        return tuple(
            f"Left out: {count:,} row{'s' if count > 1 else ''}, {reason.metadata['why']}."
            for reason in fields(self)
            if (count := getattr(self, reason.name))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvReader:
    """Reads a user's file.

    Attributes:
        text_column: None recognises it by name.
        label_column: None recognises it by name.
        test_share: of each class, kept for testing; at least one text.
        seed: decides which.
    """

    path: Path
    seed: int
    text_column: str | None = None
    label_column: str | None = None
    test_share: float = 0.2
    name: str = CorpusName.CSV.value

    def available(self) -> str:
        """See `CorpusReader.available`."""
        return "Uploaded."

    def fingerprint(self) -> str:
        """See `CorpusReader.fingerprint`."""
        digest = hashlib.sha256()
        choice = (_VERSION, self.text_column, self.label_column, self.test_share, self.seed)
        digest.update(repr(choice).encode())
        try:
            with self.path.open("rb") as file:
                while block := file.read(2**20):
                    digest.update(block)
        except OSError as error:
            raise CorpusError(
                f"The file {self.path.name} cannot be read: {error.strerror or error}. "
                "Upload it again."
            ) from error
        return digest.hexdigest()

    def load(self, progress: Progress = no_progress) -> Corpus:
        """See `CorpusReader.load`."""
        progress("Reading the CSV file", None)
        file = read_delimited(self.path)
        label, text = self._columns(file)
        texts, labels, left_out, notes = _usable_rows(
            file, file.header.index(label), file.header.index(text)
        )
        classes, texts, labels = _classes(texts, labels, left_out, label)
        numbers = np.array([classes.index(name) for name in labels], dtype=np.int64)
        is_test = _split(numbers, len(classes), self.test_share, self.seed)
        train, test = (_part(texts, numbers, chosen) for chosen in (~is_test, is_test))
        return Corpus(
            name=self.name,
            class_names=classes,
            train=train,
            test=test,
            source=(
                f"CSV file, texts from the column {text!r}, classes from {label!r}: "
                f"{len(train):,} training and {len(test):,} test texts."
            ),
            notes=file.notes + left_out.notes() + notes,
        )

    def _columns(self, file: DelimitedText) -> tuple[str, str]:
        label = find_column("label", self.label_column, LABEL_NAMES, file.header)
        text = find_column("text", self.text_column, TEXT_NAMES, file.header)
        if label == text:
            raise CorpusError(f"The column {label!r} cannot be both label and text. Choose two.")
        return label, text


def _usable_rows(
    file: DelimitedText, label_at: int, text_at: int
) -> tuple[list[str], list[str], LeftOut, tuple[str, ...]]:
    """Texts and labels of the rows that can be used, and all that was left out or changed."""
    texts: dict[str, str] = {}
    left_out, trimmed, cut = LeftOut(), 0, 0
    for number, row in enumerate(file.rows()):
        if number >= MAX_ROWS:
            left_out.beyond += 1
        elif row is None:
            left_out.broken += 1
        elif len(row) != len(file.header):
            left_out.ragged += 1
        else:
            label, words = row[label_at].strip(), row[text_at].split()
            text = row[text_at].strip()
            if len(words) > MAX_WORDS:
                text = " ".join(words[:MAX_WORDS])
            if label.lower() in NO_LABEL:
                left_out.unlabelled += 1
            elif not text:
                left_out.blank += 1
            elif text in texts:
                left_out.repeated += 1
            else:
                texts[text] = label
                trimmed += label != row[label_at]
                cut += len(words) > MAX_WORDS
    notes = []
    if trimmed:
        notes.append(f"Blanks around the label taken off: {trimmed:,}.")
    if cut:
        notes.append(f"Cut after {MAX_WORDS:,} words: {cut:,}.")
    return list(texts), list(texts.values()), left_out, tuple(notes)


def _classes(
    texts: list[str], labels: list[str], left_out: LeftOut, column: str
) -> tuple[tuple[str, ...], list[str], list[str]]:
    """The classes with two texts or more, and the texts that belong to them."""
    counts = Counter(labels)
    if len(counts) > MAX_CLASSES:
        raise CorpusError(
            f"The column {column!r} has {len(counts):,} different labels; 2 to {MAX_CLASSES} are "
            "allowed. Are label and text column mixed up? Else choose another column."
        )
    kept = tuple(sorted(name for name, count in counts.items() if count >= 2))
    if len(kept) < 2:
        found = ", ".join(f"{name[:40]!r} ({count:,})" for name, count in counts.most_common(5))
        raise CorpusError(
            f"At least 2 classes with 2 usable texts each are needed; the column {column!r} gives "
            f"{found or 'none'}. " + " ".join(left_out.notes())
        )
    left_out.rare = sum(count for name, count in counts.items() if name not in kept)
    pairs = [pair for pair in zip(texts, labels, strict=True) if pair[1] in kept]
    return kept, [text for text, _ in pairs], [label for _, label in pairs]


def _split(
    numbers: NDArray[np.int64], num_class: int, share: float, seed: int
) -> NDArray[np.bool_]:
    """Which texts are for testing: of each class the same share, at least one, never all."""
    is_test = np.zeros(len(numbers), dtype=np.bool_)
    random = np.random.default_rng(seed)
    for number in range(num_class):
        members = np.flatnonzero(numbers == number)
        size = min(max(1, round(share * len(members))), len(members) - 1)
        is_test[random.permutation(members)[:size]] = True
    return is_test


def _part(texts: list[str], numbers: NDArray[np.int64], chosen: NDArray[np.bool_]) -> LabelledTexts:
    return LabelledTexts(
        texts=tuple(texts[row] for row in np.flatnonzero(chosen)), labels=numbers[chosen]
    )
