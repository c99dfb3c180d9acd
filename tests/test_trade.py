"""Series, shares and base years: by hand, and against the tables of the study."""

import math
from pathlib import Path

import pandas as pd
import pytest

from asprinted.intervals import INF, Interval
from asprinted.quantities import known
from asprinted.studies import Study
from asprinted.tables import Tables
from asprinted.verdicts import judge
from thirdneighbor import trade

ROOT = Path(__file__).resolve().parents[1]


class Books:
    """A study that holds a few figures, given as quantity, partner, year, value."""

    def __init__(self, *rows, source="nso_trade", reporter="MNG"):
        columns = ["quantity", "partner", "year", "value"]
        frame = pd.DataFrame(rows, columns=columns)
        ids = [f"f{i}" for i in frame.index]
        values = [known(i, v, "usd") for i, v in zip(ids, frame["value"], strict=True)]
        self.frame = frame.assign(
            figure_id=ids,
            value=pd.Series(values, dtype=object),
            number=[q.point for q in values],
            source_id=source,
            reporter=reporter,
            period_start=frame["year"].astype(str),
            commodity="",
        )

    def figures(self, **where):
        assert "reporter" in where
        rows = self.frame
        for column, wanted in where.items():
            values = [wanted] if isinstance(wanted, str) else list(wanted)
            rows = rows[rows[column].isin(values)]
        return rows


SOLD, BOUGHT = "exports_to", "imports_from"
WORLD = Books(
    (SOLD, "A", 2010, 60),
    (SOLD, "A", 2011, 90),
    (SOLD, "B", 2010, 20),
    (BOUGHT, "A", 2010, 40),
    (BOUGHT, "B", 2010, 0),
    ("total_exports", "", 2010, 100),
    ("total_exports", "", 2011, 100),
    ("total_imports", "", 2010, 50),
)


def numbers(series):
    return {year: float(value) for year, value in series.items()}


@pytest.fixture(scope="module")
def study():
    return Study(Tables(ROOT), "01_trade_asymmetry")


def points(series, digits=2):
    return {year: round(100 * value.point, digits) for year, value in series.items()}


# --- by hand


def test_series_of_one_partner_several_and_all():
    assert numbers(trade.series(WORLD, "A", "sold")) == {2010: 60, 2011: 90}
    assert numbers(trade.series(WORLD, "A", "sold", [2011])) == {2011: 90}
    assert numbers(trade.series(WORLD, "A", "both")) == {2010: 100}
    assert numbers(trade.series(WORLD, ["A", "B"], "sold")) == {2010: 80}
    assert numbers(trade.series(WORLD, "all", "both")) == {2010: 150}
    assert trade.series(WORLD, "C", "sold").empty


def test_shares_and_what_is_left_out_of_the_total():
    assert numbers(trade.shares(WORLD, "A", "sold")) == {2010: 0.6, 2011: 0.9}
    assert numbers(trade.shares(WORLD, "A", "sold", without=["B"])) == {2010: 0.75}
    assert numbers(trade.shares(WORLD, "A", "both")) == {2010: pytest.approx(2 / 3)}
    assert trade.shares(WORLD, "A", "sold").iloc[0].unit == "share"


def test_goods_of_one_kind_are_not_all_goods():
    meat = Books((SOLD, "A", 2010, 5))
    meat.frame["commodity"] = "horse meat"
    assert trade.series(meat, "A", "sold").empty


def test_two_figures_for_one_year_and_a_wrong_flow_are_refused():
    twice = Books((SOLD, "A", 2010, 5), (SOLD, "A", 2010, 6))
    with pytest.raises(ValueError, match="f0, f1"):
        trade.series(twice, "A", "sold")
    with pytest.raises(ValueError, match="sold, bought, both"):
        trade.series(WORLD, "A", "exports")


def test_undated_figures_are_in_no_series():
    assert trade.yearly(Books((SOLD, "A", 0, 5)).frame).empty


