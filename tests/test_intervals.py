"""Ends, openness and the printed form of intervals."""

import math
from fractions import Fraction as F

import pytest

from asprinted.intervals import (
    INF,
    Interval,
    bounds_text,
    exact,
    number,
    short_text,
    text,
)
from asprinted.quantities import known


def test_numbers_are_exact():
    assert exact(0.1) + exact(0.7) == exact(0.8)
    assert exact(1 / 3) == F(1, 3)
    assert exact("1/3") == F(1, 3)
    assert exact(7011.7578) == F("7011.7578")
    with pytest.raises(ValueError, match="nan"):
        exact(float("nan"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("50%", "'50%' is not a number; write 0.5"),
        ("33.3 %", "'33.3 %' is not a number; write 0.333"),
        ("%", "'%' is not a number"),
        ("1/0", "'1/0' is not a number"),
        ("half", "'half' is not a number"),
        (None, "None is not a number"),
    ],
)
def test_what_is_no_number_is_refused_wherever_it_is_given(given, said):
    share = known("share", Interval(0.5, 1), "share")
    for use in (exact, share.__gt__, share.__add__, lambda v: Interval(0, v)):
        with pytest.raises(ValueError) as error:
            use(given)
        assert str(error.value) == said


@pytest.mark.parametrize(
    "ends", [(2, 1, False, False), (1, 1, True, False), (1, 1, False, True)]
)
def test_an_interval_without_a_number_is_refused(ends):
    with pytest.raises(ValueError, match="holds no number"):
        Interval(*ends)


def test_open_ends_exclude_the_end():
    half_open = Interval(F(1, 2), 1, lo_open=True)
    assert 0.5 not in half_open
    assert 0.5000001 in half_open
    assert 1 in half_open
    assert Interval(0, INF).hi_open


def test_an_end_without_limit_is_read_and_open():
    assert (exact("-inf"), exact("Infinity"), exact("+inf")) == (-INF, INF, INF)
    everything = Interval(-INF, INF)
    assert (everything.lo_open, everything.hi_open) == (True, True)
    assert 10**9 in everything
    assert repr(Interval(0, 1, hi_open=True)) == "Interval([0, 1))"
    assert repr(Interval(0, INF, lo_open=True)) == "Interval((0, inf))"


def test_a_float_is_a_simple_fraction_up_to_a_thousandth():
    assert exact(1 / 1000) == F(1, 1000)
    assert exact(1 / 1001) != F(1, 1001)
    assert exact("0.3333333333333333") != F(1, 3)


def test_width_middle_and_sum():
    assert (Interval(1, 4).width, Interval(1, 4).middle) == (3, F(5, 2))
    assert (Interval(-INF, 3).middle, Interval(2, INF).middle) == (3, 2)
    added = Interval(1, 2, lo_open=True).plus(Interval(10, 20, hi_open=True))
    assert added == Interval(11, 22, True, True)
    assert Interval(1, 2).plus(Interval(10, 20)) == Interval(11, 22)


def test_ends_count_as_they_are_open():
    closed, opened = Interval(1, 2), Interval(1, 2, True, True)
    assert (1 in closed, 2 in closed, 0 in closed, 3 in closed) == (1, 1, 0, 0)
    assert (1 in opened, 2 in opened, 1.5 in opened) == (0, 0, 1)
    assert opened.within(closed) and not closed.within(opened)
    assert closed.within(closed) and opened.within(opened)
    assert not Interval(0, 3).within(closed)
    assert not Interval(1, 3).within(closed) and not Interval(0, 2).within(closed)
    assert closed.meets(Interval(2, 3)) and not opened.meets(Interval(2, 3))
    assert not closed.meets(Interval(2, 3, lo_open=True))
    assert not closed.meets(Interval(3, 4)) and not Interval(3, 4).meets(closed)
    assert Interval(0, 9).meets(closed) and closed.meets(Interval(0, 9))


def test_within_and_meets():
    assert Interval(0.5, 1, True).within(Interval(0.5, INF, True))
    assert not Interval(0.5, 1).within(Interval(0.5, INF, True))
    assert not Interval(0, 1, hi_open=True).meets(Interval(1, 2))
    assert Interval(0, 1).meets(Interval(1, 2))


