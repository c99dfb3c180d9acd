"""From a printed figure to the interval of values that the print admits.

`vocabulary` is the table of all words. Without a hedge, half a unit of the last printed
digit lies on either side; after "about", half a unit of the last digit that is not zero.
"Over" and "under" exclude the printed number, "at least" and "up to" include it, "nearly"
lies just below it. A number in words is exact. A token is read in passes, each of which
takes a piece off: a hedge behind, a hedge before, the two ends of a range, and at each
end sign, currency, number, multipliers and unit. What is left over makes the whole
unreadable, and so does a hedge whose direction is open to doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from .intervals import INF, Interval, exact
from .numerals import HELP, Amount, PrintError, number
from .vocabulary import ENGLISH, MINUS, PLUS, SAME, WHOLES, WIDER, Vocabulary, either

__all__ = ["PrintError", "Reading", "UnitMissing", "plain", "read"]

_DASHES = dict.fromkeys(map(ord, "\N{HYPHEN}\N{NON-BREAKING HYPHEN}‒–—―−"), "-")
_HIDDEN = dict.fromkeys(map(ord, "\N{SOFT HYPHEN}\u200b\u2060\ufeff"), "")
_TICKS = dict.fromkeys(map(ord, "\N{RIGHT SINGLE QUOTATION MARK}ʼ"), "'")
_SIGN = re.compile(either([*MINUS, *PLUS]) + " ?")
_OPENED = re.compile(
    r"(?:anywhere |somewhere |ranging )?(?:between (.+?) and|from (.+?) to) (.+)"
)
_JOINED = re.compile(r"(?:-? |-)(to|or)[ -]| ?(-) ?")
_BROKEN = re.compile(r"(?<=[^\W\d_])- (?!to\b|or\b|and\b)(?=[^\W\d_])")
_WHOLE = re.compile(rf"of (?:{either(WIDER)} )*{either(WHOLES)}\Z")
_OR_MORE = re.compile(r"(?<=[\w%])(?:\+|-plus)(?=[ -]|\Z)")
# In these a point with three digits behind it is a decimal point.
FRACTIONAL = ("times", "ratio", "index")
# In these it is one, too, and a comma may be one.
PERCENTAGES = ("share", "points", "percent_per_year")


class UnitMissing(PrintError):
    """A printed token that says no unit."""


@dataclass(frozen=True)
class Reading:
    """What a printed token says.

    Parameters
    ----------
    amount : Amount
        The printed number in its unit: shares as fractions of one, money in its currency.
    unit : str
        A unit of the vocabulary, or another that stands elsewhere: rank, index ...
    hedge : str
        none, or a key of `vocabulary.HEDGES`.
    last : Amount, optional
        Second number of a printed range.
    most : Fraction, optional
        What no value exceeds: one for a share that is a part of a whole.
    """

    amount: Amount
    unit: str
    hedge: str
    last: Amount | None = None
    most: Fraction | None = None

    @property
    def number(self) -> Fraction:
        """The printed number; the first of a range."""
        return self.amount.number

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
        first, last = self.amount, self.last or self.amount
        top = INF if self.most is None else self.most
        least = Fraction(0) if first.number >= 0 else -INF
        if hedge in ("over", "at_least"):
            return Interval(first.number, top, lo_open=hedge == "over")
        if hedge in ("under", "at_most"):
            return Interval(least, first.number, hi_open=hedge == "under")
        if hedge == "nearly":
            below = (1 - exact(nearly_frac)) * first.number
            return Interval(below, first.number, hi_open=True)
        below, above = first.digit / 2, last.digit / 2
        if hedge == "about":
            width = Fraction(exact(hedge_width)) / 2
            below, above = first.nonzero * width, last.nonzero * width
        return Interval(max(least, first.number - below), min(top, last.number + above))

    def rule(self, *, strict: bool = False) -> str:
        """Return in words by which rule the interval follows."""
        hedge = "none" if strict else self.hedge
        if hedge == "none" and self.last is not None:
            rounded = self.amount.digit or self.last.digit
            wider = "half a unit wider at each end" if rounded else "both exact"
            return f"from the first number to the second, {wider}"
        if hedge == "none" and self.amount.digit == 0:
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
class _End:
    """One number of a token, with the units before and behind it, if any."""

    amount: Amount
    before: str = ""
    behind: str = ""

    @property
    def units(self) -> set[str]:
        return {self.before, self.behind} - {""}


@cache
def read(
    printed: str, unit: str = "", multiplier: int = 1, words: Vocabulary = ENGLISH
) -> Reading:
    """Read a printed token.

    Parameters
    ----------
    printed : str
        Hedge, number, multiplier and unit as they stand in the text: ``"over 90%"``. A range
        ("between 5 and 7 per cent", "$1.2-1.5 million") counts as one token.
    unit : str
        The unit, where it stands elsewhere in the text or table: a name or a phrase of the
        vocabulary, or any other name.
    multiplier : int
        The multiplier, where it stands elsewhere.
    words : Vocabulary
        What the words mean; a study may extend it.

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
    try:
        hedge, text = _hedged(plain(printed), words)
        first, last = _ends(text, words)
        return _reading(hedge, first, last, (unit, multiplier), words)
    except PrintError as error:
        raise type(error)(f"{printed!r}: {error}") from None


