"""Votes in the General Assembly: resolutions, agreement, and estimated positions."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from asprinted.stats import Estimate

BAND = 0.9  # the published positions carry their 5th and 95th percentiles


def tiles(
    votes: pd.DataFrame, countries: Sequence[str], resolutions: Sequence[str]
) -> pd.DataFrame:
    """Return how countries voted on resolutions.

    Parameters
    ----------
    votes : DataFrame
        Rows of `votes.csv`: `resolution`, `iso3`, `vote`.
    countries, resolutions : sequence of str
        Rows and columns wanted, in order.

    Returns
    -------
    DataFrame
        yes, no, abstain or absent; empty where no vote is at hand.

    Examples
    --------
    >>> row = {"resolution": ["r"], "iso3": ["A"], "vote": ["no"]}
    >>> tiles(pd.DataFrame(row), ["A", "B"], ["r"])["r"].tolist()
    ['no', '']
    """
    cells = votes.pivot(index="iso3", columns="resolution", values="vote")
    wanted = cells.reindex(index=list(countries), columns=list(resolutions))
    return wanted.astype(object).fillna("")


def counted(
    votes: pd.DataFrame, resolution: str, countries: Collection[str]
) -> dict[str, int]:
    """Return how many of some countries voted which way on one resolution.

    Examples
    --------
    >>> row = {"resolution": ["r"], "iso3": ["A"], "vote": ["no"]}
    >>> counted(pd.DataFrame(row), "r", ["A"])
    {'yes': 0, 'no': 1, 'abstain': 0, 'absent': 0}
    """
    cast = votes[(votes["resolution"] == resolution) & votes["iso3"].isin(countries)]
    return {
        vote: int((cast["vote"] == vote).sum())
        for vote in ("yes", "no", "abstain", "absent")
    }


def by_year(
    agreement: pd.DataFrame, countries: Sequence[str], partner: str
) -> pd.DataFrame:
    """Return which part of its votes each country cast as a partner did.

    Parameters
    ----------
    agreement : DataFrame
        Rows of `agreement.csv`: `year`, `iso3`, `partner`, `share`.
    countries : sequence of str
        Columns wanted, in order.
    partner : str
        Whose votes they are set against.

    Returns
    -------
    DataFrame
        Index: year in which the session opened. Shares, in [0, 1]; a column goes to
        `trade.base_years` as it is.
    """
    rows = agreement[agreement["partner"] == partner]
    rows = rows.assign(year=rows["year"].astype(int), share=rows["share"].astype(float))
    return rows.pivot(index="year", columns="iso3", values="share")[list(countries)]


def closer(
    points: pd.DataFrame,
    pair: tuple[str, str],
    start: int,
    end: int,
    alpha: Any = 0.1,
    than: Sequence[str] = (),
) -> Estimate:
    """Return by how much the gap between two estimated positions fell.

    Each band is taken as that of a normal distribution, all positions as independent of
    each other. The gap keeps its sign: the second position less the first.

    Parameters
    ----------
    points : DataFrame
        Rows of `points.csv`: `year`, `iso3`, `point`, `q5`, `q95`.
    pair : tuple of str
        The country, and whom it is set against.
    start, end : int
        Years.
    alpha : float
        One minus the level of the interval, in (0, 1).
    than : sequence of str
        Peers: the mean fall of their gaps is taken off, so that what the second country
        did cancels.

    Returns
    -------
    Estimate
        Points of the scale; `n` counts positions; p is one-sided, for a fall.
    """
    country, other = pair
    weights = {(country, end): 1.0, (country, start): -1.0}
    beside = list(than) or [other]
    for peer in beside:
        weights[peer, end], weights[peer, start] = -1 / len(beside), 1 / len(beside)
    return _weighed(points, weights, alpha)


def moved(
    points: pd.DataFrame, country: str, start: int, end: int, alpha: Any = 0.1
) -> Estimate:
    """Return how far one estimated position moved, with the bands of `closer`."""
    return _weighed(points, {(country, end): 1.0, (country, start): -1.0}, alpha)


def _weighed(
    points: pd.DataFrame, weights: Mapping[tuple[str, int], float], alpha: Any
) -> Estimate:
    """Return a weighted sum of independent positions with normal bands."""
    from scipy import stats

    rows, weight = _positions(points).loc[list(weights)], np.array([*weights.values()])
    spread = (rows["q95"] - rows["q5"]) / (2 * stats.norm.ppf((1 + BAND) / 2))
    point = float(weight @ rows["point"])
    error = math.sqrt(float(weight**2 @ spread**2))
    reach = float(stats.norm.ppf(1 - float(alpha) / 2)) * error
    ends, p = (point - reach, point + reach), float(stats.norm.sf(point / error))
    test = "normal bands, independent"
    return Estimate(point, *ends, len(weights), p, 0.0, test, float(alpha), "index")


def nearest(points: pd.DataFrame, country: str, years: Collection[int]) -> pd.DataFrame:
    """Return which states stood nearest to one, on average over some years.

    Returns
    -------
    DataFrame
        Index: state. `distance` (points of the scale, mean over the years), `rank`,
        nearest first; states without a position in one of the years are left out.
    """
    rows = _positions(points)["point"].unstack()[list(years)].dropna()
    distance = (rows - rows.loc[country]).abs().mean(axis=1).drop(country).sort_values()
    return pd.DataFrame({"distance": distance, "rank": range(1, len(distance) + 1)})


def _positions(points: pd.DataFrame) -> pd.DataFrame:
    """Return the positions by country and year, as numbers."""
    table = points[["point", "q5", "q95"]].astype(float)
    keys = [points["iso3"], points["year"].astype(int)]
    return table.set_axis(pd.MultiIndex.from_arrays(keys, names=["iso3", "year"]))