def plain(words):
    return words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("interval", "unit", "said", "bounds"),
    [
        (Interval(F(41, 200), F(43, 200)), "share", "21%", "20.5% to 21.5%"),
        (
            Interval(F(5, 6), F(127, 130)),
            "share",
            "between 83% and 98%",
            "83.3% to 97.7%",
        ),
        (Interval(0.5, 1, True), "share", "more than 50%", "above 50% to 100%"),
        (Interval(0.83, 1), "share", "at least 83%", "83% to 100%"),
        (Interval(F(58_050, 7_145), F(58_150, 7_135)), "times", "8.1 times", None),
        (
            Interval(6_250_000_000, 6_350_000_000),
            "usd",
            "$6.3 billion",
            "$6.25 to $6.35 billion",
        ),
        (
            Interval(412_500, 413_500),
            "usd",
            "$413 thousand",
            "$412.5 to $413.5 thousand",
        ),
        (
            Interval(5_000_000, INF, True),
            "usd",
            "more than $5 million",
            "above $5 million, no upper end",
        ),
        (
            Interval(0, 5, hi_open=True),
            "times",
            "less than 5 times",
            "0 to below 5 times",
        ),
        (
            Interval(F(-355, 1000), F(98, 1000)),
            "percent_per_year",
            "between −36% and 10% a year",
            "−35.5% to 9.8% a year",
        ),
        (
            Interval(F(118, 1000), F(128, 1000)),
            "points",
            "between 11.8 and 12.8 points",
            None,
        ),
        (Interval.point(F(1, 3)), "share", "33.3%", "33.3%"),
        (Interval.point(F(1, 8)), "share", "12.5%", "exactly 12.5%"),
        (Interval(F("0.9331218918"), F("0.9331219194")), "share", "93.3%", "93.31%"),
        (
            Interval(F("4.6687392"), F("4.6688157")),
            "times",
            "4.67 times",
            "4.669 times",
        ),
        (Interval(F("0.11781"), F("0.12789")), "points", None, "11.78 to 12.79 points"),
        (Interval(F(252, 100_000), F(254, 100_000)), "share", "0.25%", None),
        (Interval(F(82, 100), F(83, 100)), "ratio", "about 83%", None),
        (Interval(F(9438, 10_000), F(9487, 10_000)), "times", "about 0.95 times", None),
        (Interval(F(6836, 1000), F(6866, 1000)), "times", "about 6.9 times", None),
        (Interval(F(12, 10), F(13, 10)), "ratio", "between 1.2 and 1.3 times", None),
        (Interval(0, 1), "share", "any value", "0% to 100%"),
        (
            Interval(3_000_000, 3_500_000),
            "persons",
            "between 3.0 and 3.5 million people",
            None,
        ),
        (Interval(F(-5), F(3)), "", "between −5 and 3", "−5 to 3"),
        (Interval(F("12345.67"), F("12346.9")), "km", None, "12,345 to 12,347 km"),
        (Interval(-5, INF, True), "usd", "more than −$5", "above −$5, no upper end"),
    ],
)
def test_numbers_are_said_as_people_say_them(interval, unit, said, bounds):
    if said:
        assert plain(text(interval, unit)) == said
    if bounds:
        assert plain(bounds_text(interval, unit)) == bounds


@pytest.mark.parametrize(
    ("interval", "unit", "said"),
    [
        (
            Interval(F(1, 6), INF, True),
            "points",
            "more than 16 points",
        ),  # 16.67: not 17
        (Interval(F(1673, 10_000), INF), "share", "at least 16%"),
        (Interval(-INF, F(2149, 10_000), hi_open=True), "share", "less than 22%"),
        (Interval(1.96, INF), "times", "at least 1.96 times"),
        (Interval("1.4567", INF), "times", "at least 1.4 times"),
        (Interval(F(1, 5), INF, True), "points", "more than 20 points"),
        (Interval(F(8, 10), 1), "ratio", "at least 80%"),
        (Interval(0, F(1, 5)), "share", "at most 20%"),
        (Interval(0, 1, True), "share", "more than 0%"),
        (Interval(1, INF), "rank", "any value"),
        (Interval(0, INF), "usd", "at least $0"),
        (Interval(-INF, INF), "usd", "any value"),
    ],
)
def test_a_single_bound_is_rounded_outwards(interval, unit, said):
    assert plain(text(interval, unit)) == said


@pytest.mark.parametrize(
    ("lo", "hi", "said"),
    [
        (
            "19.9",
            "20.1",
            "20",
        ),  # a rounded number may always cover a twentieth of itself
        ("4.6", "5.4", "5"),  # a fifth where the range is wide,
        ("3.6", "4.4", "between 3.6 and 4.4"),  # never more,
        ("9.875", "10.125", "10"),  # wide is a quarter of the step or more
        ("9.89", "10.11", "between 9.89 and 10.11"),
        ("99", "101", "about 100"),  # a range up to a fiftieth of its middle
        ("0.99", "1.01", "about 1.0"),
        ("-0.3", "0.3", "between −0.3 and 0.3"),  # nothing is not said for a range
    ],
)
def test_a_range_is_said_as_one_number_where_that_claims_little(lo, hi, said):
    assert text(Interval(lo, hi), "") == said


@pytest.mark.parametrize("low", range(1, 400, 7))
def test_what_is_said_holds_every_value(low):
    """A single number said for a range is what every value of the range rounds to."""
    interval = Interval(F(low, 1000), F(low + 2, 1000))
    said = plain(text(interval, "share"))
    if said.startswith(("between", "about")):
        return
    digits = len(said.rstrip("%").partition(".")[2])
    shown, half = F(said.rstrip("%")) / 100, F(1, 200 * 10**digits)
    finest = digits == 2 - math.floor(math.log10(low / 10 + 0.1))
    assert finest or (shown - half <= interval.lo and interval.hi <= shown + half)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (999, "usd", "$999"),
        (1000, "usd", "$1 thousand"),
        (999_999, "persons", "999,999 people"),
        (1_000_000, "persons", "1 million people"),
        (4000, "count", "4,000"),
        (-5e9, "usd", "−$5 billion"),
        (12_345_678, "usd", "$12.3 million"),
        (3.14159, "", "3.14"),
        (0.0123, "", "0.012"),
        (1234.5, "", "1,235"),
        (0, "", "0"),
        (F(-1, 1000), "points", "−0.1 points"),
        (7, "sheep", "7 sheep"),
        (7, "cow", "7 cow"),
        (7000, "chf", "7 thousand CHF"),
        (7, "rand", "7 rand"),
    ],
)
def test_one_number_has_three_digits_and_its_unit(value, unit, said):
    assert plain(text(value, unit)) == said


