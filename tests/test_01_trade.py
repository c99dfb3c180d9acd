"""Trade: the numbers of the page, worked again from the tables and by hand."""

import csv
import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from asprinted.pages.engine import Cells
from asprinted.prose import plain

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "01_trade_asymmetry.ipynb"
BELOW_2024 = [2011, 2012, 2018, 2023]  # base years with a higher share than 2024


@pytest.fixture(scope="module")
def run():
    return Cells(NOTEBOOK).run({})


@pytest.fixture(scope="module")
def record(run):
    found = {(r["prop_id"], r["reading"]): r for r in run.records}
    return lambda prop_id, reading: found[prop_id, reading]


@pytest.fixture(scope="module")
def printed():
    """Return printed figures as numbers, read without the library."""
    with (ROOT / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["figure_id"]: row for row in csv.DictReader(file)}

    def number(name):
        row = rows[name]
        return float(row["printed"]) * float(row["multiplier_elsewhere"] or 1)

    return number


@pytest.fixture(scope="module")
def sold(printed):
    def share(partner, year, without=()):
        whole = printed(f"nso_total_exports_{year}")
        whole -= sum(printed(f"nso_exports_{code}_{year}") for code in without)
        return printed(f"nso_exports_{partner}_{year}") / whole

    return share


def block(run, kind, place=0):
    return [b for b in run.found("block") if b["block"] == kind][place]


# --- China's share


def test_nine_tenths_holds_in_five_years_of_fifteen(record, sold):
    years = [year for year in range(2010, 2025) if sold("chn", year) > 0.9]
    assert years == [2011, 2012, 2018, 2023, 2024]
    found = record("P1.4a", "statistics")
    assert (found["verdict"], found["n"]) == ("open", 15)
    assert found["value"]["point"] == pytest.approx(5 / 15)
    stated = record("P1.4a", "print")
    assert (stated["verdict"], stated["basis"]) == ("open", "stated")


def test_gungors_sums_leave_2018_open(record):
    """6.25 to 6.35 over 6.5 to 7.5 billion; 6,542,824.8 over 7,011,757.8 thousand."""
    for reading in ("print", "unhedged"):
        found = record("P1.4b", reading)
        assert found["verdict"] == "open"
        assert found["value"]["lo"] == pytest.approx(6.25 / 7.5)
        assert found["value"]["hi"] == pytest.approx(6.35 / 6.5)
    office = record("P1.4b", "statistics")
    assert office["verdict"] == "follows"
    assert office["value"]["point"] == pytest.approx(6542824.8 / 7011757.8)


@pytest.mark.parametrize(
    ("prop_id", "verdict", "sold_to_china", "all_sold"),
    [
        ("P1.4c", "ruled_out", 6789726.9, 7619632.9),
        ("P1.16", "follows", 6789726.9, 7619632.9),
        ("P1.21", "no_figure", 13940183.1, 15186897.4),  # all exports, not minerals
    ],
)
def test_shares_of_one_year(record, prop_id, verdict, sold_to_china, all_sold):
    found = record(prop_id, "statistics")
    assert found["verdict"] == verdict
    assert found["value"]["point"] == pytest.approx(sold_to_china / all_sold)
    assert record(prop_id, "print")["verdict"] == "no_figure"


def test_without_the_two_the_share_stays_between_91_and_96(run, sold):
    shares = {y: sold("chn", y, ["gbr", "che"]) for y in range(2005, 2025)}
    later = {year: share for year, share in shares.items() if year >= 2011}
    assert shares[2010] < 0.9 < min(later.values())
    assert run.namespace["steady_from"] == 2011
    assert min(later, key=later.get) == 2013
    assert max(later, key=later.get) == 2022
    assert round(100 * later[2013], 1) == 91.2
    assert round(100 * later[2022], 1) == 96.2
    low, high = run.namespace["steady_low"], run.namespace["steady_high"]
    assert (low.point, high.point) == pytest.approx((later[2013], later[2022]))


def test_the_dips_are_the_years_of_the_two_buyers(sold):
    """The lowest two years since 2011 are those in which the two bought most."""
    years = range(2011, 2025)
    lowest = sorted(years, key=lambda year: sold("chn", year))[:2]
    britain = max(range(2005, 2025), key=lambda year: sold("gbr", year))
    switzerland = max(range(2005, 2025), key=lambda year: sold("che", year))
    assert lowest == [switzerland, britain] == [2020, 2016]
    assert round(100 * sold("gbr", 2016)) == 16
    assert round(100 * sold("che", 2020)) == 22


