"""What the loops over rows leave alone."""

import subprocess
import sys

import pytest

CODE = """
import mmap, sys, tempfile
import numpy as np
from rnndash.kernels.library import load_loops

until, ahead = 5, int(sys.argv[1])

def unwritable(array):
    file = tempfile.TemporaryFile()
    file.write(array.tobytes())
    file.flush()
    mapped = mmap.mmap(file.fileno(), array.nbytes, prot=mmap.PROT_READ)
    return np.frombuffer(mapped, array.dtype).reshape(array.shape)

p, m, v = (unwritable(np.ones((3, 4), np.float32)) for _ in range(3))
done = unwritable(np.full(3, until + ahead))
constants = np.array([0.9, 0.999, 0.1, 0.001, 1e-8], np.float32)
schedule = np.ones(10, np.float32)
rows = np.arange(3)
load_loops()["rows.catch_up"](rows, until, 1, p, m, v, done, constants, schedule, schedule)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it maps memory in another way")
@pytest.mark.parametrize("ahead", [0, 1])
def test_rows_that_are_as_far_already_are_not_even_written_to(ahead):
    """Another thread may be about to update them; a write would end the process."""
    done = subprocess.run([sys.executable, "-c", CODE, str(ahead)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
