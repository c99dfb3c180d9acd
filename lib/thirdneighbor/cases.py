"""Comparing a few coded cases: admissible completions, consistency, Boolean minimisation.

A case maps condition names to 1, 0 or None (the text does not say). An unknown code takes
both values, and a statement is judged on all completions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from .intervals import Interval
from .verdicts import judge_codings

Case = Mapping[str, int | None]
Cases = Mapping[str, Case]
Completion = dict[str, dict[str, int]]
Measure = Callable[[Completion], Fraction | None]
Judged = tuple[Interval, list[bool]] | list[bool]
POLICIES = ("interval", "0", "1", "official")
CODES = {"0": 0, "1": 1}
UNSEEN = "another case"


def coded(
    rows: pd.DataFrame, official: pd.DataFrame, policy: str = "interval"
) -> dict[str, dict[str, int | None]]:
    """Return the cases that rows of `conditions.csv` code.

    Parameters
    ----------
    rows, official : DataFrame
        ``case``, ``condition`` and ``code`` ("1", "0" or "unknown"), by a text and by others.
    policy : str
        What becomes of an unknown code: it stays unknown (`interval`), counts as `0` or `1`,
        or takes the official code where there is one (`official`).

    Raises
    ------
    ValueError
        If the policy is not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"case": ["A"], "condition": ["x"], "code": ["unknown"]})
    >>> coded(rows, rows.assign(code="1"), "official")
    {'A': {'x': 1}}
    """
    if policy not in POLICIES:
        raise ValueError(f"policy {policy!r} is not allowed; allowed: {', '.join(POLICIES)}")
    filling = CODES.get(policy)
    columns = ["case", "condition", "code"]
    cases: dict[str, dict[str, int | None]] = {}
    for case, condition, code in rows[columns].itertuples(index=False, name=None):
        cases.setdefault(case, {})[condition] = CODES.get(code, filling)
    known = official[columns] if policy == "official" else official[columns].head(0)
    for case, condition, code in known.itertuples(index=False, name=None):
        if case in cases and cases[case].get(condition) is None:
            cases[case][condition] = CODES.get(code)
    return cases


def conduct(
    events: pd.DataFrame, since: int, breaks: Sequence[str], doubtful: Sequence[str] = ()
) -> dict[str, dict[str, int | None]]:
    """Return events as cases of "after a year, therefore the status is kept".

    Parameters
    ----------
    events : DataFrame
        ``event_id``, ``date_start`` (empty: undated, so `after` is unknown) and ``kind``.
    since : int
        An event of a later year is `after`.
    breaks, doubtful : sequence of str
        Kinds that do not keep the status, and kinds that may or may not.

    Examples
    --------
    >>> row = {"event_id": ["e"], "date_start": [""], "kind": ["deployment"]}
    >>> conduct(pd.DataFrame(row), 2015, ["deployment"])
    {'e': {'after': None, 'kept': 0}}
    """
    columns = ["event_id", "date_start", "kind"]
    return {
        event: {
            "after": int(int(start[:4]) > since) if start else None,
            "kept": None if kind in doubtful else int(kind not in breaks),
        }
        for event, start, kind in events[columns].itertuples(index=False, name=None)
    }


def completions(cases: Cases, conditions: Sequence[str]) -> list[Completion]:
    """Return every way of filling the unknown codes of the given conditions.

    Examples
    --------
    >>> len(completions({"A": {"x": None, "y": 1}, "B": {"x": None, "y": 0}}, ["x", "y"]))
    4
    """
    holes = [(name, c) for name, case in cases.items() for c in conditions if case[c] is None]
    filled: list[Completion] = []
    for codes in itertools.product((0, 1), repeat=len(holes)):
        given = dict(zip(holes, codes, strict=True))
        filled.append(
            {
                name: {c: int(given.get((name, c), case[c] or 0)) for c in conditions}
                for name, case in cases.items()
            }
        )
    return filled


def named(cases: Cases, filled: Completion) -> str:
    """Return what a completion fills in, in words.

    Examples
    --------
    >>> named({"A": {"x_y": None, "z": 1}}, {"A": {"x_y": 0, "z": 1}})
    'A x y: no'
    """
    parts = [
        f"{name} {condition.replace('_', ' ')}: {'yes' if code else 'no'}"
        for name, codes in filled.items()
        for condition, code in codes.items()
        if cases[name][condition] is None
    ]
    return "; ".join(parts) or "nothing to fill"


def occupied(cases: Cases, conditions: Sequence[str]) -> tuple[int, int]:
    """Return how many rows of the truth table hold a case: fewest and most over completions.

    Examples
    --------
    >>> occupied({"A": {"x": None}, "B": {"x": 1}}, ["x"])
    (1, 2)
    """
    counts = [
        len({tuple(case.values()) for case in filled.values()})
        for filled in completions(cases, conditions)
    ]
    return min(counts), max(counts)


def truth_rows(
    cases: Cases, down: Sequence[str], across: Sequence[str], names: Mapping[str, str]
) -> pd.DataFrame:
    """Return the rows of a truth table as a grid, each cell with the cases that may stand there.

    Parameters
    ----------
    down, across : sequence of str
        Conditions whose codes head the rows and the columns of the grid.
    names : mapping of str to str
        What to write for a case; a question mark follows if it may also stand elsewhere.

    Examples
    --------
    >>> grid = truth_rows({"A": {"x": 1, "y": None}}, ["x"], ["y"], {"A": "A"})
    >>> grid.loc["x"].tolist(), grid.loc["no x"].tolist()
    (['A?', 'A?'], ['', ''])
    """
    heads = [list(itertools.product((1, 0), repeat=len(side))) for side in (down, across)]
    grid = [["" for _ in heads[1]] for _ in heads[0]]
    for name in cases:
        filled = completions({name: cases[name]}, [*down, *across])
        mark = names[name] + "?" * (len(filled) > 1)
        for completion in filled:
            codes = tuple(completion[name].values())
            row, column = heads[0].index(codes[: len(down)]), heads[1].index(codes[len(down) :])
            grid[row][column] = f"{grid[row][column]} {mark}".strip()
    sides = [
        [
            ", ".join(
                "no " * (not v) + c.replace("_", " ") for c, v in zip(side, codes, strict=True)
            )
            for codes in head
        ]
        for side, head in zip((down, across), heads, strict=True)
    ]
    return pd.DataFrame(grid, index=sides[0], columns=sides[1])


def explanation(answers: Sequence[str]) -> str:
    """Return in words what the minimisation of one completion left.

    Examples
    --------
    >>> explanation(["military_strength", "resources"])
    'Military strength, or instead resources'
    """
    if not answers:
        return "Contradicts itself"
    if list(answers) == [""]:
        return "Nothing to explain: no case lacks the outcome"
    if len(answers) > 2:
        return f"{len(answers)} answers fit equally well"
    text = ", or instead ".join(answers).replace("_", " ")
    return text[:1].upper() + text[1:]


def sufficient(cases: Cases, condition: str, outcome: str, *, unseen: bool = False) -> Judged:
    """Return what `Run.record` judges for the rule "condition, therefore outcome".

    Parameters
    ----------
    cases : mapping
        The coded cases; with none there is nothing to judge.
    condition, outcome : str
        Names of conditions.
    unseen : bool
        Whether one unexamined case, which may be coded in any way, stands beside the others. The
        range of the consistency leaves it out. With it no rule about all cases is ever certain.

    Returns
    -------
    tuple of Interval and list of bool, or an empty list
        Range of the consistency, and whether the rule holds in each completion.

    Examples
    --------
    >>> seen = {"A": {"x": 1, "y": 1}, "B": {"x": 0, "y": 0}}
    >>> sufficient(seen, "x", "y")
    (Interval([1, 1]), [True])
    >>> sufficient(seen, "x", "y", unseen=True)[1]
    [True, True, False, True]
    """
    return _judged(cases, (condition, outcome), sufficiency(condition, outcome), unseen)


def necessary(cases: Cases, condition: str, outcome: str, *, unseen: bool = False) -> Judged:
    """Return what `Run.record` judges for "no outcome without condition"; see `sufficient`."""
    return _judged(cases, (condition, outcome), necessity(condition, outcome), unseen)


RULES: dict[str, Callable[..., Judged]] = {"sufficient": sufficient, "necessary": necessary}


def _judged(cases: Cases, pair: Sequence[str], measure: Measure, unseen: bool) -> Judged:
    filled = completions(cases, pair)
    if all(measure(completion) is None for completion in filled):
        return []
    wider = {**cases, UNSEEN: dict.fromkeys(pair)} if unseen else cases
    return consistency(filled, measure)[0], consistency(completions(wider, pair), measure)[1]


def answers(cases: Cases, conditions: Sequence[str], outcome: str) -> list[list[str]]:
    """Return what minimisation leaves under each completion, see `solutions`."""
    filled = completions(cases, [*conditions, outcome])
    return [solutions(completion, outcome) for completion in filled]


def deciding(cases: Cases, rule: str, condition: str, outcome: str) -> tuple[str, str]:
    """Return the open code that settles a rule, or else the case that nobody examined.

    Parameters
    ----------
    rule : str
        `sufficient` or `necessary`.

    Examples
    --------
    >>> deciding({"A": {"x": None, "y": 1}, "B": {"x": 0, "y": 0}}, "necessary", "x", "y")
    ('the code of A: x', 'present')
    >>> deciding({}, "necessary", "x", "y")
    ('a text that codes the cases', 'it is among those chosen')
    """
    if not cases:
        return "a text that codes the cases", "it is among those chosen"
    for name, case in cases.items():
        for code in (c for c in (condition, outcome) if case[c] is None):
            held = [
                _holds({**cases, name: {**case, code: v}}, rule, condition, outcome) for v in (0, 1)
            ]
            if all(held[1]) and not any(held[0]):
                return f"the code of {name}: {code.replace('_', ' ')}", "present"
            if all(held[0]) and not any(held[1]):
                return f"the code of {name}: {code.replace('_', ' ')}", "absent"
    return "a case not examined here that breaks the rule", "there is none"


def _holds(
    cases: Cases, rule: str, condition: str, outcome: str, *, unseen: bool = False
) -> list[bool]:
    judged = RULES[rule](cases, condition, outcome, unseen=unseen)
    return judged[1] if isinstance(judged, tuple) else judged


def flips(
    by_policy: Mapping[str, Cases],
    rule: str,
    condition: str,
    outcome: str,
    *,
    policy: str,
    unseen: bool,
) -> tuple[str, Any]:
    """Return the parameter and the value that change the verdict on a rule.

    Parameters
    ----------
    by_policy : mapping
        The cases as coded under each policy for unknown codes.
    policy, unseen : str, bool
        Settings of the run.
    """

    def verdict(policy: str, unseen: bool) -> str:
        holds = _holds(by_policy[policy], rule, condition, outcome, unseen=unseen)
        return judge_codings(holds)

    now = verdict(policy, unseen)
    for other in by_policy:
        if verdict(other, unseen) != now:
            return "unknown_policy", other
    if verdict(policy, not unseen) != now:
        return "unseen_state", not unseen
    return "nothing", "nothing"


def sufficiency(condition: str, outcome: str) -> Measure:
    """Return the consistency of "condition, therefore outcome": |X and Y| / |X| (Ragin 1987)."""
    return lambda cases: _ratio(cases, condition, outcome)


def necessity(condition: str, outcome: str) -> Measure:
    """Return the consistency of "no outcome without condition": |X and Y| / |Y| (Ragin 1987)."""
    return lambda cases: _ratio(cases, outcome, condition)


def _ratio(cases: Completion, given: str, then: str) -> Fraction | None:
    holds = [case[then] for case in cases.values() if case[given]]
    return Fraction(sum(holds), len(holds)) if holds else None


def consistency(filled: Sequence[Completion], measure: Measure) -> tuple[Interval, list[bool]]:
    """Return the range of a consistency over all completions, and where it is perfect.

    Raises
    ------
    ValueError
        If the measure is undefined in every completion.
    """
    values = [measure(cases) for cases in filled]
    defined = [value for value in values if value is not None]
    if not defined:
        raise ValueError("no case has the condition in any completion")
    return Interval(min(defined), max(defined)), [value == 1 for value in defined]


def solutions(cases: Completion, outcome: str) -> list[str]:
    """Return all shortest disjunctions of prime implicants that explain the outcome.

    Rows without a case are don't-cares (the parsimonious solution; Ragin 1987). Several
    solutions are model ambiguity (Baumgartner & Thiem 2017); none is a contradiction.

    Examples
    --------
    >>> solutions({"A": {"m": 1, "y": 1}, "B": {"m": 0, "y": 0}}, "y")
    ['m']
    """
    conditions = [c for c in next(iter(cases.values())) if c != outcome]
    rows = {n: tuple(case[c] for c in conditions) for n, case in cases.items()}
    yes = [row for name, row in rows.items() if cases[name][outcome]]
    no = [row for name, row in rows.items() if not cases[name][outcome]]
    if not yes or set(yes) & set(no):
        return []
    cubes = [
        cube
        for cube in itertools.product((0, 1, None), repeat=len(conditions))
        if any(_covers(cube, row) for row in yes) and not any(_covers(cube, row) for row in no)
    ]
    primes = [c for c in cubes if not any(d != c and _covers(d, c) for d in cubes)]
    for size in range(1, len(yes) + 1):
        chosen = [
            terms
            for terms in itertools.combinations(primes, size)
            if all(any(_covers(term, row) for term in terms) for row in yes)
        ]
        if chosen:
            return sorted(" or ".join(_name(t, conditions) for t in terms) for terms in chosen)
    return []


def _covers(cube: Sequence[int | None], row: Sequence[int | None]) -> bool:
    return all(c is None or c == r for c, r in zip(cube, row, strict=True))


def _name(cube: Sequence[int | None], conditions: Sequence[str]) -> str:
    literals = [
        name if code else f"not {name}"
        for name, code in zip(conditions, cube, strict=True)
        if code is not None
    ]
    return " and ".join(literals)
