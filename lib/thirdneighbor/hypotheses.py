"""Competing hypotheses against the same evidence: counts, orders and how much they lean on what.

A matrix has one row a piece of evidence and one column a hypothesis; a cell is 1 (the
hypothesis expects it), -1 (it does not) or 0 (it is silent). Fewest inconsistencies win (Heuer
1999), and among equals the most consistent evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

SIGNS = {"plus": 1, "silent": 0, "minus": -1}
MARKS = {1: "+", -1: "−", 0: ""}
NOBODY = "nobody"


def matrix(cells: pd.DataFrame, evidence: Sequence[str], hypotheses: Sequence[str]) -> pd.DataFrame:
    """Return the signs as a matrix.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: `evidence_id`, `hypothesis`, `sign` ("1", "0" or "-1").
    evidence, hypotheses : sequence of str
        Rows and columns wanted, in order.

    Raises
    ------
    ValueError
        If a cell is missing.

    Examples
    --------
    >>> row = {"evidence_id": ["e1"], "hypothesis": ["h"], "sign": ["-1"]}
    >>> matrix(pd.DataFrame(row), ["e1"], ["h"]).loc["e1", "h"]
    np.int64(-1)
    """
    signs = cells.set_index(["evidence_id", "hypothesis"])["sign"].astype(int)
    lost = [(e, h) for e in evidence for h in hypotheses if (e, h) not in signs.index]
    if lost:
        raise ValueError(f"evidence.csv has no cell for {lost[0][0]} and {lost[0][1]}")
    values = [[signs[e, h] for h in hypotheses] for e in evidence]
    return pd.DataFrame(values, index=list(evidence), columns=list(hypotheses), dtype=int)


def flipped(signs: pd.DataFrame, evidence: str, hypothesis: str, sign: str) -> pd.DataFrame:
    """Return the matrix with one cell set anew; as it was if it has no such cell.

    Parameters
    ----------
    sign : str
        `plus`, `silent` or `minus`.
    """
    changed = signs.copy()
    if evidence in changed.index and hypothesis in changed.columns:
        changed.loc[evidence, hypothesis] = SIGNS[sign]
    return changed


def neighbours(signs: pd.DataFrame) -> Iterator[tuple[str, str, str, pd.DataFrame]]:
    """Return every matrix that differs in one cell: evidence, hypothesis, new sign, matrix."""
    for evidence in signs.index:
        for hypothesis in signs.columns:
            for name, sign in SIGNS.items():
                if signs.loc[evidence, hypothesis] != sign:
                    yield evidence, hypothesis, name, flipped(signs, evidence, hypothesis, name)


def score(signs: pd.DataFrame, minus_weight: float = 1.0) -> pd.DataFrame:
    """Return how each hypothesis fares, the best first.

    Parameters
    ----------
    minus_weight : float
        What one unexpected piece of evidence takes away, where an expected one adds 1; at
        least 0. It moves `score`, not the order.

    Returns
    -------
    DataFrame
        Index: hypothesis. `minus`, `plus`, `silent` (pieces of evidence), `score`
        (plus less minus times its weight), in the order of fewest minus, then most plus.

    Examples
    --------
    >>> signs = pd.DataFrame({"a": [1, -1], "b": [0, 0]})
    >>> list(score(signs).index)
    ['b', 'a']
    """
    counts = {name: (signs == sign).sum() for name, sign in SIGNS.items()}
    table = pd.DataFrame(counts)[["minus", "plus", "silent"]]
    table["score"] = table["plus"] - minus_weight * table["minus"]
    return table.sort_values(["minus", "plus"], ascending=[True, False], kind="stable")


def fewest(signs: pd.DataFrame) -> str:
    """Return the hypothesis with fewest inconsistencies; `nobody` if two are alike in both counts.

    Examples
    --------
    >>> fewest(pd.DataFrame({"a": [1], "b": [1]}))
    'nobody'
    """
    return highest(signs, len(signs) + 1)  # so that no number of plus makes up for a minus


def highest(signs: pd.DataFrame, minus_weight: float = 1.0) -> str:
    """Return the hypothesis with the highest score; `nobody` on a tie."""
    cells = signs.to_numpy()
    minus, plus = ((cells == SIGNS[name]).sum(axis=0) for name in ("minus", "plus"))
    scores = plus - minus_weight * minus
    best = np.flatnonzero(scores == scores.max())
    return str(signs.columns[best[0]]) if len(best) == 1 else NOBODY


def without(
    signs: pd.DataFrame, groups: Mapping[str, Sequence[str]], minus_weight: float = 1.0
) -> pd.DataFrame:
    """Return the scores with one group of evidence left out at a time.

    Parameters
    ----------
    groups : mapping of str to sequence of str
        Name to the evidence that falls away with it; a group that leaves nothing is passed over.

    Returns
    -------
    DataFrame
        One row a group and hypothesis: `left_out`, `kept` (pieces), `hypothesis`, `minus`,
        `plus`, `score`, `first` (whether it comes first by `fewest`).
    """
    rows = []
    for name, lost in groups.items():
        rest = signs.drop(index=[e for e in lost if e in signs.index])
        if rest.empty:
            continue
        best, table = fewest(rest), score(rest, minus_weight)
        for hypothesis in signs.columns:
            found = [table.at[hypothesis, name] for name in ("minus", "plus", "score")]
            rows.append((name, len(rest), hypothesis, *found, hypothesis == best))
    columns = ["left_out", "kept", "hypothesis", "minus", "plus", "score", "first"]
    types = {"minus": int, "plus": int, "first": bool}
    return pd.DataFrame(rows, columns=columns).astype(types)


def support(items: pd.DataFrame) -> dict[str, set[str]]:
    """Return the texts behind each piece of evidence.

    Parameters
    ----------
    items : DataFrame
        `evidence_id`, `source_id` and `also` (further texts, separated by a vertical bar).

    Examples
    --------
    >>> row = {"evidence_id": ["e1"], "source_id": ["a"], "also": ["b|c"]}
    >>> sorted(support(pd.DataFrame(row))["e1"])
    ['a', 'b', 'c']
    """
    columns = items[["evidence_id", "source_id", "also"]].itertuples(index=False, name=None)
    return {item: {first, *filter(None, also.split("|"))} for item, first, also in columns}


def weighings(evidence: Sequence[str], draws: int, seed: int) -> pd.DataFrame:
    """Return weightings of the evidence, drawn evenly from all that add up to 1.

    Parameters
    ----------
    draws, seed : int
        How many, and the seed of the generator (flat Dirichlet).

    Returns
    -------
    DataFrame
        One row a draw, one column a piece of evidence; each row adds up to 1.
    """
    generator = np.random.default_rng(seed)
    values = generator.dirichlet(np.ones(len(evidence)), size=draws)
    return pd.DataFrame(values, columns=list(evidence))


def winners(signs: pd.DataFrame, weights: pd.DataFrame, minus_weight: float = 1.0) -> pd.Series:
    """Return the hypothesis with the highest weighted score under each weighting.

    Parameters
    ----------
    weights : DataFrame
        One row a weighting, one column a piece of evidence.

    Examples
    --------
    >>> signs = pd.DataFrame({"a": [1, -1], "b": [0, 1]}, index=["e1", "e2"])
    >>> list(winners(signs, pd.DataFrame({"e1": [0.9, 0.1], "e2": [0.1, 0.9]})))
    ['a', 'b']
    """
    value = signs.where(signs >= 0, minus_weight * signs)
    scores = weights[list(signs.index)].to_numpy() @ value.to_numpy(dtype=float)
    return pd.Series(np.array(signs.columns)[scores.argmax(axis=1)], index=weights.index)
