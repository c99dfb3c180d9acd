"""Theories against the same evidence: counts, leaders, and what one code changes.

Signs are a frame with one row a piece of evidence and one column a theory: 1 (the
theory expects it), -1 (it does not) or 0 (it is silent).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

SIGNS = (1, 0, -1)
NET, MINUS = "net", "minus"


def matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `evidence.csv` as signs.

    Parameters
    ----------
    rows : DataFrame
        `evidence_id`, `hypothesis`, `sign` ("1", "0" or "-1"), one row a cell.

    Raises
    ------
    ValueError
        If a cell is missing or stands twice.

    Examples
    --------
    >>> row = {"evidence_id": ["e1"], "hypothesis": ["h"], "sign": ["-1"]}
    >>> int(matrix(pd.DataFrame(row)).loc["e1", "h"])
    -1
    """
    evidence, theories = (rows[c].unique() for c in ("evidence_id", "hypothesis"))
    cells = rows.set_index(["evidence_id", "hypothesis"])["sign"].astype(int)
    if len(cells) != len(evidence) * len(theories) or cells.index.has_duplicates:
        raise ValueError("evidence.csv needs each cell of the matrix once")
    return cells.unstack().loc[evidence, theories]


def recoded(signs: pd.DataFrame, codes: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """Return the signs with some cells set anew, by evidence and theory."""
    changed = signs.copy()
    for (evidence, theory), sign in codes.items():
        if evidence not in changed.index or theory not in changed.columns:
            raise ValueError(f"there is no cell for {evidence} and {theory}")
        changed.loc[evidence, theory] = sign
    return changed


def tally(signs: pd.DataFrame) -> pd.DataFrame:
    """Return how each theory fares, most evidence on balance first.

    Returns
    -------
    DataFrame
        Index: theory. `plus`, `minus`, `silent` (pieces of evidence), `net` (plus less
        minus).

    Examples
    --------
    >>> tally(pd.DataFrame({"a": [-1, 1, 1], "b": [0, 0, 1]}))["net"].tolist()
    [1, 1]
    """
    counted = {name: (signs == sign).sum() for name, sign in _NAMES.items()}
    table = pd.DataFrame(counted)
    table["net"] = table["plus"] - table["minus"]
    return table.sort_values([NET, MINUS], ascending=[False, True], kind="stable")


_NAMES = {"plus": 1, "minus": -1, "silent": 0}


def first(signs: pd.DataFrame, by: str = NET) -> list[str]:
    """Return the theories that lead.

    Parameters
    ----------
    by : str
        "net": most evidence on balance; "minus": fewest pieces against (Heuer 1999).

    Returns
    -------
    list of str
        More than one on a tie.

    Examples
    --------
    >>> first(pd.DataFrame({"a": [1, 1], "b": [0, 0]}), "minus")
    ['a', 'b']
    """
    table = tally(signs)
    score = -table["minus"] if by == MINUS else table[NET]
    return list(score.index[score == score.max()])


def one_cell_changes(signs: pd.DataFrame, theory: str, by: str = NET) -> dict[str, int]:
    """Return how a theory stands after every change of a single cell.

    Returns
    -------
    dict
        Numbers of changes after which it is `first` alone, `tied` or `behind`.

    Examples
    --------
    >>> one_cell_changes(pd.DataFrame({"a": [1], "b": [0]}), "a")
    {'first': 1, 'tied': 2, 'behind': 1}
    """
    found = {"first": 0, "tied": 0, "behind": 0}
    for evidence in signs.index:
        for other in signs.columns:
            for sign in SIGNS:
                if sign != signs.loc[evidence, other]:
                    leaders = first(recoded(signs, {(evidence, other): sign}), by)
                    found[_standing(theory, leaders)] += 1
    return found


def _standing(theory: str, leaders: list[str]) -> str:
    if theory not in leaders:
        return "behind"
    return "first" if leaders == [theory] else "tied"
