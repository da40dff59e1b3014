"""GloVe's own archive, downloaded and unpacked by torchtext, and checked here."""

import contextlib
import hashlib
import http.client
import shutil
import threading
import time
import urllib.error
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rnndash.config.word_vectors import GLOVE_URL
from rnndash.errors import (
    StorageError,
    VectorsError,
    VectorsUnavailableError,
    raised_as,
    storage_errors,
)
from rnndash.files import move_into_place, temporary_path
from rnndash.text.corpus import Progress, no_progress
from rnndash.text.torchtext_guard import guarded_torchtext

SHA256 = "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb"
SIZE = 862_182_613
ROOM = SIZE + 2_300_000_000
"""Bytes that archive and unpacked files take together, until those that are not needed go."""
_TICK_S = 0.3
_SILENT_S = 60.0
"""After so long without a byte the download counts as broken off."""
_UNREACHABLE = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


@dataclass(frozen=True, kw_only=True, slots=True)
class GloveDownload:
    """Downloads the file of a GloVe set.

    Attributes:
        folder: where the archive and the file are kept; other sets then need no second download.
        local_dir: where a file would have been found without any; for messages.
        sha256: of the archive.
        size: of the archive, in bytes.
        room: that have to be free.
    """

    folder: Path
    local_dir: Path | None = None
    url: str = GLOVE_URL
    sha256: str = SHA256
    size: int = SIZE
    room: int = ROOM

    def fetch(self, name: str, progress: Progress = no_progress) -> Path:
        """The file of the set, downloaded if it is not there. Of several callers one downloads.

        Args:
            progress: what it raises ends the download.

        Raises:
            VectorsUnavailableError: the archive cannot be reached; the message says what to do.
            VectorsError: another file came in its place.
            StorageError: there is no room for it.
        """
        target = self.folder / f"{name}.txt"

        def unavailable(error: Exception) -> VectorsUnavailableError:
            return VectorsUnavailableError(self._ways_out(name, type(error).__name__))

        with (
            storage_errors(f"GloVe cannot be kept in {self.folder}"),
            raised_as(unavailable, zipfile.BadZipFile, *_UNREACHABLE),
        ):
            self.folder.mkdir(parents=True, exist_ok=True)
            with _turn(self.folder / "glove.lock", progress):
                if not target.is_file():
                    self._bring(target, progress)
        return target

    def _bring(self, target: Path, progress: Progress) -> None:
        """Let torchtext work in a new folder, and take from it what is right."""
        for left_over in self.folder.glob(".glove-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        archive = self.folder / self.url.rpartition("/")[2]
        self._check_room(archive)
        with temporary_path(self.folder, prefix=".glove-") as building:
            building.mkdir()
            brought = building / archive.name
            if was_there := archive.is_file():
                archive.replace(brought)  # torchtext finds it there and only unpacks it
            try:
                self._watch(target.name, brought, progress)
            except BaseException:
                if was_there:
                    brought.replace(archive)
                raise
            if not (building / target.name).is_file() or _sha256(brought) != self.sha256:
                raise VectorsError(
                    f"Another file than GloVe's archive came from {self.url} (its SHA-256 "
                    f"differs), and was thrown away. Try again. {self._ways_out(target.stem)}"
                )
            move_into_place(brought, archive)
            move_into_place(building / target.name, target)

    def _watch(self, name: str, brought: Path, progress: Progress) -> None:
        """Download and unpack in a second thread, and report its progress from this one."""
        from torchtext.vocab import Vectors

        errors: list[Exception] = []

        def work() -> None:
            try:  # as torchtext's GloVe does; one vector is read, to have the rest done
                Vectors(name, cache=str(brought.parent), url=self.url, max_vectors=1)
            except Exception as error:
                errors.append(error)

        with guarded_torchtext():
            thread = threading.Thread(target=work, name="glove", daemon=True)
            thread.start()
            seen, since = -1, time.monotonic()
            is_at_work = True
            while is_at_work:  # at least once, so that even a quick download is reported
                thread.join(_TICK_S)
                is_at_work = thread.is_alive()
                size = brought.stat().st_size if brought.exists() else 0
                if size >= self.size:
                    progress("Unpacking GloVe", None)
                    continue
                progress(f"Downloading GloVe, {self.size / 1e6:,.0f} MB", size / self.size)
                if size != seen:
                    seen, since = size, time.monotonic()
                elif time.monotonic() - since > _SILENT_S:
                    raise TimeoutError(f"nothing came for {_SILENT_S:.0f} s")
        if errors and not isinstance(errors[0], RuntimeError):  # no such file was unpacked
            raise errors[0]

    def _check_room(self, archive: Path) -> None:
        needed = self.room - (self.size if archive.is_file() else 0)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise StorageError(
                f"To download and unpack GloVe takes {needed / 1e9:.1f} GB in {self.folder}, of "
                f"which most is free again afterwards; {free / 1e9:.1f} GB are free. Make room or "
                "set RNNDASH_HOME to another folder."
            )

    def _ways_out(self, name: str, reason: str = "") -> str:
        fault = f"{name} cannot be downloaded ({reason}). " if reason else ""
        looked = "" if self.local_dir is None else f" ({self.local_dir} has none)"
        return (
            f"{fault}Either put {name}.txt into a folder named vectors and set RNNDASH_DATA_DIR to "
            f"the folder above it{looked}, or train once with a connection to the internet. "
            "Without word vectors neither is needed."
        )


@contextlib.contextmanager
def _turn(lock: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock of the download; report while another process has it."""
    turn = FileLock(lock)
    while True:
        try:
            turn.acquire(timeout=_TICK_S)
            break
        except Timeout:
            progress("Waiting for the word vectors", None)
    try:
        yield
    finally:
        turn.release()


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
