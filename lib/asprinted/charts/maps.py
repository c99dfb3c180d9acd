"""A map of outlines with routes between points."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import Bbox

from asprinted.charts import style
from asprinted.charts.figure import Figure, make, prepare, rows, said
from asprinted.charts.places import Crowd, around
from asprinted.charts.style import PLAIN, SMALL, SMALL_BOLD, UNDER, Board, Face
from asprinted.palette import LIGHT, colour

FILLS = {"mid": "step-2", "pale": "step-1", "": "no-figure-tint"}
BEND = 12.0  # area in pixels of a bend that is too small to be drawn


def route_map(
    legs: pd.DataFrame,
    *,
    outline: str | Path | Mapping[str, Any],
    labels: Mapping[str, str] | None = None,
    fills: Mapping[str, str] | None = None,
    colours: dict[str, str] | None = None,
    **words: Any,
) -> Figure:
    """Draw routes between points on an outline map.

    Parameters
    ----------
    legs : DataFrame
        ``start`` and ``end``: names of points; optionally ``label``, ``style`` (solid
        or dotted) and ``series`` (legs of one colour).
    outline : path or mapping
        The map: ``size``, ``shapes`` (rings of points by code), ``points`` (by name).
    labels : mapping of str to str, optional
        Words at points, or in shapes.
    fills : mapping of str to str, optional
        How shapes are filled: mid, pale, or a token of the palette.
    colours : dict, optional
        Token of the palette for each series.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.
    """
    plan: Any = outline
    if not isinstance(outline, Mapping):
        plan = json.loads(Path(outline).read_text("utf-8"))
    legs = prepare(legs, ("start", "end"), ("label", "style", "series"))
    labels, fills = labels or {}, fills or {}
    places = {*plan["points"], *plan["shapes"]}
    lost = {*legs["start"], *legs["end"], *labels, *fills} - places
    if lost:
        raise ValueError(f"the map has no {sorted(lost)}; it has {sorted(places)}")
    tokens = {code: FILLS.get(fill, fill) for code, fill in fills.items()}
    if {*tokens.values()} - {*LIGHT}:
        raise ValueError(f"a fill is one of {list(FILLS)} or a token")
    given = (words.get("note", ""), plan.get("attribution", ""))
    words["note"] = " ".join(filter(None, given))
    chart = Map(legs, plan, labels, tokens, colours)
    marked = rows(legs, label="")
    facts = [f"{said(r.label) or 'Route'}: {r.start} to {r.end}." for r in marked]
    return make(chart.draw, legs, "Map.", facts, **words)


@dataclass(frozen=True)
class Map:
    """Shapes, routes between points, and words."""

    legs: pd.DataFrame
    outline: Mapping[str, Any]
    labels: Mapping[str, str]
    fills: dict[str, str]
    colours: dict[str, str] | None

    def draw(self, width: float, narrow: bool) -> Board:
        """Return the map on a board: all of it, or the part around what is drawn."""
        (left, top), (right, bottom) = (0.0, 0.0), self.outline["size"]
        points = {n: np.array(point) for n, point in self.outline["points"].items()}
        used = {*self.legs["start"], *self.legs["end"], *self.labels}
        if narrow:
            spots = [point for name, point in points.items() if name in used]
            (west, north), (east, south) = np.min(spots, axis=0), np.max(spots, axis=0)
            spare = 0.14 * (east - west) + 30
            left, right = max(left, west - spare), min(right, east + spare)
            top, bottom = max(top, north - spare), min(bottom, south + spare)
        scale, corner = width / (right - left), np.array([left, top])
        board = Board(width, (bottom - top) * scale)
        places = {name: (point - corner) * scale for name, point in points.items()}
        for code, rings in self.outline["shapes"].items():
            placed = [(np.array(ring) - corner) * scale for ring in rings]
            _shape(board, placed, self.fills.get(code, FILLS[""]))
            places.setdefault(code, max(placed, key=len).mean(axis=0))
        self._routes(board, places)
        return board

    def _routes(self, board: Board, places: Mapping[str, Any]) -> None:
        """Draw the legs, then names and words where they are free."""
        crowd = Crowd((4, 4, board.width - 4, board.height - 4))
        spare = {"label": "", "style": "", "series": ""}
        drawn = rows(self.legs, **spare)
        legs = [(row, places[row.start], places[row.end]) for row in drawn]
        tokens = style.inks([row.series for row, *_ in legs], self.colours)
        for row, start, end in legs:
            x, y = zip(start, end, strict=True)
            ls = style.DOTS if row.style == "dotted" else "-"
            board.rule(x, y, "bg", 6, zorder=3)
            board.rule(x, y, tokens[row.series], 3, ls=ls, zorder=4)
            crowd.add_line([tuple(start), tuple(end)])
        for name in dict.fromkeys([*self.legs["start"], *self.legs["end"]]):
            board.mark(*places[name], size=8, zorder=6)
        for name, words in self.labels.items():
            x, y = places[name]
            if name in self.outline["shapes"]:
                half, tall = PLAIN.wide(words) / 2, PLAIN.tall(words) / 2
                board.write(x, y, words, ha="center", middle=True)
                crowd.boxes.append((x - half, y - tall, x + half, y + tall))
            else:
                _beside(board, crowd, (x, y), words, SMALL_BOLD)
        for row, start, end in legs:
            if said(row.label):
                _beside(board, crowd, (start + end) / 2, said(row.label), SMALL)


def _beside(board: Board, crowd: Crowd, spot: Any, words: str, face: Face) -> None:
    """Write words beside a spot where they are free."""
    words = face.fold(words, 150)
    crowd.write(board, words, around(spot[0], spot[1], words, face, 8), face)


def _shape(board: Board, rings: list[np.ndarray], fill: str) -> None:
    """Draw the part of a shape that is on the board, in whole pixels."""
    look: dict[str, Any] = {"fc": colour(fill), "ec": colour("bg"), "lw": 1}
    for ring in map(_thinned, rings):
        path = Outline(np.round(np.vstack([ring, ring[:1]])), closed=True)
        path = path.clip_to_bbox(Bbox.from_extents(0, 0, board.width, board.height))
        if np.size(path.vertices):
            patch = PathPatch(path, clip_on=False, zorder=UNDER, **look)
            board.sheet.add_patch(patch)


def _thinned(ring: np.ndarray) -> np.ndarray:
    """Leave out the points of small bends, the smallest of neighbours first.

    A border that two shapes share loses the same points in both.
    """
    while True:
        before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
        (a, b), (c, d) = (after - before).T, (ring - before).T
        bend = abs(a * d - b * c) / 2
        least = (bend <= np.roll(bend, 1)) & (bend < np.roll(bend, -1))
        small = least & (bend < BEND)
        if len(ring) <= 3 or not small.any():
            return ring
        ring = ring[~small]
