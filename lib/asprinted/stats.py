"""Exact inference from two to a dozen observations, and two indices with exact bounds.

An estimate is compared like a number. The comparison is a test that can be judged, and
its answer is about the cases at hand: a few point to a sentence or against it, or there
are too few to tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from .intervals import INF, Interval
from .quantities import Quantity, known, total
from .verdicts import judge_sample

Pair = tuple[Any, Any]

MOST_SWAPS = 65_536  # sixteen pairs are swapped in every way, more of them by lot
CLOSE = 1e-12  # sums of floats that differ by less are equal


@dataclass(frozen=True)
class Estimate:
    """A parameter of a process behind few observations.

    Comparing it with a number makes a :class:`SampleTest`.

    Parameters
    ----------
    point, lo, hi : float
        Estimate, and ends of its interval at level 1 - alpha; not a number if untested.
    n : int
        Observations.
    p : float
        p-value of `test`.
    p_min : float
        Smallest p-value that this design can give at all.
    test : str
        Name of the test.
    alpha : float
        One minus the level of the interval.
    unit : str
        Unit of point and ends, as in `intervals.UNITS`.
    """

    point: float
    lo: float
    hi: float
    n: int
    p: float
    p_min: float
    test: str
    alpha: float
    unit: str = ""

    def __gt__(self, other: Any) -> SampleTest:
        return SampleTest(self, "gt", float(other))

    def __ge__(self, other: Any) -> SampleTest:
        return SampleTest(self, "ge", float(other))

    def __lt__(self, other: Any) -> SampleTest:
        return SampleTest(self, "lt", float(other))

    def __le__(self, other: Any) -> SampleTest:
        return SampleTest(self, "le", float(other))

    def row(self) -> pd.DataFrame:
        """Return the estimate as a table of one row, numbers as they are."""
        names = ("point", "lo", "hi", "n", "p", "p_min", "test")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


@dataclass(frozen=True)
class Trend(Estimate):
    """A yearly change; zero is no change."""

    def flat(self) -> SampleTest:
        """Return the test of "no trend": opposed, or undecided, never supported."""
        return SampleTest(self, "flat", 0.0)


@dataclass(frozen=True)
class SampleTest:
    """An estimate against a threshold, ready to be judged.

    Parameters
    ----------
    estimate : Estimate
        What is compared.
    operator : str
        gt, ge, lt, le, or flat (equal to the threshold).
    threshold : float
        In the unit of the estimate.
    words : str
        A condition on which the verdict depends, such as "if the list is complete".
    """

    estimate: Estimate
    operator: str
    threshold: float
    words: str = ""

    @property
    def verdict(self) -> str:
        """supported, undecided or opposed; no_figure without observations."""
        at, strict = self.threshold, self.operator in ("gt", "lt")
        true = {
            "g": Interval(at, INF, lo_open=strict),
            "l": Interval(-INF, at, hi_open=strict),
            "f": Interval.point(at),
        }[self.operator[0]]
        return judge_sample(self.estimate.lo, self.estimate.hi, true)

    def given(self, words: str) -> SampleTest:
        """Return the test under an assumption in words."""
        return replace(self, words=words)

    def __bool__(self) -> bool:
        raise TypeError("a test has three answers: judge it, or read .verdict")


def _untested(n: int, test: str, alpha: float, unit: str) -> Trend:
    """Return the estimate of a design that cannot give one."""
    return Trend(math.nan, math.nan, math.nan, n, 1.0, 1.0, test, alpha, unit)


def proportion(k: Any, n: Any, alpha: Any = 0.05, null: Any = 0.5) -> Estimate:
    """Return a share with its exact interval (Clopper & Pearson 1934).

    Parameters
    ----------
    k, n : int
        Events of interest, and all events.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).
    null : float
        Share that the one-sided p-value sets it against, in (0, 1).

    Examples
    --------
    >>> found = proportion(2, 11)
    >>> round(found.lo, 3), round(found.hi, 3)
    (0.023, 0.518)
    """
    from scipy import stats

    test, alpha, null = "exact binomial", float(alpha), float(null)
    if n == 0:
        return _untested(int(n), test, alpha, "share")
    found = stats.binomtest(int(k), int(n), null, alternative="greater")
    ends = stats.binomtest(int(k), int(n)).proportion_ci(1 - alpha, "exact")
    p, lo, hi = float(found.pvalue), float(ends.low), float(ends.high)
    return Estimate(k / n, lo, hi, int(n), p, null**n, test, alpha, "share")


def rate_ratio(before: Pair, after: Pair, alpha: Any = 0.05) -> Estimate:
    """Return the ratio of two rates, the later over the earlier.

    Conditional binomial test of two Poisson counts (Przyborowski & Wilenski 1940) with
    the interval of Clopper & Pearson; the p-value is one-sided, for a later rise.

    Parameters
    ----------
    before, after : pair
        Events, and years in which they could occur.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).

    Examples
    --------
    >>> found = rate_ratio((0, 28), (3, 6))
    >>> round(found.p, 4), found.point, (found > 1).verdict
    (0.0055, inf, 'supported')
    """
    (k0, t0), (k1, t1) = before, after
    test, n = "conditional binomial", k0 + k1
    if n == 0 or min(t0, t1) <= 0:
        return _untested(n, test, float(alpha), "times")
    later = proportion(k1, n, alpha, t1 / (t0 + t1))
    shares = (later.point, later.lo, later.hi)
    point, lo, hi = (INF if x == 1 else x / (1 - x) * t0 / t1 for x in shares)
    return Estimate(point, lo, hi, n, later.p, later.p_min, test, later.alpha, "times")


def odds_ratio(before: Pair, after: Pair, alpha: Any = 0.05) -> Estimate:
    """Return the odds of one kind of event, the later over the earlier.

    Fisher's exact test, one-sided for higher later odds, and the conditional interval.

    Parameters
    ----------
    before, after : pair
        Events of interest, and all events.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).

    Examples
    --------
    >>> round(odds_ratio((0, 12), (3, 11)).p, 3)
    0.093
    """
    from scipy import stats

    (k0, n0), (k1, n1) = before, after
    test, alpha, n = "Fisher exact", float(alpha), n0 + n1
    if k0 + k1 == 0 or min(n0, n1) == 0:
        return _untested(n, test, alpha, "times")
    table = [[k1, n1 - k1], [k0, n0 - k0]]
    found = stats.contingency.odds_ratio(table)
    ends = found.confidence_interval(1 - alpha)
    p = float(stats.fisher_exact(table, alternative="greater").pvalue)
    p_min = float(stats.hypergeom.sf(min(k0 + k1, n1) - 1, n, k0 + k1, n1))
    point, lo, hi = float(found.statistic), float(ends.low), float(ends.high)
    return Estimate(point, lo, hi, n, p, p_min, test, alpha, "times")


def trend(years: Iterable[Any], values: Iterable[Any], alpha: Any = 0.05) -> Trend:
    """Return the yearly change of a series, from a line through its logarithms.

    Least squares with the interval of Student's t on n - 2 degrees of freedom; years
    may be missing. The p-value is that of the two-sided rank test of Mann (1945) and
    Kendall (1975), exact where no two values are equal.

    Parameters
    ----------
    years : iterable of int
        Each once.
    values : iterable of float
        Above zero; fewer than three give no estimate.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).

    Returns
    -------
    Trend
        Change a year as a fraction: 0.02 is two per cent a year.

    Examples
    --------
    >>> found = trend([2011, 2012, 2014], [1, 1.1, 1.1**3])
    >>> round(found.point, 6), round(found.p_min, 3)
    (0.1, 0.333)
    """
    from scipy.stats import kendalltau
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tools import add_constant

    xs, ys = [float(x) for x in years], [float(y) for y in values]
    n, alpha, unit = len(ys), float(alpha), "percent_per_year"
    test = "log-linear, t interval; exact Mann-Kendall p"
    if n < 3:
        return _untested(n, test, alpha, unit)
    if min(ys) <= 0 or len(set(xs)) < n:
        raise ValueError("a trend needs values above zero, each of another year")
    fitted = OLS(np.log(ys), add_constant(np.subtract(xs, np.mean(xs)))).fit()
    slopes = (fitted.params[1], *fitted.conf_int(alpha)[1])
    point, lo, hi = (math.expm1(slope) for slope in slopes)
    p = float(kendalltau(xs, ys).pvalue)
    return Trend(point, lo, hi, n, p, 2 / math.factorial(n), test, alpha, unit)


def variation(
    first: Iterable[Any], second: Iterable[Any], alpha: Any = 0.05
) -> Estimate:
    """Return how much more one series varies than another, by coefficient of variation.

    Each series is set over its mean; the two-sided p-value is exact over all ways of
    swapping the two within a year. The interval holds every difference that lies no
    farther from the one seen than such swaps go by chance; it has no end where there
    are too few years.

    Parameters
    ----------
    first, second : iterable of float
        Values of the same years, above zero; fewer than three years give no estimate.
    alpha : float
        One minus the level of the interval, in (0, 1).

    Examples
    --------
    >>> found = variation([1, 2, 3], [2, 2, 2])
    >>> found.point, found.p_min, found.hi
    (0.5, 0.5, inf)
    """
    from scipy import stats

    pairs = np.array([[float(x) for x in series] for series in (first, second)])
    n, test, alpha = pairs.shape[1], "exact swaps within years", float(alpha)
    if n < 3:
        return _untested(n, test, alpha, "index")
    even = pairs / pairs.mean(axis=1, keepdims=True)
    swapped = stats.permutation_test(
        tuple(even),
        _difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=MOST_SWAPS,
        rng=0,
    )
    point, chance = float(swapped.statistic), np.sort(np.abs(swapped.null_distribution))

    def as_far(gap: Any) -> Any:
        """Return the part of the swaps that differ by a gap or more."""
        return 1 - np.searchsorted(chance, gap - CLOSE) / len(chance)

    p, parts = float(as_far(abs(point))), as_far(chance)
    p_min = float(parts.min())
    reach = INF if p_min > alpha else float(chance[parts > alpha].max())
    ends = (point - reach, point + reach)
    return Estimate(point, *ends, n, p, p_min, test, alpha, "index")


def _difference(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
    """Return the first coefficient of variation less the second (sample deviations)."""
    spreads = (x.std(axis=axis, ddof=1) / x.mean(axis=axis) for x in (first, second))
    return next(spreads) - next(spreads)


def growth(start: Any, end: Any, years: Any) -> Any:
    """Return the yearly growth that leads from one amount to another.

    Parameters
    ----------
    start, end : Quantity or number
        Amounts above zero; the bounds of quantities are taken together.
    years : float
        Years between them, above zero.

    Returns
    -------
    Quantity of quantities, float of numbers
        A fraction: 0.1 is ten per cent a year.

    Examples
    --------
    >>> round(growth(100, 121, 2), 10)
    0.1
    >>> growth(known("start", Interval(100, 110), "usd"), 121, 2).bounds()
    Interval([0.0488088, 0.1])
    """
    power = 1 / float(years)
    if not isinstance(start, Quantity) and not isinstance(end, Quantity):
        return (end / start) ** power - 1
    ratio = (end / start).bounds()
    if ratio.lo <= 0:
        raise ValueError("growth needs amounts above zero")
    bounds = ratio.map(lambda times: float(times) ** power - 1)
    return known("yearly growth", bounds, "percent_per_year")


def herfindahl(parts: Sequence[Any], whole: Any = None) -> Quantity:
    """Return the concentration of shares: the sum of their squares, in [0, 1].

    Hirschman (1945; his index is the root), Herfindahl (1950); 1 is a single partner.

    Parameters
    ----------
    parts : sequence of Quantity
        What each named partner has; exact bounds are worked out, so a handful at most.
    whole : Quantity, optional
        What all partners have together. What is left of it may lie with one partner or
        with very many small ones; without it the parts are all there is.

    Examples
    --------
    >>> a, b, c = (known(name, 1, "usd") for name in "abc")
    >>> herfindahl([a, b]).bounds(), herfindahl([a], a + b + c).bounds()
    (Interval([0.5, 0.5]), Interval([0.111111, 0.555556]))
    """
    all_of_it = total(parts) if whole is None else whole
    index = total((part / all_of_it) ** 2 for part in parts)
    if whole is not None:
        names = " ".join(whole.inputs)
        spread = known(f"concentration of the rest of {names}", Interval(0, 1), "index")
        index = index + ((whole - total(parts)) / whole) ** 2 * spread
    return index.as_unit("index")
