"""Running notebooks: by papermill in kernels of their own, or in this process.

Papermill makes what is published. Sweeps and controls run the same cells many times and
keep only verdicts and blocks; for them the cells are compiled once and need no kernel.
"""

from __future__ import annotations

import ast
import builtins
import io
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from itertools import count, groupby
from pathlib import Path
from types import CodeType
from typing import Any

import nbformat
import zmq
from nbformat import NotebookNode
from traitlets.config import Config

from ..notebook import MIME, shown
from ..parameters import INJECTED, RECORDS, TAG
from ..tables import Tables
from .project import PATIENCE, Json
from .running import socket_folder

KERNEL = "python3"
MOST_WHOLE = 2**53  # up to here a float without decimals is one whole number
UNANSWERED = "Kernel didn't respond"  # how nbclient says that a start took too long
LONGER = "\nreport --patience SECONDS waits longer."
_numbers = count(1)


@dataclass(frozen=True)
class Task:
    """One run to do.

    Parameters
    ----------
    name : str
        Unique in a batch.
    path : Path
        Notebook file.
    parameters : mapping
        Checked values; without any, a notebook runs on its defaults.
    records : Path, optional
        Folder with the executed notebooks of this run, for a notebook that reads them.
    """

    name: str
    path: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    records: Path | None = None

    @property
    def injected(self) -> Json:
        """What papermill writes into the notebook."""
        hidden = {RECORDS: str(self.records)} if self.records else {}
        return {**self.parameters, **hidden}


@dataclass(frozen=True)
class Outcome:
    """What became of one run: the executed notebook, or the error that stopped it."""

    name: str
    notebook: NotebookNode | None
    error: Json | None = None

    @property
    def records(self) -> list[Json]:
        """The verdict records of a notebook that finished."""
        return shown(self.notebook.cells, "verdict") if self.notebook else []

    @property
    def reason(self) -> str:
        """Why it did not finish, in one line; empty if it did."""
        facts = self.error or {}
        parts = (facts.get(key, "") for key in ("where", "ename", "evalue"))
        return " ".join(": ".join(filter(None, parts)).split())


def run_tasks(
    tasks: Sequence[Task], jobs: int = 2, patience: int = PATIENCE
) -> Iterator[Outcome]:
    """Run notebooks and yield what became of each as it ends; a failure stops no other.

    Parameters
    ----------
    tasks : sequence of Task
        What to run.
    jobs : int
        How many run at the same time; of several, one more, because a kernel that
        starts or ends mostly waits.
    patience : int
        Seconds that a kernel may take to start, or a cell to end.
    """
    socket_folder()  # made before several threads ask for it
    pool = ThreadPoolExecutor(max_workers=jobs + (jobs > 1))
    running = [pool.submit(run_task, task, patience) for task in tasks]
    try:
        for future in as_completed(running):
            yield future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def run_task(task: Task, patience: int = PATIENCE) -> Outcome:
    """Run one notebook by papermill, in a kernel of its own."""
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    for name in ("papermill", "asyncio"):  # they would print what the outcome tells
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        found = nbformat.read(task.path, as_version=4)  # a path may hold braces
        kernel = found.metadata.get("kernelspec", {}).get("name", KERNEL)
        if kernel != KERNEL:
            _say_kernel(kernel)
        notebook = papermill.execute_notebook(
            found,
            None,
            parameters=task.injected,
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            start_timeout=patience,
            execution_timeout=patience,
            iopub_timeout=patience,  # a thousand outputs of a cell arrive after its end
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(task.path.parent)}},
            config=_connection(),
        )
    except PapermillExecutionError as error:
        facts = {"ename": error.ename, "evalue": error.evalue}
        where = f"{task.path.name}, code cell {error.exec_count}"
        more = {"where": where, "traceback": error.traceback}
        return Outcome(task.name, None, facts | more)
    except Exception as error:  # a kernel may die in many ways; the others must go on
        waited = isinstance(error, CellTimeoutError) or UNANSWERED in str(error)
        facts = {"ename": type(error).__name__, "where": task.path.name}
        facts["evalue"] = f"{error}{LONGER if waited else ''}"
        return Outcome(task.name, None, facts)
    return Outcome(task.name, clean(notebook))


@cache
def _say_kernel(name: str) -> None:
    text = f"A notebook names the kernel {name!r}; here all run on this Python."
    print(text, file=sys.stderr)


def _connection() -> Config:
    """Give a kernel sockets of its own; kernels that share a name answer each other."""
    folder, able = socket_folder()
    settings = {"connection_file": str(folder / f"{next(_numbers)}.json")}
    if able and zmq.has("ipc"):
        return Config({"KernelManager": settings | {"transport": "ipc"}})
    _say_tcp()
    encrypted = {"transport_encryption": "auto"} if zmq.has("curve") else {}
    local = {"transport": "tcp", "ip": "127.0.0.1"}
    return Config({"KernelManager": settings | local | encrypted})


@cache
def _say_tcp() -> None:
    text = "No sockets in files here: kernels listen on the loopback address (TCP)."
    print(text, file=sys.stderr)


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook as saved, without timings, paths and injected cells."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = NotebookNode({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = [_plain(output) for output in _joined(cell.outputs)]
    spec = {"display_name": "Python 3", "language": "python", "name": KERNEL}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    notebook.metadata = nbformat.from_dict(metadata)
    return nbformat.from_dict(as_saved(notebook))


