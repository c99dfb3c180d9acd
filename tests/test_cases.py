"""Completions, consistency, minimisation and remainders of three coded cases."""

import itertools
from collections import Counter
from fractions import Fraction

import pandas as pd
import pytest

from thirdneighbor import cases as subject
from thirdneighbor.cases import completions, consistency, necessity, solutions, sufficiency
from thirdneighbor.intervals import Interval
from thirdneighbor.tables import Tables, data_folder
from thirdneighbor.verdicts import judge_codings

CASES = {
    "CHE": {"M": 1, "R": None, "G": 1, "Y": 1},
    "TKM": {"M": None, "R": 1, "G": None, "Y": 1},
    "MNG": {"M": 0, "R": 1, "G": 0, "Y": 0},
}
NAMES = ["M", "R", "G", "Y"]
FIVE = ["military_strength", "resources", "great_power_interest", "prominent_location"]
FIVE += ["domestic_law"]
OFFICIAL = {("TKM", "military_strength"): "0", ("CHE", "resources"): "0"}
OFFICIAL |= {("TKM", "great_power_interest"): "1", ("TKM", "domestic_law"): "1"}


@pytest.fixture(scope="module")
def rows():
    return Tables(data_folder())["conditions"]


@pytest.fixture(scope="module")
def printed(rows):
    return rows[rows["basis"] == "text"]


@pytest.fixture(scope="module")
def official(rows):
    keys = pd.Series(list(zip(rows["case"], rows["condition"], strict=True)), index=rows.index)
    return rows[(rows["basis"] == "official") & keys.isin(list(OFFICIAL))]


@pytest.fixture(scope="module")
def by_policy(printed, official):
    return {p: subject.coded(printed, official, p) for p in subject.POLICIES}


def test_three_unknown_codes_have_eight_completions():
    """Every completion is another one."""
    filled = completions(CASES, NAMES)
    assert len(filled) == 8
    assert len({str(f) for f in filled}) == 8


def test_resources_are_not_sufficient_in_any_completion():
    """Mongolia has resources and no recognition, so one of two or three cases fails."""
    bounds, holds = consistency(completions(CASES, NAMES), sufficiency("R", "Y"))
    assert bounds == Interval(Fraction(1, 2), Fraction(2, 3))
    assert not any(holds)


def test_military_strength_may_be_necessary():
    """The open code of Turkmenistan decides."""
    bounds, holds = consistency(completions(CASES, NAMES), necessity("M", "Y"))
    assert bounds == Interval(Fraction(1, 2), 1)
    assert Counter(holds) == {True: 4, False: 4}


def test_minimisation_of_the_eight_completions():
    """Two contradict themselves, two leave M, two leave G, two leave either."""
    found = Counter(tuple(solutions(f, "Y")) for f in completions(CASES, NAMES))
    assert found == {(): 2, ("M",): 2, ("G",): 2, ("G", "M"): 2}
    assert Counter(map(tuple, subject.answers(CASES, NAMES[:3], "Y"))) == found


def test_a_condition_that_no_case_has_is_undefined():
    """Nothing is sufficient or not where nothing has the condition."""
    with pytest.raises(ValueError, match="no case"):
        consistency([{"A": {"x": 0, "y": 1}}], sufficiency("x", "y"))
    assert subject.sufficient({"A": {"x": 0, "y": 1}}, "x", "y") == []
    assert subject.sufficient({}, "x", "y", unseen=True) == []


def test_two_causes_are_joined_by_or():
    """A disjunction is one solution."""
    cases = {
        "A": {"x": 1, "z": 0, "y": 1},
        "B": {"x": 0, "z": 1, "y": 1},
        "C": {"x": 0, "z": 0, "y": 0},
    }
    assert solutions(cases, "y") in (["z or x"], ["x or z"])


def brute_solutions(cases, outcome):
    """Return the single literals that separate all successes from all failures."""
    conditions = [c for c in next(iter(cases.values())) if c != outcome]
    good = []
    for c, wanted in itertools.product(conditions, (0, 1)):
        if all((case[c] == wanted) == bool(case[outcome]) for case in cases.values()):
            good.append(c if wanted else f"not {c}")
    return sorted(good)


def test_minimisation_agrees_with_a_search_for_single_literals(by_policy):
    """Where one literal separates the cases, it is the answer, and else no literal is."""
    for filled in completions(by_policy["interval"], [*FIVE, "recognised"]):
        singles, found = brute_solutions(filled, "recognised"), solutions(filled, "recognised")
        assert singles == sorted(s for s in found if " and " not in s and " or " not in s)


@pytest.mark.parametrize(
    ("rule", "condition", "seen", "verdict"),
    [
        (subject.sufficient, "resources", (Fraction(1, 2), Fraction(2, 3)), "contradicted"),
        (
            subject.sufficient,
            "prominent_location",
            (Fraction(1, 2), Fraction(2, 3)),
            "contradicted",
        ),
        (subject.necessary, "resources", (Fraction(1, 2), 1), "consistent"),
        (subject.necessary, "military_strength", (Fraction(1, 2), 1), "consistent"),
        (subject.sufficient, "military_strength", (1, 1), "consistent"),
        (subject.necessary, "great_power_interest", (Fraction(1, 2), 1), "consistent"),
        (subject.sufficient, "great_power_interest", (1, 1), "consistent"),
    ],
)
def test_rules_on_the_printed_codes(by_policy, rule, condition, seen, verdict):
    """The consistencies follow from counting three countries by hand."""
    bounds, holds = rule(by_policy["interval"], condition, "recognised", unseen=True)
    assert (bounds.lo, bounds.hi) == seen
    assert judge_codings(holds) == verdict


