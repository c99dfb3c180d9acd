"""The tables of a study: what a file may look like, what is refused, and selections."""

import math

import pytest
from invented import FIELDS, ROWS, Study, package

from asprinted.package import (
    MOST,
    DataError,
    Problem,
    as_csv,
    cell_message,
    csv_cell,
    refuse,
)
from asprinted.tables import Tables, digest, study_folder


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path / "study")


def refusal(study):
    with pytest.raises(DataError) as caught:
        Tables(study.data)
    return str(caught.value)


def test_every_cell_is_text_as_it_stands(study):
    tables = Tables(study.data)
    for name, rows in ROWS.items():
        assert [list(row.values()) for row in tables.rows(name)] == rows
        assert tables.columns(name) == list(FIELDS[name])
    assert Tables(study.folder).rows("figures") == tables.rows("figures")


def test_columns_may_stand_in_another_order(study):
    rows = study.rows("figures")
    study.write("figures", [row[::-1] for row in rows])
    assert list(Tables(study.data).rows("figures")[0]) == rows[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: b'"' + raw.replace(b",", b'",', 1),
        lambda raw: raw + b",,,,,,,,,,,\n\n",
        lambda raw: raw.replace(b"\n", b",,\n"),
        lambda raw: b"sep=,\r\n" + raw,
        lambda raw: b"sep=;\n" + raw.replace(b",", b";"),
    ],
    ids=["mark", "windows", "end", "quotes", "rows", "columns", "sep", "semicolons"],
)
def test_how_a_spreadsheet_saves_makes_no_difference(study, change):
    before = digest(Tables(study.data).rows("figures"))
    path = study.data / "figures.csv"
    path.write_bytes(change(path.read_bytes()))
    assert digest(Tables(study.data).rows("figures")) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace(",", ";"), "row 1: the cells are separated by semicolons"),
        (lambda t: t.replace(",", "\t"), "row 1: the cells are separated by tabs"),
        (
            lambda t: '"' + t.replace(",", '";"').replace("\n", '"\n"')[:-1],
            "row 1: the cells are separated by semicolons",
        ),
        (lambda t: t.replace("Utopia", "Ut\ufffdpia"), "row 3: '\ufffd' is a letter"),
        (
            lambda t: t.replace("UTO,Utopia", "\nUTO,Utopia"),
            "row 3: is empty; delete it",
        ),
        (
            lambda t: t.replace("ARC", "ARC,"),
            "row 2, first cell 'ARC': 3 cells where the",
        ),
        (
            lambda t: t.replace("name", "nmae"),
            "'nmae' is not known; did you mean 'name'?",
        ),
        (lambda t: t.replace("name", "iso3"), "row 1: column 'iso3' stands twice"),
        (lambda t: t.replace(",name", ""), "row 1: column 'name' is missing"),
        (
            lambda t: t.replace('"', "").replace("Utopia", '"Utopia'),
            "cannot be read as CSV",
        ),
        (
            lambda t: t.replace("Utopia", "UtÃ¶pia"),
            "row 3: 'Ã¶' is a letter read in the",
        ),
        (
            lambda t: t.replace("Utopia", "Utopiaâ€™s"),
            "row 3: 'â€™' is a letter read in",
        ),
    ],
)
def test_wrong_file_is_named_for_what_it_is(study, change, told):
    path = study.data / "countries.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    message = refusal(study)
    assert message.startswith("countries.csv, row ")
    assert told in message


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-16", "countries.csv: is UTF-16; save the table as UTF-8"),
        (
            "cp1252",
            "countries.csv, row 3: byte 0xf6 is not UTF-8; save the table as UTF-8",
        ),
        ("utf-16-le", "countries.csv: is UTF-16; save the table as UTF-8"),
    ],
)
def test_wrong_encoding_is_named(study, encoding, told):
    path = study.data / "countries.csv"
    text = path.read_text(encoding="utf-8").replace("Utopia", "Utöpia")
    path.write_bytes(text.encode(encoding))
    assert refusal(study) == told


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "told"),
    [
        (
            "figures",
            "pan_share",
            "quantity",
            "shares",
            "is not allowed; did you mean 'share'",
        ),
        (
            "figures",
            "pan_share",
            "partner",
            "Utopia",
            "of countries.csv; did you mean 'UTO'?",
        ),
        ("figures", "pan_share", "partner", "ARC", "is also the reporter"),
        ("figures", "pan_share", "source_id", "pan199", "did you mean 'pan1991'?"),
        ("figures", "pan_share", "period_start", "1990-02-30", "is not a date"),
        (
            "figures",
            "pan_share",
            "period_start",
            "1991",
            "is before period_start '1991'",
        ),
        ("figures", "pan_share", "period_start", "90", "does not match"),
        ("figures", "pan_share", "char_start", "4.5", "is not a whole number"),
        ("figures", "pan_share", "char_start", "-1", "is less than 0"),
        (
            "figures",
            "pan_share",
            "char_start",
            "99999",
            "lies outside the evidence, 0 to",
        ),
        (
            "figures",
            "pan_share",
            "char_start",
            "",
            "is empty; what a text prints has a",
        ),
        (
            "figures",
            "pan_share",
            "figure_id",
            "pan_debt",
            "stands twice; it must be unique",
        ),
        ("figures", "pan_share", "printed", "", "is empty; a value is required"),
        (
            "figures",
            "pan_share",
            "printed",
            "=1+1",
            "begins like a spreadsheet formula",
        ),
        (
            "figures",
            "pan_share",
            "printed",
            "-2+3",
            "begins like a spreadsheet formula",
        ),
        ("figures", "pan_share", "printed", "a\x07b", "holds a control character"),
        (
            "figures",
            "pan_share",
            "printed",
            "most of it",
            "cannot be read: 'most' is neither",
        ),
        (
            "figures",
            "pan_share",
            "printed",
            "1,2345%",
            "cannot be read: the number '1,2345'",
        ),
        (
            "figures",
            "office_share",
            "printed",
            "5 and 7 percent",
            "cannot be read: the word 'and'",
        ),
        ("figures", "office_share", "printed", "$5", "is in usd; share is in share"),
        (
            "figures",
            "pan_debt",
            "printed",
            "about $3.8 million",
            "beyond 1000000000 to 2000",
        ),
        (
            "figures",
            "pan_debt",
            "printed",
            "about $38 billion",
            "the limits of debt ARC in",
        ),
        ("limits", "share", "most", "1,5", "is not a number"),
        ("limits", "share", "most", "-1", "is less than least '0'"),
        (
            "event_mentions",
            "treaty",
            "source_id",
            "office",
            "is filled, but office is no text",
        ),
        (
            "limits",
            "share",
            "quantity",
            "portion",
            "has no row for the quantity 'share'",
        ),
        (
            "event_mentions",
            "treaty",
            "event_id",
            "peace",
            "does not stand in column event_id",
        ),
        (
            "propositions",
            "P1.1",
            "readings",
            "print press",
            "names 'press', which is not",
        ),
        ("propositions", "P1.1", "untested", "print", "is among the readings that are"),
        (
            "propositions",
            "P1.1",
            "standing",
            "ours",
            "is filled, which goes with the standing asserted",
        ),
        (
            "propositions",
            "P1.2",
            "bears_on",
            "",
            "a sentence that is needed names a claim",
        ),
        ("propositions", "P1.2", "untested", "", "is empty, and so is untested"),
    ],
)
def test_wrong_cell_is_named(study, table, key, column, value, told):
    """The message begins with the file and holds row, value and what is allowed."""
    study.edit(table, key, column, value)
    message = refusal(study)
    assert told in message, message
    assert ".csv, row " in message and ", column " in message


