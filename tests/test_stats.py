"""Small samples against closed forms, enumeration and arithmetic done by hand."""

import itertools
import math
import subprocess
import sys

import pytest

from asprinted import stats
from asprinted.intervals import INF, Interval
from asprinted.quantities import known

YEARS = range(2011, 2017)
PRINTED = [410, 965, 338, 401, 269, 255]  # thousand dollars sold to Kyrgyzstan
OFFICE = [500.6, 463.9, 282.4, 1013.5, 1633.0, 157.6]
BOUGHT = [1460, 1990, 4370, 2940, 1750, 2350]


def exact(value):
    return known("x", value)


def test_share_of_no_event_has_a_closed_form():
    """With none of n, the upper end solves (1 - share)^n = alpha / 2."""
    found = stats.proportion(0, 10, 0.05)
    assert (found.point, found.lo, found.n) == (0, 0, 10)
    assert found.hi == pytest.approx(1 - 0.025 ** (1 / 10))
    assert found.p == 1


def test_share_of_all_events():
    """Three of three: p and its least value are an eighth, the lower end a root."""
    found = stats.proportion(3, 3, 0.1)
    assert found.p == found.p_min == pytest.approx(1 / 8)
    assert (found.lo, found.hi) == (pytest.approx(0.05 ** (1 / 3)), 1)


def test_two_of_eleven_events():
    """2.3 to 51.8 per cent, as the page on alignment has it."""
    found = stats.proportion(2, 11)
    assert (round(found.lo, 3), round(found.hi, 3)) == (0.023, 0.518)
    assert (found > 0.5).verdict == "undecided"


def test_rate_ratio_without_an_earlier_event():
    """Three events fall in 6 of 34 years: p is (6/34)^3, the lower end a cube root."""
    found = stats.rate_ratio((0, 28), (3, 6))
    assert found.p == found.p_min == pytest.approx((6 / 34) ** 3)
    share = 0.025 ** (1 / 3)
    assert found.lo == pytest.approx(share / (1 - share) * 28 / 6)
    assert found.point == found.hi == INF
    assert (found > 1).verdict == "supported"


def test_rate_ratio_of_a_single_year_or_event():
    """Three events fall in the last of 29 years: p is (1/29)^3; one in 6 of 34: 6/34."""
    assert stats.rate_ratio((0, 28), (3, 1)).p == pytest.approx(29**-3)
    assert stats.rate_ratio((0, 28), (1, 6)).p == pytest.approx(6 / 34)


def test_rate_ratio_of_all_other_events():
    """12 in 28 years, 8 in 6: 3.11 [1.10, 8.28], p 0.016 by the binomial sum."""
    found = stats.rate_ratio((12, 28), (8, 6))
    part = 6 / 34
    tail = sum(
        math.comb(20, k) * part**k * (1 - part) ** (20 - k) for k in range(8, 21)
    )
    assert found.p == pytest.approx(tail)
    ends = found.point, found.lo, found.hi, found.p
    assert [round(end, 3) for end in ends] == [3.111, 1.103, 8.277, 0.016]


@pytest.mark.parametrize(
    ("counts", "point", "lo", "verdict"),
    [
        (((2, 29), (3, 5)), 8.7, 1.00, "undecided"),
        (((2, 29), (4, 5)), 11.6, 1.66, "supported"),
        (((6, 29), (4, 5)), 3.87, 0.80, "undecided"),
    ],
)
def test_the_list_of_visits_decides(counts, point, lo, verdict):
    found = stats.rate_ratio(*counts)
    assert (round(found.point, 2), round(found.lo, 2)) == (point, lo)
    assert (found > 1).verdict == verdict


def test_fisher_by_counting_tables():
    """All three events among the eleven later ones of 23: 165 of 1771 draws."""
    found = stats.odds_ratio((0, 12), (3, 11))
    draws = math.comb(11, 3) / math.comb(23, 3)
    assert found.p == found.p_min == pytest.approx(draws)
    assert round(found.p, 3) == 0.093
    assert (found > 1).verdict == "undecided"


@pytest.mark.parametrize(
    ("before", "after"), [((3, 12), (3, 11)), ((0, 12), (1, 11)), ((1, 1), (3, 4))]
)
def test_odds_by_counting_tables(before, after):
    """At an end of the interval the table seen and those beyond it have 2.5 per cent."""
    (k0, n0), (k, n1) = before, after
    events = k0 + k

    def ways(counts, odds=1):
        draws = ((math.comb(n1, i) * math.comb(n0, events - i), i) for i in counts)
        return sum(many * odds**i for many, i in draws)

    found = stats.odds_ratio(before, after)
    every, beyond = range(events + 1), range(k, events + 1)
    assert found.p == pytest.approx(ways(beyond) / ways(every))
    assert found.p_min == pytest.approx(ways([min(events, n1)]) / ways(every))
    for odds, tables in ((found.lo, beyond), (found.hi, range(k + 1))):
        if 0 < odds < INF:
            part = ways(tables, odds) / ways(every, odds)
            assert part == pytest.approx(0.025, rel=1e-4)