def plain(printed: str) -> str:
    """Return a token in small letters, with plain blanks, hyphens and apostrophes."""
    signs = printed.translate(_DASHES | _HIDDEN | _TICKS)
    return _BROKEN.sub("-", " ".join(signs.split()).lower())


def _hedged(text: str, words: Vocabulary) -> tuple[str, str]:
    """Return the hedge and the rest of a token; what changes no bound is dropped."""
    found = []
    shorter, more = _OR_MORE.subn("", text, count=1)
    if more:
        text, found = shorter, ["at_least"]
    elif match := words.after_number.search(text):
        text = f"{text[: match.start()]} {text[match.end() :]}".strip()
        found = [words.after_of[match[1]]]
    while True:
        if match := words.starts("hedge").match(text):
            found.append(words.hedge_of[match[1]])
        else:
            match = words.starts("neutral").match(text)
        if not match:
            break
        text = text[match.end() :]
    if len(found) > 1:
        raise PrintError(f"two hedges, {' and '.join(found)}, stand together")
    return found[0] if found else "none", text.strip()


def _ends(text: str, words: Vocabulary) -> tuple[_End, _End | None]:
    """Return the number of a token, or the two of a range."""
    try:
        return _end(text, words), None
    except PrintError as error:
        wrong = error
    for before, after, join in _splits(text):
        try:
            first, last = _end(before, words), _end(after, words)
        except PrintError:
            continue
        first, last = _shared(first, last)
        step = last.amount.number - first.amount.number
        apart = join == "or" and step != first.amount.nonzero
        turned = join == "-" and before.startswith("-") and last.amount.number > 0
        plain_ends = first.amount.scaled == last.amount.scaled == 1
        most = (100 if join == "-" else 500) * first.amount.number
        far = plain_ends and last.amount.number > most > 0
        if step <= 0 or apart or turned or far:  # 10-12,000 may start at 10,000
            raise PrintError(f"from {before!r} to {after!r} is no range")
        return first, last
    raise wrong


def _splits(text: str) -> Iterator[tuple[str, str, str]]:
    """Return every way of taking a token apart into the two ends of a range."""
    if match := _OPENED.fullmatch(text):
        yield match[1] or match[2], match[3], "and"
        return
    for match in _JOINED.finditer(text):
        yield text[: match.start()], text[match.end() :], match[1] or match[2]


def _shared(first: _End, last: _End) -> tuple[_End, _End]:
    """Return the ends of a range with what is said once for both.

    A currency stands before the first, a multiplier or unit behind the last.
    """
    if first.behind and not last.units:
        raise PrintError("only the first number of the range has a unit")
    if last.before and not first.units:
        raise PrintError("only the second number of the range has a currency before it")
    if last.amount.scaled > 1 == first.amount.scaled and not first.behind:
        amount = first.amount.times(last.amount.scaled)
        if last.amount.number > 100 * amount.number:
            raise PrintError("the multiplier of the second number may not be shared")
        first = replace(first, amount=replace(amount, doubtful=""))
    if {first.amount.kind, last.amount.kind} & {"rank", "many"}:
        raise PrintError("a range has two plain numbers")
    if first.amount.kind != last.amount.kind and last.behind:
        raise PrintError("a part of a whole and a number do not make a range")
    if last.amount.kind == "times" and not first.amount.kind and not first.units:
        first = replace(first, amount=replace(first.amount, kind="times"))
    before = first.before if not last.units else last.before
    behind = last.behind if not first.units else first.behind
    return replace(first, behind=behind), replace(last, before=before)


