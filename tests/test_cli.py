"""Wrong calls and wrong data: one message that helps, and nothing run or written."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import papermill
import pytest
from click.testing import CliRunner
from small import PARAMETERS, edit, write_notebook, write_settings

from asprinted.cli import main
from asprinted.pages import build, exports, project, sweep
from asprinted.pages.page import failure_page
from asprinted.pages.project import KEPT_FOR

OUT = ("--out", "out")
SETTINGS = {"title": "Fruit", "name": "fruit"}


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch):
    """Fail the test if a notebook runs."""

    def run(*args, **kwargs):
        raise AssertionError("a notebook ran")

    monkeypatch.setattr(papermill, "execute_notebook", run)


def invoke(*args):
    return CliRunner().invoke(main, args)


def refused(sandbox, *args, status=2):
    """Return the one plain message of a call that changed nothing on disk."""
    before = sandbox.everything()
    result = invoke(*args)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    assert "Error: " in result.stderr and "Traceback" not in result.output
    assert sandbox.everything() == before
    return result.stderr.split("Error: ", 1)[1]


WRONG_CALLS = [
    # a parameter that does not exist
    ("report 1 -p lin=0.3", ["01_apples", "'lin'", "did you mean 'line'?"]),
    ("report 1 -p LINE=0.3", ["'LINE'", "did you mean 'line'?"]),
    ("report 1 -p zzz=1", ["'zzz'", "known are line, hedge_width, fruit"]),
    ("report 1 -p =1", ["''", "known are line"]),
    # a value that is not allowed
    ("report 1 -p line=1.7", ["01_apples", "line: '1.7'", "float in (0, 1]"]),
    ("report 1 -p line=0", ["line: '0'", "float in (0, 1]"]),
    ("report 1 -p line=banana", ["'banana'", "float in (0, 1]"]),
    ("report 1 -p line=33%", ["'33%'", "float in (0, 1]"]),
    ("report 1 -p line=0,3", ["'0,3'", "float in (0, 1]"]),
    ("report 1 -p line=1e400", ["'1e400'", "float in (0, 1]"]),
    ("report 1 -p line=0.1\u20130.2", ["'0.1\u20130.2'", "float in (0, 1]"]),
    ("report 1 -p line=\u22120.1", ["'\u22120.1'", "float in (0, 1]"]),
    ("report 1 -p strict=yes", ["'yes'", "{True, False}"]),
    ("report 1 -p sources=keper2020", ["did you mean 'keeper2020'?"]),
    ("report 1 -p fruit=Pears", ["'Pears'", "{apples, pears}", "mean 'pears'?"]),
    ("report 1 -p fruit=\x1b[31mpears", ["'\\x1b[31mpears'"]),
    # the form of the call
    ("report 1 -p line", ["'line'", "NAME=VALUE"]),
    ("report 1 -p line 0.4", ["'line'", "write -p line=0.4"]),
    ("report -p line 0.4 2", ["'line'", "write -p line=0.4"]),
    ("report 1 -p line=0.3 -p line=0.4", ["line", "twice"]),
    ("report 1 --jobs 0", ["0", "x>=1"]),
    ("reprot 1", ["'reprot'", "Did you mean 'report'?"]),
    ("report 77", ["'77'", "01_apples, 02_pears"]),
    ("report apples", ["'apples'", "did you mean '01_apples'?"]),
    ("report 01_aples", ["did you mean '01_apples'?"]),
    ("report notebooks/01_appels.ipynb", ["did you mean '01_apples'?"]),
    ("report elsewhere/01_apples.ipynb", ["did you mean '01_apples'?"]),
    ("params apples", ["did you mean '01_apples'?"]),
    ("params", ["NOTEBOOK"]),
    ("trace shar", ["'shar'", "did you mean 'share'?"]),
    ("trace share --sources nowhere", ["'nowhere'"]),
    ("check --sources nowhere", ["'nowhere'"]),
    ("check --text nowhere.txt", ["nowhere.txt"]),
    ("check --study nowhere", ["'nowhere'"]),
    ("check --study notebooks", ["'notebooks'"]),
    ("report --study data/figures.csv", ["figures.csv"]),
    ("verdicts", ["run: report"]),
    ("sweep 9 -g line=0.5", ["'9'"]),
    ("sweep 1", ["-g"]),
    ("sweep 1 -g lin=0.5", ["did you mean 'line'?"]),
    ("sweep 1 -g line=9", ["line: '9'"]),
    ("sweep 1 -g line=0.5 --out x.txt", [".csv"]),
    ("sweep 1 -g line=0.5 --out reports/x.csv", ["reports/"]),
]


@pytest.mark.parametrize(("call", "said"), WRONG_CALLS, ids=lambda v: ascii(v)[:60])
def test_a_wrong_call(sandbox, call, said):
    out = OUT if "-p" in call else ()
    message = refused(sandbox, *call.split(" "), *out)
    assert not [part for part in said if part not in message], message


def test_a_run_on_other_values_needs_a_folder(sandbox):
    assert "--out DIR" in refused(sandbox, "report", "1", "-p", "line=0.3")


WRONG_FOLDERS = ["reports", "reports/sub", "./reports/../reports", "data/../reports"]
WRONG_FOLDERS += [*KEPT_FOR, "lib/x", ".git/x", "..", ".", "", "link", "link/sub"]
WRONG_FOLDERS += ["README.md", "README.md/sub", "texts"]


@pytest.mark.parametrize("folder", WRONG_FOLDERS, ids=repr)
def test_where_pages_may_not_go(sandbox, folder):
    """Whatever the spelling, a run on other values leaves what is there alone."""
    for name in ("reports", "lib", "tests", ".git"):
        (sandbox.folder / name).mkdir()
    (sandbox.folder / "README.md").touch()
    (sandbox.folder / "link").symlink_to("reports", target_is_directory=True)
    call = ("report", "1", "-p", "line=0.3", "--out")
    assert f"--out {folder!r}" in refused(sandbox, *call, folder)
    assert "--out" in refused(sandbox, *call, str(Path(folder).resolve()))


def test_a_folder_with_files_of_somebody_is_left_alone(sandbox):
    (sandbox.folder.parent / "papers").mkdir()
    (sandbox.folder.parent / "papers" / "thesis.docx").touch()
    message = refused(sandbox, "report", "--out", "../papers")
    assert "'thesis.docx'" in message


@pytest.mark.parametrize("name", ["index.html", "figures.csv", "02_pears.html"])
def test_a_file_of_somebody_with_the_name_of_a_page_is_left_alone(sandbox, name):
    (sandbox.folder.parent / "web").mkdir()
    (sandbox.folder.parent / "web" / name).write_text("<html>mine", encoding="utf-8")
    message = refused(sandbox, "report", "--out", "../web")
    assert f"holds {name!r}, which is no page of this study" in message


def test_a_folder_with_pages_takes_new_ones(sandbox):
    """A page says by whom it was made; tables count as ours beside an index of ours."""
    folder = sandbox.folder / "mine"
    folder.mkdir()
    study = project.open_project()
    assert project.output_folder(study, "mine") == folder.resolve()
    for name in (*project.BOARD, "01_apples.html", "01_apples.html.part"):
        (folder / name).write_text(f"<head>\n{project.MARK}", encoding="utf-8")
    (folder / "figures.csv").write_text("figure_id", encoding="utf-8")
    assert project.output_folder(study, "mine") == folder.resolve()
    wrong = {"ename": "ValueError", "evalue": "no apples"}
    assert failure_page("x", wrong, settings=SETTINGS).count(project.MARK) == 1


def test_the_table_of_a_sweep_takes_the_place_of_no_other(sandbox):
    (sandbox.folder / "thesis.csv").write_text("year,share\n", encoding="utf-8")
    call = "sweep 1 -g line=0.5 --out thesis.csv"
    assert "'thesis.csv' is there, and no table of a sweep" in refused(
        sandbox, *call.split()
    )
    earlier = sweep.table([{"line": 0.4}], [([], "no")])
    (sandbox.folder / "earlier.csv").write_text(earlier, encoding="utf-8")
    table = project.table_file(project.open_project(), "earlier.csv", sweep.FACTS)
    assert table == (sandbox.folder / "earlier.csv").resolve()


@pytest.mark.parametrize("folder", ["notebooks", "data/x", "lib", ".", ""])
def test_default_pages_do_not_go_among_the_sources(sandbox, folder):
    assert f"--out {folder!r}" in refused(sandbox, "report", "1", "--out", folder)


def test_an_edited_parameter_cell_is_not_the_committed_default(sandbox):
    """With git, reports/ is left alone until the cell is committed."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"]):
        subprocess.run([*git, *words], check=True, cwd=sandbox.folder)
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    edit(path, "line: float = 0.5", "line: float = 0.6")
    message = refused(sandbox, "report", "1")
    assert "01_apples" in message and "--out DIR" in message
    assert "01_apples" in refused(sandbox, "report", "1", "--out", "reports")
    # index and verdicts take what the file of the other notebook shows
    assert "01_apples" in refused(sandbox, "report", "2")
    edit(path, "line: float = 0.6", "line: float = 0.5")
    edit(path, "Who buys", "Who really buys")
    found = project.open_project()
    assert project.uncommitted(found, ["02_pears"]) == ""


