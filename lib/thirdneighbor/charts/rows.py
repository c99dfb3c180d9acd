"""Charts with one row per case: dumbbell, diverging bars, parts, ladder and forest."""

import math
from collections.abc import Iterable
from typing import Any, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import BOUNDS, Figure, Words, draw, need, records, sentence
from thirdneighbor.charts.style import NARROW, NOTE, SMALL, WIDTH, Pair, text_px, write
from thirdneighbor.palette import VERDICTS, colour

TOP, BOTTOM, EDGE = 34, 30, 14
ENDS = "A ring marks an excluded end, an arrow a range without limit."
SOLD, BOUGHT = colour("third-neighbour"), colour("central-asia")


def dumbbell(
    frame: pd.DataFrame, *, balance_title: str = "Balance, −1 to +1", **words: Unpack[Words]
) -> Figure:
    """Draw exports and imports of each partner on a log axis, largest turnover first.

    Parameters
    ----------
    frame : DataFrame
        ``partner``, ``exports``, ``imports`` (million USD, empty if not printed) and
        ``balance_shown`` (text).
    balance_title : str
        Heading of the right-hand column.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "partner", "exports", "imports", "balance_shown")
    order = -frame[["exports", "imports"]].sum(axis=1)
    frame = frame.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
    if (frame[["exports", "imports"]] <= 0).any(axis=None):
        raise ValueError("a dumbbell on a log axis needs exports and imports above 0")
    words["subtitle"] += "" if "log scale" in words["subtitle"] else ", log scale"
    words["note"] = sentence("Filled dot: exports; ring: imports.", words["note"])
    facts = [f"{row.partner}: balance {row.balance_shown}." for row in records(frame)]
    alt = style.alt_text("Dumbbell chart of exports and imports by partner, log axis.", *facts)
    height = _heights(frame["partner"])
    return draw(_dumbbell, frame, words, height=height, alt=alt, heading=balance_title)


def diverging_bars(
    frame: pd.DataFrame,
    *,
    sides: tuple[str, str] = ("buys more", "sells more"),
    decimals: int = 3,
    **words: Unpack[Words],
) -> Figure:
    """Draw signed shares from -1 to +1 as bars around zero, highest first.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``value``, ``lo``, ``hi``; optionally ``shown`` (text of the value).
    sides : tuple of str
        Meaning of the negative and the positive half.
    decimals : int
        Decimals of the printed value if the frame has no ``shown``.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "label", "value", "lo", "hi")
    frame = frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    if "shown" not in frame:
        frame["shown"] = [style.number(value, decimals, sign=True) for value in frame["value"]]
    words["note"] = sentence(words["note"], BOUNDS)
    ends = frame.iloc[sorted({0, len(frame) - 1})]
    facts = [f"{style.brief(row.label)}: {row.shown}." for row in records(ends)]
    alt = style.alt_text("Diverging bars around zero, sorted from highest to lowest.", *facts)
    return draw(_bars, frame, words, height=_heights(frame["label"]), alt=alt, sides=sides)


def bars(frame: pd.DataFrame, **words: Unpack[Words]) -> Figure:
    """Draw filled parts of longer bars, such as hedged figures of all, or money held of a stock.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``part`` and ``whole``. Rows keep their order.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "label", "part", "whole")
    told = zip(frame["part"].map(style.number), frame["whole"].map(style.number), strict=True)
    frame["shown"] = [f"{part} of {whole}" for part, whole in told]
    facts = [f"{style.brief(row.label)}: {row.shown}." for row in records(frame)]
    alt = style.alt_text("Bars with a filled part.", *facts)
    return draw(_parts, frame, words, height=_heights(frame["label"]), alt=alt)


def ladder(
    frame: pd.DataFrame,
    threshold: float,
    threshold_label: str,
    *,
    unit: str = "",
    limits: Pair | None = None,
    **words: Unpack[Words],
) -> Figure:
    """Draw the range of a quantity under each definition against a threshold.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``lo``, ``hi``, ``lo_open``, ``hi_open``, ``verdict``; optionally ``reason``
        (words on the row of what is not testable). Rows keep their order.
    threshold, threshold_label : float, str
        Where the line stands and what is written above it.
    unit : str
        Unit after the last tick.
    limits : tuple of float, optional
        Ends of the axis.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "label", "lo", "hi", "lo_open", "hi_open", "verdict")
    if not frame["verdict"].isin(VERDICTS).all():
        raise ValueError(f"a verdict is one of {VERDICTS}")
    frame["shown"] = [
        style.interval(row.lo, row.hi, row.lo_open, row.hi_open, unit) for row in records(frame)
    ]
    frame["threshold"] = threshold_label
    words["note"] = sentence(words["note"], ENDS, BOUNDS)
    facts = [f"{style.brief(row.label)}: {row.shown}, {row.verdict}." for row in records(frame)]
    kind = "Interval ladder, one row per definition, with a threshold line."
    options = {"threshold": threshold, "unit": unit, "limits": limits or _limits(frame, threshold)}
    height, alt = _heights(frame["label"]), style.alt_text(kind, *facts)
    return draw(_ranges, frame, words, height=height, alt=alt, thick=True, **options)


