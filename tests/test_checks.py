"""What `check` looks at: the full validation, and what changed since it was recorded."""

import json
import subprocess

import frictionless
import pytest
from invented import TEXT, Study
from small import make_study

from asprinted import checks
from asprinted.pages import exports
from asprinted.tables import Tables


@pytest.fixture
def study(tmp_path):
    """An invented study whose tables are recorded and committed."""
    made = Study(tmp_path / "study")
    checks.record(Tables(made.data))
    for call in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "all"),
    ):
        subprocess.run(["git", *call], cwd=made.folder, check=True)
    return made


def lines(study):
    return checks.change_lines(Tables(study.data))


def test_recorded_tables_have_not_changed(study):
    assert lines(study) == []
    report = frictionless.Package(str(study.data / "datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])


def test_tables_without_hashes_record_nothing(tmp_path):
    assert lines(Study(tmp_path / "new")) == []


def test_changed_added_and_lost_rows_are_named(study):
    """A valid cell becomes another valid cell; a row is added, another lost."""
    study.edit("figures", "office_share", "partner", "")
    study.write("countries", [*study.rows("countries"), ["ATL", "Atlantis"]])
    excluded = study.rows("excluded")
    study.write("excluded", [row for row in excluded if row[2] != "two"])
    assert lines(study) == [
        "countries.csv is not as recorded in datapackage.json",
        "  countries.csv, row 4, column iso3: 'ATL' is a new row",
        "figures.csv is not as recorded in datapackage.json",
        "  figures.csv, row 4, column partner: '' of office_share was 'UTO'",
        "excluded.csv is not as recorded in datapackage.json",
        "  excluded.csv, row 3, column source_id, char_start: "
        f"'pan1991 | {TEXT.index('two')}' is a row no longer",
    ]


def test_swapped_rows_and_a_committed_change_are_told_apart(study):
    head, first, second = study.rows("countries")
    study.write("countries", [head, second, first])
    assert lines(study)[1] == "  the order of its rows changed"
    call = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*call, "commit", "-qam", "swap"], cwd=study.folder, check=True)
    assert lines(study)[1] == "  its rows are those of the last commit"


def test_without_git_the_table_is_named(tmp_path):
    study = Study(tmp_path / "study")
    checks.record(Tables(study.data))
    study.edit("figures", "office_share", "partner", "")
    assert lines(study) == [
        "figures.csv is not as recorded in datapackage.json",
        "  git cannot tell which rows",
    ]


def test_how_a_spreadsheet_saves_is_no_change(study):
    path = study.data / "countries.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    quoted = ['"' + row.replace(",", '","') + '"' for row in rows]
    path.write_bytes(("\ufeff" + "\r\n".join([*quoted, ",", ""])).encode())
    assert lines(study) == []


def test_record_says_what_nobody_verified(study):
    """Two rows of figures change; one has a place, in a text that is not at hand."""
    study.edit("figures", "pan_share", "place", "first lines")
    study.edit("figures", "office_share", "place", "table 4")
    told = [
        "figures.csv: recorded",
        "1 row has a place that nobody looked up in the text",
    ]
    package = (study.data / "datapackage.json").read_text(encoding="utf-8")
    assert checks.record(Tables(study.data)) == told
    assert lines(study) == []
    (study.data / "datapackage.json").write_text(package, encoding="utf-8")
    assert checks.record(Tables(study.data), ["pan1991"]) == told[:1]
    assert checks.record(Tables(study.data)) == []


def test_rows_that_were_committed_unverified_count_as_such(study):
    """A commit is no verification: all three rows with a place are to be looked up."""
    study.edit("figures", "pan_share", "place", "first lines")
    call = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*call, "commit", "-qam", "edit"], cwd=study.folder, check=True)
    told = checks.record(Tables(study.data))
    assert told[-1] == "2 rows have a place that nobody looked up in the text"


