"""The command line: ``thirdneighbor report | params | verdicts | trace | check``."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from . import params
from .intervals import Interval
from .package import refuse
from .tables import DataError, Tables, data_folder, project_folder

DATA = click.option("--data", metavar="DIR", help="Folder of the tables (else THIRDNEIGHBOR_DATA).")
SOURCES = click.option(
    "--sources",
    metavar="DIR",
    envvar="THIRDNEIGHBOR_SOURCES",
    help="Folder with your copies of the five texts.",
)


class Commands(click.Group):
    """Commands whose wrong calls and wrong data end in one plain message and status 2."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command, or name the closest one."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            hint = params.closest(args[0], self.commands)
            raise click.UsageError(f"unknown command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn what is wrong with call or data into a message."""
        try:
            return super().invoke(ctx)
        except (DataError, params.ParameterError) as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except OSError as error:
            click.echo(f"Error: {error.filename}: {error.strerror}", err=True)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="thirdneighbor")
def main() -> None:
    """Turn printed figures on Mongolia between China and Russia into verdicts and reports."""


@main.command()
@click.argument("notebooks", nargs=-1)
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter.")
@click.option("--out", metavar="DIR", help="Folder for the pages; needed with -p or other data.")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Notebooks at the same time.")
@click.option("--force", is_flag=True, help="Run what is up to date, too.")
@DATA
def report(
    notebooks: tuple[str, ...],
    given: tuple[str, ...],
    out: str | None,
    jobs: int,
    force: bool,
    data: str | None,
) -> None:
    """Run NOTEBOOKS (all by default) and write their pages, the index and the verdict files."""
    from .reporting.build import build
    from .reporting.project import checked_values, open_project, output_folder

    project = open_project(data)
    names = list(dict.fromkeys(project.find(n) for n in notebooks)) or list(project.notebooks)
    values = checked_values(project, names, _pairs(given))
    own = project.data.resolve() == (project.folder / "data").resolve()
    folder = output_folder(project, out, bool(values) or not own)
    with _progress("Running notebooks", len(names)) as told:
        done = build(project, names, values, folder, jobs=jobs, force=force, told=told)
    click.echo(f"{folder / 'index.html'}: {len(done.ran)} ran, {len(done.fresh)} up to date")
    for name in done.failed:
        click.echo(f"{name} failed: see {folder / (name + '.failed.html')}", err=True)
    sys.exit(1 if done.failed else 0)


@main.command()
@click.argument("notebook")
@click.option("-g", "given", multiple=True, metavar="NAME=VALUES", help="One axis of the grid.")
@click.option("--out", metavar="FILE", help="Table to write (CSV; its page stands beside it).")
@click.option("--jobs", type=click.IntRange(1), default=2, help="Points at the same time.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the workers of a Dask scheduler.")
@DATA
def sweep(
    notebook: str,
    given: tuple[str, ...],
    out: str | None,
    jobs: int,
    scheduler: str | None,
    data: str | None,
) -> None:
    """Run NOTEBOOK at every point of a grid and write the table of its verdicts.

    VALUES is a list V1,V2 or a range START:STOP:STEP; the items of a list parameter are joined
    by +. What an interrupted sweep has finished is not run again.
    """
    from .reporting import sweep
    from .reporting.project import open_project, table_file

    project = open_project(data)
    name = project.find(notebook)
    points = sweep.grid(params.declared(project.notebooks[name]), given)
    table = table_file(project, out, name)
    work = sweep.Sweep(project, name, points)
    with _progress(f"Running {name}", len(points)) as told:
        rows = work.run(jobs, scheduler, told)
    for path in sweep.save(work, rows, table):
        click.echo(path)
    click.echo(f"{len(points)} points, {len(work.failures)} failed")
    sys.exit(1 if work.failures else 0)


