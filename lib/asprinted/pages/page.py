"""An executed notebook as one self-contained page, or the page that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

from asprinted.pages import ledger
from asprinted.pages.figures import figure_view, panel_view
from asprinted.pages.house import FOOTER, anchor, citation, frame, imprint, render
from asprinted.pages.outputs import Outputs
from asprinted.prose import plain

if TYPE_CHECKING:
    from asprinted.tables import Tables

Row = Mapping[str, Any]

ONCE = ("headline", "key_numbers", "voices", "objection", "settle", "questions")
BETWEEN = ("section", "note")
TABLES = ("table", "match")


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
        self.anchors, self.who = self._anchors(), self._who()

    def all(self) -> dict[str, Any]:
        """Return what the template prints."""
        found, run, settings = self.found, self.found.run, self.settings
        panel = found.once("what_if")
        return {
            **{kind: found.once(kind) for kind in ONCE},
            "main": [self._shown(figure) for figure in found.figures[:1]],
            "between": [self._between(block) for block in found.all(*BETWEEN)],
            "panel": panel_view(panel) if panel else None,
            "folds": self._folds(found.figures[1:]),
            "drawn": self.drawn,
            "ledger": ledger.ledger(
                found.records, self.who, self._names(), settings["readings"]
            ),
            "traced": [
                {**row, **self._source(row["source_id"])} for row in self.traced
            ],
            "events": self._events(),
            "code": found.code,
            "changed": _changed(run),
            "run": run,
        }

    def _anchors(self) -> dict[str, tuple[str, str, str]]:
        """Return where each reference stands on the page, what is printed, what allowed."""
        records, figures = self.found.records, self.found.run["figures"]
        sentences = {r["prop_id"]: (anchor(r["prop_id"], "p"), "", "") for r in records}
        rows = ledger.places(self.traced)
        return sentences | {
            row["figure_id"]: (
                anchor(rows[row["figure_id"]], "f"),
                row["printed"],
                row["shown"],
            )
            for row in figures
        }

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
        own = {(r["prop_id"], r["reading"]): r for r in self.found.records}
        if key not in own and card["notebook"] == self.name:
            raise ValueError(f"a card shows {key[0]} ({key[1]}), which is not judged")
        record = own.get(key, card)
        return {
            **card,
            "badge": ledger.chip(record),
            "at": anchor(key[0], "p") if key in own else "sources",
            "standing": ledger.standing(record, self.who),
        }

    def _folds(self, figures: Sequence[Row]) -> list[dict[str, Any]]:
        """Return the tables and figures that stand below the fold."""
        folds = [
            (block["title"], block["content"])
            if block["block"] == "fold"
            else (plain(block.get("caption") or block["title"]), [block])
            for block in self.found.all("fold", *TABLES)
        ]
        folds += [(figure["title"], [figure]) for figure in figures]
        return [
            {"title": title, "content": [self._shown(part) for part in content]}
            for title, content in folds
        ]

    def _events(self) -> list[dict[str, Any]]:
        """Return the events behind the verdicts, with where the sources name them."""
        judged = {name for record in self.found.records for name in record["inputs"]}
        rows = [row for row in self.found.run["events"] if row["event_id"] in judged]
        return ledger.dated(rows, self._source_names(rows))

    def _who(self) -> dict[str, str]:
        """Return the author of the text behind each claim."""
        texts = self.settings["texts"]
        return {
            row["claim_id"]: texts[row["source_id"]]["who"]
            for row in rows_of(self.tables, "claims")
            if row["source_id"] in texts
        }

    def _names(self) -> dict[str, str]:
        """Return what figures and parameters are, in words."""
        run = self.found.run
        names = {row["figure_id"]: row["name"] for row in run["figures"]}
        return names | {
            row["name"]: row["meaning"] for row in run["declared"] if row["meaning"]
        }

    def _source_names(self, rows: Sequence[Row]) -> dict[str, str]:
        """Return the short name of each source that some rows name."""
        return {r["source_id"]: self._source(r["source_id"])["name"] for r in rows}

    def _source(self, source_id: str) -> dict[str, str]:
        row = self.sources.get(source_id, {"source_id": source_id})
        name = ledger.source_name(row, self.settings)
        return {"name": name, "url": ledger.web_address(row)}


def rows_of(tables: Tables | None, name: str) -> Sequence[Row]:
    """Return the rows of a table, none if the study does without it."""
    return tables.rows(name) if tables is not None and name in tables else ()


def _changed(run: Row) -> list[str]:
    """Return the parameters that differ from those of the committed run, in words."""
    given = run["parameters"]
    return [
        f"{row['name']} = {given[row['name']]}"
        for row in run["declared"]
        if given.get(row["name"], row["default"]) != row["default"]
    ]


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
        and ``map`` (the shares that the map of the index shows, or None).
    """
    found = Outputs(notebook)
    keys = found.once("key_numbers")
    return {
        "name": found.run["notebook"],
        "headline": found.once("headline"),
        "key": keys["items"][0] if keys else None,
        "records": found.records,
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
        ``summary``, ``given``, ``why``, ``remedy``, ``where``, ``traceback``, each
        optional, or ``ename`` and ``evalue`` of the kernel; ``previous`` says whether
        an earlier page stands.
    settings : mapping
        The study's settings.
    title : str
        What the page would have answered.
    without : sequence of str
        Sentences that are without a fresh verdict.
    """
    trace = error.get("traceback") or ""
    rows = {
        "What was given": error.get("given"),
        "Why it stopped": error.get("why") or error.get("evalue"),
        "What to do": error.get("remedy"),
        "Where": error.get("where") or f"{name}.ipynb",
    }
    head = f"“{title or name}” did not finish"
    told = {
        "name": name,
        "head": head,
        "previous": error.get("previous", True),
        "summary": error.get("summary") or error.get("ename") or "The run stopped",
        "rows": {label: strip_ansi(str(text)) for label, text in rows.items() if text},
        "without": without,
        "trace": strip_ansi(trace if isinstance(trace, str) else "\n".join(trace)),
        "footer": FOOTER,
    }
    return render(
        "failure.html.j2",
        frame(f"{head} | {settings['title']}", head, "page"),
        settings,
        told,
    )
