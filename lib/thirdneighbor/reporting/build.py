"""Building the reports: what is stale is run, pages and verdict files are written whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from thirdneighbor import params, tables
from thirdneighbor.reporting.ledger import Json, Ledger, waves
from thirdneighbor.reporting.project import JOBS, Project


@dataclass
class Report:
    """What a build did: notebooks that ran, that were up to date, and that failed."""

    ran: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def collecting(folder: Path) -> Iterator[None]:
    """Let the synthesis collect from the executed notebooks in a folder of this build."""
    os.environ[tables.RUNS] = str(folder.resolve())
    try:
        yield
    finally:
        del os.environ[tables.RUNS]


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

    Raises
    ------
    ParameterError
        If a notebook declares its parameters wrongly; then nothing has run.
    """
    ledger, report = Ledger(project.folder, project.notebooks, project.data, out), Report()
    if not force and ledger.settled(names, values):
        report.fresh = list(names)
        return report
    for name in names:
        params.declared(project.notebooks[name])
    if force or not all(ledger.has_run(name, values) for name in names):
        from thirdneighbor.reporting import warm

        warm.start()
    from thirdneighbor.reporting.store import Store

    store = Store(project, ledger, values)
    for wave in waves(names):
        stale = [n for n in wave if force or store.is_stale(n)]
        report.fresh += [n for n in wave if n not in stale]
        with collecting(ledger.folder):
            for name, done in store.run(stale, jobs):
                (report.ran if done else report.failed).append(name)
                told(name)
    store.publish()
    if not report.failed:
        ledger.settle(names, values)
    return report
