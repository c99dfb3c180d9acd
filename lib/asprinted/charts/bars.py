"""Bars: horizontal ones, whole or in parts, and columns over years."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import pandas as pd

from asprinted.charts import figure, style
from asprinted.charts import ranges as table
from asprinted.charts.figure import Figure, prepare, rows, said, yes
from asprinted.charts.places import GAP, Near, Shelf
from asprinted.charts.ranges import Place, Rows, who
from asprinted.charts.style import PLAIN, SMALL, Board, Scale, Span
from asprinted.intervals import text
from asprinted.palette import LIGHT

KNOWN = ["value", "lo", "hi", "lo_open", "hi_open", "sub", "group", "shown"]
KNOWN += ["second", "second_text", "hollow"]
SPARE = table.MISSING | {"value": math.nan, "second": math.nan, "second_text": ""}
LOOKS: dict[str, dict[str, Any]] = {
    "ink": {"fill": "ink"},
    "hatched": {"fill": "bg", "edge": "ink", "hatch": style.HATCH, "width": 1},
    "pale": {"fill": "step-2"},
    "mid": {"fill": "axis"},
    "empty": {"fill": "bg", "edge": "axis", "width": 1},
}
PALE = ("hatched", "pale", "empty", "bg", "step-1", "step-2")  # with dark numbers
THICK = 18.0
TALL = 220.0
Parts = Mapping[str, str] | Sequence[str]


class Part(NamedTuple):
    """One part of a stack, and the values where it starts and ends."""

    name: str
    value: float
    span: Span


def bars(
    frame: pd.DataFrame,
    *,
    unit: str,
    parts: Parts = (),
    threshold: Any = None,
    threshold_label: str = "",
    limits: Span | None = None,
    colours: dict[str, str] | None = None,
    **words: Any,
) -> Figure:
    """Draw horizontal bars, whole or in parts, against a threshold.

    Parameters
    ----------
    frame : DataFrame
        ``label`` with ``value`` (or ``quantity``), or with the columns named in
        ``parts``; optionally ``sub``, ``group``, ``shown`` (the number in words),
        ``lo`` and ``hi`` (a thin bar), ``second`` (a tick) with ``second_text``, and
        ``hollow``. Rows keep their order.
    unit, threshold, threshold_label, limits
        As in `ranges`.
    parts : mapping of str to str, or sequence of str, optional
        Columns that are stacked, each with a fill: ink, mid, pale, hatched, empty, or a
        token of the palette.
    colours : dict, optional
        Token of the palette for a label.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": ["one", "two"], "value": [12, 10]})
    >>> bars(frame, unit="count", title="One leads", subtitle="Pieces").data
    (('one', 12), ('two', 10))
    """
    fills = _fills(parts)
    frame = prepare(frame, ["label", *fills], KNOWN, fills)
    if not fills and "value" not in frame:
        frame.insert(1, "value", (frame["lo"] + frame["hi"]) / 2)
    line = figure.to_number(threshold)
    ends = figure.ends_of(frame, limits, line, *frame[list(fills)].sum(axis=1))
    marks = list(zip(rows(frame, **SPARE), _stacks(frame, fills), strict=True))
    look: dict[str, Any] = {"line": line, "line_label": threshold_label}
    look |= {"fills": fills, "colours": colours or {}}
    chart = Bars(frame, marks, unit, ends, **look)
    told = ("Bars on one scale.", _facts(frame, fills, unit), unit, fills)
    return figure.make(chart.draw, frame, *told, **words)


def columns(frame: pd.DataFrame, *, unit: str, parts: Parts, **words: Any) -> Figure:
    """Draw columns in parts, one for each year or name.

    Parameters
    ----------
    frame : DataFrame
        ``label`` (a year or a short name) with the columns named in ``parts``.
    unit, parts
        As in `bars`; the first part stands below.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.
    """
    fills = _fills(parts)
    frame = prepare(frame, ["label", *fills], numbers=fills)
    sums = frame[list(fills)].sum(axis=1)
    chart = Columns(frame, unit, fills, style.limits_around(sums))
    chosen = frame.iloc[sorted({0, int(sums.argmax()), len(frame) - 1})]
    facts = _facts(chosen, fills, unit)
    return figure.make(chart.draw, frame, "Columns.", facts, unit, fills, **words)


def _fills(parts: Parts) -> dict[str, str]:
    """Return the stacked columns, each with its fill."""
    listed = dict(zip(parts, LOOKS, strict=False))
    fills = dict(parts) if isinstance(parts, Mapping) else listed
    wrong = {*fills.values()} - {*LOOKS, *LIGHT}
    if wrong:
        raise ValueError(f"a fill is one of {', '.join(LOOKS)} or a token, not {wrong}")
    return fills


def _look(fill: str) -> dict[str, Any]:
    """Return how a fill is drawn; a token of the palette is a plain fill."""
    return LOOKS.get(fill) or {"fill": fill}


def _stacks(frame: pd.DataFrame, fills: Mapping[str, str]) -> list[list[Part]]:
    """Return the parts of every row that are not 0, from below or from the left."""
    stacks = []
    for values in frame[list(fills)].fillna(0.0).to_numpy(float).tolist():
        spans = pairwise(accumulate(values, initial=0.0))
        parts = zip(fills, values, spans, strict=True)
        stacks.append([Part(*part) for part in parts if part[1] > 0])
    return stacks


def _facts(frame: pd.DataFrame, fills: Mapping[str, str], unit: str) -> list[str]:
    """Return the rows as sentences of the text alternative."""
    told = []
    for row, parts in zip(rows(frame, **SPARE), _stacks(frame, fills), strict=True):
        named = [f"{part.name} {text(part.value, unit)}" for part in parts]
        number = ", ".join(named) if fills else _shown(row, unit)
        told.append(f"{who(row)}: {number or 'no figure'}.")
    return told


def _shown(row: Any, unit: str) -> str:
    """Return the number of a bar in words."""
    number = table.shown(row, unit)
    if number or hasattr(row, "shown") or math.isnan(row.value):
        return number
    return text(row.value, unit)


@dataclass(frozen=True)
class Bars(Rows):
    """Horizontal bars, whole or in parts."""

    fills: dict[str, str] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)

    spare = 24.0

    def head(self, width: float) -> float:
        """Return the room for the names of the parts and above the threshold."""
        return super().head(width) + style.swatches(self.fills, width)

    def words(self, row: Any, across: Scale, narrow: bool) -> tuple[list[Near], float]:
        """Find places for the words of a bar: after it, in it, or above."""
        bar, _ = row
        if self.fills:
            return [], 0.0
        end = across(max([self.limits[0], *_known(bar.value, bar.hi)]))
        at, second = across(self.line), across(bar.second)
        marks = [(x - 5, x + 5) for x in _known(second, at)]
        room = (across.start - table.EDGE, across.end + (table.EDGE if narrow else 24))
        shelf = Shelf(room, [(across.start, end + 2), *marks])
        starts = [x + GAP for x in sorted(_known(end, second, at)) if x >= end]
        number = Near(_shown(bar, self.unit), 0, True)
        full = not yes(bar.hollow) and not across(bar.hi) - across(bar.lo) > 4
        inside = full and number.wide + 12 < end - across.start
        tight = not any(shelf.free(x, number.wide) for x in starts)
        if inside and (tight or not math.isnan(second)):
            shelf.beside.append(number._replace(x=end - 8 - number.wide, ink="bg"))
        elif number.text:
            shelf.put(number, starts)
        if said(bar.second_text):
            beyond = max(high for low, high in shelf.taken if low != at - 5)
            words = Near(said(bar.second_text), 0, ink="muted")
            shelf.put(words, [beyond + 2, *starts])
        near = shelf.texts(across.start)
        return near, table.above_px(near)

    def mark(self, board: Board, across: Scale, row: Any, y: float) -> None:
        """Draw a bar with its bounds and second tick, or in parts."""
        bar, parts = row
        token = self.colours.get(said(bar.label), "ink")
        low, high, second = across(bar.lo), across(bar.hi), across(bar.second)
        for part in parts:
            self._part(board, across, part, y)
        if not math.isnan(bar.value):
            start, end = sorted((across(0.0), across(bar.value)))
            box = (start, y - THICK / 2, max(end, start + 2), y + THICK / 2)
            fill, edge = ("bg", token) if yes(bar.hollow) else (token, "")
            board.tile(box, fill, edge)
        for ink, width in (("bg", 5), (token, 2)) if high - low > 4 else ():
            board.rule((low, high), (y, y), ink, width, zorder=4)
            for x in (low, high):
                board.rule((x, x), (y - 5, y + 5), ink, width, zorder=4)
        if not math.isnan(second):
            board.rule((second, second), (y - 12, y + 12), token, 3)

    def _part(self, board: Board, across: Scale, part: Part, y: float) -> None:
        """Draw a part of a bar, with its number where it fits."""
        (low, high), fill = map(across, part.span), self.fills[part.name]
        box = (low + 0.75, y - THICK / 2, high - 0.75, y + THICK / 2)
        board.tile(box, **_look(fill))
        number, x = text(part.value, self.unit), (low + high) / 2
        half = SMALL.wide(number) / 2 + 4
        if 2 * half < high - low:
            if fill == "hatched":
                board.tile((x - half, y - 8, x + half, y + 8), "bg", zorder=4)
            ink = "ink" if fill in PALE else "cell-high"
            board.write(x, y, number, SMALL, ink, ha="center", middle=True)

    def more(self, board: Board, across: Scale, places: list[Place]) -> None:
        """Name the parts."""
        _key(board, self.fills)


def _key(board: Board, fills: Mapping[str, str]) -> None:
    """Name the parts above everything else, in their order."""
    style.swatches(
        fills, board.width, board, 3, lambda n, box: board.tile(box, **_look(fills[n]))
    )


def _known(*values: float) -> list[float]:
    return [value for value in values if not math.isnan(value)]


@dataclass(frozen=True)
class Columns:
    """Columns in parts, on an upright scale."""

    frame: pd.DataFrame
    unit: str
    fills: dict[str, str]
    limits: Span

    def draw(self, width: float, narrow: bool) -> Board:
        """Return the chart on a board."""
        top = 26.0 + style.swatches(self.fills, width)
        board = Board(width, top + TALL + 30)
        up = Scale(self.limits, top + TALL, top)
        ticks = up.ticks(4, self.unit)
        left = max(PLAIN.wide(label) for label in list(ticks.values())[:-1]) + 10
        style.write_scale(board, up, ticks, 0, (left, width))
        step = (width - left) / len(self.frame)
        middles = [left + step * (n + 0.5) for n in range(len(self.frame))]
        for x, parts in zip(middles, _stacks(self.frame, self.fills), strict=True):
            for name, _, (low, high) in parts:
                box = (x - 0.36 * step, up(high), x + 0.36 * step, up(low))
                board.tile(box, **_look(self.fills[name]))
        names = list(zip(middles, map(said, self.frame["label"]), strict=True))
        apart = next((n for n in (1, 2, 5, 10) if n * step > 44), 20)
        kept = [p for p in names if not p[1].isdigit() or int(p[1]) % apart == 0]
        style.write_below(board, top + TALL + 20, [names[0], names[-1], *kept])
        _key(board, self.fills)
        return board
