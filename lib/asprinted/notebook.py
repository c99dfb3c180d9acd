"""What an executed notebook shows of the project's own kinds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MIME = "application/vnd.asprinted.{}+json"


def read_cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook file."""
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def shown(cells: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return what the cells of an executed notebook show of one kind, in order.

    Parameters
    ----------
    cells : iterable of mapping
        As nbformat or JSON gives them.
    kind : str
        verdict, figure, block or run.
    """
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    data = (output.get("data", {}) for output in outputs)
    return [bundle[MIME.format(kind)] for bundle in data if MIME.format(kind) in bundle]


def records(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the verdicts that cells show, the last of each proposition and reading."""
    found = {(r["prop_id"], r["reading"]): r for r in shown(cells, "verdict")}
    return list(found.values())
