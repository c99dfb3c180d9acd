"""Generated documents: `data/README.md`, the replication README, the verdicts in README.md."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from thirdneighbor.bundles import escape, outputs
from thirdneighbor.reporting.ledger import write
from thirdneighbor.tables import PACKAGE, TEXT_KINDS, Tables

Json = dict[str, Any]

START, END = "<!-- verdicts -->\n", "<!-- end of verdicts -->\n"
HEAD = "| claim | as printed | other readings | what would decide it |\n|---|---|---|---|\n"

MARK = "<!-- Generated; edit {} instead. -->"
TEMPLATE = "https://social-science-data-editors.github.io/template_README/"
READING = """## Using the tables without this library

The tables are plain CSV: UTF-8, a comma between cells, a header row, no byte-order mark. An empty
cell means unknown, never zero. Read every column as text first: ids and partial dates such as
`2019` are no quantities.

| with | do |
|---|---|
| R | `readr::read_csv("figures.csv", col_types = cols(.default = "c"))` |
| Stata | `import delimited figures.csv, stringcols(_all) encoding("utf-8") clear` |
| Python | `pandas.read_csv("figures.csv", dtype=str, keep_default_na=False)` |
| a spreadsheet | import as UTF-8 text and set every column to text |

`datapackage.json` says the same for machines, as a Frictionless data package; after
`pip install frictionless`, `frictionless validate datapackage.json` checks every cell against it.
"""
RIGHTS = """## Data availability and provenance statements

### Statement about rights

The five texts are under copyright. They are not included and not redistributed: the tables hold
tokens of at most seven words, their places, and paraphrases. The numbers of statistics and news are
facts, typed from the publication named. The tables may be used under {licences}.

### Summary of availability

- Some data **cannot be made** publicly available: the five texts. What is computed from them is.
- Without the texts every page and verdict can be rebuilt; what cannot be repeated is looking up
  each printed token at its place (`thirdneighbor check --sources DIR`).

### Details on each source
"""
INSTRUCTIONS = """## Instructions to replicators

1. Install Python ({pythons}) and `make`; nothing else is needed.
2. `make reports` sets up `.venv` from `requirements.lock` and rebuilds every file named below.
   The files come out byte for byte as they are here.
3. `make test` checks the library, the tables and the notebooks.
4. With your own copies of the texts, under the file names above, in a folder DIR:
   `.venv/bin/thirdneighbor check --sources DIR` looks up every place and every number.
