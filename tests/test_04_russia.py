"""Notebook 04: its verdicts, against counts and shares worked from the tables alone."""

import csv
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest

from asprinted.pages.engine import Cells
from asprinted.prose import plain
from asprinted.stats import rate_ratio

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "04_russia_rapprochement.ipynb"
TEXTS = ["irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"]
GROUPS = {
    "Russia": ("russia",),
    "China": ("china",),
    "Third neighbours": ("third_neighbour",),
    "Central Asia and the Caucasus": ("central_asia", "caucasus"),
}
COUNTS = {
    "Russia": (0, 4),
    "China": (3, 2),
    "Third neighbours": (4, 3),
    "Central Asia and the Caucasus": (5, 3),
}
PEERS = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]


def read(table):
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def run():
    return Cells(NOTEBOOK).run({})


@pytest.fixture(scope="module")
def records(run):
    return {(r["prop_id"], r["reading"]): r for r in run.records}


@pytest.fixture(scope="module")
def money():
    """Printed dollars of the statistics office, by figure."""
    found = {}
    for row in read("figures"):
        if row["figure_id"].startswith("nso_") and row["unit_elsewhere"] != "gwh":
            words = row["printed"].replace(",", "").split()
            scale = 10**9 if "billion" in words else int(row["multiplier_elsewhere"])
            found[row["figure_id"]] = Fraction(words[0]) * scale
    return found


def dollars(money, partner, year):
    return sum(money[f"nso_{flow}_{partner}_{year}"] for flow in ("exports", "imports"))


def share(money, partner, year):
    """Part of goods trade, at the printed totals."""
    sides = [money[f"nso_total_{flow}_{year}"] for flow in ("exports", "imports")]
    return float(dollars(money, partner, year) / sum(sides))


def bounds(record, key="value"):
    return record[key]["lo"], record[key]["hi"]


def counted(until=2024, without=""):
    """Named events by group before and from 2019, from the two tables of events."""
    named = {m["event_id"] for m in read("event_mentions") if m["source_id"] in TEXTS}
    kept = [
        (e["direction"], int(e["date_start"][:4]))
        for e in read("events")
        if e["event_id"] in named - {without} and e["coding"] in ("strict", "standard")
    ]
    dated = [(where, year) for where, year in kept if 1991 <= year <= until]
    return {
        name: (
            sum(where in group and year < 2019 for where, year in dated),
            sum(where in group and year >= 2019 for where, year in dated),
        )
        for name, group in GROUPS.items()
    }


def tail(k, n, part):
    """Chance of k or more of n later events, if each falls late with that chance."""
    return sum(comb(n, i) * part**i * (1 - part) ** (n - i) for i in range(k, n + 1))


def test_counts_of_named_events(run):
    table = run.namespace["table"]
    assert counted() == COUNTS
    pairs = table[["before", "after"]].itertuples(index=False, name=None)
    assert dict(zip(table.index, pairs, strict=True)) == COUNTS


def test_the_control_rises(records):
    """12 events in 28 years, 8 in 6: 3.11 times, and rare if nothing had changed."""
    record = records["P4.3d", "print"]
    assert (record["verdict"], record["standing"], record["n"]) == (
        "supported",
        "ours",
        20,
    )
    assert record["value"]["point"] == pytest.approx((8 / 6) / (12 / 28))
    assert record["p"] == pytest.approx(tail(8, 20, 6 / 34))
    assert [round(end, 2) for end in bounds(record)] == [1.10, 8.28]


def test_russia_alone_rises_and_its_part_does_not(records):
    """None in 28 years, 4 in 6; 4 of 12 events to 2024 beside none of 12."""
    often, part = records["P4.1", "print"], records["P4.2", "print"]
    assert often["verdict"] == "supported"
    assert often["p"] == pytest.approx((6 / 34) ** 4)
    assert (part["verdict"], part["n"]) == ("undecided", 24)
    assert part["p"] == pytest.approx(comb(12, 4) / comb(24, 4))


def test_both_halves_of_one_sentence_are_sorted_alike():
    """Yan: the minister went to China and to Russia in 2021."""
    rows = {e["event_id"]: e for e in read("events")}
    china, russia = rows["chn_visit_2021"], rows["rus_visit_2021"]
    same = ("date_start", "kind", "valence", "strength", "initiator", "coding")
    assert [china[name] for name in same] == [russia[name] for name in same]


