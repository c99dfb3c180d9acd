"""From a printed figure to the interval of values that the print admits.

The tables below are the whole vocabulary. Without a hedge, half a unit of the last printed
digit lies on either side; after "about", half a unit of the last digit that is not zero.
"Over" and "under" exclude the printed number, "at least" and "up to" include it, "nearly"
lies just below it. A number in words is exact. A token with any piece that the tables do not
know is refused: an unreadable piece makes the whole unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from .intervals import INF, Interval, exact

HEDGES = {
    "about": (
        *("approximately", "about", "around", "some", "roughly", "close to", "circa"),
        *("c.", "ca.", "~"),
    ),
    "over": (
        *("just over", "more than", "over", "above", "exceeding", "in excess of"),
        *("upwards of", "greater than"),
    ),
    "at_least": (
        *("at least", "not less than", "no less than", "no fewer than"),
        *("not fewer than", "not under", "not below", "a minimum of"),
    ),
    "under": ("less than", "fewer than", "under", "within", "below"),
    "at_most": (
        *("at most", "up to", "no more than", "not more than", "not over", "not above"),
        *("not exceeding", "as much as", "as many as", "a maximum of"),
    ),
    "nearly": ("nearly", "almost", "just under", "just below"),
}
MULTIPLIERS = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million"), 10**6),
    **dict.fromkeys(("bn", "bln", "mrd", "billion"), 10**9),
    **dict.fromkeys(("tn", "trn", "trillion"), 10**12),
}
UNITS = {
    "points": ("percentage points", "percentage point"),
    "share": ("%", "percent", "per cent"),
    "aud": ("a$",),
    "usd": ("us$", "$", "usd", "dollars"),
    "eur": ("€", "eur", "euros", "euro"),
    "gbp": ("£", "gbp", "pounds"),
    "jpy": ("¥", "jpy", "yen"),
    "cny": ("yuan", "renminbi", "rmb", "cny"),
    "rub": ("roubles", "rubles"),
    "years": ("years", "year"),
    "months": ("months", "month"),
    "km": ("km", "kilometres", "kilometers"),
    "persons": ("people", "students", "persons"),
    "count": ("countries", "states"),
    "times": ("times", "times as much", "times as many"),
}
_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: i for i, word in enumerate(_SMALL)}
NUMBERS |= {word: 10 * i for i, word in enumerate(_TENS, 2)}
RANKS = {"second": 2, "third": 3}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7}
PARTS |= {"eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100}
PARTS |= {f"{part}s": number for part, number in PARTS.items()} | {"halves": 2}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
GROWTH: dict[str, Fraction | int] = {
    "halved": Fraction(1, 2),
    "doubled": 2,
    "tripled": 3,
    "trebled": 3,
    "quadrupled": 4,
}
COLLECTIVES = {"dozens": 12, "hundreds": 100, "thousands": 1000, "millions": 10**6}
LETTERS = {"−": "-", "–": "-", "—": "-", "\N{SOFT HYPHEN}": ""}

_DIGITS = re.compile(
    r"(?P<commas>\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?![\d,])"
    r"|(?P<blanks>\d{1,3}(?: \d{3})+(?:[.,]\d+)?)(?![\d,.])"
    r"|(?P<points>\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+)(?![\d,.])"
    r"|(?P<comma>\d+,\d{1,2})(?![\d,.])"
    r"|(?P<plain>\d+(?:\.\d+)?)(?![\d,]|\.\d)"
)
_RANGE = re.compile(
    r"(?:between (.+?) and|from (.+?) to|(.+?) to|(.*?\d\S*?) ?-) ?(?!fold)(?=\S)(.+)"
)
_ORDINAL = re.compile(r"\A(?:st|nd|rd|th)\b")


class PrintError(ValueError):
    """A printed token that the rules cannot read."""


@dataclass(frozen=True)
class Reading:
    """What a printed token says.

    Parameters
    ----------
    number : Fraction
        The printed number in its unit: shares as fractions of one, money in its currency.
    unit : str
        A key of `UNITS`, or another unit that stands elsewhere: rank, index,
        percent_per_year ...
    hedge : str
        none, or a key of `HEDGES`.
    digit : Fraction
        Value of one unit of the last printed digit; 0 for a number in words.
    digit_nonzero : Fraction
        Value of one unit of the last digit that is not zero.
    last : Fraction, optional
        Second number of a printed range.
    """

    number: Fraction
    unit: str
    hedge: str
    digit: Fraction
    digit_nonzero: Fraction
    last: Fraction | None = None

    def interval(
        self,
        hedge_width: float = 1.0,
        nearly_frac: float = 0.1,
        *,
        strict: bool = False,
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
        >>> read("not less than 40 per cent").interval()
        Interval([0.4, 1])
        """
        hedge = "none" if strict else self.hedge
        whole = self.number < 1 or (self.number == 1 and hedge != "over")
        top = Fraction(1) if self.unit == "share" and whole else INF
        least = Fraction(0) if self.number >= 0 else -INF
        if hedge in ("over", "at_least"):
            return Interval(self.number, top, lo_open=hedge == "over")
        if hedge in ("under", "at_most"):
            return Interval(least, self.number, hi_open=hedge == "under")
        if hedge == "nearly":
            below = (1 - exact(nearly_frac)) * self.number
            return Interval(below, self.number, hi_open=True)
        half = self.digit / 2
        if hedge == "about":
            half = self.digit_nonzero / 2 * Fraction(exact(hedge_width))
        last = self.number if self.last is None else self.last
        return Interval(max(least, self.number - half), min(top, last + half))

    def rule(self, *, strict: bool = False) -> str:
        """Return in words by which rule the interval follows."""
        hedge = "none" if strict else self.hedge
        if hedge == "none" and self.last is not None:
            return "from the first number to the second, half a unit wider at each end"
        if hedge == "none" and self.digit == 0:
            return "a number in words is exact"
        return {
            "none": "half a unit of the last printed digit",
            "about": "half a unit of the last digit that is not zero",
            "over": "above the printed number",
            "at_least": "the printed number or above",
            "under": "below the printed number",
            "at_most": "the printed number or below",
            "nearly": "just below the printed number",
        }[hedge]


