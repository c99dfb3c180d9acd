"""The numbers of a text that nobody has accounted for, and what each may be.

A number of a text is a run of digits, a percent sign, or an English number word:
cardinals, ordinals from first to twelfth, fractions, multiples (twice, tenfold) and
collectives (dozens). Units of time, "both" and "once" are not read.

Words of the vocabulary that stand side by side make one phrase. It is proposed as a whole
if it can be read and nothing around it makes the reading doubtful; otherwise it is shown
as a whole, and said to be unreadable. A person decides in either case.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from .doubting import CHANGE, DURATIONS, YEAR, Seen, doubt
from .numerals import HELP, ONE_OF, SCALES
from .package import Row
from .printed import PrintError, Reading, UnitMissing, read
from .vocabulary import (
    COLLECTIVES,
    ENGLISH,
    GROWTH,
    LETTER,
    NUMBERS,
    PARTS,
    RANKS,
    SIGNS,
    Vocabulary,
    either,
)

A_YEAR = "perhaps a year"
# Words beside a number that may turn it: they are kept with it, for a person to judge.
BEFORE = (
    *("not", "no", "never", "nor", "neither", "hardly", "barely", "scarcely", "rarely"),
    *("without", "than", "several", "a few", "few", "many", "a couple of", "per"),
    *("every", "minus", "plus", "quite", "even", "until", "top", "between", "from"),
    *("ranging from", "anywhere between", "anywhere from", "somewhere between"),
    *("perhaps", "maybe", "possibly", "probably", "virtually", "practically"),
    *("at best", "at worst"),
)
BEHIND = (
    *("more", "less", "fewer", "higher", "lower", "larger", "smaller", "greater"),
    *("again", "odd", "each", "apiece", "a year", "a month", "a week", "a day"),
    *("an hour", "a barrel", "a tonne", "a ton", "a head", "a person", "a litre"),
    *("per year", "per annum", "p.a.", "annually", "o'clock", "am", "pm", "a.m."),
    *("p.m.", "down"),
)
BESIDE = ("of", "in", "at", "by")  # links between numbers that share no unit
LINKS = ("and", "or", "to", "in", "of", "out of", "a", "an", "by", "at")
# Behind a number these say that it is compared with another.
COMPARED = (
    *("more", "less", "fewer", "higher", "lower", "greater", "larger", "bigger"),
    *("smaller", "above", "below", "over", "under", "short", "per", "than"),
)
_SIGNS = "%‰" + "".join(SIGNS) + "¹²³⁰-⁹"
_TOKEN = re.compile(rf"\d+|[{_SIGNS}⅐-⅞]|(?i:per cent)(?![^\W\d_])|([^\W\d_{_SIGNS}]+)")
_PLURALS = tuple(f"{word}s" for word in (*SCALES, "dozen"))
_MORE = (
    *("firstly", "secondly", "thirdly", "percent", "per cent", "doubling", "tripling"),
    *("dozen", "halving", "halfway"),
)
_ONE_WORD = [word for word in (*GROWTH, *PARTS) if " " not in word]
_FOLDS = [f"{word}fold" for word in (*NUMBERS, *SCALES)]
NUMBER_WORDS = frozenset(
    (*NUMBERS, *RANKS, *SCALES, *_PLURALS, *_ONE_WORD, *_MORE, *_FOLDS)
)
# A gap between words runs over a line, not over a paragraph.
_GAP = r"(?:[ \t\xa0]*\r?\n[ \t]*(?!\s)|[ \t\xa0\u2009\u202f]+)"
_JOINTS = [re.compile(p) for p in (_GAP, rf"[-–]{_GAP}?", rf"{_GAP}[-–]{_GAP}", "")]
_BEGINNING = re.compile(r"(?<![^\W\d_])\S")
_MARK = r"[.,;:)”\"]"
_CLAUSE_BEFORE = re.compile(rf"(?<=[^\W\d_]{_MARK})|(?<=[^\W\d_]{_MARK}{_MARK})")
_THIN = r"[ \xa0\u2009\u202f]"
_SIGN = r"(?<![^\s(\[])[-–−+]"
_NUMERAL = (
    rf"(?:{_SIGN})?(?:\d{{4}}s(?!{LETTER})|(?:(?<![\w.,])\.)?\d+"
    rf"(?:[.,:'’]\d+|{_THIN}\d{{3}}(?!\d))*"
    r"(?:(?:st|nd|rd|th)(?![a-z])|\+(?!\w))?|[½¼¾⅐-⅞])"
)
# "over" before these is no hedge: 12 per cent over the last decade.
_LASTING = (
    rf"over{_GAP}(?:the|this|that|a){_GAP}(?:past|last|next|coming|same|period|decade|"
    r"years?|month|century|course)\b"
)


@dataclass(frozen=True)
class Candidate:
    """A number of a text that no table accounts for.

    Parameters
    ----------
    source_id : str
        The text.
    char_start : int
        Offset of the phrase in it, in characters; the first is 0.
    printed : str
        The number with hedge, multiplier and unit, as they stand beside it.
    reading : Reading, optional
        What the rules for printed numbers make of it; `count` if it has no unit.
    doubt : str
        Why there is no reading.
    """

    source_id: str
    char_start: int
    printed: str
    reading: Reading | None = None
    doubt: str = ""

    @property
    def is_year(self) -> bool:
        """Whether it may be a year, a decade or a span of years."""
        return self.doubt == A_YEAR or bool(YEAR.fullmatch(self.printed))

    def told(self) -> str:
        """Return place, token and guesses on one line."""
        guess = f"cannot be read: {self.doubt or 'decide on hedge and unit'}"
        if self.is_year:
            guess = A_YEAR
        elif self.reading:
            guess = f"unit {self.reading.unit}, hedge {self.reading.hedge}"
        place = f"{self.source_id}, character {self.char_start}"
        return f"{place}: {self.printed!r} ({guess})"

    def row(self) -> Row:
        """Return a row to fill in; what a reader must decide is left empty."""
        counted = self.reading and self.reading.unit == "count"
        return {
            "source_id": self.source_id,
            "printed": self.printed,
            "char_start": str(self.char_start),
            "unit_elsewhere": "count" if counted else "",
            "reason": "period" if self.is_year else "",
        }


def numbers(content: str, start: int = 0, end: int | None = None) -> Iterator[range]:
    """Return the place of every digit run, percent sign and number word of a text.

    Examples
    --------
    >>> [content[p.start : p.stop] for content in ["over 90% of two, a tenfold rise"]
    ...  for p in numbers(content)]
    ['90', '%', 'two', 'tenfold']
    """
    for match in _TOKEN.finditer(content, start, len(content) if end is None else end):
        if not match[1] or match[1].lower() in NUMBER_WORDS:
            yield range(*match.span())


def candidates(
    source_id: str,
    content: str,
    part: tuple[int, int] | None = None,
    accounted: Iterable[tuple[int, int]] = (),
    words: Vocabulary = ENGLISH,
) -> list[Candidate]:
    """Return the numbers of a text that stand in none of the accounted places.

    Parameters
    ----------
    source_id : str
        Name of the text.
    content : str
        The text.
    part : tuple of int, optional
        First character and end of what is evidence; all of it by default.
    accounted : iterable of (int, int)
        Places that a table accounts for, end exclusive.
    words : Vocabulary
        What the words mean; a study may extend it.
    """
    start, end = part or (0, len(content))
    inside = {at for first, last in accounted for at in range(first, last)}
    left = [p for p in numbers(content, start, end) if not inside.issuperset(p)]
    phrases = sorted(_phrases(content, start, end, words), key=_start) if left else []
    found: dict[tuple[int, int], Candidate] = {}
    for p in left:
        before = bisect(phrases, p.start, key=_start)
        last = phrases[before - 1 : before]  # none if none begins before
        whole = next((x for x in last if p.stop <= x.end), None)
        if whole is None or inside.intersection(range(whole.start, whole.end)):
            whole = _Phrase(p.start, p.stop)
        a, b = whole.start, whole.end
        printed = " ".join(content[a:b].split())
        found[a, b] = Candidate(source_id, a, printed, whole.reading, whole.doubt)
    return list(found.values())


@dataclass(frozen=True)
class _Phrase:
    """Words of a text that belong to one number, and what they come to."""

    start: int
    end: int
    reading: Reading | None = None
    doubt: str = ""


@dataclass(frozen=True)
class _Item:
    """A word or phrase of the vocabulary, or a number in digits, in a text."""

    start: int
    end: int
    text: str

    @property
    def is_year(self) -> bool:
        return bool(YEAR.fullmatch(self.text))

    @property
    def is_number(self) -> bool:
        """Whether it is a number by itself, in digits or in words."""
        first = re.split(r"[ -]", self.text.removeprefix("a "))[0]
        return any(map(str.isdigit, self.text)) or first in NUMBER_WORDS


@cache
def _pattern(words: Vocabulary) -> re.Pattern[str]:
    """Return what finds one item of a phrase."""
    phrases = {*words.hedge_of, *words.neutral, *words.unit_of, *words.factor_of}
    phrases |= {*BEFORE, *BEHIND, *LINKS, *NUMBERS, *RANKS, *SCALES, *PARTS, *GROWTH}
    phrases |= {*COLLECTIVES, *_FOLDS, "a factor of", "fold"}
    # "five or more", yet "five or more than six"; "40 per head", yet "40 per cent"
    no_number = rf"(?!{_GAP}(?:than\b|[\d$€£¥]|{either([*NUMBERS, 'half'])}))"
    after = either(set(words.after_of) - set(words.hedge_of), _GAP) + no_number
    per = rf"\bper{_GAP}(?:(?!cent|mil|annum|year|\d)[^\W\d_]+|(?=\d))"
    sign = rf"{_SIGN}(?=(?:[a-z]{{1,2}})?[$€£¥₮])"  # a minus before money
    named = rf"(?!{_LASTING})(?:{sign})?{either(phrases, _GAP)}"
    return re.compile(rf"{_NUMERAL}|{after}|{per}|{named}", re.IGNORECASE)


def _runs(
    content: str, start: int, end: int, words: Vocabulary
) -> Iterator[list[_Item]]:
    """Return the items of a text that stand side by side, run by run."""
    pattern = _pattern(words)
    for beginning in _BEGINNING.finditer(content, start, end):
        if beginning.start() < start:
            continue  # within the last run
        run = []
        found = pattern.match(content, beginning.start(), end)
        while found:
            run.append(_Item(*found.span(), " ".join(found[0].lower().split())))
            start = found.end()
            found = _following(pattern, content, start, end)
        if run:
            yield run


def _following(
    pattern: re.Pattern[str], content: str, at: int, end: int
) -> re.Match[str] | None:
    """Return the item that follows a place across a gap, a dash, both or nothing."""
    for joint in _JOINTS:
        between = joint.match(content, at, end)
        if between and (found := pattern.match(content, between.end(), end)):
            return found
    return None


def _start(phrase: _Phrase) -> int:
    return phrase.start


def _phrases(
    content: str, start: int, end: int, words: Vocabulary
) -> Iterator[_Phrase]:
    """Return the phrases of a text that hold a number, each whole."""
    for run in _runs(content, start, end, words):
        items = _trimmed(run, words)
        if items and _marks_a_note(content, items[0]):
            yield _read(content, items[:1], words)
            items = _trimmed(items[1:], words)
        years, items = _years(content, items, words)
        yield from (_read(content, [year], words) for year in years)
        if any(piece.is_number for piece in items):
            yield from _taken_apart(content, items, words)


@cache
def _around(words: Vocabulary) -> tuple[set[str], set[str]]:
    """Return what at the start, and at the end, of a run belongs to what is around it."""
    idle = {*LINKS, *words.neutral}
    signs = {money for money in words.money_of if not money.isalpha()}
    signs |= {*words.currencies, "rs", "rmb", "us dollars", "a factor of"}
    before = idle | set(words.unit_of) - signs
    before |= set(words.after_of) - set(words.hedge_of)
    behind = idle | {*words.hedge_of, *BEFORE}
    return before, {text for text in behind if text.split()[0] not in COMPARED}


def _trimmed(items: list[_Item], words: Vocabulary) -> list[_Item]:
    """Return a run without the words at its ends that belong to what is around it."""
    before, behind = _around(words)
    while items and items[0].text in before and not _article(items):
        items = items[1:]
    while items and items[-1].text in behind:
        items = items[:-1]
    return items


def _marks_a_note(content: str, item: _Item) -> bool:
    """Whether a number stands close behind the end of a clause, as notes do."""
    behind = _CLAUSE_BEFORE.match(content, item.start)
    return item.text.isdigit() and bool(behind) and not _dashed(content, item)


def _years(
    content: str, items: list[_Item], words: Vocabulary
) -> tuple[list[_Item], list[_Item]]:
    """Return the years that only stand beside a number, and the rest of a run."""
    years: list[_Item] = []
    joined = {*words.unit_of, *words.factor_of, *LINKS}
    while len(items) > 1 and items[0].is_year:
        priced = len(items) > 2 and items[2].is_number  # "2012 $965 K" in a table
        if items[1].text in joined and not (priced and items[1].text in words.money_of):
            break
        if _dashed(content, items[0]):
            break
        years, items = [*years, items[0]], _trimmed(items[1:], words)
    paired = {"between", "from"} & {item.text for item in items}
    while not paired:
        match items:
            case [*rest, _Item(text="in"), year] if year.is_year:
                years, items = [*years, year], _trimmed(rest, words)
            case _:
                break
    return years, items


def _dashed(content: str, item: _Item) -> bool:
    """Whether a dash ties what follows to an item."""
    return content[item.end : item.end + 1] in ("-", "–")


def _article(items: list[_Item]) -> bool:
    """Whether a run starts with an article that is a number: a third, a million."""
    following = items[1].text if len(items) > 1 else ""
    return items[0].text in ("a", "an") and following in (*PARTS, *ONE_OF)


def _taken_apart(
    content: str, items: list[_Item], words: Vocabulary
) -> Iterator[_Phrase]:
    """Return a run as one phrase, or as several where each of them can be read."""
    found: list[_Phrase] = []
    dated = any(item.is_year for item in items)
    at = 0
    while at < len(items):
        linked = items[at].text in LINKS and not _article(items[at:])
        taken = None if linked else _longest(content, items, at, words)
        if taken:
            phrase, at = taken
            found.append(phrase)
        elif not any(item.is_number for item in items[at:]):
            break
        elif linked or (dated and items[at].text in ("between", "from")):
            at += 1
        else:
            last = items[at - 1]
            beside = last.text in BESIDE or last.is_year or items[at].text == "over"
            kept = found and beside
            rest = _read(content, items[at:] if kept else items, words)
            found = [*(found if kept else []), replace(rest, reading=None)]
            break
    yield from found


def _longest(
    content: str, items: list[_Item], at: int, words: Vocabulary
) -> tuple[_Phrase, int] | None:
    """Return the longest phrase from an item on that stands by itself, and what follows."""
    before = items[at - 1].text if at else ""
    for end in range(len(items), at, -1):
        if not _apart(items, end, words) or _dashed(content, items[end - 1]):
            continue
        phrase = _read(content, items[at:end], words, before)
        if phrase.reading or phrase.doubt == A_YEAR:
            return phrase, end
        if phrase.doubt == CHANGE:
            break
    return None


def _apart(items: list[_Item], end: int, words: Vocabulary) -> bool:
    """Whether a phrase may end here: what follows belongs to another number."""
    following = items[end].text if end < len(items) else "and"
    after_a_year = items[end - 1].is_year and following not in words.unit_of
    units = (words.unit_of[i.text] for i in items[end:] if i.text in words.unit_of)
    lasts = following == "over" and next(units, "") in DURATIONS
    return after_a_year or lasts or following in (*LINKS, "between", "from")


def _read(
    content: str, items: list[_Item], words: Vocabulary, before: str = ""
) -> _Phrase:
    """Return some items as one phrase, with its reading or why it has none."""
    start, end = items[0].start, items[-1].end
    years = [item for item in items if item.is_year]
    if years and all(i.is_year or i.text in words.hedge_of for i in items):
        return _Phrase(start, end, None, A_YEAR)
    printed, bare = content[start:end], False
    try:
        try:
            reading = read(printed, words=words)
        except UnitMissing:
            reading, bare = read(printed, "count", words=words), True
    except PrintError as error:
        reason = str(error).removeprefix(f"{printed!r}: ").removesuffix(f"; {HELP}")
        return _Phrase(start, end, None, reason)
    said = tuple(item.text for item in items)
    seen = Seen(content, start, end, said, reading, bare, before, words)
    reason = doubt(seen)
    return _Phrase(start, end, None if reason else reading, reason)
