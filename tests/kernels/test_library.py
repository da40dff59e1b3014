import subprocess
import sys

import numpy as np
import pytest
import torch

from rnndash.kernels import library
from rnndash.kernels.signatures import SIGNATURES


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """As if the loops were never loaded; machine code is kept in a folder of the test's own."""
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    library.load_loops.cache_clear()
    yield tmp_path
    library.load_loops.cache_clear()


@pytest.fixture
def arguments():
    """Of `rows.lay_out`: two texts, the first of one word."""
    return {
        "ids": np.array([3, 7, 3, 7], dtype=np.int32),
        "starts": np.array([0, 1]),
        "lengths": np.array([1, 3]),
        "is_packed": 1,
        "places": np.full(9, -1),
        "order": np.zeros(2, dtype=np.int64),
        "ends": np.zeros(2, dtype=np.int64),
        "sizes": np.zeros(3, dtype=np.int64),
        "index": np.ones((3, 2), dtype=np.int64),
        "words": np.zeros(6, dtype=np.int64),
        "count": np.zeros(1, dtype=np.int64),
    }


LAID_OUT = {
    "order": [1, 0],
    "ends": [2, 0],
    "sizes": [2, 1, 1],
    "index": [[0, 1], [1, 0], [0, 0]],
    "words": [7, 3, 0, 0, 0, 0],
    "count": [2],
    "places": [-1] * 9,
}


def _same(array):
    return array


@pytest.mark.parametrize("given", [_same, torch.from_numpy, library.Held])
def test_loop_works_on_arrays_of_all_kinds_where_they_are(given, arguments):
    passed = [given(a) if isinstance(a, np.ndarray) else a for a in arguments.values()]
    library.load_loops()["rows.lay_out"](*passed)
    assert {name: arguments[name].tolist() for name in LAID_OUT} == LAID_OUT


@pytest.mark.parametrize("given", [_same, torch.from_numpy, library.Held])
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
    lay_out = library.load_loops()["rows.lay_out"]
    with pytest.raises(TypeError, match=f"takes an array of int64 in 1 dimensions.*; {came}"):
        lay_out(*(arguments | {"starts": given(array)}).values())


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("starts", 3, "takes an array of int64 in 1 dimensions, in C's order; 3 came"),
        ("is_packed", np.ones(1), r"takes a whole number; one of float64 \(1,\) came"),
        ("is_packed", 0.5, "takes a whole number; 0.5 came"),
    ],
)
def test_array_and_number_are_not_taken_for_each_other(name, given, message, arguments):
    lay_out = library.load_loops()["rows.lay_out"]
    with pytest.raises(TypeError, match=message):
        lay_out(*(arguments | {name: given}).values())


def test_missing_argument_is_refused(arguments):
    lay_out = library.load_loops()["rows.lay_out"]
    with pytest.raises(ValueError, match="argument 2 is longer"):
        lay_out(*list(arguments.values())[:-1])


def test_numba_is_not_loaded_to_run_the_loops():
    library.load_loops()
    code = (
        "import sys; from rnndash.kernels.library import load_loops\n"
        "assert load_loops(); assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_machine_code_is_compiled_once(fresh, monkeypatch):
    assert set(library.load_loops()) == set(SIGNATURES)
    assert [path.suffix for path in sorted(fresh.iterdir()) if path.suffix != ".lock"] == [".o"]
    monkeypatch.setattr(library, "_compile", lambda _: pytest.fail("compiled again"))
    library.load_loops.cache_clear()
    assert set(library.load_loops()) == set(SIGNATURES)


def test_without_numba_there_are_no_loops(fresh, monkeypatch):
    monkeypatch.setattr(library.importlib.util, "find_spec", lambda _: None)
    assert library.load_loops() is None


def test_loops_that_cannot_be_compiled_give_a_warning_and_none(fresh, monkeypatch):
    def fails(path):
        raise subprocess.CalledProcessError(1, "compile")

    monkeypatch.setattr(library, "_compile", fails)
    with pytest.warns(UserWarning, match="cannot be compiled: .*PyTorch's own are used"):
        assert library.load_loops() is None
