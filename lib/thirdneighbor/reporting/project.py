"""The project of the working folder: its notebooks and tables, and where its outputs may go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from thirdneighbor import params, tables
from thirdneighbor.reporting.ledger import Json, cells
from thirdneighbor.tables import DataError, Tables

JOBS = 2
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
    data: Path

    @cached_property
    def tables(self) -> Tables:
        """The tables, read and validated when they are first asked for."""
        return Tables(self.data)

    @cached_property
    def notebooks(self) -> dict[str, Path]:
        """Notebook files by name, in reading order."""
        return {p.stem: p for p in sorted((self.folder / "notebooks").glob("[0-9]*.ipynb"))}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The heading of each notebook."""
        first = {name: cells(path)[0][1] for name, path in self.notebooks.items()}
        return {name: text.splitlines()[0].lstrip("# ").strip() for name, text in first.items()}

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


def open_project(data: str | None) -> Project:
    """Return the project of the working folder with the named, or its own, tables."""
    folder = tables.data_folder(data)
    os.environ["THIRDNEIGHBOR_DATA"] = str(folder.resolve())
    return Project(tables.project_folder(), folder)


def checked_values(project: Project, names: Sequence[str], given: Mapping[str, str]) -> Json:
    """Return the given parameters in their types, checked against every notebook named.

    Raises
    ------
    ParameterError
        If a notebook does not declare one of them or a value is not allowed.
    """
    values: Json = {}
    for name in names if given else ():
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


def table_file(project: Project, out: str | None, name: str) -> Path:
    """Return where the table of a sweep goes: the file named, else one in the build folder.

    Raises
    ------
    DataError
        If it is not a CSV file, or would stand among the files of the project.
    """
    if out is None:
        return project.folder / "build" / "sweeps" / f"{name}.csv"
    if Path(out).suffix != ".csv":
        raise DataError(f"--out {out!r} has to end in .csv")
    return output_folder(project, str(Path(out).resolve().parent), True) / Path(out).name
