"""Charts of rows: the range that each figure allows, or many marks in a row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from asprinted.charts import figure, style
from asprinted.charts.figure import Figure, prepare, rows, said, yes
from asprinted.charts.places import GAP, Near, Shelf
from asprinted.charts.style import BOLD, PLAIN, SMALL, UNDER, Board, Scale, Span
from asprinted.intervals import Interval, short_text, text
from asprinted.palette import VERDICTS

MISSING: dict[str, Any] = {
    **dict.fromkeys(("lo", "hi", "point", "reference"), math.nan),
    **dict.fromkeys(("lo_open", "hi_open", "hatched", "untested", "hollow"), False),
    **dict.fromkeys(("sub", "group", "text", "verdict", "name"), ""),
}
EDGE = 6.0  # room for half a mark at both ends of a narrow plot
THICK, LEAST, RING = 16.0, 6.0, 11.0


class Place(NamedTuple):
    """Where a row stands: its folded words, its start, its mark and its end."""

    near: list[Near]
    label: str
    sub: str
    heading: str
    top: float
    mark: float
    bottom: float


@dataclass(frozen=True)
class Rows:
    """A chart of rows on one scale; each kind says what its rows hold."""

    frame: pd.DataFrame
    marks: Sequence[Any]
    unit: str
    limits: Span
    line: float = math.nan
    line_label: str = ""
    sides: tuple[str, str] = ("", "")
    log: bool = False
    tall, spare = 34.0, 12.0  # least height of a wide row; room to the right of it

    def words(self, row: Any, across: Scale, narrow: bool) -> tuple[list[Near], float]:
        """Return the texts of a row, and the room above its mark."""
        raise NotImplementedError

    def mark(self, board: Board, across: Scale, row: Any, y: float) -> None:
        """Draw the marks of a row."""
        raise NotImplementedError

    def tested(self, row: Any) -> bool:
        """Return whether a row is held against the threshold."""
        return True

    def head(self, width: float) -> float:
        """Return the room above the first row."""
        return 8.0 if math.isnan(self.line) else 26.0

    def more(self, board: Board, across: Scale, places: list[Place]) -> None:
        """Draw what only this kind of chart has."""

    def span(self, width: float, narrow: bool) -> Span:
        """Return where the plot starts and ends on a board."""
        if narrow:
            return EDGE, width - EDGE
        face, room = BOLD if "sub" in self.frame else PLAIN, 0.36 * width
        labels, subs = self.frame["label"], self.frame.get("sub", pd.Series())
        wide = [face.wide(face.fold(said(name), room)) for name in labels]
        wide += [PLAIN.wide(PLAIN.fold(said(name), room)) for name in subs]
        return max(wide) + 28, width - self.spare

    def draw(self, width: float, narrow: bool) -> Board:
        """Return the chart on a board."""
        across = Scale(self.limits, *self.span(width, narrow), self.log)
        places = self._lay(across, width, narrow)
        board = Board(width, places[-1].bottom + 30)
        self._scale(board, across, places, narrow)
        if not math.isnan(self.line):
            self._threshold(board, across, places, narrow)
        for row, place in zip(self.marks, places, strict=True):
            self.mark(board, across, row, place.mark)
            self._write(board, place, narrow)
            if place.heading and place is not places[0]:
                y = place.top - 28
                board.rule((0, width), (y, y), zorder=UNDER)
        self.more(board, across, places)
        return board

    def _lay(self, across: Scale, width: float, narrow: bool) -> list[Place]:
        """Give every row its place below the one before."""
        room = width - 2 if narrow else 0.36 * width
        face = BOLD if narrow or "sub" in self.frame else PLAIN
        places: list[Place] = []
        down, group = self.head(width), ""
        for row, mark in zip(rows(self.frame, **MISSING), self.marks, strict=True):
            near, above = self.words(mark, across, narrow)
            label = face.fold(said(row.label), room)
            sub = PLAIN.fold(said(row.sub), room)
            heading = said(row.group) if said(row.group) != group else ""
            group = said(row.group)
            down += (30.0 if places else 22.0) if heading else 0.0
            lines = face.tall(label) + PLAIN.tall(sub)
            tall = max(self.tall + above, lines + 15)
            middle = (tall + above) / 2
            if narrow:
                tall, middle = lines + above + 40, lines + above + 20
            ends = (down, down + middle, down + tall)
            places.append(Place(near, label, sub, heading, *ends))
            down += tall
        return places

    def _write(self, board: Board, place: Place, narrow: bool) -> None:
        """Write the words of a row: heading, label, the line below it, and the rest."""
        board.write(0, place.top - 6, place.heading, SMALL, "muted")
        face = BOLD if narrow or "sub" in self.frame else PLAIN
        half = (face.tall(place.label) + PLAIN.tall(place.sub)) / 2
        middle = min(place.mark, place.bottom - half - 3)
        y = place.top + 17 if narrow else middle - half + PLAIN.lead / 2 + 4.7
        board.write(0, y, place.label, face)
        board.write(0, y + face.tall(place.label), place.sub, ink="muted")
        for words, x, bold, ink, above in place.near:
            face = BOLD if bold else PLAIN
            y = place.mark - 15 - face.tall(words) + face.lead if above else place.mark
            halo = not above and ink != "bg"
            board.write(x, y, words, face, ink, middle=not above, halo=halo)

    def _scale(
        self, board: Board, across: Scale, places: list[Place], narrow: bool
    ) -> None:
        """Draw grid lines, short ones at each narrow mark, and the scale below."""
        foot = places[-1].bottom
        cuts = _cuts(places) if narrow else [(foot, _start(places))]
        for value, label in across.ticks(3 if narrow else 5, self.unit).items():
            x = across(value)
            for cut in cuts:
                board.rule((x, x), cut, zorder=0.5)
            board.write(x, foot + 19, label, ink="muted", ha="center")

    def _threshold(
        self, board: Board, across: Scale, places: list[Place], narrow: bool
    ) -> None:
        """Draw the line at the threshold, down to the last row that it bears on."""
        bears = [n for n, row in enumerate(self.marks) if self.tested(row)]
        kept = places[: max(bears, default=0) + 1]
        x, top, foot = across(self.line), _start(places), kept[-1].bottom
        cuts = [(top, top - 6), *_cuts(kept)] if narrow else [(foot, top - 6)]
        for cut in cuts:
            board.rule((x, x), cut, "ink", 2, zorder=1)
        if not narrow and len(kept) < len(places):
            board.rule((x - 6, x + 6), (foot, foot), "ink", 2)
        board.write(x, top - 12, self.line_label, BOLD, ha="center")
        if any(self.sides) and not narrow:
            board.tile((x, top, across.end, foot), "panel", zorder=0.2)
        half = BOLD.wide(self.line_label) / 2
        x = min(max(x, half), board.width - half)
        left, right = f"← {self.sides[0]}", f"{self.sides[1]} →"
        if self.sides[0] and x - half - 20 > PLAIN.wide(left):
            board.write(x - half - 20, top - 12, left, ink="muted", ha="right")
        if self.sides[1] and x + half + 20 + PLAIN.wide(right) < board.width:
            board.write(x + half + 20, top - 12, right, ink="muted")


def _start(places: Sequence[Place]) -> float:
    """Return where the plot of the rows begins."""
    return places[0].top - (22.0 if places[0].heading else 0.0)


def _cuts(places: Sequence[Place]) -> list[Span]:
    """Return short stretches at the marks, so that no line runs through a label."""
    return [(place.mark + 12, place.mark - 12) for place in places]


def shown(row: Any, unit: str, words: Any = text) -> str:
    """Return the number that is written at a row: the given text, else in words."""
    return said(row.shown) if hasattr(row, "shown") else in_words(row, unit, words)


def in_words(row: Any, unit: str, words: Any = text) -> str:
    """Return the interval of a row, or its point, as a person says it."""
    if math.isnan(row.lo):
        return "" if math.isnan(row.point) else words(row.point, unit)
    ends = Interval(row.lo, row.hi, yes(row.lo_open), yes(row.hi_open))
    return words(ends, unit)


def who(row: Any) -> str:
    """Return heading and label of a row."""
    return ", ".join(filter(None, (said(row.group), said(row.label))))


def above_px(near: Sequence[Near]) -> float:
    """Return how much room the texts above a mark need."""
    return max((PLAIN.tall(words.text) for words in near if words.above), default=0.0)


def ranges(
    frame: pd.DataFrame,
    *,
    unit: str,
    threshold: Any = None,
    threshold_label: str = "",
    sides: tuple[str, str] = ("", ""),
    log: bool = False,
    limits: Span | None = None,
    join: bool = False,
    names: tuple[str, str] = ("", ""),
    **words: Any,
) -> Figure:
    """Draw the range that each figure allows, a row per figure, against a threshold.

    Parameters
    ----------
    frame : DataFrame
        ``label`` with ``lo``, ``hi`` (or ``quantity``) or ``point``; optionally
        ``sub``, ``group``, ``lo_open``, ``hi_open`` (a ring), ``reference`` (a second
        mark, a ring), ``shown`` (the number in words), ``text`` (words near the mark),
        ``verdict`` (code that colours the mark), ``hatched`` (on a condition),
        ``untested`` (dotted). Rows keep their order.
    unit : str
        Unit of the values, as in `asprinted.intervals.UNITS`.
    threshold : number or Quantity, optional
        Where the line stands; it ends above rows at the end that are not tested.
    threshold_label, sides : str, tuple of str
        What is written above the line, and left and right of that.
    log, limits : bool, tuple of float
        Whether the axis is logarithmic, and its ends.
    join : bool
        Whether a line joins point and reference.
    names : tuple of str
        Names of point and reference, written once.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": ["Office"], "lo": [0.205], "hi": [0.215]})
    >>> ranges(frame, unit="share", title="Under", subtitle="Share").data
    (('Office', 20.5, 21.5),)
    """
    frame = prepare(frame, ["label"], [*MISSING, "shown"])
    line = figure.to_number(threshold)
    ends = figure.ends_of(frame, limits, line, log=log)
    marks = list(rows(frame, **MISSING))
    look = (line, threshold_label, sides, log, join, names)
    chart = Ranges(frame, marks, unit, ends, *look)
    pair = {"point": names[0] or "point", "reference": names[1] or "reference"}
    kind = "on one scale" if math.isnan(line) else "against a threshold"
    told = (f"Ranges {kind}.", [chart.fact(row) for row in marks], unit)
    listed = frame.rename(columns=pair)
    return figure.make(chart.draw, listed, *told, pair.values(), **words)


@dataclass(frozen=True)
class Ranges(Rows):
    """Bars for bounds, with points and references."""

    join: bool = False
    names: tuple[str, str] = ("", "")

    def fact(self, row: Any) -> str:
        """Return one row as a sentence of the text alternative."""
        if math.isnan(row.reference):
            told = said(getattr(row, "shown", "")) or in_words(row, self.unit)
            return f"{who(row)}: {told or 'no figure'}."
        pair = zip(self.names, (row.point, row.reference), strict=True)
        both = [f"{name} {text(value, self.unit)}" for name, value in pair]
        return f"{who(row)}: {', '.join(both)}."

    def tested(self, row: Any) -> bool:
        """Return whether something in a row can be held against the threshold."""
        return not yes(row.untested) and not _blank(row)

    def words(self, row: Any, across: Scale, narrow: bool) -> tuple[list[Near], float]:
        """Find places for the number and the words of a row."""
        at = across(self.line) if self.tested(row) else math.nan
        low, high = self._extent(row, across)
        ends = (across.start - EDGE, across.end + EDGE)
        shelf = Shelf(ends, [] if _blank(row) else [(low - 2, high + 2)])
        number = Near(shown(row, self.unit, short_text if narrow else text), 0, True)
        if number.text:
            beside = (low - GAP + 2 - number.wide, high + GAP - 2)
            shelf.put(number, beside, _far_side(low, high, at))
        if not math.isnan(at):
            shelf.taken.append((at - 5, at + 5))
        if said(row.text):
            ink = VERDICTS.get(said(row.verdict), "ink")
            words = Near(said(row.text), 0, ink != "ink", ink)
            beyond = at + GAP + 2 if high < at else high + GAP
            starts = (beyond, high + GAP - 2, low - GAP + 2 - words.wide)
            shelf.put(words, () if _blank(row) else starts)
        near = shelf.texts(across.start if math.isnan(row.lo) else low)
        first = any(self.names) and row.Index == 0
        return near, above_px(near) + 18 * first

    def _extent(self, row: Any, across: Scale) -> Span:
        """Return where on the board the marks of a row start and end."""
        if _blank(row):
            return across.start, across.start
        marks = (*self._ends(row, across), across(row.point), across(row.reference))
        known = [x for x in marks if not math.isnan(x)]
        dots = math.isnan(row.lo) or not math.isnan(row.reference)
        ring = RING / 2 if dots or yes(row.lo_open) or yes(row.hi_open) else 0.0
        return min(known) - ring, max(known) + ring

    def _ends(self, row: Any, across: Scale) -> Span:
        """Return where a bar starts and ends, wide enough to be seen.

        A bar that is widened stays on its own side of the threshold.
        """
        low, high, at = across(row.lo), across(row.hi), across(self.line)
        spare = (LEAST - (high - low)) / 2
        if not spare > 0:
            return low, high
        low, high = low - spare, high + spare
        move = max(0.0, at + 1 - low) if row.lo >= self.line else 0.0
        move -= max(0.0, high - at + 1) if row.hi <= self.line else 0.0
        return low + move, high + move

    def mark(self, board: Board, across: Scale, row: Any, y: float) -> None:
        """Draw the bar, the point and the reference of a row."""
        ink = VERDICTS.get(said(row.verdict), "ink")
        ink = "no-figure" if yes(row.untested) else ink
        point, reference = across(row.point), across(row.reference)
        if _blank(row):
            whole = (across.start, across.end)
            board.rule(whole, (y, y), "no-figure", 1.5, ls=(0, (1.5, 2.5)))
        if not math.isnan(row.lo):
            self._bar(board, across, row, y, ink)
        if self.join and not math.isnan(reference + point):
            board.rule((reference, point), (y, y), ink, 3)
        if not math.isnan(reference):
            board.mark(reference, y, ink, hollow=True, size=RING)
        if not math.isnan(point) and math.isnan(row.lo):
            board.mark(point, y, ink, size=RING - 1, zorder=6)
        elif not math.isnan(point):
            board.mark(point, y, ink, "D", hollow=True, zorder=6)

    def _bar(self, board: Board, across: Scale, row: Any, y: float, ink: str) -> None:
        """Draw a range: full, hatched or dotted; a ring at an open end."""
        low, high = self._ends(row, across)
        box = (low, y - THICK / 2, high, y + THICK / 2)
        if yes(row.untested):
            board.tile(box, "bg", ink, ls=(0, (1.5, 2)))
        elif yes(row.hatched):
            board.tile(box, "bg", ink, hatch=style.HATCH)
        else:
            board.tile(box, ink)
        least, most = self.limits
        ends = [(row.lo, row.lo_open, row.lo < least, "<")]
        ends.append((row.hi, row.hi_open, row.hi > most, ">"))
        for value, is_open, beyond, arrow in ends:
            if beyond:
                board.mark(across(value), y, ink, arrow, size=THICK + 2, zorder=4)
            elif yes(is_open):
                board.mark(across(value), y, ink, hollow=True, size=RING + 2)

    def more(self, board: Board, across: Scale, places: list[Place]) -> None:
        """Name the two marks of the first row, above them."""
        row = self.marks[0]
        pairs = zip((row.point, row.reference), self.names, strict=True)
        (left, first), (right, second) = sorted((across(v), name) for v, name in pairs)
        wide, more = SMALL.wide(first), SMALL.wide(second)
        if not any(self.names) or wide + more + 16 > board.width:
            return
        y = places[0].mark - above_px(places[0].near) - 15
        ends = (min(left + 6, right - 4), max(right - 6, left + 4))
        middle = (ends[0] + ends[1]) / 2
        low = max(min(ends[0], middle - 8), wide)
        high = max(min(max(ends[1], middle + 8), board.width - more), low + 12)
        board.write(low, y, first, SMALL, "muted", ha="right")
        board.write(high, y, second, SMALL, "muted")


def _blank(row: Any) -> bool:
    return math.isnan(row.lo) and math.isnan(row.point)


def _far_side(low: float, high: float, at: float) -> list[Span]:
    """Return the other side of the threshold, where a number would mislead."""
    if math.isnan(at):
        return []
    if high <= at:
        return [(at - 5, math.inf)]
    return [(-math.inf, at + 5)] if low >= at else [(at - 5, at + 5)]


def dots(
    frame: pd.DataFrame,
    *,
    unit: str,
    log: bool = False,
    threshold: Any = None,
    threshold_label: str = "",
    band: Span | None = None,
    limits: Span | None = None,
    **words: Any,
) -> Figure:
    """Draw many marks in a row, a row for each group, each mark beside its neighbours.

    Parameters
    ----------
    frame : DataFrame
        ``label`` (the row; equal labels share it) and ``value``; optionally ``lo``,
        ``hi`` (a bar), ``hollow`` and ``name`` (words beside that mark).
    unit, log, threshold, threshold_label, limits
        As in `ranges`.
    band : tuple of float, optional
        A shaded stretch of the axis.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.
    """
    frame = prepare(frame, ["label", "value"], ["lo", "hi", "hollow", "name"])
    line = figure.to_number(threshold)
    ends = figure.ends_of(frame, limits, line, *(band or ()), log=log)
    groups = frame.groupby("label", sort=False)
    marks = [list(rows(part, **MISSING)) for _, part in groups]
    labels = frame[["label"]].drop_duplicates()
    look = (line, threshold_label, ("", ""), log, band)
    chart = Dots(labels, marks, unit, ends, *look)
    facts = []
    for name, part in groups["value"]:
        facts.append(f"{name}: {text(part.min(), unit)} to {text(part.max(), unit)}.")
    kind = "Dots on one scale, a row for each group."
    return figure.make(chart.draw, frame, kind, facts, unit, **words)


@dataclass(frozen=True)
class Dots(Rows):
    """Rows of many marks, stacked so that none covers another."""

    band: Span | None = None
    tall = 38.0

    def words(self, row: Any, across: Scale, narrow: bool) -> tuple[list[Near], float]:
        """Return the room that the stack of marks needs."""
        return [], 13.0 * max(self._levels(row, across))

    def _levels(self, part: Sequence[Any], across: Scale) -> list[int]:
        """Return how high each mark of a row is stacked."""
        ends: list[float] = []
        level = [0] * len(part)
        for n in sorted(range(len(part)), key=lambda n: part[n].value):
            low, high = _reach(part[n], across)
            free = (k for k, end in enumerate(ends) if end < low)
            level[n] = next(free, len(ends))
            ends[level[n] : level[n] + 1] = [high]
        return level

    def mark(self, board: Board, across: Scale, row: Any, y: float) -> None:
        """Draw each mark with its bar, arrows and words."""
        for one, up in zip(row, self._levels(row, across), strict=True):
            down = y - 13 * up + 3
            x, low, high = across(one.value), across(one.lo), across(one.hi)
            if high - low > 8:
                board.rule((low, high), (down, down), "ink", 2)
                if one.lo < self.limits[0]:
                    board.mark(low, down, shape="<", size=8, zorder=4)
                if one.hi > self.limits[1]:
                    board.mark(high, down, shape=">", size=8, zorder=4)
            board.mark(x, down, hollow=yes(one.hollow))
            name = said(one.name)
            start, end = _reach(one, across)
            left = start < x - 6 - PLAIN.wide(name)
            start = start if left else end - PLAIN.wide(name)
            board.write(start, down, name, middle=True, halo=True)

    def more(self, board: Board, across: Scale, places: list[Place]) -> None:
        """Shade the band."""
        if self.band:
            low, high = map(across, self.band)
            box = (low, _start(places), high, places[-1].bottom)
            board.tile(box, "panel", zorder=UNDER)


def _reach(row: Any, across: Scale) -> Span:
    """Return the stretch that a mark takes with its bar and its words."""
    x, name = across(row.value), said(row.name)
    ends = [across(v) for v in (row.lo, row.hi) if not math.isnan(v)]
    low, high = min([x - 6, *ends]), max([x + 6, *ends])
    wide = PLAIN.wide(name) + 12 if name else 0.0
    return (low - wide, high) if x + wide > across.end else (low, high + wide)