@dataclass(frozen=True)
class _Amount:
    """A number with the values of its last digit and of its last digit that is not zero."""

    number: Fraction
    digit: Fraction
    nonzero: Fraction
    unit: str = ""

    def times(self, factor: Fraction | int) -> _Amount:
        size = abs(Fraction(factor))
        scaled = (
            self.number * factor,
            self.digit * size,
            self.nonzero * size,
        )
        return _Amount(*scaled, self.unit)


@cache
def read(printed: str, unit: str = "", multiplier: int = 1) -> Reading:
    """Read a printed token.

    Parameters
    ----------
    printed : str
        Hedge, number, multiplier and unit as they stand in the text: ``"over 90%"``. A range
        ("between 5 and 7 per cent", "$1.2-1.5 million") counts as one token.
    unit : str
        The unit, where it stands elsewhere in the text or table.
    multiplier : int
        The multiplier, where it stands elsewhere.

    Raises
    ------
    PrintError
        If a piece is neither a hedge, a number, a multiplier nor a unit, or if the unit is
        missing or said twice.

    Examples
    --------
    >>> read("$413 thousand").interval()
    Interval([412500, 413500])
    >>> read("between 5 and 7 per cent").interval()
    Interval([0.045, 0.075])
    """
    hedge, text = _hedge(_plain(printed))
    units, text = _take_units(text)
    first, last = _amounts(text, printed)
    part = first.unit
    percent = bool(units & {"share", "points"})
    units |= {part} if part and not (percent and part == "share") else set()
    if unit == "percent_per_year":
        units.discard("share")
    units |= {unit} - {""}
    if len(units) != 1:
        said = " and ".join(sorted(units)) or "none"
        raise PrintError(f"{printed!r}: exactly one unit is needed, found {said}")
    scale = Fraction(multiplier, 100 if percent else 1)
    first, last = first.times(scale), last and last.times(scale)
    if last and (last.number <= first.number or hedge not in ("none", "about")):
        raise PrintError(f"{printed!r}: the range cannot be read")
    name, second = units.pop(), last.number if last else None
    if name == "points" and not percent:
        first = first.times(Fraction(1, 100))
    return Reading(first.number, name, hedge, first.digit, first.nonzero, second)


def _plain(printed: str) -> str:
    """Return a token in small letters, with plain blanks and hyphens."""
    plain = "".join(LETTERS.get(letter, letter) for letter in printed)
    return " ".join(plain.split()).lower()


def _hedge(text: str) -> tuple[str, str]:
    """Return the hedge and the rest; the longest phrase counts, so that none is inverted."""
    phrases = [(phrase, hedge) for hedge, words in HEDGES.items() for phrase in words]
    for phrase, hedge in sorted(phrases, key=lambda pair: -len(pair[0])):
        if text.startswith(phrase) and re.match(r"[\s\d$€£¥-]", text[len(phrase) :]):
            return hedge, text[len(phrase) :].strip()
    return "over" if text.partition(" ")[0] in COLLECTIVES else "none", text


def _take_units(text: str) -> tuple[set[str], str]:
    """Return the units that stand in a token, and what is left of it."""
    found = set()
    for unit, words in UNITS.items():
        for word in sorted(words, key=len, reverse=True):
            if word in text:
                pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])"
                text, count = re.subn(pattern, " ", text)
                found |= {unit} if count else set()
    return found, " ".join(text.split())


def _amounts(text: str, printed: str) -> tuple[_Amount, _Amount | None]:
    """Return the number of a token, or the two of a range."""
    match = _RANGE.fullmatch(text)
    if match:
        before = next(part for part in match.groups()[:4] if part is not None)
        last, scaled = _amount(match[5], printed)
        first, own = _amount(before, printed)
        factor = scaled if own == 1 and scaled != 1 else 1
        return first.times(factor), last
    return _amount(text, printed)[0], None


