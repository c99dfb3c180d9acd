"""What is built again, and what is not."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import PEARS
from small import (
    JUDGED,
    ROOT,
    SHOWN,
    edit,
    figure,
    proposition,
    write_notebook,
    write_settings,
    write_table,
)

from asprinted.files import DataError
from asprinted.pages import build, running
from asprinted.pages.project import BOARD, Memory, open_project

HEAVY = ["pandas", "numpy", "sympy", "papermill", "nbformat", "nbconvert", "jinja2"]
BOTH = ["01_apples", "02_pears"]


@pytest.fixture(scope="module")
def built(template, tmp_path_factory):
    """A study that has been built once; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("built") / "study"
    shutil.copytree(template, folder)
    assert report(folder) == (BOTH, [], [])
    return folder


@pytest.fixture
def study(built, tmp_path, monkeypatch):
    """A copy of the built study, with what its build remembers."""
    folder = tmp_path / "a [copy]"
    shutil.copytree(built, folder)
    old, new = (Memory(open_project(f), f / "reports", {}) for f in (built, folder))
    (folder / "build" / old.folder.name).rename(new.folder)
    monkeypatch.chdir(folder)
    assert report(folder) == ([], BOTH, [])
    return folder


def report(folder, names=(), **options):
    done = build.build(*given(folder, names), **options)
    return sorted(done.ran), done.fresh, list(done.failed)


def given(folder, names=()):
    project = open_project(folder)
    return project, names or list(project.notebooks), {}, project.reports


def pages(folder):
    found = (folder / "reports").iterdir()
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in found}


def change(folder, old, new, table="figures"):
    edit(folder / "data" / f"{table}.csv", old, new)


def test_nothing_to_do_touches_nothing(study):
    before = pages(study)
    for path in [*(study / "data").iterdir(), *(study / "notebooks").iterdir()]:
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert report(study)[0] == []
    assert pages(study) == before


def test_a_copy_of_a_notebook_does_not_speak_for_it(study):
    """Its records would count twice; a page says what its first call must be."""
    shutil.copy(study / "notebooks/01_apples.ipynb", study / "notebooks/03_copy.ipynb")
    write_settings(study, notebooks=[*BOTH, "03_copy"])
    assert report(study) == ([], BOTH, ["03_copy"])
    verdicts = (study / "reports" / "verdicts.csv").read_text(encoding="utf-8")
    assert verdicts.count("\nP1.1,") == 1
    failed = (study / "reports" / "03_copy.failed.html").read_text(encoding="utf-8")
    assert "says that it is &#39;01_apples&#39;; write &#39;03_copy&#39;" in failed
    assert build.refresh(open_project(study), ["03_copy"]) == [
        "03_copy: the notebook says that it is '01_apples'; "
        "write '03_copy' in its first call"
    ]


def test_a_notebook_without_a_cell_fails_alone(study):
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = study / "notebooks" / "02_pears.ipynb"
    path.write_text(json.dumps(empty), encoding="utf-8")
    assert report(study) == ([], ["01_apples"], ["02_pears"])


def test_a_section_that_no_cell_shows_is_told_not_lost(study):
    lost = 'ap.section("More", "Of it.")\nx = 1'
    write_notebook(study, "02_pears", "How many figures?", *PEARS, lost)
    before = pages(study)["02_pears.html"]
    done = build.build(*given(study))
    assert list(done.failed) == ["02_pears"]
    assert (
        "code cell 6: ap.section(...) is not the last line" in done.failed["02_pears"]
    )
    assert pages(study)["02_pears.html"] == before


