"""A thread beside the caller's, for work whose result is needed a little later."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rnndash.environment import count_cores

_Result = TypeVar("_Result")


class SecondThread:
    """Does jobs while the caller goes on, one after the other.

    A job that has not begun when its result is wanted is done by the caller; one that has begun is
    waited for, so a second thread costs time where all cores are busy. Python itself runs one
    thread at a time, so this is for jobs that spend their time in PyTorch or in compiled loops.

    Args:
        is_wanted: asked before each job; False leaves the job to the caller. By default a machine
            with one core wants none.
    """

    def __init__(self, is_wanted: Callable[[], bool] = lambda: count_cores() > 1) -> None:
        self._is_wanted = is_wanted
        self._pool: ThreadPoolExecutor | None = None

    def start(self, job: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin it as soon as the thread is free.

        Returns:
            What gives the job's result, or raises what it raised; to be called once.
        """
        if not self._is_wanted():
            return job
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="rnndash-second")
        try:
            future = self._pool.submit(job)
        except RuntimeError:  # the system gives no further thread
            self._pool, self._is_wanted = None, lambda: False
            return job
        return lambda: job() if future.cancel() else future.result()
