"""Land routes over the border graph: what can be reached, and whose closing cuts it off."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import pandas as pd


def reached(borders: pd.DataFrame, start: str, closed: Collection[str] = ()) -> set[str]:
    """Return the countries that a land route from `start` reaches without crossing closed ones.

    Parameters
    ----------
    borders : DataFrame
        One row a land border, each once: country codes `iso3` and `neighbour`.
    closed : collection of str
        Countries that no route may enter.

    Examples
    --------
    >>> chain = pd.DataFrame({"iso3": ["A", "B"], "neighbour": ["B", "C"]})
    >>> sorted(reached(chain, "A")), sorted(reached(chain, "A", ["B"]))
    (['B', 'C'], [])
    """
    pairs = list(borders[["iso3", "neighbour"]].itertuples(index=False, name=None))
    pairs += [(b, a) for a, b in pairs]
    found, edge = {start}, {start}
    while edge:
        edge = {b for a, b in pairs if a in edge and b not in closed} - found
        found |= edge
    return found - {start}


def cut_sets(
    borders: pd.DataFrame, start: str, goals: Sequence[str], closed: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """Return the smallest sets of countries whose closing leaves no goal within reach.

    Parameters
    ----------
    goals : sequence of str
        Destinations, which are never part of a set.
    closed : collection of str
        Countries that are closed already.

    Returns
    -------
    list of tuple of str
        All sets of the smallest size, sorted; the empty set if no goal is within reach anyway,
        and no set if a goal borders on `start`.

    Examples
    --------
    >>> chain = pd.DataFrame({"iso3": ["A", "B"], "neighbour": ["B", "C"]})
    >>> cut_sets(chain, "A", ["C"])
    [('B',)]
    """
    between = sorted(reached(borders, start, closed) - set(goals))
    for size in range(len(between) + 1):
        found = [
            chosen
            for chosen in itertools.combinations(between, size)
            if not reached(borders, start, {*closed, *chosen}) & set(goals)
        ]
        if found:
            return found
    return []
