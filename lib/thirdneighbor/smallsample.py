"""Exact inference from two to a dozen observations: thin wrappers of scipy and statsmodels."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint
from statsmodels.tools import add_constant

from .intervals import INF, number

MOST_TIED = 8
LONGEST_SERIES = 1000
MOST_TIMES = 1000


@dataclass(frozen=True)
class Estimate:
    """A parameter of a process behind few observations.

    Parameters
    ----------
    point, lo, hi : float
        Estimate and ends of its exact interval at level 1 - alpha.
    n : int
        Observations.
    p : float
        Exact p-value of the test named by `test`.
    p_min : float
        Smallest p-value that this design can give at all.
    test : str
        Name of the test, with its authors.
    again : callable, optional
        The same estimate at another alpha.
    deciding : tuple of str
        What would settle the question if the interval does not, and from where on.
    """

    point: float
    lo: float
    hi: float
    n: int
    p: float
    p_min: float
    test: str
    again: Callable[[float], Estimate] | None = field(default=None, compare=False, repr=False)
    deciding: tuple[str, str] = field(default=("", ""), compare=False, repr=False)

    def shown(self) -> str:
        """Return the ends of the interval as text.

        Examples
        --------
        >>> rate_ratio((0, 28), (3, 6)).shown()
        '1.93 to ∞'
        """
        return " to ".join(
            number(end, 2 if end < 10 else 1 if end < 100 else 0) for end in (self.lo, self.hi)
        )


@cache
def rate_ratio(
    before: tuple[int, float], after: tuple[int, float], alpha: float = 0.05
) -> Estimate:
    """Return the ratio of two Poisson rates, later over earlier.

    Conditional binomial test (Przyborowski & Wilenski 1940), interval of Clopper & Pearson
    (1934); the p-value is one-sided, for a higher later rate.

    Parameters
    ----------
    before, after : tuple of int and float
        Events and years of exposure.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).

    Examples
    --------
    >>> round(rate_ratio((0, 28), (3, 6)).p, 4)
    0.0055
    """
    (k0, t0), (k1, t1) = before, after
    n = k0 + k1
    if n == 0 or min(t0, t1) <= 0:
        return Estimate(math.nan, 0.0, INF, n, 1.0, 1.0, "conditional binomial")
    null = t1 / (t0 + t1)
    test = stats.binomtest(k1, n, null, alternative="greater")
    ends = clopper_pearson(k1, n, alpha)
    lo, hi = (_odds(end) * t0 / t1 for end in ends)
    point = INF if k0 == 0 else (k1 / t1) / (k0 / t0)
    again = partial(rate_ratio, before, after)
    p = float(test.pvalue)
    return Estimate(point, lo, hi, n, p, null**n, "conditional binomial", again)


def clopper_pearson(k: int, n: int, alpha: float) -> tuple[float, float]:
    """Return the ends of the exact interval of a share (Clopper & Pearson 1934).

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(0, 10, 0.05)]
    [0.0, 0.3085]
    """
    lo, hi = proportion_confint(k, n, alpha, method="beta")
    return float(lo), float(hi)


def _odds(share: float) -> float:
    return INF if share >= 1 else share / (1 - share)


@cache
def fisher(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return the p of Fisher's exact test, one-sided for higher later odds; 1 without events.

    Parameters
    ----------
    before, after : tuple of int and int
        Events of interest, and all events.
    """
    (k0, n0), (k1, n1) = before, after
    if k0 + k1 == 0 or min(n0, n1) == 0:
        return 1.0
    table = [[k1, n1 - k1], [k0, n0 - k0]]
    return float(stats.fisher_exact(table, alternative="greater").pvalue)


@cache
def odds_ratio(before: tuple[int, int], after: tuple[int, int], alpha: float = 0.05) -> Estimate:
    """Return the odds ratio of a two-by-two table, later over earlier.

    Fisher's exact test, one-sided for higher later odds; conditional exact interval.

    Parameters
    ----------
    before, after : tuple of int and int
        Events of interest, and all events.

    Examples
    --------
    >>> round(odds_ratio((0, 12), (3, 11)).p, 4)
    0.0932
    """
    (k0, n0), (k1, n1) = before, after
    if k0 + k1 == 0 or min(n0, n1) == 0:
        return Estimate(math.nan, 0.0, INF, n0 + n1, 1.0, 1.0, "Fisher exact")
    table = [[k1, n1 - k1], [k0, n0 - k0]]
    result = stats.contingency.odds_ratio(table)
    ends = result.confidence_interval(1 - alpha)
    most = min(k0 + k1, n1)
    p_min = float(stats.hypergeom.sf(most - 1, n0 + n1, k0 + k1, n1))
    point = float(result.statistic)
    lo, hi, again = float(ends.low), float(ends.high), partial(odds_ratio, before, after)
    p = fisher(before, after)
    return Estimate(point, lo, hi, n0 + n1, p, p_min, "Fisher exact", again)


