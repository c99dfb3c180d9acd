"""Rules between the cells of a table: what one cell says, others have to bear out.

The schema of a table lists them under `rules`, beside the constraints of its columns. A
rule may hold for some rows alone: those where each column of `if` holds one of the
values listed, and no column of `unless` does. It says one thing:

- ``"then": {"test": "empty"}``: a column is empty, or obeys constraints of its own;
- ``"complete": ["case", "condition"]``: every combination of their values has a row;
- ``"unbroken": "year", "within": ["state"], "from": 2005, "to": 2024``: each series runs
  without a gap, from that year or its first, to that year and to the last of all;
- ``"same": "multiplier", "within": ["source"]``: a column does not change;
- ``"ascending": ["low", "middle", "high"]``: numbers do not fall from left to right;
- ``"year": ["figure_id", "period_start"]``: where both name a year, such as `gdp_1998` or
  `1998-03`, it is the same;
- ``"pair": ["state", "neighbour"]``: two different names, each pair once;
- ``"row": {"partner": "iso3", "direction": "bloc"}, "of": "countries"``: cells stand
  together in a row of another table.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .package import Problem, Row, Rows, Table, cell_message, not_among

KINDS = ("then", "complete", "unbroken", "same", "ascending", "year", "pair", "row")
EMPTY, ANY = "empty", "any"
_YEAR = re.compile(r"(?:^|_)(\d{4})(?:-|$)", re.ASCII)
Rule = Mapping[str, Any]
Numbered = list[tuple[int, Row]]


def rule_message(rule: Rule, name: str, columns: Mapping[str, Iterable[str]]) -> str:
    """Return why a rule is none, or nothing.

    Parameters
    ----------
    rule : mapping
        The rule, as the data package has it.
    name : str
        Its table.
    columns : mapping
        The columns of each table.
    """
    kinds = [key for key in rule if key in KINDS]
    if len(kinds) != 1:
        return f"rule {dict(rule)!r} has to name one of {', '.join(KINDS)}"
    kind, of = kinds[0], rule.get("of", name)
    if wrong := not_among(of, columns):
        return f"rule {kind!r} names table {of!r}, which {wrong}"
    told = rule[kind]
    parts = [rule.get("if", {}), rule.get("unless", {}), rule.get("within", [])]
    parts.append([told] if isinstance(told, str) else told)
    named = [(column, name) for part in parts for column in part]
    if kind == "row":
        named += [(column, of) for column in told.values()]
    for column, table in named:
        if wrong := not_among(column, columns[table]):
            return f"rule {kind!r} names column {column!r}, which {wrong}"
    return ""


def problems(table: Table, others: Mapping[str, Rows]) -> Iterator[Problem]:
    """Return the cells that break a rule of their table.

    Parameters
    ----------
    table : Table
        The table, with its rules.
    others : mapping
        Rows of all tables, by name.
    """
    for rule in table.rules:
        rows = [(i, row) for i, row in enumerate(table.rows, 2) if holds(rule, row)]
        if "row" in rule:
            yield from _row(table, rule, rows, others)
        for kind, check in CHECKS.items():
            if kind in rule:
                yield from check(table, rule, rows)


def holds(rule: Rule, row: Row) -> bool:
    """Whether a rule holds for a row."""
    wanted, spared = rule.get("if", {}), rule.get("unless", {})
    return all(row[column] in values for column, values in wanted.items()) and not any(
        row[column] in values for column, values in spared.items()
    )


def _cells(row: Row, columns: Iterable[str]) -> str:
    return ", ".join(row[column] for column in columns)


def _where(rule: Rule, row: Row) -> str:
    """Return for which rows a rule holds, in words, as one of them has it."""
    said = {**rule.get("if", {}), **rule.get("unless", {})}
    told = " and ".join(f"{column} is {row[column]!r}" for column in said)
    return f" (where {told})" if told else ""


def _then(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    for column, allowed in rule["then"].items():
        for i, row in rows:
            value = row[column]
            if allowed == EMPTY:
                wrong = "has to be empty" if value else ""
            else:
                wrong = cell_message(value, {"constraints": allowed})
            if wrong:
                text = wrong + _where(rule, row)
                yield Problem(table.file, i, column, value, text)


def _complete(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    columns = rule["complete"]
    there = {tuple(row[column] for column in columns) for _, row in rows}
    for cells in itertools.product(*(_values(table, rule, c) for c in columns)):
        if cells not in there:
            text = "has no row; every combination of the values needs one"
            named = ", ".join(columns), ", ".join(cells)
            yield Problem(table.file, len(table.rows) + 2, *named, text)


def _values(table: Table, rule: Rule, column: str) -> list[str]:
    """Return what a column has to hold: what the rule lists, its codes, or its values."""
    codes = table.fields[column].get("constraints", {}).get("enum")
    values = rule.get("if", {}).get(column) or codes
    values = values or dict.fromkeys(row[column] for row in table.rows)
    spared = rule.get("unless", {}).get(column, [])
    return [str(value) for value in values if value not in spared] or [ANY]


def _unbroken(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    column, within = rule["unbroken"], rule.get("within", [])
    series: dict[str, set[int]] = {}
    for _, row in rows:
        if row[column][:4].isdecimal():
            series.setdefault(_cells(row, within), set()).add(int(row[column][:4]))
    last = max([rule.get("to", 0), *itertools.chain(*series.values())])
    for name, years in series.items():
        first = rule.get("from", min(years))
        for year in sorted(set(range(first, last + 1)) - years):
            of = f" of {name}" if name else ""
            text = f"has no row{of}; the years run from {first} to {last}"
            yield Problem(table.file, len(table.rows) + 2, column, str(year), text)


def _same(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    column, within = rule["same"], rule.get("within", [])
    found: dict[str, Counter[str]] = {}
    for _, row in rows:
        found.setdefault(_cells(row, within), Counter())[row[column]] += 1
    for i, row in rows:
        usual = found[_cells(row, within)].most_common(1)[0][0]
        if row[column] != usual:
            text = f"is {usual!r} in other rows with the same {', '.join(within)}"
            yield Problem(table.file, i, column, row[column], text)


def _ascending(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    for low, high in itertools.pairwise(rule["ascending"]):
        for i, row in rows:
            first, last = row[low], row[high]
            if first and last and float(last) < float(first):
                text = f"is less than {low} {first!r}"
                yield Problem(table.file, i, high, last, text)


def _year(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    for first, second in itertools.pairwise(rule["year"]):
        for i, row in rows:
            years = [_YEAR.findall(row[column])[:1] for column in (first, second)]
            if all(years) and years[0] != years[1]:
                text = f"is of another year than {first} {row[first]!r}"
                yield Problem(table.file, i, second, row[second], text)


def _pair(table: Table, rule: Rule, rows: Numbered) -> Iterator[Problem]:
    columns, seen = rule["pair"], dict[frozenset[str], int]()
    for i, row in rows:
        names = frozenset(row[column] for column in columns)
        before = seen.setdefault(names, i)
        wrong = f"stands in row {before} already" if before != i else ""
        if len(names) == 1:
            wrong = "is no pair: both are the same"
        if wrong:
            cells = _cells(row, columns)
            yield Problem(table.file, i, ", ".join(columns), cells, wrong)


def _row(
    table: Table, rule: Rule, rows: Numbered, others: Mapping[str, Rows]
) -> Iterator[Problem]:
    columns, there = list(rule["row"]), list(rule["row"].values())
    of = rule.get("of", table.name)
    known = {tuple(row[column] for column in there) for row in others[of]}
    for i, row in rows:
        if tuple(row[column] for column in columns) not in known:
            text = f"stands in no row of {of}.csv ({', '.join(there)})"
            cells = _cells(row, columns)
            yield Problem(table.file, i, ", ".join(columns), cells, text)


CHECKS = {
    "then": _then,
    "complete": _complete,
    "unbroken": _unbroken,
    "same": _same,
    "ascending": _ascending,
    "year": _year,
    "pair": _pair,
}
