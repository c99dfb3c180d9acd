"""The data package: which tables there are, and the rules that their files and cells obey.

A wrong cell is reported by file, row, column and value, with what is allowed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

PACKAGE = "datapackage.json"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
MOST = 20
FORMULA = re.compile(r"\s*([=+@]|-(?!(\d+(\.\d+)?(e-?\d+)?|inf)$))")
Rows = list[dict[str, str]]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class DataError(ValueError):
    """The tables, or a name that should stand in them, are wrong."""


@dataclass(frozen=True)
class Problem:
    """One wrong cell."""

    file: str
    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}, column {self.column}"
        return f"{where}: {self.value!r} {self.message}"


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the problems that were found, the first twenty in words."""
    found = list(problems)
    if found:
        more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
        raise DataError("\n".join([*map(str, found[:MOST]), *more]))


def resources(folder: Path) -> list[dict[str, Any]]:
    """Return name, path and schema of every table that the data package describes.

    Raises
    ------
    DataError
        If there is no data package, or none that can be read.
    """
    try:
        found = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["resources"]
        named = [r for r in found if all(field["name"] for field in r["schema"]["fields"])]
        return [{key: r[key] for key in ("name", "path", "schema")} for r in named]
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{PACKAGE}: is not a data package: {error!r}") from error


def _lines(name: str, raw: bytes) -> list[list[str]]:
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        return list(reader)
    except UnicodeDecodeError as error:
        row, byte = raw.count(b"\n", 0, error.start) + 1, raw[error.start]
        text = f"byte {byte:#04x} is not UTF-8; save the table as UTF-8"
        raise DataError(f"{name}, row {row}: {text}") from error
    except csv.Error as error:
        text = f"row {reader.line_num}: cannot be read as CSV: {error}"
        raise DataError(f"{name}, {text}") from error


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as the text of a CSV file; text that looks like a formula is quoted.

    Parameters
    ----------
    rows : iterable of mapping
        Cells by column; others are left out.
    columns : sequence of str
        The header.
    """
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = {column: str(row.get(column, "")) for column in columns}
        writer.writerow({k: f"'{v}" if FORMULA.match(v) else v for k, v in cells.items()})
    return target.getvalue()


def read_rows(path: Path, schema: Mapping[str, Any]) -> Rows:
    """Return the rows of a table, every cell as text, columns in the order of its schema.

    Raises
    ------
    DataError
        If the file, a column or a cell is missing or too many, or it is not CSV in UTF-8.
    """
    if not path.is_file():
        raise DataError(f"{path.name}: the table is missing in {str(path.parent)!r}")
    rows = _lines(path.name, path.read_bytes())
    names = [field["name"] for field in schema["fields"]]
    header = rows[0] if rows else []
    for name in names:
        if header.count(name) != 1:
            text = "stands twice" if name in header else f"is missing; the columns are {header}"
            raise DataError(f"{path.name}, row 1: column {name!r} {text}")
    for name in header:
        if name not in names:
            raise DataError(f"{path.name}, row 1: column {name!r} is not known; allowed: {names}")
    for i, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            text = f"has {len(row)} cells where the header has {len(header)}"
            raise DataError(f"{path.name}, row {i}, first cell {row[:1]}: {text}")
    order = [header.index(name) for name in names]
    return [{name: row[at] for name, at in zip(names, order, strict=True)} for row in rows[1:]]


def cell_problems(resource: Mapping[str, Any], rows: Rows) -> list[Problem]:
    """Return the cells that break the rules of their column."""
    problems, path = [], resource["path"]
    for field in resource["schema"]["fields"]:
        name, rules, kind = field["name"], field.get("constraints", {}), field.get("type", "string")
        told = {value: _cell_message(value, kind, rules) for value in {row[name] for row in rows}}
        problems += [
            Problem(path, i, name, row[name], told[row[name]])
            for i, row in enumerate(rows if any(told.values()) else [], 2)
            if told[row[name]]
        ]
        if rules.get("unique"):
            problems += repeated(path, rows, [name])
    return problems


def repeated(path: str, rows: Rows, key: Sequence[str]) -> list[Problem]:
    """Return the rows whose key, unless it is empty, stands in a row before."""
    problems, seen = [], set()
    for i, row in enumerate(rows, 2):
        value = ", ".join(row[column] for column in key)
        if value in seen:
            text = "stands twice; it must be unique"
            problems.append(Problem(path, i, ", ".join(key), value, text))
        seen.add(value or None)
    return problems


def order_problems(path: str, rows: Rows) -> list[Problem]:
    """Return the ends (numbers or dates, perhaps partial) that lie before their starts."""
    problems = []
    for start in [name for name in (rows[0] if rows else ()) if name.endswith("_start")]:
        end = start.removesuffix("_start") + "_end"
        for i, row in enumerate(rows, 2):
            first, last = row[start], row.get(end, "")
            whole = (first + last).isdigit()
            if last and (int(last) < int(first or 0) if whole else last < first[: len(last)]):
                text = f"is before {start} {first!r}"
                problems.append(Problem(path, i, end, last, text))
    return problems


def _cell_message(value: str, kind: str, rules: Mapping[str, Any]) -> str:
    """Return what is wrong with a cell, or nothing."""
    if value == "":
        return "is empty; a value is required" if rules.get("required") else ""
    if _CONTROL.search(value):
        return "holds a control character or a line break, which is not allowed"
    if FORMULA.match(value):
        return "begins like a spreadsheet formula, which is not allowed"
    if kind == "integer" and not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        return "is not a whole number"
    if "minimum" in rules and int(value) < rules["minimum"]:
        return f"is less than {rules['minimum']}"
    allowed = [str(v) for v in rules.get("enum", [])]
    if allowed and value not in allowed:
        return f"is not allowed; allowed: {', '.join(allowed)}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value, re.ASCII):
        return f"does not match {rules['pattern']}"
    if rules.get("pattern") == DATE and not _is_date(value):
        return "is not a date"
    return ""


def _is_date(value: str) -> bool:
    """Whether a year, a month or a day of the calendar is named."""
    year, month, day = (int(part) for part in (value + "-01-01").split("-")[:3])
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
