"""What was borne out by the texts once is held by recorded digests."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from thirdneighbor import cli, seals, tables

ROOT = Path(__file__).resolve().parents[1]


def check(folder, *more):
    return CliRunner().invoke(cli.main, ["check", "--data", str(folder), "--sources", "", *more])


def test_committed_tables_are_as_recorded():
    assert seals.seal_problems(tables.Tables(ROOT / "data")) == []


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("figures", "irg_imports_chn_2019", "partner", "JPN"),
        ("figures", "cac_share_exports_chn", "printed", "nearly 90%"),
        ("figures", "irg_exports_kgz_2016", "period_start", "2014"),
        ("events", "rus_treaty_2019", "direction", "china"),
        ("claims", "gun_treaty", "stance", "disagree"),
        ("conditions", "CHE", "code", "0"),
    ],
)
def test_changed_cell_is_named(sandbox, table, key, column, value):
    """Another valid value is refused by file, row and column."""
    frame = tables.Tables(ROOT / "data")[table]
    row = list(frame.iloc[:, 0]).index(key) + 2
    sandbox.edit(table, key, column, value)
    result = check(sandbox.data)
    assert result.exit_code == 2
    assert f"{table}.csv, row {row}, column {column}: {value!r}" in result.stderr


def test_swapped_reporter_and_partner_are_named(sandbox):
    sandbox.edit("figures", "irg_imports_chn_2019", "reporter", "CHN")
    sandbox.edit("figures", "irg_imports_chn_2019", "partner", "MNG")
    result = check(sandbox.data)
    assert result.exit_code == 2
    assert "column reporter, partner: 'CHN, MNG' of irg_imports_chn_2019" in result.stderr


def lines_of(sandbox, table):
    path = sandbox.data / f"{table}.csv"
    return path, path.read_text(encoding="utf-8").splitlines(keepends=True)


def test_dropped_and_added_rows_are_named(sandbox):
    """A mention is lost, and a figure stands twice under two names."""
    path, lines = lines_of(sandbox, "excluded")
    (lost,) = [line for line in lines if line.startswith("yan2024,2075,")]
    path.write_text("".join(line for line in lines if line != lost), encoding="utf-8")
    path, lines = lines_of(sandbox, "figures")
    (twin,) = [line for line in lines if line.startswith("cac_gdp,")]
    path.write_text("".join([*lines, twin.replace("cac_gdp", "cac_gdp_again")]), encoding="utf-8")
    result = check(sandbox.data)
    assert result.exit_code == 2
    assert "'yan2024 | 2075' was recorded and is no longer there" in result.stderr
    assert "'cac_gdp_again' is not among the recorded rows" in result.stderr


def test_order_of_rows_and_quoting_are_free(sandbox):
    """A spreadsheet may sort the rows and quote every cell."""
    path, lines = lines_of(sandbox, "countries")
    head, *rest = lines
    quoted = ['"' + line.rstrip("\n").replace(",", '","') + '"\r\n' for line in sorted(rest)]
    assert sum(line.count('"') for line in rest) == 0
    path.write_bytes(("\ufeff" + head.rstrip("\n") + "\r\n" + "".join(quoted)).encode())
    assert check(sandbox.data).exit_code == 0


def test_record_needs_the_texts(sandbox):
    before = (sandbox.data / seals.FILE).read_bytes()
    sandbox.edit("events", "rus_treaty_2019", "direction", "china")
    result = check(sandbox.data, "--record")
    assert result.exit_code == 2
    assert "--record needs --sources" in result.stderr
    assert (sandbox.data / seals.FILE).read_bytes() == before


def test_damaged_digests_are_refused(sandbox):
    (sandbox.data / seals.FILE).write_text(json.dumps({"figures": {}}), encoding="utf-8")
    result = check(sandbox.data)
    assert result.exit_code == 2
    assert "digests.json: holds no digests of these tables" in result.stderr


def test_tables_without_digests_are_told(sandbox):
    (sandbox.data / seals.FILE).unlink()
    result = check(sandbox.data)
    assert result.exit_code == 0
    assert "rows not recorded" in result.stdout
