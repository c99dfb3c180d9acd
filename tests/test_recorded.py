"""Every bound recorded for the pivot and the alignment, by hand from what is printed.

Nothing of the library is used: tokens are typed here with their half units, in millions of
dollars for the texts and in thousands for the statistics office.
"""

import csv
import math
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INF = math.inf
SUM_2017 = ("2437.1", "34152.71", "268.6", "378.43", "31.0", "821.8")
SUM_2024 = ("6802.09", "47346.46", "2576.59", "1613.95", "5863.8", "4726.44")


def pm(*tokens):
    """Return the ends of a sum of decimals, each within half a unit of its last digit."""
    half = sum(F(1, 2 * 10 ** len(token.partition(".")[2])) for token in tokens)
    return sum(map(F, tokens)) - half, sum(map(F, tokens)) + half


def over(a, b):
    return a[0] / b[1], a[1] / b[0]


def less(a, b):
    return a[0] - b[1], a[1] - b[0]


def times(a, factor):
    return a[0] * factor, a[1] * factor


def waits(start, goal):
    """Return the years at five per cent a year, from the nearest pair and from the farthest."""
    return tuple(math.log(g / s) / math.log(1.05) for s, g in zip(start[::-1], goal, strict=True))


def index(whole, *partners):
    """Return the concentration with the rest on 250 partners, or on one."""
    shares = [F(partner) / F(whole) for partner in partners]
    known, rest = sum(share**2 for share in shares), 1 - sum(shares)
    return known + rest**2 / 250, known + rest**2


CHINA_2019 = (F(8530), F(8550))  # 6.59 and 1.95 billion
CHINA_2024 = pm("14420678.66", "4672473.6")
SOLD_2024 = pm("6802.09", "2576.59", "5863.8")
# China, Russia, Korea, Japan, United States, Germany, Kazakhstan, Kyrgyzstan, Uzbekistan
SOLD_TO_NINE_2024 = (
    "14420678.66",
    "100712.12",
    "52559.86",
    "12557.92",
    "166397.03",
    "7167.18",
    "6802.09",
    "2576.59",
    "5863.8",
)
SOLD_TO_NINE_2017 = (
    "5307431.8",
    "67661.1",
    "11617.8",
    "14816.5",
    "8299.1",
    "11648.0",
    "2437.1",
    "268.6",
    "31.0",
)
PEOPLE = (F(55_500_000), F(56_500_000))  # approximately 56 million
NINTHS = [F(end, 9) for end in (6585, 6595)]  # what China buys, over a target of nine tenths

