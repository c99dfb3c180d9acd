"""Charts of every way to fill what is open or to choose: completions, specification curve."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, NullLocator

from thirdneighbor.charts import style
from thirdneighbor.charts.figure import Figure, Words, draw, need
from thirdneighbor.charts.style import NARROW, NOTE, SMALL, WIDTH, fold, text_px, write
from thirdneighbor.palette import colour

PARTS = ((0, "None"), (0.5, "Half or fewer"), (0.999, "More than half"), (1, "All"))
CURVE, ROW, FOOT = 150, 17, 34


def strip(frame: pd.DataFrame, **words: Unpack[Words]) -> Figure:
    """Draw which answer survives under each completion of what is unknown.

    Parameters
    ----------
    frame : DataFrame
        First column: the completion; second: what survives under it. Rows keep their order.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame).iloc[:, :2].replace({True: "survives", False: "fails"}).astype(str)
    frame.insert(0, "number", range(1, len(frame) + 1))
    answers = frame.iloc[:, 2]
    counts = answers.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    frame["count"] = [f"{counts[name]} of {len(frame)}" for name in answers]
    facts = [f"{style.brief(name)}: {count} of {len(frame)}." for name, count in counts.items()]
    alt = style.alt_text("Strip of completions, in lanes by what survives under each.", *facts)
    step = 38 + 16 * max(fold(name, 180).count("\n") for name in counts.index)
    height = (step * len(counts) + 46, (step + 20) * len(counts) + 46)
    return draw(_strip, frame, words, height=height, alt=alt, names=list(counts.index))