def test_outside_a_study(sandbox, monkeypatch):
    monkeypatch.chdir(sandbox.folder.parent)
    for call in ("report", "check", "verdicts", "figures", "params 1", "trace share"):
        assert "datapackage.json" in refused(sandbox, *call.split())


def test_a_study_may_be_named_or_stand_above(sandbox, monkeypatch):
    monkeypatch.chdir(sandbox.folder / "notebooks")
    assert "line" in invoke("params", "1").stdout
    monkeypatch.chdir(sandbox.folder.parent)
    assert "line" in invoke("params", "1", "--study", str(sandbox.folder)).stdout


def test_the_command_itself(sandbox):
    """The same from a shell: status and message, and no traceback."""
    command = [sys.executable, "-m", "asprinted", "trace", "shar"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: unknown id 'shar'; did you mean")


def test_output_is_utf_8_whatever_the_console(sandbox):
    sandbox.edit("figures", "share", "place", "first page \N{RIGHTWARDS ARROW}")
    command = [sys.executable, "-m", "asprinted", "figures"]
    console = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=console)
    assert done.returncode == 0
    assert "first page \N{RIGHTWARDS ARROW}" in done.stdout.decode("utf-8")


WRONG_CELLS = [
    ("figures", "share", "char_start", "four", "is not a whole number"),
    ("sources", "keeper2020", "span_end", "end", "is not a whole number"),
    (
        "propositions",
        "P1.1",
        "notebook",
        "03_plums",
        "allowed: 01_apples, 02_pears in study.json",
    ),
    ("figures", "share", "printed", "banana", "'banana'"),
    ("figures", "share", "printed", "", ""),
    ("figures", "share", "note", "=1+1", "formula"),
    ("figures", "share", "note", "\x1b[31mred", "'\\x1b[31mred'"),
    ("figures", "share", "char_start", "9000", "lies outside the evidence"),
    ("figures", "share", "char_start", "", "is empty"),
]


