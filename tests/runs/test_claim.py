"""A run has one queue and one worker, however many processes want it, in real processes."""

import contextlib
import errno
import os
import subprocess
import sys
import threading
import time

import pytest

from rnndash.config.run_config import RunConfig
from rnndash.errors import RunStateError, StorageError
from rnndash.events import Failed, Paused, Preparing, Queued
from rnndash.results import RunState
from rnndash.runs import claim
from rnndash.runs.claim import Assignment, claim_run, held, locked
from rnndash.runs.folder import RunFolder
from rnndash.runs.journal import JournalReader
from rnndash.runs.process import write_process
from rnndash.runs.queue import RunQueue
from rnndash.runs.requests import Command
from rnndash.runs.starting import FreshWorkers
from rnndash.runs.store import RunStore
from rnndash.runs.worker_process import WorkerProcess
from rnndash.runs.workers import WorkerExit
from tests.runs.small_worker import start_small_worker
from tests.waiting import wait_for, wait_until_at_rest

TRIES = 12
SERVER = """
import sys, time
from pathlib import Path
from rnndash.errors import RunStateError
from rnndash.runs.queue import RunQueue
from rnndash.runs.starting import FreshWorkers
from rnndash.runs.store import RunStore
from tests.runs.small_worker import start_small_worker

store = RunStore(Path(sys.argv[1]))
with RunQueue(store, max_workers=4, workers=FreshWorkers(start_small_worker)) as queue:
    for line in sys.stdin:
        run_id, moment = line.split()
        store.record(run_id)
        while time.time() < float(moment):
            pass
        try:
            queue.resume(run_id)
            print("resumed", flush=True)
        except RunStateError as error:
            print(error, flush=True)
"""
HOLDER = """
import sys
from pathlib import Path
from rnndash.runs.claim import locked
from rnndash.runs.folder import RunFolder

with locked(RunFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(environment):
    return RunStore(environment / "runs")


@pytest.fixture
def run_id(store):
    """A run that can be resumed."""
    (run_id,) = store.create([RunConfig(model="rnn")])
    store.append(run_id, Paused(samples=0))
    return run_id


@pytest.fixture
def folder(store, run_id):
    return store.folder(run_id)


@pytest.fixture
def queue(store):
    """Starts no worker before the test is over."""
    with RunQueue(store, max_workers=0) as queue:
        yield queue


def _events(folder, kind):
    return [event for event in JournalReader(folder.journal).read_new() if type(event) is kind]


@contextlib.contextmanager
def _process(code, argument):
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(argument)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@pytest.fixture
def lock_in_another_process(folder):
    with _process(HOLDER, folder.path) as holder:
        assert holder.stdout.readline() == "held\n"
        yield holder


@pytest.mark.slow
def test_of_two_servers_that_resume_a_run_at_once_one_trains_it(store):
    with _process(SERVER, store.root) as one, _process(SERVER, store.root) as other:
        for _ in range(TRIES):
            (run_id,) = store.create([RunConfig(model="rnn")])
            store.append(run_id, Paused(samples=0))
            for server in (one, other):
                server.stdin.write(f"{run_id} {time.time() + 0.2}\n")
                server.stdin.flush()
            answers = sorted(server.stdout.readline() for server in (one, other))
            assert answers[1] == "resumed\n"
            assert f"Run {run_id} is" in answers[0]
            assert "cannot be resumed" in answers[0]
            folder = store.folder(run_id)
            wait_for(lambda f=folder: _events(f, Preparing) != [], "a worker")
            store.command(run_id, Command.STOP)
            assert wait_until_at_rest(store, run_id).state is RunState.STOPPED
            assert len(_events(folder, Queued)) == 2  # when it was created, and now
            assert len(_events(folder, Preparing)) == 1


def test_of_many_threads_that_resume_a_run_at_once_one_does(store, queue, run_id, folder):
    refused, barrier = [], threading.Barrier(8)

    def resume():
        barrier.wait()
        try:
            queue.resume(run_id)
        except RunStateError as error:
            refused.append(error)

    threads = [threading.Thread(target=resume) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert len(_events(folder, Queued)) == 2


@pytest.mark.slow
def test_run_that_another_process_uses_is_not_resumed(
    queue, run_id, folder, lock_in_another_process, monkeypatch
):
    monkeypatch.setattr(claim, "PATIENCE_S", 0.2)
    with pytest.raises(RunStateError, match=r"is in use by another process\. Wait until"):
        queue.resume(run_id)
    assert len(_events(folder, Queued)) == 1


@pytest.mark.slow
def test_lock_of_a_killed_process_is_free(queue, run_id, lock_in_another_process):
    lock_in_another_process.kill()
    lock_in_another_process.wait()
    queue.resume(run_id)
    assert queue.position(run_id) == 1


@pytest.mark.slow
def test_run_that_another_process_uses_is_not_deleted(
    store, run_id, folder, lock_in_another_process, monkeypatch
):
    monkeypatch.setattr(claim, "PATIENCE_S", 0.2)
    with pytest.raises(RunStateError, match="is in use by another process"):
        store.delete(run_id)
    assert store.record(run_id).state is RunState.PAUSED


def test_claim_that_another_queue_replaced_holds_no_more(folder):
    first, second = claim_run(folder), claim_run(folder)
    with pytest.raises(RunStateError, match="was lined up by another process in the meantime"):
        held(first).__enter__()
    with held(second):
        assert folder.lock.exists()


def test_replaced_claim_is_refused_at_once_while_another_worker_trains(folder, monkeypatch):
    monkeypatch.setattr(claim, "PATIENCE_S", 0.0)
    old = claim_run(folder)
    claim_run(folder)
    with locked(folder), pytest.raises(RunStateError, match="was lined up by another process"):
        held(old).__enter__()


def test_claim_replaced_while_its_worker_waits_for_the_lock_holds_no_more(folder, monkeypatch):
    assignment = claim_run(folder)
    refused, looks, read_token = [], [], claim.read_token
    monkeypatch.setattr(
        claim, "read_token", lambda path: looks.append(read_token(path)) or looks[-1]
    )

    def wait():
        try:
            with held(assignment):
                pytest.fail("it is not this worker's run any more")
        except RunStateError as error:
            refused.append(error)

    worker = threading.Thread(target=wait)
    with locked(folder):
        worker.start()
        wait_for(lambda: looks == [assignment.token], "the claim is still the worker's")
        claim_run(folder)
    worker.join()
    assert len(refused) == 1


@pytest.mark.slow
def test_worker_of_a_replaced_claim_ends_without_an_event(folder):
    old = claim_run(folder)
    claim_run(folder)
    worker = start_small_worker()
    worker.assign(old)
    wait_for(lambda: worker.exit is not None, "the worker has ended")
    worker.release()
    assert worker.exit.code == 1
    assert _events(folder, Preparing) == []


def test_queue_writes_nothing_about_a_run_that_another_queue_has_claimed(queue, folder):
    old = claim_run(folder)
    claim_run(folder)
    queue.store.append(old.run_id, Preparing(message="Another worker's"))
    queue._record_exit(old, WorkerExit(code=-9))
    assert _events(folder, Failed) == []


@pytest.mark.slow
def test_worker_that_died_before_it_began_leaves_a_failed_run(store, run_id):
    def start_dying_worker():
        return WorkerProcess("tests.runs.no_such_module")

    with RunQueue(store, max_workers=1, workers=FreshWorkers(start_dying_worker)) as queue:
        queue.resume(run_id)
        record = wait_until_at_rest(store, run_id)
    assert record.state is RunState.FAILED
    assert record.failure.reason == "Its worker process died with exit code 1."
    assert record.can_resume


def test_run_lined_up_by_an_older_version_is_resumed(queue, run_id, folder):
    write_process(folder.queue)  # without a token
    queue.resume(run_id)
    assert queue.position(run_id) == 1


def test_submit_writes_one_queued_event_and_a_claim_for_each_run(store, queue):
    run_ids = queue.submit([RunConfig(model="rnn"), RunConfig(model="lstm")])
    assert [len(_events(store.folder(run_id), Queued)) for run_id in run_ids] == [1, 1]
    assert [queue.position(run_id) for run_id in run_ids] == [1, 2]
    for assignment in queue._waiting:
        with held(assignment):
            assert store.record(assignment.run_id).state is RunState.QUEUED


def test_assignment_is_read_back_from_its_line(tmp_path):
    assignment = Assignment(folder=RunFolder(tmp_path / "Übung\n1"), token="ab12")
    assert "\n" not in assignment.to_line()
    assert Assignment.from_line(assignment.to_line()) == assignment


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_file_system_without_locks_is_an_error_that_says_what_to_do(tmp_path, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("filelock.FileLock._acquire", refuse)
    with pytest.raises(StorageError) as caught:
        locked(RunFolder(tmp_path)).__enter__()
    message = str(caught.value)
    assert f"cannot be locked: {os.strerror(number)}. No file can be locked" in message
    assert "Set RNNDASH_HOME to a folder on another one" in message
    assert "Make room" not in message


def test_folder_that_is_gone_cannot_be_locked(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="Run gone cannot be locked"):
        locked(RunFolder(tmp_path / "file" / "gone")).__enter__()
