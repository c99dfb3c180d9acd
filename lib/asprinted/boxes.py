"""Bounds of a rational function on a box, by exact arithmetic.

Every input is mapped to [0, 1]. Where the function is monotone in an input, that input goes to
its better end; what is left is enclosed by Bernstein coefficients (Moore, Kearfott & Cloud
2009) within a relative 1e-9.
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


@dataclass(frozen=True)
class _Side:
    """One side of a box: which of its ends are open, and its width as a share of the first."""

    open: tuple[bool, bool]
    width: Fraction = Fraction(1)


def _on_unit_box(
    inputs: Mapping[str, Interval], rule: Callable[[Mapping[str, Any]], Any]
) -> tuple[Any, dict[int, _Side]]:
    """Return the function of t in [0, 1]^n and, by variable, which ends are open."""
    wide = {n: k for n, k in inputs.items() if k is not None and k.lo != k.hi}
    whole, *symbols = _functions(len(wide))
    points = {n: k.lo for n, k in inputs.items() if k and n not in wide}
    ends, values = {}, {n: whole(_q(lo)) for n, lo in points.items()}
    for i, ((name, box), t) in enumerate(zip(wide.items(), symbols, strict=False)):
        ends[i] = _Side((box.lo_open, box.hi_open))
        if box.lo == -INF and box.hi == INF:
            values[name] = (2 * t - 1) / (t * (1 - t))
        elif box.hi == INF:
            values[name] = _q(box.lo) + t / (1 - t)
        elif box.lo == -INF:
            values[name] = _q(box.hi) - (1 - t) / t
        else:
            values[name] = _q(box.lo) + _q(box.width) * t
    try:
        function = whole(rule(values))
    except ZeroDivisionError as error:
        raise Undefined("a denominator is zero") from error
    _check_denominator(function.denom, ends)
    return function, ends


@cache
def _functions(count: int) -> tuple[Any, ...]:
    """Return the field of rational functions in so many variables, and these."""
    return tuple(rational_functions([f"t{i}" for i in range(count)] or ["t0"], QQ))


def _q(value: End) -> Any:
    return (
        QQ(value.numerator, value.denominator) if isinstance(value, Fraction) else value
    )


def _check_denominator(denom: Any, ends: Mapping[int, _Side]) -> None:
    """Refuse a denominator that changes sign on the box or is zero at an admissible corner."""
    used = [i for i in ends if denom.degree(i) > 0]
    signs = set()
    for corner in itertools.product((0, 1), repeat=len(used)):
        value = denom
        for i, end in zip(used, corner, strict=True):
            value = value.compose(denom.ring.gens[i], denom.ring(end))
        sign = _sign(value.LC) if value else 0
        admissible = all(
            not ends[i].open[end] for i, end in zip(used, corner, strict=True)
        )
        if sign == 0 and admissible:
            raise Undefined("a denominator can be zero")
        signs.add(sign)
    if {1, -1} <= signs:
        raise Undefined("a denominator changes sign")


def _sign(value: Any) -> int:
    return (value > 0) - (value < 0)


def _supremum(function: Any, sides: dict[int, _Side]) -> tuple[End, bool]:
    """Return the least upper bound on the unit box and whether it is attained."""
    best: tuple[End, bool] = (-INF, False)
    order = itertools.count()
    queue: list[Any] = [(-INF, next(order), function, sides, True)]
    for _ in range(MOST_BOXES):
        if not queue:
            return best
        negative, _, part, free, met = heapq.heappop(queue)
        if best[0] != -INF and -negative <= best[0] + TOLERANCE * (1 + abs(best[0])):
            return best
        part, free, met = _reduce(part, free, met)
        if part is None:
            return INF, False
        best = max(best, (_middle(part, free), met))
        if free:
            for half, half_free in _split(part, free):
                heapq.heappush(
                    queue, (-_upper(half), next(order), half, half_free, met)
                )
    if queue[0][0] == -INF:
        raise Undefined(
            "no bound found: the function grows without limit inside the box"
        )
    return -queue[0][0], False


def _reduce(
    f: Any, sides: dict[int, _Side], met: bool
) -> tuple[Any, dict[int, _Side], bool]:
    """Move every variable in which the function is monotone to its better end.

    Returns the function left over (None if it grows without limit), the variables left over
    and whether every end moved to belongs to the box.
    """
    while True:
        used = [i for i in sides if f.numer.degree(i) > 0 or f.denom.degree(i) > 0]
        steep = {i: slope for i in used if (slope := _slope(f, i))}
        if not steep:
            return f.field.new(f.numer, f.denom), {i: sides[i] for i in used}, met
        closed = [i for i in steep if not sides[i].open[steep[i] > 0]]
        for i in closed or [*steep][:1]:
            f = _at(f, i, int(steep[i] > 0))
            if f is None:
                return None, {}, False
        met = met and bool(closed)


def _at(f: Any, i: int, place: Any) -> Any:
    """Return the function with one variable at a place; None if that is a pole."""
    variable, at = f.field.ring.gens[i], f.field.ring(place)
    denom = f.denom.compose(variable, at)
    if not denom:  # a factor that numerator and denominator share is no pole
        f = f.field.new(f.numer, f.denom)
        denom = f.denom.compose(variable, at)
    return f.raw_new(f.numer.compose(variable, at), denom) if denom else None


def _slope(f: Any, i: int) -> int:
    """Return the sign of the slope in one variable over the whole box, 0 if it has both."""
    variable = f.field.ring.gens[i]
    rise = f.numer.diff(variable) * f.denom - f.numer * f.denom.diff(variable)
    if not rise:
        return 0
    lo, hi = _range(rise)
    if lo >= 0 or hi <= 0:
        return _sign(hi) or _sign(lo)
    slope = f.diff(f.field.gens[i])
    ranges = [_range(polynomial) for polynomial in (slope.numer, slope.denom)]
    if any(lo < 0 < hi for lo, hi in ranges):
        return 0
    return math.prod(1 if hi > 0 else -1 for _, hi in ranges)


def _split(f: Any, sides: dict[int, _Side]) -> Iterable[tuple[Any, Any]]:
    """Cut the box in two across its widest variable, at the turning point where it is known."""
    i = max(sides, key=lambda i: (sides[i].width, -i))
    cut = _turning_point(f, i) or QQ(1, 2)
    ring = f.field.ring
    t = ring.gens[i]
    for low, high in ((QQ(0), cut), (cut, QQ(1))):
        inner = low * ring(1) + (high - low) * t
        part = f.field.new(f.numer.compose(t, inner), f.denom.compose(t, inner))
        opens = sides[i].open[0] and low == 0, sides[i].open[1] and high == 1
        yield (
            part,
            {**sides, i: _Side(opens, sides[i].width * Fraction(exact(high - low)))},
        )


def _turning_point(f: Any, i: int) -> Any:
    slope = f.diff(f.field.gens[i]).numer
    if slope.degree(i) != 1 or any(
        slope.degree(j) > 0 for j in range(slope.ring.ngens) if j != i
    ):
        return None
    root = -slope.coeff(1) / slope.coeff(slope.ring.gens[i])
    return root if 0 < root < 1 else None


def _middle(f: Any, sides: Mapping[int, _Side]) -> End:
    """Return the value in the middle of what is left of the box."""
    for i in sides:
        f = _at(f, i, QQ(1, 2))
        if f is None:
            return -INF
    return exact(f.numer.LC / f.denom.LC) if f.numer else Fraction(0)


def _range(polynomial: Any) -> tuple[int, int]:
    """Return the least and greatest Bernstein coefficient, up to a positive factor.

    They bound the polynomial on the unit box, so their signs are those of its range.
    """
    _, whole = polynomial.clear_denoms()
    values = _bernstein(whole, whole.degrees(), int)
    return min(values), max(values)


def _upper(f: Any) -> End:
    """Return an upper bound of a rational function on the unit box."""
    degrees = [
        max(a, b, 0) for a, b in zip(f.numer.degrees(), f.denom.degrees(), strict=True)
    ]
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
    grid = np.full(
        [max(degree, 0) + 1 for degree in degrees], number(QQ(0)), dtype=object
    )
    for power, coefficient in polynomial.terms():
        grid[power] = number(coefficient)
    for axis, size in enumerate(grid.shape):
        if size > 1:
            grid = np.moveaxis(np.tensordot(_basis(size - 1), grid, (1, axis)), 0, axis)
    return grid.ravel()


@cache
def _basis(n: int) -> np.ndarray:
    ways = np.array(
        [[math.comb(j, i) for i in range(n + 1)] for j in range(n + 1)], dtype=object
    )
    return math.lcm(*ways[n]) * ways // ways[n]
