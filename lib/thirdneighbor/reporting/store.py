"""The store: executed notebooks are kept, and pages, index and verdict files written whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from thirdneighbor import tables
from thirdneighbor.bundles import COLUMNS
from thirdneighbor.package import FORMULA
from thirdneighbor.reporting.build import JOBS, Project
from thirdneighbor.reporting.engine import Outcome, bundles, clean, run_notebooks
from thirdneighbor.reporting.exporter import SCHEMA
from thirdneighbor.reporting.index import render_index
from thirdneighbor.reporting.ledger import BOARD, Json, Ledger, digest, digest_files, write
from thirdneighbor.reporting.page import render_failure, render_page


class Store:
    """The executed notebooks behind one folder of pages.

    Parameters
    ----------
    project : Project
        Notebooks and tables.
    ledger : Ledger
        What is known of the pages so far.
    values : dict
        Checked parameters; empty for the defaults.
    """

    def __init__(self, project: Project, ledger: Ledger, values: Json) -> None:
        self.project, self.ledger, self.values = project, ledger, values
        self.out, self.tables = ledger.out, project.tables

    def is_stale(self, name: str) -> bool:
        """Whether a notebook has to run; one that has not, but whose page has, is set anew."""
        if not self.ledger.has_run(name, self.values):
            return True
        entry = self.ledger.entries[name]
        if not self.ledger.has_rows(name) and self.changed(entry["selections"]):
            return True
        entry["rows"] = self.ledger.rows
        if not self.ledger.has_page(name):
            self.set_page(name, nbformat.read(self.ledger.kept(name), as_version=4))
        return False

    def changed(self, selections: Sequence[Json]) -> list[str]:
        """Return the tables whose rows are no longer those that a run took."""
        return sorted(
            {used["table"] for used in selections if self._digest(used) != used["digest"]}
        )

    def _digest(self, used: Json) -> str:
        rows = tables.select(self.tables[used["table"]], json.loads(used["predicate"]))
        return tables.digest(rows)

    def run(self, names: Sequence[str], jobs: int, told: Callable[[str], None]) -> dict[str, bool]:
        """Run notebooks and write their pages; return for each whether it finished."""
        paths = {name: self.project.notebooks[name] for name in names}
        outcomes = run_notebooks(paths, self.values, jobs, told) if names else {}
        for name, outcome in outcomes.items():
            if outcome.notebook is None:
                self.fail(name, outcome)
            else:
                self.keep(name, outcome.notebook)
        return {name: outcome.notebook is not None for name, outcome in outcomes.items()}

    def keep(self, name: str, notebook: NotebookNode) -> None:
        """Keep an executed notebook and write its page."""
        (run,) = bundles(notebook, "run")
        kept, (_, failed) = self.ledger.kept(name), self.ledger.pages(name)
        write(kept, nbformat.writes(notebook))
        failed.unlink(missing_ok=True)
        self.ledger.entries[name] = {
            "cause": self.ledger.cause(name, self.values),
            "notebook": digest_files([kept]),
            "records": digest(bundles(notebook, "verdict")),
            "rows": self.ledger.rows,
            "selections": run["selections"],
        }
        self.set_page(name, notebook)

    def set_page(self, name: str, notebook: NotebookNode) -> None:
        """Write the page of an executed notebook, and what it was made from."""
        names = list(self.project.notebooks)
        index = [{"name": n, "title": title(self.project.notebooks[n])} for n in names]
        text = render_page(notebook, index=index, position=(names.index(name) + 1, len(names)))
        page, _ = self.ledger.pages(name)
        write(page, text)
        self.ledger.entries[name] |= {"looks": self.ledger.looks, "page": digest_files([page])}
        self.ledger.save()

    def fail(self, name: str, outcome: Outcome) -> None:
        """Say on a page of its own why a notebook did not finish; leave its old page alone."""
        declared = self.tables["propositions"]
        ids = list(dict.fromkeys(declared[declared["notebook"] == name]["prop_id"]))
        page, failed = self.ledger.pages(name)
        error = {**(outcome.error or {}), "previous": page.is_file()}
        write(failed, render_failure(name, title(self.project.notebooks[name]), error, ids))

    def publish(self) -> None:
        """Write the index and the verdict files from the notebooks that have a page."""
        records: list[Json] = []
        listed: list[Json] = []
        for name, path in self.project.notebooks.items():
            page, failed = self.ledger.pages(name)
            if not failed.is_file() and not page.is_file():
                continue
            kept = self.ledger.kept(name)
            notebook = nbformat.read(kept if kept.is_file() else path, as_version=4)
            headlines = bundles(notebook, "headline")
            found = headlines[0]["title"] if headlines else ""
            about = {"name": name, "title": title(path), "finding": found}
            used = [taken for run in bundles(notebook, "run") for taken in run["selections"]]
            about["changed"] = [] if self.ledger.knows_rows(name) else self.changed(used)
            listed.append(about | {"failed": failed.is_file()})
            records += bundles(notebook, "verdict")
        rows = [{column: record[column] for column in COLUMNS} for record in records]
        board = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        index = render_index(records, listed, self.ledger.built())
        texts = (index, as_csv(records), board, SCHEMA.read_text(encoding="utf-8"))
        for file, text in zip(BOARD, texts, strict=True):
            write(self.out / file, text)
        files = digest_files(self.out / file for file in BOARD)
        self.ledger.entries["board"] = {"files": files, "state": self.ledger.board_state()}
        self.ledger.save()


def as_csv(records: Sequence[Json]) -> str:
    """Return records as the text of `verdicts.csv`; what looks like a formula is quoted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        cells = {column: str(record[column]) for column in COLUMNS}
        writer.writerow({k: f"'{v}" if FORMULA.match(v) else v for k, v in cells.items()})
    return text.getvalue()


def title(path: Path) -> str:
    """Return the heading of a notebook."""
    first = nbformat.read(path, as_version=4).cells[0].source
    return str(first.splitlines()[0].lstrip("# ").strip())


def refresh(project: Project, jobs: int = JOBS) -> list[str]:
    """Execute every notebook with its defaults and write the outputs back, clean.

    Returns
    -------
    list of str
        What failed, as ``name: error``; nothing is written for those.
    """
    failed = []
    for name, outcome in run_notebooks(project.notebooks, {}, jobs).items():
        if outcome.notebook is None:
            failed.append(f"{name}: {(outcome.error or {}).get('evalue', '')}")
        else:
            write(project.notebooks[name], nbformat.writes(clean(outcome.notebook)) + "\n")
    return failed
