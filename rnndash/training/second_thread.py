"""A thread beside the caller's, for work whose result is needed a little later."""

import queue
import threading
import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from rnndash.environment import count_cores

_Result = TypeVar("_Result")


class SecondThread:
    """Does jobs while the caller goes on, one after the other.

    A job that has not begun when its result is wanted is done by the caller; one that has begun is
    waited for, so a second thread costs time where all cores are busy. Python itself runs one
    thread at a time, so this is for jobs that spend their time in PyTorch or in compiled loops.

    An executor of `concurrent.futures` would do, but takes longer to hand a job over: so long that
    little would be won by it in a minibatch.

    Args:
        is_wanted: asked before each job; False leaves the job to the caller. By default a machine
            with one core wants none.
    """

    def __init__(self, is_wanted: Callable[[], bool] = lambda: count_cores() > 1) -> None:
        self._is_wanted = is_wanted
        self._do: Callable[[Callable[[], None] | None], None] | None = None

    def start(self, job: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin it as soon as the thread is free.

        Returns:
            What gives the job's result, or raises what it raised; to be called once.
        """
        handed_over = self._hand_over(job)
        return job if handed_over is None else handed_over.result

    def try_to(self, job: Callable[[], object]) -> Callable[[], None]:
        """Have something done that can be left undone.

        Returns:
            What waits for the end of the job if it has begun, and else calls it off.
        """
        handed_over = self._hand_over(job)
        return (lambda: None) if handed_over is None else handed_over.settle

    def _hand_over(self, job: Callable[[], _Result]) -> "_Job[_Result] | None":
        if not self._is_wanted():
            return None
        if self._do is None:
            try:
                self._do = self._begin()
            except RuntimeError:  # the system gives no further thread
                self._is_wanted = lambda: False
                return None
        handed_over = _Job(job)
        self._do(handed_over.do)
        return handed_over

    def _begin(self) -> Callable[[Callable[[], None] | None], None]:
        """Start the thread, which ends with this object, and give what hands a job to it."""
        jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

        def work() -> None:
            while (do := jobs.get()) is not None:
                do()
                del do  # and all that the job holds on to

        threading.Thread(target=work, name="rnndash-second", daemon=True).start()
        weakref.finalize(self, jobs.put, None)
        return jobs.put


class _Job(Generic[_Result]):
    def __init__(self, job: Callable[[], _Result]) -> None:
        self._job = job
        self._begun, self._done = threading.Lock(), threading.Lock()
        self._done.acquire()
        self._result: _Result
        self._fault: BaseException | None = None

    def do(self) -> None:
        """Unless the caller has begun it."""
        if not self._begun.acquire(blocking=False):
            return
        try:
            self._result = self._job()
        except BaseException as fault:
            self._fault = fault
        self._done.release()

    def settle(self) -> None:
        if not self._begun.acquire(blocking=False):
            self.result()

    def result(self) -> _Result:
        if self._begun.acquire(blocking=False):
            return self._job()
        self._done.acquire()
        if self._fault is not None:
            raise self._fault
        return self._result
