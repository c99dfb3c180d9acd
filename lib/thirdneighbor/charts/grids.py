"""Charts made of cells: truth table and its rows, and heat map."""

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import Figure, Words, draw, need, sentence
from thirdneighbor.charts.style import NARROW, NOTE, PLATE, SMALL, WIDTH, Pair, fold, text_px, write
from thirdneighbor.palette import STEPS, colour

TILES = {
    "yes": ("step-5", "cell-high", ""),
    **dict.fromkeys(("no", ""), ("bg", "ink", "")),
    "?": ("bg", "ink", "////"),
    "+": ("certain-tint", "certain", ""),
    "±": ("consistent-tint", "consistent", ""),
    "−": ("contradicted-tint", "contradicted", ""),
}
KINDS = {"held": "yes", "possible": "?", "empty": ""}
GAP = 16


class Grid(NamedTuple):
    """The words beside the cells of one board, and the sizes of the cells in pixels."""

    rows: list[str]
    heads: list[str]
    key: str
    left: float
    cell: float
    step: float
    gap: float
    top: float
    foot: float


def tiles(frame: pd.DataFrame, *, outcome: bool = True, **words: Unpack[Words]) -> Figure:
    """Draw a truth table, or an evidence matrix, as tiles.

    Parameters
    ----------
    frame : DataFrame
        Index: cases; columns: conditions; cells "yes", "no", "?" (or "+", "±", "−", "").
    outcome : bool
        Whether the last column is the outcome, to be set off and framed.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    flat = _flat(frame.fillna("?").replace({"-": "−"}), "case")
    cells = flat.iloc[:, 1:]
    if not cells.isin(list(TILES)).all(axis=None):
        raise ValueError(f"a tile holds one of {list(TILES)}")
    if (cells == "?").any(axis=None):
        words["note"] = sentence("A hatched tile with a question mark: not known.", words["note"])
    met = cells.isin(["yes", "+"])
    if outcome:
        kind = "Tile table of cases by conditions; it lists the cases with a yes."
        facts = [
            f"{style.brief(name)}: {style.brief(', '.join(flat['case'][met[name]]), 160)}."
            for name in reversed(cells.columns)
            if met[name].any()
        ]
    else:
        kind = "Matrix of marks, a row for each case."
        order = met.sum().sort_values(ascending=False, kind="stable").index
        facts = [f"Columns, from most to fewest with a plus: {style.brief(', '.join(order), 200)}."]
    plans = [_plan(flat, narrow, gap=GAP * outcome) for narrow in (False, True)]
    height, alt = _heights(plans, 6), style.alt_text(kind, *facts)
    return draw(_tiles, flat, words, height=height, alt=alt, plans=plans, outcome=outcome)


def heatmap(
    frame: pd.DataFrame,
    *,
    row_title: str,
    column_title: str,
    edges: Sequence[float] | None = None,
    decimals: int = 1,
    reverse: bool = False,
    **words: Unpack[Words],
) -> Figure:
    """Draw numbers as cells in five ordered steps, with "never" for infinite ones.

    Parameters
    ----------
    frame : DataFrame
        Index and columns: values of two parameters; cells: numbers, ``inf`` for never.
    row_title, column_title : str
        Axis titles, above and below.
    edges : sequence of float, optional
        The four limits between the steps; fifths of the distinct values if not given.
    decimals : int
        Decimals of the printed values.
    reverse : bool
        Whether low values get the strongest step.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    flat = _flat(frame, row_title)
    values = flat.iloc[:, 1:].to_numpy(dtype=float).round(decimals)
    finite = values[np.isfinite(values)]
    if edges is None:
        edges = np.quantile(np.unique(finite), [0.2, 0.4, 0.6, 0.8]) if finite.size else [0.0]
    facts = []
    for name, ends in (("Lowest", finite.min), ("Highest", finite.max)) if finite.size else ():
        row, column = np.argwhere(values == ends())[0]
        where = f"{flat.iloc[row, 0]} by {flat.columns[column + 1]}"
        facts.append(f"{name} value {style.number(values[row, column], decimals)}, at {where}.")
    facts += ["Some cells are never reached."] if np.isinf(values).any() else []
    kind = f"Heat map: {style.brief(row_title, 40)} by {style.brief(column_title, 40)}."
    words.setdefault("n", values.size)
    plans = [_plan(flat, narrow) for narrow in (False, True)]
    height, alt = _heights(plans, 46), style.alt_text(kind, *facts)
    steps = np.digitize(values, list(edges))
    steps = len(edges) - steps if reverse else steps
    texts = flat.iloc[:, 1:].map(lambda value: style.cell(value, decimals)).to_numpy()
    options = {"plans": plans, "cells": (steps, texts), "title": column_title}
    return draw(_heatmap, flat, words, height=height, alt=alt, **options)