def proportion(k: int, n: int, null: float, alpha: float = 0.05) -> Estimate:
    """Return a share with its exact interval (Clopper & Pearson 1934).

    Parameters
    ----------
    k, n : int
        Events of interest, and all events.
    null : float
        Share to be exceeded, in (0, 1); the p-value is one-sided.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).

    Examples
    --------
    >>> found = proportion(3, 11, 0.5)
    >>> round(found.lo, 2), round(found.hi, 2)
    (0.06, 0.61)
    """
    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0, 1.0, 1.0, "exact binomial")
    test = stats.binomtest(k, n, null, alternative="greater")
    p, again = float(test.pvalue), partial(proportion, k, n, null)
    return Estimate(k / n, *clopper_pearson(k, n, alpha), n, p, null**n, "exact binomial", again)


def sign_test(k: int, n: int, alpha: float = 0.05) -> Estimate:
    """Return the share of cases on one side with the exact two-sided sign test against a half.

    Parameters
    ----------
    k, n : int
        Cases on one side, and all cases (ties left out).
    alpha : float
        One minus the level of the interval of Clopper & Pearson (1934), in (0, 1).

    Examples
    --------
    >>> sign_test(7, 7).p
    0.015625
    """
    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0, 1.0, 1.0, "sign test")
    p = float(stats.binomtest(k, n).pvalue)
    return Estimate(k / n, *clopper_pearson(k, n, alpha), n, p, 2 * 0.5**n, "sign test")


@dataclass(frozen=True)
class Trend:
    """An exact rank trend: S and tau of Mann (1945) and Kendall (1975), slope of Theil (1950)."""

    n: int
    s: int
    tau: float
    p: float
    p_min: float
    slope: float


def mann_kendall(years: Sequence[float], values: Sequence[float]) -> Trend:
    """Return the exact two-sided Mann-Kendall test with the Theil-Sen slope per year.

    Every order of the values counts as equally likely; ties are allowed up to eight values,
    where all orders can be listed. The slope is the median over pairs of years, so that years
    may be missing (Theil 1950; Sen 1968); tau is tau-b where there are ties.

    Raises
    ------
    ValueError
        If there are fewer than three values, a year occurs twice, a value is not a number, or
        there are ties among more than eight values.

    Examples
    --------
    >>> mann_kendall([1, 2, 3], [5, 6, 9]).p_min
    0.3333333333333333
    """
    n, years, values = len(values), list(years), list(values)
    tied = len(set(values)) < n
    if n < 3 or len(set(years)) < n or (tied and n > MOST_TIED) or any(v != v for v in values):
        raise ValueError(
            "an exact trend test needs three values or more, each of another year, "
            f"and no ties among more than {MOST_TIED}"
        )
    s, slope = _concordance(years, values), float(stats.theilslopes(values, years).slope)
    if not tied:
        result = stats.kendalltau(years, values, method="exact")
        p, p_min = float(result.pvalue), 2 / math.factorial(n)
        return Trend(n, s, 2 * s / (n * (n - 1)), p, p_min, slope)
    scores = [abs(_concordance(years, order)) for order in itertools.permutations(values)]
    p, p_min = (sum(x >= y for x in scores) / len(scores) for y in (abs(s), max(scores)))
    tau = float(stats.kendalltau(years, values).statistic)
    return Trend(n, s, tau, p, p_min, slope)


def _concordance(years: Sequence[float], values: Sequence[float]) -> int:
    """Return Mann's S: pairs that rise less pairs that fall, in order of year."""
    order = [value for _, value in sorted(zip(years, values, strict=True))]
    pairs = itertools.combinations(order, 2)
    return sum((later > earlier) - (later < earlier) for earlier, later in pairs)


@dataclass(frozen=True)
class LogTrend:
    """A log-linear trend by ordinary least squares; slopes are yearly log changes."""

    n: int
    slope: float
    se: float
    se_hc3: float
    lo: float
    hi: float


def log_trend(years: Sequence[float], values: Sequence[float], alpha: float = 0.05) -> LogTrend:
    """Return the log-linear slope with its classical t(n - 2) interval and its HC3 error.

    HC3 is that of MacKinnon & White (1985), recommended by Long & Ervin (2000).

    Raises
    ------
    ValueError
        If there are fewer than three values, or one is not above zero.
    """
    if len(values) < 3 or not all(value > 0 for value in values):
        raise ValueError("a log-linear trend needs three values or more, all above zero")
    fit, robust = _fitted(tuple(years), tuple(values))
    lo, hi = fit.conf_int(alpha)[1]
    slope, se = fit.params[1], fit.bse[1]
    return LogTrend(len(values), *(float(v) for v in (slope, se, robust.bse[1], lo, hi)))


