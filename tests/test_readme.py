"""The five findings of README, recomputed from the tables by plain csv code."""

import csv
import re
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {"irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"}
NAMED = {"strict", "standard"}


def rows(table):
    with (ROOT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FIGURES = {row["figure_id"]: row for row in rows("figures")}
SCALES = {"billion": 10**9, "million": 10**6, "thousand": 1000}


def value(figure_id):
    """Return a printed number in its unit, read without the library."""
    row = FIGURES[figure_id]
    number = Fraction(
        re.search(r"\d[\d,]*(?:\.\d+)?", row["printed"])[0].replace(",", "")
    )
    for word, size in SCALES.items():
        if word in row["printed"].lower():
            number *= size
    return number * int(row["multiplier_elsewhere"] or 1)


def trade(partner, year):
    flows = [value(f"nso_{flow}_{partner}_{year}") for flow in ("exports", "imports")]
    whole = [value(f"nso_total_{flow}_{year}") for flow in ("exports", "imports")]
    return sum(flows) / sum(whole)


def test_the_shares_of_investment():
    assert FIGURES["newsmn_share_fdi_chn"]["printed"] == "21 percent"
    assert "gives China 21% of the money" in README


def test_the_shares_of_trade():
    assert round(100 * trade("chn", 2023)) == 72
    assert round(100 * trade("rus", 2023)) == 10
    assert round(100 * trade("rus", 2010)) == 18
    pair = {year: trade("chn", year) + trade("rus", year) for year in (2010, 2023)}
    assert pair[2023] > pair[2010]
    assert "72% in 2023; Russia's fell to 10%, from 18% in 2010" in README


def test_two_statistics_of_one_trade():
    printed = value("irg_imports_kgz_2019") / value("irg_exports_kgz_2019")
    office = value("nso_imports_kgz_2019") / value("nso_exports_kgz_2019")
    assert (round(float(printed), 1), round(float(office), 1)) == (5.6, 0.8)
    assert "5.6 times" in README and "0.8 times" in README


def test_horse_meat_and_all_sales():
    meat, sales = value("cac_exports_kaz_horsemeat_2022"), value("nso_exports_kaz_2022")
    assert (round(float(meat) / 1e6, 1), round(float(sales) / 1e6, 1)) == (8.3, 7.8)
    assert "$8.3 million" in README and "$7.8 million" in README


def test_events_with_everyone_but_russia():
    """8 events in the six years from 2019, 12 in the 28 years from 1991."""
    named = {
        row["event_id"] for row in rows("event_mentions") if row["source_id"] in TEXTS
    }
    years = [
        int(row["date_start"][:4])
        for row in rows("events")
        if row["event_id"] in named
        and row["coding"] in NAMED
        and row["direction"] in ("china", "third_neighbour", "central_asia", "caucasus")
        and row["date_start"]
    ]
    before = sum(1991 <= year <= 2018 for year in years)
    after = sum(2019 <= year <= 2024 for year in years)
    assert (before, after) == (12, 8)
    assert round((after / 6) / (before / 28), 1) == 3.1
    assert "3.1 times as often" in README