@pytest.mark.parametrize(("table", "key", "column", "value", "said"), WRONG_CELLS)
def test_wrong_data_stop_a_run_before_it_starts(
    sandbox, table, key, column, value, said
):
    """File, row, column and value are named, and what is wrong with it."""
    row = sandbox.edit(table, key, column, value)
    for call in ("report", "sweep 1 -g line=0.5", "check", "figures"):
        message = refused(sandbox, *call.split())
        assert f"{table}.csv, row {row}, column {column}" in message
        assert said in message


@pytest.mark.parametrize(
    ("table", "key", "cells", "said"),
    [
        (
            "figures",
            "apples",
            {"figure_id": "pears"},
            "figures.csv, row 5, column figure_id: 'apples' has no row, "
            "and 01_apples asks for it",
        ),
        (
            "propositions",
            "P1.2",
            {"prop_id": "P1.9"},
            "propositions.csv, row 5, column prop_id: 'P1.2' has no row, "
            "and 01_apples asks for it",
        ),
        (
            "propositions",
            "P1.2",
            {"notebook": "02_pears"},
            "propositions.csv, row 3, column notebook: '02_pears' has no cell for P1.2, "
            "and 01_apples has one",
        ),
        (
            "propositions",
            "P1.2",
            {"readings": "", "untested": "print"},
            "propositions.csv, row 3, column readings: '' is not what 01_apples judges "
            "P1.2 by: print",
        ),
        (
            "propositions",
            "P1.3",
            {"readings": "print", "untested": ""},
            "propositions.csv, row 4, column prop_id: 'P1.3' is judged in no cell of "
            "01_apples",
        ),
    ],
)
def test_rows_that_no_notebook_fits_are_not_recorded(sandbox, table, key, cells, said):
    for column, value in cells.items():
        sandbox.edit(table, key, column, value)
    assert said in refused(sandbox, "check", "--record")


