"""Figures: two drawings, a picture, a text alternative and the data behind them."""

import base64
import hashlib
import io
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from numbers import Real
from typing import Any, NotRequired, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas
from PIL import Image

from thirdneighbor.bundles import BRIEF, MIME
from thirdneighbor.charts.style import NARROW, WIDTH, fold, house
from thirdneighbor.charts.svg import clean
from thirdneighbor.palette import colour

DRAWING = "application/vnd.thirdneighbor.{}+svg"
BOUNDS = "Bounds from rounding, not a confidence interval."
MARGIN = 28
COLOURS = 64  # the palette and the edges of its letters: a third of the bytes of a full picture
HEADINGS = {
    "lo": "lower bound",
    "hi": "upper bound",
    "lo_open": "lower bound excluded",
    "hi_open": "upper bound excluded",
    "n_sources": "sources",
}
Cell = str | float | int | None
Painter = Callable[..., None]


class Words(TypedDict):
    """The words around a drawing: what every chart function takes by keyword."""

    title: str
    subtitle: str
    note: str
    sources: Sequence[str]
    n: NotRequired[int | str]


@dataclass(frozen=True)
class Figure:
    """A finished figure.

    Attributes
    ----------
    title, subtitle, alt, note : str
        Finding; quantity, unit, year and n; text alternative; note.
    sources : tuple of str
        Source ids.
    columns, data : tuple
        Column headings and rows of the drawn data.
    wide, narrow : str
        Drawings for 680 and 343 pixels, ready to stand inside a page.
    picture : callable
        Makes `png`: title, subtitle and the wide drawing as a picture at double size.

    In a sweep, which keeps verdicts only, the drawings and the picture are empty.
    """

    title: str
    subtitle: str
    alt: str
    note: str
    sources: tuple[str, ...]
    columns: tuple[str, ...]
    data: tuple[tuple[Cell, ...], ...]
    wide: str = field(repr=False)
    narrow: str = field(repr=False)
    picture: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def png(self) -> bytes:
        """The picture for Jupyter; pages do without."""
        return self.picture()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return the figure for pages, the picture for Jupyter, and the text for the rest."""
        record = {k: v for k, v in vars(self).items() if k not in ("wide", "narrow", "picture")}
        return {
            MIME.format("figure"): json.loads(json.dumps(record)),
            DRAWING.format("wide"): self.wide,
            DRAWING.format("narrow"): self.narrow,
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": self.text(),
        }

    def text(self) -> str:
        """Return the text alternative and the data as plain text, a row to a line."""
        rows = [self.columns, *self.data]
        lines = [" | ".join("" if cell is None else str(cell) for cell in row) for row in rows]
        return "\n".join([self.alt, "", *lines])


def draw(
    painter: Painter,
    frame: pd.DataFrame,
    words: Words,
    *,
    height: tuple[float, float],
    alt: str,
    **options: Any,
) -> Figure:
    """Draw a frame on both art-boards.

    Parameters
    ----------
    painter : Painter
        Draws the frame on an axes; ``narrow`` tells it which board.
    frame : DataFrame
        What is drawn, which is also what the data table shows.
    words : Words
        Title, subtitle (quantity, unit, year; "n = ..." is added if it lacks it), note, source
        ids, and ``n`` if it is not the number of rows.
    height : tuple of float
        Pixels of the wide and of the narrow board.
    alt : str
        Text alternative.
    **options
        Passed to the painter.

    Returns
    -------
    Figure
        The finished figure.
    """
    title, subtitle, note = words["title"], words["subtitle"], words["note"]
    if "n = " not in subtitle:
        subtitle = f"{subtitle}; n = {words.get('n', len(frame))}"
    columns, data = table(frame)
    sources = tuple(words["sources"])
    if os.environ.get(BRIEF):
        return Figure(title, subtitle, alt, note, sources, columns, data, "", "", bytes)
    content = json.dumps([title, subtitle, alt, columns, data], ensure_ascii=False)
    key = f"f{hashlib.sha256(content.encode()).hexdigest()[:6]}"
    drawings: list[str] = []
    with house():
        for board, width, tall in (("narrow", NARROW, height[1]), ("wide", WIDTH, height[0])):
            canvas = paint(painter, frame, (width, tall), narrow=board == "narrow", **options)
            drawings.append(clean(_svg(canvas), prefix=f"{key}{board[0]}", alt=alt))
    narrow, wide = drawings
    picture = partial(_picture, title, subtitle, canvas)
    return Figure(title, subtitle, alt, note, sources, columns, data, wide, narrow, picture)


def paint(
    painter: Painter,
    frame: pd.DataFrame,
    size: tuple[float, float],
    *,
    narrow: bool,
    **options: Any,
) -> Canvas:
    """Return one art-board, drawn without pyplot so that no backend is involved."""
    canvas = Canvas(figsize=(size[0] / 72, size[1] / 72), dpi=72)
    canvas.patch.set_visible(False)
    painter(canvas.add_axes((0, 0, 1, 1)), frame, narrow=narrow, **options)
    return canvas


def table(frame: pd.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Return the headings and rows of the data table: rounded numbers, words for the rest."""
    columns = tuple(HEADINGS.get(str(name), str(name).replace("_", " ")) for name in frame.columns)
    rows = frame.itertuples(index=False, name=None)
    return columns, tuple(tuple(_cell(value) for value in row) for row in rows)


