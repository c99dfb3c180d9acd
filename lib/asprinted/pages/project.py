"""The folders of one study, where its pages may go, and what a build remembers of them.

It is read before anything heavy is imported: it also tells that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ..files import DataError, write
from ..notebook import parse_cells, read_cells, shown
from ..package import Json, committed
from ..parameters import (
    Parameter,
    ParameterError,
    checked,
    declared,
    tagged_cell,
)
from ..tables import (
    SETTINGS,
    Tables,
    every_notebook,
    notebook_named,
    outdated,
    read_settings,
    study_folder,
)

PATIENCE = 300  # seconds for a kernel to start, or for a cell to end
LIBRARY = Path(__file__).parents[1]
INDEX = "index.html"
MARK = '<meta name="generator" content="asprinted">'  # at the head of every page
HEAD = 2000  # bytes
BOARD = (
    *(INDEX, "verdicts.csv", "verdicts.json", "verdicts.schema.json"),
    *("figures.csv", "datapackage.json"),
)
PARTS = "*.part"  # files that are not whole yet
PAGES = (".html", ".failed.html")
KEPT_FOR = {
    "reports": "holds the committed defaults only",
    "notebooks": "holds notebooks only",
    "data": "holds tables only",
    "lib": "holds code only",
    "tests": "holds tests only",
    "build": "holds what builds remember",
}


class Project:
    """The folders of one study: its notebooks, tables, reports and build folder.

    Parameters
    ----------
    folder : Path
        The folder of the study.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.reports = folder / "reports"

    @cached_property
    def settings(self) -> Json:
        """The settings of the study."""
        found = read_settings(self.folder)
        lost = [n for n in every_notebook(found) if not self.path(n).is_file()]
        if lost:
            raise DataError(f"{SETTINGS}: notebooks/{lost[0]}.ipynb is not there")
        return found

    def path(self, name: str) -> Path:
        """Return the file of a notebook."""
        return self.folder / "notebooks" / f"{name}.ipynb"

    @cached_property
    def notebooks(self) -> dict[str, Path]:
        """Notebook files by name, in reading order."""
        return {name: self.path(name) for name in self.settings["notebooks"]}

    @cached_property
    def every(self) -> dict[str, Path]:
        """Notebook files by name, those included that have no page."""
        guides = self.settings.get("guides", [])
        return {name: self.path(name) for name in guides} | self.notebooks

    @cached_property
    def tables(self) -> Tables:
        """The tables, read and checked when they are first asked for."""
        return Tables(self.folder)

    def declared(self, name: str) -> list[Parameter]:
        """Return the parameters that a notebook of the study declares."""
        return declared(self.notebooks[name], self.tables.texts)

    @property
    def synthesis(self) -> str:
        """The notebook that reads what all others record; empty if there is none."""
        return str(self.settings.get("synthesis", ""))

    def waves(self, names: Iterable[str]) -> list[list[str]]:
        """Return names in the order they can run, the synthesis after the others."""
        listed, guides = list(names), self.settings.get("guides", [])
        last = [self.synthesis, *guides]  # a guide may show what all have recorded
        first = [name for name in listed if name not in last]
        return [first, *([name] for name in last if name in listed)]

    def find(self, name: str, *, guides: bool = False) -> str:
        """Return the name of the notebook that a number, stem or path means.

        Parameters
        ----------
        name : str
            What was typed.
        guides : bool
            Whether notebooks without a page count.

        Raises
        ------
        DataError
            If there is none; the closest name is told.
        """
        known = self.every if guides else self.notebooks
        found = notebook_named(name, known)
        elsewhere = Path(name).resolve() != known[found].resolve()
        if name.endswith(".ipynb") and elsewhere:
            raise DataError(f"unknown notebook {name!r}; did you mean {found!r}?")
        return found

    def knows(self, name: str) -> bool:
        """Whether a number, stem or path means a notebook."""
        try:
            return bool(self.find(name))
        except DataError:
            return False


def open_project(named: str | Path | None = None) -> Project:
    """Return the study in a named folder, else the nearest one."""
    if named is None:
        return Project(study_folder())
    folder = Path(named).resolve()
    if study_folder(named) != folder:
        raise DataError(f"--study {str(named)!r}: there is no data package in it")
    return Project(folder)


def checked_values(
    project: Project, names: Sequence[str], given: Mapping[str, str]
) -> Json:
    """Return the given parameters in their types, checked against every notebook.

    Raises
    ------
    ParameterError
        If a notebook does not declare one of them or a value is not allowed.
    """
    values: Json = {}
    for name in names:
        found = project.declared(name)
        try:
            every = checked(found, given)
        except ParameterError as error:
            raise ParameterError(f"{name}: {error}") from error
        values |= {key: every[key] for key in given}
    return values