def slope_by_hand(years, values):
    """Return slope and standard error of the logarithms, from the normal equations."""
    logs = [math.log(value) for value in values]
    n, middle, mean = len(logs), sum(years) / len(logs), sum(logs) / len(logs)
    width = sum((x - middle) ** 2 for x in years)
    pairs = list(zip(years, logs, strict=True))
    slope = sum((x - middle) * y for x, y in pairs) / width
    rest = sum((y - mean - slope * (x - middle)) ** 2 for x, y in pairs)
    return slope, math.sqrt(rest / (n - 2) / width)


T_OF_FOUR = 2.776445  # Student's t, four degrees of freedom, 97.5 per cent


@pytest.mark.parametrize(
    ("values", "lo", "hi"), [(PRINTED, -35.5, 9.8), (OFFICE, -48, 83)]
)
def test_exports_to_kyrgyzstan_show_no_trend(values, lo, hi):
    found = stats.trend(YEARS, values)
    slope, error = slope_by_hand(YEARS, values)
    ends = [math.exp(slope + step * T_OF_FOUR * error) - 1 for step in (-1, 1)]
    assert [found.lo, found.hi] == pytest.approx(ends, abs=1e-5)
    digits = 1 if lo == -35.5 else 0
    assert [round(100 * end, digits) for end in ends] == [lo, hi]
    assert found.flat().verdict == "undecided"
    assert found.unit == "percent_per_year"


def test_rank_test_by_all_orders():
    def rises(values):
        pairs = itertools.combinations(values, 2)
        return sum((b > a) - (b < a) for a, b in pairs)

    orders = [abs(rises(order)) for order in itertools.permutations(PRINTED)]
    as_far = sum(far >= abs(rises(PRINTED)) for far in orders) / len(orders)
    found = stats.trend(YEARS, PRINTED)
    assert found.p == pytest.approx(as_far)
    assert round(found.p, 4) == 0.0556
    assert found.p_min == pytest.approx(2 / 720)


def test_steady_growth_is_found_and_not_flat():
    """Seven per cent a year with a gap in the years."""
    years = [2000, 2001, 2005, 2007]
    found = stats.trend(years, [1.07 ** (year - 2000) for year in years])
    assert found.point == pytest.approx(0.07)
    assert found.flat().verdict == "opposed"
    assert (found > 0).verdict == "supported"


def test_flat_is_never_supported():
    for values in ([1, 2, 1], [3, 1, 4, 1.5], [1, 1.001, 1.0005, 1.0002]):
        found = stats.trend(range(len(values)), values).flat()
        assert found.verdict in ("undecided", "opposed")


def test_trend_refuses_what_has_no_logarithm_and_years_that_repeat():
    with pytest.raises(ValueError, match="above zero"):
        stats.trend([1, 2, 3], [1, 0, 2])
    with pytest.raises(ValueError, match="another year"):
        stats.trend([1, 1, 3], [1, 2, 2])


def spread(values):
    mean = sum(values) / len(values)
    square = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return math.sqrt(square) / mean


@pytest.mark.parametrize("alpha", [0.05, 1 / 32])
def test_variation_by_all_swaps(alpha):
    """All 64 ways to swap the two series of six years, each over its mean."""
    found = stats.variation(PRINTED, BOUGHT, alpha)
    even = [[x / (sum(s) / len(s)) for x in s] for s in (PRINTED, BOUGHT)]
    seen = spread(PRINTED) - spread(BOUGHT)
    gaps = []
    for swap in itertools.product((0, 1), repeat=6):
        pairs = [(even[s][i], even[1 - s][i]) for i, s in enumerate(swap)]
        first, second = zip(*pairs, strict=True)
        gaps.append(abs(spread(first) - spread(second)))
    assert found.point == pytest.approx(seen)
    assert [round(spread(s), 3) for s in (PRINTED, BOUGHT)] == [0.603, 0.428]
    assert found.p == pytest.approx(sum(gap >= seen - 1e-9 for gap in gaps) / 64)
    likely = max(g for g in gaps if sum(o >= g - 1e-9 for o in gaps) / 64 > alpha)
    assert found.hi - found.point == pytest.approx(likely)
    assert (found > 0).verdict == "undecided"


def test_five_years_cannot_tell_which_varies_more():
    """Of 32 swaps two are the most extreme: no p below 0.0625, so no end at 0.05."""
    found = stats.variation([282.4, 1013.5, 1633, 157.6, 413.2], [2, 9, 1, 9, 2])
    assert found.p_min == pytest.approx(2 / 32)
    assert (found.lo, found.hi) == (-INF, INF)