5. `.venv/bin/thirdneighbor trace ID` tells where a number comes from and what uses it.
"""


def write_data_readme(folder: Path) -> None:
    """Write the README of a data folder from its data package."""
    text = data_readme(_package(folder))
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")


def _package(folder: Path) -> Json:
    return dict(json.loads((folder / PACKAGE).read_text(encoding="utf-8")))


def data_readme(package: Mapping[str, Any]) -> str:
    """Return `data/README.md` for a data package.

    Parameters
    ----------
    package : mapping
        Content of `datapackage.json`.
    """
    licences = ", ".join(_link(each) for each in package["licenses"])
    parts = [
        MARK.format(PACKAGE),
        f"# {_cell(package['title'])}",
        f"{_cell(package['description'])}",
        f"Version {package['version']}. Licence: {licences}.",
        READING.rstrip(),
        "## Tables",
        _grid(
            ["table", "what a row is", "key"],
            (
                [_code(r["path"]), _cell(r["title"]), _code(_names(r["schema"]["primaryKey"]))]
                for r in package["resources"]
            ),
        ),
    ]
    return "\n\n".join([*parts, *map(_resource, package["resources"])]) + "\n"


def _resource(resource: Mapping[str, Any]) -> str:
    schema = resource["schema"]
    links = [
        f"`{_names(k['fields'])}` stands in `{_names(k['reference']['fields'])}` of "
        f"`{k['reference']['resource']}`"
        for k in schema.get("foreignKeys", [])
    ]
    sources = "; ".join(_link(source) for source in resource["sources"])
    licences = ", ".join(_link(each) for each in resource["licenses"])
    lines = [
        f"## {_code(resource['path'])}",
        f"{_cell(resource['title'])}. {_cell(resource['description'])}",
        _grid(["column", "type", "unit", "rules", "meaning"], map(_field, schema["fields"])),
        f"Key: {_code(_names(schema['primaryKey']))}.",
        f"Foreign keys: {'; '.join(links)}." if links else "",
        f"Licence: {licences}.",
        f"Sources: {sources}.",
    ]
    return "\n\n".join(line for line in lines if line)


def _field(field: Mapping[str, Any]) -> list[str]:
    rules = dict(field.get("constraints", {}))
    enum = rules.pop("enum", [])
    said = [name for name in ("required", "unique") if rules.pop(name, False)]
    said += [f"{name} {_code(str(value))}" for name, value in rules.items()]
    said += [f"one of {', '.join(_code(str(value)) for value in enum)}"] if enum else []
    unit = _cell(field.get("unit", ""))
    meaning = _cell(field["description"])
    return [_code(field["name"]), field["type"], unit, "; ".join(said), meaning]


def replication_readme(tables: Tables, executed: Mapping[str, Sequence[Json]], lock: Path) -> str:
    """Return the replication README of the reports, after the social science data editors.

    Parameters
    ----------
    tables : Tables
        The tables in use.
    executed : mapping of str to sequence of dict
        The cells of the executed notebook behind each page, by name, in reading order.
    lock : Path
        `requirements.lock`.
    """
    package = _package(tables.folder)
    licences = ", ".join(_link(each) for each in package["licenses"])
    sources = tables.rows("sources")
    listed = {name: _shown(name, cells) for name, cells in executed.items()}
    parts = [
        MARK.format("the tables and the notebooks"),
        f"# Replication package: {_cell(package['title'])}",
        f"Version {package['version']}. After the [template of the Social Science Data "
        f"Editors]({TEMPLATE}).",
        _overview(tables, listed),
        RIGHTS.format(licences=licences).rstrip(),
        *(_provenance(tables, source) for source in sources),
        "## Dataset list",
        _datasets(tables, package),
        _computing(lock, listed),
        INSTRUCTIONS.format(pythons="3.11, 3.12 or 3.13").rstrip(),
        "## List of figures, tables and programs",
        _grid(
            ["output", "what it shows", "program", "file"],
            [row for _, rows in listed.values() for row in rows],
        ),
        "## References",
        "\n".join(f"- {_reference(source)}" for source in sources),
    ]
    return "\n\n".join(parts) + "\n"


def _overview(tables: Tables, listed: Mapping[str, tuple[Json, list[list[str]]]]) -> str:
    judged = sum(run["verdicts"] for run, _ in listed.values())
    counts = [f"{len(tables.rows(name))} {name}" for name in ("figures", "events", "claims")]
    return (
        "## Overview\n\n"
        f"The tables in `data/` hold {', '.join(counts[:2])} and {counts[2]}, printed by five "
        f"texts or by official publishers. The notebooks in `notebooks/` ({len(listed)} of them "
        f"here) read them and record {judged} verdicts. Each notebook is one page; `verdicts.csv` "
        "and `verdicts.json` hold all verdicts, and `index.html` leads to them."
    )


def _provenance(tables: Tables, source: Mapping[str, str]) -> str:
    name = source["source_id"]
    counts = ", ".join(
        f"{len(mine)} in `{table}.csv`"
        for table in ("figures", "event_mentions", "claims")
        if (mine := tables.select(table, {"source_id": name}))
    )
    lines = [f"#### `{name}`", f"{_reference(source)}"]
    if source["kind"] in TEXT_KINDS:
        lines.append(
            "Not included, under copyright; to be had from the publisher. Read from "
            f"`{source['file']}`, characters {source['span_start']} to {source['span_end']}; "
            f"SHA-256 `{source['text_sha256']}`."
        )
    else:
        lines.append("Public; single facts are typed in, with the table or article they stand in.")
    return "\n\n".join([*lines, f"Rows: {counts or 'none; named as a source only'}."])


def _datasets(tables: Tables, package: Mapping[str, Any]) -> str:
    return _grid(
        ["file", "what a row is", "rows", "provided"],
        (
            [_code(f"data/{r['path']}"), _cell(r["title"]), str(len(tables.rows(r["name"]))), "yes"]
            for r in package["resources"]
        ),
    )


def _computing(lock: Path, listed: Mapping[str, tuple[Json, list[list[str]]]]) -> str:
    pins = locked(lock.read_text(encoding="utf-8")) if lock.is_file() else {}
    rows = [[_code(name), ", ".join(versions)] for name, versions in pins.items()]
    seeds = sorted(name for name, (run, _) in listed.items() if "seed" in run["parameters"])
    chance = f"fixed by the parameter `seed` in {', '.join(seeds)}" if seeds else "not used"
    return "\n\n".join(
        [
            "## Computational requirements",
            "Software: CPython 3.11, 3.12 or 3.13 on Linux, macOS or Windows, and `make`. "
            "`requirements.lock` pins every package with its hashes; these are the direct ones:",
            _grid(["package", "version"], rows),
            f"Random numbers: {chance}.",
            "Memory, time, storage: two cores, 4 GB of memory and 2 GB of disk are enough; after "
            "installation the build takes minutes. No network is used once the packages are "
            "installed.",
        ]
    )


def verdict_table(records: Sequence[Mapping[str, str]]) -> str:
    """Return the verdicts as a Markdown table.

    Parameters
    ----------
    records : sequence of mapping
        Rows of `verdicts.csv`, all readings of a proposition together.

    Returns
    -------
    str
        One row a proposition: id (linked to its report) and sentence, literal verdict, verdicts
        of the other readings, and the deciding number of an open one.
    """
    lines = []
    for prop_id, group in groupby(records, key=lambda record: record["prop_id"]):
        first, *others = sorted(group, key=lambda record: record["reading"] != "literal")
        link = f"[{prop_id}](reports/{first['notebook']}.html#{prop_id})"
        also = "; ".join(f"{other['reading']}: {other['verdict']}" for other in others)
        decides = ": ".join(filter(None, (first["deciding_quantity"], first["decides_if"])))
        cells = (f"{link} {escape(first['text'])}", first["verdict"], also, escape(decides))
        lines.append(f"| {' | '.join(cells)} |\n")
    return HEAD + "".join(lines)


def filled(readme: str, table: str) -> str:
    """Return the text of README.md with the table between its two marks.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"README.md: the marks {START.strip()} and {END.strip()} are needed")
    return before + start + table + end + after