def test_one_of_the_two_comes_second_every_year_from_2013():
    with (ROOT / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["quantity"] == "exports_to"]
    for year in range(2013, 2025):
        book = {
            row["partner"]: float(row["printed"])
            for row in rows
            if row["source_id"] == "nso_trade" and row["period_start"] == str(year)
        }
        assert sorted(book, key=book.get)[-2] in ("GBR", "CHE")


def test_the_rise_after_2016(run, record, sold):
    """93.31 less 79.36 is 13.95 points; without the two 95.68 less 94.51 is 1.17."""
    rise = 100 * (sold("chn", 2018) - sold("chn", 2016))
    two = ["gbr", "che"]
    left = 100 * (sold("chn", 2018, two) - sold("chn", 2016, two))
    assert (round(rise, 2), round(left, 2)) == (13.95, 1.18)
    assert 100 * run.namespace["rise"].point == pytest.approx(rise)
    assert 100 * run.namespace["rise_without"].point == pytest.approx(left)
    found = record("P1.14a", "statistics")
    assert found["verdict"] == "follows"
    assert [part["label"] for part in found["parts"]] == ["2017", "2018"]


def test_gold_and_what_the_two_bought(run):
    """758.4 of 787.9 million in 2016; 758.4 less 337, of 446.8 million, in 2015."""
    gold, goods = run.namespace["gold"], run.namespace["bought_by_two"]
    before, goods_before = run.namespace["gold_2015"], run.namespace["to_two"][2015]
    assert before.point == pytest.approx(421.4e6)
    assert goods_before.point / 1e6 == pytest.approx(446.8, abs=0.1)
    assert gold.point == pytest.approx(758.4e6)
    assert goods.point / 1e6 == pytest.approx(787.9, abs=0.1)


def test_concentration_against_every_base_year(record, printed):
    """Squares of the largest five shares: lower in 2024 than in four years of nineteen."""
    partners = ("chn", "rus", "kor", "usa", "gbr", "che", "ita", "can", "deu", "sgp")

    def squares(year):
        whole = printed(f"nso_total_exports_{year}")
        sums = sorted(printed(f"nso_exports_{code}_{year}") for code in partners)
        return sum((value / whole) ** 2 for value in sums[-5:])

    fell = [year for year in range(2005, 2024) if squares(2024) < squares(year)]
    assert fell == BELOW_2024
    found = record("P1.18", "statistics")
    assert (found["verdict"], found["n"]) == ("open", 19)
    assert found["value"]["point"] == pytest.approx(4 / 19)


def test_sizes_of_the_two_economies(record):
    """2.075 to 2.085 trillion over 7.6196329 billion."""
    found = record("P1.11", "statistics")
    assert found["verdict"] == "follows"
    assert found["value"]["lo"] == pytest.approx(2.075e12 / 7.61963295e9)
    assert found["value"]["hi"] == pytest.approx(2.085e12 / 7.61963285e9)


# --- two sets of figures


def test_bought_for_each_dollar_sold(record):
    """58.1 over 7.14 and 2.32 over 0.413; 29,108 over 6,235 and 338.62 over 413.2."""
    found = record("P1.1", "print")
    assert found["verdict"] == "follows"
    assert found["value"]["lo"] == pytest.approx(2.315 / 0.4135)
    assert found["value"]["hi"] == pytest.approx(2.325 / 0.4125)
    office = record("P1.1", "statistics")
    assert office["verdict"] == "ruled_out"
    first = office["parts"][0]
    assert (first["label"], first["verdict"]) == ("Kyrgyzstan", "ruled_out")
    assert first["value"]["point"] == pytest.approx(338.62 / 413.2)
    assert office["parts"][1]["value"]["point"] == pytest.approx(29107.96 / 6234.6)


