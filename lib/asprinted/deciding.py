"""What would settle an open verdict, and what would turn a settled one.

Both are places where the margin of a condition changes its sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy.polys.domains import QQ
from sympy.polys.fields import field as rational_functions

from .intervals import INF, Interval, exact
from .quantities import Condition, Conjunction, Missing, Quantity, Undefined
from .verdicts import FOLLOWS, OPEN, RULED_OUT, all_of, judge

STEPS = (
    1e-6,
    1e-5,
    1e-4,
    1e-3,
    0.003,
    0.01,
    0.03,
    0.06,
    *(i / 10 for i in range(1, 11)),
)
HALVINGS = 40
PARTS = 64
JUST = 1e-9
MOST_CORNERS = 2**16  # of sixteen uncertain figures that are not merely added up


@dataclass(frozen=True)
class Settling:
    """The one input whose exact value would settle an open verdict.

    Parameters
    ----------
    name : str
        The input.
    turns : Interval
        Where the sentence changes from true to false; its width comes from other inputs.
    true_below : bool
        Whether the sentence is true below (else above) it.
    unit : str
        Unit of the input.
    """

    name: str
    turns: Interval
    true_below: bool
    unit: str


@dataclass(frozen=True)
class Flip:
    """The nearest value of one input or parameter beyond which a verdict changes.

    Parameters
    ----------
    name : str
        The figure or parameter.
    kind : str
        figure or parameter.
    at : float
        The limit: the verdict still stands at it or just before it.
    side : str
        above or below: on which side of the limit the verdict differs.
    becomes : str
        Code of the verdict there.
    unit : str
        Unit of `at`.
    moved : float
        For a figure: the move as a share of what is printed.
    """

    name: str
    kind: str
    at: float
    side: str
    becomes: str
    unit: str = ""
    moved: float = 0.0


def settling(condition: Condition) -> Settling | None:
    """Return what one input would have to be for the comparison to hold.

    The input is the one that is missing, else the one whose exact value would narrow the
    bounds most. None if there is no single turning point.
    """
    margin = condition.margin
    missing = [name for name, value in margin.inputs.items() if value is None]
    if not margin.inputs:
        return None
    name = missing[0] if missing else _widest(margin)
    turns = _root(margin, name)
    if turns is None or INF in (-turns.lo, turns.hi):
        return None
    middles = {
        n: value.middle for n, value in margin.inputs.items() if value is not None
    }
    try:
        below = margin.rule({**middles, name: turns.lo - exact(JUST)}) > 0
        above = margin.rule({**middles, name: turns.hi + exact(JUST)}) > 0
    except ZeroDivisionError:
        return None
    if below == above:
        return None
    return Settling(name, turns, bool(below), margin.units.get(name, ""))


def _widest(quantity: Quantity) -> str:
    """Return the input whose exact value would narrow the bounds most."""
    parts = quantity.parts or (quantity,)
    part_of = {name: part for part in parts for name in part.inputs}

    def narrower(name: str) -> float:
        """Return by how much: only the part of a sum that the input stands in changes."""
        part = part_of[name]
        exact_part = part.at(**{name: part.inputs[name].middle})  # type: ignore[union-attr]
        after = _width(exact_part)
        return 0.0 if after == INF else _width(part) - after

    wide = [name for name, value in quantity.inputs.items() if value and value.width]
    return max(sorted(wide or quantity.inputs), key=narrower)


def _width(quantity: Quantity) -> float:
    bounds = quantity.known_bounds
    return INF if bounds is None else float(bounds.width)


def _root(margin: Quantity, name: str) -> Interval | None:
    """Return bounds of the value of one input at which the margin is zero."""
    names = sorted(margin.inputs)
    functions, *symbols = rational_functions([f"v{i}" for i in range(len(names))], QQ)
    numer = functions(margin.rule(dict(zip(names, symbols, strict=True)))).numer
    i = names.index(name)
    if numer.degree(i) != 1:
        return None
    slope = [(powers, c) for powers, c in numer.terms() if powers[i] == 1]
    rest = [(powers, c) for powers, c in numer.terms() if powers[i] == 0]
    others = {n: value for n, value in margin.inputs.items() if n != name}

    def turning(values: Mapping[str, Any]) -> Any:
        at = [values.get(n, Fraction(1)) for n in names]
        return -_evaluate(rest, at) / _evaluate(slope, at)

    try:
        return Quantity(others, turning).bounds()
    except (Missing, Undefined, ZeroDivisionError):
        return None


def _evaluate(terms: Sequence[tuple[Any, Any]], at: Sequence[Any]) -> Any:
    value = Fraction(0)
    for powers, coefficient in terms:
        product = exact(coefficient)
        for base, power in zip(at, powers, strict=True):
            product = base**power * product if power else product
        value = product + value
    return value


def parts_of(condition: Condition | Conjunction) -> tuple[Condition, ...]:
    """Return the parts of a conjunction, or the one condition."""
    return condition.parts if isinstance(condition, Conjunction) else (condition,)


def figure_flip(
    condition: Condition | Conjunction, figures: Collection[str]
) -> Flip | None:
    """Return the printed figure whose smallest relative move changes the verdict.

    Parameters
    ----------
    condition : Condition or Conjunction
        What the sentence asks.
    figures : collection of str
        Inputs that are printed figures.

    Returns
    -------
    Flip or None
        The interval of the figure moves as a whole, the others stay; `at` is where the
        end that meets the line is when the verdict changes. None if no move from a
        hundredth to a hundred times the printed figure does it, of a share none that
        passes the whole; one whose middle is zero is not moved. Worked out on the corners
        of the box; None, too, if there are too many of them.
    """
    parts = parts_of(condition)
    if max(part.margin.corner_count for part in parts) > MOST_CORNERS:
        return None
    box: dict[str, Interval] = {}
    for part in parts:
        box |= {
            n: value for n, value in part.margin.inputs.items() if value is not None
        }
    found = []
    for name in (n for n in box if n in figures and box[n].middle):
        words = _mover(parts, name, box[name])
        (now,) = words(np.zeros(1))
        for end in (-0.99, 99.0):
            move = _first(lambda m, w=words, n=now: w(m) != n, 0.0, end, PARTS)  # type: ignore[misc]
            if move is not None:
                after = str(words(np.array([move]))[0])
                found.append((name, move, after))
    if not found:
        return None
    name, move, after = min(found, key=lambda row: abs(row[1]))
    unit = next(p.margin.units.get(name, "") for p in parts if name in p.margin.inputs)
    middle = float(box[name].middle)
    side = "above" if middle * (1 + move) > middle else "below"
    at = float(_meeting(box[name], side, after)) * (1 + move)
    return Flip(name, "figure", at, side, after, unit, move)


def _meeting(value: Interval, side: str, after: str) -> Any:
    """Return the end of an interval that meets the line when a verdict changes.

    All of it has to pass the line for a verdict that is certain, its first end for one
    that is open.
    """
    is_certain = after in (FOLLOWS, RULED_OUT)
    is_lower = (side == "above") == is_certain
    ends = (value.lo, value.hi) if is_lower else (value.hi, value.lo)
    return next(end for end in ends if abs(end) != INF)


def _mover(
    parts: Sequence[Condition], name: str, value: Interval
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from relative moves of one figure to verdicts."""
    is_part = any(part.margin.units.get(name) == "share" for part in parts)
    top = 1.0 if is_part and value.hi <= 1 else INF
    opens = [part.margin.bounds() for part in parts]

    def words(moves: np.ndarray) -> np.ndarray:
        ends = [
            np.minimum(float(end) * (1 + moves), top) for end in (value.lo, value.hi)
        ]
        codes = [
            np.broadcast_to(_on_corners(part, bounds, name, ends), moves.shape)
            for part, bounds in zip(parts, opens, strict=True)
        ]
        return np.array([all_of(row) for row in zip(*codes, strict=True)])

    return words


