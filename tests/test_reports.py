"""The committed reports are what the committed notebooks render to."""

import csv
import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from thirdneighbor.bundles import COLUMNS
from thirdneighbor.reporting.ledger import Ledger
from thirdneighbor.reporting.project import Project
from thirdneighbor.reporting.store import Store
from thirdneighbor.tables import Tables, digest

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "reports"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
REBUILD = "run `make notebooks`, then `make reports`, and commit notebooks/ and reports/"
VERDICTS = {"certain", "consistent", "contradicted", "not testable"}


@cache
def page(name):
    return (REPORTS / f"{name}.html").read_text(encoding="utf-8")


def mimes(notebook, kind):
    """Return the project's own outputs of one kind, read without the library."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    outputs = [o for c in content["cells"] for o in c.get("outputs", [])]
    mime = f"application/vnd.thirdneighbor.{kind}+json"
    return [output["data"][mime] for output in outputs if mime in output.get("data", {})]


@pytest.fixture(scope="module")
def tables():
    return Tables(ROOT / "data")


def test_reports_are_what_the_notebooks_render_to(tmp_path):
    """Pages, index and verdict files, byte for byte; nothing is run."""
    project = Project(ROOT, ROOT / "data")
    ledger = Ledger(ROOT, project.notebooks, project.data, tmp_path)
    ledger.folder = tmp_path / "kept"
    store = Store(project, ledger, {})
    for path in NOTEBOOKS:
        store.keep(path.stem, nbformat.read(path, as_version=4))
    store.publish()
    built = {path.name: path.read_bytes() for path in tmp_path.glob("*.*")}
    committed = {path.name: path.read_bytes() for path in REPORTS.iterdir()}
    del committed["sensitivity.csv"]  # what make sensitivity makes: the synthesis reads it
    other = sorted(n for n in built | committed if built.get(n) != committed.get(n))
    assert not other, f"in reports/, {', '.join(other)} are not of these notebooks: {REBUILD}"


def test_verdict_files_hold_every_field_of_every_record():
    """The same, read without the library: CSV as text, JSON as it is."""
    records = [record for path in NOTEBOOKS for record in mimes(path, "verdict")]
    stored = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    expected = [
        {column: record[column] for column in COLUMNS} | {"flip_choices": row["flip_choices"]}
        for record, row in zip(records, stored, strict=True)
    ]
    assert stored == expected
    with (REPORTS / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{column: str(value) for column, value in row.items()} for row in expected]


def test_every_proposition_has_exactly_one_verdict(tables):
    """The rows are those that propositions.csv declares, with its words for them."""
    rows = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    found = sorted((row["prop_id"], row["reading"], row["notebook"]) for row in rows)
    declared = tables["propositions"].to_dict("records")
    ours = [row for row in declared if row["notebook"] in NAMES]
    assert found == sorted((row["prop_id"], row["reading"], row["notebook"]) for row in ours)
    words = {(row["prop_id"], row["reading"]): row for row in declared}
    for row in rows:
        told = words[row["prop_id"], row["reading"]]
        for field in ("text", "basis", "bearing", "operator", "unit"):
            assert row[field] == told[field], (row["prop_id"], field)


def test_records_keep_the_rules_of_their_ground():
    """A sample is never certain, n and p stand together, ends are closed only if finite."""
    for row in json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8")):
        key = row["prop_id"], row["reading"]
        assert row["verdict"] in VERDICTS, key
        if row["basis"] == "sample":
            assert row["verdict"] != "certain", key
            assert row["n"] != "" and row["p"] != "" and row["p_min"] != "", key
            assert 0 <= row["p_min"] <= 1 and row["p_min"] <= row["p"] * (1 + 1e-9), key
        for end in ("lo", "hi"):
            assert row[f"{end}_open"] in ((True,) if "inf" in str(row[end]) else (True, False, ""))
            assert (row[end] == "") == (row[f"{end}_open"] == ""), key
        for field in ("flip_parameter", "flip_value", "flip_figure", "flip_distance"):
            assert row[field] != "", key


def test_open_verdicts_alone_name_what_would_decide_them():
    wrong = []
    for row in json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8")):
        told = [bool(row[field]) for field in ("deciding_quantity", "decides_if")]
        if told != [row["verdict"] in ("consistent", "not testable")] * 2:
            wrong.append(f"{row['prop_id']} {row['reading']}: {row['verdict']}")
    assert not wrong


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_names_its_inputs(path, tables):
    """The closing record tells every figure behind a verdict, and its rows are those of now."""
    (run,) = mimes(path, "run")
    assert run["notebook"] == path.stem
    traced = {figure["figure_id"] for figure in run["figures"]}
    figures = set(tables["figures"]["figure_id"])
    for record in mimes(path, "verdict"):
        assert set(record["inputs"].split()) & figures <= traced, record["prop_id"]
    stale = []
    for used in run["selections"]:
        where = json.loads(used["predicate"])
        if digest(tables.select(used["table"], where)) != used["digest"]:
            stale.append(f"{used['table']} {used['predicate']}")
    assert not stale, f"{path.stem} was run on other rows ({stale[:3]}): {REBUILD}"


ALL = [*NAMES, "index"]


@pytest.mark.parametrize("name", ALL)
def test_every_link_leads_somewhere(name):
    """Links to fragments and to other pages of the collection resolve; others are addresses."""
    for link in map(unescape, re.findall(r'\shref="([^"]*)"', page(name))):
        if link.startswith(("https://", "http://", "data:")):
            continue
        target, _, fragment = link.partition("#")
        target = unquote(target) or f"{name}.html"
        assert (REPORTS / target).is_file(), link
        if fragment:
            assert f'id="{fragment}"' in page(Path(target).stem), link


@pytest.mark.parametrize("name", ALL)
def test_a_page_needs_nothing_from_elsewhere(name):
    """No script but a block of data, no frame, no picture or sheet that a browser would fetch."""
    text = re.sub(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+", "", page(name))
    text = text.replace('<script type="application/ld+json">', "")
    assert not re.search(r"<(script|iframe|object|embed|base|form)\b", text, re.I)
    assert re.findall(r"<link\b[^>]*>", text) in ([], ['<link rel="icon" href="data:,">'])
    assert not re.search(r"\b(src|srcset|poster)\s*=\s*[\"']?(https?:)?//", text, re.I)
    assert not re.search(r"url\(\s*[\"']?(?!#|data:)[\w/.]", text)
    assert "@import" not in text


def test_every_claim_of_the_index_leads_to_its_page():
    rows = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    links = set(re.findall(r'href="([^"]*)"', page("index")))
    for row in rows:
        assert f"{row['notebook']}.html#{row['prop_id']}" in links
        assert f'id="{row["prop_id"]}"' in page(row["notebook"])