def test_an_edited_figure_runs_only_the_notebook_that_uses_it(study):
    change(study, "$3.1 million", "$3.2 million")
    change(study, "keeper2020,$3.2", "keeper2020,$3.1")
    before = pages(study)
    change(study, "first page,total_exports", "second page,total_exports")
    assert report(study) == (["01_apples"], ["02_pears"], [])
    after = pages(study)
    assert after["02_pears.html"] == before["02_pears.html"]
    assert after["01_apples.html"] != before["01_apples.html"]
    assert "second page" in (study / "reports" / "figures.csv").read_text("utf-8")
    assert report(study)[0] == []


def test_a_figure_that_nobody_uses_runs_nothing(study):
    rows = [figure("other", "$3.1 million", "total_imports")]
    add(study, "figures", rows)
    assert report(study)[0] == []
    assert "other" in (study / "reports" / "figures.csv").read_text("utf-8")


def add(folder, table, rows):
    path = folder / "data" / f"{table}.csv"
    lines = path.read_text("utf-8")
    write_table(folder, table, rows)
    path.write_text(lines + path.read_text("utf-8").split("\n", 1)[1], "utf-8")


def test_a_new_row_runs_the_notebook_whose_question_it_answers(study):
    add(study, "figures", [figure("more", "$3.1 million", "exports_to", "NPT")])
    assert report(study)[0] == ["02_pears"]
    assert "4 figures" not in (study / "reports" / "02_pears.html").read_text("utf-8")


def test_rows_in_another_order_run_nothing(study):
    path = study / "data" / "figures.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, *reversed(rows)]) + "\n", "utf-8")
    assert report(study)[0] == []


def test_a_source_that_is_cited_runs_both(study):
    change(study, "A Year of Apples", "Two Years of Apples", "sources")
    assert report(study)[0] == BOTH


def test_wrong_data_stop_a_build(study):
    before = pages(study)
    change(study, "over 60%", "banana")
    with pytest.raises(DataError, match=r"figures.csv, row \d+"):
        report(study)
    assert pages(study) == before


def test_changed_code_runs_that_notebook(study):
    edit(study / "notebooks" / "02_pears.ipynb", "len(apples) > 0", "len(apples) > 1")
    assert report(study)[0] == ["02_pears"]


def test_changed_outputs_of_a_notebook_run_nothing(study):
    path = study / "notebooks" / "02_pears.ipynb"
    book = nbformat.read(path, 4)
    book.cells[2].execution_count = 7
    nbformat.write(book, path)
    assert report(study)[0] == []


def test_a_parameter_runs_the_notebook_again_in_a_folder_of_its_own(study):
    project, out = open_project(study), study / "elsewhere"
    before = pages(study)
    for ran in (["01_apples"], []):
        done = build.build(project, ["01_apples"], {"line": 0.9}, out)
        assert done.ran == ran
    assert build.build(project, ["01_apples"], {"line": 0.8}, out).ran == ["01_apples"]
    assert pages(study) == before
    (row, *_) = json.loads((out / "verdicts.json").read_text("utf-8"))
    assert (row["prop_id"], row["verdict"]) == ("P1.1", "open")
    assert row["parameters"]["line"] == 0.8


def test_what_is_not_known_of_another_folder_is_not_made_up(study):
    """Rows of the committed notebooks are rows of reports/ and of no other folder."""
    refreshed = build.refresh(open_project(study), ["01_apples"])
    out = study / "elsewhere"
    build.build(open_project(study), BOTH, {"line": 0.9}, out)
    shutil.rmtree(study / "build")
    build.build(open_project(study), ["02_pears"], {"line": 0.9}, out)
    assert refreshed == []
    assert json.loads((out / "verdicts.json").read_text("utf-8")) == []
    report(study, ["02_pears"])
    rows = json.loads((study / "reports" / "verdicts.json").read_text("utf-8"))
    assert [row["verdict"] for row in rows] == ["follows", "open", "no_figure"]


def test_a_changed_lock_runs_everything(study):
    edit(study / "requirements.lock", "click==8", "click==9")
    assert report(study)[0] == BOTH