def need(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the frame with rows numbered from 0, once it has rows and these columns."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"the chart needs the columns {columns}; missing: {missing}")
    if frame.empty:
        raise ValueError("the chart has no rows to draw")
    return frame.reset_index(drop=True)


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a frame, each with its values as attributes."""
    return iter(frame.itertuples())


def sentence(*parts: str) -> str:
    """Join the parts of a note, each once, with full stops."""
    kept: list[str] = []
    for part in filter(None, (part.strip() for part in parts)):
        if not any(part in other for other in kept):
            kept.append(part if part.endswith((".", "!", "?")) else f"{part}.")
    return " ".join(kept)


def _cell(value: Any) -> Cell:
    """Return one value of the data table."""
    if pd.isna(value):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, Real):
        return str(value)
    if math.isinf(value):
        return "unbounded"
    short = float(f"{float(value):.10g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _svg(canvas: Canvas) -> str:
    """Return the SVG file of an art-board."""
    target = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    canvas.savefig(target, format="svg", metadata=nothing)
    return target.getvalue()


def _picture(title: str, subtitle: str, canvas: Canvas) -> bytes:
    with house():
        return _stacked(_caption(title, subtitle), _pixels(canvas))


def _caption(title: str, subtitle: str) -> Image.Image:
    """Return title and subtitle as a picture, for readers who see no page around the drawing."""
    lines = [(line, 600, 16, "ink") for line in fold(title, WIDTH - 90, bold=True).split("\n")]
    lines += [(line, 400, 13, "muted") for line in fold(subtitle, WIDTH - 20).split("\n")]
    height = 24 * len(lines)
    canvas = Canvas(figsize=(WIDTH / 72, height / 72), dpi=72)
    for place, (text, weight, size, ink) in enumerate(lines, 1):
        style: dict[str, Any] = {"weight": weight, "size": size, "color": colour(ink)}
        canvas.text(0, 1 - (24 * place - 7) / height, text, **style)
    return _pixels(canvas)


def _stacked(*parts: Image.Image) -> bytes:
    """Return pictures of the same width below each other, with a margin for dark surroundings."""
    size = (parts[0].width + 2 * MARGIN, sum(part.height for part in parts) + 2 * MARGIN)
    whole, top = Image.new("RGB", size, colour("bg")), MARGIN
    for part in parts:
        whole.paste(part, (MARGIN, top))
        top += part.height
    target = io.BytesIO()
    few = whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, format="png")
    return target.getvalue()


def _pixels(canvas: Canvas) -> Image.Image:
    """Return an art-board as a picture at double size on the page colour."""
    target = io.BytesIO()
    canvas.patch.set_visible(True)
    canvas.savefig(target, format="rgba", dpi=144, facecolor=colour("bg"))
    size = tuple(round(2 * 72 * inches) for inches in canvas.get_size_inches())
    return Image.frombytes("RGBA", size, target.getvalue()).convert("RGB")