def _end(text: str, words: Vocabulary) -> _End:
    """Return one number with sign, currency, multipliers and unit."""
    sign, text = _signed(text)
    before = ""
    if match := words.starts("money").match(text):
        before, text = match[1], text[match.end() :]
        after, text = _signed(text)
        sign *= after
    amount, rest = number(text, words)
    if sign == -1 and amount.kind not in ("", "piece"):
        raise PrintError("a minus stands before a word that has no sign")
    rest = rest.lstrip(" -")
    part = amount.kind in ("part", "odds")
    if part or amount.kind == "many":
        rest = _WHOLE.sub("", rest) if part else rest
        rest = rest.removeprefix("of ")
    behind = ""
    if match := words.starts("unit").match(rest):
        behind, rest = match[1], rest[match.end() :]
        if words.unit_of[behind] == "share":
            rest = _WHOLE.sub("", rest)
    if rest:
        raise PrintError(f"the word {rest.split()[0]!r} is not known; {HELP}")
    return _End(amount.times(sign), before, behind)


def _signed(text: str) -> tuple[int, str]:
    """Return the sign before a number, and the rest."""
    match = _SIGN.match(text)
    if not match:
        return 1, text
    return -1 if match[1] in MINUS else 1, text[match.end() :]


def _reading(
    hedge: str,
    first: _End,
    last: _End | None,
    elsewhere: tuple[str, int],
    words: Vocabulary,
) -> Reading:
    """Return what the pieces of a token come to."""
    unit, multiplier = elsewhere
    amount, name = _in_unit(first, unit, multiplier, words)
    end = None
    if last:
        end, other = _in_unit(last, unit, multiplier, words)
        if name != other:
            raise PrintError(f"exactly one unit is needed, found {name} and {other}")
    if amount.kind == "many":
        if hedge != "none":
            raise PrintError("a hedge before a collective is open to doubt")
        hedge = "over"
    bounded = hedge not in ("none", "about")
    if bounded and end:
        raise PrintError("a bound before a range is open to doubt")
    falls = amount.number < 0 or (amount.kind == "times" and amount.number < 1)
    if bounded and (falls or (amount.number == 0 and hedge != "over")):
        raise PrintError("a bound on nothing or on what falls is open to doubt")
    part = amount.number < 1 or (amount.number == 1 and not bounded)
    whole = name == "share" and amount.number >= 0 and part
    if end and end.number > 1:
        whole = False
    return Reading(amount, name, hedge, end, Fraction(1) if whole else None)


def _in_unit(
    end: _End, elsewhere: str, multiplier: int, words: Vocabulary
) -> tuple[Amount, str]:
    """Return a number in the unit in which it is kept, and that unit."""
    amount, phrases = end.amount, sorted(end.units)
    if not phrases and elsewhere in words.unit_of:
        phrases = [elsewhere]
    said = {words.unit_of[phrase] for phrase in phrases}
    if amount.kind in ("part", "odds") and not said - {"persons", "count"}:
        said, phrases = {"share"}, []  # one in five people
    elif amount.kind in ("part", "odds") and said - {"share", "points"}:
        raise PrintError("a part of a whole has no unit but percent")
    if amount.kind == "times":
        said, phrases = said | {"times"}, []
    kept = {SAME.get(name, (name,))[0] for name in said}
    own = words.unit_of.get(elsewhere, elsewhere)
    own = SAME.get(own, (own,))[0]
    if own == "percent_per_year":
        kept.discard("share")
    kept |= {own} - {""}
    if len(kept) != 1:
        kind = PrintError if kept else UnitMissing
        found = " and ".join(sorted(kept)) or "none"
        raise kind(f"exactly one unit is needed, found {found}")
    name = kept.pop()
    factor = Fraction(multiplier)
    if phrases:
        factor *= SAME.get(words.unit_of[phrases[0]], ("", Fraction(1)))[1]
    _sensible(amount, name, phrases, multiplier)
    if amount.kind == "rank" and (end.units or name not in ("rank", "count", "years")):
        raise PrintError("a place in an order is no quantity")
    return amount.times(factor), name


def _sensible(amount: Amount, name: str, phrases: list[str], multiplier: int) -> None:
    """Refuse a number whose form and unit do not go together."""
    if amount.kind == "piece" and not phrases:
        raise PrintError("the unit is missing of which it is a part")
    unscaled = amount.scaled == multiplier == 1
    mark = "," if name in PERCENTAGES else "."
    if unscaled and amount.doubtful == mark and name not in FRACTIONAL:
        raise PrintError(f"its {mark!r} can be read two ways")
    if name in ("persons", "count") and 0 < amount.digit < 1 and unscaled:
        raise PrintError("people and things are counted in whole numbers")
    whole = amount.kind not in ("piece", "many")
    if amount.scaled * multiplier > 100 and name in ("share", "points") and whole:
        raise PrintError(f"a multiplier does not go with {name}")
    if name == "share" and not phrases and abs(amount.number) > 1:
        raise PrintError("a share above one needs a percent sign")