def fill(folder: Path) -> None:
    """Write the current verdicts into README.md of a project folder."""
    path = folder / "README.md"
    with (folder / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        table = verdict_table(list(csv.DictReader(file)))
    write(path, filled(path.read_text(encoding="utf-8"), table))


def locked(lock: str) -> dict[str, list[str]]:
    r"""Return the versions of the packages that the project itself asks for.

    Parameters
    ----------
    lock : str
        Content of `requirements.lock`.

    Examples
    --------
    >>> locked("click==8.1.8 \\\n    # via thirdneighbor (pyproject.toml)\n")
    {'click': ['8.1.8']}
    """
    found: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=[\w.-]+==)", lock):
        match = re.match(r"([\w.-]+)==([^\s;\\]+)", entry)
        if match and "thirdneighbor (pyproject.toml)" in entry:
            versions = found.setdefault(match[1], [])
            versions += [match[2]] if match[2] not in versions else []
    return found


def _shown(name: str, cells: Sequence[Json]) -> tuple[Json, list[list[str]]]:
    """Return what a notebook ran with, and a row for each figure and table that it shows."""
    program, page = _code(f"notebooks/{name}.ipynb"), f"{name}.html"
    rows, counts = [], {"figure": 0, "table": 0}
    for kind, title in (("figure", "title"), ("table", "caption")):
        for bundle in outputs(cells, kind):
            counts[kind] += 1
            anchor = f"#figure-{counts[kind]}" if kind == "figure" else ""
            label = f"{kind.capitalize()} {counts[kind]}"
            link = f"[{page}]({page}{anchor})"
            rows.append([f"{label} of {name[:2]}", _cell(bundle[title]), program, link])
    runs = outputs(cells, "run")
    parameters = runs[0]["parameters"] if runs else {}
    return {"parameters": parameters, "verdicts": len(outputs(cells, "verdict"))}, rows


def _reference(source: Mapping[str, str]) -> str:
    authors = source["authors"] or source["publication"]
    year = f" ({source['year']})" if source["year"] else ""
    series = f" {_cell(source['publication'])}." if source["publication"] != authors else ""
    return f"{_cell(authors)}{year}. {_cell(source['title'])}.{series} <{source['doi_or_url']}>"


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return "`" + " ".join(text.split()).replace("`", "'").replace("|", "\\|") + "`" if text else ""


def _names(names: str | Sequence[str]) -> str:
    return names if isinstance(names, str) else ", ".join(names)


def _link(each: Mapping[str, str]) -> str:
    return f"[{_cell(each['title'])}]({each['path']})" if each.get("path") else _cell(each["title"])
