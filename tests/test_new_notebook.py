"""A notebook of one's own: it runs, is entered in the study, and is taken out without trace."""

import json
import shutil

import pytest
from small import ROOT, edit, make_study

from asprinted import checks, starting
from asprinted.files import DataError
from asprinted.pages.engine import Cells
from asprinted.pages.project import Project
from asprinted.tables import Tables


def files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path / "study")


@pytest.fixture
def here(tmp_path):
    """A copy of this study as if just recorded, its notebooks empty."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        (tmp_path / "notebooks" / path.name).write_text("{}", encoding="utf-8")
    checks.record(Tables(tmp_path))
    return tmp_path


def test_it_runs_and_its_words_follow_its_parameter(study):
    starting.start(Project(study), "02_pears")
    path = study / "notebooks" / "02_pears.ipynb"
    space = Cells(path).run({})
    # the first share of a text with a partner is "over 60%"
    (record,) = space.records
    assert (record["prop_id"], record["verdict"]) == ("P2.1", "follows")
    assert record["standing"] == "ours" and "one half" in record["text"]
    assert space.found("block")[-1]["finding"] == ["The number is above the line."]
    moved = Cells(path).run({"line": 0.7}).found("block")[-1]
    assert moved["finding"][0].startswith("The figures leave open")


def test_it_runs_in_this_study_and_leaves_no_trace(here):
    before = files(here)
    told = starting.start(Project(here), "energy_russia")
    assert told[0].startswith("notebooks/09_energy_russia.ipynb")
    project = Project(here)
    assert list(project.notebooks)[-1] == "09_energy_russia"
    assert checks.changed(Tables(here)) == []  # recorded, as all was before
    assert len(Cells(project.path("09_energy_russia")).run({}).records) == 1
    (here / "reports").mkdir()
    (here / "reports" / "09_energy_russia.html").write_text("its page")
    starting.remove(Project(here), "9")
    assert files(here) == before


def test_other_edits_are_not_recorded_on_the_way(here):
    edit(
        here / "data" / "events.csv", "Visit of the President", "Call of the President"
    )
    starting.start(Project(here), "09_energy")
    changed = set(checks.changed(Tables(here)))
    assert changed == {"events.csv", "propositions.csv", "study.json"}


def test_a_package_without_hashes_gets_none(study):
    before = (study / "data" / "datapackage.json").read_bytes()
    starting.start(Project(study), "pears")
    assert (study / "data" / "datapackage.json").read_bytes() == before


def test_a_text_without_shares_gives_a_line_in_its_own_unit(study):
    """About $2.4 million lies on both sides of $2.4 million."""
    path = study / "data" / "figures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "60%" not in x), encoding="utf-8")
    starting.start(Project(study), "02_pears")
    (record,) = Cells(study / "notebooks" / "02_pears.ipynb").run({}).records
    assert (record["verdict"], record["threshold"]["unit"]) == ("open", "usd")
    assert record["text"].endswith("is more than $2.4\xa0million.")


def test_an_inferred_date_is_said(study):
    path = study / "data" / "figures.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("stated", "inferred"), encoding="utf-8")
    starting.start(Project(study), "pears")
    (record,) = Cells(study / "notebooks" / "02_pears.ipynb").run({}).records
    assert record["given"] == "if the date is right"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("01_pears", "01 is taken by 01_apples; 02_pears is free"),
        ("Pears", "is no name for a notebook"),
        ("../pears", "is no name for a notebook"),
        ("02-pears", "is no name for a notebook"),
        ("2_pears", "is no name for a notebook"),
        ("", "is no name for a notebook"),
        ("03_drafts", "notebooks/03_drafts.ipynb is there already"),
    ],
)
def test_a_wrong_name_writes_nothing(study, name, said):
    (study / "notebooks" / "03_drafts.ipynb").write_text("{}")
    before = files(study)
    with pytest.raises(DataError, match=said):
        starting.start(Project(study), name)
    assert files(study) == before


def test_a_row_that_is_taken_stays(study):
    edit(study / "data" / "propositions.csv", "P1.2,", "P2.1,")
    before = files(study)
    with pytest.raises(DataError, match=r"has a row P2\.1 already"):
        starting.start(Project(study), "pears")
    assert files(study) == before


def test_only_a_notebook_of_ones_own_is_taken_out(study):
    before = files(study)
    with pytest.raises(DataError, match="tests what others say"):
        starting.remove(Project(study), "1")
    assert files(study) == before


@pytest.mark.parametrize(
    "listed",
    ['["01_apples"]', '[ "01_apples" ]', '[\n  "01_apples"\n ]'],
)
def test_the_settings_keep_their_form(study, listed):
    path = study / "data" / "study.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    rest = json.dumps({k: v for k, v in settings.items() if k != "notebooks"})
    path.write_text(f'{rest[:-1]}, "notebooks": {listed}}}', encoding="utf-8")
    before = path.read_bytes()
    starting.start(Project(study), "pears")
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found == settings | {"notebooks": ["01_apples", "02_pears"]}
    starting.remove(Project(study), "2")
    assert path.read_bytes() == before
