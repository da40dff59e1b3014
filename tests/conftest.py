"""What holds for every test: no test touches a user's folders or leaves a process behind."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

from rnndash.environment import Environment
from rnndash.text.ag_news import AgNewsReader
from rnndash.text.encoded import load_encoded
from rnndash.text.headlines import HeadlinesReader
from tests.corpora import write_ag_news
from tests.processes import count_started, end_processes_of
from tests.waiting import PATIENCE_S

TESTS = Path(__file__).parent
SLOW_FIXTURES = {"browser", "clean_python", "open_queue", "queue", "trained_runs"}
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


@pytest.fixture(autouse=True)
def environment(request: pytest.FixtureRequest, tmp_path_factory, monkeypatch) -> Iterator[Path]:
    """A home of its own for each test, and none of the user's settings.

    A slow test finds the small corpora and the built-in headlines encoded there. Whatever process
    it started has to have left at its end.
    """
    home = tmp_path_factory.mktemp("home")
    is_slow = request.node.get_closest_marker("slow") is not None
    if is_slow:
        link_corpora(request.getfixturevalue("encoded_corpora"), home)
        monkeypatch.setattr("rnndash.runs.store._GRACE_S", PATIENCE_S)
        monkeypatch.setattr(
            "rnndash.runs.queue.RunQueue.close.__kwdefaults__", {"patience_s": PATIENCE_S}
        )
    monkeypatch.setenv("RNNDASH_HOME", str(home))
    before = count_started()
    yield home
    if count_started() > before:
        left = end_processes_of(home)
        assert not left, f"processes were left over: {left}"
        assert is_slow, "this test starts a process: mark it with @pytest.mark.slow"


@pytest.fixture(scope="session")
def encoded_corpora(tmp_path_factory) -> Path:
    """The built-in headlines and the corpora of `write_ag_news`, encoded once for all tests."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then that is the folder of one of several processes
        shared = shared.parent
    place = Environment(home=shared / "encoded", data_dir=None, max_workers=1)
    readers = [HeadlinesReader()]
    for size in (400, 4_000):
        data_dir = tmp_path_factory.mktemp("data")
        write_ag_news(data_dir, train=size)
        readers.append(AgNewsReader(data_dir=data_dir, cache_dir=data_dir))
    for reader in readers:
        load_encoded(reader, min_freq=1, folder=place.corpora_dir)
    return place.corpora_dir


def link_corpora(corpora: Path, home: Path) -> None:
    """Put encoded corpora into a home, without copying what is never written to."""
    shutil.copytree(
        corpora,
        home / "corpora",
        copy_function=os.link,
        ignore=shutil.ignore_patterns("*.lock"),
        dirs_exist_ok=True,
    )


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _variables_of_processes() -> Iterator[None]:
    """What processes find in their environment, those of fixtures for many tests too."""
    paths = [str(TESTS / "started_processes"), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        for name in OWN_VARIABLES:
            patch.delenv(name, raising=False)
        yield
