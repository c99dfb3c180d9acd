"""The committed verdicts against arithmetic by hand, and the tables against their sources.

Every expected number is worked out here as a fraction from printed digits: `pm("6.59")` is the
half unit about 6.59. Nothing is copied from what the notebooks wrote.
"""

import csv
import itertools
import json
import math
import os
import re
from fractions import Fraction
from functools import cache
from math import comb, inf, log
from pathlib import Path
from statistics import mean, stdev

import pytest
from frictionless import validate

from thirdneighbor import params
from thirdneighbor.tables import Tables

ROOT = Path(__file__).resolve().parents[1]
TEXTS = os.environ.get("THIRDNEIGHBOR_SOURCES")
FIRST_ARTICLE_ENDS = 11_356  # caci2025.txt holds more articles, none of them on Mongolia
F = Fraction
THIRD = F(1, 3)


def pm(printed):
    """Return the two ends of what rounds to a decimal: half a unit of its last digit."""
    half = F(1, 2 * 10 ** len(printed.partition(".")[2]))
    return F(printed) - half, F(printed) + half


# Section on 2019 of the first source, million dollars: exports X and imports M of Mongolia.
X = {"CHN": pm("6590"), "KOR": pm("34.7"), "JPN": pm("20.8"), "KAZ": pm("7.14")}
M = {"CHN": pm("1950"), "KOR": pm("287"), "JPN": pm("594"), "KAZ": pm("58.1"), "KGZ": pm("2.32")}
X["CHN"], M["CHN"] = (F(6585), F(6595)), (F(1945), F(1955))  # $6.59 and $1.95 billion
X["KGZ"] = (F("0.4125"), F("0.4135"))  # $413 thousand
SOLD_2018 = (F(6250), F(6350))  # 6.3 billion
ALL_2018 = (F(6500), F(7500))  # approximately 7 billion: half of the last digit that is not 0
SHARE = (F(1, 2), F(1))  # more than fifty percent, open below

# The office, thousand dollars.
CHINA = {year: pm(text) for year, text in [
    (2015, "3910120.6"), (2016, "3901611.3"), (2017, "5307431.8"), (2018, "6542824.8"),
    (2019, "6789726.9")]}  # fmt: skip
TOTAL = {year: pm(text) for year, text in [
    (2016, "4916326.5"), (2017, "6200593.0"), (2018, "7011757.8"), (2019, "7619632.9"),
    (2023, "15186897.4")]}  # fmt: skip
NSO_X = {"CHN": CHINA[2019], "KOR": pm("27799.0"), "JPN": pm("15517.0"), "KAZ": pm("6234.6")}
NSO_X |= {"KGZ": pm("413.2"), "RUS": pm("68093.3")}
NSO_M = {"CHN": pm("2060795.23"), "KOR": pm("267035.49"), "JPN": pm("585477.31")}
NSO_M |= {"KAZ": pm("29107.96"), "KGZ": pm("338.62"), "RUS": pm("1729860.98")}
KGZ_X, KGZ_M = {}, {}  # 2011 to 2016 by reading, thousand dollars; some imports in millions
KGZ_X["literal"] = [pm(t) for t in ("410", "965", "338", "401", "269", "255")]
KGZ_M["literal"] = [pm(t) for t in ("1.46", "1.99", "4.37", "2.94", "1.75", "2.35")]
KGZ_X["official"] = [pm(t) for t in ("500.6", "463.9", "282.4", "1013.5", "1633.0", "157.6")]
KGZ_M["official"] = [
    pm(t) for t in ("1865.95", "1621.08", "1607.79", "1272.25", "281.95", "940.82")
]
KOREA = [pm(t) for t in ("507359.65", "352556.8")]  # imports of 2013 and 2014: fewer
JAPAN = [pm(t) for t in ("444201.83", "367789.49")]
RUS_2023 = pm("112709.7"), pm("2386277.22")
IMPORTS = {2019: (F(6_127_500), F(6_128_500)), 2023: (F(9_250_000), F(9_350_000))}


def rising(x, other):
    """Return the bounds of x / other."""
    return x[0] / other[1], x[1] / other[0]


def less(a, b):
    """Return the bounds of a - b, for intervals that share nothing."""
    return a[0] - b[1], a[1] - b[0]