def test_a_name_that_a_cell_computes_is_left_to_its_run(sandbox):
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    edit(path, 's.judge(\\"P1.2\\", print=', 's.judge(\\"P1.\\" + str(2), print=')
    edit(path, 's.figure(\\"fruit\\")', 's.figure(\\"fru\\" + \\"it\\")')
    sandbox.edit("figures", "fruit", "figure_id", "plums")
    sandbox.edit("propositions", "P1.3", "readings", "print")
    sandbox.edit("propositions", "P1.3", "untested", "")
    assert invoke("check", "--record").exit_code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("line: float = 1.5  # (0, 1) ; share ; limit", "line: 1.5 is not allowed"),
        ("line: float = some(1)  # (0, 1) ; share ; limit", "is not a literal"),
        ("line: float = 0.5", "does not follow the grammar"),
        ("line: float = 0.5  # 0 to 1 ; share ; limit", "'0 to 1' cannot be read"),
    ],
)
def test_a_wrong_parameter_cell(sandbox, line, said):
    write_notebook(sandbox.folder, "01_apples", "Apples", parameters=line)
    for call in ("report 1", "params 1", "sweep 1 -g line=0.5"):
        message = refused(sandbox, *call.split())
        assert said in message and "01_apples.ipynb" in message


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [1]}'])
def test_a_notebook_that_is_none(sandbox, content):
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    path.write_text(content, encoding="utf-8")
    assert "01_apples.ipynb: " in refused(sandbox, "report", "--force")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"notebooks": 3}'])
def test_settings_that_are_none(sandbox, content):
    (sandbox.data / "study.json").write_text(content, encoding="utf-8")
    assert "study.json" in refused(sandbox, "report")


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (
            ["01_apples", "02_pears", "01_apples"],
            "lists the notebook '01_apples' twice",
        ),
        (["01_apples", "01_Apples"], "lists the notebook '01_apples' twice"),
        (["Index"], "notebook 'Index': its page would take the place of the index"),
    ],
)
def test_notebooks_whose_pages_would_be_one_file(sandbox, names, wrong):
    write_settings(sandbox.folder, notebooks=names)
    assert f"study.json: {wrong}" in refused(sandbox, "report")


@pytest.mark.parametrize("role", ["notebooks", "guides"])
@pytest.mark.parametrize(
    "name",
    [
        *("../x", "/x", "a/b", "a\\b", "C:x", "javascript:alert(1)", ".hidden", ".."),
        *("<b>x", 'a"b', "a|b", "a?b", "a*b", "", " ", "a\nb", "a\u202eb", 3, None),
    ],
)
def test_a_notebook_whose_name_names_no_file(sandbox, role, name):
    """A name becomes a file and an address: it leads out of no folder and to no script."""
    write_settings(sandbox.folder, **{"notebooks": ["01_apples"], role: [name]})
    for call in ("report", "check"):
        message = refused(sandbox, call)
        assert f"study.json: notebook {name!r}: is not the name of a file" in message


@pytest.mark.parametrize(
    "path",
    [
        "data/figures.csv",
        "data/study.json",
        "data/datapackage.json",
        "notebooks/01_apples.ipynb",
    ],
)
def test_a_merge_conflict_is_named(sandbox, path):
    """Git leaves its marks in lines of their own; line 2 is the first here."""
    file = sandbox.folder / path
    first, _, rest = file.read_text(encoding="utf-8").partition("\n")
    marked = f"{first}\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n{rest}"
    file.write_text(marked, encoding="utf-8")
    told = f"{file.name}: line 2 begins a merge conflict; settle it first"
    for call in ("report", "trace share", "sweep 1 -g line=0.5"):
        assert told in refused(sandbox, *call.split())


