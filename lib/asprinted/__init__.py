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
`table`, `match`, `note`, `objection`, `settle`, `questions`, `fold`, `say`, `charts`; the panel:
`what_if`, `slider`, `choice`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import charts
    from .boards import board
    from .explorer import explore
    from .intervals import Interval, bounds_text, text
    from .quantities import Quantity, known, total, unknown
    from .record import codings, stated, untestable
    from .record import verdict_of as ask
    from .sensitivity import choice, slider, what_if
    from .show import (
        card,
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
        table,
        voice,
        voices,
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

# Where each public name lives. They load when they are first used, so that a command which
# needs no frames starts at once.
_HOMES = {
    "charts": "",
    "board": "boards",
    "explore": "explorer",
    "study": "studies",
    "Quantity": "quantities",
    "ask": "record",
    **dict.fromkeys(("Interval", "bounds_text", "text"), "intervals"),
    **dict.fromkeys(("known", "total", "unknown"), "quantities"),
    **dict.fromkeys(("codings", "stated", "untestable"), "record"),
    **dict.fromkeys(("choice", "slider", "what_if"), "sensitivity"),
    **dict.fromkeys(
        (
            "card",
            "discs",
            "fold",
            "headline",
            "key",
            "key_numbers",
            "match",
            "note",
            "objection",
        ),
        "show",
    ),
    **dict.fromkeys(
        ("questions", "say", "section", "settle", "table", "voice", "voices"), "show"
    ),
    **dict.fromkeys(
        ("growth", "herfindahl", "odds_ratio", "proportion", "rate_ratio"), "stats"
    ),
    **dict.fromkeys(("trend", "variation"), "stats"),
}
_RENAMED = {"ask": "verdict_of"}

__all__ = [
    "Interval",
    "Quantity",
    "ask",
    "board",
    "bounds_text",
    "card",
    "charts",
    "choice",
    "codings",
    "discs",
    "explore",
    "fold",
    "growth",
    "headline",
    "herfindahl",
    "key",
    "key_numbers",
    "known",
    "match",
    "note",
    "objection",
    "odds_ratio",
    "proportion",
    "questions",
    "rate_ratio",
    "say",
    "section",
    "settle",
    "slider",
    "stated",
    "study",
    "table",
    "text",
    "total",
    "trend",
    "unknown",
    "untestable",
    "variation",
    "voice",
    "voices",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"asprinted has no {name!r}; it has {', '.join(__all__)}")
    home = _HOMES[name]
    if not home:
        return import_module(f".{name}", __name__)
    # A module may share its name with what it offers; the function is what is meant.
    found = getattr(import_module(f".{home}", __name__), _RENAMED.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
