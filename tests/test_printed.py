"""Printed tokens against intervals worked by hand from the stated rules."""

import json
import re
import unicodedata
from fractions import Fraction as F
from pathlib import Path

import pytest

from asprinted.intervals import INF, Interval
from asprinted.printed import PrintError, UnitMissing, read
from asprinted.vocabulary import ENGLISH, OVER, UNDER, VocabularyError

ROOT = Path(__file__).resolve().parents[1]
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
    # more suffixes and currencies, each a unit of its own
    ("USD 4.3 mn", 4_250_000, 4_350_000, False, False),
    ("4.3 mln euros", 4_250_000, 4_350_000, False, False),
    ("€1.2 Mrd", 1_150_000_000, 1_250_000_000, False, False),
    ("$1.2 tn", 1_150_000_000_000, 1_250_000_000_000, False, False),
    ("4.6 billion US dollars", 4_550_000_000, 4_650_000_000, False, False),
    ("C$5 million", 4_500_000, 5_500_000, False, False),
    ("HK$ 5 million", 4_500_000, 5_500_000, False, False),
    ("₮1.2 trillion", 1_150_000_000_000, 1_250_000_000_000, False, False),
    ("500 million tugrik", 499_500_000, 500_500_000, False, False),
    ("Rs 5 crore", 45_000_000, 55_000_000, False, False),
    ("5 lakh rupees", 450_000, 550_000, False, False),
    ("37 pct", F(365, 1000), F(375, 1000), False, False),
    ("5‰", F(45, 10_000), F(55, 10_000), False, False),
    ("17 per cent a year", F(165, 1000), F(175, 1000), False, False),
    # each end of a range has the precision of its own last digit
    ("between $900 million and $1.2 billion", 899_500_000, 1_250_000_000, False, False),
    ("$900m-$1.2bn", 899_500_000, 1_250_000_000, False, False),
    ("between $2 and $3bn", 1_500_000_000, 3_500_000_000, False, False),
    ("5% to 7%", F(45, 1000), F(75, 1000), False, False),
    ("5-to-7 percent", F(45, 1000), F(75, 1000), False, False),
    ("$1.2\u20111.5 million", 1_150_000, 1_550_000, False, False),
    ("three to four million people", 3_000_000, 4_000_000, False, False),
    ("two to three hundred people", 200, 300, False, False),
    ("two or three million dollars", 2_000_000, 3_000_000, False, False),
    ("about 5 to 7 per cent", F(45, 1000), F(75, 1000), False, False),
    ("-5 to -3 per cent", F(-55, 1000), F(-25, 1000), False, False),
    ("between 90 and 110 per cent", F(895, 1000), F(1105, 1000), False, False),
    ("two- to threefold", 2, 3, False, False),
    ("a third to a half", F(1, 3), F(1, 2), False, False),
    # bounds before and behind
    ("45 per cent or more", F(45, 100), 1, False, False),
    ("$3 million or less", 0, 3_000_000, False, False),
    ("five or more countries", 5, INF, False, True),
    ("30+ countries", 30, INF, False, True),
    ("$6bn-plus", 6_000_000_000, INF, False, True),
    ("20%+", F(1, 5), 1, False, False),
    ("never more than 30%", 0, F(3, 10), False, False),
    ("not below 30%", F(3, 10), 1, False, False),
    ("no higher than 30%", 0, F(3, 10), False, False),
    ("well over $3 million", 3_000_000, INF, True, True),
    ("far less than 30%", 0, F(3, 10), False, True),
    ("slightly more than 30%", F(3, 10), 1, True, False),
    ("a little under 30%", F(27, 100), F(3, 10), False, True),
    ("slightly less than 30%", F(27, 100), F(3, 10), False, True),
    ("less than a third", 0, F(1, 3), False, True),
    ("more than a dozen countries", 12, INF, True, True),
    ("no fewer than three quarters", F(3, 4), 1, False, False),
    ("at least 100%", 1, INF, False, True),
    # approximations and words that change no bound
    ("an estimated 40 percent", F(35, 100), F(45, 100), False, False),
    ("$40 million or so", 35_000_000, 45_000_000, False, False),
    ("at about 40%", F(35, 100), F(45, 100), False, False),
    ("about one in two hundred", F(1, 400), F(3, 400), False, False),
    ("about half a million people", 450_000, 550_000, False, False),
    ("a further $3 million", 2_500_000, 3_500_000, False, False),
    ("only 5%", F(45, 1000), F(55, 1000), False, False),
    # fractions and counts
    ("half of one percent", F(1, 200), F(1, 200), False, False),
    ("a quarter of a million people", 250_000, 250_000, False, False),
    ("one and a half million people", 1_500_000, 1_500_000, False, False),
    ("a million and a half people", 1_500_000, 1_500_000, False, False),
    ("2½ million people", 2_500_000, 2_500_000, False, False),
    ("2 1/2 million people", 2_500_000, 2_500_000, False, False),
    ("two and a half per cent", F(25, 1000), F(25, 1000), False, False),
    ("2½%", F(25, 1000), F(25, 1000), False, False),
    ("⅔", F(2, 3), F(2, 3), False, False),
    ("1/3", F(1, 3), F(1, 3), False, False),
    ("nine out of ten", F(9, 10), F(9, 10), False, False),
    ("1 in 5 people", F(1, 5), F(1, 5), False, False),
    ("one hundred and twenty-five thousand people", 125_000, 125_000, False, False),
    ("three billion two hundred million dollars", 3_200_000_000, 3_200_000_000, 0, 0),
    ("two dozen countries", 24, 24, False, False),
    ("nearly two decades", 18, 20, False, True),
    ("half a century", 50, 50, False, False),
    ("hundreds of millions of dollars", 100_000_000, INF, True, True),
    # multiples
    ("twice as much", 2, 2, False, False),
    ("more than twice", 2, INF, True, True),
    ("nearly tripled", F(27, 10), 3, False, True),
    ("a hundredfold", 100, 100, False, False),
    ("half as much again", F(3, 2), F(3, 2), False, False),
    ("by a factor of three", 3, 3, False, False),
    ("1.1x", F(105, 100), F(115, 100), False, False),
    # signs and points
    ("+3.4%", F(335, 10_000), F(345, 10_000), False, False),
    ("-$3.5 million", -3_550_000, -3_450_000, False, False),
    ("about -8%", F(-85, 1000), F(-75, 1000), False, False),
    ("0.5pp", F(45, 10_000), F(55, 10_000), False, False),
    ("250 bps", F(2495, 100_000), F(2505, 100_000), False, False),
    ("minus half a percentage point", F(-1, 200), F(-1, 200), False, False),
    # marks of thousands and decimals
    ("1'234'567 people", F(2469133, 2), F(2469135, 2), False, False),
    ("1’234’567 people", F(2469133, 2), F(2469135, 2), False, False),
    ("€1.234,50", F(1234495, 1000), F(1234505, 1000), False, False),
    ("€1,234.50", F(1234495, 1000), F(1234505, 1000), False, False),
    ("0,694%", F(6935, 10**6), F(6945, 10**6), False, False),
    ("1.234 million people", 1_233_500, 1_234_500, False, False),
    (".5 percent", F(45, 10_000), F(55, 10_000), False, False),
    ("$.5 billion", 450_000_000, 550_000_000, False, False),
    # what a share is a share of
    ("62.5% of GDP", F(6245, 10_000), F(6255, 10_000), False, False),
    ("115 percent of GDP", F(1145, 1000), F(1155, 1000), False, False),
    ("around 0.8% of GDP", F(75, 10_000), F(85, 10_000), False, False),
    ("between 5 and 7 percent of output", F(45, 1000), F(75, 1000), False, False),
    ("40% of the world's exports or more", F(2, 5), 1, False, False),
    ("over a third of the debt", F(1, 3), 1, True, False),
    ("one hundred percent", 1, 1, False, False),
    ("two hundred percent", 2, 2, False, False),
    ("about a percentage point", F(5, 1000), F(15, 1000), False, False),
    # a word broken at its hyphen over two lines
    ("two-\nthirds", F(2, 3), F(2, 3), False, False),
    ("about twenty-\nfive percent", F(245, 1000), F(255, 1000), False, False),
    ("some two- thirds", F(37, 60), F(43, 60), False, False),
    # more words
    ("exceed $1.2bn", 1_200_000_000, INF, True, True),
    ("not exceed 40 per cent", 0, F(2, 5), False, False),
    ("cannot exceed a third", 0, F(1, 3), False, False),
    ("surpassed 60 percent", F(3, 5), 1, True, False),
    ("$5 billion at the very least", 5_000_000_000, INF, False, True),
    ("3 percent points", F(25, 1000), F(35, 1000), False, False),
    ("$1.6tr", 1_550_000_000_000, 1_650_000_000_000, False, False),
    ("a dozen loans", 12, 12, False, False),
    ("no fewer than 12 projects", 12, INF, False, True),
    ("upwards of 200 tanks", 200, INF, True, True),
    # nothing, and the whole
    ("0%", 0, F(5, 1000), False, False),
    ("about 0%", 0, F(5, 1000), False, False),
    ("more than 0%", 0, 1, True, False),
    ("100%", F(995, 1000), 1, False, False),
    ("ten in ten people", 1, 1, False, False),
    ("0-5%", 0, F(55, 1000), False, False),
    ("-5-0%", F(-55, 1000), F(5, 1000), False, False),
    ("90 to 100 per cent", F(895, 1000), 1, False, False),
    # how far the ends of a range may lie apart, and what they share
    ("2-200 people", F(3, 2), F(401, 2), False, False),
    ("2 to 1000 people", F(3, 2), F(2001, 2), False, False),
    ("from 2 to 200 million people", 1_500_000, 200_500_000, False, False),
    ("ninety to one hundred and five people", 90, 105, False, False),
    ("ninety to one thousand two hundred people", 90, 1_200, False, False),
    # "about" a number that ends in a part: half a tenth on either side
    ("about 2½ million people", 2_450_000, 2_550_000, False, False),
    ("about two and a half per cent", F(245, 10_000), F(255, 10_000), False, False),
    ("about a million and a half people", 1_450_000, 1_550_000, False, False),
    ("about half as much again", F(145, 100), F(155, 100), False, False),
    # more numbers in words
    ("two and three quarters per cent", F(275, 10_000), F(275, 10_000), False, False),
    ("three million and two hundred thousand people", 3_200_000, 3_200_000, 0, 0),
    ("5 hundred people", 450, 550, False, False),
    ("hundreds of millions USD", 100_000_000, INF, True, True),
    ("dozens of countries", 12, INF, True, True),
    ("tens of thousands of people", 10_000, INF, True, True),
    ("billions of dollars", 1_000_000_000, INF, True, True),
    ("halved", F(1, 2), F(1, 2), False, False),
    ("quadrupled", 4, 4, False, False),
    ("quintupled", 5, 5, False, False),
    ("a thousandfold", 1000, 1000, False, False),
    ("more than onefold", 1, INF, True, True),
    ("more than half as much again", F(3, 2), INF, True, True),
    *((f"1/{bottom}", F(1, bottom), F(1, bottom), 0, 0) for bottom in (2, 4, 5, 8, 10)),
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
        ("third", "count", 1, 3, 3),
        ("around tenth", "rank", 1, F(19, 2), F(21, 2)),
        ("hundreds of millions", "usd", 1, 10**8, INF),
        ("1.234", "persons", 1000, F(2467, 2), F(2469, 2)),
        ("1.00", "share", 1, F(995, 1000), 1),
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
        # marks that can be read two ways
        *("1,2345 people", "12,34,567 people", "3.5.2%", "1.234 people", "$1.234"),
        *("€1,234 Mio", "12 34 people", "10,00 people", "9/11", "12.03.2024"),
        *("1,234%", "0/3", "3/3"),
        # numbers that are none
        *(
            "twenty twelve people",
            "three two million people",
            "two thousand three million people",
            "fifty-fifty",
            "two quarters",
        ),
        *("two hundred hundred people", "two million million dollars", "a people"),
        *("5 million million dollars", "two million three million people"),
        *("twenty ten people", "two halves", "zero in five", "six in five people"),
        "a thousand and a half people",  # 1,500, or 1,000.5
        *("million people", "five and 7 per cent", "5 million percent", "10 in 2019"),
        # ranges that are none, or share no unit
        *("5 and 7 per cent", "40 to 30 percent", "5% to 7", "5 or 7 per cent"),
        *("from 2 to 300 million people", "$5m or £4m", "one-half to one per cent"),
        *("2 per cent to $3 million", "$3 million and $5 million", "-5-3%"),
        *("10-12,000 people", "2-300 people", "$5-10,000", "10- to 12,000 people"),
        *("5 to 5 percent", "-5-1%", "0.01-5%", "2-201 people", "2 to 1001 people"),
        *("from 2 to 201 million people", "half to twofold"),
        # hedges whose direction is open to doubt
        *("over 5 to 7 percent", "not quite 40%", "not 40%", "not about 40%"),
        *("at least up to 40%", "about about 40%", "hardly more than 40%"),
        *("not much less than 40%", "more than halved", "nearly -8%", "more than -8%"),
        *("up to hundreds of thousands of people", "less than 0%", "barely 40%"),
        *("30+ countries+", "minus a third"),
        # comparisons and rates
        *("40% more", "40 per cent less", "three times more", "$75 a barrel"),
        *("40% of a million", "half of the 40 million", "$5 million of GDP"),
        *("6.1 per 1,000 people", "5 million tugrik a year", "several hundred people"),
        # what is no quantity
        *("the 1990s", "p. 37", "MiG-29", "COVID-19", "12 March 2020", "No. 7"),
        *("double-digit", "a majority", "$", "%", "37 km²", "10:30", "5%."),
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
        ("a hundred", "count", 100),
        ("two trillion", "usd", 2_000_000_000_000),
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
        "third",
        "75th people",
        "75th countries",
    ],
)
def test_what_cannot_be_read_is_refused(printed):
    with pytest.raises(PrintError):
        read(printed)


