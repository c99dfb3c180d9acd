"""Sweeps: one notebook over a grid of values, and the table of its verdicts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from fractions import Fraction
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files import DataError
from ..package import as_csv
from ..parameters import Parameter, ParameterError, checked, plain_minus
from .exports import verdict_row
from .forks import can_fork, follow_caller, start_parent

if TYPE_CHECKING:
    from .engine import Cells

MOST_POINTS = 10_000
PATIENCE = 10  # seconds for a scheduler to answer
PRELOAD = ("asprinted.pages.engine", "asprinted.studies", "asprinted.show")
FACTS = (
    *("prop_id", "reading", "verdict", "basis", "given", "point", "lo", "hi"),
    *("lo_open", "hi_open", "unit", "operator", "threshold", "n", "p", "reason"),
)
Json = dict[str, Any]
Point = dict[str, Any]
Result = tuple[list[Json], str]


def grid(declared: Sequence[Parameter], given: Sequence[str]) -> list[Point]:
    """Return every point of a grid, each value checked as a parameter.

    Parameters
    ----------
    declared : sequence of Parameter
        What the notebook declares.
    given : sequence of str
        ``NAME=V1,V2`` or ``NAME=START:STOP:STEP`` (the stop is included if a step meets
        it); the items of a list are joined by ``+``.

    Raises
    ------
    ParameterError
        If a part is not of that form, a name is unknown or stands twice, or a value is
        not allowed.
    """
    axes: dict[str, list[Any]] = {}
    known = {p.name: p for p in declared}
    for text in given:
        name, sign, values = text.partition("=")
        if not sign or not values:
            form = "NAME=V1,V2 or NAME=START:STOP:STEP"
            raise ParameterError(f"-g {text!r} is not of the form {form}")
        if name in axes:
            raise ParameterError(f"parameter {name} is given twice")
        if name not in known:
            checked(declared, {name: values})
        axes[name] = [known[name].check(v) for v in _values(known[name], values)]
        if any(axes[name].count(value) > 1 for value in axes[name]):
            raise ParameterError(f"-g {text!r}: a value stands twice")
    rows = itertools.product(*axes.values())
    points = [dict(zip(axes, row, strict=True)) for row in rows]
    if not axes or len(points) > MOST_POINTS:
        raise ParameterError(
            f"a grid has 1 to {MOST_POINTS:,} points; name its axes with -g"
        )
    return points


def _values(parameter: Parameter, text: str) -> list[Any]:
    """Return the values of one axis, a range as exact decimals."""
    if parameter.type == "list[str]":
        return [part.split("+") for part in text.split(",")]
    ends = text.split(":")
    if len(ends) != 3 or parameter.type not in ("int", "float"):
        return [part.strip() for part in text.split(",")]
    wrong = f"parameter {parameter.name}: range {text!r}"
    try:
        start, stop, step = (Fraction(plain_minus(end).strip()) for end in ends)
        count = (stop - start) // step
    except (ValueError, ZeroDivisionError) as error:
        raise ParameterError(f"{wrong} cannot be read") from error
    if not 0 <= count < MOST_POINTS:
        raise ParameterError(f"{wrong} holds no value or too many")
    return [str(start + i * step) for i in range(count + 1)]


@cache
def _compiled(notebook: Path, written: int) -> Cells:
    """Return the cells of a notebook file as it was written at some time."""
    from .engine import Cells

    return Cells(notebook)


def run_point(notebook: Path, point: Point) -> Result:
    """Run a notebook at one point; return its verdict records, or why there are none.

    It needs the notebook and the folder of its study, wherever it runs.
    """
    from .engine import CellError

    try:
        written = notebook.stat().st_mtime_ns
        return _compiled(notebook, written).run(point).records, ""
    except (CellError, OSError, ValueError) as error:
        return [], " ".join(str(error).split())


def run(
    notebook: Path,
    points: Sequence[Point],
    *,
    jobs: int = 2,
    scheduler: str = "",
    told: Callable[[str], None] = lambda name: None,
) -> list[Result]:
    """Run a notebook at every point of a grid.

    Parameters
    ----------
    notebook : Path
        Notebook file.
    points : sequence of dict
        Checked values, as `grid` returns them.
    jobs : int
        How many points run at the same time, each in a process.
    scheduler : str
        Address of a Dask scheduler whose workers run the points instead. They need this
        package, and see the folder of the study under the same path.
    told : callable
        Called as each point ends.

    Returns
    -------
    list of tuple
        Records and reason of each point, in the order of the points.
    """
    executor = remote(scheduler) if scheduler else _pool(jobs)
    results: dict[int, Result] = {}
    with closing(_all(executor, notebook, dict(enumerate(points)))) as ended:
        for number, result in ended:
            if result is None:  # a process has died; was it this point?
                with closing(_all(_pool(1), notebook, {number: points[number]})) as one:
                    result = next(one)[1] or ([], "the process that ran it has died")
            results[number] = result
            told(str(number))
    return [results[number] for number in range(len(points))]


def _all(
    executor: Executor, notebook: Path, points: Mapping[int, Point]
) -> Generator[tuple[int, Result | None], None, None]:
    """Yield number and result of each point as it ends; None if its process died."""
    try:
        running: dict[Future[Result], int] = {}
        for number, point in points.items():
            running[executor.submit(run_point, notebook, point)] = number
        for future in as_completed(running):
            yield running[future], _result(future)
    except BaseException:
        executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()


def _result(future: Future[Result]) -> Result | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None
    except Exception as error:  # on a cluster: several workers have died of it
        return [], f"{type(error).__name__}: {error}"


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Return processes that leave control-C to this one, and end with it."""
    if can_fork():
        start_parent(PRELOAD)
    return ProcessPoolExecutor(
        jobs,
        mp_context=get_context("forkserver" if can_fork() else "spawn"),
        initializer=follow_caller,
    )


def remote(address: str) -> Executor:
    """Return the workers of a Dask scheduler as an executor.

    Raises
    ------
    DataError
        If Dask is not installed, or no scheduler answers at the address.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise DataError("--scheduler needs Dask: install the extra cluster") from error
    try:
        client = Client(address, set_as_default=False, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise DataError(f"no scheduler answers at {address!r}: {error}") from error
    executor: Executor = client.get_executor(pure=False)
    return executor


def table(points: Sequence[Point], results: Sequence[Result]) -> str:
    """Return the verdicts of a sweep as CSV: a row a verdict, or a failed point."""
    rows: list[Json] = []
    for point, (records, reason) in zip(points, results, strict=True):
        where = {_column(name): _shown(value) for name, value in point.items()}
        rows += [verdict_row(record) | where for record in records]
        if reason:
            rows.append(where | {"verdict": "failed", "reason": reason})
    return as_csv(rows, [*map(_column, points[0]), *FACTS])


def _column(name: str) -> str:
    return f"parameter_{name}" if name in FACTS else name


def _shown(value: Any) -> Any:
    return "+".join(value) if isinstance(value, list) else value
