"""The parts of a page that a notebook writes; every text is a template (see `prose`)."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .intervals import INF, Interval
from .notebook import MIME
from .prose import Segments, fill, joined_lines, plain, worded
from .quantities import Quantity
from .record import Record, verdict_of
from .verdicts import LETTERS

LETTER_OF = {code: letter for letter, code in LETTERS.items()}
# What a card says of its verdict, and what JupyterLab does not show of a block.
OF_VERDICT = (
    *("prop_id", "reading", "notebook", "standing", "claim_id", "bears_on"),
    *("verdict", "basis", "chip", "given"),
)
SILENT = {
    *("prop_id", "reading", "notebook", "standing", "claim_id", "bears_on"),
    *("verdict", "basis", "given", "block", "ref", "bar", "place", "mark", "share"),
    *("wide", "narrow", "alt", "sources", "data", "columns", "numeric", "figures"),
    *("content", "codes", "table_at"),
}


@dataclass(frozen=True)
class Block:
    """One part of a page: its content under a kind, and the same for JupyterLab."""

    kind: str
    content: Mapping[str, Any]
    figures: tuple[Any, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return what the page reads."""
        return {"block": self.kind, **self.content}

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        lines = list(_lines(self.record()))
        page = "".join(f"<{tag}>{html.escape(line)}</{tag}>" for tag, line in lines)
        if self.kind == "table":
            page = _table_html(self.content)
        page += "".join(_picture(figure) for figure in self.figures)
        return {
            MIME.format("block"): self.record(),
            "text/html": page,
            "text/plain": "\n".join(line for _, line in lines),
        }


def _lines(content: Any) -> Any:
    """Yield every text of a block with the element that shows it in JupyterLab."""
    if isinstance(content, str) or _is_text(content):
        yield "p", plain(content)
    elif isinstance(content, Mapping):
        for key, value in content.items():
            if key in ("title", "finding", "number"):
                yield "h4", plain(value)
            elif key not in SILENT:
                yield from _lines(value)
    elif isinstance(content, Sequence):
        for value in content:
            yield from _lines(value)


def _is_text(content: Any) -> bool:
    """Whether a list is one text: strings and numbers, not a list of texts."""
    return isinstance(content, list) and any(
        isinstance(part, Mapping) and "t" in part for part in content
    )


def _picture(figure: Any) -> str:
    """Return a figure as an image, or a table as a table, for JupyterLab."""
    if isinstance(figure, Block):
        return str(figure._repr_mimebundle_()["text/html"])
    if not figure.wide:
        return ""
    image = base64.b64encode(figure.png()).decode("ascii")
    alt = html.escape(figure.alt, quote=True)
    return f'<img alt="{alt}" src="data:image/png;base64,{image}">'


def _table_html(content: Mapping[str, Any]) -> str:
    def row(cells: Sequence[Any], tag: str) -> str:
        return (
            "<tr>"
            + "".join(f"<{tag}>{html.escape(plain(c))}</{tag}>" for c in cells)
            + "</tr>"
        )

    body = "".join(row(cells, "td") for cells in content["rows"])
    head = row(content["columns"], "th")
    caption = html.escape(plain(content["caption"]))
    note = html.escape(plain(content["note"]))
    table = f"<caption>{caption}</caption><thead>{head}</thead><tbody>{body}</tbody>"
    return f"<table>{table}</table><p>{note}</p>"


def say(template: str, **values: Any) -> Block:
    """Return a paragraph whose numbers are computed, for the reader of the notebook alone.

    Examples
    --------
    >>> from asprinted.quantities import known
    >>> share = known("share", Interval(0.205, 0.215), "share")
    >>> say("It holds {share}.", share=share)._repr_mimebundle_()["text/plain"]
    'It holds 21%.'
    """
    return Block("say", {"text": fill(template, values)})


