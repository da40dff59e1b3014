import numpy as np
import pytest
import torch

from rnndash.kernels.call import Held
from rnndash.kernels.library import load_loops


@pytest.fixture
def arguments():
    """Of `batches.lay_out`: two texts, the first of one word."""
    return {
        "ids": np.array([3, 7, 3, 7], dtype=np.int32),
        "offsets": np.array([0, 1, 4]),
        "all_labels": np.array([2, 0]),
        "rows": np.array([0, 1]),
        "is_packed": 1,
        "places": np.full(9, -1),
        "lengths": np.zeros(2, dtype=np.int64),
        "labels": np.zeros(2, dtype=np.int64),
        "order": np.zeros(2, dtype=np.int64),
        "ends": np.zeros(2, dtype=np.int64),
        "sizes": np.zeros(3, dtype=np.int64),
        "index": np.ones((3, 2), dtype=np.int64),
        "words": np.zeros(6, dtype=np.int64),
        "counts": np.zeros(2, dtype=np.int64),
    }


LAID_OUT = {
    "lengths": [1, 3],
    "labels": [2, 0],
    "order": [1, 0],
    "ends": [2, 0],
    "sizes": [2, 1, 1],
    "index": [[0, 1], [1, 0], [0, 0]],
    "words": [7, 3, 0, 0, 0, 0],
    "counts": [2, 4],
    "places": [-1] * 9,
}


def _same(array):
    return array


@pytest.mark.parametrize("given", [_same, torch.from_numpy, Held])
def test_loop_works_on_arrays_of_all_kinds_where_they_are(given, arguments):
    passed = [given(a) if isinstance(a, np.ndarray) else a for a in arguments.values()]
    load_loops()["batches.lay_out"](*passed)
    assert {name: arguments[name].tolist() for name in LAID_OUT} == LAID_OUT


@pytest.mark.parametrize("given", [_same, torch.from_numpy, Held])
@pytest.mark.parametrize(
    ("array", "came"),
    [
        (np.array([2, 1], dtype=np.int32), r"one of int32 \(2,\) came"),
        (np.array([[2, 1]]), r"one of int64 \(1, 2\) came"),
        (np.array([2, 2, 1, 1])[::2], r"one of int64 \(2,\) came"),
        (np.array([True, False]), r"one of bool \(2,\) came"),
    ],
    ids=["dtype", "dimensions", "order", "no number"],
)
def test_argument_that_would_be_misread_is_refused(array, came, given, arguments):
    lay_out = load_loops()["batches.lay_out"]
    with pytest.raises(TypeError, match=rf"takes an array of int64 in 1 dimension\(s\).*; {came}"):
        lay_out(*(arguments | {"rows": given(array)}).values())


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("rows", 3, r"takes an array of int64 in 1 dimension\(s\), in C's order; 3 came"),
        ("is_packed", np.ones(1), r"takes a whole number; one of float64 \(1,\) came"),
        ("is_packed", 0.5, "takes a whole number; 0.5 came"),
    ],
)
def test_array_and_number_are_not_taken_for_each_other(name, given, message, arguments):
    lay_out = load_loops()["batches.lay_out"]
    with pytest.raises(TypeError, match=message):
        lay_out(*(arguments | {name: given}).values())


def test_missing_argument_is_refused(arguments):
    lay_out = load_loops()["batches.lay_out"]
    with pytest.raises(ValueError, match="argument 2 is longer"):
        lay_out(*list(arguments.values())[:-1])


def test_array_in_another_byte_order_is_refused(arguments):
    rows = arguments["rows"].astype(arguments["rows"].dtype.newbyteorder())
    with pytest.raises(TypeError, match=r"takes an array of int64 in 1 dimension\(s\)"):
        load_loops()["batches.lay_out"](*(arguments | {"rows": rows}).values())