def test_east_asia_beside_kazakhstan_and_kyrgyzstan(record):
    """At the worst ends 9,465.4 over 68.0335 million, at the best 9,487.6 over 67.9125."""
    low = (1945 + 286.5 + 593.5 + 6585 + 34.65 + 20.75) / (
        58.15 + 7.145 + 2.325 + 0.4135
    )
    high = (1955 + 287.5 + 594.5 + 6595 + 34.75 + 20.85) / (
        58.05 + 7.135 + 2.315 + 0.4125
    )
    found = record("P1.3", "print")
    assert (found["value"]["lo"], found["value"]["hi"]) == pytest.approx((low, high))
    office = record("P1.3", "statistics")
    east = 6789726.9 + 27799.0 + 15517.0 + 2060795.23 + 267035.49 + 585477.31
    small = 6234.6 + 413.2 + 29107.96 + 338.62
    assert office["value"]["point"] == pytest.approx(east / small)
    assert found["verdict"] == office["verdict"] == "follows"


def test_kyrgyz_trade_turns_in_two_of_the_printed_years(record, run, printed):
    found = record("P1.8", "statistics")
    failing = [p["label"] for p in found["parts"] if p["verdict"] == "ruled_out"]
    assert sorted(failing) == ["2015", "2019"]
    stated = record("P1.8", "print")
    assert stated["parts"][0]["label"] == "2012"  # 1.985 to 1.995 less 0.9645 to 0.9655
    ends = (stated["value"]["lo"], stated["value"]["hi"])
    assert ends == pytest.approx((1.0195e6, 1.0305e6))
    surplus = [
        year
        for year in range(2005, 2025)
        if printed(f"nso_exports_kgz_{year}") > printed(f"nso_imports_kgz_{year}")
    ]
    assert run.namespace["surplus"] == surplus == [2007, 2008, 2015, 2019, 2023, 2024]


def test_no_trend_in_six_years(record):
    """Of all orders of the six printed exports, 40 in 720 fall as steadily."""
    values = [410, 965, 338, 401, 269, 255]

    def concordance(order):
        pairs = itertools.combinations(order, 2)
        return abs(sum((b > a) - (b < a) for a, b in pairs))

    seen = concordance(values)
    as_far = sum(concordance(o) >= seen for o in itertools.permutations(values))
    found = record("P1.9", "print")
    assert found["p"] == pytest.approx(as_far / 720) == pytest.approx(40 / 720)
    assert found["verdict"] == record("P1.9", "statistics")["verdict"] == "undecided"
    assert "order" in found["given"]


def test_recorded_exports_vary_more_than_recorded_imports(record):
    """Sums of squared year shares, 2011 to 2016."""

    def uneven(values):
        return sum(Fraction(value, sum(values)) ** 2 for value in values)

    exports = [410, 965, 338, 401, 269, 255]
    imports = [1460, 1990, 4370, 2940, 1750, 2350]
    found = record("P1.10a", "print")
    middle = float(uneven(exports) - uneven(imports))
    assert found["verdict"] == "follows"
    assert found["value"]["lo"] < middle < found["value"]["hi"]
    assert round(middle, 4) == 0.0251
    for reading in ("print", "statistics"):
        assert record("P1.10b", reading)["verdict"] == "undecided"
        assert record("P1.10b", reading)["given"].startswith(
            "if Kyrgyzstan stands for both"
        )
    assert record("P1.10b", "statistics")["p"] == pytest.approx(2 / 2**5)


def test_inputs_are_the_figures_that_were_used(record):
    """Exports alone for the trend, both flows for the variation; 2019 for one test only."""
    years = range(2011, 2017)
    exports = {f"nso_exports_kgz_{year}" for year in years}
    imports = {f"nso_imports_kgz_{year}" for year in years}
    assert set(record("P1.9", "statistics")["inputs"]) == exports
    assert set(record("P1.10b", "statistics")["inputs"]) == exports | imports
    printed = {
        prop: record(prop, "print")["inputs"] for prop in ("P1.9", "P1.10b", "P1.17")
    }
    assert [len(set(names)) for names in printed.values()] == [6, 12, 14]
    assert [
        prop for prop, names in printed.items() if "irg_exports_kgz_2019" in names
    ] == ["P1.17"]


def test_stood_still_only_since_2013(record, printed):
    def both(year):
        names = itertools.product(("exports", "imports"), ("kaz", "kgz"))
        return sum(printed(f"nso_{flow}_{code}_{year}") for flow, code in names)

    still = [y for y in range(2010, 2019) if 0.8 < both(2019) / both(y) < 1.2]
    assert still == list(range(2013, 2019))
    found = record("P1.17", "statistics")
    assert found["verdict"] == "open"
    assert found["value"]["point"] == pytest.approx(6 / 9)
    assert record("P1.17", "print")["verdict"] == "undecided"


