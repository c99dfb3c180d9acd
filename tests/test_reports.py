"""The committed reports are what the committed notebooks render to; nothing is run."""

import csv
import json
import re
from collections import Counter
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from asprinted import verdicts
from asprinted.files import write
from asprinted.notebook import shown
from asprinted.pages.build import page_of, publish
from asprinted.pages.exports import COLUMNS
from asprinted.pages.project import Memory, Project
from asprinted.tables import outdated

ROOT = Path(__file__).resolve().parents[1]
PROJECT = Project(ROOT)
REPORTS = PROJECT.reports
NAMES = PROJECT.settings["notebooks"]
MADE_ELSEWHERE = {"README.md", "sensitivity.csv"}
REBUILD = "run `make notebooks` and `make reports`, and commit notebooks/ and reports/"
ENDS = {
    "sample": ("supported", "undecided", "opposed", "no_figure"),
    "stated": ("open",),
}

pytestmark = pytest.mark.skipif(
    not (REPORTS / "index.html").is_file(), reason="reports/ is not built yet"
)
each_notebook = pytest.mark.parametrize("name", NAMES)
each_page = pytest.mark.parametrize("name", [*NAMES, "index"])


@cache
def cells(name):
    """Return the cells of a committed notebook, which must have been run."""
    found = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
    if not shown(found, "run"):
        pytest.skip(f"{name} is committed without its outputs: {REBUILD}")
    return found


@cache
def html(name):
    return (REPORTS / f"{name}.html").read_text(encoding="utf-8")


def stored():
    return json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))


def test_reports_are_what_the_notebooks_render_to(tmp_path):
    """Pages, index and files, byte for byte."""
    memory = Memory(PROJECT, tmp_path / "reports", {})
    memory.folder = tmp_path / "kept"
    for name in NAMES:
        notebook = nbformat.v4.new_notebook(cells=cells(name))
        write(memory.kept(name), nbformat.writes(notebook))
        write(memory.page(name), page_of(memory, name, notebook))
    publish(memory)
    built = {path.name: path.read_bytes() for path in memory.out.iterdir()}
    committed = {path.name: path.read_bytes() for path in REPORTS.iterdir()}
    names = (built.keys() | committed.keys()) - MADE_ELSEWHERE
    other = sorted(name for name in names if built.get(name) != committed.get(name))
    assert not other, f"not of these notebooks: {', '.join(other)}; {REBUILD}"


def test_verdict_files_hold_every_record():
    """The same, read without the library: JSON as it is, CSV row by row."""
    records = [record for name in NAMES for record in shown(cells(name), "verdict")]
    key = [(record["prop_id"], record["reading"]) for record in stored()]
    assert len(key) == len(set(key))
    last = {(record["prop_id"], record["reading"]): record for record in records}
    assert key == list(last)
    for record in stored():
        told = last[record["prop_id"], record["reading"]]
        assert record == {name: told[name] for name in record}
    with (REPORTS / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    for row, record in zip(rows, stored(), strict=True):
        for name in ("prop_id", "reading", "verdict", "basis", "text", "given"):
            assert row[name] == record[name]


def test_every_reading_that_a_proposition_declares_has_its_verdict():
    declared = Counter(
        (row["prop_id"], reading)
        for row in PROJECT.tables.rows("propositions")
        for reading in f"{row['readings']} {row['untested']}".split()
    )
    assert Counter((row["prop_id"], row["reading"]) for row in stored()) == declared


def test_records_keep_the_rules_of_their_ground():
    """A few cases never decide alone, and only what is open says what would settle it."""
    for row in stored():
        key, code = (row["prop_id"], row["reading"]), row["verdict"]
        assert code in ENDS.get(row["basis"], verdicts.CODES), key
        assert (row["p"] is not None) == (row["basis"] == "sample"), key
        assert not row["settles"] or code in verdicts.UNSETTLED, key
        assert code != "no_figure" or row["basis"] == "none", key
        value = row["value"]
        if value and None not in (value["lo"], value["hi"]):
            assert value["lo"] <= value["hi"], key


@each_notebook
def test_a_notebook_was_run_on_the_rows_of_now_and_names_its_inputs(name):
    (run,) = shown(cells(name), "run")
    figures = {row["figure_id"] for row in PROJECT.tables.rows("figures")}
    traced = {figure["figure_id"] for figure in run["figures"]}
    for record in shown(cells(name), "verdict"):
        assert set(record["inputs"]) & figures <= traced, record["prop_id"]
    assert not outdated(PROJECT.tables, run["selections"]), REBUILD


@each_page
def test_every_link_leads_somewhere(name):
    """To an anchor, a page or a file of the collection, or to an address of the web."""
    for link in map(unescape, re.findall(r'\shref="([^"]*)"', html(name))):
        if link.startswith(("https://", "http://", "data:")):
            continue
        target, _, fragment = link.partition("#")
        target = unquote(target) or f"{name}.html"
        assert (REPORTS / target).is_file(), link
        assert not fragment or f'id="{fragment}"' in html(Path(target).stem), link


@each_page
def test_a_page_needs_nothing_from_elsewhere(name):
    """No frame, picture, sheet or script that a browser would fetch."""
    text = re.sub(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+", "", html(name))
    assert not re.search(r"<(iframe|object|embed|base|form|img)\b", text)
    assert re.findall(r"<script\b[^>]*>", text) == ["<script>"]
    assert re.findall(r"<link\b[^>]*>", text) == ['<link rel="icon" href="data:,">']
    assert not re.search(r"\b(src|srcset|poster)\s*=", text)
    assert not re.search(r"url\(\s*[\"']?(?!#|data:)[\w/.]", text)
    assert "@import" not in text


def test_every_sentence_of_the_index_leads_to_its_page():
    links = set(re.findall(r'href="([^"]*)"', html("index")))
    for row in stored():
        assert row["standing"] == "ours" or f"{row['notebook']}.html" in links
        assert f'id="p-{row["prop_id"]}"' in html(row["notebook"])
