"""Many texts for the networks, from pasted lines or a CSV file, and the rows with a fault."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rnndash.errors import CorpusError, SequenceError
from rnndash.text.csv_columns import LABEL_NAMES, TEXT_NAMES, find_column, recognise_column
from rnndash.text.csv_file import NO_LABEL
from rnndash.text.delimited import DelimitedText, read_delimited

MOST_TEXTS = 10_000
"""Rows that are read, good or bad."""
_MOST_OF_A_NAME = 80
"""Characters of a file's name that are shown."""
_LINE_END = re.compile(r"\r\n|\r|\n")


def counted(number: int, noun: str) -> str:
    """`1 text`, `9,960 texts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def readable_name(given: str) -> str:
    """A file's name to show: no folders, no invisible characters, not too long."""
    last = re.split(r"[/\\]", given)[-1]
    shown = "".join(character if character.isprintable() else " " for character in last)
    return " ".join(shown.split())[:_MOST_OF_A_NAME] or "without a name"


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRow:
    """A text to be answered.

    Attributes:
        number: of its line; in a CSV file, of its row below the header, from 1. Empty lines of a
            CSV file do not count.
        label: the name of its true class; None where that is not known.
    """

    number: int
    text: str
    label: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row with a fault.

    Attributes:
        number: as in `TextRow`.
        reason: what is wrong with it, one sentence.
        is_answered: whether its text is answered all the same, without a label.
    """

    number: int
    reason: str
    is_answered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyTexts:
    """What was read, in the order of the source.

    Attributes:
        rows: at least one.
        notes: what was assumed or left out, one sentence each.
    """

    rows: tuple[TextRow, ...]
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_labels(self) -> bool:
        """Whether a true class is known of any text."""
        return any(row.label is not None for row in self.rows)


def texts_from_lines(pasted: str) -> ManyTexts:
    """One text for each line. Blank lines between texts become bad rows.

    Raises:
        SequenceError: there is no text.
    """
    lines = _LINE_END.split(pasted.rstrip())
    rows, bad = [], []
    for number, line in enumerate(lines[:MOST_TEXTS], start=1):
        if line.strip():
            rows.append(TextRow(number=number, text=line.strip()))
        else:
            bad.append(BadRow(number=number, reason="The text is empty."))
    if not rows:
        raise SequenceError("There is no text yet. Paste or type one text in each line.")
    return ManyTexts(rows=tuple(rows), bad=tuple(bad), notes=_beyond(len(lines)))


def texts_from_csv(
    path: Path,
    class_names: Sequence[str],
    *,
    name: str | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    has_labels: bool = True,
) -> ManyTexts:
    """Read texts, and their true classes where they are given, from a CSV file.

    Args:
        class_names: that a label may have, in capitals or not.
        name: the file's name in error messages; None takes that of the path.
        text_column: None finds it by name; a file's only column is always taken.
        label_column: None finds it by name, if there is one; the column with the texts is never
            taken.
        has_labels: False does not read labels.

    Raises:
        CorpusError: the file or the column cannot be read, or no row has a text.
    """
    file_name = path.name if name is None else name
    file = _read(path, file_name)
    text, notes = _text_column(file, text_column)
    label = _label_column(file, label_column, text) if has_labels else None
    if label == text:
        raise CorpusError(f"The column {text!r} cannot be both label and text. Choose two.")
    text_at = file.header.index(text)
    label_at = None if label is None else file.header.index(label)
    names = {name.casefold(): name for name in class_names}
    rows, bad, seen = [], [], 0
    for seen, fields in enumerate(file.rows(), start=1):
        if seen > MOST_TEXTS:
            continue
        row, fault = _row(seen, fields, len(file.header), text_at, label_at, names)
        if row is not None:
            rows.append(row)
        if fault is not None:
            bad.append(fault)
    if not rows:
        first = f" The first: {bad[0].reason}" if bad else ""
        none = "The only row" if seen == 1 else f"None of the {seen:,} rows"
        has = "has no text" if seen == 1 else "has a text"
        raise CorpusError(
            f"{none} of the file {file_name} {has} that can be read in the column {text!r}.{first} "
            f"If the texts are in another column, name that one {TEXT_NAMES[0]!r}; else choose "
            "another file."
        )
    return ManyTexts(rows=tuple(rows), bad=tuple(bad), notes=file.notes + notes + _beyond(seen))


def _read(path: Path, file_name: str) -> DelimitedText:
    """The file; an error message has its shown name in place of the path's."""
    try:
        return read_delimited(path, fewest_columns=1)
    except CorpusError as error:
        raise CorpusError(str(error).replace(path.name, file_name, 1)) from error


def _text_column(file: DelimitedText, chosen: str | None) -> tuple[str, tuple[str, ...]]:
    """The column with the texts, and a note on what was assumed."""
    if chosen is None and len(file.header) == 1 and not recognise_column(TEXT_NAMES, file.header):
        (only,) = file.header
        return only, (f"The first line, {only[:40]!r}, was taken for the name of the column.",)
    return find_column("text", chosen, TEXT_NAMES, file.header, can_choose=False), ()


def _label_column(file: DelimitedText, chosen: str | None, text: str) -> str | None:
    if chosen is None:
        others = tuple(column for column in file.header if column != text)
        return recognise_column(LABEL_NAMES, others)
    return find_column("label", chosen, LABEL_NAMES, file.header)


def _row(
    number: int,
    fields: list[str] | None,
    columns: int,
    text_at: int,
    label_at: int | None,
    names: dict[str, str],
) -> tuple[TextRow | None, BadRow | None]:
    """What a row gives: a text, a fault, or both.

    Args:
        names: of the classes, by their names in small letters.
    """
    if fields is None:
        return None, BadRow(number=number, reason="Its quotation marks do not match.")
    if len(fields) != columns:
        reason = (
            f"It has {counted(len(fields), 'field')}, the header {columns}. A text with a "
            "delimiter in it stands in quotation marks."
        )
        return None, BadRow(number=number, reason=reason)
    text = fields[text_at].strip()
    if not text:
        return None, BadRow(number=number, reason="The text is empty.")
    given = "" if label_at is None else fields[label_at].strip()
    label = names.get(given.casefold())
    if label is None and given.casefold() not in NO_LABEL:
        reason = f"The label {given[:40]!r} is no class of the networks."
        fault = BadRow(number=number, reason=reason, is_answered=True)
        return TextRow(number=number, text=text), fault
    return TextRow(number=number, text=text, label=label), None


def _beyond(rows: int) -> tuple[str, ...]:
    if rows <= MOST_TEXTS:
        return ()
    left = rows - MOST_TEXTS
    were = "was" if left == 1 else "were"
    return (f"The first {MOST_TEXTS:,} rows were read; {left:,} more {were} left out.",)
