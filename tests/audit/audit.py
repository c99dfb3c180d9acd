"""Every page in a browser: `make audit`, skipped where Chromium, node or Java are missing.

`AUDITED` may name another folder than that of this repository.
"""

import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from asprinted import verdicts
from asprinted.pages.house import FONTS
from asprinted.pages.page import failure_page, page
from asprinted.tables import Tables

HERE = Path(__file__).parent
ROOT = Path(os.environ.get("AUDITED", HERE.parents[1]))
REPORTS = ROOT / "reports"
INDEX, FAILED, STALE = "index.html", "failed.html", "stale.html"
WORDS = {INDEX: 1_300}
MAP = "05_westward_pivot.html"  # its outlines of five states are drawn twice
BYTES = {INDEX: 160_000, FAILED: 100_000, MAP: 215_000}
SHEETS = 8
SCREENS = {1280: (8, 800), 375: (12, 812)}
INDEX_SCREENS = {1280: (6, 800), 375: (12, 812)}
SMALLEST = {320: 10, 375: 11, 1280: 11}
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SIZES = (1, 100, 1e-3, 1e-6, 1e-9)


def program(*names):
    """Return the path of the first of some programs that is installed, or skip."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or pytest.skip(f"{' or '.join(names)} is not installed")


@pytest.fixture(scope="session")
def tools():
    """The checkers, installed from their lock."""
    npm = program("npm")
    if not (HERE / "node_modules").is_dir():
        install = [npm, "ci", "--ignore-scripts", "--no-audit"]
        subprocess.run(install, cwd=HERE, check=True)
    return HERE / "node_modules"


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """The committed pages, a page of a run that failed, and a page that is stale."""
    folder = tmp_path_factory.mktemp("audit")
    for path in sorted(REPORTS.glob("*.html")):
        shutil.copy(path, folder)
    settings = json.loads((ROOT / "data" / "study.json").read_text(encoding="utf-8"))
    name = next(n for n in settings["notebooks"] if (folder / f"{n}.html").is_file())
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    why = "The tables have changed since it was run."
    stale = page(notebook, Tables(ROOT), settings=settings, name=name, stale=why)
    (folder / STALE).write_text(stale, encoding="utf-8")
    error = {"ename": "DataError", "evalue": "figures.csv, row 3", "traceback": ["x"]}
    failed = failure_page(name, error, settings=settings, without=["A sentence."])
    (folder / FAILED).write_text(failed, encoding="utf-8")
    return sorted(folder.glob("*.html"))


@pytest.fixture(scope="session")
def seen(tools, pages):
    """What the browser found, a record for each page."""
    chromium = program("chromium", "chromium-browser", "google-chrome", "chrome")
    call = [program("node"), "audit.mjs", chromium, *map(str, pages)]
    done = subprocess.run(call, cwd=HERE, capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def looks(seen):
    """Each page at each width, in each theme, with its folds closed and open."""
    return [
        {"page": record["page"], **look} for record in seen for look in record["looks"]
    ]


@pytest.fixture(scope="session")
def reports(seen):
    """What the browser found on the pages of notebooks."""
    return [record for record in seen if record["page"] not in (INDEX, FAILED)]


def told(looks, wrong):
    """Return what is wrong, under its page, width, theme and folds."""
    found = {
        f"{r['page']} {r['width']} {r['theme']} {r['folds']}": wrong(r) for r in looks
    }
    return {name: fault for name, fault in found.items() if fault}


def by_page(seen, wrong):
    """Return what is wrong, under its page."""
    found = {record["page"]: wrong(record) for record in seen}
    return {name: fault for name, fault in found.items() if fault}


def over(count, most):
    return f"{count} of {most}" if count > most else ""


def test_axe_finds_no_violation(looks):
    assert not told(looks, lambda look: look["axe"])


def test_nothing_is_asked_for_and_nothing_complains(seen):
    assert not by_page(seen, lambda record: record["requests"])
    assert not by_page(seen, lambda record: record["console"])


def test_nothing_scrolls_sideways_but_tables_and_code(looks):
    assert not told(looks, lambda look: max(0, look["sideways"]))
    assert not told(looks, lambda look: look["boxes"])


def test_column_is_wide_and_labels_are_large_whole_and_apart(looks):
    assert not told(looks, lambda look: look["width"] == 1280 and look["main"] < 560)
    assert not told(looks, lambda look: look["smallest"] < SMALLEST[look["width"]])
    assert not told(looks, lambda look: look["labels"])


def test_ids_and_anchors(seen):
    assert not by_page(seen, lambda record: record["markup"]["twice"])
    assert not by_page(seen, lambda record: record["markup"]["lost"])


def test_every_colour_is_a_variable(seen, pages):
    assert not by_page(seen, lambda record: record["markup"]["paints"])
    for path in pages:
        style = re.search("<style>(.*?)</style>", path.read_text("utf-8"), re.S)[1]
        rules = re.sub(r"--[\w-]+:#[0-9a-f]{6}", "", style.partition(":root")[2])
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules), path.name


def test_policy_fits_style_and_script(pages):
    for path in pages:
        html = path.read_text(encoding="utf-8")
        policy = re.search('Content-Security-Policy" content="([^"]*)"', html)[1]
        assert policy.startswith("default-src &#39;none&#39;; "), path.name
        for tag in ("style", "script"):
            held = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.S)
            assert len(held) == 1, path.name
            digest = hashlib.sha256(held[0].encode("utf-8")).digest()
            assert f"sha256-{base64.b64encode(digest).decode()}" in policy, path.name


def test_complete_without_script(seen):
    for record in seen:
        bare = record["scriptless"]
        assert bare["said"] > 200, record["page"]
        assert bare["folds"], record["page"]
        assert not bare["panel"] and not bare["filter"], record["page"]
        assert bare["table"] or record["panel"] is None, record["page"]


def test_panel_says_what_its_table_says(reports):
    driven = [
        (record["page"], record["panel"]) for record in reports if record["panel"]
    ]
    assert driven
    for name, panel in driven:
        said = {panel[moment]["said"] for moment in ("first", "second", "last")}
        assert len(said) > 1, name
        assert panel["first"]["rows"] != panel["last"]["rows"], name
        assert panel["reset"] == panel["start"], name
        assert not panel["wrong"], name
        assert not panel["silent"], name


def test_keyboard_reaches_everything(seen):
    for record in seen:
        keys = record["keyboard"]
        assert keys["first"] == "skip", record["page"]
        assert keys["stops"] == keys["reachable"], record["page"]
        assert not keys["bare"], record["page"]


def test_paper(seen):
    assert not by_page(seen, lambda record: record["paper"]["type3"])
    assert not by_page(seen, lambda record: over(record["paper"]["sheets"], SHEETS))


def test_words(seen):
    def words(record):
        return over(record["words"], WORDS.get(record["page"], 1_500))

    assert not by_page([r for r in seen if r["page"] != STALE], words)


def test_screens(looks):
    def screens(look):
        limits = INDEX_SCREENS if look["page"] == INDEX else SCREENS
        most, height = limits.get(look["width"], (99, 800))
        return over(round(look["height"] / height, 2), most)

    closed = [look for look in looks if look["folds"] == "closed"]
    assert not told([look for look in closed if look["page"] != STALE], screens)


def test_weight(pages):
    sizes = {p.name: over(p.stat().st_size, BYTES.get(p.name, 200_000)) for p in pages}
    assert not {name: size for name, size in sizes.items() if size}


def test_badges_say_the_stored_verdicts(reports):
    records = json.loads((REPORTS / "verdicts.json").read_text(encoding="utf-8"))
    settings = json.loads((ROOT / "data" / "study.json").read_text(encoding="utf-8"))
    chips = {words for seen in reports for _, words in seen["markup"]["badges"]}
    for seen in reports:
        assert set(seen["markup"]["cards"]) <= chips, seen["page"]
        if seen["page"] == STALE:
            continue
        own = [r for r in records if f"{r['notebook']}.html" == seen["page"]]
        stored = [(r["prop_id"], full_word(r, settings)) for r in own]
        first, second = map(openings, (seen["markup"]["badges"], stored))
        assert first == second, seen["page"]


def full_word(record, settings):
    return verdicts.chip(record, settings["readings"][record["reading"]]["whose"])


def openings(badges):
    """Return each badge's sentence, verdict and condition, not whose figures it is by."""
    known = (*verdicts.SHORT.values(), verdicts.ONLY_STATED)
    return sorted(
        (
            name,
            next(w for w in known if words.startswith(w)),
            words.partition(", if ")[2],
        )
        for name, words in badges
    )


