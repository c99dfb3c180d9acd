"""Coded cases: every filling by hand, and the three cases of the study."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from asprinted.verdicts import judge_codings
from thirdneighbor import cases

ROOT = Path(__file__).resolve().parents[1]
CAUSES = ["military_strength", "great_power_interest", "resources"]
OUTCOME = "recognised"
TWO = {"A": {"x": 1, "z": None, "y": 1}, "B": {"x": 0, "z": 0, "y": 0}}


@pytest.fixture(scope="module")
def rows():
    with (ROOT / "data" / "conditions.csv").open(encoding="utf-8") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


@pytest.fixture(scope="module")
def three(rows):
    return cases.coded(rows[rows["basis"] == "text"])


def test_later_rows_fill_gaps_and_change_nothing():
    cells = [("A", "x", "unknown"), ("A", "x", "1"), ("A", "x", "0"), ("A", "y", "0")]
    frame = pd.DataFrame(cells, columns=["case", "condition", "code"])
    assert cases.coded(frame) == {"A": {"x": 1, "y": 0}}


def test_recoding_makes_a_copy_and_knows_the_conditions():
    changed = cases.recoded(TWO, "B", x=1)
    assert (changed["B"]["x"], TWO["B"]["x"]) == (1, 0)
    with pytest.raises(ValueError, match="no condition q"):
        cases.recoded(TWO, "B", q=1)


def test_every_gap_takes_both_codes():
    filled = cases.fillings(TWO, ["x", "z"])
    assert [way["A"] for way in filled] == [{"x": 1, "z": 0}, {"x": 1, "z": 1}]
    assert cases.fillings(TWO, ["x"]) == [{"A": {"x": 1}, "B": {"x": 0}}]


def test_fits_by_hand():
    """x goes with y; z does so in one of two fillings; either of them always."""
    table = cases.fits(TWO, ["x", "z"], "y")
    assert table["fits"].to_dict() == {"x": 2, "z": 1, "any one": 2}
    assert set(table["ways"]) == {2}


def test_rules_by_hand():
    assert cases.necessary(TWO, "x", "y") == [True]
    assert cases.necessary(TWO, "z", "y") == [False, True]
    assert cases.sufficient(TWO, "z", "y") == [True, True]
    assert cases.sufficient(cases.recoded(TWO, "B", y=None), "x", "y") == [True, True]


def test_a_case_that_nobody_saw_keeps_a_rule_from_following():
    """Its four codings: the outcome without the condition breaks necessity, once."""
    assert cases.necessary(TWO, "x", "y", unseen=True).count(False) == 1
    assert cases.sufficient(TWO, "x", "y", unseen=True).count(False) == 1
    broken = cases.recoded(TWO, "B", y=1)
    assert not any(cases.necessary(broken, "x", "y", unseen=True))


def test_a_rule_about_nothing_has_no_answer():
    none = {"A": {"x": 1, "y": 0}}
    assert cases.necessary(none, "x", "y") == []
    assert cases.sufficient({}, "x", "y", unseen=True) == []
    assert judge_codings(cases.necessary(none, "x", "y")) == "no_figure"


def test_three_of_nine_codes_are_open(three):
    open_codes = [
        (case, cause)
        for case, codes in three.items()
        for cause in CAUSES
        if codes[cause] is None
    ]
    assert sorted(open_codes) == [
        ("CHE", "resources"),
        ("TKM", "great_power_interest"),
        ("TKM", "military_strength"),
    ]
    assert len(cases.fillings(three, CAUSES)) == 8


def fits(codes):
    return cases.fits(codes, CAUSES, OUTCOME)["fits"].tolist()


def test_what_fits_hangs_on_one_code(rows, three):
    """Strength, interest, resources, any one; three cases, then five."""
    rich = cases.recoded(three, "MNG", resources=1)
    depleted = cases.recoded(three, "MNG", resources=0)
    more = cases.coded(rows[rows["case"].isin(["AUT", "LAO"])])
    assert fits(rich) == [4, 4, 0, 0]
    assert fits(depleted) == [4, 4, 4, 8]
    assert fits({**rich, **more}) == [0, 4, 0, 0]
    assert fits({**depleted, **more}) == [0, 4, 0, 8]


def test_interest_as_a_rule_is_left_open(three):
    """Turkmenistan's code alone decides among the three."""
    found = cases.necessary(three, "great_power_interest", OUTCOME)
    assert found == [False, True]
    unseen = cases.necessary(three, "great_power_interest", OUTCOME, unseen=True)
    assert judge_codings(unseen) == "open"
    wanted = cases.recoded(three, "TKM", great_power_interest=1)
    rule = (wanted, "great_power_interest", OUTCOME)
    assert judge_codings(cases.necessary(*rule)) == "follows"
    assert judge_codings(cases.necessary(*rule, unseen=True)) == "open"