def headline(
    question: str,
    finding: str,
    answer: str,
    *,
    topic: str,
    reading: tuple[str, str] | None = None,
    settles: str = "",
    **values: Any,
) -> Block:
    """Return the top of the page.

    Parameters
    ----------
    question, finding, answer : str
        Templates: the question, the answer in a line, and in a paragraph of at most 65 words.
    topic : str
        The subject in two or three words.
    reading : pair of str, optional
        Title and text of the box beside the answer.
    settles : str
        What would settle the question, in a line.
    """
    box = None
    if reading:
        box = {"title": fill(reading[0], values), "text": fill(reading[1], values)}
    return Block(
        "headline",
        {
            "topic": topic,
            "question": fill(question, values),
            "finding": fill(finding, values),
            "answer": fill(answer, values),
            "reading": box,
            "settles": fill(settles, values),
        },
    )


def key(
    value: Any,
    label: str,
    source: str,
    *,
    line: Any = None,
    axis: tuple[float, float] = (0, 1),
    bar: Any = None,
    spec: str = "short",
    **values: Any,
) -> dict[str, Any]:
    """Return one key number.

    Parameters
    ----------
    value : Quantity, Interval, number or str
        The number; text stands as it is (a template).
    label, source : str
        Templates: what it is, with its year; whose it is.
    line : Quantity or number, optional
        The threshold that the bar under the number is set against.
    axis : pair of float
        Ends of that bar.
    bar : Quantity or Interval, optional
        What the bar shows, if it is not the value.
    spec : str
        How the number is worded.
    """
    shown = fill(value, values) if isinstance(value, str) else [worded(value, spec)]
    drawn = value if bar is None else bar
    return {
        "number": shown,
        "label": fill(label, values),
        "source": fill(source, values),
        "bar": None if line is None else _bar(drawn, line, axis),
    }


def _bar(drawn: Any, line: Any, axis: tuple[float, float]) -> dict[str, Any] | None:
    ends = bar_of(drawn)
    if ends is None:
        return None
    return {**ends, "line": float(line), "axis": [float(axis[0]), float(axis[1])]}


def bar_of(drawn: Any) -> dict[str, Any] | None:
    """Return the ends of a quantity, interval or number for a drawing; None without any."""
    if isinstance(drawn, Quantity):
        bounds, point = drawn.known_bounds, drawn.point
    else:
        bounds = drawn if isinstance(drawn, Interval) else Interval.point(drawn)
        point = float(bounds.middle)
    if bounds is None:
        return None
    lo, hi = (None if abs(end) == INF else float(end) for end in (bounds.lo, bounds.hi))
    return {
        "lo": lo,
        "hi": hi,
        "lo_open": bounds.lo_open,
        "hi_open": bounds.hi_open,
        "point": point,
    }


def key_numbers(items: Sequence[Mapping[str, Any]]) -> Block:
    """Return the three or four numbers under the answer; see :func:`key`."""
    return Block("key_numbers", {"items": list(items)})


def voice(
    who: str, when: Any, printed: str, of: str, place: str, ref: str = "", **values: Any
) -> dict[str, Any]:
    """Return one row of who says what, for a source that prints no figure.

    Parameters
    ----------
    who, when : str
        Author and year.
    printed : str
        The printed token; empty for none.
    of : str
        Template: of what.
    place : str
        Where it stands. Tables say it, so it is no template.
    """
    row = {
        "who": who,
        "when": str(when),
        "printed": printed,
        "of": fill(of, values),
        "place": [joined_lines(place)] if place else [],
        "ref": ref or None,
    }
    return row if printed else row | {"unprinted": "no figure"}


def voices(rows: Sequence[Mapping[str, Any]], caption: str, **values: Any) -> Block:
    """Return the table of who prints what; see :func:`voice` and `Study.said`."""
    return Block("voices", {"caption": fill(caption, values), "rows": list(rows)})