def balance(x, m):
    """Return the bounds of (x - m) / (x + m), which rises in x and falls in m."""
    return (x[0] - m[1]) / (x[0] + m[1]), (x[1] - m[0]) / (x[1] + m[0])


def times(a, factor):
    return a[0] * factor, a[1] * factor


def added(*parts):
    return sum(p[0] for p in parts), sum(p[1] for p in parts)


def east_over_steppe(x, m):
    east = [flow[c] for c in ("CHN", "KOR", "JPN") for flow in (x, m)]
    return rising(added(*east), added(*(flow[c] for c in ("KAZ", "KGZ") for flow in (x, m))))


def hhi(values):
    return sum(v * v for v in values) / sum(values) ** 2


def hhi_bounds(flows):
    """Return the bounds of the index: it rises in the large flows and falls in the small ones.

    The derivative in x has the sign of x less sum(x^2) / sum(x); no flow meets that level.
    """
    flows = list(flows)
    corners = itertools.product(*flows)
    levels = [sum(v * v for v in values) / sum(values) for values in corners]
    large = [low > max(levels) for low, _ in flows]
    assert all(big or high < min(levels) for big, (_, high) in zip(large, flows, strict=True))
    ends = [f if big else f[::-1] for big, f in zip(large, flows, strict=True)]
    return hhi([low for low, _ in ends]), hhi([high for _, high in ends])


def hhi_of_largest(low, high):
    """Return the bounds of the index when one share is known: 250 others, or one."""
    return low**2 + (1 - low) ** 2 / 250, high**2 + (1 - high) ** 2


def russian_share(year, exports, imports):
    own = added(exports, imports)
    whole = added(TOTAL[year], IMPORTS[year])
    assert own[1] < whole[0]  # total exports and imports are printed apart from the Russian part
    return own[0] / whole[1], own[1] / whole[0]


NAMED = ("CHN", "KOR", "JPN", "KAZ", "KGZ")


def c_share(x):
    others = added(*(x[c] for c in NAMED[1:]))
    return x["CHN"][0] / (x["CHN"][0] + others[1]), x["CHN"][1] / (x["CHN"][1] + others[0])


