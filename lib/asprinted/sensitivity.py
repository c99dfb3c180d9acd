"""What the reader moves: the panel of a page, worked out by the notebook step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .prose import fill
from .record import verdict_of
from .show import Block, bar_of

LETTERS = {
    "follows": "f",
    "open": "o",
    "ruled_out": "r",
    "no_figure": "n",
    "supported": "s",
    "undecided": "u",
    "opposed": "p",
}


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
        codes = "".join(LETTERS[verdict_of(one)] for one in judged)
    ends = None if bar is None else bar_of(bar)
    if ends is not None:
        scaled = {
            k: ends[k] * scale for k in ("lo", "hi", "point") if ends[k] is not None
        }
        ends |= scaled
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
