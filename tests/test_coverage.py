"""Which numbers of a text stand in no table."""

import copy
import csv
import io
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from thirdneighbor import cli, coverage, tables

ROOT = Path(__file__).resolve().parents[1]
TABLES = tables.Tables(ROOT / "data")
SOURCES = os.environ.get("THIRDNEIGHBOR_SOURCES")
EXCLUDED = tables.records(TABLES["excluded"])


def blank_texts() -> dict[str, str]:
    """Return texts that are blank but for the tokens of the tables, each at its place."""
    texts = {}
    for source in tables.records(TABLES["sources"]):
        if source["file"]:
            texts[source["source_id"]] = list(" " * int(source["span_end"]))
    for table in coverage.ACCOUNTED:
        for row in tables.records(TABLES[table]):
            if row["char_start"]:
                start = int(row["char_start"])
                texts[row["source_id"]][start : start + len(row["printed"])] = row["printed"]
    return {name: "".join(letters) for name, letters in texts.items()}


BLANK = blank_texts()


def without(row):
    """Return the tables without one row of `excluded.csv`."""
    place = row["source_id"], row["char_start"]
    kept = [r for r in TABLES.rows("excluded") if (r["source_id"], r["char_start"]) != place]
    fewer = copy.copy(TABLES)
    fewer._rows = {**TABLES._rows, "excluded": kept}
    return fewer


def test_every_token_of_the_tables_is_accounted_for():
    assert coverage.uncovered(TABLES, BLANK) == []


@pytest.mark.skipif(not SOURCES, reason="the texts are not at hand")
def test_the_texts_hold_no_number_outside_the_tables():
    assert coverage.uncovered(TABLES, TABLES.texts(Path(SOURCES))) == []


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(EXCLUDED))
def test_removed_row_is_listed(row):
    found = coverage.uncovered(without(row), BLANK)
    assert [(c.source_id, str(c.char_start)) for c in found] == [
        (row["source_id"], row["char_start"])
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["diplomat2024", "caci2025", "gungor2020"]),
    st.integers(0, 10**6),
    st.sampled_from(["over 90%", "two thirds", "$1.5 million", "7", "a dozen", "hundreds"]),
)
def test_planted_number_is_listed_at_its_place(name, seed, token):
    """A gap of blanks wide enough is chosen by the seed; the number planted there is found."""
    text, start = BLANK[name], int(TABLES.row("sources", name)["span_start"])
    width = len(token) + 2
    gaps = [i for i in range(start, len(text) - width) if text[i : i + width].isspace()]
    at = gaps[seed % len(gaps)] + 1
    planted = text[:at] + token + text[at + len(token) :]
    (found,) = coverage.uncovered(TABLES, BLANK | {name: planted})
    assert found.source_id == name
    assert token.removeprefix("a ") == found.printed
    assert found.char_start == at + token.index(found.printed)


def test_numbers_outside_the_evidence_are_not_asked_for():
    beyond = BLANK["caci2025"] + " and 3.74 billion dollars of other articles"
    assert coverage.uncovered(TABLES, BLANK | {"caci2025": beyond}) == []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1,950 of 7.5%", ["1", "950", "7", "5", "%"]),
        ("one-third", ["one", "third"]),
        ("Hundreds, twice; the second half", ["Hundreds", "twice", "second", "half"]),
        ("someone often tensed at a tenth", ["tenth"]),
        ("x¹ ½ G039220N", ["¹", "½", "039220"]),
        ("per cent and percentages", ["per cent"]),
        ("for decades both once", []),
    ],
)
def test_numbers_of_a_text(text, tokens):
    assert [text[a:b] for a, b in coverage.numbers(text)] == tokens


@pytest.mark.parametrize(
    ("text", "printed", "unit", "hedge"),
    [
        (
            "rose to approximately $72.9 million a year",
            "approximately $72.9 million",
            "usd",
            "about",
        ),
        ("with nearly 70 years of", "nearly 70 years", "years", "nearly"),
        ("More than fifty percent of it", "More than fifty percent", "share", "over"),
        ("one-third of all", "one-third", "share", "none"),
        ("around 37 km away", "around 37 km", "km", "about"),
    ],
)
def test_candidate_carries_hedge_and_unit(text, printed, unit, hedge):
    (found,) = coverage.candidates("sixth", text)
    assert found.printed == printed
    assert (found.reading.unit, found.reading.hedge) == (unit, hedge)


def test_phrase_does_not_reach_over_a_line():
    (found,) = coverage.candidates("sixth", "and over\n90%")
    assert found.printed == "90%"


def test_row_to_fill_in_fits_the_table():
    columns = list(TABLES["figures"].columns)
    found = coverage.candidates("sixth", "over 90% in 2023, and 12 of them")
    figures, excluded = coverage.rows_to_fill(found, columns).split(
        "source_id,char_start,printed,r"
    )
    rows = list(csv.DictReader(io.StringIO(figures)))
    assert [row["printed"] for row in rows] == ["over 90%", "12"]
    assert [row["char_start"] for row in rows] == ["0", "22"]
    assert [row["unit_elsewhere"] for row in rows] == ["", "count"]
    assert excluded.splitlines()[1] == "sixth,12,2023,period"


def test_check_lists_the_numbers_of_an_unknown_text(tmp_path):
    text = tmp_path / "A sixth.txt"
    text.write_text("\x1b[31m Over 40 percent\x1b[0m =1+1", encoding="utf-8")
    call = ["check", "--text", str(text), "--sources", ""]
    result = CliRunner().invoke(cli.main, call)
    assert result.exit_code == 0
    assert "a_sixth, character 6: 'Over 40 percent' (unit share, hedge over)" in result.output
    assert ",a_sixth,Over 40 percent,6," in result.output
    assert "\x1b" not in result.output


def test_check_refuses_a_text_that_is_not_there():
    result = CliRunner().invoke(cli.main, ["check", "--text", "nowhere.txt", "--sources", ""])
    assert result.exit_code == 2
    assert "--text 'nowhere.txt': there is no such file" in result.output


@pytest.mark.skipif(not SOURCES, reason="the texts are not at hand")
def test_check_names_the_number_that_a_table_lost(tmp_path):
    """One row of excluded.csv is taken away: check ends with status 2 and names it."""
    for path in (ROOT / "data").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "excluded.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lost = next(line for line in lines if line.startswith("yan2024,2075,"))
    path.write_text("".join(line for line in lines if line != lost), encoding="utf-8")
    result = CliRunner().invoke(cli.main, ["check", "--data", str(tmp_path), "--sources", SOURCES])
    assert result.exit_code == 2
    assert "yan2024, character 2075: 'four'" in result.output
