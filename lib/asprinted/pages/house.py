"""The house: how a page is filled from its template, sealed, cited, and refused."""

import base64
import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter

from asprinted import palette, verdicts
from asprinted.package import HIDDEN
from asprinted.prose import plain

Row = Mapping[str, Any]
Text = str | Sequence[str | Mapping[str, str]]

TEMPLATES = Path(__file__).with_name("templates")
HOUSE = TEMPLATES / "house"
FONTS = Path(__file__).with_name("fonts")
FACES = (
    ("Report Sans", 400, "report-sans-400.woff2"),
    ("Report Sans", 600, "report-sans-600.woff2"),
    ("Report Serif", 400, "report-serif-400.woff2"),
    ("Report Serif", 600, "report-serif-600.woff2"),
)
FONT_LICENCE = (
    "Report Sans and Report Serif: subsets of Inter and Newsreader, SIL OFL 1.1"
)
FOOTER = (
    "A verdict says what the printed figures do to a sentence, not whether it is true."
)
POLICY = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; font-src data:; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash ",
        "~": r"\textasciitilde ",
        "^": r"\textasciicircum ",
        **{sign: f"\\{sign}" for sign in "{}%&_#$"},
    }
)
MILLION = 1_000_000  # from here on in whole numbers
OPTIONAL = re.compile(r"</(?:td|th|tr|li|dt|dd)>\n?")  # HTML ends these by itself
PARAGRAPH = re.compile(r"\n\s*\n")
HYPHENATED = re.compile(r"\w+(?:-\w+)+")
NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_.-]+")


def render(template: str, frame: Row, settings: Row, page: Row, **more: Any) -> str:
    """Fill a template of the house, clean what it gives, and check the page.

    Parameters
    ----------
    template : str
        File name.
    frame : mapping
        From `frame`.
    settings : mapping
        The study's settings.
    page : mapping
        What the template prints.
    **more
        ``anchors``: where the numbers in texts lead.

    Raises
    ------
    ValueError
        If an id stands twice, a link inside the page leads nowhere, or a tag carries a
        style or a handler, which the page's policy would block.
    """
    resources = {"frame": frame, "settings": settings, "page": page, "anchors": {}}
    html = _templates().get_template(template).render(resources=resources | more)
    _refuse_broken(html)
    return OPTIONAL.sub("", HIDDEN.sub("", html)).strip() + "\n"


@cache
def _templates() -> Environment:
    """Return nbconvert's template system with the house template and nothing inherited.

    The stock templates bring scripts from other hosts. Everything from data is escaped
    where it is printed.
    """
    exporter = TemplateExporter(
        template_name=HOUSE.name,
        template_file="page.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
    )
    environment: Environment = exporter.environment
    environment.autoescape = True
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.undefined = StrictUndefined
    filters = (said, paragraphs, anchor, cell, code)
    environment.filters |= {made.__name__: made for made in filters}
    environment.filters["plain"] = lambda text: plain(text or "")
    return environment


def frame(title: str, description: Text, kind: str) -> dict[str, Any]:
    """Return what the frame of a page needs: its style, its script and its policy.

    Parameters
    ----------
    title : str
        Of the window.
    description : Text
        One sentence for search results.
    kind : str
        Whose style and script stand beside those of the house: "page" or "index".
    """
    style, script = _style(kind), _squeezed(kind, "js")
    return {
        "title": title,
        "description": plain(description),
        "style": Markup(style),
        "script": Markup(script),
        "policy": POLICY.format(style=_digest(style), script=_digest(script)),
    }


@cache
def _style(kind: str) -> str:
    return _font_rules() + palette.css_variables() + _squeezed(kind, "css")


@cache
def _squeezed(kind: str, suffix: str) -> str:
    """Return house files without the indents that only their editors need."""
    files = (HOUSE / f"house.{suffix}", HOUSE / f"{kind}.{suffix}")
    texts = [file.read_text(encoding="utf-8") for file in files]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return "\n".join(filter(None, lines))


@cache
def _font_rules() -> str:
    rules = [f"/* {FONT_LICENCE} */"]
    for family, weight, file in FACES:
        data = base64.b64encode((FONTS / file).read_bytes()).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules) + "\n"


def lacking(pages: Iterable[str]) -> list[str]:
    """Return the letters that the fonts of the pages lack: the reader's own show them.

    Examples
    --------
    >>> lacking(["Zürich", "\N{CYRILLIC SMALL LETTER SCHWA}"])
    ['ә']
    """
    families = json.loads((FONTS / "characters.json").read_text(encoding="utf-8"))
    covered = set("\n".join(families.values()))
    return sorted(set().union(*pages) - covered)


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def anchor(name: str, kind: str) -> str:
    """Return the id of a place on the page.

    Examples
    --------
    >>> anchor("apple share", "f")
    'f-apple-share'
    """
    return f"{kind}-{NOT_IN_IDS.sub('-', str(name))}"


def cell(value: Any) -> Markup:
    """Return one cell of a chart's data as a table shows it.

    Examples
    --------
    >>> str(cell(11150450.3)), str(cell("follows|no_figure"))
    ('11150450', 'Follows / No figure')
    """
    if value is None or value != value:
        return Markup("")
    if isinstance(value, float):
        numeral = f"{value:.0f}" if abs(value) >= MILLION else f"{value:.6g}"
        return escape(numeral.replace("-", "\N{MINUS SIGN}"))
    halves = str(value).split("|")
    if set(halves) <= set(verdicts.SHORT):
        return escape(" / ".join(verdicts.SHORT[half] for half in halves))
    return escape(value)