BOUNDS = {
    # lopsided: M/X of Kazakhstan less M/X of Kyrgyzstan; both above 1
    ("P1.1", "literal"): (
        "certain",
        less(rising(M["KAZ"], X["KAZ"]), rising(M["KGZ"], X["KGZ"])),
    ),
    # Kyrgyz M/X is 338.62/413.2 < 1, so the second half of the sentence fails
    ("P1.1", "official"): (
        "contradicted",
        less(rising(NSO_M["KAZ"], NSO_X["KAZ"]), rising(NSO_M["KGZ"], NSO_X["KGZ"])),
    ),
    ("P1.2a", "literal"): (
        "contradicted",
        less(balance(X["KAZ"], M["KAZ"]), balance(X["JPN"], M["JPN"])),
    ),
    ("P1.2b", "literal"): (
        "contradicted",
        less(balance(X["KAZ"], M["KAZ"]), balance(X["KOR"], M["KOR"])),
    ),
    ("P1.2a", "official"): (
        "contradicted",
        less(balance(NSO_X["KAZ"], NSO_M["KAZ"]), balance(NSO_X["JPN"], NSO_M["JPN"])),
    ),
    ("P1.2b", "official"): (
        "contradicted",
        less(balance(NSO_X["KAZ"], NSO_M["KAZ"]), balance(NSO_X["KOR"], NSO_M["KOR"])),
    ),
    ("P1.3", "literal"): ("certain", east_over_steppe(X, M)),
    ("P1.3", "official"): ("certain", east_over_steppe(NSO_X, NSO_M)),
    ("P1.4a", "literal"): ("certain", (F(9, 10), F(1)), (True, False)),
    ("P1.4b", "literal"): ("consistent", rising(SOLD_2018, ALL_2018)),
    # The hedge ignored, the last printed digit of "7 billion" is still the billion: 6.5 to 7.5.
    # The bounds 0.8865 to 0.9137 would need a printed 7.0.
    ("P1.4b", "strict"): ("consistent", rising(SOLD_2018, ALL_2018)),
    ("P1.4b", "official"): ("certain", rising(CHINA[2018], TOTAL[2018])),
    ("P1.4c", "literal"): ("not testable", None),
    ("P1.4c", "official"): ("contradicted", rising(CHINA[2019], TOTAL[2019])),
    ("P1.5a", "literal"): ("certain", c_share(X)),
    ("P1.5a", "official"): ("certain", c_share(NSO_X)),
    ("P1.5b", "official"): (
        "certain",
        less(hhi_bounds(NSO_X[c] for c in NAMED), hhi_bounds(NSO_M[c] for c in NAMED)),
    ),
    ("P1.5b", "literal"): ("certain", less(hhi_bounds(X.values()), hhi_bounds(M.values()))),
    # s^2 plus what the rest adds: s = 5/6 with 250 others, s = 127/130 with one other
    ("P1.6a", "literal"): (
        "certain",
        hhi_of_largest(F(5, 6), F(127, 130)),
    ),
    ("P1.6a", "official"): ("certain", hhi_of_largest(*rising(CHINA[2018], TOTAL[2018]))),
    ("P1.6b", "literal"): (
        "certain",
        (F(81, 100) + F(1, 100) / 250, F(1)),
        (True, False),
    ),
    ("P1.7", "literal"): ("certain", less(rising(X["CHN"], SOLD_2018), (1, 1))),
    ("P1.7", "official"): ("certain", less(rising(CHINA[2019], CHINA[2018]), (1, 1))),
    ("P1.8", "literal"): ("certain", times(less(pm("1.46"), (F("0.4095"), F("0.4105"))), 10**6)),
    # 2015: 281.95 bought for 1633.0 sold, so that not every year is lopsided
    ("P1.8", "official"): (
        "contradicted",
        times(less(KGZ_M["official"][0], KGZ_X["official"][0]), 1000),
    ),
    ("P1.10a", "literal"): (
        "certain",
        less(hhi_bounds(KGZ_X["literal"]), hhi_bounds(KGZ_M["literal"])),
    ),
    ("P1.10a", "official"): (
        "certain",
        less(hhi_bounds(KGZ_X["official"]), hhi_bounds(KGZ_M["official"])),
    ),
    # (M's share of E) over (the same flow's share of W) is W/E: the flow cancels. Bounds that
    # let the two shares vary apart, 260 to 310, are too wide.
    ("P1.11", "official"): ("certain", rising((F(2_075 * 10**6), F(2_085 * 10**6)), TOTAL[2019])),
    ("P1.12", "official"): ("certain", balance(NSO_X["RUS"], NSO_M["RUS"])),
    ("P1.13a", "official"): ("contradicted", less(rising(CHINA[2017], CHINA[2015]), (1, 1))),
    ("P1.14a", "official"): (
        "certain",
        less(rising(CHINA[2017], TOTAL[2017]), rising(CHINA[2016], TOTAL[2016])),
    ),
    ("P1.15a", "official"): ("contradicted", times(less(*KOREA[::-1]), 1000)),
    ("P1.15b", "official"): ("contradicted", times(less(*JAPAN[::-1]), 1000)),
    ("P2.1", "literal"): ("certain", SHARE, (True, False)),
    ("P2.1", "strict"): ("certain", (F(1, 2), F(1, 2))),
    ("P2.1", "official"): ("contradicted", (F("0.205"), F("0.215"))),
    # s/c - 1 and (s - c)/(1 - c) at s = 1/2 and s = 1, c = 1/3
    ("P2.2a", "literal"): ("certain", (F(1, 2), F(2)), (True, False)),
    ("P2.2b", "literal"): ("certain", (F(1, 4), F(1)), (True, False)),
    # below the cap nothing has to come, and what a holder must withdraw is negative: room
    ("P2.2a", "official"): ("contradicted", (F(0), F(0))),
    ("P2.2b", "official"): (
        "contradicted",
        ((F("0.205") - THIRD) / (1 - THIRD), (F("0.215") - THIRD) / (1 - THIRD)),
    ),
    # odds (1/2)/(1/2) over (1/3)/(2/3) = 2, growth 0 and 5 %; the horizon of 30 years lies inside
    ("P2.3", "literal"): ("consistent", (log(2) / log(1.05), inf), (True, True)),
    ("P2.3", "official"): ("contradicted", (F(0), F(0))),
    # a fraction from nought to one times the share
    ("P2.4", "literal"): ("consistent", (F(0), F(1))),
    ("P2.4", "official"): ("contradicted", (F(0), F("0.215"))),
    ("P2.6", "literal"): ("not testable", None),
    ("P2.6", "official"): ("contradicted", rising(pm("108"), (F(22_550), F(22_650)))),
    # (c - s)/(1 - c): from s = 1, and from s above one half
    ("P2.7a", "literal"): ("contradicted", (F(-1), F(-1, 4)), (False, True)),
    ("P2.7a", "official"): (
        "certain",
        ((THIRD - F("0.215")) / (1 - THIRD), (THIRD - F("0.205")) / (1 - THIRD)),
    ),
    ("P2.7b", "official"): ("certain", (F("0.6565"), F("0.6575"))),
    ("P3.9", "literal"): ("certain", (F(2024 - 2015), F(2024 - 2015))),
    ("P4.12a", "official"): (
        "contradicted",
        times(
            less(russian_share(2023, *RUS_2023), russian_share(2019, NSO_X["RUS"], NSO_M["RUS"])),
            100,
        ),
    ),
    ("P4.12b", "official"): (
        "certain",
        times(less(added(*RUS_2023), added(NSO_X["RUS"], NSO_M["RUS"])), 1000),
    ),
}
UNTESTABLE = [
    *("P1.11", "P1.12", "P1.13a", "P1.13b", "P1.14a", "P1.14b", "P1.15a", "P1.15b"),
    *("P2.5", "P2.7b", "P2.8", "P3.6", "P3.12", "P4.6b"),
    *("P4.10", "P4.11", "P4.12a", "P4.12b"),
]


