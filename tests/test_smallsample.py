"""Exact tests against enumeration, closed forms and published arithmetic."""

import itertools
import math

import numpy as np
import pytest

from thirdneighbor import smallsample
from thirdneighbor.smallsample import log_trend, mann_kendall, odds_ratio, rate_ratio, sign_test
from thirdneighbor.verdicts import judge_sample

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


def theil_sen(years, values):
    """Return the median of the slopes of all pairs, with the years as they are."""
    pairs = itertools.combinations(zip(years, values, strict=True), 2)
    slopes = sorted((v2 - v1) / (y2 - y1) for (y1, v1), (y2, v2) in pairs)
    half = len(slopes) // 2
    return slopes[half] if len(slopes) % 2 else (slopes[half - 1] + slopes[half]) / 2


@pytest.mark.parametrize(
    ("years", "values"),
    [
        ([2011, 2012, 2013], [5, 6, 9]),
        ([2011, 2012, 2019], [9, 2, 5]),
        ([2011, 2013, 2014, 2019], [4, 1, 3, 2]),
        ([*YEARS, 2019], [*EXPORTS, 413]),
        (list(YEARS), [1460, 1990, 4370, 2940, 1750, 2350]),
        ([2019, 2011, 2014, 2012], [7, 3, 5, 4]),
        ([1, 2, 3, 4], [3, 3, 4, 5]),
        ([1, 2, 4, 8, 9], [2, 2, 1, 1, 5]),
    ],
)
def test_rank_trend_by_brute_force(years, values):
    """Every order of the values is listed; gaps between years count in the slope."""
    found = mann_kendall(years, values)
    ordered = [value for _, value in sorted(zip(years, values, strict=True))]
    scores = [abs(concordance(p)) for p in itertools.permutations(ordered)]
    assert found.s == concordance(ordered)
    assert found.p == pytest.approx(sum(x >= abs(found.s) for x in scores) / len(scores), abs=1e-9)
    assert found.p_min == pytest.approx(scores.count(max(scores)) / len(scores), abs=1e-12)
    assert found.slope == pytest.approx(theil_sen(sorted(years), ordered), abs=1e-9)


def test_three_years_cannot_reach_a_small_p():
    assert mann_kendall([1, 2, 3], [1, 2, 3]).p == pytest.approx(1 / 3)
    assert mann_kendall([1, 2, 3], [2, 1, 3]).p == pytest.approx(1)


@pytest.mark.parametrize(
    ("years", "values"),
    [
        ([1, 2], [3, 4]),
        ([1, 1, 2], [3, 4, 5]),
        ([1, 2, 3], [3, 4, math.nan]),
        (range(9), [1, *range(8)]),
    ],
)
def test_rank_trend_refuses_what_it_cannot_judge(years, values):
    with pytest.raises(ValueError, match="three values"):
        mann_kendall(years, values)


@pytest.mark.parametrize(("k", "n"), [(7, 7), (6, 7), (5, 12), (0, 3)])
def test_sign_test_by_counting(k, n):
    found = sign_test(k, n)
    least = min(k, n - k)
    tail = sum(math.comb(n, i) for i in range(least + 1)) / 2**n
    assert found.p == pytest.approx(min(1, 2 * tail))
    assert found.p_min == pytest.approx(2 / 2**n)


def variation(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1)) / mean


def test_variation_of_two_series_by_listing_swaps():
    """Exports vary more than imports by 0.603 to 0.428; without 2012 the sign turns."""
    imports = [1460, 1990, 4370, 2940, 1750, 2350]
    found = smallsample.variation(EXPORTS, imports)
    x = [v / (sum(EXPORTS) / 6) for v in EXPORTS]
    m = [v / (sum(imports) / 6) for v in imports]
    swapped = []
    for swap in itertools.product((0, 1), repeat=6):
        first = [(a, b)[s] for a, b, s in zip(x, m, swap, strict=True)]
        second = [(b, a)[s] for a, b, s in zip(x, m, swap, strict=True)]
        swapped.append(abs(variation(first) - variation(second)))
    left = [
        variation(EXPORTS[:i] + EXPORTS[i + 1 :]) - variation(imports[:i] + imports[i + 1 :])
        for i in range(6)
    ]
    assert found.point == pytest.approx(variation(EXPORTS) - variation(imports))
    assert found.point == pytest.approx(0.603 - 0.428, abs=1e-3)
    assert (found.lo, found.hi) == (pytest.approx(min(left)), pytest.approx(max(left)))
    assert found.lo == pytest.approx(left[1])
    assert found.lo < 0 < found.hi
    assert found.p == pytest.approx(sum(v >= swapped[0] - 1e-12 for v in swapped) / 64)
    assert found.p_min == pytest.approx(2 / 64)


