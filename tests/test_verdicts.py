"""Verdicts at the edges, jointly, over codings and samples, and their words."""

from fractions import Fraction as F

import pytest

from asprinted.intervals import INF, Interval
from asprinted.quantities import known, unknown
from asprinted.verdicts import (
    CODES,
    SHORT,
    all_of,
    chip,
    judge,
    judge_codings,
    judge_sample,
    short,
    within,
)

COMPARED = {
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


@pytest.mark.parametrize(
    ("bounds", "operator", "threshold", "code"),
    [
        (Interval(0.5, 1, True), "gt", 0.5, "follows"),
        (Interval(0.5, 1), "gt", 0.5, "open"),
        (Interval(0.5, 1), "ge", 0.5, "follows"),
        (Interval(0, 0.5), "gt", 0.5, "ruled_out"),
        (Interval(0, 0.5), "ge", 0.5, "open"),
        (Interval(0, 0.5, hi_open=True), "ge", 0.5, "ruled_out"),
        (Interval(0, 0.5, hi_open=True), "lt", 0.5, "follows"),
        (Interval(0, 0.5), "le", 0.5, "follows"),
        (Interval(1, INF), "gt", 5, "open"),
        (Interval.point(F(4, 5)), "ge", 0.1 + 0.7, "follows"),
    ],
)
def test_judge(bounds, operator, threshold, code):
    assert judge(COMPARED[operator](known("x", bounds), threshold)) == code


def test_what_is_not_printed_is_not_judged():
    assert judge(known("x", Interval(1, 2)) / unknown("t") > 1) == "no_figure"


def test_a_figure_on_both_sides_is_one_unknown():
    x = known("x", Interval(1, 2))
    assert judge(x > x / 2) == "follows"
    assert judge(2 * x > x + 3) == "ruled_out"


def test_parts_with_a_common_input_are_judged_on_the_common_box():
    x, y = known("x", Interval(0, 1)), known("y", Interval(0, 1))
    assert [judge(x > 0.6), judge(x < 0.4)] == ["open", "open"]
    assert judge((x > 0.6) & (x < 0.4)) == "ruled_out"
    assert judge((x > 0.6) & (x < 0.9)) == "open"
    assert judge((x > y) & (y > x)) == "ruled_out"
    assert judge((x > 0.6) & (y < 0.4)) == "open"


def test_a_part_that_is_settled_settles_the_whole_or_leaves_it_to_the_others():
    x, y = known("x", Interval(0, 1)), known("y", Interval(0, 1))
    assert judge((x > -1) & (x < 2)) == "follows"
    assert judge((x > 0.5) & (unknown("z") > 1)) == "no_figure"
    assert judge((x > 2) & (unknown("z") > 1)) == "ruled_out"
    assert judge((x > -1) & (x > 0.5)) == "open"
    assert judge((x > y).given("if") & (y < 2)) == "open"


def test_sides_of_unlike_size_are_cut_by_their_share():
    """x above 0.9 has a square above 0.81, not below 0.7; y goes to a billion, and adds nothing."""
    x, y = known("x", Interval(0, 1)), known("y", Interval(0, 10**9))
    assert judge((x + 0 * y > 0.9) & (x * x < 0.7)) == "ruled_out"
    assert judge((x + 0 * y > 0.8) & (x * x < 0.7)) == "open"


@pytest.mark.parametrize(
    ("ends", "sign"),
    [
        ((-INF, INF), 1),
        ((-INF, 0), -1),
        ((-INF, -1), -1),
        ((0, INF), 1),
        ((1, INF), 1),
    ],
)
def test_a_side_without_end_is_cut_where_it_may_be(ends, sign):
    """What is more than 2 has a square above 4: it may be below 5, not below 3."""
    x = known("x", Interval(*ends))
    assert judge((sign * x > 2) & (x * x < 3)) == "ruled_out"
    assert judge((sign * x > 2) & (x * x < 5)) == "open"


def test_parts_that_meet_in_one_point_are_open_only_if_it_counts():
    """A half is where the side is cut, its square a quarter."""
    x = known("x", Interval(0, 1))
    assert judge((x >= 0.5) & (x <= 0.5)) == "open"
    assert judge((x > 0.5) & (x <= 0.5)) == "ruled_out"
    assert judge((2 * x > 1) & (x * x <= 0.25)) == "ruled_out"


def test_combination_without_common_inputs():
    assert all_of(["follows", "open", "no_figure"]) == "no_figure"
    assert all_of(["no_figure", "ruled_out"]) == "ruled_out"
    assert all_of(["follows", "follows"]) == "follows"


def test_codings():
    assert judge_codings([True, True]) == "follows"
    assert judge_codings([True, False]) == "open"
    assert judge_codings([False]) == "ruled_out"
    assert judge_codings([]) == "no_figure"


@pytest.mark.parametrize(
    ("lo", "hi", "true", "code"),
    [
        (1.9, INF, Interval(1, INF, True), "supported"),
        (0.4, 14, Interval(1, INF, True), "undecided"),
        (0.1, 0.8, Interval(1, INF, True), "opposed"),
        (0.5, 0.8, Interval(0.8, INF, True), "opposed"),
        (float("nan"), 1, Interval(1, INF), "no_figure"),
    ],
)
def test_a_sample_points_or_is_too_small(lo, hi, true, code):
    assert judge_sample(lo, hi, true) == code


def test_within_an_interval_of_true_values():
    assert within(Interval(1, 2), Interval(0, 3)) == "follows"
    assert within(Interval(1, 2), Interval(2, 3, lo_open=True)) == "ruled_out"


def record(verdict, basis="bounds", given=""):
    return {"verdict": verdict, "basis": basis, "given": given}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (record("follows"), "Follows from the printed figures"),
        (record("open"), "Left open by the printed figures"),
        (
            record("ruled_out", given="if paid"),
            "Ruled out by the printed figures, if paid",
        ),
        (record("no_figure", "none"), "No figure to test it"),
        (record("open", "stated"), "Only stated, not shown"),
        (record("follows", "coding"), "Follows from the cases as coded"),
        (
            record("open", "coding") | {"figures": ["a"]},
            "Left open by the printed figures",
        ),
        (record("undecided", "sample"), "Too few cases to tell"),
        (record("opposed", "sample"), "A few cases point against it"),
    ],
)
def test_the_subject_is_always_the_figures(facts, words):
    assert chip(facts, "the printed figures") == words


def test_each_code_has_one_word():
    assert set(SHORT) == set(CODES)
    assert len(set(SHORT.values())) == len(CODES) == 7
    assert short("open", "stated") == "Only stated"
