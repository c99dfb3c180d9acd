"""The promise that the same inputs give the same bytes, wherever they are built."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILT = ("02_fdi_cap", "03_neutrality_debate")
ONE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "USER": "one"}
ONE |= {"LOGNAME": "one"}
TWO = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "4242"}
TWO |= {"USER": "Zwei, Mr", "LOGNAME": "zwei", "LANG": "tr_TR.UTF-8"}
TWO |= {"COLUMNS": "40", "NO_COLOR": "1"}


def rebuild(folder, jobs, changed):
    """Build two reports from cold caches in a copy of the study; return its files."""
    project = folder / "project"
    shutil.copytree(ROOT / "data", project / "data")
    shutil.copytree(ROOT / "notebooks", project / "notebooks")
    shutil.copy(ROOT / "requirements.lock", project)
    home = folder / "home"
    home.mkdir()
    caches = ("XDG_", "MPL", "JUPYTER")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(caches)}
    env = kept | changed | {"HOME": str(home), "PYTHONPATH": str(ROOT / "lib")}
    env |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    call = [sys.executable, "-m", "asprinted", "report", *BUILT, "--jobs", str(jobs)]
    done = subprocess.run(
        call, cwd=project, env=env, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = {p.name: p.read_bytes() for p in sorted((project / "reports").iterdir())}
    for path in sorted((project / "build").rglob("0*.ipynb")):
        cells = nbformat.read(path, 4).cells
        outputs = [cell.get("outputs", []) for cell in cells]
        found[path.name] = json.dumps(outputs, sort_keys=True).encode()
    return found


@pytest.mark.slow
def test_rebuild_gives_the_same_bytes(tmp_path):
    """Everything changed at once: about a minute on two cores."""
    first = rebuild(tmp_path / "a", 1, ONE)
    second = rebuild(tmp_path / "another folder" / "b", 2, TWO)
    pages = [f"{name}.html" for name in BUILT]
    assert sorted(first) == sorted(second)
    files = {"verdicts.csv", "verdicts.json", "verdicts.schema.json", "figures.csv"}
    assert {*pages, *files, "index.html", "datapackage.json"} <= set(first)
    assert {name for name in first if first[name] != second[name]} == set()
    for name in (*pages, "index.html"):
        assert len(first[name]) > 60_000, name
        assert str(tmp_path).encode() not in first[name], name
    for name in BUILT:
        assert b"<figure" in first[f"{name}.html"], name
        shown = [out for cell in json.loads(first[f"{name}.ipynb"]) for out in cell]
        assert len(shown) > 20, name
        assert sum("image/png" in out.get("data", {}) for out in shown) >= 1, name
    assert len(json.loads(first["verdicts.json"])) > 20
