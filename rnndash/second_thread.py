"""A thread beside the caller's, for work whose result is needed a little later."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

_Result = TypeVar("_Result")


class SecondThread:
    """Does jobs while the caller goes on, one after the other.

    A job that has not begun when its result is wanted is done by the caller: where all cores are
    busy, nobody waits for one. Python itself runs one thread at a time, so this is for jobs that
    spend their time in PyTorch or in compiled loops.

    Args:
        is_wanted: False lets the caller do all jobs itself; by default that is so on a machine
            with one core.
    """

    def __init__(self, *, is_wanted: bool = (os.cpu_count() or 1) > 1) -> None:
        self._pool = None
        if is_wanted:
            self._pool = ThreadPoolExecutor(
                1,
                thread_name_prefix="rnndash-second",
                # PyTorch counts threads for each thread that calls it
                initializer=torch.set_num_threads,
                initargs=(torch.get_num_threads(),),
            )

    def start(self, job: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin it as soon as the thread is free.

        Returns:
            What gives the job's result, or raises what it raised; to be called once.
        """
        if self._pool is None:
            return job
        future = self._pool.submit(job)
        return lambda: job() if future.cancel() else future.result()