def specification(
    frame: pd.DataFrame, *, threshold: float, column_title: str, **words: Unpack[Words]
) -> Figure:
    """Draw the p-values of all specifications in order, and below them the choices behind each.

    Parameters
    ----------
    frame : DataFrame
        One row a combination of choices: columns of text name the choices; the other columns,
        headed by the values of one more choice, hold p-values.
    threshold : float
        Level that a specification passes below, in (0, 1).
    column_title : str
        Name of the choice that the p columns stand for.
    **words
        Caption: ``title``, ``subtitle``, ``note``, ``sources``, optionally ``n``.
    """
    frame = need(frame)
    choices = [str(name) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    long = frame.melt(choices, var_name=column_title, value_name="p")
    long = long.sort_values(["p", *choices], kind="stable", ignore_index=True)
    words.setdefault("n", len(long))
    rows = [(c, v) for c in (*choices, column_title) for v in dict.fromkeys(long[c])]
    rows = sorted(rows, key=lambda row: (_place(frame, row[0]), _order(frame, *row)))
    passing = {str(v): (long["p"][long[c] == v] < threshold).mean() for c, v in rows}
    word = next(w for part, w in PARTS if (long["p"] < threshold).mean() <= part)
    facts = [
        f"{word} lie below the level; p runs from {style.number(long['p'].min())} to "
        f"{style.number(long['p'].max())}.",
        f"Most often below: {max(passing, key=lambda v: passing[v])}; "
        f"least often: {min(passing, key=lambda v: passing[v])}.",
    ]
    alt = style.alt_text("Specification curve: sorted p-values above, choices below.", *facts)
    height = CURVE + ROW * (len(rows) + len(choices)) + FOOT + 46
    options = {"long": long, "rows": rows, "threshold": threshold}
    return draw(_specification, frame, words, height=(height, height), alt=alt, **options)


def _place(frame: pd.DataFrame, choice: str) -> int:
    return list(frame).index(choice) if choice in frame else len(frame.columns)


def _order(frame: pd.DataFrame, choice: str, value: object) -> int:
    values = list(dict.fromkeys(frame[choice])) if choice in frame else list(frame)
    return values.index(value)


def _strip(ax: Axes, frame: pd.DataFrame, *, narrow: bool, names: list[str]) -> None:
    count, lanes = len(frame), frame.iloc[:, 2].map(names.index).to_numpy()
    lines = [fold(name, 240 if narrow else 180, bold=narrow) for name in names]
    left, right = (8.0, 8) if narrow else (max(text_px(line) for line in lines) + 24, 76)
    style.board(ax, left=left, right=right, top=8, bottom=38)
    ax.set(xlim=(0.5, count + 0.5), ylim=(len(names) - 0.5, -0.5), yticks=[])
    style.ticks(ax, range(1, count + 1) if count < 9 else style.round_ticks(1, count))
    side = min((style.extent(ax)[0] - left - right) / count - 2, 18)
    places = np.arange(count) + 1
    style.dots(ax, places, lanes, colour("step-5"), size=side, marker="s")
    at: style.Style = {"va": "baseline", "shift": (0, 17)} if narrow else {}
    for lane, line in enumerate(lines):
        others = places[lanes != lane]
        style.dots(ax, others, [lane] * len(others), colour("grid"), size=side / 4)
        write(ax, 0, lane, line, across="px", bold=narrow, **at)
        share = f"{count - len(others)} of {count}"
        write(ax, NARROW if narrow else WIDTH, lane, share, across="px", ha="right", **at)
    ax.grid(visible=False)
    write(ax, left, 8, "Completion, as numbered in the data", across="px", up="px", **NOTE)


def _specification(
    ax: Axes,
    frame: pd.DataFrame,
    *,
    narrow: bool,
    long: pd.DataFrame,
    rows: Sequence[tuple[str, object]],
    threshold: float,
) -> None:
    left = max(text_px(str(value), size=SMALL) for _, value in rows) + 14
    groups = [choice for choice, _ in groupby(rows, key=lambda row: row[0])]
    deep = ROW * (len(rows) + len(groups) - 1)
    style.board(ax, left=left, right=8, top=34, bottom=deep + FOOT)
    p = long["p"].to_numpy(dtype=float)
    marks = [mark for mark in (0.0001, 0.001, 0.01, 0.1, 1) if mark >= min(p.min(), 0.1) / 10]
    ax.set(xlim=(0, len(p)), yscale="log", ylim=(marks[0], 1.1), xticks=[])
    ax.yaxis.set(minor_locator=NullLocator(), minor_formatter=NullFormatter())
    ax.set_yticks(marks, labels=[style.number(mark) for mark in marks])
    ax.grid(visible=True, axis="y")
    starts = [0, *(np.flatnonzero(np.diff(p)) + 1), len(p)]
    ax.step(starts, [*p[starts[:-1]], p[-1]], where="post", color=colour("certain"), lw=2)
    ax.axhline(threshold, color=colour("ink"), lw=1.5)
    look: style.Style = {"ha": "right", "bold": True, "gid": "halo"}
    write(ax, len(p), threshold, f"p = {threshold:g}", shift=(-4, -11), **look)
    write(ax, 0, 1, "One-sided p, log scale", across="px", up="axes", shift=(0, 18), **NOTE)
    top = deep + FOOT - 14
    for count, (choice, value) in enumerate(rows):
        y = top - ROW * (count + groups.index(choice))
        write(ax, 0, y, str(value), across="px", up="px", size=SMALL)
        x = _runs(long[choice] == value)
        line = ax.plot(x, [y] * len(x), color=colour("step-5"), lw=8, solid_capstyle="butt")[0]
        line.set(transform=style.plane(ax, "data", "px"), clip_on=False)
    text = f"Specifications in the order of p, 1 to {len(p)}"
    write(ax, left, 6, text, across="px", up="px", **NOTE)


def _runs(chosen: Iterable[bool]) -> list[float]:
    """Return the ends of each run of chosen places, with a gap after each."""
    ends: list[float] = []
    start = 0
    for is_chosen, run in groupby(chosen):
        stop = start + len(list(run))
        ends += [start, stop, np.nan] if is_chosen else []
        start = stop
    return ends
