"""Pages in Streamlit's own test harness, with a queue and a home of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnndash.runs.store import RunStore
from rnndash.ui.services import run_queue
from tests.corpora import write_ag_news

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_services(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr("rnndash.runs.queue.RunQueue.warm_up", lambda _: None)
    st.cache_resource.clear()
    yield
    run_queue().close()
    st.cache_resource.clear()


@pytest.fixture
def data_dir(tmp_path, monkeypatch) -> Path:
    """A small AG News."""
    write_ag_news(tmp_path / "data")
    monkeypatch.setenv("RNNDASH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def store(environment) -> RunStore:
    """The runs that the pages see."""
    return RunStore(environment / "runs")


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Open a page by its file's name, with the query string of a link."""

    def open_page(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=30)
        for key, value in query.items():
            app.query_params[key] = value
        if name != "home":
            app.switch_page(f"pages/{name}.py")
        app.run()
        assert not app.exception
        return app

    return open_page
