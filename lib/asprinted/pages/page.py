"""An executed notebook as one self-contained page, or the page that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

from asprinted.evidence import source_name, written_by
from asprinted.notebook import DRAWING, MIME, bundles, records, shown
from asprinted.pages import ledger
from asprinted.pages.figures import figure_view, panel_view
from asprinted.pages.house import FOOTER, anchor, citation, frame, imprint, render
from asprinted.prose import plain

if TYPE_CHECKING:
    from asprinted.tables import Tables

Row = Mapping[str, Any]

ONCE = ("headline", "key_numbers", "voices", "objection", "settle", "questions")
BETWEEN = ("section", "note")
TABLES = ("table", "match")
FIGURE = MIME.format("figure")
EMPTY_RUN: Row = {
    **dict.fromkeys(("notebook", "digest"), ""),
    **dict.fromkeys(("figures", "events", "sources", "declared"), ()),
    "parameters": {},
}
MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "backticks"])


def page(
    notebook: NotebookNode,
    tables: Tables | None,
    *,
    settings: Row,
    name: str = "",
    stale: str = "",
) -> str:
    """Return an executed notebook as one HTML file that asks for nothing.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook, with a headline among its outputs.
    tables : Tables or None
        The study's tables; they say which text makes which claim.
    settings : mapping
        The study's settings.
    name : str
        Stem of the page; by default that of the notebook's own record.
    stale : str
        Why the page may no longer be current, if so.

    Returns
    -------
    str
        HTML, the same bytes for the same notebook.

    Raises
    ------
    ValueError
        If there is no headline, a drawing is not safe, or the page is not whole.
    """
    found = Outputs(notebook)
    headline = found.once("headline")
    if headline is None:
        raise ValueError("the notebook shows no headline, so its page has no title")
    question = plain(headline["question"])
    parts = _Parts(found, tables, settings, name or found.run["notebook"])
    return render(
        "page.html.j2",
        frame(f"{question} | {settings['title']}", headline["finding"], "page"),
        settings,
        parts.all() | {"stale": stale} | _imprint(settings, parts.name, question),
        anchors=parts.anchors,
    )


class Outputs:
    """What the cells of an executed notebook put out, by kind.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.

    Attributes
    ----------
    records : list of mapping
        The verdicts; the last on a sentence and reading counts.
    blocks, cards, figures : list of mapping
        Parts of the page, in order.
    run : mapping
        The notebook's own record of its run.
    code : list of dict
        What the page shows of the notebook: its remarks, its settings, and the cells
        that judge a sentence.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        cells = notebook.cells
        self.records: Sequence[Row] = records(cells)
        self.blocks: Sequence[Row] = shown(cells, "block")
        self.cards = [c for block in self.blocks for c in block.get("cards", ())]
        drawn = [bundle for bundle in bundles(cells) if FIGURE in bundle]
        self.figures = [{**_drawings(bundle), **bundle[FIGURE]} for bundle in drawn]
        self.run: Row = EMPTY_RUN
        for run in shown(cells, "run"):
            self.run = {**EMPTY_RUN, **run}
        self.code = [told for cell in cells if (told := _code(cell))]

    def once(self, kind: str) -> Row | None:
        """Return the last block of a kind."""
        return next((b for b in reversed(self.blocks) if b["block"] == kind), None)

    def all(self, *kinds: str) -> list[Row]:
        """Return all blocks of some kinds, in order."""
        return [block for block in self.blocks if block["block"] in kinds]


def _code(cell: NotebookNode) -> dict[str, Any]:
    """Return what the page shows of the source of a cell, nothing of most."""
    source = "".join(cell.source).strip()
    if source and cell.cell_type == "markdown":
        return {"remark": _markdown(source)}
    judges = bool(shown([cell], "verdict"))
    declares = "parameters" in cell.metadata.get("tags", [])
    return {"source": source} if judges or declares else {}


def _drawings(data: Row) -> dict[str, str]:
    """Return the two drawings of a figure; a notebook file may hold them in lines."""
    sizes = ("wide", "narrow")
    return {size: "".join(data.get(DRAWING.format(size), "")) for size in sizes}


