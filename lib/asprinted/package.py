"""The data package: which tables there are, and the rules that files and cells obey.

A wrong cell is named by file, row, column and value, with what is allowed. Rows are
counted as a spreadsheet counts them: the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .files import DataError, merge_conflict, read_json
from .parameters import near

PACKAGE = "datapackage.json"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
NUMBERS = ("integer", "number")
COUNTED = {"char_start", "span_start", "span_end", "multiplier_elsewhere"}
TYPES = ("string", *NUMBERS)
ENDS = ("least", "most")  # the columns of a limit; others end in _start and _end
RULES = ("required", "unique", "enum", "pattern", "minimum", "maximum")
MOST = 20  # problems that are told in words
Json = dict[str, Any]
Row = dict[str, str]
Rows = list[Row]

_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+@＝＋－＠-]")  # wide signs count in East Asia
_VALUE = re.compile(r"-?(\d+(\.\d+)?(e[+-]?\d+)?%?|inf)", re.ASCII | re.IGNORECASE)
_MINUS = re.compile(r"-(\d[\w.,% ]*|inf)")  # how a printed number may begin
HIDDEN = re.compile(  # control characters, reversals of direction, halves of a letter
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(\r?\n|$)')
_LATER = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"  # how Windows shows a later byte
_MOJIBAKE = re.compile(f"[ÂÃÄÅÐÑ]{_LATER}|[à-ï]{_LATER}{{2}}|[ð-ô]{_LATER}{{3}}|\ufffd")


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


@dataclass(frozen=True)
class Link:
    """A column whose cells name rows of a table, perhaps several in one cell."""

    column: str
    table: str
    target: str
    separator: str = ""

    def parts(self, cell: str) -> list[str]:
        """Return the names that a cell holds."""
        parts = cell.split(self.separator) if self.separator else [cell]
        return [part for part in parts if part]


@dataclass(frozen=True)
class Table:
    """One table: its rules as the data package has them, and its rows."""

    name: str
    file: str
    fields: Mapping[str, Mapping[str, Any]]
    key: list[str]
    links: list[Link]
    rows: Rows
    unique: Sequence[list[str]] = ()
    rules: Sequence[Json] = ()

    @classmethod
    def read(cls, folder: Path, resource: Mapping[str, Any]) -> Table:
        """Read the table that a resource of the data package describes."""
        path, schema = resource["path"], resource["schema"]
        if not re.fullmatch(r"\w[\w.-]*", path):
            raise DataError(f"{PACKAGE}: {path!r} is no file beside it")
        fields = {field["name"]: field for field in schema["fields"]}
        for name in COUNTED & fields.keys():  # whatever the package says of them
            fields[name] = {**fields[name], "type": "integer"}
        for name, field in fields.items():
            if wrong := _rule_message(field):
                raise DataError(f"{PACKAGE}, {resource['name']}.{name}: {wrong}")
        key, links = _as_list(schema.get("primaryKey", [])), links_of(resource)
        rows = read_rows(folder / path, list(fields))
        more = schema.get("uniqueKeys", []), schema.get("rules", [])
        return cls(resource["name"], path, fields, key, links, rows, *more)

    @property
    def placed(self) -> bool:
        """Whether its rows may point at a place in a text."""
        return {"source_id", "char_start"} <= set(self.fields)

    def problems(self) -> Iterator[Problem]:
        """Return the cells that break a rule of their column, key or order."""
        for name, field in self.fields.items():
            values = {row[name] for row in self.rows}
            wrong = {v: text for v in values if (text := cell_message(v, field))}
            for i, row in enumerate(self.rows if wrong else [], 2):
                if row[name] in wrong:
                    text = wrong[row[name]] + self._example(name, row[name])
                    yield Problem(self.file, i, name, row[name], text)
        unique = [[n] for n, f in self.fields.items() if _rules(f).get("unique")]
        unique += [self.key] * (self.key not in unique)
        for key in [*unique, *self.unique]:
            yield from self._repeated(key)

    def _example(self, column: str, value: str) -> str:
        """Return what belongs into a cell that is empty, with a row that has it."""
        if value:
            return ""
        told = self.fields[column].get("description", "")
        if codes := _rules(self.fields[column]).get("enum"):
            return f": {told}; allowed: {', '.join(map(str, codes))}"
        rows = enumerate(self.rows, 2)
        filled = next(
            (f"; row {i} has {r[column]!r}" for i, r in rows if r[column]), ""
        )
        return f": {told}" * bool(told) + filled

    def _repeated(self, key: Sequence[str]) -> Iterator[Problem]:
        """Return the rows whose key, unless it is empty, stands in a row before."""
        seen: set[tuple[str, ...]] = set()
        for i, row in enumerate(self.rows, 2):
            value = tuple(row[column] for column in key)
            if value in seen and any(value):
                text = "stands twice; it must be unique"
                yield Problem(self.file, i, ", ".join(key), ", ".join(value), text)
            seen.add(value)

    def orders(self) -> Iterator[Problem]:
        """Return the ends (numbers or partial dates) that lie before their starts."""
        starts = [name for name in self.fields if name.endswith("_start")]
        pairs = [(name, name.removesuffix("_start") + "_end") for name in starts]
        for start, end in [*pairs, *[ENDS] * (ENDS[0] in self.fields)]:
            numbers = self.fields[start].get("type") in NUMBERS
            for i, row in enumerate(self.rows if end in self.fields else [], 2):
                first, last = row[start], row[end]
                early = last < first[: len(last)]
                if numbers and first and last:
                    early = float(last) < float(first)
                if last and early:
                    than = "less than" if start in ENDS else "before"
                    text = f"is {than} {start} {first!r}"
                    yield Problem(self.file, i, end, last, text)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the problems that were found, the first twenty in words."""
    if lines := told(list(problems)):
        raise DataError("\n".join(lines))


