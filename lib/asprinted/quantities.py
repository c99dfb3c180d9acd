"""Quantities: exact rational functions of printed figures, and their tight joint bounds.

A quantity remembers which figures it is made of. A figure that occurs twice (the numerator of
a share stands in its denominator) is one unknown, not two, so the bounds are those of the
joint box of the figures.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Any

import numpy as np

from . import boxes
from .boxes import Undefined
from .intervals import Interval, bounds_text, exact, text

FAR = 1e12  # stands for an end without limit where floats are enough


class Missing(LookupError):
    """An input has no printed support."""


class UnitError(TypeError):
    """Two quantities whose units do not go together."""


class Floats(dict[str, Any]):
    """Values of the inputs in floats, so that constants are floats, too."""


@dataclass(frozen=True, eq=False)
class Quantity:
    """A rational function of named inputs.

    Comparing two quantities, or one with a number, makes a :class:`Condition`, which is
    judged on the bounds: it may hold for all values, for some, or for none.

    Parameters
    ----------
    inputs : mapping of str to Interval or None
        What is known of each input; None where nothing is printed.
    rule : callable
        From a mapping of input values to the value of the quantity.
    unit : str
        Unit of the value, as in `figures.csv`; empty for a pure number.
    units : mapping of str to str
        Units of the inputs, so that what would decide a comparison can be shown in its own.

    Examples
    --------
    >>> a, r = known("a", Interval(1, 2)), known("r", Interval(1, 2))
    >>> (a / (a + r)).bounds()
    Interval([0.333333, 0.666667])
    >>> (a - a).bounds()
    Interval([0, 0])
    """

    inputs: Mapping[str, Interval | None]
    rule: Callable[[Mapping[str, Any]], Any]
    unit: str = ""
    parts: tuple[Quantity, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def bounds(self) -> Interval:
        """Return the identified set of the quantity.

        Raises
        ------
        Missing
            If an input is not printed.
        Undefined
            If a denominator can be zero.
        """
        missing = [name for name, known in self.inputs.items() if known is None]
        if missing:
            raise Missing(", ".join(missing))
        return self._bounds

    @cached_property
    def _bounds(self) -> Interval:
        if self.parts:
            return reduce(Interval.plus, (part.bounds() for part in self.parts))
        return boxes.bounds(self.inputs, self.rule)  # type: ignore[arg-type]

    @property
    def known_bounds(self) -> Interval | None:
        """The identified set; None if an input is not printed or a denominator can be zero."""
        try:
            return self.bounds()
        except (Missing, Undefined):
            return None

    def at(self, **values: Any) -> Quantity:
        """Return the quantity with some inputs put in place of what is printed.

        Parameters
        ----------
        **values : Interval, None, int, float or Fraction
            By input name; None declares the input unknown.
        """
        new = {
            name: value if isinstance(value, Interval | None) else Interval.point(value)
            for name, value in values.items()
            if name in self.inputs
        }
        if not new:
            return self
        parts = tuple(part.at(**new) for part in self.parts)
        return replace(self, inputs={**self.inputs, **new}, parts=parts)

    def as_unit(self, unit: str) -> Quantity:
        """Return the same quantity under another unit name."""
        return replace(self, unit=unit)

    def corners(self, **moved: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds in floats from the corners of the box alone, with some inputs moved.

        Fast, and equal to `bounds` up to rounding where the quantity is monotone.

        Parameters
        ----------
        **moved : pair of float, or of arrays of the same length
            Lower and upper ends by input name; bounds are returned for each pair of ends.
        """
        moved = {name: ends for name, ends in moved.items() if name in self.inputs}
        return self._at_corners(moved) if moved else self._corners

    @cached_property
    def _corners(self) -> tuple[np.ndarray, np.ndarray]:
        return self._at_corners({})

    def _at_corners(self, moved: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """Return the corners of a sum part by part, else those of the whole box."""
        if not self.parts:
            return self._on_grid(moved)
        place, lows, highs = self._by_part
        touched = list({place[name] for name in moved})
        low, high = (
            np.delete(ends, touched).sum(keepdims=True) for ends in (lows, highs)
        )
        for part in (self.parts[i] for i in touched):
            own = part.corners(**moved)
            low, high = low + own[0], high + own[1]
        return low, high

    @cached_property
    def _by_part(self) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
        """Return the part of a sum in which each input stands, and the bounds of all."""
        place = {name: i for i, part in enumerate(self.parts) for name in part.inputs}
        lows, highs = zip(*(part.corners() for part in self.parts), strict=True)
        return place, np.concatenate(lows), np.concatenate(highs)

    def _on_grid(self, moved: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and the greatest value on all corners of the box."""
        at = Floats()
        for i, (name, known) in enumerate(self.inputs.items()):
            ends = moved.get(name) or (float(known.lo), float(known.hi))  # type: ignore[union-attr]
            lo, hi = (np.asarray(end, dtype=float) for end in ends)
            if (lo != hi).any():
                sides = [lo, np.minimum(hi, FAR * (1 + abs(lo)))]
            else:
                sides = [lo]
            at[name] = np.reshape(sides, [len(sides), *[1] * i, lo.size])
        with np.errstate(all="ignore"):
            values = np.atleast_1d(np.asarray(self.rule(at), dtype=float))
        grid = tuple(range(values.ndim - 1))
        return np.nanmin(values, axis=grid), np.nanmax(values, axis=grid)

    @property
    def corner_count(self) -> int:
        """How many corners of the box have to be looked at; those of a sum, part by part."""
        if self.parts:
            return max(part.corner_count for part in self.parts)
        return 2 ** sum(
            known is None or known.width > 0 for known in self.inputs.values()
        )

    @property
    def point(self) -> float | None:
        """Value at the printed numbers (interval middles); None if one is not printed."""
        if any(known is None for known in self.inputs.values()):
            return None
        middles = {name: known.middle for name, known in self.inputs.items() if known}
        try:
            return float(self.rule(middles))
        except ZeroDivisionError:
            return None

    def __float__(self) -> float:
        bounds = self.bounds()
        if bounds.lo != bounds.hi:
            raise TypeError(
                f"{self} is a range, not one number; use .point or .bounds()"
            )
        return float(bounds.lo)

    def __str__(self) -> str:
        bounds = self.known_bounds
        return "not printed" if bounds is None else text(bounds, self.unit)

    def __repr__(self) -> str:
        bounds = self.known_bounds
        behind = "" if bounds is None else f" ({bounds_text(bounds, self.unit)})"
        return f"{self}{behind}"

    def __add__(self, other: Any) -> Quantity:
        other = other if isinstance(other, Quantity) else constant(other)
        whole = _combine(self, other, operator.add, _same_unit(self, other, "add"))
        apart = not set(self.inputs) & set(other.inputs)
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return replace(whole, parts=parts if apart else ())

    __radd__ = __add__

    def __sub__(self, other: Any) -> Quantity:
        other = other if isinstance(other, Quantity) else constant(other)
        _same_unit(self, other, "subtract")
        return self + -other

    def __rsub__(self, other: Any) -> Quantity:
        return -self + other

    def __mul__(self, other: Any) -> Quantity:
        other = other if isinstance(other, Quantity) else constant(other)
        return _combine(self, other, operator.mul, _product_unit(self, other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Quantity:
        other = other if isinstance(other, Quantity) else constant(other)
        return _combine(self, other, operator.truediv, _ratio_unit(self, other))

    def __rtruediv__(self, other: Any) -> Quantity:
        return constant(other) / self

    def __pow__(self, power: int) -> Quantity:
        rule = self.rule
        return replace(self, rule=lambda v: rule(v) ** power, parts=())

    def __neg__(self) -> Quantity:
        return self._negative

    @cached_property
    def _negative(self) -> Quantity:
        rule, parts = self.rule, tuple(-part for part in self.parts)
        return replace(self, rule=lambda v: -rule(v), parts=parts)

    def __gt__(self, other: Any) -> Condition:
        return Condition(self, "gt", _threshold(self, other))

    def __ge__(self, other: Any) -> Condition:
        return Condition(self, "ge", _threshold(self, other))

    def __lt__(self, other: Any) -> Condition:
        return Condition(self, "lt", _threshold(self, other))

    def __le__(self, other: Any) -> Condition:
        return Condition(self, "le", _threshold(self, other))

    def __eq__(self, other: object) -> bool:
        raise TypeError(
            "bounds cannot be compared with ==; use >, >=, <, <= or .bounds()"
        )

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False)
class Condition:
    """A quantity compared with another or with a number: what a sentence asks.

    Parameters
    ----------
    quantity, threshold : Quantity
        What is compared, in one unit.
    operator : str
        gt, ge, lt or le.
    words : str
        A condition in words on which the verdict depends, such as "if it counts money".
    label : str
        What this part of a conjunction is about.
    """

    quantity: Quantity
    operator: str
    threshold: Quantity
    words: str = ""
    label: str = ""

    @cached_property
    def margin(self) -> Quantity:
        """By how much the condition holds: positive where it does."""
        ahead = self.operator in ("gt", "ge")
        first, second = self.quantity, self.threshold
        return first - second if ahead else second - first

    @property
    def strict(self) -> bool:
        """Whether equal values fail."""
        return self.operator in ("gt", "lt")

    def at(self, **values: Any) -> Condition:
        """Return the condition with some inputs put in place of what is printed."""
        quantity, threshold = self.quantity.at(**values), self.threshold.at(**values)
        return replace(self, quantity=quantity, threshold=threshold)

    def given(self, words: str) -> Condition:
        """Return the condition under an assumption in words."""
        return replace(self, words=words)

    def named(self, label: str) -> Condition:
        """Return the condition with what it is about, for a list of parts."""
        return replace(self, label=label)

    def __and__(self, other: Condition | Conjunction) -> Conjunction:
        return Conjunction((self,), self.words) & other

    def __bool__(self) -> bool:
        raise TypeError(
            "a condition has three answers: judge it, or ask ap.ask(condition)"
        )


@dataclass(frozen=True, eq=False)
class Conjunction:
    """Conditions that must hold together, on the common box of their inputs."""

    parts: tuple[Condition, ...]
    words: str = ""

    def given(self, words: str) -> Conjunction:
        """Return the conjunction under an assumption in words."""
        return replace(self, words=words)

    def at(self, **values: Any) -> Conjunction:
        """Return the conjunction with some inputs put in place of what is printed."""
        return replace(self, parts=tuple(part.at(**values) for part in self.parts))

    def __and__(self, other: Condition | Conjunction) -> Conjunction:
        more = other.parts if isinstance(other, Conjunction) else (other,)
        given = dict.fromkeys(filter(None, (self.words, other.words)))
        return Conjunction(self.parts + more, " and ".join(given))

    def __bool__(self) -> bool:
        raise TypeError(
            "a condition has three answers: judge it, or ask ap.ask(condition)"
        )


def known(name: str, value: Any, unit: str = "") -> Quantity:
    """Return a named input: a printed figure, or an assumption of one's own.

    Parameters
    ----------
    name : str
        Name of the input; an input that occurs twice is one unknown.
    value : Interval or number
        What is known of it.
    unit : str
        Its unit.
    """
    interval = value if isinstance(value, Interval) else Interval.point(value)
    return Quantity({name: interval}, lambda v: v[name], unit, units={name: unit})


def unknown(name: str, unit: str = "") -> Quantity:
    """Return an input of which nothing is printed."""
    return Quantity({name: None}, lambda v: v[name], unit, units={name: unit})


def constant(value: Any) -> Quantity:
    """Return an exact number as a quantity without inputs."""
    number = exact(value)
    return Quantity({}, lambda v: float(number) if isinstance(v, Floats) else number)


def total(parts: Iterable[Quantity]) -> Quantity:
    """Return the sum of several quantities, halves first: no sum is too long for it."""
    found = list(parts)
    half = len(found) // 2
    return total(found[:half]) + total(found[half:]) if half else found[0]


def _combine(
    a: Quantity, b: Quantity, operation: Callable[[Any, Any], Any], unit: str
) -> Quantity:
    clash = [n for n in a.inputs if n in b.inputs and a.inputs[n] != b.inputs[n]]
    if clash:
        raise ValueError(f"{clash[0]} has two different intervals in one expression")
    f, g = a.rule, b.rule
    both, units = {**a.inputs, **b.inputs}, {**a.units, **b.units}
    return Quantity(both, lambda v: operation(f(v), g(v)), unit, units=units)


# --- units: what may be added, compared, multiplied -------------------------------------------

PURE = ("", "ratio", "times", "share", "points", "percent", "index")


def _same_unit(a: Quantity, b: Quantity, verb: str) -> str:
    """Return the unit of a sum; a plain number takes the unit of the other side."""
    if a.unit == b.unit or not b.inputs:
        return a.unit
    if not a.inputs:
        return b.unit
    if a.unit in PURE and b.unit in PURE:
        return next((u for u in (a.unit, b.unit) if u not in ("", "ratio")), "ratio")
    raise UnitError(
        f"cannot {verb} {a.unit or 'a pure number'} and {b.unit or 'a pure number'}"
    )


def _product_unit(a: Quantity, b: Quantity) -> str:
    units = [q.unit for q in (a, b) if q.unit not in PURE]
    if len(units) == 1:
        return units[0]
    if units:
        return ""
    return (
        a.unit
        if a.unit == b.unit or not b.inputs
        else b.unit
        if not a.inputs
        else "ratio"
    )


def _ratio_unit(a: Quantity, b: Quantity) -> str:
    if not b.inputs or (b.unit in PURE and a.unit not in PURE):
        return a.unit
    return "ratio" if a.unit == b.unit or (a.unit in PURE and b.unit in PURE) else ""


def _threshold(quantity: Quantity, other: Any) -> Quantity:
    """Return the other side of a comparison as a quantity of the same unit."""
    threshold = other if isinstance(other, Quantity) else constant(other)
    _same_unit(quantity, threshold, "compare")
    if not threshold.inputs and quantity.unit == "share":
        value = float(threshold)
        if not 0 <= value <= 1:
            raise UnitError(
                f"a share lies between 0 and 1, so it cannot be compared with {value:g}; "
                f"did you mean {value / 100:g}?"
            )
    return replace(threshold, unit=threshold.unit or quantity.unit)