@cache
def _fitted(years: tuple[float, ...], values: tuple[float, ...]) -> tuple[Any, Any]:
    """Return the fit with classical and with HC3 errors, once for every level asked for."""
    logs = np.log(np.asarray(values, dtype=float))
    model = OLS(logs, add_constant(np.asarray(years, dtype=float)))
    return model.fit(), model.fit(cov_type="HC3")


def trend(years: Sequence[float], values: Sequence[float], alpha: float = 0.05) -> Estimate:
    """Return the log-linear slope with its interval and the exact Mann-Kendall p-value.

    With fewer than three values there is no test: the estimate is not a number.
    """
    name = "log-linear slope, exact Mann-Kendall p"
    if len(values) < 3:
        few = ("years with a printed value", "at least 3, as few as a test needs")
        return Estimate(math.nan, -INF, INF, len(values), 1.0, 1.0, name, deciding=few)
    slope, ranks = log_trend(years, values, alpha), mann_kendall(years, values)
    again, enough = partial(trend, list(years), list(values)), length_to_tell(years, values, alpha)
    ends, told = (slope.lo, slope.hi), f"below {enough}; false from {enough} on"
    deciding = ("years in a series of this slope and scatter", told)
    p, p_min = ranks.p, ranks.p_min
    return Estimate(slope.slope, *ends, slope.n, p, p_min, name, again, deciding)


def length_to_tell(years: Sequence[float], values: Sequence[float], alpha: float = 0.05) -> int:
    """Return how long a yearly series must be for its slope to differ from nought.

    The slope and the scatter about it are taken as they are (see `log_trend`); the answer is the
    least number of consecutive years whose interval would leave nought out.

    Returns
    -------
    int
        Years, at least 3; `LONGEST_SERIES` stands for that many or more.

    Examples
    --------
    >>> length_to_tell([1, 2, 3, 4], [1, 2, 1, 2])
    9
    """
    line, at = log_trend(years, values, alpha), np.asarray(years, dtype=float)
    scatter = line.se * math.sqrt(((at - at.mean()) ** 2).sum())
    for n in range(3, LONGEST_SERIES):
        error = scatter / math.sqrt(n * (n**2 - 1) / 12)
        if abs(line.slope) > stats.t.ppf(1 - alpha / 2, n - 2) * error:
            return n
    return LONGEST_SERIES


def variation(
    first: Sequence[float],
    second: Sequence[float],
    years: Sequence[int] = (),
    what: str = "first series",
) -> Estimate:
    """Return how much more one series varies than another, by coefficient of variation.

    The ends are the least and the greatest difference when one year is left out; p is exact
    over all ways of swapping the two series, each over its mean, within years (two-sided).

    Parameters
    ----------
    first, second : sequence of float
        Values of the same years, above zero; fewer than three years give no estimate.
    years : sequence of int
        The years, to name the one whose value carries the difference.
    what : str
        What the first series is, with its unit.

    Examples
    --------
    >>> variation([1, 2, 3], [1, 2, 3]).point
    0.0
    """
    n, name = len(first), "leave-one-out range, exact swaps within years"
    pairs = np.array([first, second], dtype=float)
    if n < 3:
        few = ("years with both values printed", "at least 3, as few as leave a comparison")
        return Estimate(math.nan, -INF, INF, n, 1.0, 1.0, name, deciding=few)
    left = [_difference(np.delete(pairs, year, axis=1)) for year in range(n)]
    even = pairs / pairs.mean(axis=1, keepdims=True)
    swaps = itertools.product((False, True), repeat=n)
    spread = [abs(_difference(np.where(swap, even[::-1], even))) for swap in swaps]
    p, p_min = (sum(x >= y - 1e-12 for x in spread) / 2**n for y in (spread[0], max(spread)))
    deciding = _carried(first, second, years, what)
    ends = min(left), max(left)
    return Estimate(_difference(pairs), *ends, n, p, p_min, name, deciding=deciding)


def _carried(
    first: Sequence[float], second: Sequence[float], years: Sequence[int], what: str
) -> tuple[str, str]:
    """Return the value of which year settles which series varies more, and from where on."""
    place, turn = carrier(first, second)
    if turn != turn or not len(years):
        return "the same difference in years not compared here", "above 0; false below it"
    high, more = list(first)[place] > turn, _difference(np.array([first, second], dtype=float)) > 0
    true, false = ("above", "below") if high == more else ("below", "above")
    return f"{what}, {list(years)[place]}", f"{true} {number(turn, 0)}; false {false} it"


