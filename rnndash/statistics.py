"""Statistics of curves and accuracies: smoothing, confidence intervals, a paired test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from rnndash.errors import ConfigError
from rnndash.results import Predictions

_CONFIDENCE = 0.95
_SIGNIFICANT_P = 0.05
_RESAMPLES = 9_999


def smooth(values: Sequence[float], weight: float) -> NDArray[np.float64]:
    """The exponential moving average that TensorBoard draws.

    The average starts at 0. After n values it is divided by `1 - weight**n`, which removes the
    effect of that start (the bias correction of Kingma and Ba, "Adam", 2015). Values that are not
    finite are returned as they are and do not enter the average. A constant series is returned
    unchanged.

    Args:
        weight: of the past; at least 0 (no smoothing), less than 1.

    Raises:
        ConfigError: the weight is outside its limits.
    """
    if not 0 <= weight < 1:
        raise ConfigError(
            f"Smoothing goes from 0, none, up to 0.99; it is {weight!r}. Choose a value inside."
        )
    series = np.asarray(values, dtype=np.float64)
    if len(series) == 0 or (series == series[0]).all():
        return series.copy()
    smoothed = series.copy()
    average, seen = 0.0, 0
    for index, value in enumerate(series):
        if not math.isfinite(value):
            continue
        seen += 1
        average = average * weight + (1 - weight) * value
        smoothed[index] = average / (1 - weight**seen)
    return smoothed


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A 95% confidence interval."""

    low: float
    high: float


def accuracy_interval(right: int, texts: int) -> Interval:
    """The 95% interval of an accuracy, after Wilson, "Probable inference" (1927).

    Args:
        right: number of texts that were classified correctly.
        texts: number of all texts; at least 1.
    """
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    share, scale = right / texts, texts + z**2
    middle = (right + z**2 / 2) / scale
    reach = z / scale * math.sqrt(texts * share * (1 - share) + z**2 / 4)
    return Interval(
        low=middle - reach if right else 0.0, high=middle + reach if right < texts else 1.0
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The comparison of two runs on the same N test texts.

    Attributes:
        both_right, only_first, only_second, both_wrong: numbers of texts; together N.
        p_value: of McNemar's exact test: the probability that chance alone splits the texts that
            exactly one run has right at least as unevenly.
        difference: accuracy of the first minus that of the second.
        interval: of the difference, by bootstrap over the texts.
        resamples: of the bootstrap.
    """

    both_right: int
    only_first: int
    only_second: int
    both_wrong: int
    p_value: float
    difference: float
    interval: Interval
    resamples: int

    @property
    def texts(self) -> int:
        """N."""
        return self.both_right + self.only_first + self.only_second + self.both_wrong

    @property
    def is_significant(self) -> bool:
        """Whether the p value is below 0.05."""
        return self.p_value < _SIGNIFICANT_P


def judge(first: Predictions, second: Predictions) -> Verdict:
    """Compare two runs text by text.

    McNemar, "Note on the sampling error of the difference between correlated proportions"
    (1947), in its exact form: a binomial test on the texts that just one of the two has right.
    The bootstrap draws N texts with replacement and takes the middle 95% of the differences.

    Raises:
        ConfigError: the runs were tested on different texts.
    """
    if first.digest != second.digest:
        raise ConfigError(
            f"The two runs were tested on different texts ({len(first):,} and {len(second):,}). "
            "Only answers to the same texts can be compared; choose two runs on the same corpus."
        )
    counts = _agreement(first, second)
    only_first, only_second = int(counts[0, 1]), int(counts[1, 0])
    return Verdict(
        both_right=int(counts[0, 0]),
        only_first=only_first,
        only_second=only_second,
        both_wrong=int(counts[1, 1]),
        p_value=_binomial_p_value(only_first, only_second),
        difference=(only_first - only_second) / len(first),
        interval=_bootstrap_interval(only_first, only_second, len(first)),
        resamples=_RESAMPLES,
    )


def _binomial_p_value(one: int, other: int) -> float:
    """The two-sided p value of the exact binomial test with probability 1/2."""
    from scipy.special import bdtr  # the part of SciPy that loads quickly

    return min(1.0, 2 * float(bdtr(min(one, other), one + other, 0.5)))


def _bootstrap_interval(only_first: int, only_second: int, texts: int) -> Interval:
    """The percentile bootstrap interval of the difference, from `_RESAMPLES` resamples.

    Only the counts of a resample are drawn, since these are multinomial.
    """
    shares = np.array([only_first, only_second, texts - only_first - only_second]) / texts
    drawn = np.random.default_rng(0).multinomial(texts, shares, size=_RESAMPLES)
    tail = (1 - _CONFIDENCE) / 2
    low, high = np.quantile((drawn[:, 0] - drawn[:, 1]) / texts, [tail, 1 - tail])
    return Interval(low=float(low), high=float(high))


def _agreement(first: Predictions, second: Predictions) -> NDArray[np.int64]:
    """`(2, 2)`: row, whether the first is wrong; column, whether the second is."""
    counts = np.zeros((2, 2), dtype=np.int64)
    np.add.at(counts, ((~first.is_right).astype(int), (~second.is_right).astype(int)), 1)
    return counts
