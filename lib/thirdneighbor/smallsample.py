"""Exact inference from two to a dozen observations: thin wrappers of scipy and statsmodels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from .intervals import INF, number


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
    """

    point: float
    lo: float
    hi: float
    n: int
    p: float
    p_min: float
    test: str

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
    ends = stats.binomtest(k1, n, null).proportion_ci(1 - alpha, method="exact")
    lo, hi = (_odds(end) * t0 / t1 for end in ends)
    point = INF if k0 == 0 else (k1 / t1) / (k0 / t0)
    return Estimate(point, lo, hi, n, float(test.pvalue), null**n, "conditional binomial")


def _odds(share: float) -> float:
    return INF if share >= 1 else share / (1 - share)


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
    p = float(stats.fisher_exact(table, alternative="greater").pvalue)
    most = min(k0 + k1, n1)
    p_min = float(stats.hypergeom.sf(most - 1, n0 + n1, k0 + k1, n1))
    point = float(result.statistic)
    return Estimate(point, float(ends.low), float(ends.high), n0 + n1, p, p_min, "Fisher exact")


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
    ends = stats.binomtest(k, n, null).proportion_ci(1 - alpha, method="exact")
    p = float(test.pvalue)
    return Estimate(k / n, float(ends.low), float(ends.high), n, p, null**n, "exact binomial")


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

    Raises
    ------
    ValueError
        If there are fewer than three values, or ties (the exact distribution needs none).

    Examples
    --------
    >>> mann_kendall([1, 2, 3], [5, 6, 9]).p_min
    0.3333333333333333
    """
    n = len(values)
    if n < 3 or len(set(values)) < n:
        raise ValueError("an exact trend test needs at least three values without ties")
    years, values = list(years), list(values)
    result = stats.kendalltau(years, values, method="exact")
    pairs = n * (n - 1) // 2
    slope = stats.theilslopes(values, years).slope
    tau = float(result.statistic)
    s = round(tau * pairs)
    return Trend(n, s, tau, float(result.pvalue), 2 / math.factorial(n), float(slope))


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
    """
    logs = np.log(np.asarray(values, dtype=float))
    model = OLS(logs, add_constant(np.asarray(years, dtype=float)))
    fit, robust = model.fit(), model.fit(cov_type="HC3")
    lo, hi = fit.conf_int(alpha)[1]
    slope, se = fit.params[1], fit.bse[1]
    return LogTrend(len(values), *(float(v) for v in (slope, se, robust.bse[1], lo, hi)))


def trend(years: Sequence[float], values: Sequence[float], alpha: float = 0.05) -> Estimate:
    """Return the log-linear slope with its interval and the exact Mann-Kendall p-value."""
    slope, ranks = log_trend(years, values, alpha), mann_kendall(years, values)
    name = "log-linear slope, exact Mann-Kendall p"
    return Estimate(slope.slope, slope.lo, slope.hi, slope.n, ranks.p, ranks.p_min, name)
