"""Printed tokens against intervals worked by hand from the stated rules."""

from fractions import Fraction as F

import pytest

from asprinted.intervals import INF, Interval
from asprinted.printed import PrintError, read

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
    # suffixes, currencies and units in two words
    ("US$1.2bn", 1_150_000_000, 1_250_000_000, False, False),
    ("$413m", 412_500_000, 413_500_000, False, False),
    ("€2.5 million", 2_450_000, 2_550_000, False, False),
    ("A$5 million", 4_500_000, 5_500_000, False, False),
    ("12 billion yuan", 11_500_000_000, 12_500_000_000, False, False),
    ("37 per cent", F(365, 1000), F(375, 1000), False, False),
    # bounds closed and open; a negation turns none of them round
    ("at least $1.8 billion", 1_800_000_000, INF, False, True),
    ("not less than 40 percent", F(2, 5), 1, False, False),
    ("no fewer than 20 countries", 20, INF, False, True),
    ("no more than 30%", 0, F(3, 10), False, False),
    ("not exceeding 30%", 0, F(3, 10), False, False),
    ("up to 40 per cent", 0, F(2, 5), False, False),
    ("as many as 20 countries", 0, 20, False, False),
    ("in excess of $1 billion", 1_000_000_000, INF, True, True),
    ("upwards of $3 bn", 3_000_000_000, INF, True, True),
    ("above 90%", F(9, 10), 1, True, False),
    ("fewer than 20 countries", 0, 20, False, True),
    ("just under $4 billion", 3_600_000_000, 4_000_000_000, False, True),
    ("just over 40%", F(2, 5), 1, True, False),
    ("over 100%", 1, INF, True, True),
    ("130%", F(1295, 1000), F(1305, 1000), False, False),
    # approximations, before words as well
    ("some $4.6bn", 4_550_000_000, 4_650_000_000, False, False),
    ("close to 37 per cent", F(365, 1000), F(375, 1000), False, False),
    ("c. 1,200 people", 1_150, 1_250, False, False),
    ("about half", F(45, 100), F(55, 100), False, False),
    ("around three million people", 2_500_000, 3_500_000, False, False),
    # ranges
    ("between 5 and 7 per cent", F(45, 1000), F(75, 1000), False, False),
    ("from 12 to 15 percent", F(115, 1000), F(155, 1000), False, False),
    ("$1.2-1.5 million", 1_150_000, 1_550_000, False, False),
    ("2–3 times", F(3, 2), F(7, 2), False, False),
    ("between three and four times", 3, 4, False, False),
    ("5,000-6,000 people", F(9999, 2), F(12001, 2), False, False),
    # words
    ("a third", F(1, 3), F(1, 3), False, False),
    ("two-thirds", F(2, 3), F(2, 3), False, False),
    ("nine tenths", F(9, 10), F(9, 10), False, False),
    ("one in five", F(1, 5), F(1, 5), False, False),
    ("less than one in two hundred", 0, F(1, 200), False, True),
    ("half a million people", 500_000, 500_000, False, False),
    ("one-half percent", F(1, 200), F(1, 200), False, False),
    ("tenfold", 10, 10, False, False),
    ("4.5-fold", F(445, 100), F(455, 100), False, False),
    ("roughly doubled", F(3, 2), F(5, 2), False, False),
    ("more than doubled", 2, INF, True, True),
    # signs, points, and the marks of thousands and decimals
    ("−8.4%", F(-845, 10_000), F(-835, 10_000), False, False),
    ("minus 3.4 per cent", F(-345, 10_000), F(-335, 10_000), False, False),
    ("0.5 percentage points", F(45, 10_000), F(55, 10_000), False, False),
    ("1 234 567 people", F(2469133, 2), F(2469135, 2), False, False),
    ("1\u202f200 people", F(2399, 2), F(2401, 2), False, False),
    ("1.234.567 people", F(2469133, 2), F(2469135, 2), False, False),
    ("9,8 percent", F(975, 10_000), F(985, 10_000), False, False),
    ("€2,5 Mio", 2_450_000, 2_550_000, False, False),
    ("over\n90%", F(9, 10), 1, True, False),
    ("20 per\u00a0cent", F(195, 1000), F(205, 1000), False, False),
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
    assert read("over 90%").interval(strict=True) == Interval(
        F(895, 1000), F(905, 1000)
    )
    assert read("approximately $150 million").interval(strict=True) == Interval(
        149_500_000, 150_500_000
    )


@pytest.mark.parametrize(
    "printed",
    [
        "1,2345 people",
        "12,34,567 people",
        "3.5.2%",
        "5 and 7 per cent",
        "two and a half million people",
        "2½%",
        "40 to 30 percent",
        "over 5 to 7 percent",
        "not quite 40%",
        "five out of ten",
        "the 1990s",
    ],
)
def test_an_unreadable_piece_makes_the_whole_unreadable(printed):
    """A wrong number is the worst outcome; refusing is honest."""
    with pytest.raises(PrintError):
        read(printed)


@pytest.mark.parametrize(
    ("printed", "unit", "number"),
    [
        ("two hundred and fifty", "count", 250),
        ("twenty-one hundred", "count", 2100),
        ("one hundred and five", "years", 105),
        ("three million two hundred thousand", "persons", 3_200_000),
        ("seventeen", "count", 17),
    ],
)
def test_numbers_in_words(printed, unit, number):
    assert read(printed, unit).interval() == Interval.point(number)


@pytest.mark.parametrize(
    "printed",
    [
        "whopping $6 billion",
        "approximately dollars",
        "7 zillion dollars",
        "$5 %",
        "12",
        "",
    ],
)
def test_what_cannot_be_read_is_refused(printed):
    with pytest.raises(PrintError):
        read(printed)


def test_the_message_names_word_and_allowed_words():
    with pytest.raises(PrintError, match=r"'whopping \$6 billion'"):
        read("whopping $6 billion")
    with pytest.raises(PrintError, match=r"'zillion'.*approximately.*million"):
        read("7 zillion dollars")
