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
