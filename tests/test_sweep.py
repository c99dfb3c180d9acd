"""Grids, their tables and pages, here and on a cluster."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from click.testing import CliRunner
from small import ROOT, make_project, write_notebook

from thirdneighbor import fragility, params
from thirdneighbor.bundles import outputs
from thirdneighbor.cli import main
from thirdneighbor.params import ParameterError, parse
from thirdneighbor.reporting import choices, engine, sweep
from thirdneighbor.reporting.project import open_project
from thirdneighbor.reporting.surface import render_sweep

DECLARED = parse(
    "cap: float = 0.5  # (0, 1] ; share ; limit\n"
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
        (["n=5:1:-2"], [{"n": 5}, {"n": 3}, {"n": 1}]),
        (["texts=x,x+y"], [{"texts": ["x"]}, {"texts": ["x", "y"]}]),
        (["flag=true,False"], [{"flag": True}, {"flag": False}]),
        (
            ["kind=a,b", "n=1,2"],
            [{"kind": k, "n": n} for k, n in [("a", 1), ("a", 2), ("b", 1), ("b", 2)]],
        ),
    ],
)
def test_grid_is_every_combination(given, points):
    assert sweep.grid(DECLARED, given) == points


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
        ["texts=x+z"],
    ],
)
def test_a_wrong_grid_is_refused(given):
    with pytest.raises(ParameterError):
        sweep.grid(DECLARED, given)


def test_one_parameter_moves_at_a_time_to_its_ends():
    """The open end 0 of (0, 1] is replaced by 1/100; defaults are left out."""
    assert sweep.one_at_a_time(DECLARED) == [
        *({"cap": 0.01}, {"cap": 1.0}, {"n": 1}, {"n": 5}, {"kind": "b"}, {"kind": "c"}),
        *({"flag": False}, {"texts": ["y"]}, {"texts": ["x"]}),
    ]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A notebook that shows a record, and stops at a width of 2."""
    folder = make_project(tmp_path)
    code = (
        "from IPython.display import display\nassert hedge_width != 2, '=too wide'\n"
        'mime = "application/vnd.thirdneighbor.verdict+json"\n'
        'word = "certain" if hedge_width < 2 else "consistent"\n'
        'facts = {"prop_id": "P1", "reading": "literal", "text": "=A", "verdict": word}\n'
        'display({mime: facts | {"lo": hedge_width, "because": "=1+1"}}, raw=True)'
    )
    write_notebook(folder, "01_one", "One", code)
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", "")
    monkeypatch.chdir(folder)
    return folder


def call(*arguments):
    return CliRunner().invoke(main, ["sweep", "1", "-g", "hedge_width=1:3:0.5", *arguments])


@pytest.mark.slow
def test_a_sweep_gives_a_row_a_verdict_and_a_row_a_failure(project):
    done = call("--out", str(project / "out" / "t.csv"))
    assert done.exit_code == 1, done.output
    assert "5 points, 1 failed" in done.output
    with (project / "out" / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["hedge_width"] for row in rows] == ["1.0", "1.5", "2.0", "2.5", "3.0"]
    words = ["certain", "certain", "failed", "consistent", "consistent"]
    assert [row["verdict"] for row in rows] == words
    assert "AssertionError: =too wide" in rows[2]["reason"]
    assert rows[0]["reason"] == "'=1+1", "a formula stays text"
    page = (project / "out" / "t.html").read_text("utf-8")
    assert "too wide" in page and "certain at 2" in page


