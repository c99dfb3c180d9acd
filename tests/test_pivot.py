"""The westward pivot against hand arithmetic on the printed ends, and land routes by hand."""

import math
from fractions import Fraction as F
from pathlib import Path

import pytest

from thirdneighbor import borders, indicators, monotone
from thirdneighbor.intervals import INF, Interval
from thirdneighbor.quantities import constant, known, total
from thirdneighbor.run import Run
from thirdneighbor.tables import Tables, records

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def run():
    return Run("05_westward_pivot", {}, Tables(DATA))


def ends(quantity, digits=3):
    bounds = quantity.bounds()
    return round(float(bounds.lo), digits), round(float(bounds.hi), digits)


def test_horse_meat_grew_to_almost_three_times(run):
    """2.9 and 8.3 with half a tenth on either side: 8.25/2.95 and 8.35/2.85."""
    ratio = run.figure("cac_exports_kaz_horsemeat_2022") / run.figure(
        "cac_exports_kaz_horsemeat_2017"
    )
    assert ratio.bounds() == Interval(F(825, 295), F(835, 285))
    rates = [(825 / 295) ** 0.2 - 1, (835 / 285) ** 0.2 - 1]
    assert rates == pytest.approx([0.2284, 0.2398], abs=1e-4)
    grown = indicators.growth(
        run.figure("cac_exports_kaz_horsemeat_2017"),
        run.figure("cac_exports_kaz_horsemeat_2022"),
        5,
    )
    assert [float(grown.lo), float(grown.hi)] == pytest.approx(rates)


def test_sales_of_kazakhstan_rise_as_printed_and_fall_in_the_books(run):
    """93 within a half over 72.9 within a twentieth; 30 736 over 34 153 thousand in the books."""
    first, last = run.figure("cac_imports_kaz_2017"), run.figure("cac_imports_kaz_2022")
    assert (last / first).bounds() == Interval(F(9250, 7295), F(9350, 7285))
    books = run.figure("nso_imports_kaz_2022") / run.figure("nso_imports_kaz_2017")
    assert ends(books) == (0.9, 0.9)
    assert books.bounds().hi < 1


def test_the_spliced_year_lies_below_both_ends(run):
    """58.15 is less than 72.85: a fall of a fifth, then 17 per cent a year."""
    middle = run.figure("irg_imports_kaz_2019")
    fall = middle / run.figure("cac_imports_kaz_2017") - 1
    assert fall.bounds() == Interval(F(5805, 7295) - 1, F(5815, 7285) - 1)
    rise = indicators.growth(middle, run.figure("cac_imports_kaz_2022"), 3)
    by_hand = [(92.5 / 58.15) ** (1 / 3) - 1, (93.5 / 58.05) ** (1 / 3) - 1]
    assert [float(rise.lo), float(rise.hi)] == pytest.approx(by_hand)
    assert by_hand == pytest.approx([0.167, 0.172], abs=1e-3)


def test_trade_with_kyrgyzstan_more_than_doubled_only_by_its_hedge(run):
    """Over 5 by at most 2.5 is above 2; read without hedges 4.5 by 2.5 is not."""
    ids = ("cac_turnover_kgz_2022", "cac_turnover_kgz_2017")
    literal = run.figure(ids[0]) / run.figure(ids[1])
    strict = run.figure(ids[0], strict=True) / run.figure(ids[1], strict=True)
    assert literal.bounds() == Interval(2, INF, lo_open=True)
    assert strict.bounds() == Interval(F(45, 25), F(55, 15))


def test_uzbekistan_is_compared_with_twice_a_number_that_may_be_nothing(run):
    """At least 9, less at most 2 x 1; without end the other way: below 10."""
    gap = run.figure("cac_turnover_uzb_2022") - 2 * run.figure("cac_turnover_uzb_2017")
    assert gap.bounds() == Interval(7 * 10**6, 10**7, True, True)


def test_the_parts_of_trade_with_kazakhstan_leave_a_third_over(run):
    """145 to 155, less 92.5 to 93.5, less 8.25 to 8.35."""
    rest = (
        run.figure("cac_turnover_kaz")
        - run.figure("cac_imports_kaz_2022")
        - run.figure("cac_exports_kaz_horsemeat_2022")
    )
    assert rest.bounds() == Interval(43_150_000, 54_250_000)


