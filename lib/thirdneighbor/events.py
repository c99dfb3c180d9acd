"""Dated events: what counts under which coding, and counts before and after a year."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .decisions import flip_value
from .intervals import Interval
from .smallsample import Estimate, fisher, odds_ratio, rate_ratio
from .verdicts import CONSISTENT, CONTRADICTED, judge_codings, judge_sample
from .weights import weighted

CODINGS = ("strict", "standard", "liberal")
BASES = ("stated", "citation", "implied")
EXPOSURES = ("years", "named_events")
WEIGHTS = {"treaty": 3, "visit": 2}
BREAKS = range(1995, 2024)
LEVELS = Interval(0.001, 0.2)
GROUPS = {
    "Central Asia and the Caucasus": ("central_asia", "caucasus"),
    "Third neighbours": ("third_neighbour",),
    "China": ("china",),
    "All but Russia": ("central_asia", "caucasus", "third_neighbour", "china"),
    "Russia": ("russia",),
}


def admitted(
    events: pd.DataFrame,
    mentions: pd.DataFrame,
    texts: Sequence[str],
    bases: Sequence[str] = BASES,
) -> pd.DataFrame:
    """Return the events that at least one of the texts names.

    Parameters
    ----------
    events : DataFrame
        One row an event, with `event_id` and `date_basis`.
    mentions : DataFrame
        One row an event in a text, with `event_id` and `source_id`.
    texts : sequence of str
        Source ids that count.
    bases : sequence of str
        How a text may give the year: `stated`, in a `citation`, or `implied`.
    """
    named = mentions[mentions["source_id"].isin(list(texts))]["event_id"]
    kept = events["event_id"].isin(named) & events["date_basis"].isin(list(bases))
    return events[kept].reset_index(drop=True)


def dated(events: pd.DataFrame, coding: str, window: tuple[int, int]) -> pd.DataFrame:
    """Return the events that count.

    Parameters
    ----------
    events : DataFrame
        One row an event, with `date_start` and `coding` (the narrowest coding in which it
        counts; empty if it is never counted).
    coding : str
        `strict`, `standard` or `liberal`; each holds the events of those before it.
    window : tuple of int
        First and last year.

    Returns
    -------
    DataFrame
        The rows that count, with `year` as a number, in order of year and id.

    Raises
    ------
    ValueError
        If the coding is not known.
    """
    if coding not in CODINGS:
        raise ValueError(f"coding {coding!r} is not allowed; allowed: {', '.join(CODINGS)}")
    allowed = CODINGS[: CODINGS.index(coding) + 1]
    kept = events[events["coding"].isin(allowed) & (events["date_start"] != "")]
    kept = kept.assign(year=kept["date_start"].str[:4].astype(int))
    kept = kept[kept["year"].between(*window)]
    return kept.sort_values(["year", "event_id"]).reset_index(drop=True)


def counts(
    events: pd.DataFrame, groups: Mapping[str, Sequence[str]], break_year: int
) -> pd.DataFrame:
    """Return counts before and from a year.

    Parameters
    ----------
    events : DataFrame
        Events with `direction` and `year`.
    groups : mapping
        Group name to the directions in it.
    break_year : int
        First year of the later period.

    Returns
    -------
    DataFrame
        One row a group: `group`, `before`, `after` (numbers of events).
    """
    rows = [(group, *_split(events, names, break_year)) for group, names in groups.items()]
    return pd.DataFrame(rows, columns=["group", "before", "after"])


def _split(events: pd.DataFrame, directions: Sequence[str], break_year: int) -> tuple[int, int]:
    """Return how many events of some directions lie before a year, and from it."""
    years = events["year"][events["direction"].isin(list(directions))]
    after = int((years >= break_year).sum())
    return len(years) - after, after


def spans(window: tuple[int, int], break_year: int) -> tuple[int, int]:
    """Return the years of a window before a break and from it; 0 if the break is outside.

    Examples
    --------
    >>> spans((1991, 2024), 2019)
    (28, 6)
    """
    first, last = window[0], window[1] + 1
    cut = min(max(break_year, first), last)
    return cut - first, last - cut


def rates(
    events: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    window: tuple[int, int],
    break_year: int,
    alpha: float,
) -> pd.DataFrame:
    """Return the ratio of yearly rates, from a year over before it, for each group.

    Returns
    -------
    DataFrame
        One row a group: `group`, `before`, `after`, `estimate` (see `smallsample.Estimate`)
        and its `point`, `lo`, `hi`, `p`, `p_min`.
    """
    table = counts(events, groups, break_year)
    years = spans(window, break_year)
    found = [
        rate_ratio((k0, years[0]), (k1, years[1]), alpha)
        for k0, k1 in zip(table["before"], table["after"], strict=True)
    ]
    columns = {c: [getattr(e, c) for e in found] for c in ("point", "lo", "hi", "p", "p_min")}
    return table.assign(estimate=pd.Series(found, dtype=object), **columns)


def by_coding(
    events: pd.DataFrame,
    direction: str,
    window: tuple[int, int],
    break_year: int,
    alpha: float,
    extra: int = 0,
    weight: str = "equal",
    codings: Sequence[str] = CODINGS,
) -> pd.DataFrame:
    """Return one direction's rise under every coding, by years and by all named events.

    Parameters
    ----------
    extra : int
        Earlier events of that direction, named by no text, to be counted as well.
    weight : str
        `equal`, or `strength`: a treaty counts 3, a visit 2, anything else 1, see `weighted`.

    Returns
    -------
    DataFrame
        One row a coding, which is the index: `before`, `after`, `all_before`, `all_after`
        (numbers of events), `rate` and `odds` (estimates), `rate_verdict`, `odds_verdict`
        (on a ratio above one).
    """
    years = spans(window, break_year)
    rows = []
    for coding in codings:
        kept = dated(events, coding, window)
        later, own = kept["year"] >= break_year, kept["direction"] == direction
        before, after = int((own & ~later).sum()) + extra, int((own & later).sum())
        total = int((~later).sum()) + extra, int(later.sum())
        rate = rate_ratio((before, years[0]), (after, years[1]), alpha)
        odds = odds_ratio((before, total[0]), (after, total[1]), alpha)
        if weight == "strength":
            heavy = kept["kind"].map(WEIGHTS).fillna(1).astype(int)
            pair = [*heavy[own & ~later], *[1] * extra], list(heavy[own & later])
            rate = weighted(*pair, years, alpha) if min(years) > 0 else rate
            odds = weighted(*pair, total, alpha, drawn=True) if min(total) else odds
        words = judge_sample(rate, "gt", 1), judge_sample(odds, "gt", 1)
        rows.append((coding, before, after, *total, rate, odds, *words))
    names = ["coding", "before", "after", "all_before", "all_after", "rate", "odds"]
    table = pd.DataFrame(rows, columns=[*names, "rate_verdict", "odds_verdict"])
    return table.set_index("coding")


def tipping(
    events: pd.DataFrame,
    direction: str,
    window: tuple[int, int],
    break_year: int,
    alpha: float,
    *,
    coding: str,
    exposure: str = "years",
    weight: str = "equal",
    most: int = 20,
) -> pd.DataFrame:
    """Return how a rise fades as earlier events that nobody named are added.

    Returns
    -------
    DataFrame
        One row a number of added events, from none to `most`, which is the index: `extra`,
        `estimate`, `p` (one-sided) and `verdict` (on a ratio above one).
    """
    column = "rate" if exposure == "years" else "odds"
    rows = []
    for extra in range(most + 1):
        options: dict[str, Any] = {"extra": extra, "weight": weight, "codings": [coding]}
        found = by_coding(events, direction, window, break_year, alpha, **options).iloc[0]
        rows.append((extra, found[column], found[column].p, found[f"{column}_verdict"]))
    return pd.DataFrame(rows, columns=["extra", "estimate", "p", "verdict"])


def sole_fit(p: pd.DataFrame, year: int, alpha: float) -> tuple[list[bool], tuple[str, Any]]:
    """Return whether one break year alone passes under each coding, and the level that flips it.

    Parameters
    ----------
    p : DataFrame
        One-sided p-values; index: break years; columns: codings.
    """

    def alone(level: float) -> list[bool]:
        return [
            bool((column < level).sum() == 1 and column[year] < level) for _, column in p.items()
        ]

    seen = [math.floor(value * 1e4) / 1e4 for value in p.to_numpy().ravel()]
    levels = sorted({alpha, *(level for level in seen if level in LEVELS)})
    words = {level: judge_codings(alone(level)) for level in levels}
    return alone(alpha), flip("alpha", words, alpha)


def flip(parameter: str, outcomes: Mapping[Any, Any], now: Any) -> tuple[str, Any]:
    """Return the parameter and its nearest value under which the outcome is another one.

    Parameters
    ----------
    outcomes : mapping
        Outcome by value of the parameter, values in order.
    now : object
        Value of the run.

    Examples
    --------
    >>> flip("coding", {"strict": "a", "standard": "a", "liberal": "b"}, "strict")
    ('coding', 'liberal')
    """
    values = list(outcomes)
    others = [value for value in values if outcomes[value] != outcomes[now]]
    if not others:
        return "nothing", "nothing"
    return parameter, min(others, key=lambda v: abs(values.index(v) - values.index(now)))


def turning(estimates: Sequence[Estimate], operator: str, threshold: float) -> str:
    """Return the counts for which a sentence about a rate holds, and those for which it fails.

    Parameters
    ----------
    estimates : sequence of Estimate
        What each count from 0 on would give.

    Examples
    --------
    >>> turning([rate_ratio((u, 28), (3, 6)) for u in range(99)], "gt", 1)
    '1 or fewer (false at 44 or more)'
    """
    words = [judge_sample(estimate, operator, threshold) for estimate in estimates]
    true, false = (_span(words, word) for word in (CONSISTENT, CONTRADICTED))
    none = f"no number below {len(words)} is enough"
    return (true or none) + (f" (false at {false})" if false else "")


def _span(words: Sequence[str], word: str) -> str:
    """Return the counts that have a verdict, which lie together at one end."""
    found = [count for count, w in enumerate(words) if w == word]
    if not found:
        return ""
    if found[-1] == len(words) - 1:
        return f"{found[0]} or more"
    return f"{found[-1]} or fewer" if found[-1] else "0"


def flip_point(
    events: pd.DataFrame,
    directions: Sequence[str],
    window: tuple[int, int],
    break_year: int,
    alpha: float,
    operator: str = "gt",
) -> tuple[str, Any]:
    """Return the nearest break year, or else the level, that changes a verdict on a rate ratio."""

    def verdict(year: int, level: float) -> str:
        pairs = zip(_split(events, directions, year), spans(window, year), strict=True)
        return judge_sample(rate_ratio(*pairs, level), operator, 1)

    years = [y for y in BREAKS if window[0] < y <= window[1] or y == break_year]
    by_year = flip("break_year", {y: verdict(y, alpha) for y in years}, break_year)
    if by_year[0] != "nothing":
        return by_year
    now = verdict(break_year, alpha)
    level = flip_value(lambda a: verdict(break_year, a) != now, alpha, LEVELS)
    return ("alpha", f"{level:.3g}") if level else by_year


def specifications(
    events: pd.DataFrame,
    mentions: pd.DataFrame,
    direction: str,
    *,
    texts: Sequence[str],
    window: tuple[int, int],
    break_years: Sequence[int],
    codings: Sequence[str] = CODINGS,
    drops: Sequence[str] = ("none",),
    exposures: Sequence[str] = EXPOSURES,
) -> pd.DataFrame:
    """Return the one-sided p of a rise under every combination of choices.

    Parameters
    ----------
    drops : sequence of str
        Texts to leave out, one at a time; `none` leaves out none.
    exposures : sequence of str
        `years` compares yearly rates, `named_events` shares of all named events.

    Returns
    -------
    DataFrame
        One row a specification: `coding`, `dropped`, `break_year`, `exposure`, `before`,
        `after`, `p`.
    """
    rows = []
    for dropped, coding in itertools.product(drops, codings):
        left = [text for text in texts if text != dropped]
        kept = dated(admitted(events, mentions, left), coding, window)
        for break_year in break_years:
            k0, k1 = _split(kept, [direction], break_year)
            n1 = int((kept["year"] >= break_year).sum())
            n0 = len(kept) - n1
            first, last = spans(window, break_year)
            p = {
                "years": rate_ratio((k0, first), (k1, last)).p,
                "named_events": fisher((k0, n0), (k1, n1)),
            }
            rows += [(coding, dropped, break_year, e, k0, k1, p[e]) for e in exposures]
    names = ["coding", "dropped", "break_year", "exposure", "before", "after", "p"]
    return pd.DataFrame(rows, columns=names)


def lanes(events: pd.DataFrame, mentions: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return events as the timeline chart draws them.

    Parameters
    ----------
    events : DataFrame
        Rows of `dated`.
    names : mapping of str to str
        Names of partners by code, for lanes with several partners.

    Returns
    -------
    DataFrame
        One row an event: `direction`, `year` (with decimals for month and day),
        `date_precision`, `kind`, `valence`, `label` (partner and kind), `n_sources`, `event`.
    """
    month = pd.to_numeric(events["date_start"].str[5:7]).fillna(1)
    day = pd.to_numeric(events["date_start"].str[8:10]).fillna(1)
    named = mentions.groupby("event_id")["source_id"].nunique()
    many = events.groupby("direction")["partner"].transform("nunique") > 1
    partner = events["partner"].map(names).where(many, "") + " "
    return pd.DataFrame(
        {
            "direction": events["direction"],
            "year": events["year"] + (month - 1) / 12 + (day - 1) / 365,
            "date_precision": events["date_precision"],
            "kind": events["kind"],
            "valence": events["valence"].astype(int),
            "label": (partner + events["kind"]).str.strip(),
            "n_sources": events["event_id"].map(named).fillna(0).astype(int),
            "event": events["label"],
        }
    )
