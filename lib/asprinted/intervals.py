"""Intervals with exact ends that may be open or unbounded, and how numbers are worded.

An interval here is an *identified set* (Manski 2003): every value that the print admits.
It is not a confidence interval and carries no probability. This is the only module that
turns a number or an interval into text.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .vocabulary import CURRENCIES

INF = math.inf
End = Any  # a Fraction, or a float for an infinite end

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
MOST_DIGITS = 3
NARROW = 0.02  # a range up to this part of its middle is said as "about" one number
FINE, COARSEST = (
    0.05,
    0.2,
)  # parts of itself that a rounded number may always, ever cover
ANY = (-INF, INF)
MONEY = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
# unit: factor, what stands before and after, least and greatest number as written
UNITS: dict[str, tuple[int, str, str, float, float]] = {
    "": (1, "", "", *ANY),
    "share": (100, "", "%", 0, 100),
    "ratio": (1, "", " times", 0, INF),
    "times": (1, "", " times", 0, INF),
    "points": (100, "", " points", *ANY),
    "percent": (100, "", "%", *ANY),
    "percent_per_year": (100, "", "% a year", *ANY),
    "usd": (1, "$", "", *ANY),
    "eur": (1, "€", "", *ANY),
    "gbp": (1, "£", "", *ANY),
    "jpy": (1, "¥", "", *ANY),
    "aud": (1, "A$", "", *ANY),
    "cny": (1, "", " yuan", *ANY),
    "rub": (1, "", " roubles", *ANY),
    "gwh": (1, "", " GWh", 0, INF),
    "km": (1, "", " km", 0, INF),
    "years": (1, "", " years", 0, INF),
    "months": (1, "", " months", 0, INF),
    "days": (1, "", " days", 0, INF),
    "persons": (1, "", " people", 0, INF),
    "count": (1, "", "", 0, INF),
    "rank": (1, "", "", 1, INF),
    "index": (1, "", "", *ANY),
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
        If the value is not a number; a percentage is told as the number to write.

    Examples
    --------
    >>> exact(0.1) + exact(0.7) == exact(0.8)
    True
    >>> exact(1 / 3)
    Fraction(1, 3)
    >>> exact("50%")
    Traceback (most recent call last):
    ...
    ValueError: '50%' is not a number; write 0.5
    """
    if isinstance(value, Fraction):
        return value
    if hasattr(value, "denominator"):
        return Fraction(int(value.numerator), int(value.denominator))
    text = str(value).strip()
    if text.lstrip("+-") in ("inf", "Infinity"):
        return float(text)
    try:
        decimal = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{value!r} is not a number{_instead(text)}") from None
    simple = decimal.limit_denominator(1000)
    return simple if isinstance(value, float) and float(simple) == value else decimal


def _instead(text: str) -> str:
    """Return how a percentage is written, as the end of a message, or nothing."""
    percent = text.removesuffix("%").strip()
    try:
        return f"; write {float(Fraction(percent) / 100)}" if percent != text else ""
    except (ValueError, ZeroDivisionError):
        return ""


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
        low = self.lo > other.lo or (
            self.lo == other.lo and other.lo_open <= self.lo_open
        )
        high = self.hi < other.hi or (
            self.hi == other.hi and other.hi_open <= self.hi_open
        )
        return low and high

    def meets(self, other: Interval) -> bool:
        """Whether the two intervals share a value."""
        pairs = ((self, other), (other, self))
        return not any(
            a.hi < b.lo or (a.hi == b.lo and (a.hi_open or b.lo_open)) for a, b in pairs
        )

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

    def __repr__(self) -> str:
        left, right = "(" if self.lo_open else "[", ")" if self.hi_open else "]"
        return f"Interval({left}{float(self.lo):g}, {float(self.hi):g}{right})"


