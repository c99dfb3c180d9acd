"""Indicators against numbers worked by hand, the traps first."""

import math
from fractions import Fraction as F

import pandas as pd
import pytest

from thirdneighbor import indicators as ind
from thirdneighbor.intervals import INF, Interval
from thirdneighbor.quantities import Undefined, constant, known, total, unknown

EXACT = 1e-6


def near(value):
    return pytest.approx(value, abs=EXACT)


def ends(interval):
    return float(interval.lo), float(interval.hi)


# --- shares, ratios, balances ----------------------------------------------------------------

SHARES = [
    (ind.share, (1, 3), 0.25),
    (ind.share, (0, 5), 0),
    (ind.share, (6590, 63.053), 0.990523),
    (ind.import_ratio, (7.14, 58.1), 8.137255),
    (ind.import_ratio, (0.413, 2.32), 5.617433),
    (ind.import_ratio, (5, 0), 0),
    (ind.balance, (6590, 1950), 0.543326),
    (ind.balance, (34.7, 287), -0.784271),
    (ind.balance, (20.8, 594), -0.932336),
    (ind.balance, (7.14, 58.1), -0.781116),
    (ind.balance, (0.413, 2.32), -0.697768),
    (ind.balance, (0, 7), -1),
    (ind.balance, (7, 0), 1),
]


@pytest.mark.parametrize(("rule", "arguments", "value"), SHARES)
def test_shares_and_balances(rule, arguments, value):
    assert rule(*arguments) == near(value)


@pytest.mark.parametrize(
    ("exports", "imports", "low", "high"),
    [
        ((6585, 6595), (1945, 1955), (6585 - 1955) / 8540, (6595 - 1945) / 8540),
        ((34.65, 34.75), (286.5, 287.5), -252.85 / 322.15, -251.75 / 321.25),
        ((7.135, 7.145), (58.05, 58.15), -51.015 / 65.285, -50.905 / 65.195),
    ],
)
def test_a_balance_has_the_bounds_of_opposite_corners(exports, imports, low, high):
    x, m = known("x", Interval(*exports)), known("m", Interval(*imports))
    assert ends(ind.balance(x, m).bounds()) == (near(low), near(high))


def test_a_share_has_its_numerator_in_its_denominator():
    """6585 / (6585 + 63.11) and 6595 / (6595 + 63): not 6585 / 6658 and 6595 / 6648."""
    bounds = ind.share(known("a", Interval(6585, 6595)), known("r", Interval(63, 63.11))).bounds()
    assert ends(bounds) == (near(6585 / 6648.11), near(6595 / 6658))


def test_a_one_sided_share_keeps_its_open_end():
    s = known("s", Interval(F(1, 2), 1, lo_open=True))
    assert ind.required_inflow(s, F(1, 3)).bounds() == Interval(F(1, 2), 2, lo_open=True)
    assert ind.required_divestment(s, F(1, 3)).bounds() == Interval(F(1, 4), 1, lo_open=True)
    assert ind.headroom(s, F(1, 3)).bounds() == Interval(-1, F(-1, 4), hi_open=True)


@pytest.mark.parametrize(
    ("rule", "arguments"),
    [
        (ind.balance, (0, 0)),
        (ind.share, (0, 0)),
        (ind.import_ratio, (0, 3)),
        (ind.herfindahl, ([0, 0],)),
        (ind.asymmetry, (0.5, 0)),
        (ind.herfindahl_normalised, (1, 1)),
        (ind.jaccard, ([], [])),
        (ind.trade_intensity, (1, 0, 1, 10, 1)),
        (ind.trade_intensity, (1, 1, 1, 10, 10)),
        (ind.trade_intensity, (1, 1, 0, 10, 1)),
    ],
)
def test_what_divides_by_nothing_is_undefined(rule, arguments):
    with pytest.raises(Undefined, match=r"undefined|imports"):
        rule(*arguments)


def test_a_balance_that_may_be_nought_over_nought_is_undefined():
    x, m = known("x", Interval(0, 1)), known("m", Interval(0, 1))
    with pytest.raises(Undefined):
        ind.balance(x, m).bounds()


@pytest.mark.parametrize(
    ("rule", "arguments"),
    [
        (ind.share, (-1, 3)),
        (ind.balance, (3, -1)),
        (ind.import_ratio, (-3, 1)),
        (ind.herfindahl, ([1, -1, 3],)),
        (ind.herfindahl_bounds, ([-0.1], 3)),
        (ind.required_inflow, (-0.1, 0.3)),
        (ind.headroom, (0.1, -0.3)),
        (ind.asymmetry, (-0.1, 0.3)),
        (ind.trade_intensity, (1, 2, -3, 10, 1)),
        (ind.balance, (math.nan, 1)),
    ],
)
def test_negative_inputs_are_refused(rule, arguments):
    with pytest.raises(ValueError, match="is negative"):
        rule(*arguments)