def test_numbers_of_text_alternatives_are_in_the_data(reports):
    figures = [(r["page"], f) for r in reports for f in r["markup"]["figures"]]
    assert len(figures) >= 12
    for name, figure in figures:
        where = f"{name}#{figure['id']}"
        assert figure["title"] and figure["subtitle"] and figure["note"], where
        assert len(figure["alts"]) == 2 and len(set(figure["alts"])) == 1, where
        assert 100 <= len(figure["alts"][0]) <= 300, where
        assert not strangers(figure), where


def strangers(figure):
    """Return the numbers of a text alternative that the figure does not hold.

    It may count the rows, the columns, the kinds, or those of one kind.
    """
    data = unquote(figure["data"].partition(",")[2])
    rows = list(csv.reader(io.StringIO(data)))
    words = " ".join([cell for row in rows for cell in row] + [figure["subtitle"]])
    alike = Counter(cell for row in rows for cell in row).values()
    kinds = (len(set(column)) for column in zip(*rows[1:], strict=True))
    counts = map(str, (len(rows) - 1, len(rows[0]) - 1, *alike, *kinds))
    printed = {*NUMBER.findall(words), *counts}
    values = [float(token.replace(",", "")) for token in printed]
    return [
        token
        for token in NUMBER.findall(figure["alts"][0])
        if token not in printed and not any(near(token, value) for value in values)
    ]


def near(token, value):
    """Whether a value rounds to a number, in its unit, per cent, thousands or millions."""
    number, decimals = float(token.replace(",", "")), len(token.partition(".")[2])
    half = 0.501 * 10**-decimals
    return any(abs(value * size - number) <= half for size in SIZES)


def test_every_letter_is_in_the_faces(pages):
    families = json.loads((FONTS / "characters.json").read_text(encoding="utf-8"))
    known = set("".join(families.values())) | {"\n"}
    for path in pages:
        html = path.read_text(encoding="utf-8")
        html = re.sub(r"<(style|script|pre)\b.*?</\1>", "", html, flags=re.S)
        assert not set(re.sub(r"<[^>]*>", "", html)) - known, path.name


def test_validator_has_nothing_to_say(tools, pages):
    jar = tools / "vnu-jar" / "build" / "dist" / "vnu.jar"
    call = [program("java"), "-jar", str(jar), "--format", "json", *map(str, pages)]
    done = subprocess.run(call, capture_output=True, text=True)
    said = json.loads(done.stderr)["messages"]
    assert not [f"{m['url']}:{m.get('lastLine')}: {m['message']}" for m in said]
