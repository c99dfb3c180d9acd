"""Where labels find room: beside marks, along lines, apart from one another."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from asprinted.charts.style import BOLD, PLAIN, SMALL, Board, Box, Face, Point, Span

GAP = 9.0  # between two texts in a row


def spread(
    places: Sequence[float], gaps: Sequence[float], low: float, high: float
) -> list[float]:
    """Move places apart until neighbours keep their gaps, inside two ends, order kept.

    Examples
    --------
    >>> spread([9, 12], [20, 20], 0, 100)
    [10.0, 30.0]
    """
    order = np.argsort(places, kind="stable")
    moved, need = np.array(places, dtype=float)[order], np.array(gaps)[order]
    space = (need[:-1] + need[1:]) / 2
    for _ in range(400):
        short = np.maximum(space - np.diff(moved), 0) / 2
        moved[:-1] -= short
        moved[1:] += short
    moved += max(0.0, low + need[0] / 2 - moved[0])
    moved -= max(0.0, moved[-1] + need[-1] / 2 - high)
    return [round(float(place), 2) for place in moved[np.argsort(order)]]


class Near(NamedTuple):
    """A text beside a mark, or above it."""

    text: str
    x: float
    bold: bool = False
    ink: str = "ink"
    above: bool = False

    @property
    def wide(self) -> float:
        """Width in pixels."""
        return (BOLD if self.bold else PLAIN).wide(self.text)


class Shelf:
    """The free room beside one mark, in which its texts look for a place."""

    def __init__(self, ends: Span, taken: Iterable[Span]) -> None:
        self.ends, self.taken = ends, list(taken)
        self.beside: list[Near] = []
        self.over: list[Near] = []

    def free(self, low: float, wide: float, barred: Iterable[Span] = ()) -> bool:
        """Return whether a text that starts at ``low`` stands on nothing."""
        inside = low >= self.ends[0] and low + wide <= self.ends[1]
        spans = (*self.taken, *barred)
        return inside and all(low + wide <= a or low >= b for a, b in spans)

    def put(
        self, near: Near, starts: Iterable[float], barred: Iterable[Span] = ()
    ) -> None:
        """Place a text at the first start that is free, else above the mark."""
        wide = near.wide
        low = next((low for low in starts if self.free(low, wide, barred)), None)
        if low is None:
            self.over.append(near._replace(above=True))
        else:
            self.taken.append((low - GAP, low + wide + GAP))
            self.beside.append(near._replace(x=low))

    def texts(self, x: float) -> list[Near]:
        """Return all texts with their places; those above the mark start near ``x``."""
        left, right = self.ends
        if self.over:
            *others, last = self.over
            room = right - left - sum(near.wide + GAP for near in others)
            words = (BOLD if last.bold else PLAIN).fold(last.text, room)
            self.over = [*others, last._replace(text=words)]
        x = max(left, min(x, right + GAP - sum(near.wide + GAP for near in self.over)))
        for near in self.over:
            self.beside.append(near._replace(x=x))
            x += near.wide + GAP
        return self.beside


class Crowd:
    """What stands on a part of a board: lines, and the boxes of labels."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.boxes: list[Box] = []
        self.points: dict[str, list[Point]] = {}

    def add_line(self, points: Sequence[Point], owner: str = "") -> None:
        """Remember a line through points, sampled every few pixels."""
        own = self.points.setdefault(owner, [])
        own += points[:1]
        for (x, y), (across, down) in pairwise(points):
            count = max(1, math.ceil(math.hypot(across - x, down - y) / 4))
            parts = [n / count for n in range(count + 1)]
            own += [(x + (across - x) * p, y + (down - y) * p) for p in parts]

    def cost(self, box: Box, owner: str = "", at: Point | None = None) -> float:
        """Return how badly a box would stand: 0 is free.

        A label over another or outside costs most, then one that stands nearer to the
        line of another owner than to its own, then each bit of a line that it covers,
        last the way to the place that it is about, or else to its line.
        """
        left, top, right, bottom = self.box
        outside = max(0.0, left - box[0]) + max(0.0, box[2] - right)
        outside += max(0.0, top - box[1]) + max(0.0, box[3] - bottom)
        under = sum(_meet(box, other) for other in self.boxes)
        gaps = {name: _gaps(box, spots) for name, spots in self.points.items()}
        hidden = sum(int((gap < 3).sum()) for gap in gaps.values())
        own = float(gaps[owner].min()) if owner and owner in gaps else 0.0
        others = [gap.min() for name, gap in gaps.items() if name not in ("", owner)]
        astray = bool(owner) and min(others, default=math.inf) < own + 4
        away = float(_gaps(box, [at])[0]) if at else own
        return 100 * outside + 50 * under + 12 * astray + hidden + 0.02 * away

    def write(
        self,
        board: Board,
        text: str,
        starts: Iterable[Point],
        face: Face = SMALL,
        owner: str = "",
        at: Point | None = None,
        **look: Any,
    ) -> Box:
        """Write a text at the best of some places, and return its box."""
        wide, tall = _size(text, face)
        options = [(x, y, x + wide, y + tall) for x, y in starts]
        best = min(options, key=lambda box: self.cost(box, owner, at))
        self.boxes.append(best)
        board.write(best[0], best[1] + 0.86 * face.size, text, face, **look)
        return best


def around(
    x: float, y: float, text: str, face: Face = SMALL, gap: float = 9.0
) -> list[Point]:
    """Return places for a text around a point, near ones first."""
    (wide, tall), places = _size(text, face), []
    for far in (gap, gap + 11, gap + 25):
        up, down, level = y - far - tall, y + far, y - tall / 2
        middle, right, left = x - wide / 2, x + far, x - far - wide
        places += [(middle, up), (middle, down), (right, level), (left, level)]
        places += [(a, b) for b in (up, down) for a in (x - 6, x + 6 - wide)]
    return places


def _size(text: str, face: Face) -> Point:
    """Return width and height of a text, from its capitals to its last baseline."""
    return face.wide(text), face.tall(text) - face.lead + face.size


def _meet(a: Box, b: Box) -> bool:
    apart = a[2] + 3 <= b[0] or b[2] + 3 <= a[0]
    return not apart and a[1] < b[3] + 3 and b[1] < a[3] + 3


def _gaps(box: Box, spots: list[Point]) -> np.ndarray:
    """Return the distances of points from a box, 0 inside."""
    x, y = np.asarray(spots).T
    across = np.maximum(np.maximum(box[0] - x, x - box[2]), 0.0)
    return np.hypot(across, np.maximum(np.maximum(box[1] - y, y - box[3]), 0.0))