def test_base_years_with_bounds_that_touch():
    """1 to 2 lies below 3; 2.5 to 3.5 may lie on either side; above 3 lies above."""
    values = trade.book(
        {
            2010: known("a", Interval(1, 2)),
            2011: known("b", Interval(2.5, 3.5)),
            2012: known("c", Interval(3, 4, lo_open=True)),
            2013: known("d", 3),
        }
    )
    table = trade.base_years(values, 2013)
    assert list(table["turn"]) == ["higher", "open", "lower"]
    assert list(table["base"]) == [2010, 2011, 2012]
    assert list(table["start"]) == [1.5, 3, 3.5]
    assert trade.tally(table) == {"higher": 1, "lower": 1, "open": 1}
    assert judge(trade.above_all(values, 2013)) == "ruled_out"
    assert judge(trade.above_all(values[:2], 2011)) == "follows"


def test_one_series_above_another_in_every_year():
    """1, 3, 2 against 0, 2, 2 fails in the last year; a rise lies above its past."""
    first = trade.book({2010 + i: known(f"a{i}", v) for i, v in enumerate((1, 3, 2))})
    second = trade.book({2010 + i: known(f"b{i}", v) for i, v in enumerate((0, 2, 2))})
    assert judge(trade.above_each(first, second)) == "ruled_out"
    assert judge(trade.above_each(first[:2], second)) == "follows"
    assert judge(trade.above_each(first, first.shift().dropna())) == "ruled_out"
    assert judge(trade.above_each(first[:2], first[:2].shift().dropna())) == "follows"


def test_equal_ends_are_open_unless_one_is_left_out():
    """2 and 2 may not be told apart; 1 up to, but not with, 2 lies below 2."""
    below = known("b", Interval(1, 2, hi_open=True))
    values = trade.book({2010: known("a", Interval(1, 2)), 2011: below})
    turns = trade.base_years(trade.book({**values, 2012: known("c", 2)}), 2012)["turn"]
    assert list(turns) == ["open", "higher"]


def test_steps_from_year_to_year():
    table = trade.steps(trade.book({2010: 1.0, 2012: 2.0, 2013: 1.5}))
    assert list(table["base"]) == [2010, 2012]
    assert list(table["turn"]) == ["higher", "lower"]
    assert trade.steps(trade.book({2010: 1.0})).empty


def test_years_above_a_line_are_strictly_above():
    values = trade.book(
        {
            2010: known("a", 0.9),
            2011: known("b", Interval(0.89, 0.91)),
            2012: known("c", Interval(0.9, 1, lo_open=True)),
        }
    )
    assert trade.years_above(values, 0.9) == {"above": 1, "below": 1, "open": 1}


def test_lopsided_trade_and_a_year_without_sales():
    sold = trade.book({2010: known("a", 2), 2011: known("b", 5), 2012: known("c", 0)})
    bought = trade.book({2010: known("d", 8), 2011: known("e", 1), 2012: known("f", 3)})
    table = trade.lopsided(sold, bought)
    assert list(table["leans"]) == ["bought", "sold", "bought"]
    assert float(table.loc[2010, "ratio"]) == 4
    assert table.loc[2012, "ratio"].known_bounds is None


def test_two_books_are_compared_in_the_years_of_both():
    table = trade.beside(
        trade.book({2010: known("a", 2), 2011: known("b", 4)}),
        trade.book({2011: known("c", 10), 2012: known("d", 1)}),
    )
    assert list(table.index) == [2011]
    assert float(table.loc[2011, "ratio"]) == 2.5


def test_long_frame_for_a_chart():
    frame = trade.long({"A": trade.book({2010: known("a", Interval(1e6, 3e6))})}, 1e6)
    assert frame.to_dict("list") == {
        "year": [2010],
        "series": ["A"],
        "value": [2],
        "lo": [1],
        "hi": [3],
    }


def test_concentration_names_the_largest_partners_only():
    """6, 5, 4, 3, 2 of 22 are named; the last 2 may be one partner or many."""
    rows = [(SOLD, name, 2010, 6 - i) for i, name in enumerate("ABCDE")]
    small = Books(*rows, (SOLD, "F", 2010, 1), ("total_exports", "", 2010, 22))
    bounds = trade.concentration(small).loc[2010].bounds()
    named = sum((6 - i) ** 2 for i in range(5)) / 22**2
    assert [float(bounds.lo), float(bounds.hi)] == pytest.approx(
        [named, named + (2 / 22) ** 2]
    )


