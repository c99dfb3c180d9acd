"""Running notebooks with papermill: two at a time, each in a kernel of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from thirdneighbor.bundles import PREFIX
from thirdneighbor.reporting import warm

CELL_TIMEOUT = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook: the executed notebook, or the error that stopped it."""

    name: str
    notebook: NotebookNode | None
    error: dict[str, Any] | None = None


def _connection(folder: Path, name: str) -> Config:
    """Return sockets in files of the kernel's own; kernels that share a name answer each other."""
    settings = {"connection_file": str(folder / f"{name}.json")}
    return Config(
        {"KernelManager": settings | ({"transport": "ipc"} if os.name == "posix" else {})}
    )


def run_notebooks(
    paths: Mapping[str, Path],
    parameters: Mapping[str, Any],
    jobs: int,
    told: Callable[[str], None] = lambda name: None,
) -> dict[str, Outcome]:
    """Execute notebooks; one that fails does not stop the others.

    Parameters
    ----------
    paths : mapping
        Notebook files by name.
    parameters : mapping
        Checked values, the same for every notebook; empty runs the defaults.
    jobs : int
        How many run at the same time.
    told : callable
        Called with the name of each notebook that has ended.

    Returns
    -------
    dict of str to Outcome
    """
    outcomes: dict[str, Outcome] = {}
    warm.start()
    with (
        tempfile.TemporaryDirectory(prefix="tn") as folder,
        ThreadPoolExecutor(max_workers=jobs) as pool,
    ):
        running = [
            pool.submit(_run, name, path, Path(folder), parameters) for name, path in paths.items()
        ]
        for future in as_completed(running):
            outcome = future.result()
            outcomes[outcome.name] = outcome
            told(outcome.name)
    return {name: outcomes[name] for name in paths}


def _run(name: str, path: Path, folder: Path, parameters: Mapping[str, Any]) -> Outcome:
    written = folder / f"{name}.ipynb"
    try:
        papermill.execute_notebook(
            str(path),
            str(written),
            parameters=dict(parameters),
            kernel_name="python3",
            cwd=str(path.parent),
            progress_bar=False,
            execution_timeout=CELL_TIMEOUT,
            shutdown_kernel="immediate",
            coalesce_streams=True,
            config=_connection(folder, name),
        )
    except PapermillExecutionError as error:
        facts = {"ename": error.ename, "evalue": error.evalue, "traceback": error.traceback}
        return Outcome(
            name, None, {**facts, "where": f"{name}.ipynb, code cell {error.exec_count}"}
        )
    except Exception as error:  # a kernel may die in many ways; the others must go on
        return Outcome(name, None, {"ename": type(error).__name__, "evalue": str(error)})
    return Outcome(name, nbformat.read(written, as_version=4))


def bundles(notebook: NotebookNode, kind: str) -> list[dict[str, Any]]:
    """Return the project's own outputs of one kind (`verdict`, `run`, ...), in order."""
    mime = f"{PREFIX}{kind}+json"
    return [
        dict(output["data"][mime])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]


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
