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


def test_numbers_are_exact():
    assert exact(0.1) + exact(0.7) == exact(0.8)
    assert exact(1 / 3) == F(1, 3)
    assert exact("1/3") == F(1, 3)
    assert exact(7011.7578) == F("7011.7578")
    with pytest.raises(ValueError, match="nan"):
        exact(float("nan"))


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
    ],
)
def test_a_single_bound_is_rounded_outwards(interval, unit, said):
    assert plain(text(interval, unit)) == said


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


def test_headline_numerals():
    assert plain(short_text(Interval(0.5, 1, True), "share")) == ">50%"
    assert plain(short_text(Interval(F(5, 6), F(127, 130)), "share")) == "83% to 98%"


def test_digits_may_be_asked_for():
    assert plain(text(Interval(0.93312, 0.93313), "share", 0)) == "93%"
    assert plain(text(0.10249, "share", 1)) == "10.2%"


def test_one_of_a_unit_is_singular():
    assert plain(text(0.01, "points")) == "1 point"
    assert plain(text(1, "years")) == "1 year"
    assert plain(text(0.02, "points")) == "2 points"


def test_a_falling_map_turns_the_ends():
    turned = Interval(1, 2, lo_open=True).map(lambda x: 1 / x, falling=True)
    assert turned == Interval(F(1, 2), 1, hi_open=True)


def test_numbers_have_thousands_commas_and_a_real_minus():
    assert number(F(-13245, 10)) == "−1,324.5"
    assert number(INF) == "∞"
