"""What each loop takes, for those who compile it and those who call it.

In numba's letters: `f4` float32, `f8` float64, `i4` int32, `i8` int64, with a pair of brackets for
an array in C's order.
"""

_VECTOR, _MATRIX, _CUBE = "f4[::1]", "f4[:,::1]", "f4[:,:,::1]"
_NUMBERS, _INDEX = "i8[::1]", "i8[:,::1]"
_LAYERS = "f4[:,:,:,::1]"
_FORWARD = (
    _MATRIX, _INDEX, _NUMBERS, _MATRIX, _VECTOR, "i8", _CUBE, _CUBE, _CUBE, _CUBE
)  # fmt: skip
_BACKWARD = (
    _INDEX, _NUMBERS, _MATRIX, "i8", _CUBE, _CUBE, _CUBE, _CUBE, _CUBE, _MATRIX, _CUBE
)  # fmt: skip
_TABLES = (_VECTOR, "f8[:,::1]")
_STATE = (_MATRIX, _MATRIX, _MATRIX, _NUMBERS, *_TABLES)

SIGNATURES: dict[str, tuple[str, ...]] = {
    "cells.elman_forward": _FORWARD,
    "cells.elman_backward": _BACKWARD,
    "cells.lstm_forward": _FORWARD,
    "cells.lstm_backward": _BACKWARD,
    "cells.gru_forward": _FORWARD,
    "cells.gru_backward": _BACKWARD,
    "answers.answer": (_LAYERS, _NUMBERS, _NUMBERS, "i8", _MATRIX, _VECTOR, _MATRIX, _MATRIX),
    "answers.cross_entropy": (_MATRIX, _NUMBERS, _MATRIX, "f8[::1]"),
    "answers.back": (
        _MATRIX,
        _MATRIX,
        _NUMBERS,
        _NUMBERS,
        "i8",
        _MATRIX,
        _LAYERS,
        _MATRIX,
        _VECTOR,
    ),
    "batches.lay_out": ("i4[::1]", *[_NUMBERS] * 3, "i8", *[_NUMBERS] * 6, _INDEX, *[_NUMBERS] * 2),
    "rows.catch_up": (_NUMBERS, "i8", *_STATE),
    "rows.gather": (_NUMBERS, "i8", *_STATE, _MATRIX),
    "rows.look": (_NUMBERS, "i8", *_STATE, _MATRIX, _MATRIX),
    "rows.update": (_NUMBERS, _MATRIX, "i8", *_STATE),
}
"""Under each loop's file and name."""


def kind(code: str) -> tuple[str, int]:
    """The letters of a type, and the number of dimensions, 0 for a plain number."""
    return code[:2], code.count(",") + 1 if "[" in code else 0


def field_types(code: str) -> list[str]:
    """The types in which numba passes an argument on, in LLVM's words; each has eight bytes.

    An array is two pointers of Python's, not used here, its size, the bytes of a number, where it
    begins, its lengths and its strides.
    """
    _, dimensions = kind(code)
    array = ["ptr", "ptr", "i64", "i64", "ptr", *["i64"] * (2 * dimensions)]
    return array if dimensions else ["i64"]
