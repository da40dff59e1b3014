"""The queue with real worker processes on a small corpus in AG News' form."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

import psutil
import pytest
from msgspec import structs

from rnndash.config.corpus_name import CorpusName
from rnndash.config.run_config import RunConfig
from rnndash.errors import RunStateError
from rnndash.results import RunState
from rnndash.runs import queue as queue_module
from rnndash.runs.queue import MOST_WAITING, RunQueue
from rnndash.runs.requests import Command
from rnndash.runs.starting import ForkedWorkers, FreshWorkers
from rnndash.runs.store import RunStore
from tests.corpora import write_ag_news
from tests.homes import home_for_many
from tests.waiting import wait_for, wait_for_samples, wait_until_at_rest

pytestmark = pytest.mark.slow

TEXTS = 400
"""Training texts of an epoch."""
EPOCHS = 8
"""Of a run that is cut into pieces: it lasts some seconds, far longer than a look at it."""


def _config(**changes):
    values = {
        "model": "rnn",
        "corpus": CorpusName.AG_NEWS,
        "samples": TEXTS,
        "embed_dim": 8,
        "hidden_dim": 8,
        "learning_rate": 0.01,
    }
    return RunConfig(**(values | changes))


def _long_config(**changes):
    """A run that lasts far longer than any test waits before it pauses or stops it."""
    large = {"batch_size": 1, "epochs": 20, "embed_dim": 64, "hidden_dim": 128}
    return _config(**(large | changes))


def _cut_config():
    return _config(batch_size=1, epochs=EPOCHS)


@pytest.fixture(autouse=True, params=[FreshWorkers, ForkedWorkers])
def workers(request, monkeypatch):
    """Each test runs with either way to start workers."""
    if request.param is ForkedWorkers and sys.platform != "linux":
        pytest.skip("workers are forked on Linux alone")
    monkeypatch.setattr("rnndash.runs.queue.best_workers", request.param)
    return request.param


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    write_ag_news(tmp_path / "data")
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def store(environment):
    return RunStore(environment / "runs")


@pytest.fixture
def queue(store, data_dir):
    with RunQueue(store, max_workers=3) as queue:
        yield queue


def _numbers(record):
    """All that must not depend on whether the run was cut into pieces."""
    clockwork = {"time", "seconds", "samples_per_second", "peak_memory_mb"}
    events = [*record.points, *record.held_out, *record.lines, record.finished]
    return [
        {k: v for k, v in structs.asdict(event).items() if k not in clockwork} for event in events
    ]


def _worker_pid(store, run_id):
    return json.loads(store.folder(run_id).worker.read_text())["pid"]


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """Runs of one queue that nobody interrupted, for all tests that only look at them.

    Attributes:
        side_by_side: three models, two epochs each.
        single: minibatches of one text, the settings of the runs that other tests cut into pieces.
    """

    queue: RunQueue
    store: RunStore
    side_by_side: list[str]
    single: str


@pytest.fixture(scope="module")
def undisturbed(encoded_corpora, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    with home_for_many(folder / "home", encoded_corpora, folder / "data") as home:
        store = RunStore(home / "runs")
        with RunQueue(store, max_workers=3) as queue:
            models = ("rnn", "lstm", "packed_lstm")
            side_by_side = queue.submit([_config(model=model, epochs=2) for model in models])
            (single,) = queue.submit([_cut_config()])
            for run_id in (*side_by_side, single):
                wait_until_at_rest(store, run_id)
            yield Undisturbed(queue=queue, store=store, side_by_side=side_by_side, single=single)


def test_three_models_train_side_by_side_to_the_end(undisturbed):
    records = [undisturbed.store.record(run_id) for run_id in undisturbed.side_by_side]
    assert [r.state for r in records] == [RunState.FINISHED] * 3
    assert [r.samples for r in records] == [800] * 3
    assert all(r.checkpoint == 800 for r in records)


def test_worker_writes_nothing_to_its_error_output(undisturbed):
    for run_id in (*undisturbed.side_by_side, undisturbed.single):
        assert undisturbed.store.folder(run_id).errors.read_text() == ""


def test_finished_run_keeps_its_vocabulary(undisturbed):
    store, run_id = undisturbed.store, undisturbed.single
    words = json.loads(store.folder(run_id).words.read_text())
    assert words[:2] == ["<pad>", "<unk>"]
    assert len(words) == store.record(run_id).started.vocabulary


def test_run_paused_and_resumed_equals_one_never_interrupted(queue, store, undisturbed):
    (cut,) = queue.submit([_cut_config()])
    wait_for_samples(store, cut, 400)
    store.command(cut, Command.PAUSE)
    paused = wait_until_at_rest(store, cut)
    assert paused.state is RunState.PAUSED
    assert 400 <= paused.samples < EPOCHS * TEXTS
    queue.resume(cut)
    whole = undisturbed.store.record(undisturbed.single)
    assert _numbers(wait_until_at_rest(store, cut)) == _numbers(whole)


def test_stopped_run_keeps_what_it_learned(queue, store):
    (run_id,) = queue.submit([_long_config()])
    wait_for_samples(store, run_id, 100)
    store.command(run_id, Command.STOP)
    record = wait_until_at_rest(store, run_id)
    assert record.state is RunState.STOPPED
    assert record.checkpoint >= record.samples >= 100


def test_killed_worker_leaves_a_failed_run_that_resumes_and_others_that_go_on(
    queue, store, undisturbed
):
    victim, other = (queue.submit([_cut_config()])[0] for _ in range(2))
    wait_for_samples(store, victim, 400)
    store.command(victim, Command.PAUSE)
    wait_until_at_rest(store, victim)
    queue.resume(victim)
    wait_for_samples(store, victim, 800)
    psutil.Process(_worker_pid(store, victim)).kill()
    record = wait_until_at_rest(store, victim)
    assert record.state is RunState.FAILED
    assert record.failure.exit_code != 0
    assert "Its worker process died" in record.failure.reason
    if sys.platform != "win32":
        assert "signal 9" in record.failure.reason
    assert wait_until_at_rest(store, other).state is RunState.FINISHED
    queue.resume(victim)
    whole = undisturbed.store.record(undisturbed.single)
    assert _numbers(wait_until_at_rest(store, victim)) == _numbers(whole)


def test_failed_worker_shows_the_end_of_its_error_output(queue, store):
    (run_id,) = queue.submit([_long_config()])
    wait_for_samples(store, run_id, 100)
    store.folder(run_id).errors.write_text("Traceback: the worker's last words")
    psutil.Process(_worker_pid(store, run_id)).kill()
    assert wait_until_at_rest(store, run_id).failure.details.endswith("last words")


def test_more_runs_than_workers_wait_in_order(store, data_dir):
    with RunQueue(store, max_workers=1) as queue:
        first, second, third = (queue.submit([_long_config()])[0] for _ in range(3))
        wait_for(lambda: queue.position(first) is None, "the first has a worker")
        assert (queue.position(second), queue.position(third)) == (1, 2)
        assert store.record(third).state is RunState.QUEUED


def test_waiting_run_is_paused_and_resumed_without_a_worker(store, data_dir):
    with RunQueue(store, max_workers=1) as queue:
        busy, waiting = (queue.submit([_long_config()])[0] for _ in range(2))
        wait_for(lambda: queue.position(waiting) == 1, "the second waits")
        store.command(waiting, Command.PAUSE)
        assert wait_until_at_rest(store, waiting).state is RunState.PAUSED
        queue.resume(waiting)
        store.command(busy, Command.STOP)
        assert wait_until_at_rest(store, busy).state is RunState.STOPPED
        wait_for_samples(store, waiting, 100)


def test_waiting_run_whose_files_cannot_be_read_for_a_moment_is_not_forgotten(
    store, data_dir, monkeypatch
):
    refused, take = [], queue_module.take_command

    def refuse_twice(*arguments):
        if len(refused) < 2:
            refused.append(arguments)
            raise PermissionError("another process reads it")
        return take(*arguments)

    monkeypatch.setattr(queue_module, "take_command", refuse_twice)
    with RunQueue(store, max_workers=0) as queue:
        (run_id,) = queue.submit([_config()])
        store.command(run_id, Command.STOP)
        assert wait_until_at_rest(store, run_id).state is RunState.STOPPED
    assert len(refused) == 2


def test_too_many_waiting_runs_are_refused(store, data_dir):
    with RunQueue(store, max_workers=1) as queue:
        with pytest.raises(RunStateError, match=f"at most {MOST_WAITING} may"):
            queue.submit([_config()] * (MOST_WAITING + 1))
        assert store.run_ids() == []


def test_closed_queue_leaves_runs_interrupted_and_a_new_one_resumes_them(store, data_dir):
    with RunQueue(store, max_workers=1) as queue:
        running, waiting = (queue.submit([_cut_config()])[0] for _ in range(2))
        wait_for_samples(store, running, 100)
    assert store.record(running).state is RunState.INTERRUPTED
    assert store.record(waiting).state is RunState.INTERRUPTED
    with RunQueue(store, max_workers=2) as queue:
        queue.resume(running)
        queue.resume(waiting)
        records = [wait_until_at_rest(store, run_id) for run_id in (running, waiting)]
    assert [r.state for r in records] == [RunState.FINISHED] * 2
    assert _numbers(records[0]) == _numbers(records[1])


def test_workers_of_a_killed_server_save_and_leave(store, data_dir):
    code = (
        "import sys, time, tests.runs.test_queue as t\n"
        "from rnndash.environment import read_environment\n"
        "queue = t.RunQueue(t.RunStore(read_environment().runs_dir), max_workers=1)\n"
        "print(*queue.submit([t._long_config()]), flush=True)\n"
        "time.sleep(3_600)"
    )
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.PIPE, text=True
    )
    run_id = server.stdout.readline().strip()
    wait_for_samples(store, run_id, 100)
    worker = psutil.Process(_worker_pid(store, run_id))
    server.kill()
    server.communicate()
    wait_for(lambda: not worker.is_running(), "the worker has left")
    record = store.record(run_id)
    assert record.state is RunState.INTERRUPTED
    assert record.can_resume
    assert record.checkpoint >= 100


def test_run_whose_texts_vanished_fails_with_the_way_out(queue, store, data_dir, monkeypatch):
    shutil.rmtree(data_dir / "ag_news")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    (run_id,) = queue.submit([_config()])
    record = wait_until_at_rest(store, run_id)
    assert record.state is RunState.FAILED
    assert "RNNDASH_DATA_DIR" in record.failure.reason
    assert record.can_resume


def test_resume_of_a_finished_run_is_refused(undisturbed):
    with pytest.raises(RunStateError, match="is finished and cannot be resumed"):
        undisturbed.queue.resume(undisturbed.single)


def test_run_folder_that_cannot_be_written_ends_as_failed_or_lost(queue, store):
    """A folder in the place of the checkpoint stands for a disk that takes no more."""
    (run_id,) = queue.submit([_long_config()])
    wait_for_samples(store, run_id, 100)
    store.folder(run_id).checkpoint.mkdir()
    store.command(run_id, Command.PAUSE)
    record = wait_until_at_rest(store, run_id)
    assert record.state is RunState.FAILED
    assert "checkpoint.safetensors cannot be written" in record.failure.reason
    assert record.can_resume


def test_journal_has_points_lines_and_held_out_accuracies(undisturbed):
    record = undisturbed.store.record(undisturbed.single)
    assert len(record.points) >= 100
    assert len(record.held_out) >= 10
    assert [line.samples for line in record.lines] == [200, 400] * EPOCHS
