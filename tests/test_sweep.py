"""Grids, and the tables of their verdicts, here and on a cluster."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from small import JUDGED, ROOT, write_notebook

from asprinted.cli import main
from asprinted.pages import sweep
from asprinted.parameters import ParameterError, parse

DECLARED = parse(
    "cap: float = 0.5  # (0, 1] ; share ; limit\n"
    "pace: float = 0.1  # [-0.5, 0.5] ; share ; growth\n"
    "n: int = 3  # [1, 5] ; items ; number\n"
    "kind: str = 'a'  # {a, b, c} ; choice ; kind\n"
    "flag: bool = True  # {True, False} ; choice ; flag\n"
    "texts: list[str] = ['x', 'y']  # {x, y} ; texts ; texts\n"
)


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (["cap=0.2:0.4:0.1"], [{"cap": 0.2}, {"cap": 0.3}, {"cap": 0.4}]),
        (["cap=0.2:0.45:0.1"], [{"cap": 0.2}, {"cap": 0.3}, {"cap": 0.4}]),
        (["cap=1/3,0.5"], [{"cap": 1 / 3}, {"cap": 0.5}]),
        (["pace=\u22120.1:0.1:1/10"], [{"pace": -0.1}, {"pace": 0.0}, {"pace": 0.1}]),
        (["n=5:1:-2"], [{"n": 5}, {"n": 3}, {"n": 1}]),
        (["texts=x,x+y"], [{"texts": ["x"]}, {"texts": ["x", "y"]}]),
        (["flag=true,False"], [{"flag": True}, {"flag": False}]),
        (
            ["kind=a,b", "n=1,2"],
            [{"kind": k, "n": n} for k, n in [("a", 1), ("a", 2), ("b", 1), ("b", 2)]],
        ),
    ],
)
def test_a_grid_is_every_combination(given, points):
    found = sweep.grid(DECLARED, given)
    assert found == points
    assert [list(map(type, point.values())) for point in found] == [
        list(map(type, point.values())) for point in points
    ]


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["cap"],
        ["cap="],
        ["cpa=0.5"],
        ["cap=0,0.5"],
        ["cap=0.5,0.5"],
        ["cap=0.1,0.2", "cap=0.3"],
        ["cap=0.5:0.1:0.1"],
        ["cap=0.1:0.5:0"],
        ["cap=0.1:x:1"],
        ["cap=0.00001:1:0.00001"],
        ["kind=a,z"],
        ["n=1.5"],
        ["n=1:2:0.5"],
        ["texts=x+z"],
    ],
)
def test_a_wrong_grid_is_refused(given):
    with pytest.raises(ParameterError):
        sweep.grid(DECLARED, given)


STOPS = "assert p.line != 0.7, '=too high'"
GRID = "line=0.5:0.9:0.2"


@pytest.fixture
def project(sandbox):
    """A study whose notebook stops at one point of the grid."""
    write_notebook(
        sandbox.folder, "01_apples", "Apples", STOPS.replace("p.line", "line"), *JUDGED
    )
    return sandbox.folder


def call(*arguments):
    return CliRunner().invoke(main, ["sweep", "1", "-g", GRID, *arguments])


def test_a_sweep_gives_a_row_a_verdict_and_a_row_a_failure(project):
    done = call("--out", "out/t.csv")
    assert done.exit_code == 1, done.output
    assert "3 points, 1 failed" in done.output
    with (project / "out" / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [(row["line"], row["prop_id"], row["verdict"]) for row in rows]
    assert found == [
        ("0.5", "P1.1", "follows"),
        ("0.5", "P1.2", "open"),
        ("0.5", "P1.3", "no_figure"),
        ("0.7", "", "failed"),
        ("0.9", "P1.1", "open"),
        ("0.9", "P1.2", "open"),
        ("0.9", "P1.3", "no_figure"),
    ]
    assert (
        rows[3]["reason"] == "01_apples.ipynb, code cell 3: AssertionError: =too high"
    )
    assert [rows[0][name] for name in ("lo", "hi", "lo_open")] == ["0.6", "1", "True"]


def test_the_table_is_the_same_however_many_processes_run(project):
    printed = [call("--jobs", jobs).stdout for jobs in ("1", "2", "3")]
    assert len(set(printed)) == 1
    assert printed[0].startswith("line,prop_id,reading,verdict")


def test_a_point_costs_no_kernel(project):
    """Far below the second that a kernel takes to start."""
    path = project / "notebooks" / "01_apples.ipynb"
    sweep.run_point(path, {"line": 0.2})
    started = time.monotonic()
    for place in range(10):
        sweep.run_point(path, {"line": 0.2 + place / 100})
    assert time.monotonic() - started < 5


def test_a_process_that_dies_takes_only_its_point_along(project):
    code = "import os\nif line == 0.7:\n    os._exit(1)"
    path = write_notebook(project, "01_apples", "Apples", code, *JUDGED)
    points = [{"line": line} for line in (0.5, 0.6, 0.7, 0.8)]
    results = sweep.run(path, points, jobs=2)
    reasons = [reason for _, reason in results]
    assert reasons == ["", "", "the process that ran it has died", ""]
    assert [len(records) for records, _ in results] == [3, 3, 0, 3]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a group")
def test_control_c_ends_a_sweep_in_one_line(project):
    path = project / "began"
    code = f"import pathlib\npathlib.Path({str(path)!r}).touch()"
    write_notebook(project, "01_apples", "Apples", code, *JUDGED)
    grid = ["-g", "line=0.0001:1:0.0001", "--out", "t.csv"]
    running = subprocess.Popen(
        [sys.executable, "-m", "asprinted", "sweep", "1", *grid],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    shown = running.communicate(timeout=30)  # no process holds on to its streams
    assert shown == ("", "Interrupted; what is written is whole.\n")
    assert running.returncode == 130
    assert not (project / "t.csv").exists()


def test_a_parameter_may_be_called_as_a_column_is():
    text = sweep.table([{"n": 1, "texts": ["x", "y"]}], [([], "=stopped")])
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["parameter_n"], row["n"], row["texts"]) == ("1", "", "x+y")
    assert row["reason"] == "'=stopped"


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process, on the loopback address."""
    pytest.importorskip("distributed")
    paths = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    settings = {**os.environ, "PYTHONPATH": paths}
    (tmp_path / "cluster").mkdir()
    file = tmp_path / "cluster" / "scheduler.json"

    def start(*words):
        command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
        return subprocess.Popen(command, cwd=tmp_path / "cluster", env=settings)

    quiet = ["--no-dashboard", "--scheduler-file", str(file)]
    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", *quiet)]
    end = time.monotonic() + 60
    while not file.is_file() or not file.read_text():
        assert time.monotonic() < end
        time.sleep(0.2)
    for name in ("first", "second"):
        options = ["--nthreads", "1", "--no-nanny", "--name", name]
        started.append(start("dask_worker", *quiet, *options))
    yield json.loads(file.read_text())["address"], started
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_cluster_gives_the_same_table_though_a_worker_dies(
    project, cluster, monkeypatch
):
    address, processes = cluster
    assert call("--out", "local.csv").exit_code == 1
    real = sweep._result

    def kill_one(future):
        if processes[1].poll() is None:
            processes[1].send_signal(signal.SIGKILL)
        return real(future)

    monkeypatch.setattr(sweep, "_result", kill_one)
    done = call("--scheduler", address, "--out", "remote.csv")
    assert done.exit_code == 1, done.output
    assert "3 points, 1 failed" in done.output
    processes[1].wait()
    assert (project / "local.csv").read_bytes() == (project / "remote.csv").read_bytes()


def test_no_scheduler_is_said(project, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(sweep, "PATIENCE", 1)
    done = call("--scheduler", "tcp://127.0.0.1:1")
    assert done.exit_code == 2
    assert "no scheduler answers" in done.output
