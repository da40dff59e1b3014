"""Atomic writing of files and folders.

They are written under another name, then moved, so nobody reads half of one.

No other thread or process uses that name: a dot, the number of the process, random digits, and
`.tmp`. What has it is deleted when its block ends. What a killed process left behind is deleted by
`remove_leftovers`, later and by another process.
"""

import contextlib
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

_TEMPORARY = re.compile(r"\.(?:[a-z]+-)?(\d+)-[0-9a-f]{16}\.tmp")
_OF_OLDER_VERSIONS = re.compile(
    r".+\.building|\.(import|reading|glove)-\w+|\w+-[0-9a-f]{32}\.\w{8}"
)
_LEFT_OVER_AFTER_S = 3600.0
"""A younger file is never taken for a leftover: its writer may run on another machine."""
_WINDOWS_TRIES = 20
"""Windows refuses to move a file while another process reads it, as a virus scanner does."""


@contextlib.contextmanager
def temporary_path(folder: Path, *, prefix: str = ".") -> Iterator[Path]:
    """A free path in `folder` for a file or a folder, deleted at the end if it is still there.

    Args:
        prefix: of its name, beginning with a dot.

    Raises:
        OSError: as the block raises it.
    """
    path = folder / f"{prefix}{os.getpid()}-{secrets.token_hex(8)}.tmp"
    try:
        yield path
    finally:
        _remove(path)


@contextlib.contextmanager
def replacing(path: Path, *, flush: bool = True) -> Iterator[Path]:
    """A path to write a file or a folder to, which replaces `path` when the block ends.

    An exception in the block leaves `path` as it was.

    Args:
        flush: as in `move_into_place`.

    Raises:
        OSError: the file cannot be written or moved.
    """
    with temporary_path(path.parent) as written:
        yield written
        move_into_place(written, path, flush=flush)


def write_text(path: Path, text: str, *, flush: bool = True) -> None:
    """Replace the content of a file, in UTF-8.

    Args:
        flush: as in `move_into_place`.

    Raises:
        OSError: the file cannot be written or moved.
    """
    with replacing(path, flush=flush) as written:
        written.write_text(text, encoding="utf-8")


def move_into_place(written: Path, path: Path, *, flush: bool = True) -> None:
    """Move a file or folder that is written to its end to its own name, in place of what is there.

    Args:
        flush: wait until the content is on the disk. Without that a power failure can leave an
            empty file under the name, and the old content is gone. Only what is worthless after a
            power failure (which process works on what, and requests to it) does without.

    Raises:
        OSError: the file cannot be moved.
    """
    if flush:
        flush_to_disk(written)
    if written.is_dir() and path.is_dir():  # os.replace does that to empty folders only
        shutil.rmtree(path)
    _move_patiently(written.replace, path)


def move_to_new_name(written: Path, path: Path) -> None:
    """Move a folder that is written to its end to its own name, which nothing has yet.

    Raises:
        OSError: the folder cannot be moved; also if there is a file or a folder of that name that
            is not empty.
    """
    _move_patiently(written.rename, path)


def _move_patiently(move: Callable[[Path], object], path: Path) -> None:
    tries = _WINDOWS_TRIES if sys.platform == "win32" else 1
    for rest in reversed(range(tries)):
        try:
            move(path)
        except PermissionError:
            if not rest:
                raise
            time.sleep(0.01)
        else:
            return


def flush_to_disk(path: Path) -> None:
    """Wait until the content of a file, or of all files of a folder, is on the disk.

    Raises:
        OSError: the system could not write it.
    """
    for file in path.rglob("*") if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb+") as opened:  # Windows flushes only what may be written
                os.fsync(opened.fileno())


def remove_leftovers(folder: Path) -> None:
    """Delete what killed processes left behind in a folder; a file that cannot go stays.

    Call it before writing into the folder. A file is left alone if it is younger than an hour, or
    if a process of its writer's number runs on this machine.
    """
    now = time.time()
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            is_ours = _TEMPORARY.fullmatch(path.name)
            if not is_ours and not _OF_OLDER_VERSIONS.fullmatch(path.name):
                continue
            if is_ours and psutil.pid_exists(int(is_ours[1])):
                continue
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > _LEFT_OVER_AFTER_S:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