# --- concentration ---------------------------------------------------------------------------


def test_the_index_of_the_named_partners():
    """(6590^2 + 34.7^2 + 20.8^2 + 7.14^2 + 0.413^2) / 6653.053^2."""
    exports = [6590, 34.7, 20.8, 7.14, 0.413]
    assert ind.herfindahl(exports) == near(43429786.2 / 44263114.2)
    assert ind.herfindahl(exports) == pytest.approx(0.9812, abs=5e-5)
    assert ind.herfindahl([1950, 287, 594, 58.1, 2.32]) == pytest.approx(0.5073, abs=5e-5)


@pytest.mark.parametrize(
    ("values", "value"), [([1], 1), ([1, 1, 1, 1], 0.25), ([3, 1], 0.625), ([0, 2], 1)]
)
def test_the_index_of_few(values, value):
    assert ind.herfindahl(values) == near(value)


@pytest.mark.parametrize(
    ("index", "partners", "value"), [(0.25, 4, 0), (1, 4, 1), (0.5, 4, 1 / 3), (0.625, 2, 0.25)]
)
def test_the_normalised_index(index, partners, value):
    assert ind.herfindahl_normalised(index, partners) == near(value)


def test_the_effective_number_of_partners():
    assert ind.effective_number(0.625) == near(1.6)


@pytest.mark.parametrize(
    ("shares", "partners", "largest", "low", "high"),
    [
        ([F(1, 2)], 1, False, 0.5, 0.5),
        ([F(1, 2)], 5, False, 0.3, 0.5),
        ([F(3, 5), F(1, 5)], 2, False, 0.42, 0.44),
        ([F(3, 5), F(1, 10)], 10, False, 0.379, 0.46),
        # the largest are known: 0.3 is left, in three pieces of 0.1 at most
        ([F(3, 5), F(1, 10)], 10, True, 0.379, 0.4),
        # 0.35 is left beside 0.5 and 0.15: two pieces of 0.15 and one of 0.05
        ([F(1, 2), F(3, 20)], 7, True, 0.29, 0.32),
        ([F(1, 4)] * 4, 3, True, 0.25, 0.25),
        ([1], 250, False, 1, 1),
        ([1], 0, False, 1, 1),
    ],
)
def test_the_index_with_unknown_partners(shares, partners, largest, low, high):
    found = ind.herfindahl_bounds(shares, partners, largest=largest)
    assert ends(found) == (near(low), near(high))
    assert not found.lo_open


def test_without_limit_to_their_number_the_lower_end_is_never_reached():
    found = ind.herfindahl_bounds([F(4, 5)], None)
    assert found == Interval(F(16, 25), F(17, 25), lo_open=True)
    assert ind.herfindahl_bounds([1], None) == Interval.point(1)


@pytest.mark.parametrize(
    ("shares", "partners", "largest", "message"),
    [
        ([F(1, 2)], 0, False, "cannot hold"),
        ([F(1, 2), F(1, 10)], 3, True, "cannot hold"),
        ([0.7, 0.6], 3, False, "exceed 1"),
    ],
)
def test_partners_that_cannot_hold_the_rest(shares, partners, largest, message):
    with pytest.raises(ValueError, match=message):
        ind.herfindahl_bounds(shares, partners, largest=largest)


def test_the_index_of_all_exports_from_one_share():
    """s from 6.25/7.5 to 6.35/6.5: 25/36 + 1/36/250 at the lower end, s^2 + (1 - s)^2 above."""
    s = known("x", Interval(6.25, 6.35)) / known("t", Interval(6.5, 7.5))
    low = (5 / 6) ** 2 + (1 / 6) ** 2 / 250
    high = (6.35 / 6.5) ** 2 + (0.15 / 6.5) ** 2
    assert ends(ind.herfindahl_of_largest(s, 250).bounds()) == (near(low), near(high))
    assert (low, high) == (pytest.approx(0.69456, abs=5e-6), pytest.approx(0.9549, abs=5e-5))


def test_nobody_to_hold_the_rest_leaves_the_index_unknown():
    assert ind.herfindahl_of_largest(known("s", Interval(0.8, 0.9)), 0).point is None


