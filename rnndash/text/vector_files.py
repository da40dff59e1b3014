"""Files of word vectors on this machine: finding, checking and keeping them.

Only their text form is read, that of GloVe and of word2vec: a line for each word, the word and its
numbers apart by single blanks; word2vec has a line above with the number of words and the
dimension. Nothing is ever unpickled: the `.pt` files that torchtext keeps beside such files are
neither read here nor kept.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from rnndash.config.word_vectors import LEAST_DIMENSION, MOST_DIMENSION, VectorsChoice
from rnndash.environment import Environment
from rnndash.errors import VectorsError
from rnndash.text.uploads import keep_file

MAX_BYTES = 4 * 2**30
"""The largest file that is read."""
MAX_UPLOAD_BYTES = 200 * 2**20
"""The largest that a page takes: `maxUploadSize` of `.streamlit/config.toml`."""
MAX_LINE = 2**16
"""Bytes of a line."""
SUFFIXES = (".txt", ".vec")
_BINARY = {
    b"PK\x03\x04": "a ZIP archive or a file of PyTorch",
    b"\x1f\x8b": "a gzip archive",
    b"\x80": "a pickle",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a file of NumPy",
}


def list_vector_files(environment: Environment) -> tuple[Path, ...]:
    """The files in the folder `vectors` of `RNNDASH_DATA_DIR`, by name."""
    folder = environment.local_vectors_dir
    if folder is None or not folder.is_dir():
        return ()
    found = (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return tuple(sorted(path for path in found if path.is_file() and path.name[0] != "."))


def choose_file(path: Path, *, name: str | None = None, is_frozen: bool = False) -> VectorsChoice:
    """The choice of a file, after a look at its first lines; takes a second for each gigabyte.

    Args:
        name: what to call it, if not as it is called.

    Raises:
        VectorsError: it is missing, too large, or no text file of vectors.
        ConfigError: its name is none that a file of vectors can have.
    """
    dimension = read_dimension(path)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error
    return VectorsChoice(
        name=name or path.name, dimension=dimension, sha256=sha256, is_frozen=is_frozen
    )


def keep_vectors(
    file: BinaryIO, name: str, environment: Environment, *, most_bytes: int = MAX_UPLOAD_BYTES
) -> VectorsChoice:
    """Copy an uploaded file into the store, where every run can read it.

    Args:
        name: its name when it was uploaded.

    Raises:
        VectorsError: it is too large, or no text file of vectors.
        ConfigError: its name is none that a file of vectors can have.
        StorageError: the store cannot be written.
    """
    folder = environment.vectors_dir
    sha256 = keep_file(file, folder, suffix=".txt", most_bytes=most_bytes, too_large=VectorsError)
    path = folder / f"{sha256}.txt"
    try:
        return VectorsChoice(name=name, dimension=read_dimension(path), sha256=sha256)
    except VectorsError:
        path.unlink(missing_ok=True)
        raise


def kept_vectors(sha256: str, name: str, environment: Environment) -> VectorsChoice:
    """The choice of a file in the store.

    Raises:
        VectorsError: it is not there.
        ConfigError: `sha256` or `name` cannot be one.
    """
    stand_in = VectorsChoice(name=name, dimension=LEAST_DIMENSION, sha256=sha256)
    path = environment.vectors_dir / f"{stand_in.sha256}.txt"
    return VectorsChoice(name=name, dimension=read_dimension(path), sha256=sha256)


def find_vectors(choice: VectorsChoice, environment: Environment) -> Path | None:
    """The file of a choice, if it is on this machine.

    A local copy of a GloVe set is preferred to a download, and not checked. Any other file is found
    by its content, in the store or in the local folder.
    """
    local = environment.local_vectors_dir
    own = None if local is None else local / choice.file_name
    if choice.sha256 is None:
        downloaded = environment.vectors_dir / choice.file_name
        return next((path for path in (own, downloaded) if path and path.is_file()), None)
    kept = environment.vectors_dir / f"{choice.sha256}.txt"
    if kept.is_file():
        return kept
    if own is not None and own.is_file() and choose_file(own).sha256 == choice.sha256:
        return own
    return None


def read_dimension(path: Path) -> int:
    """How many numbers the file has for a word, by its first lines.

    Raises:
        VectorsError: it is missing, too large, or no text file of vectors of 3 to 300 numbers.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            lines = [file.readline(MAX_LINE + 1) for _ in range(2)]
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > MAX_BYTES:
        raise VectorsError(
            f"The file {path.name} has {size / 2**30:.1f} GB; at most {MAX_BYTES // 2**30} GB are "
            "read. Take its first lines, which are those of the most frequent words."
        )
    _check_is_text(path, lines[0])
    numbers = [len(line.split(b" ")) - 1 for line in map(bytes.rstrip, lines)]
    is_heading = numbers[0] == 1 and all(map(bytes.isdigit, lines[0].split()))
    dimension = numbers[1] if is_heading else numbers[0]
    if not LEAST_DIMENSION <= dimension <= MOST_DIMENSION:
        raise VectorsError(
            f"Word vectors have from {LEAST_DIMENSION} to {MOST_DIMENSION} numbers for a word, "
            f"apart by single blanks; the file {path.name} begins with a line of {dimension}: "
            f"{lines[is_heading][:60]!r}. Choose a file in the text form of GloVe or word2vec."
        )
    return dimension


def _check_is_text(path: Path, line: bytes) -> None:
    kind = next((kind for start, kind in _BINARY.items() if line.startswith(start)), None)
    if kind is None and (len(line) > MAX_LINE or b"\0" in line):
        kind = "no text file"
    if kind is not None:
        raise VectorsError(
            f"The file {path.name} is {kind}. Only the text form of GloVe and word2vec is read, "
            "since other forms can run code: unpack the file, or save its vectors as text."
        )


def _unreadable(path: Path, error: OSError) -> VectorsError:
    return VectorsError(
        f"The file of word vectors {path.name} cannot be read: {error.strerror or error}. "
        "Give a file that is there and may be read."
    )