def text(value: Any, unit: str = "", decimals: int | None = None) -> str:
    r"""Return a number or interval as a person says it.

    Parameters
    ----------
    value : Interval or number
        What is said; a number is exact.
    unit : str
        One of `UNITS`, or any other word, which is put behind the number.
    decimals : int, optional
        Digits behind the point; by default as many as the bounds agree on, at most three
        significant ones.

    Examples
    --------
    >>> text(Interval(0.205, 0.215), "share"), text(Interval(0.8333, 0.977), "share")
    ('21%', 'between 83% and 98%')
    >>> text(Interval(0.5, 1, lo_open=True), "share")
    'more than 50%'
    >>> text(Interval(6_250_000_000, 6_350_000_000), "usd")
    '$6.3\xa0billion'
    """
    interval, scale = _scaled(value, unit)
    lo, hi = interval.lo, interval.hi
    if lo == hi:
        return scale.word(lo, _digits_of_one(lo) if decimals is None else decimals)
    if hi == INF or hi == scale.most:
        if lo == -INF or (lo == scale.least and not interval.lo_open):
            return "any value"
        start = "more than" if interval.lo_open else "at least"
        return f"{start} {scale.word(*_outwards(lo, math.floor, decimals))}"
    if lo == -INF or lo == scale.least:
        start = "less than" if interval.hi_open else "at most"
        return f"{start} {scale.word(*_outwards(hi, math.ceil, decimals))}"
    agreed = _agreed(lo, hi) if decimals is None else (decimals, (lo + hi) / 2)
    if agreed:
        digits, said = agreed
        shown = digits if decimals is not None else min(digits, _digits_of_one(said))
        return scale.word(said, shown)
    middle = (lo + hi) / 2
    if hi - lo <= NARROW * abs(middle):
        return f"about {scale.word(middle, max(0, 1 - math.floor(math.log10(abs(middle)))))}"
    most = _digits_of_range(lo, hi)
    low, high = scale.pair(lo, hi, _fewest(lo, hi, most))
    return f"between {low} and {high}"


def bounds_text(value: Any, unit: str = "") -> str:
    """Return both ends in words, for a reader who asks what lies behind a number.

    Examples
    --------
    >>> bounds_text(Interval(0.5, 1, lo_open=True), "share")
    'above 50% to 100%'
    >>> bounds_text(Interval(0.205, 0.215), "share")
    '20.5% to 21.5%'
    """
    interval, scale = _scaled(value, unit)
    lo, hi = interval.lo, interval.hi
    above, below = "above " * interval.lo_open, "below " * interval.hi_open
    if lo == hi:
        digits = _digits_of_one(lo)
        return f"{'exactly ' if _whole(lo, digits) else ''}{scale.word(lo, digits)}"
    if lo == -INF and hi == INF:
        return "any value"
    if lo == -INF:
        return f"any value to {below}{scale.word(hi, _digits_of_one(hi))}"
    if hi == INF:
        return f"{above}{scale.word(lo, _digits_of_one(lo))}, no upper end"
    digits = _digits_of_bounds(lo, hi)
    if _rounded(lo, digits) == _rounded(hi, digits):
        return scale.word(lo, digits)
    step = Fraction(10) ** -digits
    low, high = math.floor(lo / step) * step, math.ceil(hi / step) * step
    said, other = scale.pair(low, high, digits)
    return f"{above}{said} to {below}{other}"


def short_text(value: Any, unit: str = "", decimals: int | None = None) -> str:
    """Return a numeral for a headline number: an open lower end becomes a sign.

    Examples
    --------
    >>> short_text(Interval(0.5, 1, lo_open=True), "share")
    '>50%'
    """
    said = text(value, unit, decimals)
    for words, sign in (("more than ", ">"), ("less than ", "<"), ("between ", "")):
        if said.startswith(words):
            said = sign + said.removeprefix(words).replace(" and ", " to ")
    return said


def number(value: End, decimals: int = 1) -> str:
    r"""Return a number as the pages print it: thousands comma, real minus sign.

    Examples
    --------
    >>> number(Fraction(-13245, 10), 1)
    '−1,324.5'
    """
    if abs(value) == INF:
        return "∞" if value == INF else f"{MINUS}∞"
    rounded = _rounded(value, decimals)
    return f"{float(rounded):,.{max(0, decimals)}f}".replace("-", MINUS)


