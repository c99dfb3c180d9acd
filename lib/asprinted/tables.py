"""The tables of a study: read, checked, handed out as rows.

Every cell is text as it stands in its CSV file; what a printed figure says is worked
out by `printed`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import rules
from .files import DataError, read_json
from .intervals import Interval, exact
from .package import (
    PACKAGE,
    Problem,
    Row,
    Rows,
    Table,
    not_among,
    read_package,
    refuse,
)
from .parameters import closest, near
from .printed import Reading, read
from .vocabulary import ENGLISH, Vocabulary, VocabularyError

if TYPE_CHECKING:  # pandas loads slowly, and most commands need none
    import pandas as pd

SETTINGS = "study.json"
OUTLINE = "outline.json"  # what the map of the index draws, where a study has one
NOT_IN_NAMES = '<>:"/\\|?*'  # what some system forbids in the name of a file
TEXT = "text"  # the kind of source that is read word by word
NEEDED = {  # the columns that this library reads; a study may have more
    "sources": "source_id file kind authors year title span_start span_end text_sha256",
    "figures": "figure_id source_id printed char_start place quantity reporter partner "
    "period_start period_end period_basis",
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
        If they cannot be read, list no notebooks, or list what cannot name a file.
    """
    path = folder / "data" / SETTINGS
    if not path.is_file():
        raise DataError(f"{SETTINGS}: is not there; it lists the notebooks")
    settings: dict[str, Any] = read_json(path)
    try:
        listed = every_notebook(settings)
    except (LookupError, AttributeError, TypeError) as error:
        raise DataError(f"{SETTINGS}: lists no notebooks: {error!r}") from error
    for name in listed:
        if wrong := _wrong_name(name, listed):
            raise DataError(f"{SETTINGS}: {wrong}")
    return settings


def _wrong_name(name: Any, listed: Sequence[Any]) -> str:
    """Return why a notebook cannot have a name, or nothing."""
    if not names_a_file(name):
        allowed = f"without a dot before it and without {' '.join(NOT_IN_NAMES)}"
        return f"notebook {name!r}: is not the name of a file, {allowed}"
    if name.casefold() == "index":
        return f"notebook {name!r}: its page would take the place of the index"
    # some file systems do not tell capitals from small letters
    if [str(other).casefold() for other in listed].count(name.casefold()) > 1:
        return f"lists the notebook {name!r} twice"
    return ""


def every_notebook(settings: Mapping[str, Any]) -> list[str]:
    """Return the names of all notebooks, first those that guide and have no page."""
    return [*settings.get("guides", []), *settings["notebooks"]]


def names_a_file(name: Any) -> bool:
    """Whether a notebook can have a name: a file and an address are made of it.

    Examples
    --------
    >>> names_a_file("11_apples"), names_a_file("../11_apples"), names_a_file("a:b")
    (True, False, False)
    """
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        return False
    return not name.startswith(".") and not any(sign in name for sign in NOT_IN_NAMES)


