"""The promise that the same inputs give the same bytes, wherever and however they are built."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from thirdneighbor.reporting.engine import clean
from thirdneighbor.reporting.exporter import SCHEMA

ROOT = Path(__file__).resolve().parents[1]
BUILT = ("02_fdi_cap", "03_neutrality_debate")
ONE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "USER": "one", "LOGNAME": "one"}
TWO = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "USER": "Zwei, Mr"}
TWO |= {"LOGNAME": "zwei", "LANG": "tr_TR.UTF-8", "COLUMNS": "40", "NO_COLOR": "1"}


def rebuild(folder, jobs, changed):
    """Build two reports from cold caches in a copy of the project, and return its files."""
    project = folder / "project"
    shutil.copytree(ROOT / "data", project / "data")
    for name in BUILT:
        (project / "notebooks").mkdir(exist_ok=True)
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", project / "notebooks")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, project)
    home = folder / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MPL", "JUPYTER"))}
    env = kept | changed | {"HOME": str(home), "PYTHONPATH": str(ROOT / "lib")}
    env |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "THIRDNEIGHBOR_DATA": ""}
    call = [sys.executable, "-m", "thirdneighbor", "report", "--jobs", str(jobs)]
    done = subprocess.run(call, cwd=project, env=env, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {p.name: p.read_bytes() for p in sorted((project / "reports").iterdir())}
    for path in sorted((project / "build").rglob("0*.ipynb")):
        outputs = [cell.get("outputs", []) for cell in clean(nbformat.read(path, 4)).cells]
        found[path.name] = json.dumps(outputs, sort_keys=True).encode()
    return found


@pytest.mark.slow
def test_rebuild_gives_the_same_bytes(tmp_path):
    """Everything changed at once: about a minute on two cores."""
    first = rebuild(tmp_path / "a", 1, ONE)
    second = rebuild(tmp_path / "another folder" / "b", 2, TWO)
    pages = [f"{name}.html" for name in BUILT]
    assert sorted(first) == sorted(second)
    assert {*pages, "index.html", "verdicts.csv", "verdicts.json", SCHEMA.name} <= set(first)
    assert {name for name in first if first[name] != second[name]} == set()
    for name in (*pages, "index.html"):
        assert len(first[name]) > 60_000, name
        assert str(tmp_path).encode() not in first[name], name
        assert (b'class="row"' if name == "index.html" else b"<figure") in first[name], name
    for name in BUILT:
        shown = [out for cell in json.loads(first[f"{name}.ipynb"]) for out in cell]
        assert len(shown) > 20, name
        assert sum("image/png" in out.get("data", {}) for out in shown) >= 2, name
    assert len(json.loads(first["verdicts.json"])) > 20
