"""The house style: type, scales, and a board on which all is placed to the pixel."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontEntry, fontManager, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from asprinted.intervals import UNITS, number
from asprinted.palette import SERIES, colour

FAMILY = "Report Sans"
FONTS = Path(__file__).parents[1] / "pages" / "fonts"
FONT_FILES = {weight: FONTS / f"report-sans-{weight}.ttf" for weight in (400, 600)}
fontManager.ttflist += [
    FontEntry(fname=str(path), name=FAMILY, weight=weight, size="scalable")
    for weight, path in FONT_FILES.items()
]
RC: Any = {
    "font.family": [FAMILY],
    "text.parse_math": False,
    "text.hinting": "none",
    "hatch.color": "edge",
    "hatch.linewidth": 1.2,
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "none",
    "svg.hashsalt": "asprinted",
}
WIDE, MAIN, NARROW = 680, 976, 343
UNDER = 0.0  # the zorder of what is drawn before everything else
INKS = ("ink", *(SERIES[place] for place in (1, 3, 2, 4, 0, 5)))
SHAPES = "osD^vP"
DOTS, DASHES, HATCH = (0, (1.5, 2.2)), (0, (4, 3)), "/////"
MONEY = ((1e9, " billion"), (1e6, " million"), (1e3, " thousand"))
GAP = 9.0  # between two texts in a row
STEPS = (1, 2, 2.5, 5, 10)
WHOLE = ("count", "persons", "rank")
Floats = Sequence[float]
Span = tuple[float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def house() -> AbstractContextManager[None]:
    """Draw in the house style, and leave the caller's settings as they were."""
    return mpl.rc_context(RC)


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return how far a letter moves the next one, in parts of the size of the type."""
    # get_font forgets its open files in a forked kernel, where processes would share them
    font = get_font(FONT_FILES[600 if bold else 400])
    glyph = font.load_char(ord(letter), LoadFlags.NO_SCALE)
    return glyph.horiAdvance / font.units_per_EM


class Face(NamedTuple):
    """A size and a weight of the one type, and what texts measure in it."""

    size: float = 13.0
    bold: bool = False

    @property
    def lead(self) -> float:
        """Pixels from one line to the next."""
        return self.size * 17 / 13

    def wide(self, text: str) -> float:
        """Return the width in pixels of a text, that of its longest line."""
        lines = text.split("\n")
        return self.size * max(sum(_advance(c, self.bold) for c in n) for n in lines)

    def tall(self, text: str) -> float:
        """Return the height in pixels of the lines of a text, 0 without one."""
        return self.lead * (text.count("\n") + 1) if text else 0.0

    def fold(self, text: str, room: float) -> str:
        r"""Break a text between words so that its lines fit a width in pixels.

        Examples
        --------
        >>> PLAIN.fold("bought from the steppe", 80)
        'bought from\nthe steppe'
        """
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self.wide(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return "\n".join(lines)


PLAIN, BOLD, SMALL, SMALL_BOLD = Face(), Face(13, True), Face(12), Face(12, True)


class Board:
    """A drawing measured in pixels: x to the right, y downwards.

    What has a higher ``zorder`` covers the rest. An ``ink`` or ``fill`` is a token of
    the palette or a verdict code.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = float(width), float(round(height))
        size = (self.width / 72, self.height / 72)
        self.canvas = Canvas(figsize=size, dpi=72, facecolor="none")
        self.sheet = self.canvas.add_axes((0, 0, 1, 1))
        self.sheet.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.sheet.set_axis_off()

    def widen(self, margin: float, head: float) -> None:
        """Leave room around the drawing, and for a head above it."""
        wide, tall = self.width + 2 * margin, self.height + head + 2 * margin
        self.canvas.set_size_inches(wide / 72, tall / 72)
        inside = (self.width / wide, self.height / tall)
        self.sheet.set_position((margin / wide, margin / tall, *inside))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        face: Face = PLAIN,
        ink: str = "ink",
        *,
        ha: str = "left",
        middle: bool = False,
        halo: bool = False,
    ) -> None:
        """Write a text line by line, from its first baseline or around its ``middle``.

        A centred text stays on the board. A ``halo`` keeps lines off the letters.
        """
        if middle:
            y += 0.36 * face.size - (face.tall(text) - face.lead) / 2
        if ha == "center":
            half = face.wide(text) / 2
            x = min(max(x, half), self.width - half)
        look: dict[str, Any] = {"size": face.size, "weight": 600 if face.bold else 400}
        look |= {"color": colour(ink), "gid": "halo" if halo else None, "zorder": 9}
        for line in text.split("\n"):
            self.sheet.text(x, y, line, ha=ha, va="baseline", **look)
            y += face.lead

    def rule(
        self, x: Floats, y: Floats, ink: str = "grid", width: float = 1, **look: Any
    ) -> None:
        """Draw a line through points; ``look`` is matplotlib's."""
        self.sheet.plot(x, y, color=colour(ink), lw=width, clip_on=False, **look)

    def tile(
        self, box: Box, fill: str = "", edge: str = "", width: float = 1.5, **look: Any
    ) -> None:
        """Draw a rectangle of left, top, right and bottom."""
        left, top, right, bottom = box
        patch = Rectangle(
            (left, top), right - left, bottom - top, **{"zorder": 3} | look
        )
        patch.set(linewidth=width if edge else 0, joinstyle="round", clip_on=False)
        patch.set_facecolor(colour(fill) if fill else "none")
        patch.set_edgecolor(colour(edge) if edge else "none")
        self.sheet.add_patch(patch)

    def mark(
        self,
        x: float,
        y: float,
        ink: str = "ink",
        shape: Any = "o",
        *,
        hollow: bool = False,
        size: float = 9,
        zorder: float = 5,
    ) -> None:
        """Draw one mark, filled or as a ring; ``size`` is its width in pixels."""
        edge = 2 if hollow else 1
        look: dict[str, Any] = {"ms": size - edge, "mew": edge, "mec": colour(ink)}
        look |= {"mfc": colour("bg" if hollow else ink), "marker": shape, "ls": ""}
        self.sheet.plot([x], [y], zorder=zorder, clip_on=False, **look)


