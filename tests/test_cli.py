"""Wrong calls and wrong data: one message that helps, status 2, nothing run, nothing written."""

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import papermill
import pytest
from click.testing import CliRunner

from thirdneighbor.bundles import COLUMNS
from thirdneighbor.cli import main
from thirdneighbor.package import as_csv
from thirdneighbor.reporting import project, warm
from thirdneighbor.tables import Tables

ROOT = Path(__file__).resolve().parents[1]
FIGURE = "irg_exports_chn_2019"
OUT = ("--out", "out")


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch):
    """Fail the test if a notebook runs."""

    def run(*args, **kwargs):
        raise AssertionError("a notebook ran")

    monkeypatch.setattr(papermill, "execute_notebook", run)
    monkeypatch.setattr(warm, "start", lambda: True)


def invoke(*args):
    return CliRunner().invoke(main, args)


def refused(sandbox, *args, status=2):
    """Call, and return the message: nothing changed on disk, no traceback, one plain error."""
    before = sandbox.everything()
    result = invoke(*args)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    assert "Error: " in result.stderr and "Traceback" not in result.output
    assert sandbox.everything() == before
    return result.stderr.split("Error: ", 1)[1]


WRONG_CALLS = [
    # a parameter that does not exist
    (("report", "2", "-p", "capp=0.3", *OUT), ["02_fdi_cap", "'capp'", "did you mean 'cap'?"]),
    (("report", "2", "-p", "CAP=0.3", *OUT), ["'CAP'", "did you mean 'cap'?"]),
    (("report", "2", "-p", "cap =0.3", *OUT), ["'cap '", "did you mean 'cap'?"]),
    (("report", "2", "-p", "zzz=1", *OUT), ["'zzz'", "known are cap, g_china"]),
    (("report", "2", "-p", "=1", *OUT), ["''", "known are cap, g_china"]),
    (("report", "-p", "cap=0.3", *OUT), ["01_trade_asymmetry", "'cap'"]),
    # a value that is not allowed
    (("report", "2", "-p", "cap=1.7", *OUT), ["02_fdi_cap", "cap: '1.7'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=1", *OUT), ["cap: '1'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=0", *OUT), ["cap: '0'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=banana", *OUT), ["'banana'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=nan", *OUT), ["'nan'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=inf", *OUT), ["'inf'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=", *OUT), ["cap: ''", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=33%", *OUT), ["'33%'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=0,3", *OUT), ["'0,3'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=1/0", *OUT), ["'1/0'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=1e400", *OUT), ["'1e400'", "float in (0, 1)"]),
    (("report", "2", "-p", "cap=1e999999999", *OUT), ["'1e999999999'"]),
    (("report", "2", "-p", "cap=0_3", *OUT), ["'0_3'"]),
    (("report", "2", "-p", "cap=\u0660.\u0663", *OUT), ["float in (0, 1)"]),
    (("report", "2", "-p", "cap=True", *OUT), ["'True'"]),
    (("report", "1", "-p", "year=1900", *OUT), ["year: '1900'", "int in [20"]),
    (("report", "1", "-p", "year=2015.5", *OUT), ["year: '2015.5'", "int in [20"]),
    (("report", "1", "-p", "year=20_15", *OUT), ["year: '20_15'"]),
    (("report", "1", "-p", "include_2019=yes", *OUT), ["'yes'", "{True, False}"]),
    (("report", "1", "-p", "sources=", *OUT), ["sources: ''", "{gungor2020, yan2024}"]),
    (("report", "1", "-p", "sources=S1", *OUT), ["sources: 'S1'", "gungor2020"]),
    (("report", "1", "-p", "sources=yan2024,yan2024", *OUT), ["'yan2024,yan2024'"]),
    (("report", "1", "-p", "sources=yan2024,", *OUT), ["'yan2024,'"]),
    (("report", "3", "-p", "unknown_policy=No", *OUT), ["'No'", "{interval, no, yes}"]),
    (("report", "3", "-p", "unknown_policy=it's", *OUT), ['"it\'s"', "interval"]),
    (("report", "3", "-p", "unknown_policy=[bold]no", *OUT), ["'[bold]no'"]),
    (("report", "3", "-p", "unknown_policy=\x1b[31mno", *OUT), ["'\\x1b[31mno'"]),
    # the form of the call
    (("report", "2", "-p", "cap", *OUT), ["'cap'", "NAME=VALUE"]),
    (("report", "2", "-p", "cap=0.3", "-p", "cap=0.4", *OUT), ["cap", "twice"]),
    (("report", "2", "-p", "cap=0.3"), ["--out DIR"]),
    (("report", "2", "--jobs", "0"), ["0", "x>=1"]),
    (("report", "2", "--job", "x"), ["--job"]),
    (("reprot", "2"), ["'reprot'", "did you mean 'report'?"]),
    (("report", "77"), ["'77'", "01_trade_asymmetry, 02_fdi_cap"]),
    (("report", "fdi"), ["'fdi'", "did you mean '02_fdi_cap'?"]),
    (("report", "02_fdi_cpa"), ["'02_fdi_cpa'", "did you mean '02_fdi_cap'?"]),
    (("report", "notebooks/02_fdi.ipynb"), ["did you mean '02_fdi_cap'?"]),
    (("report", "elsewhere/02_fdi_cap.ipynb"), ["did you mean '02_fdi_cap'?"]),
    (("report", ""), ["''", "01_trade_asymmetry"]),
    (("params", "fdi"), ["'fdi'", "did you mean '02_fdi_cap'?"]),
    (("params",), ["NOTEBOOK"]),
    (("trace", "irg_export_chn_2019"), ["'irg_export_chn_2019'", f"did you mean '{FIGURE}'?"]),
    (("trace", "nothing like it"), ["'nothing like it'", "figures.csv, events.csv"]),
    (("trace", FIGURE, "--sources", "nowhere"), ["'nowhere'"]),
    (("trace", FIGURE, "--sources", "data"), ["'irgengioro2022.txt'", "'data'"]),
    (("check", "--sources", "data"), ["sources.csv, row 2, column file", "irgengioro2022.txt"]),
    (("check", "--data", "nowhere"), ["'nowhere'", "datapackage.json"]),
    (("check", "--data", "notebooks"), ["'notebooks'", "datapackage.json"]),
    (("check", "--data", "data/figures.csv"), ["'data/figures.csv'", "datapackage.json"]),
    (("report", "--data", "nowhere", *OUT), ["'nowhere'", "datapackage.json"]),
    (("verdicts",), ["thirdneighbor report"]),
    (("verdicts", "--format", "xml"), ["'xml'", "'csv'", "'json'"]),
]


@pytest.mark.parametrize(("args", "said"), WRONG_CALLS, ids=lambda v: " ".join(map(ascii, v)))
def test_a_wrong_call(sandbox, args, said):
    message = refused(sandbox, *args)
    assert not [part for part in said if part not in message], message


WRONG_FOLDERS = [
    "reports",
    "reports/",
    "reports/sub",
    "./reports/../reports/sub",
    "data/../reports",
    "notebooks",
    "notebooks/x",
    "data",
    "lib",
    ".",
    "",
    "link",
    "link/sub",
    "README.md",
    "README.md/sub",
]


@pytest.mark.parametrize("folder", WRONG_FOLDERS, ids=repr)
def test_where_pages_may_not_go(sandbox, folder):
    """Whatever the spelling, a run that is not the default one leaves the committed files."""
    (sandbox.folder / "README.md").touch()
    (sandbox.folder / "link").symlink_to("reports", target_is_directory=True)
    message = refused(sandbox, "report", "2", "-p", "cap=0.3", "--out", folder)
    assert f"--out {folder!r}" in message
    assert refused(sandbox, "report", "2", "-p", "cap=0.3", "--out", str(Path(folder).resolve()))


@pytest.mark.parametrize("folder", ["notebooks", "data/x", "lib", ".", ""])
def test_default_pages_do_not_go_among_the_sources(sandbox, folder):
    assert f"--out {folder!r}" in refused(sandbox, "report", "2", "--out", folder)


def test_other_data_need_a_folder_of_their_own(sandbox, monkeypatch):
    """Pages from other tables never land in reports/, however the tables were named."""
    (sandbox.folder / "other").symlink_to("data", target_is_directory=True)
    copy = sandbox.folder / "copy"
    copy.mkdir()
    for path in sandbox.data.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert "--out" in refused(sandbox, "report", "2", "--data", "copy")
    assert "reports/" in refused(sandbox, "report", "2", "--data", "copy", "--out", "reports")
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", "copy")
    assert "--out" in refused(sandbox, "report", "2")


def test_outside_a_project(sandbox, monkeypatch):
    monkeypatch.chdir(sandbox.folder.parent)
    for args in (["report"], ["check"], ["verdicts"], ["params", "2"], ["trace", FIGURE]):
        assert "datapackage.json" in refused(sandbox, *args)


def test_the_command_itself(sandbox):
    """The same from a shell: status and message, and no traceback."""
    command = [sys.executable, "-m", "thirdneighbor", "trace", "P9.99"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: unknown id 'P9.99'; did you mean")


WRONG_CELLS = [
    ("figures", FIGURE, "partner", "XYZ", "'XYZ' does not stand in column iso3 of countries.csv"),
    ("figures", FIGURE, "partner", "Chn", "did you mean 'CHN'?"),
    ("figures", FIGURE, "partner", "MNG", "is also the reporter"),
    ("figures", FIGURE, "source_id", "gungor2021", "did you mean 'gungor2020'?"),
    ("figures", FIGURE, "printed", "roughly $7 billion", "'roughly' is neither a hedge nor a"),
    ("figures", FIGURE, "printed", "about banana", "'banana' is neither a hedge nor a number"),
    ("figures", FIGURE, "printed", "$6.59 gazillion", "the word 'gazillion' is not known; allowed"),
    ("figures", FIGURE, "printed", "6.59 billion", "exactly one unit is needed, found none"),
    ("figures", FIGURE, "printed", "$7%", "exactly one unit is needed, found share and usd"),
    ("figures", FIGURE, "printed", "$6.5.9", "'.9' is not known"),
    ("figures", FIGURE, "printed", "", "is empty; a value is required"),
    ("figures", FIGURE, "printed", "=1+1", "begins like a spreadsheet formula"),
    ("figures", FIGURE, "note", "-1+1", "begins like a spreadsheet formula"),
    ("figures", FIGURE, "note", " @SUM(A1)", "begins like a spreadsheet formula"),
    ("figures", FIGURE, "note", "\x1b[31mred", "'\\x1b[31mred' holds a control character"),
    ("figures", FIGURE, "note", "two\nlines", "'two\\nlines' holds a control character or a line"),
    ("figures", FIGURE, "char_start", "81185", "lies outside the evidence of irgengioro2022"),
    ("figures", FIGURE, "char_start", "-1", "is less than 0"),
    ("figures", FIGURE, "char_start", "12.5", "is not a whole number"),
    ("figures", FIGURE, "char_start", "\u00b2", "is not a whole number"),
    ("figures", FIGURE, "char_start", "\u0663\u0663", "is not a whole number"),
    ("figures", FIGURE, "char_start", "", "needs its place"),
    ("figures", FIGURE, "multiplier_elsewhere", "x", "is not a whole number"),
    ("figures", FIGURE, "quantity", "export", "allowed: exports_to, imports_from"),
    ("figures", FIGURE, "period_start", "2019-13", "is not a date"),
    ("figures", FIGURE, "period_end", "2018", "is before period_start '2019'"),
    ("figures", FIGURE, "figure_id", "Irg 2019", "does not match [a-z0-9_]+"),
    ("figures", "cac_share_exports_chn", "printed", "over 190%", "a share cannot exceed 1"),
    ("figures", "cac_share_exports_chn", "char_start", "11400", "(0 to 11356)"),
    ("events", "rus_treaty_2019", "date_start", "2019-02-30", "is not a date"),
    ("events", "rus_treaty_2019", "direction", "Russia", "allowed: china, russia"),
    ("event_mentions", "rus_treaty_2019", "event_id", "rus_treaty", "'rus_treaty_2019'?"),
    ("propositions", "P1.1", "inputs", "irg_imports_kaz_2018", "did you mean 'irg_imports_kaz_2"),
    ("propositions", "P1.1", "operator", "gte", "allowed: gt, ge, lt"),
    ("sources", "gungor2020", "file", "../gungor2020.txt", "does not match"),
    ("sources", "gungor2020", "doi_or_url", "javascript:alert(1)", "does not match https?://"),
    ("sources", "gungor2020", "span_end", "3", "is before span_start '4'"),
]


@pytest.mark.parametrize(("table", "key", "column", "value", "said"), WRONG_CELLS)
def test_a_wrong_cell(sandbox, table, key, column, value, said):
    """File, row, column and value are named, and what is wrong with it."""
    row = sandbox.edit(table, key, column, value)
    message = refused(sandbox, "report", "2", "--force")
    assert f"{table}.csv, row {row}, column {column}: {value!r}" in message
    assert said in message


WRONG_FILES = [
    ("figures.csv", b"\nirg_population_chn", b",x\nirg_population_chn", "row 2, first cell"),
    ("figures.csv", b"char_start", b"charstart", "row 1: column 'char_start' is missing"),
    ("countries.csv", b"\n", b",colour\n", "row 1: column 'colour' is not known; allowed: ['iso3'"),
    ("countries.csv", b"aliases", b"name", "row 1: column 'name' stands twice"),
    ("sources.csv", "Güngör".encode(), "Güngör".encode("latin-1"), "row 3: byte 0xfc is not UTF-8"),
    ("countries.csv", b"\nCHN", b'\n"CHN', "cannot be read as CSV"),
    ("countries.csv", b"\nCHN", b"\n\nCHN", "has 0 cells where the header has 5"),
    ("countries.csv", b"iso3", b"<<<<<<< HEAD\niso3", "row 1: column 'iso3' is missing"),
    ("datapackage.json", b"{", b"[", "datapackage.json: is not a data package"),
    ("datapackage.json", b'"resources"', b'"tables"', "datapackage.json: is not a data package"),
    ("datapackage.json", b'"fields"', b'"columns"', "datapackage.json: is not a data package"),
    ("datapackage.json", b'"countries.csv"', b'"country.csv"', "country.csv: the table is missing"),
    ("datapackage.json", b'"name": "claims"', b'"name": "claim"', "there is no table 'claims'"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG_FILES)
def test_a_wrong_file(sandbox, name, old, new, said):
    sandbox.replace(name, old, new)
    message = refused(sandbox, "check")
    assert said in message and (name in message or "tables are" in message or "country" in message)


def test_an_empty_or_missing_file(sandbox):
    path = sandbox.data / "figures.csv"
    path.write_bytes(b"")
    assert "figures.csv, row 1: column 'figure_id' is missing" in refused(sandbox, "check")
    path.write_bytes("figure_id".encode("utf-16"))
    assert "figures.csv, row 1: byte 0xff is not UTF-8" in refused(sandbox, "check")
    path.unlink()
    assert "figures.csv: the table is missing" in refused(sandbox, "check")


def test_an_id_that_stands_twice(sandbox):
    for table, column in (("figures", "figure_id"), ("propositions", "prop_id, reading")):
        rows = sandbox.rows(table)
        sandbox.write(table, [*rows, rows[1]])
        message = refused(sandbox, "report", "2", "--force")
        assert f"{table}.csv, row {len(rows) + 1}, column {column}: " in message
        assert rows[1][0] in message and "stands twice" in message
        sandbox.write(table, rows)


def test_many_wrong_cells_are_counted(sandbox):
    rows = sandbox.rows("figures")
    sandbox.write("figures", [rows[0], *([*row[:6], "ABC", *row[7:]] for row in rows[1:])])
    message = refused(sandbox, "check")
    assert message.count("'ABC'") == 20
    assert f"and {len(rows) - 21} more" in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cap: float = 1.5  # (0, 1) ; share ; limit", "parameter cap: 1.5 is not allowed"),
        ("cap: float = some(1)  # (0, 1) ; share ; limit", "is not a literal"),
        ("cap: float = 1 +  # (0, 1) ; share ; limit", "is not a literal"),
        ("cap: float = 0.5", "does not follow the grammar"),
        ("cap: Decimal = 0.5  # (0, 1) ; share ; limit", "does not follow the grammar"),
        ("cap: float = 0.5  # 0 to 1 ; share ; limit", "domain '0 to 1' cannot be read"),
        ("cap: float = 0.5  # (0, 1) ; share ; limit\n" * 2, "cap is declared twice"),
    ],
)
def test_a_wrong_parameter_cell(sandbox, text, said):
    path = sandbox.folder / "notebooks" / "02_fdi_cap.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][1]["source"] = text
    path.write_text(json.dumps(content), encoding="utf-8")
    assert said in refused(sandbox, "report", "2", "--force")


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": []}', '{"cells": [1]}'])
def test_a_notebook_that_is_none(sandbox, content):
    """Whether it was asked for or stands beside the one that was."""
    path = sandbox.folder / "notebooks" / "02_fdi_cap.ipynb"
    path.write_text(content, encoding="utf-8")
    assert "02_fdi_cap.ipynb: " in refused(sandbox, "report", "2", "--force")
    assert "02_fdi_cap.ipynb: " in refused(sandbox, "report", "3", "--force")


def texts_for(sandbox):
    """Write texts that hold nothing but the printed tokens, each at its place."""
    folder = sandbox.folder / "texts"
    folder.mkdir()
    tables = Tables(sandbox.data)
    for source in tables["sources"].query("file != ''").to_dict("records"):
        letters = [" "] * int(source["span_end"])
        for _, _, row in tables._placed():
            if row["source_id"] == source["source_id"]:
                start = int(row["char_start"])
                letters[start : start + len(row["printed"])] = row["printed"]
        raw = "".join(letters).encode()
        (folder / source["file"]).write_bytes(raw)
        digest = hashlib.sha256(raw).hexdigest()
        sandbox.edit("sources", source["source_id"], "text_sha256", digest)
    return folder


def test_a_token_that_does_not_stand_at_its_place(sandbox):
    texts = str(texts_for(sandbox))
    assert "places verified" in invoke("check", "--sources", texts).stdout
    (printed,) = [row[2] for row in sandbox.rows("figures") if row[0] == FIGURE]
    row = sandbox.edit("figures", FIGURE, "char_start", "20000")
    message = refused(sandbox, "check", "--sources", texts)
    assert f"figures.csv, row {row}, column printed: {printed!r} does not stand at" in message
    assert "20000" in message and "irgengioro2022" in message


def test_another_edition_of_a_text(sandbox):
    texts = texts_for(sandbox)
    path = texts / "yan2024.txt"
    path.write_bytes(path.read_bytes() + b"\xff")
    message = refused(sandbox, "check", "--sources", str(texts))
    assert "sources.csv, row 6, column text_sha256" in message and "another edition" in message


HOSTILE = '[bold red]x[/bold red] <script>alert("1")</script> *md* [[link=x]]'


def test_markup_in_data_stays_text(sandbox):
    """A terminal shows what the cell holds; nothing in it is obeyed."""
    sandbox.edit("propositions", "P2.1", "text", HOSTILE)
    assert HOSTILE in invoke("trace", "P2.1").stdout
    row = dict.fromkeys(COLUMNS, "") | {"prop_id": "P2.1", "verdict": "certain", "text": HOSTILE}
    (sandbox.folder / "reports" / "verdicts.csv").write_text(
        as_csv([row], COLUMNS), encoding="utf-8"
    )
    assert HOSTILE in " ".join(invoke("verdicts").stdout.split())
    path = sandbox.folder / "notebooks" / "02_fdi_cap.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("growth of what China holds", "[red]a[/red]"), encoding="utf-8")
    assert "[red]a[/red]" in invoke("params", "2").stdout


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "-cmd|' /C calc'!A0"])
def test_no_cell_of_the_verdict_file_is_a_formula(text):
    """A spreadsheet that opens verdicts.csv computes nothing; numbers stay numbers."""
    row = dict.fromkeys(COLUMNS, "") | {"text": text, "lo": "-inf", "threshold": "-0.9"}
    (read,) = csv.DictReader(as_csv([row], COLUMNS).splitlines())
    assert read["text"] == f"'{text}"
    assert (read["lo"], read["threshold"]) == ("-inf", "-0.9")


def test_a_folder_that_cannot_be_written_to(sandbox, monkeypatch):
    monkeypatch.setattr(project.os, "access", lambda path, mode: False)
    message = refused(sandbox, "report", "2", "--out", "out")
    assert "is not a folder that can be written to" in message


def test_a_file_that_cannot_be_read(sandbox, monkeypatch):
    """What the machine refuses is told in one line, with status 1."""

    def denied(self):
        raise PermissionError(13, "Permission denied", "figures.csv")

    monkeypatch.setattr(Path, "read_bytes", denied)
    result = invoke("check")
    assert (result.exit_code, result.stderr) == (1, "Error: figures.csv: Permission denied\n")
