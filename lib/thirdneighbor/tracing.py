"""Tracing one id both ways: where it comes from, and everything that uses it."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .bundles import outputs
from .tables import DataError, Tables, records

Row = Mapping[str, str]

KEYS = {
    "figures": "figure_id",
    "events": "event_id",
    "claims": "claim_id",
    "statements": "statement_id",
    "propositions": "prop_id",
    "sources": "source_id",
}
ASKS = {
    "gt": "is it above",
    "ge": "is it at least",
    "lt": "is it below",
    "le": "is it at most",
    "eq": "is it",
    "in": "is it within",
    "shown": "is it shown",
}
REACH = 300
_ENDS = re.compile(r"[.!?][\"”’)\]]*\s+(?=[A-Z“\"(\d])|\n\s*\n")


def plain(text: str) -> str:
    r"""Return text that no terminal obeys: control and direction characters are spelled out.

    Examples
    --------
    >>> plain("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    kinds = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return "".join(
        ascii(c)[1:-1] if unicodedata.category(c) in kinds else c for c in " ".join(text.split())
    )


def used_in(notebooks: Sequence[Path]) -> list[dict[str, str]]:
    """Return what executed notebooks used, as they recorded it.

    Parameters
    ----------
    notebooks : sequence of Path
        Executed notebooks.

    Returns
    -------
    list of dict
        One row a verdict: `notebook`, `prop_id`, `reading`, `verdict`, `inputs`, `sources`; and
        one a notebook with an empty `prop_id`, whose inputs and sources are all that it shows.
    """
    rows = []
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for record in outputs(cells, "verdict"):
            names = ("prop_id", "reading", "verdict", "inputs", "sources")
            rows.append({"notebook": path.stem} | {name: record[name] for name in names})
        for run in outputs(cells, "run"):
            shown = [r[k] for t, k in KEYS.items() for r in run.get(t, []) if t != "sources"]
            sources = [row["source_id"] for row in run["sources"]]
            rows.append(
                {"notebook": path.stem, "prop_id": "", "inputs": " ".join(shown)}
                | {"sources": " ".join(sources)}
            )
    return rows


def trace_lines(
    tables: Tables,
    identifier: str,
    texts: Mapping[str, str] | None = None,
    used: Sequence[Row] = (),
) -> list[str]:
    """Return the trace of an id, line by line, safe for a terminal.

    Parameters
    ----------
    tables : Tables
        The tables.
    identifier : str
        A figure, event, claim, statement, proposition or source.
    texts : mapping of str to str, optional
        Content of the texts by source id; with it the passage is shown, the token marked.
    used : sequence of dict
        What the notebooks used, as `used_in` returns it.

    Raises
    ------
    DataError
        If no table holds the id; near ones are told.
    """
    lines: list[str] = []
    for table, key in KEYS.items():
        found = records(tables[table][tables[table][key] == identifier])
        if found:
            lines.append(f"{identifier} ({table}.csv)")
            lines += [f"  {line}" for line in _TRACES[table](tables, found, texts or {}, used)]
    if not lines:
        raise DataError(f"unknown id {identifier!r}{_near(tables, identifier)}")
    return [" " * (len(line) - len(line.lstrip(" "))) + plain(line) for line in lines]


def _near(tables: Tables, identifier: str) -> str:
    known = {i.casefold(): i for table, key in KEYS.items() for i in sorted(tables[table][key])}
    name = identifier.strip().casefold()
    close = difflib.get_close_matches(name, known, n=4, cutoff=0.6)
    close += [other for other in known if len(name) > 1 and name in other and other not in close]
    if not close:
        return f"; ids stand in {', '.join(f'{table}.csv' for table in KEYS)}"
    more = ", ".join(repr(known[other]) for other in close[1:4])
    return f"; did you mean {known[close[0]]!r}?" + (f" Also near: {more}" if more else "")