def _markdown(source: str) -> Markup:
    """Return a remark as HTML; its headings become bold lines.

    Links, pictures and markup stay text: a page leads nowhere that its study does not.
    """
    tokens = MARKDOWN.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
            if token.nesting == 1:
                token.attrSet("class", "head")
    return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


class _Parts:
    """The parts of one page, in the order in which it shows them."""

    def __init__(
        self, found: Outputs, tables: Tables | None, settings: Row, name: str
    ) -> None:
        run = found.run
        self.found, self.tables = found, tables
        self.settings, self.name = settings, name
        self.drawn: list[dict[str, Any]] = []
        self.tabled = 0
        self.sources = {r["source_id"]: r for r in rows_of(tables, "sources")}
        self.sources |= {row["source_id"]: row for row in run["sources"]}
        kinds = {key: row.get("kind", "") for key, row in self.sources.items()}
        self.traced = ledger.traced(run["figures"], kinds)
        self.own = {(r["prop_id"], r["reading"]): r for r in found.records}
        self.listed = ledger.listed(
            found.records,
            {c["prop_id"] for c in found.cards} & {name for name, _ in self.own},
        )
        self.anchors = self._anchors()
        self.who = {
            row["claim_id"]: written_by(self.sources[row["source_id"]])
            for row in rows_of(tables, "claims")
        }

    def all(self) -> dict[str, Any]:
        """Return what the template prints."""
        found, run = self.found, self.found.run
        panel = found.once("what_if")
        return {
            **{kind: found.once(kind) for kind in ONCE},
            "main": [self._shown(figure) for figure in found.figures[:1]],
            "between": [self._between(block) for block in found.all(*BETWEEN)],
            "panel": panel_view(panel) if panel else None,
            "folds": self._folds(found.figures[1:]),
            "drawn": self.drawn,
            "ledger": self._ledger(),
            "sentences": len({name for name, _ in self.own}),
            "traced": [
                {**row, **self._source(row["source_id"])} for row in self.traced
            ],
            **self._events(),
            "code": found.code,
            "changed": _changed(run),
            "run": run,
        }

    def _ledger(self) -> list[dict[str, Any]]:
        """Return the sentences that the page lists, with all their verdicts."""
        names = set(self.listed)
        rows = [row for row in self.found.records if row["prop_id"] in names]
        return ledger.ledger(rows, self.who, self._names(), self.settings["readings"])

    def _anchors(self) -> dict[str, tuple[str, str, str]]:
        """Return where each reference stands on the page, what is printed, what allowed."""
        figures = self.found.run["figures"]
        sentences = {name: (anchor(name, "p"), "", "") for name in self.listed}
        rows = ledger.places(self.traced)
        for row in figures:
            at = anchor(rows[row["figure_id"]], "f")
            sentences[row["figure_id"]] = (at, row["printed"], row["shown"])
        return sentences

    def _shown(self, content: Row) -> dict[str, Any]:
        """Return a figure or table with its number."""
        if content.get("block") in TABLES:
            self.tabled += 1
            return {**content, "kind": content["block"], "id": f"table-{self.tabled}"}
        view = figure_view(content, len(self.drawn) + 1, self.name)
        view["sources"] = [self._source(source) for source in content["sources"]]
        self.drawn.append(view)
        return view

    def _between(self, block: Row) -> dict[str, Any]:
        """Return a section with its evidence, or a note."""
        cards = [self._card(card) for card in block.get("cards", ())]
        figures = [self._shown(content) for content in block.get("figures", ())]
        return {**block, "cards": cards, "figures": figures}

    def _card(self, card: Row) -> dict[str, Any]:
        """Return an evidence card; its chip is that of the stored verdict.

        A synthesis shows verdicts of other notebooks, as their own records have them.
        """
        key = card["prop_id"], card["reading"]
        if key not in self.own and card["notebook"] == self.name:
            raise ValueError(f"a card shows {key[0]} ({key[1]}), which is not judged")
        record = self.own.get(key, card)
        return {
            **card,
            "badge": ledger.chip(record),
            "at": anchor(key[0], "p") if key in self.own else "sources",
            "standing": ledger.standing(record, self.who),
        }

    def _folds(self, figures: Sequence[Row]) -> list[dict[str, Any]]:
        """Return the tables and figures that stand below the fold."""
        folds = []
        for block in (*self.found.all("fold", *TABLES), *figures):
            title = plain(block.get("caption") or block["title"])
            parts = block["content"] if block.get("block") == "fold" else [block]
            folds.append({"title": title, "content": list(map(self._shown, parts))})
        return folds

    def _events(self) -> dict[str, Any]:
        """Return the events behind the verdicts, with where the sources name them.

        Of very many it returns the latest, and how many there are.
        """
        judged = {name for record in self.found.records for name in record["inputs"]}
        rows = [row for row in self.found.run["events"] if row["event_id"] in judged]
        used = {row["source_id"] for row in rows}
        found = ledger.dated(rows, {name: self._source(name)["name"] for name in used})
        return {"events": found[-ledger.MOST :], "dated": len(found)}

    def _names(self) -> dict[str, str]:
        """Return what figures and parameters are, in words."""
        run = self.found.run
        names = {row["figure_id"]: row["name"] for row in run["figures"]}
        told = [row for row in run["declared"] if row["meaning"]]
        return names | {row["name"]: row["meaning"] for row in told}

    def _source(self, source_id: str) -> dict[str, str]:
        row = self.sources.get(source_id, {"source_id": source_id})
        name = source_name(row)
        return {"name": name, "url": ledger.web_address(row)}