@cache
def records():
    with (ROOT / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {(row["prop_id"], row["reading"]): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("key", BOUNDS, ids=" ".join)
def test_bounds_and_verdict_by_hand(key):
    verdict, bounds, opens = (*BOUNDS[key], (False, False))[:3]
    row = records()[key]
    assert row["verdict"] == verdict
    if bounds is None:
        assert row["lo"] == row["hi"] == row["lo_open"] == row["hi_open"] == ""
        return
    assert [float(row["lo"]), float(row["hi"])] == pytest.approx(list(map(float, bounds)), rel=1e-9)
    assert (row["lo_open"], row["hi_open"]) == tuple(map(str, opens))


@pytest.mark.parametrize("prop_id", ["P1.13b", "P1.14b", "P2.5", "P2.8"])
def test_official_data_do_not_help(prop_id):
    row = records()[prop_id, "official"]
    assert (row["verdict"], row["lo"], row["hi"]) == ("not testable", "", "")
    assert row["deciding_quantity"] and row["decides_if"]


@pytest.mark.parametrize("prop_id", UNTESTABLE)
def test_what_no_text_prints_is_not_testable(prop_id):
    row = records()[prop_id, "literal"]
    assert (row["verdict"], row["lo"], row["hi"]) == ("not testable", "", "")
    assert row["deciding_quantity"] and row["decides_if"]


def test_second_halves_of_sentences():
    """What stands beside the first comparison of a sentence holds, too, or breaks it."""
    assert rising(M["KGZ"], X["KGZ"])[0] > 1 > rising(NSO_M["KGZ"], NSO_X["KGZ"])[1]
    kyrgyz = [("410", "1.46"), ("965", "1.99"), ("338", "4.37"), ("401", "2.94")]
    kyrgyz += [("269", "1.75"), ("255", "2.35"), ("413", "2.32")]
    assert all(pm(m)[0] * 1000 > pm(x)[1] for x, m in kyrgyz)
    shares = [rising(CHINA[year], TOTAL[year]) for year in (2016, 2017, 2018)]
    assert shares[0][1] < shares[1][0] and shares[1][1] < shares[2][0]


@pytest.mark.parametrize(
    ("prop_id", "turns", "shown"),
    [
        # the total at which 6 250 or 6 350 (6 585 or 6 595) million are nine tenths
        ("P1.4b", times(SOLD_2018, F(10, 9)), "below 6.944 bn USD; false above 7.056 bn USD"),
        ("P1.4c", times(X["CHN"], F(10, 9)), "below 7.317 bn USD; false above 7.328 bn USD"),
        # a hundred times the total exports of 2018: the flow itself cancels
        ("P1.11", ALL_2018[::-1], "above 750 bn USD; false below 650 bn USD"),
        # the cap over the whole and over one half
        ("P2.4", (F(200, 3), F(100, 3)), "above 66.7%; false below 33.3%"),
        ("P2.6", times(pm("108"), 2), "below 215 M USD; false above 217 M USD"),
    ],
)
def test_the_deciding_number(prop_id, turns, shown):
    """An open verdict tells the total at which it turns."""
    in_words = [float(number) for number in re.findall(r"\d+\.?\d*", shown)]
    scale = {"P1.4b": 1000, "P1.4c": 1000, "P1.11": 10}.get(prop_id, 1)
    told = [float(end) / scale for end in turns]
    assert told == pytest.approx(in_words, abs=0.05 if "%" in shown else 5e-4)
    assert records()[prop_id, "literal"]["decides_if"].replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("key", "figure", "move"),
    [
        # where the lowest Kazakh ratio meets the highest Kyrgyz one
        (
            ("P1.1", "literal"),
            "irg_imports_kaz_2019",
            rising(M["KGZ"], X["KGZ"])[1] * X["KAZ"][1] / M["KAZ"][0] - 1,
        ),
        # where the highest total still gives nine tenths of the lowest exports
        (
            ("P1.4b", "literal"),
            "gun_total_exports_2018",
            SOLD_2018[0] / F(9, 10) / ALL_2018[1] - 1,
        ),
        (
            ("P1.4c", "official"),
            "nso_total_exports_2019",
            CHINA[2019][1] / F(9, 10) / TOTAL[2019][0] - 1,
        ),
        (("P2.1", "official"), "newsmn_share_fdi_chn", THIRD / F("0.215") - 1),
        (("P2.1", "literal"), "gun_share_fdi_chn", THIRD / F(1, 2) - 1),
    ],
)
def test_the_flip_point(key, figure, move):
    row = records()[key]
    side = "higher" if move > 0 else "lower"
    assert row["flip_figure"] == figure
    told, word = row["flip_distance"].split()
    assert word == side
    assert float(told.rstrip("%")) == pytest.approx(abs(float(move)) * 100, abs=0.1)


def test_the_years_after_which_compliance_is_late():
    """Thirty years at 1.05 to 1: the odds 1/2 of the cap times 1.05^30 are those of the share."""
    odds = F(1, 2) * F("1.05") ** 30
    row = records()["P2.3", "literal"]
    assert row["decides_if"] == f"above {float(100 * odds / (1 + odds)):.1f}%; false below it"


def test_the_cap_at_which_the_breach_flips():
    assert float(records()["P2.1", "literal"]["flip_value"]) == 0.5
    assert float(records()["P2.1", "official"]["flip_value"]) == 0.215


# Codes as the fourth text has them: 1, 0, or None where it is silent.
CASES = {
    "Switzerland": {"M": 1, "R": None, "G": 1, "L": None, "Y": 1},
    "Turkmenistan": {"M": None, "R": 1, "G": None, "L": 1, "Y": 1},
    "Mongolia": {"M": 0, "R": 1, "G": 0, "L": 1, "Y": 0},
}
OFFICIAL = {("Turkmenistan", "M"): 0, ("Turkmenistan", "G"): 1, ("Switzerland", "R"): 0}


def consistency(condition, *, necessary, codes=CASES):
    """Return every share of cases with one mark that have the other, over all codings."""
    have, given = ("Y", condition) if necessary else (condition, "Y")
    found = []
    for filled in itertools.product((0, 1), repeat=3):
        rows = [
            {k: (f if v is None else v) for k, v in case.items()}
            for f, case in zip(filled, codes.values(), strict=True)
        ]
        with_mark = [row for row in rows if row[have]]
        found.append(F(sum(row[given] for row in with_mark), len(with_mark)))
    return min(found), max(found)


def official(condition):
    given = {
        (case, c): OFFICIAL.get((case, c), v) for case, r in CASES.items() for c, v in r.items()
    }
    codes = {case: {c: given[case, c] for c in row} for case, row in CASES.items()}
    return consistency(condition, necessary=True, codes=codes)


@pytest.mark.parametrize(
    ("key", "verdict", "bounds"),
    [
        (("P3.1", "literal"), "contradicted", consistency("R", necessary=False)),
        (("P3.2", "literal"), "contradicted", consistency("L", necessary=False)),
        (("P3.3", "literal"), "consistent", consistency("R", necessary=True)),
        (("P3.3", "official"), "contradicted", official("R")),
        (("P3.4a", "literal"), "consistent", consistency("M", necessary=True)),
        (("P3.4a", "official"), "contradicted", official("M")),
        (("P3.4b", "literal"), "consistent", consistency("M", necessary=False)),
        (("P3.5a", "literal"), "consistent", consistency("G", necessary=True)),
        (("P3.5a", "official"), "consistent", official("G")),
        (("P3.5b", "literal"), "consistent", consistency("G", necessary=False)),
    ],
    ids=str,
)
def test_conditions_of_neutrality_by_hand(key, verdict, bounds):
    row = records()[key]
    assert row["verdict"] == verdict
    assert (float(row["lo"]), float(row["hi"])) == pytest.approx(tuple(map(float, bounds)))


def test_consistency_by_hand_is_what_the_method_says():
    assert consistency("R", necessary=False) == (F(1, 2), F(2, 3))
    assert consistency("M", necessary=True) == (F(1, 2), F(1))
    assert official("G") == (1, 1) and official("R") == (F(1, 2), F(1, 2))


def test_completions_by_hand():
    """Of eight completions two contradict themselves, two leave M, two G, two either; none R."""
    alone = []
    for turk_m, turk_g, swiss_r in itertools.product((0, 1), repeat=3):
        rows = [(1, swiss_r, 1), (turk_m, 1, turk_g), (0, 1, 0)]
        alone.append({c for i, c in enumerate("MRG") if [row[i] for row in rows] == [1, 1, 0]})
    assert sorted(map(sorted, alone)) == [*[[]] * 2, *[["G"]] * 2, *[["G", "M"]] * 2, *[["M"]] * 2]
    row = records()["P3.7", "literal"]
    assert (row["verdict"], row["n"]) == ("certain", "8")


@pytest.mark.parametrize(
    ("prop_id", "verdict"),
    [
        ("P3.10a", "contradicted"),
        ("P3.10b", "consistent"),
        ("P3.11", "contradicted"),
        ("P4.4", "contradicted"),
        ("P4.6a", "certain"),
        ("P4.9", "certain"),
    ],
)
def test_codings_of_conduct_and_events(prop_id, verdict):
    assert records()[prop_id, "literal"]["verdict"] == verdict


BEFORE, AFTER = 28, 6  # years 1991-2018 and 2019-2024
COUNTS = {  # events before and after, by the tables of the method
    "P4.1": (0, 3, "consistent"),
    "P4.3a": (5, 3, "not testable"),
    "P4.3b": (4, 3, "not testable"),
    "P4.3c": (3, 2, "not testable"),
    "P4.3d": (12, 8, "consistent"),
    "P4.5": (5, 3, "not testable"),
    "P4.8": (4, 3, "not testable"),
}


def at_least(k, n, p):
    """Return the chance of k or more of n."""
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


@pytest.mark.parametrize("prop_id", COUNTS)
def test_event_rates_by_hand(prop_id):
    """The rate ratio r makes the later part p = 6r / (6r + 28) of the events; exact 95 % ends."""
    before, after, verdict = COUNTS[prop_id]
    n, row = before + after, records()[prop_id, "literal"]
    assert (row["verdict"], row["n"]) == (verdict, str(n))
    assert float(row["p"]) == pytest.approx(float(at_least(after, n, F(AFTER, AFTER + BEFORE))))
    ratio = F(after, AFTER) / F(before, BEFORE) if before else inf
    assert float(row["point"]) == pytest.approx(float(ratio))
    low, high = (float(row[end]) for end in ("lo", "hi"))
    part = [AFTER * r / (AFTER * r + BEFORE) for r in (low, high) if r < inf]
    assert at_least(after, n, part[0]) == pytest.approx(0.025, rel=1e-6)
    if before:
        assert 1 - at_least(after + 1, n, part[1]) == pytest.approx(0.025, rel=1e-6)
    assert (high == inf) is (before == 0)


def test_event_p_values_by_hand():
    assert float(records()["P4.1", "literal"]["p"]) == pytest.approx(float(F(6, 34) ** 3))
    assert float(records()["P4.1", "literal"]["lo"]) == pytest.approx(
        0.025 ** (1 / 3) / (1 - 0.025 ** (1 / 3)) * BEFORE / AFTER
    )
    # other break years fit as well: 11 years from 2014
    assert F(11, 34) ** 3 < F(5, 100)


def test_russia_among_all_named_events_by_hand():
    """Of 23 events 11 came after 2018; all 3 Russian ones did."""
    row = records()["P4.2", "literal"]
    assert (row["verdict"], row["n"], row["hi"]) == ("not testable", "23", "inf")
    assert float(row["p"]) == pytest.approx(float(F(comb(11, 3), comb(23, 3))))
    odds = float(row["lo"])
    weights = [comb(11, k) * comb(12, 3 - k) * odds**k for k in range(4)]
    assert weights[3] / sum(weights) == pytest.approx(0.025, rel=1e-6)


def test_russian_part_of_cooperative_events_by_hand():
    row = records()["P4.7", "literal"]
    assert (row["verdict"], row["n"]) == ("not testable", "11")
    assert float(row["point"]) == pytest.approx(3 / 11)
    assert at_least(3, 11, float(row["lo"])) == pytest.approx(0.025, rel=1e-6)
    assert 1 - at_least(4, 11, float(row["hi"])) == pytest.approx(0.025, rel=1e-6)


def test_no_trend_by_hand():
    """Least squares on logs with t(4) = 2.776; of 720 orders 2 (1 + 5 + 14) are as extreme."""
    years, values = range(2011, 2017), [410, 965, 338, 401, 269, 255]
    logs = [log(v) for v in values]
    middle, level = sum(years) / 6, sum(logs) / 6
    spread = sum((y - middle) ** 2 for y in years)
    slope = sum((y - middle) * v for y, v in zip(years, logs, strict=True)) / spread
    rest = [v - level - slope * (y - middle) for y, v in zip(years, logs, strict=True)]
    half = 2.7764451051977934 * math.sqrt(sum(r * r for r in rest) / 4 / spread)
    row = records()["P1.9", "literal"]
    assert row["verdict"] == "consistent" and row["n"] == "6"
    assert [float(row[k]) for k in ("point", "lo", "hi")] == pytest.approx(
        [slope, slope - half, slope + half]
    )
    assert float(row["p"]) == pytest.approx(40 / 720)
    assert float(row["p_min"]) == pytest.approx(2 / 720)
    # n years in a row: sum of squares n (n^2 - 1) / 12, that is 28 for 7 and 42 for 8
    scatter = math.sqrt(sum(r * r for r in rest) / 4)
    assert 2.5705818 * scatter / math.sqrt(28) > abs(slope) > 2.4469119 * scatter / math.sqrt(42)
    assert row["decides_if"] == "below 8; false from 8 on"


def spread(values):
    return stdev(values) / mean(values)


@pytest.mark.parametrize(
    ("reading", "verdict"), [("literal", "not testable"), ("official", "consistent")]
)
def test_irregular_by_hand(reading, verdict):
    """The difference of two coefficients of variation with each year left out, and its p."""
    x, m = ([float(a + b) / 2 for a, b in flows[reading]] for flows in (KGZ_X, KGZ_M))
    left = [spread(x[:i] + x[i + 1 :]) - spread(m[:i] + m[i + 1 :]) for i in range(6)]
    row = records()["P1.10b", reading]
    assert (row["verdict"], row["n"]) == (verdict, "6")
    told = [float(row[k]) for k in ("point", "lo", "hi")]
    assert told == pytest.approx([spread(x) - spread(m), min(left), max(left)])
    pairs = [(a / mean(x), b / mean(m)) for a, b in zip(x, m, strict=True)]
    swapped = [
        abs(
            spread([p[s] for p, s in zip(pairs, swap, strict=True)])
            - spread([p[1 - s] for p, s in zip(pairs, swap, strict=True)])
        )
        for swap in itertools.product((0, 1), repeat=6)
    ]
    assert float(row["p"]) == sum(v >= swapped[0] - 1e-12 for v in swapped) / 64
    if reading == "literal":
        turn = float(row["decides_if"].split("above ")[1].split(";")[0].replace(",", "")) / 1000
        assert spread([*x[:1], turn, *x[2:]]) == pytest.approx(spread(m), abs=1e-5)
        assert row["deciding_quantity"].endswith("2012")


# The tables.


@pytest.fixture(scope="module")
def tables():
    return Tables(ROOT / "data")


def test_frictionless_finds_nothing_wrong():
    """An independent reader of data packages accepts every table."""
    report = validate(str(ROOT / "data" / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_tokens_are_short(tables):
    """At most seven words of a text stand in any cell that quotes it."""
    for name in tables.names:
        if "printed" in tables[name]:
            assert not [token for token in tables[name]["printed"] if len(token.split()) > 7]


def test_no_evidence_from_beyond_the_first_article(tables):
    (span,) = tables["sources"].query("source_id == 'caci2025'")["span_end"]
    assert int(span) == FIRST_ARTICLE_ENDS
    for name in tables.names:
        if {"source_id", "char_start"} <= set(tables[name].columns):
            starts = tables[name].query("source_id == 'caci2025' and char_start != ''")
            assert (starts["char_start"].astype(int) < FIRST_ARTICLE_ENDS).all(), name


def test_named_thresholds_are_parameters(tables):
    """A threshold that is a name is a numeric parameter of the notebook that records it."""
    for row in tables["propositions"].to_dict("records"):
        if re.fullmatch("[a-z_]+", row["threshold"]):
            declared = params.declared(ROOT / "notebooks" / f"{row['notebook']}.ipynb")
            kinds = {p.name: p.type for p in declared}
            assert kinds.get(row["threshold"]) in ("int", "float"), row["prop_id"]


def need_texts(tables):
    if not TEXTS:
        pytest.skip(
            f"{tables.count_places()} places not verified: THIRDNEIGHBOR_SOURCES is not set"
        )
    return {
        row["source_id"]: (Path(TEXTS) / row["file"]).read_bytes().decode("utf-8")
        for row in tables["sources"].query("file != ''").to_dict("records")
    }


def test_every_token_stands_at_its_place(tables):
    texts = need_texts(tables)
    assert tables.place_problems(tables.texts(Path(TEXTS))) == []
    wrong, seen = [], 0
    for name in tables.names:
        for row in tables[name].to_dict("records"):
            if row.get("printed") and row.get("char_start"):
                start, text = int(row["char_start"]), texts[row["source_id"]]
                seen += 1
                if text[start : start + len(row["printed"])] != row["printed"]:
                    wrong.append((name, row["printed"], start))
    assert not wrong
    assert seen == tables.count_places()


def test_spans_lie_in_their_texts(tables):
    texts = need_texts(tables)
    for row in tables["sources"].query("file != ''").to_dict("records"):
        start, end = int(row["span_start"]), int(row["span_end"])
        text = texts[row["source_id"]]
        assert 0 <= start < end <= len(text)
    assert texts["caci2025"][:FIRST_ARTICLE_ENDS].rstrip().endswith("CAMCA Network")


def in_words(text):
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())


def test_nothing_of_a_text_is_copied(tables):
    """No run of eight words of a text stands in the tables, the notebooks or the README."""
    words = {name: in_words(text) for name, text in need_texts(tables).items()}
    titles = [in_words(title) for title in tables["sources"]["title"]]
    runs = {tuple(w[i : i + 8]) for w in words.values() for i in range(len(w) - 7)}
    runs -= {tuple(w[i : i + 8]) for w in titles for i in range(len(w) - 7)}
    names = [name for name in tables.names if name != "sources"]  # there: titles and addresses
    cells = [(n, v) for n in names for row in tables[n].to_numpy().tolist() for v in row]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        content = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cells += [(path.name, "".join(cell["source"])) for cell in content]
    cells += [("README.md", (ROOT / "README.md").read_text(encoding="utf-8"))]
    for name, value in cells:
        found = in_words(value)
        copied = {tuple(found[i : i + 8]) for i in range(len(found) - 7)} & runs
        assert not copied, (name, copied)