RULES = [  # a rule of a table, a cell that breaks it, and what is told
    (
        "figures",
        {"if": {"period_basis": ["undated"]}, "then": {"period_start": "empty"}},
        ("pan_debt", "period_start", "1990"),
        "row 3, column period_start: '1990' has to be empty "
        "(where period_basis is 'undated')",
    ),
    (
        "figures",
        {
            "unless": {"period_basis": ["undated"]},
            "then": {"period_start": {"required": True}},
        },
        ("pan_share", "period_start", ""),
        "row 2, column period_start: '' is empty; a value is required "
        "(where period_basis is 'stated')",
    ),
    (
        "figures",
        {"then": {"partner": {"enum": ["UTO"]}}, "if": {"commodity": ["cheese"]}},
        ("office_share", "partner", ""),
        "",
    ),
    (
        "figures",
        {"unless": {"quantity": ["debt"]}, "complete": ["source_id", "quantity"]},
        ("office_share", "quantity", "debt"),
        "row 5, column source_id, quantity: 'office, share' has no row; "
        "every combination of the values needs one",
    ),
    (
        "figures",
        {"if": {"partner": ["UTO", "ARC"]}, "complete": ["partner"]},
        ("office_share", "source_id", "office"),
        "row 5, column partner: 'ARC' has no row; "
        "every combination of the values needs one",
    ),
    (
        "figures",
        {"unbroken": "period_start", "within": ["quantity"]},
        ("office_share", "period_start", "1988"),
        "row 5, column period_start: '1989' has no row of share; "
        "the years run from 1988 to 1990",
    ),
    (
        "figures",
        {"if": {"source_id": ["office"]}, "unbroken": "period_start", "to": 1991},
        ("office_share", "period_end", "1991"),
        "row 5, column period_start: '1991' has no row; "
        "the years run from 1990 to 1991",
    ),
    (
        "figures",
        {"if": {"source_id": ["office"]}, "unbroken": "period_start", "from": 1989},
        ("office_share", "period_end", "1991"),
        "row 5, column period_start: '1989' has no row; "
        "the years run from 1989 to 1990",
    ),
    (
        "figures",
        {"same": "commodity", "within": ["quantity", "partner"]},
        ("office_share", "commodity", "milk"),
        "row 4, column commodity: 'milk' is 'cheese' in other rows "
        "with the same quantity, partner",
    ),
    (
        "sources",
        {"ascending": ["span_start", "year"]},
        ("pan1991", "year", "-5"),
        "row 2, column year: '-5' is less than span_start '0'",
    ),
    (
        "sources",
        {"year": ["year", "title"]},
        ("office", "title", "1999-03"),
        "row 3, column title: '1999-03' is of another year than year '2000'",
    ),
    (
        "figures",
        {"year": ["figure_id", "period_start"]},
        ("office_share", "figure_id", "office_share_1980"),
        "row 4, column period_start: '1990' is of another year than "
        "figure_id 'office_share_1980'",
    ),
    (
        "propositions",
        {"pair": ["claim_id", "bears_on"]},
        ("P1.2", "claim_id", ""),
        "row 3, column claim_id, bears_on: ', pan_dependence' stands in row 2 already",
    ),
    (
        "countries",
        {"pair": ["iso3", "name"]},
        ("ARC", "name", "ARC"),
        "row 2, column iso3, name: 'ARC, ARC' is no pair: both are the same",
    ),
    (
        "corrections",
        {"row": {"source_id": "source_id", "printed": "printed"}, "of": "excluded"},
        ("pan1991", "printed", "1991"),
        "row 2, column source_id, printed: 'pan1991, 1991' stands in no row of "
        "excluded.csv (source_id, printed)",
    ),
]


