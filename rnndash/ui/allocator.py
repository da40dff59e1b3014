"""How the C library keeps the memory that the server has freed."""

import contextlib
import ctypes
import sys

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Names of glibc's `mallopt`, from `malloc.h`."""
_LARGE_BYTES = 2**20
_ARENAS = 2


def return_large_blocks() -> None:
    """Let glibc return a block of a megabyte or more to the system as soon as it is freed.

    By itself it stops doing so after the first one of a few megabytes, as Plotly's JavaScript is,
    and gives each thread a heap of its own: with a thread for each run of a page, the server's
    memory grew to twice of what it needs (measured by `benchmarks/web.py`). Other C libraries are
    left alone.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError):  # not glibc
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_ARENA_MAX, _ARENAS)
