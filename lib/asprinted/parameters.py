"""Parameters of a notebook: one line each, one parser for every use of them.

``name: type = default  # {a, b} or (lo, hi] ; unit ; meaning``

The domain ``{texts}`` stands for the texts of the study, whichever they are, and
``["all"]`` for every name of a list.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from .intervals import Interval, exact
from .notebook import read_cells

TYPES = ("bool", "int", "float", "str", "list[str]")
TAG = "parameters"
TEXTS, ALL = "{texts}", "all"
RECORDS = "_records"  # injected by a build, never declared: where its records lie
INJECTED = "# Parameters"  # how papermill begins the cell that it injects
DASHES = {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"}
_LINE = re.compile(
    r"(?P<name>[a-z]\w*): (?P<type>[a-z\[\]]+) = (?P<default>.+?)  # (?P<note>.+)"
)
_ANNOTATED = re.compile(r"\s*\w+\s*:\s*[^=#]+=.*")
_NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?(\s*/\s*\d+)?", re.ASCII | re.I
)
_RANGE = re.compile(r"([\[(])\s*([^,]+),\s*([^\])]+)([\])])")


class ParameterError(ValueError):
    """A parameter is unknown, declared wrongly or has a value that is not allowed."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    Parameters
    ----------
    name, type : str
        Name and one of bool, int, float, str, list[str].
    default : object
        Value of the committed run.
    domain : str
        Allowed values as the notebook prints them, ``{a, b}`` or ``(lo, hi]``.
    unit, meaning : str
        For the reader.
    """

    name: str
    type: str
    default: Any
    domain: str
    unit: str
    meaning: str

    def check(self, value: Any) -> Any:
        """Return the value in its type.

        Text is read as a value of that type, so that what papermill passes on from
        a command line (``"false"``, ``"1/3"``, ``"a,b"``) counts.

        Raises
        ------
        ParameterError
            If it has the wrong type or lies outside the domain.
        """
        hint = near(value, self.choices) if isinstance(value, str) else ""
        wrong = ParameterError(
            f"parameter {self.name}: {value!r} is not allowed; "
            f"allowed: {self.type} in {self.domain}{hint}"
        )
        try:
            typed = _typed(value, self.type)
        except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
            raise wrong from error
        if typed == [ALL] and self.domain != TEXTS:
            return self.choices
        if not self._admits(typed):
            raise wrong
        return typed

    def _admits(self, value: Any) -> bool:
        if isinstance(value, list):
            known = set(value) <= set(self.choices)
            return bool(value) and known and len(set(value)) == len(value)
        if self.choices:
            return str(value) in self.choices
        return self.type in ("int", "float") and value in self.range

    @property
    def choices(self) -> list[str]:
        """The allowed names; none for a range of numbers."""
        named = re.fullmatch(r"\{(.*)\}", self.domain)
        return [part.strip() for part in named[1].split(",")] if named else []

    @property
    def range(self) -> Interval:
        """The allowed numbers."""
        match = _RANGE.fullmatch(plain_minus(self.domain))
        if match:
            left, low, high, right = match.groups()
            with suppress(ValueError):
                ends = exact(low.strip()), exact(high.strip())
                return Interval(*ends, left == "(", right == ")")
        raise ParameterError(
            f"parameter {self.name}: domain {self.domain!r} cannot be read"
        )


class Declared(NamedTuple):
    """What the cells of a notebook that ran say of its parameters.

    Parameters
    ----------
    parameters : list of Parameter
        Those that the last parameter cell declares.
    injected : list of str
        Names that papermill assigned after that cell, declared or not.
    """

    parameters: list[Parameter]
    injected: list[str]


def parse(cell: str, texts: Sequence[str] = ()) -> list[Parameter]:
    """Return the parameters that a cell declares.

    Parameters
    ----------
    cell : str
        Source of the cell.
    texts : sequence of str
        The texts of the study, for the domain ``{texts}``.

    Raises
    ------
    ParameterError
        If a line does not follow the grammar, or a default is not allowed.

    Examples
    --------
    >>> parse("cap: float = 1 / 3  # (0, 1] ; share ; most for one country")[0].domain
    '(0, 1]'
    """
    found: list[Parameter] = []
    for line in cell.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        parameter = _parse_line(line, texts)
        if parameter.name in [p.name for p in found]:
            raise ParameterError(f"parameter {parameter.name} is declared twice")
        found.append(parameter)
    return found


def _parse_line(line: str, texts: Sequence[str]) -> Parameter:
    match = _LINE.fullmatch(line.rstrip())
    parts = [part.strip() for part in match["note"].split(" ; ")] if match else []
    if not match or len(parts) != 3 or match["type"] not in TYPES:
        raise ParameterError(
            f"parameter line {line!r} does not follow the grammar "
            "'name: type = default  # domain ; unit ; meaning'"
        )
    try:
        default = literal(match["default"])
    except (ArithmeticError, SyntaxError, TypeError, ValueError) as error:
        text = f"default {match['default']!r} is not a literal"
        raise ParameterError(f"parameter {match['name']}: {text}") from error
    domain, unit, meaning = parts
    if domain == TEXTS and texts:
        domain = f"{{{', '.join(texts)}}}"
    parameter = Parameter(match["name"], match["type"], default, domain, unit, meaning)
    checked_default = parameter.check(default)
    if default == [ALL]:
        parameter = replace(parameter, default=checked_default)
    if isinstance(default, str) and parameter.type != "str":
        raise ParameterError(f"parameter {parameter.name}: its default is text")
    return parameter


def from_cells(sources: Sequence[str], texts: Sequence[str] = ()) -> Declared:
    r"""Return what the executed cells of a notebook say of its parameters.

    The last cell that declares parameters counts, so what is declared is what ran, and
    not what a file on disk holds.

    Parameters
    ----------
    sources : sequence of str
        Sources of the cells in the order in which they ran, as IPython's ``In``.
    texts : sequence of str
        The texts of the study.

    Raises
    ------
    ParameterError
        If that cell does not follow the grammar.

    Examples
    --------
    >>> cell = "cap: float = 0.5  # (0, 1] ; share ; limit"
    >>> found = from_cells(["import math", cell, "# Parameters\nkap = 0.4"])
    >>> found.parameters[0].name, found.injected
    ('cap', ['kap'])
    """
    declaring = [i for i, source in enumerate(sources) if is_declaring(source)]
    last = declaring[-1] if declaring else -1
    injected: list[str] = []
    for source in sources[last + 1 :]:
        if source.startswith(INJECTED):
            injected += [n for n in _assigned(source) if n not in (*injected, RECORDS)]
    return Declared(parse(sources[last], texts) if declaring else [], injected)


def is_declaring(source: str) -> bool:
    """Whether a cell holds annotated assignments alone, described as parameters are."""
    lines = [
        line
        for line in source.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    described = any(" ; " in line.partition("#")[2] for line in lines)
    return described and all(_ANNOTATED.fullmatch(line) for line in lines)


def _assigned(source: str) -> list[str]:
    """Return the names that a cell assigns at its top level."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if hasattr(target, "id")]
    return found


