"""Verdicts at the edges, jointly, over codings and samples; deciding numbers and flips."""

from fractions import Fraction as F

import pytest

from thirdneighbor.decisions import decide
from thirdneighbor.intervals import INF, Interval
from thirdneighbor.quantities import known, unknown
from thirdneighbor.smallsample import Estimate
from thirdneighbor.verdicts import (
    Condition,
    all_of,
    any_of,
    jointly,
    judge,
    judge_codings,
    judge_sample,
)


@pytest.mark.parametrize(
    ("bounds", "operator", "threshold", "word"),
    [
        (Interval(0.5, 1, True), "gt", 0.5, "certain"),
        (Interval(0.5, 1), "gt", 0.5, "consistent"),
        (Interval(0.5, 1), "ge", 0.5, "certain"),
        (Interval(0, 0.5), "gt", 0.5, "contradicted"),
        (Interval(0, 0.5), "ge", 0.5, "consistent"),
        (Interval(0, 0.5, hi_open=True), "ge", 0.5, "contradicted"),
        (Interval(0, 0.5, hi_open=True), "lt", 0.5, "certain"),
        (Interval(0, 0.5), "le", 0.5, "certain"),
        (Interval(1, INF), "gt", 5, "consistent"),
        (Interval.point(F(4, 5)), "ge", 0.1 + 0.7, "certain"),
        (Interval(1, 2), "in", Interval(0, 3), "certain"),
        (Interval(1, 2), "eq", 1.5, "consistent"),
    ],
)
def test_judge(bounds, operator, threshold, word):
    assert judge(bounds, operator, threshold) == word


def test_parts_with_a_common_input_are_judged_on_the_common_box():
    x = known("x", Interval(0, 1))
    high, low = Condition(x, "gt", 0.6), Condition(x, "lt", 0.4)
    assert [high.verdict(), low.verdict()] == ["consistent", "consistent"]
    assert jointly([high, low]) == "contradicted"
    assert jointly([high, Condition(x, "lt", 0.9)]) == "consistent"
    y = known("y", Interval(0, 1))
    assert jointly([Condition(x - y, "gt", 0), Condition(y - x, "gt", 0)]) == "contradicted"
    assert jointly([high, Condition(y, "lt", 0.4)]) == "consistent"


def test_combination_without_common_inputs():
    assert all_of(["certain", "consistent", "not testable"]) == "not testable"
    assert all_of(["not testable", "contradicted"]) == "contradicted"
    assert all_of(["certain", "certain"]) == "certain"
    assert any_of(["contradicted", "not testable", "certain"]) == "certain"
    assert any_of(["contradicted", "consistent"]) == "consistent"


def test_codings():
    assert judge_codings([True, True]) == "certain"
    assert judge_codings([True, False]) == "consistent"
    assert judge_codings([False]) == "contradicted"
    assert judge_codings([]) == "not testable"


@pytest.mark.parametrize(
    ("lo", "hi", "operator", "threshold", "word"),
    [
        (1.9, INF, "gt", 1, "consistent"),
        (0.4, 14, "gt", 1, "not testable"),
        (0.1, 0.8, "gt", 1, "contradicted"),
        (-0.4, 0.1, "eq", 0, "consistent"),
        (0.1, 0.4, "eq", 0, "contradicted"),
    ],
)
def test_a_sample_is_never_certain(lo, hi, operator, threshold, word):
    estimate = Estimate(0.0, lo, hi, 6, 0.5, 0.01, "test")
    assert judge_sample(estimate, operator, threshold) == word


def test_the_deciding_number_of_2019():
    exports = known("exports", Interval(6585, 6595))
    found = decide(exports / unknown("total"), "gt", F(9, 10))
    assert found is not None
    assert found.quantity == "total"
    assert (found.turns.lo, found.turns.hi) == (F(65850, 9), F(65950, 9))
    assert found.true_below
    ends = [Interval.point(v) for v in (7000, 7320, 7619.6)]
    assert [found.at(end) for end in ends] == ["certain", "consistent", "contradicted"]


def test_the_deciding_number_of_an_open_share_is_the_wider_figure():
    exports, total = known("x", Interval(6.25, 6.35)), known("t", Interval(6.5, 7.5))
    found = decide(exports / total, "gt", F(9, 10))
    assert found is not None
    assert found.quantity == "t"
    assert (found.turns.lo, found.turns.hi) == (F(625, 90), F(635, 90))


def test_nothing_decides_two_unknowns():
    assert decide(unknown("a") / unknown("b"), "gt", 1) is None
