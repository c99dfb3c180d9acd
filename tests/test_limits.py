"""Values must make sense: units and limits of each quantity, and the words of a study."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest
from invented import Study

from asprinted.files import DataError
from asprinted.intervals import INF, Interval
from asprinted.tables import Tables, beyond

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path / "study")


@pytest.fixture(scope="module")
def limits():
    """Return the limits of the study that this repository is about."""
    return Tables(ROOT)._limits()


@pytest.mark.parametrize(
    ("printed", "quantity", "parties", "unit", "told"),
    [
        ("over 100%", "debt_share", "KGZ CHN", "", "is beyond 0 to 1 share"),
        ("300%", "debt_share", "KGZ CHN", "", "is beyond 0 to 1 share"),
        ("between 90 and 110 per cent", "share_fdi", "MNG CHN", "", "beyond 0 to 1"),
        ("third", "debt_share", "KGZ CHN", "count", "in count; debt_share is in share"),
        ("-5%", "share_exports", "MNG CHN", "", "is beyond 0 to 1 share"),
        ("50 percent", "population", "MNG", "", "in share; population is in persons"),
        ("$3 million", "population", "MNG", "", "in usd; population is in persons"),
        ("10 billion people", "population", "MNG", "", "beyond 500000 to 20000000"),
        (
            "3 million people",
            "turnover",
            "MNG CHN",
            "",
            "in persons; turnover is in usd",
        ),
        ("$5,000 billion", "exports_to", "MNG CHN", "", "limits of exports_to MNG CHN"),
        ("€5 million", "exports_to", "MNG CHN", "", "is in eur; exports_to is in usd"),
        ("12 billion yuan", "debt", "MNG CHN", "", "is in cny; debt is in usd"),
        (
            "tenfold",
            "share_exports",
            "MNG CHN",
            "",
            "in times; share_exports is in share",
        ),
        ("5000 times", "growth_ratio", "MNG CHN", "", "is beyond 0 to 1000 times"),
        (
            "0.2 percentage points",
            "growth_rate",
            "MNG",
            "",
            "in points; growth_rate is",
        ),
        ("150,000 km", "distance", "MNG KAZ", "", "is beyond 0 to 20000 km"),
        ("about zero", "agreements", "MNG CHN", "count", "is beyond 1 to 200 count"),
        ("from 1 to 300 years", "anniversary", "MNG", "", "is beyond 0 to 200 years"),
        ("$3 million", "happiness", "MNG", "", "no row for the quantity 'happiness'"),
    ],
)
def test_what_no_quantity_can_be_is_refused(
    limits, printed, quantity, parties, unit, told
):
    reporter, _, partner = parties.partition(" ")
    row = {"printed": printed, "quantity": quantity, "unit_elsewhere": unit}
    assert told in beyond(row | {"reporter": reporter, "partner": partner}, limits)


@pytest.mark.parametrize(
    ("printed", "quantity", "parties", "unit"),
    [
        ("about half", "debt_share", "KGZ CHN", ""),
        ("over 40 percent", "debt_share", "KGZ CHN", ""),
        ("twice", "growth_ratio", "MNG CHN", ""),
        ("three million people", "population", "MNG", ""),
        ("up to $2.2 billion", "debt", "KGZ CHN", ""),
        ("over 120%", "growth_over_year", "MNG", ""),
    ],
)
def test_what_a_quantity_can_be_is_admitted(limits, printed, quantity, parties, unit):
    reporter, _, partner = parties.partition(" ")
    row = {"printed": printed, "quantity": quantity, "unit_elsewhere": unit}
    assert beyond(row | {"reporter": reporter, "partner": partner}, limits) == ""


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("over 100%", "is beyond 0 to 1 share, the limits of share in limits.csv"),
        ("fifty people", "is in persons; share is in share"),
        ("twice as much", "is in times; share is in share"),
    ],
)
def test_the_message_names_file_row_column_and_value(study, printed, told):
    study.edit("figures", "office_share", "printed", printed)
    with pytest.raises(DataError) as caught:
        Tables(study.data)
    assert (
        str(caught.value) == f"figures.csv, row 4, column printed: {printed!r} {told}"
    )


def test_a_share_exceeds_one_only_where_the_limits_let_it(study):
    study.edit("figures", "office_share", "printed", "over 41.5%")
    bounds = Tables(study.data).readings["office_share"].interval()
    assert bounds == Interval(F(415, 1000), 1, lo_open=True)
    study.edit("limits", "share", "most", "3")
    bounds = Tables(study.data).readings["office_share"].interval()
    assert bounds == Interval(F(415, 1000), INF, lo_open=True)


def test_words_stand_in_the_settings_of_a_study(study):
    study.edit("figures", "office_share", "printed", "in the order of 40%")
    with pytest.raises(DataError, match="'in' is neither a hedge nor a number"):
        Tables(study.data)
    settings = study.data / "study.json"
    own = {
        "notebooks": ["01_cheese"],
        "vocabulary": {"hedges": {"about": ["in the order of"]}},
    }
    settings.write_text(json.dumps(own), encoding="utf-8")
    bounds = Tables(study.data).readings["office_share"].interval()
    assert bounds == Interval(F(35, 100), F(45, 100))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (
            {"hedges": {"roughly": ["so"]}},
            "vocabulary: hedges: 'roughly' is not one of",
        ),
        ({"hedge": {}}, "study.json, vocabulary: 'hedge' is not one of hedges, after"),
        (["so"], "study.json, vocabulary: "),
    ],
)
def test_wrong_words_of_a_study_are_named(study, own, told):
    settings = study.data / "study.json"
    settings.write_text(json.dumps({"vocabulary": own}), encoding="utf-8")
    with pytest.raises(DataError, match=told):
        Tables(study.data)
