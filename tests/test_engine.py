"""Notebooks that misbehave in different ways: what stays, what is left behind."""

import csv
import json
import tempfile
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook, new_output
from papermill.exceptions import PapermillExecutionError
from small import JUDGED, SPEC, proposition, write_notebook, write_settings, write_table

from asprinted.charts.figure import BRIEF
from asprinted.cli import main
from asprinted.notebook import MIME
from asprinted.pages import warm
from asprinted.pages.engine import CellError, Cells, Task, clean, run_tasks
from asprinted.pages.exports import WHAT
from asprinted.pages.running import LOCK, socket_folder

CALM, RAISING, DYING, SILENT = "01_calm", "02_raising", "03_dying", "04_silent"
KEPT = {LOCK, "listener"}
PATIENCE = 200  # seconds for the worst run; a kernel that dies is told long before


def outputs(name, verdict):
    """Return what a finished notebook shows: headline, one verdict, its own record."""
    record = dict.fromkeys(WHAT, "") | {"prop_id": f"P{int(name[:2])}.1"}
    record |= {"reading": "print", "notebook": name, "text": "A sentence."}
    record |= {
        "verdict": verdict,
        "basis": "bounds",
        "chip": "Chip",
        "standing": "ours",
    }
    record |= dict.fromkeys(("value", "threshold", "settles", "n", "p", "p_min"))
    record |= {"operator": "", "parts": [], "flips": [], "inputs": [], "sources": []}
    run = {"notebook": name, "parameters": {}, "declared": [], "selections": []}
    run |= {"digest": "0" * 16, "figures": [], "events": [], "sources": []}
    top = {"block": "headline", "topic": "T", "question": f"Question {name[:2]}"}
    top |= {"finding": f"Finding {name[:2]}", "answer": "Answer", "reading": None}
    record["parameters"] = {}
    return {MIME.format("block"): top, MIME.format("verdict"): record} | {
        MIME.format("run"): run
    }


def showing(name, verdict):
    lines = outputs(name, verdict).items()
    return "\n".join(
        f"display({{{mime!r}: {data!r}}}, raw=True)" for mime, data in lines
    )


def put(folder, name, code="1", verdict="follows", stored="follows"):
    """Write a notebook that runs code and shows a verdict; another was committed."""
    line = "size: int = 1  # [1, 9] ; none ; nothing"
    cells = [
        new_code_cell(line, metadata={"tags": ["parameters"]}),
        new_code_cell(code),
        new_code_cell(showing(name, verdict)),
    ]
    cells[-1]["outputs"] = [
        new_output("display_data", data={mime: data})
        for mime, data in outputs(name, stored).items()
    ]
    title = nbformat.v4.new_markdown_cell(f"# Notebook {name[:2]}")
    book = new_notebook(cells=[title, *cells], metadata={"kernelspec": SPEC})
    nbformat.write(book, folder / "notebooks" / f"{name}.ipynb")


@pytest.fixture
def project(sandbox, monkeypatch):
    """A study of odd notebooks; what a kernel leaves behind has its own folder."""
    warm.start()  # the parent of the kernels has a socket of its own, and stays
    sockets, _ = socket_folder()
    for path in sandbox.folder.glob("notebooks/*"):
        path.unlink()
    names = [CALM, RAISING, DYING, SILENT]
    write_settings(sandbox.folder, notebooks=names)
    rows = [proposition(f"P{i}.1", n, "A sentence.") for i, n in enumerate(names, 1)]
    write_table(sandbox.folder, "propositions", rows)
    with tempfile.TemporaryDirectory() as runtime:
        for name in ("TMPDIR", "TEMP", "TMP", "JUPYTER_RUNTIME_DIR"):
            monkeypatch.setenv(name, runtime)
        monkeypatch.setattr("tempfile.tempdir", None)
        yield sandbox
        assert kernels() == []
        assert [path for path in Path(runtime).rglob("*") if path.is_file()] == []
        assert {path.name.split("-")[0] for path in sockets.iterdir()} <= KEPT


def kernels():
    """Return the kernels that still run, launched by this process or its child."""
    own = psutil.Process()
    found = own.children(recursive=True)
    _, alive = psutil.wait_procs(
        [p for p in found if p.ppid() != own.pid or launched(p)], 10
    )
    return alive


def launched(process):
    return any("ipykernel_launcher" in part for part in process.cmdline())


def report(*args):
    started = time.monotonic()
    result = CliRunner().invoke(main, ["report", *args])
    assert time.monotonic() - started < PATIENCE
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result


