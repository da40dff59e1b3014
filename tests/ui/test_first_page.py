"""What would make the first page slow."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_server_watches_no_files_unless_it_is_asked_to():
    """To find out which, it stands still after each run that has loaded something."""
    code = (
        "from streamlit import config; from streamlit.watcher import path_watcher\n"
        "kind = config.get_option('server.fileWatcherType')\n"
        "print(kind, path_watcher.get_path_watcher_class(kind).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["none", "NoOpPathWatcher"]
