"""Choices: which other values of parameters change a verdict, as the last sweep found it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from thirdneighbor.bundles import NOTHING
from thirdneighbor.params import Parameter

Row = Mapping[str, Any]


def swept(path: Path) -> list[dict[str, str]]:
    """Return the rows of `reports/sensitivity.csv`, none if it has not been made."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flip_choices(rows: Iterable[Row], declared: Sequence[Parameter], record: Row) -> str:
    """Return the other values of parameters under which a verdict is another one.

    A choice has no nearest value, so each one is tried, with all else as committed. A number is
    tried at the ends of its range; it is left out where the record knows where it turns.

    Parameters
    ----------
    rows : iterable of mapping
        As `swept` returns them.
    declared : sequence of Parameter
        Those of the notebook of the record.
    record : mapping
        A verdict of a run with the default values.

    Returns
    -------
    str
        Such as ``"definition = firms or official_21; sources without gungor2020"``; ``nothing``
        if no value changes the verdict; empty if the table does not hold this verdict, or is
        older than a parameter.
    """
    mine = [row for row in rows if row["notebook"] == record["notebook"]]
    found = [row for row in mine if all(row[k] == record[k] for k in ("prop_id", "reading"))]
    single = {p.name for p in declared if not isinstance(p.default, list)}
    usual = [row["verdict"] for row in found if row["parameter"] == ""]
    if usual != [record["verdict"]] or not single <= {row["parameter"] for row in mine}:
        return ""
    parts = []
    for parameter in declared:
        moved = [row for row in found if row["parameter"] == parameter.name]
        values = [row["value"] for row in moved if row["verdict"] != record["verdict"]]
        known = record["flip_parameter"] == parameter.name and parameter.type in ("int", "float")
        if values and not known:
            parts.append(_worded(parameter, values))
    return "; ".join(parts) or NOTHING


def _worded(parameter: Parameter, values: Sequence[str]) -> str:
    """Return a parameter and some of its values, of a list what each of them lacks."""
    sign = "="
    if isinstance(parameter.default, list):
        sign, left = "without", [value.split("+") for value in values]
        values = [v for kept in left for v in parameter.default if v not in kept]
    *most, last = values
    return f"{parameter.name} {sign} {', '.join(most)}{' or ' * bool(most)}{last}"
