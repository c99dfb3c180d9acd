"""Figures and verdicts as files beside the pages, for R, Stata, spreadsheets and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..evidence import Evidence
from ..intervals import INF
from ..package import HIDDEN, Json, as_csv
from ..tables import Tables

SCHEMA = Path(__file__).with_name("verdicts.schema.json")
DERIVED = (  # columns that reports/figures.csv has beyond those of figures.csv
    ("label", "string", "", "what is measured, in words"),
    ("source_kind", "string", "", "kind of the source"),
    ("year", "integer", "year", "first year of the period; empty if undated"),
    ("value", "number", "of unit", "the printed number"),
    ("lo", "number", "of unit", "lower end of what the print admits"),
    ("hi", "number", "of unit", "upper end; Inf if there is none"),
    ("lo_open", "integer", "0 or 1", "1 if the lower end itself is excluded"),
    ("hi_open", "integer", "0 or 1", "1 if the upper end itself is excluded"),
    ("unit", "string", "", "unit of value, lo and hi; share: 1 is the whole"),
    ("hedge", "string", "", "none, about, over, at_least, under, at_most or nearly"),
    ("rule", "string", "", "how the bounds follow from the print"),
)
LEFT_OUT = ("char_start", "unit_elsewhere", "multiplier_elsewhere")
WHAT = (
    *("prop_id", "reading", "source_kind", "standing", "claim_id", "bears_on"),
    *("notebook", "text", "verdict", "basis", "bearing", "given", "reason"),
)
BOUNDS = ("point", "lo", "hi", "lo_open", "hi_open", "unit")
COLUMNS = (
    *(*WHAT, *BOUNDS, "operator", "threshold", "parts", "n", "p", "p_min"),
    *("settles", "settles_if", "settles_value", "settles_source"),
    *("flips", "inputs", "sources", "parameters"),
)


def figure_columns(tables: Tables) -> list[str]:
    """Return the columns of `reports/figures.csv`."""
    own = [name for name in tables.columns("figures") if name not in LEFT_OUT]
    return own + [name for name, *_ in DERIVED]


def figure_rows(tables: Tables, settings: Json) -> list[dict[str, str]]:
    """Return every figure with its value and bounds, as `reports/figures.csv` has it."""
    kinds = {row["source_id"]: row["kind"] for row in tables.rows("sources")}
    label, rows = Evidence(tables, settings, {}).label, []
    for row in tables.rows("figures"):
        said = tables.readings[row["figure_id"]]
        ends = said.interval()
        numbers = {"value": said.number, "lo": ends.lo, "hi": ends.hi}
        numbers |= {"lo_open": ends.lo_open, "hi_open": ends.hi_open}
        words = {"source_kind": kinds[row["source_id"]], "unit": said.unit}
        words |= {"year": row["period_start"][:4], "hedge": said.hedge}
        words |= {"label": label(row["figure_id"])}
        told = {name: _number(value) for name, value in numbers.items()}
        rows.append({**row, **words, **told, "rule": said.rule()})
    return rows


def _number(value: Any) -> str:
    """Return a number as every program reads it."""
    if abs(value) == INF:
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def reports_package(tables: Tables) -> Json:
    """Return the data package of the reports: what `figures.csv` there holds."""
    own = next(r for r in tables.package["resources"] if r["name"] == "figures")
    fields = [f for f in own["schema"]["fields"] if f["name"] not in LEFT_OUT]
    for name, kind, unit, meaning in DERIVED:
        field = {"name": name, "type": kind, "unit": unit, "description": meaning}
        fields.append({key: value for key, value in field.items() if value})
    resource = {
        "name": "figures",
        "title": "Figures with their values and bounds",
        "path": "figures.csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "figure_id"},
    }
    return {
        "name": f"{tables.package['name']}-reports",
        "title": f"{tables.package['title']}: values and bounds",
        "licenses": tables.package["licenses"],
        "resources": [resource],
    }


def verdicts_json(records: Sequence[Json]) -> str:
    """Return verdict records as JSON; `verdicts.schema.json` says what each holds."""
    named = set(json.loads(SCHEMA.read_text(encoding="utf-8"))["items"]["properties"])
    rows = [{key: record[key] for key in record if key in named} for record in records]
    told = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


def verdicts_csv(records: Iterable[Json]) -> str:
    """Return verdict records as a table, one row a proposition and reading."""
    return as_csv(map(verdict_row, records), COLUMNS)


def verdict_row(record: Mapping[str, Any]) -> Json:
    """Return one verdict record as a row of cells; an end without limit is infinity."""
    settles, value = record["settles"] or {}, record["value"] or {}
    row = {name: record[name] for name in (*WHAT, "operator", "n", "p", "p_min")}
    row |= {name: value.get(name) for name in BOUNDS}
    for end, limit in (("lo", -INF), ("hi", INF)) if value else ():
        row[end] = limit if row[end] is None else row[end]
    row["threshold"] = (record["threshold"] or {}).get("point")
    row["settles"], row["settles_if"] = settles.get("what"), settles.get("decides")
    row["settles_value"] = (settles.get("turns") or {}).get("point")
    row["settles_source"] = settles.get("source")
    for name in ("parts", "flips", "parameters"):
        row[name] = json.dumps(record[name], ensure_ascii=False) if record[name] else ""
    for name in ("inputs", "sources"):
        row[name] = " ".join(record[name])
    return {name: _cell(content) for name, content in row.items()}


def _cell(value: Any) -> Any:
    """Return what a cell holds: nothing if unknown, a whole number without a point."""
    if value is None:
        return ""
    whole = isinstance(value, float) and abs(value) != INF and value.is_integer()
    return int(value) if whole else value