def page(sandbox, name):
    return (sandbox.reports / f"{name}.html").read_text(encoding="utf-8")


def failed_pages(sandbox):
    return sorted(path.name for path in sandbox.reports.glob("*.failed.html"))


def verdicts(sandbox):
    path = sandbox.reports / "verdicts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["notebook"]: row["verdict"] for row in csv.DictReader(file)}
    text = path.with_suffix(".json").read_text(encoding="utf-8")
    assert {row["notebook"]: row["verdict"] for row in json.loads(text)} == rows
    return rows


def test_failures_leave_what_was_there(project):
    """Old pages and rows stay, the others are delivered; success clears the failure."""
    wrong = {
        RAISING: (
            r"raise OSError('<script>no row</script>\n\x1b[31mred')",
            "no row",
        ),
        DYING: ("import os\nos._exit(1)", "DeadKernelError"),
        SILENT: ("display = lambda data, raw: None", "closed its run 0 times"),
    }
    put(project.folder, CALM, verdict="ruled_out")
    project.reports.mkdir()
    for name, (code, _) in wrong.items():
        put(project.folder, name, code, verdict="ruled_out")
    for name in (CALM, *wrong):
        (project.reports / f"{name}.html").write_text("as it was", encoding="utf-8")

    result = report()
    assert result.exit_code == 1
    assert "1 ran, 0 up to date" in result.stdout
    assert failed_pages(project) == [f"{name}.failed.html" for name in wrong]
    for name, (_, said) in wrong.items():
        line = next(n for n in result.stderr.split("\n") if n.startswith(name))
        reason, _, where = line.partition("; see ")
        assert said in reason and where.endswith(f"{name}.failed.html")
        assert page(project, name) == "as it was"
        assert said in page(project, f"{name}.failed")
        assert "<script>no row" not in page(project, f"{name}.failed")
        assert f"Finding {name[:2]}" in page(project, "index")
    assert r"OSError: <script>no row</script> \x1b[31mred; see" in result.stderr
    assert "Finding 01" in page(project, CALM)
    assert verdicts(project) == {CALM: "ruled_out", **dict.fromkeys(wrong, "follows")}

    for name in wrong:
        put(project.folder, name, verdict="open")
    result = report()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 ran, 1 up to date" in result.stdout
    assert failed_pages(project) == []
    assert verdicts(project) == {CALM: "ruled_out", **dict.fromkeys(wrong, "open")}
    assert f"Finding {RAISING[:2]}" in page(project, RAISING)


def test_a_failure_in_another_folder_brings_no_rows(project):
    """Where no page was, a failed run adds none, and none of the default run."""
    for name in (CALM, RAISING, DYING, SILENT):
        put(project.folder, name, "assert size == 1")
    result = report(CALM, "-p", "size=2", "--out", "else where")
    folder = project.folder / "else where"
    assert result.exit_code == 1
    assert (folder / f"{CALM}.failed.html").is_file()
    assert not (folder / f"{CALM}.html").is_file()
    assert len((folder / "verdicts.csv").read_text("utf-8").splitlines()) == 1
    assert not project.reports.exists()


def test_a_cell_may_take_so_long_and_no_longer(project):
    put(project.folder, CALM, "import time\ntime.sleep(100)")
    path = project.folder / "notebooks" / f"{CALM}.ipynb"
    (outcome,) = run_tasks([Task(CALM, path)], 1, patience=8)
    assert outcome.notebook is None
    assert outcome.reason.startswith(f"{CALM}.ipynb: CellTimeoutError: ")


def test_what_is_kept_has_no_timings_paths_or_injected_cells():
    injected = new_code_cell("# Parameters", metadata={"tags": ["injected-parameters"]})
    data = {"image/png": "x", "text/plain": "y"}
    noted = {"image/png": {"alt": "A line."}, "took": 3, "application/json": {}}
    shown = [
        new_output("stream", name="stdout", text="a"),
        new_output("stream", name="stdout", text="b\n"),
        new_output("display_data", data=data, metadata=noted),
    ]
    cell = new_code_cell("1", metadata={"tags": ["parameters"], "papermill": {"t": 1}})
    cell["outputs"] = shown
    book = clean(
        new_notebook(cells=[injected, cell], metadata={"papermill": {"p": "/"}})
    )
    (kept,) = book.cells
    assert kept.metadata == {"tags": ["parameters"]}
    assert [o.get("text") for o in kept.outputs] == ["ab\n", None]
    assert kept.outputs[1].metadata == {"image/png": {"alt": "A line."}}
    assert set(book.metadata) == {"kernelspec", "language_info"}


