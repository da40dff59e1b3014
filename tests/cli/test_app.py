"""`rnndash app`, with a real server."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from rnndash.app_files import app_script
from rnndash.cli.app import streamlit_command
from rnndash.cli.main import main
from tests.served_page import expected_color, open_page
from tests.waiting import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(tmp_path):
    """The address of a dashboard that was started in another folder than the checkout."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless", "true", "--server.address=127.0.0.1"]
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "rnndash", "app", "--port", str(port), *options],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def is_healthy():
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/_stcore/health", timeout=PATIENCE_S
            ):
                return True
        except urllib.error.URLError:
            return False

    try:
        wait_for(is_healthy, "a healthy server")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.mark.slow
@pytest.mark.slow
def test_app_in_another_folder_shows_its_pages_in_its_own_theme(url):
    served = open_page(url, "compare")
    assert served.errors == ()
    assert served.headings[0] == "Compare runs"
    assert served.primary_color == expected_color()


def test_port_and_options_of_streamlit_are_passed_on():
    command = streamlit_command(9000, ["--server.headless", "true"])
    assert command == [
        "run",
        str(app_script()),
        "--server.port=9000",
        "--server.headless",
        "true",
    ]


def test_no_port_leaves_it_to_streamlit():
    assert streamlit_command(None, []) == ["run", str(app_script())]


def test_option_of_streamlit_for_another_command_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["runs", "--server.headless=true"])
    assert "unrecognized arguments: --server.headless=true" in capsys.readouterr().err
