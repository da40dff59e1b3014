"""The pages opened first do not import pandas, which takes as long as the page."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnndash.runs.shipped import shipped_store

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
TRAIN = """
from rnndash.runs.queue import RunQueue
from streamlit.testing.v1 import AppTest
RunQueue.warm_up = lambda _: None
app = AppTest.from_file("streamlit_app.py", default_timeout=600)
app.query_params["comparison"] = sys.argv[1]
app.switch_page("pages/train.py").run()
assert not app.exception, app.exception
assert len(app.get("bidi_component")) == 2  # the charts' library, and the curves
"""
LATEST = """
from rnndash.ui.home.latest import show_latest
show_latest()  # not in the harness, for which Streamlit sends tables in another way
"""
CODE = """
import sys
{}
assert "pandas" not in sys.modules
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
    )
    assert result.returncode == 0, result.stderr
