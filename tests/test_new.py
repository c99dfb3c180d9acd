"""Beginnings that run: a study of one's own, and a notebook in a study that is there."""

import json

import pytest
from click.testing import CliRunner

from asprinted.cli import main
from asprinted.pages.engine import Cells
from asprinted.pages.project import open_project


def invoke(*args):
    return CliRunner().invoke(main, args)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A new study, the working folder of the test."""
    found = tmp_path / "my study"
    done = invoke("new-study", str(found))
    assert done.exit_code == 0
    files = [path for path in found.rglob("*") if path.is_file()]
    assert sorted(done.stdout.split("\n")[:-1]) == sorted(map(str, files))
    monkeypatch.chdir(found)
    return found


def test_a_new_study_is_whole_and_builds(folder):
    assert "each in a table" in invoke("check", "--sources", "texts").stdout
    done = invoke("report")
    assert (done.exit_code, done.stderr) == (0, "")
    page = (folder / "reports" / "01_apples.html").read_text("utf-8")
    assert "Northport has most of the apples" in page and "<figure" in page
    rows = json.loads((folder / "reports" / "verdicts.json").read_text("utf-8"))
    assert [row["verdict"] for row in rows] == ["follows", "open"]


def test_its_sentences_follow_its_parameter(folder):
    path = folder / "notebooks" / "01_apples.ipynb"
    top = Cells(path).run({"line": 0.9}).found("block")[-1]
    assert top["finding"] == ["Northport may have most of the apples"]


def test_a_new_notebook_runs_with_its_row(folder):
    done = invoke("new", "water_price")
    assert done.exit_code == 0
    path = folder / "notebooks" / "02_water_price.ipynb"
    assert "notebooks/02_water_price.ipynb" in done.stdout
    assert list(open_project(folder).notebooks) == ["01_apples", "02_water_price"]
    (record,) = Cells(path).run({}).records
    assert (record["prop_id"], record["verdict"]) == ("P2.1", "follows")
    assert invoke("new", "wind").exit_code == 0
    assert (folder / "notebooks" / "03_wind.ipynb").is_file()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["new-study", "."], "is not empty"),
        (["new-study", "data/study.json"], "is not empty"),
        (["new", "01_water"], "is taken by 01_apples"),
    ],
)
def test_what_is_there_stays(folder, call, said):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    done = invoke(*call)
    assert done.exit_code == 2 and said in done.stderr
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