@pytest.mark.parametrize(
    ("printed", "unit", "multiplier"),
    [
        *(("1.5th", "count", 1), ("1,000th", "count", 1), ("third place", "count", 1)),
        *(("1.5", "share", 1), ("5%", "", 101), ("5%", "", 1000)),
    ],
)
def test_a_unit_elsewhere_does_not_make_up_for_the_rest(printed, unit, multiplier):
    with pytest.raises(PrintError):
        read(printed, unit, multiplier)


def test_the_message_names_the_word_and_where_words_are_listed():
    with pytest.raises(
        PrintError, match=r"'whopping \$6 billion': 'whopping' is neither"
    ):
        read("whopping $6 billion")
    with pytest.raises(
        PrintError, match=r"'zillion' is not known; asprinted.vocabulary"
    ):
        read("7 zillion dollars")


def test_a_missing_unit_is_told_apart():
    with pytest.raises(UnitMissing, match="exactly one unit is needed, found none"):
        read("more than 25")
    assert read("40.1", "%").interval() == Interval(F(4005, 10_000), F(4015, 10_000))
    assert read("0.694", "share").number == F(694, 1000)
    with pytest.raises(PrintError, match="needs a percent sign"):
        read("40", "share")


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        ("A$5 million", "aud"),
        ("C$5 million", "cad"),
        ("NZ$5 million", "nzd"),
        ("HK$5 million", "hkd"),
        ("R$5 million", "brl"),
        ("5 million Australian dollars", "aud"),
        ("US $5 million", "usd"),
        ("CN¥5 million", "cny"),
        ("¥5 million", "jpy"),
        ("RMB5 million", "cny"),
        ("MNT 5 million", "mnt"),
        ("5 million tögrög", "mnt"),
        ("5 million tenge", "kzt"),
        ("₽5 million", "rub"),
        ("₹5 million", "inr"),
        ("5 million rupees", "rupees"),
        ("CHF 5 million", "chf"),
        ("5 million francs", "francs"),
        ("SEK 5 million", "sek"),
        ("5 million zlotys", "pln"),
        ("5 million lari", "gel"),
        ("SDR 5 million", "xdr"),
        ("5 million manats", "manats"),
    ],
)
def test_every_money_is_a_unit_of_its_own(printed, unit):
    reading = read(printed)
    assert reading.unit == unit
    assert reading.interval() == Interval(4_500_000, 5_500_000)