def _on_corners(
    part: Condition, bounds: Interval, name: str, ends: Sequence[np.ndarray]
) -> np.ndarray:
    """Return the verdicts of one part for many places of one input."""
    moved = {name: ends} if name in part.margin.inputs else {}
    lo, hi = (_digits(values) for values in part.margin.corners(**moved))
    lo_open = bounds.lo_open & (hi > 0)  # one number alone is no open end
    true = (lo > 0) | (lo == 0) & (lo_open | (not part.strict))
    false = (hi < 0) | (hi == 0) & (bounds.hi_open | part.strict)
    return np.where(true, FOLLOWS, np.where(false, RULED_OUT, OPEN))


def _digits(values: Any) -> np.ndarray:
    """Return numbers with twelve digits, so that ends which meet are equal."""
    return np.array([float(f"{float(value):.12g}") for value in np.ravel(values)])


def parameter_flip(
    verdict_at: Callable[[float], str],
    name: str,
    default: float,
    domain: Interval,
    unit: str,
) -> Flip | None:
    """Return the value of a parameter nearest its default beyond which the verdict changes.

    Parameters
    ----------
    verdict_at : callable
        The verdict at a value of the parameter.
    name : str
        The parameter.
    default : float
        Its value in the run.
    domain : Interval
        Allowed values; an excluded end is not tried.
    unit : str
        Its unit.
    """
    now, found = verdict_at(default), []
    low = ("below", domain.lo, domain.lo_open)
    high = ("above", domain.hi, domain.hi_open)
    for side, end, out in (low, high):
        if abs(end) == INF:
            continue
        last = default + (float(end) - default) * (1 - 1e-6 * out)
        value = _first(_each(lambda v: verdict_at(v) != now), default, last)
        if value is not None:
            found.append((value, side))
    if not found:
        return None
    value, side = min(found, key=lambda pair: abs(pair[0] - default))
    simple = float(Fraction(value).limit_denominator(1000))
    near = math.isclose(simple, value, rel_tol=JUST, abs_tol=JUST)
    at = simple if near else value
    return Flip(name, "parameter", at, side, verdict_at(value), unit)


