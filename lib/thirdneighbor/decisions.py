"""What would decide an open verdict, and what would flip a settled one.

Both are roots of the same difference: the quantity less its threshold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from sympy.polys.domains import QQ
from sympy.polys.fields import field as rational_functions

from .intervals import ABOUT, INF, Interval, exact
from .monotone import Monotone
from .quantities import Missing, Quantity, Undefined
from .verdicts import CERTAIN, CONSISTENT, CONTRADICTED, Condition, admissible, all_of

STEPS = (1e-6, 1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.06, *(part / 10 for part in range(1, 11)))
HALVINGS = 40
PARTS = 64
NEAR = 1e-9
RANGES = {"share": ("share", 0, 1), "usd": ("amount", 0, INF), "concentration": ("value", 0, 1)}


@dataclass(frozen=True)
class Decision:
    """The one quantity that would settle an open verdict.

    Parameters
    ----------
    quantity : str
        Name of the input.
    turns : Interval
        Where the sentence changes from true to false; its width comes from the other inputs.
        An end that is settled itself is open.
    true_below : bool
        Whether the sentence is true below (else above) it.
    """

    quantity: str
    turns: Interval
    true_below: bool

    def text(self, unit: str) -> str:
        """Return the range of the quantity for which the sentence is true.

        An end that no share, or no amount of money, can reach is put in words.
        """
        noun, least, most = RANGES.get(unit, ("", -INF, INF))
        lo, hi, nowhere = self.turns.lo, self.turns.hi, f"at no {noun}"
        low, high = (Interval.point(end).shown(unit).removeprefix(ABOUT) for end in (lo, hi))
        if lo > most or hi < least:
            return f"at every {noun}" if (lo > most) == self.true_below else nowhere
        under, over = nowhere, nowhere
        if lo > least or (lo == least and self.turns.lo_open):
            under = f"below {low}" if lo > least else f"at {low} alone"
        if hi < most or (hi == most and self.turns.hi_open):
            over = f"above {high}" if hi < most else f"at {high} alone"
        true, false = (under, over) if self.true_below else (over, under)
        if nowhere in (under, over):
            return f"{true}{' for certain' * (true == nowhere)}; false {false}"
        return f"{true}; false {f'{false.split()[0]} it' if low == high else false}"

    def at(self, known: Interval) -> str:
        """Return the verdict if the quantity lay in these bounds."""
        if known.meets(self.turns):
            return CONSISTENT
        return CERTAIN if (known.hi <= self.turns.lo) == self.true_below else CONTRADICTED


def decide(quantity: Quantity, operator: str, threshold: Any, name: str = "") -> Decision | None:
    """Return what one input would have to be for the comparison to hold.

    Parameters
    ----------
    name : str
        Input to solve for; by default the one that is missing, else the one whose exact value
        would narrow the bounds most.

    Returns
    -------
    Decision or None
        None if the comparison has no single turning point in that input.
    """
    if operator not in ("gt", "ge", "lt", "le") or not quantity.inputs:
        return None
    missing = [n for n, known in quantity.inputs.items() if known is None]
    if len(missing) > 1:
        return None
    name = name or (missing[0] if missing else _widest(quantity))
    if isinstance(quantity, Monotone):
        crossing = quantity.turning(name, float(threshold))
        if crossing is None:
            return None
        span = _unsettled(Condition(quantity, operator, threshold), name, crossing[0])
        return Decision(name, span, crossing[1] != (operator in ("gt", "ge")))
    turns = _root(quantity - threshold, name)
    if turns is None or INF in (-turns.lo, turns.hi):
        return None
    sides = {n: known.middle for n, known in quantity.inputs.items() if known is not None}
    below, above = (
        end + (abs(end) or 1) * Fraction(sign, 1000)
        for end, sign in ((turns.lo, -1), (turns.hi, 1))
    )
    true = admissible(operator, threshold)
    try:
        holds = [quantity.rule({**sides, name: value}) in true for value in (below, above)]  # type: ignore[operator]
    except ZeroDivisionError:
        return None
    if holds[0] == holds[1]:
        return None
    return Decision(
        name, _unsettled(Condition(quantity, operator, threshold), name, turns), holds[0]
    )


def _unsettled(condition: Condition, name: str, turns: Interval) -> Interval:
    """Return a turning range without the ends at which the other inputs change nothing."""
    if turns.lo == turns.hi:
        return turns
    at = [
        replace(condition, quantity=condition.quantity.at(**{name: e}))
        for e in (turns.lo, turns.hi)
    ]
    return Interval(turns.lo, turns.hi, *(c.verdict() in (CERTAIN, CONTRADICTED) for c in at))


def _widest(quantity: Quantity) -> str:
    def left(name: str) -> float:
        known = quantity.inputs[name]
        try:
            return float(quantity.at(**{name: known.middle}).bounds().width)  # type: ignore[union-attr]
        except (Missing, Undefined):
            return INF

    open_ends = [name for name, known in quantity.inputs.items() if known and known.width]
    return min(sorted(open_ends or quantity.inputs), key=left)


def _root(difference: Quantity, name: str) -> Interval | None:
    """Return bounds of the value of one input at which the difference is zero."""
    names = sorted(difference.inputs)
    _, *symbols = rational_functions([f"v{i}" for i in range(len(names))], QQ)
    numer = difference.rule(dict(zip(names, symbols, strict=True))).numer
    i = names.index(name)
    if numer.degree(i) != 1:
        return None
    slope = [(m, c) for m, c in numer.terms() if m[i] == 1]
    rest = [(m, c) for m, c in numer.terms() if m[i] == 0]
    others = {n: k for n, k in difference.inputs.items() if n != name}

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


def flip_figure(
    conditions: Sequence[Condition], figures: Collection[str]
) -> tuple[str, float] | None:
    """Return the printed figure whose smallest relative move changes a verdict, and the move.

    Parameters
    ----------
    conditions : sequence of Condition
        What the sentence asks; all must hold.
    figures : collection of str
        Inputs that are printed figures.

    Returns
    -------
    tuple of str and float, or None
        -0.1 means ten per cent less than printed: the interval of the figure moves as a whole,
        the others stay. None if no move from a hundredth to a hundred times the printed figure
        changes the verdict. Worked out on the corners of the box.
    """
    box: dict[str, Interval] = {}
    for condition in conditions:
        box |= {n: known for n, known in condition.quantity.inputs.items() if known is not None}
    bounds = [condition.quantity.bounds() for condition in conditions]
    found = []
    for name in (n for n in box if n in figures):
        known = box[name]
        top = 1.0 if known.hi == 1 and known.lo_open else INF

        def words(moves: Any, name: str = name, known: Interval = known, top: float = top) -> Any:
            ends = [np.minimum(float(end) * (1 + moves), top) for end in (known.lo, known.hi)]
            return on_corners(conditions, bounds, **{name: ends})

        (now,) = words(np.zeros(1))
        for end in (-0.99, 99.0):
            move = _first(lambda moves, words=words, now=now: words(moves) != now, 0.0, end, PARTS)  # type: ignore[misc]
            found += [(name, move)] if move is not None else []
    return min(found, key=lambda pair: abs(pair[1]), default=None)


def on_corners(
    conditions: Sequence[Condition], bounds: Sequence[Interval], **moved: Any
) -> np.ndarray:
    """Return the verdicts on the corners of the box.

    Parameters
    ----------
    conditions : sequence of Condition
        What the sentence asks; all must hold.
    bounds : sequence of Interval
        Bounds of each, which tell whether an end is open.
    **moved : pair of arrays
        Ends of some inputs, as for `Quantity.corners`.

    Returns
    -------
    array of str
        One verdict for each pair of ends.
    """
    words = []
    for condition, known in zip(conditions, bounds, strict=True):
        quantity, true = condition.quantity, admissible(condition.operator, condition.threshold)
        inside = {n: ends for n, ends in moved.items() if n in quantity.inputs}
        lo, hi, least, most = map(_digits, (*quantity.corners(**inside), [true.lo], [true.hi]))  # type: ignore[union-attr]
        lo_open, hi_open = known.lo_open & (lo < hi), known.hi_open & (lo < hi)
        within = (lo > least) | (lo == least) & (lo_open >= true.lo_open)  # type: ignore[union-attr]
        within &= (hi < most) | (hi == most) & (hi_open >= true.hi_open)  # type: ignore[union-attr]
        apart = (hi < least) | (hi == least) & (hi_open | true.lo_open)  # type: ignore[union-attr]
        apart |= (lo > most) | (lo == most) & (lo_open | true.hi_open)  # type: ignore[union-attr]
        words.append(np.where(within, CERTAIN, np.where(apart, CONTRADICTED, CONSISTENT)))
    return np.array([all_of(parts) for parts in zip(*np.broadcast_arrays(*words), strict=True)])


def _digits(values: Any) -> np.ndarray:
    """Return numbers with twelve digits, so that ends which meet are equal."""
    return np.array([float(f"{float(value):.12g}") for value in values])


def flip_value(
    flips: Callable[[float], bool],
    default: float,
    domain: Interval,
    quick: Callable[[float], bool] | None = None,
) -> float | None:
    """Return the value of a parameter nearest its default at which a verdict changes.

    Parameters
    ----------
    flips : callable
        Whether the verdict at a value differs from the one at the default.
    default : float
        Value of the run.
    domain : Interval
        Allowed values; an excluded end is not tried.
    quick : callable, optional
        The same, cheaper and perhaps wrong: what it finds counts only once `flips` is true
        just beyond and false just before, and what it misses if `flips` is false at the end.

    Returns
    -------
    float or None
        Found by halving, and put on the simple fraction beside it if there is one: a value
        just this side of it and one just that side give different verdicts.
    """
    found = []
    for end, out in ((domain.lo, domain.lo_open), (domain.hi, domain.hi_open)):
        last = default + (float(end) - default) * (1 - 1e-6 * out)
        value = _first(_each(quick), default, last) if quick and not quick(default) else None
        near = NEAR * (last - default)
        sides = [last]
        if value is not None:
            way = sorted((default, last))
            sides = [min(max(value + side, way[0]), way[1]) for side in (-near, near)]
        if not quick or [flips(side) for side in sides] != [False, True][: len(sides)]:
            value = _first(_each(flips), default, last)
        found += [value] if value is not None else []
    nearest = min(found, key=lambda value: abs(value - default), default=None)
    if nearest is None:
        return None
    simple = float(Fraction(nearest).limit_denominator(1000))
    return simple if abs(simple - nearest) <= 1e-9 * (1 + abs(nearest)) else nearest


def _each(flips: Callable[[float], bool]) -> Callable[[np.ndarray], np.ndarray]:
    """Return a test of many values that asks for one after the other, up to the first hit."""

    def over(values: np.ndarray) -> np.ndarray:
        hit = next((i for i, value in enumerate(values) if flips(float(value))), len(values))
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
