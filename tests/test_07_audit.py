"""The source audit: its numbers worked again from the tables, and by hand."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from asprinted.pages.engine import Cells
from asprinted.prose import plain

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "07_source_audit.ipynb"
EAST, NEAR = ("chn", "kor", "jpn"), ("kaz", "kgz")
# printed in millions, read off the texts by hand: (sold, bought) to and from Kyrgyzstan
KYRGYZ = {
    2011: (0.410, 1.46),
    2012: (0.965, 1.99),
    2013: (0.338, 4.37),
    2014: (0.401, 2.94),
    2015: (0.269, 1.75),
    2016: (0.255, 2.35),
    2019: (0.413, 2.32),
}
OTHERS = {  # partner, year: (sold, bought), None where one of them is not printed
    ("kaz", 2019): (7.14, 58.1),
    ("kaz", 2017): (None, 72.9),
    ("kaz", 2022): (None, 93.0),
    ("chn", 2019): (6590.0, 1950.0),
    ("chn", 2018): (6300.0, None),
    ("kor", 2019): (34.7, 287.0),
    ("jpn", 2019): (20.8, 594.0),
}


@pytest.fixture(scope="module")
def run():
    return Cells(NOTEBOOK).run({})


@pytest.fixture(scope="module")
def alone():
    """Two texts alone, read without inferred years."""
    chosen = {"sources": ["caci2025", "yan2024"], "include_inferred": False}
    return Cells(NOTEBOOK).run(chosen)


def records(run):
    return {(r["prop_id"], r["reading"]): r for r in run.records}


def block(run, kind):
    return next(b for b in run.found("block") if b["block"] == kind)


@pytest.fixture(scope="module")
def rows():
    """Return the printed figures of the tables, read without the library."""
    with (ROOT / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["figure_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def office(rows):
    """Return what the statistics office has, in millions of dollars."""

    def millions(way, partner, year):
        return float(rows[f"nso_{way}_{partner}_{year}"]["printed"]) / 1000

    return millions


@pytest.fixture(scope="module")
def ratios(office):
    """Return printed over recorded sums, without the four totals of both ways."""
    printed = OTHERS | {("kgz", year): pair for year, pair in KYRGYZ.items()}
    found = {}
    for (partner, year), pair in printed.items():
        for way, sum_ in zip(("exports", "imports"), pair, strict=True):
            if sum_ is not None:
                found[partner, year, way] = sum_ / office(way, partner, year)
    return found


# --- printed trade over Mongolia's statistics


def test_there_are_29_figures_of_which_20_are_on_the_two_neighbours(run, ratios):
    """25 of one way, and four of both ways: Kyrgyzstan and Uzbekistan, 2017 and 2022."""
    assert len(ratios) == 25
    assert len(run.namespace["marks"]) == 25 + 4
    drawn = Counter(run.namespace["marks"]["partner"])
    assert drawn == {"KGZ": 16, "KAZ": 4, "CHN": 3, "KOR": 2, "JPN": 2, "UZB": 2}
    assert sum(run.namespace["marks"]["inferred"]) == 8  # 2013 to 2016


def test_the_points_are_those_of_the_tables(run, ratios):
    marks = run.namespace["marks"]
    names = {"sold": "exports", "bought": "imports"}
    single = marks[marks["side"] != "both"]
    found = {
        (row.partner.lower(), row.year, names[row.side]): row.point
        for row in single.itertuples()
    }
    assert found == pytest.approx(ratios, rel=1e-9)


@pytest.mark.parametrize(
    ("factor", "east", "near", "told"),
    [
        (1.1, 2, 18, ("18 or 19", "0 to 2")),
        (2.0, 0, 11, ("11 or 12", "0 or 1")),
        (3.0, 0, 4, ("4 to 6", "0 or 1")),
    ],
)
def test_how_many_figures_are_outside(run, ratios, office, factor, east, near, told):
    """Of both ways: $1.5 to 2.5 million over 0.647 in 2017; over 5 in 2022 has no end.

    Of Uzbekistan "under 1" over 0.85 has no lower end, and 10.4 is 1.04 to 1.16 times
    "nearly 10".
    """

    def off(partners):
        chosen = [r for (partner, *_), r in ratios.items() if partner in partners]
        return sum(max(r, 1 / r) > factor for r in chosen)

    total_2017 = office("exports", "kgz", 2017) + office("imports", "kgz", 2017)
    assert off(EAST) == east
    assert off(NEAR) + (1.5 / total_2017 > factor) == near
    panel = block(run, "what_if")
    step = panel["slider"]["shown"].index(f"{factor:g}")
    words = [row["words"][step] for row in panel["rows"]]
    assert words == [
        f"{told[0]} of 20 outside",
        f"{east} of 7 outside",
        f"{told[1]} of 2 outside",
    ]


def test_east_asia_passes_from_135_on_and_china_is_within_6_per_cent(run, ratios):
    """Japan: 20.85 million at most over 15.517; China: 1.945 billion over 2.061."""
    panel = block(run, "what_if")
    east, shown = panel["rows"][1], panel["slider"]["shown"]
    assert east["codes"][shown.index("1.3")] == "r"
    assert set(east["codes"][shown.index("1.35") :]) == {"f"}
    china = [r for (partner, *_), r in ratios.items() if partner == "chn"]
    assert 1 / min(china) < 1.06


def test_verdicts_on_the_two_groups(run):
    found = records(run)
    east, near = found["P7.17", "statistics"], found["P7.18", "statistics"]
    assert (east["verdict"], east["value"]["hi"]) == ("follows", 0)
    assert near["verdict"] == "ruled_out"
    assert (near["value"]["lo"], near["value"]["hi"]) == (11, 12)
    assert near["given"]


def test_the_purchase_is_nearly_seven_times_the_sale_is_equal(run, ratios):
    assert round(ratios["kgz", 2019, "imports"], 2) == 6.85
    assert round(ratios["kgz", 2019, "exports"], 2) == 1.0
    numbers = [plain(item["number"]) for item in block(run, "key_numbers")["items"]]
    assert numbers == ["6%", "at least 11 of 20", "6.9 times", "37%"]


def test_a_hedged_figure_is_nearer_than_a_plain_one(run, office):
    """At least 9 million by 10.42, 13.6% under it; 93 million by 30.7 is three times."""
    both = office("exports", "uzb", 2022) + office("imports", "uzb", 2022)
    gap = run.namespace["example"]["gap"].point
    assert run.namespace["example"]["gap"].bounds().hi == pytest.approx(
        1 - 9 / both, abs=1e-5
    )
    assert round(100 * gap) == 14
    assert round(93 / office("imports", "kaz", 2022), 1) == 3.0


def test_two_years_turn_from_deficit_to_surplus(run, office):
    years = [
        year
        for year, (sold, bought) in KYRGYZ.items()
        if bought > sold
        and office("imports", "kgz", year) < office("exports", "kgz", year)
    ]
    assert run.namespace["turned"] == years == [2015, 2019]
    assert office("imports", "kgz", 2019) / office("exports", "kgz", 2019) == (
        pytest.approx(0.82, abs=0.005)
    )
    assert round(2.32 / 0.413, 1) == 5.6


# --- two texts on Central Asia


def test_trade_stood_still_and_rose_later(run, office):
    """31.1 to 37.2 million in 2013 to 2019, 43.7 and more from 2022, 11.9 in 2010."""
    both = {
        year: sum(office(way, p, year) for way in ("exports", "imports") for p in NEAR)
        for year in range(2010, 2025)
    }
    still = [both[year] for year in range(2013, 2020)]
    assert (round(min(still), 1), round(max(still), 1)) == (31.1, 37.2)
    assert all(both[year] > max(still) for year in (2022, 2023, 2024))
    assert (round(both[2010], 1), round(both[2022], 1)) == (11.9, 43.7)
    found = records(run)
    assert found["P7.15", "statistics"]["verdict"] == "follows"
    assert found["P7.15", "print"]["verdict"] == "open"
    assert found["P7.15", "print"]["value"]["point"] == 3 / 5


def test_the_two_sums_on_kazakhstan(run, office):
    """The sum without a year is at least 145 million; Mongolia's largest year is 2023."""
    most = max(
        office("exports", "kaz", year) + office("imports", "kaz", year)
        for year in range(2017, 2025)
    )
    found = records(run)
    judged = found["P7.16", "statistics"]
    assert (judged["verdict"], judged["threshold"]["point"]) == ("ruled_out", 145e6)
    assert judged["value"]["point"] == pytest.approx(most * 1e6)
    assert found["P7.16", "print"]["verdict"] == "open"
    ministry = found["P7.16", "ministry"]
    assert (ministry["verdict"], ministry["given"]) == ("follows", "if 2024 is meant")