def condition_flip(
    condition: Condition, name: str, domain: Interval, unit: str
) -> Flip | None:
    """Return where the verdict of a condition turns in a parameter that it reads."""
    default = float(condition.margin.inputs[name].lo)  # type: ignore[union-attr]
    return parameter_flip(
        lambda v: judge(condition.at(**{name: exact(v)})), name, default, domain, unit
    )


def _each(flips: Callable[[float], bool]) -> Callable[[np.ndarray], np.ndarray]:
    """Return a test of many values that asks for one after the other, up to the first hit."""

    def over(values: np.ndarray) -> np.ndarray:
        places = enumerate(values)
        hit = next((i for i, value in places if flips(float(value))), len(values))
        return np.arange(len(values)) >= hit

    return over


def _first(
    flips: Callable[[np.ndarray], np.ndarray], start: float, end: float, parts: int = 2
) -> float | None:
    """Return the value nearest to the start at which something flips, on the way to an end.

    The way is walked in steps that grow threefold, so that a flip close to the start, or one
    that is undone further on, is seen; the step in which it lies is then cut in parts.
    """
    places = start + (end - start) * np.array([0, *STEPS])
    hits = flips(places[1:])
    if not hits.any():
        return None
    for _ in range(math.ceil(HALVINGS / math.log2(parts))):
        first = int(np.argmax(hits))
        places = np.linspace(places[first], places[first + 1], parts + 1)
        hits = np.append(flips(places[1:-1]), True)
    return float(places[int(np.argmax(hits)) + 1])