def test_trade_with_the_giants_fell_in_four_years(record):
    found = record("P1.15", "statistics")
    assert found["verdict"] == "ruled_out"
    fell = {p["label"] for p in found["parts"] if p["verdict"] == "ruled_out"}
    assert fell == {"2012", "2013", "2015", "2016"}


# --- fuel, electricity, pressure


def test_electricity_by_hand(run):
    """Imports over generation and imports, in gigawatt hours."""
    part = run.namespace["part_imported"]
    by_hand = {
        2012: 366.02 / (4815.57 + 366.02),
        2013: 1195.49 / (5019.54 + 1195.49),
        2019: 1722.7 / (6900.4 + 1722.7),
        2024: 2753.0 / (8692.8 + 2753.0),
    }
    for year, share in by_hand.items():
        assert part[year].point == pytest.approx(share)
    shown = {year: round(100 * share, 1) for year, share in by_hand.items()}
    assert shown == {2012: 7.1, 2013: 19.2, 2019: 20.0, 2024: 24.1}
    of_supply = run.namespace["russian_of_supply"]
    assert round(100 * of_supply[2013].point, 1) == 6.7
    assert round(100 * of_supply[2016].point, 1) == 4.2
    of_imports = run.namespace["russian_of_imports"]
    assert {y: round(100 * q.point) for y, q in of_imports.items()} == {
        2013: 35,
        2016: 21,
    }


def test_what_no_figure_tests(record):
    for prop_id, readings in {
        "P1.13b": ["print", "statistics"],
        "P1.14b": ["print", "statistics"],
        "P1.20": ["print", "statistics", "press"],
    }.items():
        for reading in readings:
            assert record(prop_id, reading)["verdict"] == "no_figure"
    fuel = record("P1.19", "ministry")
    assert (fuel["verdict"], fuel["value"]["lo"]) == ("follows", 0.97)
    assert fuel["given"]


# --- the page


def test_the_answer_says_the_numbers(run):
    head = block(run, "headline")
    answer = plain(head["answer"])
    assert "bought 73% to 93%" in answer
    assert "5 of 15 years" in answer
    assert "91% to 96% in every year since 2011" in answer
    assert len(answer.split()) <= 65
    assert len(plain(head["reading"]["text"]).split()) <= 30


def test_the_panel_counts_years(run):
    panel = block(run, "what_if")
    at = {text: i for i, text in enumerate(panel["slider"]["shown"])}
    gungor, office, every, without = panel["rows"]
    words = {
        line: (every["words"][at[line]], without["words"][at[line]])
        for line in ("80%", "90%", "95%")
    }
    assert words == {
        "80%": ("13 of 15 years", "15 of 15 years"),
        "90%": ("5 of 15 years", "14 of 15 years"),
        "95%": ("0 of 15 years", "5 of 15 years"),
    }
    assert gungor["codes"][at["83%"]] == "f"
    assert set(gungor["codes"][at["84%"] :]) == {"o"}
    assert office["codes"][at["93%"]] == "f"
    assert office["codes"][at["94%"]] == "r"


@pytest.mark.parametrize(
    ("partners", "verdict", "given"),
    [
        (["JPN"], "no_figure", ""),
        (["CHN", "KGZ"], "follows", "if only China and Kyrgyzstan count"),
        (["KOR", "KAZ"], "ruled_out", "if only South Korea and Kazakhstan count"),
    ],
)
def test_partners_decide_what_is_compared(partners, verdict, given):
    """Korea over Kazakhstan as printed: 321.7 over 65.24 million is 4.9, not a hundred."""
    cells = Cells(NOTEBOOK)
    last = next(i for i, c in enumerate(cells.cells) if '"P1.3"' in c.source)
    cells.cells = [
        cell
        for cell in cells.cells[: last + 1]
        if "s.judge(" not in cell.source or '"P1.3"' in cell.source
    ]
    records = cells.run({"partners": partners}).records
    found = {(r["prop_id"], r["reading"]): r for r in records}
    judged = found["P1.3", "print"]
    assert (judged["verdict"], judged["given"]) == (verdict, given)