def test_irgengioro_is_judged_by_what_he_could_know(run, records):
    """To 2021: 3 of 5 events with Russia beside none of 12; one fewer, and it is open."""
    (text,) = [s for s in read("sources") if s["source_id"] == "irgengioro2022"]
    assert text["published"] == "2022-02-21"
    assert [sum(n) for n in zip(*counted(2021).values(), strict=True)] == [12, 5]
    assert counted(2021)["Russia"] == (0, 3)
    record = records["P4.14", "print"]
    assert (record["verdict"], record["standing"]) == ("supported", "asserted")
    assert (record["n"], record["p"]) == (17, pytest.approx(10 / comb(17, 3)))
    for left_out in ("rus_treaty_2019", "rus_pipeline_2021", "rus_visit_2021"):
        assert counted(2021, left_out)["Russia"] == (0, 2)
    fewer = run.namespace["comeback"]("standard", 1)
    assert fewer.verdict == "undecided"
    assert fewer.estimate.p == pytest.approx(6 / comb(16, 2))
    assert "rus_putin_2024" not in record["inputs"]
    assert "rus_visit_2021" in record["inputs"]


def test_three_older_events_leave_a_rise_that_a_fourth_undoes(records):
    """The treaty of 1993 and two visits: 3 in 28 years beside 4 in 6."""
    record = records["P4.5", "press"]
    assert (record["verdict"], record["n"]) == ("supported", 7)
    assert record["value"]["point"] == pytest.approx(4 / 6 * 28 / 3)
    assert record["p"] == pytest.approx(tail(4, 7, 6 / 34))
    assert [round(rate_ratio((k, 28), (4, 6)).lo, 2) for k in (3, 4)] == [1.05, 0.87]


def test_the_treaty_and_the_other_partner(run, records):
    assert records["P4.6a", "print"]["basis"] == "stated"
    assert records["P4.6a", "press"]["verdict"] == "follows"
    assert records["P4.7b", "press"]["verdict"] == "ruled_out"
    assert run.namespace["gap"] == 34  # 31 July to 3 September


def test_russia_share_is_below_every_earlier_year(records, money):
    shares = {year: share(money, "rus", year) for year in range(2005, 2024)}
    rounded = [round(100 * shares[year], 1) for year in (2005, 2008, 2010, 2016, 2023)]
    assert rounded == [19.8, 21.6, 18.3, 11.1, 10.2]
    record = records["P4.12a", "statistics"]
    assert (record["verdict"], record["claim_id"]) == (
        "ruled_out",
        "dip_china_dependence",
    )
    assert record["parts"][0]["label"].startswith("Russia")
    low, high = bounds(record)
    assert low < shares[2023] < high < min(shares[year] for year in range(2005, 2023))
    assert (
        bounds(record, "threshold")[0] < shares[2016] < bounds(record, "threshold")[1]
    )


def test_china_share_is_above_every_earlier_year(run, records, money):
    shares = {year: share(money, "chn", year) for year in range(2005, 2024)}
    assert [round(100 * shares[y], 1) for y in (2010, 2019, 2022)] == [55.6, 64.4, 66.5]
    assert max(shares, key=shares.get) == 2023
    ends = run.namespace["china"][2023].bounds()
    assert (round(float(ends.lo), 3), round(float(ends.hi), 3)) == (0.722, 0.725)
    assert records["P4.17", "statistics"]["verdict"] == "follows"


@pytest.mark.parametrize(
    ("name", "end", "expected"),
    [
        ("Russia, share of goods trade", 2023, (0, 18, 0)),
        ("Russia, share of goods trade", 2022, (3, 14, 0)),
        ("Russia, share of goods trade", 2024, (1, 18, 0)),
        ("China, share of goods trade", 2023, (18, 0, 0)),
        ("both, share of goods trade", 2023, (18, 0, 0)),
        ("Russia, share of imports", 2023, (2, 15, 1)),
        ("Russia, dollars", 2023, (17, 1, 0)),
        ("Russia, dollars", 2024, (19, 0, 0)),
    ],
)
def test_every_base_year(run, name, end, expected):
    """Base years after which a measure is higher, lower, or open."""
    assert tuple(run.namespace["turns"](name, end).values()) == expected


def test_dollars_depend_on_the_base_year(records, money):
    last = dollars(money, "rus", 2023)
    above = [y for y in range(2005, 2023) if dollars(money, "rus", y) > last]
    assert above == [2022]
    record = records["P4.12b", "statistics"]
    assert (record["verdict"], record["standing"]) == ("open", "ours")
    change = float(last - dollars(money, "rus", 2022))
    rounding = 2 * (50 + 5)  # half units of the four numbers behind it
    assert bounds(record)[0] == pytest.approx(change - rounding)


def test_the_pair_has_more_of_trade(records, money):
    both = {
        y: share(money, "rus", y) + share(money, "chn", y) for y in range(2005, 2023)
    }
    year = max(both, key=both.get)
    assert (year, round(both[year], 3)) == (2018, 0.802)
    record = records["P4.16", "statistics"]
    assert record["verdict"] == "follows"
    assert bounds(record)[0] > both[year]


@pytest.fixture(scope="module")
def equal():
    rows = read("agreement")
    return {(r["iso3"], r["partner"], int(r["year"])): float(r["share"]) for r in rows}


