"""From the bytes of a delimited file to its rows, whatever its encoding and line ends."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rnndash.errors import CorpusError

if TYPE_CHECKING:
    import _csv

MAX_BYTES = 200 * 2**20
"""The largest file that is read."""
_DELIMITERS = (",", ";", "\t")
_BINARY = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF document",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite": "a database",
}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class DelimitedText:
    """A file's characters, ready to be split into rows.

    Attributes:
        header: the names of the columns, without surrounding blanks.
        delimiter: a comma, a semicolon or a tab.
        notes: what was assumed or changed on the way, one sentence each.
    """

    content: str
    header: tuple[str, ...]
    delimiter: str
    notes: tuple[str, ...]

    def rows(self) -> Iterator[list[str] | None]:
        """The rows after the header; None for each line whose quotation marks make no sense.

        Empty lines are no rows.

        Raises:
            CorpusError: a quotation mark is opened and never closed.
        """
        reader = _reader(self.content, self.delimiter)
        next(reader)
        while True:
            begins = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise CorpusError(
                        f"A quotation mark is opened in line {begins:,} and never closed. Close "
                        "it, or write a quotation mark inside a quoted text twice."
                    ) from error
                yield from [None] * (reader.line_num - begins + 1)
                continue
            if row:
                yield row


def read_delimited(
    path: Path, *, most_bytes: int | None = None, fewest_columns: int = 2
) -> DelimitedText:
    """Read a file, or only its beginning.

    Args:
        fewest_columns: 1 takes texts without labels too.

    Raises:
        CorpusError: it is missing, too large, empty, no text, or has too few columns.
    """
    data = _read_bytes(path, most_bytes)
    text, notes = _decode(data, is_part=most_bytes is not None)
    if not text.strip():
        raise CorpusError(
            f"The file {path.name} is empty. It needs a line with the names of its columns, then "
            "one line for each text."
        )
    delimiter = max(_DELIMITERS, key=lambda candidate: len(_header(text, candidate)))
    header = _header(text, delimiter)
    if not header:
        raise CorpusError(
            f"The first line of the file {path.name} has misplaced quotation marks, so its columns "
            f"have no names. Write their names there; it is {text.splitlines()[0][:80]!r}."
        )
    if len(header) < fewest_columns:
        raise CorpusError(
            f"The file {path.name} has one column; two are needed, a label and a text, apart by "
            f"comma, semicolon or tab. Its first line is {text.splitlines()[0][:80]!r}."
        )
    return DelimitedText(content=text, header=header, delimiter=delimiter, notes=notes)


def _read_bytes(path: Path, most_bytes: int | None) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CorpusError(
                f"The file {path.name} has {size // 2**20:,} MB; at most {MAX_BYTES // 2**20} MB "
                "are read. Take a part of it."
            )
        with path.open("rb") as file:
            return file.read(-1 if most_bytes is None else most_bytes)
    except OSError as error:
        if isinstance(error, CorpusError):
            raise
        raise CorpusError(
            f"The file {path.name} cannot be read: {error.strerror or error}. Give a CSV file that "
            "is there and may be read."
        ) from error


def _decode(data: bytes, *, is_part: bool) -> tuple[str, tuple[str, ...]]:
    for beginning, kind in _BINARY.items():
        if data.startswith(beginning):
            raise CorpusError(f"The file is {kind}, not text. Save it as CSV first.")
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    notes = []
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(data, final=not is_part)
    except UnicodeDecodeError:
        text = data.decode("latin-1" if _undefined_in_windows(data) else "cp1252")
        notes.append("The file is not UTF-8; it was read as Latin-1 (Windows-1252).")
    strange = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\x0b\x0c")
    if strange > 0.05 * len(text):
        raise CorpusError("The file holds binary data, not text. Save it as CSV first.")
    if nul := text.count("\0"):
        text = text.replace("\0", "")
        notes.append(f"NUL bytes taken out: {nul:,}.")
    return text, tuple(notes)


def _undefined_in_windows(data: bytes) -> bool:
    """Whether there are bytes that stand for nothing in Windows-1252; Latin-1 knows all."""
    return any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(name.strip() for name in next(_reader(text, delimiter)))
    except (csv.Error, StopIteration):
        return ()


def _reader(text: str, delimiter: str) -> "_csv.Reader":
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    lines = io.StringIO(text.lstrip("\r\n"), newline="")
    return csv.reader(lines, delimiter=delimiter, strict=True)
