"""Trade by partner and year: series, shares, two books, and every base year.

A yearly series is a pandas Series with a quantity (or a number) for each year, in
order. A year that a book does not cover is not in it; nothing is filled in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

import pandas as pd

from asprinted.intervals import INF, Interval
from asprinted.quantities import Condition, Conjunction, Quantity, total
from asprinted.stats import herfindahl
from asprinted.verdicts import FOLLOWS, RULED_OUT, within

REPORTER = "MNG"
OFFICE = "nso_trade"
BOOKS = {OFFICE: (OFFICE, "worldbank")}  # the bank completes the office's totals
FLOWS = {"sold": "exports_to", "bought": "imports_from"}
TOTALS = {"sold": "total_exports", "bought": "total_imports"}
BOTH, ALL = "both", "all"
HIGHER, LOWER, OPEN = "higher", "lower", "open"
LARGEST = 5  # partners named one by one in an index; what the others have is bounded


def book(found: Mapping[Any, Any]) -> pd.Series:
    """Return values by year as a yearly series.

    Examples
    --------
    >>> book({2012: 2, 2010: 1}).to_dict()
    {2010: 1, 2012: 2}
    """
    years = sorted(found)
    return pd.Series([found[year] for year in years], index=years, dtype=object)


def yearly(figures: pd.DataFrame) -> pd.Series:
    """Return figures as a yearly series.

    Parameters
    ----------
    figures : DataFrame
        Rows of `study.figures`, at most one a year; undated ones are left out.

    Raises
    ------
    ValueError
        If a year has two figures.
    """
    dated = figures[figures["year"] > 0].sort_values("year")
    if dated["year"].duplicated().any():
        twice = dated[dated["year"].duplicated(keep=False)]["figure_id"]
        raise ValueError(f"two figures for one year: {', '.join(twice)}")
    return book(dict(zip(dated["year"], dated["value"], strict=True)))


def series(
    study: Any,
    partner: str | Sequence[str],
    flow: str,
    years: Collection[int] | None = None,
    source: str = OFFICE,
) -> pd.Series:
    """Return what Mongolia sold to, or bought from, a partner, as one book has it.

    Parameters
    ----------
    study : Study
        The open study.
    partner : str or sequence of str
        A country code; several, of which the sum is returned for the years that have
        them all; or "all", for trade with the whole world.
    flow : str
        "sold", "bought" or "both" (their sum, for the years that have the two).
    years : collection of int, optional
        Years wanted; by default all.
    source : str
        Whose book: a source id.

    Returns
    -------
    Series
        US dollars a year, all goods.
    """
    if flow == BOTH:
        return _sum(series(study, partner, side, years, source) for side in FLOWS)
    if not isinstance(partner, str):
        return _sum(series(study, code, flow, years, source) for code in partner)
    if flow not in FLOWS:
        raise ValueError(f"flow {flow!r} is not allowed; allowed: sold, bought, both")
    where: dict[str, Any] = {"quantity": FLOWS[flow], "partner": partner}
    if partner == ALL:
        where = {"quantity": TOTALS[flow]}
    if years is not None and source == OFFICE:  # whose periods are whole years
        where["period_start"] = [str(year) for year in sorted(set(years))]
    books = list(BOOKS.get(source, (source,)))
    rows = study.figures(reporter=REPORTER, source_id=books, **where)
    found = yearly(rows[rows["commodity"] == ""])
    return found if years is None else found[found.index.isin(list(years))]


def shares(
    study: Any,
    partner: str | Sequence[str],
    flow: str,
    years: Collection[int] | None = None,
    without: Iterable[str] = (),
) -> pd.Series:
    """Return the part of all trade that one partner, or several, have.

    Parameters
    ----------
    study, partner, flow, years
        As for `series`, in the statistics office's book.
    without : iterable of str
        Partners whose trade is taken out of the total.

    Returns
    -------
    Series
        Shares, in [0, 1].
    """
    whole = series(study, ALL, flow, years)
    for code in without:
        whole = _each(lambda a, b: a - b, whole, series(study, code, flow, years))
    part = series(study, partner, flow, years)
    return _each(lambda a, b: (a / b).as_unit("share"), part, whole)


def base_years(values: pd.Series, end: int) -> pd.DataFrame:
    """Return how one year compares with every year before it.

    Parameters
    ----------
    values : Series
        A yearly series of quantities or numbers.
    end : int
        The year that is compared.

    Returns
    -------
    DataFrame
        One row a base year: `base`, `start` and `end` (numbers in the two years),
        `turn`: "higher" or "lower" if the end year is so for every value that the
        bounds allow, else "open".

    Examples
    --------
    >>> list(base_years(pd.Series({2010: 1.0, 2011: 3.0, 2012: 2.0}), 2012)["turn"])
    ['higher', 'lower']
    """
    earlier = values[values.index < end]
    return _compared((year, value, values[end]) for year, value in earlier.items())


def steps(values: pd.Series) -> pd.DataFrame:
    """Return how each year compares with the one before it, as in `base_years`."""
    return _compared(zip(values.index, values, values[1:], strict=False))


def above_all(values: pd.Series, end: int) -> Condition | Conjunction:
    """Return the condition that one year lies above every year before it.

    Parameters
    ----------
    values : Series
        A yearly series of quantities, with an earlier year.
    end : int
        The year that is compared.
    """
    earlier = values[values.index < end].items()
    return reduce(and_, ((values[end] > q).named(str(year)) for year, q in earlier))


def above_each(first: pd.Series, second: pd.Series) -> Condition | Conjunction:
    """Return the condition that one series lies above another in every year of both.

    Parameters
    ----------
    first, second : Series
        Yearly series of quantities, with a year in common.

    Examples
    --------
    A series lies above itself, one year late, where it rises every year:

    >>> from asprinted.quantities import known
    >>> sold = book({2010: known("a", 1), 2011: known("b", 2), 2012: known("c", 4)})
    >>> [part.label for part in above_each(sold, sold.shift().dropna()).parts]
    ['2011', '2012']
    """
    years = first.index.intersection(second.index)
    parts = ((first[year] > second[year]).named(str(year)) for year in years)
    return reduce(and_, parts)


def tally(table: pd.DataFrame) -> dict[str, int]:
    """Return how many base years are higher, lower or open.

    Examples
    --------
    >>> tally(base_years(pd.Series({2010: 1.0, 2011: 3.0, 2012: 2.0}), 2012))
    {'higher': 1, 'lower': 1, 'open': 0}
    """
    return {turn: int((table["turn"] == turn).sum()) for turn in (HIGHER, LOWER, OPEN)}


def years_above(values: pd.Series, line: Any) -> dict[str, int]:
    """Return in how many years a series lies above a line.

    Returns
    -------
    dict
        `above` and `below` (at or under the line) for every value that the bounds
        allow, and `open`.

    Examples
    --------
    >>> years_above(pd.Series({2010: 0.8, 2011: 0.95}), 0.9)
    {'above': 1, 'below': 1, 'open': 0}
    """
    over = Interval(float(line), INF, lo_open=True)
    codes = [within(_bounds(value), over) for value in values]
    above, below = codes.count(FOLLOWS), codes.count(RULED_OUT)
    return {"above": above, "below": below, "open": len(codes) - above - below}


def lopsided(sold: pd.Series, bought: pd.Series) -> pd.DataFrame:
    """Return which way trade with one partner leans.

    Parameters
    ----------
    sold, bought : Series
        Yearly series in dollars.

    Returns
    -------
    DataFrame
        Index: years in both. `sold`, `bought`, `ratio` (quantities; bought per dollar
        sold, without bounds where nothing was sold), `leans`: "bought" or "sold",
        whichever is surely larger, else "open".
    """
    turns = {HIGHER: "bought", LOWER: "sold", OPEN: OPEN}
    table = beside(sold, bought).set_axis(["sold", "bought", "ratio"], axis=1)
    pairs = zip(table["sold"], table["bought"], strict=True)
    return table.assign(leans=[turns[_turn(a, b)] for a, b in pairs])


def beside(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Return two series side by side, such as two countries' books of one trade.

    Returns
    -------
    DataFrame
        Index: years in both. `first`, `second`, and `ratio`: the second over the first,
        in times.
    """
    ratio = _each(lambda a, b: (b / a).as_unit("times"), first, second)
    both = {"first": first[ratio.index], "second": second[ratio.index]}
    return pd.DataFrame({**both, "ratio": ratio}, dtype=object)


