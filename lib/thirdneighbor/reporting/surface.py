"""The page of a sweep: for each conclusion a small map of the grid, with the verdicts on it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from thirdneighbor.reporting.exporter import render
from thirdneighbor.reporting.ledger import Json

Key = tuple[str, str]
MOST_FLIPS = 6


def render_sweep(
    name: str, title: str, points: Sequence[Mapping[str, Any]], rows: Sequence[Json]
) -> str:
    """Return the page of a sweep as one self-contained file.

    Parameters
    ----------
    name, title : str
        Stem and heading of the notebook.
    points : sequence of mapping
        The grid: every combination of the values of its axes, the last axis fastest.
    rows : sequence of dict
        Rows of the table: the axes, ``prop_id``, ``reading``, ``verdict``, ``text``, ``reason``.

    Returns
    -------
    str
        HTML, the same bytes for the same table.
    """
    axes = {axis: list(dict.fromkeys(shown(p[axis]) for p in points)) for axis in points[0]}
    found: dict[Key, dict[tuple[str, ...], Json]] = {}
    failures: dict[tuple[str, ...], str] = {}
    for row in rows:
        place = tuple(shown(row[axis]) for axis in axes)
        if row["verdict"] == "failed":
            failures[place] = row["reason"]
        else:
            found.setdefault((row["prop_id"], row["reading"]), {})[place] = row
    panels = [_panel(key, cells, axes) for key, cells in found.items()]
    return render(
        "sweep.html.j2",
        name=name,
        title=title,
        axes=axes,
        points=len(points),
        moving=[panel for panel in panels if panel["moves"]],
        still=[panel for panel in panels if not panel["moves"]],
        failures=[(_spelled(axes, place), why) for place, why in failures.items()],
    )


def shown(value: Any) -> str:
    """Return a value of an axis as the page prints it.

    Examples
    --------
    >>> shown(0.5), shown(["a", "b"])
    ('0.5', 'a+b')
    """
    if isinstance(value, float):
        return f"{value:.6g}"
    return "+".join(value) if isinstance(value, list) else str(value)


def _panel(
    key: Key, cells: Mapping[tuple[str, ...], Json], axes: Mapping[str, Sequence[str]]
) -> Json:
    """Return the maps of one conclusion: first axis across, second down, a map for each rest."""
    verdicts = {place: str(row["verdict"]) for place, row in cells.items()}
    across, down, *rest = [*axes.values(), [""]][: max(2, len(axes))]
    maps = []
    for others in itertools.product(*rest):
        lines = [
            (second, [verdicts.get((first, second, *others)[: len(axes)], "") for first in across])
            for second in down
        ]
        words = ", ".join(f"{n} = {v}" for n, v in zip([*axes][2:], others, strict=True))
        maps.append({"words": words, "lines": lines})
    counts = {word: list(verdicts.values()).count(word) for word in verdicts.values()}
    return {
        "id": key[0],
        "reading": key[1],
        "text": next(iter(cells.values()))["text"],
        "maps": maps,
        "counts": sorted(counts.items(), key=lambda pair: -pair[1]),
        "moves": len(counts) > 1,
        "flips": _flips(verdicts, axes),
    }


def _flips(verdicts: Mapping[tuple[str, ...], str], axes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return in words between which neighbours on the first axis the verdict changes."""
    first, *others = axes
    lines = []
    for rest in itertools.product(*(axes[name] for name in others)):
        where = ", ".join(f"{n} = {v}" for n, v in zip(others, rest, strict=True))
        for low, high in itertools.pairwise(axes[first]):
            before, after = (verdicts.get((value, *rest)) for value in (low, high))
            if before and after and before != after:
                place = f"between {first} = {low} and {high}" + (f" ({where})" if where else "")
                lines.append(f"from {before} to {after} {place}")
    more = [f"and {len(lines) - MOST_FLIPS} more"] if len(lines) > MOST_FLIPS else []
    return lines[:MOST_FLIPS] + more


def _spelled(axes: Mapping[str, Sequence[str]], place: Sequence[str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in zip(axes, place, strict=True))
