"""Charts in the house style; every one returns a `Figure`."""

from thirdneighbor.charts.deciding import deciding
from thirdneighbor.charts.figure import Figure
from thirdneighbor.charts.grids import frontier, heatmap, strip, tiles
from thirdneighbor.charts.lines import curve, series, timeline
from thirdneighbor.charts.rows import diverging_bars, dumbbell, forest, ladder

__all__ = [
    "Figure",
    "curve",
    "deciding",
    "diverging_bars",
    "dumbbell",
    "forest",
    "frontier",
    "heatmap",
    "ladder",
    "series",
    "strip",
    "tiles",
    "timeline",
]