@pytest.mark.parametrize("no", ["not", "no", "never", "cannot"])
def test_no_negation_is_ever_inverted(no):
    """Whatever is negated, "not less" bounds from below and "not more" from above."""
    for phrase in UNDER[:-1]:
        assert read(f"{no} {phrase} 40%").interval() == Interval(F(2, 5), 1), phrase
    for phrase in OVER[:-1]:
        assert read(f"{no} {phrase} 40%").interval() == Interval(0, F(2, 5)), phrase


@pytest.mark.parametrize("gap", [" ", "\n", "\u00a0", "\u2009", "\u202f", "  "])
def test_a_token_may_hold_any_blank(gap):
    printed = f"not less than 43{gap}per{gap}cent".replace(" ", gap)
    assert read(printed).interval() == Interval(F(43, 100), 1)
    assert read(f"1{gap}234{gap}567{gap}people").number == 1_234_567


def test_a_study_adds_its_own_words():
    """What the table lacks is refused, until a study says what it means."""
    own = {
        "units": {"yurts": ["yurts", "gers"]},
        "hedges": {"about": ["in the order of"], "at_most": ["topping out at"]},
        "multipliers": {"144": ["gross"]},
        "currencies": {"florins": ["florins", "fl."]},
        "neutral": ["a whopping"],
        "after": {"at_least": ["and counting"]},
    }
    words = ENGLISH.extended(own)
    for printed, lo, hi in [
        ("in the order of 40 gers", 35, 45),
        ("topping out at 40 yurts", 0, 40),
        ("2 gross yurts", 216, 360),
        ("fl. 5 million", 4_500_000, 5_500_000),
        ("a whopping 40%", F(395, 1000), F(405, 1000)),
        ("40 yurts and counting", 40, INF),
    ]:
        with pytest.raises(PrintError):
            read(printed)
        found = read(printed, words=words).interval()
        assert (found.lo, found.hi) == (lo, hi), printed
    assert read("2 gross yurts", words=words).unit == "yurts"


