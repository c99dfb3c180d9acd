"""Charts over time or over a parameter: series and curve."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import (
    BOUNDS,
    Figure,
    Words,
    draw,
    need,
    records,
    sentence,
    table,
)
from thirdneighbor.charts.style import NOTE, SMALL, brief, fold, number, text_px, write
from thirdneighbor.palette import colour, is_series, series_colour

MARKERS = "osD^vP"
PLAIN = ("ink", "link", "contradicted", "multilateral", "axis", "central-asia")
POINT = 7


def series(
    frame: pd.DataFrame,
    *,
    unit: str = "",
    step: float = 1,
    zero: bool = True,
    **words: Unpack[Words],
) -> Figure:
    """Draw values over years, with a gap wherever a year is missing.

    Parameters
    ----------
    frame : DataFrame
        ``year``, ``value``, ``lo``, ``hi``, ``series``, ``inferred`` (hollow point).
    unit : str
        Unit after the top tick.
    step : float
        Years between neighbours; more than that is a gap.
    zero : bool
        Whether the value axis starts at 0.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame, "year", "value", "lo", "hi", "series", "inferred")
    frame = frame.sort_values(["series", "year"], kind="stable").dropna(subset="value")
    hollow = "A hollow point stands at an inferred year." if frame["inferred"].any() else ""
    gap = "A gap in a line is a year without a figure; a point hides bars narrower than itself."
    words["note"] = sentence(words["note"], hollow, gap, BOUNDS)
    facts = []
    for name, part in frame.groupby("series", sort=False):
        ends = records(part.iloc[sorted({0, len(part) - 1})])
        named = heading(name) if is_series(str(name)) else brief(name)
        facts.append(f"{named}: {', '.join(f'{number(e.value)} in {e.year}' for e in ends)}.")
    alt = style.alt_text("Line chart over years, with gaps where years are missing.", *facts)
    options = {"unit": unit, "step": step, "zero": zero}
    exact = frame["value"].eq(frame["lo"]).all() and frame["value"].eq(frame["hi"]).all()
    idle = ["inferred"] * (not frame["inferred"].any()) + ["lo", "hi"] * bool(exact)
    frame = need(frame.drop(columns=idle))
    bare = len(idle) == 3 and not frame.duplicated(["year", "series"]).any()
    made = draw(_series, frame, words, height=(300, 280), alt=alt, **options)
    if not bare or frame["series"].nunique() == 1:
        return made
    wide = frame.pivot(index="year", columns="series", values="value").reset_index()
    return _listed(made, wide.rename(columns=lambda n: heading(n) if is_series(n) else n))


