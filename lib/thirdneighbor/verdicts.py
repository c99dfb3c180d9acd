"""Four words on four kinds of ground.

A verdict says whether the printed numbers support a sentence, not whether it is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .intervals import INF, Interval
from .quantities import Missing, Quantity, Undefined, total
from .smallsample import Estimate

CERTAIN, CONSISTENT = "certain", "consistent"
CONTRADICTED, NOT_TESTABLE = "contradicted", "not testable"
VERDICTS = (CERTAIN, CONSISTENT, CONTRADICTED, NOT_TESTABLE)
OPEN = (CONSISTENT, NOT_TESTABLE)
MOST_PARTS = 400


@dataclass(frozen=True)
class Condition:
    """A quantity compared with a threshold: `gt`, `ge`, `lt`, `le`, `eq` or `in` (an interval)."""

    quantity: Quantity
    operator: str
    threshold: Any

    def verdict(self) -> str:
        """Return the verdict on the identified set of the quantity."""
        try:
            return judge(self.quantity.bounds(), self.operator, self.threshold)
        except (Missing, Undefined):
            return NOT_TESTABLE


def admissible(operator: str, threshold: Any) -> Interval | None:
    """Return the values for which a comparison holds; None if no value can be named.

    Examples
    --------
    >>> admissible("gt", 0.9)
    Interval((0.9, inf))
    """
    if isinstance(threshold, Interval):
        return threshold
    if operator in ("gt", "ge"):
        return Interval(threshold, INF, lo_open=operator == "gt")
    if operator in ("lt", "le"):
        return Interval(-INF, threshold, hi_open=operator == "lt")
    return Interval.point(threshold) if operator == "eq" else None


def judge(bounds: Interval, operator: str, threshold: Any) -> str:
    """Return the verdict on an identified set.

    Returns
    -------
    str
        `certain` if every value satisfies the comparison, `contradicted` if none does,
        `consistent` otherwise.

    Examples
    --------
    >>> judge(Interval(0.5, 1, lo_open=True), "gt", 0.5)
    'certain'
    """
    true = admissible(operator, threshold)
    if true is None:
        raise ValueError(f"operator {operator!r} cannot be judged on bounds")
    if bounds.within(true):
        return CERTAIN
    return CONSISTENT if bounds.meets(true) else CONTRADICTED


def judge_sample(estimate: Estimate, operator: str, threshold: Any) -> str:
    """Return the verdict on an exact interval: never certain, straddling is not testable.

    A sentence that names one value (`eq`) is consistent while the interval holds the value:
    not refuted, which is not shown. An estimate that is not a number is not testable.
    """
    if estimate.n == 0 or estimate.point != estimate.point:
        return NOT_TESTABLE
    straddling = CONSISTENT if operator == "eq" else NOT_TESTABLE
    words = {CERTAIN: CONSISTENT, CONSISTENT: straddling, CONTRADICTED: CONTRADICTED}
    return words[judge(Interval(estimate.lo, estimate.hi), operator, threshold)]


def judge_codings(holds: Sequence[bool]) -> str:
    """Return the verdict over all admissible codings."""
    if not holds:
        return NOT_TESTABLE
    if all(holds):
        return CERTAIN
    return CONSISTENT if any(holds) else CONTRADICTED


def all_of(verdicts: Iterable[str]) -> str:
    """Return the verdict of a conjunction of parts that share no input."""
    words = list(verdicts)
    for word in (CONTRADICTED, NOT_TESTABLE, CONSISTENT):
        if word in words:
            return word
    return CERTAIN


def any_of(verdicts: Iterable[str]) -> str:
    """Return the verdict of a disjunction of parts that share no input."""
    words = list(verdicts)
    for word in (CERTAIN, NOT_TESTABLE, CONSISTENT):
        if word in words:
            return word
    return CONTRADICTED


def jointly(conditions: Sequence[Condition]) -> str:
    """Return the verdict of a conjunction on the common box of its inputs.

    Examples
    --------
    >>> from thirdneighbor.quantities import known
    >>> x = known("x", Interval(0, 1))
    >>> jointly([Condition(x, "gt", 0.6), Condition(x, "lt", 0.4)])
    'contradicted'
    """
    parts = [condition.verdict() for condition in conditions]
    if all_of(parts) != CONSISTENT or len(parts) == 1:
        return all_of(parts)
    box: dict[str, Any] = {}
    for condition in conditions:
        box |= condition.quantity.inputs
    if _clash(conditions) or not _satisfiable(conditions, box):
        return CONTRADICTED
    return CONSISTENT


def _clash(conditions: Sequence[Condition]) -> bool:
    """Return whether the margins of all conditions together cannot be positive."""
    margins = []
    for condition in conditions:
        margin = condition.quantity - condition.threshold
        if condition.operator not in ("gt", "ge", "lt", "le"):
            return False
        margins.append(margin if condition.operator in ("gt", "ge") else -margin)
    strict = any(condition.operator in ("gt", "lt") for condition in conditions)
    top = total(margins).bounds().hi
    return top < 0 or (top == 0 and strict)


def _satisfiable(conditions: Sequence[Condition], box: dict[str, Interval]) -> bool:
    """Return False only if no point of the box satisfies all conditions."""
    queue = [box]
    for _ in range(MOST_PARTS):
        if not queue:
            return False
        part = queue.pop(0)
        words = [
            Condition(c.quantity.at(**part), c.operator, c.threshold).verdict() for c in conditions
        ]
        if CONTRADICTED in words:
            continue
        name = max(part, key=lambda n: part[n].width / (box[n].width or 1))
        if all(word == CERTAIN for word in words) or part[name].width == 0:
            return True
        queue += [{**part, name: half} for half in _halves(part[name])]
    return True


def _halves(interval: Interval) -> tuple[Interval, Interval]:
    cut = 2 * abs(interval.lo) + 1 if interval.hi == INF else interval.middle
    return (
        Interval(interval.lo, cut, interval.lo_open, False),
        Interval(cut, interval.hi, True, interval.hi_open),
    )
