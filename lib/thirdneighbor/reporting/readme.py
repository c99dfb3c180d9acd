"""The verdict table of README.md, filled in from the verdict file of the reports."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from thirdneighbor.bundles import escape
from thirdneighbor.reporting.ledger import write

START, END = "<!-- verdicts -->\n", "<!-- end of verdicts -->\n"
HEAD = "| claim | as printed | other readings | what would decide it |\n|---|---|---|---|\n"


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
