"""Two points in time and the change between them: the slope chart."""

import math
from itertools import pairwise
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import BOUNDS, Figure, Words, draw, need, records, sentence
from thirdneighbor.charts.style import SMALL, text_px, write
from thirdneighbor.palette import colour

ENDS = "A ring marks an excluded end, an arrow a range that goes on."
INKS = ("ink", "link", "contradicted", "multilateral", "central-asia", "axis")
STEP, DODGE = 18.0, 0.022
SIDES = ("start", "end")
PARTS = {
    "": "",
    "_lo": ", lower bound",
    "_hi": ", upper bound",
    "_lo_open": ", lower bound excluded",
    "_hi_open": ", upper bound excluded",
    "_shown": ", bounds",
}


def slope(
    frame: pd.DataFrame, *, heads: tuple[str, str] = ("Before", "After"), **words: Unpack[Words]
) -> Figure:
    """Draw amounts at two points in time on a log axis, with the range that the print admits.

    Parameters
    ----------
    frame : DataFrame
        ``label`` and, for ``start`` and ``end``, the point value (above 0) and its ends
        ``start_lo``, ``start_hi``, ``start_lo_open``, ``start_hi_open`` and so on, with
        ``start_shown`` and ``end_shown`` (text).
    heads : tuple of str
        Names of the two points in time.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    names = ["label", *(side + part for side in SIDES for part in PARTS)]
    frame = need(frame, *names)[names]
    if (frame[list(SIDES)] <= 0).any(axis=None):
        raise ValueError("a slope on a log axis needs amounts above 0")
    words["subtitle"] += "" if "log scale" in words["subtitle"] else ", log scale"
    words["note"] = sentence(words["note"], ENDS, BOUNDS)
    facts = [
        f"{style.brief(row.label)}: {row.start_shown} to {row.end_shown}." for row in records(frame)
    ]
    alt = style.alt_text(f"Slope chart from {heads[0]} to {heads[1]} on a log axis.", *facts)
    height = (max(300.0, 62.0 * len(frame)), max(320.0, 84.0 * len(frame)))
    told = ["label", *(head + part for head in heads for part in PARTS.values())]
    drawn = frame.set_axis(told, axis=1)
    return draw(_slope, drawn, words, height=height, alt=alt, heads=heads, names=names)


def _slope(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, heads: tuple[str, str], names: list[str]
) -> None:
    frame = frame.set_axis(names, axis=1)
    lines = [style.fold(label, 104 if narrow else 190, size=SMALL) for label in frame["label"]]
    texts = [f"{line}\n{text}" for line, text in zip(lines, frame["end_shown"], strict=True)]
    left = max(text_px(text, size=SMALL) for text in frame["start_shown"]) + 18
    right = max(text_px(text, size=SMALL) for text in texts) + 18
    style.board(ax, left=left, right=right, top=34, bottom=14)
    limits = _limits(frame)
    ax.set(xlim=(0, 1), yscale="log", ylim=limits, xticks=[])
    ax.set_yticks([])
    ax.minorticks_off()
    for place, head in enumerate(heads):
        ax.axvline(place, color=colour("grid"), lw=1)
        write(ax, place, 1, head, up="axes", shift=(0, 16), ha="center", bold=True, size=SMALL)
    for row in records(frame):
        ink, move = colour(INKS[row.Index % len(INKS)]), DODGE * row.Index
        style.line(ax, [move, 1 - move], [row.start, row.end], ink)
        for place, side in ((move, "start"), (1 - move, "end")):
            _end(ax, place, _parts(row, side), ink)
    rows = [text.count("\n") + 1 for text in texts]
    _column(ax, frame["start"], frame["start_shown"], [1] * len(rows), x=-14, side="right")
    _column(ax, frame["end"], texts, rows, x=14, side="left")


def _parts(row: Any, side: str) -> list[Any]:
    """Return point, ends and whether they are open, of one side of a row."""
    names = ("", "_lo", "_hi", "_lo_open", "_hi_open")
    return [getattr(row, side + name) for name in names]


def _limits(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the log axis, with room for arrows around every finite amount."""
    columns = [side + part for side in SIDES for part in ("", "_lo", "_hi")]
    values = frame[columns].to_numpy(dtype=float).ravel()
    values = values[np.isfinite(values) & (values > 0)]
    return float(values.min()) / 1.8, float(values.max()) * 1.8


def _end(ax: Axes, place: float, parts: list[Any], ink: str) -> None:
    """Draw the range of one amount: cap if closed, ring if open, arrow if it goes on."""
    point, lo, hi, lo_open, hi_open = parts
    low, high = max(lo, point / 1.7), min(hi, point * 1.7)
    ax.vlines(place, low, high, color=ink, lw=2, zorder=3)
    for end, at, is_open, arrow in ((lo, low, lo_open, "v"), (hi, high, hi_open, "^")):
        if not end > 0 or math.isinf(end):
            style.dots(ax, place, at, ink, size=7, marker=arrow)
        elif is_open:
            style.dots(ax, place, at, colour("bg"), ink, size=6)
        else:
            ax.plot([place - 0.008, place + 0.008], [at, at], color=ink, lw=2, clip_on=False)
    if not (_at_open_end(point, lo, lo_open) or _at_open_end(point, hi, hi_open)):
        style.dots(ax, place, point, ink, size=7)


def _at_open_end(point: float, end: float, is_open: bool) -> bool:
    """Return whether a point value is only an excluded end of its range."""
    return bool(is_open) and math.isclose(point, end)


def _column(
    ax: Axes, values: pd.Series, texts: Any, rows: list[int], *, x: float, side: str
) -> None:
    """Write labels beside one of the two points in time, moved apart where they would touch."""
    at = ax.transData.transform([(0 if side == "right" else 1, value) for value in values])
    order = np.argsort(at[:, 1], kind="stable")
    places = at[order, 1].copy()
    gaps = [STEP * (rows[a] + rows[b]) / 2 - 2 for a, b in pairwise(order)]
    for _ in range(200):
        for i, gap in enumerate(gaps):
            short = gap - (places[i + 1] - places[i])
            if short > 0:
                places[i], places[i + 1] = places[i] - short / 2, places[i + 1] + short / 2
    for i, place in zip(order, places, strict=True):
        look: style.Style = {"ha": side, "across": "px", "up": "px", "size": SMALL}
        write(ax, at[i, 0] + x, place, list(texts)[i], **look)