@pytest.mark.parametrize(("table", "rule", "edit", "told"), RULES)
def test_rule_between_cells_is_kept(study, table, rule, edit, told):
    content = package()
    schemas = {each["name"]: each["schema"] for each in content["resources"]}
    schemas[table]["rules"] = [rule]
    study.describe(content)
    study.edit(table, *edit)
    if told:
        assert refusal(study) == f"{table}.csv, {told}"
    else:
        Tables(study.data)  # an empty cell obeys what does not require a value


def test_codes_that_are_numbers_are_told_where_one_is_missing(study):
    content = package()
    (year,) = (
        f for f in content["resources"][0]["schema"]["fields"] if f["name"] == "year"
    )
    year["constraints"] = {"required": True, "enum": [1991, 2000]}
    study.describe(content)
    study.edit("sources", "office", "year", "")
    wrong = "'' is empty; a value is required: what it is; allowed: 1991, 2000"
    assert refusal(study) == f"sources.csv, row 3, column year: {wrong}"


def test_second_key_is_unique(study):
    content = package()
    schema = content["resources"][2]["schema"]
    schema["uniqueKeys"] = [["source_id", "quantity", "partner"]]
    study.describe(content)
    Tables(study.data)
    study.edit("figures", "office_share", "source_id", "pan1991")
    wrong = "'pan1991, share, UTO' stands twice; it must be unique"
    told = f"figures.csv, row 4, column source_id, quantity, partner: {wrong}"
    assert refusal(study) == told


