import threading

import pytest

from rnndash.errors import StorageError
from rnndash.events import Checkpointed, Paused, Queued, to_line
from rnndash.runs.journal import JournalReader, append_event


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def test_events_appended_are_read_in_order(path):
    events = [Queued(time=1.0), Checkpointed(time=2.0, samples=16), Paused(time=3.0, samples=16)]
    for event in events:
        append_event(path, event)
    assert JournalReader(path).read_new() == events


def test_second_read_gives_only_what_is_new(path):
    reader = JournalReader(path)
    append_event(path, Queued(time=1.0))
    reader.read_new()
    append_event(path, Paused(time=2.0, samples=1))
    assert reader.read_new() == [Paused(time=2.0, samples=1)]


def test_half_line_waits_until_it_is_whole(path):
    line = to_line(Paused(time=2.0, samples=1)).encode() + b"\n"
    path.write_bytes(line[:10])
    reader = JournalReader(path)
    assert reader.read_new() == []
    with path.open("ab") as file:
        file.write(line[10:])
    assert reader.read_new() == [Paused(time=2.0, samples=1)]


def test_half_line_of_a_dead_writer_spoils_no_other(path):
    path.write_bytes(b'{"event":"pau')
    append_event(path, Queued(time=1.0))
    reader = JournalReader(path)
    assert reader.read_new() == [Queued(time=1.0)]
    assert reader.damaged == 1


@pytest.mark.parametrize("line", [b"\xff\xfe\n", b"[1,2]\n", b'{"event":"paused"}\n', b"\x00\n"])
def test_damaged_line_is_counted_and_passed_over(path, line):
    path.write_bytes(line)
    append_event(path, Queued(time=1.0))
    reader = JournalReader(path)
    assert (reader.read_new(), reader.damaged) == ([Queued(time=1.0)], 1)


def test_journal_without_news_is_not_opened(path, monkeypatch):
    append_event(path, Queued(time=1.0))
    reader = JournalReader(path)
    reader.read_new()
    monkeypatch.setattr("pathlib.Path.open", lambda *_: pytest.fail("it was opened"))
    assert reader.read_new() == []


def test_missing_journal_has_no_events(path):
    assert JournalReader(path).read_new() == []


def test_journal_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot be written.*RNNDASH_HOME"):
        append_event(tmp_path / "file" / "journal.jsonl", Queued())


def test_reader_beside_a_busy_writer_sees_every_event_once(path):
    events = [Checkpointed(time=1.0, samples=n) for n in range(500)]

    def write():
        for event in events:
            append_event(path, event)

    writer = threading.Thread(target=write)
    writer.start()
    reader, seen = JournalReader(path), []
    while writer.is_alive():
        seen += reader.read_new()
    writer.join()
    seen += reader.read_new()
    assert seen == events