@pytest.mark.parametrize("estimate", [smallsample.trend, smallsample.variation])
def test_two_values_carry_no_estimate(estimate):
    found = estimate([2011, 2012], [3, 4])
    assert math.isnan(found.point)
    assert judge_sample(found, "eq", 0) == "not testable"


def test_how_long_a_series_must_be_by_hand():
    """Logs 0, l, 0, l: slope l/5, squares left over l^2 - l^2/5, so s^2 = 2 l^2 / 5.

    With 8 years t(6) s / sqrt(42) is above the slope, with 9 years t(7) s / sqrt(60) below it.
    """
    s = math.sqrt(2 / 5)
    assert 2.446912 * s / math.sqrt(42) > 1 / 5 > 2.364624 * s / math.sqrt(60)
    assert smallsample.length_to_tell([1, 2, 3, 4], [1, 2, 1, 2]) == 9
    assert smallsample.length_to_tell([1, 2, 3, 4], [1, 2, 2, 1]) == smallsample.LONGEST_SERIES
    found = smallsample.trend([1, 2, 3, 4], [1, 2, 1, 2])
    assert found.deciding == (
        "years in a series of this slope and scatter",
        "below 9; false from 9 on",
    )


@pytest.mark.parametrize(
    ("first", "second", "place", "turn"),
    [
        ([1, 1, 4], [1, 1, 2], 2, 2),  # equal where the series are
        ([10, 10, 1], [4, 4, 2], 2, 5),  # the same below the others: half of them
        # varies more than a constant whatever its first value: 0.8, and 0.4 without it
        ([1, 5, 9], [3, 3, 3], 0, math.nan),
    ],
)
def test_the_year_that_carries_a_difference_by_hand(first, second, place, turn):
    found = smallsample.carrier(first, second)
    assert found == (place, pytest.approx(turn, nan_ok=True))
    if turn == turn:
        told = smallsample.variation(first, second, [2001, 2002, 2003], "sales").deciding
        side = ("above", "below") if first[place] > turn else ("below", "above")
        assert told == ("sales, 2003", f"{side[0]} {turn}; false {side[1]} it")


def test_log_trend_refuses_zero_and_two_values():
    with pytest.raises(ValueError, match="above zero"):
        log_trend([1, 2, 3], [0, 1, 2])
    with pytest.raises(ValueError, match="three"):
        log_trend([1, 2], [1, 2])


@pytest.mark.parametrize(("alpha", "t"), [(0.05, 2.7764451052), (0.2, 1.5332062741)])
def test_log_trend_of_seven_years_with_a_gap(alpha, t):
    """Closed forms of a straight line; t for n - 2 = 4 after leaving 2012 out."""
    years, values = [2011, 2013, 2014, 2015, 2016, 2019], [410, 338, 401, 269, 255, 413]
    logs, n = [math.log(v) for v in values], 6
    mean, level = sum(years) / n, sum(logs) / n
    sxx = sum((y - mean) ** 2 for y in years)
    slope = sum((y - mean) * v for y, v in zip(years, logs, strict=True)) / sxx
    rest = [v - level - slope * (y - mean) for y, v in zip(years, logs, strict=True)]
    se = math.sqrt(sum(r * r for r in rest) / (n - 2) / sxx)
    weights = [((y - mean) / sxx / (1 - 1 / n - (y - mean) ** 2 / sxx)) ** 2 for y in years]
    hc3 = math.sqrt(sum(w * r * r for w, r in zip(weights, rest, strict=True)))
    found = log_trend(years, values, alpha)
    assert (found.slope, found.se) == (pytest.approx(slope, rel=1e-7), pytest.approx(se, rel=1e-7))
    assert found.se_hc3 == pytest.approx(hc3, rel=1e-6)
    assert found.hi == pytest.approx(slope + t * se, rel=1e-6)
    assert found.lo == pytest.approx(slope - t * se, rel=1e-6)


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
