"""The table for the closed form of many steps of Adam."""

import math

import numpy as np
import pytest

from rnndash.compiled.adam_schedule import AdamSchedule


def _moment(order, taken, steps, rate=0.01):
    b1, b2 = float(np.float32(0.9)), float(np.float32(0.999))
    total = 0.0
    for k in range(1, steps + 1):
        s = math.sqrt(1 - 0.999 ** (taken + k)) / b2 ** (k / 2)
        total += rate / (1 - 0.9 ** (taken + k)) * b1**k * s ** (order + 1)
    return total


@pytest.mark.parametrize("taken", [0, 1, 7, 1_000, 1_023, 1_024, 2_500])
@pytest.mark.parametrize("order", range(4))
def test_moments_are_the_sums_that_they_stand_for(taken, order):
    table = AdamSchedule(0.01, (0.9, 0.999)).until(taken).array
    assert table[taken, 2 + order] == pytest.approx(_moment(order, taken, 600), rel=1e-12)


def test_corrections_and_fading_are_those_of_adam():
    table = AdamSchedule(0.01, (0.9, 0.999)).until(50).array
    steps = np.arange(1, 51)
    np.testing.assert_allclose(table[1:51, 0], 0.01 / (1 - 0.9**steps))
    np.testing.assert_allclose(table[1:51, 1], 1 / np.sqrt(1 - 0.999**steps))
    np.testing.assert_allclose(table[:51, 6], np.float64(np.float32(0.9)) ** np.arange(51))
    np.testing.assert_allclose(table[:51, 7], np.float64(np.float32(0.999)) ** np.arange(51))


def test_numbers_do_not_depend_on_how_the_table_grew():
    at_once, by_and_by = AdamSchedule(0.01, (0.9, 0.999)), AdamSchedule(0.01, (0.9, 0.999))
    for step in range(0, 4_000, 300):
        by_and_by.until(step)
    assert np.array_equal(by_and_by.until(4_000).array, at_once.until(4_000).array)


def test_table_ends_where_all_later_steps_are_alike():
    schedule = AdamSchedule(0.01, (0.9, 0.999))
    table = schedule.until(10**9).array
    assert len(table) < 100_000
    assert table is schedule.until(10**12).array
    np.testing.assert_allclose(table[-1, :6], table[-2, :6], rtol=1e-12)
    assert table[-1, 6] == 0
    assert table[-1, 7] < 1e-29
