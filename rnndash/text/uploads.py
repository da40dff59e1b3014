"""The store of uploaded files: each under the SHA-256 of its content, kept once."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from rnndash.errors import CorpusError, RnndashError, storage_errors
from rnndash.files import move_into_place, remove_leftovers, temporary_path
from rnndash.text.delimited import MAX_BYTES

_BLOCK = 2**20


def keep_upload(file: BinaryIO, uploads_dir: Path) -> str:
    """Copy a CSV file into the store and give the SHA-256 of its content, its name there.

    Raises:
        CorpusError: it is larger than the limit.
        StorageError: the store cannot be written.
    """
    return keep_file(file, uploads_dir, suffix=".csv", most_bytes=MAX_BYTES, too_large=CorpusError)


def keep_file(
    file: BinaryIO,
    folder: Path,
    *,
    suffix: str,
    most_bytes: int,
    too_large: type[RnndashError],
) -> str:
    """Copy a file into a folder and give the SHA-256 of its content, its name there.

    Args:
        suffix: put behind the name.
        too_large: raised if it has more than `most_bytes`.

    Raises:
        StorageError: the folder cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    with storage_errors(f"The file cannot be kept in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        with temporary_path(folder) as written:
            with written.open("xb") as copy:
                while block := file.read(_BLOCK):
                    size += len(block)
                    if size > most_bytes:
                        raise too_large(
                            f"The file is larger than {most_bytes // 2**20:,} MB, the most that is "
                            "allowed. Choose a smaller file, or a part of it."
                        )
                    digest.update(block)
                    copy.write(block)
            move_into_place(written, folder / f"{digest.hexdigest()}{suffix}")
    return digest.hexdigest()
