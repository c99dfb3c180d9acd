"""Joint bounds against brute force, hand-worked numbers and the edge cases of open ends."""

import itertools
import random
from fractions import Fraction
from fractions import Fraction as F

import pytest

from asprinted import boxes
from asprinted.boxes import Undefined
from asprinted.intervals import INF, Interval
from asprinted.quantities import Missing, UnitError, constant, known, total, unknown
from asprinted.verdicts import judge

N = 500  # times twenty seeds: ten thousand expressions
OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def expression(rng, leaves, depth):
    if depth == 0:
        return rng.choice(leaves)
    operation = rng.choice("++--**/")
    left, right = (
        expression(rng, leaves, depth - rng.choice((1, 1, 2)) if depth > 1 else 0)
        for _ in range(2)
    )
    return OPERATIONS[operation](left, right)


def box(rng):
    low = Fraction(rng.randint(-4, 8), rng.choice((1, 2, 5)))
    return Interval(low, low + Fraction(rng.randint(0, 9), rng.choice((1, 3, 4))))


def points(rng, quantity, count=30):
    names = list(quantity.inputs)
    ends = [(k.lo, k.hi) for k in quantity.inputs.values()]
    for corner in itertools.product(*ends):
        yield dict(zip(names, corner, strict=True))
    for _ in range(count):
        yield {
            n: lo + (hi - lo) * Fraction(rng.randint(0, 64), 64)
            for n, (lo, hi) in zip(names, ends, strict=True)
        }


@pytest.mark.parametrize("seed", range(20))
def test_bounds_hold_every_point_and_are_reached(seed):
    """Five hundred random expressions a seed, ten thousand in all, with shared inputs."""
    rng = random.Random(seed)
    tight = tried = 0
    for _ in range(N):
        leaves = [known(name, box(rng)) for name in "abc"[: rng.randint(1, 3)]]
        quantity = expression(rng, leaves, rng.choice((1, 2, 2, 3)))
        try:
            bounds = quantity.bounds()
        except (Undefined, ZeroDivisionError):
            continue
        values = []
        for point in points(rng, quantity):
            try:
                values.append(quantity.rule(point))
            except ZeroDivisionError:
                continue
        slack = Fraction(1, 10**8) * (1 + max(abs(v) for v in values))
        assert bounds.lo - slack <= min(values)
        assert max(values) <= bounds.hi + slack
        width = bounds.hi - bounds.lo
        tried += 1
        tight += (max(values) - min(values)) >= width * Fraction(9, 10)
    assert tried > 250
    assert tight / tried > 0.9


def million(name, lo, hi):
    return known(name, Interval(Fraction(str(lo)), Fraction(str(hi))))


def test_a_balance_is_tighter_than_independent_parts():
    x, m = million("x", 6585, 6595), million("m", 1945, 1955)
    bounds = ((x - m) / (x + m)).bounds()
    assert bounds.lo == Fraction(6585 - 1955, 6585 + 1955)
    assert bounds.hi == Fraction(6595 - 1945, 6595 + 1945)


def test_a_share_whose_numerator_stands_in_its_denominator():
    a, r = million("a", 1, 2), million("r", 3, 5)
    assert (a / (a + r)).bounds() == Interval(Fraction(1, 6), Fraction(2, 5))


def test_an_index_that_is_not_monotone():
    s = known("s", Interval(0, 1))
    assert (s**2 + (1 - s) ** 2).bounds() == Interval(Fraction(1, 2), 1)
    assert (s * (1 - s)).bounds() == Interval(0, Fraction(1, 4))


def test_a_turning_point_off_the_middle_is_exact():
    """s (2 - 3 s) turns where 2 - 6 s is 0: at 1/3, where it is 1/3; at 1 it is -1."""
    s = known("s", Interval(0, 1))
    assert (s * (2 - 3 * s)).bounds() == Interval(-1, Fraction(1, 3))


def test_two_free_shares_reach_one_third():
    u, v = known("u", Interval(0, 1)), known("v", Interval(0, 1))
    low = (u * u + v * v + (1 - u - v) ** 2).bounds().lo
    assert abs(low - Fraction(1, 3)) < Fraction(1, 10**6)


