"""README.md shows the verdicts of the reports."""

import csv
from pathlib import Path

import pytest

from thirdneighbor.reporting.documents import END, START, filled, verdict_table

ROOT = Path(__file__).resolve().parents[1]


def row(**fields):
    names = ("prop_id", "reading", "notebook", "text", "verdict", "deciding_quantity", "decides_if")
    return dict.fromkeys(names, "") | {"prop_id": "P2.1", "reading": "literal"} | fields


def test_readme_shows_the_current_verdicts():
    """The committed table is what `make readme` would write now."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with (ROOT / "reports" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    assert len(records) > 50
    assert filled(readme, verdict_table(records)) == readme, "run make readme"


def test_a_proposition_is_one_row_with_all_its_readings():
    rows = [
        row(reading="official", verdict="contradicted", notebook="02_cap"),
        row(verdict="certain", notebook="02_cap", text="A | b"),
    ]
    (line,) = verdict_table(rows).splitlines()[2:]
    assert line == (
        r"| [P2.1](reports/02_cap.html#P2.1) A \| b | certain | official: contradicted |  |"
    )


def test_a_missing_mark_is_an_error():
    with pytest.raises(ValueError, match="marks"):
        filled(START, "table")
    assert filled(f"a\n{START}old\n{END}z", "new\n") == f"a\n{START}new\n{END}z"