def test_changed_code_of_the_library_runs_everything(study, tmp_path, monkeypatch):
    (study / "lib").mkdir()
    (study / "lib" / "own.py").write_text("A = 1\n")
    assert report(study)[0] == BOTH
    (study / "lib" / "__pycache__").mkdir()
    (study / "lib" / "__pycache__" / "own.pyc").write_bytes(b"x")
    assert report(study)[0] == []


@pytest.mark.parametrize("name", ["01_apples.html", *BOARD])
@pytest.mark.parametrize("half", [True, False])
def test_a_lost_or_half_written_page_is_written_again_without_a_run(study, name, half):
    path = study / "reports" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2]) if half else path.unlink()
    assert report(study)[0] == []
    assert path.read_bytes() == whole


def test_what_an_interrupted_build_left_is_removed(study):
    (study / "reports" / "02_pears.html.part").write_text("half")
    edit(study / "notebooks" / "02_pears.ipynb", "len(apples) > 0", "len(apples) > 1")
    report(study)
    assert not list((study / "reports").glob("*.part"))


def test_sockets_of_a_build_that_was_killed_at_its_end_are_removed(study, monkeypatch):
    """Though there is nothing to do any more."""
    left = study / "ap-left"
    left.mkdir()
    (left / running.LOCK).touch()
    monkeypatch.setattr(running, "_bases", lambda: [str(study)])
    Memory(open_project(study), study / "reports", {}).running.touch()
    assert report(study) == ([], BOTH, [])
    assert not left.exists()
    assert report(study) == ([], BOTH, [])
    assert not list((study / "build").rglob("running"))


def test_a_half_written_notebook_in_the_build_folder_is_not_trusted(study):
    (kept,) = (study / "build").rglob("01_apples.ipynb")
    kept.write_bytes(kept.read_bytes()[:-9])
    assert report(study)[0] == ["01_apples"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"01_apples": '])
def test_a_damaged_memory_is_not_trusted(study, content):
    (path,) = (study / "build").rglob("memory.json")
    path.write_text(content)
    assert report(study)[0] == BOTH


def test_a_failure_keeps_the_page_and_the_next_success_removes_the_reason(study):
    before = pages(study)["01_apples.html"]
    path = study / "notebooks" / "01_apples.ipynb"
    edit(path, 's.figure(\\"apples\\")', 's.figure(\\"aples\\")')
    assert report(study) == ([], ["02_pears"], ["01_apples"])
    assert pages(study)["01_apples.html"] == before
    failed = study / "reports" / "01_apples.failed.html"
    assert "aples" in failed.read_text("utf-8")
    assert report(study)[2] == ["01_apples"], "it is tried again"
    edit(path, 's.figure(\\"aples\\")', 's.figure(\\"apples\\")')
    assert report(study) == (["01_apples"], ["02_pears"], [])
    assert not failed.exists()


def test_pages_from_other_rows_are_told_on_the_index(study):
    change(study, "first page,total_exports", "second page,total_exports")
    report(study, ["02_pears"])
    index = (study / "reports" / "index.html").read_text("utf-8")
    assert index.count("out of date") == 1


SUM = (
    "rows = ap.board(s)\nassert len(rows) == 3",
    'ap.headline("All?", "{n} sentences.", "{n}.", topic="all", n=len(rows))',
)


def test_the_synthesis_follows_the_records_of_the_others(study):
    """It reads those of this build, and runs again only if one of them has changed."""
    write_notebook(study, "03_all", "All", *SUM)
    write_settings(study, notebooks=[*BOTH, "03_all"], synthesis="03_all")
    assert report(study)[0] == ["03_all"]
    assert report(study)[0] == []
    change(study, "first page,total_exports", "second page,total_exports")
    assert report(study)[0] == ["01_apples"], "no verdict has changed"
    change(study, "One buyer takes most.", "One buyer takes the most.", "propositions")
    ran = report(study)[0]
    assert ran == ["01_apples", "03_all"]
    text = (study / "reports" / "03_all.html").read_text("utf-8")
    assert "3 sentences" in text


def test_refreshed_notebooks_hold_their_outputs_and_no_more(study):
    guide = write_notebook(study, "00_start", "Start", *PEARS)
    edit(guide, 'ap.study(\\"00_start', 'ap.study(\\"02_pears')
    write_settings(study, notebooks=BOTH, guides=["00_start"])
    project = open_project(study)
    before = {n: nbformat.read(p, 4) for n, p in project.every.items()}
    assert build.refresh(project) == []
    for name, path in project.every.items():
        book = nbformat.read(path, 4)
        assert [c.source for c in book.cells] == [c.source for c in before[name].cells]
        assert [c.id for c in book.cells] == [c.id for c in before[name].cells]
        assert any(cell.get("outputs") for cell in book.cells)
        assert str(study) not in path.read_text("utf-8")
    once = guide.read_bytes()
    assert build.refresh(project, ["00_start"]) == []
    assert guide.read_bytes() == once
    edit(guide, "import pandas as pd", "1 / 0")
    (failed,) = build.refresh(project, ["00_start"])
    assert failed.startswith("00_start: 00_start.ipynb, code cell 3: ZeroDivisionError")
    assert "1 / 0" in guide.read_text("utf-8")


def test_a_command_with_nothing_to_do_imports_nothing_heavy(study):
    code = (
        "import sys\nfrom asprinted.cli import main\n"
        "try:\n    main(['report'])\n"
        f"finally:\n    print([m for m in {HEAVY} if m in sys.modules])"
    )
    path = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=study,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
    assert "0 ran, 2 up to date" in done.stdout


def test_a_study_that_cannot_be_written_to_builds_elsewhere(study, monkeypatch):
    """What the build remembers then stands beside its pages."""
    real = os.access
    inside = (str(study), str(study / "build"))
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: str(path) not in inside and real(path, mode),
    )
    project, out = open_project(study), study.parent / "out"
    for ran in (["01_apples"], []):
        assert build.build(project, ["01_apples"], {}, out).ran == ran
    assert (out / ".build" / "memory.json").is_file()


