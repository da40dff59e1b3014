"""The home folder that version 0.1.0 left, unzipped once, and what that version made of it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from rnndash.ui.services import run_queue
from tests.homes import link_corpora

VERSION_0_1 = Path(__file__).parent / "version_0_1"


@pytest.fixture(scope="session")
def expected() -> Callable[[str], Any]:
    """What version 0.1.0 gave, by the name of a file in `version_0_1/expected`."""

    def expected(name: str) -> Any:
        return json.loads((VERSION_0_1 / "expected" / f"{name}.json").read_text(encoding="utf-8"))

    return expected


@pytest.fixture(scope="module")
def old_home(encoded_corpora, tmp_path_factory) -> Path:
    """A home folder of version 0.1.0: five runs, an uploaded file, results of the memory task.

    Its texts are encoded already.
    """
    home = tmp_path_factory.mktemp("old") / "home"
    shutil.unpack_archive(VERSION_0_1 / "home.zip", home)
    link_corpora(encoded_corpora, home)
    return home


@pytest.fixture
def home(old_home, environment, monkeypatch) -> Path:
    """The same folder, in use. `environment` comes first, which names another one."""
    monkeypatch.setenv("RNNDASH_HOME", str(old_home))
    return old_home


@pytest.fixture(scope="module")
def _services() -> Iterator[None]:
    """One queue for all links of a module: opening a page is quick once its files are open."""
    st.cache_resource.clear()
    yield
    run_queue().close()
    st.cache_resource.clear()
