"""Collecting from other notebooks, the rule of the statement, and fragility by hand."""

import json
import os

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from thirdneighbor import board, fragility, tables
from thirdneighbor.bundles import MIME
from thirdneighbor.intervals import Interval
from thirdneighbor.package import DataError
from thirdneighbor.reporting.build import collecting
from thirdneighbor.run import RecordError, Run

NAME = "08_synthesis"
COLUMNS = ",".join(fragility.COLUMNS)


def records_of(declared):
    """A record for each declared proposition, all certain on bounds from 0.2 to 0.4."""
    fields = {"verdict": "certain", "lo": 0.2, "hi": 0.4, "lo_open": False, "hi_open": True}
    fields |= {"point": 0.3, "n": 7, "p": 0.03, "p_min": 0.01, "because": "a test"}
    fields |= {"deciding_quantity": "", "decides_if": "", "official_value": "", "shown": ""}
    kept = ("prop_id", "reading", "notebook", "text", "basis", "bearing", "unit")
    return [{key: row[key] for key in kept} | fields for row in tables.records(declared)]


def execute(path, name, verdicts, selections):
    """Write a notebook as if it had been run."""
    head = {"topic": name, "title": "T", "standfirst": "S", "outcome": f"Outcome of {name}"}
    shown = [("verdict", record) for record in verdicts] + [("headline", head)]
    ran = {"notebook": name, "selections": selections, "parameters": {"hedge_width": 1.0}}
    outputs = [
        new_output("display_data", data={MIME.format(kind): content})
        for kind, content in [*shown, ("run", ran)]
    ]
    cells = [new_markdown_cell(f"# {name}"), new_code_cell("1", outputs=outputs)]
    nbformat.write(new_notebook(cells=cells), path)


