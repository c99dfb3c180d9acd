"""What the cells of an executed notebook put out, sorted by kind, and their code."""

from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from nbformat import NotebookNode

Row = Mapping[str, Any]

MIME = "application/vnd.asprinted.{}"
VERDICT = MIME.format("verdict+json")
EMPTY_RUN = {
    **dict.fromkeys(("notebook", "digest"), ""),
    **dict.fromkeys(("figures", "events", "sources", "declared"), ()),
    "parameters": {},
}
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


class Outputs:
    """What the cells of an executed notebook put out, by kind.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.

    Attributes
    ----------
    blocks, figures : list of mapping
        Parts of the page, in order.
    run : mapping
        The notebook's own record of its run.
    code : list of dict
        What the page shows of the notebook: its remarks, its settings, and the cells
        that judge a sentence.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        self._judged: dict[tuple[str, str], Row] = {}
        self.blocks: list[Row] = []
        self.figures: list[Row] = []
        self.run: Row = EMPTY_RUN
        self.code: list[dict[str, Any]] = []
        for cell in notebook.cells:
            shown = [output.get("data", {}) for output in cell.get("outputs", [])]
            self._note(cell, any(VERDICT in data for data in shown))
            for data in shown:
                self._take(data)

    @property
    def records(self) -> list[Row]:
        """Return the verdicts in order; the last on a sentence and reading counts."""
        return list(self._judged.values())

    def _note(self, cell: NotebookNode, judges: bool) -> None:
        source = "".join(cell.source).strip()
        if source and cell.cell_type == "markdown":
            self.code.append({"remark": _markdown(source)})
        elif judges or "parameters" in cell.metadata.get("tags", []):
            self.code.append({"source": source})

    def _take(self, data: Row) -> None:
        record = data.get(VERDICT)
        if record:
            self._judged[record["prop_id"], record["reading"]] = record
        if block := data.get(MIME.format("block+json")):
            self.blocks.append(block)
        if figure := data.get(MIME.format("figure+json")):
            self.figures.append({**_drawings(data), **figure})
        if run := data.get(MIME.format("run+json")):
            self.run = {**EMPTY_RUN, **run}

    def once(self, kind: str) -> Row | None:
        """Return the last block of a kind."""
        return next((b for b in reversed(self.blocks) if b["block"] == kind), None)

    def all(self, *kinds: str) -> list[Row]:
        """Return all blocks of some kinds, in order."""
        return [block for block in self.blocks if block["block"] in kinds]


def _drawings(data: Row) -> dict[str, str]:
    """Return the two drawings of a figure; a notebook file may hold them in lines."""
    sizes = ("wide", "narrow")
    return {size: "".join(data.get(MIME.format(f"{size}+svg"), "")) for size in sizes}


def _markdown(source: str) -> Markup:
    """Return a remark as HTML without raw HTML; its headings become bold lines."""
    tokens = MARKDOWN.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
            if token.nesting == 1:
                token.attrSet("class", "head")
    return Markup(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
