"""A few coded cases: every way to fill what nobody codes, and what fits in each.

Cases are a mapping of case to conditions, each 1, 0 or None (not coded). An answer for
every filling goes to `asprinted.codings`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd

Case = Mapping[str, int | None]
Cases = Mapping[str, Case]
Filling = dict[str, dict[str, int]]
CODES = {"0": 0, "1": 1}
ANY_ONE = "any one"
UNSEEN = "a case that nobody looked at"


def coded(rows: pd.DataFrame) -> dict[str, dict[str, int | None]]:
    """Return the cases that rows of `conditions.csv` code.

    Parameters
    ----------
    rows : DataFrame
        `case`, `condition`, `code` ("1", "0" or "unknown"). A later row fills what an
        earlier one leaves unknown, and changes nothing else.

    Examples
    --------
    >>> row = {"case": ["A"], "condition": ["x"], "code": ["unknown"]}
    >>> coded(pd.DataFrame(row))
    {'A': {'x': None}}
    """
    cases: dict[str, dict[str, int | None]] = {}
    columns = rows[["case", "condition", "code"]]
    for case, condition, code in columns.itertuples(index=False, name=None):
        known = cases.setdefault(case, {})
        if known.get(condition) is None:
            known[condition] = CODES.get(code)
    return cases


def recoded(cases: Cases, case: str, **codes: int | None) -> Cases:
    """Return the cases with some codes of one case set anew.

    Examples
    --------
    >>> recoded({"A": {"x": 1}}, "A", x=0)
    {'A': {'x': 0}}
    """
    unknown = set(codes) - set(cases[case])
    if unknown:
        raise ValueError(f"{case} has no condition {', '.join(sorted(unknown))}")
    return {**cases, case: {**cases[case], **codes}}


def fillings(cases: Cases, conditions: Sequence[str]) -> list[Filling]:
    """Return every way to fill the unknown codes of some conditions.

    Examples
    --------
    >>> len(fillings({"A": {"x": None, "y": 1}, "B": {"x": None, "y": 0}}, ["x", "y"]))
    4
    """
    open_codes = [
        (case, name)
        for case, codes in cases.items()
        for name in conditions
        if codes[name] is None
    ]
    choices = itertools.product((0, 1), repeat=len(open_codes))
    return [
        _filled(cases, conditions, dict(zip(open_codes, chosen, strict=True)))
        for chosen in choices
    ]


def _filled(
    cases: Cases, conditions: Sequence[str], given: Mapping[tuple[str, str], int]
) -> Filling:
    """Return the cases with the codes given for what is open."""
    return {
        case: {name: given.get((case, name), codes[name] or 0) for name in conditions}
        for case, codes in cases.items()
    }


def fits(cases: Cases, causes: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return in how many fillings a cause is there exactly where the outcome is.

    Parameters
    ----------
    cases : mapping
        The coded cases.
    causes : sequence of str
        Conditions compared.
    outcome : str
        The condition to be explained.

    Returns
    -------
    DataFrame
        Index: each cause, and "any one" (the outcome is where at least one cause is).
        `fits`: fillings without an exception; `ways`: all fillings.

    Examples
    --------
    >>> seen = {"A": {"x": None, "y": 1}, "B": {"x": 0, "y": 0}}
    >>> fits(seen, ["x"], "y").loc["x"].tolist()
    [1, 2]
    """
    ways = fillings(cases, [*causes, outcome])
    found = {cause: _fitting(ways, [cause], outcome) for cause in causes}
    found[ANY_ONE] = _fitting(ways, causes, outcome)
    return pd.DataFrame({"fits": found, "ways": dict.fromkeys(found, len(ways))})


def _fitting(ways: Sequence[Filling], causes: Sequence[str], outcome: str) -> int:
    return sum(
        all(
            max(codes[c] for c in causes) == codes[outcome] for codes in filled.values()
        )
        for filled in ways
    )


def necessary(
    cases: Cases, condition: str, outcome: str, *, unseen: bool = False
) -> list[bool]:
    """Return, for every filling, whether there is no outcome without the condition.

    Parameters
    ----------
    cases : mapping
        The coded cases.
    condition, outcome : str
        Names of conditions.
    unseen : bool
        Whether a case that nobody looked at, coded in any way, stands beside them: then
        no rule about all cases can follow.

    Returns
    -------
    list of bool
        One answer a filling; empty if no filling has a case with the outcome.

    Examples
    --------
    >>> necessary({"A": {"x": 1, "y": 1}, "B": {"x": 1, "y": 0}}, "x", "y")
    [True]
    """
    return _rule(cases, outcome, condition, unseen)


def sufficient(
    cases: Cases, condition: str, outcome: str, *, unseen: bool = False
) -> list[bool]:
    """Return, for every filling, whether the condition always brings the outcome.

    Parameters and result are those of `necessary`.

    Examples
    --------
    >>> sufficient({"A": {"x": 1, "y": 1}, "B": {"x": 1, "y": 0}}, "x", "y")
    [False]
    """
    return _rule(cases, condition, outcome, unseen)


def _rule(cases: Cases, given: str, then: str, unseen: bool) -> list[bool]:
    pair = (given, then)
    if not any(codes[given] in (1, None) for codes in cases.values()):
        return []
    wider = {**cases, UNSEEN: dict.fromkeys(pair)} if unseen else cases
    return [
        all(codes[then] for codes in filled.values() if codes[given])
        for filled in fillings(wider, pair)
    ]
