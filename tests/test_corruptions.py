"""Tables damaged at random: each damage is refused before anything runs.

``python tests/test_corruptions.py SEED COUNT`` tells what would become of each damage if
somebody recorded the damaged tables: refused all the same, harmless, a verdict that
changes, or a notebook that stops.
"""

import csv
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import frictionless
import pytest
from grown import read_table
from small import ROOT

from asprinted.checks import refuse_changed
from asprinted.files import DataError
from asprinted.pages.engine import CellError, Cells
from asprinted.tables import Tables, outdated, read_settings

TABLES = sorted(path.name for path in (ROOT / "data").glob("*.csv"))
OFTEN = ("figures.csv", "propositions.csv")  # every second damage is in one of these
SCALES = ("thousand", "million", "billion", "trillion")
TURNED = {
    **{"more": "less", "less": "more", "above": "below", "below": "above"},
    **{"over": "under", "under": "over", "at least": "at most", "rose": "fell"},
    **{"not ": "", "is ": "is not ", "most": "few", "about": "over"},
}
UNITS = {"percent": "dollars", "%": " dollars", "dollars": "percent", "$": "€"}
COMPARED = ("verdict", "value", "text", "claim_id", "operator", "threshold")


def digit(rng, value):
    at = rng.choice([i for i, c in enumerate(value) if c in "0123456789"])
    other = rng.choice([d for d in "0123456789" if d != value[at]])
    return value[:at] + other + value[at + 1 :]


def letter(rng, value):
    at = rng.choice([i for i, c in enumerate(value) if c.isalpha()])
    return value[:at] + rng.choice("abcdefghij") + value[at + 1 :]


def scale(rng, value):
    word = rng.choice([word for word in SCALES if word in value])
    return value.replace(word, rng.choice(SCALES), 1)


def operator(rng, value):
    word = rng.choice([word for word in TURNED if word in value])
    return value.replace(word, TURNED[word], 1)


def unit(rng, value):
    word = rng.choice([word for word in UNITS if word in value])
    return value.replace(word, UNITS[word], 1)


def emptied(rng, value):
    return ""


CELLS = (digit, letter, scale, operator, unit, emptied)
ROWS = ("another", "swapped", "deleted", "doubled")


def damaged(rng, rows):
    """Return what was done to the rows of a table, and the rows afterwards."""
    head, body = rows[0], [list(row) for row in rows[1:]]
    kind = rng.choice([*CELLS, *ROWS])
    i, j, column = (rng.randrange(len(n)) for n in (body, body, head))
    if kind == "deleted":
        del body[i]
    elif kind == "doubled":
        body.insert(j, list(body[i]))
    elif kind == "swapped":
        body[i][column], body[j][column] = body[j][column], body[i][column]
    elif kind == "another":  # a valid cell of the column: an id, a code, a date
        body[i][column] = body[j][column]
    else:
        body[i][column] = kind(rng, body[i][column])
    told = kind if isinstance(kind, str) else kind.__name__
    return f"{told}, row {i + 2}, {head[column]}", [head, *body]


def damages(seed, count):
    """Yield file, kind of damage and damaged rows, from one copy of the tables each."""
    rng, found = random.Random(seed), 0
    while found < count:
        name = rng.choice([rng.choice(OFTEN), rng.choice(TABLES)])
        with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        try:
            told, changed = damaged(rng, rows)
        except IndexError:  # the cell has nothing of that kind
            continue
        if changed != rows:
            found += 1
            yield name, told, changed


@pytest.fixture
def folder(tmp_path):
    return copied(tmp_path / "study")


def copied(folder):
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def damage(folder, name, rows):
    with (folder / "data" / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def mend(folder, name):
    shutil.copy(ROOT / "data" / name, folder / "data" / name)


def refusal(folder, *, recorded=False):
    """Return why no page is made of a study, or nothing."""
    try:
        tables = Tables(folder)
        if not recorded:
            refuse_changed(tables)
    except DataError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, 12), *(pytest.param(n, 200, marks=pytest.mark.slow) for n in (2, 3))],
)
def test_no_damage_reaches_a_page(folder, seed, count):
    """The message names a table, row and column, or a table that was not recorded."""
    for name, told, rows in damages(seed, count):
        damage(folder, name, rows)
        message = refusal(folder)
        assert re.search(r"^\w+\.csv(, row \d+| is not as recorded)", message), told
        mend(folder, name)
    assert refusal(folder) == ""


