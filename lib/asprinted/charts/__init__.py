"""Charts: functions that take a frame of numbers and return a finished figure."""

from asprinted.charts.bars import bars, columns
from asprinted.charts.figure import BRIEF, Figure
from asprinted.charts.grids import tiles
from asprinted.charts.lines import lines
from asprinted.charts.maps import route_map
from asprinted.charts.ranges import dots, ranges
from asprinted.charts.timeline import timeline

__all__ = [
    "BRIEF",
    "Figure",
    "bars",
    "columns",
    "dots",
    "lines",
    "ranges",
    "route_map",
    "tiles",
    "timeline",
]
