"""Arrays as kernels take them: their types, and what is looked up of them at a call."""

from typing import Annotated, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray


class Array(Protocol):
    """What a kernel takes for an array: a tensor, a NumPy array, or an `ArrayView` of one."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> Any: ...

    def __setitem__(self, index: Any, value: Any, /) -> None: ...


# Beside each type what numba calls it. `::1`: the last dimension is contiguous, as in C.
Float32Vector = Annotated[Array, "f4[::1]"]
Float32Matrix = Annotated[Array, "f4[:,::1]"]
Float32Array3D = Annotated[Array, "f4[:,:,::1]"]
Float32Array4D = Annotated[Array, "f4[:,:,:,::1]"]
Float64Vector = Annotated[Array, "f8[::1]"]
Float64Matrix = Annotated[Array, "f8[:,::1]"]
Int32Vector = Annotated[Array, "i4[::1]"]
Int64Vector = Annotated[Array, "i8[::1]"]
Int64Matrix = Annotated[Array, "i8[:,::1]"]

ArrayType = tuple[str, int]
"""The letters of a number's type, as numba has them, and the number of dimensions."""

_BYTES = {"f4": 4, "f8": 8, "i4": 4, "i8": 8}
_LETTERS = {torch.float32: "f4", torch.float64: "f8", torch.int32: "i4", torch.int64: "i8"}


class ArrayView:
    """An array whose address, shape and strides were looked up once, for many calls.

    Args:
        array: contiguous, in the processor's own memory. It is kept, and must not be resized.
    """

    __slots__ = ("array", "fields", "type")

    def __init__(self, array: NDArray[Any] | torch.Tensor) -> None:
        self.array = array
        self.type, self.fields = look_up(array)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, index: Any, /) -> Any:
        return self.array[index]

    def __setitem__(self, index: Any, value: Any, /) -> None:
        self.array[index] = value


def look_up(array: object) -> tuple[ArrayType, tuple[int, ...]]:
    """The type of an array, and the numbers by which numba passes it on.

    PyTorch gives the address of a tensor in a tenth of the time that NumPy takes.

    Returns:
        Both empty for what is no contiguous array in the processor's own memory.
    """
    if isinstance(array, torch.Tensor):
        if not (array.is_contiguous() and array.is_cpu):
            return ("", 0), ()
        letters, address = _LETTERS.get(array.dtype, ""), array.data_ptr()
    elif isinstance(array, np.ndarray) and array.flags.c_contiguous:
        dtype, address = array.dtype, array.__array_interface__["data"][0]
        letters = f"{dtype.kind}{dtype.itemsize}" if dtype.isnative else ""
    else:
        return ("", 0), ()
    shape = tuple(array.shape)
    item_bytes = stride = _BYTES.get(letters, 0)
    strides: tuple[int, ...] = ()
    for length in reversed(shape):
        strides = (stride, *strides)
        stride *= length
    size = stride // max(item_bytes, 1)
    return (letters, len(shape)), (0, 0, size, item_bytes, address, *shape, *strides)


def field_types(array_type: ArrayType) -> list[str]:
    """The LLVM types of the numbers by which numba passes an argument on; each has eight bytes.

    An array is two pointers of Python's, not used here, its size, the bytes of a number, its
    address, its shape and its strides.
    """
    _, dimensions = array_type
    array = ["ptr", "ptr", "i64", "i64", "ptr", *["i64"] * (2 * dimensions)]
    return array if dimensions else ["i64"]
