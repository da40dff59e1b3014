"""The trainer and its process, for real, on tasks that take no time or far too much."""

import json
from dataclasses import replace

import psutil
import pytest

from rnndash.errors import BusyError, StorageError
from rnndash.memory_task.outcomes import Tried
from rnndash.memory_task.settings import MemoryTask
from rnndash.memory_task.store import append_tried, journal_path, make_room, read_tries
from rnndash.memory_task.trainer import MemoryTrainer
from rnndash.runs.worker_process import WorkerProcess
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

QUICK = MemoryTask(lengths=(2,), models=("rnn", "open_lstm"))
ENDLESS = MemoryTask(lengths=(160,), models=("lstm", "gru"), steps=3_000, batch_size=512)


@pytest.fixture
def trainer(tmp_path):
    trainer = MemoryTrainer(tmp_path / "memory")
    yield trainer
    trainer.close()


def _train(trainer, task):
    trainer.start(task)
    wait_for(lambda: trainer.running() is None, "the process gone")
    return trainer.record(task)


def test_task_is_learned_and_its_result_is_found_again(trainer):
    record = _train(trainer, QUICK)
    assert record.is_complete
    assert (record.is_running, record.failure) == (False, "")
    assert [record.reach(model) for model in QUICK.models] == [2, 2]
    assert MemoryTrainer(trainer.folder).record(QUICK) == record


def test_damaged_file_is_ignored_and_learned_anew(trainer):
    trainer.folder.mkdir()
    journal_path(trainer.folder, QUICK).write_bytes(b"\x00\xff" * 100)
    assert trainer.record(QUICK).outcomes == ()
    assert _train(trainer, QUICK).is_complete


def test_networks_that_are_there_are_not_trained_again(trainer):
    one = MemoryTask(lengths=(2,), models=("rnn",))
    (before,) = _train(trainer, one).outcomes
    record = _train(trainer, QUICK)
    assert record.is_complete
    assert before in record.outcomes


def test_cancelled_task_keeps_what_is_done(trainer):
    task = replace(ENDLESS, lengths=(2, 160), models=("lstm",))
    trainer.start(task)
    wait_for(lambda: trainer.record(task).networks_done == 1, "a first network")
    trainer.cancel(task)
    record = trainer.record(task)
    assert (record.is_running, record.failure) == (False, "")
    assert [outcome.latest.length for outcome in record.outcomes] == [2]


def test_cancelled_task_makes_room_for_another(trainer):
    trainer.start(ENDLESS)
    trainer.cancel(ENDLESS)
    assert _train(trainer, QUICK).is_complete


def test_network_that_was_broken_off_is_left_out(trainer):
    make_room(trainer.folder)
    append_tried(
        journal_path(trainer.folder, QUICK), Tried(model="rnn", length=2, step=25, accuracy=0.5)
    )
    assert trainer.record(QUICK).outcomes == ()


def test_cancel_of_another_task_changes_nothing(trainer):
    trainer.start(ENDLESS)
    trainer.cancel(QUICK)
    assert trainer.running() == ENDLESS


def test_second_task_is_refused_while_one_is_at_work(trainer):
    trainer.start(ENDLESS)
    with pytest.raises(BusyError) as error:
        trainer.start(QUICK)
    assert str(error.value) == (
        "A memory task is in training on this server, and only one can be at a time. "
        "Wait until it is done, then start yours."
    )


def test_death_of_the_process_is_reported(trainer):
    trainer.start(ENDLESS)
    psutil.Process(trainer._process.pid).kill()
    wait_for(lambda: trainer.running() is None, "its death noticed")
    failure = trainer.record(ENDLESS).failure
    assert failure.startswith("The process died by signal 9")
    assert trainer.record(QUICK).failure == ""


def test_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        MemoryTrainer(tmp_path / "file" / "memory").start(QUICK)


def test_process_whose_starter_is_gone_leaves(tmp_path):
    process = WorkerProcess("rnndash.memory_task", str(tmp_path))
    process.send_line(json.dumps(ENDLESS.to_json()).encode())
    path = journal_path(tmp_path, ENDLESS)
    wait_for(lambda: read_tries(path) != (), "a first test")
    process.release()
    wait_for(lambda: process.exit is not None, "the process gone")
    assert process.exit.code == 0
    assert not any(tried.is_last for tried in read_tries(path))


def test_settings_that_are_none_end_the_process_with_a_message(tmp_path, capfd):
    process = WorkerProcess("rnndash.memory_task", str(tmp_path))
    process.send_line(b'{"steps": 0}')
    wait_for(lambda: process.exit is not None, "the process gone")
    process.wait()
    assert process.exit.code == 1
    assert "Steps (steps) must be a whole number from 1 to 3,000" in capfd.readouterr().err