@dataclass(frozen=True)
class _Scale:
    """How numbers of one unit and size are written."""

    before: str
    after: str
    least: float
    most: float

    def word(self, value: End, decimals: int) -> str:
        sign = MINUS if _rounded(value, decimals) < 0 else ""
        digits = number(abs(value), decimals)
        after = self.after.removesuffix("s") if digits == "1" else self.after
        return f"{sign}{self.before}{digits}{after}"

    def pair(self, lo: End, hi: End, decimals: int) -> tuple[str, str]:
        """Return both ends; a unit in words is said once."""
        low, high = self.word(lo, decimals), self.word(hi, decimals)
        _, blank, words = self.after.partition(NBSP)
        return low.removesuffix(blank + words), high


def _scaled(value: Any, unit: str) -> tuple[Interval, _Scale]:
    """Return a value in the unit in which it is written, and how to write it."""
    interval = value if isinstance(value, Interval) else Interval.point(value)
    code = unit.upper() if unit in CURRENCIES and len(unit) == 3 else unit
    after = f"{NBSP}{code}" if unit else ""
    factor, before, after, least, most = UNITS.get(unit, (1, "", after, *ANY))
    if unit == "ratio" and interval.hi <= 1:
        factor, before, after, least, most = UNITS["share"]
    size, ends = Fraction(factor), (abs(interval.lo), abs(interval.hi))
    if unit in (*CURRENCIES, "persons", "count"):
        for n, word in MONEY:
            if _scales(unit, n) and any(n <= end < INF for end in ends):
                size, after = Fraction(1, n), f"{NBSP}{word}{after}"
                break
    scale = _Scale(before, after.replace(" ", NBSP, 1), least, most)
    return interval.map(lambda end: end * size), scale


def _scales(unit: str, size: int) -> bool:
    """Whether numbers of this size are said with a word: people are counted in millions."""
    return unit in CURRENCIES or size >= 10**6


def _rounded(value: End, decimals: int) -> Fraction:
    """Return a number rounded half away from zero, as people round."""
    if value < 0:
        return -_rounded(-value, decimals)
    step = Fraction(10) ** -decimals
    return math.floor(exact(value) / step + Fraction(1, 2)) * step


def _whole(value: End, decimals: int) -> bool:
    """Whether so many decimals show a number as it is."""
    return bool(value == _rounded(value, decimals))


def _most_decimals(value: End) -> int:
    """Return how many decimals three significant digits leave; two below one."""
    digits = MOST_DIGITS if abs(value) >= 1 else MOST_DIGITS - 1
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def _digits_of_one(value: End) -> int:
    """Return the decimals of an exact number: what it has, at most three digits."""
    every = itertools.count()
    return next(d for d in every if _whole(value, d) or d == _most_decimals(value))


def _agreed(lo: End, hi: End) -> tuple[int, Fraction] | None:
    """Return the decimals to which every value rounds alike, and the number; None if none."""
    middle = (lo + hi) / 2
    if middle == 0:
        return None
    finest = _most_decimals(middle)
    for decimals in itertools.count(finest, -1):
        said, step = _rounded(middle, decimals), Fraction(10) ** -decimals
        if 2 * max(said - lo, hi - said) <= step:
            break
    fine = step <= FINE * abs(said)
    close = step <= 4 * (hi - lo) and step <= COARSEST * abs(said)
    return (decimals, said) if decimals == finest or fine or close else None


def _digits_of_range(lo: End, hi: End) -> int:
    return max(0, 1 - math.floor(math.log10(hi - lo)))


def _digits_of_bounds(lo: End, hi: End) -> int:
    """Return the decimals of both ends: one more than a sentence needs, four digits at most."""
    largest = math.floor(math.log10(max(abs(lo), abs(hi))))
    most = min(_digits_of_range(lo, hi) + 1, max(0, MOST_DIGITS - largest))
    return _fewest(lo, hi, most)


def _fewest(lo: End, hi: End, most: int) -> int:
    """Return the fewest decimals that show both ends as they are, or the most allowed."""
    every = itertools.count()
    return next(d for d in every if d == most or (_whole(lo, d) and _whole(hi, d)))


def _outwards(
    end: End, towards: Callable[[Any], int], decimals: int | None
) -> tuple[Fraction, int]:
    """Return a single bound rounded so that it never claims more, with its decimals."""
    if decimals is None:
        decimals = _digits_of_one(end)
        if not _whole(end, decimals):
            decimals = max(0, 1 - math.floor(math.log10(abs(end))))
    step = Fraction(10) ** -decimals
    return towards(end / step) * step, decimals
