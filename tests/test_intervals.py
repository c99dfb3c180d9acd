"""Ends, openness and the printed form of intervals."""

from fractions import Fraction as F

import pytest

from thirdneighbor.intervals import INF, Interval, exact, number


def test_numbers_are_exact():
    assert exact(0.1) + exact(0.7) == exact(0.8)
    assert exact(1 / 3) == F(1, 3)
    assert exact("1/3") == F(1, 3)
    assert exact(7011.7578) == F("7011.7578")
    with pytest.raises(ValueError, match="nan"):
        exact(float("nan"))


@pytest.mark.parametrize("ends", [(2, 1, False, False), (1, 1, True, False), (1, 1, False, True)])
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


@pytest.mark.parametrize(
    ("interval", "unit", "shown", "spoken"),
    [
        (Interval(0.5, 1, True), "share", "(50, 100]%", "above 50% to 100%"),
        (Interval(F(5, 6), F(127, 130)), "share", "[83.3, 97.7]%", "from 83.3% to 97.7%"),
        (Interval(107_500_000, 108_500_000), "usd", "[107.50, 108.50] M USD", ""),
        (Interval(-0.7814, -0.7808), "", "[−0.78140, −0.78080]", ""),
        (Interval(5_000_000, INF, True), "usd", "(5, ∞) M USD", "above 5 M USD without limit"),
        (Interval.point(F(1, 3)), "share", "≈ 33.3%", "about 33.3%"),
        (Interval.point(F(1, 8)), "share", "12.5%", "exactly 12.5%"),
        (Interval(4, F("4.00001")), "", "≈ 4.0000", "about 4.0000"),
        (Interval(0.93312189, 0.93312192), "share", "≈ 93.312%", "about 93.312%"),
    ],
)
def test_shown_and_spoken(interval, unit, shown, spoken):
    assert interval.shown(unit).replace("\N{NO-BREAK SPACE}", " ") == shown
    if spoken:
        assert interval.spoken(unit).replace("\N{NO-BREAK SPACE}", " ") == spoken


def test_a_falling_map_turns_the_ends():
    turned = Interval(1, 2, lo_open=True).map(lambda x: 1 / x, falling=True)
    assert turned == Interval(F(1, 2), 1, hi_open=True)


def test_numbers_have_thousands_commas_and_a_real_minus():
    assert number(F(-13245, 10)) == "−1,324.5"
    assert number(INF) == "∞"
