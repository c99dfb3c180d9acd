"""The data of this study: complete, closed, described, and of use without the library.

Values expected here were counted by hand or are counted anew with the csv module.
"""

import csv
import json
import os
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import frictionless
import pytest

from asprinted import checks, rules, texts
from asprinted.evidence import Evidence
from asprinted.package import as_csv
from asprinted.pages import exports
from asprinted.tables import Tables, beyond, read_settings, unreadable

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SOURCES = os.environ.get("ASPRINTED_SOURCES")
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}
TEXTS = ["caci2025", "diplomat2024", "gungor2020", "irgengioro2022", "yan2024"]
CODES = {
    "sources": [
        "kind",
        "form",
        "date_basis",
        "seen",
        "perspective",
        "language_quality",
    ],
    "countries": ["bloc", "landlocked"],
    "figures": ["quantity", "period_basis", "unit_elsewhere", "flow_stock", "upstream"],
    "events": [
        "date_precision",
        "date_basis",
        "direction",
        "kind",
        "initiator",
        "coding",
    ],
    "event_mentions": ["role"],
    "conditions": ["condition", "code", "basis"],
    "claims": [
        "topic",
        "stance",
        "modality",
        "load",
        "essential",
        "checkable",
        "untested",
    ],
    "propositions": ["standing", "bearing"],
    "excluded": ["reason"],
    "corrections": ["kind"],
    "evidence": ["sign", "test"],
    "votes": ["vote"],
    "groups": ["group_id", "part"],
}
LINKS = {
    "source_id": ("sources", "source_id"),
    "iso3": ("countries", "iso3"),
    "reporter": ("countries", "iso3"),
    "partner": ("countries", "iso3"),
    "case": ("countries", "iso3"),
    "neighbour": ("countries", "iso3"),
    "event_id": ("events", "event_id"),
    "start_event": ("events", "event_id"),
    "end_event": ("events", "event_id"),
    "figure_id": ("figures", "figure_id"),
    "claim_id": ("claims", "claim_id"),
    "bears_on": ("claims", "claim_id"),
    "statement_id": ("statements", "statement_id"),
    "evidence_id": ("evidence_items", "evidence_id"),
    "hypothesis": ("hypotheses", "hypothesis"),
    "resolution": ("resolutions", "resolution"),
    "authority": ("sources", "source_id"),
}


@pytest.fixture(scope="module")
def tables():
    return Tables(ROOT)


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fields(name):
    return {field["name"]: field for field in RESOURCES[name]["schema"]["fields"]}


def test_frictionless_finds_nothing_wrong(tables):
    """Of the files as they lie there, hashes included: a check that is not our own."""
    report = frictionless.Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])


def test_tables_are_as_recorded(tables):
    assert checks.change_lines(tables) == []
    assert all(
        resource["hash"].startswith("sha256:") for resource in RESOURCES.values()
    )


def test_every_csv_file_is_described():
    described = {resource["path"] for resource in RESOURCES.values()}
    assert described == {path.name for path in DATA.glob("*.csv")}


def test_files_are_written_as_the_library_writes(tables):
    for name in tables.names:
        text = as_csv(tables.rows(name), tables.columns(name))
        assert (DATA / f"{name}.csv").read_bytes() == text.encode(), name


@pytest.mark.parametrize("name", RESOURCES)
def test_table_and_columns_say_what_they_are(name):
    resource = RESOURCES[name]
    assert (
        resource["title"]
        and resource["description"]
        and resource["encoding"] == "utf-8"
    )
    assert resource["schema"]["primaryKey"]
    for field in resource["schema"]["fields"]:
        assert field["description"]
        assert field["type"] == "string" or field["unit"], (name, field["name"])


@pytest.mark.parametrize(("table", "column"), [(t, c) for t in CODES for c in CODES[t]])
def test_vocabulary_is_closed(table, column):
    allowed = {str(code) for code in fields(table)[column]["constraints"]["enum"]}
    used = {row[column] for row in rows(table)} - {""}
    assert used and used <= allowed


