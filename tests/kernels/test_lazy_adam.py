"""What the kernels of lazy Adam leave alone, and how exact they are."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.compiled.adam_schedule import AdamSchedule
from rnndash.kernels import lazy_adam
from rnndash.kernels.library import load_kernels


@pytest.fixture(autouse=True)
def _loaded():
    assert load_kernels()


CODE = """
import mmap, sys, tempfile
import numpy as np
from rnndash.kernels import lazy_adam
from rnndash.kernels.library import load_kernels

until, ahead = 5, int(sys.argv[1])

def unwritable(array):
    file = tempfile.TemporaryFile()
    file.write(array.tobytes())
    file.flush()
    mapped = mmap.mmap(file.fileno(), array.nbytes, prot=mmap.PROT_READ)
    return np.frombuffer(mapped, array.dtype).reshape(array.shape)

p, m, v = (unwritable(np.ones((3, 4), np.float32)) for _ in range(3))
last_steps = unwritable(np.full(3, until + ahead))
constants = np.array([0.9, 0.999, 0.1, 0.001, 1e-8], np.float32)
schedule = np.ones((10, 8))
rows = np.arange(3)
load_kernels()
lazy_adam.apply_missed_steps(rows, until, p, m, v, last_steps, constants, schedule)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it maps memory in another way")
@pytest.mark.parametrize("ahead", [0, 1])
def test_rows_that_are_up_to_date_are_not_even_written_to(ahead):
    """A write would end the process."""
    done = subprocess.run([sys.executable, "-c", CODE, str(ahead)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _one_by_one(p, m, v, taken, until, rate, epsilon):
    """The formula of Adam in 64 bits, for a gradient of zero."""
    b1, b2 = float(np.float32(0.9)), float(np.float32(0.999))
    p, m, v = (array.astype(np.float64) for array in (p, m, v))
    for step in range(taken + 1, until + 1):
        m, v = b1 * m, b2 * v
        corrected = np.sqrt(v / (1 - 0.999**step))
        p = p - rate / (1 - 0.9**step) * m / (corrected + epsilon)
    return p, m, v


def _brought_up_to_date(taken, missed, gradient):
    """A row after steps without a gradient: by the kernel, and by the formula in 64 bits."""
    rng = np.random.default_rng(taken)
    m = (gradient * rng.normal(size=(1, 33))).astype(np.float32)
    v = (m * m * rng.uniform(0.01, 10, size=m.shape)).astype(np.float32)
    p = np.zeros_like(m)  # so that no rounding of a large number hides how far it moves
    until, rate, epsilon = taken + missed, 0.001, 1e-8
    expected = _one_by_one(p, m, v, taken, until, rate, epsilon)
    constants = np.array([0.9, 0.999, 0.1, 0.001, epsilon], np.float32)
    state = (np.full(1, taken), constants, AdamSchedule(rate, (0.9, 0.999)).until(until))
    rows, seen, spare = np.arange(1), np.empty_like(m), np.empty((2, 33), np.float32)
    lazy_adam.peek(rows, until, p, m, v, *state, spare, seen)
    lazy_adam.apply_missed_steps(rows, until, p, m, v, *state)
    np.testing.assert_array_equal(seen, p)
    return (p, m, v), expected


@given(
    taken=st.one_of(st.integers(1, 150), st.integers(1, 5_000)),
    missed=st.one_of(st.integers(1, 60), st.integers(1, 3_000)),
    gradient=st.sampled_from([1.0, 1e-3, 1e-6, 1e-8, 1e-10]),
)
@settings(max_examples=60)
def test_many_steps_at_once_are_as_exact_as_float32_can_tell(taken, missed, gradient):
    (p, m, v), expected = _brought_up_to_date(taken, missed, gradient)
    np.testing.assert_allclose(p, expected[0], rtol=2e-5, atol=1e-10)
    np.testing.assert_allclose(m, expected[1], rtol=2e-5, atol=1e-30)
    np.testing.assert_allclose(v, expected[2], rtol=2e-5, atol=1e-30)


@pytest.mark.parametrize(
    ("taken", "missed"),
    [(500, 69_500), (69_000, 700), (69_630, 1), (69_631, 2), (69_632, 40), (200_000, 30)],
)
def test_steps_beyond_the_end_of_the_table_are_as_exact(taken, missed):
    (p, m, _), expected = _brought_up_to_date(taken, missed, 0.1)
    np.testing.assert_allclose(p, expected[0], rtol=2e-5, atol=1e-10)
    np.testing.assert_allclose(m, expected[1], rtol=2e-5, atol=1e-30)


@pytest.mark.parametrize("step", [69_631, 69_632, 200_000])
def test_step_with_a_gradient_beyond_the_end_of_the_table_is_that_of_adam(step):
    rng = np.random.default_rng(0)
    p, m, v, g = (rng.random((1, 20)).astype(np.float32) for _ in range(4))
    mean, square = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    expected = p - 0.001 * mean / (np.sqrt(square) + 1e-8)
    constants = np.array([0.9, 0.999, 0.1, 0.001, 1e-8], np.float32)
    schedule = AdamSchedule(0.001, (0.9, 0.999)).until(step)
    lazy_adam.step(np.arange(1), step, p, m, v, np.full(1, step - 1), constants, schedule, g)
    np.testing.assert_allclose(p, expected, rtol=1e-6)
