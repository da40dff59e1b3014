"""What holds for every test: no test touches a user's folders or leaves a process behind."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

from rnndash.kernels.library import load_kernels
from tests.homes import be_patient, encode_for_all, link_corpora
from tests.processes import count_forked, count_started, end_processes_of

TESTS = Path(__file__).parent
SLOW_FIXTURES = {
    "browser",
    "clean_python",
    "installed",
    "queue",
    "resumed",
    "trained",
    "wheel",
}
"""What these give starts processes, or has trained a network."""
OWN_VARIABLES = ("RNNDASH_HOME", "RNNDASH_DATA_DIR", "RNNDASH_MAX_WORKERS")

hypothesis.settings.register_profile("rnndash", deadline=None, print_blob=True)
hypothesis.settings.load_profile("rnndash")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the markers
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what is slow by its folder or by what it asks for, so that nobody has to remember."""
    for item in items:
        if item.path.is_relative_to(TESTS / "browser"):
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("browser") or SLOW_FIXTURES & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory) -> Iterator[Path]:
    """Names for homes; to look for a free one among thousands would take longer than most tests."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def environment(request, _homes, monkeypatch) -> Iterator[Path]:
    """A home of its own for each test, and none of the user's settings.

    A slow test finds the small corpora and the built-in headlines encoded there. Whatever process
    it started has to have left at its end.
    """
    home = next(_homes)
    home.mkdir()
    is_slow = request.node.get_closest_marker("slow") is not None
    if is_slow:
        link_corpora(request.getfixturevalue("encoded_corpora"), home)
        be_patient(monkeypatch)
    monkeypatch.setenv("RNNDASH_HOME", str(home))
    before = count_started()
    yield home
    if count_started() > before or count_forked() > 0:
        left = end_processes_of(home)
        assert not left, f"processes were left over: {left}"
        assert is_slow, "this test starts a process: mark it with @pytest.mark.slow"


@pytest.fixture(scope="session")
def encoded_corpora(tmp_path_factory) -> Path:
    """The folder with texts that are encoded once for all tests."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then that is the folder of one of several processes
        shared = shared.parent
    return encode_for_all(shared / "encoded")


@pytest.fixture(scope="session", autouse=True)
def _ready_to_compute() -> None:
    """One thread, and kernels that no test has to compile first."""
    torch.set_num_threads(1)
    load_kernels()


@pytest.fixture(scope="session", autouse=True)
def _variables_of_processes() -> Iterator[None]:
    """What processes find in their environment, those of fixtures for many tests too."""
    paths = [str(TESTS / "started_processes"), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        for name in OWN_VARIABLES:
            patch.delenv(name, raising=False)
        yield
