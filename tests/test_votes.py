"""Votes and positions: by hand, and the tables of the study."""

import csv
import math
from pathlib import Path

import pandas as pd
import pytest

from thirdneighbor import trade, votes

ROOT = Path(__file__).resolve().parents[1]
Z95 = 1.6448536  # 95 per cent of a normal distribution lie below it
PEERS = ["KAZ", "KGZ", "UZB", "TJK"]


def read(name):
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


def position(country, year, point, half):
    ends = {"point": point, "q5": point - half, "q95": point + half}
    return {"iso3": country, "year": str(year), **{k: str(v) for k, v in ends.items()}}


POINTS = pd.DataFrame(
    [
        position("A", 2021, 0.0, 0.3),
        position("A", 2022, 0.1, 0.4),
        position("B", 2021, 1.0, 0.6),
        position("B", 2022, 0.3, 0.8),
        position("C", 2021, 0.2, 0.2),
        position("C", 2022, 0.2, 0.4),
    ]
)


def test_the_fall_of_a_gap_by_hand():
    """1.0 to 0.2: 0.8; half widths add like the sides of a box."""
    found = votes.closer(POINTS, ("A", "B"), 2021, 2022)
    reach = math.sqrt(0.3**2 + 0.4**2 + 0.6**2 + 0.8**2)
    assert found.point == pytest.approx(0.8)
    assert (found.lo, found.hi) == pytest.approx((0.8 - reach, 0.8 + reach))
    assert found.n == 4


def test_what_the_other_did_cancels_beside_a_peer():
    """A moved 0.1 towards B, C did not move; B is not in it."""
    found = votes.closer(POINTS, ("A", "B"), 2021, 2022, than=["C"])
    reach = math.sqrt(0.3**2 + 0.4**2 + 0.2**2 + 0.4**2)
    assert found.point == pytest.approx(0.1)
    assert found.hi - found.point == pytest.approx(reach)
    assert (found > 0).verdict == "undecided"


def test_two_peers_weigh_half_each():
    found = votes.closer(POINTS, ("A", "B"), 2021, 2022, than=["C", "B"])
    spread = 0.3**2 + 0.4**2 + (0.2**2 + 0.4**2 + 0.6**2 + 0.8**2) / 4
    assert found.point == pytest.approx(0.1 - (0 - 0.7) / 2)
    assert found.hi - found.point == pytest.approx(math.sqrt(spread))


def test_a_move_and_a_wider_level():
    found = votes.moved(POINTS, "B", 2021, 2022)
    assert (found.point, found.hi) == pytest.approx((-0.7, 0.3))
    wider = votes.moved(POINTS, "B", 2021, 2022, 0.05)
    assert (wider.hi + 0.7) / (found.hi + 0.7) == pytest.approx(1.959964 / Z95)


def test_the_nearest_states_by_hand():
    """C lies 0.2 and 0.1 from A, B 1.0 and 0.2."""
    table = votes.nearest(POINTS, "A", [2021, 2022])
    assert list(table.index) == ["C", "B"]
    assert table["distance"].tolist() == pytest.approx([0.15, 0.6])
    assert list(votes.nearest(POINTS[:-1], "A", [2021, 2022]).index) == ["B"]


def test_mongolia_abstained_in_all_votes():
    cast = read("votes")
    resolutions = list(cast["resolution"].unique())
    table = votes.tiles(cast, ["MNG", "IND", "RUS"], resolutions)
    assert set(table.loc["MNG"]) == {"abstain"}
    four = ["68/262", "ES-11/1", "ES-11/6", "ES-11/7"]
    assert set(table.loc["IND", four]) == {"abstain"}
    assert set(table.loc["RUS"]) <= {"no", ""}


def test_non_aligned_asia_on_two_votes():
    """35 members, of which 23 outside West Asia."""
    groups, cast = read("groups"), read("votes")
    every = list(groups["iso3"])
    assert len(every) == 35
    march = {"yes": 22, "no": 2, "abstain": 9, "absent": 2}
    assert votes.counted(cast, "ES-11/1", every) == march
    crimea = {"yes": 12, "no": 2, "abstain": 13, "absent": 8}
    assert votes.counted(cast, "68/262", every) == crimea
    rest = list(groups[groups["part"] == "rest"]["iso3"])
    east = {"yes": 13, "no": 1, "abstain": 7, "absent": 2}
    assert votes.counted(cast, "ES-11/1", rest) == east


def test_same_votes_as_russia():
    countries = ["MNG", *PEERS, "TKM"]
    table = votes.by_year(read("agreement"), countries, "RUS")
    change = (100 * (table.loc[2023] - table.loc[2019])).round(1)
    assert change.tolist() == [-14.8, -12.1, -12.6, -11.7, -10.1, 0.7]
    assert table.loc[[2019, 2023], "MNG"].round(3).tolist() == [0.694, 0.547]
    years = trade.base_years(table["MNG"].dropna(), 2023)
    assert list(years[years["turn"] == "higher"]["base"]) == [1992, 1994]


def test_russia_moved_and_mongolia_came_no_closer_than_its_peers():
    points = read("points")
    pair = ("MNG", "RUS")
    found = votes.closer(points, pair, 2021, 2022)
    ends = found.point, found.lo, found.hi
    assert [round(end, 2) for end in ends] == [0.68, 0.26, 1.10]
    assert (found > 0).verdict == "supported"
    beside = votes.closer(points, pair, 2021, 2022, than=PEERS)
    assert (beside > 0).verdict == "undecided"
    moves = [votes.moved(points, country, 2021, 2022).point for country in pair]
    assert [round(move, 2) for move in moves] == [0.06, -0.61]


def test_beside_its_peers_by_hand():
    """The move of Mongolia less the mean move of four peers, read from the table."""
    rows = read("points").set_index(["iso3", "year"])["point"].astype(float)
    moves = {c: rows[c, "2022"] - rows[c, "2021"] for c in ["MNG", *PEERS]}
    by_hand = moves["MNG"] - sum(moves[c] for c in PEERS) / 4
    found = votes.closer(read("points"), ("MNG", "RUS"), 2021, 2022, than=PEERS)
    assert found.point == pytest.approx(by_hand)
    assert round(by_hand, 2) == 0.15


def test_kazakhstan_stands_nearest():
    table = votes.nearest(read("points"), "MNG", range(2017, 2022))
    assert len(table) == 25
    assert table.loc[["KAZ", "KGZ"], "rank"].tolist() == [1, 6]
    wanted = {"KAZ": 0.05, "KGZ": 0.17, "CHN": 0.16, "RUS": 0.65, "USA": 3.22}
    assert table["distance"].round(2)[list(wanted)].to_dict() == wanted
