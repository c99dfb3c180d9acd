"""Indicators: pure functions of numbers or of quantities with bounds.

Each works on anything that can be added, multiplied and divided: floats, fractions,
:class:`~thirdneighbor.quantities.Quantity`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .intervals import INF, Interval, exact
from .quantities import Quantity, total

LONGEST = 1000

FLOWS = {"exports_to": "exports", "imports_from": "imports"}


def share(part: Any, rest: Any) -> Any:
    """Return part / (part + rest), in [0, 1]; 0 nothing, 1 all of it.

    Examples
    --------
    >>> share(1, 3)
    0.25
    """
    return part / (part + rest)


def balance(exports: Any, imports: Any) -> Any:
    """Return the normalised trade balance (X - M) / (X + M), in [-1, 1].

    -1 only imports, 0 balanced, +1 only exports. Its absolute value is one minus the index of
    Grubel & Lloyd (1975). Undefined without trade.

    Examples
    --------
    >>> balance(3, 1)
    0.5
    """
    return (exports - imports) / (exports + imports)


def herfindahl(values: Sequence[Any]) -> Any:
    """Return the Herfindahl-Hirschman index, the sum of squared shares, in [1/N, 1].

    Hirschman (1945), Herfindahl (1950). 1/N equal shares, 1 a single partner.

    Examples
    --------
    >>> herfindahl([1, 1])
    0.5
    """
    whole = total(values) if values else 0
    return total([(value / whole) ** 2 for value in values])


def herfindahl_bounds(largest: Quantity, partners: int) -> Interval:
    """Return bounds of the Herfindahl-Hirschman index when one share is all that is known.

    The rest is spread evenly over `partners` others at the lower end and goes to one of them
    at the upper end.

    Parameters
    ----------
    largest : Quantity
        Share of the one known partner, in [0, 1].
    partners : int
        Greatest number of other partners, at least 1.

    Examples
    --------
    >>> from thirdneighbor.quantities import constant
    >>> herfindahl_bounds(constant(0.5), 1)
    Interval([0.5, 0.5])
    """
    rest = (1 - largest) ** 2
    low = (largest**2 + rest / partners).bounds()
    high = (largest**2 + rest).bounds()
    return Interval(low.lo, high.hi, low.lo_open, high.hi_open)


def required_inflow(held: Any, cap: Any, new_share: Any = 0) -> Any:
    """Return the new money, as a multiple of the stock, that brings a share down to a cap.

    x / T = (s - c) / (c - f), where f is the holder's part of the new money, below the cap;
    s / c - 1 if all of it comes from others. Negative where the share is below the cap.

    Examples
    --------
    >>> required_inflow(0.5, 0.25)
    1.0
    >>> required_inflow(0.5, 0.25, 0.125)
    2.0
    """
    return (held - cap) / (cap - new_share)


def required_divestment(held: Any, cap: Any) -> Any:
    """Return what the holder must sell, as a multiple of the stock: (s - c) / (1 - c)."""
    return (held - cap) / (1 - cap)


def headroom(held: Any, cap: Any) -> Any:
    """Return what the holder may add, as a multiple of the stock: (c - s) / (1 - c).

    Examples
    --------
    >>> headroom(0.25, 0.5)
    0.5
    """
    return (cap - held) / (1 - cap)


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
    if held <= cap:
        return 0.0
    if g_other <= g_held or held >= 1:
        return INF
    odds = held * (1 - cap) / ((1 - held) * cap)
    return math.log(odds) / math.log((1 + g_other) / (1 + g_held))


def years_bounds(held: Quantity, cap: float, g_held: float, g_other: float) -> Interval | None:
    """Return bounds of the years until a share meets a cap, see `years_to_compliance`.

    Parameters
    ----------
    held : Quantity
        Share held.
    cap, g_held, g_other : float
        Cap, in (0, 1), and yearly growth of the held part and of all others, above -1.

    Returns
    -------
    Interval or None
        Above a thousand years if the cap is never met; None if the share is not printed.

    Examples
    --------
    >>> from thirdneighbor.quantities import known
    >>> years_bounds(known("s", Interval(0.5, 1, lo_open=True)), 1 / 3, 0, 0.05)
    Interval((14.2067, inf))
    """
    if held.point is None:
        return None
    ends = held.bounds()
    low, high = (
        years_to_compliance(float(end), cap, g_held, g_other) for end in (ends.lo, ends.hi)
    )
    if low == INF or (g_other <= g_held and not ends.meets(Interval(0, cap))):
        return Interval(LONGEST, INF, lo_open=True)
    opens = ends.lo_open and ends.lo >= exact(cap), ends.hi_open and high > 0
    return Interval(exact(low), exact(high), *opens)


def growth(start: Any, end: Any, periods: int) -> Interval:
    """Return bounds of the compound yearly growth rate (end / start) ** (1 / periods) - 1.

    Parameters
    ----------
    start, end : Quantity
        First and last value, above zero.
    periods : int
        Years between them (not the number of observations).

    Raises
    ------
    ValueError
        If `periods` is not positive or a value may be zero or less.
    """
    ratio = (end / start).bounds()
    if periods < 1 or ratio.lo <= 0:
        raise ValueError("growth needs positive values and at least one period")
    return ratio.map(lambda r: INF if r == INF else float(r) ** (1 / periods) - 1)


def by_partner(figures: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a partner for which both flows are printed.

    Parameters
    ----------
    figures : DataFrame
        Figures of one year of the kinds `exports_to` and `imports_from`, as
        :meth:`thirdneighbor.run.Run.figures` gives them.
    names : mapping
        Country code to name.

    Returns
    -------
    DataFrame
        Index: country code. Columns `partner`; quantities with bounds `exports`, `imports`,
        `turnover` (US dollars), `ratio` (imports / exports, above 1 if Mongolia buys more) and
        `balance` (-1 only imports, +1 only exports). Largest turnover first.
    """
    rows = []
    for code, part in figures.groupby("partner"):
        flow = {FLOWS[kind]: q for kind, q in zip(part["kind"], part["quantity"], strict=True)}
        if set(flow) == set(FLOWS.values()):
            x, m = flow["exports"], flow["imports"]
            rows.append(
                {
                    "code": code,
                    "partner": names[str(code)],
                    **flow,
                    "turnover": x + m,
                    "ratio": m / x,
                    "balance": balance(x, m),
                }
            )
    rows.sort(key=lambda row: -(row["turnover"].point or 0))
    columns = ["code", "partner", "exports", "imports", "turnover", "ratio", "balance"]
    return pd.DataFrame(rows, columns=columns).set_index("code")


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
