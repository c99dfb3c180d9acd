"""Exact tests on events of unequal weight, before and after a break."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import optimize

from .intervals import INF
from .smallsample import Estimate


def weighted(
    before: Sequence[int],
    after: Sequence[int],
    exposure: tuple[float, float],
    alpha: float,
    *,
    drawn: bool = False,
) -> Estimate:
    """Return a ratio of rates or odds whose test statistic is the weight of the later events.

    The null distribution assigns the same events to the two periods; the interval inverts that
    exact test. With equal weights it is that of Clopper & Pearson, or of Fisher.

    Parameters
    ----------
    before, after : sequence of int
        Weights of the events.
    exposure : tuple of float
        Years before and from the break; with `drawn`, all named events before and from it.
    alpha : float
        One minus the level of the two-sided interval, in (0, 1).
    drawn : bool
        Whether the later events are a draw of fixed size from all named events.
    """
    weights, seen = [*before, *after], sum(after)
    n, name = len(weights), "exact test on weights"
    if n == 0:
        return Estimate(math.nan, 0.0, INF, 0, 1.0, 1.0, name)
    scale = 1.0 if drawn else exposure[1] / exposure[0]
    ways, worth = _draws(weights, int(sum(exposure)), int(exposure[1])) if drawn else _free(weights)
    log_ways = np.log(ways[:, 0])

    def chances(x: float) -> Any:
        odds = log_ways + ways[:, 1] * (x + math.log(scale))
        part = np.exp(odds - odds.max())
        return part / part.sum()

    def root(wanted: float, high: bool) -> float:
        side = worth >= seen if high else worth <= seen
        ends = [float(chances(x)[side].sum()) - wanted for x in (-60.0, 60.0)]
        if ends[0] * ends[1] >= 0:
            return -INF if high else INF
        return float(optimize.brentq(lambda x: chances(x)[side].sum() - wanted, -60, 60))

    least, most = (float(chances(x) @ worth - seen) for x in (-60.0, 60.0))
    mean = optimize.brentq(lambda x: chances(x) @ worth - seen, -60, 60) if least < 0 < most else 0
    point = math.exp(mean) if least < 0 < most else INF if most <= 0 else 0.0
    lo, hi = math.exp(root(alpha / 2, high=True)), math.exp(root(alpha / 2, high=False))
    now = chances(0.0)
    p, p_min = now[worth >= seen].sum(), now[worth == worth.max()].sum()
    return Estimate(point, lo, hi, int(sum(exposure)) if drawn else n, float(p), float(p_min), name)


def _free(weights: Sequence[int]) -> tuple[Any, Any]:
    """Return ways, size and weight of every kind of subset of the events."""
    ways = {(0, 0): 1}
    for weight in weights:
        for (size, total), count in list(ways.items())[::-1]:
            ways[size + 1, total + weight] = ways.get((size + 1, total + weight), 0) + count
    table = np.array([(count, *key) for key, count in sorted(ways.items())], dtype=float)
    return table[:, :2], table[:, 2]


def _draws(weights: Sequence[int], every: int, later: int) -> tuple[Any, Any]:
    """Return the same for subsets of a draw of fixed size from all named events."""
    ways, worth = _free(weights)
    rest = every - len(weights)
    others = [math.comb(rest, later - int(k)) if k <= later else 0 for k in ways[:, 1]]
    ways = ways * np.column_stack([others, np.ones(len(others))])
    return ways[ways[:, 0] > 0], worth[ways[:, 0] > 0]