def output_folder(project: Project, named: str | None, special: str = "") -> Path:
    """Return where pages may go.

    Parameters
    ----------
    named : str or None
        The folder that was asked for; else it is ``reports/``.
    special : str
        Why this is no run on the committed defaults, if it is none.

    Raises
    ------
    DataError
        If pages would stand among other files, or a run that is not the default one
        would go to ``reports/``.
    """
    if named is None:
        if special:
            raise DataError(f"{special}: name a folder of its own with --out DIR")
        _check_writable(project.reports, "reports/; name another with --out DIR")
        return project.reports
    out, wrong = Path(named).resolve(), f"--out {named!r}"
    if not named.strip() or out == project.folder.resolve():
        raise DataError(f"{wrong} is where the study stands; name another folder")
    _check_free(project, named, () if special else ("reports",))
    _check_writable(out, wrong)
    foreign = _foreign(project, out) if out != project.reports.resolve() else []
    if foreign:
        raise DataError(f"{wrong} holds {foreign[0]!r}, which is no page of this study")
    return out


def _check_free(project: Project, named: str, open_to: Sequence[str] = ()) -> None:
    """Refuse a path in a folder that the study keeps for something else."""
    path, home = Path(named).resolve(), project.folder.resolve()
    top = path.relative_to(home).parts[0] if home in path.parents else ""
    if top.startswith(".") or (top in KEPT_FOR and top not in open_to):
        held = KEPT_FOR.get(top, "is hidden")
        raise DataError(f"--out {named!r}: {top}/ {held}; name another folder")


def _check_writable(folder: Path, wrong: str) -> None:
    """Refuse a folder that cannot be made or written to."""
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK):
        raise DataError(f"{standing.name!r} is no folder to write to: {wrong}")


def _foreign(project: Project, out: Path) -> list[str]:
    """Return what stands in a folder and was not put there by a build."""
    pages = {f"{name}{end}" for name in project.notebooks for end in PAGES}
    pages |= {INDEX}
    beside = {*BOARD, ".build", *(f"{name}.part" for name in pages.union(BOARD))}
    own = beside if not out.is_dir() or _is_page(out / INDEX) else {".build"}
    found = sorted(out.iterdir()) if out.is_dir() else []
    return [
        path.name
        for path in found
        if not (_is_page(path) if path.name in pages else path.name in own)
    ]


