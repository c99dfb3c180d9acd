"""The panel of controls: what it offers, what it says, and that nothing stops it."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import ipywidgets as widgets
import nbformat
import pytest
from click.testing import CliRunner
from small import ROOT, edit, make_study

import asprinted as ap
from asprinted.cli import main
from asprinted.explorer import PATIENCE, Panel, explore
from asprinted.files import DataError
from asprinted.pages.engine import Cells
from asprinted.pages.project import Project, open_project, uncommitted
from asprinted.parameters import parse
from asprinted.recoding import Codes
from asprinted.tables import Tables


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("explored") / "study")


@pytest.fixture
def panel(study, monkeypatch):
    monkeypatch.chdir(study)
    return explore("1")


def test_each_declaration_becomes_its_control(panel):
    found = {name: type(control) for name, control in panel.controls.items()}
    assert found == {
        "line": widgets.FloatSlider,
        "hedge_width": widgets.FloatSlider,
        "fruit": widgets.Dropdown,
        "sources": widgets.SelectMultiple,
        "strict": widgets.Checkbox,
    }
    line, fruit = panel.controls["line"], panel.controls["fruit"]
    # (0, 1] in two hundred steps: the end that is not allowed is left out
    assert (line.min, line.max, line.step, line.value) == (0.005, 1, 0.005, 0.5)
    assert (fruit.options, fruit.value) == (("apples", "pears"), "apples")
    assert panel.controls["sources"].value == ("keeper2020",)


@pytest.mark.parametrize(
    ("declared", "ends"),
    [
        ("since: int = 2010  # [2005, 2020] ; year ; first year", (2005, 2020, 1)),
        ("near: int = 8  # (0, 26) ; rank ; how near", (1, 25, 1)),
        ("worth: float = 1.0  # [1, 10] ; times ; worth", (1, 10, 0.02)),
        ("cap: float = 1 / 3  # (0, 1) ; share ; limit", (0.005, 0.995, 0.005)),
        ("small: float = 0.02  # [0.01, 0.03] ; share ; line", (0.01, 0.03, 0.0001)),
    ],
)
def test_a_range_becomes_the_scale_of_a_slider(declared, ends):
    from asprinted.explorer import _scale

    (parameter,) = parse(declared)
    assert _scale(parameter) == pytest.approx(ends)


def test_at_the_committed_values_nothing_differs(panel):
    assert panel.finding == "One buyer takes more than 60%."
    assert panel.text() == (
        "01_apples: controls for line, hedge_width, fruit, sources, strict\n"
        "One buyer takes more than 60%.\n"
        "None of the 3 verdicts differ from the committed run."
    )
    assert panel.command(panel.chosen()) == "asprinted report 01_apples"


def test_a_moved_control_tells_which_verdicts_differ(panel):
    # the print is "over 60%": above one half always, above seven tenths perhaps
    panel.controls["line"].value = 0.7
    assert [(was["prop_id"], now["verdict"]) for was, now in panel.moved] == [
        ("P1.1", "open")
    ]
    assert "1 of 3 verdicts differs" in panel.text()
    assert "P1.1 (print): Follows -> Left open" in panel.text()
    shown = panel._said.value
    assert shown.index("Follows") < shown.index("Left open")
    called = "asprinted report 01_apples -p line=0.7 --out mine"
    assert called in panel._call.value
    panel.set()
    assert panel.moved == [] and panel.chosen() == {}


def test_values_of_every_kind_reach_the_notebook_and_the_command(panel):
    panel.set(line=1 / 3, fruit="pears", strict=True)
    assert panel.chosen() == {"line": 1 / 3, "fruit": "pears", "strict": True}
    panel.set(line=0.1 + 0.2)
    assert panel.chosen() == {"line": 0.3}
    command = panel.command({"line": 1 / 3, "sources": ["a", "b c"]})
    assert command.endswith("-p line=1/3 -p 'sources=a,b c' --out mine")


def test_a_value_that_is_not_allowed_is_one_line(panel):
    panel.controls["sources"].value = ()
    assert panel.error.startswith("parameter sources: [] is not allowed; allowed: ")
    assert "\n" not in panel.error and "Not run" in panel._said.value
    panel.set()
    assert panel.error == "" and panel.finding == "One buyer takes more than 60%."


def test_a_cell_that_fails_is_one_line_without_markup(study, tmp_path, monkeypatch):
    folder = tmp_path / "failing"
    shutil.copytree(study, folder)
    path = folder / "notebooks" / "01_apples.ipynb"
    edit(path, "s.finish()", "1 / (p.line - 0.7).point; raise KeyError('<b>')")
    monkeypatch.chdir(folder)
    panel = explore("1")
    assert panel.error.startswith("01_apples.ipynb, code cell ")
    assert "<b>" not in panel._said.value and "&lt;b&gt;" in panel._said.value


def executed(study, folder, **values):
    """Return a copy of the study whose notebook holds what it showed."""
    shutil.copytree(study, folder)
    path = folder / "notebooks" / "01_apples.ipynb"
    space = Cells(path).run(values)
    notebook = nbformat.read(path, as_version=4)
    outputs = [
        nbformat.v4.new_output("display_data", data=json.loads(json.dumps(bundle)))
        for bundle in space.bundles
    ]
    notebook.cells[-1].outputs = outputs
    nbformat.write(notebook, path)
    return folder, path


def test_the_committed_run_is_what_the_file_holds(study, tmp_path, monkeypatch):
    """Verdicts are compared with the outputs of the file, also if its cell was edited."""
    folder, path = executed(study, tmp_path / "edited")
    edit(path, "line: float = 0.5", "line: float = 0.7")
    monkeypatch.chdir(folder)
    panel = explore("1")
    assert [now["verdict"] for _, now in panel.moved] == ["open"]
    panel.set(line=0.5)
    assert panel.moved == []


def test_outputs_of_other_parameters_stay_out_of_the_reports(study, tmp_path):
    """The cell is as it was, but the notebook was run and saved with another line."""
    folder, _ = executed(study, tmp_path / "default")
    assert uncommitted(Project(folder), []) == ""
    folder, _ = executed(study, tmp_path / "other", line=0.6)
    said = "01_apples: it was run and saved with other parameters"
    assert uncommitted(Project(folder), []) == said
    assert uncommitted(Project(folder), ["01_apples"]) == ""


def test_marks_stand_where_committed_verdicts_turn(study, tmp_path, monkeypatch):
    folder, path = executed(study, tmp_path / "marked")
    flip = (
        '"flips": [{"name": "line", "kind": "parameter", "at": 0.6, "side": "above"}]'
    )
    edit(path, '"flips": []', flip)
    monkeypatch.chdir(folder)
    panel = explore("1")
    row = panel._rows[0]
    # (0.6 - 0.005) / (1 - 0.005) of the way, and the committed one half before it
    assert "left:59.80%" in row.children[0].children[0].children[1].value
    assert "left:49.75%" in row.children[0].children[0].children[1].value
    assert "a verdict turns at | 0.6" in row.children[1].value


def test_an_unknown_notebook_is_answered(panel):
    with pytest.raises(DataError, match="did you mean '01_apples'"):
        explore("apples")


def test_without_anybody_there_it_speaks(panel):
    assert panel._repr_mimebundle_() == {"text/plain": panel.text()}


def test_with_somebody_there_it_is_a_widget(panel, monkeypatch):
    monkeypatch.setattr("asprinted.explorer._is_somebody_there", lambda: True)
    bundle = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == panel.text()


# --- coded cases ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def coded():
    return Panel(Project(ROOT), "03_neutrality_debate")


def said_of_strength(panel):
    """What is said of "recognised only with military strength", by the text's codes."""
    return [
        now["verdict"]
        for _, now in panel.moved
        if (now["prop_id"], now["reading"]) == ("P3.4a", "print")
    ]


