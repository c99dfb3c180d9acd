"""Mongolia between China and Russia in printed figures: what one can ask without a notebook.

>>> import thirdneighbor as tn

Figures with their bounds, as a frame. Any column of `data/figures.csv` selects, and `year`:

>>> kgz = tn.figures(source_id="irgengioro2022", reporter="MNG", partner="KGZ", year=2019)
>>> kgz[["printed", "lo", "hi"]].to_dict("split")["data"]
[['$2.32 million', 2315000.0, 2325000.0], ['$413 thousand', 412500.0, 413500.0]]

One figure, and what can be computed from it; the bounds go along:

>>> share = tn.figure("gun_exports_chn_2018") / tn.figure("gun_total_exports_2018")
>>> share
between 83% and 98% (83.3% to 97.7%)

A verdict on a sentence of your own, with its reason; nothing is recorded:

>>> tn.ask(share > 0.8)
Follows: The figures allow 83.3% to 97.7%; all of it is more than 80%.

Where a figure, an event, a claim or a sentence stands, and all that uses it:

>>> tn.trace("gun_share_fdi_chn")  # doctest: +ELLIPSIS
gun_share_fdi_chn (figures.csv)
  printed: 'More than fifty percent'
...

Dated events, by any column of `data/events.csv` and by `year`:

>>> list(tn.events(direction="russia", year=2021).event_id)
['rus_pipeline_2021', 'rus_visit_2021']

A chart of what `figures` or `events` found:

>>> tn.draw(kgz, "Trade with Kyrgyzstan, 2019").title
'Trade with Kyrgyzstan, 2019'

A notebook at several values of its parameters, one row a verdict and value:

>>> table = tn.sweep("02", cap=[0.2, 0.4])
>>> page = table.query("prop_id == 'P2.1' and reading == 'press'")
>>> page[["cap", "verdict"]].to_dict("split")["data"]
[[0.2, 'follows'], [0.4, 'ruled_out']]

More: `import asprinted as ap`; then `ap.explore("02")` in JupyterLab puts the parameters of a
notebook under sliders, and `ap.charts` has more kinds of charts.
In a terminal, `thirdneighbor new 09_my_question` starts a notebook of your own. A wrong name is
answered with the nearest right one. All of it in a quarter of an hour:
`notebooks/00_start_here.ipynb`.
"""

from types import ModuleType
from typing import Any

from . import events
from .desk import ask, draw, figure, figures, listed_events, sweep, trace

__all__ = ["ask", "draw", "events", "figure", "figures", "sweep", "trace"]


class _Events(ModuleType):
    """The module that counts events; called like a function, it lists them."""

    def __call__(self, *unnamed: Any, **where: Any) -> Any:
        """Return dated events; see :func:`thirdneighbor.desk.listed_events`."""
        return listed_events(*unnamed, **where)


events.__class__ = _Events  # so that tn.events(...) and events.counts(...) both work
