"""A page that only shows runs must open quickly: PyTorch stays in the workers."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CODE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=30)
if sys.argv[1] != "home":
    app.switch_page(f"pages/{sys.argv[1]}.py")
app.run()
assert not app.exception, app.exception
heavy = {"torch", "torchtext"} & set(sys.modules)
assert not heavy, heavy
import os
os._exit(0)  # past the workers that are getting ready
"""


COMPUTING = {"inside", "packing", "predict"}
"""Pages that show what PyTorch itself does."""
PAGES = sorted({path.stem for path in (ROOT / "pages").glob("*.py")} - COMPUTING)


@pytest.mark.parametrize("page", PAGES)
def test_page_is_drawn_without_torch(page):
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, page],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