def test_a_clicked_code_reaches_the_verdicts(coded):
    # of the two recognised states the text codes Swiss arms as there, Turkmen arms not:
    # with them the rule holds for both, without them it is broken
    turkmen_arms = ("TKM", "military_strength")
    button = coded.codes.buttons[turkmen_arms]
    assert (button.description, coded.moved) == ("?", [])
    button.click()
    assert (button.description, said_of_strength(coded)) == ("yes (was ?)", ["follows"])
    assert "1 cell of conditions.csv as clicked" in coded._call.value
    button.click()
    assert (button.description, said_of_strength(coded)) == (
        "no (was ?)",
        ["ruled_out"],
    )
    button.click()
    assert (button.description, coded.moved) == ("?", [])
    assert "thirdneighbor report 03_neutrality_debate" in coded._call.value


def test_reset_takes_clicked_codes_back(coded):
    for place in [("CHE", "military_strength"), ("MNG", "recognised")]:
        coded.codes.buttons[place].click()
    assert coded.moved and len(coded.codes.recoded) == 2
    coded.set()
    assert (coded.moved, coded.codes.recoded) == ([], {})
    assert coded.codes.buttons["CHE", "military_strength"].description == "yes"


def test_the_codes_are_those_that_the_notebook_takes(coded):
    cases = {case for case, _ in coded.codes.buttons}
    conditions = {condition for _, condition in coded.codes.buttons}
    assert cases == {"CHE", "TKM", "MNG", "AUT", "LAO", "FIN"}
    # posture, law, place and endowment are coded, too, but no cell asks for them
    assert conditions == {
        "military_strength",
        "resources",
        "great_power_interest",
        "recognised",
    }
    tip = coded.codes.buttons["TKM", "great_power_interest"].tooltip
    assert tip.startswith("Turkmenistan, great power interest. ?: ")
    assert "yes: The Assembly recognised" in tip


