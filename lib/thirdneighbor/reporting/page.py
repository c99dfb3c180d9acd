"""An executed notebook as one self-contained page, or the page that says why there is none."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

from thirdneighbor.reporting.index import (
    Record,
    count_verdicts,
    group_claims,
    number,
    render,
)

MIME = "application/vnd.thirdneighbor.{}+json"
DRAWING = "application/vnd.thirdneighbor.{}+svg"
BOARDS = ("wide", "narrow")
KINDS = ("headline", "verdict", "figure", "table", "run")
PARAMETER_TAGS = {"parameters": "Parameters", "injected-parameters": "Parameters as run"}
OTHER_CODE = {"headline": "Code for the headline", "run": "Code for the run record"}
EMPTY_RUN: Record = {
    **{"notebook": "", "digest": "", "parameters": {}, "versions": {}},
    **{"selections": [], "figures": [], "events": [], "sources": []},
}
_DRAWN = frozenset(
    (
        *("svg", "g", "defs", "clipPath", "pattern", "use", "path", "rect", "circle", "ellipse"),
        *("line", "polyline", "polygon", "text", "tspan"),
    )
)
_SVG_ID = re.compile(r'(\bid="|href="#|url\(#)')


def render_page(notebook: NotebookNode, *, index: list[Record], position: tuple[int, int]) -> str:
    """Return an executed notebook as one HTML file without scripts or requests.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook, with a headline among its outputs.
    index : list of dict
        All notebooks in reading order: ``name`` (stem of the page) and ``title``.
    position : tuple of int
        Number of this notebook, from 1, and how many there are.

    Returns
    -------
    str
        HTML, the same bytes for the same notebook.

    Raises
    ------
    ValueError
        If there is no headline, a drawing is not safe, or the page is not whole.
    """
    flow = Flow()
    for cell in notebook.cells:
        flow.add(cell)
    if flow.pending:
        flow.run_code.append(("Remaining code", highlight("\n\n".join(flow.pending))))
    if not flow.headline:
        raise ValueError("the notebook shows no headline, so its page would have no title")
    claims, run = group_claims(flow.records), EMPTY_RUN | flow.run
    here, total = position
    return render(
        "page.html.j2",
        **_neighbours(index, here, total),
        flow=flow,
        headline=flow.headline,
        claims=claims,
        counts=count_verdicts(claims),
        differs=sum(claim["differs"] for claim in claims),
        restated=sum(claim["restates"] for claim in claims),
        verdicts=[(c, r) for c in claims for r in c["readings"]],
        run=run,
        sources=_trace(run),
        known=_targets(run, claims),
        names={s["source_id"]: _short(s) for s in run["sources"]},
    )


def _neighbours(index: list[Record], here: int, total: int) -> Record:
    """Return this notebook's place among the others."""
    named = {"name": "", "title": ""} | (index[here - 1] if len(index) >= here else {})
    before = index[here - 2] if here > 1 and len(index) >= here else None
    after = index[here] if len(index) > here else None
    return {"here": here, "total": total, "named": named, "before": before, "after": after}


def _trace(run: Record) -> list[Record]:
    """Return each source with the figures and events that the notebook takes from it."""
    known = {source["source_id"] for source in run["sources"]}
    used = {item["source_id"] for item in [*run["figures"], *run["events"]]}
    stray = [{"source_id": name, "title": name} for name in sorted(used - known)]
    return [
        {"authors": "", "year": "", "publication": "", "doi_or_url": "", "kind": ""}
        | source
        | {
            "short": _short(source),
            "figures": [f for f in run["figures"] if f["source_id"] == source["source_id"]],
            "events": [e for e in run["events"] if e["source_id"] == source["source_id"]],
        }
        for source in [*run["sources"], *stray]
    ]


def _targets(run: Record, claims: list[Record]) -> set[str]:
    """Return the ids that a link may lead to."""
    sources = {s["source_id"] for s in [*run["sources"], *run["figures"], *run["events"]]}
    return (
        {f"source-{name}" for name in sources}
        | {f"src-{figure['figure_id']}" for figure in run["figures"]}
        | {f"src-{event['event_id']}" for event in run["events"]}
        | {claim["id"] for claim in claims}
    )


def _short(source: Record) -> str:
    """Return the words that stand for a source in a link."""
    authors = str(source.get("authors", "")).split(";")
    name = authors[0].split(",")[0].strip() + (" and others" if len(authors) > 1 else "")
    return f"{name} {source.get('year', '')}".strip() or str(source["source_id"])


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
    run_code : list of tuple
        Name and code of the cells that the flow does not show.
    """

    items: list[Record] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    intro: str = ""
    records: list[Record] = field(default_factory=list)
    headline: Record = field(default_factory=dict)
    run: Record = field(default_factory=dict)
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
            shown = [self.output(output) for output in cell.outputs]
            self.code(cell.source, tags, [name for name in shown if name])

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
            board: drawing(bundle[board], prefix=f"f{count}{board[0]}-", alt=bundle["alt"])
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
    year = "year" in column.lower() and isinstance(value, int | float)
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
    svg = _SVG_ID.sub(rf"\g<1>{prefix}", svg.strip())
    if "aria-label" not in root.attrib:
        label = f' role="img" aria-label="{escape(alt)}"'
        svg = re.sub(r"^<svg\b", lambda match: match[0] + label, svg)
    return Markup(svg)


def render_failure(name: str, title: str, error: Record, verdict_ids: list[str]) -> str:
    """Return the page that says why a notebook did not finish.

    Parameters
    ----------
    name : str
        Stem of the notebook.
    title : str
        Its title.
    error : dict
        ``summary``, ``given``, ``why``, ``remedy``, ``where``, ``traceback``, each optional; or
        ``ename`` and ``evalue`` of the kernel. ``previous``: whether an earlier page stands.
    verdict_ids : list of str
        Claims that are without a verdict.
    """
    trace = error.get("traceback", "")
    rows = {
        "What was given": error.get("given", ""),
        "Why it stopped": error.get("why") or error.get("evalue", ""),
        "What to do": error.get("remedy", ""),
        "Where": error.get("where") or f"{name}.ipynb",
        "Claims without a verdict": ", ".join(verdict_ids),
    }
    return render(
        "failure.html.j2",
        name=name,
        title=title,
        previous=error.get("previous", True),
        summary=error.get("summary") or error.get("ename") or "The run stopped",
        rows={label: strip_ansi(str(text)) for label, text in rows.items() if text},
        trace=strip_ansi(trace if isinstance(trace, str) else "\n".join(trace)),
    )


@cache
def _markdown() -> MarkdownIt:
    """Return the Markdown reader: no raw HTML, no pictures, no unsafe links."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def highlight(source: str) -> Markup:
    """Return Python code as HTML with Pygments' classes."""
    html = Highlight2HTML(pygments_lexer="python")(source, language="python")
    return Markup(html)
