"""This library alone makes pages from the folder of a study that it has never seen."""

import json
import os
import subprocess
import sys

import jsonschema
import pytest
from small import ROOT, make_study

BLOCKED = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "thirdneighbor":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
from asprinted.cli import main
main()
"""


def call(folder, *words):
    paths = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", BLOCKED, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("small") / "an orchard")
    done = call(folder, "report")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith("1 ran, 0 up to date\n")
    return folder


def test_a_page_stands_with_its_verdicts(built):
    page = (built / "reports" / "01_apples.html").read_text("utf-8")
    assert "One buyer takes" in page and "more than 60%" in page
    assert "One buyer takes most." in page and "Follows" in page
    assert "Left open" in page and "a figure for pears" in page
    assert "Keeper" in page and "over 60%" in page
    assert "Mongolia" not in page and "http://" not in page.replace(
        "http://www.w3.org", ""
    )


def test_the_index_and_the_files_stand_beside_it(built):
    index = (built / "reports" / "index.html").read_text("utf-8")
    assert "Orchards of Southvale" in index and "01_apples.html" in index
    schema = json.loads((built / "reports" / "verdicts.schema.json").read_text("utf-8"))
    rows = json.loads((built / "reports" / "verdicts.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(rows)
    assert set(rows[0]) == set(schema["items"]["properties"])
    assert [row["verdict"] for row in rows] == ["follows", "open", "no_figure"]
    table = (built / "reports" / "verdicts.csv").read_text("utf-8").splitlines()
    assert table[1].startswith("P1.1,print,text,asserted,k1,,01_apples,")
    assert (built / "reports" / "figures.csv").read_text("utf-8").count("\n") == 4


def test_the_schema_knows_every_code():
    from asprinted import verdicts
    from asprinted.pages.exports import SCHEMA

    known = json.loads(SCHEMA.read_text("utf-8"))["items"]["properties"]
    assert tuple(known["verdict"]["enum"]) == verdicts.CODES


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("params 1", "above this one buyer has most"),
        ("verdicts", "Left open"),
        ("figures", "$2.35 to $2.45"),
        ("trace share --sources texts", "sent >>over 60%<< of their"),
        ("trace P1.1", "judged print: follows, reports/01_apples.html#P1.1"),
        ("check --sources texts", "each in a table"),
        ("sweep 1 -g line=0.5,0.9", "0.9,P1.1,print,open"),
        ("report", "0 ran, 1 up to date"),
    ],
)
def test_every_command_knows_the_study(built, words, said):
    done = call(built, *words.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
