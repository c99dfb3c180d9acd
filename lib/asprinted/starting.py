"""Beginnings that run: a study of one's own, and a notebook in a study that is there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from . import checks
from .evidence import INFERRED, TEXT, Evidence
from .package import DataError, Row, as_csv
from .pages.project import PAGES, Memory, Project, write
from .tables import SETTINGS, Tables

STARTER = Path(__file__).with_name("starter")
NOTEBOOK = Path(__file__).parent / "pages" / "templates" / "notebook.ipynb"
NAME = re.compile(r"\d{2}_[a-z0-9_]+")
OURS = "ours"
JUDGED, GIVEN = "share > p.line)", '(share > p.line).given("if the date is right"))'


def new_study(folder: Path) -> list[str]:
    """Write a study that runs into a new folder; return its files.

    Raises
    ------
    DataError
        If the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{str(folder)!r} is not empty; name a new folder")
    shutil.copytree(STARTER, folder, dirs_exist_ok=True)
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def start(project: Project, name: str) -> list[str]:
    """Write a notebook that runs, with one sentence of one's own to test.

    Parameters
    ----------
    project : Project
        The study.
    name : str
        Two digits and words, such as ``09_apples``; the digits may be left out.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    DataError
        If the name has another form or is taken, or no text of the study prints a share.
    """
    name = _checked(project, name)
    tables, last = project.tables, list(project.notebooks)[-1]
    row, prop = _example(tables), _proposition(name)
    topic = name[3:].replace("_", " ")
    names = {"name": name, "title": topic.capitalize(), "topic": topic}
    text = _notebook(names | {"prop": prop, "figure": row["figure_id"]}, row)
    described = Evidence(tables, project.settings, {}).described(row["figure_id"])
    subject = described.removeprefix("the ") + "," * (", " in described)
    own = dict.fromkeys(tables.columns("propositions"), "")
    own |= {"prop_id": prop, "notebook": name, "standing": OURS, "bearing": "none"}
    own |= {"text": f"The {subject} is more than one half.", "readings": "print"}
    write(project.path(name), text)
    _enter(project, [*tables.rows("propositions"), own], [*project.notebooks, name])
    return [
        f"notebooks/{name}.ipynb: runs as it stands",
        f"data/propositions.csv: {prop}, a sentence of yours to change",
        f"data/{SETTINGS}: listed after {last}",
        f"`report {name}` makes its page; `new {name} --remove` takes it all out again",
    ]


def remove(project: Project, name: str) -> list[str]:
    """Take a notebook of one's own out of the study, with its rows and its page.

    Parameters
    ----------
    project : Project
        The study.
    name : str
        Number, stem or path of the notebook.

    Returns
    -------
    list of str
        What was taken out.

    Raises
    ------
    DataError
        If it tests a sentence that is not one's own, or others are read by it.
    """
    name = project.find(name)
    rows = project.tables.rows("propositions")
    own = [row for row in rows if row["notebook"] == name]
    others = [row["prop_id"] for row in own if row["standing"] != OURS]
    if others or name in project.readers:
        why = f"tests what others say ({others[0]})" if others else "reads the others"
        raise DataError(f"{name} {why}; only a notebook of your own is taken out")
    memory = Memory(project, project.reports, {})
    pages = [project.reports / f"{name}{end}" for end in PAGES]
    for path in (project.path(name), memory.kept(name), *pages):
        path.unlink(missing_ok=True)
    if memory.entries.pop(name, None):
        memory.save()
    left = [other for other in project.notebooks if other != name]
    _enter(project, [row for row in rows if row["notebook"] != name], left)
    told = ", ".join(row["prop_id"] for row in own) or "no sentence"
    return [
        f"{name}: notebook, page and entry in data/{SETTINGS} are gone, and {told}",
        "`report` writes index and verdicts without it",
    ]


def _checked(project: Project, name: str) -> str:
    """Return the full name of a new notebook."""
    name = name.removesuffix(".ipynb")
    taken = {other[:2]: other for other in project.every}
    free = f"{int(max(taken)) + 1:02d}"
    if not name[:1].isdigit():
        name = f"{free}_{name}"
    if not NAME.fullmatch(name):
        form = "two digits and small letters, such as 09_my_question"
        raise DataError(f"{name!r} is no name for a notebook; use {form}")
    if other := taken.get(name[:2]):
        raise DataError(f"{name[:2]} is taken by {other}; {free}{name[2:]} is free")
    if project.path(name).exists():
        raise DataError(f"notebooks/{name}.ipynb is there already")
    prop = _proposition(name)
    if prop in {row["prop_id"] for row in project.tables.rows("propositions")}:
        raise DataError(f"propositions.csv has a row {prop} already")
    return name


def _proposition(name: str) -> str:
    return f"P{int(name[:2])}.1"


def _example(tables: Tables) -> Row:
    """Return a share that a text prints, of a pair and with a stated date if there is one."""
    kinds = {row["source_id"]: row["kind"] for row in tables.rows("sources")}
    shares = [
        row
        for row in tables.rows("figures")
        if tables.readings[row["figure_id"]].unit == "share"
        and kinds[row["source_id"]] == TEXT
    ]
    if not shares:
        raise DataError("no text of this study prints a share to begin with")
    return min(shares, key=lambda r: (r["period_basis"] == INFERRED, not r["partner"]))


def _notebook(names: Mapping[str, str], row: Row) -> str:
    """Return the text of the new notebook, with names and example put in."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = Template("".join(cell["source"])).substitute(names)
        if row["period_basis"] == INFERRED:
            source = source.replace(JUDGED, GIVEN)
        cell["source"] = source.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _enter(project: Project, rows: Sequence[Row], names: Sequence[str]) -> None:
    """Write propositions and list of notebooks; record what all was recorded before."""
    path, tables = project.data / SETTINGS, project.tables
    text = path.read_text(encoding="utf-8")
    found = re.search(r'"notebooks":\s*\[(\s*)[^\]]*?(\s*)\]', text)
    if found is None:
        raise DataError(f"{SETTINGS}: lists no notebooks")
    first, last = found.groups()
    inner = f",{first or ' '}".join(json.dumps(name) for name in names)
    listed = f'"notebooks": [{first}{inner}{last}]'
    hashes = [resource.get("hash") for resource in tables.package["resources"]]
    recorded = any(hashes) and not checks.changed(tables)
    table = as_csv(rows, tables.columns("propositions"))
    write(project.data / "propositions.csv", table)
    write(path, text[: found.start()] + listed + text[found.end() :])
    if recorded:
        checks.record(Tables(project.folder))
