"""Templates that a notebook fills with computed numbers.

`{name}` takes the value of that name: a quantity becomes a number that shows its bounds, text
is text and is never read as markup. `{name:...}` says how a number is worded: a unit (`share`,
`points`, `usd`), decimals (`.1`), `bounds` for both ends, `over` or `under` for one end alone,
`short` for a numeral; joined by a comma. A text may run over several lines.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from typing import Any

from .intervals import INF, Interval, bounds_text, short_text, text
from .quantities import Quantity
from .vocabulary import NUMBERS

Segments = list[Any]  # strings, and numbers as {"t": text, "b": bounds, "ref": id}
UNPRINTED = "not printed"
WORDS = ("no", *list(NUMBERS)[1:13])


def spelt(count: int) -> str:
    """Return a small count as a word, a larger one in digits.

    Examples
    --------
    >>> spelt(0), spelt(6), spelt(13)
    ('no', 'six', '13')
    """
    return WORDS[count] if count < len(WORDS) else str(count)


def fill(template: str, values: Mapping[str, Any]) -> Segments:
    """Return a template with its values put in, as text and numbers.

    Raises
    ------
    KeyError
        If a name has no value.

    Examples
    --------
    >>> fill("At {level}.", {"level": Interval(0.205, 0.215)})
    ['At ', {'t': '0.21', 'b': '0.205 to 0.215', 'ref': ''}, '.']
    """
    found: Segments = []
    for literal, name, spec, _ in string.Formatter().parse(joined_lines(template)):
        if literal:
            found.append(literal)
        if name is None:
            continue
        if name not in values:
            raise KeyError(
                f"the text names {{{name}}}, which is not given: {template[:60]!r}"
            )
        found.append(worded(values[name], spec or ""))
    return _joined(found)


def joined_lines(template: str) -> str:
    r"""Return text written over several lines as paragraphs; a blank line parts two of them.

    Examples
    --------
    >>> joined_lines("One\n    line.\n\nAnother.")
    'One line.\n\nAnother.'
    """
    first, *more = re.split(r"\n[ \t]*\n", template.strip("\n"))
    paragraphs = [first, *(part.lstrip() for part in more)]
    return "\n\n".join(re.sub(r"[ \t]*\n[ \t]*", " ", part) for part in paragraphs)


def _joined(parts: Segments) -> Segments:
    """Return segments with neighbouring strings made one."""
    joined: Segments = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def worded(value: Any, spec: str = "") -> Any:
    """Return a value as a segment of text.

    Parameters
    ----------
    value : Quantity, Interval, number or str
        What is said.
    spec : str
        How; see the module.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    ways = [way for way in spec.split(",") if way]
    decimals = next((int(way[1:]) for way in ways if way.startswith(".")), None)
    unit = next((w for w in ways if not w.startswith(".") and w not in _WAYS), None)
    way = next((_WAYS[w] for w in ways if w in _WAYS), text)
    if isinstance(value, Quantity):
        return _number(value, unit, decimals, way)
    if isinstance(value, Interval):
        said = way(value, unit or "", decimals)
        return {"t": said, "b": bounds_text(value, unit or ""), "ref": ""}
    if isinstance(value, int) and unit is None and abs(value) < 10_000:
        return text(value).replace(",", "")
    return way(Interval.point(value), unit or "", decimals)


def _number(
    quantity: Quantity, unit: str | None, decimals: int | None, way: Any
) -> Any:
    bounds = quantity.known_bounds
    if bounds is None:
        return UNPRINTED
    chosen = quantity.unit if unit is None else unit
    ref = next(iter(quantity.inputs)) if len(quantity.inputs) == 1 else ""
    said = way(bounds, chosen, decimals)
    return {"t": said, "b": bounds_text(bounds, chosen), "ref": ref}


def _over(bounds: Interval, unit: str, decimals: int | None) -> str:
    return text(Interval(bounds.lo, INF, bounds.lo_open), unit, decimals)


def _under(bounds: Interval, unit: str, decimals: int | None) -> str:
    return text(Interval(-INF, bounds.hi, hi_open=bounds.hi_open), unit, decimals)


def _both(bounds: Interval, unit: str, _: int | None) -> str:
    return bounds_text(bounds, unit)


_WAYS: dict[str, Callable[[Interval, str, int | None], str]] = {
    "over": _over,
    "under": _under,
    "bounds": _both,
    "short": short_text,
}


def plain(segments: Any) -> str:
    """Return segments as plain text."""
    if isinstance(segments, str):
        return segments
    return "".join(part if isinstance(part, str) else part["t"] for part in segments)
