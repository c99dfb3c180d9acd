"""Charts in the house style; every one returns a `Figure`."""

from thirdneighbor.charts.figure import Figure
from thirdneighbor.charts.grids import frontier, heatmap, strip, tiles
from thirdneighbor.charts.lines import curve, series, timeline
from thirdneighbor.charts.rows import diverging_bars, dumbbell, forest, ladder
from thirdneighbor.charts.slopes import slope

__all__ = [
    "Figure",
    "curve",
    "diverging_bars",
    "dumbbell",
    "forest",
    "frontier",
    "heatmap",
    "ladder",
    "series",
    "slope",
    "strip",
    "tiles",
    "timeline",
]
