"""Printed figures, the bounds that their print admits, and verdicts on sentences.

A notebook opens its study, reads figures, compares them, and writes the parts of its page:

>>> import asprinted as ap
>>> share = ap.known("share", ap.Interval(0.5, 1, lo_open=True), "share")
>>> print(share)
more than 50%
>>> ap.ask(share > 0.9)
'open'

Numbers: `Interval`, `known`, `unknown`, `total`, `text`. The study: `study`, `board`, `ask`,
`explore`.
Judged besides comparisons: `stated`, `codings`, `untestable`, and the small samples
`proportion`, `rate_ratio`, `odds_ratio`, `trend`, `variation`. Arithmetic: `growth`,
`herfindahl`. The page: `headline`, `key_numbers`, `key`, `voices`, `voice`, `section`, `card`,
`table`, `match`, `note`, `objection`, `settle`, `questions`, `fold`, `say`, `spelt`, `charts`; the
panel: `what_if`, `slider`, `choice`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# ruff: noqa: F401 - what type checkers and editors read
if TYPE_CHECKING:
    from . import charts
    from .boards import board
    from .explorer import explore
    from .intervals import Interval, bounds_text, text
    from .prose import spelt
    from .quantities import Quantity, known, total, unknown
    from .record import codings, stated, untestable
    from .record import verdict_of as ask
    from .show import (
        card,
        choice,
        discs,
        fold,
        headline,
        key,
        key_numbers,
        match,
        note,
        objection,
        questions,
        say,
        section,
        settle,
        slider,
        table,
        voice,
        voices,
        what_if,
    )
    from .stats import (
        growth,
        herfindahl,
        odds_ratio,
        proportion,
        rate_ratio,
        trend,
        variation,
    )
    from .studies import study

# The modules and their public names. They load when they are first used, so that a command
# which needs no frames starts at once.
_OFFERED = {
    "boards": "board",
    "explorer": "explore",
    "intervals": "Interval bounds_text text",
    "prose": "spelt",
    "quantities": "Quantity known total unknown",
    "record": "codings stated untestable",
    "show": "card discs fold headline key key_numbers match note objection questions say "
    "section settle table voice voices slider choice what_if",
    "stats": "growth herfindahl odds_ratio proportion rate_ratio trend variation",
    "studies": "study",
}
_HOMES = {name: home for home, names in _OFFERED.items() for name in names.split()}
_RENAMED = {"ask": ("record", "verdict_of")}

__all__ = sorted(["ask", "charts", *_HOMES])


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"asprinted has no {name!r}; it has {', '.join(__all__)}")
    if name == "charts":
        return import_module(".charts", __name__)
    # A module may share its name with what it offers; the function is what is meant.
    home, offered = _RENAMED.get(name) or (_HOMES[name], name)
    found = getattr(import_module(f".{home}", __name__), offered)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
