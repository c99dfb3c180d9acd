"""The one colour table of charts and pages.

Charts draw in the light colours; the SVG step then turns every colour into
``var(--token)``, and the page defines the tokens. The dark values hold on screens only,
so that paper always gets the light ones. Each light value is unique, for it is the key
by which a drawing finds its token. Series have numbers, not names: a study's settings
say which of its categories takes which.
"""

from typing import NamedTuple


class Token(NamedTuple):
    """One colour: its name, its value on a light and on a dark page, and its use."""

    name: str
    light: str
    dark: str
    use: str


PALETTE = (
    Token("bg", "#ffffff", "#12161b", "page"),
    Token("panel", "#f5f3ee", "#1b2128", "boxes and code"),
    Token("ink", "#17202a", "#e9ecef", "text and thresholds"),
    Token("muted", "#55606c", "#a9b4bf", "notes and axis labels"),
    Token("axis", "#76818d", "#7d8995", "axis lines, edges, hatches; never text"),
    Token("grid", "#dde1e5", "#2e3740", "grid lines only"),
    Token("link", "#0b5394", "#8cbbf0", "links and the focus ring"),
    Token("follows", "#0b3f7d", "#7cbcff", "verdict"),
    Token("open", "#8f5d00", "#f6d673", "verdict"),
    Token("ruled-out", "#7c1c08", "#ff7548", "verdict"),
    Token("no-figure", "#5f676e", "#a3a5a8", "verdict"),
    Token("follows-tint", "#e6f0fa", "#132a40", "badge"),
    Token("open-tint", "#fbf1dc", "#33270d", "badge"),
    Token("ruled-out-tint", "#fce9e2", "#3a1c12", "badge"),
    Token("no-figure-tint", "#eff1f3", "#252c33", "badge"),
    Token("series-1", "#7a1128", "#d24553", "series"),
    Token("series-2", "#3082ec", "#63a3fd", "series"),
    Token("series-3", "#1c5f58", "#bff4ee", "series"),
    Token("series-4", "#b97d00", "#f79f1c", "series"),
    Token("series-5", "#64209a", "#8f68a4", "series"),
    Token("series-6", "#84868c", "#a5a4a8", "series: all others"),
    Token("step-1", "#e3edf6", "#1c2b3a", "ordered step, least"),
    Token("step-2", "#b7d0e8", "#274a6b", "ordered step"),
    Token("step-3", "#7faad2", "#356fa3", "ordered step"),
    Token("step-4", "#3a78b0", "#5e9cd4", "ordered step"),
    Token("step-5", "#14507f", "#a5cdf3", "ordered step, most"),
    Token("cell-low", "#17202b", "#f2f4f7", "text on steps 1 to 3"),
    Token("cell-high", "#fffffe", "#0e1217", "text on steps 4 and 5"),
)
LIGHT = {token.name: token.light for token in PALETTE}
DARK = {token.name: token.dark for token in PALETTE}
HEXES = {token.light: token.name for token in PALETTE}
STEPS = tuple(f"step-{i}" for i in range(1, 6))
SERIES = tuple(f"series-{i}" for i in range(1, 7))
VERDICTS = {
    "follows": "follows",
    "open": "open",
    "ruled_out": "ruled-out",
    "no_figure": "no-figure",
    "supported": "no-figure",
    "undecided": "no-figure",
    "opposed": "no-figure",
}


def colour(token: str) -> str:
    """Return the light hex of a token or of a verdict code.

    Raises
    ------
    KeyError
        If the palette has no such token.

    Examples
    --------
    >>> colour("ink")
    '#17202a'
    >>> colour("ruled_out") == colour("ruled-out")
    True
    """
    return LIGHT[VERDICTS.get(token, token)]


def css_variables() -> str:
    """Return the colours as CSS: light everywhere, dark on screens that ask for it."""
    light, dark = (_declarations(table) for table in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def _declarations(table: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in table.items())
