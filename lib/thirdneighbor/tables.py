"""The tables in `data/`: loaded, validated by their data package, handed out as selections.

Every cell is text as it stands in the CSV file; what a printed figure means is worked out by
`printed` when it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .package import (
    PACKAGE,
    DataError,
    Problem,
    Rows,
    cell_problems,
    order_problems,
    read_rows,
    refuse,
    repeated,
    resources,
)
from .params import near
from .printed import PrintError, Reading, read

if TYPE_CHECKING:  # the command line asks for folders and parameters long before it needs frames
    import pandas as pd

RUNS = "THIRDNEIGHBOR_RUNS"  # folder in which a build keeps the notebooks that it has run
TEXT_KINDS = ("journal", "brief", "commentary")


def project_folder() -> Path:
    """Return the nearest folder above the working folder that holds the data package."""
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / PACKAGE).is_file():
            return folder
    raise DataError(f"no data/{PACKAGE} in {str(here)!r} or above it; go to the project's folder")


def data_folder(named: str | Path | None = None) -> Path:
    """Return the data folder: the one named, else THIRDNEIGHBOR_DATA, else the project's.

    Raises
    ------
    DataError
        If the folder holds no data package.
    """
    folder = Path(named or os.environ.get("THIRDNEIGHBOR_DATA") or project_folder() / "data")
    if not (folder / PACKAGE).is_file():
        raise DataError(f"data folder {str(folder)!r}: there is no {PACKAGE} in it")
    return folder


class Tables:
    """All tables of one data folder, validated when they are read.

    Parameters
    ----------
    folder : Path
        Folder with `datapackage.json` and the CSV files.

    Raises
    ------
    DataError
        If a table is missing or a cell is wrong; the message lists the first twenty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tables = resources(folder)
        self._columns = {r["name"]: [f["name"] for f in r["schema"]["fields"]] for r in tables}
        self._rows = {r["name"]: read_rows(folder / r["path"], r["schema"]) for r in tables}
        self._frames: dict[str, pd.DataFrame] = {}
        refuse(p for r in tables for p in cell_problems(r, self._rows[r["name"]]))
        refuse(p for r in tables for p in self._key_problems(r))
        refuse(p for r in tables for p in order_problems(r["path"], self._rows[r["name"]]))
        refuse([*self._figure_problems(), *self._place_problems(), *self._link_problems()])

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self.frame(name, self.rows(name))
        return self._frames[name]

    def frame(self, name: str, rows: Rows) -> pd.DataFrame:
        """Return some rows of a table as a frame."""
        import pandas as pd

        cells = [list(row.values()) for row in rows]
        return pd.DataFrame(cells, columns=self._columns[name], dtype=object)

    def rows(self, name: str) -> Rows:
        """Return the rows of a table as dictionaries of text.

        Raises
        ------
        DataError
            If there is no such table.
        """
        if name not in self._rows:
            raise DataError(f"there is no table {name!r}; tables are {', '.join(self._rows)}")
        return self._rows[name]

    def select(self, name: str, where: Mapping[str, Any]) -> Rows:
        """Return the rows of a table whose columns hold the given value, or one of several.

        Raises
        ------
        DataError
            If a table or column does not exist.
        """
        allowed: dict[str, set[str]] = {}
        for column, wanted in where.items():
            if column not in self._columns.get(name, where):
                known = ", ".join(self._columns[name])
                raise DataError(f"no column {column!r}; columns are {known}")
            several = [wanted] if isinstance(wanted, str | int) else wanted
            allowed[column] = {str(value) for value in several}
        rows = self.rows(name)
        for column, values in allowed.items():
            rows = [row for row in rows if row[column] in values]
        return list(rows)

    @property
    def names(self) -> list[str]:
        """Names of the tables, in the order of the data package."""
        return list(self._rows)

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """What each printed figure says, by figure id."""
        return {row["figure_id"]: _reading(row) for row in self.rows("figures")}

    def changed(self, selections: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return the tables whose rows are no longer those that a run took.

        Parameters
        ----------
        selections : iterable of mapping
            The run's own account: `table`, `predicate` (JSON) and `digest` of the rows.
        """

        def now(used: Mapping[str, Any]) -> str:
            return digest(self.select(used["table"], json.loads(used["predicate"])))

        return sorted({used["table"] for used in selections if now(used) != used["digest"]})

    def row(self, table: str, key: str) -> dict[str, str]:
        """Return the one row whose first column is `key`.

        Raises
        ------
        DataError
            If there is none.
        """
        rows, column = self.rows(table), self._columns[table][0]
        for row in rows:
            if row[column] == key:
                return row
        raise DataError(f"{table}.csv has no row {key!r} in column {column}")

    def texts(self, folder: Path) -> dict[str, str]:
        """Return the reader's copies of the texts by source id, in the order of `sources.csv`.

        Parameters
        ----------
        folder : Path
            Folder with the texts, under the names in `sources.csv`.

        Raises
        ------
        DataError
            If one is not there or is not the edition whose digest `sources.csv` records.
        """
        content = {}
        for i, source in enumerate(self.rows("sources"), 2):
            if not source["file"]:
                continue
            path = folder / source["file"]
            if not path.is_file():
                where = f"sources.csv, row {i}, column file"
                raise DataError(f"{where}: {source['file']!r} is not in {str(folder)!r}")
            raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != source["text_sha256"]:
                message = "is not the digest of the file; this is another edition of the text"
                wrong = Problem("sources.csv", i, "text_sha256", source["text_sha256"], message)
                raise DataError(str(wrong))
            content[source["source_id"]] = raw.decode("utf-8")
        return content

    def place_problems(self, texts: Mapping[str, str]) -> list[Problem]:
        """Return every printed token that does not stand at its place in the texts.

        Parameters
        ----------
        texts : mapping of str to str
            Content of each text by source id, as `texts` returns it.
        """
        problems = []
        for table, i, row in self._placed():
            text, start = texts.get(row["source_id"], ""), int(row["char_start"])
            if text[start : start + len(row["printed"])] != row["printed"]:
                message = f"does not stand at character {start} of {row['source_id']}"
                problems.append(Problem(f"{table}.csv", i, "printed", row["printed"], message))
        return problems

    def count_places(self) -> int:
        """Return how many printed tokens carry a place in a text."""
        return sum(1 for _ in self._placed())

    def _placed(self) -> Iterator[tuple[str, int, dict[str, str]]]:
        for table, columns in self._columns.items():
            if {"printed", "char_start", "source_id"} <= set(columns):
                for i, row in enumerate(self.rows(table), 2):
                    if row["char_start"]:
                        yield table, i, row

    def _key_problems(self, resource: Mapping[str, Any]) -> list[Problem]:
        rows, schema = self._rows[resource["name"]], resource["schema"]
        key = schema.get("primaryKey", [])
        key = [key] if isinstance(key, str) else key
        problems = repeated(resource["path"], rows, key) if key else []
        for foreign in schema.get("foreignKeys", []):
            field, target = foreign["fields"], foreign["reference"]
            field = field[0] if isinstance(field, list) else field
            other = target["fields"][0] if isinstance(target["fields"], list) else target["fields"]
            table = target["resource"] or resource["name"]
            allowed = {row[other] for row in self.rows(table)}
            for i, row in enumerate(rows, 2):
                value = row[field]
                if value and value not in allowed:
                    text = f"does not stand in column {other} of {table}.csv{near(value, allowed)}"
                    problems.append(Problem(resource["path"], i, field, value, text))
        return problems

    def _figure_problems(self) -> list[Problem]:
        problems = []
        for i, row in enumerate(self.rows("figures"), 2):
            try:
                _reading(row)
            except PrintError as error:
                text = "cannot be read: " + str(error).removeprefix(f"{row['printed']!r}: ")
                problems.append(Problem("figures.csv", i, "printed", row["printed"], text))
            if row["reporter"] and row["reporter"] == row["partner"]:
                text = "is also the reporter"
                problems.append(Problem("figures.csv", i, "partner", row["partner"], text))
        return problems

    def _place_problems(self) -> list[Problem]:
        problems = []
        spans = {row["source_id"]: row for row in self.rows("sources")}
        for table, i, row in self._placed():
            source = spans.get(row["source_id"], {})
            start, end = (int(source.get(k) or 0) for k in ("span_start", "span_end"))
            at = int(row["char_start"])
            if not start <= at <= end - len(row["printed"]):
                text = f"lies outside the evidence of {row['source_id']} ({start} to {end})"
                problems.append(Problem(f"{table}.csv", i, "char_start", row["char_start"], text))
        for table, noun in (("figures", "figure"), ("event_mentions", "mention")):
            for i, row in enumerate(self.rows(table), 2):
                if spans[row["source_id"]]["kind"] in TEXT_KINDS and not row["char_start"]:
                    text = f"is empty; a {noun} of the text {row['source_id']} needs its place"
                    problems.append(Problem(f"{table}.csv", i, "char_start", "", text))
        return problems

    def _link_problems(self) -> list[Problem]:
        """Return inputs of propositions that do not exist, and events that no text names."""
        events = [row["event_id"] for row in self.rows("events")]
        known = {row["figure_id"] for row in self.rows("figures")} | set(events)
        problems = []
        for i, row in enumerate(self.rows("propositions"), 2):
            for name in set(row["inputs"].split()) - known:
                text = f"is neither a figure nor an event{near(name, known)}"
                problems.append(Problem("propositions.csv", i, "inputs", name, text))
        named = {row["event_id"] for row in self.rows("event_mentions")}
        for i, name in enumerate(events, 2):
            if name not in named:
                text = "has no row in event_mentions.csv"
                problems.append(Problem("events.csv", i, "event_id", name, text))
        return problems


def records(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table as dictionaries of text."""
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy().tolist()]


def digest(rows: Rows) -> str:
    """Return a short fingerprint of the rows, whatever their order."""
    lines = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _reading(row: Mapping[str, str]) -> Reading:
    return read(row["printed"], row["unit_elsewhere"], int(row["multiplier_elsewhere"] or 1))
