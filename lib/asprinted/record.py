"""The record of one verdict: values and codes, never sentences of its own.

What is judged is one of six things: a comparison of quantities, several at once, a comparison
that the print itself states, the codings of cases, the test of a small sample, or nothing.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from . import verdicts
from .deciding import Flip, condition_flip, figure_flip, parts_of, settling
from .intervals import INF, Interval, bounds_text
from .notebook import MIME
from .palette import LIGHT, VERDICTS
from .quantities import Condition, Conjunction, Quantity
from .stats import SampleTest

DIGITS = 12


@dataclass(frozen=True)
class Stated:
    """A comparison that the text makes itself: the print is the claim."""

    condition: Condition
    words: str = ""

    def given(self, words: str) -> Stated:
        """Return the same under an assumption in words."""
        return Stated(self.condition, words)


@dataclass(frozen=True)
class Codings:
    """Whether a sentence holds in each admissible coding of the cases.

    Parameters
    ----------
    holds : tuple of bool
        One answer for each coding.
    words : str
        A condition in words.
    """

    holds: tuple[bool, ...]
    words: str = ""

    def given(self, words: str) -> Codings:
        """Return the same under an assumption in words."""
        return Codings(self.holds, words)


@dataclass(frozen=True)
class Untestable:
    """A sentence that no figure at hand can test, and why.

    Parameters
    ----------
    reason : str
        The line that a verdict would cross, such as a flow set against a stock.
    value : Quantity, optional
        What is printed all the same.
    """

    reason: str
    value: Quantity | None = None
    words: str = ""


Judgeable = Condition | Conjunction | Stated | Codings | SampleTest | Untestable | None


def stated(condition: Condition) -> Stated:
    """Return a comparison that the text states itself, which is never counted as following."""
    return Stated(condition)


def codings(holds: Sequence[bool]) -> Codings:
    """Return the answers of a sentence in every admissible coding."""
    return Codings(tuple(bool(answer) for answer in holds))


def untestable(reason: str, value: Quantity | None = None) -> Untestable:
    """Return that a sentence cannot be tested with the figures at hand, with the reason."""
    return Untestable(reason, value)


@dataclass(frozen=True)
class Value:
    """A number with its bounds, as floats; an end without limit is None."""

    point: float | None
    lo: float | None
    hi: float | None
    lo_open: bool
    hi_open: bool
    unit: str

    def interval(self) -> Interval:
        """Return the bounds as an interval."""
        lo = -INF if self.lo is None else self.lo
        hi = INF if self.hi is None else self.hi
        return Interval(lo, hi, self.lo_open, self.hi_open)


@dataclass(frozen=True)
class Part:
    """One part of a conjunction, with its own value and verdict."""

    label: str
    verdict: str
    value: Value | None
    operator: str
    threshold: Value | None


@dataclass(frozen=True)
class Settles:
    """What would settle an open verdict.

    Parameters
    ----------
    what, decides, source : str
        What is missing, what it would decide, and where it is kept, in words.
    name : str
        The input in question, if the bounds tell it.
    turns : Value or None
        Where the sentence turns.
    true_below : bool or None
        Whether the sentence is true below it.
    """

    what: str
    decides: str
    source: str
    name: str = ""
    turns: Value | None = None
    true_below: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """One verdict on one proposition in one reading; see `verdicts.schema.json`."""

    prop_id: str
    reading: str
    source_kind: str
    standing: str
    claim_id: str
    bears_on: str
    notebook: str
    text: str
    verdict: str
    basis: str
    bearing: str
    given: str
    reason: str = ""
    value: Value | None = None
    operator: str = ""
    threshold: Value | None = None
    parts: tuple[Part, ...] = ()
    n: int | None = None
    p: float | None = None
    p_min: float | None = None
    settles: Settles | None
    flips: tuple[Flip, ...]
    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    parameters: Mapping[str, Any]
    chip: str = field(default="", compare=False)

    def tell(self, **texts: str) -> str:
        """Return the text that belongs to the verdict.

        Parameters
        ----------
        **texts : str
            One text for each code that may come out; `otherwise` for all others.

        Raises
        ------
        KeyError
            If there is no text for the verdict.
        """
        if self.verdict not in texts and "otherwise" not in texts:
            raise KeyError(f"{self.prop_id} is {self.verdict}: give {self.verdict}=...")
        return texts.get(self.verdict, texts.get("otherwise", ""))

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        bounds = _shown(self.value)
        behind = f" <small>{html.escape(bounds)}</small>" if bounds else ""
        said = chip_html(self.verdict, self.chip)
        page = f"<p>{said} {html.escape(self.text)}{behind}</p>"
        line = f"{self.chip}: {self.text}{' ' if bounds else ''}{bounds}"
        plain = f"{self.prop_id} ({self.reading}) {line}"
        return {
            MIME.format("verdict"): asdict(self),
            "text/html": page,
            "text/plain": plain,
        }


def chip_html(code: str, words: str) -> str:
    """Return the words of a verdict in the tint of its code, for JupyterLab."""
    token = VERDICTS[code]
    style = f"background:{LIGHT[f'{token}-tint']};color:{LIGHT[token]}"
    style += ";padding:2px 8px;border-radius:9px"
    return f'<span style="{style}">{html.escape(words)}</span>'


def _shown(value: Value | None) -> str:
    return "" if value is None else f"({bounds_text(value.interval(), value.unit)})"


def valued(quantity: Quantity | None) -> Value | None:
    """Return a quantity as a value; None without bounds."""
    bounds = None if quantity is None else quantity.known_bounds
    if quantity is None or bounds is None:
        return None
    return of_interval(bounds, quantity.unit, quantity.point)


def of_interval(bounds: Interval, unit: str, point: float | None = None) -> Value:
    """Return bounds in floats; an end without limit becomes None."""
    found = (point, bounds.lo, bounds.hi)
    at, lo, hi = (None if x is None or abs(x) == INF else rounded(x) for x in found)
    return Value(at, lo, hi, bounds.lo_open, bounds.hi_open, unit)


def rounded(value: Any) -> float:
    """Return a number in twelve digits, which every machine writes alike."""
    return float(f"{float(value):.{DIGITS}g}")


def words_of(value: Judgeable) -> str:
    """Return the condition in words under which something is judged."""
    return "" if value is None else value.words


def verdict_of(value: Judgeable) -> str:
    """Return the code of the verdict on something that can be judged.

    Raises
    ------
    TypeError
        If it cannot be judged, with what can.
    """
    match value:
        case None | Untestable():
            return verdicts.NO_FIGURE
        case Condition() | Conjunction():
            return verdicts.judge(value)
        case Stated():
            printed = value.condition.margin.known_bounds is not None
            return verdicts.OPEN if printed else verdicts.NO_FIGURE
        case Codings():
            return verdicts.judge_codings(value.holds)
        case SampleTest():
            return value.verdict
    raise TypeError(
        f"{value!r} cannot be judged; write a comparison such as share > 0.5, "
        "a test such as trend.flat(), ap.codings([...]), ap.untestable(...) or None"
    )


def facts_of(value: Judgeable) -> dict[str, Any]:
    """Return verdict, basis and numbers of something that can be judged, as record fields."""
    facts: dict[str, Any] = {"verdict": verdict_of(value), "basis": verdicts.NONE}
    facts["given"] = words_of(value)
    match value:
        case Condition():
            facts |= _compared(value) | {"basis": verdicts.BOUNDS}
        case Conjunction():
            facts |= _joint(value)
        case Stated():
            facts |= _compared(value.condition) | {"basis": verdicts.STATED}
        case Codings():
            share = sum(value.holds) / len(value.holds) if value.holds else None
            at = Interval.point(share or 0)
            held = None if share is None else of_interval(at, "share", share)
            facts |= {"basis": verdicts.CODING, "value": held, "n": len(value.holds)}
        case SampleTest():
            facts |= _sampled(value)
        case Untestable():
            facts |= {"reason": value.reason, "value": valued(value.value)}
    return facts


def _compared(condition: Condition) -> dict[str, Any]:
    return {
        "value": valued(condition.quantity),
        "operator": condition.operator,
        "threshold": valued(condition.threshold),
    }


def _joint(conjunction: Conjunction) -> dict[str, Any]:
    """Return the parts; the part that decides gives the record its value."""
    parts = tuple(
        Part(part.label, verdicts.judge(part), **_compared(part))
        for part in conjunction.parts
    )
    order = (verdicts.RULED_OUT, verdicts.NO_FIGURE, verdicts.OPEN, verdicts.FOLLOWS)
    first = min(parts, key=lambda part: order.index(part.verdict))
    ordered = (first, *(part for part in parts if part is not first))
    return {
        "basis": verdicts.BOUNDS,
        "value": first.value,
        "operator": first.operator,
        "threshold": first.threshold,
        "parts": ordered,
    }


def _sampled(test: SampleTest) -> dict[str, Any]:
    estimate = test.estimate
    known = estimate.n > 0 and estimate.lo == estimate.lo
    bounds = Interval(estimate.lo, estimate.hi) if known else None
    unit = getattr(estimate, "unit", "")
    return {
        "basis": verdicts.SAMPLE,
        "value": None if bounds is None else of_interval(bounds, unit, estimate.point),
        "operator": test.operator,
        "threshold": of_interval(Interval.point(test.threshold), unit, test.threshold),
        "n": int(estimate.n),
        "p": rounded(estimate.p) if known else None,
        "p_min": rounded(estimate.p_min) if known else None,
    }


def inputs_of(value: Judgeable) -> list[str]:
    """Return the names of all inputs of what is judged, each once, in order."""
    match value:
        case Condition() | Conjunction():
            conditions = parts_of(value)
        case Stated():
            conditions = (value.condition,)
        case Untestable():
            return [] if value.value is None else list(value.value.inputs)
        case _:
            return []
    names = (name for condition in conditions for name in condition.margin.inputs)
    return list(dict.fromkeys(names))


def settles_of(
    value: Judgeable,
    verdict: str,
    row: Mapping[str, str],
    figures: Callable[[str], bool],
) -> Settles | None:
    """Return what would settle an unsettled verdict: from the table, and from the bounds."""
    if verdict not in verdicts.UNSETTLED:
        return None
    words = (row["settles"], row["settles_if"], row["settles_source"])
    found = settling(value) if isinstance(value, Condition) else None
    if found is None or not figures(found.name):
        return Settles(*words) if any(words) else None
    turns = of_interval(found.turns, found.unit)
    return Settles(*words, found.name, turns, found.true_below)


def flips_of(
    value: Judgeable,
    figures: Sequence[str],
    parameters: Mapping[str, tuple[Interval, str]],
) -> list[Flip]:
    """Return what turns a verdict on bounds: each parameter that it reads, and one figure.

    The parameters of a conjunction are not searched: its parts would have to be judged
    together at every value.
    """
    if not isinstance(value, Condition | Conjunction):
        return []
    conditions = parts_of(value)
    if any(condition.margin.known_bounds is None for condition in conditions):
        return []
    used = inputs_of(value)
    read = [
        name for name in parameters if name in used and isinstance(value, Condition)
    ]
    found = [condition_flip(value, name, *parameters[name]) for name in read]  # type: ignore[arg-type]
    found.append(figure_flip(value, [name for name in used if name in figures]))
    return [flip for flip in found if flip is not None]
