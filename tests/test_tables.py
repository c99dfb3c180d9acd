"""The tables of a data folder: selections, fingerprints, and what a file may look like."""

from pathlib import Path

import pytest

from thirdneighbor.package import (
    MOST,
    Problem,
    cell_problems,
    order_problems,
    read_rows,
    refuse,
    resources,
)
from thirdneighbor.tables import (
    DataError,
    Tables,
    data_folder,
    digest,
    project_folder,
    records,
)

ROOT = Path(__file__).resolve().parents[1]
FIGURE = "irg_exports_chn_2019"


def test_every_cell_is_text_as_it_stands(sandbox):
    tables = Tables(sandbox.data)
    (row,) = records(tables["figures"].query(f"figure_id == {FIGURE!r}"))
    (line,) = [line for line in sandbox.rows("figures") if line[0] == FIGURE]
    assert [row[name] for name in sandbox.rows("figures")[0]] == line
    assert row["unit_elsewhere"] == ""  # unknown, never a zero or a number


def test_columns_come_in_the_order_of_the_schema(sandbox):
    rows = sandbox.rows("countries")
    sandbox.write("countries", [row[::-1] for row in rows])
    assert list(Tables(sandbox.data)["countries"]) == rows[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: b'"' + raw.replace(b",", b'",', 1),
    ],
    ids=["byte order mark", "Windows line ends", "no last line end", "quotes without need"],
)
def test_how_a_spreadsheet_saves_makes_no_difference(sandbox, change):
    """The same rows in another dress have the same fingerprint: nothing is out of date."""
    before = digest(Tables(sandbox.data)["figures"])
    path = sandbox.data / "figures.csv"
    path.write_bytes(change(path.read_bytes()))
    assert digest(Tables(sandbox.data)["figures"]) == before


def test_a_fingerprint_changes_with_a_cell_and_not_with_the_order(sandbox):
    first, *others = rows = Tables(sandbox.data).rows("countries")
    assert digest(rows[::-1]) == digest(rows)
    assert digest(others) != digest(rows)
    assert digest([first | {"name": "Elsewhere"}, *others]) != digest(rows)
    moved = {"name": first["aliases"], "aliases": first["name"]}
    assert digest([first | moved, *others]) != digest(rows)


def test_a_selection_takes_one_value_or_several(sandbox):
    tables = Tables(sandbox.data)
    one = tables.select("figures", {"partner": "CHN", "period_start": 2019})
    assert one and {(row["partner"], row["period_start"]) for row in one} == {("CHN", "2019")}
    two = tables.select("figures", {"partner": ["CHN", "RUS"]})
    apart = [tables.select("figures", {"partner": name}) for name in ("CHN", "RUS")]
    assert len(two) == sum(map(len, apart)) and all(apart)
    assert tables.select("figures", {"partner": []}) == []
    assert tables.select("figures", {"partner": ""})
    assert tables.select("figures", {}) == tables.rows("figures")
    with pytest.raises(DataError, match=r"no column 'country'; columns are figure_id, source_id"):
        tables.select("figures", {"country": "CHN"})
    with pytest.raises(DataError, match=r"there is no table 'figure'; tables are sources"):
        tables.select("figure", {"country": "CHN"})


def test_rows_and_tables_that_do_not_exist_are_named(sandbox):
    tables = Tables(sandbox.data)
    assert tables.row("countries", "CHN")["name"] == "China"
    with pytest.raises(DataError, match=r"countries.csv has no row 'XYZ' in column iso3"):
        tables.row("countries", "XYZ")
    with pytest.raises(DataError, match=r"there is no table 'country'; tables are sources"):
        tables["country"]


def test_the_project_is_the_nearest_folder_above(sandbox, monkeypatch):
    monkeypatch.chdir(sandbox.folder / "notebooks")
    assert project_folder() == sandbox.folder
    assert data_folder() == sandbox.data


def test_data_are_the_named_then_those_of_the_environment(sandbox, monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "datapackage.json").touch()
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", str(other))
    assert data_folder() == other
    assert data_folder(sandbox.data) == sandbox.data
    monkeypatch.setenv("THIRDNEIGHBOR_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"there is no datapackage.json in it"):
        data_folder()


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        ("2019", "2019", True),
        ("2019-03", "2019", True),
        ("2019", "2019-03", True),
        ("2019-03-05", "2019-03", True),
        ("2020-02-29", "2020-02-29", True),
        ("", "2019", True),
        ("2019", "", True),
        ("2019-03", "2019-02", False),
        ("2019-03-05", "2019-03-04", False),
        ("2020", "2019-12", False),
        ("2019-02-29", "2019-03", False),
        ("2019-00", "2019", False),
        ("0000", "2019", False),
    ],
)
def test_dates_and_their_order(start, end, right):
    (figures,) = [r for r in resources(ROOT / "data") if r["name"] == "figures"]
    row = read_rows(ROOT / "data" / "figures.csv", figures["schema"])[0]
    rows = [row | {"period_start": start, "period_end": end}]
    problems = cell_problems(figures, rows) + order_problems("figures.csv", rows)
    assert {problem.column for problem in problems} <= {"period_start", "period_end"}
    assert (problems == []) is right


def test_a_place_must_hold_the_whole_token(sandbox):
    """The last place that a token fits is where its last character ends the span."""
    source = Tables(sandbox.data).row("sources", "irgengioro2022")
    last = int(source["span_end"]) - len("$6.59 Billion")
    sandbox.edit("figures", FIGURE, "char_start", str(last))
    Tables(sandbox.data)
    sandbox.edit("figures", FIGURE, "char_start", str(last + 1))
    with pytest.raises(DataError, match="lies outside the evidence"):
        Tables(sandbox.data)


def test_a_mention_in_a_text_needs_its_place(sandbox):
    """Only a source that is no text, such as a communique, may name an event without a place."""
    head, *rows = sandbox.rows("event_mentions")
    at, source = head.index("char_start"), head.index("source_id")
    assert {row[source] for row in rows if not row[at]} == {"whitehouse2019"}
    first = next(row for row in rows if row[source] == "yan2024")
    first[at] = ""
    sandbox.write("event_mentions", [head, *rows])
    with pytest.raises(DataError, match=r"char_start: '' is empty; a mention of the text yan2024"):
        Tables(sandbox.data)


def test_an_event_that_no_text_names(sandbox):
    rows = sandbox.rows("event_mentions")
    sandbox.write("event_mentions", [row for row in rows if row[0] != "chn_sheep"])
    with pytest.raises(DataError, match=r"column event_id: 'chn_sheep' has no row in event_men"):
        Tables(sandbox.data)


def test_the_first_problems_are_shown_and_the_rest_counted():
    refuse([])
    problems = [Problem("a.csv", i, "b", "c", "is wrong") for i in range(MOST + 3)]
    with pytest.raises(DataError) as caught:
        refuse(problems)
    lines = str(caught.value).splitlines()
    assert lines[0] == "a.csv, row 0, column b: 'c' is wrong"
    assert (len(lines), lines[-1]) == (MOST + 1, "and 3 more")
