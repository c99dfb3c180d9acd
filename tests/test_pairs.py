"""Printed figures beside another book, and codes of three readers."""

from pathlib import Path

import pandas as pd
import pytest

from asprinted.intervals import INF, Interval
from asprinted.quantities import known
from asprinted.studies import Study
from asprinted.tables import Tables
from thirdneighbor import pairs

ROOT = Path(__file__).resolve().parents[1]
BOTH_WAYS = ["exports_to", "imports_from"]


def figures(*rows):
    """Return figures given as id, quantity, partner, year, interval."""
    columns = ["figure_id", "quantity", "partner", "year", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    named = zip(frame["figure_id"], frame["value"], strict=True)
    values = [known(name, value, "usd") for name, value in named]
    return frame.assign(
        value=pd.Series(values, dtype=object),
        number=[float(q.point) for q in values],
        source_id="text",
        commodity="",
        period_basis="stated",
    )


OFFICE = figures(
    ("o1", "exports_to", "A", 2010, 10),
    ("o2", "imports_from", "A", 2010, 30),
    ("o3", "exports_to", "A", 2011, 4),
    ("o4", "exports_to", "A", 0, 4),
)


def test_a_printed_sum_is_set_against_both_ways():
    printed = figures(
        ("p1", "exports_to", "A", 2010, Interval(19, 21)),
        ("p2", "turnover", "A", 2010, Interval(50, INF, lo_open=True)),
        ("p3", "turnover", "A", 2011, 8),
        ("p4", "exports_to", "B", 2010, 1),
        ("p5", "exports_to", "A", 0, 1),
    )
    marks = pairs.over_statistics(printed, OFFICE)
    assert list(marks["figure_id"]) == ["p1", "p2"]
    assert list(marks["side"]) == ["sold", "both"]
    assert marks[["point", "lo", "hi"]].to_numpy().tolist() == [
        [2, 1.9, 2.1],
        [1.25, 1.25, INF],
    ]


def test_a_part_is_not_set_against_its_whole():
    printed = figures(("p1", "exports_to", "A", 2010, 20)).assign(commodity="meat")
    assert pairs.over_statistics(printed, OFFICE).empty


def test_apart_close_and_open_at_the_ends():
    marks = pd.DataFrame(
        {"lo": [2.1, 2.0, 1.9, 0.5, 0.4], "hi": [3, 2.0, INF, 1, 0.49]}
    )
    words = ["apart", "close", "open", "close", "apart"]
    assert pairs.apart(marks, 2).tolist() == words


CODES = pd.DataFrame(
    [
        (statement, text, coder, code)
        for statement, text, codes in (
            ("s1", "t1", ("yes", "yes", "yes")),
            ("s1", "t2", ("yes", "yes", "yes")),
            ("s2", "t1", ("yes", "no", "no")),
            ("s2", "t2", ("silent", "silent", "no")),
        )
        for coder, code in zip("abc", codes, strict=True)
    ],
    columns=["statement_id", "source_id", "coder", "code"],
)


def test_readers_by_hand():
    table = pairs.equal_codes(CODES)
    assert table.to_numpy().tolist() == [
        ["a", "b", 3, 4],
        ["a", "c", 2, 4],
        ["b", "c", 3, 4],
    ]
    assert pairs.unanimous(CODES) == ["s1"]
    assert pairs.unanimous(CODES[1:]) == []


def test_a_number_of_items_and_the_items():
    printed = figures(("p1", "count", "", 2024, 8), ("p2", "count", "", 2024, 2))
    lists = pd.DataFrame({"figure_id": ["p1"] * 6 + ["p2"] * 2 + [""]})
    table = pairs.listed(printed, lists)
    assert table[["figure_id", "items", "agrees"]].to_numpy().tolist() == [
        ["p1", 6, False],
        ["p2", 2, True],
    ]


def test_years_between_events_need_two_dates():
    rows = pd.DataFrame(
        {
            "figure_id": ["p", "p"],
            "start_event": ["a", "b"],
            "end_event": ["c", "c"],
        }
    )
    dated = pd.DataFrame({"event_id": ["a", "b", "c"], "start": [1921, 0, 1990]})
    table = pairs.spans(rows, dated)
    assert table[["start_event", "years"]].to_numpy().tolist() == [["a", 69]]


@pytest.fixture(scope="module")
def study():
    return Study(Tables(ROOT), "07")


@pytest.fixture(scope="module")
def marks(study):
    kinds = [*BOTH_WAYS, "turnover"]
    printed = study.figures(reporter="MNG", source_id=study.texts(), quantity=kinds)
    office = study.figures(reporter="MNG", source_id="nso_trade", quantity=BOTH_WAYS)
    return pairs.over_statistics(printed, office)


def test_printed_figures_over_the_statistics_office(marks):
    """Quotients of the printed number and the office's, to two digits."""
    by_hand = {
        "irg_imports_chn_2019": 1950 / 2060.8,
        "irg_exports_chn_2019": 6590 / 6789.7,
        "gun_exports_chn_2018": 6300 / 6542.8,
        "irg_imports_kor_2019": 287 / 267.0,
        "irg_exports_kor_2019": 34.7 / 27.8,
        "irg_imports_jpn_2019": 594 / 585.5,
        "irg_exports_jpn_2019": 20.8 / 15.5,
        "irg_imports_kaz_2019": 58.1 / 29.108,
        "irg_exports_kaz_2019": 7.14 / 6.235,
        "cac_imports_kaz_2017": 72.9 / 34.153,
        "cac_imports_kaz_2022": 93 / 30.736,
        "irg_imports_kgz_2019": 2.32 / 0.33862,
        "irg_exports_kgz_2019": 0.413 / 0.4132,
        "cac_turnover_uzb_2022": 10 / 10.41948,
    }
    points = marks.set_index("figure_id")["point"]
    assert {name: points[name] for name in by_hand} == pytest.approx(by_hand, rel=2e-3)


def test_on_china_the_books_agree_and_on_the_steppe_they_do_not(marks):
    """Seven figures on East Asia, two on Uzbekistan, the rest on two neighbours."""
    region = marks["partner"].map({"KAZ": "steppe", "KGZ": "steppe", "UZB": "uzb"})
    region = region.fillna("east")
    assert region.value_counts()[["east", "uzb"]].tolist() == [7, 2]

    def outside(factor):
        apart = (pairs.apart(marks, factor) == "apart").groupby(region).sum()
        return apart[["east", "steppe", "uzb"]].tolist()

    assert outside(2) == [0, 11, 0]
    assert outside(3) == [0, 4, 0]
    assert outside(1.1)[::2] == [2, 0]
    close = pairs.apart(marks, 1.35) == "close"
    assert close[region == "east"].all()
    china = pairs.apart(marks[marks["partner"] == "CHN"], 1.06) == "close"
    assert china.all()


def test_inferred_years_are_marked(marks):
    inferred = marks[marks["inferred"]]
    assert set(inferred["partner"]) == {"KGZ"}
    assert set(inferred["year"]) == {2013, 2014, 2015, 2016}
    assert len(inferred) == 8


def test_where_the_numbers_come_from(study):
    table = pairs.provenance(study.figures(source_id=study.texts()), study.texts())
    assert table["figures"].tolist() == [38, 7, 1, 15, 10]
    assert table["sourced"].tolist() == [35, 7, 0, 0, 1]
    assert table["undated"].tolist() == [3, 0, 1, 4, 4]
    assert table["hedged"].tolist() == [9, 3, 1, 9, 2]


def test_three_readers_share_one_statement(study):
    codes = study.rows("codes")
    table = pairs.equal_codes(codes)
    assert sorted(table["equal"]) == [21, 25, 25]
    assert set(table["cells"]) == {30}
    assert pairs.unanimous(codes) == ["s_china_dependence"]
