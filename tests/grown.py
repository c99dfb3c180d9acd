"""Studies grown for measuring: this one with its rows repeated, and one made of apples.

Every added row is valid and is recorded, so a grown study is one that `check` accepts.
"""

import csv
import hashlib
import json
import re
import shutil
from itertools import count
from pathlib import Path

from asprinted.checks import record
from asprinted.package import as_csv
from asprinted.starting import new_study
from asprinted.tables import Tables

ROOT = Path(__file__).resolve().parents[1]
PROPOSITION = re.compile(r"(P\d+\.)(\d+)(\w?)")
STEP = 1000  # the copies of P1.4a are P1.1004a, P1.2004a, ...
COPY = "copy of "
JUDGE_COPIES = f"""
judge = s.judge
rows = s.rows("propositions", notebook=s.notebook)
copies = rows[rows.note.str.startswith("{COPY}")].groupby("note").prop_id.agg(list)


def judge_copies(prop_id, **given):
    for name in [prop_id, *copies.get("{COPY}" + prop_id, [])]:
        judge(name, **given)


s.judge = judge_copies
"""


def read_table(folder, name):
    text = (folder / "data" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def write_table(folder, name, rows):
    path = folder / "data" / f"{name}.csv"
    columns = path.read_text("utf-8").splitlines()[0].split(",")
    path.write_text(as_csv(rows, columns), "utf-8", newline="\n")


def edit_json(path, change):
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")


def new_code(source):
    """Return a code cell as a notebook file holds it."""
    cell = {"cell_type": "code", "id": "grown", "metadata": {}, "source": source}
    return cell | {"execution_count": None, "outputs": []}


def this_study(folder, *, figures=1, events=1, propositions=1):
    """Write this study with the rows of three tables so many times."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    _repeat_figures(folder, figures)
    for name in ("events", "event_mentions"):
        rows = read_table(folder, name)
        write_table(folder, name, [*rows, *_renamed(rows, events, "event_id")])
    _repeat_propositions(folder, propositions)
    record(Tables(folder))
    return folder


def _renamed(rows, times, *keys):
    """Return copies of rows under new ids."""
    return [
        row | {key: f"{row[key]}_x{n}" for key in keys}
        for n in range(1, times)
        for row in rows
    ]


def _repeat_figures(folder, times):
    """Repeat the figures under quantities of their own: notebooks select as before."""
    if times == 1:
        return
    again = "{}_again".format
    for name in ("figures", "limits"):
        rows = read_table(folder, name)
        copies = [row | {"quantity": again(row["quantity"])} for row in rows]
        if name == "figures":
            copies = _renamed(copies, times, "figure_id", "commodity")
        write_table(folder, name, [*rows, *copies])

    def allow(package):
        for resource in package["resources"]:
            for field in resource["schema"]["fields"]:
                if field["name"] == "quantity":
                    codes = field["constraints"].get("enum", [])
                    codes += list(map(again, codes))

    edit_json(folder / "data" / "datapackage.json", allow)


def _repeat_propositions(folder, times):
    """Repeat the propositions; each notebook judges the copies as it does the first."""
    rows, copies = read_table(folder, "propositions"), []
    for n in range(1, times):
        for row in rows:
            chapter, number, letter = PROPOSITION.fullmatch(row["prop_id"]).groups()
            name = f"{chapter}{int(number) + n * STEP}{letter}"
            copies.append(row | {"prop_id": name, "note": COPY + row["prop_id"]})
    write_table(folder, "propositions", [*rows, *copies])
    for path in (folder / "notebooks").glob("0[1-9]*.ipynb") if copies else ():
        edit_json(path, _judge_copies)


def _judge_copies(notebook):
    """Let a notebook judge the copies, once its study is open."""
    cells = notebook["cells"]
    opened = ("ap.study(" in "".join(cell["source"]) for cell in cells)
    cells.insert(list(opened).index(True) + 1, new_code(JUDGE_COPIES))


SHARE, FAIR, SENT = "over {}%", "the great fair", "share_sent"
PLACES = {"SVL": "Southvale", "NPT": "Northport"}
SENTENCE = "Orchard {} sent over {}% of its apples to Northport.\n"
MEETING = "They met at {}.\n"
CELLS = (
    "line: float = 0.5  # (0, 1) ; share ; part from which one buyer has most\n"
    "hedge_width: float = 1.0  # [0.5, 3] ; multiple ; width after about",
    """import asprinted as ap

s = ap.study("{name}")
p = s.p""",
    """shares = s.figures(source_id={texts})
fairs = s.events(event_id={events})
by_claim = dict(zip(shares.figure_id, shares.value))""",
    """for row in s.rows("propositions", notebook=s.notebook).itertuples():
    s.judge(row.prop_id, print=by_claim[row.claim_id] > p.line)""",
    """rows = shares.head(12).rename(columns={{"figure_id": "label", "value": "quantity"}})
ap.charts.ranges(
    rows[["label", "quantity"]].assign(verdict="follows", sub=""),
    unit="share",
    threshold=p.line,
    threshold_label="most",
    limits=(0, 1),
    title="The first orchards",
    subtitle="Share of Northport, per cent",
    note="Bounds from the wording.",
    sources={texts},
    alt="Twelve ranges, one an orchard.",
    main=True,
)""",
    """ap.headline(
    question="Who buys the apples of {name}?",
    finding="Northport does",
    answer="{{n}} orchards name a share.",
    topic="apples",
    n=len(shares),
)""",
    "s.finish()",
)


def apples(folder, *, figures, events, propositions, notebooks=10):
    """Write an invented study: each notebook uses its part of figures and events.

    There is a text for every hundred figures, and every sentence is a claim of its text.
    """
    new_study(folder)
    names = [f"{n:02d}_apples" for n in range(1, notebooks + 1)]
    per_text = min(100, figures // notebooks)
    texts = [f"keeper{n}" for n in range(figures // per_text)]
    tables = {name: [] for name in ("sources", "figures", "events", "event_mentions")}
    tables |= {"claims": [], "propositions": [], "excluded": []}
    tables["limits"] = [{"quantity": SENT, "unit": "share", "least": 0, "most": 1}]
    tables["places"] = [{"place_id": key, "name": name} for key, name in PLACES.items()]
    numbers = count()
    for source in texts:
        part = figures // len(texts), events // len(texts)
        _write_text(folder, tables, source, *part, numbers)
    _add_sentences(tables, names, propositions)
    for name, rows in tables.items():
        write_table(folder, name, rows)
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.unlink()
    for n, name in enumerate(names):
        own = texts[n::notebooks]
        _write_notebook(folder, name, own, _events_of(tables, own))

    def enter(settings):
        settings["notebooks"] = names
        settings["quantities"] = {SENT: "share of {reporter}'s apples for {partner}"}
        del settings["topics"], settings["index"]

    edit_json(folder / "data" / "study.json", enter)
    (folder / "requirements.lock").write_text("click==8\n", "utf-8")
    record(Tables(folder))
    return folder


def _write_text(folder, tables, source, figures, events, numbers):
    """Write a text and the rows of all that it prints."""
    text = ""
    for _ in range(figures):
        n = next(numbers)
        share = 30 + n % 60
        said, name = SENTENCE.format(_letters(n), share), f"share_{n}"
        at = len(text) + said.index("over")
        row = {"figure_id": name, "source_id": source, "printed": SHARE.format(share)}
        row |= {"char_start": at, "place": "list", "quantity": SENT}
        row |= {"reporter": "SVL", "partner": "NPT", "period_basis": "stated"}
        tables["figures"].append(row | {"period_start": "2019"})
        text += said
    for n in range(events):
        name, said = f"{source}_fair{n}", MEETING.format(FAIR)
        year = str(1950 + n % 70)
        row = {"event_id": name, "source_id": source, "printed": FAIR}
        row |= {"char_start": len(text) + said.index(FAIR), "place": "end"}
        tables["event_mentions"].append(row)
        event = {"event_id": name, "label": "A fair", "date_start": year}
        tables["events"].append(event | {"date_end": year})
        text += said
    (folder / "texts" / f"{source}.txt").write_text(text, "utf-8", newline="\n")
    row = {"source_id": source, "file": f"{source}.txt", "kind": "text"}
    row |= {"authors": source, "year": "2020", "title": f"Apples, {source}"}
    row |= {"span_start": 0, "span_end": len(text)}
    digest = hashlib.sha256(text.encode()).hexdigest()
    tables["sources"].append(row | {"text_sha256": digest})


def _letters(n):
    """Return a name without a digit: B, C ... for 1, 2 ..."""
    return "".join(chr(ord("A") + int(digit)) for digit in str(n))


def _add_sentences(tables, names, propositions):
    """Let as many figures as there are sentences be claims, with a sentence each."""
    by_notebook = {name: [] for name in names}
    texts = [row["source_id"] for row in tables["sources"]]
    home = {text: names[n % len(names)] for n, text in enumerate(texts)}
    for row in tables["figures"]:
        by_notebook[home[row["source_id"]]].append(row)
    for chapter, name in enumerate(names, 1):
        for n in range(propositions // len(names)):
            row = by_notebook[name][n % len(by_notebook[name])]
            claim = row["figure_id"]
            prop = {"prop_id": f"P{chapter}.{n}", "notebook": name, "claim_id": claim}
            prop |= {"standing": "asserted", "bearing": "essential"}
            prop |= {
                "text": f"Orchard {n} sends most apples north.",
                "readings": "print",
            }
            tables["propositions"].append(prop)
            if n < len(by_notebook[name]):
                said = {"claim_id": claim, "paraphrase": "Most apples go north."}
                said |= {key: row[key] for key in ("source_id", "char_start")}
                yes = dict.fromkeys(("load", "essential", "checkable"), "yes")
                tables["claims"].append(said | yes)


def _events_of(tables, texts):
    rows = tables["event_mentions"]
    return [row["event_id"] for row in rows if row["source_id"] in texts]


def _write_notebook(folder, name, texts, events):
    title = {"cell_type": "markdown", "id": "title", "metadata": {}}
    cells = [title | {"source": f"# {name}"}]
    for n, source in enumerate(CELLS):
        filled = source.format(name=name, texts=texts, events=events) if n else source
        cells.append(new_code(filled) | {"id": f"cell-{n}"})
    cells[1]["metadata"] = {"tags": ["parameters"]}
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": spec}}
    content |= {"nbformat": 4, "nbformat_minor": 5}
    path = folder / "notebooks" / f"{name}.ipynb"
    path.write_text(json.dumps(content, indent=1), "utf-8")
