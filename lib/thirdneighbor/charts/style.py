"""The house style: fonts, theme, and the few marks that every chart uses."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from typing import Any

import font_source_sans_pro
import font_source_serif_pro
import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform, blended_transform_factory
from numpy.typing import ArrayLike

from thirdneighbor.palette import colour

SANS, SERIF = "Report Sans", "Report Serif"
FONT_FILES = {
    (SANS, 400): font_source_sans_pro.font_files_ttf["SourceSansPro"],
    (SANS, 600): font_source_sans_pro.font_files_ttf["SourceSansProSemibold"],
    (SERIF, 400): font_source_serif_pro.font_files_ttf["SourceSerifPro"],
    (SERIF, 600): font_source_serif_pro.font_files_ttf["SourceSerifProSemibold"],
}
Style = dict[str, Any]
Pair = tuple[float, float]
WIDTH, NARROW = 680, 343
TEXT, SMALL = 13.0, 12.0
TICK = 9
NBSP = "\u00a0"
NOTE: Style = {"size": SMALL, "ink": "muted"}
PLATE: Style = {"facecolor": colour("bg"), "edgecolor": "none", "pad": 2}
RC: Style = {
    "font.family": [SANS],
    "text.parse_math": False,
    "text.hinting": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": colour("axis"),
    "grid.color": colour("grid"),
    "hatch.color": colour("axis"),
    "hatch.linewidth": 0.8,
    "path.simplify": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "thirdneighbor",
    **{f"{axis}tick.color": colour("muted") for axis in "xy"},
    **{f"{axis}tick.labelsize": TEXT for axis in "xy"},
    **{f"{axis}tick.{kind}.size": 0 for axis in "xy" for kind in ("major", "minor")},
    **{f"{axis}tick.major.pad": 8 for axis in "xy"},
}


@cache
def _register() -> None:
    """Make the font files known to matplotlib under names that no installed font has."""
    for (name, weight), path in FONT_FILES.items():
        entry = font_manager.FontEntry(fname=path, name=name, weight=weight, size="scalable")
        font_manager.fontManager.ttflist.append(entry)


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style, and leave the caller's settings as they were."""
    _register()
    with mpl.rc_context():
        sns.set_theme(style="white", palette=None, color_codes=False, rc=RC)
        yield


def text_px(text: str, *, bold: bool = False, size: float = TEXT) -> float:
    """Return the width of a text in pixels, that of its longest line, as its letters advance."""
    lines = text.split("\n")
    return size * max(sum(_advance(letter, bold) for letter in line) for line in lines)


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return how far a letter moves the next one, in parts of the size of the type."""
    face = _face(bold)
    return face.load_char(ord(letter), LoadFlags.NO_SCALE).horiAdvance / face.units_per_EM


@cache
def _face(bold: bool) -> FT2Font:
    return FT2Font(FONT_FILES[SANS, 600 if bold else 400])


def fold(text: str, width: float, *, bold: bool = False, size: float = TEXT) -> str:
    """Break a text between words so that its lines fit a width in pixels, if words allow."""
    lines = [""]
    for word in str(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_px(longer, bold=bold, size=size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def number(value: float, decimals: int | None = None, *, sign: bool = False) -> str:
    """Return a number as pages print it: real minus, comma for thousands, no trailing zeros."""
    if math.isinf(value):
        return "unbounded"
    form = f"{'+' if sign and value else ''},{'.4g' if decimals is None else f'.{decimals}f'}"
    if decimals is None and 1e4 <= abs(value) < 1e15:
        form = f"{'+' if sign else ''},.0f"
    return format(value + 0.0, form).replace("-", "−")


def share(value: float) -> str:
    """Return a share as a percentage, or as a fraction when that is exact and shorter."""
    part = Fraction(value).limit_denominator(10)
    exact = abs(part - value) < 1e-9 and 100 % part.denominator
    return f"{part.numerator}/{part.denominator}" if exact else f"{number(value * 100)}%"


def cell(value: float, decimals: int) -> str:
    """Return what stands in a cell of a heat map."""
    if math.isfinite(value):
        return number(value, decimals)
    return "never" if math.isinf(value) else "?"


def interval(lo: float, hi: float, lo_open: bool, hi_open: bool, unit: str = "") -> str:
    """Return an interval as pages print it, or the number when both ends are the same."""
    if math.isnan(lo) or math.isnan(hi):
        return "no value"
    if lo == hi:
        return f"{number(lo)}{unit}"
    left = "(" if lo_open or math.isinf(lo) else "["
    right = ")" if hi_open or math.isinf(hi) else "]"
    ends = ["−∞" if lo == -math.inf else number(lo), "∞" if hi == math.inf else number(hi)]
    return f"{left}{ends[0]},{NBSP}{ends[1]}{right}{unit}"


def alt_text(kind: str, *facts: str) -> str:
    """Join the chart type and as many facts as fit into a text of 100 to 300 characters."""
    text = textwrap.shorten(kind, 120, placeholder="")
    for fact in facts:
        if len(text) + len(fact) < 300:
            text += f" {fact}"
    if len(text) < 100:
        text += " The data table below the drawing lists every plotted value, a row for each mark."
    return text


def brief(label: object, length: int = 60) -> str:
    """Return a label short enough for a sentence of an alt text."""
    return textwrap.shorten(str(label), length, placeholder=" …")


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Move places apart until each is at least ``gap`` from the next, keeping their order."""
    order = np.argsort(places, kind="stable")
    moved = np.asarray(places, dtype=float)[order]
    for _ in range(200):
        short = gap - np.diff(moved)
        if not (short > 1e-6).any():
            break
        push = np.maximum(short, 0) / 2
        moved[:-1] -= push
        moved[1:] += push
    result = np.empty_like(moved)
    result[order] = moved
    return [float(place) for place in result]


