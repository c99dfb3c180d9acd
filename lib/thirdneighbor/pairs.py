"""Pairs of statements that ought to agree, each typed by the first rule that applies.

Two figures are comparable if they give the same quantity in the same unit between the same two
countries; exports of one country are imports of the other. The order of the rules is the order
of the questions that a reader would ask:

1. *different definition* - is it the same thing at all? If not, numbers that agree mean as
   little as numbers that differ. A part that is larger than its whole goes on to 5.
2. *different year* - can both hold because they speak of different years?
3. *shared origin* - do they agree because one passes on the other? That counts once.
4. *agrees within print* - do the bounds share a value?
5. *different year* again, for what disagrees and has no year, or not quite the same period.
6. *revision* - did the same compiler publish another value at another time?
7. *different reporter* - did two countries, or two compilers, count the same trade? Two texts
   that both name no compiler are not excused, nor is a part larger than its whole unless both
   compilers are named.
8. *clash* - whatever no rule explains.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from .intervals import Interval
from .quantities import Undefined

CLASH, AGREES = "clash", "agrees within print"
DEFINITION, YEAR, ORIGIN = "different definition", "different year", "shared origin"
REVISION, REPORTER = "revision", "different reporter"
TYPES = (CLASH, DEFINITION, REPORTER, REVISION, YEAR, ORIGIN, AGREES)
COLUMNS = ["subject", "first", "second", "says_first", "says_second", "type", "rule"]
COUNTED = ("exports_to", "imports_from", "turnover", "total_exports", "total_imports")
COMPILED = (*COUNTED, "share_exports")
ONCE = ("status",)
OWN = {"statistics", "news"}
_YEAR = re.compile(r"\b1[5-9]\d\d\b|\b20\d\d\b")
_BASE = re.compile(r"Denominator as worded: ([^.;]+)")
_RELATIVE = {"last year": -1, "this year": 0}


@dataclass(frozen=True)
class Said:
    """One figure, printed or put together from printed ones, ready to be compared."""

    name: str
    source: str
    subject: tuple[str, ...]
    kind: str
    unit: str
    reporter: str
    commodity: str
    flow_stock: str
    base: str
    period: tuple[str, str]
    compiler: str
    named: bool
    published: str
    bounds: Interval

    @property
    def years(self) -> str:
        """The period in words."""
        start, end = self.period
        return "no year" if not start + end else start if start == end else f"{start} to {end}"

    def text(self) -> str:
        """Return who says what about when."""
        return f"{self.source}: {self.bounds.shown(self.unit)}, {self.years}"


Row = Mapping[Any, Any]
Rule = Callable[[Said, Said], str]


def figure_pairs(figures: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of comparable figures with its type and the words of the rule.

    Parameters
    ----------
    figures : DataFrame
        Figures with bounds, as :meth:`thirdneighbor.run.Run.figures` gives them: `figure_id`,
        `source_id`, `kind`, `reporter`, `partner`, `commodity`, `period_start`, `period_end`,
        `flow_stock`, `upstream`, `note`, `quantity`.
    sources : DataFrame
        `source_id`, `kind` (statistics and news compile themselves) and `published`.

    Returns
    -------
    DataFrame
        One row a pair, clashes first: `subject`, `first`, `second` (ids; sums and shares are
        named by their parts), `says_first`, `says_second`, `type`, `rule`. Figures for
        different years are a pair only if two texts print them.
    """
    about = sources.set_index("source_id")
    known = {key: (row["kind"], row["published"]) for key, row in about.iterrows()}
    groups: dict[tuple[str, ...], list[Said]] = {}
    for said in itertools.chain(_printed(figures, known), _combined(figures, known)):
        groups.setdefault((*said.subject, said.unit), []).append(said)
    rows = []
    for (*subject, _), members in groups.items():
        for a, b in itertools.combinations(members, 2):
            texts = a.source != b.source and not ({known[s.source][0] for s in (a, b)} & OWN)
            if texts or not _disjoint(a, b):
                rows.append((" ".join(subject), a.name, b.name, a.text(), b.text(), *_typed(a, b)))
    return _sorted(rows)