def concentration(
    study: Any, flow: str = "sold", years: Collection[int] | None = None
) -> pd.Series:
    """Return the squared-share index of all partners, year by year.

    The largest partners of the year are named, the rest is bounded: it may lie with one
    partner or with very many.

    Returns
    -------
    Series
        Index values, in [0, 1]; 1 is a single partner.
    """
    rows = study.figures(reporter=REPORTER, source_id=OFFICE, quantity=FLOWS[flow])
    rows = rows[rows["commodity"] == ""].sort_values("number", ascending=False)
    whole = series(study, ALL, flow, years)
    found = {
        year: herfindahl(list(rows[rows["year"] == year]["value"])[:LARGEST], value)
        for year, value in whole.items()
    }
    return book(found)


def long(named: Mapping[str, pd.Series], scale: float = 1) -> pd.DataFrame:
    """Return yearly series as the line chart takes them.

    Parameters
    ----------
    named : mapping of str to Series
        Series by name.
    scale : float
        What one unit of the chart is, such as 1e6 for millions.

    Returns
    -------
    DataFrame
        One row a year and series: `year`, `series`, `value`, `lo`, `hi` (floats).
    """
    rows = []
    for name, values in named.items():
        for year, value in values.items():
            bounds = _bounds(value)
            ends = (_number(value), float(bounds.lo), float(bounds.hi))
            rows.append((year, name, *(end / scale for end in ends)))
    return pd.DataFrame(rows, columns=["year", "series", "value", "lo", "hi"])


