"""Seven codes on four kinds of ground, and the only place that turns them into words.

A verdict says what the printed figures do to a sentence, not whether the sentence is true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .intervals import INF, Interval
from .quantities import Condition, Conjunction, total

FOLLOWS, OPEN, RULED_OUT, NO_FIGURE = "follows", "open", "ruled_out", "no_figure"
SUPPORTED, UNDECIDED, OPPOSED = "supported", "undecided", "opposed"
CODES = (FOLLOWS, OPEN, RULED_OUT, NO_FIGURE, SUPPORTED, UNDECIDED, OPPOSED)
UNSETTLED = (OPEN, NO_FIGURE, UNDECIDED)
LETTERS = dict(zip("fornsup", CODES, strict=True))  # in what-if panels
OF_SAMPLES = {FOLLOWS: SUPPORTED, OPEN: UNDECIDED, RULED_OUT: OPPOSED}
BOUNDS, SAMPLE, CODING, STATED, NONE = "bounds", "sample", "coding", "stated", "none"

SHORT = {
    FOLLOWS: "Follows",
    OPEN: "Left open",
    RULED_OUT: "Ruled out",
    NO_FIGURE: "No figure",
    SUPPORTED: "A few cases point to it",
    UNDECIDED: "Too few cases to tell",
    OPPOSED: "A few cases point against it",
}
ONLY_STATED = "Only stated"
MEANINGS = {
    FOLLOWS: "the sentence holds for every value that the figures allow",
    OPEN: "it holds for some of these values and fails for others",
    RULED_OUT: "it holds for none of these values",
    NO_FIGURE: "a number that it needs is not there, or counts another thing",
}
COUNTED = {
    FOLLOWS: "follow",
    OPEN: "left open",
    RULED_OUT: "ruled out",
    SUPPORTED: "with a few cases for it",
    OPPOSED: "with a few cases against it",
    UNDECIDED: "with too few cases",
    STATED: "only stated",
    NO_FIGURE: "without a figure",
}
LINKS = {FOLLOWS: "from", OPEN: "by", RULED_OUT: "by"}
MOST_BOXES = 400


def short(code: str, basis: str = BOUNDS) -> str:
    """Return the word for a table.

    Examples
    --------
    >>> short("ruled_out"), short("open", "stated")
    ('Ruled out', 'Only stated')
    """
    return ONLY_STATED if basis == STATED else SHORT[code]


def outcome(code: str, basis: str = BOUNDS) -> str:
    """Return under what a verdict is counted: its code, or that it is only stated."""
    return STATED if basis == STATED else code


def counted(outcomes: Iterable[str]) -> str:
    """Return how many sentences have which outcome, in words.

    Examples
    --------
    >>> counted(["open", "follows", "open"]), counted(["stated"])
    ('Of 3 sentences, 1 follows, 2 left open', 'Of 1 sentence, 1 only stated')
    """
    counts = Counter(outcomes)
    told = [f"{counts[name]} {said}" for name, said in COUNTED.items() if counts[name]]
    if counts[FOLLOWS] == 1:
        told[0] = "1 follows"
    total = sum(counts.values())
    return f"Of {total} sentence{'s' * (total != 1)}, {', '.join(told)}"


def chip(record: Mapping[str, Any], whose: str) -> str:
    """Return verdict, whose figures, and the condition it depends on.

    Parameters
    ----------
    record : mapping
        A record with `verdict`, `basis` and `given`; codings that rest on figures, such as
        one answer a year, name them in `figures`.
    whose : str
        Whose figures decide, such as "the printed figures".

    Examples
    --------
    >>> record = {"verdict": "follows", "basis": "bounds", "given": "if it counts money"}
    >>> chip(record, "the printed figures")
    'Follows from the printed figures, if it counts money'
    """
    code, basis = record["verdict"], record["basis"]
    said = short(code, basis)
    if code == NO_FIGURE:
        said = "No figure to test it"
    elif basis == STATED:
        said = "Only stated, not shown"
    elif basis == CODING and not record.get("figures"):
        said = f"{said} {LINKS[code]} the cases as coded"
    elif code in LINKS:
        said = f"{said} {LINKS[code]} {whose}"
    return f"{said}, {record['given']}" if record["given"] else said


def judge(condition: Condition | Conjunction) -> str:
    """Return the verdict on the bounds of what is compared.

    Returns
    -------
    str
        `follows` if the comparison holds for every value that the print admits, `ruled_out`
        if for none, `open` if for some, `no_figure` if an input is not printed.

    Examples
    --------
    >>> from asprinted.quantities import known
    >>> share = known("share", Interval(0.5, 1, lo_open=True), "share")
    >>> judge(share > 0.5), judge(share > 0.9), judge(share < 0.5)
    ('follows', 'open', 'ruled_out')
    """
    if isinstance(condition, Conjunction):
        return _jointly(condition.parts)
    bounds = condition.margin.known_bounds
    if bounds is None:
        return NO_FIGURE
    return within(bounds, Interval(0, INF, lo_open=condition.strict))


def within(bounds: Interval, true: Interval) -> str:
    """Return the verdict where a sentence holds for the values of one interval.

    Examples
    --------
    >>> within(Interval(1, 2), Interval(0, 2)), within(Interval(1, 2), Interval(0, 1.5))
    ('follows', 'open')
    """
    if bounds.within(true):
        return FOLLOWS
    return OPEN if bounds.meets(true) else RULED_OUT


def judge_sample(lo: float, hi: float, true: Interval) -> str:
    """Return the verdict of a small sample: its exact interval against what would be true."""
    if lo != lo or hi != hi:
        return NO_FIGURE
    return OF_SAMPLES[within(Interval(lo, hi), true)]


def judge_codings(holds: Sequence[bool]) -> str:
    """Return the verdict over all admissible codings of the cases."""
    if not holds:
        return NO_FIGURE
    if all(holds):
        return FOLLOWS
    return OPEN if any(holds) else RULED_OUT


def all_of(codes: Iterable[str]) -> str:
    """Return the verdict of a conjunction of parts that share no input.

    Examples
    --------
    >>> all_of(["follows", "open"]), all_of(["ruled_out", "no_figure"])
    ('open', 'ruled_out')
    """
    found = list(codes)
    return next(
        (code for code in (RULED_OUT, NO_FIGURE, OPEN) if code in found), FOLLOWS
    )


def _jointly(parts: Sequence[Condition]) -> str:
    """Return the verdict of a conjunction on the common box of its inputs."""
    verdict = all_of(judge(part) for part in parts)
    if len(parts) == 1 or verdict != OPEN:
        return verdict
    inputs: dict[str, Any] = {}
    for part in parts:
        inputs |= part.margin.inputs
    box = {name: side for name, side in inputs.items() if side.width}
    return RULED_OUT if _clash(parts) else _searched(parts, box)


def _clash(parts: Sequence[Condition]) -> bool:
    """Return whether the margins of all parts together cannot be positive."""
    margins = [part.margin.as_unit("") for part in parts]
    top = total(margins).bounds().hi
    return top < 0 or (top == 0 and any(part.strict for part in parts))


def _searched(parts: Sequence[Condition], box: dict[str, Interval]) -> str:
    """Return whether the parts are left open: ruled out only if no point satisfies all.

    A box that leaves it open is cut across its first side, which is then its last.
    """
    queue = [box]
    for _ in range(MOST_BOXES):
        if not queue:
            return RULED_OUT
        sides = queue.pop(0)
        verdict = all_of(judge(part.at(**sides)) for part in parts)
        if verdict == FOLLOWS:
            return OPEN
        if verdict != RULED_OUT:
            name = next(iter(sides))
            halves = _halves(sides.pop(name))
            queue += [{**sides, name: half} for half in halves]
    return OPEN


def _halves(interval: Interval) -> tuple[Interval, Interval]:
    """Cut an interval in its middle, or at a number beyond its only end."""
    cut = interval.middle
    if interval.lo == -INF:
        cut = min(-1, 2 * interval.hi)
    elif interval.hi == INF:
        cut = max(1, 2 * interval.lo)
    return (
        Interval(interval.lo, cut, interval.lo_open, False),
        Interval(cut, interval.hi, True, interval.hi_open),
    )