def notebook_named(name: str, known: Iterable[str]) -> str:
    """Return which notebook a number, stem or path means.

    Raises
    ------
    DataError
        If there is none; the closest name is told.

    Examples
    --------
    >>> fruit = ["11_apples", "12_pears"]
    >>> notebook_named("11", fruit), notebook_named("x/12_pears.ipynb", fruit)
    ('11_apples', '12_pears')
    """
    names, stem = list(known), Path(name).name.removesuffix(".ipynb")
    for other in names:
        numbered = stem.isdigit() and stem.zfill(2) == other.partition("_")[0]
        if stem == other or numbered:
            return other
    raise DataError(f"unknown notebook {name!r}; {closest(stem, names)}")


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


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the words that printed figures are read with, those of the study among them.

    Parameters
    ----------
    folder : Path
        Folder of the tables; the settings beside them may have a `vocabulary`.

    Raises
    ------
    DataError
        If the words of the study do not fit.
    """
    path = folder / SETTINGS
    settings = read_json(path) if path.is_file() else {}
    try:
        return ENGLISH.extended(settings.get("vocabulary", {}))
    except (VocabularyError, AttributeError) as error:
        raise DataError(f"{SETTINGS}, vocabulary: {error}") from error


def reading(row: Mapping[str, str], words: Vocabulary = ENGLISH) -> Reading:
    """Return what the printed token of a row of figures says."""
    multiplier = int(row.get("multiplier_elsewhere") or 1)
    return read(row["printed"], row.get("unit_elsewhere", ""), multiplier, words)


class Tables:
    """All tables of one study, checked when they are read.

    Parameters
    ----------
    folder : path
        Folder of the study, or the folder of its tables.
    instead : mapping, optional
        Rows by name of a table, in place of those in its file.

    Raises
    ------
    DataError
        If a table is missing or a cell is wrong; the message names the first twenty.
    """

    def __init__(
        self, folder: str | Path, instead: Mapping[str, Rows] | None = None
    ) -> None:
        inner = Path(folder) / "data"
        self.folder = inner if (inner / PACKAGE).is_file() else Path(folder)
        self.package, found = read_package(self.folder)
        self.words = read_vocabulary(self.folder)
        for name, rows in (instead or {}).items():
            found = [replace(t, rows=rows) if t.name == name else t for t in found]
        self._tables = {table.name: table for table in found}
        self._found: dict[tuple[str, str], dict[str, list[int]]] = {}
        self._check_columns()
        for check in (Table.problems, Table.orders, self._links, self._rules):
            refuse(problem for table in found for problem in check(table))
        refuse([*self._figures(), *self._places()])
        refuse([*self._propositions(), *self._claims(), *self._notebooks()])

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
        known = self.values(name, column)
        if key in known:
            return self.rows(name)[known[key][0]]
        hint = near(key, known)
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
            several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
            values = set(map(str, wanted if several else [wanted]))
            if column not in columns:
                hint = self._holding(name, values - {""}) or near(column, columns)
                hint += f"; columns are {', '.join(columns)}"
                raise DataError(f"{name}.csv: no column {column!r}{hint}")
            for value in sorted(values - {""}):
                if wrong := self._never(self.table(name), column, value):
                    raise DataError(f"{name}.csv, column {column}: {value!r} {wrong}")
            if rows is self.rows(name):
                known = self.values(name, column)
                places = sorted(i for v in values for i in known.get(v, ()))
                rows = [rows[i] for i in places]
            else:
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
        """What each printed figure says, by figure id.

        A share has no upper end where the limits of its quantity let it exceed one.
        """
        limits, found = self._limits(), {}
        for row in self._rows("figures"):
            said = reading(row, self.words)
            limit = limit_of(row, limits)
            above = limit and not float(limit["most"] or "inf") <= 1
            found[row["figure_id"]] = replace(said, most=None) if above else said
        return found

    def _limits(self) -> dict[tuple[str, ...], Row]:
        parties = ("quantity", "reporter", "partner")
        return {tuple(row[p] for p in parties): row for row in self._rows("limits")}

    @property
    def texts(self) -> list[str]:
        """The texts of the study, in the order of `sources.csv`."""
        rows = self._rows("sources")
        return [row["source_id"] for row in rows if row["kind"] == TEXT]

    def placed(self) -> Iterator[tuple[Table, int, Row]]:
        """Return table, row number and row of everything that has a place in a text."""
        for table in self._tables.values():
            for i, row in enumerate(table.rows if table.placed else [], 2):
                if row["char_start"]:
                    yield table, i, row

    def _rows(self, name: str) -> Rows:
        """Return the rows of a table that a study may do without."""
        return self.rows(name) if name in self else []

    def numbered(self, name: str) -> Iterator[tuple[int, Row]]:
        """Return the rows of a table that may be absent, with their row numbers."""
        return enumerate(self._rows(name), 2)

    def values(self, name: str, column: str) -> Mapping[str, list[int]]:
        """Return the values of a column, each with the places of its rows from 0."""
        key = name, column
        if key not in self._found:
            places = self._found[key] = {}
            for i, row in enumerate(self.rows(name)):
                places.setdefault(row[column], []).append(i)
        return self._found[key]

    def _holding(self, name: str, values: set[str]) -> str:
        """Return which columns hold one of some values, as a hint, or nothing."""
        found = [c for c in self.columns(name) if values & set(self.values(name, c))]
        return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""

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
        known = self.values(name, column)
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
        columns = {name: list(table.fields) for name, table in self._tables.items()}
        for table in self._tables.values():
            for link in table.links:
                if link.target not in self.columns(link.table):
                    wrong = f"{link.table} has no column {link.target!r}"
                    raise DataError(f"{PACKAGE}, {table.name}.{link.column}: {wrong}")
            for rule in table.rules:
                if wrong := rules.rule_message(rule, table.name, columns):
                    raise DataError(f"{PACKAGE}, {table.name}: {wrong}")

    def _rules(self, table: Table) -> Iterator[Problem]:
        rows = {name: other.rows for name, other in self._tables.items()}
        return rules.problems(table, rows)

    def _links(self, table: Table) -> Iterator[Problem]:
        for link in table.links:
            known = self.values(link.table, link.target)
            unknown = cache(partial(self._unknown, link.table, link.target))
            for i, row in enumerate(table.rows, 2):
                for part in link.parts(row[link.column]):
                    if part not in known:
                        text = unknown(part)
                        if not text.endswith("?"):
                            text += "; if it is new, it is a row there"
                        yield Problem(table.file, i, link.column, part, text)

    def _figures(self) -> Iterator[Problem]:
        limits, words = self._limits(), self.words
        for i, row in self.numbered("figures"):
            if row["reporter"] and row["reporter"] == row["partner"]:
                text = "is also the reporter"
                yield Problem("figures.csv", i, "partner", row["partner"], text)
            wrong = unreadable(row, words)
            if limits and not wrong:
                wrong = beyond(row, limits, words)
            if wrong:
                yield Problem("figures.csv", i, "printed", row["printed"], wrong)

    def _places(self) -> Iterator[Problem]:
        """Return places outside the evidence, and rows of texts without a place."""
        sources = {row["source_id"]: row for row in self._rows("sources")}
        for table in self._tables.values():
            for i, row in enumerate(table.rows if table.placed else [], 2):
                source, at = sources.get(row["source_id"], {}), row["char_start"]
                start, text = int(source.get("span_start") or 0), ""
                end = source.get("span_end") or ""  # empty: the end of the text
                last = int(at or 0) + len(row.get("printed", "x"))
                if at and (int(at) < start or (end and last > int(end))):
                    text = f"lies outside the evidence, {start} to {end or 'the end'}"
                elif at and source.get("kind") != TEXT:
                    text = f"is filled, but {row['source_id']} is no text"
                elif not at and "printed" in row and source.get("kind") == TEXT:
                    text = "is empty; what a text prints has a place in it"
                if text:
                    yield Problem(table.file, i, "char_start", at, text)

    def _notebooks(self) -> Iterator[Problem]:
        """Return propositions of notebooks that the study does not list."""
        if not (self.folder / SETTINGS).is_file():
            return
        listed = every_notebook(read_settings(self.folder.parent))
        for i, row in self.numbered("propositions"):
            if wrong := not_among(row["notebook"], listed):
                text = f"{wrong} in {SETTINGS}"
                yield Problem("propositions.csv", i, "notebook", row["notebook"], text)

    def _propositions(self) -> Iterator[Problem]:
        """Return propositions without reading, or whose claim belies their standing."""
        for i, row in self.numbered("propositions"):
            for column, standing in (("claim_id", "asserted"), ("bears_on", "needed")):
                if bool(row[column]) != (row["standing"] == standing):
                    text = f"is filled, which goes with the standing {standing} alone"
                    if not row[column]:
                        text = f"is empty; a sentence that is {standing} names a claim"
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
        tests = {row["claim_id"]: row["prop_id"] for row in self._rows("propositions")}
        for i, row in self.numbered("claims"):
            said, name = row.get("untested"), row["claim_id"]
            if said is not None and bool(said) == (name in tests):
                text = f"is why nothing tests {name}, but {tests.get(name)} does"
                if not said:
                    text = f"is empty; no row of propositions.csv tests {name}: say why"
                yield Problem("claims.csv", i, "untested", said, text)


def unreadable(row: Mapping[str, str], words: Vocabulary = ENGLISH) -> str:
    """Return why the token of a row of figures has no reading or bounds, or nothing."""
    try:
        reading(row, words).interval()
    except ValueError as error:
        return "cannot be read: " + str(error).removeprefix(f"{row['printed']!r}: ")
    return ""


def limit_of(
    row: Mapping[str, str], limits: Mapping[tuple[str, ...], Row]
) -> Row | None:
    """Return the limit of a figure: of reporter and partner, of the reporter, or of all."""
    quantity, reporter, partner = row["quantity"], row["reporter"], row["partner"]
    keys = ((quantity, *key) for key in ((reporter, partner), (reporter, ""), ("", "")))
    return next((limits[key] for key in keys if key in limits), None)


def beyond(
    row: Mapping[str, str],
    limits: Mapping[tuple[str, ...], Row],
    words: Vocabulary = ENGLISH,
) -> str:
    """Return which limit of its kind of quantity a figure breaks, or nothing."""
    quantity, said, limit = row["quantity"], reading(row, words), limit_of(row, limits)
    if limit is None:
        return f"has no row for the quantity {quantity!r} in limits.csv"
    if said.unit not in limit["unit"].split():
        return f"is in {said.unit}; {quantity} is in {limit['unit']}"
    ends = exact(limit["least"] or "-inf"), exact(limit["most"] or "inf")
    within = Interval(*ends).meets(replace(said, most=None).interval())
    if (
        within
        and ends[0] <= said.number
        and (said.last or said.amount).number <= ends[1]
    ):
        return ""
    whose = " ".join(filter(None, (quantity, limit["reporter"], limit["partner"])))
    allowed = f"{limit['least'] or 'any'} to {limit['most'] or 'any'} {said.unit}"
    return f"is beyond {allowed}, the limits of {whose} in limits.csv"
