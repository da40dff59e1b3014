"""The columns of a user's CSV file: what it offers, and which hold the labels and the texts."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rnndash.errors import CorpusError
from rnndash.text.delimited import read_delimited

LABEL_NAMES = ("label", "class", "category", "target", "topic", "sentiment", "section", "y")
TEXT_NAMES = (
    "text",
    "headline",
    "sentence",
    "review",
    "content",
    "body",
    "message",
    "description",
    "title",
    "comment",
    "document",
    "x",
)
_BEGINNING = 2**18
"""Bytes that are enough to show a file's columns and first rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvColumns:
    """What a file offers.

    Attributes:
        names: of all columns.
        label: the column that would be taken for the classes; None if none has a known name.
        text: the column that would be taken for the texts; likewise.
        examples: the first few rows.
    """

    names: tuple[str, ...]
    label: str | None
    text: str | None
    examples: tuple[tuple[str, ...], ...] = ()


def find_column(
    role: str,
    chosen: str | None,
    known: tuple[str, ...],
    header: tuple[str, ...],
    *,
    can_choose: bool = True,
) -> str:
    """The column that was chosen, or else the one with a known name.

    Args:
        role: what the column is for, in error messages.
        known: names to recognise it by, the best first.
        can_choose: False where the reader of the error can only change the file.

    Raises:
        CorpusError: there is no such column, or none is recognised.
    """
    if chosen is not None and chosen not in header:
        raise CorpusError(
            f"There is no column {chosen!r}; the columns are {_listed(header)}. Choose one."
        )
    found = chosen if chosen is not None else recognise_column(known, header)
    if found is None:
        todo = (
            f"Choose one, or name it {known[0]!r}. If the first line is a text already, add a "
            "line label,text above it."
            if can_choose
            else f"Name it {known[0]!r} in the file's first line. If that line is a text already, "
            "add a line above it with a name for each column."
        )
        raise CorpusError(
            f"No column is recognised as the {role}: the columns are {_listed(header)}. {todo}"
        )
    return found


def inspect_columns(path: Path, *, fewest_columns: int = 2) -> CsvColumns:
    """Look at the beginning of a file: its columns and first rows.

    Args:
        fewest_columns: 1 takes texts without labels too.

    Raises:
        CorpusError: see `read_delimited`.
    """
    file = read_delimited(path, most_bytes=_BEGINNING, fewest_columns=fewest_columns)
    try:
        first = [row for row in islice(file.rows(), 5) if row is not None]
    except CorpusError:  # the beginning ends inside quotation marks
        first = []
    return CsvColumns(
        names=file.header,
        label=recognise_column(LABEL_NAMES, file.header),
        text=recognise_column(TEXT_NAMES, file.header),
        examples=tuple(tuple(row) for row in first),
    )


def recognise_column(known: tuple[str, ...], header: tuple[str, ...]) -> str | None:
    """The column with the first of the known names, in capitals or not; None if there is none."""
    by_name = {name.lower(): name for name in reversed(header)}
    return next((by_name[name] for name in known if name in by_name), None)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:10])
    return shown + (f" and {len(names) - 10} more" if len(names) > 10 else "")
