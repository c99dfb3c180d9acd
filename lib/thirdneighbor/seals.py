"""Recorded digests of the tables, by row and by column, so that no cell changes unnoticed.

A swapped reporter or an edited code may be a valid cell. Only the texts can show that it is
wrong; without them the digests that were recorded when the texts were at hand do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .package import PACKAGE, DataError, Problem
from .tables import Tables

FILE = "digests.json"
DECLARED = ("propositions",)  # held by the records of the notebooks instead
Seals = dict[str, dict[str, dict[str, str]]]


def seals(tables: Tables, keys: Mapping[str, list[str]]) -> Seals:
    """Return the digests of every table, whatever the order of its rows.

    Parameters
    ----------
    tables : Tables
        The tables.
    keys : mapping
        Primary key of each table, as `primary_keys` returns them.

    Returns
    -------
    dict
        By table: `rows` (digest by key) and `columns` (digest by name).
    """
    return {name: _seal(tables.rows(name), keys[name]) for name in _sealed(tables)}


def _sealed(tables: Tables) -> list[str]:
    return [name for name in tables.names if name not in DECLARED]


def primary_keys(folder: Path) -> dict[str, list[str]]:
    """Return the columns of the primary key of each table of a data folder."""
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    keys = {r["name"]: r["schema"]["primaryKey"] for r in package["resources"]}
    return {name: [key] if isinstance(key, str) else key for name, key in keys.items()}


def record(tables: Tables) -> None:
    """Write the digests of the tables as they are beside them."""
    text = json.dumps(seals(tables, primary_keys(tables.folder)), indent=1, ensure_ascii=False)
    (tables.folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def seal_problems(tables: Tables) -> list[Problem]:
    """Return each row that is not as it was recorded, with the columns that changed.

    A folder without recorded digests has none.

    Raises
    ------
    DataError
        If the digests cannot be read.
    """
    if not (tables.folder / FILE).is_file():
        return []
    try:
        recorded: Seals = json.loads((tables.folder / FILE).read_text(encoding="utf-8"))
        kept = {
            name: (recorded[name]["rows"], recorded[name]["columns"]) for name in _sealed(tables)
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = "holds no digests of these tables; record them with check --sources DIR --record"
        raise DataError(f"{FILE}: {text}") from error
    keys = primary_keys(tables.folder)
    now = seals(tables, keys)
    problems = []
    for name, (rows, columns) in kept.items():
        changed = [c for c, digest in now[name]["columns"].items() if columns.get(c) != digest]
        problems += _row_problems(name, keys[name], tables.rows(name), rows, changed)
    return problems


def _row_problems(
    name: str,
    key: list[str],
    rows: list[dict[str, str]],
    recorded: Mapping[str, str],
    changed: list[str],
) -> list[Problem]:
    file, problems = f"{name}.csv", []
    for i, row in enumerate(rows, 2):
        named = _key(row, key)
        if named not in recorded:
            text = "is not among the recorded rows"
            problems.append(Problem(file, i, ", ".join(key), named, text))
        elif recorded[named] != _digest(row):
            values = ", ".join(row[column] for column in changed)
            text = f"of {named} is not what was recorded"
            problems.append(Problem(file, i, ", ".join(changed), values, text))
    held = {_key(row, key) for row in rows}
    for lost in recorded:
        if lost not in held:
            text = "was recorded and is no longer there"
            problems.append(Problem(file, len(rows) + 1, ", ".join(key), lost, text))
    return problems


def _seal(rows: list[dict[str, str]], key: list[str]) -> dict[str, dict[str, str]]:
    named = sorted((_key(row, key), row) for row in rows)
    columns = list(rows[0]) if rows else []
    return {
        "columns": {c: _digest([[name, row[c]] for name, row in named]) for c in columns},
        "rows": {name: _digest(row) for name, row in named},
    }


def _key(row: Mapping[str, str], key: list[str]) -> str:
    return " | ".join(row[column] for column in key)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
