"""A limit on shares: how far a share is from it, and what would bring it there."""

from __future__ import annotations

import math
from typing import Any

from asprinted.intervals import INF
from asprinted.quantities import Quantity


def inflow_needed(held: Any, cap: Any) -> Any:
    """Return the money from others that brings a share down to a limit.

    Parameters
    ----------
    held, cap : Quantity or number
        Share held and limit, above 0.

    Returns
    -------
    Quantity or float
        s / c - 1, in multiples of all there is now, if the holder adds nothing;
        negative where there is room.

    Examples
    --------
    >>> inflow_needed(0.5, 0.25)
    1.0
    """
    return held / cap - 1


def sales_needed(part: Any, whole: Any, line: Any) -> Any:
    """Return the further sales to others that bring one partner's share down to a line.

    Parameters
    ----------
    part, whole : Quantity or number
        What the partner buys, and all sales.
    line : Quantity or number
        Share wanted, above 0.

    Returns
    -------
    Quantity or float
        part / line - whole, in the unit of the part; negative where the share is below.

    Examples
    --------
    >>> sales_needed(45, 50, 0.5)
    40.0
    """
    return part / line - whole


def room(held: Quantity, cap: Any) -> Quantity:
    """Return how far a share lies below a limit, in points; negative above it.

    Examples
    --------
    >>> from asprinted.quantities import known
    >>> room(known("held", 0.25, "share"), 0.5).bounds()
    Interval([0.25, 0.25])
    """
    return (cap - held).as_unit("points")


def indirect_needed(held: Quantity, cap: Any) -> Quantity:
    """Return which part of the others' holdings must be the holder's to reach a limit.

    Parameters
    ----------
    held, cap : Quantity
        Share booked under the holder's name, below 1, and limit.

    Returns
    -------
    Quantity
        (c - s) / (1 - s), a share; negative above the limit.

    Examples
    --------
    >>> from asprinted.quantities import known
    >>> indirect_needed(known("held", 0.25, "share"), 0.5).bounds()
    Interval([0.333333, 0.333333])
    """
    return ((cap - held) / (1 - held)).as_unit("share")


def years_to_limit(held: Any, cap: Any, pace_held: Any, pace_others: Any) -> float:
    """Return the years until a share meets a limit, if its parts grow apart.

    Parameters
    ----------
    held, cap : number
        Share held and limit, in (0, 1).
    pace_held, pace_others : number
        Yearly growth of the held part and of all others as fractions, above -1.

    Returns
    -------
    float
        0 if the limit is met already, infinity if it never is.

    Examples
    --------
    >>> round(years_to_limit(0.5, 1 / 3, 0, 0.05), 1)
    14.2
    """
    share, limit = float(held), float(cap)
    if share <= limit:
        return 0.0
    gain = math.log1p(float(pace_others)) - math.log1p(float(pace_held))
    if gain <= 0 or share >= 1:
        return INF
    return math.log(share * (1 - limit) / ((1 - share) * limit)) / gain
