"""Dated events: which count, and how often they come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from asprinted.stats import Estimate, odds_ratio, rate_ratio

CODINGS = ("strict", "standard")
GROUPS = {
    "Russia": ("russia",),
    "China": ("china",),
    "Third neighbours": ("third_neighbour",),
    "Central Asia and the Caucasus": ("central_asia", "caucasus"),
}
Groups = str | Collection[str]


def named(
    events: pd.DataFrame,
    texts: Collection[str],
    since: int,
    until: int,
    codings: Sequence[str] = CODINGS,
) -> pd.DataFrame:
    """Return the dated events that at least one of the texts names.

    Parameters
    ----------
    events : DataFrame
        One row an event, from `study.events`: `event_id`, `coding`, `start` (0 if
        undated), `sources`.
    texts : collection of str
        Source ids that count.
    since, until : int
        First and last year.
    codings : sequence of str
        Values of `coding` that count; an event without one is never counted.

    Returns
    -------
    DataFrame
        The rows that count, in order of year.
    """
    wanted = set(texts)
    said = events["sources"].map(lambda sources: not wanted.isdisjoint(sources))
    dated = events["start"].between(since, until)
    kept = events[said & dated & events["coding"].isin(list(codings))]
    return kept.sort_values(["start", "event_id"]).reset_index(drop=True)


def counts(
    events: pd.DataFrame,
    break_year: int,
    since: int,
    until: int,
    groups: Mapping[str, Collection[str]] = GROUPS,
) -> pd.DataFrame:
    """Return how many events come before a year, and from it.

    Parameters
    ----------
    events : DataFrame
        One row an event: `direction`, `start`.
    break_year : int
        First year of the later period, after `since` and not after `until`.
    since, until : int
        First and last year that events were looked for.
    groups : mapping
        Name to the directions in it.

    Returns
    -------
    DataFrame
        Index: group. `before`, `after` (events), `years_before`, `years_after`,
        `rate_before`, `rate_after` (events a year).
    """
    if not since < break_year <= until:
        raise ValueError(f"break year {break_year} is not within {since} to {until}")
    start = events["start"]
    earlier = start.between(since, break_year - 1)
    later = start.between(break_year, until)
    rows = {
        name: {
            "before": int((earlier & events["direction"].isin(list(directions))).sum()),
            "after": int((later & events["direction"].isin(list(directions))).sum()),
        }
        for name, directions in groups.items()
    }
    table = pd.DataFrame(rows).T
    years = (break_year - since, until + 1 - break_year)
    return table.assign(
        years_before=years[0],
        years_after=years[1],
        rate_before=table["before"] / years[0],
        rate_after=table["after"] / years[1],
    )


def rise(table: pd.DataFrame, groups: Groups, alpha: Any = 0.05) -> Estimate:
    """Return how many times as often the events of a group come in the later period.

    Parameters
    ----------
    table : DataFrame
        From `counts`.
    groups : str or collection of str
        One group, or several counted together.
    alpha : float
        One minus the level of the interval, in (0, 1).
    """
    before, after = _together(table, groups)
    years = int(table["years_before"].iloc[0]), int(table["years_after"].iloc[0])
    return rate_ratio((before, years[0]), (after, years[1]), alpha)


def part(table: pd.DataFrame, groups: Groups, alpha: Any = 0.05) -> Estimate:
    """Return the odds that an event is of a group, the later over the earlier.

    Unlike `rise`, this asks for a larger part of all events: a list that grows fuller
    for recent years does not raise it.
    """
    before, after = _together(table, groups)
    all_before, all_after = int(table["before"].sum()), int(table["after"].sum())
    return odds_ratio((before, all_before), (after, all_after), alpha)


def others(table: pd.DataFrame, group: str) -> list[str]:
    """Return all groups but one."""
    return [name for name in table.index if name != group]


def _together(table: pd.DataFrame, groups: Groups) -> tuple[int, int]:
    names = [groups] if isinstance(groups, str) else list(groups)
    return int(table.loc[names, "before"].sum()), int(table.loc[names, "after"].sum())
