"""Runs that leave one store and come into another."""

import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnndash.config.run_config import CsvChoice, RunConfig
from rnndash.errors import ArchiveError, RnndashError, RunNotFoundError, RunStateError, StorageError
from rnndash.events import Preparing, Queued
from rnndash.export import archive, manifest
from rnndash.export.archive import export_run, import_run, write_archive
from rnndash.export.verification import verify_run
from rnndash.results import RunState
from rnndash.runs.predictions_file import load_predictions
from rnndash.runs.store import RunStore
from rnndash.training.checkpoint import load_checkpoint
from tests.export.archives import (
    CONFIG,
    MEASURED,
    STARTED,
    assert_refused,
    files_of,
    finished_run,
    good_members,
    import_bytes,
    pack,
    unpack,
)

FORMAT_1 = Path(__file__).parents[1] / "runs" / "format_1"


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def other(tmp_path):
    return RunStore(tmp_path / "elsewhere" / "runs")


def _age(folder, seconds=60.0):
    """Let the journal look as if nobody had written to it for a while."""
    then = time.time() - seconds
    os.utime(folder.journal, (then, then))


def test_imported_run_is_the_exported_one(store, other):
    run_id = finished_run(store)
    assert import_bytes(other, export_run(store, run_id)) == run_id
    assert other.record(run_id) == store.record(run_id)
    assert files_of(other.folder(run_id)) == files_of(store.folder(run_id))


def test_imported_answers_and_weights_can_be_used(store, other):
    run_id = finished_run(store)
    import_bytes(other, export_run(store, run_id))
    answers = load_predictions(other.folder(run_id).predictions)
    checkpoint = load_checkpoint(other.folder(run_id).checkpoint)
    assert answers.predicted.tolist() == [0, 1, 1, 1]
    assert checkpoint.weights["embedding.weight"].flatten().tolist() == list(range(10))
    assert checkpoint.optimiser["step"].tolist() == [7.0]


def test_import_leaves_nothing_but_the_run(store, other):
    run_id = finished_run(store)
    import_bytes(other, export_run(store, run_id))
    assert [path.name for path in other.root.iterdir()] == [run_id]


def test_run_exported_twice_gives_equal_archives(store):
    run_id = finished_run(store)
    assert export_run(store, run_id) == export_run(store, run_id)


def test_what_belongs_to_this_machine_stays_behind(store):
    run_id = finished_run(store)
    folder = store.folder(run_id)
    for path in (folder.queue, folder.worker, folder.errors, folder.command):
        path.write_text("{}")
    assert set(unpack(export_run(store, run_id))) == {
        "manifest.json",
        "run.json",
        "journal.jsonl",
        "checkpoint.safetensors",
        "words.json",
        "test.safetensors",
        "name.txt",
    }


def test_manifest_describes_each_member(store):
    run_id = finished_run(store)
    members = unpack(export_run(store, run_id))
    described = json.loads(members.pop("manifest.json"))
    assert (described["format"], described["run_id"]) == (1, run_id)
    assert {m["name"]: (m["size"], m["sha256"]) for m in described["members"]} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in members.items()
    }


def test_run_of_format_1_travels(store, other):
    shutil.copytree(FORMAT_1, store.root)
    (run_id,) = store.run_ids()
    import_bytes(other, export_run(store, run_id))
    assert other.record(run_id) == store.record(run_id)


def test_run_on_a_csv_file_travels_without_its_texts(store, other):
    choice = CsvChoice(upload="0" * 64, file_name="mine.csv", text_column="headline")
    run_id = finished_run(store, RunConfig(model="rnn", corpus="csv", csv=choice, samples=100))
    import_bytes(other, export_run(store, run_id))
    assert other.record(run_id).config.csv == choice


def test_run_that_never_started_is_interrupted(store, other):
    (run_id,) = store.create([CONFIG])
    _age(store.folder(run_id))
    import_bytes(other, export_run(store, run_id))
    assert other.record(run_id).state is RunState.INTERRUPTED


def test_run_that_was_cut_off_at_work_is_lost_at_once_and_can_be_resumed(store, other):
    (run_id,) = store.create([CONFIG])
    store.append(run_id, STARTED)
    store.append(run_id, MEASURED)
    _age(store.folder(run_id))
    import_bytes(other, export_run(store, run_id))
    record = other.record(run_id)
    assert (record.state, record.can_resume) == (RunState.LOST, True)


def test_lines_that_a_killed_worker_spoilt_are_left_out(store, other):
    run_id = finished_run(store)
    journal = store.folder(run_id).journal
    whole = journal.read_bytes()
    journal.write_bytes(b'{"event":"meas\n' + whole + b'\xff\n{"event":"pau')
    import_bytes(other, export_run(store, run_id))
    assert other.folder(run_id).journal.read_bytes() == whole