def swatches(
    names: Iterable[str],
    width: float,
    board: Board | None = None,
    top: float = 0.0,
    draw: Callable[[str, Box], None] | None = None,
) -> float:
    """Write lines of small samples with their names; return their height.

    Without a ``board`` they are only measured. ``draw`` draws the sample of a name.
    """
    x, y = 0.0, top
    for name in names:
        wide = SMALL.wide(name) + 15
        if x and x + wide > width:
            x, y = 0.0, y + 19
        if board and draw:
            draw(name, (x, y, x + 10, y + 10))
            board.write(x + 15, y + 10, name, SMALL, "muted")
        x += wide + 18
    return y + 19 - top if x else 0.0


def inks(names: Iterable[str], colours: dict[str, str] | None) -> dict[str, str]:
    """Return a palette token for each name, the given ones first."""
    given = colours or {}
    free = iter([token for token in INKS if token not in given.values()])
    kept = dict.fromkeys(names)
    return {name: given.get(name) or next(free, "axis") for name in kept}


@dataclass(frozen=True)
class Scale:
    """How values become pixels, from one end of a scale to the other."""

    limits: Span
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; beyond the ends, that of the end."""
        low, high = self.limits
        value = min(max(value, low), high)
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return self.start + (self.end - self.start) * (value - low) / (high - low)

    def ticks(self, count: int, unit: str = "") -> dict[float, str]:
        """Return about ``count`` round numbers, or powers of ten, with their labels."""
        low, high = self.limits
        if self.log:
            first, last = math.log10(low) - 1e-9, math.log10(high) + 1e-9
            powers = range(math.ceil(first), math.floor(last) + 1)
            return _labels([10.0**power for power in powers], unit)
        whole = unit in WHOLE
        steps = [step for step in STEPS if step != 2.5 or not whole]
        locator = MaxNLocator(nbins=count, steps=steps, integer=whole)
        slack = (high - low) * 1e-9
        places = [float(place) + 0.0 for place in locator.tick_values(low, high)]
        return _labels([p for p in places if low - slack <= p <= high + slack], unit)


def _labels(places: Sequence[float], unit: str) -> dict[float, str]:
    """Return the values of an axis with their labels, the unit on the last one only."""
    times: float
    times, before, after, *_ = UNITS.get(unit, (1, "", f" {unit}" if unit else ""))
    if unit == "usd":
        largest = max(map(abs, places))
        sizes = ((1 / size, word) for size, word in MONEY if largest >= size)
        times, after = next(sizes, (1.0, ""))
    labels = {}
    for place in places:
        value = place * times
        exact = (d for d in range(3) if math.isclose(round(value, d), value))
        labels[place] = number(value, next(exact, 3))
    return labels | {places[-1]: f"{before}{labels[places[-1]]}{after}"}


def limits_around(
    values: Iterable[float], log: bool = False, zero: bool = True
) -> Span:
    """Return round axis ends around all finite values."""
    known = [v for v in values if math.isfinite(v) and (v > 0 or not log)]
    if not known:
        raise ValueError("the chart has no number to draw")
    low, high = min(known), max(known)
    if log:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return 10.0**first, 10.0 ** max(last, first + 1)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    high = high if high > low else low + 1
    places = MaxNLocator(nbins=5, steps=STEPS).tick_values(low, high)
    return float(places[0]), float(places[-1])


def write_scale(
    board: Board, up: Scale, labels: dict[float, str], left: float, ends: Span
) -> None:
    """Draw a line at each value of an upright scale, and write its label.

    A last label that is wider than the room to the left stands above its line.
    """
    for value, label in labels.items():
        y = up(value)
        board.rule(ends, (y, y), "axis" if value == 0 else "grid", zorder=UNDER)
        if PLAIN.wide(label) + 8 > ends[0] - left:
            board.write(left, y - 6, label, ink="muted")
        else:
            board.write(ends[0] - 8, y, label, ink="muted", ha="right", middle=True)


def write_below(
    board: Board, y: float, names: Iterable[tuple[float, str]]
) -> list[float]:
    """Write names centred where they have room, the first ones first; return where."""
    kept: list[tuple[float, float, float]] = []
    for x, name in names:
        half = PLAIN.wide(name) / 2
        middle = min(max(x, half), board.width - half)
        if all(abs(middle - at) > half + wide + 6 for _, at, wide in kept):
            kept.append((x, middle, half))
            board.write(x, y, name, ink="muted", ha="center")
    return [x for x, *_ in kept]


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

    def cost(self, box: Box, owner: str = "") -> float:
        """Return how badly a box would stand: 0 is free.

        A label over another or outside costs most, then one that stands nearer to the
        line of another owner than to its own, then each bit of a line that it covers.
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
        return 100 * outside + 50 * under + 12 * astray + hidden + 0.02 * own

    def write(
        self,
        board: Board,
        text: str,
        starts: Iterable[Point],
        face: Face = SMALL,
        owner: str = "",
        **look: Any,
    ) -> Box:
        """Write a text at the best of some places, and return its box."""
        wide, tall = _size(text, face)
        options = [(x, y, x + wide, y + tall) for x, y in starts]
        best = min(options, key=lambda box: self.cost(box, owner))
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