def test_open_ends_survive():
    over, about = known("o", Interval(5, INF, True)), known("t", Interval(1.5, 2.5))
    assert (over / about).bounds() == Interval(2, INF, lo_open=True)
    share = known("s", Interval(Fraction(1, 2), 1, lo_open=True))
    assert (share * 3 - 1).bounds() == Interval(Fraction(1, 2), 2, lo_open=True)


def test_inputs_without_any_limit():
    """x^2 over all numbers, 1 / (x^2 + 1), and x / (x^2 + 1), which turns at 1 and -1."""
    x, y = known("x", Interval(-INF, INF)), known("y", Interval(-INF, 2))
    assert (x + 1).bounds() == Interval(-INF, INF)
    assert (x * x).bounds() == Interval(0, INF)
    assert (1 / (x * x + 1)).bounds() == Interval(0, 1, lo_open=True)
    turning = (x / (x * x + 1)).bounds()
    assert (float(turning.lo), float(turning.hi)) == pytest.approx((-0.5, 0.5))
    assert (3 * y).bounds() == Interval(-INF, 6)
    assert (5 - y).bounds() == Interval(3, INF)
    assert (1 / (3 - y)).bounds() == Interval(0, 1, lo_open=True)


def test_an_open_end_without_effect_leaves_the_bound_closed():
    zero, open_end = known("z", Interval(0, 1)), known("o", Interval(0, 1, True, True))
    bounds = (zero * open_end).bounds()
    assert (bounds.lo, bounds.lo_open, bounds.hi, bounds.hi_open) == (0, False, 1, True)


def test_shared_inputs_cancel():
    x = known("x", Interval(2, 9))
    assert (x - x).bounds() == Interval.point(0)
    assert (x / x).bounds() == Interval.point(1)
    assert (constant(0.1) + 0.7 - 0.8).bounds() == Interval.point(0)


def test_independent_sums_are_exact():
    parts = [known(name, Interval(i, i + 1)) for i, name in enumerate("abcdefgh")]
    assert total(parts).bounds() == Interval(28, 36)


def test_a_denominator_that_can_be_zero_is_undefined():
    with pytest.raises(Undefined):
        (1 / known("x", Interval(-1, 2))).bounds()
    with pytest.raises(Undefined):
        (1 / known("x", Interval(0, 2))).bounds()
    assert (1 / known("x", Interval(0, 2, lo_open=True))).bounds() == Interval(0.5, INF)


def test_what_is_not_printed_has_no_bounds():
    quantity = known("x", Interval(1, 2)) / unknown("total")
    with pytest.raises(Missing, match="total"):
        quantity.bounds()
    assert quantity.at(total=4).bounds() == Interval(0.25, 0.5)


def test_one_name_cannot_mean_two_intervals():
    with pytest.raises(ValueError, match="two different intervals"):
        known("x", Interval(0, 1)) + known("x", Interval(0, 2))


def test_a_quantity_shows_its_value_and_no_address():
    """What a cell shows of a quantity is the same in every process."""
    share = known("a", Interval(1, 2), "usd") / known("b", Interval(4, 4), "usd")
    assert repr(share) == "between 25% and 50% (25% to 50%)"
    assert str(unknown("a", "usd")) == "not printed"


# --- rules on a box ---------------------------------------------------------------------------


BOX = {
    "x": Interval(1, 2),
    "y": Interval(3, 5),
    "t": Interval(0, 1),
    "h": Interval(0, 1, lo_open=True),
    "m": Interval(0, 1, hi_open=True),
    "o": Interval(0, 1, lo_open=True, hi_open=True),
    "b": Interval(-2, 0, hi_open=True),
    "p": Interval.point(3),
}


def on_box(rule, names):
    return boxes.bounds({n: BOX[n] for n in names}, lambda v: rule(*v.values()))