def forest(
    frame: pd.DataFrame,
    threshold: float,
    *,
    log: bool = True,
    threshold_label: str = "",
    unit: str = "",
    caveat: str = BOUNDS,
    **words: Unpack[Words],
) -> Figure:
    """Draw ranges with their point values and a threshold.

    Parameters
    ----------
    frame : DataFrame
        ``label``, ``point``, ``lo``, ``hi``, ``shown`` (text of the bounds); optionally
        ``lo_open``, ``hi_open`` and ``verdict`` (gives the row its ink). Rows keep their order.
    threshold : float
        Where the line stands.
    log : bool
        Whether the axis is logarithmic; ends at 0 become arrows then.
    threshold_label : str
        What is written above the line; the number if empty.
    unit : str
        Unit after the last tick.
    caveat : str
        What the ends are, where they are not bounds from rounding.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "label", "point", "lo", "hi", "shown")
    frame["threshold"] = threshold_label or style.number(threshold)
    words["note"] = sentence(words["note"], "The diamond is the point value.", ENDS, caveat)
    facts = [f"{style.brief(row.label)}: {row.shown}." for row in records(frame)]
    kind = f"Forest plot of {'identified ranges' if caveat == BOUNDS else 'ranges'}"
    kind += " on a log axis." if log else "."
    limits = _limits(frame, threshold, log=log)
    options = {"threshold": threshold, "unit": unit, "limits": limits, "log": log}
    height, alt = _heights(frame["label"]), style.alt_text(kind, *facts)
    return draw(_ranges, frame, words, height=height, alt=alt, **options)


def _dumbbell(ax: Axes, frame: pd.DataFrame, *, narrow: bool, heading: str) -> None:
    flows = frame[["exports", "imports"]].to_numpy(dtype=float)
    right = max(text_px(text) for text in [heading, *frame["balance_shown"]]) + 16
    _lay(ax, frame["partner"], frame["balance_shown"], narrow, right=right)
    limits = (10.0 ** math.floor(np.log10(np.nanmin(flows)) - 0.1), np.nanmax(flows) * 1.25)
    limits = (limits[0], 10.0 ** math.ceil(np.log10(limits[1])))
    _axis(ax, limits, log=True)
    for place, (sold, bought) in enumerate(flows):
        ax.hlines(place, sold, bought, color=SOLD if sold > bought else BOUGHT, lw=3, zorder=3)
    ink, rows = colour("ink"), range(len(flows))
    style.dots(ax, flows[:, 0], rows, ink)
    style.dots(ax, flows[:, 1], rows, colour("bg"), ink, size=8)
    above: style.Style = {"across": "px", "up": "axes", "shift": (0, 14), **NOTE}
    if narrow:
        write(ax, 2, 1, "filled: exports, ring: imports", **above)
        write(ax, NARROW - 2, 1, heading, ha="right", **above)
        return
    write(ax, WIDTH - right + 16, 1, heading, **above)
    names = [pair for pair in zip(flows[0], ("exports", "imports"), strict=True) if pair[0] > 0]
    for (place, name), side, move in zip(sorted(names), ("right", "left"), (-2, 2), strict=False):
        write(ax, place, 0, name, shift=(move, 15), ha=side, **NOTE)


def _bars(ax: Axes, frame: pd.DataFrame, *, narrow: bool, sides: tuple[str, str]) -> None:
    _lay(ax, frame["label"], [""] * len(frame), narrow, right=EDGE + 8)
    look: style.Style = {"saturation": 1, "edgecolor": "none", "width": 0.3 if narrow else 0.5}
    sign, limits = frame["value"] > 0, ax.get_ylim()
    look |= {"hue": sign, "palette": {True: SOLD, False: BOUGHT}, "dodge": False, "legend": False}
    look["errorbar"] = None
    sns.barplot(x=frame["value"], y=frame.index, orient="h", ax=ax, native_scale=True, **look)
    ax.set(xlim=(-1, 1), ylim=limits, xlabel="", ylabel="")
    style.ticks(ax, [-1, -0.5, 0, 0.5, 1])
    ax.set_xticklabels(["−1", "−0.5", "0", "+0.5", "+1"])
    style.rule(ax, 0, len(frame) if narrow else 0)
    for row in records(frame):
        ax.hlines(row.Index, row.lo, row.hi, color=colour("ink"), lw=1.5, zorder=4)
        side, move = ("right", -8) if row.value > 0 else ("left", 8)
        write(ax, 0, row.Index, str(row.shown), shift=(move, 0), bold=True, ha=side)
    for place, text, side in zip((-1, 1), sides, ("left", "right"), strict=True):
        write(ax, place, 1, text, up="axes", shift=(0, 14), ha=side, **NOTE)


def _parts(ax: Axes, frame: pd.DataFrame, *, narrow: bool) -> None:
    right = max(text_px(text) for text in frame["shown"]) + 20
    _lay(ax, frame["label"], frame["shown"], narrow, right=right)
    _axis(ax, (0.0, max(1.0, float(frame["whole"].max()))), log=False)
    for name, ink in (("whole", "step-2"), ("part", "step-5")):
        ax.barh(frame.index, frame[name], 0.4, color=colour(ink), edgecolor="none", zorder=3)


def _ranges(
    ax: Axes,
    frame: pd.DataFrame,
    *,
    narrow: bool,
    threshold: float,
    unit: str,
    limits: Pair,
    log: bool = False,
    thick: bool = False,
) -> None:
    ends = frame["verdict" if thick else "shown"]
    right = max(text_px(end, bold=thick) for end in ends) + 20
    _lay(ax, frame["label"], ends, narrow, right=right, verdicts=thick)
    _axis(ax, limits, log=log, unit=unit)
    style.rule(ax, threshold, len(frame) if narrow else 0)
    style.head(ax, threshold, frame["threshold"].iloc[0])
    for row in records(frame):
        ink = colour(str(getattr(row, "verdict", "ink")))
        if math.isnan(row.lo) or math.isnan(row.hi) or (thick and row.verdict == "not testable"):
            _dotted(ax, row.Index, threshold, str(getattr(row, "reason", "") or ""))
        elif thick and row.lo == row.hi:
            style.dots(ax, row.lo, row.Index, ink, size=10)
        else:
            _bar(ax, row, ink, limits, width=9 if thick else 2)
        if limits[0] <= getattr(row, "point", math.nan) <= limits[1]:
            style.dots(ax, row.point, row.Index, colour("bg"), ink, size=8, marker="D", zorder=5)


def _bar(ax: Axes, row: Any, ink: str, limits: Pair, *, width: float) -> None:
    """Draw a range with its ends: dot or cap if closed, ring if open, arrow if it goes on."""
    place, ends = row.Index, (row.lo, row.hi)
    low, high = np.clip(ends, *limits)
    ax.plot([low, high], [place, place], color=ink, lw=width, solid_capstyle="butt", zorder=3)
    for end, name, limit, arrow in zip(ends, ("lo_open", "hi_open"), limits, "<>", strict=True):
        if not limits[0] <= end <= limits[1]:
            style.dots(ax, limit, place, ink, size=8 + width / 2, marker=arrow)
        elif getattr(row, name, False):
            style.dots(ax, end, place, colour("bg"), ink)
        elif width > 4:
            style.dots(ax, end, place, ink, size=8)
        else:
            ax.vlines(end, place - 0.11, place + 0.11, color=ink, lw=2, zorder=3)


def _dotted(ax: Axes, place: float, threshold: float, words: str) -> None:
    """Draw the row of what is not testable, with a gap for its words clear of the threshold."""
    low, high = ax.get_xlim()
    room = ax.get_position().width * style.extent(ax)[0] / (high - low)
    far = high if high - threshold > threshold - low else low
    gap = (text_px(words, size=SMALL) / 2 + 6) / room if words else 0
    words, gap = (words, gap) if 2 * gap < abs(far - threshold) else ("", 0)
    middle = (threshold + far) / 2
    for ends in ((low, middle - gap), (middle + gap, high)):
        ax.plot(ends, [place] * 2, color=colour("not-testable"), lw=1.5, dashes=(1.5, 2.5))
    write(ax, middle, place, words, ha="center", **NOTE)


def _axis(ax: Axes, limits: Pair, *, log: bool, unit: str = "") -> None:
    """Scale the value axis: decades on a log axis, round numbers otherwise."""
    ax.set(xscale="log" if log else "linear", xlim=limits)
    low, high = (round(math.log10(limit)) for limit in limits) if log else (0, 0)
    decades = [10.0**power for power in range(low, high + 1, max(1, (high - low) // 3))]
    style.ticks(ax, decades if log else style.round_ticks(*limits), unit=unit)
    ax.set_xlim(limits)


def _limits(frame: pd.DataFrame, threshold: float, *, log: bool = False) -> Pair:
    """Return round axis ends around every finite value and the threshold."""
    points: Iterable[float] = frame.get("point", [])
    values = np.array([*frame["lo"], *frame["hi"], *points, threshold], dtype=float)
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    low, high = float(values.min()), float(values.max())
    if log:
        low, high = math.floor(math.log10(low) - 0.05), math.ceil(math.log10(high) + 0.05)
        return 10.0**low, 10.0**high
    low = low - (high - low) / 4 if low > high / 2 else min(low, 0.0)
    places = style.round_ticks(low, high + (high == low), cover=True)
    return places[0], places[-1]


def _lines(labels: Iterable[str], narrow: bool) -> list[str]:
    """Return the row labels, broken into lines for a board."""
    return [style.fold(label, 230 if narrow else 210, bold=narrow) for label in labels]


def _heights(labels: pd.Series) -> Pair:
    """Return the heights of both boards in pixels."""
    wide, slim = (max(text.count("\n") for text in _lines(labels, side)) for side in (False, True))
    room = TOP + BOTTOM
    return max(42, 16 * wide + 34) * len(labels) + room, (56 + 16 * slim) * len(labels) + room


def _lay(
    ax: Axes,
    labels: Iterable[str],
    ends: Iterable[str],
    narrow: bool,
    *,
    right: float,
    verdicts: bool = False,
) -> None:
    """Lay out the rows: labels flush left (above the row if narrow), words at the row ends."""
    lines = _lines(labels, narrow)
    left = EDGE if narrow else max(text_px(text) for text in lines) + 24
    style.board(ax, left=left, right=EDGE if narrow else right, top=TOP, bottom=BOTTOM)
    above = 1 - 20 * len(lines) / (style.extent(ax)[1] - TOP - BOTTOM) if narrow else 0.5
    ax.set(ylim=(len(lines) - above, -above), yticks=[])
    at: style.Style = {"va": "baseline", "shift": (0, 15)} if narrow else {}
    x, side = (NARROW, "right") if narrow else (WIDTH - right + 16, "left")
    for place, (text, end) in enumerate(zip(lines, ends, strict=True)):
        write(ax, 0, place, text, across="px", bold=narrow, **at)
        ink = end if verdicts else "ink"
        write(ax, x, place, end, across="px", bold=verdicts, ink=ink, ha=side, **at)
