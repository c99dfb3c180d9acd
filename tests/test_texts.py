"""Places, numbers in no table, candidates of a new text, and the trace of an id."""

import copy
import csv
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import TEXT, Study, package

from asprinted import texts
from asprinted.files import DataError
from asprinted.finding import candidates
from asprinted.tables import Tables
from asprinted.texts import trace
from asprinted.vocabulary import ENGLISH

ROOT = Path(__file__).resolve().parents[1]
SOURCES = os.environ.get("ASPRINTED_SOURCES")
RECORDS = [
    {
        "prop_id": "P1.1",
        "reading": "print",
        "verdict": "follows",
        "notebook": "01_cheese",
        "text": "Half of the cheese went to Utopia.",
        "inputs": ["pan_share", "treaty"],
    }
]


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path / "study")


@pytest.fixture
def tables(study):
    return Tables(study.data)


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    return Tables(Study(tmp_path_factory.mktemp("invented") / "study").data)


def test_texts_that_are_there_are_read_and_the_absent_named(study, tables):
    folder = study.folder / "texts"
    assert texts.read_texts(tables, folder) == ({"pan1991": TEXT}, [])
    (folder / "pan1991.txt").unlink()
    assert texts.read_texts(tables, folder) == ({}, ["pan1991.txt"])


def test_another_edition_is_refused(study, tables):
    path = study.folder / "texts" / "pan1991.txt"
    path.write_bytes(TEXT.encode() + b" ")
    with pytest.raises(
        DataError, match=r"sources.csv, row 2, column text_sha256: .* edition"
    ):
        texts.read_texts(tables, path.parent)


def test_every_place_is_looked_up(study, tables):
    assert texts.place_problems(tables, {"pan1991": TEXT}) == []
    assert texts.place_problems(tables, {}) == []
    study.edit("figures", "pan_debt", "char_start", "70")
    (problem,) = texts.place_problems(Tables(study.data), {"pan1991": TEXT})
    assert str(problem) == (
        "figures.csv, row 3, column printed: 'about $3.8 billion' does not stand at "
        "character 70 of pan1991"
    )
    study.edit("event_mentions", "treaty", "char_start", "70")
    (_, problem) = texts.place_problems(Tables(study.data), {"pan1991": TEXT})
    assert str(problem).endswith(f"pan1991; the nearest is at {TEXT.index('a treaty')}")


def test_figure_without_the_hedge_beside_it_is_refused(study):
    """The text prints "about $3.8 billion": the row may not keep the sum alone."""
    at = TEXT.index("$3.8")
    study.edit("figures", "pan_debt", "printed", "$3.8 billion")
    study.edit("figures", "pan_debt", "char_start", str(at))
    (problem,) = texts.place_problems(Tables(study.data), {"pan1991": TEXT})
    assert str(problem) == (
        "figures.csv, row 3, column printed: '$3.8 billion' stands beside 'about' in the "
        "text; print both, or quote 'about' in the note and say what it belongs to"
    )
    study.edit("figures", "pan_debt", "note", "'About' belongs to another sum.")
    assert texts.place_problems(Tables(study.data), {"pan1991": TEXT}) == []


@pytest.mark.parametrize(
    ("content", "printed", "hedge"),
    [
        ("it fell (not more than 5%)", "5%", "not more than"),
        ("some 40 or more, they say", "40", "some"),
        ("it was 40 or more, they say", "40", "or more"),
        ("it was 40, or less clear", "40", ""),
        ("in 2016 at least five came", "2016", ""),
        ("a turnover 40 years old", "40", ""),
        ("well over. 40 came", "40", ""),
        ("40", "40", ""),
    ],
)
def test_hedge_beside_a_place(content, printed, hedge):
    start, end = texts.place(content, content.index(printed), printed)
    assert texts._hedge_beside(ENGLISH, content, start, end) == hedge


@pytest.mark.parametrize(
    ("content", "start", "printed", "found"),
    [
        ("over 90%", 0, "over 90%", (0, 8)),
        ("over\r\n  90%", 0, "over 90%", (0, 11)),
        ("over 90%", 1, "over 90%", None),
        ("over-90%", 0, "over 90%", None),
    ],
)
def test_token_may_run_over_a_line(content, start, printed, found):
    assert texts.place(content, start, printed) == found


def test_a_text_is_evidence_as_a_whole_unless_a_part_is_named(study):
    study.edit("sources", "pan1991", "span_start", "")
    study.edit("sources", "pan1991", "span_end", "")
    tables, folder = Tables(study.data), study.folder / "texts"
    found, _ = texts.read_texts(tables, folder)
    assert texts.uncovered(tables, found) == []
    assert texts.count(tables, found) == 7
    assert texts.uncovered(without(tables, "figures", TEXT.index("about")), found)
    study.edit("sources", "pan1991", "span_end", str(len(TEXT) + 1))
    wrong = rf"'{len(TEXT) + 1}' lies beyond the end of pan1991\.txt, {len(TEXT)}"
    with pytest.raises(DataError, match=wrong):
        texts.read_texts(Tables(study.data), folder)


