"""The record of one verdict: every field of `verdicts.csv`, worked out from what is judged."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from . import verdicts
from .bundles import BRIEF, NOTHING, Record
from .decisions import decide, flip_figure, flip_value, on_corners
from .intervals import INF, Interval, exact
from .quantities import Missing, Quantity, Undefined
from .smallsample import Estimate
from .verdicts import OPEN, Condition

RELATIONS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most", "eq": "equal to"}
REASONS = {
    "certain": "every admitted value is {}",
    "consistent": "only some admitted values are {}",
    "contradicted": "no admitted value is {}",
    "not testable": "the admitted values cannot be compared with {}",
}
HEDGE_DEFAULTS = {"hedge_width": 1.0, "nearly_frac": 0.1}
LEAST = 0.01
FALLS = {"certain": ": true", "consistent": ": open", "contradicted": ": false"}


class Context(Protocol):
    """What a record needs of the run that it belongs to."""

    parameters: dict[str, Any]
    declared: dict[str, Any]

    def threshold(self, text: str) -> Any: ...  # noqa: D102

    def unit(self, name: str, otherwise: str) -> str: ...  # noqa: D102

    def described(self, name: str) -> str: ...  # noqa: D102

    def reread(self, quantity: Quantity, hedge_width: float, nearly_frac: float) -> Quantity: ...  # noqa: D102

    def sources_of(self, ids: Sequence[str], claim_id: str) -> list[str]: ...  # noqa: D102


def build(
    run: Context,
    row: Mapping[str, str],
    value: Any,
    *,
    threshold: Any = None,
    also: Sequence[Condition] = (),
    official: Quantity | None = None,
    deciding: tuple[str, str] = ("", ""),
    flip: tuple[str, Any] = (NOTHING, NOTHING),
    inputs: Sequence[str] = (),
    n: int | str = "",
) -> Record:
    """Return the record of a judged proposition; see :meth:`thirdneighbor.run.Run.record`."""
    level, parameter = (None, "") if row["threshold"] == "" else run.threshold(row["threshold"])
    level = level if threshold is None else exact(threshold)
    facts: dict[str, Any] = {
        key: row[key] for key in ("prop_id", "reading", "notebook", "text", "basis", "bearing")
    }
    facts |= {"unit": row["unit"], "operator": row["operator"], "threshold": _text(level)}
    facts |= {"deciding_quantity": deciding[0], "decides_if": deciding[1], "n": n}
    facts |= {"flip_parameter": flip[0], "flip_value": str(flip[1])}
    judged: dict[str, Any]
    if isinstance(value, Quantity):
        condition = Condition(value, row["operator"], level)
        judged = _bounds_facts(run, condition, also, parameter, official, row["unit"])
        inputs = [*inputs, *value.inputs, *(n for c in also for n in c.quantity.inputs)]
    elif isinstance(value, Interval):
        judged = {"verdict": verdicts.judge(value, row["operator"], level), **_ends(value)}
    elif isinstance(value, Estimate):
        judged = _sample_facts(run, value, row["operator"], level)
    else:
        judged = _coding_facts(value)
    facts |= {k: v for k, v in judged.items() if v != "" and not _given(k, flip)}
    if facts["verdict"] not in OPEN:
        facts |= {"deciding_quantity": "", "decides_if": ""}
    if official is not None:
        facts |= _official_facts(official, facts.pop("falls", ""))
    names = [name for name in dict.fromkeys(inputs) if _is_figure(run, name)]
    facts["inputs"] = " ".join(names)
    facts["sources"] = " ".join(run.sources_of(names, row["claim_id"]))
    facts["parameters"] = "; ".join(f"{k}={_text(v)}" for k, v in run.parameters.items())
    return Record(**_display(facts))


def _bounds_facts(
    run: Context,
    condition: Condition,
    also: Sequence[Condition],
    parameter: str,
    official: Quantity | None,
    unit: str,
) -> dict[str, Any]:
    """Return the facts of a verdict on an identified set."""
    quantity = condition.quantity
    verdict = verdicts.jointly([condition, *also])
    facts: dict[str, Any] = {"verdict": verdict, "point": _round(quantity.point)}
    try:
        bounds = quantity.bounds()
    except (Missing, Undefined):
        bounds = None
    if bounds is not None:
        facts |= _ends(bounds)
    found = decide(quantity, condition.operator, condition.threshold) if verdict in OPEN else None
    if found:
        own = quantity.units.get(found.quantity) or unit
        unit = official.unit if official is not None else run.unit(found.quantity, own)
        facts |= {
            "deciding_quantity": run.described(found.quantity),
            "decides_if": found.text(unit),
        }
        facts |= {"turns_lo": _round(found.turns.lo), "turns_hi": _round(found.turns.hi)}
        facts["true_below"] = found.true_below
        facts["falls"] = FALLS[found.at(official.bounds())] if official is not None else ""
    if bounds is not None and not os.environ.get(BRIEF):
        facts |= _flips(run, [condition, *also], parameter)
    return facts


def _official_facts(official: Quantity, falls: str) -> dict[str, Any]:
    """Return the value from outside the texts, as text and as numbers."""
    bounds = official.bounds()
    return {
        "official_value": bounds.shown(official.unit) + falls,
        "official_lo": _round(bounds.lo),
        "official_hi": _round(bounds.hi),
    }


def _given(field: str, flip: tuple[str, Any]) -> bool:
    """Return whether the caller has named the flip itself."""
    return field in ("flip_parameter", "flip_value") and flip[0] != NOTHING


def _is_figure(run: Context, name: str) -> bool:
    """Return whether an input is the id of a row, not a parameter or an unprinted quantity."""
    return " " not in name and name not in run.parameters


def _flips(run: Context, conditions: Sequence[Condition], threshold: str) -> dict[str, Any]:
    """Return the nearest parameter value and the nearest figure that change the verdict."""
    now, found = verdicts.jointly(conditions), []
    inputs = [name for c in conditions for name in c.quantity.inputs]
    bounds = [c.quantity.bounds() for c in conditions]
    for name in dict.fromkeys([*inputs, threshold, *HEDGE_DEFAULTS]):
        if name not in run.declared or (
            name in HEDGE_DEFAULTS and not _hedged(run, conditions, name)
        ):
            continue

        def flips(value: float, name: str = name) -> bool:
            return verdicts.jointly(_changed(run, conditions, name, value, threshold)) != now

        def quick(value: float, name: str = name) -> bool:
            changed = _changed(run, conditions, name, value, threshold)
            return bool(on_corners(changed, bounds)[0] != now)

        default, domain = float(run.parameters[name]), run.declared[name].range
        value = flip_value(flips, default, domain, quick)
        if value is not None:
            found.append((abs(value - default) / float(domain.width), name, value))
    facts: dict[str, Any] = {}
    if found:
        _, name, value = min(found)
        facts = {"flip_parameter": name, "flip_value": _plain(value)}
    near = flip_figure(conditions, [name for name in inputs if _is_figure(run, name)])
    if near:
        side, far = ("higher" if near[1] > 0 else "lower"), 100 * abs(near[1])
        distance = f"{far:.4g}%" if far >= LEAST else f"less than {LEAST:g}%"
        facts |= {"flip_figure": near[0], "flip_distance": f"{distance} {side}"}
    return facts


def _hedged(run: Context, conditions: Sequence[Condition], name: str) -> bool:
    """Return whether this reading of hedges can move the bounds at all."""
    domain = run.declared[name].range
    least, most = (
        _changed(run, conditions, name, float(end), "") for end in (domain.lo, domain.hi)
    )
    return least != most


def _changed(
    run: Context, conditions: Sequence[Condition], name: str, value: float, threshold: str
) -> list[Condition]:
    """Return the conditions as they are under another value of one parameter."""
    if name in HEDGE_DEFAULTS:
        hedges = {n: run.parameters.get(n, d) for n, d in HEDGE_DEFAULTS.items()} | {name: value}
        made = [run.reread(c.quantity, **hedges) for c in conditions]
    else:
        made = [c.quantity.at(**{name: value}) for c in conditions]
    first = value if name == threshold else conditions[0].threshold
    levels = [first, *(c.threshold for c in conditions[1:])]
    parts = zip(made, conditions, levels, strict=True)
    return [
        Condition(c.quantity if new == c.quantity else new, c.operator, level)
        for new, c, level in parts
    ]


def _sample_facts(run: Context, estimate: Estimate, operator: str, level: Any) -> dict[str, Any]:
    verdict = verdicts.judge_sample(estimate, operator, level)
    tested = estimate.point == estimate.point
    because = f"{_kind(estimate)}, n = {estimate.n}, p = {estimate.p:.2g}"
    return {
        **(_ends(Interval(estimate.lo, estimate.hi)) if estimate.n and tested else {}),
        **_alpha_flip(run, estimate, operator, level),
        "deciding_quantity": estimate.deciding[0],
        "decides_if": estimate.deciding[1],
        "verdict": verdict,
        "point": _round(estimate.point),
        "n": estimate.n,
        "p": _round(estimate.p) if tested else "",
        "p_min": _round(estimate.p_min) if tested else "",
        "because": because if tested else f"n = {estimate.n} carries no test",
    }


def _alpha_flip(run: Context, estimate: Estimate, operator: str, level: Any) -> dict[str, Any]:
    """Return the level of the exact interval at which the verdict changes, if there is one."""
    again = None if os.environ.get(BRIEF) else estimate.again
    if again is None or "alpha" not in run.declared or estimate.point != estimate.point:
        return {}
    now = verdicts.judge_sample(estimate, operator, level)
    value = flip_value(
        lambda alpha: verdicts.judge_sample(again(alpha), operator, level) != now,
        run.parameters["alpha"],
        run.declared["alpha"].range,
    )
    return {} if value is None else {"flip_parameter": "alpha", "flip_value": _plain(value)}


def _plain(value: float) -> str:
    """Return a simple fraction as it is, any other number with eight digits."""
    return _text(value if exact(value).denominator <= 1000 else float(f"{value:.8g}"))


def _kind(estimate: Estimate) -> str:
    """Return what the ends of an estimate are."""
    if "bootstrap" in estimate.test:
        return "bootstrap interval"
    left_out = "leave-one-out" in estimate.test
    return "range over what is left out" if left_out else "exact interval"


def _coding_facts(value: Any) -> dict[str, Any]:
    """Return the facts of a verdict over codings; None: nothing is printed."""
    if value is None:
        return {"verdict": verdicts.NOT_TESTABLE, "because": "no number is printed"}
    if isinstance(value, list) and not value:
        return {"verdict": verdicts.NOT_TESTABLE, "because": "the coded cases cannot tell"}
    bounds, holds = value if isinstance(value, tuple) else (None, value)
    facts: dict[str, Any] = {
        "verdict": verdicts.judge_codings(holds),
        "n": len(holds),
        "holds": sum(holds),
        "because": f"holds in {sum(holds)} of {len(holds)} admissible codings",
    }
    if bounds is not None:
        facts |= _ends(bounds)
    return facts


def _ends(bounds: Interval) -> dict[str, Any]:
    return {
        "lo": _round(bounds.lo),
        "hi": _round(bounds.hi),
        "lo_open": bounds.lo_open,
        "hi_open": bounds.hi_open,
        "bounds": bounds,
    }


def _display(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with the bounds as text and the reason in a few words."""
    bounds = facts.pop("bounds", None)
    unit = facts["unit"]
    if bounds:
        facts |= {"shown": bounds.shown(unit), "spoken": bounds.spoken(unit)}
    if not facts.get("because"):
        missing = f"{facts['deciding_quantity'] or 'an input'} is not printed"
        level = f"{RELATIONS.get(facts['operator'], '')} {facts['threshold']}"
        facts["because"] = REASONS[facts["verdict"]].format(level) if bounds else missing
    return facts


def _round(value: Any) -> Any:
    """Return a number with ten digits, as a float; infinite ends as text."""
    if value is None or value != value:
        return ""
    if abs(value) == INF:
        return "inf" if value > 0 else "-inf"
    return float(f"{float(value):.10g}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, float) or (hasattr(value, "denominator") and not isinstance(value, bool)):
        number = exact(value)
        if number == INF or number == -INF:
            return str(number)
        return str(number) if number.denominator in (1, 3) else f"{float(number):.10g}"
    return str(value)
