"""Figures: two drawings, a picture, a text alternative and the data behind them."""

import base64
import hashlib
import io
import json
import math
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from asprinted.charts import style
from asprinted.charts.style import MAIN, NARROW, PLAIN, WIDE, Board, Face
from asprinted.intervals import UNITS, Interval
from asprinted.notebook import DRAWING, MIME
from asprinted.palette import colour
from asprinted.svg import clean

BRIEF: ContextVar[bool] = ContextVar("brief", default=False)
MARGIN = 24
DPI = 144
TITLE = Face(17, True)
COLOURS = 64  # the palette and the edges of its letters: a third of the bytes
ALT_LEAST, ALT_MOST = 100, 300
TOLD = ("title", "subtitle", "alt", "note", "sources", "columns", "data", "main")
BOUNDS = ["lo", "hi", "lo_open", "hi_open", "point"]
NUMBERS = frozenset(("lo", "hi", "point", "value", "reference", "second"))
HEADINGS = {
    "lo": "lower bound",
    "hi": "upper bound",
    "lo_open": "lower bound excluded",
    "hi_open": "upper bound excluded",
    "sub": "as printed",
    "shown": "in words",
    "hollow": "hollow mark",
    "hatched": "on a condition",
    "untested": "not tested",
}
Cell = str | float | int | None


@dataclass(frozen=True)
class Figure:
    """A finished figure, drawn when it is shown.

    Attributes
    ----------
    title, subtitle, alt, note : str
        Finding; quantity, unit, year and n; text alternative; note.
    sources : tuple of str
        Source ids.
    columns, data : tuple
        Headings and rows of what is drawn.
    main : bool
        Whether the wide drawing spans the page.
    draw : callable
        Takes a width and whether it is the narrow board, and returns the board.
    brief : bool
        Whether nothing is drawn (`BRIEF`).
    """

    title: str
    subtitle: str
    alt: str
    note: str
    sources: tuple[str, ...]
    columns: tuple[str, ...]
    data: tuple[tuple[Cell, ...], ...]
    main: bool
    draw: Callable[[float, bool], Board] = field(repr=False, compare=False)
    brief: bool = field(default=False, repr=False, compare=False)

    def drawn(self) -> "Figure":
        """Return the figure with the drawings that a brief run leaves out."""
        return replace(self, brief=False)

    @cached_property
    def wide(self) -> str:
        """The wide drawing, ready to stand inside a page."""
        return self._drawing(MAIN if self.main else WIDE, "w")

    @cached_property
    def narrow(self) -> str:
        """The narrow drawing."""
        return self._drawing(NARROW, "n")

    def _drawing(self, width: float, size: str) -> str:
        content = json.dumps(list(self.record().values()), ensure_ascii=False)
        key = hashlib.sha256(content.encode()).hexdigest()[:6]
        if self.brief:
            return ""
        with style.house():
            raw = _svg(self.draw(width, size == "n"))
        return clean(raw, prefix=f"f{key}{size}", alt=self.alt)

    def png(self) -> bytes:
        """Return title, subtitle and the wide drawing as a picture at double size."""
        if self.brief:
            return b""
        with style.house():
            board = self.draw(MAIN if self.main else WIDE, False)
            return _picture(board, self.title, self.subtitle)

    def record(self) -> dict[str, Any]:
        """Return what a page needs beside the drawings, as JSON."""
        return json.loads(json.dumps({name: getattr(self, name) for name in TOLD}))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Return the figure for pages, a picture for JupyterLab, text for the rest."""
        bundle = {MIME.format("figure"): self.record(), "text/plain": self.text()}
        if self.brief:
            return bundle, {}
        bundle[DRAWING.format("wide")] = self.wide
        bundle[DRAWING.format("narrow")] = self.narrow
        bundle["image/png"] = base64.b64encode(self.png()).decode("ascii")
        return bundle, {"image/png": {"alt": self.alt}}

    def text(self) -> str:
        """Return the text alternative and the data as plain text, a row to a line."""
        rows = [self.columns, *self.data]
        lines = [" | ".join("" if c is None else str(c) for c in row) for row in rows]
        return "\n".join([self.title, self.alt, "", *lines])


def make(
    draw: Callable[[float, bool], Board],
    frame: pd.DataFrame,
    kind: str,
    facts: Sequence[str],
    unit: str = "",
    scaled: Collection[str] = (),
    *,
    title: str,
    subtitle: str,
    note: str = "",
    sources: Sequence[str] = (),
    alt: str = "",
    main: bool = False,
) -> Figure:
    """Return a figure; ``frame`` is its data table.

    ``kind`` and ``facts`` make the text alternative if ``alt`` is empty; ``scaled`` are
    columns of the table that have the unit, beside the usual ones.
    """
    columns, data = table(frame, unit, scaled)
    alt = alt or alt_text(kind, facts, subtitle, title)
    told = (title, subtitle, alt, note, tuple(sources), columns, data, main)
    return Figure(*told, draw, BRIEF.get())


def prepare(
    frame: pd.DataFrame,
    needed: Sequence[str],
    known: Sequence[str] = (),
    numbers: Collection[str] = (),
) -> pd.DataFrame:
    """Return the columns that a chart knows, with plain numbers.

    A column ``quantity`` becomes ``lo``, ``hi`` and whether they are open. ``numbers``
    are columns of numbers beside the usual ones.

    Raises
    ------
    ValueError
        If a column is missing or there is no row.
    """
    frame = frame.reset_index(drop=True)
    words = [isinstance(value, str) for value in frame.get("quantity", ())]
    if not all(words):  # in a frame of figures the column holds codes
        ends = [_ends(value) for value in frame.pop("quantity")]
        rest = frame[[name for name in frame if name not in BOUNDS]]
        frame = rest.join(pd.DataFrame(ends, columns=BOUNDS))
    missing = [name for name in needed if name not in frame]
    if missing:
        raise ValueError(
            f"the chart needs the columns {', '.join(needed)}; it lacks {missing}"
        )
    if frame.empty:
        raise ValueError("the chart has no rows to draw")
    kept = frame[[name for name in frame if name in {*needed, *known}]].copy()
    for name in kept.columns.intersection([*NUMBERS, *numbers]):
        kept[name] = [to_number(value) for value in kept[name]]
    return kept


def _ends(value: Any) -> tuple[float, float, bool, bool, float]:
    """Return the bounds of a quantity and no point, or nothing where there is none."""
    known = getattr(value, "known_bounds", None)
    bounds = value if isinstance(value, Interval) else known
    if bounds is None:
        return math.nan, math.nan, False, False, math.nan
    return float(bounds.lo), float(bounds.hi), bounds.lo_open, bounds.hi_open, math.nan


def to_number(value: Any) -> float:
    """Return a number as a float, a quantity as its point, and None as NaN."""
    if isinstance(value, Interval):
        return float(value.middle)
    point = getattr(value, "point", value)
    return math.nan if point is None else float(point)


def ends_of(
    frame: pd.DataFrame, limits: style.Span | None, *more: float, **scale: bool
) -> style.Span:
    """Return the ends of an axis: the given ones, or round ones around all numbers."""
    numbers = frame[frame.columns.intersection([*NUMBERS])].to_numpy(float)
    return limits or style.limits_around([*numbers.flat, *more], **scale)


def rows(frame: pd.DataFrame, **missing: Any) -> Iterator[Any]:
    """Return the rows with their values as attributes; absent columns get a value."""
    spare = {name: value for name, value in missing.items() if name not in frame}
    return iter(frame.assign(**spare).itertuples())


def said(value: Any) -> str:
    """Return a text cell, empty where the frame says nothing."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def yes(value: Any) -> bool:
    """Return whether a cell holds a true value; a missing one is not."""
    return bool(said(value)) and value not in (False, "False")


