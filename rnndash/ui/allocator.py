"""What the C library does with memory that the server has freed."""

import contextlib
import ctypes
import sys

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Names of glibc's `mallopt`, from `malloc.h`."""
_LARGE_BYTES = 2**20
_ARENAS = 2


def return_large_blocks() -> None:
    """Make glibc return a block of a megabyte or more to the system as soon as it is freed.

    By default it stops doing so after the first block of a few megabytes, such as Plotly's
    JavaScript, and gives each thread a heap of its own. Streamlit runs each page in a thread, so
    the server's memory grew to twice what it needs (measured by `benchmarks/web.py`). Does nothing
    under other C libraries.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(AttributeError):  # not glibc
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_ARENA_MAX, _ARENAS)
