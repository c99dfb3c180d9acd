"""Charts over time: lines with gaps, with marks and words beside them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from asprinted.charts import figure, style
from asprinted.charts.figure import Figure, prepare, rows, said, yes
from asprinted.charts.places import Crowd, around, spread
from asprinted.charts.style import BOLD, SMALL, SMALL_BOLD, UNDER, Board, Box, Scale
from asprinted.intervals import text

ENDS = ("lo", "hi", "lo_open", "hi_open")
KNOWN = ("value", *ENDS, "style", "hollow", "panel")
TOP, BOTTOM, STRIP, BETWEEN = 20.0, 34.0, 34.0, 36.0


class Ending(NamedTuple):
    """Words at the end of a line, or beside a mark without a year."""

    text: str
    face: style.Face
    value: float
    series: str


def lines(
    frame: pd.DataFrame,
    *,
    unit: str | Mapping[str, str],
    threshold: Any = None,
    threshold_label: str | Mapping[str, str] = "",
    levels: Mapping[str, Any] | None = None,
    marks: pd.DataFrame | None = None,
    labels: pd.DataFrame | None = None,
    squares: pd.DataFrame | None = None,
    limits: Any = None,
    zero: bool = True,
    colours: dict[str, str] | None = None,
    **words: Any,
) -> Figure:
    """Draw values over years, with a gap wherever a year is missing.

    Parameters
    ----------
    frame : DataFrame
        ``year``, ``series``, ``value`` (or ``quantity``); optionally ``lo``, ``hi`` (a
        thin bar), ``style`` (solid, dotted, or points without a line), ``hollow`` and
        ``panel``.
    unit : str or mapping of str to str
        Unit of the values, or one for each panel; so too ``threshold``,
        ``threshold_label`` and ``limits``.
    threshold : number or Quantity, optional
        Height of a line, with the words on it.
    levels : mapping of str to number, optional
        Thin lines, each with its words.
    marks : DataFrame, optional
        ``year`` (none: in the right margin), ``label`` and ``lo``, ``hi``.
    labels : DataFrame, optional
        ``year``, ``series``, ``text``; optionally ``side`` (above or below).
    squares : DataFrame, optional
        ``year``, ``row``, ``kind`` (filled, empty, hatched): a strip under the years.
    limits, zero : tuple of float, bool
        Ends of the value axis; without them it starts at 0, or not.
    colours : dict, optional
        Token of the palette for each series.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.
    """
    frame = _ordered(frame)
    rules = [(figure.to_number(v), name, False) for name, v in (levels or {}).items()]
    marks = _extra(marks, "year", "label", "lo", "hi")
    drawn = {"frame": frame, "marks": marks}
    drawn["labels"] = _extra(labels, "year", "series", "text")
    drawn["squares"] = _extra(squares, "year", "row", "kind")
    tokens = style.inks(frame["series"], colours)
    panels: list[dict[str, Any]] = []
    for name in dict.fromkeys(frame["panel"]) if "panel" in frame else [""]:
        panel: dict[str, Any] = {k: _own(part, name) for k, part in drawn.items()}
        panel |= {"name": name, "unit": _of(unit, name) or "", "zero": zero}
        panel |= {"limits": _of(limits, name), "tokens": tokens, "rules": rules}
        height = figure.to_number(_of(threshold, name))
        if not math.isnan(height):
            panel["rules"] = [(height, _of(threshold_label, name), True), *rules]
        panels.append(panel)
    units = {panel["unit"] for panel in panels}
    whole = units.pop() if len(units) == 1 else ""
    facts = [fact for panel in panels for fact in _facts(panel)]
    beside = marks.rename(columns={"label": "series"})
    listed = pd.concat([frame, beside]) if len(beside) else frame
    draw = partial(_draw, panels)
    return figure.make(draw, listed, "Lines over years.", facts, whole, **words)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the values, series by series in their first order, each by year."""
    frame = prepare(frame, ("year", "series"), KNOWN)
    if "value" not in frame:
        frame["value"] = frame[["lo", "hi"]].mean(axis=1)
    frame = frame.dropna(subset=["value"])
    if frame.empty:
        raise ValueError("the chart has no number to draw")
    groups = frame.groupby("series", sort=False)
    parts = [part.sort_values("year", kind="stable") for _, part in groups]
    return pd.concat(parts)


