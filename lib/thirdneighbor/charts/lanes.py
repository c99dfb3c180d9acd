"""The timeline: events in lanes by direction."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import Figure, Words, draw, need, records, sentence
from thirdneighbor.charts.lines import heading
from thirdneighbor.charts.style import SMALL, Pair, brief, fold, text_px, write
from thirdneighbor.palette import colour, series_colour

SHAPES = {
    "s": ("square", "treaty", "agreement", "law", "status", "statement", "speech", "campaign"),
    "o": ("circle", "visit", "embassy", "exercise", "deployment"),
    "D": ("diamond", "project", "aid"),
    "^": ("triangle", "sanction", "vote"),
}
COARSE = {"year": 1, "decade": 10}
PER_LANE = 6
Ends = tuple[list[float], list[float]]


def timeline(
    frame: pd.DataFrame, *, band: tuple[int, int] | None = None, **words: Unpack[Words]
) -> Figure:
    """Draw events over time, a lane for each direction.

    Parameters
    ----------
    frame : DataFrame
        ``direction``, ``year`` (with decimals for the day), ``date_precision`` ("year" and
        "decade" add a bar of that length), ``kind``, ``valence`` (negative is hollow),
        ``label``, ``n_sources`` (a tick for each). Lanes keep the order of their first event;
        the events that most sources name are labelled first.
    band : tuple of int, optional
        First and last year of a grey band, such as that in which the sources appeared.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    columns = ("direction", "year", "date_precision", "kind", "valence", "label", "n_sources")
    frame = need(need(frame, *columns).dropna(subset="year"))
    frame.insert(1, "calendar_year", frame["year"].astype(int))
    kinds = set(frame["kind"])
    used = [(shape, [kind for kind in names if kind in kinds]) for shape, *names in SHAPES.values()]
    key = [f"{shape}: {', '.join(names)}" for shape, names in used if names]
    key += ["bar: known to the year only"] if frame["date_precision"].isin(COARSE).any() else []
    key += ["hollow: negative"] if (frame["valence"] < 0).any() else []
    key += ["a tick below for each text that names it"] if frame["n_sources"].any() else []
    cut = "The time axis is cut where // stands." if len(_pieces(frame["year"])[1]) > 1 else ""
    rest = "Labels that do not fit are in the data table."
    words["note"] = sentence("; ".join(key).capitalize(), words["note"], cut, rest)
    spans = frame.groupby("direction", sort=False)["calendar_year"].agg(["min", "max"])
    facts = [
        f"{brief(heading(name))}: {low}{f' to {high}' if high > low else ''}."
        for name, low, high in spans.itertuples()
    ]
    alt = style.alt_text("Timeline of events with a lane for each direction.", *facts)
    height = (64 * len(spans) + 40, 84 * len(spans) + 40)
    return draw(_timeline, frame, words, height=height, alt=alt, lanes=list(spans.index), band=band)


def _timeline(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, lanes: Sequence[str], band: Pair | None
) -> None:
    names = [fold(heading(name), 300 if narrow else 150, bold=True) for name in lanes]
    left = 16.0 if narrow else max(text_px(name, bold=True) for name in names) + 26
    style.board(ax, left=left, right=20, top=8, bottom=32)
    ends, pieces = _pieces(frame["year"])
    ax.set(xlim=(0, 1), ylim=(len(lanes) - 0.5, -0.5), yticks=[])
    years = [year for piece in pieces for year in _years(*piece, whole=len(pieces) == 1)]
    ax.set_xticks(np.interp(years, *ends), labels=[f"{year:.0f}" for year in years])
    ax.grid(visible=True, axis="x")
    if band:
        low, high = np.interp([band[0], band[1] + 1], *ends)
        ax.axvspan(low, high, facecolor=colour("step-1"), lw=0, zorder=0)
    frame = _within_years(frame)
    frame = frame.assign(x=np.interp(frame["year"].to_numpy(dtype=float), *ends))
    for place, (lane, name) in enumerate(zip(lanes, names, strict=True)):
        ax.axhline(place, color=colour("axis"), lw=1)
        write(ax, 0, place, name, across="px", bold=True, shift=(0, 38 * narrow))
        part = frame[frame["direction"] == lane]
        _marks(ax, part, place, series_colour(str(lane)), ends)
        _labels(ax, part, place)
        for (_, before), (after, _) in pairwise(pieces):
            middle = float(np.mean(np.interp([before, after], *ends)))
            write(ax, middle, place, "//", ha="center", ink="muted", gid="halo")


