"""The first page that anybody opens does not wait for pandas, which takes as long as the page."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnndash.runs.shipped import shipped_store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TRAIN = """
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=30)
app.query_params["comparison"] = sys.argv[1]
app.switch_page("pages/train.py").run()
assert not app.exception, app.exception
assert len(app.get("bidi_component")) == 2  # the charts' library, and the curves
"""
LATEST = """
from rnndash.ui.latest import show_latest
show_latest()  # not in the harness, for which Streamlit sends tables in another way
"""
CODE = """
import os, sys
{}
assert "pandas" not in sys.modules
os._exit(0)  # past the workers that are getting ready
"""


@pytest.mark.parametrize("drawing", [TRAIN, LATEST])
def test_curves_and_tables_are_drawn_without_pandas(drawing):
    store = shipped_store()
    comparison = store.record(store.run_ids()[0]).comparison
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE.format(drawing), comparison],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