@pytest.mark.parametrize(
    ("rule", "names", "expected"),
    [
        (lambda x, y: x - y, "xy", Interval(-4, -1)),
        (lambda x: x / 4 - 1, "x", Interval(F(-3, 4), F(-1, 2))),
        (lambda x: 1 / (x * F(1, 4)), "x", Interval(2, 4)),
        (lambda x: 1 / (x - 5), "x", Interval(F(-1, 3), F(-1, 4))),
        (lambda b: 1 / b, "b", Interval(-INF, F(-1, 2))),
        (lambda p, x: p * x * x, "px", Interval(3, 12)),
        (lambda x: x**0, "x", Interval.point(1)),
        (lambda x: x**-1, "x", Interval(F(1, 2), 1)),
        (lambda x, y: (y - x) ** -2, "xy", Interval(F(1, 16), 1)),
        (lambda h: (h * h) / (h * h), "h", Interval.point(1)),
        (lambda h: (2 * h - 1) ** 2, "h", Interval(0, 1)),
        (lambda m: (2 * m - 1) ** 2, "m", Interval(0, 1)),
        (lambda o: (2 * o - 1) ** 2, "o", Interval(0, 1, hi_open=True)),
        (lambda o, h: (o * o + h) / (o + h), "oh", Interval(0, 1, True, True)),
        (lambda t, h: 1 / ((2 * t - 1) ** 2 + h), "th", Interval(F(1, 2), INF)),
        (lambda t, m: (m - 1) * t * (3 - 2 * t), "tm", Interval(F(-9, 8), 0)),
        (lambda m: 1 - m + F(1, 4) / (1 - m), "m", Interval(1, INF)),
        (lambda t, y: t * (2 - 3 * t) + y, "ty", Interval(2, F(16, 3))),
        (lambda t, h: h * t * (1 - t), "th", Interval(0, F(1, 4))),
        (lambda t, h: h * t * (3 - 2 * t), "th", Interval(0, F(9, 8))),
        (lambda t, h: h * (t - 1) * (1 + 2 * t), "th", Interval(F(-9, 8), 0)),
        (lambda h, o: h * h * o, "ho", Interval(0, 1, True, True)),
    ],
)
def test_a_rule_on_a_box(rule, names, expected):
    """(o^2 + h) / (o + h) grows with h: from o, which comes near 0, to 1 at h = 1."""
    assert on_box(rule, names) == expected


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        (lambda t: 1 / (2 * t - 1) ** 2, "t"),
        (lambda t, o: o * o / t, "to"),
        (lambda t, h: 1 / (t * t + h * h - h), "th"),
        (lambda t: 1 / (8 * t * t - 8 * t + 1), "t"),
        (lambda t: 1 / (3 * t - 1) ** 2, "t"),
    ],
)
def test_a_denominator_that_reaches_zero_inside_or_at_an_end_is_undefined(rule, names):
    with pytest.raises(Undefined):
        on_box(rule, names)


def test_a_mean_of_many_figures_is_found_at_a_corner(monkeypatch):
    """Of weights 0 to 39 the last eight raise the mean: 32 + ... + 39 = 284, over 9."""
    monkeypatch.setattr(
        boxes, "_on_unit_box", None
    )  # hundreds would take too long there
    box = {f"x{i}": Interval(0, 1) for i in range(40)}

    def mean(v, sign=1):
        whole = sum(v.values()) + 1
        return sum(i * x for i, x in enumerate(v.values())) / (sign * whole)

    assert boxes.bounds(box, mean) == Interval(0, F(284, 9))
    assert boxes.bounds(box, lambda v: mean(v, -1)) == Interval(F(-284, 9), 0)


def test_a_share_of_a_sum_of_many_figures():
    box = {f"x{i}": Interval(0, 1) for i in range(40)} | {"t": BOX["t"]}
    found = boxes.bounds(box, lambda v: v["t"] * sum(v[f"x{i}"] for i in range(40)))
    assert found == Interval(0, 40)


@pytest.mark.parametrize(("scale", "start"), [(1, F(-16, 39)), (10**6, 0)])
def test_a_value_a_billionth_below_the_greatest_is_found(scale, start, monkeypatch):
    """t - 169/192 t^3 is greatest at 8/13: 16/39. Few boxes are enough to come near it."""
    monkeypatch.setattr(boxes, "MOST_BOXES", 16)
    found = on_box(lambda t: scale * (t - F(169, 192) * t**3 + start), "t").hi
    greatest = scale * (F(16, 39) + start)
    assert 0 <= greatest - found <= F(1, 10**9) * (1 + greatest)


def test_a_polynomial_falls_into_parts_without_a_common_variable():
    ring = boxes._functions(4).ring
    x, y, z, u = ring.gens
    joint = x * y + x * z + y * z
    assert {*boxes._separate(joint + u + u**2 + 1)} == {joint, u + u**2, ring(1)}


