"""A verdict on a sentence of one's own, with its reason; nothing is recorded."""

from __future__ import annotations

import html
from dataclasses import dataclass

from .deciding import settling
from .intervals import Interval, bounds_text, text
from .quantities import Condition, Conjunction
from .record import (
    Codings,
    Judgeable,
    Stated,
    Untestable,
    chip_html,
    verdict_of,
)
from .stats import SampleTest
from .verdicts import FOLLOWS, NO_FIGURE, OPEN, RULED_OUT, STATED, judge, short

SIGNS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
PARTS = {FOLLOWS: "all", OPEN: "only a part", RULED_OUT: "none"}
TIMES = {FOLLOWS: "always", OPEN: "not always", RULED_OUT: "never"}


@dataclass(frozen=True)
class Answer:
    """What the figures do to a sentence, and why.

    Parameters
    ----------
    verdict : str
        Code of the verdict.
    word : str
        The verdict in words.
    reason : str
        Why, in a sentence or two.
    """

    verdict: str
    word: str
    reason: str

    def __repr__(self) -> str:
        return f"{self.word}: {self.reason}"

    def _repr_html_(self) -> str:
        return f"<p>{chip_html(self.verdict, self.word)} {html.escape(self.reason)}</p>"


def answer(asked: Judgeable) -> Answer:
    """Return the verdict on a comparison, with its reason; it is recorded nowhere.

    Parameters
    ----------
    asked : comparison, test, codings or None
        What :meth:`Study.judge` takes, such as ``share > 0.5``.

    Raises
    ------
    TypeError
        If it cannot be judged, with what can.

    Examples
    --------
    >>> from asprinted.intervals import Interval
    >>> from asprinted.quantities import known
    >>> sold = known("sold", Interval(5, 6), "gwh")
    >>> made = known("made", Interval(8, 10), "gwh")
    >>> answer(sold / made > 0.4)
    Follows: The figures allow 50% to 75%; all of it is more than 40%.
    >>> answer(sold > 5.5).verdict
    'open'
    """
    code = verdict_of(asked)
    basis = STATED if isinstance(asked, Stated) else ""
    return Answer(code, short(code, basis), _reason(asked, code))


def _reason(asked: Judgeable, code: str) -> str:
    match asked:
        case Condition():
            return _compared(asked, code)
        case Conjunction():
            parts = [_compared(part, judge(part)) for part in asked.parts]
            return " ".join(f"({n}) {part}" for n, part in enumerate(parts, 1))
        case Stated():
            return f"The print says so itself. {_compared(asked.condition, code)}"
        case Codings():
            held = sum(asked.holds)
            return f"It holds in {held} of {len(asked.holds)} codings of the cases."
        case SampleTest():
            return _sampled(asked)
        case Untestable():
            return f"{asked.reason[:1].upper()}{asked.reason[1:]}."
    return "There is nothing to compare."


def _compared(condition: Condition, code: str) -> str:
    """Return what is compared, for how much of it the comparison holds, where it turns."""
    missing = [n for n, known in condition.margin.inputs.items() if known is None]
    if missing:
        return f"Nothing is printed of {', '.join(missing)}."
    if code == NO_FIGURE:
        return "A number that is divided by can be zero."
    first, second = condition.quantity, condition.threshold
    sign, line = SIGNS[condition.operator], second.bounds()
    allowed = f"The figures allow {bounds_text(first.bounds(), first.unit)}"
    if line.lo == line.hi:
        said = f"{PARTS[code]} of it is {sign} {text(line, second.unit)}"
    else:
        allowed += f" against {bounds_text(line, second.unit)}"
        said = f"the first is {TIMES[code]} {sign} the second"
    return f"{allowed}; {said}.{_turning(condition, code)}"


def _turning(condition: Condition, code: str) -> str:
    """Return the value of one input at which an open comparison turns."""
    found = settling(condition) if code == OPEN else None
    if found is None:
        return ""
    side = "below" if found.true_below else "above"
    at = bounds_text(found.turns, found.unit)
    return f" It turns where {found.name} is {at}: {side} that it is true."


def _sampled(test: SampleTest) -> str:
    estimate = test.estimate
    if test.verdict == NO_FIGURE:
        return "There are no cases."
    unit = estimate.unit
    ends = bounds_text(Interval(estimate.lo, estimate.hi), unit)
    asked = "no change" if test.operator == "flat" else SIGNS[test.operator]
    line = "" if test.operator == "flat" else f" {text(test.threshold, unit)}"
    return (
        f"{estimate.n} cases give {text(estimate.point, unit)}, and at the level "
        f"{text(1 - estimate.alpha, 'share')} {ends}; asked is {asked}{line}."
    )