def table(
    frame: pd.DataFrame, unit: str, scaled: Collection[str]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Return headings and rows of the data table; shares stand as per cent."""
    factor, before, after, *_ = UNITS.get(unit, (1, "", ""))
    mark = (before + after).strip()
    heads, columns = [], []
    for name in frame.columns:
        has_unit = name in NUMBERS or name in scaled
        head = HEADINGS.get(str(name), str(name).replace("_", " "))
        heads.append(f"{head} ({mark})" if has_unit and mark else head)
        columns.append([_cell(v, factor if has_unit else 1) for v in frame[name]])
    return tuple(heads), tuple(zip(*columns, strict=True))


def _cell(value: Any, factor: float) -> Cell:
    """Return one value of the data table."""
    if not said(value):
        return None
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, Real):
        return str(value)
    if math.isinf(value):
        return "no end"
    short = float(f"{float(value) * factor:.10g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def alt_text(kind: str, facts: Sequence[str], *rest: str) -> str:
    """Return the chart type and as many facts as fit into 100 to 300 characters."""
    result = kind
    for fact in filter(None, facts):
        room = ALT_MOST - len(result) - 1
        if len(fact) <= room:
            result += f" {fact}"
        elif result == kind:
            result += " " + textwrap.shorten(fact, room, placeholder=" …")
    for more in rest:
        if len(result) < ALT_LEAST:
            result = f"{result} {more}."[:ALT_MOST]
    return result


def _svg(board: Board) -> str:
    """Return the SVG file of a board."""
    target = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    board.canvas.savefig(target, format="svg", metadata=nothing)
    return target.getvalue()


def _picture(board: Board, title: str, subtitle: str) -> bytes:
    """Return a board below its title, with a margin for dark surroundings."""
    title = TITLE.fold(title, board.width)
    below = PLAIN.fold(subtitle, board.width)
    head = TITLE.tall(title) + PLAIN.tall(below) + 12
    board.write(0, TITLE.size - head, title, TITLE)
    board.write(0, TITLE.tall(title) + PLAIN.size - head, below, ink="muted")
    board.widen(MARGIN, head)
    board.canvas.set(dpi=DPI, facecolor=colour("bg"))
    drawn = FigureCanvasAgg(board.canvas)
    drawn.draw()
    picture = Image.fromarray(np.asarray(drawn.buffer_rgba())).convert("RGB")
    plain: Any = {"method": Image.Quantize.FASTOCTREE, "dither": Image.Dither.NONE}
    target = io.BytesIO()
    picture.quantize(COLOURS, **plain).save(target, format="png", optimize=True)
    return target.getvalue()
