"""The first notebook and its panel in JupyterLab, driven in a browser: `make audit`."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from audit import HERE, ROOT, program, tools  # noqa: F401

START = "notebooks/00_start_here.ipynb"
SLOW = 5_000  # milliseconds; a machine of its own takes a tenth


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """JupyterLab over a copy of the study, without settings of the reader."""
    home = tmp_path_factory.mktemp("lab")
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, home / "study" / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA")}
    options = ("--no-browser", "--allow-root", "--expose-app-in-browser")
    closed = ("--ServerApp.password=", "--IdentityProvider.token=")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", f"--port={port}", *options, *closed],
        cwd=home / "study",
        env={**os.environ, **places, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = f"http://127.0.0.1:{port}"
    try:
        await_answer(f"{found}/api")
        yield found
    finally:
        server.terminate()
        server.wait(30)


def await_answer(page, patience=60):
    """Return once a page answers."""
    end = time.monotonic() + patience
    while True:
        try:
            urlopen(page).close()
            return
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="module")
def seen(tools, address, tmp_path_factory):  # noqa: F811
    """What the browser found."""
    chromium = program("chromium", "chromium-browser", "google-chrome", "chrome")
    folder = tmp_path_factory.mktemp("looks")
    call = [program("node"), "lab.mjs", chromium, address, START, str(folder)]
    done = subprocess.run(call, cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"looks": sorted(folder.iterdir())}


def test_every_cell_runs_and_nothing_is_fetched(seen):
    assert (seen["errors"], seen["thrown"], seen["outside"]) == ([], [], [])


def test_the_panel_opens_on_the_committed_values(seen):
    assert "None of the" in seen["steps"]["opened"]["said"]


@pytest.mark.parametrize("name", ["typed", "keys", "dragged"])
def test_a_moved_limit_moves_verdicts(seen, name):
    """A limit of one fifth lies below both shares of money; keys and mouse move it up."""
    said = seen["steps"][name]["said"]
    assert "from the committed run" in said and "None of the" not in said


def test_a_limit_of_one_fifth_is_broken_by_both_shares(seen):
    assert seen["steps"]["typed"]["said"].count("Follows") == 2


def test_every_slider_is_named_and_keys_stay_in_the_panel(seen):
    assert seen["names"] == ["cap", "cap"]
    assert seen["kept"]


def test_reset_brings_the_committed_values_back(seen):
    assert "None of the" in seen["steps"]["reset"]["said"]


def test_verdicts_follow_at_once(seen):
    times = {name: step.get("time", 0) for name, step in seen["steps"].items()}
    assert max(times.values()) < SLOW, times


def test_it_was_looked_at_in_both_themes(seen):
    assert [path.stem for path in seen["looks"]] == ["lab_dark", "lab_light"]
