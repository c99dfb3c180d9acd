"""A small study of its own: an invented text, three printed figures, one notebook."""

import csv
import hashlib
import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
TEXT = (
    "The orchards of Southvale sent over 60% of their apples to Northport in 2019. "
    "The apples brought about $2.4 million. All fruit together brought $3.1 million.\n"
)
COLUMNS = {
    "sources": "source_id file kind authors year title publication doi_or_url "
    "span_start span_end text_sha256",
    "figures": "figure_id source_id printed char_start place quantity reporter partner "
    "commodity period_start period_end period_basis unit_elsewhere "
    "multiplier_elsewhere note",
    "events": "event_id date_start date_end label",
    "event_mentions": "event_id source_id printed char_start place",
    "claims": "claim_id source_id char_start paraphrase",
    "excluded": "source_id char_start printed reason",
    "propositions": "prop_id notebook text standing claim_id bears_on bearing readings "
    "untested settles settles_if settles_source note",
}
KEYS = {
    "figures": "figure_id",
    "sources": "source_id",
    "events": "event_id",
    "claims": "claim_id",
    "propositions": "prop_id",
}
SETTINGS = {
    "name": "orchards",
    "title": "Orchards of Southvale",
    "purpose": "What one invented text says of apples",
    "notebooks": ["01_apples"],
    "readings": {"print": {"label": "The print", "whose": "the printed figures"}},
    "quantities": {"share_exports": "share of {reporter}'s exports to {partner}"},
}
PARAMETERS = (
    "line: float = 0.5  # (0, 1] ; share ; above this one buyer has most\n"
    "hedge_width: float = 1.0  # [0.5, 3] ; multiple ; width of a half unit\n"
    'fruit: str = "apples"  # {apples, pears} ; choice ; which fruit\n'
    'sources: list[str] = ["keeper2020"]  # {keeper2020} ; texts ; which count\n'
    "strict: bool = False  # {True, False} ; choice ; whether hedges are ignored"
)
JUDGED = (
    's.judge("P1.1", print=s.figure("share", hedged=not p.strict) > p.line)',
    'part = s.figure("apples") / s.figure("fruit")\n'
    's.judge("P1.2", print=(part > 0.75).given("if the year is the same"))',
)
SHOWN = (
    'ap.headline("Who buys?", "One buyer takes {share}.", "Northport takes {share}.", '
    'topic="apples", share=s.figure("share"))'
)


def figure(name, printed, quantity, partner=""):
    row = dict.fromkeys(COLUMNS["figures"].split(), "")
    start = TEXT.index(printed)
    row |= {"figure_id": name, "source_id": "keeper2020", "printed": printed}
    row |= {"char_start": str(start), "place": "first page", "quantity": quantity}
    row |= {"reporter": "SVL", "partner": partner}
    return row | {"period_start": "2019", "period_basis": "stated"}


def proposition(name, notebook, text, **more):
    row = dict.fromkeys(COLUMNS["propositions"].split(), "")
    row |= {"prop_id": name, "notebook": notebook, "text": text, "standing": "ours"}
    return row | {"bearing": "none", "readings": "print"} | more


def source():
    row = dict.fromkeys(COLUMNS["sources"].split(), "")
    row |= {"source_id": "keeper2020", "file": "keeper2020.txt", "kind": "text"}
    row |= {"authors": "Keeper, Ann", "year": "2020", "title": "A Year of Apples"}
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return row | {
        "span_start": "0",
        "span_end": str(len(TEXT)),
        "text_sha256": digest,
    }


def tables():
    claim = {"claim_id": "k1", "source_id": "keeper2020", "char_start": "0"}
    return {
        "sources": [source()],
        "figures": [
            figure("share", "over 60%", "share_exports", "NPT"),
            figure("apples", "about $2.4 million", "exports_to", "NPT"),
            figure("fruit", "$3.1 million", "total_exports"),
        ],
        "events": [],
        "event_mentions": [],
        "excluded": [
            {
                "source_id": "keeper2020",
                "char_start": str(TEXT.index("2019")),
                "printed": "2019",
                "reason": "period",
            }
        ],
        "claims": [claim | {"paraphrase": "Northport buys most apples"}],
        "propositions": [
            proposition(
                "P1.1",
                "01_apples",
                "One buyer takes most.",
                standing="asserted",
                claim_id="k1",
                bearing="essential",
            ),
            proposition("P1.2", "01_apples", "Apples bring most of the money."),
            proposition(
                "P1.3",
                "01_apples",
                "Pears bring the rest.",
                readings="",
                untested="print",
                settles="a figure for pears",
                settles_if="whether the rest is pears",
                settles_source="the books of the orchards",
            ),
        ],
    }


def notebook(name, title, *code, parameters=PARAMETERS):
    cells = [
        new_markdown_cell(f"# {title}"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(f'import asprinted as ap\n\ns = ap.study("{name}")\np = s.p'),
        *map(new_code_cell, code),
        new_code_cell("s.finish()"),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    return new_notebook(cells=cells, metadata={"kernelspec": SPEC})


def write_notebook(folder, name, title, *code, **more):
    path = folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(name, title, *code, **more), path)
    return path


def write_table(folder, name, rows):
    with (folder / "data" / f"{name}.csv").open(
        "w", encoding="utf-8", newline=""
    ) as file:
        writer = csv.DictWriter(file, COLUMNS[name].split(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def resource(name):
    fields = [{"name": column, "type": "string"} for column in COLUMNS[name].split()]
    for field in fields:
        if field["name"] == KEYS.get(name):
            field["constraints"] = {"required": True, "unique": True}
    schema = {"fields": fields}
    if name in KEYS:
        schema["primaryKey"] = KEYS[name]
    return {"name": name, "path": f"{name}.csv", "schema": schema}


def write_settings(folder, **more):
    path = folder / "data" / "study.json"
    path.write_text(json.dumps(SETTINGS | more, indent=1), encoding="utf-8")


def make_study(folder):
    """Write the study into a folder, with the text beside it; return the folder."""
    (folder / "data").mkdir(parents=True)
    content = tables()
    for name, rows in content.items():
        write_table(folder, name, rows)
    package = {
        "name": "orchards",
        "title": "Orchards",
        "licenses": [{"name": "CC0-1.0"}],
        "resources": [resource(name) for name in content],
    }
    path = folder / "data" / "datapackage.json"
    path.write_text(json.dumps(package, indent=1), encoding="utf-8")
    write_settings(folder)
    (folder / "requirements.lock").write_text("click==8\n", encoding="utf-8")
    write_notebook(folder, "01_apples", "Who buys the apples?", *JUDGED, SHOWN)
    (folder / "texts").mkdir()
    (folder / "texts" / "keeper2020.txt").write_bytes(TEXT.encode())
    return folder


def edit(path, old, new):
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
