"""What is built again, and what is not."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from small import ROOT, edit, make_project, write_notebook

from thirdneighbor.fragility import COLUMNS
from thirdneighbor.reporting import build, ledger
from thirdneighbor.reporting.project import open_project
from thirdneighbor.tables import DataError

HEAVY = ["pandas", "numpy", "sympy", "papermill", "nbformat", "nbconvert", "jinja2", "rich"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project that has been built once; tests work on copies of it."""
    folder = make_project(tmp_path_factory.mktemp("built"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THIRDNEIGHBOR_DATA", "")
        patch.chdir(folder)
        assert report() == (["01_one", "02_many"], [], [])
    return folder


@pytest.fixture
def project(built, tmp_path, monkeypatch):
    folder = tmp_path / "project"
    shutil.copytree(built, folder)
    old, new = (ledger.Ledger(f, {}, f / "data", f / "reports").folder for f in (built, folder))
    (folder / "build" / old.name).rename(new)
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", "")
    monkeypatch.chdir(folder)
    assert report() == ([], ["01_one", "02_many"], [])
    return folder


def report(**options):
    project = open_project(None)
    names = list(project.notebooks)
    done = build.build(project, names, {}, project.folder / "reports", **options)
    return sorted(done.ran), done.fresh, done.failed


def pages(folder):
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in (folder / "reports").iterdir()}


def figures(folder):
    return folder / "data" / "figures.csv"


def row(folder, figure_id):
    lines = figures(folder).read_text("utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"{figure_id},"))


def test_nothing_to_do_touches_nothing(project):
    before = pages(project)
    for path in [*(project / "data").iterdir(), *(project / "notebooks").iterdir()]:
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert report()[0] == []
    assert pages(project) == before


def test_an_edited_figure_runs_only_the_notebook_that_uses_it(project):
    line = row(project, "irg_exports_chn_2019")
    edit(figures(project), line, line + " ")
    assert report() == (["01_one"], ["02_many"], [])
    assert report()[0] == []


def test_a_figure_that_nobody_uses_runs_nothing(project):
    line = row(project, "gun_fdi_value_chn")
    edit(figures(project), line, line + " ")
    assert report()[0] == []


@pytest.mark.parametrize(("partner", "ran"), [("KGZ", ["02_many"]), ("KAZ", [])])
def test_a_new_row_runs_the_notebooks_whose_predicate_it_matches(project, partner, ran):
    line = row(project, "irg_exports_kgz_2011")
    new = line.replace("irg_exports_kgz_2011", "irg_exports_new_2011").replace(
        ",KGZ,", f",{partner},"
    )
    assert f",{partner}," in new
    edit(figures(project), line + "\n", f"{line}\n{new}\n")
    assert report()[0] == ran


def test_rows_in_another_order_run_nothing(project):
    lines = figures(project).read_text("utf-8").splitlines()
    figures(project).write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", "utf-8")
    assert report()[0] == []


def test_a_source_that_is_cited_runs_both(project):
    edit(project / "data" / "sources.csv", "Irgengioro", "Irgengioroo")
    assert report()[0] == ["01_one", "02_many"]


def test_wrong_data_stop_a_build(project):
    before = pages(project)
    edit(figures(project), row(project, "gun_fdi_value_chn"), "not,a,row")
    with pytest.raises(DataError, match=r"figures.csv, row \d+"):
        report()
    assert pages(project) == before


def test_changed_code_runs_that_notebook(project):
    edit(project / "notebooks" / "01_one.ipynb", "irg_exports_chn_2019", "irg_exports_kgz_2011")
    assert report()[0] == ["01_one"]


def test_a_parameter_runs_the_notebook_again_in_a_folder_of_its_own(project):
    whole = open_project(None)
    out = project / "elsewhere"
    for ran in (["01_one"], []):
        done = build.build(whole, ["01_one"], {"hedge_width": 2.0}, out)
        assert done.ran == ran
    assert build.build(whole, ["01_one"], {"hedge_width": 2.5}, out).ran == ["01_one"]


def test_a_changed_lock_runs_everything(project):
    edit(project / "requirements.lock", "pandas==", "pandas===")
    assert report()[0] == ["01_one", "02_many"]


@pytest.mark.parametrize("name", ["01_one.html", "02_many.html", *ledger.BOARD])
@pytest.mark.parametrize("half", [True, False])
def test_a_lost_or_half_written_page_is_written_again_without_a_run(project, name, half):
    path = project / "reports" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2]) if half else path.unlink()
    assert report()[0] == []
    assert path.read_bytes() == whole


