"""The tables of a study: read, checked, handed out as rows.

Every cell is text as it stands in its CSV file; what a printed figure says is worked
out by `printed`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .package import (
    PACKAGE,
    DataError,
    Problem,
    Row,
    Rows,
    Table,
    not_among,
    read_package,
    refuse,
)
from .parameters import near
from .printed import PrintError, Reading, read

if TYPE_CHECKING:  # pandas loads slowly, and most commands need none
    import pandas as pd

SETTINGS = "study.json"
NEEDED = {  # the columns that this library reads; a study may have more
    "sources": "source_id file kind authors year title span_start span_end text_sha256",
    "figures": "figure_id source_id printed char_start place quantity reporter partner "
    "commodity period_start period_end period_basis",
    "events": "event_id date_start date_end label",
    "event_mentions": "event_id source_id printed char_start place",
    "claims": "claim_id source_id char_start paraphrase",
    "propositions": "prop_id notebook text standing claim_id bears_on readings "
    "untested",
    "limits": "quantity reporter partner unit least most",
}


def study_folder(start: str | Path | None = None) -> Path:
    """Return the nearest folder that holds the data package of a study.

    Parameters
    ----------
    start : path, optional
        Where to begin, upwards; the working folder by default.

    Raises
    ------
    DataError
        If neither the folder nor one above it holds a study.
    """
    here = Path(start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / PACKAGE).is_file():
            return folder
    raise DataError(f"no data/{PACKAGE} in {str(here)!r} or above it; go to a study")


def read_settings(folder: Path) -> dict[str, Any]:
    """Return the settings of the study in a folder, which list its notebooks.

    Raises
    ------
    DataError
        If they cannot be read, or list no notebooks.
    """
    try:
        text = (folder / "data" / SETTINGS).read_text(encoding="utf-8")
        settings = dict(json.loads(text))
        every_notebook(settings)
    except (OSError, ValueError, LookupError, AttributeError, TypeError) as error:
        reason = f"cannot be read, or lists no notebooks: {error!r}"
        raise DataError(f"{SETTINGS}: {reason}") from error
    return settings


def every_notebook(settings: Mapping[str, Any]) -> list[str]:
    """Return the names of all notebooks, first those that guide and have no page."""
    return [*settings.get("guides", []), *settings["notebooks"]]


def outdated(tables: Tables, selections: Iterable[Mapping[str, Any]]) -> str:
    """Return the first table whose rows are no longer those that a run took, or nothing.

    Parameters
    ----------
    tables : Tables
        The tables as they are.
    selections : iterable of mapping
        The account of the run: table, what was asked for, digest of the rows.
    """
    for taken in selections:
        try:
            rows = tables.select(taken["table"], taken["where"])
        except DataError:  # the table, the column or the row is gone
            return str(taken["table"])
        if digest(rows) != taken["digest"]:
            return str(taken["table"])
    return ""


def digest(rows: Rows) -> str:
    """Return a short fingerprint of some rows, whatever their order.

    Examples
    --------
    >>> digest([{"a": "1"}, {"a": "2"}]) == digest([{"a": "2"}, {"a": "1"}])
    True
    """
    lines = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def reading(row: Mapping[str, str]) -> Reading:
    """Return what the printed token of a row of figures says."""
    multiplier = int(row.get("multiplier_elsewhere") or 1)
    return read(row["printed"], row.get("unit_elsewhere", ""), multiplier)


class Tables:
    """All tables of one study, checked when they are read.

    Parameters
    ----------
    folder : path
        Folder of the study, or the folder of its tables.

    Raises
    ------
    DataError
        If a table is missing or a cell is wrong; the message names the first twenty.
    """

    def __init__(self, folder: str | Path) -> None:
        inner = Path(folder) / "data"
        self.folder = inner if (inner / PACKAGE).is_file() else Path(folder)
        self.package, found = read_package(self.folder)
        self._tables = {table.name: table for table in found}
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        self._check_columns()
        for check in (Table.problems, Table.orders, self._links):
            refuse(problem for table in found for problem in check(table))
        refuse([*self._figures(), *self._places()])
        refuse([*self._propositions(), *self._claims()])

    @property
    def names(self) -> list[str]:
        """Names of the tables, in the order of the data package."""
        return list(self._tables)

    @property
    def all(self) -> list[Table]:
        """The tables with their rules and rows, in the order of the data package."""
        return list(self._tables.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def table(self, name: str) -> Table:
        """Return a table with its rules.

        Raises
        ------
        DataError
            If there is no such table.
        """
        if name not in self:
            hint, known = near(name, self.names), ", ".join(self.names)
            raise DataError(f"there is no table {name!r}{hint}; tables are {known}")
        return self._tables[name]

    def rows(self, name: str) -> Rows:
        """Return the rows of a table as dictionaries of text."""
        return self.table(name).rows

    def columns(self, name: str) -> list[str]:
        """Return the columns of a table, in the order of the data package."""
        return list(self.table(name).fields)

    def row(self, name: str, key: str) -> Row:
        """Return the one row whose first column is `key`.

        Raises
        ------
        DataError
            If there is none; the message names a near one.
        """
        column = self.columns(name)[0]
        for row in self.rows(name):
            if row[column] == key:
                return row
        hint = near(key, self._values(name, column))
        raise DataError(f"{name}.csv has no row {key!r} in column {column}{hint}")

    def select(self, name: str, where: Mapping[str, Any]) -> Rows:
        """Return the rows whose columns hold the given value, or one of several.

        Parameters
        ----------
        name : str
            The table.
        where : mapping
            Wanted value, or list of values, by column.

        Raises
        ------
        DataError
            If a table or column does not exist, or a column can never hold the value.
        """
        rows, columns = self.rows(name), self.columns(name)
        for column, wanted in where.items():
            if column not in columns:
                hint = f"{near(column, columns)}; columns are {', '.join(columns)}"
                raise DataError(f"{name}.csv: no column {column!r}{hint}")
            several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
            values = set(map(str, wanted if several else [wanted]))
            for value in sorted(values - {""}):
                if wrong := self._never(self.table(name), column, value):
                    raise DataError(f"{name}.csv, column {column}: {value!r} {wrong}")
            rows = [row for row in rows if row[column] in values]
        return list(rows)

    def frame(self, name: str, rows: Rows | None = None) -> pd.DataFrame:
        """Return a table, or some rows of it, as a frame of text."""
        import pandas as pd

        columns = self.columns(name)
        chosen = self.rows(name) if rows is None else rows
        cells = [[row[column] for column in columns] for row in chosen]
        return pd.DataFrame(cells, columns=columns, dtype=object)

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What each printed figure says, by figure id."""
        return {row["figure_id"]: reading(row) for row in self._rows("figures")}

    def placed(self) -> Iterator[tuple[Table, int, Row]]:
        """Return table, row number and row of everything that has a place in a text."""
        for table in self._tables.values():
            for i, row in enumerate(table.rows if table.placed else [], 2):
                if row["char_start"]:
                    yield table, i, row

    def _rows(self, name: str) -> Rows:
        """Return the rows of a table that a study may do without."""
        return self.rows(name) if name in self else []

    def _values(self, name: str, column: str) -> frozenset[str]:
        key = name, column
        if key not in self._known:
            self._known[key] = frozenset(row[column] for row in self.rows(name))
        return self._known[key]

    def _never(self, table: Table, column: str, value: str) -> str:
        """Return why a column can never hold a value, or nothing."""
        for link in table.links:
            if link.column == column and not link.separator:
                return self._unknown(link.table, link.target, value)
        rules = table.fields[column].get("constraints", {})
        if rules.get("unique"):
            return self._unknown(table.name, column, value)
        return not_among(value, map(str, rules["enum"])) if "enum" in rules else ""

    def _unknown(self, name: str, column: str, value: str) -> str:
        """Return that no row of a table has a value, with the nearest, or nothing."""
        known = self._values(name, column)
        if value in known:
            return ""
        hint, sought = near(value, known), value.casefold()
        for row in self.rows(name):
            if sought in map(str.casefold, row.values()):
                hint = f"; did you mean {row[column]!r}?"
        return f"does not stand in column {column} of {name}.csv{hint}"

    def _check_columns(self) -> None:
        for name, needed in NEEDED.items():
            for column in needed.split() if name in self else []:
                if column not in self.columns(name):
                    raise DataError(f"{PACKAGE}: {name} needs a column {column!r}")
        for table in self._tables.values():
            for link in table.links:
                if link.target not in self.columns(link.table):
                    wrong = f"{link.table} has no column {link.target!r}"
                    raise DataError(f"{PACKAGE}, {table.name}.{link.column}: {wrong}")

    def _links(self, table: Table) -> Iterator[Problem]:
        for link in table.links:
            known = self._values(link.table, link.target)
            for i, row in enumerate(table.rows, 2):
                for part in link.parts(row[link.column]):
                    if part not in known:
                        text = self._unknown(link.table, link.target, part)
                        yield Problem(table.file, i, link.column, part, text)

    def _figures(self) -> Iterator[Problem]:
        parties = ("quantity", "reporter", "partner")
        limits = {tuple(r[p] for p in parties): r for r in self._rows("limits")}
        for i, row in enumerate(self._rows("figures"), 2):
            if row["reporter"] and row["reporter"] == row["partner"]:
                text = "is also the reporter"
                yield Problem("figures.csv", i, "partner", row["partner"], text)
            if wrong := unreadable(row) or (beyond(row, limits) if limits else ""):
                yield Problem("figures.csv", i, "printed", row["printed"], wrong)

    def _places(self) -> Iterator[Problem]:
        """Return places outside the evidence, and rows of texts without a place."""
        sources = {row["source_id"]: row for row in self._rows("sources")}
        for table in self._tables.values():
            for i, row in enumerate(table.rows if table.placed else [], 2):
                source, at = sources.get(row["source_id"], {}), row["char_start"]
                start = int(source.get("span_start") or 0)
                end, text = int(source.get("span_end") or 0), ""
                if at and not start <= int(at) <= end - len(row.get("printed", "x")):
                    text = f"lies outside the evidence, {start} to {end}"
                elif not at and "printed" in row and source.get("kind") == "text":
                    text = "is empty; what a text prints has a place in it"
                if text:
                    yield Problem(table.file, i, "char_start", at, text)

    def _propositions(self) -> Iterator[Problem]:
        """Return propositions without reading, or whose claim belies their standing."""
        for i, row in enumerate(self._rows("propositions"), 2):
            for column, standing in (("claim_id", "asserted"), ("bears_on", "needed")):
                if bool(row[column]) != (row["standing"] == standing):
                    text = f"is filled where standing is {standing}, and nowhere else"
                    yield Problem("propositions.csv", i, column, row[column], text)
            judged, untested = row["readings"].split(), row["untested"].split()
            if not judged + untested:
                text = "is empty, and so is untested"
                yield Problem("propositions.csv", i, "readings", "", text)
            for both in sorted(set(judged) & set(untested)):
                text = "is among the readings that are judged"
                yield Problem("propositions.csv", i, "untested", both, text)

    def _claims(self) -> Iterator[Problem]:
        """Return claims that nothing tests without a reason, or with one although."""
        tested = {row["claim_id"] for row in self._rows("propositions")}
        for i, row in enumerate(self._rows("claims"), 2):
            said = row.get("untested")
            if said is not None and bool(said) == (row["claim_id"] in tested):
                text = "is filled where nothing tests the claim, and nowhere else"
                yield Problem("claims.csv", i, "untested", said, text)


