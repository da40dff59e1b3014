import re
import threading
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from torch import nn

from rnndash.errors import BusyError, ConfigError
from rnndash.packing import timing
from rnndash.packing.timing import (
    packed_pass,
    padded_pass,
    sweep,
    sweep_shapes,
    time_batches,
    timing_conditions,
)
from tests.packing.drawn import LENGTHS
from tests.waiting import PATIENCE_S

SIZES = {"embed_dim": 4, "hidden_dim": 3}
few = settings(max_examples=15)


def _network(lengths):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(len(lengths), max(lengths), 4, generator=generator, requires_grad=True)
    return nn.LSTM(4, 3, batch_first=True), x, torch.tensor(lengths)


@few
@given(LENGTHS)
def test_both_passes_compute_the_same_states(lengths):
    network = _network(lengths)
    torch.testing.assert_close(padded_pass(*network), packed_pass(*network))


def test_both_passes_compute_the_same_gradients():
    lstm, x, lengths = _network([7, 3, 1, 5])
    leaves = [x, *lstm.parameters()]
    padded, packed = (
        torch.autograd.grad(way(lstm, x, lengths).sum(), leaves)
        for way in (padded_pass, packed_pass)
    )
    torch.testing.assert_close(padded, packed)


def time_step(lengths, **settings):
    """The times of one batch."""
    (step,) = time_batches([lengths], **settings)
    return step


@pytest.fixture(scope="module")
def step():
    return time_step([6, 2, 1], repeats=4, **SIZES)


def test_step_says_what_was_timed(step):
    assert (step.lengths, step.padding_share, step.repeats) == ((6, 2, 1), 0.5, 4)


@pytest.mark.parametrize("way", ["padded", "packed"])
def test_median_lies_between_the_fastest_and_the_slowest(step, way):
    fastest, slowest = getattr(step, f"{way}_range_ms")
    assert 0 < fastest <= getattr(step, f"{way}_ms") <= slowest


def test_times_are_median_and_range_of_the_passes_that_count(monkeypatch):
    """The first of each kind does not count: here the slowest by far."""
    times_ms = {padded_pass: iter([90.0, 3.0, 1.0, 2.0]), packed_pass: iter([80.0, 7.0, 9.0, 4.0])}
    monkeypatch.setattr(timing, "_timed_ms", lambda way, *_: next(times_ms[way]))
    step = time_step([3, 1], repeats=3, **SIZES)
    assert (step.padded_ms, step.padded_range_ms) == (2.0, (1.0, 3.0))
    assert (step.packed_ms, step.packed_range_ms) == (7.0, (4.0, 9.0))


def test_passes_alternate_after_one_of_each_that_is_not_timed(monkeypatch):
    calls = []
    for name in ("padded_pass", "packed_pass"):
        way = getattr(timing, name)
        monkeypatch.setattr(timing, name, lambda *a, n=name, w=way: calls.append(n) or w(*a))
    time_step([3, 1], repeats=2, **SIZES)
    assert calls == ["padded_pass", "packed_pass"] * 3


def test_spent_budget_still_gives_one_repetition():
    assert time_step([3, 1], repeats=50, budget_s=0, **SIZES).repeats == 1


def test_budget_is_honoured_between_repetitions(monkeypatch):
    clock = iter(range(1_000))
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    assert time_step([3, 1], repeats=50, budget_s=20, **SIZES).repeats < 10


def test_timing_leaves_the_global_random_state_alone():
    before = torch.get_rng_state()
    time_step([3, 1], repeats=1, **SIZES)
    assert torch.equal(torch.get_rng_state(), before)


def test_timing_leaves_the_number_of_threads_alone():
    before = torch.get_num_threads()
    time_step([3, 1], repeats=1, **SIZES)
    assert torch.get_num_threads() == before


def test_shapes_go_from_equal_rows_to_one_long_row():
    shapes = sweep_shapes(3, 13)
    assert shapes == tuple((13, s, s) for s in (13, 11, 9, 7, 5, 3, 1))


def test_short_rows_give_as_many_shapes_as_there_are_lengths():
    assert sweep_shapes(2, 3) == ((3, 3), (3, 2), (3, 1))


