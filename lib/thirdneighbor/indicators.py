"""Indicators: pure functions of numbers or of quantities with bounds.

Each works on anything that can be added, multiplied and divided: floats, fractions,
:class:`~thirdneighbor.quantities.Quantity`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from .intervals import INF, Interval, exact
from .monotone import Monotone, monotone
from .quantities import Quantity, Undefined, total, unknown

SPREAD = "concentration of the other partners"

FLOWS = {"exports_to": "exports", "imports_from": "imports"}


def share(part: Any, rest: Any) -> Any:
    """Return part / (part + rest), in [0, 1]; 0 nothing, 1 all of it.

    Raises
    ------
    ValueError
        If a plain number is negative.
    Undefined
        If both are zero.

    Examples
    --------
    >>> share(1, 3)
    0.25
    """
    return _over(part, _refuse_negative(part, rest)[0] + rest, "a share of nothing")


def import_ratio(exports: Any, imports: Any) -> Any:
    """Return imports over exports, from 0 without limit; above 1 the country buys more.

    Examples
    --------
    >>> import_ratio(2, 8)
    4.0
    """
    _refuse_negative(exports, imports)
    return _over(imports, exports, "a ratio to exports of zero")


def balance(exports: Any, imports: Any) -> Any:
    """Return the normalised trade balance (X - M) / (X + M), in [-1, 1].

    -1 only imports, 0 balanced, +1 only exports. Its absolute value is one minus the index of
    Grubel & Lloyd (1975). Undefined without trade.

    Examples
    --------
    >>> balance(3, 1)
    0.5
    """
    _refuse_negative(exports, imports)
    return _over(exports - imports, exports + imports, "a balance without trade")


def herfindahl(values: Sequence[Any]) -> Any:
    """Return the Herfindahl-Hirschman index, the sum of squared shares, in [1/N, 1].

    Hirschman (1945; his own index is the square root), Herfindahl (1950). 1/N equal shares,
    1 a single partner.

    Examples
    --------
    >>> herfindahl([1, 1])
    0.5
    """
    whole = total(_refuse_negative(*values)) if values else 0
    return total([_over(value, whole, "shares of nothing") ** 2 for value in values])


def herfindahl_normalised(index: Any, partners: int) -> Any:
    """Return (H - 1/N) / (1 - 1/N), in [0, 1]; 0 equal shares. Undefined for one partner.

    Examples
    --------
    >>> herfindahl_normalised(0.5, 2)
    0.0
    """
    return _over(partners * index - 1, partners - 1, "a normalised index of one partner")


def effective_number(index: Any) -> Any:
    """Return 1 / H: how many partners of equal size would give the same index, at least 1.

    Examples
    --------
    >>> effective_number(0.5)
    2.0
    """
    return _over(1, index, "an effective number without an index")


def herfindahl_bounds(
    shares: Sequence[Any], partners: int | None, *, largest: bool = False
) -> Interval:
    """Return bounds of the Herfindahl-Hirschman index when only some shares are known.

    What is left over is spread evenly at the lower end and lies with one partner at the upper
    end, or, if no other may be larger than the smallest that is known, in pieces of that size.

    Parameters
    ----------
    shares : sequence of numbers
        Known shares, each in [0, 1], together at most 1.
    partners : int or None
        How many others there may be; None without limit (the lower end is then excluded).
    largest : bool
        Whether the known shares are the largest ones.

    Raises
    ------
    ValueError
        If a share is negative, the shares exceed 1, or the others cannot hold the rest.

    Examples
    --------
    >>> herfindahl_bounds([0.5], 1)
    Interval([0.5, 0.5])
    """
    known = [exact(value) for value in _refuse_negative(*shares)]
    base, rest = sum(value**2 for value in known), 1 - sum(known)
    if rest < 0:
        raise ValueError(f"shares that add up to {float(1 - rest):g} exceed 1")
    piece = min([*known, rest]) if largest else rest
    if rest and (partners == 0 or (partners and rest > partners * piece) or not piece):
        raise ValueError(f"{partners} other partners cannot hold the rest, {float(rest):g}")
    whole = rest // piece if rest else 0
    high = base + whole * piece**2 + (rest - whole * piece) ** 2
    endless = partners is None and rest > 0
    return Interval(base + (rest**2 / partners if partners else 0), high, lo_open=endless)


def herfindahl_of_largest(largest: Quantity, partners: int) -> Quantity:
    """Return the Herfindahl-Hirschman index as a quantity when one share is all that is known.

    Parameters
    ----------
    largest : Quantity
        Share of the one known partner, in [0, 1].
    partners : int
        Greatest number of others; with none nobody holds the rest and the index is unknown.

    Examples
    --------
    >>> from thirdneighbor.quantities import constant
    >>> herfindahl_of_largest(constant(0.5), 1).bounds()
    Interval([0.5, 0.5])
    """
    spread = Interval(exact(1) / partners, 1) if partners else None
    others = Quantity({SPREAD: spread}, lambda v: v[SPREAD], units={SPREAD: "concentration"})
    return largest**2 + (1 - largest) ** 2 * others


def variation_squared(values: Sequence[Any]) -> Any:
    """Return the squared coefficient of variation, (s / mean)^2, with the sample variance.

    Equal to (N H - 1) N / (N - 1), where H is the Herfindahl index of the values.

    Examples
    --------
    >>> variation_squared([1, 3])
    0.5
    """
    n = len(values)
    return (herfindahl(values) * n - 1) * n / (n - 1)


def diversity(counts: Sequence[Any]) -> Any:
    """Return the Gini-Simpson index, 1 - sum p^2: 0 one direction only, below 1 always.

    Examples
    --------
    >>> diversity([1, 1])
    0.5
    """
    return 1 - herfindahl(counts)


def jaccard(first: Collection[Any], second: Collection[Any]) -> float:
    """Return the share of all listed items that both lists name (Jaccard 1912), in [0, 1].

    Examples
    --------
    >>> jaccard("ab", "bc")
    0.3333333333333333
    """
    either = set(first) | set(second)
    return _over(len(set(first) & set(second)), len(either), "an overlap of empty lists")


def salience(share_a: float, share_b: float) -> float:
    """Return sqrt(s_A s_B), in [0, 1]: how much the trade of a pair matters to both.

    Barbieri (1996, 2002); s is trade of the pair over all trade of one of them.

    Examples
    --------
    >>> salience(0.5, 0.02)
    0.1
    """
    return math.sqrt(math.prod(_fractions(share_a, share_b)))


def symmetry(share_a: float, share_b: float) -> float:
    """Return 1 - |s_A - s_B|, in [0, 1]: 1 where both depend alike (Barbieri 1996).

    Examples
    --------
    >>> symmetry(0.75, 0.25)
    0.5
    """
    first, second = _fractions(share_a, share_b)
    return 1 - abs(first - second)


def interdependence(share_a: float, share_b: float) -> float:
    """Return salience times symmetry, in [0, 1] (Barbieri 1996).

    Examples
    --------
    >>> interdependence(0.5, 0.5)
    0.5
    """
    return salience(share_a, share_b) * symmetry(share_a, share_b)


def asymmetry(share_a: Any, share_b: Any) -> Any:
    """Return s_A / s_B: how many times more A depends on B than B on A.

    Wagner (1988); Abdelal & Kirshner (1999) for the political reading. Undefined at s_B = 0.

    Examples
    --------
    >>> asymmetry(0.5, 0.25)
    2.0
    """
    _refuse_negative(share_a, share_b)
    return _over(share_a, share_b, "an asymmetry with a partner that does not trade")


def trade_intensity(flow: Any, exports: Any, partner_imports: Any, world: Any, own: Any) -> Any:
    """Return (x_ij / X_i) / (m_j / (W - m_i)): trade of a pair against what sizes suggest.

    Brown (1949), Kojima (1964), Drysdale & Garnaut (1982); 1 is as expected.

    Parameters
    ----------
    flow, exports : number or Quantity
        Exports of i to j, and all exports of i.
    partner_imports, world, own : number or Quantity
        All imports of j, of the world, and of i.

    Examples
    --------
    >>> trade_intensity(10, 100, 20, 110, 10)
    0.5
    """
    _refuse_negative(flow, exports, partner_imports, world, own)
    expected = _over(partner_imports, world - own, "an intensity without other importers")
    return _over(_over(flow, exports, "an intensity without exports"), expected, "no imports")


def required_inflow(held: Any, cap: Any, new_share: Any = 0) -> Any:
    """Return the new money, as a multiple of the stock, that brings a share down to a cap.

    x / T = (s - c) / (c - f), where f is the holder's part of the new money; s / c - 1 if all
    of it comes from others. For plain numbers 0 where the cap is met and infinity where it can
    never be (f >= c); a Quantity keeps the formula, negative where the share is below the cap.

    Examples
    --------
    >>> required_inflow(0.5, 0.25)
    1.0
    >>> required_inflow(0.5, 0.25, 0.125)
    2.0
    """
    _refuse_negative(held, cap, new_share)
    if any(isinstance(value, Quantity) for value in (held, cap, new_share)):
        return (held - cap) / (cap - new_share)
    if held <= cap:
        return 0.0
    return (held - cap) / (cap - new_share) if new_share < cap else INF


def required_divestment(held: Any, cap: Any) -> Any:
    """Return what the holder must withdraw, as a multiple of the stock: (s - c) / (1 - c).

    The stock shrinks with it; a sale to others, which leaves the stock as it is, takes s - c.
    0 for plain numbers where the cap is met; a Quantity keeps the formula.

    Examples
    --------
    >>> required_divestment(0.75, 0.5)
    0.5
    """
    return -headroom(held, cap) if isinstance(held, Quantity) else max(-headroom(held, cap), 0.0)


def headroom(held: Any, cap: Any) -> Any:
    """Return what the holder may add, as a multiple of the stock: (c - s) / (1 - c).

    Negative where the share is above the cap; without limit at a cap of one.

    Examples
    --------
    >>> headroom(0.25, 0.5)
    0.5
    """
    _refuse_negative(held, cap)
    return INF if isinstance(cap, int | float) and cap == 1 else (cap - held) / (1 - cap)


def years_to_compliance(held: float, cap: float, g_held: float, g_other: float) -> float:
    """Return the years until a share meets a cap when the two parts of the stock grow apart.

    Parameters
    ----------
    held, cap : float
        Share held and cap, in (0, 1).
    g_held, g_other : float
        Yearly growth of the held part and of all others, above -1.

    Returns
    -------
    float
        0 if the cap is met already, infinity if it is never met.

    Examples
    --------
    >>> round(years_to_compliance(0.5, 1 / 3, 0, 0.05), 1)
    14.2
    """
    if held < 0 or not 0 < cap <= 1 or min(g_held, g_other) <= -1:
        raise ValueError("a share is not negative, a cap lies above 0, growth above -1")
    if held <= cap:
        return 0.0
    pace = math.log1p(g_other) - math.log1p(g_held)
    if pace <= 0 or held >= 1:
        return INF
    odds = held * (1 - cap) / ((1 - held) * cap)
    return math.log(odds) / pace


def years(held: Quantity, cap: Any, g_held: Any, g_other: Any) -> Monotone:
    """Return the years until a share meets a cap as a quantity, see `years_to_compliance`.

    Parameters
    ----------
    held, cap, g_held, g_other : Quantity
        Share held, cap, and yearly growth of the held part and of all others, each one input
        of its own or a number.

    Examples
    --------
    >>> from thirdneighbor.quantities import known
    >>> years(known("s", Interval(0.5, 1, lo_open=True)), 1 / 3, 0, 0.05).bounds()
    Interval((14.2067, inf))
    """
    return monotone(years_to_compliance, "years", held, cap, g_held, g_other)


def inflow(held: Any, cap: Any, new_share: Any) -> Monotone:
    """Return `required_inflow` as a quantity: 0 where the cap is met, never if f >= c.

    Examples
    --------
    >>> from thirdneighbor.quantities import known
    >>> inflow(known("s", Interval(0.25, 1)), 0.5, 0).bounds()
    Interval([0, 1])
    """
    return monotone(required_inflow, "", held, cap, new_share)


def scaled(quantity: Monotone, factor: float) -> Monotone:
    """Return a monotone quantity times a factor above zero."""
    return monotone(lambda value: factor * value, quantity.unit, quantity)


def years_until(part: Quantity, goal: Quantity, growth: Any) -> Monotone:
    """Return the years in which a growing amount reaches one that stands still.

    Parameters
    ----------
    part, goal : Quantity
        Amounts above zero, without an input in common.
    growth : Quantity or number
        Yearly growth of the part, at least 0.

    Returns
    -------
    Monotone
        0 where the goal is met already; above `LONGEST` where it is never met.

    Examples
    --------
    >>> from thirdneighbor.quantities import constant
    >>> years_until(constant(100), constant(121), 0.1).bounds()
    Interval([2, 2])
    """

    def rule(start: float, end: float, pace: float) -> float:
        met = end <= start or start == INF
        return 0.0 if met else round(math.log(end / start) / math.log1p(pace), 9) if pace else INF

    return monotone(rule, "years", part, goal, growth)


def growth(start: Any, end: Any, periods: int) -> Any:
    """Return the compound yearly growth rate (end / start) ** (1 / periods) - 1.

    Parameters
    ----------
    start, end : Quantity or number
        First value, above zero, and last value; bounds are taken at opposite ends.
    periods : int
        Years between them (not the number of observations).

    Returns
    -------
    Interval of quantities, float of numbers

    Raises
    ------
    ValueError
        If `periods` is not positive, the first value may be zero or less, or the last may be
        negative.

    Examples
    --------
    >>> round(growth(100, 121, 2), 10)
    0.1
    """
    wrong = ValueError(
        "growth needs a first value above zero, a last value not below it, and at least one period"
    )
    first, last = (
        q.bounds() if isinstance(q, Quantity) else Interval.point(q) for q in (start, end)
    )
    if periods < 1 or first.lo <= 0 or last.lo < 0:
        raise wrong
    if not isinstance(start, Quantity) and not isinstance(end, Quantity):
        return float(end / start) ** (1 / periods) - 1
    return (end / start).bounds().map(lambda r: r if r == INF else float(r) ** (1 / periods) - 1)


def by_partner(figures: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a partner, with what is not printed as a quantity without bounds.

    Parameters
    ----------
    figures : DataFrame
        Figures of one year of the kinds `exports_to` and `imports_from`, as
        :meth:`thirdneighbor.run.Run.figures` gives them.
    names : mapping
        Country code to name, for every partner that is wanted.

    Returns
    -------
    DataFrame
        Index: country code. Columns `partner`; quantities with bounds `exports`, `imports`,
        `turnover` (US dollars), `ratio` (imports / exports, above 1 if Mongolia buys more) and
        `balance` (-1 only imports, +1 only exports); `printed`, whether both flows are. Largest
        turnover first.
    """
    rows: list[dict[str, Any]] = []
    for code, name in names.items():
        part = figures[figures["partner"] == code]
        flow = {side: unknown(f"{side} {name}", "usd") for side in FLOWS.values()}
        flow |= {FLOWS[kind]: q for kind, q in zip(part["kind"], part["quantity"], strict=True)}
        x, m = flow["exports"], flow["imports"]
        row: dict[str, Any] = {"code": code, "partner": name, **flow, "turnover": x + m}
        row |= {"ratio": (m / x).as_unit(""), "balance": balance(x, m).as_unit("")}
        rows.append({**row, "printed": x.point is not None and m.point is not None})
    rows.sort(key=lambda row: -(row["turnover"].point or 0))
    columns = ["code", "partner", "exports", "imports", "turnover", "ratio", "balance", "printed"]
    return pd.DataFrame(rows, columns=columns).set_index("code")


