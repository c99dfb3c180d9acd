"""What stands behind a page: each sentence with its verdicts, each figure at its place."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from asprinted import palette, verdicts
from asprinted.intervals import INF, Interval, bounds_text, number, text

Row = Mapping[str, Any]

OPERATORS = {
    "gt": "more than",
    "ge": "at least",
    "lt": "less than",
    "le": "at most",
    "flat": "exactly",
}
STANDINGS = {
    "asserted": "Claim, {who}",
    "needed": "Our test of {who}’s argument",
    "ours": "Our own check",
}
SMALL_P = 0.001
YEAR = re.compile(r",? (\d{4})$")
SHOWN_ALONE = 4
MOST = 200  # sentences, figures of a source or events that a list shows
RANKS = {"essential": 0, "none": 2}  # what supports an argument stands between


def badge(code: str, basis: str, words: str) -> dict[str, str]:
    """Return the three things that draw a verdict: its words, colour and mark."""
    stated = basis == verdicts.STATED
    mark = "no_figure" if code == verdicts.UNDECIDED else code
    return {
        "words": words,
        "token": palette.VERDICTS["no_figure" if stated else code],
        "icon": "stated" if stated else mark.replace("_", "-"),
    }


def chip(record: Row) -> dict[str, str]:
    """Return the full verdict of a record, with whose figures it rests on."""
    return badge(record["verdict"], record["basis"], record["chip"])


def word(code: str, basis: str = verdicts.BOUNDS) -> dict[str, str]:
    """Return a short verdict, for tables."""
    return badge(code, basis, verdicts.short(code, basis))


def comparison(record: Row) -> str:
    """Return what a verdict compares: the bounds, and what the sentence needs."""
    if record.get("basis") == verdicts.CODING:
        return _codings(record).capitalize()
    reason = record.get("reason") or ""
    told = (reason[:1].upper() + reason[1:], _compared(record), _sample(record))
    return ". ".join(filter(None, told))


def _compared(record: Row) -> str:
    """Return the bounds of what is judged, and the limit that the sentence sets."""
    value, threshold = record["value"], record["threshold"]
    if value is None:
        return ""
    unit = _common_unit(value, threshold)
    found = bounds_text(_interval(value), unit)
    found = found[:1].upper() + found[1:]
    if threshold is None or record["operator"] not in OPERATORS:
        return found
    limit = text(_interval(threshold), unit)
    return f"{found}; the sentence needs {OPERATORS[record['operator']]} {limit}"


def _interval(value: Row) -> Interval:
    """Return the bounds that a record holds; there an end without limit is None."""
    lo = -INF if value["lo"] is None else value["lo"]
    hi = INF if value["hi"] is None else value["hi"]
    return Interval(lo, hi, value["lo_open"], value["hi_open"])


def _common_unit(value: Row, threshold: Row | None) -> str:
    """Return the unit in which a value and its limit are told; ratios need a choice."""
    if value["unit"] != "ratio":
        return str(value["unit"])
    ends = [end for one in (value, threshold) if one for end in (one["lo"], one["hi"])]
    return "times" if None in ends or max(ends) > 1 else "share"


def _codings(record: Row) -> str:
    value, total = record["value"], record["n"]
    if value is None or not total:
        return str(record["reason"])
    return f"holds in {round(value['point'] * total)} of {total}"


def _sample(record: Row) -> str:
    """Return the size of a sample and how likely chance alone would show as much."""
    p, least = record.get("p"), record.get("p_min")
    if p is None:
        return ""
    attained = f" (at this size never below {_probability(least)})" if least else ""
    told = f"below {SMALL_P}" if p < SMALL_P else f"= {_probability(p)}"
    return f"n = {record['n']}, p {told}{attained}"


def _probability(p: float) -> str:
    return str(SMALL_P) if p < SMALL_P else number(p, 3)


def listed(records: Sequence[Row], shown: Collection[str] = ()) -> list[str]:
    """Return the sentences that a page lists, in order: of very many those that matter.

    First comes what the page shows anyway, then what an argument cannot do without, then
    what supports one.

    Parameters
    ----------
    records : sequence of mapping
        Verdict records.
    shown : collection of str
        Ids of the sentences that the page shows outside the list; all of them are in it.
    """
    rank = {r["prop_id"]: RANKS.get(r["bearing"], 1) for r in records}
    order = sorted(rank, key=lambda name: (name not in shown, rank[name]))
    kept = {*order[:MOST], *shown}
    return [name for name in rank if name in kept]


def ledger(
    records: Sequence[Row],
    who: Mapping[str, str],
    names: Mapping[str, str],
    readings: Mapping[str, Row],
) -> list[dict[str, Any]]:
    """Return every sentence once, in the order of its first verdict, with all readings.

    Parameters
    ----------
    records : sequence of mapping
        Verdict records of one notebook.
    who : mapping
        Short name of the text behind each claim.
    names : mapping
        What parameters and figures are, in words.
    readings : mapping
        The study's readings, each with its ``label``.
    """
    sentences: dict[str, dict[str, Any]] = {}
    for record in records:
        fresh = {"id": record["prop_id"], "text": record["text"]}
        fresh |= {"standing": standing(record, who), "verdicts": [], "settles": []}
        line = sentences.setdefault(record["prop_id"], fresh)
        label = readings[record["reading"]]["label"]
        line["verdicts"].append(_verdict(record, names, label))
        settles = _settling(record["settles"])
        if settles and settles not in line["settles"]:
            line["settles"].append(settles)
    return list(sentences.values())


def standing(record: Row, who: Mapping[str, str]) -> str:
    """Return whose claim a sentence is, or whose argument it tests."""
    claim = record["claim_id"] or record["bears_on"]
    return STANDINGS[record["standing"]].format(who=who.get(claim, "a text"))


def _verdict(record: Row, names: Mapping[str, str], label: str) -> dict[str, Any]:
    """Return one verdict: what it compares, part by part, and what would turn it.

    A verdict that compares nothing says whose figures were looked for.
    """
    parts = [
        {**part, "badge": word(part["verdict"]), "words": comparison(part)}
        for part in record["parts"]
    ]
    turns = []
    for flip in record["flips"]:
        what = names.get(flip["name"], flip["name"].replace("_", " "))
        becomes, at = verdicts.SHORT[flip["becomes"]], f"{flip['side']} {_limit(flip)}"
        turns.append(f"{becomes} if {what}: {at}")
    return {
        "chip": chip(record),
        "words": comparison(record) or label if len(parts) < 2 else "",
        "parts": parts if len(parts) > 1 else [],
        "turns": turns,
    }


def _limit(flip: Row) -> str:
    """Return the limit of a flip: a number with its unit, a year, or another choice."""
    at = flip["at"]
    if isinstance(at, float):
        return text(at, flip["unit"])
    return str(at).lower() if isinstance(at, bool) else str(at)


def _settling(settles: Row | None) -> str:
    """Return what would settle an open verdict, in one line."""
    if not settles or not (settles["what"] or settles["decides"]):
        return ""
    where = f" ({settles['source']})" if settles["source"] else ""
    decides = f": {settles['decides']}" if settles["decides"] else ""
    return f"{settles['what'] or 'More figures'}{where}{decides}"


def web_address(row: Row) -> str:
    """Return the address of a source if it is one that a page may link to."""
    address = str(row.get("doi_or_url") or "")
    if address.startswith("10."):
        return f"https://doi.org/{address}"
    return address if address.startswith(("https://", "http://")) else ""


def traced(figures: Sequence[Row], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the figures source by source; a long series is one line.

    Parameters
    ----------
    figures : sequence of mapping
        All figures that a notebook has used.
    kinds : mapping
        Kind of each source; the figures of a text are shown one by one.

    Returns
    -------
    list of dict
        ``source_id``, ``rows`` (single figures; of very many first those behind a
        verdict) and ``series``: each with ``id`` (its first figure), ``name``, ``years``
        and the ``figures`` in it.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in figures:
        key = row["source_id"], YEAR.sub("", row["name"])
        groups.setdefault(key, []).append(row)
    found: dict[str, dict[str, Any]] = {}
    for (source_id, name), rows in groups.items():
        fresh = {"source_id": source_id, "rows": [], "series": []}
        about = found.setdefault(source_id, fresh)
        if len(rows) <= SHOWN_ALONE or kinds.get(source_id) == "text":
            about["rows"] += rows
        else:
            about["series"].append(_series(name, rows))
    for about in found.values():
        if len(about["rows"]) > MOST:
            ordered = sorted(about["rows"], key=lambda row: not row["propositions"])
            about["rows"], rest = ordered[:MOST], ordered[MOST:]
            about["series"].append({**_series("Others", rest), "years": ""})
    return list(found.values())


def _series(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Return figures of the same thing in many years as one line."""
    ids = [row["figure_id"] for row in rows]
    years = sorted(match[1] for row in rows if (match := YEAR.search(row["name"])))
    span = " to ".join(dict.fromkeys((years[0], years[-1]))) if years else ""
    return {"id": ids[0], "name": name, "years": span, "figures": ids}


def places(found: Sequence[Row]) -> dict[str, str]:
    """Return for each figure the one that names its row on the page."""
    alone = {row["figure_id"]: row["figure_id"] for t in found for row in t["rows"]}
    series = [long for about in found for long in about["series"]]
    return alone | {i: long["id"] for long in series for i in long["figures"]}


def dated(events: Sequence[Row], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each dated event once, in order of time, with where sources name it.

    Parameters
    ----------
    events : sequence of mapping
        One row for each source that names an event.
    names : mapping
        Short name of each source.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in events:
        if row["date"]:
            fresh = {"label": row["label"], "date": row["date"], "places": []}
            event = found.setdefault(row["event_id"], fresh)
            event["places"].append(f"{names[row['source_id']]}, {row['place']}")
    return sorted(found.values(), key=lambda event: event["date"])
