"""What machines read of a page: linked data, BibTeX, the verdict file, and the deciding numbers."""

import base64
import hashlib
import json
import math
import re

import pytest
from jsonschema import Draft202012Validator

from thirdneighbor import turning
from thirdneighbor.bundles import COLUMNS, FIELDS
from thirdneighbor.reporting.cite import citations, linked_data
from thirdneighbor.reporting.claims import group_claims
from thirdneighbor.reporting.exporter import SCHEMA
from thirdneighbor.reporting.index import render_index

HOSTILE = '</script><script>alert(1)</script> 5% & {x}_"$^~\\'
PAGE = {"name": "02_cap", "title": "The cap", "digest": "abcdef0123456789"}
FIGURE = {"number": 1, "title": "Shares", "alt": "Bars.", "columns": ["a", "b"]}


def record(prop_id="P2.1", **fields):
    plain = {"prop_id": prop_id, "reading": "literal", "notebook": "02_cap", "text": "A claim."}
    plain |= {"verdict": "not testable", "basis": "print", "bearing": "none", "shown": ""}
    return plain | fields


def places(*records):
    """Return the rows of the strip chart: places from -1 (false) to +1 (true)."""
    whole = (dict.fromkeys(FIELDS, "") | given for given in records)
    return {row["claim"]: row for row in turning.rows(whole)}


def test_linked_data_cannot_leave_their_element():
    claims = group_claims([record(text=HOSTILE, sources="s1")])
    made = linked_data(PAGE, claims, [FIGURE | {"title": HOSTILE}])
    assert not set("<>&'") & set(made["text"])
    graph = json.loads(made["text"])["@graph"]
    assert [node["@type"] for node in graph] == ["Organization", "ClaimReview", "Dataset"]
    assert graph[1]["claimReviewed"] == HOSTILE
    assert graph[1]["@id"] == "02_cap.html#P2.1"
    assert graph[1]["reviewRating"][0]["alternateName"] == "not testable"
    assert graph[2]["@id"] == "02_cap.html#figure-1"
    digest = base64.b64encode(hashlib.sha256(made["text"].encode()).digest()).decode()
    assert made["hash"] == f"sha256-{digest}"


def test_every_claim_and_figure_has_a_citation_and_an_entry():
    claims = group_claims([record(), record("P2.2", text="50% of {all}")])
    made = citations(PAGE, claims, [FIGURE])
    assert "input digest abcdef012345" in made["page"]
    ends = ["02_cap.html#P2.1.", "02_cap.html#P2.2.", "02_cap.html#figure-1."]
    assert [text.split()[-1] for text in made["items"]] == ends
    keys = re.findall(r"^@misc\{(.*),$", made["bibtex"], re.MULTILINE)
    parts = ["P2.1", "P2.2", "02_cap:figure-1", "02_cap"]
    assert keys == [f"thirdneighbor:{part}" for part in parts]
    assert r"title = {Claim P2.2: 50\% of \{all\}}" in made["bibtex"]
    assert made["bibtex"].count("crossref = {thirdneighbor:02_cap}") == 3


def test_bibtex_is_balanced_whatever_the_text():
    made = citations(PAGE, group_claims([record(text=HOSTILE)]), [])["bibtex"]
    plain = re.sub(r"\\[{}]", "", made)
    assert plain.count("{") == plain.count("}")


def test_schema_names_the_columns_in_order_and_refuses_others():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    fields = schema["items"]
    assert tuple(fields["properties"]) == COLUMNS == tuple(fields["required"])
    assert all(field["description"] for field in fields["properties"].values())
    row = dict.fromkeys(COLUMNS, "") | record() | {"operator": "gt", "shown": ""}
    row = {column: row[column] for column in COLUMNS}
    refuses = Draft202012Validator(schema).is_valid
    assert refuses([row])
    for name, value in {"verdict": "maybe", "lo": "low", "p": 1.5, "reading": "", "n": 2.5}.items():
        assert not refuses([row | {name: value}]), name
    assert not refuses([row | {"more": 1}])


def test_official_value_beyond_a_turning_point_falls_on_the_false_side():
    """True below 7.3 to 7.4: official 7.6 is false, 7.35 is open, 7.0 is true."""
    turns = {"turns_lo": 7.3, "turns_hi": 7.4, "true_below": True}
    rows = places(
        *(
            record(f"P2.{i}", **turns, official_lo=value, official_hi=value)
            for i, value in enumerate((7.6, 7.35, 7.0), 1)
        )
    )
    assert rows["P2.1"]["official_hi"] < rows["P2.1"]["turn_lo"] < 0
    assert rows["P2.1"]["official_lo"] == pytest.approx(-0.9)
    assert rows["P2.2"]["official_lo"] == pytest.approx(0, abs=1e-9)
    assert rows["P2.3"]["official_lo"] > rows["P2.3"]["turn_hi"] > 0


def test_tested_number_is_placed_by_its_threshold():
    """Above 1/3: print [1/3 - 0.1, 1/3 + 0.3], official 1/3 + 0.6: -0.15, 0.45 and 0.9."""
    literal = record(operator="gt", threshold="1/3", lo=1 / 3 - 0.1, hi=1 / 3 + 0.3)
    office = record(reading="official", verdict="certain", operator="gt", threshold="1/3")
    office |= {"lo": 1 / 3 + 0.6, "hi": 1 / 3 + 0.6, "shown": "0.933"}
    row = places(literal | {"verdict": "consistent"}, office)["P2.1"]
    found = [row[name] for name in ("lo", "hi", "official_lo", "official_hi")]
    assert found == pytest.approx([-0.15, 0.45, 0.9, 0.9])
    assert row["official_value"] == "0.933: certain"
    below = places(literal | {"operator": "lt"})["P2.1"]
    assert [below["lo"], below["hi"]] == pytest.approx([-0.9, 0.3])


def test_codings_are_split_and_what_has_no_number_has_no_place():
    rows = places(record(verdict="consistent", holds=6, n=8), record("P2.2"))
    assert [rows["P2.1"]["lo"], rows["P2.1"]["hi"]] == pytest.approx([-0.225, 0.675])
    assert math.isnan(rows["P2.2"]["lo"])


def test_settled_claims_need_no_deciding_number():
    assert turning.figure([record(verdict="certain"), record(reading="official")]) is None


def test_index_says_what_is_stale_and_what_it_was_built_from():
    listed = [{"name": "02_cap", "title": "The cap", "failed": True, "changed": ["figures"]}]
    html = render_index([record()], listed, {"the lock": "aaaa1111", "the data": "bbbb2222"})
    assert "The last run did not finish" in html
    assert "Rows of figures have changed since the run" in html
    assert "of an earlier run" in html
    assert "the lock <code>aaaa1111</code>" in html
    whole = [listed[0] | {"failed": False, "changed": []}]
    assert "of an earlier run" not in render_index([record()], whole)