def test_journal_that_grows_meanwhile_fits_its_manifest(store, other):
    run_id = finished_run(store)

    class Growing(io.BytesIO):
        def write(self, data):
            store.append(run_id, Queued())
            return super().write(data)

    file = Growing()
    write_archive(store, run_id, file)
    assert import_run(other, file) == run_id


@pytest.mark.parametrize("event", [Queued(), Preparing(message="Opening the texts"), STARTED])
def test_run_at_work_is_not_exported(store, event):
    (run_id,) = store.create([CONFIG])
    store.append(run_id, event)
    with pytest.raises(RunStateError, match=r"only a run at rest can be exported\. Wait until"):
        export_run(store, run_id)


def test_unknown_run_is_not_exported(store):
    with pytest.raises(RunNotFoundError, match="There is no run"):
        export_run(store, "20261124-115613-3f9a-lstm")


def test_checkpoint_too_large_for_an_archive_is_reported(store, monkeypatch):
    run_id = finished_run(store)
    monkeypatch.setitem(manifest.MOST_BYTES, "checkpoint.safetensors", 100)
    with pytest.raises(ArchiveError, match=r"checkpoint\.safetensors is too large for an archive"):
        export_run(store, run_id)


def test_files_too_large_together_for_an_archive_are_reported(store, monkeypatch):
    run_id = finished_run(store)
    monkeypatch.setattr(archive, "MOST_TOTAL", 1000)
    with pytest.raises(ArchiveError, match="too large for an archive"):
        export_run(store, run_id)


def test_full_disk_is_reported_by_the_export(store):
    run_id = finished_run(store)

    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"cannot be exported: No space left .* Make room"):
        write_archive(store, run_id, Full())


def test_full_disk_is_reported_by_the_import_and_nothing_is_left(store, other, monkeypatch):
    run_id = finished_run(store)

    def fail(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "verify_run", fail)
    with pytest.raises(StorageError, match=r"No run can be kept in .*: No space .*RNNDASH_HOME"):
        import_bytes(other, export_run(store, run_id))
    assert list(other.root.iterdir()) == []


def test_folder_that_cannot_be_made_is_reported(store, tmp_path):
    run_id = finished_run(store)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"No run can be kept in .*RNNDASH_HOME"):
        import_bytes(RunStore(tmp_path / "file"), export_run(store, run_id))


def test_same_run_is_not_imported_twice_whatever_it_is_called(store):
    run_id = finished_run(store)
    data = export_run(store, run_id)
    store.rename(run_id, "Another name")
    before = files_of(store.folder(run_id))
    with pytest.raises(
        RunStateError, match=f"{run_id} is already here, and the archive lists the same files"
    ):
        import_bytes(store, data)
    assert files_of(store.folder(run_id)) == before


def test_other_run_of_the_same_id_is_kept(store):
    run_id = finished_run(store)
    data = export_run(store, run_id)
    store.append(run_id, Queued())
    before = files_of(store.folder(run_id))
    with pytest.raises(RunStateError, match="with other content is already here and was left"):
        import_bytes(store, data)
    assert files_of(store.folder(run_id)) == before
    assert [path.name for path in store.root.iterdir()] == [run_id]


def test_run_that_arrives_meanwhile_is_kept(store, other, monkeypatch):
    run_id = finished_run(store)

    def verify_slowly(folder):
        shutil.copytree(folder.path, other.root / run_id)
        return verify_run(folder)

    monkeypatch.setattr(archive, "verify_run", verify_slowly)
    with pytest.raises(RunStateError, match="already here, and the archive lists the same files"):
        import_bytes(other, export_run(store, run_id))
    assert [path.name for path in other.root.iterdir()] == [run_id]


def test_members_too_large_together_are_refused(store, other, monkeypatch):
    members = good_members(store)
    monkeypatch.setattr(archive, "MOST_TOTAL", max(map(len, members.values())) + 1)
    assert_refused(other, pack(members), "is too large: up to .* for all files together")


@pytest.fixture(scope="module")
def good():
    """A good archive and the files of its run."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        run_id = finished_run(store)
        return export_run(store, run_id), files_of(store.folder(run_id))


@given(
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4),
    length=st.one_of(st.none(), st.floats(0, 1, exclude_max=True)),
)
def test_spoilt_archive_is_refused_or_harmless(good, flips, length):
    whole, files = good
    data = bytearray(whole[: None if length is None else int(length * len(whole))])
    for place, bits in flips:
        if data:
            data[int(place * len(data))] ^= bits
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        try:
            run_id = import_bytes(store, bytes(data))
        except RnndashError:
            assert list(store.root.iterdir()) == []
        else:
            assert [path.name for path in store.root.iterdir()] == [run_id]
            assert files_of(store.folder(run_id)) == files
