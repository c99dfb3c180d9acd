"""The house style: type, scales, and a board on which all is placed to the pixel."""

import math
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
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
OTHERS = "Report Others"  # matplotlib's own font, for letters that the house font lacks
_OTHER_FILES = {
    weight: Path(mpl.get_data_path(), "fonts", "ttf", f"{name}.ttf")
    for weight, name in ((400, "DejaVuSans"), (600, "DejaVuSans-Bold"))
}
fontManager.ttflist += [
    FontEntry(fname=str(path), name=family, weight=weight, size="scalable")
    for family, files in ((FAMILY, FONT_FILES), (OTHERS, _OTHER_FILES))
    for weight, path in files.items()
]
RC: Any = {
    "font.family": [FAMILY, OTHERS],
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
STEPS = (1, 2, 2.5, 5, 10)
WHOLE = ("count", "persons", "rank")
Floats = Sequence[float]
Span = tuple[float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style, and leave the caller's settings as they were.

    A letter that the font lacks is no reason to warn: the reader's own font shows it.
    """
    with mpl.rc_context(RC), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return how far a letter moves the next one, in parts of the size of the type."""
    # get_font forgets its open files in a forked kernel, where processes would share them
    font = get_font(FONT_FILES[600 if bold else 400])
    if not font.get_char_index(ord(letter)):
        return _usual_advance(letter)
    glyph = font.load_char(ord(letter), LoadFlags.NO_SCALE)
    return glyph.horiAdvance / font.units_per_EM


def _usual_advance(letter: str) -> float:
    """Return about how wide a letter is in a font of the reader's own."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):  # it stands on another one
        return 0.0
    return 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.65


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