def test_a_column_that_does_not_exist_is_named(coded):
    settings = coded.settings["recode"]["03_neutrality_debate"] | {"cell": "cod"}
    with pytest.raises(
        DataError, match=r"'cod' is no column of conditions\.csv; columns"
    ):
        Codes(coded._tables, settings, [], {}, lambda: None)


def test_rows_in_place_of_a_table_are_checked_like_it():
    rows = [dict(row) for row in Tables(ROOT).rows("conditions")]
    rows[0]["code"] = "2"
    with pytest.raises(DataError, match=r"conditions\.csv, row 2, column code: '2'"):
        Tables(ROOT, {"conditions": rows})


# --- in JupyterLab -------------------------------------------------------------------------


def test_a_held_key_runs_the_notebook_once(panel, monkeypatch):
    runs = []
    monkeypatch.setattr(panel, "update", lambda: runs.append(panel.chosen()))

    async def press():
        for value in (0.6, 0.61, 0.62):
            panel.controls["line"].value = value
        await asyncio.sleep(3 * PATIENCE)

    asyncio.run(press())
    assert runs == [{"line": 0.62}]


def test_nothing_is_written(study, monkeypatch):
    monkeypatch.chdir(study)
    before = {p: p.read_bytes() for p in study.rglob("*") if p.is_file()}
    Panel(open_project(), "01_apples").set(line=0.9)
    assert {p: p.read_bytes() for p in study.rglob("*") if p.is_file()} == before


def test_who_does_not_explore_loads_no_widgets():
    code = (
        "import asprinted, sys; asprinted.study; sys.exit('ipywidgets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# --- explore as a command --------------------------------------------------------------------


@pytest.fixture
def started(sandbox, monkeypatch):
    """Where and how JupyterLab was started, which is not there itself."""
    found = []
    lab = SimpleNamespace(main=lambda given: found.append((Path.cwd(), given)))
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", lab)
    return found


def test_the_command_opens_a_notebook_of_one_cell(sandbox, started, monkeypatch):
    monkeypatch.chdir(sandbox.folder / "data")  # any place inside the study will do
    assert CliRunner().invoke(main, ["explore", "1"]).exit_code == 0
    (root, (option,)) = started[0]
    place = option.partition("=/lab/tree/")[2]
    assert (root, place) == (sandbox.folder, "build/explore_01_apples.ipynb")
    book = nbformat.read(root / place, as_version=4)
    nbformat.validate(book)
    (cell,) = book.cells
    *_, last = cell.source.splitlines()
    monkeypatch.chdir((root / place).parent)  # as the kernel of that notebook
    assert eval(last, {"ap": ap}).name == "01_apples"


def test_what_a_reader_adds_to_that_notebook_stays(sandbox, started):
    path = sandbox.folder / "build" / "explore_01_apples.ipynb"
    path.parent.mkdir()
    path.write_text("mine", encoding="utf-8")
    assert CliRunner().invoke(main, ["explore", "01"]).exit_code == 0
    assert path.read_text("utf-8") == "mine" and len(started) == 1


def test_no_such_notebook_is_told_with_the_nearest(sandbox, started):
    before = sandbox.everything()
    done = CliRunner().invoke(main, ["explore", "01_aples"])
    assert done.exit_code == 2 and "did you mean '01_apples'?" in done.stderr
    assert started == [] and sandbox.everything() == before


def test_without_jupyterlab_it_says_what_to_do(sandbox, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    before = sandbox.everything()
    done = CliRunner().invoke(main, ["explore", "1"])
    assert done.exit_code == 2 and sandbox.everything() == before
    assert "install the package jupyterlab" in done.stderr
    assert "report 01_apples -p NAME=VALUE" in done.stderr