def card(record: Record, number: str, tested: str, **values: Any) -> dict[str, Any]:
    """Return the evidence beside a section: a verdict, one number, the sentence tested.

    Parameters
    ----------
    record : Record
        From `s.verdict(prop_id, reading)`.
    number, tested : str
        Templates: the number that the verdict rests on; the sentence that was tested.
    """
    return {
        **{name: getattr(record, name) for name in OF_VERDICT},
        "number": fill(number, values),
        "tested": fill(tested, values),
    }


def section(
    title: str, text: str, cards: Any = (), figures: Any = (), **values: Any
) -> Block:
    """Return a section: its title says the result; it is the last line of its cell.

    Parameters
    ----------
    title, text : str
        Templates; a blank line starts a new paragraph.
    cards : card or list of cards
        From :func:`card`.
    figures : figure, table or list of them
        What proves the title.
    """
    return Block(
        "section",
        {
            "title": fill(title, values),
            "text": fill(text, values),
            "cards": _several(cards),
            "figures": [drawn(one) for one in _several(figures)],
        },
        tuple(_several(figures)),
    )


def _several(things: Any) -> list[Any]:
    return list(things) if isinstance(things, list | tuple) else [things]


def drawn(figure: Any) -> dict[str, Any]:
    """Return a figure or block as it stands inside another block."""
    if isinstance(figure, Block):
        return figure.record()
    return {**figure.record(), "wide": figure.wide, "narrow": figure.narrow}


def table(frame: pd.DataFrame, caption: str, note: str = "", **values: Any) -> Block:
    """Return a frame as a table; its first column names the rows.

    Parameters
    ----------
    frame : DataFrame
        Cells may be quantities, intervals, numbers or text; missing cells stay empty.
    caption, note : str
        Templates.
    """
    columns = [str(column).replace("_", " ") for column in frame.columns]
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    kinds = (int, float, Interval, Quantity, Fraction)
    numeric = [
        len(frame) > 0 and all(isinstance(v, kinds) for v in frame[c]) for c in frame
    ]
    return Block(
        "table",
        {
            "caption": fill(caption, values),
            "note": fill(note, values),
            "columns": columns,
            "rows": rows,
            "numeric": numeric,
        },
    )


def _cell(value: Any) -> Segments:
    missing = value is None or (isinstance(value, float) and value != value)
    return [] if missing else [worded(value)]


def match(
    title: str,
    subtitle: str,
    left: str,
    right: str,
    rows: Sequence[Sequence[Any]],
    note: str = "",
) -> Block:
    """Return printed words of two places side by side.

    Parameters
    ----------
    title, subtitle, left, right, note : str
        Words around the table, and the heads of its sides.
    rows : sequence of (left, right, mark)
        Each side a pair of printed token and what it is, or None; the mark says `same`,
        `differs` or `missing`.
    """
    made = [
        {"left": _token(first), "right": _token(second), "mark": mark}
        for first, second, mark in rows
    ]
    words = {
        "title": title,
        "subtitle": subtitle,
        "left": left,
        "right": right,
        "note": note,
    }
    return Block("match", {**words, "rows": made})


def _token(side: tuple[str, str] | None) -> dict[str, str] | None:
    return None if side is None else {"token": side[0].strip("“”"), "sub": side[1]}


def objection(text: str, weak_points: Sequence[str], **values: Any) -> Block:
    """Return the best objection to the answer, and the weak points of the evidence."""
    points = [fill(point, values) for point in weak_points]
    return Block("objection", {"text": fill(text, values), "weak_points": points})


def settle(rows: Sequence[tuple[str, str, str]], **values: Any) -> Block:
    """Return what would settle the question: what is missing, what it decides, where it is."""
    names = ("missing", "decides", "where")
    made = [
        dict(zip(names, (fill(cell, values) for cell in row), strict=True))
        for row in rows
    ]
    return Block("settle", {"rows": made})


def questions(items: Sequence[str], **values: Any) -> Block:
    """Return three questions for a class."""
    return Block("questions", {"items": [fill(item, values) for item in items]})


def note(text: str, title: str = "", **values: Any) -> Block:
    """Return a paragraph between the sections."""
    return Block("note", {"title": fill(title, values), "text": fill(text, values)})


