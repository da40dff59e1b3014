import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap

from rnndash.errors import ConfigError
from rnndash.results import Predictions
from rnndash.statistics import Interval, accuracy_interval, judge, smooth

COUNTS = st.integers(0, 3_000)
VALUES = st.lists(st.floats(-1e3, 1e3), max_size=50)
WEIGHTS = st.floats(0, 0.99)


def _tensorboard(values, weight):
    """The rule as TensorBoard's line chart states it, step by step."""
    last, seen = 0.0, 0
    is_constant = all(value == values[0] for value in values)
    smoothed = []
    for value in values:
        if is_constant or not math.isfinite(value):
            smoothed.append(value)
            continue
        last = last * weight + (1 - weight) * value
        seen += 1
        debias = 1.0 if weight == 1 else 1.0 - weight**seen
        smoothed.append(last / debias)
    return smoothed


@given(VALUES, WEIGHTS)
def test_smoothing_follows_tensorboard(values, weight):
    assert smooth(values, weight).tolist() == pytest.approx(_tensorboard(values, weight))


def test_smoothing_of_two_values_by_hand():
    # 0.5 * 0 + 0.5 * 1 = 0.5, divided by 0.5; 0.5 * 0.5 + 0.5 * 0 = 0.25, divided by 0.75.
    assert smooth([1.0, 0.0], 0.5).tolist() == pytest.approx([1.0, 1 / 3])


@given(VALUES)
def test_no_smoothing_changes_nothing(values):
    assert smooth(values, 0).tolist() == pytest.approx(values)


@given(st.floats(-1e3, 1e3), st.integers(1, 50), WEIGHTS)
def test_constant_series_stays_as_it_is(value, length, weight):
    assert smooth([value] * length, weight).tolist() == [value] * length


def test_value_that_is_not_finite_is_passed_on_and_counts_for_nothing():
    smoothed = smooth([1.0, math.nan, 0.0], 0.5).tolist()
    assert math.isnan(smoothed[1])
    assert [smoothed[0], smoothed[2]] == smooth([1.0, 0.0], 0.5).tolist()


@pytest.mark.parametrize("weight", [-0.1, 1.0, math.nan])
def test_smoothing_outside_its_limits_is_refused(weight):
    with pytest.raises(ConfigError, match="Smoothing goes from 0"):
        smooth([1.0, 2.0], weight)


def test_accuracy_interval_against_a_worked_example():
    # Wilson's interval of 81 of 263: Newcombe, Statistics in Medicine 17 (1998), table I.
    interval = accuracy_interval(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


@given(COUNTS, COUNTS)
def test_accuracy_interval_is_scipys(right, wrong):
    texts = right + wrong + 1
    expected = binomtest(right, texts).proportion_ci(0.95, method="wilson")
    interval = accuracy_interval(right, texts)
    assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=1e-12)


def _answers(right, digest="a"):
    is_right = np.array(right, dtype=bool)
    return Predictions(
        labels=np.zeros(len(is_right), dtype=np.int64),
        predicted=np.where(is_right, 0, 1),
        confidence=np.ones(len(is_right), dtype=np.float32),
        digest=digest,
    )


def _pair(both_right, only_first, only_second, both_wrong):
    first = [1] * both_right + [1] * only_first + [0] * only_second + [0] * both_wrong
    second = [1] * both_right + [0] * only_first + [1] * only_second + [0] * both_wrong
    return _answers(first), _answers(second)


def test_verdict_counts_who_was_right():
    verdict = judge(*_pair(5, 4, 3, 2))
    counts = (verdict.both_right, verdict.only_first, verdict.only_second, verdict.both_wrong)
    assert (*counts, verdict.texts) == (5, 4, 3, 2, 14)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p_value"),
    [
        # Two-sided binomial tails by hand: 2 * (1 + 10) / 2**10 and 2 / 2**5.
        (1, 9, 22 / 1024),
        (0, 5, 2 / 32),
        (4, 4, 1.0),
    ],
)
def test_p_value_is_the_exact_binomial_tail(only_first, only_second, p_value):
    assert judge(*_pair(20, only_first, only_second, 5)).p_value == pytest.approx(p_value)


