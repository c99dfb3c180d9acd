"""Beginnings that run: a study of one's own, and a notebook in a study that is there."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from . import checks
from .evidence import INFERRED, Evidence
from .files import DataError, write
from .intervals import Interval, text
from .package import Row, as_csv
from .pages.project import PAGES, Memory, Project
from .printed import Reading
from .tables import SETTINGS, TEXT, Tables

HERE = Path(__file__).parent
EXAMPLES = (HERE / "example", HERE.parents[1] / "examples" / "referendum")
BUILT = shutil.ignore_patterns("reports", "build", ".*")
NOTEBOOK = HERE / "pages" / "templates" / "notebook.ipynb"
NAME = re.compile(r"\d{2}_[a-z0-9_]+")
OURS = "ours"
HALF = "0.5  # (0, 1) ; share ;"  # the line in the notebook that is copied
JUDGED, GIVEN = "figure > p.line)", '(figure > p.line).given("if the date is right"))'


def new_study(folder: Path) -> list[str]:
    """Write a copy of the example, a study that runs, into a new folder.

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    DataError
        If the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{str(folder)!r} is not empty; name a new folder")
    example = next(path for path in EXAMPLES if path.is_dir())
    shutil.copytree(example, folder, ignore=BUILT, dirs_exist_ok=True)
    return [
        f"{folder}: a study of one text and one notebook, to be replaced by yours",
        "next, in that folder: `check --sources texts`, `report`, `verdicts`",
        "then, for a text of your own: docs/your_own_text.md of this project",
    ]


def scratch(project: Project, name: str) -> Path:
    """Return a notebook of one cell that opens the controls of another one.

    It stands in the ignored build folder, and stays there as its reader leaves it.
    """
    import nbformat
    from nbformat import v4

    path = project.folder / "build" / f"explore_{name}.ipynb"
    if not path.exists():
        says = "# Press Shift and Enter: the controls appear below.\n"
        code = f'{says}import asprinted as ap\n\nap.explore("{name}")'
        cells = [v4.new_code_cell(code, id="explore")]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = v4.new_notebook(cells=cells, metadata={"kernelspec": spec})
        write(path, nbformat.writes(book) + "\n")
    return path


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
        If the name has another form or is taken, or no text of the study prints a number.
    """
    name = _checked(project, name)
    tables, last = project.tables, list(project.notebooks)[-1]
    row, prop = _example(tables), _proposition(name)
    topic = name[3:].replace("_", " ")
    names = {"name": name, "title": topic.capitalize(), "topic": topic}
    names |= {"prop": prop, "figure": row["figure_id"]}
    said = tables.readings[row["figure_id"]]
    line, parameter = _line(said)
    notebook = _notebook(names | {"unit": said.unit}, row).replace(HALF, parameter)
    described = Evidence(tables, project.settings, {}).described(row["figure_id"])
    subject = described.removeprefix("the ") + "," * (", " in described)
    own = dict.fromkeys(tables.columns("propositions"), "")
    own |= {"prop_id": prop, "notebook": name, "standing": OURS, "bearing": "none"}
    own |= {"text": f"The {subject} is more than {line}.", "readings": "print"}
    write(project.path(name), notebook)
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
    if others or name == project.synthesis:
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
    """Return what a text prints, rather with a stated date, a share, and of a pair."""
    kinds = {row["source_id"]: row["kind"] for row in tables.rows("sources")}
    printed = [r for r in tables.rows("figures") if kinds[r["source_id"]] == TEXT]
    if not printed:
        raise DataError("figures.csv has no row of a text to begin with")

    def distance(row: Row) -> tuple[bool, bool, bool]:
        no_share = tables.readings[row["figure_id"]].unit != "share"
        return row["period_basis"] == INFERRED, no_share, not row["partner"]

    return min(printed, key=distance)


def _line(said: Reading) -> tuple[str, str]:
    """Return the line to compare a figure with, in words and as a parameter."""
    if said.unit == "share":
        return "one half", HALF
    line = float(said.number)
    most = 10 * abs(line) or 1
    domain = f"[{-most if line < 0 else 0}, {most}]"
    return text(Interval(line, line), said.unit), f"{line}  # {domain} ; {said.unit} ;"


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
    recorded = checks.recorded(tables) and not checks.changed(tables)
    table = as_csv(rows, tables.columns("propositions"))
    write(project.data / "propositions.csv", table)
    write(path, text[: found.start()] + listed + text[found.end() :])
    if recorded:
        checks.record(Tables(project.folder))