def remainders(frame: pd.DataFrame, **words: Unpack[Words]) -> Figure:
    """Draw the rows of a truth table as a grid of cells: filled, shaded or empty.

    Parameters
    ----------
    frame : DataFrame
        Index and columns: values of two groups of conditions; cells: codes of the cases in that
        row of the truth table, with a question mark where it is one of several, or nothing.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    flat = _flat(frame, "conditions")
    cells = flat.iloc[:, 1:].to_numpy()
    words.setdefault("n", cells.size)
    key = "Dark: a case; hatched: a case may stand there; empty: no case can"
    words["note"] = sentence(key, words["note"])
    rows = zip(flat.iloc[:, 0], cells, strict=True)
    facts = [f"{name}: {', '.join(cell or 'none' for cell in row)}." for name, row in rows]
    plans = [_plan(flat, narrow) for narrow in (False, True)]
    alt = style.alt_text("Grid of the rows of a truth table.", *facts)
    return draw(_remainders, flat, words, height=_heights(plans, 6), alt=alt, plans=plans)


def _flat(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a matrix with its index as the first column, and text for headings."""
    flat = need(frame.rename_axis(None, axis=1).reset_index(names=name))
    return flat.set_axis([str(column) for column in flat.columns], axis=1)


def _plan(flat: pd.DataFrame, narrow: bool, *, gap: float = 0) -> Grid:
    """Fit a grid to a board; headings that do not fit their column become letters with a key."""
    width, names, key = NARROW if narrow else WIDTH, list(flat.columns[1:]), ""
    rows = [fold(str(name), 96 if narrow else 200) for name in flat.iloc[:, 0]]
    left = max(text_px(name) for name in rows) + 14
    cell = min((width - left - gap - 4) / len(names), 112.0)
    heads = [fold(name, cell - 4, size=SMALL) for name in names]
    if any(text_px(head, size=SMALL) > cell - 4 or head.count("\n") > 3 for head in heads):
        heads = list(ascii_uppercase[: len(names)])
        pairs = zip(heads, names, strict=True)
        key = "\n".join(fold(f"{head}: {name}", width - 4, size=SMALL) for head, name in pairs)
    step = 34.0 + 16 * max(name.count("\n") for name in rows)
    top = 22.0 + 15 * max(head.count("\n") for head in heads)
    foot = 15.0 * (key.count("\n") + 1) + 8 if key else 0.0
    return Grid(rows, heads, key, left, cell, step, gap / cell, top, foot)


def _heights(plans: list[Grid], room: float) -> Pair:
    """Return the heights of both boards in pixels."""
    wide, slim = (room + plan.top + plan.step * len(plan.rows) + plan.foot for plan in plans)
    return wide, slim


def _lay(ax: Axes, plan: Grid, *, top: float, bottom: float) -> None:
    """Lay out a grid: one unit of the axes is one cell."""
    across = len(plan.heads) + plan.gap
    right = style.extent(ax)[0] - plan.left - across * plan.cell
    style.board(ax, left=plan.left, right=right, top=top, bottom=bottom)
    ax.set(xlim=(0, across), ylim=(len(plan.rows), 0), xticks=[], yticks=[])
    for place, name in enumerate(plan.rows):
        write(ax, 0, place + 0.5, name, across="px")


def _tile(ax: Axes, x: float, y: float, plan: Grid, **look: Any) -> None:
    """Draw one cell with a gap of three pixels between neighbours."""
    inset, drop = 1.5 / plan.cell, 1.5 / plan.step
    size = (1 - 2 * inset, 1 - 2 * drop)
    ax.add_patch(Rectangle((x + inset, y + drop), *size, clip_on=False, **look))


