"""Hostile text in every place that takes text, seen in a browser, a terminal and files.

`make audit` runs it. A study is written and built twice: once every text carries scripts,
attributes, templates, links, entities, formulas, escapes and reversals of direction, once
letters in their place. Both must come out as the same elements, and do nothing.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from audit import HERE, ROOT, program, tools
from hostile import CHOICE, LINES, MARKUP, Writer, harmless

assert tools  # a fixture of these tests, too
KINDS = ("harmless", "hostile")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e-\u200f\u2028-\u202e\u2066-\u2069]"
)
NUMBER = re.compile(r"-?(\d+(\.\d+)?(e[+-]?\d+)?|inf)", re.IGNORECASE)
STATED = ("who ", "when ", "unit ", "meaning ", "remark ", "heading ", "w caption")
SHOWN = ("figures place ", "propositions text ")


def asprinted(folder, *words):
    """Return what a call of the command line in a folder says."""
    call = [sys.executable, "-m", "asprinted", *words]
    paths = os.pathsep.join(
        [str(HERE.parents[1] / "lib"), os.environ.get("PYTHONPATH", "")]
    )
    found = os.environ | {"PYTHONPATH": paths}
    return subprocess.run(call, cwd=folder, env=found, capture_output=True, check=False)


def said(done):
    return (done.stdout + done.stderr).decode("utf-8")


@pytest.fixture(scope="session")
def studies(tmp_path_factory):
    """The two studies with their reports, and a page of each with another parameter."""
    found = {}
    for kind in KINDS:
        writer = Writer(
            tmp_path_factory.mktemp(kind) / "study", hostile=kind == "hostile"
        )
        writer.write()
        done = asprinted(writer.folder, "report")
        assert done.returncode == 1 and ": 1 ran," in said(done), said(done)
        choice = f"what={writer.kind(CHOICE)}"
        done = asprinted(writer.folder, "report", "1", "-p", choice, "--out", "mine")
        assert done.returncode == 0, said(done)
        found[kind] = writer
    return found


def looked_at(folders):
    """Return what the browser found on the pages of some folders, by folder."""
    chromium = program("chromium", "chromium-browser", "google-chrome", "chrome")
    pages = {f: sorted(f.glob("*.html")) for f in folders}
    call = [program("node"), "injection.mjs", chromium]
    every = [str(page) for listed in pages.values() for page in listed]
    done = subprocess.run([*call, *every], cwd=HERE, capture_output=True, check=True)
    records = iter(json.loads(done.stdout))
    return {folder: [next(records) for _ in listed] for folder, listed in pages.items()}


@pytest.fixture(scope="session")
def seen(tools, studies):
    """Pairs of a harmless and a hostile page, as the browser found them."""
    made = {
        k: [w.folder / name for name in ("reports", "mine")] for k, w in studies.items()
    }
    looks = looked_at([*made["harmless"], *made["hostile"]])
    return paired(*([look for f in made[kind] for look in looks[f]] for kind in KINDS))


def paired(*looks):
    assert len(looks[0]) == len(looks[1]) > 1
    return list(zip(*looks, strict=True))


def check_pages(pairs):
    """Compare pages of the two kinds: nothing happened, and they have the same bones."""
    for plain, look in pairs:
        assert look["happened"] == plain["happened"] == [], look["page"]
        assert look["still"] == plain["still"], look["page"]
        assert look["bones"] == plain["bones"], look["page"]
        assert not look["comments"], look["page"]
        for name in ("policy", "scripts", "styles"):
            assert look[name] == plain[name], (look["page"], name)
        strange = [link for link in look["links"] if not allowed(link)]
        assert not strange, look["page"]


def allowed(link):
    """Whether a link stays on the page or beside it, or leads to a source's own host."""
    scheme, _, rest = link.partition(":")
    if scheme == "data":
        return rest == "," or rest.startswith("text/csv")
    if scheme in ("http", "https"):
        return not rest.startswith("//evil.example")
    return "javascript" not in scheme.lower()


