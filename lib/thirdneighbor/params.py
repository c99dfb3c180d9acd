"""Parameters of a notebook: one line each, one parser for every use.

``name: type = default  # {a, b} or (lo, hi] ; unit ; meaning``

A name among choices may make room for a number of the reader's own: ``{a, b} | (lo, hi]``.
"""

from __future__ import annotations

import ast
import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .intervals import Interval, exact

TYPES = ("bool", "int", "float", "str", "list[str]")
_LINE = re.compile(r"(?P<name>[a-z]\w*): (?P<type>[a-z\[\]]+) = (?P<default>.+?)  # (?P<note>.+)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?(\s*/\s*\d+)?", re.ASCII | re.I)
_RANGE = re.compile(r"([\[(])\s*([^,]+),\s*([^\])]+)([\])])")


class ParameterError(ValueError):
    """A parameter is unknown or its value is not allowed."""


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
        Allowed values as printed in the notebook, ``{a, b}``, ``(lo, hi]`` or one | the other.
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

        Raises
        ------
        ParameterError
            If it has the wrong type or lies outside the domain.
        """
        wrong = ParameterError(
            f"parameter {self.name}: {value!r} is not allowed; "
            f"allowed: {self.type} in {self.domain}"
        )
        try:
            value = _typed(value, self.type)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise wrong from error
        if not self._admits(value):
            raise wrong
        return value

    def _admits(self, value: Any) -> bool:
        if isinstance(value, list):
            distinct = set(value)
            return bool(value) and len(distinct) == len(value) and distinct <= set(self.choices)
        if self.type != "str":
            return str(value) in self.choices if self.choices else value in self.range
        own = assumed(value) if "|" in self.domain else None
        return value in self.choices or (own is not None and own.within(self.range))

    @property
    def choices(self) -> list[str]:
        """The allowed names; none for a number."""
        named = re.match(r"\{(.*?)\}", self.domain)
        return [part.strip() for part in named[1].split(",")] if named else []

    @property
    def range(self) -> Interval:
        """The numeric domain."""
        match = _RANGE.fullmatch(self.domain.rpartition("| ")[2])
        if match:
            left, low, high, right = match.groups()
            with suppress(ValueError):
                return Interval(exact(low.strip()), exact(high.strip()), left == "(", right == ")")
        raise ParameterError(f"parameter {self.name}: domain {self.domain!r} cannot be read")


def _typed(value: Any, kind: str) -> Any:
    if kind == "bool":
        if isinstance(value, bool) or str(value) in ("True", "False", "true", "false"):
            return str(value).lower() == "true"
        raise ValueError
    if kind == "list[str]":
        value = [v.strip() for v in value.split(",")] if isinstance(value, str) else list(value)
        if not all(isinstance(v, str) for v in value):
            raise TypeError
        return value
    if kind == "str":
        return str(value)
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError
    if kind == "int":
        if isinstance(value, float) and not value.is_integer():
            raise ValueError
        return int(value)
    number = float(exact("".join(value.split())) if isinstance(value, str) else value)
    if math.isnan(number):
        raise ValueError
    return number


def assumed(text: str) -> Interval | None:
    """Return the bounds that a reader typed where a name might stand; None for a name.

    Examples
    --------
    >>> assumed("0.25-0.5"), assumed("7"), assumed("named")
    (Interval([0.25, 0.5]), Interval([7, 7]), None)
    """
    parts = [part.strip() for part in re.split(r"(?<=[\d\s])-", str(text))]
    if len(parts) <= 2 and all(_NUMBER.fullmatch(part) for part in parts):
        with suppress(ArithmeticError, ValueError):
            ends = [exact("".join(part.split())) for part in parts]
            return Interval(ends[0], ends[-1])
    return None


def parse(cell: str) -> list[Parameter]:
    """Return the parameters that a cell declares.

    Raises
    ------
    ParameterError
        If a line is not of the form that the grammar asks for, or a default is not allowed.

    Examples
    --------
    >>> parse("cap: float = 1 / 3  # (0, 1] ; share ; limit for one country")[0].domain
    '(0, 1]'
    """
    found: list[Parameter] = []
    for line in cell.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        parts = [part.strip() for part in match["note"].split(" ; ")] if match else []
        if not match or len(parts) != 3 or "=" in match["note"] or match["type"] not in TYPES:
            raise ParameterError(f"parameter line {line!r} does not follow the grammar")
        if match["name"] in [p.name for p in found]:
            raise ParameterError(f"parameter {match['name']} is declared twice")
        try:
            default = _literal(match["default"])
        except (ArithmeticError, SyntaxError, TypeError, ValueError) as error:
            text = f"default {match['default']!r} is not a literal"
            raise ParameterError(f"parameter {match['name']}: {text}") from error
        parameter = Parameter(match["name"], match["type"], default, *parts)
        parameter.check(default)
        found.append(parameter)
    return found


def _literal(text: str) -> Any:
    """Return the value of a literal, or of a fraction such as 1 / 3."""
    node = ast.parse(text, mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return ast.literal_eval(node.left) / ast.literal_eval(node.right)
    return ast.literal_eval(node)


def declared(notebook: Path) -> list[Parameter]:
    """Return the parameters of a notebook file.

    Raises
    ------
    ParameterError
        If the notebook has not exactly one cell tagged `parameters`, or is none.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [c["source"] for c in cells if "parameters" in c["metadata"].get("tags", [])]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ParameterError(f"{notebook.name}: is not a notebook: {error!r}") from error
    if len(tagged) != 1:
        raise ParameterError(f"{notebook.name}: {len(tagged)} cells are tagged parameters, not one")
    return parse("".join(tagged[0]))


def checked(parameters: Iterable[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter with its value: given, else default.

    Raises
    ------
    ParameterError
        If a given name is not declared (the closest right name is told) or a value is wrong.

    Examples
    --------
    >>> cap = parse("cap: float = 0.5  # (0, 1] ; share ; limit")
    >>> checked(cap, {"cpa": 0.4})
    Traceback (most recent call last):
    ...
    thirdneighbor.params.ParameterError: unknown parameter 'cpa'; did you mean 'cap'?
    """
    known = {p.name: p for p in parameters}
    for name in given:
        if name not in known:
            raise ParameterError(f"unknown parameter {name!r}; {closest(name, known)}")
    return {n: p.check(given[n]) if n in given else p.default for n, p in known.items()}


def closest(name: str, known: Iterable[str]) -> str:
    """Return a hint: the closest known name, else all of them."""
    names = list(known)
    return near(name, names).removeprefix("; ") or f"known are {', '.join(names)}"


def near(name: str, known: Iterable[str]) -> str:
    """Return the closest known name as the end of a message, or nothing.

    Examples
    --------
    >>> near("Cap", ["horizon", "cap"]), near("fdi", ["02_fdi_cap"]), near("x", ["cap"])
    ("; did you mean 'cap'?", "; did you mean '02_fdi_cap'?", '')
    """
    plain = {other.casefold(): other for other in sorted(known)}
    name = name.strip().casefold()
    close = difflib.get_close_matches(name, plain, n=1, cutoff=0.5)
    close = close or [other for other in plain if len(name) > 2 and name in other]
    return f"; did you mean {plain[close[0]]!r}?" if close else ""


def require(holds: bool, message: str) -> None:
    """Refuse values that are allowed one by one but not together.

    Raises
    ------
    ParameterError
        With the message, unless the condition holds.
    """
    if not holds:
        raise ParameterError(f"parameter {message}")
