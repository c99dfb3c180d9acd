"""Hypotheses against evidence: hand counts, a closed form for the weights, exact diversity."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from thirdneighbor import hypotheses, smallsample
from thirdneighbor.tables import Tables

DATA = Path(__file__).resolve().parents[1] / "data"
NAMES = (
    "balance",
    "bandwagon_china",
    "align_russia",
    "multi_vector",
    "third_neighbour",
    "neutrality",
    "steppe",
)
# A row a piece of evidence, a sign a hypothesis in the order above, read off the texts.
HAND = {
    "e1": "0-0++00",
    "e2": "-+00-00",
    "e3": "+0++0-0",
    "e4": "0--+0+0",
    "e5": "0--++-0",
    "e6": "-00+0+0",
    "e7": "00++-+0",
    "e8": "---+-00",
    "e9": "--0+-00",
    "e10": "000+00+",
    "e11": "-0-+0+0",
    "e12": "00000-0",
}


@pytest.fixture(scope="module")
def signs():
    return hypotheses.matrix(Tables(DATA)["evidence"], list(HAND), NAMES)


def test_the_matrix_is_the_one_coded_by_hand(signs):
    code = {"+": 1, "-": -1, "0": 0}
    hand = pd.DataFrame([[code[c] for c in row] for row in HAND.values()])
    assert (signs.to_numpy() == hand.to_numpy()).all()


def test_every_code_has_a_reason_and_every_sign_says_how_strong_a_test_it_is():
    """Bandwagoning and neutrality each fail a hoop that the literature would set them."""
    table = Tables(DATA)["evidence"]
    assert (table["justification"] != "").all()
    assert ((table["sign"] != "0") == (table["test"] != "")).all()
    lost = table[(table["sign"] == "-1") & (table["test"] == "hoop")]
    pairs = set(lost[["evidence_id", "hypothesis"]].itertuples(index=False, name=None))
    assert {("e4", "bandwagon_china"), ("e12", "neutrality")} <= pairs


def test_counts_by_hand(signs):
    table = hypotheses.score(signs).loc[list(NAMES)]
    assert list(table["minus"]) == [5, 5, 4, 0, 4, 3, 0]
    assert list(table["plus"]) == [1, 1, 2, 10, 2, 4, 1]
    assert list(hypotheses.score(signs, 0.5).loc[list(NAMES), "score"]) == [
        -1.5,
        -1.5,
        0,
        10,
        0,
        2.5,
        1,
    ]
    assert hypotheses.fewest(signs) == hypotheses.highest(signs) == "multi_vector"


def test_one_minus_hands_the_first_place_to_a_hypothesis_that_is_nearly_silent(signs):
    changed = hypotheses.flipped(signs, "e4", "multi_vector", "minus")
    assert hypotheses.fewest(changed) == "steppe"
    assert hypotheses.highest(changed) == "multi_vector"
    assert signs.loc["e4", "multi_vector"] == 1, "the matrix that was given stays as it was"
    assert hypotheses.flipped(signs, "none", "multi_vector", "minus").equals(signs)


def test_twelve_of_the_changes_in_one_cell_unseat_the_first(signs):
    """Any of twelve cells of one column set to minus; 12 x 7 cells with two other signs each."""
    changed = list(hypotheses.neighbours(signs))
    assert len(changed) == 168
    lost = [(h, s) for _, h, s, m in changed if hypotheses.fewest(m) != "multi_vector"]
    assert lost == [("multi_vector", "minus")] * 12


def test_without_both_texts_that_carry_half_of_the_evidence(signs):
    """Of e7 to e12 five speak for the multi-vector policy and none against it."""
    left = hypotheses.without(signs, {"first six": [f"e{i}" for i in range(1, 7)]})
    row = left.set_index("hypothesis").loc["multi_vector"]
    assert (row["kept"], row["plus"], row["minus"], row["first"]) == (6, 5, 0, True)
    nothing = hypotheses.without(signs, {"all": list(HAND)})
    assert nothing.empty
    assert list(nothing[nothing["first"]].columns) == list(left.columns)


@pytest.mark.parametrize("weight", [0.0, 1.0, 3.0])
def test_drawn_weights_agree_with_the_closed_form(signs, weight):
    """Weights are exponential up to scale: the first is lost if E2 > (1 + w) S5 + R5.

    S5 adds up the five pieces against bandwagoning, R5 the five that speak for the multi-vector
    policy and say nothing on bandwagoning; e12 is silent on both. The chance is
    (1 / (2 + w)) ** 5 * (1 / 2) ** 5.
    """
    draws = 200_000
    chance = (1 / (2 + weight)) ** 5 / 32
    drawn = hypotheses.winners(signs, hypotheses.weighings(list(HAND), draws, 3), weight)
    lost = int((drawn != "multi_vector").sum())
    assert set(drawn) <= {"multi_vector", "bandwagon_china"}
    assert abs(lost - draws * chance) <= 5 * math.sqrt(draws * chance) + 1


def test_weighings_are_reproducible_and_add_up_to_one():
    first, second = (hypotheses.weighings(["a", "b"], 50, 4) for _ in range(2))
    assert first.equals(second)
    assert np.allclose(first.sum(axis=1), 1)


def test_a_missing_cell_is_named():
    table = pd.DataFrame({"evidence_id": ["e1"], "hypothesis": ["a"], "sign": ["0"]})
    with pytest.raises(ValueError, match="e1 and b"):
        hypotheses.matrix(table, ["e1"], ["a", "b"])


def test_diversity_by_hand():
    """1 - (25 + 1 + 16) / 100; 1 - (9 + 9 + 4 + 9) / 121; with five more 1 - 67 / 225."""
    assert smallsample.diversity_region([5, 0, 1, 4])[0] == pytest.approx(0.58)
    assert smallsample.diversity_region([3, 3, 2, 3])[0] == pytest.approx(90 / 121)
    assert smallsample.diversity_region([5, 5, 1, 4])[0] == pytest.approx(158 / 225)


def test_the_region_of_diversity_holds_every_mixture_inside_the_intervals():
    """A grid over all shares within the simultaneous intervals stays inside the region."""
    from scipy import stats

    counts = [5, 1, 4]
    ends = [stats.binomtest(k, 10).proportion_ci(1 - 0.05 / 3, method="exact") for k in counts]
    _, least, most = smallsample.diversity_region(counts)
    grid = np.linspace(0, 1, 101)
    a, b = np.meshgrid(grid, grid)
    shares = [a, b, 1 - a - b]
    inside = np.all([(s >= e.low) & (s <= e.high) for s, e in zip(shares, ends, strict=True)], 0)
    values = (1 - sum(s**2 for s in shares))[inside]
    assert least - 1e-9 <= values.min() < least + 0.02
    assert most - 0.02 < values.max() <= most + 1e-9


def test_the_exact_p_of_a_change_in_diversity_by_enumeration():
    """Two and two events of two kinds: six ways to deal four cards, one way in three splits."""
    found = smallsample.diversity_change([2, 0], [0, 2])
    assert (found.point, found.n) == (0, 4)
    found = smallsample.diversity_change([2, 0], [1, 1])
    # Three of a kind and one other: the odd one is in either half, so the change is always a half.
    assert (found.point, found.p, found.p_min) == (0.5, 1.0, 1.0)
    found = smallsample.diversity_change([3, 0, 0], [1, 1, 1])
    # 4, 1, 1 dealt into 3 and 3 in 20 ways: 3/0/0 or its mirror in 8 of them, else 2/1/0 twice.
    assert found.point == pytest.approx(2 / 3)
    assert found.p == pytest.approx(8 / 20)


def test_a_period_without_events_carries_no_change():
    assert smallsample.diversity_change([0, 0], [1, 2]).p == 1
