"""Calls machine code with arrays.

A minibatch calls some ten loops with some ten arrays each, so what is asked of an array counts:
PyTorch tells the place of a tensor in a tenth of the time that NumPy takes.
"""

import ctypes
import struct
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnndash.kernels.signatures import field_types, kind

_SIZES = {"f4": 4, "f8": 8, "i4": 4, "i8": 8}
"""Bytes of a number, by numba's letters for its type."""
_TENSORS = {torch.float32: "f4", torch.float64: "f8", torch.int32: "i4", torch.int64: "i8"}


Array = NDArray[Any] | torch.Tensor


class Held:
    """An array that stays where it is, looked up once for many calls.

    Args:
        array: in C's order. It is kept, and must not be resized.
    """

    __slots__ = ("array", "fields", "kind")

    def __init__(self, array: Array) -> None:
        self.array = array
        self.kind, self.fields = _looked_up(array)


def _looked_up(array: object) -> tuple[tuple[str, int], tuple[int, ...]]:
    """The letters of its type with its number of dimensions, and how numba passes it on.

    Both are empty for what is no array in C's order in the processor's own memory.
    """
    if isinstance(array, torch.Tensor):
        if not (array.is_contiguous() and array.is_cpu):
            return ("", 0), ()
        letters, place = _TENSORS.get(array.dtype, ""), array.data_ptr()
    elif isinstance(array, np.ndarray) and array.flags.c_contiguous:
        dtype, place = array.dtype, array.__array_interface__["data"][0]
        letters = f"{dtype.kind}{dtype.itemsize}" if dtype.isnative else ""
    else:
        return ("", 0), ()
    shape = tuple(array.shape)
    size = step = _SIZES.get(letters, 0)
    strides: tuple[int, ...] = ()
    for length in reversed(shape):
        strides = (step, *strides)
        step *= length
    return (letters, len(shape)), (0, 0, step // max(size, 1), size, place, *shape, *strides)


class Loop:
    """A loop to be called with arrays, as `Held`, tensors or NumPy's, and whole numbers.

    Other threads run meanwhile. Its arguments' types and dimensions are checked, since it would
    read and write anything; lengths, and the numbers by which it finds a place, are the caller's.

    Args:
        address: of its machine code, which takes the address of the fields of its arguments.
        signature: what it takes, as in `SIGNATURES`.
    """

    def __init__(self, name: str, address: int, signature: tuple[str, ...]) -> None:
        self._name = name
        self._kinds = [kind(code) for code in signature]
        fields = 2 + sum(len(field_types(code)) for code in signature)
        self._pack = struct.Struct(f"={fields}q").pack
        self._call = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p)(address)
        self._returned = ctypes.c_void_p()
        self._first = [ctypes.addressof(self._returned), 0]

    def __call__(self, *arguments: Held | Array | int) -> None:
        """Run it.

        Raises:
            TypeError: an argument is not of the kind that it takes.
        """
        fields = self._first.copy()
        for argument, wanted in zip(arguments, self._kinds, strict=True):
            if isinstance(argument, Held):
                came, values = argument.kind, argument.fields
            elif isinstance(argument, int):
                came, values = _NUMBER, (argument,)
            else:
                came, values = _looked_up(argument)
            if came != wanted:
                raise TypeError(
                    f"{self._name} takes {_named(wanted)}; {_described(argument)} came."
                )
            fields += values
        if self._call(self._pack(*fields)):
            raise ArithmeticError(f"{self._name} did not come to its end.")


_NUMBER = ("i8", 0)


def _named(wanted: tuple[str, int]) -> str:
    letters, dimensions = wanted
    if not dimensions:
        return "a whole number"
    return f"an array of {np.dtype(letters)} in {dimensions} dimension(s), in C's order"


def _described(argument: object) -> str:
    array = argument.array if isinstance(argument, Held) else argument
    if isinstance(array, np.ndarray | torch.Tensor):
        return f"one of {str(array.dtype).removeprefix('torch.')} {tuple(array.shape)}"
    return repr(argument)
