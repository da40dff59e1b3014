"""A run as one zip file, which another dashboard can import.

    run.json                 and as far as the run has them:
    checkpoint.safetensors
    words.json
    test.safetensors
    name.txt
    journal.jsonl
    manifest.json            format, version of rnndash, id of the run; size and SHA-256 of the rest

The checkpoint is complete, so an imported run can be inspected and resumed. Not in the archive are
the files of one machine's processes (queue, worker, commands, error output) and the texts of a
user's CSV file, which may be private; to resume such a run, upload the same file. In the archive
are the words of the vocabulary, the names of the classes, of the file and of its columns, and the
last error output of a worker that died.

An archive is not trusted. All of it is checked in a temporary folder, which becomes the run's
folder only then.
"""

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from rnndash.errors import RunStateError, storage_errors
from rnndash.events import from_line
from rnndash.export.manifest import MANIFEST, MOST_BYTES, MOST_TOTAL, Manifest, refusal
from rnndash.export.verification import verify_run
from rnndash.export.zip_file import BLOCK, list_entries, open_archive, put_in, read_entry
from rnndash.files import flush_to_disk, move_to_new_name, remove_leftovers, temporary_path
from rnndash.runs.folder import RunFolder
from rnndash.runs.store import RunStore

_QUIET_S = 60.0
"""The age that an imported journal gets at least, so that its run does not look active."""


def export_run(store: RunStore, run_id: str) -> bytes:
    """The archive of a run, in memory, as a download button wants it.

    Raises:
        RunNotFoundError: there is no such run.
        RunStateError: it is active, so its files do not belong together yet.
        ArchiveError: it is larger than an archive may be.
        StorageError: its files cannot be read.
    """
    file = io.BytesIO()
    write_archive(store, run_id, file)
    return file.getvalue()  # of one memory with `file`, not a copy


def write_archive(store: RunStore, run_id: str, file: BinaryIO) -> None:
    """Write the archive of a run into a file, with no more than a piece of the weights in memory.

    Each file of the run is read once, and the manifest describes what was read. Lines of the
    journal that cannot be read, as a worker that was killed leaves them behind, are left out.

    Raises:
        RnndashError: as `export_run`; a `StorageError` also if `file` cannot be written.
    """
    state = store.record(run_id).state
    if state.is_active:
        raise RunStateError(
            f"Run {run_id} is {state}; only a run at rest can be exported. "
            "Wait until it has finished, or pause or stop it first."
        )
    folder = store.folder(run_id)
    members, room = [], MOST_TOTAL
    what = f"Run {run_id} cannot be exported"
    to_do = "Make room, or choose another folder."
    with storage_errors(what, to_do), zipfile.ZipFile(file, "w") as archive:
        for name in MOST_BYTES:
            if name != MANIFEST and (folder.path / name).exists():
                members.append(put_in(archive, name, _pieces(folder.path / name), room))
                room -= members[-1].size
        manifest = Manifest(run_id=run_id, members=tuple(members))
        put_in(archive, MANIFEST, [manifest.to_json().encode()], MOST_TOTAL)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if path.suffix == ".jsonl":
            data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            yield from (line for line in whole.splitlines(keepends=True) if _is_readable(line))
            return
        while piece := file.read(BLOCK):
            yield piece


def _is_readable(line: bytes) -> bool:
    try:
        from_line(line.decode())
    except (ValueError, RecursionError):
        return False
    return True


def import_run(store: RunStore, file: BinaryIO) -> str:
    """Import a run from an archive and give its id, which it keeps, so that links to it work.

    A run that was interrupted while active shows as lost or interrupted here, and can be resumed.

    Args:
        file: of any origin; it has to be seekable.

    Raises:
        ArchiveError: the archive is damaged, is too large, or holds what does not belong there.
        RunStateError: a run of that id is already here, be it the same or another.
        StorageError: the runs' folder cannot be written.
    """
    with open_archive(file) as archive:
        entries = list_entries(archive)
        manifest = _read_manifest(archive, entries)
        _check_absent(store, manifest)
        with storage_errors(f"No run can be kept in {store.root}"):
            store.root.mkdir(parents=True, exist_ok=True)
            remove_leftovers(store.root)
            with temporary_path(store.root) as parent:
                folder = RunFolder(parent / manifest.run_id)
                folder.path.mkdir(parents=True)
                _unpack(archive, entries, manifest, folder)
                created = verify_run(folder).created
                quiet_since = min(created, time.time() - _QUIET_S)
                os.utime(folder.journal, (quiet_since, quiet_since))
                flush_to_disk(folder.path)
                _place(folder, store, manifest)
    return manifest.run_id


def _place(folder: RunFolder, store: RunStore, manifest: Manifest) -> None:
    """Move a run that was verified to its own name, where there is none yet."""
    try:
        move_to_new_name(folder.path, store.root / manifest.run_id)
    except OSError:
        _check_absent(store, manifest)  # another import may have been quicker
        raise


def _read_manifest(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> Manifest:
    """Read the manifest, which has to list what is there: no less and no more."""
    if MANIFEST not in entries:
        raise refusal(f"it has no {MANIFEST}, so it is not an archive of a run")
    manifest = Manifest.from_json(b"".join(read_entry(archive, entries[MANIFEST], MOST_TOTAL)))
    listed = {member.name for member in manifest.members}
    if extra := sorted(set(entries) - listed - {MANIFEST}):
        raise refusal(f"it holds {', '.join(extra)}, which its manifest does not list")
    if missing := sorted(listed - set(entries)):
        raise refusal(f"its manifest lists {', '.join(missing)}, which it does not hold")
    return manifest


def _check_absent(store: RunStore, manifest: Manifest) -> None:
    """Check that there is no run of this id.

    A run that differs only in its name is the same run.

    Raises:
        RunStateError: there is one.
    """
    path = store.root / manifest.run_id
    if not path.exists():
        return
    is_same = all(
        _sha256(path / member.name) == member.sha256
        for member in manifest.members
        if member.name != "name.txt"
    )
    if is_same:
        raise RunStateError(
            f"Run {manifest.run_id} is already here, and the archive lists the same files. Nothing "
            "was imported."
        )
    raise RunStateError(
        f"A run {manifest.run_id} with other content is already here and was left as it is. To "
        f"import the archive, delete it first: `python -m rnndash runs delete {manifest.run_id}`."
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _unpack(
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    manifest: Manifest,
    folder: RunFolder,
) -> None:
    """Write the members into the folder, as long as they are what the manifest says."""
    room = MOST_TOTAL
    for member in manifest.members:
        digest, size = hashlib.sha256(), 0
        with (folder.path / member.name).open("xb") as file:
            for piece in read_entry(archive, entries[member.name], room):
                size += len(piece)
                digest.update(piece)
                file.write(piece)
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise refusal(f"its {member.name} is not the file that its manifest describes")
        room -= size
