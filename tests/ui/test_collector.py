"""In a process of its own, since the collector is the whole process'."""

import subprocess
import sys

CODE = """
import gc, weakref
from rnndash.ui.collector import pass_over_what_is_loaded

class Ring:
    def __init__(self):
        self.itself = self

pass_over_what_is_loaded()
frozen = gc.get_freeze_count()
assert frozen > 1_000, frozen
later = weakref.ref(Ring())
pass_over_what_is_loaded()
assert gc.get_freeze_count() <= frozen, "once is enough"
gc.collect()
assert later() is None
"""


def test_what_comes_later_is_collected_as_before():
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