def unreadable(row: Mapping[str, str]) -> str:
    """Return why the token of a row of figures has no reading or bounds, or nothing."""
    try:
        said = reading(row)
        if said.hedge != "none" and said.interval().width == 0:
            return f"cannot be read: {said.hedge!r} gives a number in words no width"
    except PrintError as error:
        return "cannot be read: " + str(error).removeprefix(f"{row['printed']!r}: ")
    except ValueError as error:
        return f"cannot be read: {error}"
    return ""


def beyond(row: Mapping[str, str], limits: Mapping[tuple[str, ...], Row]) -> str:
    """Return which limit of its kind of quantity a figure breaks, or nothing.

    The limit of reporter and partner holds, else that of the reporter, else that of all.
    """
    quantity, reporter, partner = row["quantity"], row["reporter"], row["partner"]
    for key in ((reporter, partner), (reporter, ""), ("", "")):
        if limit := limits.get((quantity, *key)):
            break
    else:
        return f"has no row for the quantity {quantity!r} in limits.csv"
    said = reading(row)
    if said.unit not in limit["unit"].split():
        return f"is in {said.unit}; {quantity} is in {limit['unit']}"
    least, most = float(limit["least"] or "-inf"), float(limit["most"] or "inf")
    if least <= said.number <= most:
        return ""
    whose = " ".join(filter(None, (quantity, *key)))
    ends = f"{limit['least']} to {limit['most']} {said.unit}"
    return f"is beyond {ends}, the limits of {whose} in limits.csv"
