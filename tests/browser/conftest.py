"""A real server and a real browser. Skipped where no Chromium is installed."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rnndash.errors import RunStateError
from rnndash.runs.store import Command, RunStore
from tests.homes import link_corpora
from tests.processes import end_processes_of
from tests.waiting import PATIENCE_S, wait_for, wait_until_at_rest

ROOT = Path(__file__).parents[2]
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
        if (found := shutil.which(name))
    ),
    None,
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


class Server:
    """`streamlit run streamlit_app.py` on a free port of this machine, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.store = RunStore(home / "runs")
        self._home = home
        self._log = home / "server.log"
        self._port = _free_port()
        self.start()

    @property
    def url(self) -> str:
        """Where it is found, without a path."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it is healthy."""
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = ["--server.headless=true", "--server.address=127.0.0.1"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *options, f"--server.port={self._port}"],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"RNNDASH_HOME": str(self._home)},
            )
        wait_for(self._is_healthy, "a healthy server")

    def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def close(self) -> None:
        """Stop it, and see that no worker is left over."""
        self.stop()
        assert end_processes_of(self._home) == []

    def clear(self) -> None:
        """Remove all runs."""
        for run_id in self.store.run_ids():
            with suppress(RunStateError):  # it is at rest
                self.store.command(run_id, Command.STOP)
            wait_until_at_rest(self.store, run_id)
            self.store.delete(run_id)

    def _is_healthy(self) -> bool:
        assert self._process.poll() is None, self._log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=PATIENCE_S) as answer:
                return bool(answer.read() == b"ok")
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_S * 1_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _warm_server(browser, encoded_corpora, tmp_path_factory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("server")
    link_corpora(encoded_corpora, home)
    server = Server(home)
    yield server
    server.close()


@pytest.fixture
def server(_warm_server) -> Iterator[Server]:
    """The server of all tests in a browser, without any runs."""
    yield _warm_server
    _warm_server.clear()


@pytest.fixture
def own_server(browser, environment) -> Iterator[Server]:
    """A server for one test alone, that may be stopped and started again."""
    server = Server(environment)
    yield server
    server.close()


@pytest.fixture
def store(server) -> RunStore:
    """The runs that the server has."""
    return server.store


@pytest.fixture
def open_tab(browser, request) -> Iterator[Callable[[str], object]]:
    """Open a path of the server in a tab of its own; fails on errors in the page's console."""
    is_own = "own_server" in request.fixturenames
    server = request.getfixturevalue("own_server" if is_own else "server")
    errors: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    context.set_default_timeout(PATIENCE_S * 1_000)

    def open_tab(path: str) -> object:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url + path)
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        return page

    yield open_tab
    context.close()
    assert errors == []