def test_the_squared_coefficient_of_variation():
    """Values 1, 3: mean 2, sample variance 2."""
    assert ind.variation_squared([1, 3]) == near(0.5)
    exports = [410, 965, 338, 401, 269, 255]
    mean = sum(exports) / 6
    variance = sum((x - mean) ** 2 for x in exports) / 5
    assert ind.variation_squared(exports) == near(variance / mean**2)
    assert math.sqrt(ind.variation_squared(exports)) == pytest.approx(0.603, abs=5e-4)


def test_diversity_of_directions():
    """1 - (9 + 9 + 9 + 4) / 121."""
    assert ind.diversity([3, 3, 3, 2]) == near(90 / 121)
    assert ind.diversity([5]) == 0


@pytest.mark.parametrize(
    ("first", "second", "value"), [("abc", "bcd", 0.5), ("ab", "ab", 1), ("a", "b", 0)]
)
def test_overlap_of_lists(first, second, value):
    assert ind.jaccard(first, second) == near(value)


# --- dependence ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "salience", "symmetry"),
    [
        (0.5, 0.5, 0.5, 1),
        (0.9, 0.1, 0.3, 0.2),
        (0.8911, 0.0033, 0.054228, 0.1122),
        (0, 0.4, 0, 0.6),
    ],
)
def test_salience_symmetry_interdependence(a, b, salience, symmetry):
    assert ind.salience(a, b) == near(salience)
    assert ind.symmetry(a, b) == near(symmetry)
    assert ind.interdependence(a, b) == near(math.sqrt(a * b) * (1 - abs(a - b)))


def test_a_dependence_outside_nought_to_one_is_refused():
    with pytest.raises(ValueError, match="not a share"):
        ind.salience(1.2, 0.5)
    with pytest.raises(ValueError, match="not a share"):
        ind.symmetry(0.2, -0.5)


def test_asymmetry():
    assert ind.asymmetry(0.9, 0.003) == near(300)
    assert ind.asymmetry(0, 0.3) == 0
    with pytest.raises(Undefined):
        ind.asymmetry(known("a", Interval(0.8, 0.9)), known("b", Interval(0, 0.1))).bounds()


def test_trade_intensity():
    """(30 / 100) / (50 / (1000 - 200)) = 0.3 / 0.0625."""
    assert ind.trade_intensity(30, 100, 50, 1000, 200) == near(4.8)
    assert ind.trade_intensity(10, 100, 100, 1010, 10) == near(1)


# --- the cap ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("s", "c", "f", "value"),
    [
        (0.5, 1 / 3, 0, 0.5),
        (1, 1 / 3, 0, 2),
        (0.5, 1 / 3, 0.25, 2),
        (1 / 3, 1 / 3, 0, 0),
        (0.2, 1 / 3, 0, 0),
        (0.2, 1 / 3, 0.9, 0),
        (0.5, 0.4, 0.4, INF),
        (0.5, 0.4, 0.7, INF),
        (0.5, 1, 1, 0),
    ],
)
def test_new_money(s, c, f, value):
    assert ind.required_inflow(s, c, f) == near(value)
    assert ends(ind.inflow(known("s", Interval.point(s)), c, f).bounds()) == (
        (near(value), near(value)) if value < INF else (1000, INF)
    )


@pytest.mark.parametrize(
    ("s", "c", "sale", "room"),
    [(0.5, 1 / 3, 0.25, -0.25), (1, 1 / 3, 1, -1), (0.21, 1 / 3, 0, 0.185), (0.3, 0.3, 0, 0)],
)
def test_sale_and_room(s, c, sale, room):
    assert ind.required_divestment(s, c) == near(sale)
    assert ind.headroom(s, c) == near(room)


def test_room_without_a_cap_has_no_limit():
    assert ind.headroom(0.4, 1) == INF


def test_the_room_of_a_rounded_share():
    """(1/3 - 0.215) / (2/3) to (1/3 - 0.205) / (2/3)."""
    found = ind.headroom(known("s", Interval(0.205, 0.215)), F(1, 3)).bounds()
    assert ends(found) == (near(0.1775), near(0.1925))


@pytest.mark.parametrize(
    ("s", "g", "h", "value"),
    [
        (0.5, 0, 0.05, math.log(2) / math.log(1.05)),
        (0.5, 0, 0.1, 7.272541),
        (0.5, 0, 0.2, 3.801784),
        (0.5, 0.05, 0.1, 14.899977),
        (0.5, 0.05, 0.2, 5.190893),
        (0.5, 0.05, 0.05, INF),
        (0.5, 0.1, 0.05, INF),
        (0.5, -0.1, -0.05, math.log(2) / math.log(0.95 / 0.9)),
        (1, 0, 0.5, INF),
        (1 / 3, 0.5, 0, 0),
        (0.1, 0.5, 0, 0),
    ],
)
def test_years_to_compliance(s, g, h, value):
    assert ind.years_to_compliance(s, 1 / 3, g, h) == near(value)


