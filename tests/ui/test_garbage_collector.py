"""The garbage collector's settings, in a separate process, since they hold for a whole process."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CODE = """
import gc, weakref
from rnndash.ui.garbage_collector import freeze_loaded_objects

class Ring:
    def __init__(self):
        self.itself = self

freeze_loaded_objects()
frozen = gc.get_freeze_count()
assert frozen > 1_000, frozen
later = weakref.ref(Ring())
freeze_loaded_objects()
assert gc.get_freeze_count() <= frozen, "once is enough"
gc.collect()
assert later() is None
"""


WITH_TORCH = """
import gc
from streamlit.testing.v1 import AppTest

page = "import streamlit as st; from rnndash.ui.frame import require_frame; require_frame()"
app = AppTest.from_string(page).run()
assert gc.get_freeze_count() == 0
import torch
app.run()
assert gc.get_freeze_count() > 50_000
"""


def test_pytorch_is_passed_over_from_the_run_after_it_was_loaded():
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITH_TORCH], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def test_what_comes_later_is_collected_as_before():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