def test_an_unseen_state_takes_certainty_away_and_nothing_else(by_policy):
    """A rule that no examined case breaks is certain for them and consistent for all states."""
    for condition in ("military_strength", "great_power_interest"):
        holds = subject.sufficient(by_policy["interval"], condition, "recognised")[1]
        assert judge_codings(holds) == "certain"
    holds = subject.sufficient(by_policy["interval"], "resources", "recognised")[1]
    assert judge_codings(holds) == "contradicted"


def test_official_codes_leave_the_interest_of_great_powers(by_policy):
    """With the official codes it is the only single condition that goes with recognition."""
    assert subject.answers(by_policy["official"], FIVE[:3], "recognised") == [
        ["great_power_interest"]
    ]
    for rule in ("resources", "military_strength"):
        holds = subject.necessary(by_policy["official"], rule, "recognised", unseen=True)[1]
        assert judge_codings(holds) == "contradicted"


@pytest.mark.parametrize(
    ("rule", "condition"), [("necessary", "resources"), ("sufficient", "military_strength")]
)
def test_a_flip_flips_and_its_neighbour_does_not(by_policy, rule, condition):
    """The verdict under the named setting is another one; under the run's own it is not."""
    setting = {"policy": "interval", "unseen": True}
    name, value = subject.flips(by_policy, rule, condition, "recognised", **setting)
    judge = getattr(subject, rule)
    now = judge_codings(judge(by_policy["interval"], condition, "recognised", unseen=True)[1])
    policy = value if name == "unknown_policy" else "interval"
    unseen = value if name == "unseen_state" else True
    then = judge(by_policy[policy], condition, "recognised", unseen=unseen)[1]
    assert judge_codings(then) != now


def test_the_deciding_code_decides(by_policy):
    """Filled one way the rule holds in the cases, filled the other way it fails."""
    cases = by_policy["interval"]
    named = subject.deciding(cases, "necessary", "military_strength", "recognised")
    assert named == ("the code of TKM: military strength", "present")
    words = []
    for code in (1, 0):
        filled = {**cases, "TKM": {**cases["TKM"], "military_strength": code}}
        words.append(judge_codings(subject.necessary(filled, "military_strength", "recognised")[1]))
    assert words == ["certain", "contradicted"]


def test_without_a_deciding_code_an_unseen_case_is_named(by_policy):
    """No printed code can break the sufficiency of arms."""
    named = subject.deciding(by_policy["interval"], "sufficient", "military_strength", "recognised")
    assert named[1] == "there is none"


@pytest.mark.parametrize("k", range(1, 6))
def test_remainders_by_direct_count(by_policy, k):
    """Rows held by a case, over all ways of filling the codes one by one."""
    cases, conditions = by_policy["interval"], FIVE[:k]
    options = [
        set(itertools.product(*[(0, 1) if case[c] is None else (case[c],) for c in conditions]))
        for case in cases.values()
    ]
    sizes = {len(set(rows)) for rows in itertools.product(*options)}
    assert subject.occupied(cases, conditions) == (min(sizes), max(sizes))
    if k >= 4:
        assert 2**k - max(sizes) == {4: 13, 5: 29}[k]


def test_truth_rows_put_a_case_in_each_row_it_may_hold(by_policy):
    """Mongolia holds one row; the other two may stand in four each."""
    grid = subject.truth_rows(by_policy["interval"], FIVE[:2], FIVE[2:4], {c: c for c in CASES})
    words = " ".join(grid.to_numpy().ravel()).split()
    assert grid.shape == (4, 4)
    assert Counter(words) == {"MNG": 1, "CHE?": 4, "TKM?": 4}
    assert "MNG" in grid.loc["no military strength, resources"].iloc[2]


def test_added_cases_fill_rows(rows, printed, official):
    """Austria and Laos share a row, so four of sixteen rows hold a case."""
    added = pd.concat([printed, rows[rows["case"].isin(["AUT", "LAO"])]])
    assert subject.occupied(subject.coded(added, official), FIVE[:4]) == (3, 4)


def test_conduct_codes_what_came_after():
    """Without a year it is open whether an event came after; a doubtful kind is open as well."""
    events = pd.DataFrame(
        {
            "event_id": ["a", "b", "c"],
            "date_start": ["2003", "2019-09", ""],
            "kind": ["deployment", "treaty", "exercise"],
        }
    )
    found = subject.conduct(events, 2015, ["deployment"], ["treaty"])
    assert found == {
        "a": {"after": 0, "kept": 0},
        "b": {"after": 1, "kept": None},
        "c": {"after": None, "kept": 1},
    }


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([], "Contradicts itself"),
        ([""], "Nothing to explain: no case lacks the outcome"),
        (["a_b"], "A b"),
        (["x", "y"], "X, or instead y"),
        (["x", "y", "z"], "3 answers fit equally well"),
    ],
)
def test_explanations_in_words(answers, words):
    """Rival answers and one answer with an or are told apart."""
    assert subject.explanation(answers) == words