BOUNDS = {
    ("P5.1a", "literal"): over(pm("8.3"), pm("2.9")),
    ("P5.1b", "official"): times(less(pm("7823.4"), (F(8250), F(8350))), 1000),
    ("P5.2", "literal"): over(pm("93"), pm("72.9")),
    ("P5.2", "official"): over(pm("30736.29"), pm("34152.71")),
    ("P5.3a", "literal"): times(less(pm("58.1"), pm("72.9")), 10**6),
    ("P5.3a", "official"): times(less(pm("32186.02"), pm("34152.71")), 1000),
    ("P5.3b", "official"): over(pm(*SUM_2024), pm(*SUM_2017)),
    ("P5.4a", "literal"): (F(5) / F("2.5"), INF),
    ("P5.4a", "strict"): over(pm("5"), pm("2")),
    ("P5.4a", "official"): over(pm("2243.7", "2882.5"), pm("268.6", "378.43")),
    ("P5.4b", "literal"): times(less(pm("2.32", "0.413"), (F("1.5"), F("2.5"))), 10**6),
    ("P5.5", "literal"): (7_000_000, 10_000_000),  # from 0.9 of 10 less twice 1, to 10 less 0
    ("P5.5", "official"): times(
        less(pm("4193.8", "6225.68"), pm("31.0", "31.0", "821.8", "821.8")), 1000
    ),
    ("P5.6b", "official"): over(pm("22020.5", "54697.35"), (F(145_000), F(155_000))),
    ("P5.6c", "official"): over((F(124_250), F(124_350)), pm("54697.35")),
    ("P5.7a", "literal"): (F(145 + 5 + 9) / CHINA_2019[1], INF),
    ("P5.7a", "official"): over(pm(*SUM_2017), pm("5307431.8", "1427773.42")),
    ("P5.7b", "literal"): (0, math.log(CHINA_2019[1] / 20 / 159) / math.log(1.05)),
    ("P5.7b", "official"): waits(pm(*SUM_2024), times(CHINA_2024, F(1, 20))),
    ("P5.8", "literal"): (
        (NINTHS[0] - F("34.75") - F("20.85")) / (F("7.145") + F("0.4135")) - 1,
        (NINTHS[1] - F("34.65") - F("20.75")) / (F("7.135") + F("0.4125")) - 1,
    ),
    ("P5.8", "official"): over(
        less(times(pm("14420678.66"), F(10, 9)), pm("15783377.91")), SOLD_2024
    ),
    ("P5.11a", "official"): over(pm("20330104", "35652307"), PEOPLE),
    ("P5.11b", "official"): over(pm("20592571", "36361859"), PEOPLE),
    ("P5.13", "official"): less(
        index("15783377.91", *SOLD_TO_NINE_2024),
        index("6200593.0", *SOLD_TO_NINE_2017),
    ),
    ("P6.2e", "literal"): (F(625, 750), F(635, 650)),
    ("P6.2e", "official"): over(pm("6542824.8"), pm("7011757.8")),
}


@cache
def recorded():
    with (ROOT / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {(row["prop_id"], row["reading"]): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("key", BOUNDS, ids=" ".join)
def test_recorded_bounds_by_hand(key):
    row = recorded()[key]
    by_hand = [float(end) for end in BOUNDS[key]]
    assert [float(row["lo"]), float(row["hi"])] == pytest.approx(by_hand, rel=1e-9)


def tail(k, n, p):
    """Return the probability of at least k of n."""
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


def test_visits_since_2020_by_hand():
    """Three of eight events fall in 5 of 34 years; each end leaves 2.5 per cent beyond it."""
    row = recorded()["P5.9", "literal"]
    assert float(row["point"]) == pytest.approx((3 / 5) / (5 / 29))
    low, high = (float(row[end]) for end in ("lo", "hi"))
    low, high = (rate * 5 / (rate * 5 + 29) for rate in (low, high))
    assert tail(3, 8, low) == pytest.approx(0.025, rel=1e-6)
    assert 1 - tail(4, 8, high) == pytest.approx(0.025, rel=1e-6)


def test_no_direction_takes_half_by_hand():
    """Eight of eleven cooperative events lie outside the largest direction."""
    row = recorded()["P6.2b", "literal"]
    assert float(row["point"]) == pytest.approx(8 / 11)
    assert tail(8, 11, float(row["lo"])) == pytest.approx(0.025, rel=1e-6)
    assert 1 - tail(9, 11, float(row["hi"])) == pytest.approx(0.025, rel=1e-6)


def test_change_of_diversity_by_hand():
    """Directions hold 5, 4, 1 and 0 of ten events before 2019, then 3, 3, 3 and 2 of eleven."""
    before, after = 1 - F(25 + 16 + 1, 100), 1 - F(9 + 9 + 9 + 4, 121)
    row = recorded()["P6.2d", "literal"]
    assert float(row["point"]) == pytest.approx(float(after - before))
    assert float(row["lo"]) < 0 < float(row["hi"])


def test_every_recorded_bound_is_held_by_hand():
    """No bound of the two notebooks is recorded without one of the checks above."""
    held = {*BOUNDS, ("P5.9", "literal"), ("P6.2b", "literal"), ("P6.2d", "literal")}
    bounded = {key for key, row in recorded().items() if key[0][:3] in ("P5.", "P6.") and row["lo"]}
    assert bounded == held