def test_a_unit_of_a_study_may_begin_like_a_number():
    words = ENGLISH.extended({"units": {"per_decade": ["a decade"]}})
    assert read("five a decade", words=words).interval() == Interval.point(5)


def test_the_page_on_quantities_says_what_is_done():
    """Its table, its refusals and its words of a study, one by one."""
    page = (ROOT / "docs" / "printed_quantities.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+?)` \| (above )?(\S+) to (below )?(\S+) \|", page, re.M)
    for printed, above, lo, below, hi in rows:
        ends = F(lo), INF if hi == "inf" else F(hi)
        bounds = Interval(*ends, bool(above), bool(below))
        assert read(printed).interval() == bounds, printed
    assert len(rows) == 14
    refused = page.split("## What is refused")[1].split("`asprinted check")[0]
    for printed in re.findall(r"`(.+?)`", refused):
        with pytest.raises(PrintError):
            read(printed)
    own = json.loads("{" + page.split("```json\n")[1].split("```")[0] + "}")
    words = ENGLISH.extended(own["vocabulary"])
    assert read("in the order of 2 gross gers", words=words).unit == "yurts"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"unit": {}}, "'unit' is not one of hedges, after, currencies, units"),
        ({"hedges": {"maybe": ["perhaps"]}}, "'maybe' is not one of about, over"),
        ({"hedges": {"over": ["under"]}}, "'under' is over and under"),
        ({"units": {"moons": ["million"]}}, "'million' is a unit and something else"),
        ({"units": {"moons": "moons"}}, "'moons' is not a list of phrases"),
        ({"units": {"moons": ["5 moons"]}}, "'5 moons' is no phrase without digits"),
        ({"multipliers": {"many": ["gross"]}}, "'many' is not a whole number"),
        ({"units": ["moons"]}, "does not list phrases by meaning"),
    ],
)
def test_words_that_do_not_fit_are_refused(own, told):
    with pytest.raises(VocabularyError, match=told):
        ENGLISH.extended(own)


