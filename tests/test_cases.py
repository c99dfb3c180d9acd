"""Completions, consistency and minimisation of three coded cases."""

from collections import Counter
from fractions import Fraction

import pytest

from thirdneighbor.cases import completions, consistency, necessity, solutions, sufficiency
from thirdneighbor.intervals import Interval

CASES = {
    "CHE": {"M": 1, "R": None, "G": 1, "Y": 1},
    "TKM": {"M": None, "R": 1, "G": None, "Y": 1},
    "MNG": {"M": 0, "R": 1, "G": 0, "Y": 0},
}
NAMES = ["M", "R", "G", "Y"]


def test_three_unknown_codes_have_eight_completions():
    filled = completions(CASES, NAMES)
    assert len(filled) == 8
    assert len({str(f) for f in filled}) == 8


def test_resources_are_not_sufficient_in_any_completion():
    bounds, holds = consistency(completions(CASES, NAMES), sufficiency("R", "Y"))
    assert bounds == Interval(Fraction(1, 2), Fraction(2, 3))
    assert not any(holds)


def test_military_strength_may_be_necessary():
    bounds, holds = consistency(completions(CASES, NAMES), necessity("M", "Y"))
    assert bounds == Interval(Fraction(1, 2), 1)
    assert Counter(holds) == {True: 4, False: 4}


def test_minimisation_of_the_eight_completions():
    found = Counter(tuple(solutions(f, "Y")) for f in completions(CASES, NAMES))
    assert found == {(): 2, ("M",): 2, ("G",): 2, ("G", "M"): 2}


def test_a_condition_that_no_case_has_is_undefined():
    with pytest.raises(ValueError, match="no case"):
        consistency([{"A": {"x": 0, "y": 1}}], sufficiency("x", "y"))


def test_two_causes_are_joined_by_or():
    cases = {
        "A": {"x": 1, "z": 0, "y": 1},
        "B": {"x": 0, "z": 1, "y": 1},
        "C": {"x": 0, "z": 0, "y": 0},
    }
    assert solutions(cases, "y") == ["z or x"] or solutions(cases, "y") == ["x or z"]
