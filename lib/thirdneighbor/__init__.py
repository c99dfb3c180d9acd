"""Printed figures on Mongolia between China and Russia: bounds, verdicts, reports."""

from . import cases, charts, events, indicators, params, quantities, smallsample
from .intervals import Interval
from .output import frame, headline, say, table
from .quantities import Quantity, total, unknown
from .run import check_parameters
from .verdicts import Condition

__all__ = [
    "Condition",
    "Interval",
    "Quantity",
    "cases",
    "charts",
    "check_parameters",
    "events",
    "frame",
    "headline",
    "indicators",
    "params",
    "quantities",
    "say",
    "smallsample",
    "table",
    "total",
    "unknown",
]
