"""Pages in Streamlit's own test harness, with a queue and a home of their own."""

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from rnndash.config.corpus_name import CorpusName
from rnndash.config.model_kind import ModelKind
from rnndash.config.run_config import RunConfig
from rnndash.results import RunState
from rnndash.runs.queue import RunQueue
from rnndash.runs.store import RunStore
from rnndash.ui.services import run_queue
from tests.corpora import write_ag_news
from tests.homes import home_for_many, link_corpora
from tests.ui.screen import Screen, record
from tests.waiting import PATIENCE_S, wait_until_at_rest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def _one_search_for_components() -> Iterator[None]:
    """Streamlit looks through all installed packages at each run of a page in the test harness."""
    found = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture(autouse=True)
def _own_services(environment, encoded_corpora, monkeypatch) -> Iterator[None]:
    link_corpora(encoded_corpora, environment)
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


@pytest.fixture(scope="session")
def _trained_runs(encoded_corpora, tmp_path_factory) -> RunStore:
    """Runs trained once for all tests: a simple RNN and a packed LSTM together, and a deep GRU."""
    folder = tmp_path_factory.mktemp("trained")
    small = RunConfig(model=ModelKind.RNN, corpus=CorpusName.AG_NEWS, samples=400)
    deep = replace(small, num_layers=2, bidirectional=True, hidden_dim=8)
    with home_for_many(folder / "home", encoded_corpora, folder / "data") as home:
        store = RunStore(home / "runs")
        with RunQueue(store, max_workers=3) as queue:
            queue.submit([small.for_model(kind) for kind in (ModelKind.RNN, ModelKind.PACKED_LSTM)])
            queue.submit([deep.for_model(ModelKind.GRU)])
            for run_id in store.run_ids():
                assert wait_until_at_rest(store, run_id).state is RunState.FINISHED
    return store


@pytest.fixture
def trained(_trained_runs, store, data_dir) -> Callable[..., list[str]]:
    """Copy trained runs of these models into the store; returns their ids."""

    def trained(*models: str) -> list[str]:
        run_ids = [
            run_id
            for run_id in _trained_runs.run_ids()
            if _trained_runs.record(run_id).config.model in models
        ]
        for run_id in run_ids:
            shutil.copytree(_trained_runs.folder(run_id).path, store.root / run_id)
        return run_ids

    return trained


@pytest.fixture
def screen(monkeypatch) -> Screen:
    """What is shown from now on; with a session and a link that are empty."""
    return record(monkeypatch, st)


@pytest.fixture
def open_page() -> Callable[..., AppTest]:
    """Open a page by its file's name, with the query string of a link."""

    def open_page(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_S)
        for key, value in query.items():
            app.query_params[key] = value
        if name != "home":
            app.switch_page(f"pages/{name}.py")
        app.run()
        assert not app.exception
        return app

    return open_page
