"""A number at the start of a printed token, in digits or in words, and what is left.

Digits carry their precision with them; a number in words is exact. What can be read two
ways is refused: 1.234 people may be one thousand or a little more than one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from .vocabulary import (
    COLLECTIVES,
    GROWTH,
    NUMBERS,
    PARTS,
    RANKS,
    SIGNS,
    Vocabulary,
    either,
)

SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
SCALES |= {"billion": 10**9, "trillion": 10**12}
ONE_OF = (*SCALES, "dozen", "lakh", "crore", "decade", "century", "percentage")
ARTICLES = ("a", "an")
END = ("", "", "", "")  # behind the last word, so that the next ones can be looked at
CONTINENTAL = ("mio", "mrd", "milliard")  # beside these a comma may set decimals apart

_DIGITS = re.compile(
    r"(?P<commas>[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)(?![\d,])"
    r"|(?P<blanks>[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?)(?![\d,.]| \d)"
    r"|(?P<ticks>[1-9]\d{0,2}(?:'\d{3})+(?:[.,]\d+)?)(?![\d,.'])"
    r"|(?P<points>[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[1-9]\d{0,2}(?:\.\d{3})+,\d+)"
    r"(?![\d,.])"
    r"|(?P<comma>0,\d+|\d+,\d{1,2})(?![\d,.])"
    r"|(?P<plain>\d+(?:\.\d+)?|\.\d+)(?![\d,']|\.\d| \d{3}\b)"
)
_SIGNS = "".join(SIGNS)
_MIXED = re.compile(
    rf"(\d*)[ -]?(?:([{_SIGNS}])|(?<!\d)(\d{{1,2}})[/⁄](\d{{1,2}}))(?!\d)"
)
_ODDS = re.compile(r"(\d+) (?:in|out of) (?:every )?(\d[\d,]*)(?![\d.]*\d)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b ?")
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_GROWTH = re.compile(either(GROWTH))


HELP = "asprinted.vocabulary lists the words, and a study may add to them"


class PrintError(ValueError):
    """A printed token that the rules cannot read."""


@dataclass(frozen=True)
class Amount:
    """A number with the values of its last digit and of its last digit that is not zero.

    Parameters
    ----------
    number, digit, nonzero : Fraction
        The number and the two values; a number in words has a `digit` of 0.
    kind : str
        Empty, or what a number in this form can only be: a part of a whole (part, odds),
        a piece of the unit that follows (half a year), times, a rank, or many.
    scaled : int
        What its multipliers come to, so that a range can share them.
    doubtful : str
        The point or comma that may set thousands apart, or decimals.
    """

    number: Fraction
    digit: Fraction
    nonzero: Fraction
    kind: str = ""
    scaled: int = 1
    doubtful: str = ""

    def times(self, factor: Fraction | int) -> Amount:
        """Return the amount in a smaller or larger unit, or with its sign turned."""
        size = abs(Fraction(factor))
        return replace(
            self,
            number=self.number * factor,
            digit=self.digit * size,
            nonzero=self.nonzero * size,
        )


def number(text: str, words: Vocabulary) -> tuple[Amount, str]:
    """Return the number at the start of a token, and what follows it.

    Parameters
    ----------
    text : str
        The token in small letters, without hedge, sign and currency before it.
    words : Vocabulary
        The multipliers that may follow.

    Raises
    ------
    PrintError
        If there is no number, or it can be read two ways.

    Examples
    --------
    >>> from asprinted.vocabulary import ENGLISH
    >>> number("two hundred and fifty students", ENGLISH)[0].number
    Fraction(250, 1)
    >>> float(number("2½ million people", ENGLISH)[0].number)
    2500000.0
    """
    for reader in (_mixed, _odds, _of_digits, _growth, _in_words):
        found = reader(text)
        if found:
            amount, rest = found
            return _multiplied(amount, rest, words)
    first = text.split()[0] if text else "nothing"
    raise PrintError(f"{first!r} is neither a hedge nor a number; {HELP}")


def _multiplied(amount: Amount, rest: str, words: Vocabulary) -> tuple[Amount, str]:
    """Return a number with the multipliers behind it worked in."""
    rest = rest.lstrip(" -")
    if amount.kind == "part":
        shorter = re.sub(r"\A(?:of )?(?:an?|one) (?=[a-z%])", "", rest)
        if shorter != rest:  # half a million, a quarter of a per cent
            amount, rest = replace(amount, kind="piece"), shorter
    factor = 1
    while match := words.starts("multiplier").match(rest):
        step = words.factor_of[match[1]]
        if amount.kind not in ("", "part", "piece"):
            raise PrintError(f"{match[1]!r} cannot follow this number")
        if step <= factor:
            raise PrintError(f"{match[1]!r} is out of order")
        if amount.doubtful == "," and match[1] in CONTINENTAL:
            raise PrintError("its comma can be read two ways")
        factor *= step
        rest = rest[match.end() :].lstrip("-")
    if factor != 1:
        amount = replace(amount, kind="", doubtful="")
    half = re.match(r"and a (half|quarter|third)\b ?", rest)  # a million and a half
    if half and amount.digit == 0 and factor * amount.scaled >= 10**6:
        more = Fraction(amount.scaled, PARTS[half[1]])
        nonzero = Fraction(amount.scaled, 10)
        amount = replace(amount, number=amount.number + more, nonzero=nonzero)
        rest = rest[half.end() :]
    scaled = factor * amount.scaled
    return replace(amount.times(factor), scaled=scaled), rest


def _mixed(text: str) -> tuple[Amount, str] | None:
    """Return a fraction in digits: ½, 2½, 2 1/2, 1/3."""
    match = _MIXED.match(text)
    if not match:
        return None
    whole, sign, top, bottom = match.groups()
    if sign:
        part = Fraction(*SIGNS[sign])
    elif int(bottom) in (2, 3, 4, 5, 8, 10) and 0 < int(top) < int(bottom):
        part = Fraction(int(top), int(bottom))
    else:
        raise PrintError(f"{match[0]!r} may be a fraction or a date")
    kind = "" if whole else "part"
    value = int(whole or 0) + part
    return _exact(value, Fraction(1, 10), kind), text[match.end() :].lstrip()


def _odds(text: str) -> tuple[Amount, str] | None:
    """Return a part said as a count of a count, in digits: 1 in 5."""
    match = _ODDS.match(text)
    if not match:
        return None
    whole = Fraction(match[2].replace(",", ""))
    if re.fullmatch(r"1[5-9]\d\d|20\d\d", match[2]):
        raise PrintError(f"{match[2]!r} may be a year")
    return _part(Fraction(match[1]), whole, "odds"), text[match.end() :].lstrip()


def _of_digits(text: str) -> tuple[Amount, str] | None:
    """Return a number in digits; a comma or point is read as its groups show."""
    match = _DIGITS.match(text)
    if not match:
        if unclear := re.match(r"\d[\d.,']*", text):
            raise PrintError(f"the number {unclear[0]!r} can be read two ways")
        return None
    digits, group = match[0], str(match.lastgroup)
    marks = {"commas": ",", "blanks": " ", "ticks": "'", "points": "."}
    plain = digits.replace(marks.get(group, "\0"), "").replace(",", ".")
    whole, _, decimals = plain.partition(".")
    digit = Fraction(1, 10 ** len(decimals))
    rest = text[match.end() :]
    ordinal = _ORDINAL.match(rest)
    if ordinal and (decimals or group != "plain"):
        raise PrintError(f"{text!r} is no ordinal number")
    doubt = re.fullmatch(r"[1-9]\d{0,2}([.,])\d{3}", digits)
    value = Fraction(f"{whole}.{decimals or 0}")
    nonzero = digit * _last_digit(int(whole + decimals))
    kind = "rank" if ordinal else ""
    amount = Amount(value, digit, nonzero, kind, doubtful=doubt[1] if doubt else "")
    return amount, rest[ordinal.end() :] if ordinal else rest


def _growth(text: str) -> tuple[Amount, str] | None:
    """Return a multiple in words: doubled, twice as much, tenfold."""
    match = _GROWTH.match(text)
    if match:
        growth = Fraction(GROWTH[match[1]])
        nonzero = Fraction(1, 1 if growth.denominator == 1 else 10)
        return _exact(growth, nonzero, "times"), text[match.end() :].lstrip()
    match = re.match(r"(?:a )?([a-z]+?)-?fold\b ?", text)
    known = NUMBERS | {word: SCALES[word] for word in ("hundred", "thousand")}
    if match and match[1] in known:
        times = known[match[1]]
        return _exact(times, _last_digit(times), "times"), text[match.end() :]
    return None


def _in_words(text: str) -> tuple[Amount, str] | None:
    """Return a number in words: a third, nine tenths, one in five, two and a half."""
    spoken = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    start = _WORDS.match(spoken)
    if not start:
        return None
    words = start[0].split()
    for reader in (_collective, _fraction, _rank, _whole):
        found = reader([*words, *END])
        if found:
            amount, used = found
            return amount, spoken[len(" ".join(words[:used])) :].lstrip()
    return None


def _exact(value: Fraction | int, nonzero: Fraction | int, kind: str = "") -> Amount:
    return Amount(Fraction(value), Fraction(0), Fraction(nonzero), kind)


def _last_digit(whole: int) -> int:
    """Return the value of one unit of the last digit that is not zero."""
    shown = str(whole)
    return 10 ** (len(shown) - len(shown.rstrip("0"))) if whole else 1


def _part(top: Fraction | int, bottom: Fraction | int, kind: str = "part") -> Amount:
    """Return a part of one; "about" moves it by half a tenth, or by half of itself."""
    if not 0 < top <= bottom or bottom == 1:
        raise PrintError(f"{top} of {bottom} is no part of a whole")
    share = Fraction(top, bottom)
    return _exact(share, min(Fraction(1, 10), share), kind)


def _collective(words: list[str]) -> tuple[Amount, int] | None:
    """Return the least that a collective says: hundreds, tens of thousands."""
    if words[0] not in COLLECTIVES:
        return None
    least, used = COLLECTIVES[words[0]], 1
    while words[used] == "of" and words[used + 1] in COLLECTIVES:
        least, used = least * COLLECTIVES[words[used + 1]], used + 2
    return _exact(least, _last_digit(least), "many"), used


def _fraction(words: list[str]) -> tuple[Amount, int] | None:
    """Return a part of one, or a whole number and a part."""
    if words[0] == "half":
        return _part(1, 2), 1
    counted = _count(words)
    if not counted:
        return None
    top, used = counted
    if words[used] in ("in", "out"):
        return _odds_in_words(top, words, used + 1)
    if words[used] == "and":
        start = used + 1
        part = _fraction(words[start:])
        if not part or part[0].kind != "part":
            return None
        return _exact(top + part[0].number, Fraction(1, 10)), start + part[1]
    if words[used] in PARTS:
        bottom = PARTS[words[used]]
        reducible = Fraction(top, bottom).denominator != bottom
        if reducible or (top > 1) != words[used].endswith("s"):
            return None  # two quarters are quarters of a year; a thirds is no English
        return _part(top, bottom), used + 1
    return None


def _odds_in_words(top: int, words: list[str], at: int) -> tuple[Amount, int] | None:
    """Return a part said as a count of a count: one in five, nine out of ten."""
    at += (words[at - 1] == "out") * (words[at] == "of")
    at += words[at] == "every"
    whole = _whole(words[at:])
    return (_part(top, whole[0].number, "odds"), at + whole[1]) if whole else None


def _rank(words: list[str]) -> tuple[Amount, int] | None:
    """Return a place in an order."""
    return (_exact(RANKS[words[0]], 1, "rank"), 1) if words[0] in RANKS else None


def _count(words: list[str]) -> tuple[int, int] | None:
    """Return a number below one hundred in words, and how many words it takes."""
    if words[0] in ARTICLES:
        return 1, 1
    if words[0] not in NUMBERS:
        return None
    first, second = NUMBERS[words[0]], NUMBERS.get(words[1], 0)
    if first >= 20 and 0 < second < 10:
        return first + second, 2
    return first, 1


def _whole(words: list[str]) -> tuple[Amount, int] | None:
    """Return a whole number in words: twenty-five, two hundred and fifty thousand.

    Groups fall in size, and a group is a number below one hundred, with hundreds before
    it; "three two million" and "twenty twelve" are none.
    """
    total = at = 0
    largest = None
    while group := _group(words[at:]):
        value, used, shared = group
        scale, used = _scale(words, at + used)
        if largest is not None and scale >= largest:
            raise PrintError(f"{' '.join(words).strip()!r} is no whole number")
        scaled = 1 if total else shared * scale
        total, at, largest = total + value * scale, used, scale
        if scale == 1:
            break
        at += words[at] == "and" and words[at + 1] in NUMBERS
    if largest is None:
        return None
    if words[at] in NUMBERS:
        raise PrintError(f"{' '.join(words).strip()!r} is no whole number")
    return replace(_exact(total, _last_digit(total)), scaled=scaled), at


def _scale(words: list[str], at: int) -> tuple[int, int]:
    """Return what the thousands and millions after a group come to, and where they end."""
    scale = 1
    while words[at] in SCALES:
        step = SCALES[words[at]]
        if step <= scale or words[at] == "hundred":
            raise PrintError(f"{words[at]!r} is out of order")
        scale, at = scale * step, at + 1
    return scale, at


def _group(words: list[str]) -> tuple[int, int, int] | None:
    """Return a number below ten thousand, how many words it takes, and its hundreds."""
    if words[0] in ARTICLES and words[1] != "hundred":
        return (1, 1, 1) if words[1] in ONE_OF else None
    counted = _count(words)
    if not counted:
        return None
    value, used = counted
    if words[used] != "hundred":
        return value, used, 1
    value, used = value * 100, used + 1
    also = used + (words[used] == "and")
    more = _count(words[also:])
    if more and words[also] not in ARTICLES:
        return value + more[0], also + more[1], 1
    return value, used, 100
