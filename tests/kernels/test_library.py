import os
import subprocess
import sys
import time

import pytest

from rnndash.kernels import library


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """As if the kernels were never loaded; machine code is kept in a folder of the test's own."""
    monkeypatch.setattr(library, "_folder", lambda: tmp_path)
    library.load_kernels.cache_clear()
    yield tmp_path
    library.load_kernels.cache_clear()


@pytest.mark.slow
def test_numba_is_not_loaded_to_run_kernels():
    library.load_kernels()
    code = (
        "import sys; from rnndash.kernels.library import load_kernels\n"
        "assert load_kernels(); assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_machine_code_is_compiled_once(fresh, monkeypatch):
    assert library.load_kernels() is True
    assert [path.suffix for path in sorted(fresh.iterdir()) if path.suffix != ".lock"] == [".o"]
    monkeypatch.setattr(library, "_compile", lambda _: pytest.fail("compiled again"))
    library.load_kernels.cache_clear()
    assert library.load_kernels() is True


def test_without_numba_there_are_no_kernels(fresh, monkeypatch):
    monkeypatch.setattr(library.importlib.util, "find_spec", lambda _: None)
    assert library.load_kernels() is False


def test_kernels_that_cannot_be_compiled_give_a_warning_and_none(fresh, monkeypatch):
    def fails(path):
        raise subprocess.CalledProcessError(1, "compile")

    monkeypatch.setattr(library, "_compile", fails)
    with pytest.warns(UserWarning, match="cannot be compiled: .*PyTorch's own are used"):
        assert library.load_kernels() is False


def _make_old(path, days):
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))


@pytest.mark.parametrize(
    ("name", "days", "is_kept"),
    [
        (f"kernels-{'ab' * 8}.o", 29, True),
        (f"kernels-{'ab' * 8}.o", 31, False),
        (f"loops-{'ab' * 8}.o", 31, False),
        (f"kernels-{'ab' * 8}.lock", 31, True),
        ("other.o", 31, True),
        (f".9999999-{'ab' * 8}.tmp", 1, False),
        (f".{os.getpid()}-{'ab' * 8}.tmp", 1, True),
    ],
    ids=["young", "old", "old name", "lock", "other", "left over", "of a live process"],
)
def test_old_machine_code_and_leftovers_go_before_compiling(
    fresh, monkeypatch, name, days, is_kept
):
    (fresh / name).touch()
    _make_old(fresh / name, days)
    monkeypatch.setattr(library, "_compile", lambda path: path.touch())
    library._machine_code()
    assert (fresh / name).exists() is is_kept


def test_machine_code_that_is_loaded_looks_young_and_nothing_is_deleted(fresh, monkeypatch):
    monkeypatch.setattr(library, "_compile", lambda path: path.touch())
    path = library._machine_code()
    other = fresh / f"kernels-{'ab' * 8}.o"
    other.touch()
    for each in (path, other):
        _make_old(each, 99)
    assert library._machine_code() == path
    assert time.time() - path.stat().st_mtime < 24 * 3600
    assert other.exists()