def told(problems: Sequence[Problem]) -> list[str]:
    """Return the first twenty problems in words, and how many more there are."""
    more = [f"and {len(problems) - MOST} more"] if len(problems) > MOST else []
    return [*map(str, problems[:MOST]), *more]


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    r"""Return rows as the text of a CSV file; see `csv_cell`.

    Parameters
    ----------
    rows : iterable of mapping
        Cells by column; others are left out.
    columns : sequence of str
        The header.

    Examples
    --------
    >>> as_csv([{"a": "1, 2", "b": "=x"}], ["a", "b"])
    'a,b\n"1, 2",\'=x\n'
    """
    cells = [[row.get(column) for column in columns] for row in rows]
    return csv_text([columns, *cells])


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows of cells as the text of a CSV file, an unknown cell as an empty one."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    for row in rows:
        writer.writerow("" if cell is None else csv_cell(cell) for cell in row)
    return target.getvalue()


def csv_cell(value: Any) -> str:
    r"""Return a value as a cell that no spreadsheet computes and no terminal obeys.

    Text that begins like a formula gets an apostrophe, unless it is a number; a control
    character or a reversal of direction is spelled out.

    Examples
    --------
    >>> csv_cell("=1+1"), csv_cell(-0.5), csv_cell("a\x1b[31mb")
    ("'=1+1", '-0.5', 'a\\x1b[31mb')
    """
    text = spelled(str(value))
    computed = _FORMULA.match(text) and not _VALUE.fullmatch(text)
    return f"'{text}" if computed else text


def spelled(text: str) -> str:
    r"""Return text in which hidden characters are spelled out.

    Examples
    --------
    >>> print(spelled("a\x1bb"))
    a\x1bb
    """
    return HIDDEN.sub(lambda found: ascii(found[0])[1:-1], text)


