"""A kernel: a typed Python function that is called as machine code.

A minibatch calls some ten kernels with some ten arrays each, so a call has to be cheap: all
arguments are packed into one block of memory, whose address is passed on.
"""

import ctypes
import inspect
import struct
from collections.abc import Callable
from typing import Generic, ParamSpec, get_type_hints

import numpy as np
import torch

from rnndash.kernels.arrays import ArrayType, ArrayView, field_types, look_up

_Parameters = ParamSpec("_Parameters")
_INTEGER: ArrayType = ("i8", 0)


class Kernel(Generic[_Parameters]):
    """A function whose calls run its machine code. Other threads run meanwhile.

    Types and dimensions of the arguments are checked, since machine code would read and write
    anything; shapes, and the numbers that are used as indices, are the caller's responsibility.

    Attributes:
        function: the Python function; its parameters are arrays of `rnndash.kernels.arrays`, int
            or bool.
        name: its module and its name, with a dot between.
        signature: the types of its parameters, as numba writes them.
    """

    def __init__(self, function: Callable[_Parameters, None]) -> None:
        self.function = function
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        hints = get_type_hints(function, include_extras=True)
        self._names = tuple(inspect.signature(function).parameters)
        self.signature = tuple(_numba_type(hints[name]) for name in self._names)
        self._types = [parse_type(code) for code in self.signature]
        fields = 2 + sum(len(field_types(array_type)) for array_type in self._types)
        self._pack = struct.Struct(f"={fields}q").pack
        self._returned = ctypes.c_void_p()
        self._first = [ctypes.addressof(self._returned), 0]
        self._run: Callable[[bytes], int] = self._refuse

    def load(self, address: int) -> None:
        """Take the machine code at `address`, which takes the address of the packed arguments."""
        self._run = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p)(address)

    def __call__(self, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        """Run it.

        Raises:
            TypeError: an argument is missing or has another type than the parameter.
            RuntimeError: the machine code is not loaded.
        """
        names, fields = self._names, self._first.copy()
        if len(args) + len(kwargs) != len(names):
            raise TypeError(self._wrong_arguments(len(args), kwargs))
        try:
            arguments = [*args, *[kwargs[name] for name in names[len(args) :]]]
        except KeyError:
            raise TypeError(self._wrong_arguments(len(args), kwargs)) from None
        for name, argument, wanted in zip(names, arguments, self._types, strict=True):
            if isinstance(argument, ArrayView):
                found, values = argument.type, argument.fields
            elif isinstance(argument, int):
                found, values = _INTEGER, (argument,)
            else:
                found, values = look_up(argument)
            if found != wanted:
                raise TypeError(
                    f"{self.name} takes {_described_type(wanted)} for {name}; "
                    f"{_described(argument)} came."
                )
            fields += values
        if self._run(self._pack(*fields)):
            raise ArithmeticError(f"{self.name} did not come to its end.")

    def _wrong_arguments(self, positional: int, named: dict[str, object]) -> str:
        return (
            f"{self.name} takes the arguments {', '.join(self._names)}; {positional} came without "
            f"a name, and {', '.join(named) or 'none'} by name."
        )

    def _refuse(self, _: bytes) -> int:
        raise RuntimeError(
            f"The machine code of {self.name} is not loaded. Call "
            "rnndash.kernels.library.load_kernels first."
        )


def kernel(function: Callable[_Parameters, None]) -> Kernel[_Parameters]:
    """Mark a function as a kernel. What it calls are plain functions of this folder."""
    return Kernel(function)


def parse_type(code: str) -> ArrayType:
    """A type as numba writes it, taken apart; a plain number has no dimensions."""
    return code[:2], code.count(",") + 1 if "[" in code else 0


def _numba_type(hint: object) -> str:
    if hint is int or hint is bool:
        return "i8"
    (code,) = getattr(hint, "__metadata__", ("",))
    return str(code)


def _described_type(array_type: ArrayType) -> str:
    letters, dimensions = array_type
    if not dimensions:
        return "an integer"
    return f"a contiguous array of {np.dtype(letters)} in {dimensions} dimension(s)"


def _described(argument: object) -> str:
    array = argument.array if isinstance(argument, ArrayView) else argument
    if isinstance(array, np.ndarray | torch.Tensor):
        return f"one of {str(array.dtype).removeprefix('torch.')} {tuple(array.shape)}"
    return repr(argument)
