"""Printed tokens against intervals worked by hand from the stated rules."""

from fractions import Fraction as F

import pytest

from thirdneighbor.intervals import INF, Interval
from thirdneighbor.printed import PrintError, read

BY_HAND = [
    ("$58.1 million", 58_050_000, 58_150_000, False, False),
    ("$413 thousand", 412_500, 413_500, False, False),
    ("$1.95 billion", 1_945_000_000, 1_955_000_000, False, False),
    ("$20 billion", 19_500_000_000, 20_500_000_000, False, False),
    ("$6.59 Billion", 6_585_000_000, 6_595_000_000, False, False),
    ("$255 K", 254_500, 255_500, False, False),
    ("$2.35 M", 2_345_000, 2_355_000, False, False),
    ("approximately 7 billion dollars", 6_500_000_000, 7_500_000_000, False, False),
    ("approximately $150 million", 145_000_000, 155_000_000, False, False),
    ("about $2 million", 1_500_000, 2_500_000, False, False),
    ("approximately $72.9 million", 72_850_000, 72_950_000, False, False),
    ("over $5 million", 5_000_000, INF, True, True),
    ("under $1 million", 0, 1_000_000, False, True),
    ("nearly $10 million", 9_000_000, 10_000_000, False, True),
    ("over 90%", F(9, 10), 1, True, False),
    ("More than fifty percent", F(1, 2), 1, True, False),
    ("one third", F(1, 3), F(1, 3), False, False),
    ("one-third", F(1, 3), F(1, 3), False, False),
    ("21 percent", F(205, 1000), F(215, 1000), False, False),
    ("47.5 percent", F(4745, 10000), F(4755, 10000), False, False),
    ("Usd 108 Million", 107_500_000, 108_500_000, False, False),
    ("nearly 70 years", 63, 70, False, True),
    ("around 37 km", F(73, 2), F(75, 2), False, False),
]


@pytest.mark.parametrize(("printed", "lo", "hi", "lo_open", "hi_open"), BY_HAND)
def test_intervals_by_hand(printed, lo, hi, lo_open, hi_open):
    assert read(printed).interval() == Interval(lo, hi, lo_open, hi_open)


@pytest.mark.parametrize(
    ("printed", "unit", "multiplier", "lo", "hi"),
    [
        ("more than 7300", "persons", 1, 7300, INF),
        ("10,100", "persons", 1, F(20199, 2), F(20201, 2)),
        ("6542787.1", "usd", 1000, 6542787050, 6542787150),
        ("0.694", "index", 1, F(6935, 10000), F(6945, 10000)),
        ("almost two thousand", "persons", 1, 1800, 2000),
        ("75th", "count", 1, F(149, 2), F(151, 2)),
        ("17%", "percent_per_year", 1, F(165, 1000), F(175, 1000)),
    ],
)
def test_units_that_stand_elsewhere(printed, unit, multiplier, lo, hi):
    found = read(printed, unit, multiplier).interval()
    assert (found.lo, found.hi) == (lo, hi)


def test_hedge_parameters_move_only_what_is_hedged():
    about = read("approximately 7 billion dollars")
    assert about.interval(hedge_width=2) == Interval(6 * 10**9, 8 * 10**9)
    assert about.interval(hedge_width=0.5) == Interval(6_750_000_000, 7_250_000_000)
    plain = read("$6.59 Billion")
    assert plain.interval(hedge_width=3) == plain.interval()
    nearly = read("nearly $10 million")
    assert nearly.interval(nearly_frac=0.5).lo == 5_000_000
    assert nearly.interval(hedge_width=3) == nearly.interval()


def test_strict_reading_ignores_the_hedge():
    assert read("over 90%").interval(strict=True) == Interval(F(895, 1000), F(905, 1000))
    assert read("approximately $150 million").interval(strict=True) == Interval(
        149_500_000, 150_500_000
    )


@pytest.mark.parametrize(
    "printed",
    ["whopping $6 billion", "approximately dollars", "7 zillion dollars", "$5 %", "12", "", "150%"],
)
def test_what_cannot_be_read_is_refused(printed):
    with pytest.raises(PrintError):
        read(printed)


def test_the_message_names_word_and_allowed_words():
    with pytest.raises(PrintError, match=r"'whopping \$6 billion'"):
        read("whopping $6 billion")
    with pytest.raises(PrintError, match=r"'zillion'.*approximately.*million"):
        read("7 zillion dollars")
