import os

import pytest

from rnndash.errors import StorageError
from rnndash.memory_task import store
from rnndash.memory_task.outcomes import Tried
from rnndash.memory_task.settings import MemoryTask
from rnndash.memory_task.store import (
    append_tried,
    journal_path,
    known_trials,
    make_room,
    read_tries,
)

FIRST = Tried(model="rnn", length=2, step=0, accuracy=0.25, gradient=0.5)
LAST = Tried(model="rnn", length=2, step=25, accuracy=1.0, is_last=True, seconds=0.5)


@pytest.fixture
def path(tmp_path):
    return journal_path(tmp_path, MemoryTask())


def test_tests_are_read_as_they_were_appended(path):
    append_tried(path, FIRST)
    append_tried(path, LAST)
    assert read_tries(path) == (FIRST, LAST)


def test_file_that_is_not_there_holds_nothing(path):
    assert read_tries(path) == ()


@pytest.mark.parametrize(
    "damage", [b"nonsense\n", b"\xff\xfe\n", b'{"model":"rnn"}\n', b"[" * 9999]
)
def test_damaged_lines_spoil_no_others(path, damage):
    append_tried(path, FIRST)
    with path.open("ab") as file:
        file.write(damage)
    append_tried(path, LAST)
    assert read_tries(path) == (FIRST, LAST)


def test_only_networks_at_their_end_are_known():
    assert known_trials((FIRST,)) == set()
    assert known_trials((FIRST, LAST)) == {("rnn", 2)}


def test_folder_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be read"):
        read_tries(tmp_path)


def test_room_is_made_by_deleting_the_oldest(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "MOST_FILES", 3)
    for age, name in enumerate(("new", "middle", "old", "oldest")):
        file = tmp_path / f"{name}.jsonl"
        file.touch()
        os.utime(file, (1_000 - age, 1_000 - age))
    make_room(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {"new", "middle"}


def test_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="set RNNDASH_HOME to a folder that can be written"):
        make_room(tmp_path / "file" / "memory")
