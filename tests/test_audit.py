"""The verdicts of the source audit, against hand arithmetic, with all texts and with some."""

import pytest

from thirdneighbor.reporting import engine, project

NAME = "07_source_audit"
ALL = {
    # eight printed, six listed
    ("P7.1", "literal"): ("contradicted", 2, 2),
    # 2011 less 1994
    ("P7.2", "literal"): ("contradicted", 17, 17),
    ("P7.2b", "literal"): ("consistent", "", ""),
    # Irgengioro and the Diplomat share 2 of 6 names as printed; generous readings: all
    ("P7.3", "literal"): ("consistent", 1 / 3, 1),
    ("P7.3b", "literal"): ("certain", 1, 1),
    ("P7.4", "literal"): ("contradicted", "", ""),
    ("P7.4b", "literal"): ("certain", 0, 0),
    ("P7.5", "literal"): ("consistent", "", ""),
    ("P7.5b", "literal"): ("contradicted", "", ""),
    # 2019, and the year before 2020
    ("P7.6", "literal"): ("certain", 0, 0),
    # 2024 less 75 is 1949
    ("P7.7", "literal"): ("certain", 0, 0),
    # 1921 or 1924 to 1990 or 1991: 69, 70, 66, 67; the print admits 63 up to, not including, 70
    ("P7.8", "literal"): ("consistent", 66, 70),
    # 1949 to 1991
    ("P7.8b", "literal"): ("contradicted", 42, 42),
    ("P7.9", "literal"): ("contradicted", 3, 3),
    ("P7.10", "literal"): ("not testable", "", ""),
    ("P7.10", "official"): ("contradicted", "", ""),
    ("P7.11", "literal"): ("contradicted", 1, 1),
    ("P7.11b", "literal"): ("contradicted", "", ""),
    ("P7.11c", "literal"): ("not testable", "", ""),
    ("P7.12", "literal"): ("consistent", "", ""),
    # three texts agree by both blind coders, two are silent
    ("P7.13", "literal"): ("consistent", "", ""),
    ("P7.13b", "literal"): ("not testable", None, None),
    ("P7.14", "literal"): ("not testable", "", ""),
    ("P7.15", "literal"): ("consistent", "", ""),
    # 58.1 + 7.14 is 65.185 to 65.295; 145/65.295 to 155/65.185
    ("P7.16", "literal"): ("consistent", 145 / 65.295, 155 / 65.185),
    ("P7.16", "official"): ("contradicted", "", ""),
}
YAN_ALONE = {
    "P7.1": "contradicted",
    "P7.7": "certain",
    "P7.8b": "contradicted",
    "P7.11b": "contradicted",
}


def verdicts(**parameters):
    """Return the records of a run, by proposition and reading."""
    task = engine.Task(NAME, project.open_project(None).notebooks[NAME], parameters)
    (outcome,) = engine.run_tasks([task], jobs=1)
    assert outcome.notebook is not None, outcome.reason
    records = outcome.verdicts
    return {(record["prop_id"], record["reading"]): record for record in records}


@pytest.fixture(scope="module")
def default():
    return verdicts()


def test_all_sixteen_checks_are_recorded(default):
    checks = {prop_id.rstrip("bc") for prop_id, _ in default}
    assert checks == {f"P7.{i}" for i in range(1, 17)}
    assert set(default) == set(ALL)


@pytest.mark.parametrize("key", list(ALL), ids=" ".join)
def test_verdict(default, key):
    word, lo, hi = ALL[key]
    record = default[key]
    assert record["verdict"] == word
    if lo is not None:
        ends = (record["lo"], record["hi"])
        assert ends == ((lo, hi) if lo == "" else pytest.approx((lo, hi)))


def test_every_open_verdict_says_what_would_decide_it(default):
    undecided = [r for r in default.values() if r["verdict"] in ("consistent", "not testable")]
    assert not [r["prop_id"] for r in undecided if not r["deciding_quantity"]]


def test_alpha_has_its_n_and_smallest_p(default):
    """By both blind coders 5/0, 3/0, 3/0, 1/2, 1/1 and 2/0 agree or disagree, and none is mixed.

    Disagreeing pairs over coders less one: 2 + 2 of 18 codes; by chance 2 * 15 * 3 / (18 * 17).
    """
    record = default["P7.13b", "literal"]
    assert record["n"] == 6
    assert record["point"] == pytest.approx(1 - (4 / 18) / (90 / 306))
    assert record["lo"] < 0 < record["hi"]
    assert record["p_min"] == pytest.approx(1 / 2001, rel=0.05)


def test_the_claims_as_coding_turn_the_verdict_on_russia():
    """By the claims two texts deny it; the record names this setting."""
    assert verdicts(coding="claims")["P7.13", "literal"]["verdict"] == "contradicted"


def test_one_text_alone_is_testable_only_against_itself():
    found = verdicts(sources=["yan2024"])
    decided = {k[0]: r["verdict"] for k, r in found.items() if r["verdict"] != "not testable"}
    assert decided == YAN_ALONE


def test_without_inferred_years_the_count_of_yan_goes():
    found = verdicts(include_inferred=False, coding="informed", mixed="agree", nearly_frac=0.02)
    assert found["P7.1", "literal"]["verdict"] == "not testable"
    assert found["P7.7", "literal"]["verdict"] == "not testable"
    # [68.6, 70) holds 69 of 66, 67, 69 and 70
    assert found["P7.8", "literal"]["because"] == "holds in 1 of 4 admissible codings"
