"""Runs on a Dask cluster: a task is one papermill run, and all that it needs travels with it."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from thirdneighbor.reporting.engine import Task, brief, run_task
from thirdneighbor.tables import DataError

PATIENCE = 10
Files = dict[str, bytes]


def run_remotely(
    address: str, notebook: Path, data: Path, points: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    """Run a notebook at every point on the workers of a scheduler, in any order.

    A run whose worker dies is given to another one. Workers need this package, no shared disk.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.
    notebook : Path
        Notebook file; it is sent without outputs.
    data : Path
        Folder of the tables; they are sent as they are.
    points : mapping
        Checked parameters by name.

    Yields
    ------
    tuple
        Name of the point, verdict records, and why there are none.

    Raises
    ------
    DataError
        If Dask is not installed or no scheduler answers at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise DataError("--scheduler needs Dask: pip install thirdneighbor[cluster]") from error

    files = {f"notebooks/{notebook.name}": nbformat.writes(_bare(notebook)).encode()}
    files |= {f"data/{p.name}": p.read_bytes() for p in sorted(data.iterdir()) if p.is_file()}
    packed = {name: zlib.compress(content) for name, content in files.items()}
    try:
        client = Client(address, set_as_default=False, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise DataError(f"no scheduler answers at {address!r}: {error}") from error
    with client:
        running = {
            client.submit(run_here, packed, dict(point), pure=False): place
            for place, point in points.items()
        }
        for future in as_completed(running, loop=client.loop):
            place = running.pop(future)
            try:
                records, reason = future.result()
            except Exception as error:  # several workers died of it: one failed point, no more
                records, reason = [], f"{type(error).__name__}: {error}"
            future.release()
            yield place, records, reason


def run_here(packed: Files, point: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Unpack a project into a folder of its own and run its notebook, on a worker."""
    os.environ.pop("THIRDNEIGHBOR_DATA", None)
    with tempfile.TemporaryDirectory(prefix="tn") as name:
        folder = Path(name)
        for file, content in packed.items():
            path = folder / file
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.decompress(content))
        (notebook,) = (folder / "notebooks").glob("*.ipynb")
        with brief():
            outcome = run_task(Task(notebook.stem, notebook, point), folder)
        return outcome.verdicts, outcome.reason


def _bare(path: Path) -> Any:
    """Return a notebook without what it showed."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
