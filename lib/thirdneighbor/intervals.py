"""Intervals with exact ends that may be open or unbounded.

An interval here is an *identified set* (Manski 2003): every value that the print admits.
It is not a confidence interval and carries no probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

INF = math.inf
End = Any  # a Fraction, or a float for an infinite end

NBSP = "\N{NO-BREAK SPACE}"
ABOUT = "≈" + NBSP
SCALES = ((10**9, "bn"), (10**6, "M"), (10**3, "K"))
SUFFIX = {
    "percent_per_year": "% a year",
    "km": " km",
    "years": " years",
    "points": " points",
    "months": " months",
    "times": " times",
}


def exact(value: Any) -> End:
    """Return a number exactly as it is meant.

    Parameters
    ----------
    value : int, float, str or Fraction
        A float is the simplest fraction (denominator up to 1,000) that is this very float, so
        0.1 is one tenth and 1 / 3 is one third; failing that, its shortest decimal.

    Returns
    -------
    Fraction, or float for plus and minus infinity

    Raises
    ------
    ValueError
        If the value is not a number.

    Examples
    --------
    >>> exact(0.1) + exact(0.7) == exact(0.8)
    True
    >>> exact(1 / 3)
    Fraction(1, 3)
    """
    if isinstance(value, Fraction):
        return value
    if hasattr(value, "numerator") and hasattr(value, "denominator"):
        return Fraction(int(value.numerator), int(value.denominator))
    text = str(value).strip()
    if text.lstrip("+-") in ("inf", "Infinity"):
        return float(text)
    decimal = Fraction(text)
    simple = decimal.limit_denominator(1000)
    return simple if isinstance(value, float) and float(simple) == value else decimal


@dataclass(frozen=True)
class Interval:
    """All values between two ends.

    Parameters
    ----------
    lo, hi : Fraction or float
        Ends; exact rationals, or minus and plus infinity.
    lo_open, hi_open : bool
        Whether the end itself is excluded. An infinite end is always open.

    Raises
    ------
    ValueError
        If no number lies between the ends.

    Examples
    --------
    >>> Interval(0.5, 1, lo_open=True)
    Interval((0.5, 1])
    """

    lo: End
    hi: End
    lo_open: bool = False
    hi_open: bool = False

    def __post_init__(self) -> None:
        for name in ("lo", "hi"):
            object.__setattr__(self, name, exact(getattr(self, name)))
        object.__setattr__(self, "lo_open", self.lo_open or self.lo == -INF)
        object.__setattr__(self, "hi_open", self.hi_open or self.hi == INF)
        if self.lo > self.hi or (self.lo == self.hi and (self.lo_open or self.hi_open)):
            raise ValueError(f"an interval from {self.lo} to {self.hi} holds no number")

    @classmethod
    def point(cls, value: Any) -> Interval:
        """Return the interval that holds one number."""
        return cls(exact(value), exact(value))

    @property
    def width(self) -> End:
        """Distance between the ends."""
        return self.hi - self.lo

    @property
    def middle(self) -> End:
        """A representative value: the midpoint, or the finite end of an unbounded interval."""
        if self.lo == -INF or self.hi == INF:
            return self.hi if self.lo == -INF else self.lo
        return (self.lo + self.hi) / 2

    def __contains__(self, value: Any) -> bool:
        number = exact(value)
        above = number > self.lo or (number == self.lo and not self.lo_open)
        below = number < self.hi or (number == self.hi and not self.hi_open)
        return above and below

    def within(self, other: Interval) -> bool:
        """Whether every value of this interval lies in the other."""
        low = self.lo > other.lo or (self.lo == other.lo and other.lo_open <= self.lo_open)
        high = self.hi < other.hi or (self.hi == other.hi and other.hi_open <= self.hi_open)
        return low and high

    def meets(self, other: Interval) -> bool:
        """Whether the two intervals share a value."""
        for a, b in ((self, other), (other, self)):
            if a.hi < b.lo or (a.hi == b.lo and (a.hi_open or b.lo_open)):
                return False
        return True

    def plus(self, other: Interval) -> Interval:
        """Return the sums of a value of each, where neither depends on the other."""
        opens = self.lo_open or other.lo_open, self.hi_open or other.hi_open
        return Interval(self.lo + other.lo, self.hi + other.hi, *opens)

    def map(self, rule: Callable[[End], Any], *, falling: bool = False) -> Interval:
        """Return the image under a strictly monotone function.

        Parameters
        ----------
        rule : callable
            Rising function of one number; set `falling` if it falls.
        """
        lo, hi = rule(self.lo), rule(self.hi)
        if falling:
            return Interval(hi, lo, self.hi_open, self.lo_open)
        return Interval(lo, hi, self.lo_open, self.hi_open)

    def shown(self, unit: str = "") -> str:
        r"""Return the bracket form: square brackets closed, round brackets open.

        Five digits at most; ends that agree in them are shown as one number, with a sign that
        it is not exact unless it is.

        Examples
        --------
        >>> Interval(0.5, 1, lo_open=True).shown("share")
        '(50,\xa0100]%'
        >>> Interval.point(4).shown(), Interval.point(Fraction(1, 3)).shown()
        ('4', '≈\xa00.333')
        """
        factor, suffix = self._scale(unit)
        digits = self._decimals(factor)
        low, high = (number(end * factor, digits) for end in (self.lo, self.hi))
        left, right = "(" if self.lo_open else "[", ")" if self.hi_open else "]"
        if low == high:
            return f"{'' if self._is_printed(factor) else ABOUT}{low}{suffix}"
        return f"{left}{low},{NBSP}{high}{right}{suffix}"

    def spoken(self, unit: str = "") -> str:
        """Return the interval in words, for a reader who hears it.

        Examples
        --------
        >>> Interval(0.5, 1, lo_open=True).spoken("share")
        'above 50% to 100%'
        """
        factor, suffix = self._scale(unit)
        digits = self._decimals(factor)
        low, high = (number(end * factor, digits) + suffix for end in (self.lo, self.hi))
        if low == high:
            return f"{'exactly' if self._is_printed(factor) else 'about'} {low}"
        start = "any value" if self.lo == -INF else f"{'above' if self.lo_open else 'from'} {low}"
        end = "without limit" if self.hi == INF else f"to {'below ' if self.hi_open else ''}{high}"
        return f"{start} {end}"

    def __format__(self, unit: str) -> str:
        return self.shown(unit)

    def __repr__(self) -> str:
        left, right = "(" if self.lo_open else "[", ")" if self.hi_open else "]"
        return f"Interval({left}{float(self.lo):g}, {float(self.hi):g}{right})"

    def _scale(self, unit: str) -> tuple[Fraction, str]:
        if unit in ("share", "percent_per_year"):
            return Fraction(100), SUFFIX.get(unit, "%")
        largest = max((abs(e) for e in (self.lo, self.hi) if abs(e) != INF), default=0)
        if unit == "usd":
            for size, letter in SCALES:
                if largest >= size:
                    return Fraction(1, size), f"{NBSP}{letter}{NBSP}USD"
        return Fraction(1), f"{NBSP}USD" if unit == "usd" else SUFFIX.get(unit, "")

    def _is_printed(self, factor: Fraction) -> bool:
        """Whether the interval is one number, and the digits shown are all of it."""
        value = self.lo * factor
        return not self.width and round(value, self._decimals(factor)) == value

    def _decimals(self, factor: Fraction) -> int:
        ends = [e * factor for e in (self.lo, self.hi) if abs(e) != INF]
        if all(e.denominator == 1 for e in ends if isinstance(e, Fraction)):
            return 0
        width = self.width * factor
        if width in (0, INF):
            return 1 if max(abs(e) for e in ends) >= 10 else 3
        wanted = max(0, 2 - math.floor(math.log10(width)))
        return min(wanted, max(0, 4 - math.floor(math.log10(max(abs(e) for e in ends)))))


def number(value: End, decimals: int = 1) -> str:
    """Return a number as the pages print it: thousands comma, real minus sign.

    Examples
    --------
    >>> number(Fraction(-13245, 10), 1)
    '−1,324.5'
    """
    if abs(value) == INF:
        return "∞" if value > 0 else "−∞"
    return f"{float(value):,.{decimals}f}".replace("-", "−")
