import subprocess
import sys

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
