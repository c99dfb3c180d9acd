"""The chart of what would decide open verdicts: one line where every sentence turns true."""

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import Figure, Words, draw, need, records, sentence
from thirdneighbor.charts.style import NARROW, NOTE, WIDTH, Pair, text_px, write
from thirdneighbor.palette import VERDICTS, colour

TOP, BOTTOM, EDGE, ROW = 40, 8, 14, 42
SIDES = ("false", "true")
KEY = (
    "Every row has a scale of its own: left of the line the sentence is false, right of it true. "
    "Thick bar: what the print, the sample or the codings allow; diamond: the official value; "
    "dotted: no number to place; thin bar across the line: where other inputs leave it open."
)
PLACES = ("lo", "hi", "official_lo", "official_hi", "turn_lo", "turn_hi")
SHOWN = ("claim", "deciding_number", "true_if", "known", "official_value", "verdict")


def deciding(frame: pd.DataFrame, **words: Unpack[Words]) -> Figure:
    """Draw, for each open verdict, on which side of its turning point the known values fall.

    Parameters
    ----------
    frame : DataFrame
        Text columns ``claim``, ``deciding_number``, ``true_if``, ``known``, ``official_value``,
        ``verdict``; and, from -1 (false) over 0 (turning point) to +1 (true), ``lo`` and ``hi`` of
        what is known and ``official_lo`` and ``official_hi``, empty or infinite where unknown, and
        ``turn_lo`` and ``turn_hi``, the turning point with its own bounds.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, *SHOWN, *PLACES)
    if not frame["verdict"].isin(VERDICTS).all():
        raise ValueError(f"a verdict is one of {VERDICTS}")
    words["note"] = sentence(words["note"], KEY)
    shown = frame[list(SHOWN)]
    drawn = shown[frame["official_lo"].notna()]
    facts = [f"{row.claim}: official value {row.official_value}." for row in records(drawn)]
    facts += [f"{row.claim}: {row.known}." for row in records(shown.drop(drawn.index))]
    kind = "Strip chart, one row per open verdict, with a line where the sentence turns true."
    label = [f"{row.claim}: {row.deciding_number}" for row in records(frame)]
    height = _heights(label)
    places = frame[list(PLACES)].to_numpy(dtype=float)
    alt = style.alt_text(kind, *facts)
    return draw(_deciding, shown, words, height=height, alt=alt, labels=label, places=places)


def _lines(labels: Iterable[str], narrow: bool) -> list[str]:
    return [style.fold(label, 250 if narrow else 224, bold=narrow) for label in labels]


def _heights(labels: list[str]) -> Pair:
    wide, slim = (max(text.count("\n") for text in _lines(labels, side)) for side in (False, True))
    return (
        max(ROW, 16 * wide + 30) * len(labels) + TOP + BOTTOM,
        (52 + 16 * slim) * len(labels) + TOP + BOTTOM,
    )


def _deciding(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, labels: list[str], places: Any
) -> None:
    lines = _lines(labels, narrow)
    right = EDGE if narrow else max(text_px(word, bold=True) for word in VERDICTS) + 20
    left = EDGE if narrow else max(text_px(text) for text in lines) + 24
    style.board(ax, left=left, right=right, top=TOP, bottom=BOTTOM)
    above = 1 - 20 * len(lines) / (style.extent(ax)[1] - TOP - BOTTOM) if narrow else 0.5
    ax.set(xlim=(-1, 1), ylim=(len(lines) - above, -above), xticks=[], yticks=[])
    style.rule(ax, 0, len(lines) if narrow else 0)
    style.head(ax, 0, "turns here")
    for side, word, hand in zip((-1, 1), SIDES, ("left", "right"), strict=True):
        write(ax, side, 1, word, up="axes", shift=(0, 14), ha=hand, **NOTE)
    at: style.Style = {"va": "baseline", "shift": (0, 15)} if narrow else {}
    x, end = (NARROW, "right") if narrow else (WIDTH - right + 16, "left")
    for place, (text, verdict) in enumerate(zip(lines, frame["verdict"], strict=True)):
        write(ax, 0, place, text, across="px", bold=narrow, **at)
        write(ax, x, place, verdict, across="px", bold=True, ink=verdict, ha=end, **at)
        _row(ax, place, places[place], colour(verdict))


def _row(ax: Axes, place: int, values: Any, ink: str) -> None:
    """Draw one row: the known range, or a dotted line where there is none, and the diamond."""
    low, high = values[:2]
    if math.isnan(low):
        ax.plot([-1, 1], [place, place], color=colour("not-testable"), lw=1.5, dashes=(1.5, 2.5))
    else:
        ends = np.clip([low, high], -1, 1)
        if ends[0] == ends[1]:
            style.dots(ax, ends[0], place, ink, size=9)
        ax.plot(ends, [place, place], color=ink, lw=9, solid_capstyle="butt", zorder=3)
        for end, limit, arrow in ((low, -1, "<"), (high, 1, ">")):
            if math.isinf(end):
                style.dots(ax, limit, place, ink, size=12, marker=arrow)
    if values[4] < values[5]:
        ax.plot(values[4:], [place, place], color=colour("ink"), lw=4, solid_capstyle="butt")
    if not math.isnan(values[2]):
        middle = float(np.clip(values[2:4].mean(), -1, 1))
        style.dots(ax, middle, place, colour("bg"), colour("ink"), size=8, marker="D", zorder=5)
