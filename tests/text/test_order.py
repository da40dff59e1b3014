import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnndash.text.order import bucketed_order, epoch_order, split_rows


@given(st.integers(0, 500), st.integers(0, 2**31 - 1), st.integers(0, 19))
def test_order_visits_every_text_once(size, seed, epoch):
    assert sorted(epoch_order(size, seed=seed, epoch=epoch)) == list(range(size))


def test_order_does_not_depend_on_what_was_drawn_before():
    before = epoch_order(100, seed=3, epoch=1)
    np.random.default_rng().permutation(7)
    torch.manual_seed(9)
    epoch_order(100, seed=4, epoch=2)
    assert np.array_equal(epoch_order(100, seed=3, epoch=1), before)


def test_another_seed_gives_another_order():
    assert not np.array_equal(epoch_order(100, seed=0, epoch=0), epoch_order(100, seed=1, epoch=0))


def test_another_epoch_gives_another_order():
    assert not np.array_equal(epoch_order(100, seed=0, epoch=0), epoch_order(100, seed=0, epoch=1))


@pytest.mark.parametrize(
    ("seed", "epoch", "order"),
    [
        (0, 0, [4, 6, 2, 7, 3, 5, 9, 0, 8, 1]),
        (7, 2, [1, 5, 3, 4, 6, 9, 0, 8, 2, 7]),
    ],
)
def test_order_is_the_same_under_every_numpy(seed, epoch, order):
    assert epoch_order(10, seed=seed, epoch=epoch).tolist() == order


def test_last_batch_is_smaller_where_the_texts_do_not_divide():
    assert [len(rows) for rows in split_rows(np.arange(10), 4)] == [4, 4, 2]


@given(st.integers(0, 200), st.integers(1, 64))
def test_batches_in_a_row_are_the_order(size, batch_size):
    order = epoch_order(size, seed=0, epoch=0)
    parts = list(split_rows(order, batch_size))
    assert np.array_equal(np.concatenate([*parts, order[:0]]), order)


SIZES = st.lists(st.integers(1, 200), max_size=300).map(lambda sizes: np.array(sizes, np.int64))
LENGTHS = np.random.default_rng(0).integers(1, 200, size=1_003)


@given(SIZES, st.integers(1, 64), st.integers(0, 99))
def test_bucketed_order_visits_every_text_once(lengths, batch_size, seed):
    order = bucketed_order(lengths, batch_size=batch_size, seed=seed, epoch=0)
    assert sorted(order) == list(range(len(lengths)))


def test_bucketed_batches_in_one_pool_do_not_overlap_in_length():
    order = bucketed_order(LENGTHS, batch_size=16, seed=0, epoch=0)
    batches = sorted(sorted(LENGTHS[rows]) for rows in split_rows(order, 16))
    assert np.array_equal(np.concatenate(batches), np.sort(LENGTHS))


def test_bucketed_batches_come_shuffled():
    order = bucketed_order(LENGTHS, batch_size=16, seed=0, epoch=0)
    firsts = [LENGTHS[rows[0]] for rows in split_rows(order, 16)]
    assert firsts != sorted(firsts)


def test_short_batch_of_a_bucketed_order_holds_the_longest_of_the_last_pool():
    order = bucketed_order(LENGTHS, batch_size=16, seed=0, epoch=0)
    *_, last = split_rows(order, 16)
    assert sorted(LENGTHS[last]) == sorted(LENGTHS)[-(1_003 % 16) :]


def test_bucketed_batch_is_filled_from_one_pool():
    order = bucketed_order(LENGTHS, batch_size=4, seed=3, epoch=2)
    place = np.empty(len(LENGTHS), np.int64)
    place[epoch_order(len(LENGTHS), seed=3, epoch=2)] = np.arange(len(LENGTHS))
    pools = [set(place[rows] // (4 * 100)) for rows in split_rows(order, 4)]
    assert all(len(pool) == 1 for pool in pools)


@pytest.mark.parametrize("changes", [{"seed": 1}, {"epoch": 1}])
def test_another_seed_or_epoch_gives_another_bucketed_order(changes):
    first = {"batch_size": 16, "seed": 0, "epoch": 0}
    before, after = (bucketed_order(LENGTHS, **kw) for kw in (first, first | changes))
    assert not np.array_equal(before, after)


def test_bucketed_order_is_the_same_under_every_numpy():
    lengths = np.array([5, 3, 9, 1, 7, 2, 8])
    order = bucketed_order(lengths, batch_size=2, seed=0, epoch=0)
    assert order.tolist() == [1, 0, 4, 6, 3, 5, 2]