@pytest.mark.slow
def test_frictionless_refuses_nothing_that_we_do_not(folder):
    """Another reader of the same rules; it sees the files, and not their hashes."""
    for name, told, rows in damages(4, 60):
        damage(folder, name, rows)
        if not refusal(folder, recorded=True):
            package = frictionless.Package(str(folder / "data" / "datapackage.json"))
            errors = package.validate().flatten(["type", "message"])
            assert [e for e in errors if e[0] != "hash-count"] == [], (name, told)
        mend(folder, name)


ALONE = [  # table, cells that find one row, what becomes of it (None: lost), message
    (
        "evidence",
        {"evidence_id": "e11", "hypothesis": "bandwagon_china"},
        None,
        "evidence.csv, row 85, column evidence_id, hypothesis: 'e11, bandwagon_china' "
        "has no row; every combination of the values needs one",
    ),
    (
        "evidence",
        {"evidence_id": "e10", "hypothesis": "steppe"},
        {"sign": "0", "test": "hoop"},
        "evidence.csv, row 71, column test: 'hoop' has to be empty (where sign is '0')",
    ),
    (
        "conditions",
        {"case": "CHE", "condition": "recognised"},
        None,
        "conditions.csv, row 48, column case, condition: 'CHE, recognised' has no row; "
        "every combination of the values needs one",
    ),
    (
        "conditions",
        {"case": "MNG", "condition": "resources"},
        {"basis": "judgement"},
        "conditions.csv, row 17, column source_id, basis: 'yan2024, judgement' stands "
        "in no row of sources.csv (source_id, kind)",
    ),
    (
        "codes",
        {"statement_id": "s_china_dependence", "source_id": "gungor2020"},
        {"code": "silent"},
        "codes.csv, row 3, column char_start: '4718' has to be empty "
        "(where code is 'silent')",
    ),
    (
        "points",
        {"year": "2020", "iso3": "MNG"},
        None,
        "points.csv, row 183, column year, iso3: '2020, MNG' has no row; "
        "every combination of the values needs one",
    ),
    (
        "points",
        {"year": "2017", "iso3": "AUS"},
        {"point": "0.225418"},
        "points.csv, row 2, column point: '0.225418' is less than q5 '1.059781'",
    ),
    (
        "promises",
        {"year": "2001", "iso3": "MNG"},
        {"adjusted": "78179376"},
        "promises.csv, row 3, column amount: '78179375' is less than "
        "adjusted '78179376'",
    ),
    (
        "agreement",
        {"year": "2009", "iso3": "MNG", "partner": "RUS"},
        None,
        "agreement.csv, row 269, column year: '2009' has no row of MNG, RUS; "
        "the years run from 1990 to 2023",
    ),
    (
        "votes",
        {"resolution": "ES-11/4", "iso3": "MNG"},
        None,
        "votes.csv, row 222, column resolution, iso3: 'ES-11/4, MNG' has no row; "
        "every combination of the values needs one",
    ),
    (
        "borders",
        {"iso3": "CHN", "neighbour": "RUS"},
        {"neighbour": "MNG"},
        "borders.csv, row 4, column iso3, neighbour: 'CHN, MNG' stands in row 2 already",
    ),
    (
        "borders",
        {"iso3": "MNG", "neighbour": "RUS"},
        {"neighbour": "KAZ"},
        "borders.csv, row 3, column neighbour: 'KAZ' is not allowed; "
        "allowed: CHN, RUS (where iso3 is 'MNG')",
    ),
    (
        "events",
        {"event_id": "rus_treaty_2019"},
        {"direction": "china"},
        "events.csv, row 2, column partner: 'RUS' is not allowed; "
        "allowed: CHN (where direction is 'china')",
    ),
    (
        "events",
        {"event_id": "rus_putin_2024"},
        {"date_precision": "month"},
        "events.csv, row 4, column date_start: '2024-09-03' does not match \\d{4}-\\d{2} "
        "(where date_precision is 'month')",
    ),
    (
        "figures",
        {"figure_id": "nso_exports_can_2017"},
        {"partner": "KAZ"},
        "figures.csv, row 358, column source_id, quantity, reporter, partner, commodity, "
        "period_start, period_end: 'nso_trade, exports_to, MNG, KAZ, , 2017, 2017' "
        "stands twice; it must be unique",
    ),
    (
        "figures",
        {"figure_id": "nso_imports_rus_2024"},
        None,
        "figures.csv, row 917, column period_start: '2024' has no row of "
        "imports_from, RUS; the years run from 2005 to 2024",
    ),
    (
        "figures",
        {"figure_id": "nso_exports_che_2005"},
        {"multiplier_elsewhere": "1000000"},
        "figures.csv, row 213, column multiplier_elsewhere: '1000000' is '1000' in "
        "other rows with the same source_id, quantity, unit_elsewhere",
    ),
    (
        "figures",
        {"figure_id": "kgz_debt_foreign_2018"},
        {"period_start": "2008"},
        "figures.csv, row 837, column period_start: '2008' is of another year than "
        "figure_id 'kgz_debt_foreign_2018'",
    ),
    (
        "sources",
        {"source_id": "irgengioro2022"},
        {"year": "2012"},
        "sources.csv, row 2, column published: '2022-02-21' is of another year than "
        "year '2012'",
    ),
    (
        "limits",
        {"quantity": "turnover", "partner": "KAZ"},
        None,
        "figures.csv, row 38, column quantity, reporter, partner: 'turnover, MNG, KAZ' "
        "stands in no row of limits.csv (quantity, reporter, partner)",
    ),
    (
        "lists",
        {"source_id": "yan2024", "iso3": "JPN"},
        {"figure_id": "nso_exports_rus_2010"},
        "lists.csv, row 22, column figure_id: 'nso_exports_rus_2010' is "
        "'yan_count_third_neighbours' in other rows with the same list_id, source_id",
    ),
    (
        "spans",
        {"start_event": "mng_republic_1924", "end_event": "ussr_end_1991"},
        {"figure_id": "yan_duration_onesided"},
        "spans.csv, row 7, column figure_id, start_event, end_event: "
        "'dip_duration_client, mng_republic_1924, ussr_end_1991' has no row; "
        "every combination of the values needs one",
    ),
    (
        "claims",
        {"claim_id": "irg_third_insufficient"},
        {"essential": "yes"},
        "claims.csv, row 3, column essential: 'yes' is not allowed; "
        "allowed: no (where load is 'no')",
    ),
]