CHANGES = [  # each is a valid table or setting, and other evidence
    ("propositions.csv", "takes most", "takes least", "row 2, column text"),
    ("propositions.csv", "k1,,essential", "k2,,essential", "row 2, column claim_id"),
    ("claims.csv", "buys most", "buys few", "row 2, column paraphrase"),
    ("figures.csv", "over 60%", "over 66%", "row 2, column printed"),
    ("figures.csv", "NPT,,2019", "SVX,,2019", "row 2, column partner"),
    ("study.json", "exports to {partner}", "trade", "last commit: quantities"),
    ("outline.json", "1", "2", "last commit: width"),
]


@pytest.mark.parametrize(("name", "old", "new", "told"), CHANGES)
def test_what_is_not_as_recorded_makes_no_page(sandbox, name, old, new, told):
    """A digit, a partner, a claim, a word of a sentence, a setting: none in silence."""
    row = {"claim_id": "k2", "source_id": "keeper2020", "char_start": "0"}
    claims = sandbox.rows("claims")
    sandbox.write("claims", [*claims, [*row.values(), "Few buy pears"]])
    outline = sandbox.data / "outline.json"
    outline.write_text('{"width": 1}', encoding="utf-8")
    assert "outline.json: recorded" in invoke("check", "--record").stdout
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "One"]):
        subprocess.run([*git, *words], check=True, cwd=sandbox.folder)
    edit(sandbox.data / name, old, new)
    for call in ("report", "refresh", "sweep 1 -g line=0.5", "check"):
        message = refused(sandbox, *call.split())
        assert f"{name} is not as recorded in datapackage.json" in message
        assert told in message and "check --record" in message
    recorded = invoke("check", "--record").stdout
    assert f"{name}: recorded" in recorded and told in recorded
    assert invoke("check").exit_code == 0


def test_record_blesses_nothing_that_the_texts_do_not_bear_out(sandbox):
    invoke("check", "--record")
    sandbox.edit("figures", "share", "printed", "over 61%")
    call = ("check", "--record", "--sources", "texts")
    assert "'over 61%' does not stand at character" in refused(sandbox, *call)
    without = invoke("check", "--record").stdout
    assert "figures.csv: recorded" in without
    assert "3 rows have a place that nobody looked up in the text" in without


def test_a_notebook_that_is_listed_but_not_there(sandbox):
    write_settings(sandbox.folder, notebooks=["01_apples", "03_plums"])
    assert "notebooks/03_plums.ipynb" in refused(sandbox, "report")


def test_copies_are_no_notebooks_of_the_study(sandbox):
    for name in ("01_apples-Copy1", "Untitled", ".ipynb_checkpoints/01_apples"):
        path = sandbox.folder / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    assert list(project.open_project().notebooks) == ["01_apples", "02_pears"]
    assert "01_apples-Copy1" in refused(
        sandbox, "report", "notebooks/01_apples-Copy1.ipynb"
    )


def test_a_parameter_table(sandbox):
    shown = invoke("params", "notebooks/01_apples.ipynb").stdout
    for line in PARAMETERS.splitlines():
        name, rest = line.split(":", 1)
        domain, unit, meaning = rest.split("  # ")[1].split(" ; ")
        (row,) = [row for row in shown.splitlines() if row.startswith(f"{name} ")]
        assert domain in row and unit in row and row.endswith(meaning)


def test_figures_with_their_bounds(sandbox):
    (row,) = [s for s in invoke("figures").stdout.splitlines() if s[:6] == "share "]
    assert [cell.strip() for cell in row.split("  ") if cell] == [
        *("share", "over 60%", "above 60% to 100%", "first page"),
    ]


HOSTILE = '[bold red]x[/bold red] <script>alert("1")</script> *md* \u202eevil'


def test_markup_in_data_stays_text(sandbox):
    """A terminal shows what the cell holds; nothing in it is obeyed."""
    shown = HOSTILE.replace("\u202e", "\\u202e")
    sandbox.edit("propositions", "P1.1", "text", HOSTILE)
    assert shown in invoke("trace", "P1.1").stdout
    sandbox.reports.mkdir()
    write_verdicts(sandbox, text=HOSTILE + "\x1b[31m")
    table = " ".join(invoke("verdicts").stdout.split())
    assert shown + "\\x1b[31m" in table
    path = sandbox.folder / "notebooks" / "01_apples.ipynb"
    edit(path, "which fruit", "[red]a[/red]")
    assert "[red]a[/red]" in invoke("params", "1").stdout


