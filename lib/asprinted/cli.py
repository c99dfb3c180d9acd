"""The command line of a study: pages, parameters, verdicts, figures, checks, sweeps."""

from __future__ import annotations

import csv
import io
import os
import signal
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from . import texts
from .checks import refuse_changed
from .files import DataError, write
from .finding import candidates
from .intervals import Interval, bounds_text
from .package import MOST, as_csv, refuse
from .pages.project import (
    PATIENCE,
    Project,
    checked_values,
    open_project,
    output_folder,
    recorded,
    table_file,
)
from .parameters import ParameterError
from .stopping import INTERRUPTED, STOPPED, leave, stopping
from .tables import Tables
from .texts import plain

LONGEST = 300  # characters of a reason; the page of the failure has all of it
WIDE = 160  # characters of a table that goes to no terminal
STUDY = click.option(
    "--study",
    "project",
    metavar="DIR",
    callback=lambda context, option, named: open_project(named),
    help="Folder of the study; by default the nearest above.",
)
SOURCES = click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ASPRINTED_SOURCES",
    help="Folder with your copies of the texts.",
)
JOBS = click.option(
    "--jobs", type=click.IntRange(1), default=2, help="How many at the same time."
)
WAIT = click.option(
    "--patience",
    type=click.IntRange(1),
    default=PATIENCE,
    metavar="SECONDS",
    show_default=True,
    help="How long a kernel may take to start, or a cell to end.",
)


