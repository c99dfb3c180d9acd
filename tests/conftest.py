"""A small study in a folder of its own, which a test may damage."""

import os
import shutil
import signal

import pytest
from invented import Files
from small import make_study, write_notebook, write_settings

# started in the background tests would be deaf to control-C, and so would what they start
signal.signal(signal.SIGINT, signal.default_int_handler)


class Sandbox(Files):
    """The small study in a folder, with its reports."""

    def __init__(self, folder):
        super().__init__(folder)
        self.reports = folder / "reports"

    def everything(self):
        """Return every file and folder near the study, files with their bytes."""
        found = sorted(self.folder.parent.rglob("*"))
        return {str(p): p.read_bytes() if p.is_file() else None for p in found}


STRANGE = '*?"[br]' if os.name == "posix" else ""  # Windows has no such names
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
    folder = tmp_path / f"it's a study [1] & {{more}} \u04b1{STRANGE}"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("ASPRINTED_SOURCES", raising=False)
    return Sandbox(folder)
