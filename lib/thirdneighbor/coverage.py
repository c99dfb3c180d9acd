"""Which numbers that a text prints stand in no table, with a row to fill in for each.

A number is a run of digits, a percent sign, or an English number word: cardinals, ordinals
from first to tenth, fractions (half, third, quarter), multiples (twice, doubled) and
collectives (dozens, hundreds). Units of time (decade, century), "both", "single", "once" and
number words of other languages are not read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .printed import HEDGES, MULTIPLIERS, UNITS, WORDS, PrintError, Reading, read
from .tables import Tables

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
COLLECTIVES = ("dozen", "hundred", "thousand", "million", "billion", "trillion")
OTHERS = ("tenth", "firstly", "secondly", "thirdly", "half", "halves", "quarter", "twice")
MULTIPLES = ("thrice", "double", "doubled", "doubling", "triple", "tripled", "per cent", "percent")
PLURALS = ("third", "quarter", "fifth", "tenth", *COLLECTIVES)
NUMBER_WORDS = (*WORDS, *ORDINALS, *COLLECTIVES, *OTHERS, *MULTIPLES, *(w + "s" for w in PLURALS))
_KNOWN = frozenset(NUMBER_WORDS)
ACCOUNTED = ("figures", "event_mentions", "excluded")
YEARS = range(1000, 2101)


def _either(words: Sequence[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    edge = r"(?<![^\W\d_]){}(?![^\W\d_])"
    return edge.format("(?:" + "|".join(re.escape(word) for word in ordered) + ")")


_WORD = _either(NUMBER_WORDS)
_SIGNS = "%‰¹²³⁰-⁹½¼¾⅐-⅞"
_TOKEN = re.compile(rf"\d+|[{_SIGNS}]|(?i:per cent)(?![^\W\d_])|([^\W\d_{_SIGNS}]+)")
_HEDGE = _either([word for words in HEDGES.values() for word in words])
_AFTER = _either([word for word in (*MULTIPLIERS, *sum(UNITS.values(), ())) if word.isalpha()])
_NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?(?:st|nd|rd|th)?|[½¼¾⅐-⅞]|{_WORD}(?:[ -]{_WORD})*"
_GAP = "[ \N{NO-BREAK SPACE}]"
PHRASE = re.compile(
    rf"(?:{_HEDGE}{_GAP})?(?:(?:us)?\${_GAP}?|usd{_GAP})?(?:{_NUMBER})"
    rf"(?:{_GAP}?%|(?:{_GAP}?{_AFTER}){{1,2}})?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """A number of a text that no table accounts for.

    Parameters
    ----------
    source_id : str
        The text.
    char_start : int
        Offset of `printed` in it, in characters; the first is 0.
    printed : str
        The number with hedge, multiplier and unit, as they stand beside it.
    """

    source_id: str
    char_start: int
    printed: str

    @property
    def reading(self) -> Reading | None:
        """What the rules for printed numbers make of it, where they can."""
        try:
            return read(self.printed, "" if self._has_unit() else "count")
        except PrintError:
            return None

    @property
    def is_year(self) -> bool:
        """Whether it is four digits that may be a year."""
        return self.printed.isascii() and self.printed.isdigit() and int(self.printed) in YEARS

    def told(self) -> str:
        """Return place, token and guesses on one line."""
        guess = "perhaps a year" if self.is_year else "no unit, no hedge can be read"
        if self.reading and not self.is_year:
            unit = self.reading.unit if self._has_unit() else "unknown"
            guess = f"unit {unit}, hedge {self.reading.hedge}"
        return f"{self.source_id}, character {self.char_start}: {self.printed!r} ({guess})"

    def row(self, columns: Sequence[str]) -> list[str]:
        """Return a row for `figures.csv`; what a reader must decide is left empty."""
        known = {
            "source_id": self.source_id,
            "printed": self.printed,
            "char_start": str(self.char_start),
            "unit_elsewhere": "count" if self.reading and not self._has_unit() else "",
            "upstream": "none",
            "locus": "prose",
        }
        return [known.get(column, "") for column in columns]

    def _has_unit(self) -> bool:
        try:
            read(self.printed)
        except PrintError as error:
            return not str(error).endswith("found none")
        return True


def numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Return the place of every digit run, percent sign and number word of a text.

    Parameters
    ----------
    text : str
        The text.
    start, end : int
        The part that is evidence, in characters.

    Returns
    -------
    iterator of (int, int)
        First character and end (exclusive) of each.

    Examples
    --------
    >>> [tuple(place) for place in numbers("over 90% of two")]
    [(5, 7), (7, 8), (12, 15)]
    """
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        if not match[1] or match[1].lower() in _KNOWN:
            yield match.span()