def test_years_to_reach_a_goal():
    assert trade.years_to_reach(1, 8, 1) == pytest.approx(3)
    assert trade.years_to_reach(1, 8, 1, 0.5) == pytest.approx(
        math.log(8) / math.log(2 / 1.5)
    )
    assert trade.years_to_reach(8, 1, -0.5) == 0
    assert trade.years_to_reach(1, 8, 0) == trade.years_to_reach(1, 8, 0.1, 0.1) == INF


@pytest.mark.parametrize(
    ("start", "pace", "years"),
    [
        (68.93, 0.05, (42, 54)),
        (68.93, 0.09, (24, 30)),
        (68.93, 0.32, (7, 9)),
        (164.8, 0.05, (24, 36)),
        (164.8, 0.09, (14, 20)),
        (164.8, 0.32, (4, 6)),
    ],
)
def test_when_central_asia_would_weigh_as_much(start, pace, years):
    """South Korea has 534.9 million; a twentieth of China's trade is 954.7."""
    found = [trade.years_to_reach(start, goal, pace) for goal in (534.88, 954.66)]
    assert tuple(round(value) for value in found) == years


def test_the_others_run_away_unless_the_pace_is_high():
    assert trade.years_to_reach(68.93, 534.88, 0.09, 0.143) == INF
    found = trade.years_to_reach(68.93, 534.88, 0.32, 0.143)
    assert round(found) == 14
    assert round(trade.years_to_reach(68.93, 954.66, 0.32, 0.161)) == 20


# --- the statistics office's book, recomputed from its table by other code


def test_share_of_china_in_exports(study):
    found = points(trade.shares(study, "CHN", "sold"), 1)
    wanted = {2005: 48.3, 2008: 64.5, 2010: 84.8, 2016: 79.4, 2018: 93.3, 2019: 89.1}
    wanted |= {2020: 72.5, 2023: 91.8, 2024: 91.4}
    assert {year: found[year] for year in wanted} == wanted
    assert list(found) == list(range(2005, 2025))


def test_share_of_china_without_britain_and_switzerland(study):
    found = points(trade.shares(study, "CHN", "sold", without=["GBR", "CHE"]), 1)
    later = {year: value for year, value in found.items() if year > 2010}
    assert found[2010] == 86.9
    assert (min(later.values()), max(later.values())) == (91.2, 96.2)
    assert (later[2013], later[2022]) == (91.2, 96.2)


def test_years_above_nine_tenths(study):
    whole = trade.shares(study, "CHN", "sold", range(2010, 2025))
    rest = trade.shares(study, "CHN", "sold", range(2010, 2025), ["GBR", "CHE"])
    lines = (0.5, 0.75, 0.8, 0.85, 0.9, 0.95)
    assert [trade.years_above(whole, x)["above"] for x in lines] == [
        15,
        14,
        13,
        10,
        5,
        0,
    ]
    assert [trade.years_above(rest, x)["above"] for x in (0.9, 0.95)] == [14, 5]


def test_share_and_concentration_turn_alike_from_every_base_year(study):
    share = trade.base_years(trade.shares(study, "CHN", "sold"), 2024)
    index = trade.base_years(trade.concentration(study), 2024)
    assert list(share["turn"]) == list(index["turn"])
    lower = share[share["turn"] == "lower"]["base"]
    assert list(lower) == [2011, 2012, 2018, 2023]
    assert trade.tally(share) == {"higher": 15, "lower": 4, "open": 0}


def test_concentration_of_three_years(study):
    found = trade.concentration(study)
    years = {2017: 0.744, 2018: 0.872, 2024: 0.837}
    assert {year: round(found[year].point, 3) for year in years} == years


