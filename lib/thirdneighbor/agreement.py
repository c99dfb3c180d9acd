"""Agreement of texts and coders: the matrix of stances, Krippendorff's alpha, common lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from .intervals import INF
from .smallsample import Estimate

CODES = ("agree", "mixed", "disagree", "silent")
READINGS = ("own", "agree", "disagree")
SIGNS = {"agree": "+", "mixed": "±", "disagree": "-", "": ""}


def matrix(
    stances: pd.DataFrame, statements: Sequence[str], texts: Sequence[str], mixed: str = "own"
) -> pd.DataFrame:
    """Return what each text says on each statement.

    Parameters
    ----------
    stances : DataFrame
        `statement_id`, `source_id` and `stance`; a text that is silent has no row, and one with
        several rows that differ is mixed.
    statements, texts : sequence of str
        Rows and columns wanted, in order.
    mixed : str
        What a mixed stance counts as: its `own` code, `agree` or `disagree`.

    Returns
    -------
    DataFrame
        Cells `agree`, `mixed`, `disagree`, or empty where the text is silent.

    Raises
    ------
    ValueError
        If the reading of a mixed stance is not known.
    """
    if mixed not in READINGS:
        raise ValueError(f"mixed {mixed!r} is not allowed; allowed: {', '.join(READINGS)}")
    said = stances.groupby(["statement_id", "source_id"])["stance"].agg(_one)
    cells = said.unstack() if len(said) else pd.DataFrame()
    cells = cells.reindex(index=list(statements), columns=list(texts)).astype(object).fillna("")
    return cells if mixed == "own" else cells.replace({"mixed": mixed})


def _one(stances: pd.Series) -> str:
    return str(stances.iloc[0]) if stances.nunique() == 1 else "mixed"


def agreed(codes: pd.DataFrame, coders: Sequence[str]) -> pd.DataFrame:
    """Return the cells on which all the coders named give one code that is not silence.

    Parameters
    ----------
    codes : DataFrame
        `statement_id`, `source_id`, `coder` and `code`, one row a cell and coder.
    coders : sequence of str
        One coder or several.

    Returns
    -------
    DataFrame
        `statement_id`, `source_id` and `stance`, as `matrix` takes them.
    """
    rows = codes[codes["coder"].isin(list(coders))].rename(columns={"code": "stance"})
    cell = ["statement_id", "source_id"]
    same = rows[rows.groupby(cell)["stance"].transform("nunique") == 1].drop_duplicates(cell)
    return same.loc[same["stance"] != "silent", [*cell, "stance"]].reset_index(drop=True)


def alpha(cells: pd.DataFrame) -> float:
    """Return Krippendorff's alpha for nominal codes (Krippendorff 2004), at most 1.

    1 means that all columns (texts, or coders) agree wherever two of them speak, 0 what chance
    would give. An empty cell is missing, which is neither agreement nor disagreement; `silent`
    is a code, for coders who agree that a text says nothing. Not a number if no row has two
    codes, or if a single code is all that occurs: without variety nothing is measured.

    Examples
    --------
    >>> float(alpha(pd.DataFrame([["agree", "agree"], ["mixed", "mixed"]])))
    1.0
    """
    return float(_alphas(_counts(cells)))


def opposed(stances: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of texts that speak on one statement.

    Returns
    -------
    DataFrame
        One row a pair: `statement_id`, `first`, `second` (texts) and `type`: `opposed` where
        one agrees and the other disagrees, `in part` where one is mixed, else `same stance`;
        opposed ones first.
    """
    rows = []
    for statement, part in stances.groupby("statement_id", sort=False):
        said = list(zip(part["source_id"], part["stance"], strict=True))
        for (a, x), (b, y) in itertools.combinations(said, 2):
            kind = "same stance" if x == y else "in part" if "mixed" in (x, y) else "opposed"
            rows.append((statement, a, b, kind))
    frame = pd.DataFrame(rows, columns=["statement_id", "first", "second", "type"])
    rank = frame["type"].map({"opposed": 0, "in part": 1, "same stance": 2})
    return frame.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)


def _counts(cells: pd.DataFrame) -> np.ndarray:
    """Return how many columns give each code, a row to a row of cells that has two codes."""
    counts = np.stack([(cells == code).sum(axis=1).to_numpy() for code in CODES], axis=-1)
    return counts[counts.sum(axis=1) > 1]


def _alphas(counts: np.ndarray) -> np.ndarray:
    """Return alpha of each table of counts; the last two axes are rows and codes."""
    said, each = counts.sum(axis=-1), counts.sum(axis=-2)
    unlike = ((said**2 - (counts**2).sum(axis=-1)) / (said - 1)).sum(axis=-1)
    n = each.sum(axis=-1)
    by_chance = (n**2 - (each**2).sum(axis=-1)) / np.maximum(n - 1, 1)
    varied = np.where(by_chance > 0, by_chance, np.nan)
    return np.asarray(1 - unlike / varied)


def bootstrap(cells: pd.DataFrame, draws: int, seed: int, level: float = 0.05) -> Estimate:
    """Return alpha with a percentile interval from drawing rows of cells with replacement.

    Parameters
    ----------
    draws, seed : int
        Number of draws and seed of the generator.
    level : float
        One minus the level of the interval, in (0, 1).

    Returns
    -------
    Estimate
        `n` counts rows with two codes, and is 0 if alpha is not defined; `p` is the share of
        draws that are not above zero, and cannot be smaller than `p_min`. A draw in which alpha
        is not defined may be anything from -1 to 1, and widens the interval.
    """
    counts = _counts(cells)
    point = float(_alphas(counts))
    if math.isnan(point):
        return Estimate(math.nan, -INF, INF, 0, 1.0, 1.0, "bootstrap")
    chosen = np.random.default_rng(seed).integers(len(counts), size=(draws, len(counts)))
    drawn = _alphas(counts[chosen])
    lo = np.quantile(np.nan_to_num(drawn, nan=-1.0), level / 2)
    hi = np.quantile(np.nan_to_num(drawn, nan=1.0), 1 - level / 2)
    p, p_min = (1 + int((~(drawn > 0)).sum())) / (1 + draws), 1 / (1 + draws)
    return Estimate(point, float(lo), float(hi), len(counts), p, p_min, "bootstrap of rows")


def jaccard(a: Collection[str], b: Collection[str]) -> Fraction:
    """Return the share of all items that stand on both lists (Jaccard 1912), in [0, 1].

    Raises
    ------
    ValueError
        If both lists are empty.

    Examples
    --------
    >>> jaccard({"x", "y"}, {"y", "z"})
    Fraction(1, 3)
    """
    union = set(a) | set(b)
    if not union:
        raise ValueError("two empty lists cannot be compared")
    return Fraction(len(set(a) & set(b)), len(union))


def overlaps(
    lists: Mapping[str, Collection[str]], examples: Collection[str] = ()
) -> dict[tuple[str, str], Fraction]:
    """Return how far every two lists agree, from 0 to 1.

    Parameters
    ----------
    lists : mapping
        Name to items.
    examples : collection of str
        Names of lists that only give examples: such a list agrees with a complete one as far as
        its items stand there, and two of them cannot disagree, so that they are left out.
    """
    found = {}
    for a, b in itertools.combinations(lists, 2):
        if a in examples and b in examples:
            continue
        if a in examples or b in examples:
            few, all_ = (set(lists[n]) for n in ((a, b) if a in examples else (b, a)))
            found[a, b] = Fraction(len(few & all_), len(few))
        else:
            found[a, b] = jaccard(lists[a], lists[b])
    return found