def candidates(
    source_id: str,
    text: str,
    span: tuple[int, int] | None = None,
    accounted: Sequence[tuple[int, int]] = (),
) -> list[Candidate]:
    """Return the numbers of a text that stand in none of the accounted places.

    Parameters
    ----------
    source_id : str
        Name of the text.
    text : str
        The text.
    span : tuple of int, optional
        First character and end of the part that is evidence; the whole text by default.
    accounted : sequence of (int, int)
        Places that a table accounts for, end exclusive.
    """
    start, end = span or (0, len(text))
    inside = {at for first, last in accounted for at in range(first, last)}
    left = [p for p in numbers(text, start, end) if not inside.issuperset(range(*p))]
    phrases = [match.span() for match in PHRASE.finditer(text, start, end)] if left else []
    found: dict[tuple[int, int], None] = {}
    for first, last in left:
        around = ((a, b) for a, b in phrases if a <= first and last <= b)
        whole = next(around, (first, last))
        found[(first, last) if inside.intersection(range(*whole)) else whole] = None
    return [Candidate(source_id, first, text[first:last]) for first, last in found]


def uncovered(tables: Tables, texts: Mapping[str, str]) -> list[Candidate]:
    """Return the numbers of the evidence that stand in no figure, event or excluded row.

    Parameters
    ----------
    tables : Tables
        The tables.
    texts : mapping of str to str
        Content of each text by source id, as `Tables.texts` returns it.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for table in ACCOUNTED:
        for row in tables.rows(table):
            if row["char_start"]:
                start = int(row["char_start"])
                places.setdefault(row["source_id"], []).append((start, start + len(row["printed"])))
    found = []
    for name, text in texts.items():
        found += candidates(name, text, _span(tables, name), places.get(name, []))
    return found


def count(tables: Tables, texts: Mapping[str, str]) -> int:
    """Return how many numbers the evidence of the texts holds, in a table or not."""
    return sum(1 for name, text in texts.items() for _ in numbers(text, *_span(tables, name)))


def _span(tables: Tables, name: str) -> tuple[int, int]:
    source = tables.row("sources", name)
    return int(source["span_start"]), int(source["span_end"])


def listed(found: Sequence[Candidate], columns: Sequence[str]) -> list[str]:
    """Return the lines that tell of candidates, and the rows to fill in.

    Parameters
    ----------
    found : sequence of Candidate
        The candidates.
    columns : sequence of str
        Columns of `figures.csv`.
    """
    noun = "number stands" if len(found) == 1 else "numbers stand"
    lines = [f"{len(found)} {noun} in no figure, event or excluded row:"]
    return lines + [f"  {each.told()}" for each in found] + [rows_to_fill(found, columns).rstrip()]


def rows_to_fill(found: Sequence[Candidate], columns: Sequence[str]) -> str:
    """Return candidates as CSV: rows of `figures.csv`, and of `excluded.csv` for the years."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    figures = [candidate for candidate in found if not candidate.is_year]
    years = [candidate for candidate in found if candidate.is_year]
    if figures:
        writer.writerow(columns)
        writer.writerows(candidate.row(columns) for candidate in figures)
    if years:
        writer.writerow(["source_id", "char_start", "printed", "reason"])
        writer.writerows([c.source_id, c.char_start, c.printed, "period"] for c in years)
    return text.getvalue()
