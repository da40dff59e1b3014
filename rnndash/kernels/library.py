"""Loads the loops as machine code, which is made once for each machine and kept on disk.

Only the file of machine code and llvmlite, which links it, are loaded; numba stays out. The code
is kept where Python keeps its own, beside the source, or else in the folder of rnndash.
"""

import ctypes
import functools
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray

from rnndash.environment import read_environment
from rnndash.kernels.signatures import SIGNATURES

_SOURCES = Path(__file__).parent
_SIZES = {"f4": 4, "f8": 8, "i4": 4, "i8": 8}
"""Bytes of a number, by numba's letters for its type."""
_TENSORS = {torch.float32: "f4", torch.float64: "f8", torch.int32: "i4", torch.int64: "i8"}


class Held:
    """An array that stays where it is, looked up once for many calls.

    Args:
        array: in C's order. It is kept, and must not be resized.
    """

    __slots__ = ("array", "fields", "kind")

    def __init__(self, array: "Array") -> None:
        self.array = array
        self.kind, self.fields = _looked_up(array)


Array = NDArray[Any] | torch.Tensor


def _looked_up(array: object) -> tuple[tuple[str, int], tuple[int, ...]]:
    """The letters of its type with its number of dimensions, and how numba passes it on.

    Both are empty for what is no array in C's order.
    """
    if isinstance(array, torch.Tensor):
        if not array.is_contiguous():
            return ("", 0), ()
        letters, place = _TENSORS.get(array.dtype, ""), array.data_ptr()
    elif isinstance(array, np.ndarray) and array.flags.c_contiguous:
        letters, place = array.dtype.str[1:], array.__array_interface__["data"][0]
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

    Other threads run meanwhile. What it gets is checked, since it would read and write anything.

    Args:
        address: of its machine code, in numba's own calling convention: two pointers for what it
            returns, then each array as seven fields or more.
        signature: what it takes, as in `SIGNATURES`.
    """

    def __init__(self, name: str, address: int, signature: tuple[str, ...]) -> None:
        self._name = name
        self._kinds = [_kind(code) for code in signature]
        fields = 2 + sum(5 + 2 * dimensions if dimensions else 1 for _, dimensions in self._kinds)
        # pointers and whole numbers are passed alike
        self._call = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * fields)(address)
        self._returned = ctypes.c_void_p()
        self._first = [ctypes.addressof(self._returned), 0]

    def __call__(self, *arguments: Held | Array | int) -> None:
        """Run it.

        Raises:
            TypeError: an argument is not of the kind that it takes.
        """
        fields = self._first.copy()
        for argument, kind in zip(arguments, self._kinds, strict=True):
            if isinstance(argument, Held):
                came, values = argument.kind, argument.fields
            elif isinstance(argument, int):
                came, values = _NUMBER, (argument,)
            else:
                came, values = _looked_up(argument)
            if came != kind:
                raise TypeError(f"{self._name} takes {_named(kind)}; {_described(argument)} came.")
            fields += values
        if self._call(*fields):
            raise ArithmeticError(f"{self._name} did not come to its end.")


_NUMBER = ("i8", 0)


def _kind(code: str) -> tuple[str, int]:
    """The letters of its type, and the number of dimensions, 0 for a plain number."""
    return code[:2], code.count(",") + 1 if "[" in code else 0


def _named(kind: tuple[str, int]) -> str:
    letters, dimensions = kind
    if not dimensions:
        return "a whole number"
    return f"an array of {np.dtype(letters)} in {dimensions} dimensions, in C's order"


def _described(argument: object) -> str:
    array = argument.array if isinstance(argument, Held) else argument
    if isinstance(array, np.ndarray | torch.Tensor):
        return f"one of {str(array.dtype).removeprefix('torch.')} {tuple(array.shape)}"
    return repr(argument)


@functools.cache
def load_loops() -> Mapping[str, Loop] | None:
    """All loops under their names in `SIGNATURES`; None where there is no machine code.

    That is so where numba is not installed. Where it is, it compiles the loops if this machine has
    not them yet: some ten seconds. Of several processes that ask at the same time one compiles
    and the others wait for it. If that goes wrong, a warning says so.
    """
    if importlib.util.find_spec("numba") is None:
        return None
    try:
        path = _machine_code()
    except (OSError, subprocess.CalledProcessError) as error:
        warnings.warn(
            f"The loops of training cannot be compiled: {error}. PyTorch's own are used, which "
            "are several times slower.",
            stacklevel=2,
        )
        return None
    return _linked(path)


_engines: list[object] = []
"""Whoever lets go of an engine loses its machine code."""


def _linked(path: Path) -> dict[str, Loop]:
    import llvmlite.binding as llvm

    processor = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), processor)
    engine.add_object_file(llvm.ObjectFileRef.from_path(str(path)))
    engine.finalize_object()
    _engines.append(engine)
    return {
        name: Loop(name, engine.get_function_address(name), signature)
        for name, signature in SIGNATURES.items()
    }


def _machine_code() -> Path:
    """The file of machine code, made if it is not there."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    path = _folder() / f"loops-{_key()}.o"
    if not path.exists():
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                _compile(path)
    return path


def _folder() -> Path:
    beside = Path(importlib.util.cache_from_source(__file__)).parent
    if os.access(beside if beside.exists() else beside.parent, os.W_OK):
        folder = beside
    else:
        folder = read_environment().home / "loops"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key() -> str:
    """A name for the machine code: other loops, another compiler or processor, another name."""
    import llvmlite.binding as llvm

    parts = [
        *(path.read_bytes() for path in sorted(_SOURCES.glob("*.py"))),
        version("numba").encode(),
        llvm.get_host_cpu_name().encode(),
        llvm.get_host_cpu_features().flatten().encode(),
        f"{platform.system()} {platform.machine()} {sys.implementation.cache_tag}".encode(),
    ]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[
        :16
    ]


def _compile(path: Path) -> None:
    package = str(_SOURCES.parents[1])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    subprocess.run(
        [sys.executable, "-m", "rnndash.kernels.compile", str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)},
        stdin=subprocess.DEVNULL,
        check=True,
    )
