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

from ..notebook import read_cells, shown
from ..package import DataError, Json, committed
from ..parameters import ParameterError, checked, closest, declared, tagged_cell
from ..tables import (
    SETTINGS,
    Tables,
    every_notebook,
    outdated,
    read_settings,
    study_folder,
)

LIBRARY = Path(__file__).parents[1]
BOARD = (
    *("index.html", "verdicts.csv", "verdicts.json", "verdicts.schema.json"),
    *("figures.csv", "datapackage.json"),
)
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

    @property
    def readers(self) -> list[str]:
        """The notebooks that read what others record, in the order they have to run."""
        named = [self.settings.get(role) for role in ("audit", "synthesis")]
        return [name for name in named if name in self.notebooks]

    def waves(self, names: Iterable[str]) -> list[list[str]]:
        """Return names in the order they can run, those that read others last."""
        listed, guides = list(names), self.settings.get("guides", [])
        last = [*self.readers, *guides]  # a guide may show what all have recorded
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
        is_path = name.endswith(".ipynb")
        for found, path in known.items():
            if is_path and Path(name).resolve() == path.resolve():
                return found
            numbered = name.isdigit() and name.zfill(2) == found.split("_")[0]
            if not is_path and (name == found or numbered):
                return found
        stem = Path(name).stem if is_path else name
        raise DataError(f"unknown notebook {name!r}; {closest(stem, known)}")


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
        found = declared(project.notebooks[name])
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
    own = pages.union(BOARD, [".build"])
    found = sorted(path.name for path in out.iterdir()) if out.is_dir() else []
    return [name for name in found if name.removesuffix(".part") not in own]


def edited_parameters(project: Project, names: Iterable[str]) -> str:
    """Return the first notebook whose parameter cell is not the committed one.

    Where the study is not kept in git, or a notebook is new to it, none is.
    """
    for name in names:
        path = project.notebooks[name]
        old, text = committed(path), path.read_text(encoding="utf-8")
        before = text if old is None else old.decode("utf-8", errors="replace")
        if tagged_cell(before, path.name) != tagged_cell(text, path.name):
            return name
    return ""


def recorded(project: Project) -> tuple[list[Json], dict[str, list[str]]]:
    """Return the verdicts of the notebook files, and the ids that each of them uses."""
    records: list[Json] = []
    used: dict[str, list[str]] = {}
    for name, path in project.notebooks.items():
        cells = read_cells(path)
        records += shown(cells, "verdict")
        runs = shown(cells, "run")
        used[name] = [row["figure_id"] for run in runs for row in run["figures"]]
        used[name] += [row["event_id"] for run in runs for row in run["events"]]
    return records, used


def table_file(project: Project, named: str) -> Path:
    """Return where the table of a sweep goes.

    Raises
    ------
    DataError
        If it is no CSV file, or would stand among the files of the study.
    """
    if Path(named).suffix != ".csv":
        raise DataError(f"--out {named!r} has to end in .csv")
    _check_free(project, named)
    return Path(named).resolve()


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
        found = [self.values, self.library, _cells(self.project.notebooks[name])]
        if name in self.project.readers:
            waves = self.project.waves(self.project.notebooks)
            order = [other for wave in waves for other in wave]
            found += [self.records(other) for other in order[: order.index(name)]]
        return digest_of(found)

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
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        return [
            [c["cell_type"], "".join(c["source"]), *c["metadata"].get("tags", [])]
            for c in cells
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        text = f"{notebook.name}: is not a notebook: {error!r}"
        raise ParameterError(text) from error


def write(path: Path, text: str) -> None:
    """Write a file whole, unless it holds that text already."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def _load(path: Path) -> Json:
    """Return what a file remembers; one that is lost or damaged holds none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