def test_row_and_column_are_those_of_the_spreadsheet(study):
    study.edit("figures", "pan_debt", "quantity", "height")
    wrong = "figures.csv, row 3, column quantity: 'height' is not allowed; allowed: share, debt"
    assert refusal(study) == wrong


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        ("1990", "1990", True),
        ("1990-03", "1990", True),
        ("1990", "1990-03", True),
        ("1990-03-05", "1990-03", True),
        ("2020-02-29", "2020-02-29", True),
        ("", "1990", True),
        ("1990", "", True),
        ("1990-03", "1990-02", False),
        ("1990", "1989-12", False),
        ("1990-02-29", "1990-03", False),
        ("1990-00", "1990", False),
        ("0000", "1990", False),
    ],
)
def test_dates_and_their_order(study, start, end, right):
    study.edit("events", "treaty", "date_start", start)
    study.edit("events", "treaty", "date_end", end)
    if right:
        Tables(study.data)
    else:
        assert "events.csv, row 2, column date_" in refusal(study)


def test_place_must_hold_the_whole_token(study):
    last = int(ROWS["sources"][0][7]) - len("a treaty")
    study.edit("event_mentions", "treaty", "char_start", str(last))
    Tables(study.data)
    study.edit("event_mentions", "treaty", "char_start", str(last + 1))
    assert "lies outside the evidence" in refusal(study)


def test_study_needs_only_some_tables(study):
    """Sources and figures are enough; limits, events and propositions may be missing."""
    content = package()
    kept = ("sources", "countries", "figures")
    content["resources"] = [r for r in content["resources"] if r["name"] in kept]
    study.describe(content)
    tables = Tables(study.data)
    assert tables.names == list(kept)
    assert "events" not in tables and "figures" in tables


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.pop("resources"), "is not a data package: KeyError('resources')"),
        (
            lambda c: c["resources"][0].update(path="../x.csv"),
            "'../x.csv' is no file beside",
        ),
        (
            lambda c: c["resources"][0].update(path="x.csv"),
            "x.csv: the table is missing in",
        ),
        (
            lambda c: c["resources"][2]["schema"]["foreignKeys"][0]["reference"].update(
                fields="key"
            ),
            "figures.source_id: sources has no column 'key'",
        ),
        (
            lambda c: c["resources"][0]["schema"]["fields"][0].update(type="strnig"),
            "sources.source_id: type 'strnig' is not allowed; did you mean 'string'?",
        ),
        (
            lambda c: c["resources"][2]["schema"]["fields"][3].update(
                constraints={"maxLength": 3}
            ),
            "figures.char_start: rule 'maxLength' is not allowed; ",
        ),
        (
            lambda c: c["resources"][1]["schema"].update(rules=[{"pairs": ["iso3"]}]),
            "countries: rule {'pairs': ['iso3']} has to name one of then, complete, ",
        ),
        (
            lambda c: c["resources"][1]["schema"].update(rules=[{"pair": ["nmae"]}]),
            "countries: rule 'pair' names column 'nmae', which is not allowed; "
            "did you mean 'name'?",
        ),
        (
            lambda c: c["resources"][1]["schema"].update(
                rules=[{"row": {"name": "nmae"}, "of": "countries"}]
            ),
            "countries: rule 'row' names column 'nmae', which is not allowed",
        ),
        (
            lambda c: c["resources"][1]["schema"].update(
                rules=[{"row": {"name": "name"}, "of": "states"}]
            ),
            "countries: rule 'row' names table 'states', which is not allowed",
        ),
        (
            lambda c: c["resources"][2]["schema"]["fields"].pop(6),
            "figures needs a column 'reporter'",
        ),
    ],
)
def test_wrong_package_is_refused(study, change, told):
    content = package()
    change(content)
    study.describe(content)
    if "needs" in told:
        rows = study.rows("figures")
        study.write("figures", [row[:6] + row[7:] for row in rows])
    assert told in refusal(study)


def test_no_package(tmp_path):
    with pytest.raises(DataError, match=r"there is no datapackage.json in it"):
        Tables(tmp_path)
    (tmp_path / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"datapackage.json: cannot be read as JSON"):
        Tables(tmp_path)


