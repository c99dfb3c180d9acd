"""Turning points: where known values of a deciding number fall beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from . import charts
from .bundles import DECIDED, READINGS

REACH = 0.9
TITLE = "Where each open sentence turns, and what is known"
SIDES = {"gt": 1, "ge": 1, "lt": -1, "le": -1}
Record = Mapping[str, Any]


def row(record: Record, office: Record | None) -> dict[str, Any]:
    """Return one open verdict as text and as places between -1 (false) and +1 (true).

    Parameters
    ----------
    record : mapping
        An open verdict.
    office : mapping, optional
        The official reading of the same proposition.

    Returns
    -------
    dict
        A row of `charts.deciding`.
    """
    places = _solved(record) or _tested(record, office) or _coded(record)
    known = record["shown"] or "nothing printed"
    if record["n"] != "":
        known = f"{record['shown'] or 'no bounds'}; {record['because']}"
    answer = record["official_value"]
    if office and not answer:
        answer = ": ".join(part for part in (office["shown"], office["verdict"]) if part)
    nothing = dict.fromkeys(("lo", "hi", "official_lo", "official_hi"), math.nan)
    nothing |= {"turn_lo": 0.0, "turn_hi": 0.0}
    return {
        "claim": record["prop_id"],
        "deciding_number": record["deciding_quantity"] or "none named",
        "true_if": record["decides_if"] or "not stated",
        "known": known,
        "official_value": answer or "none found",
        "verdict": record["verdict"],
        **nothing,
        **places,
    }


def _solved(record: Record) -> dict[str, Any]:
    """Return the places on the scale of the input that was solved for."""
    if record["turns_lo"] == "" or record["official_lo"] == "":
        return {}
    turn = (float(record["turns_lo"]) + float(record["turns_hi"])) / 2
    side = -1 if record["true_below"] else 1
    ends = {"turn": (float(record["turns_lo"]), float(record["turns_hi"]))}
    ends |= {"official": (float(record["official_lo"]), float(record["official_hi"]))}
    return _places(ends, turn, side)


def _tested(record: Record, office: Record | None) -> dict[str, Any]:
    """Return the places on the scale of the tested number itself."""
    side = SIDES.get(record["operator"])
    if side is None or record["threshold"] == "":
        return {}
    turn = float(Fraction(str(record["threshold"])))
    ends = {}
    if record["lo"] != "":
        ends["print"] = (float(record["lo"]), float(record["hi"]))
    if office and office["lo"] != "" and office["threshold"] == record["threshold"]:
        ends["official"] = (float(office["lo"]), float(office["hi"]))
    return _places(ends, turn, side) if ends else {}


def _coded(record: Record) -> dict[str, Any]:
    """Return the parts of the admissible codings on either side."""
    if record["holds"] == "" or not record["n"]:
        return {}
    part = record["holds"] / record["n"]
    return {"lo": REACH * (part - 1), "hi": REACH * part}


def _places(ends: dict[str, tuple[float, float]], turn: float, side: int) -> dict[str, Any]:
    """Return ranges as places, with the turning point at 0 and the true side positive."""
    far = [abs(end - turn) for pair in ends.values() for end in pair if math.isfinite(end)]
    scale = REACH / (max(far, default=0) or 1)
    names = {"print": ("lo", "hi")} | {
        key: (f"{key}_lo", f"{key}_hi") for key in ("official", "turn")
    }
    return {
        name: place
        for key, pair in ends.items()
        for name, place in zip(
            names[key], sorted(side * scale * (end - turn) for end in pair), strict=True
        )
    }


def rows(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the open verdicts, the first reading of each claim, as rows of `charts.deciding`.

    Parameters
    ----------
    records : iterable of mapping
        Verdict records, all readings of the claims.
    """
    claims: dict[str, dict[str, Record]] = {}
    for record in records:
        claims.setdefault(record["prop_id"], {})[record["reading"]] = record
    firsts = [min(found, key=READINGS.index) for found in claims.values()]
    return [
        row(found[first], found.get("official") if first != "official" else None)
        for first, found in zip(firsts, claims.values(), strict=True)
        if found[first]["verdict"] not in DECIDED
    ]


def figure(records: Iterable[Record]) -> charts.Figure | None:
    """Return the strip chart of the open verdicts, None if there is none.

    Parameters
    ----------
    records : iterable of mapping
        Verdict records, all readings of the claims.
    """
    frame = pd.DataFrame(rows(records))
    if frame.empty:
        return None
    settled = frame["official_lo"].notna()
    true = int((frame["official_lo"] > frame["turn_hi"]).sum())
    false = int((frame["official_hi"] < frame["turn_lo"]).sum())
    said = f"{settled.sum()} of {len(frame)} rows have an official value to place"
    return charts.deciding(
        frame,
        title=TITLE,
        subtitle=f"Open verdicts by their deciding number; n = {len(frame)}",
        note=f"{said}, {true} on the true side and {false} on the false side.",
        sources=[],
    )
