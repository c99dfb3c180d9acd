"""The texts and the tables: places, numbers that stand in no table, the trace of an id.

Which rows belong together is told by the foreign keys of the data package alone.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import DataError
from .finding import Candidate, candidates, numbers
from .intervals import bounds_text, text
from .package import Link, Problem, Row, Table, as_csv, refuse
from .parameters import near
from .tables import TEXT, Tables
from .vocabulary import Vocabulary

ACCOUNTED = ("figures", "event_mentions", "excluded")
REACH = 300  # characters of a passage on either side, at most
LABELS = ("text", "label", "paraphrase", "printed", "title", "name")
FIRST = ("source_id", "char_start", "place", "printed")  # told before the other cells
LONGEST = 6  # words of a hedge
MANY = 20  # rows of one table that are told one by one

_ENDS = re.compile(r"[.!?][\"”’)\]]*\s+(?=[A-Z“\"(\d])|\n\s*\n")


def read_texts(tables: Tables, folder: Path | None) -> tuple[dict[str, str], list[str]]:
    """Return the texts that a reader has by source id, and the names of absent files.

    Parameters
    ----------
    tables : Tables
        The tables.
    folder : Path or None
        Folder with the texts, under the names in `sources.csv`; None if there is none.

    Raises
    ------
    DataError
        If a file is not the edition whose digest `sources.csv` records, or is shorter
        than the part of it that is evidence.
    """
    found: dict[str, str] = {}
    absent: list[str] = []
    if folder is None:
        return found, absent
    for i, source in enumerate(tables.rows("sources"), 2):
        name, recorded = source["file"], source["text_sha256"]
        if not name:
            absent += [f"file of {source['source_id']}"] * (source["kind"] == TEXT)
            continue
        if not (folder / name).is_file():
            absent.append(name)
            continue
        raw = (folder / name).read_bytes()
        now, content = hashlib.sha256(raw).hexdigest(), _decoded(name, raw)
        if now != recorded:
            wrong = f"is not that of {name}, another edition moves every place; it has"
            wrong = f"{wrong if recorded else f'is empty; for {name} write'} {now}"
            refuse([Problem("sources.csv", i, "text_sha256", recorded, wrong)])
        if int(source["span_end"] or 0) > len(content):
            wrong = f"lies beyond the end of {name}, {len(content)}"
            refuse([Problem("sources.csv", i, "span_end", source["span_end"], wrong)])
        found[source["source_id"]] = content
    return found, absent


def _decoded(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{name}: is not UTF-8: {error}") from error


def place(content: str, start: int, printed: str) -> tuple[int, int] | None:
    r"""Return the place of a token at an offset, or nothing; it may run over a line.

    Examples
    --------
    >>> place("it owed\n$3.85\nbillion", 8, "$3.85 billion")
    (8, 21)
    """
    if content.startswith(printed, start):
        return start, start + len(printed)
    words = re.compile(r"\s+".join(map(re.escape, printed.split())))
    match = words.match(content, start)
    return match.span() if match else None


def place_problems(tables: Tables, texts: Mapping[str, str]) -> list[Problem]:
    """Return every printed token that does not stand at its place, or not as a whole.

    A figure may not leave out the hedge that stands beside it, unless its note quotes the
    hedge to tell that it belongs to something else.
    """
    problems = []
    for table, i, row in tables.placed():
        if row["source_id"] not in texts:
            continue
        printed, content = row.get("printed", ""), texts[row["source_id"]]
        found = place(content, int(row["char_start"]), printed)
        if found is None:
            wrong = f"does not stand at character {row['char_start']} of "
            wrong += row["source_id"] + _nearest(content, row)
        elif table.name == "figures":
            wrong = _left_out(row, _hedge_beside(tables.words, content, *found))
        else:
            continue
        if wrong:
            problems.append(Problem(table.file, i, "printed", printed, wrong))
    return problems


def _nearest(content: str, row: Row) -> str:
    """Return where a token stands instead, as the end of a line."""
    found = [match.start() for match in re.finditer(re.escape(row["printed"]), content)]
    at = int(row["char_start"])
    nearest = min(found, key=lambda start: abs(start - at), default=None)
    return "" if nearest is None else f"; the nearest is at {nearest}"


def _left_out(row: Row, hedge: str) -> str:
    """Return what is wrong if a figure leaves out a hedge, or nothing."""
    if not hedge or f"'{hedge}'" in row.get("note", "").lower():
        return ""
    wrong = f"stands beside '{hedge}' in the text; print both, or quote '{hedge}'"
    return f"{wrong} in the note and say what it belongs to"


def _hedge_beside(words: Vocabulary, content: str, start: int, end: int) -> str:
    """Return the longest hedge that stands directly before a place, or behind it."""
    before = content[max(0, start - REACH) : start].lower().split()[-LONGEST:]
    behind = content[end : end + REACH].lower().split()[:LONGEST]
    ahead = (" ".join(before[n:]).lstrip('(“"') for n in range(len(before)))
    after = (" ".join(behind[:n]).rstrip('.,;:)”"') for n in range(len(behind), 0, -1))
    found = [hedge for hedge in ahead if hedge in words.hedge_of]
    found += [h for h in after if h in words.after_of and h not in words.hedge_of]
    return found[0] if found else ""


def uncovered(tables: Tables, texts: Mapping[str, str]) -> list[Candidate]:
    """Return the numbers of the evidence that no table accounts for."""
    places: dict[str, list[tuple[int, int]]] = {name: [] for name in texts}
    for table, _, row in tables.placed():
        if table.name in ACCOUNTED and row["source_id"] in texts:
            content, start = texts[row["source_id"]], int(row["char_start"])
            if found := place(content, start, row["printed"]):
                places[row["source_id"]].append(found)
    return [
        candidate
        for name, content in texts.items()
        for candidate in candidates(
            name, content, span(tables, name, content), places[name], tables.words
        )
    ]


def count(tables: Tables, texts: Mapping[str, str]) -> int:
    """Return how many numbers the evidence of the texts holds, in a table or not."""
    spans = ((content, span(tables, name, content)) for name, content in texts.items())
    return sum(len(list(numbers(content, *part))) for content, part in spans)


def listed(tables: Tables, found: Sequence[Candidate]) -> list[str]:
    """Return the lines that tell of candidates, and rows of the tables to fill in."""
    noun = "number stands" if len(found) == 1 else "numbers stand"
    lines = [f"{len(found)} {noun} in no row of {', '.join(ACCOUNTED)}:"]
    lines += [plain(f"  {candidate.told()}") for candidate in found]
    for name, years in (("figures", False), ("excluded", True)):
        rows = [c.row() for c in found if c.is_year == years]
        if rows and name in tables:
            table = as_csv(rows, tables.columns(name)).splitlines()
            lines += ["", f"{name}.csv:", "\n".join(map(plain, table))]
    return lines


def added_text(path: Path) -> tuple[str, str, Row]:
    """Return a source id for a further text, the text, and its row to fill in."""
    key = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "text"
    raw = path.read_bytes()
    row = {"source_id": key, "file": path.name, "kind": TEXT}
    row |= {"text_sha256": hashlib.sha256(raw).hexdigest()}
    return key, _decoded(path.name, raw), row


def plain(words: str) -> str:
    r"""Return text that no terminal obeys: control and direction signs are spelled out.

    Examples
    --------
    >>> plain("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    hidden = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    signs = (ascii(c)[1:-1] if unicodedata.category(c) in hidden else c for c in words)
    return "".join(signs)


def passage(content: str, start: int, end: int, part: tuple[int, int]) -> str:
    """Return the sentence around a place, and no more of the text, with it marked.

    Parameters
    ----------
    content : str
        The text.
    start, end : int
        Place in characters, end exclusive; an empty one stands for the word there.
    part : tuple of int
        The part of the text that is evidence.

    Examples
    --------
    >>> passage("One. It was 90% then. Two.", 12, 15, (0, 26))
    'It was >>90%<< then.'
    """
    if end == start:
        word = re.compile(r"\S+").match(content, start)
        end = word.end() if word else end
    first, last = max(part[0], start - REACH), min(part[1], end + REACH)
    ends = [m.end() for m in _ENDS.finditer(content, first, end) if m.end() <= start]
    at = end - 1 if content[end - 1 : end] in ".!?" else end
    after = _ENDS.search(content, at, last)
    left, right = ends[-1] if ends else first, after.end() if after else last
    opening = "" if ends or first == part[0] else "... "
    closing = "" if after or last == part[1] else " ..."
    marked = f"{content[left:start]}>>{content[start:end]}<<{content[end:right]}"
    return opening + " ".join(marked.split()) + closing


def span(tables: Tables, name: str, content: str) -> tuple[int, int]:
    """Return first character and end of the part of a text that is evidence.

    Where the table names no part, it is the whole text.
    """
    source = tables.row("sources", name)
    return int(source["span_start"] or 0), int(source["span_end"] or len(content))


def trace(
    tables: Tables,
    identifier: str,
    texts: Mapping[str, str] | None = None,
    records: Iterable[Mapping[str, Any]] = (),
    shown: Mapping[str, Iterable[str]] | None = None,
) -> list[str]:
    """Return where an id comes from and what uses it, line by line, for a terminal.

    Parameters
    ----------
    tables : Tables
        The tables.
    identifier : str
        Key of a row: a figure, event, claim, proposition, source or any other.
    texts : mapping of str to str, optional
        The texts by source id; with them the passage is shown, the token marked.
    records : iterable of mapping
        What executed notebooks judged: `prop_id`, `reading`, `verdict`, `notebook` and
        `inputs` (ids).
    shown : mapping of str to iterable of str, optional
        Ids that each notebook shows, by notebook.

    Raises
    ------
    DataError
        If no table has the id; a near one is named.
    """
    tracer, lines = _Tracer(tables, texts or {}, list(records)), []
    keyed = [table for table in tables.all if len(table.key) == 1]
    for table in keyed:
        for row in table.rows:
            if row[table.key[0]] == identifier:
                told = [*tracer.row(table, row), *tracer.named(table, identifier)]
                lines += [f"{identifier} ({table.file})", *(f"  {x}" for x in told)]
    if not lines:
        known = {row[table.key[0]] for table in keyed for row in table.rows}
        raise DataError(f"unknown id {identifier!r}{near(identifier, known)}")
    lines += [f"  {line}" for line in tracer.judged(identifier)]
    pages = [name for name, ids in (shown or {}).items() if identifier in ids]
    lines += [f"  shown in reports/{name}.html" for name in pages]
    return [plain(line) for line in lines]


@dataclass(frozen=True)
class _Tracer:
    """The tables, the texts at hand and the verdicts on record."""

    tables: Tables
    texts: Mapping[str, str]
    records: list[Mapping[str, Any]]

    def row(self, table: Table, row: Row) -> Iterator[str]:
        """Return what a row says: token, place, bounds, and its other cells."""
        if row.get("printed"):
            yield f"printed: {row['printed']!r}"
        yield from self.where(table, row)
        if table.name == "figures":
            yield from self.bounds(row)
        links = {link.column: link for link in table.links}
        for column, cell in row.items():
            if cell and column not in (table.key[0], *FIRST):
                labels = self.labels(links[column], cell) if column in links else ""
                yield f"{column}: {cell}{labels}"

    def labels(self, link: Link, cell: str) -> str:
        """Return what the rows that a cell names are about, as the end of a line."""
        rows = [self.tables.row(link.table, key) for key in link.parts(cell)]
        told = "; ".join(filter(None, map(_label, rows)))
        return f" ({told})" * bool(told)

    def bounds(self, row: Row) -> Iterator[str]:
        """Return the interval of a figure and its rule, with and without hedge."""
        said = self.tables.readings[row["figure_id"]]
        for name, strict in (("interval", False), ("without its hedge", True)):
            if said.hedge != "none" or not strict:
                found = said.interval(strict=strict)
                spoken = f"{text(found, said.unit)} ({bounds_text(found, said.unit)})"
                yield f"{name}: {spoken}: {said.rule(strict=strict)}"

    def where(self, table: Table, row: Row) -> Iterator[str]:
        """Return source and place, flaws noted there, and with the text the passage."""
        if not row.get("source_id") or table.name == "sources":
            return
        name, at = row["source_id"], row.get("char_start", "")
        source = self.tables.row("sources", name)
        by = source["authors"].split(";")[0].split(",")[0] or source["title"]
        parts = [f"from: {by} {source['year']} ({name})", row.get("place", "")]
        yield ", ".join(filter(None, [*parts, f"character {at}" * bool(at)]))
        if not at:
            return
        start, printed = int(at), row.get("printed", "")
        here = start, start + len(printed)
        if name in self.texts:
            here = place(self.texts[name], start, printed) or here
        flaws = self.tables.rows("corrections") if "corrections" in self.tables else []
        for flaw in (flaw for flaw in flaws if flaw["source_id"] == name):
            first = int(flaw["char_start"])
            if first < max(here[1], start + 1) and start < first + len(flaw["printed"]):
                yield f"correction: {flaw['issue']} {flaw['evidence']}"
        if name in self.texts:
            evidence = span(self.tables, name, self.texts[name])
            yield f"passage: {passage(self.texts[name], *here, evidence)}"

    def named(self, table: Table, identifier: str) -> Iterator[str]:
        """Return the rows of other tables whose foreign keys name a row."""
        for other in self.tables.all:
            links = [link for link in other.links if link.table == table.name]
            rows = [
                row
                for row in other.rows
                if any(identifier in link.parts(row[link.column]) for link in links)
            ]
            if len(rows) > MANY or (rows and table.name == "sources"):
                yield f"named in {len(rows)} rows of {other.file}"
                continue
            for row in rows:
                key = row[other.key[0]] if len(other.key) == 1 else other.file
                said = _label(row)
                yield f"named by {key}" + f": {said}" * bool(said)
                yield from self.where(other, row)
                yield from self.judged(key)

    def judged(self, identifier: str) -> Iterator[str]:
        """Return the verdicts on a proposition, or the first that rest on an input."""
        using = 0
        for record in self.records:
            said = f"{record['reading']}: {record['verdict']}"
            page = f"reports/{record['notebook']}.html#{record['prop_id']}"
            if record["prop_id"] == identifier:
                yield f"judged {said}, {page}"
                yield from (
                    f"uses {name}{self.gloss(name)}" for name in record["inputs"]
                )
            elif identifier in record["inputs"] and (using := using + 1) <= MANY:
                yield f"used by {record['prop_id']} ({said}), {page}: {record['text']}"
        if using > MANY:
            yield f"used by {using - MANY} more verdicts, see reports/verdicts.csv"

    def gloss(self, name: str) -> str:
        """Return what a figure says, as the end of a line; nothing for other inputs."""
        said = self.tables.readings.get(name)
        if said is None:
            return ""
        printed = self.tables.row("figures", name)["printed"]
        return f": {printed!r}, {text(said.interval(), said.unit)}"


def _label(row: Row) -> str:
    """Return what a row is about, in the words of its first text."""
    return next((row[column] for column in LABELS if row.get(column)), "")
