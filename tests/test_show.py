"""Templates and blocks: computed numbers, plain text, and what a panel must answer."""

import pytest

import asprinted as ap
from asprinted.intervals import Interval
from asprinted.notebook import unshown
from asprinted.prose import fill, plain
from asprinted.show import Block

SHARE = ap.known("share", Interval(0.205, 0.215), "share")


def test_a_number_carries_its_bounds_and_its_figure():
    segments = fill("It holds {share}.", {"share": SHARE})
    number = {"t": "21%", "b": "20.5% to 21.5%", "ref": "share"}
    assert segments == ["It holds ", number, "."]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{share:bounds}", "20.5% to 21.5%"),
        ("{share:.1}", "21.0%"),
        ("{share:over}", "at least 20.5%"),
        ("{share:under}", "at most 21.5%"),
        ("{share:points}", "21 points"),
        ("{year}", "2019"),
        ("{missing}", "not printed"),
    ],
)
def test_how_a_number_is_worded(template, said):
    values = {"share": SHARE, "year": 2019, "missing": ap.unknown("x", "usd")}
    assert plain(fill(template, values)).replace("\N{NO-BREAK SPACE}", " ") == said


def test_a_name_without_a_value_is_told():
    with pytest.raises(KeyError, match=r"the text names \{cap\}, which is not given"):
        fill("Above {cap}.", {"cpa": 1})


def test_lines_are_joined_and_paragraphs_kept():
    assert fill("One\n    line.\n\n    Another.", {}) == ["One line.\n\nAnother."]


def test_text_of_a_value_is_never_a_template():
    assert plain(fill("{who}", {"who": "{cap} <b>"})) == "{cap} <b>"


def test_what_jupyterlab_shows_is_escaped():
    shown = Block("say", {"text": ["<script>alert(1)</script>"]})._repr_mimebundle_()
    assert "<script>" not in shown["text/html"]


def test_a_panel_answers_every_step():
    steps = ap.slider("line", [1, 2, 3], ["one", "two", "three"], 0, (1, 3))
    row = ap.choice("a", "", [SHARE > 0.2, SHARE > 0.3])
    assert row["codes"] == "fr"
    with pytest.raises(ValueError, match="2] answers for 3 steps"):
        ap.what_if("t", "l", steps, [row], column="c", sentence="s", table_at=[0])


LOST = "code cell 2: {} is not the last line of its cell, so nothing shows it"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('ap.section("One", "1")\nap.note("2")', LOST.format("ap.section(...)")),
        ("ap.charts.bars(frame)\nx = 1", LOST.format("ap.charts.bars(...)")),
        ('for n in "ab":\n    ap.note(n)', LOST.format("ap.note(...)")),
        ('display(ap.note("1"))\nx = ap.note("2")\nap.note("3")', ""),
        ('ap.study("02")\nprint(1)', ""),
        ("%time 1\nap.note('1')\nx = 1", ""),  # a magic is not read
        ("", ""),
    ],
)
def test_a_part_that_its_cell_does_not_show_is_named(source, said):
    cells = [{"cell_type": "code", "source": code} for code in ("x = 1", source)]
    words = {"cell_type": "markdown", "source": "ap.note(1)\nap.note(2)"}
    assert unshown([words, *cells]) == said