@pytest.mark.parametrize("arguments", [(-0.1, 0.3, 0, 0), (0.5, 0, 0, 0), (0.5, 0.3, -1, 0)])
def test_years_refuse_what_has_no_meaning(arguments):
    with pytest.raises(ValueError, match="growth above -1"):
        ind.years_to_compliance(*arguments)


def test_years_of_a_one_sided_share():
    share = known("s", Interval(F(1, 2), 1, True))
    found = ind.years(share, F(1, 3), 0, 0.05).bounds()
    assert ends(found) == (near(math.log(2) / math.log(1.05)), INF)
    assert found.lo_open
    never = ind.years(share, F(1, 3), 0.05, 0.05).bounds()
    assert (never.lo, never.hi, never.lo_open) == (1000, INF, True)


def test_years_of_a_share_on_both_sides_of_the_cap():
    found = ind.years(known("s", Interval(0.2, 0.5, True)), F(1, 3), 0, 0.05).bounds()
    assert ends(found) == (0, near(math.log(2) / math.log(1.05)))
    assert not found.lo_open


def test_a_share_that_is_not_printed_has_no_years():
    assert ind.years(unknown("s"), F(1, 3), 0, 0.05).point is None


# --- growth ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "periods", "value"),
    [(100, 121, 2, 0.1), (410, 413, 8, 0.000911723), (8, 1, 3, -0.5), (5, 0, 2, -1), (3, 3, 1, 0)],
)
def test_growth(start, end, periods, value):
    assert ind.growth(start, end, periods) == near(value)


def test_growth_takes_opposite_ends():
    """(412.5 / 410.5)^(1/8) and (413.5 / 409.5)^(1/8)."""
    start, end = known("a", Interval(409.5, 410.5)), known("b", Interval(412.5, 413.5))
    found = ind.growth(start, end, 8)
    assert ends(found) == (near((412.5 / 410.5) ** 0.125 - 1), near((413.5 / 409.5) ** 0.125 - 1))


def test_growth_from_a_number_to_a_range_without_end():
    found = ind.growth(constant(2), known("b", Interval(8, INF, lo_open=True)), 2)
    assert (float(found.lo), found.hi, found.lo_open) == (near(1), INF, True)


@pytest.mark.parametrize(
    ("start", "end", "periods"),
    [
        (0, 5, 1),
        (-1, 5, 1),
        (5, -1, 1),
        (-4, -2, 1),
        (5, 6, 0),
        (known("a", Interval(-1, 2)), known("b", Interval(3, 4)), 1),
        (known("a", Interval(0, 2)), known("b", Interval(3, 4)), 1),
        (known("a", Interval(1, 2)), known("b", Interval(-1, 4)), 1),
    ],
)
def test_growth_across_zero_is_refused(start, end, periods):
    with pytest.raises(ValueError, match="above zero"):
        ind.growth(start, end, periods)


# --- tables ----------------------------------------------------------------------------------


def printed(code, kind, number):
    return {
        "partner": code,
        "kind": kind,
        "quantity": known(f"{kind}_{code}", Interval.point(number)),
    }


FIGURES = pd.DataFrame(
    [
        printed("KAZ", "exports_to", 2e6),
        printed("KAZ", "imports_from", 8e6),
        printed("CHN", "exports_to", 9e6),
    ]
)


def test_partners_keep_a_row_where_nothing_is_printed():
    table = ind.by_partner(FIGURES, {"CHN": "China", "KAZ": "Kazakhstan", "JPN": "Japan"})
    assert list(table["printed"]) == [True, False, False]
    assert table.loc["KAZ", "ratio"].point == 4
    assert table.loc["CHN", "imports"].point is None
    assert list(ind.drawn(table)["value"]) == [near(-0.6)]


def test_the_gap_between_two_reporters():
    names = {"KAZ": "Kazakhstan"}
    twice = FIGURES.assign(
        quantity=[known(f"o{i}", Interval.point(v)) for i, v in enumerate((4e6, 4e6, 1))]
    )
    gap = ind.gaps(ind.by_partner(FIGURES, names), ind.by_partner(twice, names))
    assert list(gap["point"]) == [0.5, 2]


def test_years_with_one_flow_only_are_left_out():
    rows = pd.concat([FIGURES.iloc[:2].assign(year=2011), FIGURES.iloc[2:].assign(year=2012)])
    table = ind.by_year(rows)
    assert list(table.index) == [2011]
    assert table.loc[2011, "surplus"].point == 6e6
    assert total(table["turnover"]).point == 1e7