def test_every_number_of_the_evidence_stands_in_a_table(tables):
    """The text prints fifty percent, 1990, two, and 3.8 billion: five words of number."""
    assert texts.uncovered(tables, {"pan1991": TEXT}) == []
    assert texts.count(tables, {"pan1991": TEXT}) == 7


def without(tables, name, at):
    """Return the tables without the row of a table at a place."""
    fewer = copy.copy(tables)
    table = tables.table(name)
    kept = [row for row in table.rows if row["char_start"] != str(at)]
    changed = copy.copy(table)
    object.__setattr__(changed, "rows", kept)
    fewer._tables = tables._tables | {name: changed}
    return fewer


@pytest.mark.parametrize(
    ("table", "token", "printed"),
    [
        ("figures", "More than", "More than fifty percent"),
        ("figures", "about", "about $3.8 billion"),
        ("excluded", "two", "two"),
        ("excluded", "1990", "1990"),
    ],
)
def test_number_whose_row_is_gone_is_listed(tables, table, token, printed):
    at = TEXT.index(token)
    (found,) = texts.uncovered(without(tables, table, at), {"pan1991": TEXT})
    assert (found.char_start, found.printed) == (at, printed)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, len(TEXT) - 1),
    st.sampled_from(
        ["over 90%", "two thirds", "$1.5 million", "7", "a dozen", "tenfold"]
    ),
)
def test_planted_number_is_listed_at_its_place(invented, spot, token):
    """A number put between two words of the text, away from the numbers, is found."""
    gaps = [i for i in range(len(TEXT)) if TEXT[i] == " " and TEXT[i + 1].islower()]
    taken = ("fifty", "percent", "about", "billion", "treaty", "two", "signed", "a ")
    gaps = [
        i for i in gaps if not any(w in TEXT[max(0, i - 10) : i + 12] for w in taken)
    ]
    at = gaps[spot % len(gaps)]
    planted = f"{TEXT[:at]} cheese {token} cheese{TEXT[at:]}"
    found = candidates("pan1991", planted)
    before = candidates("pan1991", TEXT)
    new = {c.printed for c in found} - {c.printed for c in before}
    assert new == {token}


def test_rows_to_fill_in_fit_the_tables(tables):
    found = candidates("sixth", "over 90% in 1998, and 12 of them")
    lines = texts.listed(tables, found)
    assert lines[:4] == [
        "3 numbers stand in no row of figures, event_mentions, excluded:",
        "  sixth, character 0: 'over 90%' (unit share, hedge over)",
        "  sixth, character 12: '1998' (perhaps a year)",
        "  sixth, character 22: '12' (unit count, hedge none)",
    ]
    start, end = lines.index("figures.csv:"), lines.index("excluded.csv:")
    figures = list(csv.DictReader("\n".join(lines[start + 1 : end]).splitlines()))
    assert [(row["printed"], row["char_start"]) for row in figures] == [
        ("over 90%", "0"),
        ("12", "22"),
    ]
    (year,) = csv.DictReader(lines[-1].splitlines())
    assert year["reason"] == "period"


def test_further_text_gets_a_name(tmp_path):
    path = tmp_path / "A sixth, of 2026.txt"
    path.write_text("Over 40 percent", encoding="utf-8")
    name, content, row = texts.added_text(path)
    assert (name, content) == ("a_sixth_of_2026", "Over 40 percent")
    digest = hashlib.sha256(b"Over 40 percent").hexdigest()
    told = {"source_id": name, "file": path.name, "kind": "text", "text_sha256": digest}
    assert row == told
    path.write_bytes(b"\xff")
    with pytest.raises(DataError, match="is not UTF-8"):
        texts.added_text(path)


def test_hostile_candidates_do_not_reach_the_terminal(tables):
    found = candidates("sixth", "\x1b[31m Over 40 percent\x1b[0m =1+1")
    assert all("\x1b" not in line for line in texts.listed(tables, found))


@pytest.mark.parametrize(
    ("content", "token", "expected"),
    [
        ("One. It was 9.5% then. Two.", "9.5%", "It was >>9.5%<< then."),
        ("Heads\n\nA line of 7 things\n\nmore", "7", "A line of >>7<< things"),
        (
            "x" * 400 + " 5 " + "y" * 400,
            "5",
            "... " + "x" * 299 + " >>5<< " + "y" * 299 + " ...",
        ),
        ('He said "no." In 1990 it rained.', "1990", "In >>1990<< it rained."),
    ],
)
def test_passage_is_the_sentence(content, token, expected):
    start = content.index(token)
    whole = (0, len(content))
    assert texts.passage(content, start, start + len(token), whole) == expected