def test_no_box_is_spent_on_a_figure_without_effect(monkeypatch):
    """t (1 - t) turns at 1/2: the whole and one of two equal halves are looked at."""
    monkeypatch.setattr(boxes, "MOST_BOXES", 2)
    assert on_box(lambda y, t: t * (1 - t), "yt") == Interval(0, F(1, 4))


def test_bounds_that_are_not_narrowed_down_hold_every_value(monkeypatch):
    """(t - u - 1/4)^2 is 0 to 25/16: with t cut at 1/2 its coefficients are -5/16 or more."""
    monkeypatch.setattr(boxes, "MOST_BOXES", 1)
    box = {"t": Interval(0, 1), "u": Interval(0, 1)}
    found = boxes.bounds(box, lambda v: (v["t"] - v["u"] - F(1, 4)) ** 2)
    assert found == Interval(F(-5, 16), F(25, 16))


def test_no_bound_is_made_up_where_none_is_found(monkeypatch):
    """It grows without limit where h comes near 0 at t = 1/3, which no cut meets."""
    monkeypatch.setattr(boxes, "MOST_BOXES", 5)
    with pytest.raises(Undefined, match="without limit"):
        on_box(lambda t, h: 1 / ((3 * t - 1) ** 2 + h), "th")


# --- units -----------------------------------------------------------------------------------


DOLLARS, PEOPLE = (
    known("d", Interval(1, 2), "usd"),
    known("p", Interval(3, 4), "persons"),
)
SHARE = known("s", Interval(F(1, 4), F(1, 2)), "share")
ONE_MORE = known("more", Interval(F(1, 5), F(1, 3)), "share")
ONE = known("one", 1)


@pytest.mark.parametrize("operation", ["+", "-"])
def test_unlike_units_are_not_added(operation):
    with pytest.raises(UnitError, match="usd and persons"):
        OPERATIONS[operation](DOLLARS, PEOPLE)


def test_unlike_units_are_not_compared():
    with pytest.raises(UnitError, match="compare usd and persons"):
        DOLLARS > PEOPLE  # noqa: B015


@pytest.mark.parametrize("value", [80, -0.1, 1.01])
def test_a_share_is_compared_with_a_share(value):
    with pytest.raises(UnitError, match="between 0 and 1"):
        SHARE > value  # noqa: B015


def test_bounds_have_no_equality_and_a_condition_no_truth():
    with pytest.raises(TypeError, match="=="):
        SHARE == 0.5  # noqa: B015
    with pytest.raises(TypeError, match="three answers"):
        bool(SHARE > 0.3)
    with pytest.raises(TypeError, match="three answers"):
        bool((SHARE > 0.3) & (SHARE < 0.4))


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        (DOLLARS / DOLLARS.at(), "ratio"),
        (DOLLARS * SHARE, "usd"),
        (SHARE * DOLLARS, "usd"),
        (DOLLARS / SHARE, "usd"),
        (1 - SHARE, "share"),
        (DOLLARS * 2, "usd"),
        (DOLLARS + 1, "usd"),
        (DOLLARS / PEOPLE, ""),
        (2 / DOLLARS, ""),
        (constant(1) + DOLLARS, "usd"),
        (DOLLARS.as_unit("eur"), "eur"),
        ((DOLLARS > 80).threshold, "usd"),
        ((SHARE > 0).threshold, "share"),
        ((SHARE < 1).threshold, "share"),
        ((SHARE > ONE_MORE).threshold, "share"),
    ],
)
def test_units_go_through_arithmetic(quantity, unit):
    assert quantity.unit == unit


def test_only_an_exact_quantity_is_a_number():
    assert float(known("cap", 0.25, "share")) == 0.25
    with pytest.raises(TypeError, match="is a range"):
        float(SHARE)


def test_a_condition_keeps_its_words_and_its_margin():
    condition = (SHARE < 0.6).given("if it counts money")
    assert condition.words == "if it counts money"
    assert condition.margin.bounds() == Interval(F(1, 10), F(35, 100))
    assert (SHARE > 0.1).margin.bounds() == Interval(F(15, 100), F(4, 10))


def test_parts_of_a_conjunction_are_named_and_moved_together():
    both = ((ONE > 1).named("first") & (ONE < 3).named("second")).given("if so")
    assert both.words == "if so"
    moved = both.at(one=2)
    assert [part.label for part in moved.parts] == ["first", "second"]
    assert [judge(part) for part in moved.parts] == ["follows", "follows"]


