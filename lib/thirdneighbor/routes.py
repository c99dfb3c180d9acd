"""Land routes over borders: where a road leads, and whose closing cuts it off.

Borders are a frame with one row a land border, each once: `iso3` and `neighbour`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

NONE = "none"


def road(
    borders: pd.DataFrame, start: str, goal: str, closed: Collection[str] = ()
) -> list[str]:
    """Return the shortest way between two countries, in borders crossed.

    Parameters
    ----------
    borders : DataFrame
        The land borders.
    start, goal : str
        Country codes.
    closed : collection of str
        Countries that no road may enter.

    Returns
    -------
    list of str
        The countries from start to goal, both included; of several ways, the one whose
        borders stand first in the table; empty if there is none.

    Examples
    --------
    >>> chain = pd.DataFrame({"iso3": ["A", "B"], "neighbour": ["B", "C"]})
    >>> road(chain, "A", "C"), road(chain, "A", "C", ["B"])
    (['A', 'B', 'C'], [])
    """
    return _roads_from(borders, start, closed).get(goal, [])


def _roads_from(
    borders: pd.DataFrame, start: str, closed: Collection[str]
) -> dict[str, list[str]]:
    """Return the shortest way to every country within reach."""
    pairs = list(borders[["iso3", "neighbour"]].itertuples(index=False, name=None))
    crossings = pairs + [(after, country) for country, after in pairs]
    ways, edge = {start: [start]}, [start]
    while edge:
        ahead: dict[str, list[str]] = {}
        for country, after in crossings:
            if country in edge and after not in ways and after not in closed:
                ahead.setdefault(after, [*ways[country], after])
        ways |= ahead
        edge = list(ahead)
    return ways


def reached(
    borders: pd.DataFrame, start: str, closed: Collection[str] = ()
) -> set[str]:
    """Return the countries that a road leads to."""
    return set(_roads_from(borders, start, closed)) - {start}


def roads(
    borders: pd.DataFrame,
    start: str,
    goals: Sequence[str],
    closures: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """Return the road to each country under each closure.

    Parameters
    ----------
    borders, start
        As for `road`.
    goals : sequence of str
        Destinations, the rows.
    closures : mapping
        Label to closed countries, the columns.

    Returns
    -------
    DataFrame
        Lists of the countries between start and goal; "none" where there is no road.
    """
    found = {
        label: [_between(road(borders, start, goal, closed)) for goal in goals]
        for label, closed in closures.items()
    }
    return pd.DataFrame(found, index=list(goals), dtype=object)


def _between(way: list[str]) -> list[str] | str:
    return way[1:-1] if way else NONE


def cut_sets(
    borders: pd.DataFrame, start: str, goals: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return the smallest sets of countries whose closing leaves no goal within reach.

    Returns
    -------
    list of tuple of str
        All sets of the smallest size, sorted; one empty set if no goal is within reach
        anyway, no set if a goal borders on the start.

    Examples
    --------
    >>> chain = pd.DataFrame({"iso3": ["A", "B"], "neighbour": ["B", "C"]})
    >>> cut_sets(chain, "A", ["C"])
    [('B',)]
    """
    between = sorted(reached(borders, start) - set(goals))
    for size in range(len(between) + 1):
        found = [
            chosen
            for chosen in itertools.combinations(between, size)
            if reached(borders, start, chosen).isdisjoint(goals)
        ]
        if found:
            return found
    return []
