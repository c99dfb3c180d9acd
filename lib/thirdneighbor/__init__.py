"""Printed figures on Mongolia between China and Russia: bounds, verdicts, reports."""

from . import agreement, cases, charts, events, indicators, pairs, smallsample
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
    "cases",
    "charts",
    "check_parameters",
    "events",
    "frame",
    "headline",
    "indicators",
    "pairs",
    "say",
    "smallsample",
    "table",
    "total",
    "unknown",
]
