"""The store of CSV files that users gave: each under the hash of its content, kept once."""

import hashlib
import tempfile
from pathlib import Path
from typing import BinaryIO

from rnndash.errors import CorpusError, StorageError
from rnndash.text.csv_file import MAX_BYTES

_BLOCK = 2**20


def keep_upload(file: BinaryIO, uploads_dir: Path) -> str:
    """Copy a file into the store and give the SHA-256 of its content, which is its name there.

    Raises:
        CorpusError: it is larger than the limit.
        StorageError: the store cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    try:
        uploads_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=uploads_dir, delete=False) as copy:
            building = Path(copy.name)
            try:
                while block := file.read(_BLOCK):
                    size += len(block)
                    if size > MAX_BYTES:
                        raise CorpusError(
                            f"The file is larger than {MAX_BYTES // 2**20} MB, the most that is "
                            "allowed. Choose a smaller file, or a part of it."
                        )
                    digest.update(block)
                    copy.write(block)
            except BaseException:
                copy.close()
                building.unlink()
                raise
        building.replace(uploads_dir / f"{digest.hexdigest()}.csv")
    except OSError as error:
        raise StorageError(
            f"The file cannot be kept in {uploads_dir}: {error.strerror or error}. "
            "Make room or set RNNDASH_HOME to a folder that can be written."
        ) from error
    return digest.hexdigest()
