"""What the files of loops share: their types, and how numba is to compile them."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]
Short = NDArray[np.int32]
_Loop = TypeVar("_Loop", bound=Callable[..., object])


def loop(function: _Loop) -> _Loop:
    """A function that is machine code alone: it makes no arrays and calls no Python.

    Of the liberties that compilers take with floats, only fused multiply-adds are allowed: others
    lose numbers that are not finite, by which a run is known to have failed.
    """
    options: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract"}}
    alone: dict[str, Any] = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled: _Loop = numba.njit(**options, **alone)(function)
    return compiled