def test_pages_of_hostile_text_have_the_same_elements_and_do_nothing(seen):
    check_pages(seen)


def test_pages_show_what_was_written(seen):
    """Every text stands on the hostile page as often as on the harmless one, letter by letter."""
    whole = {
        k: "\n".join(pair[n]["text"] for pair in seen) for n, k in enumerate(KINDS)
    }
    for start in {*STATED, *SHOWN, "w ", "topic ", "settings title "}:
        first = whole["harmless"].count(start + harmless(MARKUP))
        second = whole["hostile"].count(start + HIDDEN.sub("", MARKUP))
        assert first == second, start
    assert all(start + harmless(MARKUP) in whole["harmless"] for start in SHOWN)
    assert "raised " + HIDDEN.sub("", MARKUP) in whole["hostile"]


def test_the_panel_says_the_words_that_were_written(seen):
    plain, look = seen[0]
    assert len(look["said"]) == len(plain["said"]) > 6
    assert all("w " + MARKUP[:200] in HIDDEN.sub("", said) for said in look["said"])


def tables(writer):
    """Return the cells of every CSV file, those that pages carry included."""
    found = {}
    for folder in ("reports", "mine"):
        for path in sorted((writer.folder / folder).glob("*.csv")):
            found[folder, path.name] = path.read_text(encoding="utf-8")
        for n, path in enumerate(sorted((writer.folder / folder).glob("*.html"))):
            links = re.findall(
                'href="data:text/csv[^,]*,([^"]*)"', path.read_text("utf-8")
            )
            found |= {(folder, n, k): unquote(link) for k, link in enumerate(links)}
    done = asprinted(writer.folder, "sweep", "1", "-g", "line=0.3,0.6")
    assert done.returncode == 0, said(done)
    return found | {"sweep": done.stdout.decode("utf-8")}


def test_tables_compute_nothing_and_numbers_stay_numbers(studies):
    plain, made = (tables(studies[kind]) for kind in KINDS)
    assert len(plain) == len(made) > 10
    for first, (name, text) in zip(plain.values(), made.items(), strict=True):
        assert not HIDDEN.search(text), name
        rows = [list(csv.reader(io.StringIO(t, newline=""))) for t in (first, text)]
        assert [len(row) for row in rows[0]] == [len(row) for row in rows[1]], name
        for cell in (cell for row in rows[1] for cell in row):
            computed = cell.strip()[:1] in {*"=+-@＝＋－＠"} or cell[:1] in {*"\t\r\n"}
            assert not cell or not computed or NUMBER.fullmatch(cell), (name, cell)
    figure = next(text for text in made.values() if "-0.5" in text)
    assert re.search(r",-0\.5(,|\n)", figure)


def test_json_is_whole_and_holds_nothing_hidden(studies):
    text = (studies["hostile"].folder / "reports" / "verdicts.json").read_text("utf-8")
    assert not HIDDEN.search(text)
    row = next(row for row in json.loads(text) if row["given"].startswith("w "))
    assert row["given"] == f"w {MARKUP} `x` {LINES}given"


def test_the_terminal_obeys_nothing(studies, tmp_path):
    writer = studies["hostile"]
    added = tmp_path / "new.txt"
    added.write_text(f"Sold 5% {MARKUP}{LINES} and 7 million.", encoding="utf-8")
    ids = (
        "share",
        "P1.1",
        "P1.3",
        "k1",
        "e1",
        "keeper2020",
        MARKUP + LINES.replace("\0", ""),
    )
    calls = [
        *(["trace", name, "--sources", "texts"] for name in ids),
        *(["verdicts"], ["figures"], ["params", "1"], ["check", "--sources", "texts"]),
        *(["check", "--text", str(added)], ["report", MARKUP + LINES]),
        *(["report", "1", "-p", f"what={LINES}"], ["report", "1", "-p", LINES + "=1"]),
        *(["report", "--out", "reports\x1b[31m"], ["params", LINES], ["-h" + LINES]),
        *(["sweep", "1", "-g", f"what={LINES}"], ["verdicts", "--study", LINES]),
    ]
    for call in calls:
        done = asprinted(writer.folder, *call)
        assert not OBEYED.search(said(done)), call
        assert "Traceback" not in said(done), call
        assert said(done), call


