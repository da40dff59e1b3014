import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnndash.errors import ConfigError
from rnndash.packing.costs import BATCH_SIZES, BatchingCost, batching_cost, cost_curve
from rnndash.packing.layout import lay_out
from rnndash.text.order import bucketed_order, epoch_order, split_rows
from tests.packing.drawn import rows_of

SIZES = st.lists(st.integers(1, 200), min_size=1, max_size=120).map(np.array)
MANY = np.random.default_rng(0).integers(1, 100, size=1_000)


@settings(max_examples=60)
@given(SIZES, st.integers(1, 64))
def test_cells_and_tokens_equal_those_of_a_loop(lengths, batch_size):
    order = epoch_order(len(lengths), seed=0, epoch=0)
    cost = batching_cost(lengths, order, batch_size, is_bucketed=False)
    parts = [lengths[rows] for rows in split_rows(order, batch_size)]
    expected = (sum(len(part) * max(part) for part in parts), sum(lengths))
    assert (cost.cells, cost.tokens) == expected


@settings(max_examples=30)
@given(SIZES, st.integers(1, 64))
def test_bytes_equal_those_of_all_batches_laid_out(lengths, batch_size):
    order = epoch_order(len(lengths), seed=0, epoch=0)
    cost = batching_cost(lengths, order, batch_size, is_bucketed=False)
    layouts = [lay_out(rows_of(lengths[rows])) for rows in split_rows(order, batch_size)]
    padded = sum(layout.padded_bytes for layout in layouts)
    packed = sum(layout.packed_bytes for layout in layouts)
    assert (cost.padded_bytes, cost.packed_bytes) == (padded, packed)


def test_texts_that_are_not_read_cost_nothing():
    lengths = np.array([5, 100, 3])
    assert batching_cost(lengths, np.array([0, 2]), 2, is_bucketed=False).cells == 10


def test_bucketed_order_costs_no_more_cells_than_a_shuffled_one():
    shuffled, bucketed = cost_curve(MANY, batch_sizes=(16,))
    assert bucketed.cells < shuffled.cells


def test_batches_of_one_text_have_no_padding():
    shuffled, bucketed = cost_curve(MANY, batch_sizes=(1,))
    assert (shuffled.padding_share, bucketed.padding_share) == (0, 0)


def test_curve_has_all_shuffled_then_all_bucketed():
    kinds = [(cost.is_bucketed, cost.batch_size) for cost in cost_curve(MANY)]
    assert kinds == [(way, size) for way in (False, True) for size in BATCH_SIZES]


@pytest.mark.parametrize("is_bucketed", [False, True])
def test_curve_equals_the_cost_of_training_s_own_order(is_bucketed):
    if is_bucketed:
        order = bucketed_order(MANY, batch_size=32, seed=5, epoch=0)
    else:
        order = epoch_order(len(MANY), seed=5, epoch=0)
    curve = cost_curve(MANY, batch_sizes=(32,), seed=5)
    assert curve[is_bucketed] == batching_cost(MANY, order, 32, is_bucketed)


def test_numbers_are_plain():
    cost = cost_curve(MANY, batch_sizes=(16,))[0]
    assert {type(getattr(cost, name)) for name in BatchingCost.__slots__} == {int, bool}


@pytest.mark.parametrize("batch_size", [0, 513])
def test_batch_size_outside_its_limits_is_an_error(batch_size):
    with pytest.raises(ConfigError, match="must be a whole number from 1 to 512"):
        cost_curve(MANY, batch_sizes=(batch_size,))