def _figure(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    (row,) = found
    reading = tables.readings[row["figure_id"]]
    yield f"printed: {row['printed']!r}"
    yield from _where(tables, row, texts)
    parties = f"{row['reporter']} with {row['partner']}" if row["partner"] else row["reporter"]
    goods = f", {row['commodity']}" if row["commodity"] else ""
    ends = dict.fromkeys(end for end in (row["period_start"], row["period_end"]) if end)
    years = " to ".join(ends) or "no period"
    yield f"says: {row['quantity']}, {parties}{goods}, {years} ({row['period_basis']})"
    yield f"kind: {row['flow_stock']}; found in {row['locus']}; passed on from {row['upstream']}"
    yield f"interval: {reading.interval().shown(reading.unit)}, because {reading.rule()}"
    if reading.hedge != "none":
        exact = reading.interval(strict=True).shown(reading.unit)
        yield f"without its hedge: {exact}, because {reading.rule(strict=True)}"
    if row["note"]:
        yield f"note: {row['note']}"
    yield from _uses(tables, row["figure_id"], used)


def _event(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    (row,) = found
    ends = dict.fromkeys(end for end in (row["date_start"], row["date_end"]) if end)
    yield f"says: {row['label']}"
    yield f"date: {' to '.join(ends) or 'none'} ({row['date_precision']}, {row['date_basis']})"
    codes = ("direction", "partner", "kind", "valence", "strength", "initiator")
    yield "; ".join(f"{code}: {row[code]}" for code in codes if row[code])
    counted = f"from the {row['coding']} coding on" if row["coding"] else "never"
    yield f"counted: {counted}"
    mentions = tables["event_mentions"]
    for mention in records(mentions[mentions["event_id"] == row["event_id"]]):
        yield f"named by {mention['source_id']}: {mention['printed']!r} ({mention['role']})"
        yield from _where(tables, mention, texts)
    yield from _uses(tables, row["event_id"], used)


def _claim(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    (row,) = found
    statement = tables.row("statements", row["statement_id"])
    yield f"says: {row['paraphrase']} ({row['modality']}, topic {row['topic']})"
    yield from _where(tables, row, texts)
    yield f"stance: {row['stance']} on {row['statement_id']}: {statement['text']}"
    declared = tables["propositions"]
    tests = records(declared[declared["claim_id"] == row["claim_id"]])
    yield from _judged(tests, used)


def _statement(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    (row,) = found
    yield f"says: {row['text']}"
    yield f"examined in: notebooks/{row['notebook']}.ipynb"
    claims = tables["claims"]
    mine = records(claims[claims["statement_id"] == row["statement_id"]])
    for claim in mine:
        who = f"{claim['claim_id']} ({claim['source_id']})"
        yield f"{claim['stance']}: {who}: {claim['paraphrase']}"
    declared = tables["propositions"]
    tested = declared["claim_id"].isin([claim["claim_id"] for claim in mine])
    yield from _judged(records(declared[tested]), used)


def _proposition(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    for row in found:
        recorded = [use for use in used if _key(use) == _key(row)]
        verdict = recorded[0]["verdict"] if recorded else "no verdict recorded"
        yield f"reading {row['reading']}: {row['text']}"
        yield f"judged: {verdict}, in notebooks/{row['notebook']}.ipynb, {_anchor(row)}"
        yield f"asks: {ASKS[row['operator']]} {row['threshold']} {row['unit']}".rstrip()
        yield f"rests on: {row['basis']}; bearing on the argument: {row['bearing']}"
        if row["note"]:
            yield f"note: {row['note']}"
        if row["claim_id"]:
            claim = tables.row("claims", row["claim_id"])
            who = f"{row['claim_id']} ({claim['source_id']})"
            yield f"tests the claim {who}: {claim['paraphrase']}"
        given = " ".join([row["inputs"], *(use["inputs"] for use in recorded)]).split()
        for name in dict.fromkeys(given):
            yield f"uses {name}{_gloss(tables, name)}"


def _source(
    tables: Tables, found: list[dict[str, str]], texts: Mapping[str, str], used: Sequence[Row]
) -> Iterator[str]:
    (row,) = found
    yield f"is: {_cited(row)}, {row['title']} ({row['kind']}, {row['perspective']})"
    yield f"published: {row['published'] or 'no date'}; at {row['doi_or_url']}"
    if row["file"]:
        span = f"{row['span_start']} to {row['span_end']}"
        yield f"file: {row['file']}, of which characters {span} are evidence"
        yield f"digest: {row['text_sha256']}"
    for table in (t for t in tables.names if t != "sources" and "source_id" in tables[t]):
        mine = records(tables[table][tables[table]["source_id"] == row["source_id"]])
        yield f"rows of {table}.csv: {len(mine)}"
        if table in ("figures", "claims"):
            yield from (f"holds {next(iter(r.values()))}" for r in mine)
        if table == "event_mentions":
            yield from (f"names {r['event_id']}" for r in mine)
    for use in used:
        if not use["prop_id"] and row["source_id"] in use["sources"].split():
            yield f"used in reports/{use['notebook']}.html#source-{row['source_id']}"


_TRACES = {
    "figures": _figure,
    "events": _event,
    "claims": _claim,
    "statements": _statement,
    "propositions": _proposition,
    "sources": _source,
}


def _key(row: Row) -> tuple[str, str]:
    return row["prop_id"], row.get("reading", "")


def _anchor(row: Row) -> str:
    return f"reports/{row['notebook']}.html#{row['prop_id']}"


def _cited(source: Row) -> str:
    names = source["authors"].split(";")[0].split(",")[0] or source["publication"]
    return " ".join(filter(None, [names, source["year"]]))


def _gloss(tables: Tables, name: str) -> str:
    if name in tables.readings:
        reading = tables.readings[name]
        printed = tables.row("figures", name)["printed"]
        return f": {printed!r}, {reading.interval().shown(reading.unit)}"
    found = records(tables["events"][tables["events"]["event_id"] == name])
    return f": {found[0]['label']}" if found else ""


def _where(tables: Tables, row: Row, texts: Mapping[str, str]) -> Iterator[str]:
    """Return source and place, errors noted there, and with the texts the passage."""
    source = tables.row("sources", row["source_id"])
    at = f", character {row['char_start']}" if row["char_start"] else ""
    place = f": {row['place']}" if row.get("place") else ""
    yield f"from: {_cited(source)} ({row['source_id']}){place}{at}"
    if not row["char_start"]:
        return
    start = int(row["char_start"])
    end = start + len(row.get("printed", ""))
    for wrong in tables.rows("corrections"):
        first = int(wrong["char_start"])
        last = first + len(wrong["printed"])
        if wrong["source_id"] == row["source_id"] and first < max(end, start + 1) and start < last:
            yield f"correction: {wrong['issue']} {wrong['evidence']}"
    if row["source_id"] in texts:
        span = int(source["span_start"]), int(source["span_end"])
        yield f"passage: {passage(texts[row['source_id']], start, end, span)}"


def passage(text: str, start: int, end: int, span: tuple[int, int]) -> str:
    """Return the sentence around a place, and no more of the text, with the token marked.

    Parameters
    ----------
    text : str
        The text.
    start, end : int
        Place of the token in characters, end exclusive; an empty one stands for the word there.
    span : tuple of int
        The part of the text that is evidence.

    Examples
    --------
    >>> passage("One. It was 90% then. Two.", 12, 15, (0, 26))
    'It was >>90%<< then.'
    """
    if end == start:
        word = re.compile(r"\S+").match(text, start)
        end = word.end() if word else end
    first, last = max(span[0], start - REACH), min(span[1], end + REACH)
    before = [match.end() for match in _ENDS.finditer(text, first, end) if match.end() <= start]
    after = _ENDS.search(text, end - 1 if text[end - 1 : end] in ".!?" else end, last)
    left = before[-1] if before else first
    right = after.end() if after else last
    opening = "" if before or first == span[0] else "... "
    closing = "" if after or last == span[1] else " ..."
    sentence = f"{text[left:start]}>>{text[start:end]}<<{text[end:right]}"
    return opening + " ".join(sentence.split()) + closing


def _uses(tables: Tables, name: str, used: Sequence[Row]) -> Iterator[str]:
    """Return the propositions and pages that use a figure or an event."""
    said = {_key(u) for u in used if u["prop_id"] and name in u["inputs"].split()}
    rows = [
        row
        for row in tables.rows("propositions")
        if name in row["inputs"].split() or _key(row) in said
    ]
    yield from _judged(rows, used)
    for use in used:
        if not use["prop_id"] and name in use["inputs"].split():
            page = f"reports/{use['notebook']}.html#src-{name}"
            yield f"shown in notebooks/{use['notebook']}.ipynb, {page}"
    if not rows:
        yield "used by no proposition"


def _judged(rows: Sequence[Row], used: Sequence[Row]) -> Iterator[str]:
    verdicts = {_key(u): f", {u['verdict']}" for u in used if u["prop_id"]}
    for row in rows:
        verdict = verdicts.get(_key(row), "")
        yield f"used by {row['prop_id']} ({row['reading']}{verdict}), {_anchor(row)}: {row['text']}"
