"""Running notebooks with papermill: two at a time, each in a kernel of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from thirdneighbor.bundles import BRIEF, outputs
from thirdneighbor.reporting import warm

CELL_TIMEOUT = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook: the executed notebook, or the error that stopped it."""

    name: str
    notebook: NotebookNode | None
    error: dict[str, Any] | None = None

    @property
    def verdicts(self) -> list[dict[str, Any]]:
        """The records of a notebook that finished."""
        return outputs(self.notebook.cells, "verdict") if self.notebook is not None else []

    @property
    def reason(self) -> str:
        """Why it did not finish, in one line; empty if it did."""
        facts = self.error or {}
        text = ": ".join(filter(None, (facts.get(k, "") for k in ("where", "ename", "evalue"))))
        return " ".join(text.split())


def _connection(folder: Path, name: str) -> Config:
    """Return sockets in files of the kernel's own; kernels that share a name answer each other."""
    settings = {"connection_file": str(folder / f"{name}.json")}
    return Config(
        {"KernelManager": settings | ({"transport": "ipc"} if os.name == "posix" else {})}
    )


@dataclass(frozen=True)
class Task:
    """One run to do: a notebook file under checked parameters; names are unique in a batch."""

    name: str
    path: Path
    parameters: Mapping[str, Any]


@contextmanager
def brief() -> Iterator[None]:
    """Have kernels that start in this context leave out drawings and the search for flips."""
    os.environ[BRIEF] = "yes"
    try:
        yield
    finally:
        os.environ.pop(BRIEF, None)


def run_tasks(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """Run notebooks and yield what became of each as it ends; a failure stops no other.

    Parameters
    ----------
    tasks : sequence of Task
        What to run; without parameters a notebook runs on its defaults.
    jobs : int
        How many run at the same time; of several, one more, because a kernel that starts or
        ends mostly waits.
    """
    warm.start()
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="tn") as folder:
        pool = ThreadPoolExecutor(max_workers=jobs + (jobs > 1))
        try:
            running = [pool.submit(run_task, task, Path(folder)) for task in tasks]
            for future in as_completed(running):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)
            os.chdir(here)  # two runs that overlap leave each other's folder behind


def run_task(task: Task, folder: Path) -> Outcome:
    """Run one notebook by papermill, with the sockets of its kernel in a folder."""
    try:
        notebook = papermill.execute_notebook(
            str(task.path),
            None,
            parameters=dict(task.parameters),
            kernel_name="python3",
            cwd=str(task.path.parent),
            progress_bar=False,
            execution_timeout=CELL_TIMEOUT,
            shutdown_kernel="immediate",
            config=_connection(folder, task.name),
        )
    except PapermillExecutionError as error:
        facts = {"ename": error.ename, "evalue": error.evalue, "traceback": error.traceback}
        where = f"{task.path.name}, code cell {error.exec_count}"
        return Outcome(task.name, None, {**facts, "where": where})
    except Exception as error:  # a kernel may die in many ways; the others must go on
        return Outcome(task.name, None, {"ename": type(error).__name__, "evalue": str(error)})
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    return Outcome(task.name, notebook)


def _joined(shown: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with text whole that came in pieces (nbclient's way is slow on long lines)."""
    found: list[NotebookNode] = []
    for name, group in groupby(shown, key=lambda output: output.get("name", "")):
        pieces = list(group)
        if name and len(pieces) > 1:
            pieces[0]["text"] = "".join(piece["text"] for piece in pieces)
            pieces = pieces[:1]
        found += pieces
    return found


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook without timings, paths and injected cells."""
    kept = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for cell in kept:
        tags = cell.metadata.get("tags", [])
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if "metadata" in output:
                output["metadata"] = NotebookNode()
    notebook.cells = kept
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": spec, "language_info": {"name": "python"}}
    )
    return notebook