def test_a_package_that_describes_little_can_be_recorded(tmp_path):
    tables = Tables(make_study(tmp_path / "orchards"))
    assert "study.json: recorded" in checks.record(tables)
    assert checks.changed(Tables(tables.folder)) == []
    text = (tables.folder / "README.md").read_text(encoding="utf-8")
    assert "# Orchards" in text and "`share`" not in text


def test_settings_are_recorded_however_they_are_saved(tmp_path):
    folder = make_study(tmp_path / "orchards")
    checks.record(Tables(folder))
    path = folder / "data" / "study.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(settings, indent=4), encoding="utf-8-sig")
    assert checks.changed(Tables(folder)) == []
    path.write_text(json.dumps(settings | {"title": "Pears"}), encoding="utf-8")
    assert checks.changed(Tables(folder)) == ["study.json"]
    path.unlink()
    assert checks.changed(Tables(folder)) == ["study.json"]


def test_record_changes_nothing_but_hashes(study):
    path = study.data / "datapackage.json"
    before = json.loads(path.read_text(encoding="utf-8"))
    study.edit("figures", "office_share", "place", "table 4")
    checks.record(Tables(study.data))
    after = json.loads(path.read_text(encoding="utf-8"))
    changed = [
        (old["name"], key)
        for old, new in zip(before["resources"], after["resources"], strict=True)
        for key in new
        if old.get(key) != new[key]
    ]
    assert changed == [("figures", "hash")]
    assert {k: v for k, v in before.items() if k != "resources"} == {
        k: v for k, v in after.items() if k != "resources"
    }


def test_figures_with_bounds_by_hand(study):
    """More than fifty percent; 3.8 plus or minus 0.05 billion; 41.45 to 41.55 percent."""
    tables = Tables(study.data)
    share, debt, office = exports.figure_rows(tables, {})
    assert (share["value"], share["lo"], share["hi"], share["lo_open"]) == (
        *("0.5", "0.5"),
        *("1", "1"),
    )
    assert (debt["value"], debt["lo"], debt["hi"]) == (
        *("3800000000", "3750000000"),
        "3850000000",
    )
    assert (debt["unit"], debt["year"], debt["hedge"]) == ("usd", "", "about")
    assert (office["lo"], office["hi"], office["hi_open"]) == ("0.4145", "0.4155", "0")
    assert (office["source_kind"], office["year"]) == ("statistics", "1990")
    assert office["rule"] == "half a unit of the last printed digit"
    assert debt["label"] == "debt of ARC"
    assert office["label"] == "share of ARC, 1990 (cheese)"
    columns = exports.figure_columns(tables)
    assert set(columns) <= set(office)
    assert "char_start" not in columns and len(columns) == len(set(columns))


def test_figures_without_an_upper_end(study):
    study.edit("figures", "pan_debt", "printed", "over $3.8 billion")
    debt = exports.figure_rows(Tables(study.data), {})[1]
    assert (debt["lo"], debt["hi"], debt["hi_open"]) == ("3800000000", "Inf", "1")
    assert float(debt["hi"]) == float("inf")


def test_package_of_the_reports_describes_every_column(study, tmp_path):
    from asprinted.package import as_csv

    tables = Tables(study.data)
    columns = exports.figure_columns(tables)
    package = exports.reports_package(tables)
    (resource,) = package["resources"]
    assert [field["name"] for field in resource["schema"]["fields"]] == columns
    text = as_csv(exports.figure_rows(tables, {}), columns)
    (tmp_path / "figures.csv").write_text(text, encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_readme_tells_every_table_column_and_link(study):
    tables = Tables(study.data)
    text = checks.data_readme(tables.package)
    for name in tables.names:
        _, _, section = text.partition(f"\n### `{name}.csv`\n")
        section = section.partition("\n### ")[0]
        for column in tables.columns(name):
            assert section.count(f"\n| `{column}` |") == 1
    assert "| `partner` | key of `countries.csv` |" in text
    assert "| `reason` | `period`, `idiom` |" in text
    assert 'subset(figures, quantity == "share")' in text
    assert (study.data / "README.md").read_text(encoding="utf-8") == text