@pytest.mark.parametrize("name", RESOURCES)
def test_links_are_declared_and_lead_somewhere(name):
    key = RESOURCES[name]["schema"]["primaryKey"]
    declared = {k["fields"] for k in RESOURCES[name]["schema"].get("foreignKeys", [])}
    for column in fields(name):
        if column in LINKS and column != key:
            table, target = LINKS[column]
            known = {row[target] for row in rows(table)}
            assert column in declared, column
            assert {row[column] for row in rows(name)} - {""} <= known, column


def test_the_five_texts_and_what_they_print():
    """71 figures and 70 dated events, as two readers counted them in the texts."""
    kinds = {row["source_id"]: row["kind"] for row in rows("sources")}
    assert sorted(name for name in kinds if kinds[name] == "text") == TEXTS
    printed = Counter(row["source_id"] for row in rows("figures"))
    assert {name: printed[name] for name in TEXTS} == {
        "caci2025": 15,
        "diplomat2024": 1,
        "gungor2020": 7,
        "irgengioro2022": 38,
        "yan2024": 10,
    }
    mentions = rows("event_mentions")
    named = {row["event_id"] for row in mentions if row["source_id"] in TEXTS}
    dated = [
        row for row in rows("events") if row["event_id"] in named and row["date_start"]
    ]
    assert len(dated) == 70
    assert {row["event_id"] for row in rows("events")} == {
        m["event_id"] for m in mentions
    }


def test_only_texts_have_places():
    for name in ("figures", "event_mentions"):
        for row in rows(name):
            assert bool(row["char_start"]) == (row["source_id"] in TEXTS), row


@pytest.mark.parametrize("name", [n for n in RESOURCES if "printed" in fields(n)])
def test_print_is_short(name):
    """No more than seven words of a text stand in one cell."""
    assert not [r["printed"] for r in rows(name) if len(r["printed"].split()) > 7]


def test_every_claim_is_tested_or_says_why_not():
    tested = {row["claim_id"] for row in rows("propositions")}
    for claim in rows("claims"):
        assert (claim["claim_id"] in tested) != bool(claim["untested"]), claim


def test_propositions_name_readings_that_their_sources_can_have():
    kinds = {row["kind"] for row in rows("sources")} - {"text"}
    settings = json.loads((DATA / "study.json").read_text(encoding="utf-8"))
    readings = set(settings["readings"])
    assert readings == kinds | {"print", "unhedged"}
    for row in rows("propositions"):
        assert set((row["readings"] + " " + row["untested"]).split()) <= readings
        assert row["notebook"] in settings["notebooks"]


def test_every_quantity_has_its_limits(tables):
    general = {
        r["quantity"] for r in rows("limits") if not r["reporter"] + r["partner"]
    }
    assert general == set(fields("figures")["quantity"]["constraints"]["enum"])


def test_million_made_billion_is_refused(tables):
    """A word exchanged in a token of a text lands beyond the limits of its quantity."""
    parties = ("quantity", "reporter", "partner")
    limits = {tuple(row[p] for p in parties): row for row in tables.rows("limits")}
    words = {"thousand": "million", "million": "billion", "billion": "trillion"}
    tried = 0
    for row in tables.rows("figures"):
        assert beyond(row, limits) == ""
        for word, larger in words.items():
            changed = re.sub(rf"(?i)\b{word}\b", larger, row["printed"])
            if changed != row["printed"]:
                tried += 1
                assert beyond(row | {"printed": changed}, limits), row["figure_id"]
    assert tried > 60


def test_multiplier_that_the_limits_let_pass_is_refused(tables):
    """The head of a table holds for all of it, even for noughts and wide limits."""
    parties = ("quantity", "reporter", "partner")
    limits = {tuple(row[p] for p in parties): row for row in tables.rows("limits")}
    table, column, passed = tables.table("figures"), "multiplier_elsewhere", 0
    same = replace(table, rules=[rule for rule in table.rules if "same" in rule])
    for i, row in enumerate(table.rows):
        changed = row | {column: row[column] + "000"}
        if row[column] and not beyond(changed, limits):
            passed += 1
            rows = [*table.rows[:i], changed, *table.rows[i + 1 :]]
            found = rules.problems(replace(same, rows=rows), {})
            assert [problem.row for problem in found] == [i + 2]
    assert passed == 58