def _printed(figures: pd.DataFrame, known: Row) -> Iterator[Said]:
    for row in figures.to_dict("records"):
        upstream, (kind, published) = row["upstream"], known[row["source_id"]]
        named = kind in OWN or upstream != "none"
        swapped = "from the partner's side" in row["note"]
        base = _BASE.search(row["note"])
        yield Said(
            name=row["figure_id"],
            source=row["source_id"],
            subject=_subject(row),
            kind=row["kind"],
            unit=row["quantity"].unit,
            reporter=row["partner"] if swapped else row["reporter"],
            commodity=row["commodity"],
            flow_stock=row["flow_stock"],
            base=base[1].strip() if base else "",
            period=(row["period_start"], row["period_end"]),
            compiler=row["source_id"] if upstream == "none" else upstream,
            named=named,
            published=published,
            bounds=row["quantity"].bounds(),
        )


def _subject(row: Row) -> tuple[str, ...]:
    """Return what is measured between whom, the same for exports and the mirrored imports."""
    reporter, partner = row["reporter"], row["partner"]
    if row["kind"] == "exports_to":
        return "exports", reporter, partner
    if row["kind"] == "imports_from":
        return "exports", partner, reporter
    if row["kind"] == "turnover":
        return "turnover", *sorted((reporter, partner))
    return tuple(filter(None, (row["kind"], reporter, partner)))


def _combined(figures: pd.DataFrame, known: Row) -> Iterator[Said]:
    """Return turnovers, export shares and growth that one source's figures amount to."""
    yield from _grown(figures, known)
    whole = figures[(figures["commodity"] == "") & (figures["period_start"] != "")]
    keys = ["source_id", "reporter", "period_start", "period_end"]
    for _, part in whole.groupby(keys, sort=False):
        totals = part[part["kind"] == "total_exports"].to_dict("records")
        for _, flows in part.groupby("partner", sort=False):
            by_kind = {row["kind"]: row for row in flows.to_dict("records")}
            sold, bought = by_kind.get("exports_to"), by_kind.get("imports_from")
            if sold and bought:
                yield from _made(sold, bought, "+", "turnover", "usd", known)
            if sold and totals:
                yield from _made(sold, totals[0], "/", "share_exports", "share", known)


def _grown(figures: pd.DataFrame, known: Row) -> Iterator[Said]:
    """Return the later figure over the earlier one where their source also says how it grew."""
    keys = ["source_id", "reporter", "partner", "commodity"]
    for said in figures[figures["kind"] == "growth_ratio"].to_dict("records"):
        period = {name: said[name] for name in ("period_start", "period_end")}
        alike = figures[(figures[keys] == [said[key] for key in keys]).all(axis=1)]
        for _, part in alike.groupby("kind", sort=False):
            ends = {row["period_start"]: row for row in part.to_dict("records")}
            if part["kind"].iloc[0] != "growth_ratio" and {*period.values()} <= {*ends}:
                first, last = (ends[year] for year in period.values())
                yield from _made({**last, **period}, first, "/", "growth_ratio", "times", known)


def _made(a: Row, b: Row, sign: str, kind: str, unit: str, known: Row) -> Iterator[Said]:
    name = f"{a['figure_id']} {sign} {b['figure_id']}"
    quantity = a["quantity"] + b["quantity"] if sign == "+" else a["quantity"] / b["quantity"]
    made = {**a, "figure_id": name, "kind": kind, "quantity": quantity.as_unit(unit), "note": ""}
    try:
        yield from _printed(pd.DataFrame([made]), known)
    except Undefined:
        return


def _typed(a: Said, b: Said) -> tuple[str, str]:
    """Return the type of a pair and the words of the rule."""
    for name, rule in RULES:
        words = rule(a, b)
        if words:
            return name, words
    return CLASH, "the same quantity and period, and no rule explains the difference"