@pytest.mark.parametrize(
    ("interval", "unit", "said"),
    [
        (Interval(-INF, INF), "km", "any value"),
        (Interval(-INF, 5, hi_open=True), "km", "any value to below 5 km"),
        (Interval(-INF, 5), "km", "any value to 5 km"),
        (Interval(2, INF), "km", "2 km, no upper end"),
        (Interval(1, 2, True, True), "km", "above 1 to below 2 km"),
    ],
)
def test_bounds_without_an_end(interval, unit, said):
    """An open end counts as one, so an endless one is not told as open."""
    assert plain(bounds_text(interval, unit)) == said


def test_headline_numerals():
    assert plain(short_text(Interval(0.5, 1, True), "share")) == ">50%"
    assert plain(short_text(Interval(F(5, 6), F(127, 130)), "share")) == "83% to 98%"
    assert short_text(Interval(-INF, F(1, 5), hi_open=True), "share") == "<20%"


def test_digits_may_be_asked_for():
    assert plain(text(Interval(0.93312, 0.93313), "share", 0)) == "93%"
    assert plain(text(0.10249, "share", 1)) == "10.2%"
    assert plain(text(Interval(F(1667, 10_000), INF, True), "share", 1)) == (
        "more than 16.6%"
    )
    assert plain(text(F(-1, 1000), "share", 0)) == "0%"  # no minus before nothing


def test_one_of_a_unit_is_singular():
    assert plain(text(0.01, "points")) == "1 point"
    assert plain(text(1, "years")) == "1 year"
    assert plain(text(0.02, "points")) == "2 points"


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("", "0.5"),
        ("share", "50%"),
        ("ratio", "50%"),
        ("times", "0.5 times"),
        ("points", "50 points"),
        ("percent", "50%"),
        ("percent_per_year", "50% a year"),
        ("usd", "$0.5"),
        ("eur", "€0.5"),
        ("gbp", "£0.5"),
        ("jpy", "¥0.5"),
        ("aud", "A$0.5"),
        ("cny", "0.5 yuan"),
        ("rub", "0.5 roubles"),
        ("gwh", "0.5 GWh"),
        ("km", "0.5 km"),
        ("years", "0.5 years"),
        ("months", "0.5 months"),
        ("days", "0.5 days"),
        ("persons", "0.5 people"),
        ("count", "0.5"),
        ("rank", "0.5"),
        ("index", "0.5"),
    ],
)
def test_one_half_in_every_unit(unit, said):
    """A line is not broken between a number and its unit, but it may be behind that."""
    assert text(F(1, 2), unit) == said.replace(" ", "\N{NO-BREAK SPACE}", 1)


def test_a_falling_map_turns_the_ends():
    turned = Interval(1, 2, lo_open=True).map(lambda x: 1 / x, falling=True)
    assert turned == Interval(F(1, 2), 1, hi_open=True)


def test_numbers_have_thousands_commas_and_a_real_minus():
    assert number(F(-13245, 10)) == "−1,324.5"
    assert (number(INF), number(-INF)) == ("∞", "−∞")
    assert (number(F(5, 2), 0), number(F(-5, 2), 0)) == ("3", "−3")  # half, outwards
    assert (number(1234, -2), number(0.25)) == ("1,200", "0.3")


@pytest.mark.parametrize(
    "unit",
    ["ratio", "times", "gwh", "km", "years", "months", "days", "persons", "count"],
)
def test_what_cannot_be_below_nothing_has_only_an_upper_end(unit):
    """From 0 to 5 is at most 5, the unit behind it; a rank begins with 1."""
    assert text(Interval(0, 5), unit).startswith("at most 5")
    assert text(Interval(1, 5), "rank") == "at most 5"


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "sheep",
        "points",
        "percent",
        "percent_per_year",
        "usd",
        "eur",
        "gbp",
        "jpy",
        "aud",
        "cny",
        "rub",
        "index",
    ],
)
def test_what_can_be_below_nothing_has_both_ends(unit):
    assert text(Interval(0, 5), unit).startswith("between ")


def test_an_end_that_the_other_leaves_out_is_not_within_it():
    """1 to 2 holds 2, which "below 2" leaves out, and 1, which "above 1" does."""
    assert not Interval(1, 2).within(Interval(0, 2, hi_open=True))
    assert not Interval(1, 2).within(Interval(1, 3, lo_open=True))
    assert Interval(1, 2).within(Interval(1, 2))
