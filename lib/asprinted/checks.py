"""What changed since the tables were recorded.

A wrong cell may be a valid one: another partner, another code. Only the texts can show
it; without them the data package tells by the hash of each table, and of the settings,
that it changed, and git, where it is there, tells what. The README of the data folder
is written with the hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .files import DataError, parse_json, read_json, write
from .package import (
    PACKAGE,
    Json,
    Problem,
    Row,
    Table,
    as_csv,
    committed,
    links_of,
    parse_rows,
    told,
)
from .tables import OUTLINE, SETTINGS, Tables

README = Path(__file__).parent / "pages" / "templates" / "data.md.j2"
SETTING_HASHES = "settings"  # key of the data package; each table has its own hash
FEW = 8  # codes of a column that the README lists; the data package lists all


def table_hash(table: Table) -> str:
    """Return the hash of a table as this library writes it, however it was saved."""
    return _hash(as_csv(table.rows, list(table.fields)))


def _hash(content: str) -> str:
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def hashes(tables: Tables) -> dict[str, str]:
    """Return the hash of each table, and of the settings beside them, by file name."""
    found = {table.file: table_hash(table) for table in tables.all}
    return found | _setting_hashes(tables)


def _setting_hashes(tables: Tables) -> dict[str, str]:
    there = [name for name in (SETTINGS, OUTLINE) if (tables.folder / name).is_file()]
    contents = {name: json.dumps(read_json(tables.folder / name)) for name in there}
    return {name: _hash(content) for name, content in contents.items()}


def recorded(tables: Tables) -> dict[str, str]:
    """Return the hashes in the data package, by file name."""
    resources = tables.package["resources"]
    found = {r["path"]: r["hash"] for r in resources if "hash" in r}
    return found | tables.package.get(SETTING_HASHES, {})


def changed(tables: Tables) -> list[str]:
    """Return the files that are not as the data package records them.

    A package without hashes records nothing, and nothing has changed.
    """
    before, now = recorded(tables), hashes(tables)
    return [n for n in now | before if before and now.get(n) != before.get(n)]


def refuse_changed(tables: Tables) -> None:
    """Refuse tables and settings that nobody has recorded as they are.

    Raises
    ------
    DataError
        If one has changed; with git the message says what.
    """
    if lines := change_lines(tables):
        raise DataError(
            "\n".join([*lines, "after an edit that is meant: check --record"])
        )


def change_lines(tables: Tables) -> list[str]:
    """Return which files changed since they were recorded, and with git what in them."""
    by_file = {table.file: table for table in tables.all}
    lines: list[str] = []
    for name in changed(tables):
        lines.append(f"{name} is not as recorded in {PACKAGE}")
        if name in by_file:
            lines += _table_changes(tables, by_file[name])
        else:
            lines += _setting_changes(tables.folder / name)
    return lines


def _table_changes(tables: Tables, table: Table) -> list[str]:
    """Return in words which rows of a table changed."""
    old = committed_rows(tables, table)
    if old is None:
        return ["  git cannot tell which rows"]
    if old == table.rows:
        return ["  its rows are those of the last commit"]
    lines = [f"  {line}" for line in told(row_changes(table, old))]
    return lines or ["  the order of its rows changed"]


def _setting_changes(path: Path) -> list[str]:
    """Return in words which settings of a file changed."""
    raw = committed(path)
    if raw is None:
        return ["  git cannot tell what changed"]
    old = parse_json(path.name, raw.decode("utf-8", errors="replace"))
    new = read_json(path) if path.is_file() else {}
    keys = [key for key in old | new if old.get(key) != new.get(key)]
    if not keys:
        return ["  it is that of the last commit"]
    return [f"  changed since the last commit: {', '.join(keys)}"]


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
        One line a file that changed, and how many rows nobody verified.
    """
    before, now, unseen = recorded(tables), hashes(tables), 0
    lines = [f"{n}: recorded" for n in now if now[n] != before.get(n)]
    package: Json = dict(tables.package)
    for resource in package["resources"]:
        table = tables.table(resource["name"])
        if now[table.file] != before.get(table.file):
            schema = resource.pop("schema")
            resource |= {"hash": now[table.file], "schema": schema}
            unseen += _unseen(tables, table, verified, before.get(table.file, ""))
    resources = package.pop("resources")
    package |= {SETTING_HASHES: _setting_hashes(tables), "resources": resources}
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    for name, content in ((PACKAGE, text), ("README.md", data_readme(package))):
        write(tables.folder / name, content)
    if unseen:
        rows = "row has" if unseen == 1 else "rows have"
        lines.append(f"{unseen} {rows} a place that nobody looked up in the text")
    return lines


def _unseen(
    tables: Tables, table: Table, verified: Collection[str], before: str
) -> int:
    """Return how many new or changed rows name a place in a text that is absent.

    The last commit tells which rows are new, if what it holds is what was recorded.
    """
    if not table.placed:
        return 0
    old: set[tuple[str, ...]] = set()
    rows = committed_rows(tables, table) or []
    if table_hash(replace(table, rows=rows)) == before:
        old = {tuple(row.values()) for row in rows}
    return sum(
        bool(row["char_start"])
        and row["source_id"] not in verified
        and tuple(row.values()) not in old
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


def _cell(text: object) -> str:
    """Return text that Markdown shows as it is, on one line; what is not there is none."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", " ".join(str(text).split()))


def _key_columns(resource: Mapping[str, Any]) -> list[str]:
    key = resource["schema"].get("primaryKey", [])
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