def _definition(a: Said, b: Said) -> str:
    if a.commodity != b.commodity:
        part, whole = (a, b) if a.commodity else (b, a)
        larger = part.bounds.lo > whole.bounds.hi and part.period == whole.period
        if larger and not whole.commodity:
            return ""
        return f"{a.commodity or 'all goods'} and {b.commodity or 'all goods'}"
    if {a.flow_stock, b.flow_stock} == {"flow", "stock"}:
        return f"a {a.flow_stock} and a {b.flow_stock}"
    if a.base and b.base and a.base != b.base:
        return f"a share of {a.base} and a share of {b.base}"
    return ""


def _apart(a: Said, b: Said) -> str:
    return f"{a.years} and {b.years}" if _disjoint(a, b) else ""


def _disjoint(a: Said, b: Said) -> bool:
    """Return whether both periods are known and do not overlap."""
    if "" in (*a.period, *b.period):
        return False
    (start, end), (first, last) = (_days(s.period) for s in (a, b))
    return end < first or last < start


def _days(period: tuple[str, str]) -> tuple[str, str]:
    """Return a period as a first and a last day that can be compared as text."""
    start, end = period
    return (start + "-01-01")[:10], end + "-12-31"[len(end) - 4 :]


def _origin(a: Said, b: Said) -> str:
    shared = a.compiler == b.compiler and a.source != b.source and a.named and b.named
    return f"both pass on {a.compiler}" if shared and a.bounds.meets(b.bounds) else ""


def _agrees(a: Said, b: Said) -> str:
    return "the bounds share a value" if a.bounds.meets(b.bounds) else ""


def _year(a: Said, b: Said) -> str:
    without = [s.source for s in (a, b) if not "".join(s.period)]
    if without:
        return f"{' and '.join(dict.fromkeys(without))} prints no year"
    return f"{a.years} and {b.years} overlap in part" if a.period != b.period else ""


def _revision(a: Said, b: Said) -> str:
    dates = a.published, b.published
    if a.compiler != b.compiler or a.source == b.source or "" in dates or dates[0] == dates[1]:
        return ""
    return f"{a.compiler}, published {dates[0]} and {dates[1]}"


def _reporter(a: Said, b: Said) -> str:
    if a.kind not in COMPILED or b.kind not in COMPILED or a.source == b.source:
        return ""
    if a.reporter != b.reporter:
        return f"counted by {a.reporter} and by {b.reporter}"
    if a.named and b.named:
        return f"compiled by {a.compiler} and by {b.compiler}" if a.compiler != b.compiler else ""
    known, unnamed = (a, b) if a.named else (b, a)
    if not known.named or a.commodity != b.commodity:
        return ""
    return f"compiled by {known.compiler}; {unnamed.source} does not say who counted"


RULES: tuple[tuple[str, Rule], ...] = (
    (DEFINITION, _definition),
    (YEAR, _apart),
    (ORIGIN, _origin),
    (AGREES, _agrees),
    (YEAR, _year),
    (REVISION, _revision),
    (REPORTER, _reporter),
)