def rows_of(tables: Tables | None, name: str) -> Sequence[Row]:
    """Return the rows of a table, none if the study does without it."""
    return tables.rows(name) if tables is not None and name in tables else ()


def _changed(run: Row) -> list[str]:
    """Return the parameters that differ from those of the committed run, in words."""
    declared = {row["name"]: row["default"] for row in run["declared"]}
    given = {n: run["parameters"].get(n, value) for n, value in declared.items()}
    return [f"{n} = {value}" for n, value in given.items() if value != declared[n]]


def _imprint(settings: Row, name: str, question: str) -> dict[str, Any]:
    """Return the place of a page among the others, and how it is cited."""
    names, by = settings["notebooks"], imprint(settings)
    at = names.index(name) if name in names else None
    topics = settings.get("topics") or {}
    neighbours = [
        {"name": other, "topic": topics.get(other, other), "number": number}
        for number, other in enumerate(names, 1)
        if at is not None and abs(number - 1 - at) == 1
    ]
    return {
        "name": name,
        "number": None if at is None else at + 1,
        "total": len(names),
        "neighbours": neighbours,
        "by": by,
        "cite": citation(question, f"{name}.html", by),
        "footer": FOOTER,
    }


def summary(notebook: NotebookNode) -> dict[str, Any]:
    """Return what an index needs of an executed notebook.

    Returns
    -------
    dict
        ``name``, ``headline``, ``key`` (its first key number, or None), ``records``,
        ``cards`` (of which the number is told beside a verdict), and ``map`` (the shares
        that the map of the index shows, or None).
    """
    found = Outputs(notebook)
    keys = found.once("key_numbers")
    return {
        "name": found.run["notebook"],
        "headline": found.once("headline"),
        "key": keys["items"][0] if keys else None,
        "records": found.records,
        "cards": found.cards,
        "map": found.once("map"),
    }


def failure_page(
    name: str,
    error: Row,
    *,
    settings: Row,
    title: str = "",
    without: Sequence[str] = (),
) -> str:
    """Return the page that says why a notebook did not finish.

    Parameters
    ----------
    name : str
        Stem of the notebook.
    error : mapping
        ``ename`` and ``evalue`` of the kernel; optionally ``where``, ``traceback``, and
        ``previous``: whether an earlier page stands.
    settings : mapping
        The study's settings.
    title : str
        What the page would have answered.
    without : sequence of str
        Sentences that are without a fresh verdict.
    """
    head = f"“{title or name}” did not finish"
    told = {
        "name": name,
        "head": head,
        "previous": error.get("previous", True),
        "summary": error["ename"],
        "why": strip_ansi(error["evalue"]),
        "where": error.get("where") or f"{name}.ipynb",
        "without": without,
        "trace": strip_ansi("\n".join(error.get("traceback", ()))),
        "footer": FOOTER,
    }
    top = frame(f"{head} | {settings['title']}", head, "page")
    return render("failure.html.j2", top, settings, told)