def as_saved(content: Any) -> Any:
    """Return plain data with its numbers as JupyterLab saves them: 1, not 1.0.

    Examples
    --------
    >>> as_saved({"lo": 0.0, "hi": [2.5, 1e300], "open": False})
    {'lo': 0, 'hi': [2.5, 1e+300], 'open': False}
    """
    if isinstance(content, Mapping):
        return {key: as_saved(value) for key, value in content.items()}
    if isinstance(content, list):
        return [as_saved(value) for value in content]
    small = isinstance(content, float) and abs(content) < MOST_WHOLE
    return int(content) if small and content == int(content) else content


def _plain(output: NotebookNode) -> NotebookNode:
    """Return an output whose metadata holds nothing but the alt text of pictures."""
    output.pop("transient", None)
    if "metadata" in output:
        pictures = {k: v for k, v in output["metadata"].items() if "/" in k and v}
        output["metadata"] = NotebookNode(pictures)
    return output


def _joined(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return outputs with printed text whole that came in pieces."""
    found: list[NotebookNode] = []
    for name, group in groupby(outputs, key=lambda output: output.get("name", "")):
        pieces = list(group)
        if name and len(pieces) > 1:
            pieces[0]["text"] = "".join(piece["text"] for piece in pieces)
            pieces = pieces[:1]
        found += pieces
    return found


class CellError(RuntimeError):
    """A cell that ran in this process raised; the message names notebook and cell."""


class Space:
    """Where cells run without a kernel: their names, their sources and what they show.

    Parameters
    ----------
    folder : Path
        Folder of the notebook.
    tables : Tables, optional
        Read before; else the cells read those of their study.
    """

    def __init__(self, folder: Path, tables: Tables | None = None) -> None:
        self.folder, self.tables = folder, tables
        self.cells: list[str] = []
        self.bundles: list[Json] = []
        self.things: list[Any] = []
        self.namespace: Json = {
            "__name__": "__main__",
            "__builtins__": builtins,
            "display": self.show,
        }

    def show(self, *objects: Any, **options: Any) -> None:
        """Keep what objects show of themselves, as a display in Jupyter would."""
        for thing in objects:
            self.things.append(thing)
            if hasattr(thing, "_repr_mimebundle_"):
                bundle = thing._repr_mimebundle_()
                self.bundles.append(bundle[0] if isinstance(bundle, tuple) else bundle)

    def found(self, kind: str) -> list[Json]:
        """Return what was shown of one kind, such as verdict or block, in order."""
        mime = MIME.format(kind)
        return [bundle[mime] for bundle in self.bundles if mime in bundle]

    @property
    def records(self) -> list[Json]:
        """The verdict records; one that was judged again counts as judged last."""
        last = {(r["prop_id"], r["reading"]): r for r in self.found("verdict")}
        return list(last.values())


@dataclass(frozen=True)
class Cell:
    """One compiled code cell: what it does, and the value that it shows at its end."""

    source: str
    number: int
    body: CodeType
    value: CodeType | None
    declares: bool


class Cells:
    """The code cells of a notebook, compiled once to be run many times in this process.

    Parameters
    ----------
    notebook : Path
        Notebook file.

    Raises
    ------
    CellError
        If a cell is not plain Python.
    """

    def __init__(self, notebook: Path) -> None:
        self.path = notebook
        cells = nbformat.read(notebook, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        self.cells = [self._compiled(cell, i) for i, cell in enumerate(code, 1)]

    def _where(self, number: int) -> str:
        return f"{self.path.name}, code cell {number}"

    def _compiled(self, cell: NotebookNode, number: int) -> Cell:
        where = self._where(number)
        try:
            tree = ast.parse(cell.source, where)
            value = None
            if tree.body and isinstance(tree.body[-1], ast.Expr):
                last = ast.Expression(tree.body.pop().value)
                value = compile(last, where, "eval")
            body = compile(tree, where, "exec")
        except SyntaxError as error:
            raise CellError(f"{where}: is not plain Python: {error}") from error
        declares = TAG in cell.metadata.get("tags", [])
        return Cell(cell.source, number, body, value, declares)

    def run(
        self,
        parameters: Mapping[str, Any],
        records: Path | None = None,
        tables: Tables | None = None,
    ) -> Space:
        """Run the cells in a fresh namespace, without drawings.

        Parameters
        ----------
        parameters : mapping
            Values that take the place of the declared ones.
        records : Path, optional
            Folder with executed notebooks, for a notebook that reads them.
        tables : Tables, optional
            Tables of the study that are read already.

        Raises
        ------
        CellError
            If a cell raises.
        """
        from ..charts.figure import BRIEF
        from ..kernel import SPACE

        task = Task(self.path.stem, self.path, parameters, records)
        space = Space(self.path.parent, tables)
        tokens = SPACE.set(space), BRIEF.set(True)
        try:
            with redirect_stdout(io.StringIO()):
                self._run_all(space, task.injected)
        finally:
            SPACE.reset(tokens[0])
            BRIEF.reset(tokens[1])
        return space

    def _run_all(self, space: Space, injected: Json) -> None:
        if injected and not any(cell.declares for cell in self.cells):
            _inject(space, injected)
        for cell in self.cells:
            space.cells.append(cell.source)
            try:
                exec(cell.body, space.namespace)
                if cell.value is not None:
                    space.show(eval(cell.value, space.namespace))
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                raise CellError(f"{self._where(cell.number)}: {reason}") from error
            if cell.declares and injected:
                _inject(space, injected)


def _inject(space: Space, injected: Json) -> None:
    """Assign names as the cell does that papermill injects."""
    space.namespace.update(injected)
    lines = [f"{name} = {value!r}" for name, value in injected.items()]
    space.cells.append("\n".join([INJECTED, *lines]))
