"""From a printed figure to the interval of values that the print admits.

The rules: without a hedge, half a unit of the last printed digit on either side; after
"about", half a unit of the last digit that is not zero; "over", "under" and "nearly" open an
end at the printed number. A number printed as a word is exact, and a collective ("hundreds")
lies above one of its unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from .intervals import INF, NBSP, Interval, exact

HEDGES = {
    "about": ("approximately", "about", "around"),
    "over": ("just over", "more than", "over"),
    "under": ("less than", "under", "within"),
    "nearly": ("nearly", "almost"),
}
MULTIPLIERS = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
UNITS = {
    "usd": ("$", "us$", "usd", "dollars"),
    "share": ("%", "percent", "per cent"),
    "years": ("years",),
    "months": ("months", "month"),
    "km": ("km",),
    "persons": ("people", "students"),
    "count": ("countries",),
}
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {w: Fraction(i) for i, w in enumerate(_ONES)} | {
    w: Fraction(10 * i) for i, w in enumerate(_TENS, 2)
}
WORDS |= {"second": Fraction(2), "third": Fraction(3), "doubled": Fraction(2)}
PARTS = {"third": 3, "quarter": 4, "fifth": 5, "half": 2}
PARTS |= {part + "s": number for part, number in PARTS.items()}
SCALES = {"hundred": 100, "thousand": 1000}
COLLECTIVES = {"dozens": 12, "hundreds": 100, "thousands": 1000, "millions": 10**6}

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(st|nd|rd|th)?(?!\d)")
_FRACTION = re.compile(rf"\bhalf\b|\b(?:{'|'.join(_ONES)})[ -](?:{'|'.join(PARTS)})\b", re.I)


class PrintError(ValueError):
    """A printed token that the rules cannot read."""


@dataclass(frozen=True)
class Reading:
    """What a printed token says.

    Parameters
    ----------
    number : Fraction
        The printed number in its unit (shares as fractions of one, money in US dollars).
    unit : str
        `usd`, `share`, `persons`, `count`, `rank`, `times`, `years`, `months`, `km`, `index` or
        `percent_per_year`.
    hedge : str
        `none`, `about`, `over`, `under` or `nearly`.
    digit : Fraction
        Value of one unit of the last printed digit; 0 for a number in words.
    digit_nonzero : Fraction
        Value of one unit of the last digit that is not zero.
    """

    number: Fraction
    unit: str
    hedge: str
    digit: Fraction
    digit_nonzero: Fraction

    def interval(
        self, hedge_width: float = 1.0, nearly_frac: float = 0.1, *, strict: bool = False
    ) -> Interval:
        """Return every value that the token admits.

        Parameters
        ----------
        hedge_width : float
            Multiplies the half unit after "about"; 0.5 to 3.
        nearly_frac : float
            How far "nearly" reaches below the number, as a share of it; 0.02 to 0.5.
        strict : bool
            Ignore the hedge and read the last printed digit.

        Examples
        --------
        >>> read("approximately 7 billion dollars").interval()
        Interval([6.5e+09, 7.5e+09])
        >>> read("More than fifty percent").interval()
        Interval((0.5, 1])
        """
        top = Fraction(1) if self.unit == "share" else INF
        if not strict and self.hedge == "over":
            return Interval(self.number, top, lo_open=True)
        if not strict and self.hedge == "under":
            return Interval(0, self.number, hi_open=True)
        if not strict and self.hedge == "nearly":
            return Interval((1 - exact(nearly_frac)) * self.number, self.number, hi_open=True)
        half = self.digit / 2
        if not strict and self.hedge == "about":
            half = self.digit_nonzero / 2 * Fraction(exact(hedge_width))
        return Interval(max(Fraction(0), self.number - half), min(top, self.number + half))

    def rule(self, *, strict: bool = False) -> str:
        """Return in words by which rule the interval follows."""
        hedge = "none" if strict else self.hedge
        if hedge == "none" and self.digit == 0:
            return "a number in words is exact"
        return {
            "none": "half a unit of the last printed digit",
            "about": "half a unit of the last digit that is not zero",
            "over": "above the printed number",
            "under": "below the printed number",
            "nearly": "just below the printed number",
        }[hedge]


@cache
def read(printed: str, unit: str = "", multiplier: int = 1) -> Reading:
    """Read a printed token.

    Parameters
    ----------
    printed : str
        Hedge, number, multiplier and unit as they stand in the text, e.g. ``"over 90%"``.
    unit : str
        The unit, where it stands elsewhere in the text or table.
    multiplier : int
        The multiplier, where it stands elsewhere.

    Raises
    ------
    PrintError
        If a word is neither a hedge, a number, a multiplier nor a unit, or if the unit is
        missing or said twice.

    Examples
    --------
    >>> read("$413 thousand").interval()
    Interval([412500, 413500])
    """
    text = " ".join(printed.replace(NBSP, " ").split()).lower()
    hedge, text = _hedge(text)
    units, text = _take_units(text)
    percent = "share" in units and not _is_fraction(printed)
    words, text, scale = *_take_number(text, printed), multiplier
    for word in text.split():
        if word not in MULTIPLIERS:
            allowed = sorted({w for ws in HEDGES.values() for w in ws} | set(MULTIPLIERS))
            raise PrintError(
                f"{printed!r}: the word {word!r} is not known; allowed are hedges and "
                f"multipliers ({', '.join(allowed)}) and units"
            )
        scale *= MULTIPLIERS[word]
    if unit == "percent_per_year":
        units.discard("share")
    units |= {unit} - {""}
    if len(units) != 1:
        said = " and ".join(sorted(units)) or "none"
        raise PrintError(f"{printed!r}: exactly one unit is needed, found {said}")
    number, digit, nonzero = (part * scale for part in words)
    name = units.pop()
    if percent:
        number, digit, nonzero = number / 100, digit / 100, nonzero / 100
    if name == "share" and number > 1:
        raise PrintError(f"{printed!r}: a share cannot exceed 1")
    return Reading(number, name, hedge, digit, nonzero)


def _hedge(text: str) -> tuple[str, str]:
    for hedge, words in HEDGES.items():
        for word in words:
            if text.startswith(word + " "):
                return hedge, text[len(word) + 1 :]
    return "over" if text.partition(" ")[0] in COLLECTIVES else "none", text


def _is_fraction(printed: str) -> bool:
    return _FRACTION.search(printed) is not None


def _take_units(text: str) -> tuple[set[str], str]:
    found = set()
    if _is_fraction(text):
        found.add("share")
    for unit, words in UNITS.items():
        for word in sorted(words, key=len, reverse=True):
            pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])"
            if word in text and re.search(pattern, text):
                text, _ = re.subn(pattern, " ", text, count=1)
                found.add(unit)
    return found, text.strip()


def _take_number(text: str, printed: str) -> tuple[tuple[Fraction, Fraction, Fraction], str]:
    """Return number, unit of its last digit and of its last nonzero digit; and the rest."""
    match = _NUMBER.match(text)
    if match:
        whole, decimals = match[1].replace(",", ""), (match[2] or ".")[1:]
        digits, digit = whole + decimals, Fraction(1, 10 ** len(decimals))
        zeros = len(digits) - len(digits.rstrip("0")) if int(digits) else 0
        number = Fraction(f"{whole}.{decimals or 0}")
        return (number, digit, digit * 10**zeros), text[match.end() :].strip()
    number, rest = _take_words(text, printed)
    return (number, Fraction(0), Fraction(0)), rest


def _take_words(text: str, printed: str) -> tuple[Fraction, str]:
    """Return a number in words and the rest."""
    first, _, rest = text.replace("-", " ").partition(" ")
    part, _, tail = rest.partition(" ")
    if first == "half":
        return Fraction(1, 2), rest
    if first in COLLECTIVES:
        of, _, after = tail.partition(" ")
        if part == "of" and of in COLLECTIVES:
            return Fraction(COLLECTIVES[first] * COLLECTIVES[of]), after
        return Fraction(COLLECTIVES[first]), rest
    if first in WORDS:
        if part in PARTS:
            return WORDS[first] / PARTS[part], tail
        if part in WORDS and WORDS[first] >= 20 and WORDS[part] < 10:
            return WORDS[first] + WORDS[part], tail
        if part in SCALES:
            return WORDS[first] * SCALES[part], tail
        return WORDS[first], rest
    hedges = ", ".join(sorted(word for words in HEDGES.values() for word in words))
    what = f"{first!r} is neither a hedge nor a number; hedges are {hedges}"
    raise PrintError(f"{printed!r}: {what if first else 'there is no number'}")
