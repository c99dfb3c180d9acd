"""The panel of controls: what it offers, what it says, and that nothing stops it."""

import json
import shutil
import subprocess
import sys

import ipywidgets as widgets
import nbformat
import pytest
from small import edit, make_study

from asprinted.explorer import Panel, explore
from asprinted.package import DataError
from asprinted.pages.engine import Cells
from asprinted.pages.project import open_project
from asprinted.parameters import parse


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


def executed(study, folder):
    """Return a copy of the study whose notebook holds what it showed."""
    shutil.copytree(study, folder)
    path = folder / "notebooks" / "01_apples.ipynb"
    space = Cells(path).run({})
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
