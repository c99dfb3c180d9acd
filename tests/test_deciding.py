"""What settles and what flips: crossing the number that is named changes the verdict."""

from fractions import Fraction as F

import pytest

from asprinted import deciding
from asprinted.deciding import condition_flip, figure_flip, parameter_flip, settling
from asprinted.intervals import INF, Interval
from asprinted.quantities import constant, known, total, unknown
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


FAR_X, FAR_Y = known("x", Interval(1, INF)), known("y", Interval(1, INF))


@pytest.mark.parametrize("ends", [(-INF, 3), (3, INF)])
def test_nothing_settles_where_the_turning_point_has_no_end(ends):
    assert settling(unknown("u") > known("y", Interval(*ends))) is None


def test_nothing_settles_where_the_figure_that_narrows_most_leaves_no_end():
    """A product of two figures without end stays endless; the third narrows by a half."""
    third = known("z", Interval(0, F(1, 2)))
    assert settling(FAR_X * FAR_Y + third > 12) is None


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        (0.3, True),
        (1 / 3, True),
        (0.999, True),
        (1000 / 1001, False),
        (0.5**0.5, False),  # no fraction
    ],
)
def test_a_simple_limit_is_named_exactly_and_another_as_it_is(turn, named):
    """Fractions of thousandths at most are named; else the limit lies just before."""
    flip = parameter_flip(
        lambda v: "open" if v > turn else "follows", "x", 0.1, Interval(0, 1), ""
    )
    assert flip.at == pytest.approx(turn, abs=1e-11)
    assert (flip.at == turn) == named


def test_an_exact_figure_settles_what_it_leaves_without_a_value():
    """1 / (2 - 2) is no number; 1 / (b - 2) is 1 at 3, and more just below."""
    found = settling(1 / (known("b", 2) - 2) > 1)
    assert (found.name, found.turns, found.true_below) == ("b", Interval.point(3), True)


NEAR_NONE = known("s", Interval(0, INF, True))


@pytest.mark.parametrize(
    "condition",
    [
        unknown("a") / unknown("b") > 1,
        unknown("a") - unknown("a") > 1,
        constant(2) > 1,
        NEAR_NONE * unknown("u") > 3 * NEAR_NONE,  # at its only end, 0 against 0
    ],
)
def test_nothing_settles_what_has_no_single_turning_point(condition):
    assert settling(condition) is None


A, B, C = known("a", 3), known("b", 8), known("c", 10)
X, Y = known("x", Interval(1, 2)), known("y", Interval(0, 2))


@pytest.mark.parametrize(
    ("condition", "name", "turns", "true_below"),
    [
        (unknown("u") * A**2 > B + C, "u", Interval.point(2), False),  # 18 / 9
        (X > X * Y, "y", Interval.point(1), True),  # x (1 - y) is nothing at 1
        (A * FAR_X * FAR_Y > 12, "x", Interval(0, 4, True), False),  # 12 / 3 y
        (Y > X, "y", Interval(1, 2), False),  # the wider of the two
    ],
)
def test_what_settles_is_worked_out_from_the_others(condition, name, turns, true_below):
    found = settling(condition)
    assert (found.name, found.turns, found.true_below) == (name, turns, true_below)


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
    assert flip.at == pytest.approx(1 / 3)  # where its upper end is then
    moved = Interval(*(end * F(156, 100) for end in (F(205, 1000), F(215, 1000))))
    assert judge(condition.at(page=moved)) == "open"


@pytest.mark.parametrize(
    ("condition", "at", "side", "becomes"),
    [
        (SHARE > F(1, 3), F(1, 3), "below", "open"),  # a part of it falls short
        (SHARE > F(3, 4), F(3, 4), "below", "ruled_out"),  # now all of it does
        (SHARE < F(1, 3), F(1, 3), "below", "open"),
        (PAGE > F(21, 100), F(21, 100), "below", "ruled_out"),
        (PAGE < F(21, 100), F(21, 100), "below", "follows"),
        (PAGE > F(207, 1000), F(207, 1000), "above", "follows"),
        (known("far", Interval(5, INF)) > 4, 4, "below", "open"),
        (known("down", Interval(-2, -1)) > -3, -3, "below", "open"),
        (known("down", Interval(-2, -1)) > F(-3, 2), F(-3, 2), "above", "follows"),
    ],
)
def test_a_limit_is_where_the_figure_meets_the_line(condition, at, side, becomes):
    (name,) = condition.margin.inputs
    flip = figure_flip(condition, [name])
    assert (flip.at, flip.side, flip.becomes) == (
        pytest.approx(float(at)),
        side,
        becomes,
    )


def test_a_part_is_not_moved_past_the_whole():
    """A tenth to a fifth of it: five to ten times as much would be more than all.

    A debt may be more than what it is a share of, and then still more.
    """
    part = known("part", Interval(F(1, 10), F(1, 5)), "share")
    debt = known("debt", Interval(F(1, 2), F(3, 2)), "share")
    tenth = known("tenth", F(1, 10), "share")
    assert figure_flip(part / tenth > 15, ["part"]) is None
    assert figure_flip(part / tenth > 5, ["part"]).at == pytest.approx(0.5)
    assert figure_flip(debt / tenth > 20, ["debt"]).at == pytest.approx(2)


