"""Small notebooks that misbehave in different ways: what stays standing, what is left behind."""

import csv
import json
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from conftest import cell, write_notebook

from thirdneighbor.bundles import FIELDS
from thirdneighbor.cli import main
from thirdneighbor.reporting import warm

CALM, RAISING, DYING, SILENT, TWICE = (
    *("01_calm", "02_it's a & b"),
    *("03_dying", "04_silent", "05_twice"),
)
PREFIX = "application/vnd.thirdneighbor."
PATIENCE = 100  # seconds for the worst run; a kernel that dies is told long before


def outputs(name, verdict):
    """Return what a finished notebook shows: headline, one verdict, the record of its run."""
    record = dict.fromkeys(FIELDS, "") | {"prop_id": f"P{int(name[:2])}.1", "reading": "literal"}
    record |= {"notebook": name, "text": "A sentence.", "verdict": verdict, "basis": "print"}
    run = {"notebook": name, "parameters": {}, "selections": [], "digest": "0" * 16}
    run |= {"figures": [], "events": [], "sources": [], "versions": {}}
    parts = {"topic": "Trade", "title": f"Finding {name[:2]}", "standfirst": "", "outcome": ""}
    shown = {"headline": parts, "verdict": record | {"bearing": "supports"}, "run": run}
    return {f"{PREFIX}{kind}+json": data for kind, data in shown.items()}


def showing(name, verdict):
    lines = outputs(name, verdict).items()
    return "\n".join(f"display({{{mime!r}: {data!r}}}, raw=True)" for mime, data in lines)


def put(sandbox, name, code="1", verdict="certain", stored="certain"):
    """Write a notebook that runs code and shows a verdict; it was committed with another one."""
    tagged = cell("code", "size: int = 1  # [1, 9] ; none ; nothing", tags=["parameters"])
    last = cell("code", showing(name, verdict))
    last["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {mime: data}}
        for mime, data in outputs(name, stored).items()
    ]
    cells = [cell("markdown", f"# Notebook {name[:2]}"), tagged, cell("code", code), last]
    write_notebook(sandbox.folder / "notebooks" / f"{name}.ipynb", *cells)


@pytest.fixture
def project(sandbox, monkeypatch):
    """An empty project; whatever a kernel leaves behind would stand in a folder of the test."""
    warm.start()  # the parent of the kernels has a socket of its own, and stays
    for path in [*sandbox.folder.glob("notebooks/*"), *sandbox.folder.glob("reports/*")]:
        path.unlink()
    with tempfile.TemporaryDirectory() as runtime:
        for name in ("TMPDIR", "TEMP", "TMP", "JUPYTER_RUNTIME_DIR"):
            monkeypatch.setenv(name, runtime)
        monkeypatch.setattr("tempfile.tempdir", None)
        yield sandbox
        assert kernels() == []
        assert [path for path in Path(runtime).rglob("*") if not path.is_dir()] == []


def kernels():
    """Return the kernels that still run: launched by this process, or forked by its child."""
    own = psutil.Process()
    found = own.children(recursive=True)
    _, alive = psutil.wait_procs([p for p in found if p.ppid() != own.pid or launched(p)], 10)
    return alive


def launched(process):
    return any("ipykernel_launcher" in part for part in process.cmdline())


def report(*args):
    started = time.monotonic()
    result = CliRunner().invoke(main, ["report", *args])
    assert time.monotonic() - started < PATIENCE
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def page(sandbox, name):
    return (sandbox.folder / "reports" / f"{name}.html").read_text(encoding="utf-8")


def failed_pages(sandbox):
    return sorted(path.name for path in (sandbox.folder / "reports").glob("*.failed.html"))


def verdicts(sandbox):
    with (sandbox.folder / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["notebook"]: row["verdict"] for row in csv.DictReader(file)}
    text = (sandbox.folder / "reports" / "verdicts.json").read_text(encoding="utf-8")
    assert {row["notebook"]: row["verdict"] for row in json.loads(text)} == rows
    return rows


def test_failures_leave_what_was_there(project):
    """Old pages and rows stay, the others are delivered; success clears the failure."""
    wrong = {
        RAISING: ("raise KeyError('<script>no row</script>')", "KeyError"),
        DYING: ("import os\nos._exit(1)", "DeadKernelError"),
        SILENT: ("display = lambda data, raw: None", "closed its run 0 times"),
        TWICE: (showing(TWICE, "certain"), "closed its run 2 times"),
    }
    put(project, CALM, verdict="contradicted")
    for name, (code, _) in wrong.items():
        put(project, name, code, verdict="contradicted")
    for name in (CALM, *wrong):
        (project.folder / "reports" / f"{name}.html").write_text("as it was", encoding="utf-8")

    result = report()
    assert result.exit_code == 1
    assert "1 ran, 0 up to date" in result.stdout
    assert failed_pages(project) == [f"{name}.failed.html" for name in wrong]
    for name, (_, said) in wrong.items():
        assert f"{name} failed: see " in result.stderr
        assert page(project, name) == "as it was"
        assert said in page(project, f"{name}.failed")
        assert "<script" not in page(project, f"{name}.failed")
        assert f"{name[:2]}" in page(project, "index")
    assert "Finding 01" in page(project, CALM)
    assert verdicts(project) == {CALM: "contradicted", **dict.fromkeys(wrong, "certain")}
    assert ".failed.html" in page(project, "index")

    for name in wrong:
        put(project, name, verdict="consistent")
    result = report()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "4 ran, 1 up to date" in result.stdout
    assert failed_pages(project) == [] and ".failed.html" not in page(project, "index")
    assert verdicts(project) == {CALM: "contradicted", **dict.fromkeys(wrong, "consistent")}
    assert f"Finding {RAISING[:2]}" in page(project, RAISING)
    assert "02_it&#39;s a &amp; b.html" in page(project, "index")


def test_a_failure_in_another_folder_brings_no_rows(project):
    """Where no page was, a failed run adds none, least of all those of the default run."""
    put(project, CALM, "assert size == 1")
    result = report(CALM, "-p", "size=2", "--out", "else where")
    folder = project.folder / "else where"
    assert result.exit_code == 1
    assert (folder / f"{CALM}.failed.html").is_file()
    assert not (folder / f"{CALM}.html").is_file()
    assert len((folder / "verdicts.csv").read_text(encoding="utf-8").splitlines()) == 1