def _tiles(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, plans: list[Grid], outcome: bool
) -> None:
    plan, last = plans[narrow], len(frame.columns) - 2
    _lay(ax, plan, top=plan.top, bottom=6 + plan.foot)
    for column, head in enumerate(plan.heads):
        x = column + plan.gap * (column == last)
        write(ax, x + 0.5, 1, head, up="axes", shift=(0, 6), ha="center", va="bottom", size=SMALL)
        for row, word in enumerate(frame.iloc[:, column + 1]):
            fill, ink, hatch = TILES[word]
            edge = colour("axis" if fill == "bg" else fill)
            _tile(ax, x, row, plan, facecolor=colour(fill), edgecolor=edge, hatch=hatch)
            plate = PLATE if hatch else None
            write(ax, x + 0.5, row + 0.5, word, ha="center", ink=ink, bbox=plate)
    if outcome:
        look: style.Style = {"fill": False, "edgecolor": colour("ink"), "lw": 1.5, "clip_on": False}
        ax.add_patch(Rectangle((last + plan.gap, 0), 1, len(plan.rows), **look))
    write(ax, 0, 4, plan.key, across="px", up="px", va="bottom", **NOTE)


def _heatmap(
    ax: Axes, frame: pd.DataFrame, *, narrow: bool, plans: list[Grid], cells: Any, title: str
) -> None:
    plan, (steps, texts) = plans[narrow], cells
    empty = np.isin(texts, ["never", "?"])
    look: style.Style = {"linewidths": 3, "linecolor": colour("bg"), "vmin": -0.5, "vmax": 4.5}
    look |= {"cbar": False, "xticklabels": False, "yticklabels": False}
    sns.heatmap(steps, mask=empty, cmap=ListedColormap(STEPS), ax=ax, **look)
    _lay(ax, plan, top=26, bottom=20 + plan.top + plan.foot)
    for (row, column), text in np.ndenumerate(texts):
        ink = "cell-high" if steps[row, column] > 2 else "cell-low"
        if empty[row, column]:
            _tile(ax, column, row, plan, fill=False, edgecolor=colour("axis"))
            ink = "ink"
        write(ax, column + 0.5, row + 0.5, text, ha="center", ink=ink, size=SMALL)
    below: style.Style = {"up": "axes", "va": "top", "size": SMALL}
    for column, head in enumerate(plan.heads):
        write(ax, column + 0.5, 0, head, shift=(0, -6), ha="center", **below)
    write(ax, 0, 1, frame.columns[0], across="px", up="axes", shift=(0, 14), **NOTE)
    below |= {"across": "px", "ink": "muted"}
    write(ax, plan.left, 0, title, shift=(0, -plan.top - 4), **below)
    write(ax, 0, 0, plan.key, shift=(0, -plan.top - 24), **below)


def _kind(cell: str) -> str:
    """Return whether a row of the truth table is empty, possible or held."""
    held = [name for name in cell.split() if not name.endswith("?")]
    return "held" if held else "possible" if cell else "empty"


def _remainders(ax: Axes, frame: pd.DataFrame, *, narrow: bool, plans: list[Grid]) -> None:
    plan = plans[narrow]
    _lay(ax, plan, top=plan.top, bottom=6 + plan.foot)
    for column, head in enumerate(plan.heads):
        place: style.Style = {"up": "axes", "shift": (0, 6), "va": "bottom", "size": SMALL}
        write(ax, column + 0.5, 1, head, ha="center", **place)
        for row, text in enumerate(frame.iloc[:, column + 1]):
            fill, ink, hatch = TILES[KINDS[_kind(text)]]
            edge = colour("axis" if fill == "bg" else fill)
            _tile(ax, column, row, plan, facecolor=colour(fill), edgecolor=edge, hatch=hatch)
            label: style.Style = {"ha": "center", "ink": ink, "size": SMALL}
            label |= {"bbox": PLATE} if hatch else {}
            write(ax, column + 0.5, row + 0.5, fold(text, plan.cell - 6, size=SMALL), **label)
    write(ax, 0, 4, plan.key, across="px", up="px", va="bottom", **NOTE)