@pytest.mark.parametrize("start", ["=1+1", "+1", "@x", "-x", "\t1", "＝1", "\x1b[31m"])
def test_tables_refuse_what_begins_like_a_formula_or_controls(studies, tmp_path, start):
    folder = shutil.copytree(studies["harmless"].folder, tmp_path / "study")
    table = folder / "data" / "claims.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(
        text.replace("claims paraphrase ", start), encoding="utf-8", newline=""
    )
    done = asprinted(folder, "check")
    assert done.returncode == 2
    assert "claims.csv, row 2, column paraphrase" in said(done)
    assert not OBEYED.search(said(done))


class Bones(HTMLParser):
    """The elements of what JupyterLab shows, with the names of their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [name for name, _ in attrs]))


def test_outputs_of_cells_have_the_same_elements(studies):
    shown = {}
    for kind in KINDS:
        folder = studies[kind].folder
        assert asprinted(folder, "refresh", "1").returncode == 0
        path = folder / "notebooks" / f"{studies[kind].stem}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [out for cell in cells for out in cell.get("outputs", [])]
        htmls = ["".join(out.get("data", {}).get("text/html", "")) for out in outputs]
        shown[kind] = [Bones(html).found for html in htmls]
    assert shown["hostile"] == shown["harmless"]
    assert sum(map(len, shown["hostile"])) > 100


# --- the collection itself, every column once --------------------------------------------


def dressed(folder, kind):
    """Put hostile or harmless words behind every free text of the collection's tables."""
    left = shutil.ignore_patterns(
        ".git", ".venv", "build", "node_modules", "tests", "reports"
    )
    shutil.copytree(ROOT, folder, ignore=left)
    package = json.loads(
        (folder / "data" / "datapackage.json").read_text(encoding="utf-8")
    )
    words = kind(" " + MARKUP)
    columns = 0
    for resource in package["resources"]:
        resource.pop("hash", None)
        path = folder / "data" / resource["path"]
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        free = free_columns(resource["schema"])
        columns += len(free)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            for row in rows:
                cells = zip(head, row, strict=True)
                writer.writerow(
                    c + words if c and name in free else c for name, c in cells
                )
    (folder / "data" / "datapackage.json").write_text(
        json.dumps(package), encoding="utf-8"
    )
    return columns


def free_columns(schema):
    """Return the columns that take any text: no number, code, key, name or printed token."""
    keys = {"printed", "name", "aliases", "quotes", "readings", "untested"}
    named = schema.get("primaryKey", [])
    keys |= {named} if isinstance(named, str) else set(named)
    for foreign in schema.get("foreignKeys", []):
        fields = foreign["fields"]
        keys |= {fields} if isinstance(fields, str) else set(fields)
    return [
        field["name"]
        for field in schema["fields"]
        if field.get("type", "string") == "string"
        and field["name"] not in keys
        and not {"enum", "pattern"} & set(field.get("constraints", {}))
        and "items" not in field
    ]


def test_every_text_column_of_the_collection(tools, tmp_path):
    looks = []
    for kind, change in zip(KINDS, (harmless, str), strict=True):
        folder = tmp_path / kind
        assert dressed(folder, change) > 20
        asprinted(folder, "check", "--record")
        done = asprinted(folder, "report")
        assert done.returncode == 0, said(done)
        looks.append(looked_at([folder / "reports"])[folder / "reports"])
    check_pages(paired(*looks))
    whole = "\n".join(look["text"] for look in looks[1])
    assert whole.count(HIDDEN.sub("", MARKUP)) > 200