def read_package(folder: Path) -> tuple[Json, list[Table]]:
    """Return the data package of a folder, and its tables.

    Raises
    ------
    DataError
        If there is none, or it or a table of it cannot be read.
    """
    path = folder / PACKAGE
    if not path.is_file():
        raise DataError(f"folder {str(folder)!r}: there is no {PACKAGE} in it")
    package: Json = read_json(path)
    try:
        return package, [Table.read(folder, each) for each in package["resources"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{PACKAGE}: is not a data package: {error!r}") from error


def committed(path: Path) -> bytes | None:
    """Return a file as it was last committed; None where git cannot tell."""
    import subprocess  # loads slowly, and few commands need it

    call = ["git", "show", f"HEAD:./{path.name}"]
    try:
        return subprocess.check_output(call, cwd=path.parent, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None


def links_of(resource: Mapping[str, Any]) -> list[Link]:
    """Return the columns of a table whose cells name rows of a table."""
    schema, links = resource["schema"], []
    for foreign in schema.get("foreignKeys", []):
        to = foreign["reference"]
        columns, targets = _as_list(foreign["fields"]), _as_list(to["fields"])
        for column, target in zip(columns, targets, strict=True):
            links.append(Link(column, to["resource"] or resource["name"], target))
    for field in schema["fields"]:
        items = field.get("items", {})
        if to := items.get("reference"):
            named = to["resource"], to["fields"], items["separator"]
            links.append(Link(field["name"], *named))
    return links


def _rules(field: Mapping[str, Any]) -> Mapping[str, Any]:
    return field.get("constraints", {})


def _as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def read_rows(path: Path, names: Sequence[str]) -> Rows:
    """Return the rows of a CSV file, every cell as text.

    Parameters
    ----------
    path : Path
        The file.
    names : sequence of str
        Its columns, in the order wanted.

    Raises
    ------
    DataError
        If file, column or cell is missing or too many, or it is not CSV in UTF-8.
    """
    if not path.is_file():
        raise DataError(f"{path.name}: the table is missing in {str(path.parent)!r}")
    return parse_rows(path.name, path.read_bytes(), names)


def parse_rows(name: str, raw: bytes, names: Sequence[str]) -> Rows:
    """Return the rows of a CSV file from its bytes, see `read_rows`."""
    lines = _lines(name, raw)
    header = lines[0] if lines else []
    _check_header(name, header, names)
    order = [(column, header.index(column)) for column in names]
    rows = []
    for i, line in enumerate(lines[1:], 2):
        if not any(line):
            raise DataError(f"{name}, row {i}: is empty; delete it")
        if len(line) != len(header):
            wrong = f"{len(line)} cells where the header has {len(header)}"
            raise DataError(f"{name}, row {i}, first cell {line[0]!r}: {wrong}")
        rows.append({column: line[at] for column, at in order})
    return rows


def _lines(name: str, raw: bytes) -> list[list[str]]:
    """Return the cells of a CSV file without empty rows and columns at its end."""
    text, separator = _decoded(name, raw), ","
    if conflict := merge_conflict(text):
        raise DataError(f"{name}: {conflict}")
    if named := _SEPARATOR_LINE.match(text):
        separator, text = named[1], text[named.end() :]
    else:
        _check_separator(name, text.partition("\n")[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        wrong = f"row {reader.line_num}: cannot be read as CSV: {error}"
        raise DataError(f"{name}, {wrong}") from error
    while lines and not any(lines[-1]):
        lines.pop()
    width = len(lines[0]) if lines else 0
    while width and not any("".join(line[width - 1 :]) for line in lines):
        width -= 1
    return [line if any(line[width:]) else line[:width] for line in lines]


def _check_separator(name: str, head: str) -> None:
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if separator in head and "," not in head:
            wrong = f"the cells are separated by {called}; save it with commas"
            raise DataError(f"{name}, row 1: {wrong}")


def _decoded(name: str, raw: bytes) -> str:
    """Return the text of a file in UTF-8, or say how it was saved instead."""
    if b"\0" in raw:  # every second byte of what is plain English
        raise DataError(f"{name}: is UTF-16; save the table as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row, byte = raw.count(b"\n", 0, error.start) + 1, raw[error.start]
        wrong = f"byte {byte:#04x} is not UTF-8; save the table as UTF-8"
        raise DataError(f"{name}, row {row}: {wrong}") from error
    if spoilt := _MOJIBAKE.search(text):
        row = text.count("\n", 0, spoilt.start()) + 1
        wrong = f"{spoilt[0]!r} is a letter read in the wrong encoding"
        raise DataError(f"{name}, row {row}: {wrong}; open the table as UTF-8")
    return text


def _check_header(name: str, header: Sequence[str], names: Sequence[str]) -> None:
    for column in header:
        if column not in names:
            wrong = f"column {column!r} is not known{near(column, names)}"
            raise DataError(f"{name}, row 1: {wrong}; columns are {', '.join(names)}")
    for column in names:
        if header.count(column) != 1:
            wrong = "stands twice" if column in header else "is missing"
            raise DataError(f"{name}, row 1: column {column!r} {wrong}")


def _rule_message(field: Mapping[str, Any]) -> str:
    """Return which rule of a column nobody would check, or nothing."""
    wrong = not_among(field.get("type", "string"), TYPES)
    if wrong:
        return f"type {field['type']!r} {wrong}"
    strange = [rule for rule in _rules(field) if rule not in RULES]
    return f"rule {strange[0]!r} {not_among(strange[0], RULES)}" if strange else ""


def cell_message(value: str, field: Mapping[str, Any]) -> str:
    """Return what is wrong with a cell, or nothing."""
    rules, kind = _rules(field), field.get("type")
    if value == "":
        return "is empty; a value is required" if rules.get("required") else ""
    if not value.isprintable() and _CONTROL.search(value):
        return "holds a control character or a line break, which is not allowed"
    if _FORMULA.match(value) and not _MINUS.fullmatch(value):
        return "begins like a spreadsheet formula, which is not allowed"
    wrong = _number_message(value, kind, rules) if kind in NUMBERS else ""
    if wrong or (wrong := not_among(value, map(str, rules.get("enum", [value])))):
        return wrong
    items = field.get("items", {})
    for part in value.split(items["separator"]) if "enum" in items else []:
        if text := not_among(part, items["enum"]):
            return f"names {part!r}, which {text}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value, re.ASCII):
        return f"does not match {rules['pattern']}"
    undated = rules.get("pattern") == DATE and not _is_date(value)
    return "is not a date" if undated else ""


def _number_message(value: str, kind: str, rules: Mapping[str, Any]) -> str:
    whole = kind == "integer"
    if not _NUMBER.fullmatch(value) or (whole and "." in value):
        return "is not a whole number" if whole else "is not a number"
    if float(value) < float(rules.get("minimum", value)):
        return f"is less than {rules['minimum']}"
    if float(value) > float(rules.get("maximum", value)):
        return f"is more than {rules['maximum']}"
    return ""


def not_among(value: str, allowed: Iterable[str]) -> str:
    """Return that a value is not allowed, with the nearest that is, or nothing."""
    names = list(allowed)
    if value in names:
        return ""
    return f"is not allowed{near(value, names)}; allowed: {', '.join(names)}"


def _is_date(value: str) -> bool:
    """Whether a year, a month or a day of the calendar is named."""
    try:
        return bool(date.fromisoformat((value + "-01-01")[:10]))
    except ValueError:
        return False
