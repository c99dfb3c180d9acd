"""What a page shows of an executed notebook, gathered cell by cell."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import pygments
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode
from pygments.filter import simplefilter
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Operator, String, Text

from thirdneighbor.bundles import MIME
from thirdneighbor.reporting.claims import Record, group_claims
from thirdneighbor.reporting.exporter import number

DRAWING = "application/vnd.thirdneighbor.{}+svg"
BOARDS = ("wide", "narrow")
KINDS = ("headline", "verdict", "figure", "table", "run")
PARAMETER_TAGS = {"parameters": "Parameters", "injected-parameters": "Parameters as run"}
OTHER_CODE = {"headline": "Code for the headline", "run": "Code for the run record"}
STYLED = (Comment, Keyword, Operator.Word, String.Doc)
_DRAWN = frozenset(
    (
        *("svg", "g", "defs", "clipPath", "pattern", "use", "path", "rect", "circle", "ellipse"),
        *("line", "polyline", "polygon", "text", "tspan"),
    )
)
_SVG_ID = re.compile(r'(\bid="|href="#|url\(#)([\w.-]+)')


@dataclass
class Flow:
    """What a page shows between its generated parts, gathered cell by cell.

    Attributes
    ----------
    items : list of dict
        Prose, figures, tables, verdict lines and code, in the notebook's order.
    sections : list of tuple
        Id and text of each section heading.
    intro : Markup
        First text cell without its title.
    closing : list of dict
        The figure of what would decide the open verdicts, which comes with the run record.
    run_code : list of tuple
        Name and code of the cells that the flow does not show.
    """

    items: list[Record] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    intro: str = ""
    records: list[Record] = field(default_factory=list)
    headline: Record = field(default_factory=dict)
    run: Record = field(default_factory=dict)
    closing: list[Record] = field(default_factory=list)
    run_code: list[tuple[str, Markup]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    prose: int = 0

    def add(self, cell: NotebookNode) -> None:
        """Take the next cell."""
        if cell.cell_type == "markdown":
            self.prose += 1
            html = self.markdown(cell.source, drop_title=self.prose == 1)
            if self.prose == 1 and not self.items:
                self.intro = html
            elif html:
                self.items.append({"kind": "prose", "html": html})
        elif cell.cell_type == "code" and cell.source.strip():
            tags = set(cell.get("metadata", {}).get("tags", ()))
            before = len(self.items)
            shown = [name for name in map(self.output, cell.outputs) if name]
            if "run" in shown:  # the figure beside the run record closes the page
                new = self.items[before:]
                self.closing = [item for item in new if item["kind"] == "figure"]
                self.items[before:] = [item for item in new if item["kind"] != "figure"]
                shown = [name for name in shown if not name.startswith("figure")]
            self.code(cell.source, tags, shown)

    def output(self, output: NotebookNode) -> str:
        """Take an output and return the name of what it made."""
        data = output.get("data", {})
        for kind in KINDS:
            if bundle := data.get(MIME.format(kind)):
                drawings = {b: data[DRAWING.format(b)] for b in BOARDS if DRAWING.format(b) in data}
                return str(getattr(self, f"_{kind}")({**bundle, **drawings}))
        if text := data.get("text/markdown"):
            self.items.append({"kind": "prose", "html": self.markdown(text)})
            return "text"
        if plain := data.get("text/plain") or output.get("text") or output.get("evalue"):
            self.items.append({"kind": "plain", "text": strip_ansi(plain)})
            return "printed text"
        return ""

    def code(self, source: str, tags: set[str], shown: list[str]) -> None:
        """Put the code of a cell under what it made, or keep it for the list at the end."""
        kinds = list(dict.fromkeys(n for n in shown if n not in ("text", "headline", "run")))
        if named := next((PARAMETER_TAGS[tag] for tag in PARAMETER_TAGS if tag in tags), ""):
            self.run_code.append((self.unique(named), highlight(source)))
        elif kinds:
            last = f" {'and' if len(kinds) == 2 else 'to'} {kinds[-1]}" if len(kinds) > 1 else ""
            label = self.unique(f"Code for {kinds[0]}{last}")
            html = highlight("\n\n".join([*self.pending, source]))
            self.items.append({"kind": "code", "label": label, "html": html})
            self.pending.clear()
        elif shown or "setup" in tags or all(item["kind"] == "prose" for item in self.items):
            name = OTHER_CODE.get(shown[0], "Code for a computed text") if shown else "Set-up code"
            self.run_code.append((self.unique(name), highlight(source)))
        else:
            self.pending.append(source)

    def unique(self, label: str) -> str:
        """Return a label that no other piece of code has."""
        self.used[label] = self.used.get(label, 0) + 1
        return label if self.used[label] == 1 else f"{label}, part {self.used[label]}"

    def markdown(self, text: str, *, drop_title: bool = False) -> Markup:
        """Return Markdown as HTML: raw HTML escaped, headings from the second level on."""
        tokens = _markdown().parse(text)
        if drop_title and tokens and tokens[0].tag == "h1":
            del tokens[:3]
        for opening, inline in pairwise(tokens):
            if opening.type != "heading_open":
                continue
            words = "".join(child.content for child in inline.children or [])
            opening.attrSet("id", name := self._heading_id(words))
            if opening.tag in ("h1", "h2"):
                self.sections.append((name, words))
        for token in tokens:
            if token.type.startswith("heading") and token.tag == "h1":
                token.tag = "h2"
        renderer = _markdown()
        return Markup(renderer.renderer.render(tokens, renderer.options, {}))

    def _heading_id(self, words: str) -> str:
        """Return an id made of the words of a heading, never one twice."""
        slug = "section-" + (re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "text")
        self.used[slug] = self.used.get(slug, 0) + 1
        return slug if self.used[slug] == 1 else f"{slug}-{self.used[slug]}"

    def _headline(self, bundle: Record) -> str:
        self.headline = {"topic": "", "standfirst": "", "outcome": ""} | dict(bundle)
        return "headline"

    def _run(self, bundle: Record) -> str:
        self.run = dict(bundle)
        return "run"

    def _verdict(self, bundle: Record) -> str:
        self.records.append(dict(bundle))
        (claim,) = group_claims([bundle])
        self.items.append({"kind": "verdict", "id": claim["id"], "record": claim["first"]})
        return str(claim["id"])

    def _figure(self, bundle: Record) -> str:
        count = 1 + sum(item["kind"] == "figure" for item in self.items)
        boards = {
            board: drawing(bundle[board], prefix=f"f{count}{board[0]}", alt=bundle["alt"])
            for board in BOARDS
        }
        columns, rows = bundle["columns"], bundle["data"]
        align = [
            "r" if all(isinstance(row[i], (int, float, type(None))) for row in rows) else "l"
            for i in range(len(columns))
        ]
        cells = [[_cell(*pair) for pair in zip(columns, row, strict=True)] for row in rows]
        table = {"columns": columns, "align": align, "rows": cells, "note": ""}
        self.items.append({"kind": "figure", "number": count, **bundle, **boards, "table": table})
        return f"figure {count}"

    def _table(self, bundle: Record) -> str:
        count = 1 + sum(item["kind"] == "table" for item in self.items)
        self.items.append({"kind": "table", "number": count, "table": {"note": ""} | dict(bundle)})
        return f"table {count}"


def _cell(column: str, value: object) -> str:
    """Return a value of a data table as text; years get no comma."""
    if value is None:
        return "no value"
    year = re.search(r"\byear\b", column.lower()) and isinstance(value, int | float)
    return f"{value:g}" if year else number(value)


def drawing(svg: str, *, prefix: str, alt: str) -> Markup:
    """Return a drawing that may stand in a page: checked, with a text alternative and own ids.

    Parameters
    ----------
    svg : str
        One ``svg`` element.
    prefix : str
        Start of every id in it.
    alt : str
        Text alternative, used if the drawing carries none.

    Raises
    ------
    ValueError
        If it holds a script, style, picture, event or reference to anything outside.
    """
    if "<!" in svg or "<?" in svg:
        raise ValueError("a drawing may not hold declarations, comments or instructions")
    root = ET.fromstring(svg)
    for node in root.iter():
        tag = node.tag.rpartition("}")[2]
        if tag not in _DRAWN:
            raise ValueError(f"a drawing may not hold the element {tag!r}")
        for name, value in node.attrib.items():
            name = name.rpartition("}")[2]
            inside = value.startswith("#") if name in ("href", "src") else "url(" not in value
            if name.startswith("on") or not (inside or re.fullmatch(r"url\(#[\w.-]+\)", value)):
                raise ValueError(f"a drawing may not hold the attribute {name}={value[:60]!r}")
    names: dict[str, str] = {}
    svg = _SVG_ID.sub(
        lambda match: match[1] + names.setdefault(match[2], f"{prefix}{len(names) + 1}"),
        svg.strip().replace(' xmlns="http://www.w3.org/2000/svg"', "", 1),
    )
    if "aria-label" not in root.attrib:
        label = f' role="img" aria-label="{escape(alt)}"'
        svg = re.sub(r"^<svg\b", lambda match: match[0] + label, svg)
    return Markup(svg)


@cache
def _markdown() -> MarkdownIt:
    """Return the Markdown reader: no raw HTML, no pictures, no unsafe links."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@simplefilter
def _styled(
    self: Any, lexer: Any, stream: Iterable[tuple[Any, str]], options: Any
) -> Iterator[tuple[Any, str]]:
    """Keep apart the kinds of code that the page tells apart; the others are plain text."""
    for kind, text in stream:
        yield (kind if any(kind in styled for styled in STYLED) else Text), text


def highlight(source: str) -> Markup:
    """Return Python code as HTML with the classes of Pygments that the page style uses."""
    lexer = PythonLexer()
    lexer.add_filter(_styled())
    return Markup(pygments.highlight(source, lexer, HtmlFormatter()))
