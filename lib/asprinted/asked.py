"""Rows that the cells of a notebook ask for by name, and whether the tables have them.

The cells are read and not run; a name that they compute is seen when they run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from .notebook import read_cells
from .package import Problem
from .tables import SETTINGS, Tables, read_settings

FIGURES = ("figure", "said", "printed", "label")  # methods of a study
JUDGE, VERDICT = "judge", "verdict"
NO_READINGS = {"inputs", "flip"}  # what `judge` takes beside readings
Call = tuple[str, str, set[str | None]]  # method, first argument, names of the others


def problems(tables: Tables) -> Iterator[Problem]:
    """Return the rows that notebooks name and the tables lack, or have otherwise."""
    if not (tables.folder / SETTINGS).is_file():
        return
    folder = tables.folder.parent
    for name in read_settings(folder)["notebooks"]:
        path = folder / "notebooks" / f"{name}.ipynb"
        if path.is_file():
            cells = [cell for cell in read_cells(path) if cell["cell_type"] == "code"]
            calls = list(_calls(cell["source"] for cell in cells))
            yield from _lost_figures(tables, name, calls)
            yield from _misjudged(tables, name, calls)
            yield from _unjudged(tables, name, calls)


def _calls(sources: Iterable[str]) -> Iterator[Call]:
    """Yield the calls that ask a study for something by a plain name.

    Each place that names `judge` is yielded as well, without a method.
    """
    studies: set[str] = set()
    for source in sources:
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except SyntaxError:  # the run tells of it
            continue
        for node in nodes:
            match node:
                case ast.Assign([ast.Name(of)], ast.Call(ast.Attribute(_, "study"))):
                    studies.add(of)
                case ast.Call(
                    ast.Attribute(ast.Name(of), method), [ast.Constant(str(key)), *_]
                ) if of in studies:
                    yield method, key, {word.arg for word in node.keywords}
                case ast.Attribute(ast.Name(of), "judge") if of in studies:
                    yield "", "", set()


def _lost(tables: Tables, table: str, key: str, name: str) -> Problem:
    column, after = tables.columns(table)[0], len(tables.rows(table)) + 2
    text = f"has no row, and {name} asks for it"
    return Problem(f"{table}.csv", after, column, key, text)


def _lost_figures(
    tables: Tables, name: str, calls: Iterable[Call]
) -> Iterator[Problem]:
    keys = {key for method, key, _ in calls if method in FIGURES}
    for key in sorted(keys - tables.readings.keys()):
        yield _lost(tables, "figures", key, name)


def _misjudged(tables: Tables, name: str, calls: Iterable[Call]) -> Iterator[Problem]:
    """Return the propositions that a notebook judges, and the table has otherwise."""
    rows = {row["prop_id"]: (i, row) for i, row in tables.numbered("propositions")}
    for method, key, words in calls:
        if method not in (JUDGE, VERDICT):
            continue
        if key not in rows:
            yield _lost(tables, "propositions", key, name)
            continue
        i, row = rows[key]
        given, readings = words - NO_READINGS, row["readings"]
        if row["notebook"] != name:
            text = f"has no cell for {key}, and {name} has one"
            yield Problem("propositions.csv", i, "notebook", row["notebook"], text)
        elif method == JUDGE and None not in given and given != set(readings.split()):
            said = " ".join(sorted(map(str, given)))
            text = f"is not what {name} judges {key} by: {said}"
            yield Problem("propositions.csv", i, "readings", readings, text)


def _unjudged(tables: Tables, name: str, calls: Sequence[Call]) -> Iterator[Problem]:
    """Return the propositions that no cell judges, if all cells judge by plain names."""
    judged = [key for method, key, _ in calls if method == JUDGE]
    if len(judged) < [method for method, *_ in calls].count(""):
        return
    for i, row in tables.numbered("propositions"):
        key = row["prop_id"]
        if row["notebook"] == name and row["readings"] and key not in judged:
            text = f"is judged in no cell of {name}"
            yield Problem("propositions.csv", i, "prop_id", key, text)
