"""Pages that only show runs do not import PyTorch, so that they open quickly."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CODE = """
import os, sys
from streamlit.testing.v1 import AppTest
from rnndash.runs.queue import RunQueue

RunQueue.warm_up = lambda _: None
for page in sys.argv[1:]:
    app = AppTest.from_file("streamlit_app.py", default_timeout=600)
    if page != "home":
        app.switch_page(f"pages/{page}.py")
    app.run()
    assert not app.exception, (page, app.exception)
    heavy = {"torch", "torchtext"} & set(sys.modules)
    assert not heavy, (page, heavy)
"""
COMPUTING = {"inside", "packing", "predict"}
"""Pages that show what PyTorch itself does."""
PAGES = sorted({path.stem for path in (ROOT / "pages").glob("*.py")} - COMPUTING)


def test_pages_are_drawn_without_torch():
    """All in one process, since none of them loads it."""
    assert PAGES == ["compare", "home", "train"]
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, *PAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
