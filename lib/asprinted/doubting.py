"""Why a phrase of a text that can be read may mean something else where it stands.

Each doubt is a reason and a test of the phrase with what is around it. A phrase in doubt
is shown as unreadable: a person who sees the text decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .printed import Reading
from .vocabulary import PERCENTS, Vocabulary, either

YEAR = re.compile(r"(?:1\d{3}|20\d\d|2100)s?", re.ASCII)
REACH = 60  # characters around a phrase that are looked at
# Words before a number that is the name of a place in a text, or of a thing.
LABELS = (
    *("page", "p", "pp", "section", "chapter", "table", "figure", "fig", "article"),
    *("paragraph", "annex", "appendix", "note", "footnote", "volume", "vol", "no"),
    *("nos", "number", "issue", "resolution", "law", "part", "phase", "line"),
    *("version", "room", "flight", "route", "highway", "channel", "grade", "class"),
    *("type", "tel", "phone", "fax", "isbn", "agenda", "vision", "block", "unit"),
    *("step", "level", "age", "aged"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December", "Jan", "Feb", "Mar", "Apr"),
    *("Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"),
)
# Words that have a capital only because a sentence starts.
OPENING = (
    *("the", "in", "of", "by", "at", "for", "with", "and", "but", "all", "these"),
    *("those", "its", "their", "our", "on", "to", "as", "only", "since", "after"),
    *("before", "his", "her", "there", "today", "then", "when", "while", "some"),
    *("among", "over"),
)
# Hedges that are prepositions, too: "a dispute about two islands".
PREPOSITIONS = ("about", "around", "over", "above", "under", "below", "within", "close")
OWNERS = (
    *("of", "the", "its", "their", "his", "her", "our", "that", "this", "what", "as"),
)
# Words in s behind a number that are not what it counts.
NOT_COUNTED = (
    *("was", "is", "has", "as", "its", "this", "thus", "his", "us", "less", "across"),
    *("perhaps", "always", "unless", "plus", "points", "cents", "stars", "acres"),
    *("inches", "ounces", "gallons", "volts", "watts"),
)
STOPS = (
    *("and", "or", "in", "of", "to", "the", "at", "by", "for", "with", "from", "on"),
    *("as", "than", "that", "which", "who", "but", "were", "are", "have", "will", "a"),
)
DURATIONS = ("days", "weeks", "months", "years", "hours", "minutes")
DOUBLE_SENSE = ("won", "pounds", "dong", "rand")  # no money without a multiplier
OCCASIONS = ("twice", "thrice", "double", "triple", "times")
# A verb or a noun beside a multiple that may make it a part: "fell tenfold".
FALLS = (
    *("fell", "fall", "falls", "fallen", "falling", "drop", "drops", "dropped"),
    *("decline", "declines", "declined", "decrease", "decreased", "shrank", "shrunk"),
    *("shrink", "cut", "cuts", "reduce", "reduced", "reduction", "contracted"),
    *("contraction", "plunged", "slumped", "lost", "less", "lower", "down"),
)
NEGATIONS = (
    *("not", "cannot", "never", "neither", "nor", "none", "nobody", "nothing", "no"),
    *("without", "hardly", "barely", "scarcely", "rarely", "seldom", "anything but"),
    *("miss", "missed", "misses"),
)
# Behind a comma or a bracket these turn the bounds of what stands before.
AFTERTHOUGHTS = (
    *("plus", "if not", "if not more", "perhaps more", "perhaps less", "possibly more"),
    *("maybe more", "more or less", "at best", "at worst", "tops", "upwards"),
    *("and counting", "and rising", "or even more", "or even less"),
)
PRONOUNS = ("one", "zero", "1", "0", "k", "m")

_OWNER = re.compile(rf"\s+{either(OWNERS)}")
_THINGS = re.compile(
    rf"\s+(of\b(?!\s+(?:1\d|20)\d\d\b)|(?:(?!{either(STOPS)})[\w'’-]+\s+){{0,3}}?[\w'’-]+s\b)"
)
_WORD = r"[\w'’-]+"
_NEGATED = re.compile(
    rf"(?:{either(NEGATIONS)}(?!\s+doubt)|n['’]t\b)(?:[\s,]+{_WORD}){{0,3}}[\s,]*\Z",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"[^\W\d_]-[ \t]*\n[ \t]*[^\W\d_]+\s+\Z")
_BREAKS = re.compile(r"[ \xa0\n]?(?:[^\W\d_]+)?-[ \t]*\n")
_FALLING = re.compile(rf"{either(FALLS)}(?:\s+{_WORD}){{0,3}}\s+\Z", re.IGNORECASE)
_FALL = re.compile(rf"\s+{either(FALLS)}", re.IGNORECASE)
_ABBREVIATED = re.compile(
    r"\s(?:[b-df-hj-np-tv-xz]{1,4}|bio)(?<!s)(?![\w-])", re.IGNORECASE
)
_MONTH = re.compile(either(MONTHS))


@dataclass(frozen=True)
class Seen:
    """A phrase that can be read, where it stands.

    Parameters
    ----------
    content : str
        The text.
    start, end : int
        Place of the phrase in it.
    said : tuple of str
        Its words, as the vocabulary has them.
    reading : Reading
        What the phrase says by itself.
    bare : bool
        Whether it says no unit.
    before : str
        The word of the vocabulary before it, if any.
    words : Vocabulary
        What the words mean.
    """

    content: str
    start: int
    end: int
    said: tuple[str, ...]
    reading: Reading
    bare: bool
    before: str
    words: Vocabulary

    @property
    def left(self) -> str:
        """What stands before the phrase."""
        return self.content[max(0, self.start - REACH) : self.start]

    @property
    def right(self) -> str:
        """What stands behind the phrase."""
        return self.content[self.end : self.end + REACH]

    @property
    def kind(self) -> str:
        """What the number can only be: a part of a whole, a place in an order ..."""
        return self.reading.amount.kind

    @property
    def units(self) -> int:
        """How many units the phrase says."""
        return sum(word in self.words.unit_of for word in self.said)


def doubt(seen: Seen) -> str:
    """Return why the reading of a phrase is in doubt, or nothing."""
    return next((reason for reason, holds in DOUBTS if holds(seen)), "")


def _within_a_name(seen: Seen) -> bool:
    before = re.search(r"(?:\w|[/+#§'’^]|\w[-–])\Z", seen.left)
    return bool(before or re.match(r"[^\W¹²³⁰-⁹]|[-–/^:]\w|[:/]", seen.right))


def _negated(seen: Seen) -> bool:
    return bool(_NEGATED.search(seen.left))


def _broken(seen: Seen) -> bool:
    return bool(_BROKEN.search(seen.left) or _BREAKS.match(seen.right))


@cache
def _turning(words: Vocabulary) -> tuple[re.Pattern[str], ...]:
    """Return what before, what behind and which multiplier behind turns a reading."""
    hedge = either(set(words.hedge_of) - {"under", "within"})
    article = rf"(?<!\w){hedge}\s+(?:the|its|their|this|that|an?)\s+\Z"
    signed = r"(?:±|\+/[-−–])\s?\Z"
    after = either([*AFTERTHOUGHTS, *words.after_of])
    behind = rf"\s?\+|[\s,(–—]*{after}(?!\s+than\b)"
    money = either(money for money in words.money_of if not money.isalpha())
    listed = rf"(?:[\s\d.,:/&()–-]|and\b|or\b|to\b|{money})*"
    bracket = r"[^)]{0,30}\)\s*"
    shared = rf"(?:{listed}|{bracket})(?<![^\W\d_]){either(words.factor_of)}"
    found = (rf"{article}|{signed}", behind, shared)
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in found)


def _hedged_before(seen: Seen) -> bool:
    """Whether a word turns the bounds from before an article: around the 40% mark."""
    return bool(_turning(seen.words)[0].search(seen.left))


def _hedged_behind(seen: Seen) -> bool:
    return bool(_turning(seen.words)[1].match(seen.right))


def _shares_multiplier(seen: Seen) -> bool:
    """Whether a number may be thousands or millions: $5 and $6 million, $3.2 MM."""
    if seen.reading.amount.scaled > 1:
        return False
    if seen.reading.unit not in seen.words.currencies:
        return seen.bare and bool(_ABBREVIATED.match(seen.right))
    tenths = seen.reading.amount.digit.denominator == 10
    follows = _turning(seen.words)[2].match(seen.right)
    return bool(tenths or follows or _ABBREVIATED.match(seen.right))


def _falls(seen: Seen) -> bool:
    multiple = seen.reading.unit == "times" and seen.reading.number > 1
    beside = _FALLING.search(seen.left) or _FALL.match(seen.right)
    return multiple and bool(beside)


def _raised(seen: Seen) -> bool:
    length = re.search(r"(?:\d|km|m|metres)\Z", seen.content[seen.start : seen.end])
    return bool(length and re.match(r"[²³¹⁰-⁹]", seen.right))


def _note(seen: Seen) -> bool:
    return seen.bare and bool(re.search(r"\S[.,;:)”\"\]]\Z|\[\Z", seen.left))


def _date(seen: Seen) -> bool:
    near = re.search(rf"{_MONTH.pattern}\.?\s+\Z", seen.left)
    return seen.bare and bool(near or re.match(rf"\s+{_MONTH.pattern}", seen.right))


def _label(seen: Seen) -> bool:
    word = re.search(r"([^\W\d_]+)\.?\s*\Z", seen.left)
    if not word or not seen.bare:
        return False
    name = word[1].lower()
    return name in LABELS or (word[1][0].isupper() and name not in OPENING)


def _change(seen: Seen) -> bool:
    joined = {"to", "-", "–"} & set(seen.said) and seen.reading.last is not None
    begun = "from" in (seen.said[0], seen.before)
    return bool(joined) and (begun or seen.units > 1)


def _rank(seen: Seen) -> bool:
    return seen.kind == "rank"


def _third(seen: Seen) -> bool:
    """Whether "a third" may be no part: a third country, a quarter later."""
    if seen.kind != "part" or seen.units:
        return False
    open_word = seen.said[0] in ("a", "half") or seen.said[-1].startswith("quarter")
    followed = _OWNER.match(seen.right) or re.match(r"\s*[.,;:)]", seen.right)
    return open_word and not followed


def _occasion(seen: Seen) -> bool:
    often = seen.reading.unit == "times" and seen.said[-1] in OCCASIONS
    return often and not _OWNER.match(seen.right)


def _span_of_time(seen: Seen) -> bool:
    return seen.said[0] == "over" and seen.reading.unit in DURATIONS


def _no_money(seen: Seen) -> bool:
    return seen.said[-1] in DOUBLE_SENSE and seen.reading.amount.scaled == 1


def _year(seen: Seen) -> bool:
    measured = not seen.bare and seen.reading.unit not in PERCENTS
    return measured and bool(YEAR.fullmatch(seen.said[0]))


def _pronoun(seen: Seen) -> bool:
    return seen.bare and seen.said[-1] in PRONOUNS


def _preposition(seen: Seen) -> bool:
    small = seen.reading.amount.digit == 0 and seen.reading.number <= 12
    return seen.bare and small and len(seen.said) > 1 and seen.said[0] in PREPOSITIONS


def _uncounted(seen: Seen) -> bool:
    things = _THINGS.match(seen.right)
    if not seen.bare or not things:
        return seen.bare
    noun = re.split(r"[\s-]", things[1].lower())[-1]
    unit = seen.words.unit_of.get(noun, "count")  # five billion CFA francs
    return noun in NOT_COUNTED or unit not in ("count", "persons")


CHANGE = "it may be a range, or a change from one to the other"
DOUBTS: tuple[tuple[str, Callable[[Seen], bool]], ...] = (
    ("it is a piece of a name or of a longer number", _within_a_name),
    ("the small figure may be a power or a note", _raised),
    ("it may be the mark of a note", _note),
    ("it may be a date", _date),
    ("it may be a place in a text, or part of a name", _label),
    (CHANGE, _change),
    ("it is a place in an order", _rank),
    ("it may be a part, a place in an order or a span of time", _third),
    ("it may be a multiple, or how often something happened", _occasion),
    ("it may be a span, or a length of time that is exceeded", _span_of_time),
    ("it may be no money", _no_money),
    ("it may be a year", _year),
    ("it may be no count", _pronoun),
    ("its first word may be no hedge here", _preposition),
    ("a word before it negates it", _negated),
    ("a word beside it is broken over the line", _broken),
    ("a word before it may turn its bounds", _hedged_before),
    ("a word behind it may turn its bounds", _hedged_behind),
    ("it may share the multiplier of what follows", _shares_multiplier),
    ("it may be a multiple, or what is left after a fall", _falls),
    ("what it counts is not told", _uncounted),
)
