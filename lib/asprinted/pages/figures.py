"""What a page draws: charts with the data behind them, and the what-if panel."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from os.path import commonprefix
from typing import Any
from urllib.parse import quote

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from asprinted import verdicts
from asprinted.intervals import INF, UNITS, Interval, short_text
from asprinted.package import csv_text
from asprinted.pages.ledger import badge, word
from asprinted.svg import refuse_unsafe
from asprinted.verdicts import LETTERS

Row = Mapping[str, Any]

XMLNS = ' xmlns="http://www.w3.org/2000/svg"'
KEPT_IN_LINKS = ",:;()*'/.-_~!$@"
MOST_ROWS = 25
WORDY = 18
ROOM = 30  # per cent of a track: enough for a label on a phone


def figure_view(figure: Row, number: int, page: str) -> dict[str, Any]:
    """Return what a template prints of a chart.

    Parameters
    ----------
    figure : mapping
        A figure bundle, as charts emit it.
    number : int
        Its number on the page, from 1.
    page : str
        Stem of the page, for the name of the data file.
    """
    columns, rows = figure["columns"], figure["data"]
    return {
        **figure,
        "kind": "figure",
        "number": number,
        "id": f"figure-{number}",
        "wide": drawing(figure["wide"], "wide"),
        "narrow": drawing(figure["narrow"], "narrow"),
        "rows": rows if len(rows) <= MOST_ROWS else [],
        "csv": csv_link([columns, *rows]),
        "file": f"{page}_figure_{number}.csv",
    }


def drawing(svg: str, size: str) -> Markup:
    """Return one drawing; which of the two is seen depends on the width of the window.

    Parameters
    ----------
    svg : str
        The drawing with its text alternative; its colours are variables of the page.
    size : str
        wide or narrow.

    Raises
    ------
    ValueError
        If the drawing holds anything but shapes and text.
    """
    refuse_unsafe(svg)
    return Markup(svg.replace(XMLNS, f' class="art {size}"', 1))


def csv_link(rows: Iterable[Sequence[Any]]) -> str:
    """Return the address of a CSV file that the page itself holds.

    Examples
    --------
    >>> csv_link([["year", "share"], [2018, 0.93]])
    'data:text/csv;charset=utf-8,year,share%0A2018,0.93%0A'
    """
    return "data:text/csv;charset=utf-8," + quote(csv_text(rows), safe=KEPT_IN_LINKS)


def panel_view(block: Row) -> dict[str, Any]:
    """Return what a template prints of a what-if panel.

    Parameters
    ----------
    block : mapping
        The block; each row holds one code or one word for every step of the slider.
    """
    slider, at = block["slider"], block["table_at"]
    places = [_percent(place, slider["at"]) for place in slider["at"]]
    rows = [_row(row, slider, places) for row in block["rows"]]
    used = {letter for row in block["rows"] for letter in row["codes"] or ""}
    marks = {one: [*word(LETTERS[one]).values()] for one in LETTERS if one in used}
    names = block["toggle"]["names"] if block["toggle"] else [""]
    return {
        **block,
        "places": _attribute(places),
        "shown": _attribute(slider["shown"]),
        "marks": _attribute(marks),
        "start": places[slider["start"]],
        "ticks": [
            {"x": places[i], "anchor": _anchor(places[i]), "text": slider["shown"][i]}
            for i in at
        ],
        "rows": rows,
        "table": [
            {
                **row,
                "about": [names[row["setting"]], row["token"]],
                "cells": [row["badges"][i] for i in at],
            }
            for row in rows
        ],
        "spoken": _spoken(block["sentence"], rows[0], slider),
        "wordy": any(len(b["words"]) > WORDY for row in rows for b in row["badges"]),
    }


def _percent(place: float, at: Sequence[float]) -> float:
    """Return where a value stands on the track, in per cent of its length."""
    low, high = at[0], at[-1]
    return 50.0 if high == low else round(100 * (place - low) / (high - low), 2)


def _anchor(place: float) -> str:
    """Return which part of a text stands at a place, so that it stays on the track."""
    return {0.0: "start", 100.0: "end"}.get(place, "middle")


def _row(row: Row, slider: Row, places: Sequence[float]) -> dict[str, Any]:
    """Return one row with its words and marks for all steps."""
    codes = [LETTERS[letter] for letter in row["codes"] or ""]
    words = row["words"] or [verdicts.SHORT[code] for code in codes]
    badges = [
        badge(code, "", said) if code else {"words": said, "token": "", "icon": ""}
        for code, said in zip(codes or [""] * len(words), words, strict=True)
    ]
    steps = {"c": row["codes"] or "", **(_packed(words) if row["words"] else {})}
    return {
        **row,
        "badges": badges,
        "now": badges[slider["start"]],
        "bar": _bar(row["bar"], slider) if row["bar"] else None,
        "strip": _strip(codes, places) if codes else [],
        "steps": _attribute(steps),
    }


def _strip(codes: Sequence[str], places: Sequence[float]) -> list[dict[str, Any]]:
    """Return stretches of the track with one verdict each, for a row without a bar."""
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(places)), 100.0]
    tokens = [word(code)["token"] for code in codes]
    pieces = []
    for token, group in groupby(range(len(tokens)), key=tokens.__getitem__):
        first, *rest = group
        x, end = edges[first], edges[[first, *rest][-1] + 1]
        pieces.append({"token": token, "x": round(x, 2), "width": round(end - x, 2)})
    return pieces


def _attribute(value: Any) -> Markup:
    """Return a value as JSON that may stand between single quotation marks."""
    return htmlsafe_json_dumps(value, ensure_ascii=False, separators=(",", ":"))


def _packed(words: Sequence[str]) -> dict[str, Any]:
    """Return the words of all steps: what stands before and after, and what changes."""
    before = _shared(words)
    rest = [said.removeprefix(before) for said in words]
    after = _shared([said[::-1] for said in rest])[::-1]
    return {"a": before, "z": after, "w": [said.removesuffix(after) for said in rest]}


def _shared(words: Sequence[str]) -> str:
    """Return what all words start with."""
    return commonprefix(list(words))  # noqa: RUF071 - by letters, as wanted here


def _bar(bar: Row, slider: Row) -> dict[str, Any]:
    """Return where a bar lies on the track, in per cent; ends outside get an arrow."""
    at = slider["at"]
    low, high = at[0], at[-1]
    lo = low - 1 if bar["lo"] is None else bar["lo"]
    hi = high + 1 if bar["hi"] is None else bar["hi"]
    if hi < low or lo > high:
        left = hi < low
        text = _bar_text(bar, slider["unit"])
        label = {"x": 0 if left else 100, "after": left, "text": text}
        return {"beyond": "left" if left else "right", "labels": [label]}
    left, right = _percent(max(lo, low), at), _percent(min(hi, high), at)
    view = {
        "beyond": "",
        "x": left,
        "end": right,
        "width": round(max(right - left, 0.8), 2),
        "ring": bool(bar["lo_open"]) and lo >= low,
        "left": lo < low,
        "right": hi > high,
    }
    return {**view, "labels": _labels(bar, slider["unit"], view)}


def _labels(bar: Row, unit: str, view: Row) -> list[Row]:
    """Return what is written beside a bar; nothing if both its ends are out of sight.

    It stands where there is more room, and the bounds of a long bar at its two ends.
    """
    before, behind = view["x"], 100 - view["end"]
    if view["left"] and view["right"]:
        return []
    if max(before, behind) < ROOM and not view["left"] and not view["right"]:
        lower, upper = ({**bar, "lo": bar[end], "hi": bar[end]} for end in ("lo", "hi"))
        found: list[tuple[bool, Row]] = [(False, lower), (True, upper)]
    else:
        found = [(behind > before, bar)]
    return [
        {
            "x": view["end" if after else "x"],
            "after": after,
            "text": _bar_text(part, unit),
        }
        for after, part in found
    ]


def _bar_text(bar: Row, unit: str) -> str:
    """Return the bounds of a bar as a numeral; per cent are shares times 100."""
    parts, unit = (100, "share") if unit == "%" else (1, unit)
    if unit not in UNITS:
        return ""
    lo = -INF if bar["lo"] is None else bar["lo"] / parts
    hi = INF if bar["hi"] is None else bar["hi"] / parts
    return short_text(Interval(lo, hi, bool(bar["lo_open"])), unit)


def _spoken(sentence: str, row: Row, slider: Row) -> Markup:
    """Return the sentence of the first row at the start, with what is bold."""
    values = {"value": slider["shown"][slider["start"]]}
    values |= {"row": row["label"], "word": row["now"]["words"]}

    def bold(found: re.Match[str]) -> str:
        said = values.get(found[1])
        return found[0] if said is None else f"<b>{escape(said)}</b>"

    return Markup(re.sub(r"\{(\w+)\}", bold, str(escape(sentence))))
