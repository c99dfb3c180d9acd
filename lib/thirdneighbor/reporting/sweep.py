"""Sweeps: one notebook over a grid of parameter values, and the table of its verdicts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from thirdneighbor import params
from thirdneighbor.package import as_csv
from thirdneighbor.params import Parameter, ParameterError
from thirdneighbor.reporting.ledger import LAST, Json, Ledger, digest, write
from thirdneighbor.reporting.project import JOBS, Project

MOST_POINTS = 10_000
FACTS = (
    *("prop_id", "reading", "verdict", "basis", "point", "lo", "hi", "lo_open", "hi_open"),
    *("unit", "operator", "threshold", "n", "p", "deciding_quantity", "decides_if", "reason"),
)
MOVED = ("notebook", "parameter", "value", *FACTS[:3], "flips", "error")
Point = dict[str, Any]


def grid(declared: Sequence[Parameter], given: Sequence[str]) -> list[Point]:
    """Return every point of a grid, each value checked as a parameter.

    Parameters
    ----------
    declared : sequence of Parameter
        What the notebook declares.
    given : sequence of str
        ``NAME=V1,V2`` or ``NAME=START:STOP:STEP`` (the stop is included if a step meets it);
        the items of a list are joined by ``+``.

    Raises
    ------
    ParameterError
        If a part is not of that form, a name is unknown or stands twice, or a value is wrong.
    """
    axes: dict[str, list[Any]] = {}
    known = {p.name: p for p in declared}
    for text in given:
        name, sign, values = text.partition("=")
        if not sign or not values:
            raise ParameterError(
                f"-g {text!r} is not of the form NAME=V1,V2 or NAME=START:STOP:STEP"
            )
        if name in axes:
            raise ParameterError(f"parameter {name} is given twice")
        params.checked(declared, {name: values} if name not in known else {})
        found = [known[name].check(value) for value in _values(known[name], values)]
        if any(found.count(value) > 1 for value in found):
            raise ParameterError(f"-g {text!r}: a value stands twice")
        axes[name] = found
    points = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    if not axes or len(points) > MOST_POINTS:
        raise ParameterError(f"a grid has 1 to {MOST_POINTS:,} points; name its axes with -g")
    return points


def _values(parameter: Parameter, text: str) -> list[Any]:
    """Return the values of one axis, a range as exact decimals."""
    if parameter.type == "list[str]":
        return [part.split("+") for part in text.split(",")]
    ends = text.split(":")
    if len(ends) != 3 or parameter.type not in ("int", "float"):
        return [part.strip() for part in text.split(",")]
    try:
        start, stop, step = (Fraction(end.strip()) for end in ends)
        count = (stop - start) // step
    except (ValueError, ZeroDivisionError) as error:
        raise ParameterError(
            f"parameter {parameter.name}: range {text!r} cannot be read"
        ) from error
    if not 0 <= count < MOST_POINTS:
        raise ParameterError(
            f"parameter {parameter.name}: range {text!r} holds no value or too many"
        )
    values = [start + i * step for i in range(count + 1)]
    return [int(v) if v.denominator == 1 else float(v) for v in values]


def one_at_a_time(declared: Sequence[Parameter]) -> list[Point]:
    """Return the points that move one parameter from its default to an end of its range.

    Of a set, every other value is an end; of a list of texts, the list without one of them. An
    end that is not allowed itself is replaced by the value a hundredth of the range inside.
    """
    points = []
    for parameter in declared:
        for value in _ends(parameter):
            if value != parameter.default:
                points.append({parameter.name: value})
    return points


def _ends(parameter: Parameter) -> list[Any]:
    if isinstance(parameter.default, list):
        every = parameter.default
        return [[v for v in every if v != left] for left in every] if len(every) > 1 else []
    names = [parameter.check(name) for name in parameter.choices]
    if names and "|" not in parameter.domain:
        return names
    span, whole = parameter.range, parameter.type == "int"
    inside = 1 if whole else span.width / 100
    low = span.lo + (inside if span.lo_open else 0)
    high = span.hi - (inside if span.hi_open else 0)
    ends = [int(end) if whole else float(end) for end in (low, high)]
    return names + [parameter.check(end) for end in ends]


class Sweep:
    """The runs of one notebook at many points, resumed where they were interrupted.

    Parameters
    ----------
    project : Project
        Notebooks and tables.
    name : str
        The notebook.
    points : sequence of dict
        Checked values of the parameters that vary.
    """

    def __init__(self, project: Project, name: str, points: Sequence[Point]) -> None:
        self.project, self.name, self.points = project, name, points
        ledger = Ledger(project.folder, project.notebooks, project.data, project.folder / "build")
        key = digest([name, ledger.cause(name, {}), ledger.rows])[:16]
        self.folder = project.folder / "build" / "sweeps" / key
        self.failures: dict[str, str] = {}

    def kept(self, point: Point) -> Path:
        """Return where the records of a point are kept."""
        return self.folder / f"{digest(point)[:24]}.json"

    def run(
        self,
        jobs: int = JOBS,
        scheduler: str | None = None,
        told: Callable[[str], None] = lambda name: None,
    ) -> list[Json]:
        """Run the points that have no result yet and return the rows of the table.

        Parameters
        ----------
        jobs : int
            How many run at the same time on this machine.
        scheduler : str, optional
            Address of a Dask scheduler whose workers run the points instead.
        told : callable
            Called as each point ends.
        """
        open_points = {}
        for i, point in enumerate(self.points):
            if self.kept(point).is_file():
                told(str(i))
            else:
                open_points[str(i)] = point
        if open_points:
            self.project.tables.names  # noqa: B018 - wrong data must stop a sweep before it runs
            for place, records, error in self._results(open_points, jobs, scheduler):
                self._keep(open_points[place], records, error)
                told(place)
        return [row for point in self.points for row in self._rows(point)]

    def _results(
        self, points: Mapping[str, Point], jobs: int, scheduler: str | None
    ) -> Iterator[tuple[str, list[Json], str]]:
        """Yield place, records and error of each point as it ends."""
        path = self.project.notebooks[self.name]
        if scheduler:
            from thirdneighbor.reporting.cluster import run_remotely

            yield from run_remotely(scheduler, path, self.project.data, points)
            return
        from thirdneighbor.reporting.engine import Task, brief, run_tasks

        tasks = [Task(f"{self.name}-{place}", path, point) for place, point in points.items()]
        with brief():
            for outcome in run_tasks(tasks, jobs):
                yield outcome.name.rpartition("-")[2], outcome.verdicts, outcome.reason

    def _keep(self, point: Point, records: list[Json], error: str) -> None:
        if error:
            self.failures[digest(point)] = error
        else:
            content = {"point": point, "records": records}
            write(self.kept(point), json.dumps(content, sort_keys=True))

    def _rows(self, point: Point) -> list[Json]:
        """Return the rows of one point: a row a verdict, or one row that says why there is none."""
        shown = {name: _shown(value) for name, value in point.items()}
        error = self.failures.get(digest(point))
        if error:
            return [shown | dict.fromkeys(FACTS, "") | {"verdict": "failed", "reason": error}]
        records = json.loads(self.kept(point).read_text("utf-8"))["records"]
        return [
            shown
            | {fact: record.get(fact, "") for fact in FACTS}
            | {"reason": record.get("because", ""), "text": record["text"]}
            for record in records
        ]


def _shown(value: Any) -> Any:
    return "+".join(value) if isinstance(value, list) else value


def save(sweep: Sweep, rows: Sequence[Json], out: Path) -> list[Path]:
    """Write the table and the page of a sweep, and the table as Parquet where that can be."""
    from thirdneighbor.reporting.surface import render_sweep

    columns = [*sweep.points[0], *FACTS]
    write(out, as_csv(rows, columns))
    page = out.with_suffix(".html")
    title = sweep.project.titles[sweep.name]
    write(page, render_sweep(sweep.name, title, sweep.points, rows))
    written = [out, page]
    if find_spec("pyarrow"):
        import pandas as pd

        table = pd.DataFrame([{c: str(row[c]) for c in columns} for row in rows])
        for column in ("point", "lo", "hi", "n", "p"):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        written.append(out.with_suffix(".parquet"))
        table.to_parquet(written[-1], index=False)
    return written


def sensitivity(project: Project, jobs: int = JOBS) -> int:
    """Run every notebook with each parameter at both ends of its range, one at a time.

    Writes `reports/sensitivity.csv`: one row a verdict, with the parameter that was moved (empty:
    none), its value, and whether the verdict is another than with the defaults. The synthesis is
    left out, because it reads this table.

    Returns
    -------
    int
        How many points failed.
    """
    rows, failed = [], 0
    for name, path in project.notebooks.items():
        if name == LAST:
            continue
        sweep = Sweep(project, name, [{}, *one_at_a_time(params.declared(path))])
        found, usual = sweep.run(jobs), {}
        failed += len(sweep.failures)
        for row in found:
            moved = [key for key in row if key not in (*FACTS, "text")]
            key = (row["prop_id"], row["reading"])
            if not moved:
                usual[key] = row["verdict"]
            place = {"parameter": moved[0], "value": row[moved[0]]} if moved else {}
            flips = row["verdict"] not in ("failed", usual.get(key))
            whole = {"notebook": name, "parameter": "", "value": "", "flips": flips}
            whole["error"] = row["reason"] if row["verdict"] == "failed" else ""
            rows.append(whole | place | {fact: row[fact] for fact in FACTS[:3]})
    write(project.folder / "reports" / "sensitivity.csv", as_csv(rows, MOVED))
    return failed