class Commands(click.Group):
    """Commands whose wrong calls and wrong data end in one message and status 2."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a call; what it prints is UTF-8 whatever the console's code page."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what is wrong with call or data into a message."""
        try:
            return super().invoke(ctx)
        except (DataError, ParameterError) as error:
            say(f"Error: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            say(INTERRUPTED, err=True)
            ctx.exit(STOPPED + signal.SIGINT)
        except BrokenPipeError:
            leave(0)
        except OSError as error:
            named = error.filename or "standard output"
            say(f"Error: {named}: {error.strerror}", err=True)
            if not error.filename:
                leave(1)  # Python would try to write out what is left, and fail
            ctx.exit(1)


def say(text: str, *, err: bool = False) -> None:
    """Print lines that no terminal obeys."""
    click.echo("\n".join(plain(line) for line in text.split("\n")), err=err)


def _version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import entry_points

        found = entry_points(group="console_scripts", name=ctx.info_name or "")
        versions = [script.dist.version for script in found if script.dist]
        say(" ".join([ctx.info_name or "", *versions[:1]]))
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Turn the figures that texts print into bounds, verdicts and pages."""


@contextmanager
def _ending_kernels() -> Iterator[None]:
    """Let a run that is stopped end at once, and its kernels with it."""
    try:
        with stopping():
            yield
    except OSError as error:
        say(f"Error: {error.filename}: {error.strerror}", err=True)
        leave(1)


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option("--out", metavar="DIR", help="Folder for the pages; needed with -p.")
@JOBS
@WAIT
@click.option("--force", is_flag=True, help="Run what is up to date, too.")
@STUDY
def report(
    notebooks: Sequence[str],
    given: Sequence[str],
    out: str | None,
    jobs: int,
    patience: int,
    force: bool,
    project: Project,
) -> None:
    """Run NOTEBOOKS (by default all) and write pages, index, verdicts and figures."""
    from .pages.build import build

    pairs = _pairs(given, project, notebooks)
    names = list(dict.fromkeys(map(project.find, notebooks)))
    names = names or list(project.notebooks)
    values = checked_values(project, names, pairs) if pairs else {}
    special = "with -p, reports/ is left alone" if pairs else ""
    folder = output_folder(project, out, special)
    with _ending_kernels(), _progress(len(names)) as told:
        done = build(
            project,
            names,
            values,
            folder,
            jobs=jobs,
            force=force,
            patience=patience,
            told=told,
        )
    say(f"{folder / 'index.html'}: {len(done.ran)} ran, {len(done.fresh)} up to date")
    if done.lacking:
        letters = " ".join(done.lacking[:MOST])
        say(
            f"Not in the fonts of the pages, so in those of the reader: {letters}",
            err=True,
        )
    for name, reason in done.failed.items():
        page = folder / f"{name}.failed.html"
        say(f"{name} failed: {reason[:LONGEST]}; see {page}", err=True)
    sys.exit(1 if done.failed else 0)


def _pairs(
    given: Sequence[str], project: Project, others: Sequence[str]
) -> dict[str, str]:
    """Return the given parameters; a value after a blank is taken for a notebook."""
    pairs: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            loose = [o for o in others if not project.knows(o)] or others[-1:]
            hint = f"; write -p {name}={loose[0]}" if loose else ""
            raise ParameterError(f"-p {text!r} is not of the form NAME=VALUE{hint}")
        if name in pairs:
            raise ParameterError(f"parameter {name} is given twice")
        pairs[name] = value
    return pairs


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show progress on a terminal; give a call for each step that is done."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    with click.progressbar(length=total, file=sys.stderr, label="Running") as bar:
        yield lambda name: bar.update(1)


@main.command()
@click.argument("notebooks", nargs=-1)
@JOBS
@WAIT
@STUDY
def refresh(
    notebooks: Sequence[str], jobs: int, patience: int, project: Project
) -> None:
    """Run NOTEBOOKS (by default all) and write the outputs back into their files."""
    from .pages.build import refresh as run

    names = [project.find(name, guides=True) for name in notebooks]
    with _ending_kernels():
        failed = run(project, names, jobs, patience)
    for line in failed:
        say(line, err=True)
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("notebook")
@STUDY
def params(notebook: str, project: Project) -> None:
    """List the parameters of NOTEBOOK: type, default, allowed values, meaning."""
    found = project.declared(project.find(notebook))
    rows = []
    for p in found:
        default = ", ".join(p.default) if isinstance(p.default, list) else p.default
        rows.append([p.name, p.type, str(default), p.domain, p.unit, p.meaning])
    _show(["parameter", "type", "default", "allowed", "unit", "meaning"], rows)


@main.command()
@STUDY
def verdicts(project: Project) -> None:
    """Show the verdicts of the reports."""
    from .verdicts import short

    path = project.reports / "verdicts.csv"
    if not path.is_file():
        raise DataError(f"{path.name}: there are no reports yet; run: report")
    rows = []
    for r in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        word = short(r["verdict"], r["basis"])
        rows.append([r["prop_id"], r["reading"], word, _bounds(r), r["text"]])
    _show(["id", "reading", "verdict", "bounds", "sentence"], rows)


def _bounds(row: dict[str, str]) -> str:
    if row["lo"] == "":
        return ""
    opens = [row[end] in ("1", "True") for end in ("lo_open", "hi_open")]
    interval = Interval(float(row["lo"]), float(row["hi"]), opens[0], opens[1])
    return bounds_text(interval, row["unit"])


@main.command()
@STUDY
def figures(project: Project) -> None:
    """Show every printed figure with the bounds that its print admits."""
    from .pages.exports import figure_rows

    rows = [
        [r["figure_id"], r["printed"], _bounds(r), r["place"]]
        for r in figure_rows(project.tables, project.settings)
    ]
    _show(["figure", "printed", "bounds", "place"], rows)


@main.command()
@click.argument("identifier", metavar="ID")
@SOURCES
@STUDY
def trace(identifier: str, sources: Path | None, project: Project) -> None:
    """Show where ID comes from and everything that uses it.

    ID is a figure, event, claim, proposition or source. With --sources the passage is
    shown, the token between >> and <<.
    """
    tables = project.tables
    found, _ = texts.read_texts(tables, sources)
    say("\n".join(texts.trace(tables, identifier, found, *recorded(project))))


@main.command()
@SOURCES
@click.option(
    "--text",
    "added",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A text that is to be added.",
)
@click.option("--record", is_flag=True, help="Record the tables as they are.")
@STUDY
def check(
    sources: Path | None, added: Path | None, record: bool, project: Project
) -> None:
    """Validate every table, and with the texts every place and every number in them.

    With --sources each printed token is looked up at its place and may not leave out a
    hedge beside it, and each number of the evidence that stands in no table is listed;
    exit status 2. A table that is not as datapackage.json records it is named; after an
    edit that is meant, --record records it anew. --text lists the numbers of a further
    text, with rows to fill in.
    """
    from . import asked, checks

    tables = project.tables
    refuse(asked.problems(tables))
    rows = sum(len(table.rows) for table in tables.all)
    say(f"{len(tables.names)} tables, {rows} rows: valid")
    if added:
        name, content, row = texts.added_text(added)
        say(f"sources.csv:\n{as_csv([row], tables.columns('sources'))}")
        found = candidates(name, content, words=tables.words)
        say("\n".join(texts.listed(tables, found)))
    verified = _compare(tables, sources)
    if record:
        lines = [*checks.change_lines(tables), *checks.record(tables, verified)]
        say("\n".join(lines) or "nothing has changed")
    else:
        refuse_changed(tables)


def _compare(tables: Tables, sources: Path | None) -> list[str]:
    """Refuse tables that the texts do not bear out; return which texts were there."""
    found, absent = texts.read_texts(tables, sources)
    there = [row["source_id"] in found for _, _, row in tables.placed()]
    if found:
        refuse(texts.place_problems(tables, found))
        say(f"{sum(there)} places verified")
        if left := texts.uncovered(tables, found):
            raise DataError("\n".join(texts.listed(tables, left)))
        say(f"{texts.count(tables, found)} numbers of the evidence, each in a table")
    if not all(there):
        lost = there.count(False)
        line = f"{lost} place{'s' * (lost > 1)} not verified: "
        absent_from = f"{sources} has no {', '.join(absent)}"
        say(line + (absent_from if sources else "name the texts with --sources DIR"))
    return list(found)


@main.command()
@click.argument("notebook")
@click.option("-g", "given", multiple=True, metavar="NAME=VALUES", help="One axis.")
@click.option("--out", metavar="FILE", help="File for the table; else it is printed.")
@JOBS
@click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster instead.")
@STUDY
def sweep(
    notebook: str,
    given: Sequence[str],
    out: str | None,
    jobs: int,
    scheduler: str | None,
    project: Project,
) -> None:
    """Run NOTEBOOK at every point of a grid; the result is a table of verdicts.

    VALUES is a list V1,V2 or a range START:STOP:STEP; the items of a list parameter are
    joined by +.
    """
    from .pages import sweep as sweeps

    name = project.find(notebook)
    points = sweeps.grid(project.declared(name), given)
    file = None if out is None else table_file(project, out, sweeps.FACTS)
    refuse_changed(project.tables)
    path, address = project.notebooks[name], scheduler or ""
    with _ending_kernels(), _progress(len(points)) as told:
        results = sweeps.run(path, points, jobs=jobs, scheduler=address, told=told)
    text = sweeps.table(points, results)
    failed = sum(bool(reason) for _, reason in results)
    if file is None and sys.stdout.isatty():
        say(text.rstrip("\n"))
    elif file is None:
        click.echo(text, nl=False)
    else:
        write(file, text)
        say(f"{file}: {len(points)} points, {failed} failed")
    sys.exit(1 if failed else 0)


@main.command()
@click.argument("notebook")
@STUDY
def explore(notebook: str, project: Project) -> None:
    """Open the controls of NOTEBOOK in JupyterLab, as ap.explore does in a notebook.

    They stand in a notebook of their own in build/. Control-C ends JupyterLab.
    """
    from .starting import scratch

    name = project.find(notebook)
    try:
        from jupyterlab.labapp import main as lab
    except ImportError as error:
        raise DataError(
            f"JupyterLab is not installed beside {sys.executable}: install the package "
            f"jupyterlab there, or use `params {name}` and `report {name} -p NAME=VALUE`"
        ) from error
    path = scratch(project, name)
    os.chdir(project.folder)  # the root that JupyterLab shows
    lab([f"--LabApp.default_url=/lab/tree/build/{path.name}"])


@main.command()
@click.argument("name")
@click.option("--remove", is_flag=True, help="Take it out again, rows and page too.")
@STUDY
def new(name: str, remove: bool, project: Project) -> None:
    """Write a notebook of your own: it runs, and tests one sentence of yours.

    NAME is two digits and words, such as 09_my_question. Its sentence is a row of
    data/propositions.csv, and data/study.json lists the notebook.
    """
    from . import starting

    work = starting.remove if remove else starting.start
    say("\n".join(work(project, name)))


@main.command("new-study")
@click.argument("folder", metavar="DIR")
def begin_study(folder: str) -> None:
    """Write a study that runs, with one invented text, into DIR."""
    from .starting import new_study

    say("\n".join(new_study(Path(folder))))


def _show(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table as wide as the terminal, the last column in several lines."""
    cells = [[plain(str(cell)) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) + 2 for column in zip(*cells, strict=True)]
    indent = " " * sum(widths[:-1])
    wide = os.get_terminal_size().columns if sys.stdout.isatty() else WIDE
    wrap = textwrap.TextWrapper(max(wide, len(indent) + 20), subsequent_indent=indent)
    for row in cells:
        padded = map(str.ljust, row[:-1], widths)
        wrap.initial_indent = "".join(padded)
        click.echo((wrap.fill(row[-1]) or wrap.initial_indent).rstrip())