def carrier(first: Sequence[float], second: Sequence[float]) -> tuple[int, float]:
    """Return the place of the value that carries a difference of variation, and where it turns.

    Parameters
    ----------
    first, second : sequence of float
        As in `variation`, three years or more.

    Returns
    -------
    tuple of int and float
        Place in the first series whose year, left out, moves the difference most; the value
        there, on the same side of the others, at which both series vary alike (not a number if
        there is none).

    Examples
    --------
    >>> place, turn = carrier([1, 1, 4], [1, 1, 2])
    >>> place, round(turn, 9)
    (2, 2.0)
    """
    pairs = np.array([first, second], dtype=float)
    left = [_difference(np.delete(pairs, year, axis=1)) for year in range(len(first))]
    place = int(np.abs(np.array(left) - _difference(pairs)).argmax())
    others = np.delete(pairs[0], place)
    steady = float((others**2).sum() / others.sum())
    end = MOST_TIMES * pairs[0].max() if pairs[0, place] > steady else 0.0

    def gap(value: float) -> float:
        moved = pairs.copy()
        moved[0, place] = value
        return _difference(moved)

    return place, float(brentq(gap, steady, end)) if gap(steady) * gap(end) < 0 else math.nan


def _difference(pairs: np.ndarray) -> float:
    """Return the first coefficient of variation less the second, with sample deviations."""
    first, second = pairs.std(axis=1, ddof=1) / pairs.mean(axis=1)
    return float(first - second)


def diversity_region(counts: Sequence[int], alpha: float = 0.05) -> tuple[float, float, float]:
    """Return the diversity of a few counts (see `indicators.diversity`) with an exact region.

    The ends are the least and greatest diversity of all shares that lie within the intervals of
    Clopper & Pearson (1934) for every category at once (level shared out after Bonferroni).
    Conservative: it covers the truth at least as often as its level says.

    Parameters
    ----------
    counts : sequence of int
        Events by category.

    Returns
    -------
    tuple of float
        Diversity of the counts, and the ends of its region, each in [0, 1).

    Examples
    --------
    >>> round(diversity_region([5, 0, 1, 4])[0], 2)
    0.58
    """
    n, part = sum(counts), alpha / len(counts)
    if n == 0:
        return math.nan, 0.0, 1 - 1 / len(counts)
    low, high = np.array([clopper_pearson(k, n, part) for k in counts]).T
    return 1 - sum((k / n) ** 2 for k in counts), _least(low, high), _most(low, high)


def _least(low: np.ndarray, high: np.ndarray) -> float:
    """Return the diversity of the shares that fill up one category after another."""
    found = []
    for order in itertools.permutations(range(len(low))):
        shares = low.copy()
        for i in order:
            shares[i] += min(high[i] - low[i], 1 - shares.sum())
        found.append(1 - float((shares**2).sum()))
    return min(found)


def _most(low: np.ndarray, high: np.ndarray) -> float:
    """Return the diversity of the shares that are as even as their ends allow."""
    level = brentq(lambda t: np.clip(t, low, high).sum() - 1, 0, 1)
    return 1 - float((np.clip(level, low, high) ** 2).sum())


def diversity_change(before: Sequence[int], after: Sequence[int], alpha: float = 0.05) -> Estimate:
    """Return the change of diversity between two periods, later less earlier.

    The ends set the region of one period against that of the other, each at half of alpha. The
    two-sided p is exact: all ways of dealing the same events to the two periods (permutation
    of labels, multivariate hypergeometric).

    Parameters
    ----------
    before, after : sequence of int
        Events by category, the categories in the same order.

    Examples
    --------
    >>> round(diversity_change([5, 0, 1, 4], [3, 3, 2, 3]).point, 3)
    0.164
    """
    n0, n1 = sum(before), sum(after)
    if min(n0, n1) == 0:
        return Estimate(math.nan, -1.0, 1.0, n0 + n1, 1.0, 1.0, "permutation")
    first, last = diversity_region(before, alpha / 2), diversity_region(after, alpha / 2)
    both = [a + b for a, b in zip(before, after, strict=True)]
    chance: dict[float, float] = {}
    for dealt in itertools.product(*(range(k + 1) for k in both)):
        if sum(dealt) == n0:
            rest = sum(((k - d) / n1) ** 2 for k, d in zip(both, dealt, strict=True))
            change = abs(round(sum((d / n0) ** 2 for d in dealt) - rest, 12))
            ways = math.prod(math.comb(k, d) for k, d in zip(both, dealt, strict=True))
            chance[change] = chance.get(change, 0.0) + ways / math.comb(n0 + n1, n0)
    point = last[0] - first[0]
    p = sum(c for change, c in chance.items() if change >= round(abs(point), 12) - 1e-12)
    ends = last[1] - first[2], last[2] - first[1]
    again = partial(diversity_change, before, after)
    return Estimate(point, *ends, n0 + n1, min(p, 1.0), chance[max(chance)], "permutation", again)
