"""Theories against evidence: a matrix to be counted by hand, and that of the study."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from thirdneighbor import theories

ROOT = Path(__file__).resolve().parents[1]
SIGNS = pd.DataFrame(
    {"bold": [1, 1, -1], "shy": [0, 0, 0], "wrong": [-1, -1, 1]},
    index=["e1", "e2", "e3"],
)


@pytest.fixture(scope="module")
def rows():
    with (ROOT / "data" / "evidence.csv").open(encoding="utf-8") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


def test_counts_by_hand():
    table = theories.tally(SIGNS)
    assert list(table.index) == ["bold", "shy", "wrong"]
    assert table.loc["bold"].tolist() == [2, 1, 0, 1]
    assert table.loc["shy"].tolist() == [0, 0, 3, 0]


def test_two_ways_to_lead():
    assert theories.first(SIGNS) == ["bold"]
    assert theories.first(SIGNS, "minus") == ["shy"]
    assert theories.first(SIGNS[["bold", "wrong"]].loc[["e1", "e3"]]) == [
        "bold",
        "wrong",
    ]


def test_one_cell_changes_by_hand():
    """On balance bold has 1, shy 0, wrong -1; eighteen changes.

    Bold alone leads unless a plus of its own becomes silent (a tie at 0, twice) or a
    minus (behind at -1, twice), or a plus is given to shy (a tie at 1, three times), or
    a minus of wrong becomes a plus (a tie at 1, twice).
    """
    found = theories.one_cell_changes(SIGNS, "bold")
    assert found == {"first": 9, "tied": 7, "behind": 2}


def test_recoding_leaves_the_matrix_as_it_was():
    changed = theories.recoded(SIGNS, {("e1", "bold"): -1})
    assert (changed.loc["e1", "bold"], SIGNS.loc["e1", "bold"]) == (-1, 1)
    with pytest.raises(ValueError, match="e9"):
        theories.recoded(SIGNS, {("e9", "bold"): 1})


def test_a_matrix_needs_every_cell_once(rows):
    with pytest.raises(ValueError, match="each cell"):
        theories.matrix(rows[1:])
    with pytest.raises(ValueError, match="each cell"):
        theories.matrix(pd.concat([rows[1:], rows[1:2]]))


def test_nothing_was_coded_against_the_winner(rows):
    """For, against, silent: counted by hand in the table of cells."""
    table = theories.tally(theories.matrix(rows))
    wanted = {
        "multi_vector": [10, 0, 2],
        "steppe": [1, 0, 11],
        "neutrality": [4, 3, 5],
        "align_russia": [2, 4, 6],
        "third_neighbour": [2, 4, 6],
        "balance": [1, 5, 6],
        "bandwagon_china": [1, 5, 6],
    }
    kept = table[["plus", "minus", "silent"]]
    assert {name: kept.loc[name].tolist() for name in wanted} == wanted


def test_what_one_code_changes(rows):
    """84 cells, two other signs each; fewest minuses alone ties with the steppe."""
    signs = theories.matrix(rows)
    found = theories.one_cell_changes(signs, "multi_vector")
    assert found == {"first": 168, "tied": 0, "behind": 0}
    fewest = theories.one_cell_changes(signs, "multi_vector", "minus")
    assert fewest == {"first": 12, "tied": 144, "behind": 12}


def test_two_disputed_codes_turned(rows):
    """Yielding over a guest and a permanent treaty against it: 9 less 2, and 1."""
    turned = {("e2", "multi_vector"): -1, ("e3", "multi_vector"): -1}
    table = theories.tally(theories.recoded(theories.matrix(rows), turned))
    assert table["net"].iloc[:2].tolist() == [7, 1]
    assert table.index[0] == "multi_vector"