@pytest.mark.slow
def test_an_interrupted_sweep_goes_on_where_it_stopped(project, monkeypatch):
    whole = open_project(None)
    points = [{"hedge_width": width} for width in (1.0, 1.5, 2.5)]
    ran = []
    real = engine.run_tasks

    def interrupted(tasks, jobs):
        for outcome in real(tasks, jobs):
            ran.append(outcome.name)
            yield outcome
            if len(ran) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(engine, "run_tasks", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep.Sweep(whole, "01_one", points).run(1)
    rows = sweep.Sweep(whole, "01_one", points).run(1)
    assert len(ran) == 3 and len(set(ran)) == 3
    assert [row["lo"] for row in rows] == [1.0, 1.5, 2.5]


def test_sensitivity_compares_each_end_with_the_default(project):
    """Width 1 is the default, 0.5 and 3 are the ends; the record flips above 2."""
    (project / "notebooks" / "02_many.ipynb").unlink()
    assert sweep.sensitivity(open_project(None)) == 0
    text = (project / "reports" / "sensitivity.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = [(r["parameter"], r["value"], r["verdict"], r["flips"]) for r in rows]
    assert found == [
        ("", "", "certain", "False"),
        ("hedge_width", "0.5", "certain", "False"),
        ("hedge_width", "3.0", "consistent", "True"),
    ]


@pytest.mark.slow
def test_a_sweep_draws_nothing_and_keeps_the_verdicts(project, monkeypatch):
    picture = (
        "import pandas as pd\nfigure = tn.charts.bars(pd.DataFrame("
        "{'label': ['a'], 'part': [1], 'whole': [2]}), title='T', subtitle='S', note='', "
        "sources=[])\nassert len(figure.png) + len(figure.wide) == SIZE\nfigure"
    )
    write_notebook(project, "01_one", "One", picture.replace("== SIZE", "== 0"))
    whole = open_project(None)
    work = sweep.Sweep(whole, "01_one", [{"hedge_width": 1.0}])
    work.run(1)
    assert not work.failures
    write_notebook(project, "01_one", "One", picture.replace("== SIZE", "> 1000"))
    (outcome,) = engine.run_tasks([engine.Task("one", whole.notebooks["01_one"], {})], 1)
    assert not outcome.reason


@pytest.mark.parametrize(
    "arguments",
    [
        ["9", "-g", "cap=1"],
        ["1"],
        ["1", "-g", "hedge_widht=1"],
        ["1", "-g", "hedge_width=9"],
        ["1", "-g", "hedge_width=1", "--out", "x.txt"],
        ["1", "-g", "hedge_width=1", "--out", "reports/x.csv"],
    ],
)
def test_a_wrong_call_runs_nothing(project, arguments):
    done = CliRunner().invoke(main, ["sweep", *arguments])
    assert done.exit_code == 2, done.output
    assert not (project / "build").exists() and not (project / "reports").exists()


def swept(*moves):
    """Return a table with one verdict, certain by default, and one row for each move."""
    rows = [("02_cap", name, value, "P2.1", "literal", word, "", "") for name, value, word in moves]
    usual = ("02_cap", "", "", "P2.1", "literal", "certain", "", "")
    return [dict(zip(fragility.COLUMNS, row, strict=True)) for row in (usual, *rows)]


def test_choices_that_flip_are_each_told_and_numbers_where_nothing_else_tells():
    record = {"notebook": "02_cap", "prop_id": "P2.1", "reading": "literal"}
    record |= {"verdict": "certain", "flip_parameter": "cap"}
    moves = [("cap", "1.0", "contradicted"), ("n", "1", "consistent"), ("n", "5", "certain")]
    moves += [
        ("kind", "b", "consistent"),
        ("kind", "c", "not testable"),
        ("flag", "False", "certain"),
    ]
    moves += [("texts", "y", "not testable"), ("gone", "b", "contradicted")]
    told = choices.flip_choices(swept(*moves), DECLARED, record)
    assert told == "n = 1; kind = b or c; texts without x"
    still = [(name, value, "certain") for name, value, _ in moves]
    assert choices.flip_choices(swept(*still), DECLARED, record) == "nothing"
    assert choices.flip_choices(swept(*still[:2]), DECLARED, record) == "", "not all were tried"
    stale = record | {"verdict": "consistent"}
    assert choices.flip_choices(swept(*moves), DECLARED, stale) == ""
    assert choices.flip_choices(swept(*moves), DECLARED, record | {"prop_id": "P2.2"}) == ""


@pytest.mark.parametrize("value", ["firms", "official_21"])
def test_a_run_under_a_named_choice_differs_and_all_other_verdicts_stay(value):
    """Each verdict of the real notebook, run with another definition, is as the table says."""
    name, path = "02_fdi_cap", ROOT / "notebooks" / "02_fdi_cap.ipynb"
    declared, table = params.declared(path), choices.swept(ROOT / "reports" / "sensitivity.csv")
    with engine.brief():
        (outcome,) = engine.run_tasks([engine.Task(name, path, {"definition": value})], 1)
    usual = outputs(nbformat.read(path, 4).cells, "verdict")
    for before, after in zip(usual, outcome.verdicts, strict=True):
        told = choices.flip_choices(table, declared, before).split("; ")
        named = any(part.startswith("definition = ") and value in part for part in told)
        assert (before["verdict"] != after["verdict"]) == named, before["prop_id"]


def test_the_page_says_where_verdicts_flip():
    words = {("0.2", "a"): "certain", ("0.3", "a"): "consistent"}
    words |= {("0.2", "b"): "certain", ("0.3", "b"): "certain"}
    points = [{"cap": float(cap), "kind": kind} for cap, kind in words]
    facts = {"prop_id": "P2.1", "reading": "literal", "text": "<b>", "reason": ""}
    rows = [p | facts | {"verdict": w} for p, w in zip(points, words.values(), strict=True)]
    page = render_sweep("02_cap", "The cap", points, rows)
    assert "from certain to consistent between cap = 0.2 and 0.3 (kind = a)" in page
    assert "certain at 3, consistent at 1 of 4 points" in page
    assert "<b>" not in page and "&lt;b&gt;" in page


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
def test_a_cluster_gives_the_same_table_though_a_worker_dies(project, cluster, monkeypatch):
    address, processes = cluster
    assert call("--jobs", "1", "--out", "local/t.csv").exit_code == 1
    (project / "build").rename(project / "kept")
    real = sweep.Sweep._keep

    def kill_one(self, *given):
        if processes[1].poll() is None:
            processes[1].send_signal(signal.SIGKILL)
        real(self, *given)

    monkeypatch.setattr(sweep.Sweep, "_keep", kill_one)
    done = call("--scheduler", address, "--out", "remote/t.csv")
    assert done.exit_code == 1, done.output
    assert "5 points, 1 failed" in done.output, (done.output, done.exception)
    assert processes[1].poll() is not None
    for name in ("t.csv", "t.html"):
        assert (project / "local" / name).read_bytes() == (project / "remote" / name).read_bytes()


@pytest.mark.slow
def test_no_scheduler_is_said(project, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("thirdneighbor.reporting.cluster.PATIENCE", 1)
    done = call("--scheduler", "tcp://127.0.0.1:1")
    assert done.exit_code == 2
    assert "no scheduler answers" in done.output