def curve(
    frame: pd.DataFrame,
    *,
    threshold: float,
    marks: Mapping[str, float] | None = None,
    threshold_label: str = "",
    axis_titles: tuple[str, str] = ("", ""),
    unit: str = "",
    **words: Unpack[Words],
) -> Figure:
    """Draw a quantity, or the band it may lie in, over a parameter and against a threshold.

    Parameters
    ----------
    frame : DataFrame
        ``x`` with ``y``, or with ``lo`` and ``hi``, or with all three.
    threshold : float
        Height of the horizontal line.
    marks : mapping of str to float, optional
        Label and x of each crossing to point out.
    threshold_label : str
        What is written at the line; the number if empty.
    axis_titles : tuple of str
        Titles of the y axis (above) and of the x axis (below).
    unit : str
        Unit after the top tick.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    name = "y" if "y" in frame.columns else "hi"
    frame = need(frame, "x", *(["y"] if name == "y" else ["lo", "hi"]))
    frame = frame.sort_values("x", kind="stable", ignore_index=True)
    words["note"] = sentence(words["note"], BOUNDS if "lo" in frame else "")
    words.setdefault("n", len(frame))
    facts = [f"{brief(label)}: {number(x)}." for label, x in (marks or {}).items()]
    ends = zip(frame[name].iloc[[0, -1]], frame["x"].iloc[[0, -1]], strict=True)
    facts.append("From {} at {} to {} at {}.".format(*(number(v) for end in ends for v in end)))
    alt = style.alt_text("Curve against a horizontal threshold line.", *facts)
    options = {"threshold": threshold, "unit": unit, "titles": axis_titles}
    options |= {"text": threshold_label or number(threshold)}
    if marks:
        frame = pd.concat([frame, pd.DataFrame({"x": marks.values(), "mark": marks.keys()})])
    heads = {x: title for x, title in zip("yx", axis_titles, strict=True) if title}
    blank = {"mark": ""} | ({"y": threshold} if name == "y" else {})
    listed = frame.fillna({c: v for c, v in blank.items() if c in frame}).rename(columns=heads)
    return _listed(draw(_curve, frame, words, height=(310, 300), alt=alt, **options), listed)


def _listed(made: Figure, frame: pd.DataFrame) -> Figure:
    """Return a figure whose data table is laid out as this frame."""
    columns, data = table(frame)
    return replace(made, columns=columns, data=data)


def heading(name: object) -> str:
    """Return a direction as a heading."""
    text = str(name).replace("_", " ").replace("asia", "Asia")
    text += "s" if text.lower() == "third neighbour" else ""
    return text[:1].upper() + text[1:]


def _value_axis(ax: Axes, values: pd.DataFrame, extra: float, unit: str, **room: float) -> None:
    """Place the plot and scale its y axis to round numbers around all values."""
    known = np.append(values.to_numpy(dtype=float), extra)
    low, high = np.nanmin(known), np.nanmax(known)
    marks = style.round_ticks(low, high + (low == high), cover=True)
    left = max(text_px(number(mark)) for mark in marks) + text_px(unit) + 12
    style.board(ax, left=left, **room)
    style.ticks(ax, marks, unit=unit, up=True)
    ax.set_ylim(marks[0], marks[-1])


def _series(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, unit: str, step: float, zero: bool
) -> None:
    groups = list(frame.groupby("series", sort=False))
    names = [heading(name) if is_series(str(name)) else str(name) for name, _ in groups]
    lines = [fold(name, 90 if narrow else 150, bold=True, size=SMALL) for name in names]
    right = max(text_px(line, bold=True, size=SMALL) for line in lines) + 14
    values, room = (
        frame[[n for n in ("value", "lo", "hi") if n in frame]],
        {"right": right, "top": 14, "bottom": 32},
    )
    _value_axis(ax, values, 0.0 if zero else np.nan, unit, **room)
    first, last = frame["year"].min(), frame["year"].max()
    ax.set_xlim(first - max((last - first) * 0.03, 0.2), last + (last == first))
    years = [year for year in style.round_ticks(first, last) if year.is_integer()] or [first]
    ax.set_xticks(years, labels=[f"{year:.0f}" for year in years])
    for place, (name, part) in enumerate(groups):
        known = is_series(str(name))
        ink = series_colour(str(name)) if known else colour(PLAIN[place % len(PLAIN)])
        _runs(ax, part, ink, step, MARKERS[place % len(MARKERS)])
    ends = [tuple(part[["year", "value"]].iloc[-1]) for _, part in groups]
    gap = 17.0 + 15 * max(line.count("\n") for line in lines)
    (_, floor), (edge, _) = ax.transAxes.transform([(0, 0), (1, 1)])
    places = style.spread([ax.transData.transform(end)[1] for end in ends], gap)
    lift = max(0.0, floor - min(places))
    for line, height in zip(lines, places, strict=True):
        write(ax, edge + 10, height + lift, line, across="px", up="px", bold=True, size=SMALL)


def _runs(ax: Axes, part: pd.DataFrame, ink: str, step: float, marker: str) -> None:
    """Draw one series: a line through each run of years, bars and points."""
    for _, run in part.groupby((part["year"].diff() > step * 1.01).cumsum()):
        style.line(ax, run["year"], run["value"], ink)
    if "lo" in part:
        ends = [ax.transData.transform([(0, e) for e in part[n]])[:, 1] for n in ("lo", "hi")]
        seen = part[ends[1] - ends[0] > POINT]
        ax.vlines(seen["year"], seen["lo"], seen["hi"], color=ink, lw=2)
    hollow = part.get("inferred", part["year"].ne(part["year"])).astype(bool)
    for some, fill in ((part[~hollow], ink), (part[hollow], colour("bg"))):
        style.dots(ax, some["year"], some["value"], fill, ink, size=POINT, marker=marker)


def _curve(
    ax: Axes,
    frame: pd.DataFrame,
    *,
    narrow: bool,
    threshold: float,
    unit: str,
    text: str,
    titles: tuple[str, str],
) -> None:
    marked = frame["mark"].notna() if "mark" in frame else np.zeros(len(frame), dtype=bool)
    drawn = frame[~marked]
    values = drawn[[name for name in ("y", "lo", "hi") if name in drawn]]
    _value_axis(ax, values.assign(zero=0), threshold, unit, right=18, top=34, bottom=52)
    ax.set_xlim(drawn["x"].min(), drawn["x"].max())
    steps = style.round_ticks(*ax.get_xlim())
    if drawn["x"].mod(1).eq(0).all():
        steps = [step for step in steps if step.is_integer()]
    style.ticks(ax, steps)
    ax.grid(visible=False, axis="x")
    if "lo" in drawn:
        ax.fill_between(drawn["x"], drawn["lo"], drawn["hi"], facecolor=colour("step-2"), lw=0)
    for name in ["y"] if "y" in drawn else ["lo", "hi"]:
        style.line(ax, drawn["x"], drawn[name], colour("certain"))
    write(ax, 0, 1, titles[0], across="px", up="axes", shift=(0, 18), **NOTE)
    write(ax, 0, 0, titles[1], across="axes", up="axes", shift=(0, -40), **NOTE)
    first, last = ((values.iloc[end] - threshold).abs().min() for end in (0, -1))
    _crossings(ax, frame[marked], threshold, text, left=first > last)


def _crossings(ax: Axes, marks: pd.DataFrame, threshold: float, text: str, *, left: bool) -> None:
    """Draw the threshold, its label at the end with more room, and labelled crossings."""
    ax.axhline(threshold, color=colour("ink"), lw=1.5)
    (start, floor), (end, _) = ax.transAxes.transform([(0, 0), (1, 1)])
    down = ax.transData.transform((0, threshold))[1] - floor > 26 * max(len(marks), 1)
    half = text_px(text, bold=True) / 2 + 4
    centre = start + half if left else end - half
    look: style.Style = {"across": "px", "ha": "center", "gid": "halo"}
    write(ax, centre, threshold, text, shift=(0, 12), bold=True, **look)
    taken: list[tuple[int, float, float]]
    taken = [] if down else [(0, centre - half, centre + half)]
    for row in records(marks.sort_values("x")):
        style.dots(ax, row.x, threshold, colour("bg"), colour("ink"), zorder=6)
        half, level = text_px(row.mark, size=SMALL) / 2 + 4, 0
        at = ax.transData.transform((row.x, threshold))[0]
        centre = min(max(at, start + half), end - half)
        low, high = centre - half, centre + half
        while any(level == other and low < b and a < high for other, a, b in taken):
            level += 1
        taken.append((level, low, high))
        drop = -20 - 20 * level if down else 18 + 20 * level
        write(ax, centre, threshold, row.mark, shift=(0, drop), size=SMALL, **look)
