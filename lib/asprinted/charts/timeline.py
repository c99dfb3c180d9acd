"""Timelines: events in lanes, by date or by a clock that starts at 0."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from asprinted.charts import style
from asprinted.charts.figure import Figure, make, prepare, rows, said, to_number, yes
from asprinted.charts.lines import round_years
from asprinted.charts.style import BOLD, PLAIN, SHAPES, SMALL, UNDER, Board, Scale, Span

MISSING = {"end": None, "kind": "", "open_end": False, "hollow": False, "lane": ""}
SLOT = 15.0
CLEAR = 11.0
SLOTS = [side * step for step in range(1, 14) for side in (1, -1)]
SHORT = "Labels that found no room stand in the data."


class Event(NamedTuple):
    """One event: its span in years, and how it is drawn."""

    start: float
    end: float
    label: str
    kind: str
    is_open: bool
    hollow: bool

    @property
    def anchor(self) -> float:
        """Where its label points to."""
        return self.end if self.is_open else (self.start + self.end) / 2


class Note(NamedTuple):
    """A label of an event: its words, left edge, and first slot, above if positive."""

    text: str
    x: float
    slot: int
    anchor: float

    def spans(self) -> list[tuple[int, Span]]:
        """Return the room that the label takes, slot by slot, and the way to it."""
        side = 1 if self.slot > 0 else -1
        end = self.x + SMALL.wide(self.text)
        own = [self.slot + side * n for n in range(self.text.count("\n") + 1)]
        way = [side * n for n in range(1, abs(self.slot))]
        spans = [(slot, (self.x - 5, end + 5)) for slot in own]
        return spans + [(slot, (self.anchor - 3, self.anchor + 3)) for slot in way]


class Lane:
    """The labels of one lane on a board, and the slots that they have taken.

    Parameters
    ----------
    ends : tuple of float
        Pixels between which a label may stand.
    line : float
        Pixel of a vertical line that no label may cross, NaN without one.
    """

    def __init__(self, ends: Span, line: float) -> None:
        self.ends, self.line = ends, line
        self.notes: list[Note] = []
        self.taken: dict[int, list[Span]] = {}

    def reach(self, side: int) -> float:
        """Return how far labels go above (1) or below (-1) the lane."""
        used = [abs(slot) for slot in self.taken if slot * side > 0]
        return max(20.0, CLEAR + SLOT * max(used, default=0) + 4)

    def put(self, text: str, anchor: float) -> None:
        """Take the nearest free slots for a label; it is left out if there are none."""
        wide, (low, high) = SMALL.wide(text), self.ends
        lefts = (wide / 2, 6, wide - 6, -7, wide + 7)
        starts = [min(max(anchor - left, low), high - wide) for left in lefts]
        clear = [x for x in starts if not x - 2 < self.line < x + wide + 2]
        for slot, x in product(SLOTS, clear):
            note = Note(text, x, slot, anchor)
            if self._free(note.spans()):
                self.notes.append(note)
                for number, span in note.spans():
                    self.taken.setdefault(number, []).append(span)
                return

    def _free(self, spans: Sequence[tuple[int, Span]]) -> bool:
        for slot, (a, b) in spans:
            if any(b > low and a < high for low, high in self.taken.get(slot, [])):
                return False
        return True


def timeline(
    frame: pd.DataFrame,
    *,
    years: bool = True,
    rule: float | None = None,
    rule_label: str = "",
    limits: Span | None = None,
    unit_label: str = "",
    **words: Any,
) -> Figure:
    """Draw events over time, a lane for each group.

    Parameters
    ----------
    frame : DataFrame
        ``lane``, ``start``, ``label``; optionally ``end``, ``kind`` (shape of the
        mark), ``open_end`` (a ring, and dots beyond it) and ``hollow``. A date text of
        a day is a mark, that of a month or year a bar. Events without a start, or in
        the year 0 as frames of events say it, are named in the note.
    years : bool
        Whether the axis shows calendar years; otherwise a clock that starts at 0.
    rule, rule_label
        A vertical line and the words above it.
    limits : tuple of float, optional
        Ends of the axis.
    unit_label : str
        What the numbers of a clock count.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.
    """
    frame = prepare(frame, ("start", "label"), tuple(MISSING))
    lanes, lost = _lanes(frame, years)
    notes = [words.get("note", "")]
    notes += [f"Without a date: {'; '.join(lost)}."] if lost else []
    ends = [end for lane in lanes.values() for event in lane for end in event[:2]]
    if not ends:
        raise ValueError("no event has a date")
    if not limits and years:
        limits = (math.floor(min(ends)), math.ceil(max(ends)))
    limits = limits or style.limits_around(ends)
    kinds = list(dict.fromkeys(filter(None, map(said, frame.get("kind", [])))))
    line = to_number(rule)
    chart = Timeline(lanes, limits, kinds, years, line, rule_label, unit_label)
    wide = style.MAIN if words.get("main") else style.WIDE
    if not (chart.has_room(style.NARROW, True) and chart.has_room(wide, False)):
        notes.append(SHORT)
    words["note"] = " ".join(filter(None, notes))
    facts = [chart.fact(name) for name in lanes]
    return make(chart.draw, frame, "Timeline.", facts, **words)


def _lanes(
    frame: pd.DataFrame, years: bool
) -> tuple[dict[str, list[Event]], list[str]]:
    """Return the dated events by lane in time, and the labels of the undated ones."""
    lanes: dict[str, list[Event]] = {}
    lost = []
    for row in rows(frame, **MISSING):
        if said(row.start) in (["", "0"] if years else [""]):
            lost.append(said(row.label))
            continue
        start, end = _when(row.start)
        end = max(end, _when(row.end)[1]) if said(row.end) else end
        look = (said(row.kind), yes(row.open_end), yes(row.hollow))
        event = Event(start, end, said(row.label), *look)
        lanes.setdefault(said(row.lane), []).append(event)
    return {n: sorted(part, key=lambda e: e.anchor) for n, part in lanes.items()}, lost


def _when(value: Any) -> Span:
    """Return the span of years that a date text or a number covers.

    Examples
    --------
    >>> _when("2019")
    (2019.0, 2020.0)
    >>> _when(9)
    (9.0, 9.0)
    """
    if not isinstance(value, str):
        return to_number(value), to_number(value)
    parts = [int(part) for part in value.strip().split("-")]
    year = float(parts[0])
    if len(parts) == 1:
        return year, year + 1
    if len(parts) == 2:
        return year + (parts[1] - 1) / 12, year + parts[1] / 12
    day = (date(*parts) - date(parts[0], 1, 1)) / timedelta(days=365.25)
    return year + day, year + day


@dataclass(frozen=True)
class Timeline:
    """Lanes of events on one scale."""

    lanes: dict[str, list[Event]]
    limits: Span
    kinds: Sequence[str]
    years: bool
    line: float
    line_label: str
    unit_label: str

    def fact(self, name: str) -> str:
        """Return a lane as a sentence of the text alternative."""
        told = []
        for event in self.lanes[name]:
            when = math.floor(event.start) if self.years else event.anchor
            told.append(f"{event.label} {when:g}")
        return f"{name}: {'; '.join(told)}."

    def has_room(self, width: float, narrow: bool) -> bool:
        """Return whether all labels find room on a board."""
        across = self._across(width, narrow)
        every = self.lanes.values()
        return all(len(self._lane(p, across, narrow).notes) == len(p) for p in every)

    def draw(self, width: float, narrow: bool) -> Board:
        """Return the chart on a board."""
        across = self._across(width, narrow)
        lanes = [self._lane(events, across, narrow) for events in self.lanes.values()]
        head = 28.0 if self.line_label else 8.0
        down, places = head, []
        for name, lane in zip(self.lanes, lanes, strict=True):
            down += (PLAIN.lead * bool(name) + 4) * narrow
            places.append(down + lane.reach(1))
            down = places[-1] + lane.reach(-1) + 8
        key = style.swatches(self.kinds, width) + 8 if len(self.kinds) > 1 else 0.0
        board = Board(width, down + 28 + 16 * bool(self.unit_label) + key)
        self._scale(board, across, head, down)
        laid = zip(self.lanes.items(), lanes, places, strict=True)
        for (name, events), lane, y in laid:
            label = BOLD.fold(name, 320 if narrow else 170)
            above = lane.reach(1) + BOLD.tall(label) if narrow else BOLD.tall(label) / 2
            board.write(0, y - above + 13, label, BOLD)
            board.rule((across.start, width - 14), (y, y), "axis", zorder=UNDER)
            for event in events:
                self._event(board, across, event, y)
            for note in lane.notes:
                _write(board, note, y)

        def sample(kind: str, box: style.Box) -> None:
            board.mark(box[0] + 5, box[1] + 5, shape=self._shape(kind))

        if key:
            style.swatches(self.kinds, width, board, board.height - key + 6, sample)
        return board

    def _across(self, width: float, narrow: bool) -> Scale:
        """Return the scale, to the right of the names or below them."""
        names = [BOLD.fold(name, 170) for name in self.lanes]
        wide = max(BOLD.wide(name) for name in names)
        return Scale(self.limits, 8 if narrow or not wide else wide + 26, width - 22)

    def _lane(self, events: Sequence[Event], across: Scale, narrow: bool) -> Lane:
        """Return a lane with a place for each label that finds room."""
        lane = Lane((across.start - 6, across.end + 22), across(self.line))
        for event in events:
            label = SMALL.fold(event.label, 130 if narrow else 190)
            lane.put(label, across(event.anchor))
        return lane

    def _scale(self, board: Board, across: Scale, head: float, down: float) -> None:
        """Draw grid lines with years or the numbers of a clock, and the vertical line."""
        most = (across.end - across.start) / 55
        clock = across.ticks(5, "count")
        for place in round_years(self.limits, most) if self.years else clock:
            x = across(place)
            board.rule((x, x), (head, down), zorder=UNDER)
            board.write(x, down + 18, f"{place:.0f}", ink="muted", ha="center")
        board.write(across.start, down + 34, self.unit_label, SMALL, "muted")
        if not math.isnan(self.line):
            x = across(self.line)
            board.rule((x, x), (head - 6, down), "ink", 2, zorder=UNDER)
            board.write(x, head - 12, self.line_label, BOLD, ha="center")

    def _event(self, board: Board, across: Scale, event: Event, y: float) -> None:
        """Draw an event: a mark, or a bar with a ring where its end is open."""
        start, end = across(event.start), across(event.end)
        mark: dict[str, Any] = {"hollow": event.hollow, "size": 10}
        mark["shape"] = self._shape(event.kind) if event.kind else "o"
        if event.is_open:
            board.rule((start, end), (y, y), "ink", 3)
            board.rule((end, across.end), (y, y), "ink", 2, ls=(0, (1, 1.6)))
            board.mark(across.end + 4, y, shape=">")
            board.mark(end, y, hollow=True, size=11, zorder=5)
        elif end - start > 5:
            box = (start, y - 4, end, y + 4)
            fill, edge = ("bg", "ink") if event.hollow else ("ink", "")
            board.tile(box, fill, edge=edge)
            if len(self.kinds) > 1:
                board.mark((start + end) / 2, y, **mark | {"hollow": True})
        else:
            board.mark((start + end) / 2, y, **mark)

    def _shape(self, kind: str) -> str:
        return SHAPES[self.kinds.index(kind) % len(SHAPES)]


def _write(board: Board, note: Note, y: float) -> None:
    """Write a label, with a thin line to it if it stands apart from its lane."""
    side, lines = (1 if note.slot > 0 else -1), note.text.split("\n")
    near = y - side * (CLEAR + SLOT * (abs(note.slot) - 1))
    if abs(note.slot) > 1:
        board.rule((note.anchor, note.anchor), (y - 7 * side, near), "axis")
    first = near - SLOT * (len(lines) - 1) if side > 0 else near + SMALL.size
    x = note.x + SMALL.wide(note.text) / 2
    for n, line in enumerate(lines):
        y = first - 1 + SLOT * n
        board.write(x, y, line, SMALL, ha="center", halo=True)
