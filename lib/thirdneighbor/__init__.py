"""Printed figures on Mongolia between China and Russia: bounds, verdicts, reports."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import (
        agreement,
        board,
        borders,
        cases,
        charts,
        events,
        fragility,
        hypotheses,
        indicators,
        pairs,
        params,
        quantities,
        smallsample,
        turning,
    )
    from .intervals import Interval
    from .output import frame, headline, say, table
    from .quantities import Quantity, total, unknown
    from .run import check_parameters
    from .verdicts import Condition

__all__ = [
    "Condition",
    "Interval",
    "Quantity",
    "agreement",
    "board",
    "borders",
    "cases",
    "charts",
    "check_parameters",
    "events",
    "fragility",
    "frame",
    "headline",
    "hypotheses",
    "indicators",
    "pairs",
    "params",
    "quantities",
    "say",
    "smallsample",
    "table",
    "total",
    "turning",
    "unknown",
]
_HOMES = {
    "intervals": ("Interval",),
    "output": ("frame", "headline", "say", "table"),
    "quantities": ("Quantity", "total", "unknown"),
    "run": ("check_parameters",),
    "verdicts": ("Condition",),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command line must not wait for pandas."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((module for module, names in _HOMES.items() if name in names), "")
    module = import_module(f".{home or name}", __name__)
    return getattr(module, name) if home else module


def __dir__() -> list[str]:
    return __all__