def taken(data, table, **where):
    rows = data.select(table, where)
    facts = {"digest": tables.digest(rows), "rows": len(rows)}
    return {"table": table, "predicate": json.dumps(where), **facts}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of the synthesis in a project whose seven notebooks have been executed."""
    folder = tables.project_folder()
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", "")
    monkeypatch.delenv(tables.RUNS, raising=False)
    data = tables.Tables(folder / "data")
    (tmp_path / "data").symlink_to(folder / "data")
    (tmp_path / "notebooks").mkdir()
    declared = data["propositions"]
    for name in sorted(set(declared["notebook"]) - {NAME}):
        mine = declared[declared["notebook"] == name]
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        selection = taken(data, "figures", figure_id="irg_exports_chn_2019")
        execute(path, name, records_of(mine), [selection])
    monkeypatch.chdir(tmp_path)
    return Run(NAME, {"sources": ["irgengioro2022"]}, data)


def rewrite(name, change):
    """Change the outputs of an executed notebook."""
    path = tables.project_folder() / "notebooks" / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = change(notebook.cells[1].outputs)
    nbformat.write(notebook, path)


def test_collected_records_are_those_of_the_notebooks(run):
    """Every record of every other notebook is there once, as it was shown, with its author."""
    found = board.collect(run)
    declared = run.tables["propositions"]
    others = declared[declared["notebook"] != NAME]
    assert sorted(zip(found.records["prop_id"], found.records["reading"], strict=True)) == sorted(
        zip(others["prop_id"], others["reading"], strict=True)
    )
    record = found.get("P1.1")
    assert (record["author"], record["verdict"], record["hi"]) == ("irgengioro2022", "certain", 0.4)
    assert found.headlines["02_fdi_cap"]["outcome"] == "Outcome of 02_fdi_cap"
    assert found.quantity("P1.1").bounds() == Interval(0.2, 0.4, False, True)
    assert found.estimate("P1.1").n == 7


def test_missing_record_names_notebook_proposition_and_remedy(run):
    rewrite("02_fdi_cap", lambda outputs: outputs[1:])
    with pytest.raises(RecordError) as error:
        board.collect(run)
    assert "02_fdi_cap has not recorded P2.1 (literal)" in str(error.value)
    assert "thirdneighbor report 02_fdi_cap" in str(error.value)


def test_notebook_that_was_never_run_is_missing(run):
    rewrite("03_neutrality_debate", lambda outputs: [])
    with pytest.raises(RecordError, match=r"03_neutrality_debate has not recorded .* and .* more"):
        board.collect(run)


def test_stale_record_names_notebook_and_table(run):
    """Rows other than those that a notebook took are told by their digest."""

    def other_rows(outputs):
        outputs[-1]["data"][MIME.format("run")]["selections"][0]["digest"] = "0" * 16
        return outputs

    rewrite("05_westward_pivot", other_rows)
    with pytest.raises(RecordError, match=r"05_westward_pivot is stale: figures\.csv changed"):
        board.collect(run)


def test_all_notebooks_to_run_again_are_told_at_once(run):
    rewrite("02_fdi_cap", lambda outputs: outputs[1:])
    rewrite("03_neutrality_debate", lambda outputs: [])
    with pytest.raises(RecordError, match=r"report 02_fdi_cap 03_neutrality_debate` before"):
        board.collect(run)


def test_notebooks_of_the_build_come_first(run, tmp_path):
    """What a build has run is collected; for the rest the committed notebooks stand in."""
    folder = tmp_path / "kept"
    folder.mkdir()
    declared = run.tables["propositions"]
    mine = records_of(declared[declared["notebook"] == "02_fdi_cap"])
    for record in mine:
        record["verdict"] = "contradicted"
    execute(folder / "02_fdi_cap.ipynb", "02_fdi_cap", mine, [])
    with collecting(folder):
        found = board.collect(run)
    assert found.get("P2.1")["verdict"] == "contradicted"
    assert found.get("P1.1")["verdict"] == "certain"
    assert tables.RUNS not in os.environ
    assert board.collect(run).get("P2.1")["verdict"] == "certain"


def test_parameters_that_differ_are_told(run):
    found = board.collect(run)
    assert board.differing(found, {"hedge_width": 1.0}, ["hedge_width"]) == []
    apart = board.differing(found, {"hedge_width": 2.0}, ["hedge_width"])
    assert apart == ["hedge_width in notebooks 1, 2, 3, 4, 5, 6, 7"]


def verdicts(*rows):
    columns = ["prop_id", "reading", "verdict", "basis", "bearing"]
    return pd.DataFrame(rows, columns=columns)


def test_what_falls_is_contradicted_against_an_argument_and_the_certain_first(run):
    """P1.8 falls to an official figure, P1.1 as printed; P1.2 is not against an argument."""
    words = {("P1.1", "literal"): "against", ("P1.2", "literal"): "supports"}

    def contradicted(outputs):
        for output in outputs[:-2]:
            record = output["data"][MIME.format("verdict")]
            key = record["prop_id"], record["reading"]
            if key in words or key == ("P1.8", "official"):
                record |= {"verdict": "contradicted", "bearing": words.get(key, "against")}
            else:
                record["bearing"] = "supports"
        return outputs

    rewrite("01_trade_asymmetry", contradicted)
    found = board.fallen(board.collect(run), ["irgengioro2022"])
    mine = found[found["notebook"] == "01_trade_asymmetry"]
    assert list(mine["prop_id"]) == ["P1.8", "P1.1"]
    assert list(mine["printed"]) == ["certain", "contradicted"]


def test_share_that_holds_is_bounded_by_what_is_open():
    """Two certain, one contradicted, two open of five: from 2/5 to 4/5."""
    words = ["certain", "certain", "contradicted", "consistent", "not testable"]
    share = board.holding(pd.DataFrame({"verdict": words}))
    assert share.bounds() == Interval(0.4, 0.8)
    assert board.holding(pd.DataFrame({"verdict": []})) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("P1", "literal", "certain", "print", "supports")], "reproduced"),
        ([("P1", "literal", "consistent", "print", "supports")], "reproduced with reservations"),
        (
            [
                ("P1", "literal", "certain", "print", "supports"),
                ("P1", "official", "contradicted", "print", "against"),
            ],
            "reproduced with reservations",
        ),
        ([("P1", "literal", "contradicted", "print", "supports")], "not reproduced"),
        ([("P1", "literal", "not testable", "print", "supports")], "not testable"),
        ([("P1", "literal", "certain", "print", "weak")], "not testable"),
        ([("P1", "literal", "consistent", "sample", "supports")], "not testable"),
        ([("P1", "literal", "certain", "asserted", "supports")], "not testable"),
        ([], "not testable"),
    ],
)
def test_outcome_of_an_argument(rows, expected):
    """The rule in the docstring, case by case."""
    assert board.outcome(verdicts(*rows)) == expected


def test_official_reading_in_the_lead_replaces_the_printed_one():
    rows = verdicts(
        ("P1", "literal", "certain", "print", "supports"),
        ("P1", "official", "contradicted", "print", "against"),
    )
    assert board.outcome(rows, "official") == "not reproduced"


@pytest.fixture
def grid(tmp_path):
    """Two verdicts under five settings: A changes in three, B in none; one run failed."""
    path = tmp_path / "sensitivity.csv"
    rows = [
        "01_one,,,A,literal,certain,False,",
        "01_one,,,B,literal,consistent,False,",
        "01_one,hedge_width,3.0,A,literal,consistent,True,",
        "01_one,hedge_width,3.0,B,literal,consistent,False,",
        "01_one,alpha,0.2,A,literal,certain,False,",
        "01_one,alpha,0.2,B,literal,consistent,False,",
        "01_one,growth,0,A,literal,contradicted,True,",
        "01_one,growth,1,A,literal,contradicted,True,",
        "01_one,growth,1,B,literal,consistent,False,",
        "01_one,s_low,1.0,,,failed,False,ParameterError",
    ]
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return fragility.read(path)


def test_fragility_counts_settings_that_change_a_verdict(grid):
    """By hand: A is another verdict in 3 of 4 settings, B in 0 of 3."""
    found = fragility.scores(fragility.changes(grid))
    assert found.to_numpy().tolist() == [["A", "literal", 3, 4], ["B", "literal", 0, 3]]
    assert fragility.fragile_share(found).bounds() == Interval.point(0.5)


def test_fragility_of_one_kind_of_setting(grid):
    moved = fragility.changes(grid, ["rounding"])
    assert fragility.scores(moved).to_numpy().tolist()[0] == ["A", "literal", 1, 1]
    assert fragility.tried(moved, "A", "literal", ["hedge_width"]) == [True]
    assert fragility.tried(moved, "A", "literal", ["growth"]) == []
    assert fragility.turns([]) is None


def test_mosaic_shows_the_verdict_that_a_kind_of_setting_turns_to(grid):
    marks = fragility.mosaic(fragility.changes(grid))
    assert list(marks.columns) == ["default", "rounding", "level", "choices"]
    assert marks.to_numpy().tolist() == [["+", "±", "", "−"], ["±", "", "", ""]]


def test_default_verdicts_of_the_grid_are_compared_with_the_collected(grid):
    now = pd.DataFrame({"prop_id": ["A", "B"], "reading": ["literal"] * 2})
    same, other = now.assign(verdict=["certain", "consistent"]), now.assign(verdict="certain")
    assert fragility.outdated(grid, same) == 0
    assert fragility.outdated(grid, other) == 1


def test_missing_sensitivity_table_is_empty_and_a_wrong_one_refused(tmp_path):
    path = tmp_path / "sensitivity.csv"
    moved = fragility.changes(fragility.read(path))
    assert fragility.scores(moved).empty and fragility.mosaic(moved).empty
    assert fragility.fragile_share(fragility.scores(moved)) is None
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns are not notebook, parameter"):
        fragility.read(path)
