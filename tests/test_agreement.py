"""Agreement between texts: alpha against a coincidence matrix by hand, lists, the bootstrap."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pandas as pd
import pytest

from thirdneighbor.agreement import (
    _alphas,
    agreed,
    alpha,
    bootstrap,
    jaccard,
    matrix,
    opposed,
    overlaps,
)
from thirdneighbor.tables import Tables, data_folder

TEXTS = ["irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"]
SIX = [
    "s_china_dependence",
    "s_third_insufficient",
    "s_russia_closer",
    "s_china_distrust",
    "s_neutrality_viable",
    "s_central_asia_worth",
]
LISTS = {
    "gungor2020": {"USA", "JPN", "EUU", "IND", "KOR", "TUR"},
    "diplomat2024": {"IND", "JPN", "KOR", "USA"},
    "caci2025": {"USA", "EUU", "IND", "JPN", "KOR", "TUR"},
    "yan2024": {"JPN", "IND", "USA", "TUR", "DEU", "KOR"},
}


def by_coincidence(rows):
    """Return nominal alpha as Krippendorff (2004, chapter 11) defines it, pair by pair."""
    coincidence = {}
    for row in rows:
        said = [code for code in row if code]
        for a, b in itertools.permutations(range(len(said)), 2):
            key = said[a], said[b]
            coincidence[key] = coincidence.get(key, F(0)) + F(1, len(said) - 1)
    n = sum(coincidence.values())
    margins = {}
    for (code, _), weight in coincidence.items():
        margins[code] = margins.get(code, F(0)) + weight
    observed = sum(weight for (a, b), weight in coincidence.items() if a != b) / n
    expected = sum(x * y for a, x in margins.items() for b, y in margins.items() if a != b)
    return 1 - observed / (expected / (n * (n - 1)))


def frame(rows):
    return pd.DataFrame([[code or "" for code in row] for row in rows])


def test_alpha_against_the_coincidence_matrix():
    codes = ["agree", "mixed", "disagree", ""]
    random = np.random.default_rng(3)
    for _ in range(40):
        rows = [[codes[i] for i in random.integers(0, 4, size=5)] for _ in range(6)]
        assert alpha(frame(rows)) == pytest.approx(float(by_coincidence(rows)), abs=1e-12)


def test_alpha_against_published_examples():
    """Examples B and C of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

    B: two observers, ten units, two values: 0.095. C: four observers, twelve units, five
    values, some missing: 0.743. https://repository.upenn.edu/asc_papers/43
    """
    meg, owen = "0100000010", "1110010000"
    names = {"0": "agree", "1": "disagree"}
    rows = [[names[a], names[b]] for a, b in zip(meg, owen, strict=True)]
    assert alpha(frame(rows)) == pytest.approx(0.095, abs=0.0005)
    four = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
    units = [[row[i] for row in four] for i in range(12)]
    counts = np.array([[unit.count(value) for value in "12345"] for unit in units])
    counts = counts[counts.sum(axis=1) > 1]
    assert float(_alphas(counts)) == pytest.approx(0.743, abs=0.0005)


def test_alpha_by_hand():
    """Five agreements and four against one: no better than chance."""
    rows = [["agree"] * 5, ["agree"] * 4 + ["disagree"]]
    # observed 2/10; expected 2 * 9 * 1 / (10 * 9) = 1/5
    assert alpha(frame(rows)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("rows", [[["agree", "agree"]], [["agree", ""]], [["", ""]]])
def test_alpha_is_not_defined_without_variety(rows):
    assert math.isnan(alpha(frame(rows)))
    estimate = bootstrap(frame(rows), 50, 1)
    assert estimate.n == 0


def test_alpha_of_the_claims_by_hand():
    """Codes per statement: 5/0/0, 4/0/1, 2/1/2, 3/0/2, 1/2/1, 2/0/0 (agree, mixed, disagree).

    Disagreeing pairs over coders less one: 0 + 2 + 4 + 3 + 10/3 + 0 = 37/3 of 26 codes;
    expected 2 * (17 * 3 + 17 * 6 + 3 * 6) / (26 * 25) = 342/650.
    """
    tables = Tables(data_folder())
    cells = matrix(tables["claims"], SIX, TEXTS)
    counts = [[list(row).count(c) for c in ("agree", "mixed", "disagree")] for row in cells.values]
    assert counts == [[5, 0, 0], [4, 0, 1], [2, 1, 2], [3, 0, 2], [1, 2, 1], [2, 0, 0]]
    assert alpha(cells) == pytest.approx(float(1 - F(37, 3) / 26 / F(342, 650)), abs=1e-12)


def test_a_mixed_stance_may_count_as_either():
    rows = [("s", "a", "mixed"), ("s", "b", "agree"), ("t", "a", "agree"), ("t", "a", "disagree")]
    stances = pd.DataFrame(rows, columns=["statement_id", "source_id", "stance"])
    assert list(matrix(stances, ["s"], ["a", "b"]).iloc[0]) == ["mixed", "agree"]
    assert list(matrix(stances, ["s"], ["a", "b"], "agree").iloc[0]) == ["agree", "agree"]
    assert list(matrix(stances, ["t"], ["a", "b"]).iloc[0]) == ["mixed", ""]
    assert list(matrix(stances.head(0), ["t"], ["a"]).iloc[0]) == [""]
    with pytest.raises(ValueError, match="allowed"):
        matrix(stances, ["s"], ["a"], "both")


def test_the_bootstrap_is_that_of_all_resamples():
    """With two statements there are three resamples: twice one, twice the other, one of each."""
    rows = [["agree", "agree", "agree", "disagree"], ["agree", "disagree", "disagree", ""]]
    values = [by_coincidence([rows[i], rows[j]]) for i in (0, 1) for j in (0, 1)]
    assert len(set(values)) == 3
    estimate = bootstrap(frame(rows), 4000, 5, level=0.4)
    ordered = sorted(values)
    # quantiles 0.2 and 0.8 of four equally likely values are the first and the last
    assert (estimate.lo, estimate.hi) == pytest.approx((float(ordered[0]), float(ordered[-1])))
    assert estimate.point == pytest.approx(float(by_coincidence(rows)))
    assert estimate.p == pytest.approx(sum(v <= 0 for v in values) / 4, abs=0.03)
    assert (estimate.n, estimate.p_min) == (2, pytest.approx(1 / 4001))
    assert bootstrap(frame(rows), 4000, 5, level=0.4) == estimate


def test_a_draw_that_measures_nothing_widens_the_interval():
    """One statement is unanimous: drawn twice, a quarter of the time, it leaves no variety."""
    rows = [["agree"] * 3, ["agree", "agree", "disagree"]]
    estimate = bootstrap(frame(rows), 4000, 5, level=0.4)
    assert (estimate.lo, estimate.hi) == (-1, 1)


def test_only_what_all_coders_say_counts():
    """They differ on the second cell, and agree on silence in the third."""
    said = [("a", "agree", "agree"), ("b", "agree", "silent"), ("c", "silent", "silent")]
    rows = [
        ("s", text, who, code) for text, *two in said for who, code in zip("xy", two, strict=True)
    ]
    codes = pd.DataFrame(rows, columns=["statement_id", "source_id", "coder", "code"])
    assert agreed(codes, ["x", "y"]).to_numpy().tolist() == [["s", "a", "agree"]]
    assert agreed(codes, ["x"])["source_id"].tolist() == ["a", "b"]


def test_the_blind_coders_agree_by_hand():
    """Of 30 cells they share 25; the codes of the first: 15 agree, 2 mixed, 3 disagree, 10 silent.

    The second has 17, 2, 4 and 7. With 32, 4, 7 and 17 of 60 codes, chance leaves
    1 - (32 * 31 + 4 * 3 + 7 * 6 + 17 * 16) / (60 * 59) = 1111/1770 pairs that differ.
    """
    codes = Tables(data_folder())["codes"]
    cells = codes.pivot(index=["statement_id", "source_id"], columns="coder", values="code")
    blind = cells[["blind_a", "blind_b"]]
    assert int((blind["blind_a"] == blind["blind_b"]).sum()) == 25
    assert blind["blind_a"].value_counts().to_dict() == {
        "agree": 15,
        "silent": 10,
        "disagree": 3,
        "mixed": 2,
    }
    assert alpha(blind) == pytest.approx(float(1 - F(5, 30) / F(1111, 1770)), abs=1e-12)


def test_jaccard_by_hand():
    assert jaccard(LISTS["gungor2020"], LISTS["caci2025"]) == 1
    assert jaccard(LISTS["gungor2020"], LISTS["diplomat2024"]) == F(4, 6)
    assert jaccard(LISTS["gungor2020"], LISTS["yan2024"]) == F(5, 7)
    with pytest.raises(ValueError, match="empty"):
        jaccard([], [])


def test_lists_of_examples():
    found = overlaps({"few": {"x"}, "all": {"x", "y"}, "more": {"y", "z"}}, ["few", "more"])
    assert found == {("few", "all"): 1, ("all", "more"): F(1, 2)}


def test_the_lists_of_the_tables():
    lists = Tables(data_folder())["lists"]
    printed = {text: set(part["iso3"]) for text, part in lists.groupby("source_id")}
    assert {text: printed[text] for text in LISTS} == LISTS
    assert printed["irgengioro2022"] == {"USA", "EUU", "IND", "TUR"}


def test_opposed_stances_come_first():
    rows = [("s", "a", "agree"), ("s", "b", "mixed"), ("s", "c", "disagree"), ("s", "d", "agree")]
    found = opposed(pd.DataFrame(rows, columns=["statement_id", "source_id", "stance"]))
    counts = found["type"].value_counts().to_dict()
    assert counts == {"in part": 3, "opposed": 2, "same stance": 1}
    assert list(found["type"].head(2)) == ["opposed", "opposed"]


def test_the_second_coding_has_a_reason_for_every_cell():
    codes = Tables(data_folder())["codes"]
    assert set(zip(codes["statement_id"], codes["source_id"], strict=True)) == set(
        itertools.product(SIX, TEXTS)
    )
    assert (codes["rationale"].str.split().str.len() >= 4).all()
    assert ((codes["char_start"] == "") == (codes["code"] == "silent")).all()
