"""Charts in the house style; every one returns a `Figure`."""

from thirdneighbor.charts.deciding import deciding
from thirdneighbor.charts.figure import Figure
from thirdneighbor.charts.frontier import frontier
from thirdneighbor.charts.grids import heatmap, remainders, tiles
from thirdneighbor.charts.lanes import timeline
from thirdneighbor.charts.lines import curve, series
from thirdneighbor.charts.rows import bars, diverging_bars, dumbbell, forest, ladder
from thirdneighbor.charts.slopes import slope
from thirdneighbor.charts.ways import specification, strip

__all__ = [
    "Figure",
    "bars",
    "curve",
    "deciding",
    "diverging_bars",
    "dumbbell",
    "forest",
    "frontier",
    "heatmap",
    "ladder",
    "remainders",
    "series",
    "slope",
    "specification",
    "strip",
    "tiles",
    "timeline",
]