def _pieces(years: pd.Series) -> tuple[Ends, list[Pair]]:
    """Cut the time axis where more than a third of it is empty; return the map and the pieces."""
    known = sorted(float(year) for year in years)
    wide = max((known[-1] - known[0]) / 3, 15)
    cuts = [place for place, (a, b) in enumerate(pairwise(known), start=1) if b - a > wide]
    groups = [known[a:b] for a, b in pairwise([0, *cuts, len(known)])]
    pieces = [(float(int(group[0])), float(int(group[-1]) + 1)) for group in groups]
    lengths = np.array([high - low for low, high in pieces])
    space = lengths.sum() / 10
    lengths = np.maximum(lengths, space)
    starts = np.cumsum(lengths + space) - lengths - space
    places = np.column_stack([starts, starts + lengths]).ravel() / (starts[-1] + lengths[-1])
    return ([end for piece in pieces for end in piece], list(places)), pieces


def _years(low: float, high: float, *, whole: bool) -> list[float]:
    """Return the years to label on one piece of the time axis."""
    if not whole and high - low < 10:
        return [low]
    return [year for year in style.round_ticks(low, high, 3 + whole) if year.is_integer()]


def _within_years(frame: pd.DataFrame) -> pd.DataFrame:
    """Spread the events of a lane that are known to the same year over that year."""
    known = frame[frame["date_precision"] == "year"]
    same = known.groupby([known["direction"], known["year"].astype(int)])["year"]
    places = known["year"].astype(int) + (same.cumcount() + 0.5) / same.transform("size")
    return frame.assign(start=frame["year"].astype(int), year=places.combine_first(frame["year"]))


def _marks(ax: Axes, part: pd.DataFrame, place: int, ink: str, ends: Ends) -> None:
    """Draw the events of one lane: shape for the kind, bar for the year, tick for each source."""
    bars, ticks = [], []
    for row in records(part):
        if row.date_precision in COARSE:
            years = row.start, row.start + COARSE[row.date_precision]
            bars += [*np.interp(years, *ends), np.nan]
        shape = next((mark for mark, kinds in SHAPES.items() if row.kind in kinds), "o")
        fill = colour("bg") if row.valence < 0 else ink
        style.dots(ax, row.x, place, fill, ink, marker=shape, size=8)
        across = ax.transData.transform((row.x, place))[0]
        ticks += [across + 3 * (c - (row.n_sources - 1) / 2) for c in range(row.n_sources)]
    ax.plot(bars, [place] * len(bars), color=ink, lw=4, solid_capstyle="butt")
    up = ax.transData.transform((0, place))[1]
    look: style.Style = {"color": colour("muted"), "lw": 1.25}
    look["transform"] = style.plane(ax, "px", "px")
    ax.plot(np.repeat(ticks, 3), [up - 6, up - 10, np.nan] * len(ticks), **look)


def _labels(ax: Axes, part: pd.DataFrame, place: int) -> None:
    """Write up to six labels above and below a lane, leaving out those that would collide."""
    width, start = style.extent(ax)[0], ax.transAxes.transform((0, 0))[0]
    taken: dict[int, list[Pair]] = {1: [], -1: []}
    order = part.sort_values(["n_sources", "year"], ascending=[False, True], kind="stable")
    for count, row in enumerate(records(order)):
        half = text_px(str(row.label), size=SMALL) / 2
        at = ax.transData.transform((row.x, place))[0]
        centre = min(max(at, start - 10 + half), width - half - 2)
        low, high = centre - half - 8, centre + half + 8
        for side in (1, -1) if count % 2 == 0 else (-1, 1):
            free = all(high < a or low > b for a, b in taken[side]) and 2 * half < width - start
            if free and len(taken[1]) + len(taken[-1]) < PER_LANE:
                taken[side].append((low, high))
                look: style.Style = {"across": "px", "ha": "center", "gid": "halo", "size": SMALL}
                write(ax, centre, place, str(row.label), shift=(0, 20 * side), **look)
                break