@contextmanager
def _progress(words: str, total: int) -> Iterator[Callable[[str], None]]:
    """Show progress and time left on a terminal; give a call for each step done."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=total)
        yield lambda name: progress.advance(task)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise params.ParameterError(f"-p {text!r} is not of the form NAME=VALUE")
        if name in pairs:
            raise params.ParameterError(f"parameter {name} is given twice")
        pairs[name] = value
    return pairs


@main.command("params")
@click.argument("notebook")
@DATA
def show_params(notebook: str, data: str | None) -> None:
    """List the parameters of NOTEBOOK: type, default, allowed values, meaning."""
    from .reporting.project import open_project

    project = open_project(data)
    rows = params.declared(project.notebooks[project.find(notebook)])
    cells = [[p.name, p.type, _default(p.default), p.domain, p.unit, p.meaning] for p in rows]
    _show(["parameter", "type", "default", "allowed", "unit", "meaning"], cells)


def _default(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else f"{value}"


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
def verdicts(form: str) -> None:
    """Show the verdict board of the reports."""
    path = project_folder() / "reports" / f"verdicts.{'json' if form == 'json' else 'csv'}"
    if not path.is_file():
        raise DataError(f"{path.name}: there are no reports yet; run thirdneighbor report")
    text = path.read_text(encoding="utf-8")
    if form != "table":
        click.echo(text, nl=False)
        return
    rows = list(csv.DictReader(text.splitlines()))
    cells = [[r["prop_id"], r["reading"], r["verdict"], _bounds(r), r["text"]] for r in rows]
    _show(["id", "reading", "verdict", "bounds", "sentence"], cells)


def _bounds(row: dict[str, str]) -> str:
    if row["lo"] == "":
        return ""
    opens = (row[end] == "True" for end in ("lo_open", "hi_open"))
    return Interval(float(row["lo"]), float(row["hi"]), *opens).shown(row["unit"])


@main.command()
@click.argument("identifier", metavar="ID")
@SOURCES
@DATA
def trace(identifier: str, sources: str | None, data: str | None) -> None:
    """Show where ID comes from and everything that uses it.

    ID is a figure, event, claim, statement, proposition or source. With --sources the passage
    is shown on the terminal, the token between >> and <<.
    """
    from .tracing import trace_lines, used_in

    tables = Tables(data_folder(data))
    folder = _texts(sources)
    texts = tables.texts(folder) if folder else None
    used = used_in(sorted((project_folder() / "notebooks").glob("[0-9]*.ipynb")))
    click.echo("\n".join(trace_lines(tables, identifier, texts, used)))


@main.command()
@SOURCES
@click.option("--text", "added", metavar="FILE", help="A further text, on its way into the tables.")
@click.option("--record", is_flag=True, help="Record the digests of the tables as they are.")
@DATA
def check(sources: str | None, added: str | None, record: bool, data: str | None) -> None:
    """Validate every table, and with the texts every place and every number in them.

    With --sources, each printed token is looked up at its place, and each number of the
    evidence that stands in no figure, event or excluded row is listed; exit status 2.
    What no text can show is held by the digests of rows and columns in digests.json: a row that
    differs from them is named. After an edit that is meant, --record writes them anew; it needs
    --sources.

    To add a text, name it with --text (UTF-8): each number in it is listed, with a row of
    figures.csv (or of excluded.csv, for what looks like a year) to fill in. Once the text has a
    row in sources.csv, with its span and digest, --sources lists what is left.
    """
    from . import coverage, seals

    tables = Tables(data_folder(data))
    folder = _texts(sources)
    if record and folder is None:
        raise DataError("--record needs --sources: only what the texts bear out is recorded")
    rows = sum(len(tables.rows(name)) for name in tables.names)
    click.echo(f"{len(tables.names)} tables, {rows} rows: valid")
    if added:
        found = coverage.candidates(*_added(added))
        click.echo("\n".join(coverage.listed(found, list(tables["figures"].columns))))
    if folder:
        _compare(tables, tables.texts(folder))
    else:
        click.echo(f"{tables.count_places()} places not verified: name the texts with --sources")
    if record:
        seals.record(tables)
    refuse(seals.seal_problems(tables))
    sealed = (tables.folder / seals.FILE).is_file()
    click.echo(f"rows {'as recorded in' if sealed else 'not recorded: there is no'} {seals.FILE}")


def _compare(tables: Tables, texts: dict[str, str]) -> None:
    """Refuse tables that the texts do not bear out, or that leave out a number of theirs."""
    from . import coverage

    refuse(tables.place_problems(texts))
    click.echo(f"{tables.count_places()} places verified")
    left = coverage.uncovered(tables, texts)
    if left:
        raise DataError("\n".join(coverage.listed(left, list(tables["figures"].columns))))
    click.echo(f"{coverage.count(tables, texts)} numbers of the evidence, each in a table")


def _added(named: str) -> tuple[str, str]:
    """Return a source id for a further text, and the text."""
    path = Path(named)
    if not path.is_file():
        raise DataError(f"--text {named!r}: there is no such file")
    key = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_") or "text"
    try:
        return key, path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"--text {named!r}: is not UTF-8: {error}") from error


def _texts(named: str | None) -> Path | None:
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise DataError(f"sources folder {named!r} is not there")
    return folder


def _show(heads: list[str], rows: list[list[str]]) -> None:
    """Print a grid; text from data is never read as markup."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(*heads, box=None, pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(grid)