def test_what_a_notebook_says_of_its_failure_is_not_obeyed(sandbox, monkeypatch):
    monkeypatch.setattr(build, "refresh", lambda *given: ["01_apples: \x1b[31mred"])
    result = invoke("refresh")
    assert (result.exit_code, result.stderr) == (1, "01_apples: \\x1b[31mred\n")


def test_a_failed_point_is_not_obeyed_by_a_terminal(sandbox, monkeypatch):
    failed = [([], "\x1b[31mred")]
    monkeypatch.setattr(sweep, "run", lambda *given, **more: failed)
    terminal = "click.testing._NamedTextIOWrapper.isatty"
    monkeypatch.setattr(terminal, lambda self: True, raising=False)
    shown = invoke("sweep", "1", "-g", "line=0.4").output
    assert "\\x1b[31mred" in shown and "\x1b[31" not in shown


def test_letters_that_the_fonts_lack_are_told(sandbox, monkeypatch):
    done = build.Report(fresh=["01_apples"], lacking=["\u0259", "\u4e2d"])
    monkeypatch.setattr(build, "build", lambda *given, **more: done)
    result = invoke("report")
    assert result.exit_code == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith("Not in the fonts") and line.endswith(": \u0259 \u4e2d")


def record(**more):
    """Return a verdict record as a notebook shows it."""
    found = dict.fromkeys(exports.WHAT, "") | {"operator": "", "threshold": None}
    found |= {"value": None, "settles": None, "n": None, "p": None, "p_min": None}
    found |= {"parts": [], "flips": [], "inputs": [], "sources": [], "parameters": {}}
    return found | {"prop_id": "P1.1", "verdict": "follows", "basis": "bounds"} | more


def write_verdicts(sandbox, **more):
    text = exports.verdicts_csv([record(**more)])
    project.write(sandbox.reports / "verdicts.csv", text)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "-cmd|' /C c'!A0"]
)
def test_no_cell_of_the_verdict_file_is_a_formula(text):
    """A spreadsheet that opens verdicts.csv computes nothing; numbers stay numbers."""
    value = {"point": -0.9, "lo": None, "hi": 2.0, "lo_open": True, "hi_open": False}
    found = exports.verdicts_csv([record(text=text, value=value | {"unit": "points"})])
    (read,) = csv.DictReader(found.splitlines())
    assert read["text"] == f"'{text}"
    assert (read["point"], read["lo"], read["hi"]) == ("-0.9", "-inf", "2")


def test_the_board_in_words(sandbox):
    value = {"point": 0.8, "lo": 0.6, "hi": 1.0, "lo_open": True, "hi_open": False}
    write_verdicts(sandbox, value=value | {"unit": "share"}, text="One has most.")
    shown = invoke("verdicts").stdout.splitlines()[1].split("  ")
    assert [cell.strip() for cell in shown if cell] == [
        "P1.1",
        "Follows",
        "above 60% to 100%",
        "One has most.",
    ]


def test_a_folder_that_cannot_be_written_to(sandbox, monkeypatch):
    monkeypatch.setattr(project.os, "access", lambda path, mode: False)
    for out in (OUT, ()):
        message = refused(sandbox, "report", "1", *out)
        assert "is no folder to write to" in message and "--out" in message


def test_a_full_disc_names_the_file(sandbox, monkeypatch):
    """What was half written is gone, and what stood there stands."""
    before = sandbox.everything()

    def full(path, content):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    result = invoke("check", "--record")
    told = f"Error: {sandbox.data / 'datapackage.json'}: No space left on device\n"
    assert (result.exit_code, result.stderr) == (1, told)
    assert sandbox.everything() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_an_output_that_is_full_is_named(sandbox):
    command = [sys.executable, "-m", "asprinted", "figures"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    told = "Error: standard output: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_a_file_that_cannot_be_read(sandbox, monkeypatch):
    """What the machine refuses is told in one line, with status 1."""

    def denied(self):
        raise PermissionError(13, "Permission denied", "figures.csv")

    monkeypatch.setattr(Path, "read_bytes", denied)
    result = invoke("check")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: figures.csv: Permission denied\n",
    )