def test_the_nearer_of_two_figures():
    a, b = known("a", Interval(F(99, 10), F(101, 10))), known("b", Interval(8, 10))
    flip = figure_flip(a > b, ["a", "b"])
    assert judge(a > b) == "open"
    assert abs(flip.moved) == pytest.approx(0.01, abs=1e-3)  # 10 / 9.9 = 1.0101


UPPER, LOWER = known("x", Interval(10, 11)), known("x", Interval(1, 2))
ABOVE, BELOW = (known("x", Interval(*ends)) for ends in ((10, 11, True), (1, 2, 0, 1)))


@pytest.mark.parametrize(
    ("condition", "side", "becomes"),
    [
        (UPPER >= 10, "below", "open"),
        (UPPER > 10, "above", "follows"),
        (ABOVE > 10, "below", "open"),
        (LOWER >= 2, "below", "ruled_out"),
        (LOWER > 2, "above", "open"),
        (BELOW >= 2, "above", "open"),
        (SHARE > F(1, 2), "below", "open"),
    ],
)
def test_an_end_that_meets_the_limit_turns_with_any_move(condition, side, becomes):
    """10 to 11 is at least 10 throughout; above 10 only without its end, and so on."""
    flip = figure_flip(condition, ["x", "s"])
    assert (flip.side, flip.becomes) == (side, becomes)
    assert flip.moved == pytest.approx(0, abs=1e-6)


def test_a_box_of_too_many_corners_is_not_searched(monkeypatch):
    """Two uncertain factors have four corners, all of which may be looked at."""
    product = known("a", Interval(1, 2)) * known("b", Interval(1, 2))
    monkeypatch.setattr(deciding, "MOST_CORNERS", 4)
    assert figure_flip(product > 5, ["a"]) is not None
    monkeypatch.setattr(deciding, "MOST_CORNERS", 3)
    assert figure_flip(product > 5, ["a"]) is None


@pytest.mark.parametrize(("count", "moved"), [(6, 1.5), (17, None)])
def test_a_share_of_more_than_sixteen_figures_is_not_searched(count, moved):
    """Each is 1 to 2: five others are at least 5, which the first exceeds at 2.5 times 2."""
    first, *others = (known(f"x{i}", Interval(1, 2)) for i in range(count))
    flip = figure_flip(first / total([first, *others]) > F(1, 2), ["x0"])
    assert (flip and flip.moved) == (moved and pytest.approx(moved))


def test_a_figure_moves_from_a_hundredth_to_a_hundred_times():
    x = known("x", 1)
    assert figure_flip(x > 99.5, ["x"]).moved == pytest.approx(98.5)
    assert figure_flip(x > 100.5, ["x"]) is None
    assert figure_flip(x < 0.011, ["x"]).moved == pytest.approx(-0.989)
    assert figure_flip(x < 0.009, ["x"]) is None


def test_a_figure_below_nothing_falls_as_it_grows():
    """Minus five must be 60 per cent larger to be minus eight, and the verdict is below."""
    flip = figure_flip(known("x", -5) > -8, ["x"])
    assert (flip.at, flip.side) == (pytest.approx(-8), "below")
    assert flip.moved == pytest.approx(0.6)
    assert figure_flip(known("x", Interval(-1, 1)) > -2, ["x"]) is None


def test_a_share_cannot_be_moved_above_the_whole():
    assert figure_flip(SHARE > F(1, 3), ["s"]).moved == pytest.approx(-1 / 3, abs=1e-6)
    assert figure_flip(SHARE < known("x", 2), ["s"]) is None
    assert figure_flip(SHARE > 1, ["s"]) is None


@pytest.mark.parametrize(
    ("turn", "default", "side"), [(0.3, 0.5, "below"), (0.8, 0.5, "above")]
)
def test_a_parameter_is_searched_on_both_sides(turn, default, side):
    def verdict_at(value):
        return "follows" if (value > turn) == (side == "below") else "open"

    flip = parameter_flip(verdict_at, "x", default, Interval(0, 1), "")
    assert (flip.at, flip.side, flip.becomes) == (pytest.approx(turn), side, "open")


@pytest.mark.parametrize(
    ("default", "at", "side"), [(0.5, 0.6, "above"), (0.4, 0.3, "below")]
)
def test_the_nearer_of_two_limits(default, at, side):
    flip = parameter_flip(
        lambda v: "follows" if 0.3 < v < 0.6 else "open",
        *("x", default, Interval(0, 1), ""),
    )
    assert (flip.at, flip.side) == (pytest.approx(at), side)


def test_an_endless_domain_is_searched_where_it_ends():
    flip = parameter_flip(
        lambda v: "follows" if v > 1 else "open", "x", 5.0, Interval(0, INF), ""
    )
    assert (flip.at, flip.side, flip.moved) == (1.0, "below", 0)


WALKED = (1e-6, 1e-5, 1e-4, 0.001, 0.003, 0.01, 0.03, 0.06)


@pytest.mark.parametrize("way", [*WALKED, *(tenth / 10 for tenth in range(1, 11))])
def test_a_change_that_is_undone_further_on_is_seen(way):
    """The verdict differs within a tenth around one place of the way alone."""
    flip = parameter_flip(
        lambda v: "open" if 0.9 * way < v < 1.1 * way else "follows",
        *("x", 0.0, Interval(0, 1), ""),
    )
    assert flip.at == pytest.approx(0.9 * way, rel=1e-5)