def years_to_reach(start: Any, goal: Any, pace: Any, goal_pace: Any = 0) -> float:
    """Return in how many years a growing amount reaches another.

    Parameters
    ----------
    start, goal : number
        Amounts above zero.
    pace, goal_pace : number
        Yearly growth of the two as fractions, above -1.

    Returns
    -------
    float
        0 if it is reached already, infinity if it never is.

    Examples
    --------
    >>> round(years_to_reach(100, 121, 0.1), 6), years_to_reach(100, 121, 0.1, 0.2)
    (2.0, inf)
    """
    if float(goal) <= float(start):
        return 0.0
    gain = math.log1p(float(pace)) - math.log1p(float(goal_pace))
    return math.log(float(goal) / float(start)) / gain if gain > 0 else INF


def _each(
    rule: Callable[[Any, Any], Any], first: pd.Series, second: pd.Series
) -> pd.Series:
    """Return a function of two series, for the years in both."""
    years = first.index.intersection(second.index)
    return book({year: rule(first[year], second[year]) for year in years})


def _sum(parts: Iterable[pd.Series]) -> pd.Series:
    """Return the sum of several series, for the years in all."""
    return reduce(lambda first, second: _each(_plus, first, second), parts)


def _plus(first: Quantity, second: Quantity) -> Quantity:
    return total((first, second))


def _bounds(value: Any) -> Interval:
    return value.bounds() if isinstance(value, Quantity) else Interval.point(value)


def _number(value: Any) -> float:
    point: Any = value.point if isinstance(value, Quantity) else value
    return float(point)


def _compared(pairs: Iterable[tuple[Any, Any, Any]]) -> pd.DataFrame:
    """Return base years, the numbers then and later, and which way they turned."""
    rows = [(y, _number(a), _number(b), _turn(a, b)) for y, a, b in pairs]
    return pd.DataFrame(rows, columns=["base", "start", "end", "turn"])


def _turn(start: Any, end: Any) -> str:
    first, last = _bounds(start), _bounds(end)
    if last.lo > first.hi:
        return HIGHER
    if last.hi < first.lo:
        return LOWER
    change = _bounds(end - start)  # apart only if what both rest on is counted once
    if change.lo > 0 or (change.lo == 0 and change.lo_open):
        return HIGHER
    return LOWER if change.hi < 0 or (change.hi == 0 and change.hi_open) else OPEN