def test_whatever_kernel_a_notebook_names_it_runs_on_this_python(
    sandbox, monkeypatch, capsys
):
    """Papermill would write the parameters in the language that the notebook names."""
    asked = []

    def run(notebook, out, **options):
        asked.append((options["kernel_name"], options["language"]))
        return notebook

    monkeypatch.setattr(papermill, "execute_notebook", run)
    tasks = []
    for name, spec in (("01_apples", {"name": "ir", "language": "R"}), ("02_pears", 0)):
        path = sandbox.folder / "notebooks" / f"{name}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"] = (
            {"kernelspec": spec | {"display_name": "R"}} if spec else {}
        )
        path.write_text(json.dumps(notebook), encoding="utf-8")
        tasks += [Task(name, path), Task(f"{name}_again", path)]
    assert all(outcome.notebook for outcome in run_tasks(tasks, 1))
    assert asked == [("python3", "python")] * 4
    told = capsys.readouterr().err
    assert told == "A notebook names the kernel 'ir'; here all run on this Python.\n"


def test_cells_in_process_judge_what_a_kernel_judges(sandbox):
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    values = {"line": 0.7, "strict": True}
    (outcome,) = run_tasks([Task("one", path, values)], 1)
    here = Cells(path).run(values)
    assert not outcome.reason
    told = json.loads(json.dumps(here.records))
    for record in (*told, *outcome.records):
        record.pop("flips")  # they are not sought without a kernel
    assert told == outcome.records
    assert len(told) == 3
    assert [block["block"] for block in here.found("block")] == ["headline"]


def stock(out, values):
    """Run papermill as its own command does; it takes braces in a path for its own."""
    return papermill.execute_notebook(
        "notebooks/01_apples.ipynb",
        out,
        values,
        kernel_name="python3",
        cwd="notebooks",
        progress_bar=False,
    )


def test_what_stock_papermill_passes_on_is_read_in_its_type(sandbox):
    """Its command line knows no type: it hands over text, which is typed and checked."""
    show = "print(line, strict, sources)\nassert type(line) is float"
    path = write_notebook(sandbox.folder, "01_apples", "Apples", show, *JUDGED)
    values = {"line": "1/2", "strict": "true", "sources": "keeper2020"}
    out = "out.ipynb"
    stock(out, values)
    printed = [
        o.get("text") for c in nbformat.read(out, 4).cells for o in c.get("outputs", [])
    ]
    assert "0.5 True ['keeper2020']\n" in printed
    assert Cells(path).run(values).namespace["line"] == 0.5


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"lien": 0.5}, "unknown parameter 'lien'; did you mean 'line'?"),
        ({"line": "50%"}, "parameter line: '50%' is not allowed"),
    ],
)
def test_stock_papermill_meets_the_same_refusal(sandbox, values, said):
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    with pytest.raises(PapermillExecutionError) as caught:
        stock(None, values)
    assert said in caught.value.evalue
    with pytest.raises(CellError) as here:
        Cells(path).run(values)
    assert said in str(here.value)


def test_cells_run_again_and_again_from_nothing(sandbox, capsys):
    code = "print('noise')\nassert 'seen' not in globals()\nseen = 1\nline"
    path = write_notebook(sandbox.folder, "02_pears", "Pears", code)
    cells = Cells(path)
    for value in (0.2, 0.4):
        space = cells.run({"line": value})
        assert space.namespace["line"] == value
    assert capsys.readouterr().out == ""
    assert BRIEF.get() is False


def test_cells_do_not_draw(sandbox):
    code = "from asprinted.charts.figure import BRIEF\nassert BRIEF.get()"
    path = write_notebook(sandbox.folder, "02_pears", "Pears", code)
    Cells(path).run({})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "1\n1 / 0",
            "02_pears.ipynb, code cell 3: ZeroDivisionError: division by zero",
        ),
        ("!ls", "02_pears.ipynb, code cell 3: is not plain Python"),
        (
            "s.judge('P9.9', print=None)",
            "code cell 3: StudyError: P9.9 is not declared",
        ),
    ],
)
def test_a_cell_that_stops_is_named(sandbox, code, said):
    path = write_notebook(sandbox.folder, "02_pears", "Pears", code)
    with pytest.raises(CellError) as caught:
        Cells(path).run({})
    assert said in str(caught.value)


def test_a_misspelt_parameter_is_named_without_a_kernel(sandbox):
    path = write_notebook(sandbox.folder, "01_apples", "Apples", *JUDGED)
    with pytest.raises(CellError, match=r"'lin'; did you mean 'line'\?"):
        Cells(path).run({"lin": 0.3})
