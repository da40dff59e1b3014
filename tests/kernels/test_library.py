import subprocess
import sys

import numpy as np
import pytest

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
    """Of `rows.number_words`: two texts, the second of one word."""
    return {
        "tokens": np.array([[7, 3, 7], [3, 0, 0]]),
        "sizes": np.array([2, 1, 1]),
        "places": np.full(9, -1),
        "index": np.zeros((3, 2), dtype=np.int64),
        "words": np.zeros(6, dtype=np.int64),
        "count": np.zeros(1, dtype=np.int64),
    }


def test_words_of_a_batch_are_numbered_in_the_order_of_the_steps(arguments):
    library.load_loops()["rows.number_words"](*arguments.values())
    assert arguments["count"].tolist() == [2]
    assert arguments["words"][:2].tolist() == [7, 3]
    assert arguments["index"].tolist() == [[0, 1], [1, 0], [0, 0]]
    assert arguments["places"].tolist() == [-1] * 9


@pytest.mark.parametrize(
    ("name", "given", "came"),
    [
        ("sizes", np.array([2, 1, 1], dtype=np.int32), r"one of int32 \(3,\) came"),
        ("sizes", np.array([[2, 1, 1]]), r"one of int64 \(1, 3\) came"),
        ("sizes", np.array([2, 2, 1, 1, 1, 1])[::2], r"one of int64 \(3,\) came"),
        ("sizes", 3, r"3 came"),
    ],
    ids=["dtype", "dimensions", "order", "number"],
)
def test_argument_that_would_be_misread_is_refused(name, given, came, arguments):
    numbering = library.load_loops()["rows.number_words"]
    with pytest.raises(TypeError, match=f"takes an array of int64 in 1 dimensions.*; {came}"):
        numbering(*(arguments | {name: given}).values())


def test_missing_argument_is_refused(arguments):
    numbering = library.load_loops()["rows.number_words"]
    with pytest.raises(ValueError, match="argument 2 is longer"):
        numbering(*list(arguments.values())[:-1])


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
