"""A small study in a folder of its own, which a test may damage."""

import csv
import shutil

import pytest
from small import make_study, write_notebook, write_settings


class Sandbox:
    """The study in a folder."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        self.reports = folder / "reports"

    def edit(self, table, key, column, value):
        """Put a value into the row whose first cell is the key; return its number."""
        rows = self.rows(table)
        row = next(row for row in rows[1:] if row[0] == key)
        row[rows[0].index(column)] = value
        self.write(table, rows)
        return rows.index(row) + 1

    def rows(self, table):
        path = self.data / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table, rows):
        path = self.data / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def everything(self):
        """Return every file and folder near the study, files with their bytes."""
        found = sorted(self.folder.parent.rglob("*"))
        return {str(p): p.read_bytes() if p.is_file() else None for p in found}


PEARS = (
    "import pandas as pd",
    'apples = s.figures(reporter="SVL", partner="NPT")\nassert len(apples) > 0',
    'ap.headline("How many?", "{n} figures.", "{n} figures.", topic="pears", '
    "n=len(apples))",
)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    folder = make_study(tmp_path_factory.mktemp("template") / "study")
    write_notebook(folder, "02_pears", "How many figures?", *PEARS)
    write_settings(folder, notebooks=["01_apples", "02_pears"])
    return folder


@pytest.fixture
def sandbox(template, tmp_path, monkeypatch):
    """A copy of a small study of two notebooks, the working folder of the test."""
    folder = tmp_path / "it's a study [1] & {more}"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ASPRINTED_SOURCES", raising=False)
    return Sandbox(folder)
