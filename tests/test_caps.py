"""The arithmetic of a limit, by hand."""

import math

import pytest

from asprinted.intervals import INF, Interval
from asprinted.quantities import known
from thirdneighbor import caps

THIRD = known("cap", 1 / 3, "share")
MORE_THAN_HALF = known("print", Interval(0.5, 1, lo_open=True), "share")
PAGE = known("page", Interval(0.205, 0.215), "share")
MINISTRY = known("ministry", Interval(0.295, 0.305), "share")


def ends(quantity):
    bounds = quantity.bounds()
    return [float(bounds.lo), float(bounds.hi)]


def test_more_than_half_of_the_present_stock_must_come_from_others():
    """s/c - 1 with s above a half and c a third: above 1/2, at most 2."""
    bounds = caps.inflow_needed(MORE_THAN_HALF, THIRD).bounds()
    assert (bounds.lo, bounds.hi, bounds.lo_open) == (0.5, 2, True)
    assert caps.inflow_needed(0.25, 0.5) == -0.5


def test_further_sales_that_bring_china_to_nine_tenths():
    """14,420.7 / 0.9 - 15,783.4 is 239.6 million."""
    sold, whole = (
        known("sold", 14_420_678_660, "usd"),
        known("all", 15_783_377_910, "usd"),
    )
    found = caps.sales_needed(sold, whole, 0.9)
    assert round(float(found) / 1e6, 1) == 239.6
    assert found.unit == "usd"


def test_room_below_the_limit():
    """33.33 less 20.5 to 21.5, and less 29.5 to 30.5."""
    assert ends(caps.room(PAGE, THIRD)) == pytest.approx([0.1183, 0.1283], abs=5e-5)
    assert ends(caps.room(MINISTRY, THIRD)) == pytest.approx([0.0283, 0.0383], abs=5e-5)
    assert caps.room(PAGE, THIRD).unit == "points"
    assert ends(caps.room(MORE_THAN_HALF, 1 / 3)) == pytest.approx([-2 / 3, -1 / 6])


def test_holdings_under_other_flags_share_the_share():
    """(1/3 - s) / (1 - s) falls in s: 15.1 per cent at 21.5, 16.1 at 20.5."""
    by_hand = [(1 / 3 - s) / (1 - s) for s in (0.215, 0.205)]
    assert by_hand == pytest.approx([0.1507, 0.1614], abs=5e-5)
    assert ends(caps.indirect_needed(PAGE, THIRD)) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("held", "others", "years"), [(0, 0.05, 14.2), (0, 0.2, 3.8), (0.05, 0.1, 14.9)]
)
def test_years_until_a_half_is_a_third(held, others, years):
    """The odds fall from 1 to 1/2: ln 2 over the difference of the log paces."""
    found = caps.years_to_limit(0.5, 1 / 3, held, others)
    assert found == pytest.approx(math.log(2) / math.log((1 + others) / (1 + held)))
    assert round(found, 1) == years


def test_a_limit_that_is_met_or_never_met():
    assert caps.years_to_limit(0.3, 1 / 3, 0.2, 0) == 0
    assert caps.years_to_limit(0.5, 1 / 3, 0.1, 0.1) == INF
    assert caps.years_to_limit(1, 1 / 3, 0, 0.1) == INF
    assert caps.years_to_limit(known("s", 0.5), THIRD, 0, 0.05) > 14
