"""Bounds of a rational function on a box, by exact arithmetic.

Every input is mapped to [0, 1]. A quotient of two sums has its bounds at corners (Dinkelbach
1967). Where another function is monotone in an input, that input goes to its better end; what
is left is enclosed by Bernstein coefficients (Moore, Kearfott & Cloud 2009) within a relative
1e-9.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from sympy.polys.domains import QQ
from sympy.polys.fields import field as rational_functions

from .intervals import INF, End, Interval, exact

TOLERANCE = Fraction(1, 10**9)
MOST_BOXES = 300


class Undefined(ArithmeticError):
    """The function is not defined everywhere on the box (a denominator reaches zero)."""


def bounds(
    inputs: Mapping[str, Interval], rule: Callable[[Mapping[str, Any]], Any]
) -> Interval:
    """Return the range of a rational function of inputs that vary in intervals.

    Parameters
    ----------
    inputs : mapping of str to Interval
        The box.
    rule : callable
        From a mapping of input values to the value of the function.

    Raises
    ------
    Undefined
        If a denominator can be zero, or no bound is found.

    Examples
    --------
    >>> box = {"a": Interval(1, 2), "b": Interval(1, 2)}
    >>> bounds(box, lambda v: v["a"] / (v["a"] + v["b"]))
    Interval([0.333333, 0.666667])
    >>> bounds({"a": Interval.point(2)}, lambda v: 1 / (v["a"] - 2))
    Traceback (most recent call last):
    ...
    asprinted.boxes.Undefined: a denominator is zero
    """
    if all(known.lo == known.hi for known in inputs.values()):
        return _at_point(inputs, rule)
    try:
        return _of_sums(inputs, rule)
    except _Curved:
        pass
    function, ends = _on_unit_box(inputs, rule)
    (hi, hi_met), (lo, lo_met) = _supremum(function, ends), _supremum(-function, ends)
    return Interval(-lo, hi, not lo_met, not hi_met)


def _at_point(
    inputs: Mapping[str, Interval], rule: Callable[[Mapping[str, Any]], Any]
) -> Interval:
    """Return the one value of the function where every input is one number."""
    try:
        return Interval.point(rule({name: known.lo for name, known in inputs.items()}))
    except ZeroDivisionError as error:
        raise Undefined("a denominator is zero") from error


class _Curved(ArithmeticError):
    """The function is no quotient of two sums, or one whose denominator reaches zero."""


@dataclass(frozen=True)
class _Sum:
    """A number, and so many times each input."""

    start: Fraction
    slopes: Mapping[str, Fraction]

    def __bool__(self) -> bool:
        return bool(self.start or self.slopes)

    def __add__(self, other: Any) -> _Sum:
        other = other if isinstance(other, _Sum) else _Sum(exact(other), {})
        slopes = dict(self.slopes)
        for name, slope in other.slopes.items():
            slopes[name] = slopes.get(name, Fraction(0)) + slope
        kept = {name: slope for name, slope in slopes.items() if slope}
        return _Sum(self.start + other.start, kept)

    def __neg__(self) -> _Sum:
        return self.times(Fraction(-1))

    def __mul__(self, other: Any) -> _Sum:
        other = other if isinstance(other, _Sum) else _Sum(exact(other), {})
        if self.slopes and other.slopes:
            raise _Curved
        return other.times(self.start) if other.slopes else self.times(other.start)

    def __pow__(self, power: int) -> _Sum:
        return math.prod([self] * power, start=_Sum(Fraction(1), {}))

    def times(self, number: Fraction) -> _Sum:
        slopes = {name: slope * number for name, slope in self.slopes.items()}
        return _Sum(self.start * number, slopes if number else {})

    def at_top(self, names: Iterable[str]) -> Fraction:
        """Return the value where the named inputs are one and all others zero."""
        return self.start + sum(self.slopes.get(name, Fraction(0)) for name in names)


def _of_sums(
    inputs: Mapping[str, Interval], rule: Callable[[Mapping[str, Any]], Any]
) -> Interval:
    """Return the range of a quotient of two sums; hundreds of inputs are no trouble."""
    if any(INF in (-known.lo, known.hi) for known in inputs.values()):
        raise _Curved
    one, values = _Sum(Fraction(1), {}), {}
    for name, known in inputs.items():
        slopes = {name: known.width} if known.width else {}
        values[name] = _Ratio(_Sum(known.lo, slopes), one)
    try:
        found = _Ratio(one * 0, one) + rule(values)
    except ZeroDivisionError as error:
        raise Undefined("a denominator is zero") from error
    numer, denom = found.numer, found.denom
    least, most = (
        denom.start + sum(end(slope, 0) for slope in denom.slopes.values())
        for end in (min, max)
    )
    if most < 0:
        numer, denom = -numer, -denom
    elif least <= 0:
        raise _Curved
    (hi, hi_met), (lo, lo_met) = (_top(f, denom, inputs) for f in (numer, -numer))
    return Interval(-lo, hi, not lo_met, not hi_met)


def _top(
    numer: _Sum, denom: _Sum, inputs: Mapping[str, Interval]
) -> tuple[Fraction, bool]:
    """Return the least upper bound of a quotient of sums and whether it is attained.

    A corner where numerator - best * denominator is positive is a better one; there is
    none when the corner that makes it greatest is no better.
    """
    better, best = numer.start, None  # the search may begin at any number
    while better != best:
        best = better
        gains = (numer + denom.times(-best)).slopes
        up = [name for name, gain in gains.items() if gain > 0]
        better = numer.at_top(up) / denom.at_top(up)
    met = not any(
        inputs[name].hi_open if name in up else inputs[name].lo_open for name in gains
    )
    return best, met


@dataclass(frozen=True)
class _Side:
    """One side of a box: which of its ends are open, and its width as a share of the first."""

    open: tuple[bool, bool]
    width: Any = QQ.one


def _on_unit_box(
    inputs: Mapping[str, Interval], rule: Callable[[Mapping[str, Any]], Any]
) -> tuple[Any, dict[int, _Side]]:
    """Return the function of t in [0, 1]^n and, by variable, which ends are open."""
    wide = {n: k for n, k in inputs.items() if k.lo != k.hi}
    whole = _functions(len(wide))
    one = whole.ring.one
    points = {n: k.lo for n, k in inputs.items() if n not in wide}
    ends, values = {}, {n: _Ratio(one * _q(lo), one) for n, lo in points.items()}
    for i, ((name, box), t) in enumerate(
        zip(wide.items(), whole.ring.gens, strict=True)
    ):
        ends[i] = _Side((box.lo_open, box.hi_open))
        if box.lo == -INF and box.hi == INF:
            values[name] = _Ratio(2 * t - 1, t * (1 - t))
        elif box.hi == INF:
            values[name] = _q(box.lo) + _Ratio(t, 1 - t)
        elif box.lo == -INF:
            values[name] = _q(box.hi) - _Ratio(1 - t, t)
        else:
            values[name] = _Ratio(_q(box.lo) + _q(box.width) * t, one)
    try:
        found = _Ratio(one * 0, one) + rule(values)
    except ZeroDivisionError as error:
        raise Undefined("a denominator is zero") from error
    function = whole.new(found.numer, found.denom)
    _check_denominator(whole.new(function.denom, one), ends)
    return function, ends


@dataclass(frozen=True)
class _Ratio:
    """One polynomial over another: reducing it waits until the function is complete."""

    numer: Any
    denom: Any

    def _of(self, other: Any) -> _Ratio:
        if isinstance(other, _Ratio):
            return other
        return _Ratio(self.denom * 0 + _q(other), self.denom**0)

    def __add__(self, other: Any) -> _Ratio:
        other = self._of(other)
        if self.denom == other.denom:
            return _Ratio(self.numer + other.numer, self.denom)
        numer = self.numer * other.denom + other.numer * self.denom
        return _Ratio(numer, self.denom * other.denom)

    __radd__ = __add__

    def __neg__(self) -> _Ratio:
        return _Ratio(-self.numer, self.denom)

    def __sub__(self, other: Any) -> _Ratio:
        return self + -self._of(other)

    def __rsub__(self, other: Any) -> _Ratio:
        return -self + other

    def __mul__(self, other: Any) -> _Ratio:
        other = self._of(other)
        return _Ratio(self.numer * other.numer, self.denom * other.denom)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> _Ratio:
        other = self._of(other)
        if not other.numer:
            raise ZeroDivisionError
        return _Ratio(self.numer * other.denom, self.denom * other.numer)

    def __rtruediv__(self, other: Any) -> _Ratio:
        return self._of(other) / self

    def __pow__(self, power: int) -> _Ratio:
        if power < 0:
            return 1 / self**-power
        return _Ratio(self.numer**power, self.denom**power)


@cache
def _functions(count: int) -> Any:
    """Return the field of rational functions in so many variables."""
    return rational_functions([f"t{i}" for i in range(count)], QQ)[0]


def _q(value: Any) -> Any:
    if isinstance(value, Fraction):
        return QQ(value.numerator, value.denominator)
    return value


def _check_denominator(denom: Any, sides: dict[int, _Side]) -> None:
    """Refuse a denominator that changes sign on the box or can be zero in it."""
    high, high_met = _supremum(denom, sides)
    low, low_met = _supremum(-denom, sides)
    if -low < 0 < high:
        raise Undefined("a denominator changes sign")
    if (0, True) in ((low, low_met), (high, high_met)):
        raise Undefined("a denominator can be zero")


def _separate(polynomial: Any) -> list[Any]:
    """Return the polynomials without a common variable that add up to a polynomial.

    What holds of the corners or coefficients of each holds of their sum: a sum of many
    variables need not be looked at in all combinations.
    """
    groups: list[tuple[set[int], dict[Any, Any]]] = []
    for powers, coefficient in polynomial.terms():
        own = {i for i, power in enumerate(powers) if power}
        joined, terms, apart = set(own), {powers: coefficient}, []
        for used, others in groups:
            if used & own:
                joined, terms = joined | used, terms | others
            else:
                apart.append((used, others))
        groups = [*apart, (joined, terms)]
    return [polynomial.ring.from_dict(terms) for _, terms in groups]


def _supremum(function: Any, sides: dict[int, _Side]) -> tuple[End, bool]:
    """Return the least upper bound on the unit box and whether it may be attained."""
    best: tuple[End, bool] = (-INF, False)
    order, looked = itertools.count(), itertools.count()
    queue: list[Any] = [(-INF, next(order), function, sides, True)]
    while not _settled(queue, best):
        if next(looked) == MOST_BOXES:
            return _of_rest(-queue[0][0])
        *_, part, free, met = heapq.heappop(queue)
        part, free, met = _reduce(part, free, met)
        best = max(best, (_middle(part, free), met))
        if best[0] == INF:
            return best
        if free:
            for half, half_free in _split(part, free):
                heapq.heappush(
                    queue, (-_upper(half), next(order), half, half_free, met)
                )
    return best


def _settled(queue: list[Any], best: tuple[End, bool]) -> bool:
    """Whether no box holds a greater value, or one as great that may be attained."""
    value, met = best
    near = not queue or -queue[0][0] - value < TOLERANCE * (1 + abs(value))
    hopes = (may and -negative >= value for negative, *_, may in queue)
    return near and (met or not any(hopes))


def _of_rest(upper: End) -> tuple[End, bool]:
    """Return the bound of boxes that are not narrowed down: it may be attained."""
    if upper == INF:
        raise Undefined(
            "no bound found: the function grows without limit inside the box"
        )
    return upper, True


def _reduce(
    f: Any, sides: dict[int, _Side], met: bool
) -> tuple[Any, dict[int, _Side], bool]:
    """Move every variable in which the function is monotone to its better end.

    Returns the function left over (None if it grows without limit), the variables left over
    and whether the value may be attained. At an end outside the box it is not, unless there
    are values of other variables for which the function does not change on the way there.
    """
    while True:
        used = [i for i in sides if f.numer.degree(i) > 0 or f.denom.degree(i) > 0]
        sides = {i: sides[i] for i in used}
        steep = {i: slope for i in used if (slope := _slope(f, i))}
        if not steep:
            return f.field.new(f.numer, f.denom), sides, met
        closed = [i for i in steep if not sides[i].open[steep[i] == 1]]
        for i in closed or steep:
            met = met and (i in closed or _rests(f, i, sides))
            f = _at(f, i, int(steep[i] == 1))
            if f is None:
                return None, {}, met


def _rests(f: Any, i: int, sides: Mapping[int, _Side]) -> bool:
    """Whether a function that is monotone in a variable is constant in it somewhere.

    There its slope, which has one sign, is 0 whatever the variable is.
    """
    others = {j: side for j, side in sides.items() if j != i}
    nearest, end = QQ.zero, min if _slope(f, i) == 1 else max
    for part in _separate(_rise(f, i)):
        values = [face.LC for face in _on_faces(part, others) if face.is_ground]
        if not values:
            return False
        nearest += end(values)
    return not nearest


def _on_faces(polynomial: Any, sides: Mapping[int, _Side]) -> set[Any]:
    """Return a polynomial at the ends of sides that belong to the box, in every way."""
    faces = {polynomial}
    for i, side in sides.items():
        t, ends = polynomial.ring.gens[i], [n for n in (0, 1) if not side.open[n]]
        faces = {face.subs(t, end) for face in faces for end in ends} or faces
    return faces


def _slope(f: Any, i: int) -> int:
    """Return the sign of the slope in one variable over the whole box, 0 if it has both."""
    return _sign(_rise(f, i))


def _rise(f: Any, i: int) -> Any:
    """Return a polynomial with the sign of the slope in one variable."""
    variable = f.field.ring.gens[i]
    return f.numer.diff(variable) * f.denom - f.numer * f.denom.diff(variable)


def _at(f: Any, i: int, place: Any) -> Any:
    """Return the function with one variable at a place; None if that is a pole."""
    variable = f.field.ring.gens[i]
    denom = f.denom.subs(variable, place)
    if not denom:  # a factor that numerator and denominator share is no pole
        f = f.field.new(f.numer, f.denom)
        denom = f.denom.subs(variable, place)
    return f.raw_new(f.numer.subs(variable, place), denom) if denom else None


def _split(f: Any, sides: dict[int, _Side]) -> Iterable[tuple[Any, Any]]:
    """Cut the box in two across its widest variable, at the turning point where it is known."""
    i = max(sides, key=lambda i: sides[i].width)
    cut = _turning_point(f, i) or QQ(1, 2)
    ring = f.field.ring
    t = ring.gens[i]
    for low, high in ((QQ(0), cut), (cut, QQ(1))):
        inner = ring(low) + (high - low) * t
        part = f.field.new(f.numer.compose(t, inner), f.denom.compose(t, inner))
        opens = sides[i].open[0] and low == 0, sides[i].open[1] and high == 1
        yield part, {**sides, i: _Side(opens, sides[i].width * (high - low))}


def _turning_point(f: Any, i: int) -> Any:
    """Return where the slope in one variable changes its sign; None if that is not known."""
    slope = f.diff(f.field.gens[i]).numer
    others = (slope.degree(j) > 0 for j in range(slope.ring.ngens) if j != i)
    if slope.degree(i) != 1 or any(others) or _sign(slope):
        return None
    return -slope.coeff(1) / slope.coeff(slope.ring.gens[i])


def _middle(f: Any, sides: Mapping[int, _Side]) -> End:
    """Return the value in the middle of what is left of the box; no limit at a pole."""
    for i in sides:
        if f is not None:
            f = _at(f, i, QQ(1, 2))
    return INF if f is None else exact(f.numer.LC / f.denom.LC)


def _range(polynomial: Any) -> tuple[Fraction, Fraction]:
    """Return the least and greatest Bernstein coefficient, up to a positive factor.

    They bound the polynomial on the unit box, so their signs are those of its range.
    """
    _, whole = polynomial.clear_denoms()
    low, high = Fraction(0), Fraction(0)
    for part in _separate(whole):
        degrees = part.degrees()
        values = _bernstein(part, degrees, int)
        times = math.prod(_basis(degree)[0][0] for degree in degrees)
        low += Fraction(min(values), times)
        high += Fraction(max(values), times)
    return low, high


def _sign(polynomial: Any) -> int:
    """Return the sign of a polynomial on the unit box, 0 if it is zero or has both."""
    low, high = _range(polynomial)
    return (low >= 0) - (high <= 0)


def _upper(f: Any) -> End:
    """Return an upper bound of a rational function on the unit box."""
    degrees = list(map(max, f.numer.degrees(), f.denom.degrees()))
    top, bottom = (
        _bernstein(polynomial, degrees, exact) for polynomial in (f.numer, f.denom)
    )
    if min(bottom) <= 0 <= max(bottom):
        return INF
    return exact(max(a / b for a, b in zip(top, bottom, strict=True)))


def _bernstein(
    polynomial: Any, degrees: Iterable[int], number: Callable[[Any], Any]
) -> np.ndarray:
    """Return coefficients in the Bernstein basis, each axis times a positive whole number."""
    bases = {i: _basis(degree) for i, degree in enumerate(degrees) if degree}
    grid = np.full([*map(len, bases.values())], number(QQ.zero), dtype=object)
    for power, coefficient in polynomial.terms():
        grid[tuple(power[i] for i in bases)] = number(coefficient)
    for axis, basis in enumerate(bases.values()):
        grid = np.moveaxis(np.tensordot(basis, grid, (1, axis)), 0, axis)
    return grid.ravel()


@cache
def _basis(n: int) -> np.ndarray:
    ways = np.array(
        [[math.comb(j, i) for i in range(n + 1)] for j in range(n + 1)], dtype=object
    )
    return math.lcm(*ways[n]) * ways // ways[n]