@given(COUNTS, COUNTS)
def test_p_value_is_the_share_of_all_ways_to_split_the_texts(only_first, only_second):
    texts, ways, tail = only_first + only_second, 1, 0
    for number in range(min(only_first, only_second) + 1):
        tail += ways
        ways = ways * (texts - number) // (number + 1)
    expected = min(1.0, float(Fraction(2 * tail, 2**texts)))
    verdict = judge(*_pair(1, only_first, only_second, 0))
    assert verdict.p_value == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("counts", [(20, 1, 9, 5), (0, 5, 0, 1), (600, 80, 60, 260)])
def test_interval_is_the_one_of_scipys_bootstrap_but_for_chance(counts):
    first, second = _pair(*counts)
    change = first.is_right.astype(float) - second.is_right
    expected = bootstrap(
        (change,), np.mean, method="percentile", batch=100, rng=np.random.default_rng(1)
    ).confidence_interval
    interval = judge(first, second).interval
    ends = (interval.low, interval.high)
    assert ends == pytest.approx(tuple(expected), abs=0.1 * (expected.high - expected.low))


def test_bootstrap_interval_is_near_the_normal_one_for_many_texts():
    # The paired difference's standard error: sqrt(b + c - (b - c)**2 / n) / n.
    verdict = judge(*_pair(3_000, 400, 300, 300))
    error = math.sqrt(700 - 100**2 / 4_000) / 4_000
    assert verdict.difference == pytest.approx(0.025)
    assert verdict.interval.low == pytest.approx(0.025 - 1.96 * error, abs=0.001)
    assert verdict.interval.high == pytest.approx(0.025 + 1.96 * error, abs=0.001)


def test_runs_that_answer_alike_differ_by_nothing():
    verdict = judge(*_pair(10, 0, 0, 5))
    assert (verdict.p_value, verdict.interval) == (1.0, Interval(low=0.0, high=0.0))
    assert not verdict.is_significant


def test_same_runs_get_the_same_verdict_again():
    assert judge(*_pair(50, 9, 4, 5)) == judge(*_pair(50, 9, 4, 5))


def test_runs_on_different_texts_are_not_compared():
    with pytest.raises(ConfigError, match="tested on different texts"):
        judge(_answers([1, 0]), _answers([1, 0], digest="b"))


@pytest.mark.parametrize("texts", [1, 2, 80, 10_000])
def test_accuracy_interval_ends_where_all_or_none_are_right(texts):
    none, every = accuracy_interval(0, texts), accuracy_interval(texts, texts)
    assert (none.low, every.high) == (0.0, 1.0)
    # Wilson's other end: z squared over texts and z squared, with z = 1.959964.
    end = 3.841459 / (texts + 3.841459)
    assert (none.high, 1 - every.low) == pytest.approx((end, end), rel=1e-6)


@pytest.mark.parametrize(
    ("p_value", "is_significant"), [(0.0, True), (0.0499999, True), (0.05, False), (1.0, False)]
)
def test_difference_is_significant_below_five_percent(p_value, is_significant):
    verdict = replace(judge(*_pair(1, 1, 1, 1)), p_value=p_value)
    assert verdict.is_significant == is_significant


def test_bootstrap_draws_as_often_as_it_says_and_from_one_seed():
    verdict = judge(*_pair(600, 80, 60, 260))
    drawn = np.random.default_rng(0).multinomial(1_000, [0.08, 0.06, 0.86], size=9_999)
    low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / 1_000, [0.025, 0.975])
    assert verdict.resamples == 9_999
    assert (verdict.interval.low, verdict.interval.high) == pytest.approx((low, high), abs=1e-12)


def test_smoothing_outside_its_limits_says_what_came():
    with pytest.raises(ConfigError) as caught:
        smooth([1.0], 1.5)
    assert str(caught.value) == (
        "Smoothing goes from 0, none, up to 0.99; it is 1.5. Choose a value inside."
    )


def test_smoothing_gives_an_array_of_its_own():
    values = np.array([1.0, 1.0])
    smooth(values, 0.5)[:] = 0
    assert values.tolist() == [1.0, 1.0]
    assert smooth([], 0.5).tolist() == []