@pytest.mark.parametrize(
    ("partner", "flow", "end", "wanted"),
    [
        ("RUS", "both", 2023, (0, 18, 0)),
        ("CHN", "both", 2023, (18, 0, 0)),
        ("RUS", "bought", 2023, (2, 15, 1)),
        ("CHN", "bought", 2023, (18, 0, 0)),
        (["RUS", "CHN"], "both", 2023, (18, 0, 0)),
        ("CHN", "sold", 2023, (15, 3, 0)),
        ("RUS", "both", 2022, (3, 14, 0)),
        ("RUS", "both", 2024, (1, 18, 0)),
    ],
)
def test_dependence_by_every_base_year(study, partner, flow, end, wanted):
    table = trade.base_years(trade.shares(study, partner, flow), end)
    assert tuple(trade.tally(table).values()) == wanted


def test_dollars_with_russia_fell_from_one_base_year_only(study):
    table = trade.base_years(trade.series(study, "RUS", "both"), 2023)
    assert trade.tally(table) == {"higher": 17, "lower": 1, "open": 0}
    assert list(table[table["turn"] == "lower"]["base"]) == [2022]


def test_shares_of_trade_in_2023_have_the_bounds_of_a_rounded_total(study):
    """Imports of 9.25 to 9.35 billion: China 72.2 to 72.5, Russia 10.2 per cent."""
    for partner, lo, hi in (("CHN", 72.19, 72.49), ("RUS", 10.18, 10.23)):
        bounds = trade.shares(study, partner, "both")[2023].bounds()
        ends = [round(100 * float(end), 2) for end in (bounds.lo, bounds.hi)]
        assert ends == [lo, hi]


def test_one_sentence_on_both_neighbours(study):
    both = [trade.shares(study, partner, "both") for partner in ("CHN", "RUS")]
    assert [judge(trade.above_all(share, 2023)) for share in both] == [
        "follows",
        "ruled_out",
    ]


def test_central_asia_grows_in_dollars_and_not_in_weight(study):
    three = ["KAZ", "KGZ", "UZB"]
    dollars = trade.series(study, three, "both")
    wanted = {2005: 57.5, 2017: 38.1, 2020: 22.5, 2022: 54.1, 2023: 95.4, 2024: 68.9}
    assert {y: round(dollars[y].point / 1e6, 1) for y in wanted} == wanted
    table = trade.base_years(dollars, 2024)
    assert list(table[table["turn"] == "lower"]["base"]) == [2023]
    share = trade.shares(study, three, "both")
    parts = {2005: 2.56, 2017: 0.361, 2020: 0.175, 2024: 0.252}
    assert {y: round(100 * share[y].point, 2) for y in parts} == {
        y: round(part, 2) for y, part in parts.items()
    }
    risen = trade.base_years(share, 2024)
    assert list(risen[risen["turn"] == "higher"]["base"]) == [2010, 2020, 2021]


def test_trade_with_kyrgyzstan_leans_either_way(study):
    table = trade.lopsided(
        trade.series(study, "KGZ", "sold"), trade.series(study, "KGZ", "bought")
    )
    surplus = table[table["leans"] == "sold"].index
    assert list(surplus) == [2007, 2008, 2015, 2019, 2023, 2024]
    assert round(table.loc[2019, "ratio"].point, 2) == 0.82


def test_trade_as_irgengioro_prints_it(study):
    sides = [
        trade.series(study, "KGZ", flow, source="irgengioro2022")
        for flow in ("sold", "bought")
    ]
    table = trade.lopsided(*sides)
    assert set(table["leans"]) == {"bought"}
    years = {2013: 12.9, 2014: 7.3, 2015: 6.5, 2016: 9.2, 2019: 5.6}
    assert {y: round(table.loc[y, "ratio"].point, 1) for y in years} == years


def test_trade_with_east_asia_did_not_rise_every_year(study):
    partners = ["CHN", "KOR", "JPN"]
    table = trade.steps(trade.series(study, partners, "both", range(2011, 2020)))
    fell = table[table["turn"] == "lower"].index + 2012
    assert list(fell) == [2012, 2013, 2015, 2016]
