"""The tables as a data package: complete, valid, and of use without the library."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import frictionless
import pytest

from thirdneighbor import bundles, tables
from thirdneighbor.reporting import documents, ledger, store
from thirdneighbor.reporting.project import Project

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
TABLES = tables.Tables(DATA)
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
NOTEBOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
FIELDS = [
    pytest.param(resource, field, id=f"{name}.{field['name']}")
    for name, resource in RESOURCES.items()
    for field in resource["schema"]["fields"]
]
CODES = {
    "figures": ["quantity", "period_basis", "unit_elsewhere", "flow_stock", "upstream", "locus"],
    "events": ["date_precision", "date_basis", "direction", "kind", "initiator", "coding"],
    "event_mentions": ["role"],
    "claims": ["topic", "stance", "modality"],
    "sources": ["kind", "perspective", "language_quality"],
    "countries": ["bloc", "landlocked"],
    "conditions": ["condition", "code", "basis"],
    "excluded": ["reason"],
    "corrections": ["kind"],
    "evidence": ["sign"],
    "propositions": ["reading", "operator", "basis", "bearing"],
}
LINKS = [
    ("figures", "source_id"),
    ("figures", "reporter"),
    ("figures", "partner"),
    ("events", "partner"),
    ("event_mentions", "event_id"),
    ("event_mentions", "source_id"),
    ("claims", "source_id"),
    ("claims", "statement_id"),
    ("excluded", "source_id"),
    ("corrections", "source_id"),
    ("conditions", "case"),
    ("conditions", "source_id"),
    ("evidence", "evidence_id"),
    ("evidence", "hypothesis"),
    ("evidence_items", "source_id"),
    ("evidence_items", "event_id"),
    ("propositions", "claim_id"),
    ("lists", "source_id"),
    ("lists", "figure_id"),
    ("spans", "start_event"),
    ("citations", "source_id"),
    ("codes", "statement_id"),
    ("borders", "neighbour"),
]


def rows(name):
    return tables.records(TABLES[name])


def test_frictionless_finds_nothing_wrong():
    report = frictionless.Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_every_csv_file_is_described():
    assert sorted(r["path"] for r in PACKAGE["resources"]) == sorted(
        path.name for path in DATA.glob("*.csv")
    )


@pytest.mark.parametrize("name", RESOURCES)
def test_table_says_what_it_is_and_who_may_use_it(name):
    resource = RESOURCES[name]
    for key in ("title", "description", "licenses", "sources", "encoding"):
        assert resource[key], key
    assert resource["schema"]["primaryKey"]
    assert all(source["title"] for source in resource["sources"])


@pytest.mark.parametrize(("resource", "field"), FIELDS)
def test_field_is_described(resource, field):
    assert field["type"] in ("string", "integer", "number")
    assert field["description"]
    if field["type"] != "string":
        assert field["unit"]


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, names in CODES.items() for c in names])
def test_vocabulary_is_closed(table, column):
    """A code column lists what it allows."""
    (field,) = [f for f in RESOURCES[table]["schema"]["fields"] if f["name"] == column]
    assert field["constraints"]["enum"]


@pytest.mark.parametrize(("table", "column"), LINKS)
def test_link_is_a_foreign_key(table, column):
    keys = RESOURCES[table]["schema"]["foreignKeys"]
    assert column in [key["fields"] for key in keys]


@pytest.mark.parametrize("name", [n for n in RESOURCES if "printed" in TABLES[n]])
def test_print_is_short(name):
    """No more than seven words of a text stand in one cell."""
    assert not [r["printed"] for r in rows(name) if len(r["printed"].split()) > 7]


def test_data_readme_is_what_the_package_gives():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert text == documents.data_readme(PACKAGE)


def test_data_readme_tells_every_column_and_code():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"\n## `(\w+)\.csv`\n(.*?)(?=\n## |\Z)", text, re.DOTALL))
    assert list(sections) == list(RESOURCES)
    for name, resource in RESOURCES.items():
        for field in resource["schema"]["fields"]:
            (line,) = re.findall(rf"^\| `{field['name']}` \|.*$", sections[name], re.MULTILINE)
            for value in field.get("constraints", {}).get("enum", []):
                assert f"`{value}`" in line


SHARE = """
import csv, sys
from fractions import Fraction
with open(sys.argv[1] + "/figures.csv", encoding="utf-8", newline="") as file:
    printed = {row["figure_id"]: row["printed"] for row in csv.DictReader(file)}
assert printed["gun_exports_chn_2018"] == "6.3 billion dollars"
assert printed["gun_total_exports_2018"] == "approximately 7 billion dollars"
tenth, one = Fraction(1, 10), Fraction(1)
china = (Fraction("6.3") - tenth / 2, Fraction("6.3") + tenth / 2)
total = (7 - one / 2, 7 + one / 2)
share = (china[0] / total[1], china[1] / total[0])
verdict = "certain" if share[0] > Fraction(9, 10) else "contradicted"
if share[0] <= Fraction(9, 10) < share[1]:
    verdict = "consistent"