def date_pairs(events: pd.DataFrame, mentions: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return every pair of texts that name the same event, and whether their years agree.

    An event that happens once (a status) and whose id differs from another's in the final year
    only is the same event, dated twice. A year is read from the printed token; "last year"
    counts back from the year of publication; a token without a year contradicts none.

    Returns
    -------
    DataFrame
        As `figure_pairs`; `subject` is the event, `first` and `second` are the texts, `label`
        says what happened and `gap` is the years between them (empty if one prints none).
    """
    years = dict(sources[["source_id", "year"]].to_numpy().tolist())
    single = set(events[events["kind"].isin(ONCE)]["event_id"])
    about = dict(events[["event_id", "label"]].to_numpy().tolist())
    labels: dict[str, str] = {}
    said: dict[str, list[tuple[str, str, int | None]]] = {}
    for row in mentions.to_dict("records"):
        event = row["event_id"]
        stem = re.sub(r"_\d{4}$", "", event) if event in single else event
        labels[stem] = about[event]
        year = printed_year(row["printed"], years.get(row["source_id"], ""))
        said.setdefault(stem, []).append((row["source_id"], row["printed"], year))
    rows = []
    for event, members in said.items():
        for (a, text_a, x), (b, text_b, y) in itertools.combinations(members, 2):
            if a != b:
                gap = abs(x - y) if x is not None and y is not None else None
                said_a, said_b = f"{a}: {text_a}", f"{b}: {text_b}"
                rows.append((event, a, b, said_a, said_b, *_dated(gap), labels[event], gap))
    return _sorted(rows, "label", "gap")


def gap(dates: pd.DataFrame, event: str) -> Interval | None:
    """Return the years between two texts on one event; None unless two of them print a year.

    Parameters
    ----------
    dates : DataFrame
        From `date_pairs`.
    event : str
        Its `subject`.
    """
    found = dates[dates["subject"] == event]["gap"].dropna()
    return Interval(int(found.min()), int(found.max())) if len(found) else None


def printed_year(printed: str, published: str) -> int | None:
    """Return the year that a token means; None if it holds none.

    Examples
    --------
    >>> printed_year("last year", "2020"), printed_year("in 1924", ""), printed_year("aid", "")
    (2019, 1924, None)
    """
    if found := _YEAR.search(printed):
        return int(found[0])
    back = _RELATIVE.get(printed.strip().lower())
    return int(published[:4]) + back if back is not None and published else None


def _dated(gap: int | None) -> tuple[str, str]:
    if gap is None:
        return AGREES, "one of the two prints no year, which contradicts none"
    return (CLASH, f"years apart: {gap}") if gap else (AGREES, "the same year")


def count_pairs(figures: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """Return every printed number of items beside the number of items that are listed.

    Parameters
    ----------
    figures : DataFrame
        As for `figure_pairs`.
    lists : DataFrame
        One row an item, with `figure_id` of the printed number, or empty.
    """
    rows = []
    listed = lists[lists["figure_id"] != ""].groupby("figure_id", sort=False).size()
    for row in figures[figures["figure_id"].isin(listed.index)].to_dict("records"):
        name, count = row["figure_id"], int(listed[row["figure_id"]])
        kind = AGREES if Fraction(count) in row["quantity"].bounds() else CLASH
        text = f"{row['source_id']}: {row['printed']}"
        said = (text, f"{count} listed", kind, "the items are counted")
        rows.append((name, name, "items listed", *said))
    return _sorted(rows)


def span_pairs(figures: pd.DataFrame, spans: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return every printed duration beside the years between the events that bound it.

    It clashes if no admitted choice of events fits.

    Parameters
    ----------
    spans : DataFrame
        `figure_id`, `start_event`, `end_event`: one row a choice of events.
    events : DataFrame
        `event_id` and `date_start`.
    """
    lengths = span_years(spans, events)
    rows = []
    for row in figures[figures["figure_id"].isin(set(lengths["figure_id"]))].to_dict("records"):
        own = lengths[lengths["figure_id"] == row["figure_id"]]
        bounds, found = row["quantity"].bounds(), sorted(set(own["years"]))
        kind = AGREES if any(years in bounds for years in found) else CLASH
        first, last = (", ".join(dict.fromkeys(own[end])) for end in ("start_event", "end_event"))
        text = f"{row['source_id']}: {row['printed']}, {bounds.shown('years')}"
        said = text, f"{', '.join(map(str, found))} years"
        rows.append((row["figure_id"], first, last, *said, kind, "years between the events"))
    return _sorted(rows)


def span_years(spans: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the spans whose two events are dated, with the `years` between them."""
    dated = events[events["date_start"] != ""]
    year = dict(zip(dated["event_id"], dated["date_start"].str[:4].astype(int), strict=True))
    kept = spans[spans["start_event"].isin(year) & spans["end_event"].isin(year)]
    years = kept["end_event"].map(year) - kept["start_event"].map(year)
    return kept.assign(years=years.astype(int))


def _sorted(rows: list[tuple[Any, ...]], *more: str) -> pd.DataFrame:
    """Return pairs as a table, in the order of their types and then as they came."""
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *more])
    return frame.sort_values(
        "type", key=lambda t: t.map(TYPES.index), kind="stable", ignore_index=True
    )
