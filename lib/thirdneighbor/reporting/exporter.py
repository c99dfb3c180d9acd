"""The house template of nbconvert: how every page is filled, and refused if it is not whole."""

import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from traitlets import default

from thirdneighbor import palette
from thirdneighbor.reporting.fonts import COMMON, characters_of, font_css

FOOTER = (
    "A verdict says whether the printed numbers support the sentence, "
    "not whether the sentence is true."
)
MEANINGS = {
    "certain": "true for every value the print allows",
    "consistent": "true for some, false for others",
    "contradicted": "true for none",
    "not testable": "an input is not printed",
}
FONTS = "/* the faces of this page */"
TEMPLATES = Path(__file__).with_name("templates")
SCHEMA = TEMPLATES / "verdicts.schema.json"
HOUSE = TEMPLATES / "thirdneighbor"
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_ID = re.compile(r'\sid="([^"]*)"')
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_TARGET = re.compile(r'href="#([^"]+)"')


class HouseExporter(TemplateExporter):
    """nbconvert's template system with the house template and nothing inherited.

    The stock templates bring scripts from other hosts, and `HTMLExporter` rewrites the finished
    page; this class has neither. Everything from data is escaped where it is printed.
    """

    output_mimetype = "text/html"

    @default("default_preprocessors")
    def _no_preprocessors(self) -> list[str]:
        """Those of nbconvert would do nothing here, and check the notebook once each."""
        return []

    @default("file_extension")
    def _extension(self) -> str:
        return ".html"

    @default("template_name")
    def _template_folder(self) -> str:
        return HOUSE.name

    @default("extra_template_basedirs")
    def _template_home(self) -> list[str]:
        return [str(TEMPLATES)]

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Add the filters of the house to those of nbconvert."""
        yield from super().default_filters()
        yield from {"number": number, "whole": _whole}.items()

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
        environment.undefined = StrictUndefined
        css = palette.css_variables() + (HOUSE / "page.css").read_text(encoding="utf-8")
        words = {"FOOTER": FOOTER, "MEANINGS": MEANINGS}
        environment.globals |= {"css": css, "fonts": FONTS, **words}
        return environment


@cache
def house() -> HouseExporter:
    """Return the exporter that fills pages which are not notebooks."""
    return HouseExporter()


def render(template: str, **context: object) -> str:
    """Fill a template of the house and refuse the page if it is not whole.

    Parameters
    ----------
    template : str
        File name.
    **context
        What the template names.

    Raises
    ------
    ValueError
        As `checked`.
    """
    return checked(house().environment.get_template(template).render(**context))


def checked(html: str) -> str:
    """Return a finished page with the faces that show its characters.

    Raises
    ------
    ValueError
        If an id stands twice, a link inside the page leads nowhere, or a character has no glyph.
    """
    tags = "".join(_TAG.findall(html))
    ids = _ID.findall(tags)
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ValueError(f"ids used twice on the page: {', '.join(twice)}")
    if lost := sorted(set(_TARGET.findall(tags)) - set(ids)):
        raise ValueError(f"links that lead nowhere on the page: {', '.join(lost)}")
    return html.replace(FONTS, font_css(COMMON | characters_of(html)), 1).rstrip() + "\n"


def number(value: object) -> str:
    """Return a value as a page prints it: real minus, commas, four significant digits.

    Text keeps its digits and gets no commas, for it may be a year.
    """
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    try:
        amount = float(str(value))
    except ValueError:
        return str(value)
    if math.isnan(amount) or math.isinf(amount):
        return {"nan": "", "inf": "unbounded", "-inf": "unbounded below"}[str(amount)]
    if isinstance(value, str):
        text = value
    elif abs(amount) >= 1000 or amount == int(amount):
        text = f"{amount:,.0f}"
    else:
        text = f"{amount:.4g}"
    return text.replace("-", "\u2212")


def _whole(text: str) -> Markup:
    """Return text whose hyphenated words stay on one line."""
    return Markup(_HYPHENATED.sub(r'<span class="nb">\g<0></span>', str(escape(text))))
