import numpy as np
import pytest
import torch

from rnndash.kernels import collate
from rnndash.kernels.arrays import ArrayView, Int64Vector
from rnndash.kernels.kernel import Kernel, kernel
from rnndash.kernels.library import all_kernels, load_kernels


@pytest.fixture(autouse=True)
def _loaded():
    assert load_kernels()


@pytest.fixture
def arguments():
    """Of `collate.collate`: two texts, the first of one word."""
    return {
        "ids": np.array([3, 7, 3, 7], dtype=np.int32),
        "offsets": np.array([0, 1, 4]),
        "all_labels": np.array([2, 0]),
        "rows": np.array([0, 1]),
        "is_packed": 1,
        "word_numbers": np.full(9, -1),
        "lengths": np.zeros(2, dtype=np.int64),
        "labels": np.zeros(2, dtype=np.int64),
        "order": np.zeros(2, dtype=np.int64),
        "last_steps": np.zeros(2, dtype=np.int64),
        "batch_sizes": np.zeros(3, dtype=np.int64),
        "input_rows": np.ones((3, 2), dtype=np.int64),
        "words": np.zeros(6, dtype=np.int64),
        "counts": np.zeros(2, dtype=np.int64),
    }


COLLATED = {
    "lengths": [1, 3],
    "labels": [2, 0],
    "order": [1, 0],
    "last_steps": [2, 0],
    "batch_sizes": [2, 1, 1],
    "input_rows": [[0, 1], [1, 0], [0, 0]],
    "words": [7, 3, 0, 0, 0, 0],
    "counts": [2, 4],
    "word_numbers": [-1] * 9,
}


def _same(array):
    return array


@pytest.mark.parametrize("given", [_same, torch.from_numpy, ArrayView])
def test_kernel_works_on_arrays_of_all_kinds_where_they_are(given, arguments):
    passed = {n: given(a) if isinstance(a, np.ndarray) else a for n, a in arguments.items()}
    collate.collate(**passed)
    assert {name: arguments[name].tolist() for name in COLLATED} == COLLATED


@pytest.mark.parametrize("given", [_same, torch.from_numpy, ArrayView])
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
    with pytest.raises(
        TypeError, match=rf"takes a contiguous array of int64 in 1 dimension\(s\) for rows; {came}"
    ):
        collate.collate(**(arguments | {"rows": given(array)}))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("rows", 3, r"takes a contiguous array of int64 in 1 dimension\(s\) for rows; 3 came"),
        ("is_packed", np.ones(1), r"takes an integer for is_packed; one of float64 \(1,\) came"),
        ("is_packed", 0.5, "takes an integer for is_packed; 0.5 came"),
    ],
)
def test_array_and_number_are_not_taken_for_each_other(name, given, message, arguments):
    with pytest.raises(TypeError, match=message):
        collate.collate(**(arguments | {name: given}))


def test_arguments_by_position_and_by_name_are_put_together(arguments):
    ids, offsets, *_ = arguments.values()
    rest = dict(reversed(arguments.items()))
    collate.collate(ids, offsets, **{n: a for n, a in rest.items() if n not in ("ids", "offsets")})
    assert {name: arguments[name].tolist() for name in COLLATED} == COLLATED


@pytest.mark.parametrize(
    ("changes", "named"),
    [({}, "offsets, all_labels"), ({"idz": 1}, "offsets, all_labels, .*, counts, idz")],
    ids=["missing", "unknown"],
)
def test_missing_argument_is_refused_with_the_names_of_all(changes, named, arguments):
    del arguments["ids"]
    message = rf"takes the arguments ids, offsets, .*; 0 came without a name, and {named}"
    with pytest.raises(TypeError, match=message):
        collate.collate(**(arguments | changes))


def test_kernel_without_machine_code_says_what_to_do():
    @kernel
    def idle(rows: Int64Vector) -> None:
        """Does nothing."""

    with pytest.raises(
        RuntimeError, match=r"of test_kernel\.idle is not loaded\. Call .*load_kernels"
    ):
        idle(np.arange(3))


def test_annotations_of_a_kernel_are_its_signature():
    @kernel
    def idle(rows: Int64Vector, until: int, is_packed: bool) -> None:
        """Does nothing."""

    assert isinstance(idle, Kernel)
    assert idle.signature == ("i8[::1]", "i8", "i8")


def test_no_two_kernels_have_one_name():
    names = [each.name for each in all_kernels()]
    assert len(names) == len(set(names)) == 14


def test_array_in_another_byte_order_is_refused(arguments):
    rows = arguments["rows"].astype(arguments["rows"].dtype.newbyteorder())
    with pytest.raises(
        TypeError, match=r"takes a contiguous array of int64 in 1 dimension\(s\) for rows"
    ):
        collate.collate(**(arguments | {"rows": rows}))
