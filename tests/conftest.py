"""A small project in a folder of its own: the real tables, notebooks of one cell, one old page."""

import csv
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def cell(kind, text, **metadata):
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": f"c{abs(hash(text)) % 10**8}", "source": text} | {
        "metadata": metadata,
        **code,
    }


def write_notebook(path, *cells):
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": list(cells), "metadata": spec, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")


PARAMETERS = {
    "01_trade_asymmetry": """\
year: int = 2019  # [2010, 2024] ; year ; year of the cross-section
include_2019: bool = False  # {True, False} ; choice ; whether the figure of 2019 joins
sources: list[str] = ["gungor2020", "yan2024"]  # {gungor2020, yan2024} ; texts ; which count
""",
    "02_fdi_cap": """\
cap: float = 1 / 3  # (0, 1) ; share ; most that one country may hold
g_china: float = 0.0  # [-0.2, 0.5] ; a year ; growth of what China holds
""",
    "03_neutrality_debate": """\
unknown_policy: str = "no"  # {interval, no, yes} ; choice ; what an unknown code becomes
""",
}


class Sandbox:
    """A project folder that a test may damage."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"

    def edit(self, table, key, column, value):
        """Put a value into the first row whose first cell is the key."""
        rows = self.rows(table)
        row = next(row for row in rows[1:] if row[0] == key)
        row[rows[0].index(column)] = value
        self.write(table, rows)
        return rows.index(row) + 1

    def rows(self, table):
        with (self.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table, rows):
        with (self.data / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def replace(self, name, old, new):
        """Replace bytes of a file of the data folder, once."""
        path = self.data / name
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))

    def everything(self):
        """Return every file and folder near the project, files with their bytes."""
        found = sorted(self.folder.parent.rglob("*"))
        return {str(p): p.read_bytes() if p.is_file() else None for p in found}


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("notebooks", "reports"):
        (folder / name).mkdir()
    for name, text in PARAMETERS.items():
        tagged = cell("code", text, tags=["parameters"])
        path = folder / "notebooks" / f"{name}.ipynb"
        write_notebook(path, cell("markdown", f"# {name}"), tagged)
    (folder / "reports" / "02_fdi_cap.html").write_text("the page as it was", encoding="utf-8")
    return folder


@pytest.fixture
def sandbox(template, tmp_path, monkeypatch):
    """A copy of the small project, which is the working folder of the test."""
    folder = tmp_path / "it's a project & more"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    for name in ("THIRDNEIGHBOR_DATA", "THIRDNEIGHBOR_SOURCES"):
        monkeypatch.setenv(name, "")
    return Sandbox(folder)
