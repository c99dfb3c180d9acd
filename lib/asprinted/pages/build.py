"""Building the pages: what is stale is run, and every file is written whole.

Nothing heavy is imported before something has to run: this also answers that there is
nothing to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from ..checks import refuse_changed
from ..files import DataError, read_json, write
from ..notebook import shown, unshown
from ..package import as_csv
from ..tables import OUTLINE, outdated
from .project import (
    INDEX,
    PARTS,
    PATIENCE,
    Json,
    Memory,
    Project,
    digest_files,
    digest_of,
    uncommitted,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .engine import Outcome

JOBS = 2
UNKNOWN: Json = {"headline": None, "key": None, "records": []}


@dataclass
class Report:
    """What a build did: notebooks that ran, that were up to date, that failed and why.

    Letters that the fonts of the pages lack are `lacking`.
    """

    ran: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)


def build(
    project: Project,
    names: Sequence[str],
    values: Json,
    out: Path,
    *,
    jobs: int = JOBS,
    force: bool = False,
    patience: int = PATIENCE,
    told: Callable[[str], None] = lambda name: None,
) -> Report:
    """Run what is stale and write pages, index, verdicts and figures.

    Parameters
    ----------
    project : Project
        The study.
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
    patience : int
        Seconds that a kernel may take to start, or a cell to end.
    told : callable
        Called with the name of each notebook that has ended.

    Raises
    ------
    DataError, ParameterError
        If tables or declarations are wrong; then nothing has run.
    """
    memory, report = Memory(project, out, values), Report(fresh=list(names))
    if not force and memory.is_settled(names) and not memory.leftovers():
        return report
    from .running import alone, remove_left

    _refuse_wrong(project, names, out)
    with alone(memory.folder):
        memory, report = Memory(project, out, values), Report()
        if left := memory.leftovers():
            remove_left()
        for path in left:
            path.unlink()
        memory.running.touch()
        for wave in project.waves(names):
            stale = [n for n in wave if force or not _is_fresh(memory, n)]
            report.fresh += [n for n in wave if n not in stale]
            for name, reason in _run(memory, stale, jobs, patience):
                if reason:
                    report.failed[name] = reason
                else:
                    report.ran.append(name)
                told(name)
        publish(memory)
        memory.running.unlink()
    report.failed = {n: report.failed[n] for n in names if n in report.failed}
    report.lacking = _lacking(memory)
    return report


def _refuse_wrong(project: Project, names: Sequence[str], out: Path) -> None:
    """Stop a build before it runs if tables or declarations are wrong."""
    for name in names:
        project.declared(name)
    edited = uncommitted(project, names) if out == project.reports else ""
    if edited:
        raise DataError(
            f"{edited}, and reports/ holds the committed defaults only; "
            "name another folder with --out DIR"
        )
    refuse_changed(project.tables)


def _is_fresh(memory: Memory, name: str) -> bool:
    """Whether a notebook need not run; its page is set anew if that is all it needs."""
    if not memory.has_run(name) or not memory.has_rows(name):
        return False
    if not memory.has_page(name):
        notebook = _read(memory.kept(name))
        _set_page(memory, name, page_of(memory, name, notebook))
    return True


def _run(
    memory: Memory, names: Sequence[str], jobs: int, patience: int
) -> Iterator[tuple[str, str]]:
    """Run notebooks, write the page of each as it ends, yield why it did not finish."""
    if not names:
        return
    from . import warm
    from .engine import Outcome, Task, run_tasks

    warm.start()
    # while the first kernels start a core is free
    Thread(target=import_module, args=("asprinted.pages.page",)).start()
    project, tasks = memory.project, []
    for name in names:
        records = memory.folder if name == project.synthesis else None
        tasks.append(Task(name, project.notebooks[name], memory.values, records))
    for outcome in run_tasks(tasks, jobs, patience):
        error = _kept(memory, outcome)
        if error:
            _fail(memory, outcome.name, error)
        yield outcome.name, Outcome(outcome.name, None, error).reason


def _kept(memory: Memory, outcome: Outcome) -> Json:
    """Keep what has run and write its page; return the error of what did not."""
    import nbformat

    if outcome.notebook is None:
        return outcome.error or {"ename": "Error", "evalue": "it did not finish"}
    name, cells = outcome.name, outcome.notebook.cells
    if wrong := _wrong_run(name, cells):
        return {"ename": "RuntimeError", "evalue": wrong}
    runs = shown(cells, "run")
    if lost := _lost(memory, name, shown(cells, "verdict")):
        text = f"{len(lost)} of its verdicts did not arrive, {lost[0]} among them"
        return {"ename": "RuntimeError", "evalue": f"{text}; run it again"}
    try:
        page = page_of(memory, name, outcome.notebook)
    except ValueError as error:
        return {"ename": type(error).__name__, "evalue": str(error)}
    write(memory.kept(name), nbformat.writes(outcome.notebook))
    memory.failed(name).unlink(missing_ok=True)
    memory.entries[name] = {
        "cause": memory.cause(name),
        "kept": digest_files([memory.kept(name)]),
        "records": digest_of([shown(cells, "verdict"), runs[0]["parameters"]]),
        "selections": runs[0]["selections"],
    }
    _set_page(memory, name, page)
    return {}


def _wrong_run(name: str, cells: Sequence[Json]) -> str:
    """Return why an executed notebook is no record of its run, or nothing."""
    runs = shown(cells, "run")
    if len(runs) != 1:
        return f"the notebook closed its run {len(runs)} times, not once"
    told = runs[0]["notebook"]
    if told != name:  # a copy, which would speak for the other
        return (
            f"the notebook says that it is {told!r}; write {name!r} in its first call"
        )
    return unshown(cells)


def _lost(memory: Memory, name: str, records: Sequence[Json]) -> list[str]:
    """Return the verdicts that a finished notebook has judged and does not show.

    A kernel drops outputs without a word if thousands of them wait to be read.
    """
    there = {(record["prop_id"], record["reading"]) for record in records}
    rows = memory.project.tables.select("propositions", {"notebook": name})
    return [
        f"{row['prop_id']} ({reading})"
        for row in rows
        for reading in f"{row['readings']} {row['untested']}".split()
        if (row["prop_id"], reading) not in there
    ]


def page_of(memory: Memory, name: str, notebook: NotebookNode) -> str:
    """Return the page of an executed notebook.

    Raises
    ------
    ValueError
        If what it shows makes no page.
    """
    from .page import page

    project = memory.project
    return page(notebook, project.tables, settings=project.settings, name=name)


def _set_page(memory: Memory, name: str, text: str) -> None:
    """Write a page, and note from what it was made."""
    write(memory.page(name), text)
    made = {"page": digest_files([memory.page(name)]), "data": memory.data}
    memory.entries[name] |= made
    memory.save()


def _fail(memory: Memory, name: str, error: Json) -> None:
    """Say on a page of its own why a notebook failed; leave its old page alone."""
    from .page import failure_page

    project = memory.project
    rows = project.tables.select("propositions", {"notebook": name})
    page = failure_page(
        name,
        {**error, "previous": memory.page(name).is_file()},
        settings=project.settings,
        title=_title(project.notebooks[name]),
        without=tuple(row["text"] for row in rows),
    )
    write(memory.failed(name), page)


def _title(path: Path) -> str:
    """Return the heading of a notebook."""
    sources = [cell.source for cell in _read(path).cells]
    first = "".join(sources[:1]).partition("\n")[0]
    return first.lstrip("# ").strip()


def _read(path: Path) -> NotebookNode:
    """Return a notebook file; what a build has written need not be validated."""
    from nbformat import v4

    return v4.reads_json(path.read_text(encoding="utf-8"))


def publish(memory: Memory) -> None:
    """Write index, verdicts and figures from the notebooks that have a page."""
    from . import exports
    from .index import index
    from .page import summary

    project, pages = memory.project, []
    for name in project.notebooks:
        failed = memory.failed(name).is_file()
        executed = _executed(memory, name)
        if executed is None and not failed:
            continue
        found = summary(executed) if executed else {**UNKNOWN}
        pages.append(found | {"name": name, "failed": failed})
        if executed and _is_outdated(memory, executed):
            pages[-1]["stale"] = "the tables have changed since it was run"
    records = [record for page in pages for record in page["records"]]
    outline = project.data / OUTLINE
    drawn = read_json(outline) if outline.is_file() else None
    package = exports.reports_package(project.tables)
    columns = exports.figure_columns(project.tables)
    texts = {
        INDEX: index(pages, project.tables, settings=project.settings, outline=drawn),
        "verdicts.csv": exports.verdicts_csv(records),
        "verdicts.json": exports.verdicts_json(records),
        "verdicts.schema.json": exports.SCHEMA.read_text(encoding="utf-8"),
        "figures.csv": as_csv(
            exports.figure_rows(project.tables, project.settings), columns
        ),
        "datapackage.json": json.dumps(package, indent=2, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        write(memory.out / name, text)
    memory.entries["board"] = memory.board()
    memory.save()


def _lacking(memory: Memory) -> list[str]:
    """Return the letters that the fonts of the pages lack."""
    from .house import lacking

    names = memory.project.notebooks
    found = [memory.out / INDEX, *map(memory.page, names)]
    found += map(memory.failed, names)
    return lacking(path.read_text(encoding="utf-8") for path in found if path.is_file())


def _executed(memory: Memory, name: str) -> NotebookNode | None:
    """Return the executed notebook behind a page: the one kept, else as committed."""
    if not memory.page(name).is_file():
        return None
    if memory.kept(name).is_file():
        return _read(memory.kept(name))
    if memory.out != memory.project.reports:
        return None
    return _read(memory.project.notebooks[name])


def _is_outdated(memory: Memory, executed: NotebookNode) -> bool:
    """Whether the rows behind a page are no longer those of the tables."""
    runs = shown(executed.cells, "run")
    taken = [selection for run in runs for selection in run["selections"]]
    return bool(outdated(memory.project.tables, taken))


def refresh(
    project: Project,
    names: Sequence[str] = (),
    jobs: int = JOBS,
    patience: int = PATIENCE,
) -> list[str]:
    """Run notebooks on their defaults and write the outputs back into their files.

    Parameters
    ----------
    project : Project
        The study.
    names : sequence of str
        Notebooks; by default all, and those that guide a scholar and have no page.
    jobs : int
        How many run at the same time.
    patience : int
        Seconds that a kernel may take to start, or a cell to end.

    Returns
    -------
    list of str
        What failed, as ``name: reason``; their files are left as they were.
    """
    import nbformat

    from . import warm
    from .engine import Task, run_tasks
    from .running import alone

    refuse_changed(project.tables)
    warm.start()
    failed = []
    with alone(project.folder / "build"):
        for path in (project.folder / "notebooks").glob(PARTS):
            path.unlink()
        for wave in project.waves(names or project.every):
            tasks = [Task(name, project.every[name]) for name in wave]
            for outcome in run_tasks(tasks, jobs, patience) if tasks else ():
                name, wrong = outcome.name, outcome.reason
                if outcome.notebook and name in project.notebooks:
                    wrong = _wrong_run(name, outcome.notebook.cells)
                if outcome.notebook is None or wrong:
                    failed.append(f"{name}: {wrong}")
                    continue
                text = nbformat.writes(outcome.notebook).rstrip("\n") + "\n"
                write(project.every[name], text)
    return failed