def test_the_kyrgyz_trade_that_would_make_central_asia_material(run):
    """A twentieth of 8 530 to 8 550, less 145 to 155, less 9 to 10."""
    china = run.figure("irg_exports_chn_2019") + run.figure("irg_imports_chn_2019")
    others = run.figure("cac_turnover_kaz") + run.figure("cac_turnover_uzb_2022")
    turning = (F(1, 20) * china - others).bounds()
    assert (turning.lo, turning.hi) == (261_500_000, 273_500_000)


def test_diversification_is_the_arithmetic_of_the_cap(run):
    """6 590 / 0.9 less 6 653.053 is 669.17, which is 88.6 times 7.553."""
    names = ("chn", "kor", "jpn", "kaz", "kgz")
    x = {c: run.figure(f"irg_exports_{c}_2019") for c in names}
    whole = total(x.values())
    needed = indicators.required_inflow(x["chn"] / whole, F(9, 10)) * whole
    assert needed.point / 1e6 == pytest.approx(6590 / 0.9 - 6653.053)
    assert (needed / (x["kaz"] + x["kgz"])).point == pytest.approx(669.169222 / 7.553, rel=1e-6)


@pytest.mark.parametrize(("growth", "years"), [(0.234, 4.52), (0.05, 19.49)])
def test_years_until_central_asia_matters(growth, years):
    """ln(427 / 165) over ln(1 + g)."""
    found = indicators.years_until(constant(165), constant(427), growth).bounds()
    assert float(found.lo) == pytest.approx(math.log(427 / 165) / math.log(1 + growth))
    assert float(found.lo) == pytest.approx(years, abs=0.01)


def test_years_without_growth_and_without_a_gap():
    never = indicators.years_until(constant(1), constant(2), 0).bounds()
    assert never == Interval(monotone.LONGEST, INF, lo_open=True)
    assert indicators.years_until(constant(3), constant(2), 0).bounds() == Interval(0, 0)
    open_end = known("a", Interval(1, INF, lo_open=True))
    assert indicators.years_until(open_end, constant(2), 1).bounds() == Interval(0, 1, True, True)
    turns, rises = indicators.years_until(open_end, constant(8), 1).turning("a", 2)
    assert (float(turns.hi), rises) == (pytest.approx(2), False)


def test_the_population_is_that_of_one_year(run):
    """20 330 104 + 35 652 307 is within 55.5 to 56.5 million; a year later it is above."""
    printed = run.figure("cac_population_kaz_uzb").bounds()
    sums = {y: [run.figure(f"wb_population_{c}_{y}") for c in ("kaz", "uzb")] for y in (2023, 2024)}
    assert sum(q.point for q in sums[2023]) == 55_982_411
    assert sum(q.point for q in sums[2023]) in printed
    assert sum(q.point for q in sums[2024]) == 56_954_430 > printed.hi


def test_every_land_route_crosses_a_neighbour():
    """Mongolia borders on two countries; with Russia closed China alone closes the rest."""
    table = Tables(DATA)["borders"]
    touching = {r["neighbour"] for r in records(table) if r["iso3"] == "MNG"}
    touching |= {r["iso3"] for r in records(table) if r["neighbour"] == "MNG"}
    assert touching == {"CHN", "RUS"}
    goals = ["KAZ", "KGZ", "UZB", "TJK", "TKM"]
    assert borders.cut_sets(table, "MNG", goals) == [("CHN", "RUS")]
    assert borders.cut_sets(table, "MNG", goals, ["RUS"]) == [("CHN",)]
    assert set(goals) <= borders.reached(table, "MNG", ["RUS"])
    assert borders.reached(table, "MNG", ["RUS", "CHN"]) == set()
    assert borders.cut_sets(table, "MNG", ["CHN"]) == []
    assert borders.cut_sets(table, "MNG", goals, ["RUS", "CHN"]) == [()]


def test_endpoints_take_the_printed_end_of_an_open_range():
    pairs = {
        "a": (
            known("u", Interval(0, 10**6, hi_open=True)),
            known("v", Interval(5 * 10**6, INF, True)),
        )
    }
    row = indicators.endpoints(pairs).iloc[0]
    assert (row["start"], row["start_hi_open"], row["end"], row["end_hi"]) == (1, True, 5, INF)