def test_another_country_or_unit_is_refused(tables):
    parties = ("quantity", "reporter", "partner")
    limits = {tuple(row[p] for p in parties): row for row in tables.rows("limits")}
    sold = tables.row("figures", "irg_exports_kgz_2012")
    assert "is in share" in beyond(sold | {"printed": "12 percent"}, limits)
    assert "limits of exports_to MNG CHN" in beyond(sold | {"partner": "CHN"}, limits)


def test_bounds_follow_from_the_csv_files_alone():
    """6.25 to 6.35 of 6.5 to 7.5 billion is 0.8333 to 0.9769."""
    printed = {row["figure_id"]: row["printed"] for row in rows("figures")}
    assert printed["gun_exports_chn_2018"] == "6.3 billion dollars"
    assert printed["gun_total_exports_2018"] == "approximately 7 billion dollars"
    china = Fraction("6.25"), Fraction("6.35")
    total = Fraction("6.5"), Fraction("7.5")
    ready = {
        row["figure_id"]: row
        for row in exports.figure_rows(Tables(ROOT), read_settings(ROOT))
    }
    for name, ends in (
        ("gun_exports_chn_2018", china),
        ("gun_total_exports_2018", total),
    ):
        row = ready[name]
        assert (Fraction(row["lo"]), Fraction(row["hi"])) == tuple(
            e * 10**9 for e in ends
        )
        assert (row["lo_open"], row["hi_open"], row["unit"]) == ("0", "0", "usd")
    assert ready["gun_exports_chn_2018"]["label"] == "Mongolia's exports to China, 2018"
    low, high = china[0] / total[1], china[1] / total[0]
    assert (round(float(low), 4), round(float(high), 4)) == (0.8333, 0.9769)


def test_readme_is_what_the_package_gives():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert text == checks.data_readme(PACKAGE)
    assert len(text.encode()) < 30_000


def test_example_of_the_readme_names_real_columns(tables):
    columns = exports.figure_columns(tables)
    assert set(PACKAGE["example"]) <= set(columns)
    assert tables.select("figures", PACKAGE["example"])


@pytest.mark.skipif(not SOURCES, reason="the texts are not at hand")
def test_texts_bear_out_every_place_and_number(tables):
    found, absent = texts.read_texts(tables, Path(SOURCES))
    assert texts.place_problems(tables, found) == []
    assert texts.uncovered(tables, found) == []
    assert sorted([*found, *(name.removesuffix(".txt") for name in absent)]) == TEXTS


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("1,2345%", "can be read two ways"),
        ("five beyond ten", "the word 'beyond' is not known"),
    ],
)
def test_token_without_bounds_is_refused(tables, printed, told):
    row = tables.row("figures", "rferl_debt_share_kgz_2021")
    assert unreadable(row) == ""
    assert told in unreadable(row | {"printed": printed})


def test_every_figure_is_described_in_words():
    """Its quantity has words in the settings, which fit where no partner is named."""
    tables = Tables(ROOT)
    evidence = Evidence(tables, read_settings(ROOT), {})
    words = read_settings(ROOT)["quantities"]
    figures = tables.rows("figures")
    assert {row["quantity"] for row in figures} == set(words)
    said = {row["figure_id"]: evidence.described(row["figure_id"]) for row in figures}
    odd = re.compile(r" (of|to|from|with|and|in)( |)(,|$)|[\[\]{}_]|  ")
    assert {name: text for name, text in said.items() if odd.search(text)} == {}
    assert said["kgz_debt_state_2023"] == "debt of Kyrgyzstan, 2023-06"
    assert (
        said["irg_students_kor_2018"] == "students from Mongolia in South Korea, 2018"
    )