def pick(tables: Sequence[pd.DataFrame], column: str, codes: Sequence[str]) -> list[Quantity]:
    """Return one column of some partners, table by table; unknown where a partner is missing."""
    absent = unknown("a partner left out", "" if column in ("ratio", "balance") else "usd")
    return [table[column].get(code, absent) for table in tables for code in codes]


def drawn(partners: pd.DataFrame) -> pd.DataFrame:
    """Return partners with both flows printed as numbers for charts.

    Returns
    -------
    DataFrame
        `partner`, `exports`, `imports` (million USD, empty at zero), and the balance as `value`,
        `lo`, `hi` and `balance_shown` (its bounds as text); largest turnover first.
    """
    kept = partners[partners["printed"]]
    ends = [q.bounds() for q in kept["balance"]]
    flows = {n: [(q.point or math.nan) / 1e6 for q in kept[n]] for n in ("exports", "imports")}
    return pd.DataFrame(
        {
            "partner": list(kept["partner"]),
            **flows,
            "value": [q.point for q in kept["balance"]],
            "lo": [float(end.lo) for end in ends],
            "hi": [float(end.hi) for end in ends],
            "balance_shown": [end.shown() for end in ends],
        }
    )


def gaps(printed: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Return how many times the official figure each printed one is, flow by flow.

    Parameters
    ----------
    printed, official : DataFrame
        As from `by_partner`.

    Returns
    -------
    DataFrame
        `label`, and of the ratio printed / official `point`, `lo`, `hi`, `shown`; flows with
        both figures above zero only.
    """
    rows = []
    for code in printed.index.intersection(official.index, sort=False):
        for side in FLOWS.values():
            ratio = printed.loc[code, side] / official.loc[code, side]
            if ratio.point:
                ends, label = ratio.bounds(), f"{printed.loc[code, 'partner']}, {side}"
                numbers = [ratio.point, float(ends.lo), float(ends.hi), ends.shown()]
                rows.append([label, *numbers])
    return pd.DataFrame(rows, columns=["label", "point", "lo", "hi", "shown"])


def by_year(figures: pd.DataFrame) -> pd.DataFrame:
    """Return one row a year in which both flows of one partner are printed.

    Returns
    -------
    DataFrame
        Index: year. Quantities with bounds `exports`, `imports`, `turnover`, `ratio` (imports /
        exports) and `surplus` (imports less exports); `x` and `m`, the printed numbers in US
        dollars.
    """
    flows = figures.assign(side=figures["kind"].map(FLOWS))
    wide = flows.pivot(index="year", columns="side", values="quantity")
    wide = wide.reindex(columns=["exports", "imports"]).dropna().sort_index()
    x, m = wide["exports"], wide["imports"]
    more = {"turnover": x + m, "ratio": m / x, "surplus": m - x}
    return wide.assign(**more, x=[q.point for q in x], m=[q.point for q in m])


def yearly(figures: pd.DataFrame) -> pd.DataFrame:
    """Return a yearly series of one partner.

    Returns
    -------
    DataFrame
        One row a year and flow: `year`, `series` (exports or imports), `value`, `lo`, `hi`
        (million US dollars), `inferred` (whether the year is inferred), in order of year.
    """
    frame = pd.DataFrame(
        {
            "year": figures["year"],
            "series": figures["kind"].map(FLOWS),
            "value": figures["value"] / 1e6,
            "lo": figures["lo"] / 1e6,
            "hi": figures["hi"] / 1e6,
            "inferred": figures["period_basis"] == "inferred",
        }
    )
    return frame.sort_values(["series", "year"]).reset_index(drop=True)


def endpoints(pairs: Mapping[str, tuple[Quantity, Quantity]]) -> pd.DataFrame:
    """Return amounts at two points in time as the slope chart draws them.

    Parameters
    ----------
    pairs : mapping of str to tuple of Quantity
        Label to the earlier and the later amount, in US dollars.

    Returns
    -------
    DataFrame
        One row a pair: `label`, and for `start` and `end` the amount (million US dollars; the
        finite end where the other is open or without limit, else the middle), its ends, whether
        they are open, and the bounds as text.
    """
    columns: dict[str, list[Any]] = {"label": list(pairs)}
    for side, place in (("start", 0), ("end", 1)):
        bounds = [pair[place].bounds() for pair in pairs.values()]
        points = [b.hi if b.hi_open and b.hi != INF else b.middle for b in bounds]
        columns[side] = [float(point) / 1e6 for point in points]
        for end in ("lo", "hi"):
            columns[f"{side}_{end}"] = [float(getattr(b, end)) / 1e6 for b in bounds]
            columns[f"{side}_{end}_open"] = [getattr(b, f"{end}_open") for b in bounds]
        columns[f"{side}_shown"] = [b.shown("usd").removesuffix("USD").strip() for b in bounds]
    return pd.DataFrame(columns)


def _over(above: Any, below: Any, what: str) -> Any:
    """Return a quotient; a plain zero below has a name instead of a bare division by zero."""
    if not isinstance(below, Quantity) and below == 0:
        raise Undefined(f"{what} is undefined")
    return above / below


def _refuse_negative(*values: Any) -> tuple[Any, ...]:
    """Return the values, once no plain number among them is negative or not a number."""
    for value in values:
        if not isinstance(value, Quantity) and not value >= 0:
            raise ValueError(f"{value} is negative or no number; amounts and shares are not")
    return values


def _fractions(*values: float) -> tuple[float, ...]:
    """Return shares, once each lies in [0, 1]."""
    for value in values:
        if not 0 <= value <= 1:
            raise ValueError(f"{value} is not a share; allowed is 0 to 1")
    return values