# --- sentences


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        (("P7.1", "print"), "ruled_out"),  # eight printed, six listed
        (("P7.2", "print"), "ruled_out"),  # 2011 less 1994
        (("P7.2b", "print"), "open"),
        (("P7.4", "print"), "open"),
        (("P7.5", "print"), "open"),
        (("P7.8b", "print"), "ruled_out"),  # 1949 to 1991
        (("P7.10", "print"), "open"),
        (("P7.10", "record"), "ruled_out"),
        (("P7.20", "print"), "open"),
        (("P7.20", "record"), "ruled_out"),
        (("P7.21", "print"), "open"),
        (("P7.21", "record"), "ruled_out"),
        (("P7.19", "print"), "no_figure"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_verdict(run, key, verdict):
    assert records(run)[key]["verdict"] == verdict


def test_numbers_behind_the_sentences(run):
    found = records(run)
    for prop_id in ("P7.10", "P7.20", "P7.21"):
        assert found[prop_id, "print"]["basis"] == "stated"
    assert found["P7.2", "print"]["value"]["point"] == 2011 - 1994
    assert found["P7.1", "print"]["value"]["point"] == 6
    assert found["P7.8b", "print"]["value"]["lo"] == 63


def test_italy_alone_trades_more_with_kazakhstan_than_tajikistan_can(run):
    """5.5% of 65.915 and of 51.55 billion, against 11.5% of 65.905 billion.

    Kazakhstan is among Tajikistan's first three: 0.77 billion against Turkey's 0.49.
    """
    judged = records(run)["P7.20", "record"]
    parts = {part["label"]: part for part in judged["parts"]}
    deciding, other = parts["Kazakhstan's side"], parts["Tajikistan's side"]
    assert judged["parts"][0] == deciding
    assert deciding["value"]["hi"] == pytest.approx(0.055 * (65.915 + 51.55) * 1e9)
    assert deciding["threshold"]["lo"] == pytest.approx(0.115 * 65.905e9)
    assert (deciding["verdict"], other["verdict"]) == ("ruled_out", "follows")
    assert other["value"]["lo"] == pytest.approx(0.115 * 1.235e9 + 0.185 * 3.405e9)
    most = 0.245 * 1.245e9 + 0.055 * 3.415e9
    assert other["threshold"]["hi"] == pytest.approx(most)


# --- what the texts share


def test_sources_hedges_and_years_of_the_printed_figures(run, rows):
    own = {name: [] for name in run.namespace["texts"]}
    for row in rows.values():
        if row["source_id"] in own:
            own[row["source_id"]].append(row)
    table = run.namespace["named_sources"]
    for text, figures in own.items():
        sourced = sum(row["upstream"] != "none" for row in figures)
        undated = sum(not row["period_start"] for row in figures)
        assert tuple(table.loc[text, ["figures", "sourced", "undated"]]) == (
            len(figures),
            sourced,
            undated,
        )
    assert run.namespace["every"] == [
        "35 of 38",
        "7 of 7",
        "0 of 1",
        "0 of 15",
        "1 of 10",
    ]


def test_one_of_six_statements_is_shared(run):
    with (ROOT / "data" / "codes.csv").open(encoding="utf-8", newline="") as file:
        codes = list(csv.DictReader(file))
    given = {}
    for row in codes:
        given.setdefault(row["statement_id"], []).append(row["code"])
    shared = [name for name, said in given.items() if set(said) == {"agree"}]
    assert (len(given), shared) == (6, ["s_china_dependence"])
    assert all(len(said) == 15 for said in given.values())
    assert run.namespace["shared"] == shared


def test_debt_is_37_per_cent_of_all_state_debt(run):
    assert run.namespace["of_all"].point == pytest.approx(1711.48 / 4624.81)


# --- the page, and the parameters


def test_the_page_says_what_was_found(run):
    head = block(run, "headline")
    assert plain(head["finding"]).startswith("On trade with China the figures agree.")
    answer = plain(head["answer"])
    assert "Of 20 on Kazakhstan and Kyrgyzstan, 11 or more are" in answer
    assert "at most 6% off" in answer
    assert len(answer.split()) <= 65
    titles = [plain(b["title"]) for b in run.found("block") if b["block"] == "section"]
    assert len(titles) == 4
    assert titles[0] == (
        "With Kyrgyzstan, the text has a deficit in all 7 years, Mongolia’s statistics in 5"
    )


def test_two_texts_are_tested_only_where_they_speak(alone):
    """Nothing on Güngör or Irgengioro; the count of third neighbours has no stated year."""
    found = records(alone)
    decided = {key for key, r in found.items() if r["verdict"] != "no_figure"}
    assert decided == {
        ("P7.18", "statistics"),
        ("P7.8b", "print"),
        ("P7.21", "print"),
        ("P7.21", "record"),
    }
    near = found["P7.18", "statistics"]
    assert (near["value"]["lo"], near["value"]["hi"]) == (3, 4)
    assert not near["given"]
    head = block(alone, "headline")
    assert "two texts" in plain(head["question"])
    assert "China" not in plain(head["finding"])
