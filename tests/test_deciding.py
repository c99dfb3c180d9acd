"""What settles and what flips: crossing the number that is named changes the verdict."""

from fractions import Fraction as F

import pytest

from asprinted import deciding
from asprinted.deciding import condition_flip, figure_flip, parameter_flip, settling
from asprinted.intervals import INF, Interval
from asprinted.quantities import known, unknown
from asprinted.verdicts import judge

JUST = F(1, 10_000)


def test_the_missing_total_settles_nine_tenths():
    """6,585 / 0.9 = 7,316.7 and 6,595 / 0.9 = 7,327.8; the sentence is true below."""
    exports = known("exports", Interval(6585, 6595))
    found = settling(exports / unknown("total") > F(9, 10))
    assert (found.name, found.true_below) == ("total", True)
    assert (found.turns.lo, found.turns.hi) == (F(65850, 9), F(65950, 9))
    for value, code in ((7_316, "follows"), (7_320, "open"), (7_328, "ruled_out")):
        share = (exports / unknown("total")).at(total=value)
        assert judge(share > F(9, 10)) == code


def test_the_wider_figure_settles_an_open_share():
    exports, total = known("x", Interval(6.25, 6.35)), known("t", Interval(6.5, 7.5))
    found = settling(exports / total > F(9, 10))
    assert found.name == "t"
    assert (found.turns.lo, found.turns.hi) == (F(625, 90), F(635, 90))


def test_an_unprinted_part():
    """A share above one half of a part exceeds a third for certain only above two thirds."""
    part, share = known("part", Interval(0, 1)), known("s", Interval(F(1, 2), 1, True))
    found = settling(part * share > F(1, 3))
    assert (found.name, found.true_below) == ("part", False)
    assert (found.turns.lo, found.turns.hi) == (F(1, 3), F(2, 3))


@pytest.mark.parametrize("ends", [(-INF, 3), (3, INF)])
def test_nothing_settles_where_the_turning_point_has_no_end(ends):
    assert settling(unknown("u") > known("y", Interval(*ends))) is None


@pytest.mark.parametrize("turn", [0.3, 0.5**0.5, 1 / 3])
def test_a_simple_limit_is_named_exactly_and_another_as_it_is(turn):
    """Three tenths and a third are named, the root of a half is no fraction."""
    flip = parameter_flip(
        lambda v: "open" if v > turn else "follows", "x", 0.1, Interval(0, 1), ""
    )
    assert flip.at == pytest.approx(turn, abs=1e-11)
    assert flip.at == turn or turn == 0.5**0.5


def test_an_exact_figure_settles_what_it_leaves_without_a_value():
    """1 / (2 - 2) is no number; 1 / (b - 2) is 1 at 3, and more just below."""
    found = settling(1 / (known("b", 2) - 2) > 1)
    assert (found.name, found.turns, found.true_below) == ("b", Interval.point(3), True)


def test_nothing_settles_two_unknowns():
    assert settling(unknown("a") / unknown("b") > 1) is None


SHARE = known("s", Interval(F(1, 2), 1, lo_open=True), "share")
PAGE = known("page", Interval(F(205, 1000), F(215, 1000)), "share")


@pytest.mark.parametrize(
    ("share", "default", "at", "side", "becomes"),
    [
        (
            SHARE,
            F(1, 3),
            F(1, 2),
            "above",
            "open",
        ),  # the whole range is above up to a half
        (PAGE, F(1, 3), F(215, 1000), "below", "open"),
        (PAGE, F(1, 5), F(205, 1000), "above", "open"),
        (SHARE, F(3, 4), F(1, 2), "below", "follows"),  # at a half itself it follows
    ],
)
def test_a_limit_is_named_with_its_side(share, default, at, side, becomes):
    condition = share > known("cap", default, "share")
    flip = condition_flip(condition, "cap", Interval(0, 1, True, True), "share")
    assert (flip.at, flip.side, flip.becomes) == (
        pytest.approx(float(at)),
        side,
        becomes,
    )
    beyond = at + JUST if side == "above" else at - JUST
    assert judge(condition.at(cap=beyond)) == becomes
    assert judge(condition.at(cap=default)) != becomes
    assert flip.at != float(default)