@pytest.mark.parametrize(
    "found",
    [
        stats.proportion(0, 0),
        stats.rate_ratio((0, 28), (0, 6)),
        stats.rate_ratio((1, 0), (2, 6)),
        stats.odds_ratio((0, 5), (0, 5)),
        stats.odds_ratio((0, 0), (2, 5)),
        stats.trend([2011, 2012], [1, 2]),
        stats.variation([1, 2], [2, 1]),
    ],
)
def test_without_cases_there_is_no_figure(found):
    assert math.isnan(found.point)
    assert (found.p, found.p_min) == (1, 1)
    assert (found > 0).verdict == (found <= 1).verdict == "no_figure"


def test_an_interval_on_one_side_straddling_or_on_the_other():
    found = stats.Estimate(2.0, 1.0, 3.0, 9, 0.04, 0.01, "by hand", 0.05)
    assert (found > 0.5).verdict == (found < 4).verdict == "supported"
    assert (found > 1).verdict == (found < 3).verdict == "undecided"
    assert (found >= 1).verdict == (found <= 3).verdict == "supported"
    assert (found > 3).verdict == (found < 1).verdict == "opposed"
    assert (found >= 3).verdict == "undecided"


def test_a_test_carries_its_condition_and_has_no_truth_value():
    test = stats.rate_ratio((0, 28), (3, 6)) > 1
    assert test.given("if the list is whole").words == "if the list is whole"
    assert (test.words, test.operator, test.threshold) == ("", "gt", 1)
    with pytest.raises(TypeError, match="three answers"):
        bool(test)


def test_an_estimate_as_a_row_of_a_table():
    row = stats.proportion(3, 3).row()
    assert row[["point", "hi", "n", "p"]].to_numpy().tolist() == [[1, 1, 3, 0.125]]


def test_exact_quantities_are_numbers():
    plain = stats.rate_ratio((0, 28), (3, 6), 0.1)
    assert stats.rate_ratio((0, 28), (3, 6), exact(0.1)) == plain
    values = [exact(value) for value in PRINTED]
    assert stats.trend(YEARS, values, exact(0.05)) == stats.trend(YEARS, PRINTED)
    assert (plain > exact(1)).threshold == 1
    with pytest.raises(TypeError):
        stats.trend(YEARS, [known("x", Interval(1, 2))] * 6)


def test_a_wider_level_gives_a_narrower_interval():
    strict, loose = (stats.trend(YEARS, PRINTED, alpha) for alpha in (0.01, 0.2))
    assert strict.lo < loose.lo < loose.hi < strict.hi


def test_growth_of_numbers_and_of_quantities():
    """100 to 110, then 121, two years later: 4.88 to 10 per cent a year."""
    assert stats.growth(100, 121, 2) == pytest.approx(0.1)
    assert stats.growth(exact(121), 100, 2).point == pytest.approx(-1 / 11)
    found = stats.growth(known("a", Interval(100, 110)), exact(121), 2)
    ends = [float(end) for end in (found.bounds().lo, found.bounds().hi)]
    assert ends == pytest.approx([math.sqrt(1.1) - 1, 0.1])
    assert found.unit == "percent_per_year"
    with pytest.raises(ValueError, match="above zero"):
        stats.growth(known("a", Interval(1, 2)), known("b", Interval(0, 1)), 2)


def test_growth_without_an_upper_end():
    found = stats.growth(exact(1), known("b", Interval(4, INF, lo_open=True)), 2)
    assert (found.bounds().lo, found.bounds().hi) == (1, INF)
    assert found.bounds().lo_open


def test_concentration_of_named_parts():
    """3, 2 and 1 of 6: (9 + 4 + 1) / 36."""
    parts = [
        known(name, value, "usd") for name, value in (("a", 3), ("b", 2), ("c", 1))
    ]
    assert float(stats.herfindahl(parts)) == pytest.approx(14 / 36)


def test_concentration_with_partners_that_nobody_names():
    """Half is named: the rest lies with one partner, or with very many."""
    half, whole = known("a", 5, "usd"), known("w", 10, "usd")
    bounds = stats.herfindahl([half], whole).bounds()
    assert (bounds.lo, bounds.hi) == (0.25, 0.5)


def test_concentration_on_the_joint_box():
    """6.25 to 6.35 of 6.5 to 7.5: the share s gives s^2 to s^2 + (1 - s)^2."""
    part = known("p", Interval(6.25, 6.35), "usd")
    bounds = stats.herfindahl([part], known("w", Interval(6.5, 7.5), "usd")).bounds()
    least, most = 6.25 / 7.5, 6.35 / 6.5
    assert float(bounds.lo) == pytest.approx(least**2)
    assert float(bounds.hi) == pytest.approx(most**2 + (1 - most) ** 2)


def test_importing_does_not_load_scipy():
    code = "import asprinted, sys; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
