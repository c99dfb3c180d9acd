"""The page on a text of one's own, done to the letter from an empty folder."""

import json
import re
import shlex

from click.testing import CliRunner
from small import ROOT

from asprinted.cli import main

PAGE = (ROOT / "docs" / "your_own_text.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def add_rows(path, rows):
    """Add lines to a table; the sentence that `new` wrote gives way to those of the page."""
    text = path.read_text(encoding="utf-8")
    kept = [x for x in text.splitlines(keepends=True) if not x.startswith("P2.1,")]
    path.write_text("".join(kept) + rows, encoding="utf-8")


def replace_cell(path, sign, source):
    """Replace the one cell with a sign in it."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    (cell,) = (c for c in code if sign in "".join(c["source"]))
    cell["source"] = source.rstrip("\n").splitlines(keepends=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def run(line, monkeypatch):
    """Run one line of a shell; return what it says."""
    program, *words = shlex.split(line)
    if program == "cd":
        monkeypatch.chdir(*words)
        return ""
    done = CliRunner().invoke(main, words)
    assert (program, done.exit_code, done.stderr) == ("asprinted", 0, ""), line
    return done.stdout


def test_the_page_on_a_text_of_ones_own_is_right_to_the_letter(tmp_path, monkeypatch):
    """By hand: 44.5 of 16.5 million are 2.7, 45.5 of 13.5 are 3.4; twice is 2."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASPRINTED_SOURCES", raising=False)
    notebook, said = tmp_path / "mine" / "notebooks" / "02_tuvara.ipynb", ""
    for kind, where, content in BLOCK.findall(PAGE):
        if kind == "sh":
            said += "".join(run(line, monkeypatch) for line in content.splitlines())
        elif kind == "text":
            (tmp_path / "mine" / where).write_bytes(content.encode())
        elif kind == "csv":
            add_rows(tmp_path / "mine" / where, content)
        else:
            replace_cell(notebook, where, content)
    verdicts = dict(re.findall(r"^(P2\.\d)  print +(\w+ \w+|\w+)", said, re.MULTILINE))
    assert verdicts == {"P2.1": "Left open", "P2.2": "Follows"}
    assert "used by P2.1 (print: open)" in said and "2.0,P2.1,print,follows" in said
    assert "4.0,P2.1,print,ruled_out" in said
    assert (tmp_path / "mine" / "reports" / "02_tuvara.html").is_file()
    assert len(PAGE.split()) <= 900
