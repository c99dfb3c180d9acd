"""Events before and after a year: by hand, and those that the texts name."""

import math
from pathlib import Path

import pandas as pd
import pytest

from asprinted.intervals import INF
from asprinted.studies import Study
from asprinted.tables import Tables
from thirdneighbor import events

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ["irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"]


def frame(*rows):
    columns = ["event_id", "start", "direction", "coding", "sources"]
    return pd.DataFrame(rows, columns=columns)


SEVEN = frame(
    ("a", 2001, "russia", "strict", ["x"]),
    ("b", 2011, "russia", "standard", ["x", "y"]),
    ("c", 2010, "china", "strict", ["y"]),
    ("d", 2005, "china", "liberal", ["x"]),
    ("e", 0, "china", "strict", ["x"]),
    ("f", 2012, "china", "strict", ["press"]),
    ("g", 2013, "caucasus", "", ["x"]),
)


def test_an_event_counts_if_a_text_dates_it():
    found = events.named(SEVEN, ["x", "y"], 2001, 2012)
    assert list(found["event_id"]) == ["a", "c", "b"]
    assert list(events.named(SEVEN, ["y"], 2001, 2012)["event_id"]) == ["c", "b"]
    assert list(events.named(SEVEN, ["x", "y"], 2002, 2010)["event_id"]) == ["c"]
    assert list(
        events.named(SEVEN, ["x", "y"], 2001, 2012, ["strict"])["event_id"]
    ) == [
        "a",
        "c",
    ]


def test_counts_and_rates_around_a_year():
    """The year itself belongs to the later period; both ends are counted."""
    table = events.counts(SEVEN, 2011, 2001, 2013)
    assert table.loc["Russia"].tolist() == [1, 1, 10, 3, 0.1, pytest.approx(1 / 3)]
    assert table.loc["China", ["before", "after"]].tolist() == [2, 1]
    assert table.loc["Central Asia and the Caucasus", "after"] == 1
    assert table.loc["Third neighbours", ["before", "after"]].tolist() == [0, 0]


def test_groups_of_ones_own():
    table = events.counts(SEVEN, 2011, 2001, 2013, {"both": ["russia", "china"]})
    assert table.loc["both", ["before", "after"]].tolist() == [3, 2]


@pytest.mark.parametrize("year", [2001, 2014, 1990])
def test_a_break_year_outside_the_years_is_refused(year):
    with pytest.raises(ValueError, match="break year"):
        events.counts(SEVEN, year, 2001, 2013)


def test_a_fuller_list_raises_every_rate_and_no_part():
    """Three times as many of either kind in half of the years: rate 6, odds 1."""
    rows = [(f"o{i}", 2001, d, "strict", ["x"]) for i, d in enumerate("ru" * 2)]
    rows += [(f"n{i}", 2011, d, "strict", ["x"]) for i, d in enumerate("ru" * 6)]
    table = events.counts(frame(*rows), 2011, 2001, 2015, {"r": ["r"], "u": ["u"]})
    assert events.rise(table, "r").point == pytest.approx(6)
    assert events.part(table, "r").point == pytest.approx(1)
    assert events.rise(table, ["r", "u"]).n == 16
    assert events.others(table, "r") == ["u"]


def test_no_event_at_all_is_no_figure():
    table = events.counts(SEVEN[:0], 2011, 2001, 2013)
    assert (events.rise(table, "Russia") > 1).verdict == "no_figure"
    assert (events.part(table, "Russia") > 1).verdict == "no_figure"


@pytest.fixture(scope="module")
def table():
    named = events.named(Study(Tables(ROOT), "04").events(), TEXTS, 1991, 2024)
    return events.counts(named, 2019, 1991, 2024)


def test_named_events_by_direction(table):
    """0 and 4, 3 and 2, 4 and 3, 5 and 3, in 28 and 6 years."""
    assert table[["before", "after"]].to_numpy().tolist() == [
        [0, 4],
        [3, 2],
        [4, 3],
        [5, 3],
    ]
    years = table[["years_before", "years_after"]].drop_duplicates()
    assert years.to_numpy().tolist() == [[28, 6]]


def test_russia_rises_and_so_do_all_others(table):
    russia = events.rise(table, "Russia")
    assert (russia.point, round(russia.p, 4)) == (INF, 0.001)
    others = events.rise(table, events.others(table, "Russia"))
    ends = others.point, others.lo, others.hi
    assert [round(end, 2) for end in ends] == [3.11, 1.10, 8.28]
    assert others.point == pytest.approx((8 / 6) / (12 / 28))
    assert (russia > 1).verdict == (others > 1).verdict == "supported"


def test_the_part_of_russia_cannot_be_told(table):
    """None of 12, then 4 of 12: all four of 24 among the later 12."""
    found = events.part(table, "Russia")
    assert found.p == pytest.approx(math.comb(12, 4) / math.comb(24, 4))
    assert (found > 1).verdict == "undecided"
