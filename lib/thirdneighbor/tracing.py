"""Tracing one id: where it stands, what it means, and everything that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .params import near
from .tables import DataError, Tables, records

KEYS = {
    "figures": "figure_id",
    "events": "event_id",
    "claims": "claim_id",
    "statements": "statement_id",
    "propositions": "prop_id",
}
CONTEXT = 90


def trace_lines(tables: Tables, identifier: str, texts: Path | None) -> Iterator[str]:
    """Return the trace of an id, line by line.

    Parameters
    ----------
    identifier : str
        A figure, event, claim, statement or proposition.
    texts : Path, optional
        Folder with the texts; with it the passage itself is shown, the token between marks.

    Raises
    ------
    DataError
        If no table holds the id; the closest ones are told.
    """
    for table, key in KEYS.items():
        found = records(tables[table][tables[table][key] == identifier])
        if found:
            return _lines(tables, table, identifier, found, texts)
    known = [i for table, key in KEYS.items() for i in tables[table][key]]
    tables_of_ids = ", ".join(f"{table}.csv" for table in KEYS)
    hint = near(identifier, known) or f"; ids stand in {tables_of_ids}"
    raise DataError(f"unknown id {identifier!r}{hint}")


def _lines(
    tables: Tables, table: str, identifier: str, found: list[dict[str, str]], texts: Path | None
) -> Iterator[str]:
    yield f"{identifier} ({table}.csv)"
    for row in found:
        yield from (f"  {name}: {value}" for name, value in row.items() if value)
        yield from _passage(tables, row, texts)
    if table == "figures":
        reading = tables.readings[identifier]
        yield f"  interval: {reading.interval().shown(reading.unit)} ({reading.rule()})"
    if table == "events":
        mentions = tables["event_mentions"]
        for row in records(mentions[mentions["event_id"] == identifier]):
            yield f"  named by {row['source_id']}: {row['printed']!r}, {row['place']}"
            yield from _passage(tables, row, texts)
    if table == "statements":
        claims = tables["claims"]
        for row in records(claims[claims["statement_id"] == identifier]):
            yield f"  {row['stance']}: {row['claim_id']} ({row['source_id']})"
    yield from _users(tables, table, identifier)


def _users(tables: Tables, table: str, identifier: str) -> Iterator[str]:
    """Return the propositions that rest on a figure, event or claim, with their report anchors."""
    for row in records(tables["propositions"]):
        used = identifier in row["inputs"].split() or identifier == row["claim_id"]
        if used and table != "propositions":
            anchor = f"reports/{row['notebook']}.html#{row['prop_id']}"
            yield f"  used by {row['prop_id']} ({row['reading']}): {anchor}"


def _passage(tables: Tables, row: dict[str, str], texts: Path | None) -> Iterator[str]:
    """Return the passage around the token, the token between angle marks."""
    if texts is None or not row.get("char_start") or not row.get("source_id"):
        return
    source = tables.row("sources", row["source_id"])
    path = texts / source["file"]
    if not source["file"] or not path.is_file():
        raise DataError(f"the text {source['file']!r} is not in {str(texts)!r}")
    text, start = path.read_bytes().decode("utf-8"), int(row["char_start"])
    end = start + len(row.get("printed", ""))
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    yield "  passage: " + " ".join(f"...{before}>>{text[start:end]}<<{after}...".split())
