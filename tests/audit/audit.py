"""Every page in a browser: `make audit`, skipped where Chromium, node or Java are missing."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from thirdneighbor.reporting.index import render_index
from thirdneighbor.reporting.page import render_failure

HERE = Path(__file__).parent
REPORTS = Path(os.environ.get("THIRDNEIGHBOR_REPORTS", HERE.parents[1] / "reports"))
REPORT, FIGURE, FIGURES = 250_000, 25_000, 3  # bytes of a report of three figures; of each more
ROW, ROWS = 250, 150  # bytes of each row of its sources, beyond so many
BOARD, CLAIM, CLAIMS = 110_000, 400, 60  # bytes of an index of sixty claims; of each more
FAILED = 80_000


def program(*names):
    """Return the path of the first of some programs that is installed, or skip the test."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"{' or '.join(names)} is not installed: nothing was checked")


@pytest.fixture(scope="session")
def tools():
    """The checkers, installed from their lock."""
    program("node")
    if not (HERE / "node_modules").is_dir():
        subprocess.run(
            [program("npm"), "ci", "--ignore-scripts", "--no-audit"], cwd=HERE, check=True
        )
    return HERE / "node_modules"


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The committed pages, a page of a run that failed, and an index with stale claims."""
    folder = tmp_path_factory.mktemp("audit")
    found = [Path(shutil.copy(page, folder)) for page in sorted(REPORTS.glob("*.html"))]
    assert len(found) >= 5
    records = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    names = sorted({record["notebook"] for record in records})
    old = [{"name": n, "title": n, "failed": True, "changed": ["figures"]} for n in names]
    (folder / "stale.html").write_text(render_index(records, old), encoding="utf-8")
    error = {"ename": "DataError", "evalue": "figures.csv, row 3: no number", "traceback": ["x"]}
    text = render_failure(names[0], "Trade", error, ["P1.1", "P1.2"])
    (folder / f"{names[0]}.failed.html").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.html"))


@pytest.fixture(scope="session")
def seen(tools, pages):
    """What the browser found, a record for each page, theme and width."""
    chromium = program("chromium", "chromium-browser", "google-chrome", "chrome")
    call = [program("node"), "audit.mjs", chromium, *map(str, pages)]
    done = subprocess.run(call, cwd=HERE, capture_output=True, text=True, check=True, timeout=1800)
    found = json.loads(done.stdout)
    assert len(found) == 6 * len(pages)
    return found


@pytest.fixture(scope="session")
def markup(seen):
    return {record["page"]: record["markup"] for record in seen if "markup" in record}


def told(records, value):
    """Return what is wrong, each under its page, width and theme."""
    named = {f"{r['page']} {r['width']} {r['theme']}": value(r) for r in records}
    return {name: wrong for name, wrong in named.items() if wrong}


def test_axe_finds_no_violation(seen):
    assert not told(seen, lambda r: r.get("axe"))
    assert sum("axe" in r for r in seen) == 2 * len(seen) / 3


def test_no_request_and_no_script(seen, markup):
    assert not told(seen, lambda r: r["requests"])
    for name, page in markup.items():
        assert page["scripts"] == 0, name
        assert "default-src 'none'" in page["policy"], name
        assert set(page["data"]) <= {"https://schema.org"}, name


def test_nothing_scrolls_sideways_but_tables_and_code(seen):
    assert not told(seen, lambda r: max(0, r["layout"]["sideways"]))
    assert not told(seen, lambda r: r["layout"]["boxes"])


def test_column_is_wide_and_labels_are_large_whole_and_apart(seen):
    assert not told(seen, lambda r: r["width"] == 1280 and r["layout"]["main"] < 560)
    smallest = {320: 10, 375: 11, 1280: 11}
    small = lambda r: (r["layout"]["smallest"] or 99) < smallest[r["width"]]  # noqa: E731
    assert not told(seen, small)
    assert not told(seen, lambda r: r["layout"]["labels"])


def test_ids_links_and_colours(markup):
    for name, page in markup.items():
        assert not page["twice"], name
        assert not page["lost"], name
        assert not page["paints"], name


def test_figures_have_their_words_and_numbers(markup):
    figures = [(name, f) for name, page in markup.items() for f in page["figures"]]
    assert len(figures) >= 12
    for name, f in figures:
        where = f"{name}#{f['id']}"
        assert f["title"], where
        assert "n = " in f["subtitle"], where
        assert f["note"], where
        assert f["boards"] == 2, where
        assert f["rows"] >= 1, where
        assert 100 <= len(f["alt"]) <= 300, where
        assert not f["strangers"], f"{where}: {f['strangers']} are not in the table"


def test_badges_say_the_stored_verdicts(markup):
    records = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    stored = {(r["prop_id"], r["reading"].capitalize(), r["verdict"].capitalize()) for r in records}
    shown = {tuple(badge) for page in markup.values() for badge in page["badges"]}
    assert shown == stored


def test_every_character_is_in_every_face(markup, pages):
    for path in pages:
        faces = re.findall(r"base64,([^)]*)\)", path.read_text(encoding="utf-8"))
        assert len(faces) == 4
        for face in faces:
            known = TTFont(io.BytesIO(base64.b64decode(face))).getBestCmap()
            assert not [c for c in markup[path.name]["characters"] if ord(c) not in {10, *known}]


def test_keyboard_reaches_everything(seen):
    for record in (r for r in seen if "keyboard" in r):
        keys = record["keyboard"]
        assert keys["first"] == "skip", record["page"]
        assert keys["stops"] == keys["reachable"], record["page"]
        assert not keys["bare"], record["page"]


def test_paper_loses_no_fold_and_embeds_real_fonts(seen):
    for record in (r for r in seen if "paper" in r):
        assert record["paper"]["folded"] == 0, record["page"]
        assert not record["paper"]["type3"], record["page"]
        assert record["paper"]["sheets"] >= 1, record["page"]


def test_validator_has_nothing_to_say(tools, pages):
    call = [program("java"), "-jar", str(tools / "vnu-jar/build/dist/vnu.jar"), "--format", "json"]
    done = subprocess.run([*call, *map(str, pages)], capture_output=True, text=True)
    said = json.loads(done.stderr)["messages"]
    assert not [f"{m['url']}:{m.get('lastLine')}: {m['message']}" for m in said]


def budget(path):
    """Return how many bytes a page may have."""
    text = path.read_text(encoding="utf-8")
    if path.name.endswith(".failed.html"):
        return FAILED
    if path.name in ("index.html", "stale.html"):
        return BOARD + CLAIM * max(0, text.count('<li class="row">') - CLAIMS)
    traced = re.findall(r'<table class="trace">.*?</table>', text, re.DOTALL)
    figures, rows = text.count("<figure ") - FIGURES, "".join(traced).count("<tr") - ROWS
    return REPORT + FIGURE * max(0, figures) + ROW * max(0, rows)


def test_byte_budgets(pages):
    sizes = {path.name: (path.stat().st_size, budget(path)) for path in pages}
    assert not {name: pair for name, pair in sizes.items() if pair[0] > pair[1]}
