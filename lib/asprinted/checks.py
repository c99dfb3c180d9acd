"""What only `check` looks at: full validation, and what changed since it was recorded.

A wrong cell may be a valid one: another partner, another code. Only the texts can show
it; without them the hash of each table in the data package tells that it changed, and
git, where it is there, tells which rows. The README of the data folder is written with
the hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .package import (
    PACKAGE,
    DataError,
    Json,
    Problem,
    Row,
    Table,
    as_csv,
    committed,
    links_of,
    parse_rows,
)
from .tables import Tables

README = Path(__file__).parent / "pages" / "templates" / "data.md.j2"
FEW = 8  # codes of a column that the README lists; the data package lists all


def full_problems(tables: Tables) -> list[str]:
    """Return what Frictionless finds wrong with the tables, a line each.

    Parameters
    ----------
    tables : Tables
        The tables; their rows are handed over, so how a file was saved is no problem.
    """
    from frictionless import Package

    content = []
    for resource in tables.package["resources"]:
        table = tables.table(resource["name"])
        cells = [list(table.fields), *(list(row.values()) for row in table.rows)]
        kept = {key: resource[key] for key in ("name", "schema")}
        content.append({**kept, "data": cells})
    report = Package({"name": "tables", "resources": content}).validate()
    lines = []
    for task in report.tasks:
        for error in task.errors:
            row = getattr(error, "row_number", None)
            lines.append(f"{task.name}.csv, row {row or 1}: {error.message}")
    return lines


def table_hash(table: Table) -> str:
    """Return the hash of a table as this library writes it, however it was saved."""
    content = as_csv(table.rows, list(table.fields)).encode()
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def changed(tables: Tables) -> list[Table]:
    """Return the tables that are not as the data package records them.

    A package without hashes records nothing, and nothing has changed.
    """
    recorded = {r["name"]: r.get("hash", "") for r in tables.package["resources"]}
    if not any(recorded.values()):
        return []
    found = map(tables.table, tables.names)
    return [table for table in found if table_hash(table) != recorded[table.name]]


def change_lines(tables: Tables) -> list[str]:
    """Return which tables changed since they were recorded, and with git which rows."""
    lines = []
    for table in changed(tables):
        lines.append(f"{table.file} is not as recorded in {PACKAGE}")
        old = committed_rows(tables, table)
        if old is None:
            lines.append("  git cannot tell which rows")
        elif old == table.rows:
            lines.append("  its rows are those of the last commit")
        else:
            found = [*row_changes(table, old)]
            lines += [f"  {problem}" for problem in found]
            lines += ["  the order of its rows changed"] * (not found)
    return lines


def committed_rows(tables: Tables, table: Table) -> list[Row] | None:
    """Return the rows of a table as last committed; None where git cannot tell."""
    raw = committed(tables.folder / table.file)
    try:
        return None if raw is None else parse_rows(table.file, raw, list(table.fields))
    except DataError:
        return None


def row_changes(table: Table, old: list[Row]) -> list[Problem]:
    """Return the rows that were added, changed or lost, by their keys.

    Parameters
    ----------
    table : Table
        The table as it is.
    old : list of dict
        Its rows as they were.
    """
    before = {_key(table, row): row for row in old}
    problems = []
    for i, row in enumerate(table.rows, 2):
        name = _key(table, row)
        was = before.pop(name, None)
        if was is None:
            text = "is a new row"
            problems.append(Problem(table.file, i, ", ".join(table.key), name, text))
            continue
        for column, value in row.items():
            if value != was[column]:
                text = f"of {name} was {was[column]!r}"
                problems.append(Problem(table.file, i, column, value, text))
    for name in before:
        text = "is a row no longer"
        last = len(table.rows) + 2
        problems.append(Problem(table.file, last, ", ".join(table.key), name, text))
    return problems


def record(tables: Tables, verified: Collection[str] = ()) -> list[str]:
    """Write the hashes of the tables into the data package, and its README anew.

    Parameters
    ----------
    tables : Tables
        The tables.
    verified : collection of str
        Source ids of the texts in which the places have just been looked up.

    Returns
    -------
    list of str
        One line a table that changed, and how many rows nobody verified.
    """
    lines, unseen = [], 0
    package: Json = dict(tables.package)
    for resource in package["resources"]:
        table = tables.table(resource["name"])
        if resource.get("hash") != table_hash(table):
            schema = resource.pop("schema")
            resource |= {"hash": table_hash(table), "schema": schema}
            lines.append(f"{table.file}: recorded")
            unseen += _unseen(tables, table, verified)
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    for name, content in ((PACKAGE, text), ("README.md", data_readme(package))):
        path = tables.folder / name
        path.write_text(content, encoding="utf-8", newline="\n")
    if unseen:
        rows = "row has" if unseen == 1 else "rows have"
        lines.append(f"{unseen} {rows} a place that nobody looked up in the text")
    return lines


def _unseen(tables: Tables, table: Table, verified: Collection[str]) -> int:
    """Return how many new or changed rows name a place in a text that is absent."""
    if not table.placed:
        return 0
    old = committed_rows(tables, table) or []
    return sum(
        bool(row["char_start"]) and row["source_id"] not in verified and row not in old
        for row in table.rows
    )


def _key(table: Table, row: Mapping[str, str]) -> str:
    return " | ".join(row[column] for column in table.key or table.fields)


def data_readme(package: Mapping[str, Any]) -> str:
    """Return the README of a data folder, from the content of its data package."""
    from jinja2 import Environment

    env = Environment(keep_trailing_newline=True)  # Markdown: `cell` is what escapes
    env.filters |= {"cell": _cell, "key": _key_columns, "unit": _unit}
    template = env.from_string(README.read_text(encoding="utf-8"))
    return template.render(package=package).rstrip("\n") + "\n"


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", " ".join(text.split()))


def _key_columns(resource: Mapping[str, Any]) -> list[str]:
    key = resource["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else list(key)


def _unit(field: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    """Return the unit of a column, its codes, or the table that it points into."""
    for link in links_of(resource):
        if link.column == field["name"]:
            return f"key of `{link.table}.csv`"
    rules = field.get("constraints", {}) | field.get("items", {})
    codes = rules.get("enum", [])
    if not codes or field.get("unit"):
        return _cell(field.get("unit", ""))
    shown = ", ".join(f"`{code}`" for code in codes[:FEW])
    return shown if len(codes) <= FEW else f"one of {len(codes)}: {shown}, ..."
