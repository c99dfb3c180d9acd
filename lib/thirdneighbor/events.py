"""Dated events: what counts under which coding, and counts before and after a year."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .smallsample import odds_ratio, rate_ratio
from .verdicts import CONSISTENT, judge_sample

CODINGS = ("strict", "standard", "liberal")
EXPOSURES = ("years", "named events")
GROUPS = {
    "Central Asia and the Caucasus": ("central_asia", "caucasus"),
    "Third neighbours": ("third_neighbour",),
    "China": ("china",),
    "All but Russia": ("central_asia", "caucasus", "third_neighbour", "china"),
    "Russia": ("russia",),
}


def admitted(
    events: pd.DataFrame, mentions: pd.DataFrame, texts: Sequence[str], *, implied: bool = True
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
    implied : bool
        Whether an event counts whose year a text only implies.
    """
    named = mentions[mentions["source_id"].isin(list(texts))]["event_id"]
    kept = events["event_id"].isin(named) & (implied | (events["date_basis"] != "implied"))
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
    later = events["year"] >= break_year
    rows = []
    for group, directions in groups.items():
        member = events["direction"].isin(list(directions))
        rows.append(
            {
                "group": group,
                "before": int((member & ~later).sum()),
                "after": int((member & later).sum()),
            }
        )
    return pd.DataFrame(rows)


def spans(window: tuple[int, int], break_year: int) -> tuple[int, int]:
    """Return the years before a break and from it; below one if the break is outside.

    Examples
    --------
    >>> spans((1991, 2024), 2019)
    (28, 6)
    """
    return break_year - window[0], window[1] - break_year + 1


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
) -> pd.DataFrame:
    """Return one direction's rise under every coding, by years and by all named events.

    Parameters
    ----------
    extra : int
        Earlier events of that direction, named by no text, to be counted as well.

    Returns
    -------
    DataFrame
        One row a coding, which is the index: `before`, `after`, `all_before`, `all_after`
        (numbers of events), `rate` and `odds` (estimates), `rate_verdict`, `odds_verdict`
        (on a ratio above one).
    """
    years = spans(window, break_year)
    rows = []
    for coding in CODINGS:
        kept = dated(events, coding, window)
        later, own = kept["year"] >= break_year, kept["direction"] == direction
        before, after = int((own & ~later).sum()) + extra, int((own & later).sum())
        total = int((~later).sum()) + extra, int(later.sum())
        rate = rate_ratio((before, years[0]), (after, years[1]), alpha)
        odds = odds_ratio((before, total[0]), (after, total[1]), alpha)
        words = judge_sample(rate, "gt", 1), judge_sample(odds, "gt", 1)
        rows.append((coding, before, after, *total, rate, odds, *words))
    names = ["coding", "before", "after", "all_before", "all_after", "rate", "odds"]
    table = pd.DataFrame(rows, columns=[*names, "rate_verdict", "odds_verdict"])
    return table.set_index("coding")


def tipping(
    before: tuple[int, float], after: tuple[int, float], alpha: float, most: int = 20
) -> pd.DataFrame:
    """Return how a rise fades as earlier events that nobody named are added.

    Parameters
    ----------
    before, after : tuple of int and float
        Events and years of exposure.

    Returns
    -------
    DataFrame
        One row a number of added events, from none to `most`: `extra`, `p` (one-sided), `lo`,
        `hi` (ends of the ratio) and `holds` (whether the whole interval lies above one).

    Examples
    --------
    >>> table = tipping((0, 28), (3, 6), 0.05)
    >>> int(table.loc[table["p"] >= 0.05, "extra"].min()), int((~table["holds"]).idxmax())
    (3, 2)
    """
    extra = list(range(most + 1))
    found = [rate_ratio((before[0] + u, before[1]), after, alpha) for u in extra]
    holds = [judge_sample(e, "gt", 1) == CONSISTENT for e in found]
    columns = {c: [getattr(e, c) for e in found] for c in ("p", "lo", "hi")}
    return pd.DataFrame({"extra": extra, **columns, "holds": holds})


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
        `years` compares yearly rates, `named events` shares of all named events.

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
            groups = {"own": [direction], "all": list(kept["direction"])}
            table = counts(kept, groups, break_year)
            (k0, n0), (k1, n1) = table["before"], table["after"]
            first, last = spans(window, break_year)
            p = {
                "years": rate_ratio((k0, first), (k1, last)).p,
                "named events": odds_ratio((k0, n0), (k1, n1)).p,
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