@pytest.mark.parametrize(("table", "where", "cells", "told"), ALONE)
def test_a_contradiction_is_refused_without_any_hash(table, where, cells, told):
    """One row that others belie cannot be recorded, whatever each of its cells allows."""
    rows = read_table(ROOT, table)
    at = next(i for i, row in enumerate(rows) if where.items() <= row.items())
    rows[at : at + 1] = [] if cells is None else [rows[at] | cells]
    with pytest.raises(DataError) as caught:
        Tables(ROOT, {table: rows})
    assert str(caught.value).splitlines()[0] == told


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("evidence", "evidence_id", "e6", "evidence_items.csv, row 7"),
        ("evidence", "hypothesis", "steppe", "hypotheses.csv, row 8"),
        ("event_mentions", "event_id", "rus_treaty_2019", "events.csv, row 2"),
        ("votes", "resolution", "ES-11/4", "resolutions.csv, row 6"),
        ("pacts", "iso3", "RUS", "pacts.csv, row 36"),
        ("points", "iso3", "KAZ", "points.csv, row 177"),
        ("agreement", "iso3", "RUS", "agreement.csv, row 254"),
    ],
)
def test_what_loses_all_its_rows_is_refused(table, column, value, told):
    rows = [row for row in read_table(ROOT, table) if row[column] != value]
    with pytest.raises(DataError) as caught:
        Tables(ROOT, {table: rows})
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"{told}, column ") and value in first


def first_runs(folder):
    """Return the cells of each notebook that reads no other, with what they judged."""
    settings, found = read_settings(folder), {}
    for name in settings["notebooks"]:
        if name != settings["synthesis"]:
            cells = Cells(folder / "notebooks" / f"{name}.ipynb")
            space = cells.run({})
            found[name] = cells, space.records, space.found("run")[0]["selections"]
    return found


def consequence(folder, before):
    """Return what notebooks make of damaged tables."""
    tables = Tables(folder)
    for name, (cells, records, selections) in before.items():
        if not outdated(tables, selections):
            continue
        try:
            now = cells.run({}).records
        except CellError as error:
            return f"stops: {error}"
        for old, new in zip(records, now, strict=True):
            if changed := [key for key in COMPARED if old[key] != new[key]]:
                return f"changes: {name} {old['prop_id']}: {', '.join(changed)}"
    return "harmless"


def main(seed, count):
    folder = copied(Path(tempfile.mkdtemp()) / "study")
    before, tally = first_runs(folder), Counter()
    for name, told, rows in damages(seed, count):
        damage(folder, name, rows)
        early = refusal(folder, recorded=True)
        found = f"refused: {early}" if early else consequence(folder, before)
        tally[found.partition(":")[0]] += 1
        print(f"{name} | {told} | {found.splitlines()[0]}", flush=True)
        mend(folder, name)
    print(*(f"{number} {kind}" for kind, number in tally.most_common()), sep=", ")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
