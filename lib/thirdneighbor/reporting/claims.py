"""Claims as a reader sees them: one a proposition, its readings side by side."""

from decimal import Decimal
from typing import Any

from thirdneighbor.bundles import DECIDED, READINGS
from thirdneighbor.reporting.exporter import MEANINGS, number

Record = dict[str, Any]
_OPTIONAL: tuple[str, ...] = (
    *("text", "because", "shown", "spoken", "basis", "bearing", "n", "p", "p_min"),
    *("deciding_quantity", "decides_if", "official_value", "flip_parameter", "flip_value"),
    *("flip_figure", "flip_distance", "flip_choices", "inputs", "sources", "parameters"),
    *("operator", "threshold", "lo", "hi", "turns_lo", "turns_hi", "true_below"),
    *("official_lo", "official_hi", "holds"),
)


def _probability(value: float) -> str:
    """Return a p-value with two digits and without a power of ten."""
    return format(Decimal(f"{value:.2g}"), "f")


STATISTICS = (
    ("n", "n", number),
    ("p", "p", _probability),
    ("p_min", "smallest possible p", _probability),
)


def group_claims(records: list[Record]) -> list[Record]:
    """Gather records into claims: one a proposition, with its readings side by side.

    Parameters
    ----------
    records : list of dict
        Verdict records in any order of readings.

    Returns
    -------
    list of dict
        ``id``, ``text``, ``notebook``, ``readings`` (literal first), ``first``, ``others``,
        ``differs`` and ``restates``, in the order in which propositions first appear.
    """
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["prop_id"], []).append(_view(record))
    claims = []
    for prop_id, readings in found.items():
        readings.sort(key=lambda record: READINGS.index(record["reading"]))
        first, *others = readings
        claims.append(
            {
                "id": prop_id,
                "text": first["text"],
                "notebook": first["notebook"],
                "readings": readings,
                "first": first,
                "others": others,
                "differs": len({record["verdict"] for record in readings}) > 1,
                "restates": first["bearing"] == "restates",
                "sources": list(dict.fromkeys(" ".join(r["sources"] for r in readings).split())),
                "inputs": list(dict.fromkeys(" ".join(r["inputs"] for r in readings).split())),
            }
        )
    return claims


def _view(record: Record) -> Record:
    """Return a record with every optional field present, and what a page says about it."""
    if record["verdict"] not in MEANINGS:
        raise ValueError(f"{record['prop_id']}: unknown verdict {record['verdict']!r}")
    if record["reading"] not in READINGS:
        raise ValueError(f"{record['prop_id']}: unknown reading {record['reading']!r}")
    view: Record = dict.fromkeys(_OPTIONAL, "") | {
        name: "" if value is None else value for name, value in record.items()
    }
    view["open"] = view["verdict"] not in DECIDED
    view["statistics"] = ", ".join(
        f"{label} = {text(view[name])}" for name, label, text in STATISTICS if view[name] != ""
    )
    return view | flips(view)


def flips(record: Record) -> Record:
    """Return what flips a verdict: ``by_parameter``, ``by_choices``, ``by_figure``, ``never``.

    Parameters
    ----------
    record : dict
        A verdict record; "nothing" in a field says that a search found no flip.
    """
    parameter, figure = str(record["flip_parameter"]), str(record["flip_figure"])
    choices = [p for p in str(record["flip_choices"]).split("; ") if p not in ("", "nothing")]
    tried = [name for name in (parameter, figure, record["flip_choices"]) if name]
    by_parameter = by_figure = ""
    if parameter not in ("", "nothing"):
        value = number(record["flip_value"])
        by_parameter = f"{parameter} = {value}" if value else parameter
        same = [part for part in choices if part.startswith(f"{parameter} ")]
        choices = [part for part in choices if part not in same]
        by_parameter = same[0] if same else by_parameter.replace("= without", "without")
    if figure not in ("", "nothing"):
        by_figure = figure
    return {
        "by_parameter": by_parameter,
        "by_choices": choices,
        "by_figure": by_figure,
        "by_distance": number(record["flip_distance"]) if by_figure else "",
        "never": bool(tried) and set(tried) == {"nothing"},
    }


def count_verdicts(claims: list[Record]) -> list[Record]:
    """Return one line a verdict: ``verdict``, ``count``, ``reasons`` and ``ids``.

    A claim counts by its first reading. One that only restates its author is left out.
    """
    lines = []
    for verdict in MEANINGS:
        mine = [c for c in claims if c["first"]["verdict"] == verdict and not c["restates"]]
        reasons = list(dict.fromkeys(c["first"]["because"] for c in mine if c["first"]["because"]))
        if mine:
            ids = [claim["id"] for claim in mine]
            lines.append(
                {"verdict": verdict, "count": len(mine), "reasons": reasons[:2], "ids": ids}
            )
    return lines
