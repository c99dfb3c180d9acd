"""Tracing an id both ways."""

import copy
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from thirdneighbor import cli, tables, tracing

ROOT = Path(__file__).resolve().parents[1]
TABLES = tables.Tables(ROOT / "data")
SOURCES = os.environ.get("THIRDNEIGHBOR_SOURCES")
USED = tracing.used_in(sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")))
IDS = [name for table, key in tracing.KEYS.items() for name in dict.fromkeys(TABLES[table][key])]


def trace(name, **more):
    return tracing.trace_lines(TABLES, name, used=USED, **more)


@pytest.mark.parametrize("name", IDS[::17])
def test_every_kind_of_id_is_traced(name):
    lines = trace(name)
    assert lines[0].startswith(f"{name} (")
    assert len(lines) > 2
    assert all(line.isprintable() for line in lines)


def test_figure_says_print_place_interval_and_rule():
    """'$58.1 million' is half a tenth of a million wide on either side: 58.05 to 58.15."""
    lines = trace("irg_imports_kaz_2019")
    assert "  printed: '$58.1 million'" in lines
    assert any("Irgengioro 2022 (irgengioro2022)" in line for line in lines)
    assert any(line.endswith("character 19389") for line in lines)
    (bounds,) = [line for line in lines if line.startswith("  interval")]
    assert "[58.050, 58.150] M USD" in bounds
    assert "half a unit of the last printed digit" in bounds
    assert any(line.startswith("  correction:") and "turnover" in line for line in lines)


def test_hedged_figure_is_told_without_its_hedge_too():
    """Over 90 % is everything above 0.9; without the hedge it is 89.5 to 90.5."""
    lines = trace("cac_share_exports_chn")
    assert "  interval: (90, 100]%, because above the printed number" in lines
    (strict,) = [line for line in lines if line.startswith("  without its hedge")]
    assert "[89.5" in strict and "90.5" in strict


def test_figure_names_its_users():
    text = "\n".join(trace("gun_share_fdi_chn"))
    assert "used by P2.1 (literal, certain), reports/02_fdi_cap.html#P2.1:" in text
    assert "notebooks/02_fdi_cap.ipynb, reports/02_fdi_cap.html#src-gun_share_fdi_chn" in text


def test_trace_runs_both_ways():
    """What a proposition uses names that proposition among its users."""
    uses = re.findall(r"^  uses (\w+)", "\n".join(trace("P4.1")), re.MULTILINE)
    assert "rus_treaty_2019" in uses
    for name in uses:
        assert any(line.startswith("  used by P4.1 (") for line in trace(name))


def test_anchors_stand_in_the_reports():
    """Every page and anchor that a trace names exists."""
    names = ["gun_share_fdi_chn", "chn_sanctions_2016", "P2.1", "diplomat2024", "s_cap_breached"]
    lines = "\n".join(line for name in names for line in trace(name))
    found = set(re.findall(r"reports/(\S+?\.html)#([\w.-]+)", lines))
    assert len(found) > 8
    for page, anchor in found:
        html = (ROOT / "reports" / page).read_text(encoding="utf-8")
        assert f'id="{anchor.rstrip(".")}"' in html, (page, anchor)


def test_event_names_each_text():
    lines = trace("rus_treaty_2019")
    named = [line for line in lines if line.startswith("  named by")]
    assert [line.split()[2] for line in named] == ["irgengioro2022:", "gungor2020:"]


def test_claim_and_statement_lead_to_each_other():
    assert any("agree on s_cap_breached:" in line for line in trace("gun_cap_breached"))
    lines = trace("s_cap_breached")
    assert any(line.startswith("  agree: gun_cap_breached (gungor2020)") for line in lines)
    assert any("used by P2.1 (official" in line for line in lines)


def test_proposition_tells_every_reading():
    readings = [line.split()[1] for line in trace("P2.1") if line.startswith("  reading")]
    declared = [r for r in tables.records(TABLES["propositions"]) if r["prop_id"] == "P2.1"]
    assert len(readings) > 1
    assert readings == [f"{row['reading']}:" for row in declared]


def test_source_counts_its_rows():
    frame = TABLES["claims"]
    count = sum(frame["source_id"] == "yan2024")
    assert f"  rows of claims.csv: {count}" in trace("yan2024")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("irg_cap_fdj", "did you mean 'irg_cap_fdi'?"),
        ("p2.1", "did you mean 'P2.1'?"),
        ("gungor", "did you mean 'gungor2020'?"),
        ("?", "ids stand in figures.csv, events.csv"),
    ],
)
def test_near_ids_are_told(wrong, hint):
    with pytest.raises(tables.DataError, match=re.escape(hint)):
        trace(wrong)


def test_hostile_cells_do_not_reach_the_terminal():
    """Escape sequences, a change of direction and a bell are spelled out."""
    frame = TABLES["figures"].copy()
    frame.loc[frame["figure_id"] == "irg_cap_fdi", "note"] = "\x1b[2J\x07 a\u202eb \x9b31m\nnew"
    hostile = copy.copy(TABLES)
    hostile._frames = {**TABLES._frames, "figures": frame}
    lines = tracing.trace_lines(hostile, "irg_cap_fdi")
    assert r"  note: \x1b[2J\x07 a\u202eb \x9b31m new" in lines
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("text", "token", "expected"),
    [
        ("One. It was 9.5% then. Two.", "9.5%", "It was >>9.5%<< then."),
        ("Heads\n\nA line of 7 things\n\nmore", "7", "A line of >>7<< things"),
        ("x" * 400 + " 5 " + "y" * 400, "5", "... " + "x" * 299 + " >>5<< " + "y" * 299 + " ..."),
        ('He said "no." In 1990 it rained.', "1990", "In >>1990<< it rained."),
    ],
)
def test_passage_is_the_sentence(text, token, expected):
    start = text.index(token)
    assert tracing.passage(text, start, start + len(token), (0, len(text))) == expected


def test_passage_stays_within_the_evidence():
    assert tracing.passage("secret 5 secret", 7, 8, (7, 8)) == ">>5<<"


@pytest.mark.skipif(not SOURCES, reason="the texts are not at hand")
def test_passage_marks_the_token_in_the_text():
    call = ["trace", "gun_share_fdi_chn", "--sources", SOURCES]
    result = CliRunner().invoke(cli.main, call)
    assert result.exit_code == 0
    assert "passage: >>More than fifty percent<< of" in result.output


def test_without_texts_no_passage():
    result = CliRunner().invoke(cli.main, ["trace", "gun_share_fdi_chn", "--sources", ""])
    assert result.exit_code == 0
    assert "passage: " not in result.output and ">>" not in result.output
