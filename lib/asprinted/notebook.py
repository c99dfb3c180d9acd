"""The cells of a notebook, and what they show of the project's own kinds."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import DataError, parse_json, read_text

MIME = "application/vnd.asprinted.{}+json"
DRAWING = "application/vnd.asprinted.{}+svg"


def read_cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook file, see `parse_cells`."""
    return parse_cells(path.name, read_text(path))


def parse_cells(name: str, text: str) -> list[dict[str, Any]]:
    """Return the cells of a notebook from the text of its file, each source in one piece.

    Raises
    ------
    DataError
        If it is no notebook.
    """
    content = parse_json(name, text)
    try:
        for cell in content["cells"]:
            cell |= {"cell_type": cell["cell_type"], "source": "".join(cell["source"])}
            cell["metadata"].setdefault("tags", [])
    except (AttributeError, KeyError, TypeError) as error:
        raise DataError(f"{name}: is not a notebook: {error!r}") from error
    return list(content["cells"])


def shown(cells: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return what the cells of an executed notebook show of one kind, in order.

    Parameters
    ----------
    cells : iterable of mapping
        As nbformat or JSON gives them.
    kind : str
        verdict, figure, block or run.
    """
    mime = MIME.format(kind)
    return [bundle[mime] for bundle in bundles(cells) if mime in bundle]


def bundles(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield each output of some cells as its forms by MIME type."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            yield output.get("data", {})


def records(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the verdicts that cells show, the last of each proposition and reading."""
    found = {(r["prop_id"], r["reading"]): r for r in shown(cells, "verdict")}
    return list(found.values())


def unshown(cells: Iterable[Mapping[str, Any]]) -> str:
    r"""Return which part of the page a cell makes and does not show, or nothing.

    A notebook shows the last expression of a cell alone.

    Examples
    --------
    >>> unshown([{"cell_type": "code", "source": "ap.note('1')\nap.note('2')"}])
    'code cell 1: ap.note(...) is not the last line of its cell, so nothing shows it'
    """
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(sources, 1):
        for name in _dropped(source):
            wrong = "is not the last line of its cell, so nothing shows it"
            return f"code cell {number}: {name}(...) {wrong}"
    return ""


def _dropped(source: str) -> list[str]:
    """Return the calls of this library of which a cell drops the result."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a magic of Jupyter
        return []
    nodes = [node for part in body for node in ast.walk(part) if node is not body[-1]]
    alone = [node.value for node in nodes if isinstance(node, ast.Expr)]
    names = [ast.unparse(call.func) for call in alone if isinstance(call, ast.Call)]
    return [name for name in names if name.startswith("ap.") and name != "ap.study"]


@dataclass(frozen=True)
class Run:
    """What a notebook has used, for its page and for the build."""

    summary: Mapping[str, Any]

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        used = self.summary
        line = (
            f"{used['notebook']}: {len(used['figures'])} figures; rows {used['digest']}"
        )
        return {MIME.format("run"): dict(used), "text/plain": line}
