"""Workers that are ready before a run needs them: how many, how long, and what they are given."""

from types import SimpleNamespace

import pytest

from rnndash.config.run_config import RunConfig
from rnndash.results import RunState
from rnndash.runs import starting
from rnndash.runs.queue import RunQueue
from rnndash.runs.starting import FreshWorkers
from rnndash.runs.store import RunStore
from rnndash.runs.workers import WorkerExit
from tests.waiting import wait_for


class MadeWorker:
    """Takes what it is given and does nothing: a worker without a process."""

    def __init__(self):
        self.exit = None
        self.assignments = []
        self.is_released = False

    def assign(self, assignment):
        if self.exit is None:
            self.assignments.append(assignment)
        return self.exit is None

    def release(self):
        self.is_released = True

    def wait(self, patience_s=30.0):  # noqa: ARG002
        self.release()
        self.exit = self.exit or WorkerExit(code=0)


@pytest.fixture
def clock(monkeypatch):
    """What the workers' source takes for the time, in seconds."""
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(starting, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def workers():
    """All that were started, in order."""
    return []


@pytest.fixture
def open_queue(tmp_path, clock, workers):
    """Opens a queue for so many workers at once."""
    queues = []

    def start_worker():
        workers.append(MadeWorker())
        return workers[-1]

    def open_queue(max_workers, start_worker=start_worker):
        store = RunStore(tmp_path / "runs")
        source = FreshWorkers(start_worker)
        queues.append(RunQueue(store, max_workers=max_workers, workers=source))
        return queues[-1]

    yield open_queue
    for queue in queues:
        queue.close()


def _ready(workers):
    return [each for each in workers if not (each.is_released or each.assignments or each.exit)]


def _let_it_turn(queue):
    """Return once the queue's thread has looked after everything at least once more."""
    turns = []
    start_next = queue._start_next
    queue._start_next = lambda: (start_next(), turns.append(True))

    def has_turned():
        with queue._changed:
            queue._changed.notify_all()  # it sleeps while there is nothing to look after
        return len(turns) > 2

    wait_for(has_turned, "two turns of the queue")
    queue._start_next = start_next


@pytest.mark.parametrize(("max_workers", "ready"), [(1, 1), (2, 2), (3, 3), (5, 3)])
def test_as_many_workers_are_ready_as_a_comparison_needs(open_queue, workers, max_workers, ready):
    queue = open_queue(max_workers)
    assert workers == []
    for _ in range(3):
        queue.warm_up()
    wait_for(lambda: len(workers) >= ready, "workers ready")
    _let_it_turn(queue)
    assert len(workers) == len(_ready(workers)) == ready


def test_workers_that_nobody_needed_end_after_ten_minutes(open_queue, workers, clock):
    queue = open_queue(3)
    queue.warm_up()
    wait_for(lambda: len(workers) == 3, "workers ready")
    clock.now += 595
    _let_it_turn(queue)
    assert len(_ready(workers)) == 3
    clock.now += 10
    wait_for(lambda: _ready(workers) == [], "all have ended")
    _let_it_turn(queue)
    assert len(workers) == 3
    assert all(worker.exit is not None for worker in workers)


def test_workers_that_were_wanted_again_stay_as_long_again(open_queue, workers, clock):
    queue = open_queue(3)
    queue.warm_up()
    wait_for(lambda: len(workers) == 3, "workers ready")
    clock.now += 595
    queue.warm_up()
    clock.now += 595
    _let_it_turn(queue)
    assert len(workers) == len(_ready(workers)) == 3


def test_run_gets_a_worker_that_is_ready_and_only_the_others_stay_ready(open_queue, workers):
    queue = open_queue(3)
    queue.warm_up()
    wait_for(lambda: len(workers) == 3, "workers ready")
    (run_id,) = queue.submit([RunConfig(model="rnn")])
    wait_for(lambda: len(_ready(workers)) == 2, "one has the run")
    _let_it_turn(queue)
    assert [each.run_id for worker in workers for each in worker.assignments] == [run_id]
    assert len(workers) == 3


def test_worker_that_died_while_it_waited_is_replaced(open_queue, workers):
    queue = open_queue(2)
    queue.warm_up()
    wait_for(lambda: len(workers) == 2, "workers ready")
    workers[0].exit = WorkerExit(code=-9)
    wait_for(lambda: len(workers) == 3, "another one")
    assert len(_ready(workers)) == 2


def test_run_is_never_given_to_a_worker_that_has_died(open_queue, workers):
    queue = open_queue(1)
    queue.warm_up()
    wait_for(lambda: len(workers) == 1, "a worker ready")
    queue._workers.tend = lambda _room: None  # so that the queue has not noticed it yet
    workers[0].exit = WorkerExit(code=-9)
    queue.submit([RunConfig(model="rnn")])
    wait_for(lambda: len(workers) == 2 and workers[1].assignments != [], "another has the run")
    assert workers[0].assignments == []


def test_no_room_for_a_worker_in_advance_is_no_fault(open_queue):
    tries = []

    def start_worker():
        tries.append(True)
        raise OSError("no memory")

    queue = open_queue(1, start_worker)
    queue.warm_up()
    wait_for(lambda: len(tries) > 2, "some tries")
    (run_id,) = queue.submit([RunConfig(model="rnn")])
    wait_for(lambda: queue.store.record(run_id).state is RunState.FAILED, "no worker for the run")
    record = queue.store.record(run_id)
    assert record.failure.reason == "No worker process could be started: no memory."
    assert record.can_resume


def test_closed_queue_leaves_no_worker_behind(open_queue, workers):
    queue = open_queue(2)
    queue.warm_up()
    wait_for(lambda: len(workers) == 2, "workers ready")
    queue.close()
    assert all(worker.exit is not None for worker in workers)


def test_run_resumed_at_once_waits_until_its_old_worker_has_ended(open_queue, workers):
    queue = open_queue(2)
    (run_id,) = queue.submit([RunConfig(model="rnn")])
    wait_for(lambda: len(workers) == 1 and workers[0].assignments != [], "a worker")
    queue._line_up(workers[0].assignments[0])
    _let_it_turn(queue)
    assert queue.position(run_id) == 1
    workers[0].exit = WorkerExit(code=0)
    wait_for(lambda: len(workers) == 2 and workers[1].assignments != [], "the next worker")
    assert queue.position(run_id) is None