def test_sweep_times_every_shape():
    steps = list(sweep(4, 13, repeats=1, **SIZES))
    assert tuple(step.lengths for step in steps) == sweep_shapes(4, 13)


def test_padding_grows_along_a_sweep_from_none():
    shares = [step.padding_share for step in sweep(4, 13, repeats=1, **SIZES)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, pytest.approx(36 / 52))


def test_sweep_whose_budget_is_spent_ends_after_its_first_shape():
    assert len(list(sweep(4, 13, repeats=5, budget_s=0, **SIZES))) == 1


def test_sweep_lets_others_measure_between_its_shapes():
    steps = sweep(4, 13, repeats=1, **SIZES)
    next(steps)
    assert time_step([2, 1], repeats=1, **SIZES).repeats == 1


def test_measurement_that_waits_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(timing, "WAIT_S", 0)
    message = "Another measurement of times is running on this server.* Try again in a moment"
    with timing._alone(), pytest.raises(BusyError, match=message):
        time_step([3, 1], repeats=1, **SIZES)


def test_measurement_waits_for_the_one_before_it(monkeypatch):
    monkeypatch.setattr(timing, "WAIT_S", PATIENCE_S)
    done = []
    with timing._alone():
        other = threading.Thread(target=lambda: done.append(time_step([3, 1], **SIZES)))
        other.start()
        before = list(done)
    other.join(PATIENCE_S)
    assert (len(before), len(done)) == (0, 1)


def test_failed_measurement_lets_the_next_one_in(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(timing, "_timed_ms", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            time_step([3, 1], **SIZES)
    assert time_step([3, 1], repeats=1, **SIZES).repeats == 1


def test_conditions_name_threads_version_sizes_and_fewest_repetitions(step):
    once = time_step([3, 1], repeats=1, **SIZES)
    conditions = timing_conditions([step, once], **SIZES)
    said = (conditions.device, conditions.torch_version, conditions.repeats)
    assert said == ("CPU, 1 thread", torch.__version__, 1)
    assert (conditions.embed_dim, conditions.hidden_dim) == (4, 3)


def test_conditions_name_processor_cores_and_system(step):
    assert re.fullmatch(r".+, \d+ cores, \w+", timing_conditions([step], **SIZES).machine)


@pytest.mark.parametrize(
    ("lengths", "changes", "message"),
    [
        ([], {}, "from 1 to 512 rows of 1 to 2,000 tokens; 0 rows of up to 0 came"),
        ([3, 0], {}, "from 1 to 512 rows of 1 to 2,000 tokens; 2 rows of up to 3 came"),
        ([1] * 513, {}, "from 1 to 512 rows of 1 to 2,000 tokens; 513 rows of up to 1 came"),
        ([2_001], {}, "from 1 to 512 rows of 1 to 2,000 tokens; 1 rows of up to 2,001 came"),
        ([1], {"hidden_dim": 257}, "Hidden size (hidden_dim) must be a whole number"),
        ([1], {"embed_dim": 301}, "Embedding size (embed_dim) must be a whole number"),
        ([1], {"repeats": 0}, "From 1 to 100 repetitions can be timed; 0 came."),
        ([1_000] + [1] * 100, {}, "101,000 cells, and up to 100,000 are allowed"),
        (
            [200] + [1] * 99,
            {"embed_dim": 300, "hidden_dim": 256},
            "11,386,880,000 multiplications, and up to 2,000,000,000 are allowed",
        ),
        (
            [2_000] * 49,
            {"hidden_dim": 32, "embed_dim": 1},
            "25,088,000,000 numbers filled in the packed backward pass, and up to 400,000,000 are",
        ),
    ],
)
def test_batch_too_large_to_be_timed_is_an_error(lengths, changes, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        time_step(lengths, **(SIZES | changes))


@pytest.mark.parametrize(("rows", "longest"), [(1, 10), (513, 10), (4, 0), (4, 2_001)])
def test_sweep_outside_its_limits_is_an_error_before_anything_is_timed(rows, longest):
    with pytest.raises(ConfigError, match="A batch to time has from 2 to 512 rows"):
        sweep(rows, longest, **SIZES)
