"""Tables of tiles: words, answers or verdicts, a row for each case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path

from asprinted.charts import style
from asprinted.charts.figure import Figure, make, said
from asprinted.charts.style import BOLD, PLAIN, SMALL, Board, Box
from asprinted.palette import VERDICTS, colour
from asprinted.verdicts import SHORT

LOOKS: dict[str, dict[str, Any]] = {
    "dark": {"fill": "ink"},
    "mid": {"fill": "step-2"},
    "pale": {"fill": "panel", "edge": "grid", "width": 1},
    "hatched": {"fill": "bg", "edge": "axis", "hatch": style.HATCH, "width": 1},
    "empty": {"fill": "bg", "edge": "axis", "width": 1},
    "half": {"edge": "grid", "width": 1},
    **{code: {"fill": f"{token}-tint"} for code, token in VERDICTS.items()},
}
KINDS = {
    **dict.fromkeys(("yes", "+", "for", "in favour"), "dark"),
    **dict.fromkeys(("no", "against", "−"), "empty"),
    **dict.fromkeys(("?", "±"), "hatched"),
    **dict.fromkeys(("abstain", "abstained"), "mid"),
    **dict.fromkeys(("", "absent", "silent"), "blank"),
    **{code: code for code in VERDICTS},
}
INKS = {"dark": "cell-high", "blank": "muted"}
GAP = 18.0
INSET = 1.5
WIDEST = 118.0
_ANGLES = np.linspace(0, 2 * np.pi, 19)[:-1]
_DASHES = np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])
_RING, _SLASH = Path.unit_circle(), Path([(-0.7, -0.7), (0.7, 0.7)])
DASHED = Path(_DASHES, [Path.MOVETO, Path.LINETO] * 9)
STRUCK = Path.make_compound_path(_RING, _SLASH)
DOTTED = Path.make_compound_path(_RING, Path.circle(radius=0.18))
SIGNS = {
    **{"follows": "o", "open": MarkerStyle("o", fillstyle="left")},
    **{"ruled_out": STRUCK, "opposed": STRUCK, "supported": DOTTED},
    **{"no_figure": DASHED, "undecided": DASHED},
}


def tiles(
    frame: pd.DataFrame,
    *,
    kinds: Mapping[str, str] | None = None,
    outcome: str | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    halves: tuple[str, str] | None = None,
    key: Mapping[str, str] | None = None,
    **words: Any,
) -> Figure:
    """Draw a table of words as tiles.

    Parameters
    ----------
    frame : DataFrame
        Index: rows; columns: heads; cells: words, verdict codes, or two of them divided
        by a bar (``"follows|open"``). An empty cell leaves a blank.
    kinds : mapping of str to str, optional
        How a word is drawn: dark, mid, pale, hatched, empty or blank.
    outcome : str, optional
        A column that is set off and framed.
    groups : mapping of str to sequence of str, optional
        Columns under a common heading, groups apart from each other.
    halves : tuple of str, optional
        What the left and the right half of a tile mean.
    key : mapping of str to str, optional
        Words of tiles and what they mean, written below.
    **words
        What `make` takes: ``title``, ``subtitle``, and so on.

    Examples
    --------
    >>> frame = pd.DataFrame({"army": ["yes", "no"]}, index=["one", "two"])
    >>> tiles(frame, title="Only one has an army", subtitle="Two cases").data
    (('one', 'yes'), ('two', 'no'))
    """
    if frame.empty:
        raise ValueError("the chart has no rows to draw")
    cells = frame.map(said).replace("-", "−")
    cells = cells.set_axis([str(name) for name in frame.columns], axis=1)
    looks = {**KINDS, **(kinds or {})}
    unknown = {part for cell in cells.to_numpy().flat for part in cell.split("|")}
    if unknown - set(looks):
        raise ValueError(f"say in kinds how to draw {sorted(unknown - set(looks))}")
    notes = [f"Left half: {halves[0]}; right half: {halves[1]}."] if halves else []
    notes += [f"{word}: {meaning}" for word, meaning in (key or {}).items()]
    chart = Tiles(cells, looks, outcome, groups or {}, notes)
    listed = cells.reset_index(names=frame.index.name or "row")
    facts = [_fact(name, row) for name, row in cells.iterrows()]
    return make(chart.draw, listed, "Table of tiles.", facts, **words)


def _fact(name: Any, row: pd.Series) -> str:
    """Return one row as a sentence of the text alternative."""
    told = [f"{head} {word.replace('|', ' / ')}" for head, word in row.items() if word]
    return f"{name}: {', '.join(told).replace('_', ' ') or 'nothing'}."


@dataclass(frozen=True)
class Plan:
    """How a table of tiles fits a board: folded words, and sizes in pixels."""

    labels: list[str]
    heads: list[str]
    letters: str
    places: list[float]
    cell: float
    tops: list[float]
    lifts: list[float]


@dataclass(frozen=True)
class Tiles:
    """Words and signs in a grid."""

    cells: pd.DataFrame
    looks: dict[str, str]
    outcome: str | None
    groups: Mapping[str, Sequence[str]]
    notes: list[str]

    def draw(self, width: float, narrow: bool) -> Board:
        """Return the chart on a board."""
        plan = self._plan(width, narrow)
        notes = [plan.letters, *self.notes] if plan.letters else self.notes
        folded = "\n".join(SMALL.fold(note, width) for note in notes)
        lines = folded.split("\n") if folded else []
        seen = "|".join(self.cells.to_numpy().flat).split("|")
        codes = {SHORT[code]: code for code in VERDICTS if code in seen}
        tall = style.swatches(codes, width) + 6 * bool(codes)
        top, bottom = plan.tops[0], plan.tops[-1]
        board = Board(width, bottom + 8 + tall + 16 * len(lines) + 4 * bool(lines))
        for place, head in zip(plan.places, plan.heads, strict=True):
            y = top - 8 - 16 * head.count("\n")
            board.write(place + plan.cell / 2, y, head, SMALL, ha="center")
        for n, label in enumerate(plan.labels):
            y, below, face = plan.tops[n], plan.tops[n + 1], PLAIN
            middle = (y + below) / 2
            if narrow and plan.lifts[n]:
                middle, face = y + 2 + PLAIN.tall(label) / 2, BOLD
            board.write(0, middle, label, face, middle=True)
        boxes = sorted(self._boxes(plan))
        for kind, word, box in boxes:
            _tile(board, kind, word, box)
        for code in codes.values():
            _sign(board, code, *(box for _, word, box in boxes if word == code))
        if self.outcome:
            left = plan.places[list(self.cells).index(self.outcome)]
            frame = (left - 2, top - 2, left + plan.cell + 2, bottom + 2)
            board.tile(frame, "", "ink", zorder=5)
        self._group_heads(board, plan)

        def sample(name: str, box: Box) -> None:
            _sign(board, codes[name], box)

        style.swatches(codes, width, board, bottom + 12, sample)
        for n, line in enumerate(lines):
            y = bottom + 22 + tall + 16 * n
            board.write(0, y, line, SMALL, "muted")
        return board

    def _plan(self, width: float, narrow: bool) -> Plan:
        """Fit the table to a board.

        On the narrow board the row labels move above their tiles if words would not fit
        beside them. Heads that are still too long become letters with a key.
        """
        names, rows = list(map(str, self.cells)), self.cells.to_numpy()
        beside = 100 if narrow else 210
        labels = [PLAIN.fold(str(name), beside) for name in self.cells.index]
        left = max(map(PLAIN.wide, labels)) + 14
        firsts = [members[0] for members in self.groups.values()]
        gaps = [GAP * (name in (self.outcome, *firsts)) for name in names]
        gaps[0] = 0.0
        room = width - 3 - sum(gaps)
        cell = min((room - left) / len(names), WIDEST)
        stacked = narrow and not _fits([*names, *map(_plain, rows.flat)], cell)
        if stacked:
            labels = [PLAIN.fold(str(name), width) for name in self.cells.index]
            left, cell = 0.0, room / len(names)
        heads, letters = [SMALL.fold(name, cell - 1) for name in names], ""
        if not _fits(names, cell + 3):
            heads = list(ascii_uppercase[: len(names)])
            pairs = zip(heads, names, strict=True)
            letters = "; ".join(f"{letter}: {name}" for letter, name in pairs) + "."
        places = [left + sum(gaps[: n + 1]) + cell * n for n in range(len(names))]
        above = 24.0 if self.groups else 4.0
        tops = [above + 16 * (max(head.count("\n") for head in heads) + 1) + 8]
        for row, label in zip(rows, labels, strict=True):
            inside = max(_folded(word, cell - 8).count("\n") for word in row)
            own = label.count("\n")
            lines = inside + 1.4 + own if stacked else max(inside, own)
            tops.append(tops[-1] + 16 * lines + 36)
        lifts = [(PLAIN.tall(label) + 6) * stacked for label in labels]
        return Plan(labels, heads, letters, places, cell, tops, lifts)

    def _boxes(self, plan: Plan) -> Iterable[tuple[str, str, Box]]:
        """Return each tile, or half of one: its look, its word and its box."""
        for n, row in enumerate(self.cells.to_numpy()):
            top, bottom = plan.tops[n] + plan.lifts[n] + INSET, plan.tops[n + 1] - INSET
            for place, cell in zip(plan.places, row, strict=True):
                parts = cell.split("|")
                step = (plan.cell - 2 * INSET) / len(parts)
                for count, word in enumerate(parts):
                    left = place + INSET + step * count
                    right = left + step - (count + 1 < len(parts))
                    half = len(parts) > 1 and not word
                    kind = "half" if half else self.looks[word]
                    yield kind, word, (left, top, right, bottom)

    def _group_heads(self, board: Board, plan: Plan) -> None:
        """Write headings of column groups, each over a rule as wide as its columns."""
        names = list(self.cells)
        for head, members in self.groups.items():
            places = [plan.places[names.index(name)] for name in members]
            start, end = min(places) + INSET, max(places) + plan.cell - INSET
            board.rule((start, end), (20, 20), "ink")
            middle = (start + end) / 2
            board.write(middle, 13, head, style.SMALL_BOLD, ha="center")


def _fits(words: Sequence[str], cell: float) -> bool:
    """Return whether words, folded, fit a cell in at most four lines."""
    folded = [SMALL.fold(word, cell - 4) for word in words]
    wide = max(SMALL.wide(word) for word in folded)
    return wide <= cell - 4 and all(word.count("\n") < 4 for word in folded)


def _plain(word: str) -> str:
    """Return the word that a tile prints; verdict codes are drawn as signs."""
    return "" if set(word.split("|")) <= {*VERDICTS, ""} else word


def _folded(word: str, room: float) -> str:
    return SMALL.fold(_plain(word), room)


def _tile(board: Board, kind: str, word: str, box: Box) -> None:
    """Draw one tile with its word or sign."""
    if kind in LOOKS:
        board.tile(box, **LOOKS[kind])
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    shown = _folded(word, box[2] - box[0] - 5)
    if kind == "hatched":
        wide, tall = SMALL.wide(shown) / 2 + 5, 8 + 8 * shown.count("\n")
        board.tile((x - wide, y - tall, x + wide, y + tall), "bg", zorder=4)
    ink = INKS.get(kind, "ink")
    board.write(x, y, shown, SMALL, ink, ha="center", middle=True)


def _sign(board: Board, code: str, *boxes: Box) -> None:
    """Draw the sign of a verdict in boxes: a disc, or a half, struck or dotted ring."""
    x = [(left + right) / 2 for left, _, right, _ in boxes]
    y = [(top + bottom) / 2 for _, top, _, bottom in boxes]
    ink, ground = colour(code), colour(LOOKS[code]["fill"])
    fill = ink if code in ("follows", "open") else ground
    look: dict[str, Any] = {"ms": 8.5, "mew": 1.5, "mec": ink, "mfc": fill}
    look |= {"markerfacecoloralt": ground, "marker": SIGNS[code], "ls": ""}
    board.sheet.plot(x, y, clip_on=False, zorder=6, **look)
