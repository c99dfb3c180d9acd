"""Roads over a small map, and over the borders of the study."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from thirdneighbor import routes

ROOT = Path(__file__).resolve().parents[1]
# A - B - D
# |   |
# C - E   F
MAP = pd.DataFrame(
    [("A", "B"), ("A", "C"), ("B", "D"), ("B", "E"), ("C", "E")],
    columns=["iso3", "neighbour"],
)
REGION = ["KAZ", "KGZ", "UZB", "TJK", "TKM"]


@pytest.fixture(scope="module")
def borders():
    with (ROOT / "data" / "borders.csv").open(encoding="utf-8") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


def test_the_shortest_road():
    assert routes.road(MAP, "A", "D") == ["A", "B", "D"]
    assert routes.road(MAP, "D", "A") == ["D", "B", "A"]
    assert routes.road(MAP, "A", "D", ["C"]) == ["A", "B", "D"]
    assert routes.road(MAP, "A", "E", ["B"]) == ["A", "C", "E"]


def test_of_two_ways_the_one_that_stands_first():
    assert routes.road(MAP, "A", "E") == ["A", "B", "E"]
    assert routes.road(MAP[::-1], "A", "E") == ["A", "C", "E"]


def test_no_road():
    assert routes.road(MAP, "A", "D", ["B"]) == []
    assert routes.road(MAP, "A", "F") == []
    assert routes.road(MAP, "A", "D", ["D"]) == []


def test_what_is_within_reach():
    assert routes.reached(MAP, "A") == {"B", "C", "D", "E"}
    assert routes.reached(MAP, "A", ["B"]) == {"C", "E"}
    assert routes.reached(MAP, "F") == set()


def test_smallest_cuts():
    assert routes.cut_sets(MAP, "A", ["D"]) == [("B",)]
    assert routes.cut_sets(MAP, "A", ["E"]) == [("B", "C")]
    assert routes.cut_sets(MAP, "A", ["B"]) == []
    assert routes.cut_sets(MAP, "A", ["F"]) == [()]


def test_one_neighbour_can_be_avoided_and_not_both(borders):
    closures = {"Russia": ["RUS"], "China": ["CHN"], "both": ["RUS", "CHN"]}
    table = routes.roads(borders, "MNG", REGION, closures)
    assert list(table["both"]) == ["none"] * 5
    assert "none" not in [*table["Russia"], *table["China"]]
    assert all(way[0] == "CHN" for way in table["Russia"])
    assert table.loc["KAZ", "China"] == ["RUS"]
    assert all(way[:2] == ["RUS", "KAZ"] for way in table["China"][1:])
    assert table.loc["UZB", "Russia"] == ["CHN", "KAZ"]


def test_the_two_neighbours_are_the_only_pair_that_cuts_the_region_off(borders):
    assert routes.cut_sets(borders, "MNG", REGION) == [("CHN", "RUS")]
