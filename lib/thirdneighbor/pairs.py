"""Printed figures and codes set side by side: with another book, with each other."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

import pandas as pd

from asprinted.quantities import Quantity, total
from asprinted.tables import reading

FLOWS = ("exports_to", "imports_from")
TURNOVER = "turnover"
APART, CLOSE, OPEN = "apart", "close", "open"
SIDES = {"exports_to": "sold", "imports_from": "bought", TURNOVER: "both"}


def over_statistics(printed: pd.DataFrame, statistics: pd.DataFrame) -> pd.DataFrame:
    """Return how many times the statistics office's figure each printed one is.

    Parameters
    ----------
    printed, statistics : DataFrame
        Rows of `study.figures` of one reporter. Only trade in all goods with one
        partner in one year is compared; a printed sum of both ways, with the sum of the
        two.

    Returns
    -------
    DataFrame
        One row a printed figure that has a counterpart: `figure_id`, `source_id`,
        `partner`, `year`, `side` ("sold", "bought" or "both"), `inferred` (whether the
        year is), `ratio` (quantity, in times), `point`, `lo`, `hi` (floats; `hi` may be
        infinite).
    """
    counterparts = _by_trade(statistics)
    rows = []
    for row in _trade(printed).to_dict("records"):
        other = counterparts.get((row["partner"], row["year"], row["quantity"]))
        if other is None:
            continue
        ratio = (row["value"] / other).as_unit("times")
        kept = {key: row[key] for key in ("figure_id", "source_id", "partner", "year")}
        side, inferred = SIDES[row["quantity"]], row["period_basis"] == "inferred"
        bounds, point = ratio.bounds(), row["number"] / other.point
        ends = {"point": point, "lo": float(bounds.lo), "hi": float(bounds.hi)}
        rows.append(
            {**kept, "side": side, "inferred": inferred, "ratio": ratio, **ends}
        )
    columns = ["figure_id", "source_id", "partner", "year", "side", "inferred"]
    return pd.DataFrame(rows, columns=[*columns, "ratio", "point", "lo", "hi"])


def _trade(figures: pd.DataFrame) -> pd.DataFrame:
    """Return dated figures of trade in all goods with one partner."""
    kept = figures["quantity"].isin(list(SIDES)) & (figures["commodity"] == "")
    return figures[kept & (figures["year"] > 0)]


def _by_trade(figures: pd.DataFrame) -> dict[tuple[str, int, str], Quantity]:
    """Return figures by partner, year and quantity, with the sums of both ways."""
    rows = _trade(figures)
    keys = zip(rows["partner"], rows["year"], rows["quantity"], strict=True)
    found = dict(zip(keys, rows["value"], strict=True))
    for partner, year in {key[:2] for key in found}:
        flows = [(partner, year, flow) for flow in FLOWS]
        if all(flow in found for flow in flows):
            both = total(found[flow] for flow in flows)
            found.setdefault((partner, year, TURNOVER), both)
    return found


def apart(marks: pd.DataFrame, factor: Any) -> pd.Series:
    """Return which printed figures are close to the other book, and which are not.

    Parameters
    ----------
    marks : DataFrame
        From `over_statistics`.
    factor : number
        At least 1: how many times as large, or as small, is still close.

    Returns
    -------
    Series
        "apart" or "close" if that is so for every value that the print allows, else
        "open".

    Examples
    --------
    >>> marks = pd.DataFrame({"lo": [0.3, 0.9, 1.9], "hi": [0.4, 1.1, 2.1]})
    >>> apart(marks, 2).tolist()
    ['apart', 'close', 'open']
    """
    most = float(factor)
    words = pd.Series(OPEN, index=marks.index)
    words[(marks["lo"] > most) | (marks["hi"] < 1 / most)] = APART
    words[(marks["lo"] >= 1 / most) & (marks["hi"] <= most)] = CLOSE
    return words


def provenance(figures: pd.DataFrame, texts: Collection[str]) -> pd.DataFrame:
    """Return how well each text says where its figures come from.

    Parameters
    ----------
    figures : DataFrame
        Rows of `study.figures`.
    texts : collection of str
        Source ids, in order.

    Returns
    -------
    DataFrame
        Index: text. `figures`; how many are `sourced` (their passage names a source),
        `hedged` (by a word such as "about"), `undated`.
    """
    rows: list[Any] = figures.to_dict("records")
    hedges = [reading(row).hedge != "none" for row in rows]
    told = pd.DataFrame(
        {
            "source_id": figures["source_id"],
            "figures": 1,
            "sourced": figures["upstream"] != "none",
            "hedged": hedges,
            "undated": figures["year"] == 0,
        }
    )
    counted = told.groupby("source_id").sum().astype(int)
    return counted.reindex(list(texts), fill_value=0)


def equal_codes(codes: pd.DataFrame) -> pd.DataFrame:
    """Return how often every two readers coded a cell alike.

    Parameters
    ----------
    codes : DataFrame
        Rows of `codes.csv`: `statement_id`, `source_id`, `coder`, `code`.

    Returns
    -------
    DataFrame
        One row a pair of readers: `first`, `second`, `equal`, `cells` (coded by both).
    """
    cells = _cells(codes)
    rows = []
    for first, second in itertools.combinations(cells.columns, 2):
        both = cells[[first, second]].dropna()
        rows.append(
            (first, second, int((both[first] == both[second]).sum()), len(both))
        )
    return pd.DataFrame(rows, columns=["first", "second", "equal", "cells"])


def unanimous(codes: pd.DataFrame) -> list[str]:
    """Return the statements that every reader codes alike for every text.

    Silence counts as a code: a statement on which one text says nothing is not shared.
    """
    every = codes["coder"].nunique() * codes["source_id"].nunique()
    said = codes.groupby("statement_id", sort=False)["code"]
    return list(said.size().index[(said.nunique() == 1) & (said.size() == every)])


def _cells(codes: pd.DataFrame) -> pd.DataFrame:
    """Return codes by statement and text, one column a reader."""
    keys = ["statement_id", "source_id"]
    return codes.pivot(index=keys, columns="coder", values="code")


def listed(figures: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """Return every printed number of items beside the items that are listed.

    Parameters
    ----------
    figures : DataFrame
        Rows of `study.figures`.
    lists : DataFrame
        Rows of `lists.csv`: one an item, with the `figure_id` of the number, or empty.

    Returns
    -------
    DataFrame
        One row a number: `figure_id`, `printed` (quantity), `items` (how many are
        listed), `agrees`.
    """
    counted = lists[lists["figure_id"] != ""].groupby("figure_id").size()
    rows = figures[figures["figure_id"].isin(counted.index)]
    items = [int(counted[name]) for name in rows["figure_id"]]
    pairs = zip(items, rows["value"], strict=True)
    agrees = [count in value.bounds() for count, value in pairs]
    ids, printed = list(rows["figure_id"]), list(rows["value"])
    found = {"figure_id": ids, "printed": printed, "items": items, "agrees": agrees}
    return pd.DataFrame(found)


def spans(rows: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the years between the events that may bound a printed duration.

    Parameters
    ----------
    rows : DataFrame
        Rows of `spans.csv`: `figure_id`, `start_event`, `end_event`.
    events : DataFrame
        From `study.events`: `event_id`, `start`.

    Returns
    -------
    DataFrame
        The rows whose two events are dated, with `years`.
    """
    dated = events[events["start"] > 0]
    year = dict(zip(dated["event_id"], dated["start"], strict=True))
    kept = rows[rows["start_event"].isin(year) & rows["end_event"].isin(year)]
    years = kept["end_event"].map(year) - kept["start_event"].map(year)
    return kept.assign(years=years.astype(int)).reset_index(drop=True)
