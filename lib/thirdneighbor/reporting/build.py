"""Building the reports: what is stale is run, pages and verdict files are written whole."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from thirdneighbor import params, tables
from thirdneighbor.package import FORMULA
from thirdneighbor.records import COLUMNS
from thirdneighbor.reporting.engine import JOBS, Outcome, bundles, clean, run_notebooks
from thirdneighbor.reporting.index import render_index
from thirdneighbor.reporting.page import render_failure, render_page
from thirdneighbor.tables import DataError, Tables

Json = dict[str, Any]
KEPT_FOR = {
    "reports": "holds default runs only",
    "notebooks": "holds notebooks only",
    "data": "holds tables only",
    "lib": "holds code only",
}
KEPT = tuple(KEPT_FOR)


@dataclass(frozen=True)
class Project:
    """The folders of one project: notebooks, reports, build folder, and the tables in use."""

    folder: Path
    tables: Tables

    @property
    def notebooks(self) -> dict[str, Path]:
        """Notebook files by name, in reading order."""
        return {p.stem: p for p in sorted((self.folder / "notebooks").glob("[0-9]*.ipynb"))}

    def find(self, name: str) -> str:
        """Return the name of the notebook that a number, stem or path means.

        Raises
        ------
        DataError
            If there is none; the closest name is told.
        """
        stem = Path(name).stem if name.endswith(".ipynb") else name
        for known, path in self.notebooks.items():
            number = known.split("_")[0]
            if name.endswith(".ipynb"):
                if Path(name).resolve() == path.resolve():
                    return known
            elif stem == known or stem.zfill(2) == number:
                return known
        raise DataError(f"unknown notebook {name!r}; {params.closest(stem, self.notebooks)}")


@dataclass
class Report:
    """What a build did: notebooks that ran, that were up to date, and that failed."""

    ran: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def open_project(data: str | None) -> Project:
    """Return the project of the working folder with the named, or its own, tables."""
    folder = tables.data_folder(data)
    os.environ["THIRDNEIGHBOR_DATA"] = str(folder.resolve())
    return Project(tables.project_folder(), Tables(folder))


def checked_values(project: Project, names: Sequence[str], given: Mapping[str, str]) -> Json:
    """Return the given parameters in their types, checked against every notebook named.

    Raises
    ------
    ParameterError
        If a notebook does not declare one of them or a value is not allowed.
    """
    values: Json = {}
    for name in names:
        declared = params.declared(project.notebooks[name])
        try:
            found = params.checked(declared, given)
        except params.ParameterError as error:
            raise params.ParameterError(f"{name}: {error}") from error
        values |= {key: found[key] for key in given}
    return values


def output_folder(project: Project, out: str | None, special: bool) -> Path:
    """Return where the pages go.

    Raises
    ------
    DataError
        If pages would stand among the files of the project, if a run that is not the default
        one would go to `reports/`, or if there can be no folder of that name.
    """
    if out is None:
        if special:
            raise DataError("-p or other data need --out DIR: reports/ holds default runs only")
        return project.folder / "reports"
    folder = Path(out).resolve()
    if not out.strip() or folder == project.folder.resolve():
        raise DataError(f"--out {out!r} is the folder of the project; name another folder")
    for name in KEPT if special else KEPT[1:]:
        kept = (project.folder / name).resolve()
        if folder == kept or kept in folder.parents:
            raise DataError(f"--out {out!r}: {name}/ {KEPT_FOR[name]}; name another folder")
    standing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK):
        raise DataError(f"--out {out!r}: {standing.name!r} is not a folder that can be written to")
    return folder


def build(
    project: Project,
    names: Sequence[str],
    values: Json,
    out: Path,
    *,
    jobs: int = JOBS,
    force: bool = False,
    told: Callable[[str], None] = lambda name: None,
) -> Report:
    """Run what is stale and write pages, index and verdict files.

    Parameters
    ----------
    names : sequence of str
        Notebooks to build; the index covers all that have a page.
    values : dict
        Checked parameters; empty for the defaults.
    out : Path
        Folder of the pages.
    jobs : int
        How many notebooks run at the same time.
    force : bool
        Run what is up to date, too.
    told : callable
        Called with the name of each notebook that has ended.

    Returns
    -------
    Report
    """
    store = Store(project, out)
    marks = {name: store.fingerprint(name, values) for name in names}
    report = Report()
    report.fresh = [n for n in names if not force and store.is_fresh(n, marks[n])]
    stale = {n: project.notebooks[n] for n in names if n not in report.fresh}
    outcomes = run_notebooks(stale, values, jobs, told) if stale else {}
    for name, outcome in outcomes.items():
        if outcome.notebook is None:
            report.failed.append(name)
            store.fail(name, outcome)
        else:
            report.ran.append(name)
            store.keep(name, outcome.notebook, marks[name])
    store.publish()
    return report


class Store:
    """The executed notebooks behind one folder of pages, kept in the ignored build folder.

    Parameters
    ----------
    project : Project
        Notebooks and tables.
    out : Path
        Folder of the pages.
    """

    def __init__(self, project: Project, out: Path) -> None:
        self.project, self.out = project, out
        key = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
        self.folder = project.folder / "build" / key
        path = self.folder / "marks.json"
        self.marks: Json = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        self.failed: dict[str, str] = {}

    def fingerprint(self, name: str, values: Json) -> str:
        """Return the digest of everything but the tables: notebook, parameters, library."""
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
        for cell in nbformat.read(self.project.notebooks[name], as_version=4).cells:
            digest.update(f"{cell.cell_type}\n{cell.source}\n".encode())
        package = Path(__file__).parents[1]
        for path in sorted(p for p in package.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def is_fresh(self, name: str, mark: str) -> bool:
        """Whether the page stands, was made from the same code, and its rows are unchanged."""
        kept, page = self.marks.get(name), self.out / f"{name}.html"
        if not kept or kept["mark"] != mark or not page.is_file() or not self.path(name).is_file():
            return False
        if hashlib.sha256(page.read_bytes()).hexdigest() != kept["page"]:
            return False
        for used in kept["selections"]:
            rows = tables.select(self.project.tables[used["table"]], json.loads(used["predicate"]))
            if tables.digest(rows) != used["digest"]:
                return False
        return True

    def path(self, name: str) -> Path:
        """Return where an executed notebook is kept."""
        return self.folder / f"{name}.ipynb"

    def keep(self, name: str, notebook: NotebookNode, mark: str) -> None:
        """Keep an executed notebook and write its page."""
        (run,) = bundles(notebook, "run")
        write(self.path(name), nbformat.writes(notebook))
        names = list(self.project.notebooks)
        index = [{"name": n, "title": title(self.project.notebooks[n])} for n in names]
        position = (names.index(name) + 1, len(names))
        page = render_page(notebook, index=index, position=position)
        write(self.out / f"{name}.html", page)
        (self.out / f"{name}.failed.html").unlink(missing_ok=True)
        digest = hashlib.sha256(page.encode()).hexdigest()
        self.marks[name] = {"mark": mark, "page": digest, "selections": run["selections"]}
        write(self.folder / "marks.json", json.dumps(self.marks, indent=1, sort_keys=True))

    def fail(self, name: str, outcome: Outcome) -> None:
        """Say on a page of its own why a notebook did not finish; leave its old page alone."""
        declared = self.project.tables["propositions"]
        ids = list(dict.fromkeys(declared[declared["notebook"] == name]["prop_id"]))
        error = {**(outcome.error or {}), "previous": (self.out / f"{name}.html").is_file()}
        heading = title(self.project.notebooks[name])
        write(self.out / f"{name}.failed.html", render_failure(name, heading, error, ids))

    def publish(self) -> None:
        """Write the index and the verdict files from the notebooks that have a page."""
        records: list[Json] = []
        listed: list[Json] = []
        for name, path in self.project.notebooks.items():
            failed = (self.out / f"{name}.failed.html").is_file()
            kept = self.path(name) if self.path(name).is_file() else path
            if not failed and not (self.out / f"{name}.html").is_file():
                continue
            notebook = nbformat.read(kept, as_version=4)
            headlines = bundles(notebook, "headline")
            found = headlines[0]["title"] if headlines else ""
            listed.append({"name": name, "title": title(path), "finding": found, "failed": failed})
            records += bundles(notebook, "verdict")
        write(self.out / "verdicts.csv", as_csv(records))
        rows = [{column: record[column] for column in COLUMNS} for record in records]
        write(self.out / "verdicts.json", json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
        write(self.out / "index.html", render_index(records, listed))


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


def write(path: Path, text: str) -> None:
    """Write a file whole: under a temporary name first, then in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


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