def _is_page(path: Path) -> bool:
    """Whether a file is a page that a build has written."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(HEAD)


def uncommitted(project: Project, names: Iterable[str]) -> str:
    """Return why a notebook would bring other values than the committed into the reports.

    Index and verdicts take what all notebooks show, those too that do not run.

    Parameters
    ----------
    project : Project
        The study.
    names : iterable of str
        The notebooks that run, so that what they showed before does not count.

    Returns
    -------
    str
        Empty if none would. Where the study is not kept in git, or a notebook is new to
        it, its parameter cell counts as committed.
    """
    for name, path in project.notebooks.items():
        old, cells = committed(path), read_cells(path)
        before = cells
        if old is not None:
            before = parse_cells(path.name, old.decode("utf-8", errors="replace"))
        if tagged_cell(before, path.name) != tagged_cell(cells, path.name):
            return f"{name}: its parameter cell is not the committed one"
        if name in names:
            continue
        defaults = {p.name: p.default for p in project.declared(name)}
        for run in shown(cells, "run"):
            if run["parameters"] != defaults:
                return f"{name}: it was run and saved with other parameters"
    return ""


def recorded(project: Project) -> tuple[list[Json], dict[str, list[str]]]:
    """Return the verdicts of all notebooks, and the ids that each of them uses.

    They are those of the last build where it ran the notebook as it stands, else those
    of the notebook file.
    """
    records: list[Json] = []
    used: dict[str, list[str]] = {}
    memory = Memory(project, project.reports, {})
    for name, path in project.notebooks.items():
        cells = read_cells(memory.kept(name) if memory.has_run(name) else path)
        records += shown(cells, "verdict")
        runs = shown(cells, "run")
        used[name] = [row["figure_id"] for run in runs for row in run["figures"]]
        used[name] += [row["event_id"] for run in runs for row in run["events"]]
    return records, used


def table_file(project: Project, named: str, columns: Sequence[str]) -> Path:
    """Return where the table of a sweep goes, which ends in some columns.

    Raises
    ------
    DataError
        If it is no CSV file, would stand among the files of the study, or takes the
        place of another file.
    """
    path = Path(named).resolve()
    if path.suffix != ".csv":
        raise DataError(f"--out {named!r} has to end in .csv")
    _check_free(project, named)
    if path.exists():
        head = path.read_bytes().partition(b"\n")[0] if path.is_file() else b""
        if not head.endswith(",".join(columns).encode()):
            raise DataError(f"--out {named!r} is there, and no table of a sweep")
    return path


class Memory:
    """From what the pages in one folder were made, kept in the build folder.

    Parameters
    ----------
    project : Project
        The study.
    out : Path
        Folder of the pages.
    values : dict
        Checked parameters; empty for the defaults.
    """

    def __init__(self, project: Project, out: Path, values: Json) -> None:
        self.project, self.out, self.values = project, out, values
        key = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
        build = project.folder / "build"
        able = os.access(build if build.exists() else project.folder, os.W_OK)
        self.folder = build / key if able else out / ".build"
        self.running = self.folder / "running"  # there while a build runs
        self.entries = _load(self.folder / "memory.json")
        self.data = digest_files(sorted(project.data.iterdir()))
        self.library = digest_library(project.folder)

    def kept(self, name: str) -> Path:
        """Return where the executed notebook is kept."""
        return self.folder / f"{name}.ipynb"

    def page(self, name: str) -> Path:
        """Return the page of a notebook."""
        return self.out / f"{name}.html"

    def failed(self, name: str) -> Path:
        """Return the page that says why the last run of a notebook failed."""
        return self.out / f"{name}.failed.html"

    def cause(self, name: str) -> str:
        """Return the digest of what a run depends on, besides rows of the tables."""
        found = [self.values, self.library, self.cells(name)]
        if name == self.project.synthesis:
            others = [other for other in self.project.notebooks if other != name]
            found += [self.records(other) for other in others]
        return digest_of(found)

    def cells(self, name: str) -> str:
        """Return the digest of the cells of a notebook, kept while its file stays."""
        path, known = self.project.notebooks[name], self.entries.setdefault("cells", {})
        file = digest_files([path])
        if known.get(name, {}).get("file") != file:
            known[name] = {"file": file, "cells": digest_of(_cells(path))}
        return str(known[name]["cells"])

    def records(self, name: str) -> str:
        """Return the digest of what a notebook last recorded."""
        if self.kept(name).is_file() and name in self.entries:
            return str(self.entries[name]["records"])
        return digest_files([self.project.notebooks[name]])

    def has_run(self, name: str) -> bool:
        """Whether the kept notebook is whole and was made from the same code."""
        entry = self.entries.get(name, {})
        return (
            not self.failed(name).exists()
            and entry.get("cause") == self.cause(name)
            and entry.get("kept") == digest_files([self.kept(name)])
        )

    def has_rows(self, name: str) -> bool:
        """Whether the rows that the kept run took are those of the tables."""
        entry = self.entries[name]
        same = entry["data"] == self.data
        return same or not outdated(self.project.tables, entry["selections"])

    def has_page(self, name: str) -> bool:
        """Whether the page is whole and was made from the tables as they are."""
        entry = self.entries[name]
        same = entry["page"] == digest_files([self.page(name)])
        return same and entry["data"] == self.data

    def is_settled(self, names: Iterable[str]) -> bool:
        """Whether nothing at all has changed since everything was written."""
        done = all(self.has_run(name) and self.has_page(name) for name in names)
        return done and self.entries.get("board") == self.board()

    def board(self) -> str:
        """Return the digest of index and files, and of what they are made from."""
        files = digest_files([self.out / name for name in BOARD])
        found = [self.records(name) for name in self.project.notebooks]
        return digest_of([self.data, self.library, found, files])

    def leftovers(self) -> list[Path]:
        """Return what tells that a build was stopped: halves of files, its mark."""
        marks = [self.running] if self.running.exists() else []
        return [*self.out.glob(PARTS), *self.folder.glob(PARTS), *marks]

    def save(self) -> None:
        """Write it all."""
        text = json.dumps(self.entries, indent=1, sort_keys=True)
        write(self.folder / "memory.json", text)


def digest_of(content: Any) -> str:
    """Return the fingerprint of plain data."""
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_files(paths: Iterable[Path], base: Path | None = None) -> str:
    """Return the fingerprint of files under their names from `base`, lost ones too."""
    found = hashlib.blake2b(digest_size=32)
    for path in paths:
        name = path.relative_to(base).as_posix() if base else path.name
        content = path.read_bytes() if path.is_file() else None
        size = "missing" if content is None else len(content)
        found.update(f"{name} {size}\n".encode() + (content or b""))
    return found.hexdigest()


def digest_library(folder: Path) -> str:
    """Return the fingerprint of the code behind a run: this package, lib/, the lock."""
    found: list[Any] = [list(sys.version_info[:3])]
    found.append(digest_files([folder / "requirements.lock"]))
    lib = (folder / "lib").resolve()
    tops = [lib] if lib == LIBRARY.parent else [LIBRARY, lib]
    found += [digest_files(_code(top), top) for top in tops]
    return digest_of(found)


def _code(top: Path) -> list[Path]:
    """Return the files of a package, without what Python and other tools put there."""
    found = []
    for folder, inner, files in os.walk(top):
        inner[:] = sorted(name for name in inner if name[0] not in "._")
        found += [Path(folder, name) for name in sorted(files)]
    return found


def _cells(notebook: Path) -> list[list[str]]:
    """Return kind, source and tags of the cells of a notebook file."""
    cells = read_cells(notebook)
    return [[c["cell_type"], c["source"], *c["metadata"]["tags"]] for c in cells]


def _load(path: Path) -> Json:
    """Return what a file remembers; one that is lost or damaged holds none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