def test_a_conjunction_keeps_every_assumption_of_its_parts():
    """Which part it comes with is all one; what both assume is said once."""
    money, plain = (SHARE < 0.6).given("if it counts money"), SHARE > 0.1
    whole = (SHARE > 0.2).given("if the list is whole")
    assert (money & plain).words == "if it counts money"
    assert (plain & money).words == "if it counts money"
    assert (plain & plain & money).words == "if it counts money"
    assert (money & whole).words == "if it counts money and if the list is whole"
    assert (money & money).words == "if it counts money"
    assert len((money & plain & whole).parts) == 3


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (ONE > 1, "ruled_out"),
        (ONE >= 1, "follows"),
        (ONE < 1, "ruled_out"),
        (ONE <= 1, "follows"),
        (ONE.at(one=2) > 1, "follows"),
        (ONE.at(one=2) >= 1, "follows"),
        (ONE.at(one=2) < 1, "ruled_out"),
        (ONE.at(one=2) <= 1, "ruled_out"),
        ((ONE > 1).at(one=2), "follows"),
        ((ONE > 1).at(other=2), "ruled_out"),
    ],
)
def test_a_comparison_with_one(condition, verdict):
    assert judge(condition) == verdict


@pytest.mark.parametrize(
    ("a", "b", "sums", "product", "ratio"),
    [
        ("share", "share", "share", "share", "ratio"),
        ("share", "points", "share", "ratio", "ratio"),
        ("ratio", "share", "share", "ratio", "ratio"),
        ("", "ratio", "ratio", "ratio", "ratio"),
        ("usd", "share", None, "usd", "usd"),
        ("usd", "persons", None, "", ""),
    ],
)
def test_units_of_two_inputs(a, b, sums, product, ratio):
    """A pure number leaves a unit alone; of two pure ones a sum keeps the named one."""
    first, second = known("first", 1, a), known("second", 1, b)
    assert (first * second).unit == product
    assert (first / second).unit == ratio
    if sums is None:
        with pytest.raises(UnitError):
            first + second
    else:
        assert (first + second).unit == sums


def test_corners_are_bounds_in_floats():
    """1 to 2 times 3 to 5 is 3 to 10; with the first moved to 2 to 4 it is 6 to 20."""
    product = known("a", Interval(1, 2)) * known("b", Interval(3, 5))
    assert [float(end[0]) for end in product.corners()] == [3, 10]
    moved = product.corners(a=([1.0, 2.0], [2.0, 4.0]))
    assert [end.tolist() for end in moved] == [[3, 6], [10, 20]]
    summed = known("a", Interval(1, 2)) + known("b", Interval(3, 5))
    assert [float(end[0]) for end in summed.corners()] == [4, 7]
    moved = summed.corners(a=([1.0, 2.0], [2.0, 4.0]))
    assert [end.tolist() for end in moved] == [[4, 5], [7, 9]]
    assert (-summed).bounds() == Interval(-7, -4)


def test_all_corners_are_looked_at():
    """(a - b) c of 1 to 2, 3 to 5 and -1 to 2: (1 - 5) 2 = -8, (1 - 5) (-1) = 4."""
    a, b = known("a", Interval(1, 2)), known("b", Interval(3, 5))
    product = (a - b) * known("c", Interval(-1, 2))
    assert [end.tolist() for end in product.corners()] == [[-8], [4]]


def test_an_end_without_limit_is_far_away():
    low, high = known("x", Interval(10**7, INF)).corners()
    assert low == [1e7] and high >= [1e18]


def test_corners_are_counted_part_by_part():
    """A printed number has one end, a range two, and so has what is not printed."""
    half, three = known("half", Interval(0, F(1, 2))), known("three", 3)
    assert (half * three).corner_count == 2
    product = half * three * unknown("total")
    assert product.corner_count == 4
    assert (product * known("rate", Interval(1, 2))).corner_count == 8
    assert (product + known("more", Interval(1, 4))).corner_count == 4


def test_the_point_is_the_value_in_the_middle():
    a, b = known("a", Interval(1, 2)), known("b", Interval(-1, 1))
    assert (a * 4 + b).point == 6
    assert (a / b).point is None
    assert (a / unknown("total")).point is None