def discs(**shares: Quantity) -> Block:
    """Return the shares that the map of the index shows as discs, by shape of the outline.

    Parameters
    ----------
    **shares : Quantity
        A share for each shape that the settings of the study name.
    """
    found = {
        shape: {"share": share.point, "number": [worded(share)]}
        for shape, share in shares.items()
    }
    return Block("map", {"discs": found})


def fold(title: str, *content: Any) -> Block:
    """Return tables or figures that stand below the fold, under one title."""
    drawings = [drawn(one) for one in content]
    return Block("fold", {"title": title, "content": drawings}, content)


def slider(
    label: str,
    values: Sequence[Any],
    shown: Sequence[str],
    start: int,
    axis: tuple[float, float],
    unit: str = "",
) -> dict[str, Any]:
    """Return the control of a what-if panel.

    Parameters
    ----------
    label : str
        What is moved.
    values : sequence of number
        Its steps, in the units of the axis.
    shown : sequence of str
        Each step in words.
    start : int
        Index of the step of the committed run.
    axis : pair of float
        Ends of the axis on which the bars of the rows stand.
    """
    return {
        "label": label,
        "at": [float(value) for value in values],
        "shown": list(shown),
        "start": int(start),
        "axis": [float(end) for end in axis],
        "unit": unit,
    }


def choice(
    label: str,
    token: str,
    judged: Sequence[Any] | None = None,
    *,
    bar: Any = None,
    words: Sequence[str] | None = None,
    none: str = "",
    setting: int = 0,
    scale: float = 1,
) -> dict[str, Any]:
    """Return one row of a what-if panel.

    Parameters
    ----------
    label, token : str
        What is counted, and what is printed of it.
    judged : sequence, optional
        One condition for each step, judged here.
    bar : Quantity, Interval or number, optional
        What is drawn on the axis, times `scale`.
    words : sequence of str, optional
        One text for each step, instead of or beside the verdicts.
    none : str
        Why there is no figure.
    setting : int
        For which setting of the toggle.
    """
    codes = None
    if judged is not None:
        codes = "".join(LETTER_OF[verdict_of(one)] for one in judged)
    ends = None if bar is None else bar_of(bar)
    if ends is not None:
        known = [k for k in ("lo", "hi", "point") if ends[k] is not None]
        ends |= {k: ends[k] * scale for k in known}
    return {
        "label": label,
        "token": token,
        "codes": codes,
        "words": None if words is None else list(words),
        "bar": ends,
        "none": none,
        "setting": setting,
    }


def what_if(
    title: str,
    lead: str,
    slider: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    column: str,
    sentence: str,
    table_at: Sequence[int],
    toggle: tuple[str, Sequence[str]] | None = None,
    **values: Any,
) -> Block:
    """Return the panel in which a reader moves an assumption and sees the verdicts move.

    Parameters
    ----------
    title, lead : str
        Templates.
    slider : mapping
        From :func:`slider`.
    rows : sequence of mapping
        From :func:`choice`; each has one verdict or text for each step.
    column : str
        The sentence that is judged, in a few words.
    sentence : str
        What is said of the chosen row: with `{value}`, `{row}` and `{word}`.
    table_at : sequence of int
        Steps that the table shows.
    toggle : pair, optional
        A second choice: its label and the names of its settings.
    """
    steps = len(slider["shown"])
    for row in rows:
        counts = [len(row[key]) for key in ("codes", "words") if row[key] is not None]
        if any(count != steps for count in counts):
            raise ValueError(f"{row['label']}: {counts} answers for {steps} steps")
    switch = None if toggle is None else {"label": toggle[0], "names": list(toggle[1])}
    return Block(
        "what_if",
        {
            "title": fill(title, values),
            "lead": fill(lead, values),
            "slider": dict(slider),
            "rows": [dict(row) for row in rows],
            "column": column,
            "sentence": sentence,
            "table_at": list(table_at),
            "toggle": switch,
        },
    )
