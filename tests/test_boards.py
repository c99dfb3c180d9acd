"""What is counted over notebooks: sentences that a text asserts, each once, in one reading."""

import pandas as pd
import pytest

from asprinted.boards import arguments, merged, outcome
from asprinted.notebook import records


def rows(*pairs):
    return pd.DataFrame(pairs, columns=["verdict", "bearing"])


@pytest.mark.parametrize(
    ("argument", "word"),
    [
        (rows(("follows", "essential"), ("supported", "supports")), "carried"),
        (rows(("follows", "essential"), ("open", "supports")), "partly"),
        (rows(("follows", "essential"), ("ruled_out", "supports")), "partly"),
        (rows(("follows", "supports"), ("no_figure", "supports")), "partly"),
        (rows(("follows", "supports"), ("ruled_out", "essential")), "not carried"),
        (rows(("open", "supports"), ("opposed", "essential")), "not carried"),
        (rows(("open", "essential"), ("ruled_out", "supports")), "not carried"),
        (rows(("supported", "essential"), ("opposed", "supports")), "partly"),
        (rows(("stated", "essential"), ("open", "supports")), "not checkable"),
        (rows(("open", "essential"), ("no_figure", "supports")), "not checkable"),
        (rows(("undecided", "essential")), "not checkable"),
        (rows(("no_figure", "essential"), ("no_figure", "supports")), "not checkable"),
    ],
)
def test_each_outcome_can_come_out(argument, word):
    assert outcome(argument) == word


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (["follows", "follows"], "follows"),
        (["follows", "supported"], "supported"),
        (["follows", "no_figure"], "follows"),
        (["follows", "ruled_out"], "open"),
        (["supported", "opposed"], "open"),
        (["undecided", "no_figure"], "undecided"),
        (["undecided", "open"], "undecided"),
        (["opposed", "ruled_out"], "opposed"),
        (["stated"], "stated"),
        (["stated", "follows"], "open"),
        (["no_figure"], "no_figure"),
        ([], "no_figure"),
    ],
)
def test_readings_that_differ_leave_a_sentence_open(codes, code):
    assert merged(codes) == code


def test_only_what_a_text_asserts_and_a_figure_could_test_is_counted():
    claims = pd.DataFrame(
        [("a", "yes", "yes"), ("b", "yes", "no"), ("c", "no", "yes")],
        columns=["claim_id", "load", "checkable"],
    )
    board = pd.DataFrame(
        [
            ("P1", "asserted", "supports", "a"),
            ("P2", "asserted", "supports", "b"),
            ("P3", "asserted", "supports", "c"),
            ("P4", "asserted", "none", "a"),
            ("P5", "needed", "supports", ""),
            ("P6", "ours", "none", ""),
        ],
        columns=["prop_id", "standing", "bearing", "claim_id"],
    )
    assert list(arguments(board, claims)["prop_id"]) == ["P1"]


def test_the_last_verdict_of_a_proposition_and_reading_counts():
    mime = "application/vnd.asprinted.verdict+json"

    def cell(prop_id, reading, verdict):
        record = {"prop_id": prop_id, "reading": reading, "verdict": verdict}
        return {"outputs": [{"data": {mime: record}}]}

    cells = [cell("P1", "print", "open"), cell("P1", "press", "open")]
    cells += [{"cell_type": "markdown"}, cell("P1", "print", "follows")]
    found = {(r["prop_id"], r["reading"]): r["verdict"] for r in records(cells)}
    assert found == {("P1", "print"): "follows", ("P1", "press"): "open"}
