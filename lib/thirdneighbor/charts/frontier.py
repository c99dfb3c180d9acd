"""The frontier: new money that a share above a cap needs, by cap and by share."""

import math
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import BOUNDS, Figure, Words, draw, need, records, sentence
from thirdneighbor.charts.style import NOTE, PLATE, SMALL, WIDTH, Pair, fold, write
from thirdneighbor.palette import STEPS, colour

LEVELS = (0, 0.5, 1, 2)
BANDS = ("0 to 0.5", "0.5 to 1", "1 to 2", "more than 2 × stock")
WIDE = 0.1
HATCHED = "A hatched bar: every share in it is admitted."
NEVER = "Hatched at the left: not attainable with any amount."
KEY = f"Bands from the slanted line outward, new money needed: {', '.join(BANDS)}."


def frontier(
    frame: pd.DataFrame,
    *,
    caps: Pair = (0.2, 0.6),
    own: float = 0.0,
    axis_titles: tuple[str, str] = ("Share", "Cap on one country’s share"),
    **words: Unpack[Words],
) -> Figure:
    """Draw the new money (s − c) / (c − f) that a share s needs under a cap c.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``cap``, ``lo``, ``hi``, ``lo_open``, ``hi_open``, all as fractions of 1.
    caps : tuple of float
        Ends of the cap axis.
    own : float
        Part f of new money that the holder brings itself; a cap up to it is out of reach.
    axis_titles : tuple of str
        Titles of the share axis and of the cap axis.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "label", "cap", "lo", "hi", "lo_open", "hi_open")
    free = (frame["cap"] - own).clip(lower=0)
    over = [(frame[end] - frame["cap"]).clip(lower=0) / free for end in ("lo", "hi")]
    low, high = ([_times(value) for value in part.fillna(0)] for part in over)
    spans = [a if a == b else f"{a} to {b}" for a, b in zip(low, high, strict=True)]
    frame["needed, × stock"] = spans
    never = NEVER if own > caps[0] else ""
    words["note"] = sentence(words["note"], KEY, never, HATCHED, "A ring: an excluded end.", BOUNDS)
    told = [span if "never" in span else f"{span} times the stock" for span in spans]
    labels = zip(frame["label"], told, strict=True)
    facts = [f"{style.brief(label)}: {needed}." for label, needed in labels]
    alt = style.alt_text("Bands of the new money needed, by cap and by share.", *facts)
    options = {"caps": caps, "own": own, "titles": axis_titles}
    return draw(_frontier, frame, words, height=(330, 320), alt=alt, **options)


def _times(value: float) -> str:
    return style.number(value) if math.isfinite(value) else "never met"


def _frontier(
    ax: Axes,
    frame: pd.DataFrame,
    *,
    narrow: bool,
    caps: Pair,
    own: float,
    titles: tuple[str, str],
) -> None:
    style.board(ax, left=44, right=18 if narrow else 200, top=28, bottom=52)
    ax.set(xlim=caps, ylim=(0, 1))
    start = min(max(caps[0], own), caps[1])
    corners = {(1 + level * own) / (1 + level) for level in LEVELS}
    inner = {start + 1e-9, *(c for c in corners if start < c < caps[1])}
    x = np.array([start, *sorted(inner), max(start + 1e-9, caps[1])])
    for fill, low, high in zip(STEPS, LEVELS, [*LEVELS[1:], 1e9], strict=False):
        floor, roof = (np.minimum(x + edge * (x - own), 1) for edge in (low, high))
        ax.fill_between(x, floor, roof, facecolor=fill, edgecolor="none")
        style.line(ax, x, x + low * (x - own), colour("bg"), 1.5)
    beyond: style.Style = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": "////"}
    ax.fill_between([caps[0], start], [caps[0], start], 1, lw=0, **beyond)
    style.line(ax, caps, caps, colour("ink"), 1.5)
    marked = sorted(set(frame["cap"]))
    others = [cap for cap in style.round_ticks(*caps) if min(abs(cap - m) for m in marked) > 0.05]
    places = sorted([*others, *marked])
    ax.set_xticks(places, labels=[style.share(cap) for cap in places])
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25", "50", "75", "100%"])
    write(ax, 0, 1, titles[0], across="px", up="axes", shift=(0, 18), **NOTE)
    write(ax, 0, 0, titles[1], across="axes", up="axes", shift=(0, -40), **NOTE)
    below = "Below the line: within the cap"
    write(ax, 0.98, 0.05, below, across="axes", up="axes", ha="right", **NOTE)
    _points(ax, frame)
    if not narrow:
        _key(ax)


def _points(ax: Axes, frame: pd.DataFrame) -> None:
    """Draw the ranges and points of the frame with their labels beside them."""
    ink, bg = colour("ink"), colour("bg")
    (left, floor), (end, roof) = ax.transAxes.transform([(0, 0), (1, 1)])
    lift = np.where(frame["hi"] - frame["lo"] > WIDE, 22, 0)
    places = np.array(style.spread(list(frame["lo"] * (roof - floor) + lift), 20))
    places += floor + max(0.0, 30 - places.min())
    for row, place in zip(records(frame), places, strict=True):
        if row.hi - row.lo > WIDE:
            corner = ax.transData.inverted().transform([(0, 0), (12, 0)])
            size = (corner[1][0] - corner[0][0], row.hi - row.lo)
            look: style.Style = {"facecolor": bg, "edgecolor": ink, "hatch": "////", "zorder": 3}
            ax.add_patch(Rectangle((row.cap - size[0] / 2, row.lo), *size, **look))
        else:
            ax.vlines([row.cap] * 2, row.lo, row.hi, colors=[bg, ink], lw=[8, 4], zorder=3)
        for at, is_open in ((row.lo, row.lo_open), (row.hi, row.hi_open)):
            style.dots(ax, row.cap, at, bg if is_open else ink, ink if is_open else bg)
        x = ax.transData.transform((row.cap, 0))[0]
        move, side, room = (12, "left", end - x) if end - x > 120 else (-12, "right", x - left)
        text = fold(str(row.label), room - 16, size=SMALL)
        tag: style.Style = {"size": SMALL, "bbox": PLATE, "zorder": 6}
        write(ax, row.cap, min(place, roof - 8), text, up="px", shift=(move, 0), ha=side, **tag)


def _key(ax: Axes) -> None:
    """Write the key of the bands to the right of the plot, most first."""
    left, top = WIDTH - 184, style.extent(ax)[1] - 34
    write(ax, left, top, "New money needed", across="px", up="px", bold=True, size=SMALL)
    for place, (fill, name) in enumerate(list(zip(STEPS, BANDS, strict=False))[::-1]):
        y = top - 24 - 22 * place
        swatch = Rectangle((left, y - 7), 18, 14, facecolor=fill, edgecolor=colour("axis"))
        swatch.set(transform=style.plane(ax, "px", "px"), clip_on=False)
        ax.add_patch(swatch)
        write(ax, left + 26, y, name, across="px", up="px", size=SMALL)
