"""Files put in place whole, by many threads at once, and after crashes."""

import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from rnndash import files
from rnndash.files import (
    flush_to_disk,
    move_into_place,
    move_to_new_name,
    remove_leftovers,
    replacing,
    write_text,
)

NO_PROCESS = next(number for number in range(9_999_999, 1, -1) if not psutil.pid_exists(number))
DIGITS = "0123456789abcdef"


def _names(folder):
    return {path.name for path in folder.iterdir()}


def _make_old(path, hours=2.0):
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_text_is_written_in_place_of_the_old_one(tmp_path):
    path = tmp_path / "name.txt"
    write_text(path, "before")
    write_text(path, "Café")
    assert path.read_bytes() == "Café".encode()
    assert _names(tmp_path) == {"name.txt"}


def test_folder_takes_the_place_of_a_folder_with_other_files(tmp_path):
    place = tmp_path / "corpus"
    place.mkdir()
    (place / "damaged").touch()
    with replacing(place) as folder:
        folder.mkdir()
        (folder / "whole").write_text("texts")
    assert _names(place) == {"whole"}
    assert _names(tmp_path) == {"corpus"}


def test_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    write_text(path, "old")

    def write_half():
        with replacing(path) as written:
            written.write_text("half of the new")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        write_half()
    assert path.read_text() == "old"
    assert _names(tmp_path) == {"file"}


@pytest.mark.parametrize("flush", [True, False])
def test_many_threads_that_write_one_file_never_fail(tmp_path, flush):
    path, errors = tmp_path / "file", []

    def write(text):
        try:
            for _ in range(100):
                write_text(path, text, flush=flush)
        except OSError as error:
            errors.append(error)

    texts = [str(number) * 1000 for number in range(4)]
    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if path.exists():
            assert path.read_text() in texts
    assert errors == []
    assert _names(tmp_path) == {"file"}


def test_content_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda _: done.append("flushed"))
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: done.append("moved"))
    write_text(tmp_path / "kept", "x")
    write_text(tmp_path / "worthless", "x", flush=False)
    assert done == ["flushed", "moved", "moved"]


@pytest.mark.parametrize("is_moved_alone", [True, False])
def test_content_is_flushed_unless_the_caller_does_without(tmp_path, monkeypatch, is_moved_alone):
    flushed = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    if is_moved_alone:
        (tmp_path / "written").touch()
        move_into_place(tmp_path / "written", tmp_path / "file")
    else:
        with replacing(tmp_path / "file") as written:
            written.touch()
    assert len(flushed) == 1


def test_every_file_of_a_folder_is_flushed(tmp_path, monkeypatch):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "one").touch()
    (tmp_path / "two").touch()
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda number: flushed.append(os.fstat(number).st_ino))
    flush_to_disk(tmp_path)
    files_there = [tmp_path / "inside" / "one", tmp_path / "two"]
    assert sorted(flushed) == sorted(path.stat().st_ino for path in files_there)


def test_file_that_windows_holds_for_a_moment_is_replaced_a_little_later(tmp_path, monkeypatch):
    monkeypatch.setattr(files.sys, "platform", "win32")
    path, replace, refused = tmp_path / "file", files.Path.replace, []

    def refuse_twice(written, target):
        if len(refused) < 2:
            refused.append(target)
            raise PermissionError("a reader has it open")
        return replace(written, target)

    monkeypatch.setattr("pathlib.Path.replace", refuse_twice)
    write_text(path, "new")
    assert (path.read_text(), len(refused)) == ("new", 2)


def test_folder_that_windows_holds_for_a_moment_gets_its_name_a_little_later(tmp_path, monkeypatch):
    monkeypatch.setattr(files.sys, "platform", "win32")
    rename, refused = files.Path.rename, []

    def refuse_twice(written, target):
        if len(refused) < 2:
            refused.append(target)
            raise PermissionError("a virus scanner has it open")
        return rename(written, target)

    monkeypatch.setattr("pathlib.Path.rename", refuse_twice)
    (tmp_path / "written").mkdir()
    move_to_new_name(tmp_path / "written", tmp_path / "run")
    assert (_names(tmp_path), len(refused)) == ({"run"}, 2)


def test_folder_that_has_files_is_not_replaced(tmp_path):
    for name in ("written", "run"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    with pytest.raises(OSError, match=r"run"):
        move_to_new_name(tmp_path / "written", tmp_path / "run")
    assert (tmp_path / "run" / "file").read_text() == "run"


def test_file_that_may_never_be_replaced_is_an_error(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError("never")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(PermissionError, match="never"):
        move_into_place(tmp_path, tmp_path / "other", flush=False)


@pytest.mark.parametrize(
    "name",
    [
        f".{NO_PROCESS}-{DIGITS}.tmp",
        f".glove-{NO_PROCESS}-{DIGITS}.tmp",
        "checkpoint.building",
        ".import-ab12cd34",
        ".reading-x_y1z2a3",
        f"ag_news-{DIGITS * 2}.ab12cd34",
    ],
)
@pytest.mark.parametrize("is_folder", [False, True])
def test_leftover_of_a_process_that_is_gone_is_deleted(tmp_path, name, is_folder):
    path = tmp_path / name
    if is_folder:
        path.mkdir()
        (path / "half").touch()
    else:
        path.touch()
    _make_old(path)
    remove_leftovers(tmp_path)
    assert _names(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        (f".{NO_PROCESS}-{DIGITS}.tmp", 0.9),
        ("checkpoint.building", 0.9),
        (f".{os.getpid()}-{DIGITS}.tmp", 99),
        (f"ag_news-{DIGITS * 2}", 99),
        (f"ag_news-{DIGITS * 2}.lock", 99),
        (f"{DIGITS * 4}.csv", 99),
        ("20261124-115613-3f9a-lstm", 99),
        ("words.json", 99),
        (".hidden", 99),
        (".tmp", 99),
    ],
    ids=["young", "young, older version", "of a live process", *["no leftover"] * 7],
)
def test_what_may_still_be_needed_is_left_alone(tmp_path, name, hours):
    path = tmp_path / name
    path.touch()
    _make_old(path, hours)
    remove_leftovers(tmp_path)
    assert _names(tmp_path) == {name}


@pytest.mark.slow
@pytest.mark.parametrize("prefix", [".", ".glove-"])
def test_file_of_a_process_that_was_killed_while_it_wrote_is_deleted_later(tmp_path, prefix):
    code = (
        "import os, sys; from pathlib import Path; from rnndash.files import temporary_path\n"
        "with temporary_path(Path(sys.argv[1]), prefix=sys.argv[2]) as written:\n"
        "    written.write_text('half'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), prefix], check=True)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(prefix)
    remove_leftovers(tmp_path)
    assert left.exists()  # too young: its process may run on another machine
    _make_old(left)
    remove_leftovers(tmp_path)
    assert not left.exists()


def test_own_file_in_writing_is_no_leftover(tmp_path):
    with replacing(tmp_path / "file") as written:
        written.write_text("slow")
        _make_old(written)
        remove_leftovers(tmp_path)
    assert (tmp_path / "file").read_text() == "slow"


def test_folder_that_is_not_there_has_no_leftovers(tmp_path):
    remove_leftovers(tmp_path / "nothing")
