"""What a notebook cell shows besides figures: sentences, the headline, tables, verdicts."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .bundles import MIME, escape
from .intervals import Interval, number
from .quantities import Missing, Quantity, Undefined


@dataclass(frozen=True)
class Prose:
    """A computed sentence or paragraph in Markdown."""

    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/markdown": self.text, "text/plain": self.text}


@dataclass(frozen=True)
class _Shown:
    """A quantity in a sentence: its bounds, or the words that say that it has none."""

    quantity: Quantity

    @classmethod
    def of(cls, value: Any) -> Any:
        """Return a quantity so that it can stand in a sentence, and any other value as it is."""
        return cls(value) if isinstance(value, Quantity) else value

    def __format__(self, unit: str) -> str:
        try:
            return self.quantity.bounds().shown(unit)
        except Missing:
            return "an unprinted value"
        except Undefined:
            return "an undefined value"


def fill(template: str, listed: Sequence[Any], values: Mapping[str, Any]) -> str:
    """Return a template with its values put in, text among them escaped."""
    safe = {k: escape(v) if isinstance(v, str) else _Shown.of(v) for k, v in values.items()}
    return template.format(*map(_Shown.of, listed), **safe)


def say(template: str, *listed: Any, **values: Any) -> Prose:
    r"""Return prose whose numbers are computed.

    Parameters
    ----------
    template : str
        Markdown with `{name}` or `{name:format}`; bounds take a unit as format, such as
        `{share:share}` or `{trade:usd}`.
    *listed, **values
        What the template numbers or names; named text is escaped. A quantity without bounds
        says that it is not printed.

    Examples
    --------
    >>> say("China holds {share:share}.", share=Interval(0.5, 1, True)).text
    'China holds (50,\xa0100]%.'
    """
    return Prose(fill(template, listed, values))


@dataclass(frozen=True)
class Headline:
    """The finding of a notebook, shown at the top of its page."""

    topic: str
    title: str
    standfirst: str
    outcome: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        text = f"**{self.title}**\n\n{self.standfirst}\n\n{self.outcome}"
        return {MIME.format("headline"): vars(self), "text/markdown": text, "text/plain": text}


def headline(topic: str, title: str, standfirst: str, outcome: str, **values: Any) -> Headline:
    """Return the finding; each part is a template as in `say`, without Markdown."""
    shown = {name: _Shown.of(value) for name, value in values.items()}
    parts = (part.format(**shown) for part in (topic, title, standfirst, outcome))
    return Headline(*parts)


@dataclass(frozen=True)
class Table:
    """A table with caption, formatted cells and a note; its first column names the rows."""

    caption: str
    columns: tuple[str, ...]
    align: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        lines = [self.caption, " | ".join(self.columns)] + [" | ".join(r) for r in self.rows]
        record = {
            "caption": self.caption,
            "columns": list(self.columns),
            "align": list(self.align),
            "rows": [list(row) for row in self.rows],
            "note": self.note,
        }
        return {
            MIME.format("table"): record,
            "text/html": self._html(),
            "text/plain": "\n".join(lines),
        }

    def _html(self) -> str:
        head = "".join(f"<th scope='col'>{html.escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def table(frame: pd.DataFrame, caption: str, note: str = "", decimals: int = 1) -> Table:
    """Return a table of a frame.

    Parameters
    ----------
    frame : DataFrame
        Columns in order; the first names the rows.
    decimals : int
        Decimals of plain numbers; bounds choose their own.
    """
    rows = tuple(
        tuple(cell(value, decimals) for value in row)
        for row in frame.itertuples(index=False, name=None)
    )
    right = (int, float, Interval, Quantity)
    align = tuple(
        "r" if len(frame) and all(isinstance(v, right) for v in frame[c]) else "l" for c in frame
    )
    columns = tuple(str(c).replace("_", " ") for c in frame)
    return Table(caption, columns, align, rows, note)


def frame(**columns: Any) -> pd.DataFrame:
    """Return a table of the given columns with exact numbers turned into floats for drawing."""
    made = pd.DataFrame(columns)
    return made.map(lambda v: float(v) if isinstance(v, Fraction) else v)


def cell(value: Any, decimals: int = 1) -> str:
    """Return one value as a page prints it; an unknown value says so."""
    if isinstance(value, Quantity):
        try:
            return value.bounds().shown(value.unit)
        except (Missing, Undefined):
            return "not printed"
    if isinstance(value, Interval):
        return value.shown()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and value != value):
        return "not printed"
    if isinstance(value, int):
        return number(float(value), 0)
    return number(value, decimals) if isinstance(value, float) else str(value)