def tagged_cell(cells: Iterable[Mapping[str, Any]], name: str) -> str:
    """Return the source of the cell of a notebook that is tagged `parameters`.

    It is empty if the notebook has none.

    Parameters
    ----------
    cells : iterable of mapping
        The cells, from `notebook.read_cells`.
    name : str
        Name of the file, for messages.

    Raises
    ------
    ParameterError
        If several cells are tagged.
    """
    found = [cell["source"] for cell in cells if TAG in cell["metadata"]["tags"]]
    if len(found) > 1:
        raise ParameterError(
            f"{name}: {len(found)} cells are tagged {TAG}; only one may be"
        )
    return found[0] if found else ""


def declared(notebook: Path, texts: Sequence[str] = ()) -> list[Parameter]:
    """Return the parameters of a notebook file.

    Parameters
    ----------
    notebook : Path
        The file.
    texts : sequence of str
        The texts of the study.

    Raises
    ------
    ParameterError
        If several cells are tagged `parameters`, or a line does not follow the grammar;
        the message names the file.
    DataError
        If the file is no notebook.
    """
    cell = tagged_cell(read_cells(notebook), notebook.name)
    try:
        return parse(cell, texts)
    except ParameterError as error:
        raise ParameterError(f"{notebook.name}: {error}") from error


def checked(
    parameters: Iterable[Parameter], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every parameter with its value: given, else default.

    Raises
    ------
    ParameterError
        If a given name is not declared (the closest right name is told) or a value is
        not allowed.

    Examples
    --------
    >>> cap = parse("cap: float = 0.5  # (0, 1] ; share ; limit")
    >>> checked(cap, {"cpa": 0.4})
    Traceback (most recent call last):
    ...
    asprinted.parameters.ParameterError: unknown parameter 'cpa'; did you mean 'cap'?
    """
    known = {p.name: p for p in parameters}
    for name in given:
        if name not in known:
            raise ParameterError(f"unknown parameter {name!r}; {closest(name, known)}")
    return {n: p.check(given.get(n, p.default)) for n, p in known.items()}


def closest(name: str, known: Iterable[str]) -> str:
    """Return a hint: the closest known name, else all of them."""
    names = list(known)
    hint = near(name, names).removeprefix("; ")
    return hint or (f"known are {', '.join(names)}" if names else "there is none")


def near(name: str, known: Iterable[str]) -> str:
    """Return the closest known name as the end of a message, or nothing.

    Examples
    --------
    >>> near("Cap", ["horizon", "cap"]), near("pear", ["12_pears"]), near("x", ["cap"])
    ("; did you mean 'cap'?", "; did you mean '12_pears'?", '')
    """
    folded = {other.casefold(): other for other in sorted(known)}
    name = name.strip().casefold()
    close = difflib.get_close_matches(name, folded, n=1, cutoff=0.5)
    close = close or [other for other in folded if len(name) > 2 and name in other]
    return f"; did you mean {folded[close[0]]!r}?" if close else ""


def plain_minus(text: str) -> str:
    """Return text with hyphens where it has a minus sign or an en dash."""
    return "".join(DASHES.get(letter, letter) for letter in text)


def literal(text: str) -> Any:
    """Return the value of a literal, or of a fraction such as 1 / 3."""
    node = ast.parse(text, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return ast.literal_eval(node.left) / ast.literal_eval(node.right)
    return ast.literal_eval(node)


def _typed(value: Any, kind: str) -> Any:
    if kind == "bool":
        return _truth(value)
    if kind == "list[str]":
        return _names(value)
    if kind == "str":
        return str(value)
    return _number(value, kind)


def _truth(value: Any) -> bool:
    if isinstance(value, bool) or value in ("True", "False", "true", "false"):
        return str(value).lower() == "true"
    raise ValueError


def _names(value: Any) -> list[str]:
    names = value.split(",") if isinstance(value, str) else list(value)
    return [name.strip() for name in names]


def _number(value: Any, kind: str) -> int | float:
    if isinstance(value, str):
        value = "".join(plain_minus(value).split())
        if not _NUMBER.fullmatch(value):
            raise ValueError
    if isinstance(value, bool) or value != value:
        raise ValueError
    number = exact(value)
    if kind == "float":
        return float(number)
    if number != int(number):
        raise ValueError
    return int(number)