def _amount(text: str, printed: str) -> tuple[_Amount, int]:
    """Return a number with its multipliers worked in, and what they come to."""
    negative = re.match(r"(?:-|minus) ?", text)
    text = text[negative.end() :] if negative else text
    amount, rest = _number(text, printed)
    scale = 1
    for word in rest.replace("-", " ").split():
        if word in ("a", "of"):
            continue
        if word not in MULTIPLIERS:
            raise PrintError(f"{printed!r}: the word {word!r} is not known; {_known()}")
        scale *= MULTIPLIERS[word]
    if amount.unit == "share" and scale > 1:  # half a million is a number, no share
        amount = replace(amount, unit="")
    return amount.times(-scale if negative else scale), scale


def _number(text: str, printed: str) -> tuple[_Amount, str]:
    """Return the number at the start of a token, in digits or words, and the rest."""
    match = _DIGITS.match(text)
    if match:
        rest = _ORDINAL.sub("", text[match.end() :], count=1).strip()
        amount = _of_digits(str(match.lastgroup), match[0])
        if re.match(r"-?fold\b", rest):
            rest = re.sub(r"^-?fold\b", "", rest).strip()
            return replace(amount, unit="times"), rest
        return amount, rest
    if text[:1].isdigit():
        raise PrintError(
            f"{printed!r}: the number {text.split()[0]!r} can be read two ways"
        )
    words = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text).split()
    for reader in (_growth, _part, _collective, _whole):
        found = reader(words)
        if found:
            return found[0], " ".join(words[found[1] :])
    what = (
        f"{words[0]!r} is neither a hedge nor a number"
        if words
        else "there is no number"
    )
    raise PrintError(f"{printed!r}: {what}; {_known()}")


def _of_digits(kind: str, digits: str) -> _Amount:
    """Return a number in digits; a comma or point is read as its groups show."""
    if kind in ("commas", "blanks"):
        digits = digits.replace("," if kind == "commas" else " ", "").replace(",", ".")
    elif kind == "points":
        digits = digits.replace(".", "").replace(",", ".")
    whole, _, decimals = digits.replace(",", ".").partition(".")
    every, digit = whole + decimals, Fraction(1, 10 ** len(decimals))
    zeros = len(every) - len(every.rstrip("0")) if int(every) else 0
    return _Amount(Fraction(f"{whole}.{decimals or 0}"), digit, digit * 10**zeros)


def _growth(words: list[str]) -> tuple[_Amount, int] | None:
    """Return a multiple in a word: doubled, tenfold."""
    first = words[0] if words else ""
    times = GROWTH.get(first, NUMBERS.get(first.removesuffix("fold")))
    if times is None or not (first in GROWTH or first.endswith("fold")):
        return None
    return _Amount(Fraction(times), Fraction(0), Fraction(1), "times"), 1


def _part(words: list[str]) -> tuple[_Amount, int] | None:
    """Return a fraction in words: half, a third, nine tenths, one in five."""
    if words[:1] == ["half"]:
        return _share(Fraction(1, 2), 1)
    if len(words) >= 3 and words[0] == "one" and words[1] == "in":
        whole = _whole(words[2:])
        return whole and _share(1 / whole[0].number, 2 + whole[1])
    top = {"a": 1, "one": 1}.get(words[0], NUMBERS.get(words[0])) if words else None
    if top is None or len(words) < 2 or words[1] not in PARTS:
        return None
    return _share(Fraction(top, PARTS[words[1]]), 2)


def _share(value: Fraction, length: int) -> tuple[_Amount, int]:
    return _Amount(value, Fraction(0), Fraction(1, 10), "share"), length


def _collective(words: list[str]) -> tuple[_Amount, int] | None:
    """Return the least that a collective says: hundreds, tens of thousands."""
    if not words or words[0] not in COLLECTIVES:
        return None
    number = Fraction(COLLECTIVES[words[0]])
    if words[1:2] == ["of"] and words[2:3] and words[2] in COLLECTIVES:
        return _Amount(number * COLLECTIVES[words[2]], Fraction(0), Fraction(0)), 3
    return _Amount(number, Fraction(0), Fraction(0)), 1


def _whole(words: list[str]) -> tuple[_Amount, int] | None:
    """Return a whole number in words: twenty-five, two hundred and fifty."""
    if words and words[0] in RANKS:
        return _Amount(Fraction(RANKS[words[0]]), Fraction(0), Fraction(1)), 1
    total = group = used = 0
    for i, word in enumerate(words):
        if word in NUMBERS:
            group += NUMBERS[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in SCALES:
            total, group = total + max(group, 1) * SCALES[word], 0
        elif not (
            word == "and" and used and words[i + 1 : i + 2] and words[i + 1] in NUMBERS
        ):
            break
        used = i + 1
    number = total + group
    zeros = len(str(number)) - len(str(number).rstrip("0")) if number else 0
    return (
        (_Amount(Fraction(number), Fraction(0), Fraction(10**zeros)), used)
        if used
        else None
    )


def _known() -> str:
    hedges = sorted({phrase for words in HEDGES.values() for phrase in words})
    return f"known are hedges ({', '.join(hedges)}), multipliers ({', '.join(MULTIPLIERS)}), units"
