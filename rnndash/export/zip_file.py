"""Reads and writes run archives; their content is not trusted."""

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from rnndash.errors import ArchiveError, raised_as
from rnndash.export.manifest import (
    MOST_BYTES,
    MOST_TOTAL,
    Member,
    allowed_names,
    describe_limit,
    refusal,
)

BLOCK = 2**20
"""Bytes that are read at a time."""
_MOST_DIRECTORY = 2**14
"""Bytes of a zip file's list of contents; that of a run takes about 500."""
_END, _END64_LOCATOR = 22, 20
"""Bytes of the records with which a zip file ends."""
_ENCRYPTED = 0x1 | 0x40
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What `zipfile` raises at broken files."""


def put_in(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], room: int) -> Member:
    """Add a file: weights as they are, since they hardly pack, and the rest packed.

    Args:
        room: bytes that are left until the archive is full.

    Raises:
        ArchiveError: there is too much of it.
    """
    entry = zipfile.ZipInfo(name)  # its date is always 1980: equal runs, equal archives
    is_packed = not name.endswith(".safetensors")
    entry.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w") as member:
        for piece in pieces:
            size += len(piece)
            if size > min(MOST_BYTES[name], room):
                raise ArchiveError(
                    f"The run's {name} is too large for an archive: {describe_limit(name)}. "
                    "Copy the folder of the run instead."
                )
            digest.update(piece)
            member.write(piece)
    return Member(name=name, size=size, sha256=digest.hexdigest())


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip file, once it is known that its list of contents is a short one.

    Raises:
        ArchiveError: it is too large, or no such file.
    """
    with _refused("it is not a whole zip file"):
        size = file.seek(0, os.SEEK_END)
        if size > MOST_TOTAL:
            raise refusal(f"it is larger than {MOST_TOTAL // 2**20:,} MiB")
        file.seek(max(0, size - _END - _END64_LOCATOR))
        tail = file.read(_END + _END64_LOCATOR)
        locator, end = tail[:-_END], tail[-_END:]
        signature, directory_size, comment_size = struct.unpack("<4s8xL4xH", end)
        if signature != b"PK\5\6" or comment_size or locator.startswith(b"PK\6\7"):
            raise refusal("it does not end as a plain zip file does; it may be cut off")
        if directory_size > _MOST_DIRECTORY:
            raise refusal(f"it lists far more than {len(MOST_BYTES)} files. {allowed_names()}")
        return zipfile.ZipFile(file)


def list_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files in the archive by their names. A name is never taken for a path.

    Raises:
        ArchiveError: one of them does not belong into an archive of a run.
    """
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        name = entry.orig_filename
        if name not in MOST_BYTES:
            raise refusal(f"it holds {name[:80]!r}. {allowed_names()}")
        if name in entries:
            raise refusal(f"it holds {name} twice")
        if entry.flag_bits & _ENCRYPTED:
            raise refusal(f"its {name} is encrypted; archives of runs have no password")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise refusal(f"its {name} is a link, a folder or a device; only files are allowed")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal(
                f"its {name} is packed by method {entry.compress_type}; stored (0) and deflated "
                "(8) are allowed"
            )
        entries[name] = entry
    return entries


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    """The content, piece by piece, counted as it comes: a declared size proves nothing.

    Args:
        room: bytes that are left until the archive would hold too much.

    Raises:
        ArchiveError: there is too much of it, or it cannot be unpacked.
    """
    name = entry.filename
    most, size = min(MOST_BYTES[name], room), 0
    with _refused(f"its {name} cannot be unpacked"), archive.open(entry) as member:
        while piece := member.read(min(BLOCK, most + 1 - size)):
            size += len(piece)
            if size > most:
                raise refusal(f"its {name} is too large: {describe_limit(name)}")
            yield piece


def _refused(reason: str) -> AbstractContextManager[None]:
    """Refuse the archive if it turns out to be a broken zip file."""
    return raised_as(lambda error: refusal(f"{reason} ({error})"), *_DAMAGE)