def extent(ax: Axes) -> tuple[float, float]:
    """Return the width and height of the board in pixels."""
    width, height = ax.figure.get_size_inches() * 72  # type: ignore[union-attr]
    return float(width), float(height)


def board(ax: Axes, *, left: float, right: float, top: float, bottom: float) -> None:
    """Place the plot with margins in pixels and take away its box."""
    width, height = extent(ax)
    size = (1 - (left + right) / width, 1 - (top + bottom) / height)
    ax.set_position((left / width, bottom / height, *size))
    ax.patch.set_visible(False)
    ax.set(xlabel="", ylabel="")
    sns.despine(ax=ax, left=True, bottom=True, top=True, right=True)


def plane(ax: Axes, across: str = "data", up: str = "data") -> Transform:
    """Return a coordinate system; each direction is ``data``, ``axes`` or ``px`` of the board."""
    pixels = Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans
    systems = {"data": ax.transData, "axes": ax.transAxes, "px": pixels}
    return blended_transform_factory(systems[across], systems[up])


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    across: str = "data",
    up: str = "data",
    **options: Any,
) -> None:
    """Write a label; single lines share a baseline.

    Parameters
    ----------
    ax, x, y, text
        What to write and where.
    across, up : str
        Coordinate systems of x and y, as for `plane`.
    **options
        ``shift`` (pixels right and up), ``bold``, ``ink`` (a token), and those of matplotlib.
    """
    style: Style = {"ha": "left", "va": "center", "size": TEXT, "linespacing": 1.2} | options
    right, rise = style.pop("shift", (0, 0))
    style["weight"] = 600 if style.pop("bold", False) else 400
    style["color"] = colour(style.pop("ink", "ink"))
    if style["va"] == "center" and "\n" not in text:
        style["va"], rise = "baseline", rise - 0.33 * style["size"]
    move = ScaledTranslation(right / 72, rise / 72, ax.figure.dpi_scale_trans)
    ax.text(x, y, text, transform=plane(ax, across, up) + move, **style)


def dots(ax: Axes, x: ArrayLike, y: ArrayLike, fill: str, edge: str = "", **options: Any) -> None:
    """Draw marks; ``fill`` and ``edge`` are hex colours, option ``size`` is in pixels."""
    style: Style = {"size": 9, "zorder": 4, "linewidth": 1.75, "clip_on": False} | options
    style["s"] = style.pop("size") ** 2
    ax.scatter(np.atleast_1d(x), np.atleast_1d(y), facecolor=fill, edgecolor=edge or fill, **style)


def line(ax: Axes, x: ArrayLike, y: ArrayLike, ink: str, width: float = 2) -> None:
    """Draw a line through points as they are, without estimates."""
    ax.plot(x, y, color=ink, lw=width)


def ticks(ax: Axes, places: Sequence[float], *, unit: str = "", up: bool = False) -> None:
    """Put labelled ticks on an axis, the unit on the last one only."""
    places = list(places)
    labels = [number(place) for place in places[:-1]] + [f"{number(places[-1])}{unit}"]
    (ax.set_yticks if up else ax.set_xticks)(places, labels=labels)
    if not up:
        _keep_inside(ax)
    ax.minorticks_off()
    ax.grid(visible=True, axis="y" if up else "x")


def _keep_inside(ax: Axes) -> None:
    """Hide x tick labels that would touch, and turn the outer ones inward at the edges."""
    texts, width = ax.get_xticklabels(), extent(ax)[0]
    spans = []
    for text, place in zip(texts, ax.get_xticks(), strict=True):
        at, half = ax.transData.transform((place, 1))[0], text_px(text.get_text()) / 2
        if at < half:
            text.set_horizontalalignment("left")
            at += half
        elif at > width - half:
            text.set_horizontalalignment("right")
            at -= half
        spans.append((at - half, at + half))
    last = spans[-1][0]
    end = -math.inf
    for text, (low, high) in list(zip(texts, spans, strict=True))[:-1]:
        fits = low > end + 6 and high < last - 6
        text.set_visible(fits)
        end = high if fits else end


def round_ticks(lo: float, hi: float, count: int = 4, *, cover: bool = False) -> list[float]:
    """Return some ``count`` round numbers from ``lo`` to ``hi``, or just around both."""
    places = MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]).tick_values(lo, hi)
    if cover:
        return [float(place) for place in places]
    return [float(place) for place in places if lo - 1e-12 <= place <= hi + 1e-12]


def rule(ax: Axes, x: float, rows: int) -> None:
    """Draw a threshold in ink: one line, or a tick on each of the rows."""
    if rows:
        y = np.arange(rows)
        ends = ax.transData.transform([(x, 0), (x, 1)])[:, 1]
        half = TICK * ax.figure.dpi / 72 / abs(ends[1] - ends[0])
        ax.vlines([x] * rows, y - half, y + half, color=colour("ink"), lw=1.5, zorder=3.5)
    else:
        ax.axvline(x, color=colour("ink"), lw=1.5, zorder=3)


def head(ax: Axes, x: float, text: str) -> None:
    """Write a bold label above the plot at a place of its x axis, kept inside the board."""
    half = text_px(text, bold=True) / 2
    place = ax.transData.transform((x, ax.get_ylim()[0]))[0]
    place = min(max(place, half + 1), extent(ax)[0] - half - 1)
    write(ax, place, 1, text, across="px", up="axes", shift=(0, 14), bold=True, ha="center")