def code(source: str) -> Markup:
    """Return source text for an element that holds text only: quotes stay as they are."""
    return Markup(str(escape(source)).replace("&#34;", '"').replace("&#39;", "'"))


@pass_context
def said(context: Context, text: Text | None, default: str = "sources") -> Markup:
    """Return a text as HTML; its numbers show their bounds and lead to their place.

    The context's ``resources.anchors`` says for each reference where it stands on the
    page, which words are printed there, and what they allow; a number without one leads
    to `default`.
    """
    known = context["resources"]["anchors"]
    return Markup("").join(
        _whole(piece) if isinstance(piece, str) else _number(piece, known, default)
        for piece in _pieces(text)
    )


def _pieces(text: Text | None) -> Sequence[str | Mapping[str, str]]:
    return [text] if isinstance(text, str) else text or []


def _whole(text: str) -> Markup:
    """Return escaped text whose hyphenated words stay on one line."""
    return Markup(HYPHENATED.sub(r'<span class="nb">\g<0></span>', str(escape(text))))


def _number(
    piece: Mapping[str, str], known: Mapping[str, tuple[str, str, str]], default: str
) -> Markup:
    """Return one number: its bounds appear on hover and focus, and are read out."""
    bounds = piece.get("b") or ""
    at, printed, _ = known.get(piece.get("ref") or "", (default, "", ""))
    if bounds in ("", piece["t"], f"exactly {piece['t']}") and not printed:
        return escape(piece["t"])
    if printed:
        bounds = f"Printed “{printed}”: {bounds}"
    number = Markup('<a class="n" href="#{at}">{t}<span> (<i>{b}</i>)</span></a>')
    return number.format(at=at, b=bounds, t=piece["t"])


@pass_context
def paragraphs(context: Context, text: Text | None) -> Markup:
    """Return a text as paragraphs; an empty line starts a new one."""
    parts: list[list[Any]] = [[]]
    for piece in _pieces(text):
        first, *rest = PARAGRAPH.split(piece) if isinstance(piece, str) else [piece]
        parts[-1].append(first)
        parts += [[later] for later in rest]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(said(context, part)) for part in parts if any(part)
    )


class _Anchors(HTMLParser):
    """Collects the ids of a page and everything that points at one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.styled: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag defines and what it needs."""
        for name, value in attrs:
            value = value or ""
            if name == "id":
                self.ids.append(value)
            elif name in ("for", "aria-labelledby"):
                self.targets |= set(value.split())
            elif name == "href" and value.startswith("#"):
                self.targets.add(value[1:])
            elif name == "style" or name.startswith("on"):
                self.styled.add(f"{tag} {name}")
            self.targets |= set(re.findall(r"url\(#([^)]+)\)", value))


def _refuse_broken(html: str) -> None:
    """Refuse a page that is not whole."""
    seen = _Anchors(html)
    for problem, names in (
        ("ids used twice on the page", {n for n in seen.ids if seen.ids.count(n) > 1}),
        ("links that lead nowhere on the page", seen.targets - set(seen.ids)),
        ("attributes that the policy blocks", seen.styled),
    ):
        if names:
            raise ValueError(f"{problem}: {', '.join(sorted(names))}")


def imprint(settings: Row) -> dict[str, str]:
    """Return who published a study, when, and in which version.

    Examples
    --------
    >>> imprint({"name": "fruit", "date": "2026-05-01", "version": "1.0"})["published"]
    '1 May 2026, version 1.0'
    """
    date, name = settings.get("date") or "", settings["name"]
    number = settings.get("version") or _installed(name)
    told = []
    if date:
        day = datetime.date.fromisoformat(date)
        told.append(f"{day.day} {day:%B %Y}")
    if number:
        told.append(f"version {number}")
    return {
        "name": name,
        "authors": settings.get("authors") or f"the {name} authors",
        "version": number,
        "year": date[:4],
        "url": (settings.get("url") or "").rstrip("/"),
        "published": ", ".join(told),
    }


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def citation(title: str, address: str, by: Mapping[str, str]) -> dict[str, str]:
    """Return the citation of a page in words and as BibTeX.

    Parameters
    ----------
    title : str
        Question that the page answers.
    address : str
        File name of the page.
    by : mapping
        The study's `imprint`.

    Examples
    --------
    >>> by = imprint({"name": "fruit", "date": "2026-05-01", "version": "1.0"})
    >>> citation("Do pears pay?", "pears.html", by)["text"]
    'The fruit authors (2026). Do pears pay? In fruit 1.0, pears.html.'
    """
    where = f"{by['url']}/{address}" if by["url"] else address
    stop = "" if title.endswith(("?", "!", ".")) else "."
    told = f"{by['name']} {by['version']}".strip()
    fields = {
        "author": f"{{{by['authors'].translate(BIBTEX)}}}",
        "title": title.translate(BIBTEX),
        "year": by["year"],
        "howpublished": told.translate(BIBTEX),
        "url": where,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    key = f"{by['name']}:{address.removesuffix('.html')}"
    dated = f" ({by['year']})" if by["year"] else ""
    authors = by["authors"][:1].upper() + by["authors"][1:]
    return {
        "text": f"{authors}{dated}. {title}{stop} In {told}, {where}.",
        "bibtex": "\n".join((f"@misc{{{key},", ",\n".join(lines), "}")),
    }
