"""The one colour table of charts and pages.

Charts draw in the light colours; the SVG step then turns every colour into ``var(--token)``, and
the page defines the tokens. A page gets its definitions, dark theme included, from
``css_variables() -> str``: a complete piece of CSS to put first into its style element. The dark
values hold on screens only, so that paper always gets the light ones.
"""

from typing import NamedTuple


class Token(NamedTuple):
    """One colour of the house: name, value on a light and on a dark page, and what it is for."""

    name: str
    light: str
    dark: str
    use: str


PALETTE = (
    Token("bg", "#ffffff", "#12161b", "page"),
    Token("panel", "#f5f3ee", "#1b2128", "boxes and code"),
    Token("ink", "#17202a", "#e9ecef", "text and thresholds"),
    Token("muted", "#55606c", "#a9b4bf", "notes and axis labels"),
    Token("axis", "#76818d", "#7d8995", "axis lines, tile edges and hatches, never text"),
    Token("grid", "#dde1e5", "#2e3740", "grid lines only"),
    Token("link", "#0b5394", "#8cbbf0", "links and the focus ring"),
    Token("certain", "#0b3f7d", "#7cbcff", "verdict"),
    Token("consistent", "#8f5d00", "#f6d673", "verdict"),
    Token("contradicted", "#7c1c08", "#ff7548", "verdict"),
    Token("not-testable", "#5f676e", "#a3a5a8", "verdict"),
    Token("china", "#7a1128", "#d24553", "series"),
    Token("russia", "#3082ec", "#63a3fd", "series"),
    Token("third-neighbour", "#1c5f58", "#bff4ee", "series"),
    Token("central-asia", "#b97d00", "#f79f1c", "series"),
    Token("multilateral", "#64209a", "#8f68a4", "series"),
    Token("other", "#84868c", "#a5a4a8", "series"),
    Token("certain-tint", "#e6f0fa", "#132a40", "badge"),
    Token("consistent-tint", "#fbf1dc", "#33270d", "badge"),
    Token("contradicted-tint", "#fce9e2", "#3a1c12", "badge"),
    Token("not-testable-tint", "#eff1f3", "#252c33", "badge"),
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
VARIABLE = {token.light: f"var(--{token.name})" for token in PALETTE}
STEPS = tuple(LIGHT[f"step-{i}"] for i in range(1, 6))
VERDICTS = ("certain", "consistent", "contradicted", "not testable")
SERIES = tuple(token.name for token in PALETTE if token.use == "series")
_ALIASES = {"third-neighbor": "third-neighbour"}


def colour(name: str) -> str:
    """Return the light hex of a token.

    Parameters
    ----------
    name : str
        A token, or a verdict or direction as tables spell it ("not testable", "third_neighbour",
        "Third neighbours").

    Raises
    ------
    KeyError
        If the palette has no such token.
    """
    return LIGHT[_token(name)]


def series_colour(name: str) -> str:
    """Return the light hex of a direction, or that of ``other`` for any other name."""
    return LIGHT[_token(name) if is_series(name) else "other"]


def is_series(name: str) -> bool:
    """Return whether a name is one of the directions that have a colour."""
    return _token(name) in SERIES


def css_variables() -> str:
    """Return the colour definitions as CSS: light everywhere, dark on screens that ask for it."""
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in table.items()) for table in (LIGHT, DARK)
    )
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast ratio of two hex colours, from 1 to 21."""
    low, high = sorted(_luminance(value) for value in (first, second))
    return (high + 0.05) / (low + 0.05)


def _luminance(value: str) -> float:
    """Return the relative luminance of a hex colour."""
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _token(name: str) -> str:
    """Return the token that a verdict or direction of a table stands for."""
    token = name.strip().lower().replace(" ", "-").replace("_", "-")
    plural = token.removesuffix("s")
    token = plural if plural in LIGHT or plural in _ALIASES else token
    return _ALIASES.get(token, token)
