"""A real server and a real browser. Skipped where no Chromium is installed."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runs.waiting import wait_for

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
    """`streamlit run streamlit_app.py` on a free port of this machine."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it is healthy."""
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = ["--server.headless=true", "--server.address=127.0.0.1"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *options, f"--server.port={self.port}"],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ,
            )
        wait_for(self._is_healthy, "a healthy server")

    def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        self.process.terminate()
        self.process.wait(60)

    def _is_healthy(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return bool(answer.read() == b"ok")
        except urllib.error.URLError:
            return False


@pytest.fixture
def server(environment, tmp_path, request) -> Iterator[Server]:
    """A server with a home of its own."""
    server = Server(tmp_path / "server.log")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_tab(browser, server) -> Iterator[Callable[[str], object]]:
    """Open a path of the server in a tab of its own; fails on errors in the page's console."""
    errors: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1400})

    def open_tab(path: str) -> object:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url + path)
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        return page

    yield open_tab
    context.close()
    assert errors == []
