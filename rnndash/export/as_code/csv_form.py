"""The form of a user's CSV file, so that a script reads it as `CsvReader` does."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from rnndash.config.run_config import CsvChoice
from rnndash.errors import CorpusError
from rnndash.text.csv_columns import inspect_columns
from rnndash.text.delimited import read_delimited

_BEGINNING = 2**18
"""Bytes that are enough to recognise the delimiter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvForm:
    """How a file is written, and which columns are read.

    Attributes:
        file_name: its name when it was uploaded, without folders.
        encoding: Python's name of it.
        delimiter: a comma, a semicolon or a tab.
    """

    file_name: str
    encoding: str
    delimiter: str
    label_column: str
    text_column: str


def read_csv_form(choice: CsvChoice, uploads_dir: Path) -> CsvForm:
    """Find out the form of the uploaded file.

    Raises:
        CorpusError: it is not there any more, or its columns cannot be recognised.
    """
    path = uploads_dir / f"{choice.upload}.csv"
    columns = inspect_columns(path)
    label = columns.label if choice.label_column is None else choice.label_column
    text = columns.text if choice.text_column is None else choice.text_column
    if label is None or text is None:
        raise CorpusError(
            "No columns are recognised as label and text, so no run can have been trained on this "
            f"file; its columns are {', '.join(map(repr, columns.names))}. Choose two of them."
        )
    return CsvForm(
        file_name=choice.file_name.replace("\\", "/").rpartition("/")[2] or "file.csv",
        encoding=_encoding(path.read_bytes()),
        delimiter=read_delimited(path, most_bytes=_BEGINNING).delimiter,
        label_column=label,
        text_column=text,
    )


def _encoding(data: bytes) -> str:
    """The encoding in which `read_delimited` reads a file of this content."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        likely = "utf-16"
    else:
        likely = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    for encoding in (likely, "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"
