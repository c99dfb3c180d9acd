"""The store: executed notebooks are kept, and pages, index and verdict files written whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import nbformat
from nbformat import NotebookNode

from thirdneighbor import params
from thirdneighbor.bundles import COLUMNS, MIME, outputs
from thirdneighbor.package import as_csv
from thirdneighbor.reporting.choices import flip_choices, swept
from thirdneighbor.reporting.documents import replication_readme
from thirdneighbor.reporting.engine import Outcome, Task, clean, run_tasks
from thirdneighbor.reporting.exporter import SCHEMA
from thirdneighbor.reporting.index import render_index
from thirdneighbor.reporting.ledger import BOARD, Json, Ledger, digest, digest_files, waves, write
from thirdneighbor.reporting.page import prepare, render_failure, render_page
from thirdneighbor.reporting.project import JOBS, Project


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
        if not self.ledger.has_rows(name) and self.tables.changed(entry["selections"]):
            return True
        entry["rows"] = self.ledger.rows
        if not self.ledger.has_page(name):
            self.set_page(name, self.page(name, self.ledger.kept(name).read_text("utf-8")))
        return False

    def run(self, names: Sequence[str], jobs: int) -> Iterator[tuple[str, bool]]:
        """Run notebooks, write the page of each as it ends, yield whether it finished."""
        tasks = [Task(name, self.project.notebooks[name], self.values) for name in names]
        with ThreadPoolExecutor(max_workers=1) as aside:
            aside.submit(prepare)  # while the first kernels start, a core is free
            for outcome in run_tasks(tasks, jobs) if tasks else ():
                error = self.error(outcome)
                if error:
                    self.fail(outcome.name, error)
                yield outcome.name, not error

    def error(self, outcome: Outcome) -> Json:
        """Keep what has run; return the error of what has not, or whose outputs make no page."""
        if outcome.notebook is None:
            return outcome.error or {"ename": "Error", "evalue": "the notebook did not finish"}
        try:
            self.keep(outcome.name, outcome.notebook)
        except ValueError as wrong:
            return {"ename": type(wrong).__name__, "evalue": str(wrong)}
        return {}

    def keep(self, name: str, notebook: NotebookNode) -> None:
        """Keep an executed notebook and write its page.

        Raises
        ------
        ValueError
            If its outputs make no page; then nothing is written.
        """
        runs = outputs(notebook.cells, "run")
        if len(runs) != 1:
            raise ValueError(f"the notebook closed its run {len(runs)} times, not once")
        found = [outputs(notebook.cells, kind) for kind in ("verdict", "headline")]
        text = nbformat.writes(notebook)
        page = self.page(name, text)
        kept, (_, failed) = self.ledger.kept(name), self.ledger.pages(name)
        write(kept, text)
        failed.unlink(missing_ok=True)
        self.ledger.entries[name] = {
            "cause": self.ledger.cause(name, self.values),
            "notebook": digest_files([kept]),
            "records": digest([*found, runs[0]["parameters"]]),
            "rows": self.ledger.rows,
            "selections": runs[0]["selections"],
        }
        self.set_page(name, page)

    def page(self, name: str, text: str) -> str:
        """Return the page of an executed notebook, given as the text of its file."""
        notebook = nbformat.reads(text, as_version=4)
        self.add_choices(name, notebook.cells)
        index = [{"name": n, "title": title} for n, title in self.project.titles.items()]
        here = list(self.project.titles).index(name) + 1
        return render_page(notebook, index=index, position=(here, len(index)))

    @cached_property
    def swept(self) -> list[Json]:
        """The rows of the last sweep over all notebooks."""
        return swept(self.ledger.sensitivity)

    def add_choices(self, name: str, cells: Sequence[Json]) -> None:
        """Add to the verdicts of a default run which choices change them, from the last sweep."""
        declared = params.declared(self.project.notebooks[name])
        usual = [{p.name: p.default for p in declared}]
        usual_run = [run["parameters"] for run in outputs(cells, "run")] == usual
        rows = [row for row in self.swept if usual_run and row["notebook"] == name]
        for output in (o for cell in cells for o in cell.get("outputs", [])):
            if record := output.get("data", {}).get(MIME.format("verdict")):
                record["flip_choices"] = flip_choices(rows, declared, record)

    def set_page(self, name: str, text: str) -> None:
        """Write a page, and what it was made from."""
        page, _ = self.ledger.pages(name)
        write(page, text)
        self.ledger.entries[name] |= {"looks": self.ledger.looks, "page": digest_files([page])}
        self.ledger.save()

    def fail(self, name: str, error: Json) -> None:
        """Say on a page of its own why a notebook did not finish; leave its old page alone."""
        declared = self.tables.select("propositions", {"notebook": name})
        ids = list(dict.fromkeys(row["prop_id"] for row in declared))
        page, failed = self.ledger.pages(name)
        error = {**error, "previous": page.is_file()}
        write(failed, render_failure(name, self.project.titles[name], error, ids))

    def publish(self) -> None:
        """Write index, verdict files and replication README from the notebooks with a page."""
        records: list[Json] = []
        listed: list[Json] = []
        executed: dict[str, list[Json]] = {}
        for name, path in self.project.notebooks.items():
            page, failed = self.ledger.pages(name)
            if not failed.is_file() and not page.is_file():
                continue
            kept = self.ledger.kept(name)
            cells = json.loads((kept if kept.is_file() else path).read_bytes())["cells"]
            self.add_choices(name, cells)
            executed[name] = cells
            headlines = outputs(cells, "headline")
            found = headlines[0]["title"] if headlines else ""
            about = {"name": name, "title": self.project.titles[name], "finding": found}
            used = [taken for run in outputs(cells, "run") for taken in run["selections"]]
            about["changed"] = [] if self.ledger.knows_rows(name) else self.tables.changed(used)
            listed.append(about | {"failed": failed.is_file()})
            records += outputs(cells, "verdict") if page.is_file() else []
        rows = [{column: record[column] for column in COLUMNS} for record in records]
        board = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        lock = self.project.folder / "requirements.lock"
        package = replication_readme(self.tables, executed, lock)
        index = render_index(records, listed, self.ledger.built())
        schema = SCHEMA.read_text(encoding="utf-8")
        texts = (index, as_csv(records, COLUMNS), board, schema, package)
        for file, text in zip(BOARD, texts, strict=True):
            write(self.out / file, text)
        self.ledger.save()


def refresh(project: Project, jobs: int = JOBS) -> list[str]:
    """Execute every notebook with its defaults and write the outputs back, clean.

    Returns
    -------
    list of str
        What failed, as ``name: error``; nothing is written for those.
    """
    failed = []
    tasks = {name: Task(name, path, {}) for name, path in project.notebooks.items()}
    batches = ([tasks[name] for name in wave] for wave in waves(tasks))
    for outcome in (done for batch in batches if batch for done in run_tasks(batch, jobs)):
        if outcome.notebook is None:
            failed.append(f"{outcome.name}: {(outcome.error or {}).get('evalue', '')}")
        else:
            text = nbformat.writes(clean(outcome.notebook)) + "\n"
            write(project.notebooks[outcome.name], text)
    return failed