@pytest.mark.parametrize(
    ("printed", "rule", "strict"),
    [
        ("7%", "half a unit of the last printed digit", None),
        ("seven people", "a number in words is exact", None),
        ("5 to 7%", "from the first number to the second, half a unit wider", None),
        ("five to 7%", "from the first number to the second, half a unit wider", None),
        ("five to seven people", "from the first number to the second, both", None),
        ("about 70 people", "half a unit of the last digit that is not zero", "half"),
        ("over 90%", "above the printed number", "half a unit of the last printed"),
        ("at least 90%", "the printed number or above", "half a unit"),
        ("under 90%", "below the printed number", "half a unit"),
        ("at most 90%", "the printed number or below", "half a unit"),
        ("nearly 90%", "just below the printed number", "half a unit"),
        ("over ninety people", "above the printed number", "a number in words is"),
    ],
)
def test_the_rule_is_told_in_words(printed, rule, strict):
    """`strict` drops the hedge, and changes nothing where there is none."""
    assert read(printed).rule().startswith(rule)
    assert read(printed).rule(strict=True).startswith(strict or rule)


@pytest.mark.parametrize("sign", "½⅓⅔¼¾⅕⅖⅗⅘⅛")
def test_a_sign_for_a_fraction_is_what_unicode_says(sign):
    part = F(unicodedata.numeric(sign)).limit_denominator(10)
    assert read(sign).interval() == Interval.point(part)
    assert read(f"2{sign}", "years").interval() == Interval.point(2 + part)


@pytest.mark.parametrize(
    ("printed", "top", "bottom"),
    [
        *(("two thirds", 2, 3), ("three fourths", 3, 4), ("four fifths", 4, 5)),
        *(("five sixths", 5, 6), ("six sevenths", 6, 7), ("seven eighths", 7, 8)),
        *(("eight ninths", 8, 9), ("nine tenths", 9, 10), ("one twentieth", 1, 20)),
        *(("one hundredth", 1, 100), ("one thousandth", 1, 1000)),
        *(("half", 1, 2), ("three quarters", 3, 4)),
    ],
)
def test_parts_in_words(printed, top, bottom):
    assert read(printed).interval() == Interval.point(F(top, bottom))


@pytest.mark.parametrize("printed", ["one eleventh", "two twelfths", "two quarters"])
def test_parts_that_are_not_read(printed):
    with pytest.raises(PrintError):
        read(printed)