def _extra(frame: pd.DataFrame | None, *needed: str) -> pd.DataFrame:
    """Return a frame of extra marks, empty if there is none."""
    if frame is None or frame.empty:
        return pd.DataFrame(columns=needed)
    return prepare(frame, needed, (*ENDS, "side", "panel"))


def _of(given: Any, panel: str) -> Any:
    """Return what is given for a panel, where panels may differ."""
    return given.get(panel) if isinstance(given, Mapping) else given


def _own(frame: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Return the rows of a panel, those that name none among them."""
    if "panel" not in frame:
        return frame
    return frame[[said(name) in ("", panel) for name in frame["panel"]]]


def _facts(panel: Mapping[str, Any]) -> list[str]:
    """Return first and last value of each series as sentences."""
    told = []
    for name, part in panel["frame"].groupby("series", sort=False):
        ends = rows(part.iloc[sorted({0, len(part) - 1})])
        pairs = [f"{text(r.value, panel['unit'])} in {r.year:.0f}" for r in ends]
        who = ", ".join(filter(None, (name, panel["name"])))
        told.append(f"{who}: {', '.join(pairs)}.")
    return told


def round_years(years: style.Span, most: float) -> list[int]:
    """Return the years to label between two: every one, or those of a round step.

    Examples
    --------
    >>> round_years((2005, 2024), 5)
    [2005, 2010, 2015, 2020]
    """
    first, last = math.ceil(years[0]), math.floor(years[1])
    steps = (1, 2, 5, 10, 20, 50, 100) if last - first < 12 else (5, 10, 20, 50, 100)
    step = next((s for s in steps if (last - first) / s <= most), steps[-1])
    return list(range(first + -first % step, last + 1, step))


def _draw(panels: Sequence[Mapping[str, Any]], width: float, narrow: bool) -> Board:
    """Return the panels side by side, or below each other on the narrow board."""
    strips = max(panel["squares"]["row"].nunique() for panel in panels)
    head = 22.0 * any(panel["name"] for panel in panels)
    tall = (270.0 if narrow else 300.0) + 20 * (head > 0)
    each = TOP + tall + BOTTOM + STRIP * strips
    across, down = (1, len(panels)) if narrow else (len(panels), 1)
    board = Board(width, each * down)
    share = (width - BETWEEN * (across - 1)) / across
    for n, panel in enumerate(panels):
        left, top = (0.0, n * each) if narrow else (n * (share + BETWEEN), 0.0)
        board.write(left, top + 14, panel["name"], BOLD)
        cell = (left, top + head, left + share, top + TOP + tall)
        Plot(board=board, cell=cell, narrow=narrow, **panel).draw()
    return board


@dataclass
class Plot:
    """One panel on a board: what stands in it, and where."""

    board: Board
    cell: Box
    narrow: bool
    name: str
    unit: str
    limits: style.Span | None
    zero: bool
    rules: list[tuple[float, str, bool]]
    tokens: dict[str, str]
    frame: pd.DataFrame
    marks: pd.DataFrame
    labels: pd.DataFrame
    squares: pd.DataFrame

    def __post_init__(self) -> None:
        """Fit the scales between the labels on both sides."""
        left, top, right, self.bottom = self.cell
        more = [value for value, _, bold in self.rules if bold]
        more += [*self.marks[["lo", "hi"]].to_numpy().flat]
        limits = figure.ends_of(self.frame, self.limits, *more, zero=self.zero)
        self.up = Scale(limits, self.bottom, top + TOP)
        self.ticks = self.up.ticks(5, self.unit)
        wide = list(map(style.PLAIN.wide, self.ticks.values()))
        self.start = left + 8 + max(wide[:-1] if wide[-1] > 48 else wide)
        self.groups = self.frame.groupby("series", sort=False)
        self.loose = self.marks[self.marks["year"].isna()]
        margin = self._fold_endings(right - self.start)
        self.end = right - margin
        self.years = (float(self.frame["year"].min()), float(self.frame["year"].max()))
        spare = max((self.years[1] - self.years[0]) * 0.015, 0.1)
        ends = (self.years[0] - spare, self.years[1] + spare)
        self.across = Scale(ends, self.start, self.end)
        self.crowd = Crowd((self.start, top, right, self.bottom))

    def draw(self) -> None:
        """Draw scales, series, rules, marks and words; each keeps off those before."""
        ends = (self.start, self.end)
        style.write_scale(self.board, self.up, self.ticks, self.cell[0], ends)
        self._draw_years()
        for n, (name, part) in enumerate(self.groups):
            self._draw_series(part, str(name), style.SHAPES[n % len(style.SHAPES)])
        for value, _, bold in self.rules:
            y = self.up(value)
            look: dict[str, Any] = {"ink": "muted", "ls": style.DASHES}
            look = {"width": 1.75, "ink": "ink"} if bold else look
            self.board.rule(ends, (y, y), zorder=UNDER, **look)
            self.crowd.add_line([(self.start, y), (self.end, y)])
        if self.folded:
            self._write_endings()
        for row in rows(self.marks, lo_open=False, hi_open=False):
            self._draw_mark(row)
        for row in rows(self.labels, side=""):
            self._write_remark(row)
        for rule in self.rules:
            self._write_rule(*rule)
        if not self.folded:
            self._write_beside()
        self._draw_strips()

    def px(self, year: float, value: float) -> style.Point:
        """Return where a value stands on the board."""
        return self.across(year), self.up(value)

    def _draw_years(self) -> None:
        """Write years under the plot, the first and the last among them."""
        ends, y = (self.start, self.end), self.bottom
        self.board.rule(ends, (y, y), "axis", zorder=UNDER)
        years = [*self.years, *round_years(self.years, (self.end - self.start) / 55)]
        names = [(self.across(year), f"{year:.0f}") for year in years]
        for x in style.write_below(self.board, y + 20, names):
            self.board.rule((x, x), (y, y + 5), "axis")

    def _draw_series(self, part: pd.DataFrame, name: str, shape: str) -> None:
        """Draw a line through each run of years, else points."""
        ink = self.tokens[name]
        look = said(part["style"].iloc[0]) if "style" in part else ""
        ls, zorder = style.DOTS if look == "dotted" else "-", 0.5 + (ink != "axis")
        points = look == "points"
        runs = part["year"] if points else (part["year"].diff() > 1.01).cumsum()
        for _, run in part.groupby(runs):
            spots = list(map(self.px, run["year"], run["value"]))
            if len(spots) > 1:
                xs, ys = zip(*spots, strict=True)
                self.board.rule(xs, ys, ink, 2.25, ls=ls, zorder=zorder)
                self.crowd.add_line(spots, name)
            for row, (x, y) in zip(rows(run, hollow=False), spots, strict=True):
                self._draw_bounds(row, ink)
                hollow = yes(row.hollow)
                mark = shape if points else "o"
                if len(spots) == 1 or hollow:
                    self.board.mark(x, y, ink, mark, hollow=hollow, size=8)
                if len(spots) == 1:
                    ring = [(x + a, y + b) for a in (-4, 0, 4) for b in (-4, 0, 4)]
                    self.crowd.points.setdefault(name, []).extend([(x, y), *ring])

    def _draw_bounds(self, row: Any, ink: str) -> None:
        """Draw the bounds of one year as a thin bar, if they can be seen."""
        if hasattr(row, "lo") and self.up(row.lo) - self.up(row.hi) > 5:
            x = self.across(row.year)
            self.board.rule((x, x), (self.up(row.lo), self.up(row.hi)), ink, 2)

    def _write_rule(self, value: float, name: str, bold: bool) -> None:
        """Write the words of a threshold or thin line where there is room."""
        y, long = self.up(value), self.end - self.start
        face, ink = (SMALL_BOLD, "ink") if bold else (SMALL, "muted")
        name = face.fold(name, max(0.6 * long, 150))
        spare, tall = long - face.wide(name) - 8, face.tall(name) - face.lead + 12
        tops = [t for gap in (5, 22, 50, 80, 110) for t in (y - gap - tall, y + gap)]
        sixths = (0, 6, 3, 1, 5, 2, 4)
        starts = [(self.start + 4 + spare * n / 6, top) for top in tops for n in sixths]
        box = self.crowd.write(self.board, name, starts, face, ink=ink, halo=True)
        edge, x = box[3] + 2 if box[1] < y else box[1] - 2, box[0] + 8
        if abs(edge - y) > 12:
            self.board.rule((x, x), (edge, y), "muted")

    def _draw_mark(self, row: Any) -> None:
        """Draw an extra mark: a bar for bounds, a ring at an open end."""
        name, loose = said(row.label), not said(row.year)
        x = self.end + 16 if loose else self.across(row.year)
        low, high = self.up(row.lo), self.up(row.hi)
        self.board.rule((x, x), (low, high), "ink", 2.5 if loose else 4, zorder=4)
        for y, is_open in ((low, yes(row.lo_open)), (high, yes(row.hi_open))):
            if is_open:
                self.board.mark(x, y, hollow=True, size=10)
            elif not loose:
                self.board.rule((x - 5, x + 5), (y, y), "ink", 2, zorder=4)
        self.crowd.add_line([(x, low), (x, high)], name)
        if not loose:
            spots = around(x, low, name)
            self.crowd.write(
                self.board, name, spots, owner=name, at=(x, low), halo=True
            )

    def _write_remark(self, row: Any) -> None:
        """Write words at a point of a series."""
        found = self.frame[["series", "year"]].eq([row.series, row.year]).all(axis=1)
        if not found.any():
            raise ValueError(f"no value of {row.series!r} in {row.year} to write at")
        x, y = self.px(row.year, float(self.frame.loc[found, "value"].iloc[0]))
        name = SMALL.fold(said(row.text), 90 if self.narrow else 150)
        side, spots = said(row.side), around(x, y, name)
        if side:
            spots = [s for s in spots if (s[1] < y - 12) == (side == "above")]
        self.board.mark(x, y, self.tokens[row.series], size=7)
        look: dict[str, Any] = {"owner": row.series, "at": (x, y), "halo": True}
        self.crowd.write(self.board, name, spots, **look)

    def _fold_endings(self, room: float) -> float:
        """Fold the words for the right margin, and return its width.

        A margin that would take more than a third of the panel holds no words: they are
        written beside their lines instead.
        """
        found: list[Any]
        found = [(n, SMALL_BOLD, v.iloc[-1], n) for n, v in self.groups["value"]]
        found += [(said(r.label), SMALL, r.lo, "") for r in rows(self.loose)]
        self.endings = [Ending(*words) for words in found]
        ring = 16.0 * (len(self.loose) > 0)
        most = 0.34 * room - ring - 14
        fit = min(most, 170)
        self.folded = [e._replace(text=e.face.fold(e.text, fit)) for e in self.endings]
        wide = max(ending.face.wide(ending.text) for ending in self.folded)
        many = any(ending.text.count("\n") > 1 for ending in self.folded)
        if wide > most or (self.narrow and many):
            self.folded = []
            return ring + 8
        return wide + ring + 14

    def _write_endings(self) -> None:
        """Write the names of the series and of loose marks in the right margin."""
        heights = [SMALL.tall(ending.text) + 2 for ending in self.folded]
        wanted = [self.up(ending.value) for ending in self.folded]
        places = spread(wanted, heights, self.up.end - 12, self.bottom + 8)
        x = self.end + 10 + 16 * (len(self.loose) > 0)
        for (words, face, *_), y in zip(self.folded, places, strict=True):
            self.board.write(x, y, words, face, middle=True)
            half = face.tall(words) / 2
            self.crowd.boxes.append((x, y - half, x + face.wide(words), y + half))

    def _write_beside(self) -> None:
        """Write the names beside their lines, where the margin is too narrow for them."""
        for words, face, value, series in self.endings:
            name = face.fold(words, (self.end - self.start) * 0.6)
            part = self.frame[self.frame["series"] == series].iloc[::-1]
            points = list(map(self.px, part["year"], part["value"]))
            points = points or [(self.end + 16, self.up(value))]
            spots = [s for point in points for s in around(*point, name, face)]
            self.crowd.write(self.board, name, spots, face, series, halo=True)

    def _draw_strips(self) -> None:
        """Draw a strip of squares under the years, one row for each name."""
        first, last = self.across.limits
        half = min(5.5, (self.end - self.start) / (last - first) / 2 - 1)
        for n, (name, part) in enumerate(self.squares.groupby("row", sort=False)):
            y = self.bottom + BOTTOM + STRIP * n
            self.board.write(self.start, y + 10, said(name), SMALL, "muted")
            for row in rows(part):
                x = self.across(row.year)
                box = (x - half, y + 22 - half, x + half, y + 22 + half)
                fill = "ink" if row.kind == "filled" else "bg"
                hatch = style.HATCH if row.kind == "hatched" else None
                self.board.tile(box, fill, "ink", 1.25, hatch=hatch)