print(verdict, float(share[0]), float(share[1]), "thirdneighbor" in sys.modules)
"""


def test_verdict_follows_from_the_csv_files_alone():
    """6.25 to 6.35 of 6.5 to 7.5 billion is 0.8333 to 0.9769: more than 0.9 is consistent."""
    call = [sys.executable, "-I", "-c", SHARE, str(DATA)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    verdict, low, high, imported = done.stdout.split()
    assert imported == "False"
    with (ROOT / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        (row,) = [
            r for r in csv.DictReader(file) if (r["prop_id"], r["reading"]) == ("P1.4b", "literal")
        ]
    assert row["verdict"] == verdict == "consistent"
    assert float(row["lo"]) == pytest.approx(float(low), abs=1e-9)
    assert float(row["hi"]) == pytest.approx(float(high), abs=1e-9)


def replication():
    executed = {name: json.loads(p.read_text("utf-8"))["cells"] for name, p in NOTEBOOKS.items()}
    return documents.replication_readme(TABLES, executed, ROOT / "requirements.lock")


def test_replication_readme_follows_the_template():
    """The headings that the social science data editors ask for, in their order."""
    headings = re.findall(r"^##+ (.*)$", replication(), re.MULTILINE)
    wanted = [
        "Overview",
        "Data availability and provenance statements",
        "Statement about rights",
        "Summary of availability",
        "Details on each source",
        "Dataset list",
        "Computational requirements",
        "Instructions to replicators",
        "List of figures, tables and programs",
        "References",
    ]
    assert [heading for heading in headings if not heading.startswith("`")] == wanted


def test_replication_readme_names_sources_versions_and_outputs():
    text = replication()
    for source in rows("sources"):
        assert f"#### `{source['source_id']}`" in text
        assert source["text_sha256"] in text
        assert f"<{source['doi_or_url']}>" in text
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, versions in documents.locked(lock).items():
        assert all(f"{name}=={version}" in lock for version in versions)
    assert {"pandas", "papermill", "scipy"} <= set(documents.locked(lock))
    for name, path in NOTEBOOKS.items():
        shown = path.read_text(encoding="utf-8").count("vnd.thirdneighbor.figure+json")
        assert len(re.findall(rf"\| Figure \d+ of {name[:2]} \|", text)) == shown
    assert replication() == text


def test_locked_reads_the_own_needs_only():
    lock = (
        "a==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n"
        "    # via\n    #   b\n    #   thirdneighbor (pyproject.toml)\n"
        "a==2.0 ; python_full_version >= '3.12' \\\n    # via thirdneighbor (pyproject.toml)\n"
        "b==3.0 \\\n    # via a\n"
    )
    assert documents.locked(lock) == {"a": ["1.0", "2.0"]}


def test_hostile_title_stays_one_cell(tmp_path):
    """Markup, a pipe and a line break in a title change neither table nor page."""
    cell = {"outputs": [{"data": {bundles.MIME.format("table"): {"caption": "a|b\n<i>*x*"}}}]}
    text = documents.replication_readme(TABLES, {"09_x": [cell]}, tmp_path / "none.lock")
    assert r"| Table 1 of 09 | a\|b \<i\>\*x\* | `notebooks/09_x.ipynb` |" in text


def test_reports_carry_their_replication_readme(tmp_path):
    """Publishing writes it, for the pages that are there."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "02_fdi_cap.html").write_text("page", encoding="utf-8")
    made_from = ledger.Ledger(tmp_path, NOTEBOOKS, DATA, pages)
    store.Store(Project(ROOT, DATA), made_from, {}).publish()
    assert {path.name for path in pages.iterdir()} == {"02_fdi_cap.html", *ledger.BOARD}
    text = (pages / "README.md").read_text(encoding="utf-8")
    assert "(1 of them here)" in text
    assert "notebooks/03_neutrality_debate.ipynb" not in text


def official(figure_id):
    return float(TABLES.readings[figure_id].number)


def test_corrections_quote_the_official_figures_right():
    """What a row of corrections.csv says of statistics is what figures.csv holds."""
    found = {(r["source_id"], r["printed"]): r["evidence"] for r in rows("corrections")}
    assert official("nso_imports_kgz_2019") == pytest.approx(338_620, abs=5)
    assert "338.62 thousand" in found["irgengioro2022", "$2.32 million"]
    assert 2_320_000 / official("nso_imports_kgz_2019") == pytest.approx(7, abs=0.5)
    for year, said in ((2019, "89.1"), (2020, "72.5"), (2023, "91.8"), (2024, "91.4")):
        share = official(f"nso_exports_chn_{year}") / official(f"nso_total_exports_{year}")
        assert f"{share:.1%}" == f"{said}%"
        assert said in found["caci2025", "over 90%"]


def test_broken_table_is_marked_cell_by_cell():
    """Rows with a printed year are stated, the others inferred; what is lost is a correction."""
    mine = [r for r in rows("figures") if r["source_id"] == "irgengioro2022"]
    cells = [r for r in mine if r["locus"] == "table"]
    basis = {(r["quantity"], r["period_start"]): r["period_basis"] for r in cells}
    assert basis == {
        (side, str(year)): "stated" if year < 2013 else "inferred"
        for side in ("exports_to", "imports_from")
        for year in range(2011, 2017)
    }
    lost = [r["printed"] for r in rows("corrections") if r["kind"] == "extraction"]
    assert {"39 M", "$255 K", "$269 K", "$401 K", "$338 K"} <= set(lost)


def test_numbers_of_reference_titles_are_marked():
    """Three figures stand nowhere but in the title of a reference."""
    titles = {r["figure_id"] for r in rows("figures") if r["locus"] == "title"}
    assert titles == {"irg_turnover_kaz_agro", "irg_protesters_kgz", "gun_fdi_value_chn"}
