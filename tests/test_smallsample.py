"""Exact tests against enumeration, closed forms and published arithmetic."""

import itertools
import math

import numpy as np
import pytest

from thirdneighbor.smallsample import log_trend, mann_kendall, odds_ratio, rate_ratio

EXPORTS = [410, 965, 338, 401, 269, 255]
YEARS = range(2011, 2017)


def concordance(values):
    pairs = itertools.combinations(values, 2)
    return sum((b > a) - (b < a) for a, b in pairs)


def test_mann_kendall_by_enumeration():
    found = mann_kendall(YEARS, EXPORTS)
    s = concordance(EXPORTS)
    extreme = [abs(concordance(p)) >= abs(s) for p in itertools.permutations(EXPORTS)]
    assert found.s == s == -11
    assert found.p == pytest.approx(sum(extreme) / len(extreme))
    assert found.p == pytest.approx(0.0556, abs=5e-5)
    assert found.p_min == 2 / math.factorial(6)
    assert found.tau == pytest.approx(-11 / 15)


def test_turnover_has_no_trend():
    turnover = [1870, 2955, 4708, 3341, 2019, 2605]
    found = mann_kendall(YEARS, turnover)
    assert (found.s, found.p) == (1, 1.0)


def test_mann_kendall_refuses_two_values_and_ties():
    with pytest.raises(ValueError, match="three"):
        mann_kendall([1, 2], [3, 4])
    with pytest.raises(ValueError, match="ties"):
        mann_kendall([1, 2, 3], [3, 3, 4])


def test_log_trend_by_hand():
    found = log_trend(YEARS, EXPORTS)
    x = np.column_stack([np.ones(6), np.arange(2011, 2017)])
    y = np.log(EXPORTS)
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    residual = y - x @ beta
    se = math.sqrt(residual @ residual / 4 * inverse[1, 1])
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    meat = x.T @ np.diag((residual / (1 - leverage)) ** 2) @ x
    assert found.slope == pytest.approx(beta[1], rel=1e-6)
    assert found.se == pytest.approx(se, rel=1e-5)
    assert found.se_hc3 == pytest.approx(math.sqrt((inverse @ meat @ inverse)[1, 1]), rel=1e-4)
    assert found.hi - found.slope == pytest.approx(2.7764451 * se, rel=1e-4)


@pytest.mark.parametrize(
    ("after", "p", "lo"),
    [(3, (6 / 34) ** 3, 1.93), (2, (6 / 34) ** 2, 0.88), (5, (6 / 34) ** 5, 4.28)],
)
def test_rate_ratio_without_earlier_events(after, p, lo):
    found = rate_ratio((0, 28), (after, 6))
    share = 0.025 ** (1 / after)
    assert found.p == pytest.approx(p)
    assert found.lo == pytest.approx(share / (1 - share) * 28 / 6)
    assert found.lo == pytest.approx(lo, abs=0.005)
    assert math.isinf(found.hi)


def test_rate_ratio_by_summing_the_binomial():
    found = rate_ratio((12, 28), (8, 6))
    share = 6 / 34
    tail = sum(math.comb(20, k) * share**k * (1 - share) ** (20 - k) for k in range(8, 21))
    assert found.p == pytest.approx(tail)
    assert found.point == pytest.approx((8 / 6) / (12 / 28))


def test_no_events_give_no_estimate():
    assert rate_ratio((0, 28), (0, 6)).n == 0


@pytest.mark.parametrize(("k", "total"), [(3, 12), (2, 12), (5, 12)])
def test_odds_ratio_by_counting(k, total):
    found = odds_ratio((0, total), (k, 11))
    assert found.p == pytest.approx(math.comb(11, k) / math.comb(11 + total, k))
    assert found.p_min == pytest.approx(found.p)