def test_passage_stays_within_the_evidence():
    assert texts.passage("secret 5 secret", 7, 8, (7, 8)) == ">>5<<"


def test_figure_tells_token_place_bounds_and_uses(tables):
    lines = trace(
        tables, "pan_share", records=RECORDS, shown={"01_cheese": ["pan_share"]}
    )
    assert lines == [
        "pan_share (figures.csv)",
        "  printed: 'More than fifty percent'",
        f"  from: Pan 1991 (pan1991), opening, character {TEXT.index('More')}",
        "  interval: more than 50% (above 50% to 100%): above the printed number",
        "  without its hedge: 50% (exactly 50%): a number in words is exact",
        "  quantity: share",
        "  reporter: ARC (Arcadia)",
        "  partner: UTO (Utopia)",
        "  commodity: cheese",
        "  period_start: 1990",
        "  period_end: 1990",
        "  period_basis: stated",
        "  used by P1.1 (print: follows), reports/01_cheese.html#P1.1: Half of the cheese "
        "went to Utopia.",
        "  shown in reports/01_cheese.html",
    ]


def test_event_leads_to_its_mentions(tables):
    lines = trace(tables, "treaty", {"pan1991": TEXT}, RECORDS)
    at = TEXT.index("a treaty")
    assert "  named by event_mentions.csv: a treaty" in lines
    assert f"  from: Pan 1991 (pan1991), opening, character {at}" in lines
    assert "  passage: The two signed >>a treaty<< that year." in lines
    assert any(line.startswith("  used by P1.1 (print: follows)") for line in lines)


def test_claim_leads_to_what_tests_it_and_its_verdict(tables):
    lines = trace(tables, "pan_dependence", records=RECORDS)
    assert "  named by P1.1: Half of the cheese went to Utopia." in lines
    assert "  named by P1.2: Nobody else buys it." in lines
    assert "  judged print: follows, reports/01_cheese.html#P1.1" in lines


def test_proposition_leads_to_its_claim_and_inputs(tables):
    lines = trace(tables, "P1.1", records=RECORDS)
    assert "  claim_id: pan_dependence (Arcadia sells to Utopia.)" in lines
    assert "  judged print: follows, reports/01_cheese.html#P1.1" in lines
    assert "  uses pan_share: 'More than fifty percent', more than 50%" in lines
    assert "  uses treaty" in lines


def test_source_counts_its_rows(tables):
    lines = trace(tables, "pan1991")
    assert "  named in 2 rows of figures.csv" in lines
    assert "  named in 1 rows of event_mentions.csv" in lines
    assert not [line for line in lines if "from:" in line]


def test_trace_needs_sources_and_figures_only(study):
    content = package()
    kept = ("sources", "countries", "figures")
    content["resources"] = [r for r in content["resources"] if r["name"] in kept]
    study.describe(content)
    assert "  quantity: debt" in trace(
        Tables(study.data), "pan_debt", {"pan1991": TEXT}
    )


def test_passage_of_a_token_over_a_line_and_the_flaw_at_a_place(study):
    rows = study.rows("corrections")
    rows.append(
        ["pan1991", str(TEXT.index("$3.8")), "$3.8", "Too high.", "See table 4."]
    )
    study.write("corrections", rows)
    lines = trace(Tables(study.data), "pan_debt", {"pan1991": TEXT})
    assert "  passage: By then Arcadia owed >>about $3.8 billion<<." in lines
    assert "  correction: Too high. See table 4." in lines


def test_near_ids_are_told(tables):
    with pytest.raises(
        DataError, match=r"unknown id 'pan_sahre'; did you mean 'pan_share'\?"
    ):
        trace(tables, "pan_sahre")


def test_hostile_cells_do_not_reach_the_terminal(tables):
    tables.row("events", "treaty")["label"] = "\x1b[2J\x07 a\u202eb \x9b31m\nnew"
    lines = trace(tables, "treaty")
    assert r"  label: \x1b[2J\x07 a\u202eb \x9b31m\nnew" in lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.skipif(not SOURCES, reason="the texts are not at hand")
def test_texts_of_this_study_bear_out_every_place_and_number():
    tables = Tables(ROOT)
    found, _ = texts.read_texts(tables, Path(SOURCES))
    assert texts.place_problems(tables, found) == []
    assert texts.uncovered(tables, found) == []