def test_selection_takes_one_value_or_several(study):
    tables = Tables(study.data)

    def ids(**where):
        return [row["figure_id"] for row in tables.select("figures", where)]

    assert ids(partner="UTO", period_start=1990) == ["pan_share", "office_share"]
    assert ids(source_id=["office", "pan1991"]) == [
        "pan_share",
        "pan_debt",
        "office_share",
    ]
    assert ids(partner="") == ["pan_debt"]
    assert ids(partner=[]) == []
    assert ids() == ["pan_share", "pan_debt", "office_share"]
    assert ids(period_start="2000") == []


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"partnr": "UTO"}, "figures.csv: no column 'partnr'; did you mean 'partner'?"),
        (
            {"partner": "Utopia"},
            "'Utopia' does not stand in column iso3 of countries.csv; did",
        ),
        ({"quantity": "shares"}, "'shares' is not allowed; did you mean 'share'?"),
        ({"figure_id": "pan_debts"}, "'pan_debts' does not stand in column figure_id"),
    ],
)
def test_selection_that_can_find_nothing_is_refused(study, where, told):
    with pytest.raises(DataError) as caught:
        Tables(study.data).select("figures", where)
    assert told in str(caught.value)


def test_unknown_tables_and_rows_are_named(study):
    tables = Tables(study.data)
    assert tables.row("countries", "ARC")["name"] == "Arcadia"
    with pytest.raises(
        DataError, match=r"no row 'pan_sahre' .*; did you mean 'pan_share'"
    ):
        tables.row("figures", "pan_sahre")
    with pytest.raises(DataError, match=r"no table 'figure'; did you mean 'figures'"):
        tables.rows("figure")


def test_readings_say_what_is_printed(study):
    readings = Tables(study.data).readings
    assert float(readings["pan_debt"].number) == 3_800_000_000
    share = readings["pan_share"].interval()
    assert (float(share.lo), float(share.hi), share.lo_open) == (0.5, 1.0, True)


def test_frame_is_text(study):
    tables = Tables(study.data)
    frame = tables.frame("figures", tables.select("figures", {"partner": "UTO"}))
    assert list(frame.columns) == list(FIELDS["figures"])
    assert list(frame["period_start"]) == ["1990", "1990"]
    assert tables.frame("figures", []).empty


def test_fingerprint_changes_with_a_cell_and_not_with_the_order(study):
    first, *others = rows = Tables(study.data).rows("countries")
    assert digest(rows[::-1]) == digest(rows)
    assert digest(others) != digest(rows)
    assert digest([first | {"name": "Elsewhere"}, *others]) != digest(rows)
    moved = {"iso3": first["name"], "name": first["iso3"]}
    assert digest([moved, *others]) != digest(rows)


def test_study_is_the_nearest_folder_above(study, monkeypatch, tmp_path):
    inner = study.folder / "notebooks" / "deep"
    inner.mkdir(parents=True)
    assert study_folder(inner) == study.folder.resolve()
    monkeypatch.chdir(inner)
    assert study_folder() == study.folder.resolve()
    with pytest.raises(DataError, match=r"no data/datapackage.json in .* or above it"):
        study_folder(tmp_path)


def test_first_problems_are_shown_and_the_rest_counted():
    refuse([])
    problems = [Problem("a.csv", i, "b", "c", "is wrong") for i in range(MOST + 3)]
    with pytest.raises(DataError) as caught:
        refuse(problems)
    lines = str(caught.value).splitlines()
    assert lines[0] == "a.csv, row 0, column b: 'c' is wrong"
    assert (len(lines), lines[-1]) == (MOST + 1, "and 3 more")


def test_what_is_written_is_no_formula():
    text = as_csv([{"a": "-3.4%", "b": "@x", "c": "left out"}], ["a", "b"])
    assert text == "a,b\n-3.4%,'@x\n"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-x", "-1 x", "@A1", "\t=1", " =1", "＝1"]
)
def test_a_cell_that_a_spreadsheet_would_compute_gets_an_apostrophe(text):
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", [-0.5, -3, 1e-7, -1e21, -math.inf, "-3.4%", "a=b", ""]
)
def test_a_number_stays_a_number(value):
    assert csv_cell(value) == str(value)


def test_no_cell_reaches_a_terminal_as_a_command():
    assert csv_cell("\x1b]0;x\x07\x9b2J\r=1") == "\\x1b]0;x\\x07\\x9b2J\\r=1"
    assert csv_cell("a\u202eb\ud800") == "a\\u202eb\\ud800"


def test_a_long_cell_is_read_at_once():
    """It took twice as long with every further letter."""
    field = {"name": "note", "type": "string"}
    assert "formula" in cell_message("-1" + 200 * "a" + "!", field)