def test_a_half_written_notebook_in_the_store_is_not_trusted(project):
    (kept,) = (project / "build").rglob("01_one.ipynb")
    kept.write_bytes(kept.read_bytes()[:-9])
    assert report()[0] == ["01_one"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"01_one": '])
def test_a_damaged_ledger_is_not_trusted(project, content):
    (path,) = (project / "build").rglob("ledger.json")
    path.write_text(content)
    assert report()[0] == ["01_one", "02_many"]


def test_a_new_template_sets_pages_without_a_run(project, tmp_path, monkeypatch):
    copy = tmp_path / "package"
    shutil.copytree(ledger.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(ledger, "PACKAGE", copy)
    assert report()[0] == []
    style = next(copy.rglob("page.css"))
    style.write_text(style.read_text("utf-8") + "\n", "utf-8")
    before = pages(project)
    assert report()[0] == []
    assert pages(project)["01_one.html"][1] > before["01_one.html"][1]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("quantities.py", "cause"),
        ("charts/rows.py", "cause"),
        ("reporting/warm.py", "cause"),
        ("reporting/page.py", "looks"),
        ("cli.py", ""),
        ("reporting/sweep.py", ""),
    ],
)
def test_the_library_reaches_what_it_decides(project, tmp_path, monkeypatch, file, kind):
    copy = tmp_path / "package"
    shutil.copytree(ledger.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(ledger, "PACKAGE", copy)
    before, after = marks(project), None
    with (copy / file).open("a", encoding="utf-8") as target:
        target.write("\n# changed\n")
    after = marks(project)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"cause": {"cause", "looks"}, "looks": {"looks"}, "": set()}[kind]


def marks(folder):
    whole = open_project(None)
    found = ledger.Ledger(folder, whole.notebooks, whole.data, folder / "reports")
    return {"cause": found.cause("01_one", {}), "looks": found.looks}


def test_a_failure_keeps_the_page_and_the_next_success_removes_the_reason(project):
    before = pages(project)["01_one.html"]
    path = project / "notebooks" / "01_one.ipynb"
    edit(path, "irg_exports_chn_2019", "irg_exports_chn_2091")
    assert report() == ([], ["02_many"], ["01_one"])
    assert pages(project)["01_one.html"] == before
    failed = project / "reports" / "01_one.failed.html"
    assert "irg_exports_chn_2091" in failed.read_text("utf-8")
    edit(path, "irg_exports_chn_2091", "irg_exports_chn_2019")
    assert report() == (["01_one"], ["02_many"], [])
    assert not failed.exists()


def test_the_synthesis_follows_the_records_of_the_others(project, monkeypatch):
    write_notebook(project, "08_synthesis", "Synthesis", "1 + 1")
    declared = project / "data" / "propositions.csv"
    lines = declared.read_text("utf-8").splitlines(keepends=True)
    declared.write_text("".join(x for x in lines if "08_synthesis" not in x), "utf-8")
    assert report()[0] == ["08_synthesis"]
    assert report()[0] == []
    edit(
        figures(project),
        row(project, "irg_exports_chn_2019"),
        row(project, "irg_exports_chn_2019") + " ",
    )
    assert report()[0] == ["01_one"], "no verdict has changed"
    (path,) = (project / "build").rglob("ledger.json")
    entries = json.loads(path.read_text("utf-8"))
    entries["01_one"]["records"] = "other"
    path.write_text(json.dumps(entries), "utf-8")
    assert report()[0] == ["08_synthesis"]
    (project / "reports" / "sensitivity.csv").write_text(",".join(COLUMNS) + "\n")
    assert report()[0] == ["08_synthesis"]


def test_a_command_with_nothing_to_do_imports_nothing_heavy(project):
    code = (
        "import sys\nfrom thirdneighbor.cli import main\n"
        "try:\n    main(['report'])\n"
        f"finally:\n    print([m for m in {HEAVY} if m in sys.modules])"
    )
    path = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("THIRDNEIGHBOR_DATA", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
    assert "0 ran, 2 up to date" in done.stdout