def test_votes_with_russia(run, records, equal):
    mongolia = {y: equal["MNG", "RUS", y] for y in range(1990, 2024)}
    assert (round(mongolia[2019], 3), round(mongolia[2023], 3)) == (0.694, 0.547)
    assert [y for y in mongolia if mongolia[y] < mongolia[2023]] == [1992, 1994]
    assert run.namespace["last_low"] == 1994
    change = [equal[c, "RUS", 2023] - equal[c, "RUS", 2019] for c in PEERS]
    assert [round(100 * step, 1) for step in change] == [
        -12.1,
        -12.6,
        -10.1,
        0.7,
        -11.7,
    ]
    assert records["P4.13a", "votes"]["verdict"] == "ruled_out"
    assert records["P4.16", "votes"]["verdict"] == "ruled_out"
    assert records["P4.16", "votes"]["parts"][0]["label"].startswith("Russia")


def test_votes_of_the_two_powers(records, equal):
    """More alike in 2019 than in 8 of the 11 sessions before."""
    now = equal["RUS", "CHN", 2019]
    below = [y for y in range(2008, 2019) if equal["RUS", "CHN", y] > now]
    assert below == [2008, 2011, 2017]
    assert records["P4.18", "votes"]["verdict"] == "open"
    assert equal["MNG", "CHN", 2023] < equal["MNG", "CHN", 2021]
    assert records["P4.19", "votes"]["verdict"] == "ruled_out"
    assert records["P4.19", "statistics"]["verdict"] == "follows"


def test_russia_moved(run, records):
    """Own moves from the table; the fall of the distance, and beside five peers."""
    rows = {(r["iso3"], r["year"]): float(r["point"]) for r in read("points")}
    moves = {c: rows[c, "2022"] - rows[c, "2021"] for c in ["MNG", "RUS", *PEERS]}
    assert (round(moves["RUS"], 2), round(moves["MNG"], 2)) == (-0.61, 0.06)
    record = records["P4.13b", "votes"]
    assert record["verdict"] == "supported"
    assert record["value"]["point"] == pytest.approx(
        moves["MNG"] - moves["RUS"], abs=1e-6
    )
    assert [round(end, 3) for end in bounds(record)] == [0.177, 1.177]
    peers = run.namespace["than_peers"]
    by_hand = moves["MNG"] - sum(moves[c] for c in PEERS) / len(PEERS)
    assert peers.point == pytest.approx(by_hand)
    assert peers.lo < 0 < peers.hi


def test_what_no_figure_tests(records):
    for key in [("P4.10", "print"), ("P4.10", "press"), ("P4.11", "print")]:
        assert records[key]["verdict"] == "no_figure"


def test_the_panel_keeps_its_verdicts(run):
    """Since 2005: shares of trade never; imports from 2011 and 2013; dollars not from 2022."""
    (panel,) = [b for b in run.found("block") if b["block"] == "what_if"]
    codes = [row["codes"] for row in panel["rows"][:4]]
    assert codes[0] == "r" * 18 + "n"  # the last step is the end year itself
    assert [i + 2005 for i, code in enumerate(codes[1]) if code == "f"] == [2011, 2013]
    assert codes[1][2016 - 2005] == "o"
    assert codes[2] == "f" * 17 + "rn"
    assert codes[3] == "f" * 18 + "n"


def test_other_settings(run):
    """Stricter: too few up to 2021. Looser: one more event, with Russia, 5 of 13."""
    assert run.namespace["comeback"]("strict").verdict == "undecided"
    part = run.namespace["russia_part"]("liberal")
    assert part.verdict == "supported"
    assert part.estimate.p == pytest.approx(comb(13, 5) / comb(25, 5))
    assert run.namespace["others_rise"](2011).verdict == "undecided"


def test_the_top_of_the_page(run):
    (top,) = [block for block in run.found("block") if block["block"] == "headline"]
    assert plain(top["finding"]) == (
        "Closer on paper. But Russia’s share of trade was 10.2% in 2023, the lowest since "
        "at least 2005, and 10.7% in 2024."
    )
    assert "34 days earlier" in plain(top["answer"])
    assert plain(top["settles"]).startswith("One survey question")


def test_the_share_of_2024(run, money):
    """2,926 of 27,383 million dollars, imports rounded to a tenth of a billion."""
    part = share(money, "rus", 2024)
    ends = run.namespace["russia"][2024].bounds()
    assert round(100 * part, 1) == 10.7
    assert ends.lo < part < ends.hi


def test_key_numbers_show_the_control_beside_russia(run):
    (block,) = [b for b in run.found("block") if b["block"] == "key_numbers"]
    label = plain(block["items"][2]["label"])
    assert plain(block["items"][2]["number"]) == "4"
    assert "none in 1991–2018" in label
    assert "All others: 8 in 6 years, 12 in the 28 before" in label