def test_a_synthesis_may_be_run_alone(study):
    """Then it reads what the last build kept of the others."""
    write_notebook(study, "03_all", "All", *SUM)
    write_settings(study, notebooks=[*BOTH, "03_all"], synthesis="03_all")
    assert report(study, ["03_all"])[0] == ["03_all"]


def test_an_untested_sentence_brings_its_row(study):
    rows = json.loads((study / "reports" / "verdicts.json").read_text("utf-8"))
    assert [row["prop_id"] for row in rows] == ["P1.1", "P1.2", "P1.3"]
    assert rows[2]["verdict"] == "no_figure"
    assert rows[2]["settles"]["what"] == "a figure for pears"
    add(study, "propositions", [proposition("P2.1", "02_pears", "Two is many.")])
    assert report(study)[2] == ["02_pears"], "declared and not judged"
    write_notebook(study, "01_apples", "Apples", *JUDGED[:1], SHOWN)
    assert report(study)[2] == BOTH


def test_a_verdict_that_does_not_arrive_is_missed(study):
    """The kernel has judged P1.1, but what its cell showed is lost."""
    lose = "\nfrom IPython.display import clear_output\nclear_output()"
    cells = JUDGED[0] + lose, JUDGED[1], SHOWN
    write_notebook(study, "01_apples", "Who buys the apples?", *cells)
    before = (study / "reports" / "01_apples.html").read_bytes()
    assert report(study, ["01_apples"]) == ([], [], ["01_apples"])
    said = (study / "reports" / "01_apples.failed.html").read_text("utf-8")
    assert "1 of its verdicts did not arrive, P1.1 (print) among them" in said
    assert (study / "reports" / "01_apples.html").read_bytes() == before