def test_no_flip_where_nothing_turns():
    condition = known("x", Interval(5, 6)) > known("cap", F(1, 2))
    assert condition_flip(condition, "cap", Interval(0, 1), "") is None


def test_the_printed_figure_that_turns_a_verdict_first():
    """21.5 % must grow to a third (55 %), or the limit's rival to 20.5 / 21 of itself."""
    condition = PAGE > F(1, 3)
    flip = figure_flip(condition, ["page"])
    assert flip.name == "page"
    assert flip.moved == pytest.approx(float(F(1, 3) / F(215, 1000) - 1), abs=1e-6)
    assert (flip.side, flip.becomes) == ("above", "open")
    assert flip.at == pytest.approx(0.21 / 3 / 0.215)  # where its middle is then
    moved = Interval(*(end * F(156, 100) for end in (F(205, 1000), F(215, 1000))))
    assert judge(condition.at(page=moved)) == "open"


def test_the_nearer_of_two_figures():
    a, b = known("a", Interval(F(99, 10), F(101, 10))), known("b", Interval(8, 10))
    flip = figure_flip(a > b, ["a", "b"])
    assert judge(a > b) == "open"
    assert abs(flip.moved) == pytest.approx(0.01, abs=1e-3)  # 10 / 9.9 = 1.0101


def test_an_end_that_meets_the_limit_is_open_until_it_moves():
    """1 to 2 is at least 2 at its end alone: any move down rules it out, 1 must double."""
    flip = figure_flip(known("x", Interval(1, 2)) >= 2, ["x"])
    assert (flip.side, flip.becomes) == ("below", "ruled_out")
    assert flip.moved == pytest.approx(0, abs=1e-6)


def test_a_lower_end_that_meets_the_limit_follows_until_it_moves():
    """10 to 11 is at least 10 throughout: any move down leaves it open."""
    flip = figure_flip(known("x", Interval(10, 11)) >= 10, ["x"])
    assert (flip.side, flip.becomes) == ("below", "open")
    assert flip.moved == pytest.approx(0, abs=1e-6)


def test_a_box_of_too_many_corners_is_not_searched(monkeypatch):
    """Two uncertain factors have four corners, all of which may be looked at."""
    product = known("a", Interval(1, 2)) * known("b", Interval(1, 2))
    monkeypatch.setattr(deciding, "MOST_CORNERS", 4)
    assert figure_flip(product > 5, ["a"]) is not None
    monkeypatch.setattr(deciding, "MOST_CORNERS", 3)
    assert figure_flip(product > 5, ["a"]) is None


def test_a_figure_moves_from_a_hundredth_to_a_hundred_times():
    x = known("x", 1)
    assert figure_flip(x > 99.5, ["x"]).moved == pytest.approx(98.5)
    assert figure_flip(x > 100.5, ["x"]) is None
    assert figure_flip(x < 0.011, ["x"]).moved == pytest.approx(-0.989)
    assert figure_flip(x < 0.009, ["x"]) is None


def test_a_share_cannot_be_moved_above_the_whole():
    assert figure_flip(SHARE > F(1, 3), ["s"]).moved == pytest.approx(-1 / 3, abs=1e-6)
    assert figure_flip(SHARE < known("x", 2), ["s"]) is None


@pytest.mark.parametrize(
    ("turn", "default", "side"), [(0.3, 0.5, "below"), (0.8, 0.5, "above")]
)
def test_a_parameter_is_searched_on_both_sides(turn, default, side):
    def verdict_at(value):
        return "follows" if (value > turn) == (side == "below") else "open"

    flip = parameter_flip(verdict_at, "x", default, Interval(0, 1), "")
    assert (flip.at, flip.side, flip.becomes) == (pytest.approx(turn), side, "open")


def test_an_endless_domain_is_searched_where_it_ends():
    flip = parameter_flip(
        lambda v: "follows" if v > 1 else "open", "x", 5.0, Interval(0, INF), ""
    )
    assert (flip.at, flip.side) == (1.0, "below")
