"""What grows with a study: sentences on many figures, and pages of many sentences."""

import re
from fractions import Fraction

import pytest
from grown import ROOT, apples, this_study
from small import SETTINGS, make_study
from test_page import TABLES, made, notebook, only, run, verdict, words

import asprinted as ap
from asprinted.checks import changed
from asprinted.deciding import figure_flip, settling
from asprinted.intervals import Interval
from asprinted.pages.index import index
from asprinted.pages.page import summary
from asprinted.quantities import known, total
from asprinted.tables import Tables
from asprinted.texts import place_problems, read_texts, trace, uncovered


def hedged(count):
    """Return figures that may be 1 to 2, 2 to 3, 3 to 4 ..."""
    return [known(f"f{n}", Interval(n, n + 1)) for n in range(1, count + 1)]


@pytest.mark.parametrize("count", [3, 40, 1000])
def test_a_share_of_many_hedged_figures_has_its_exact_bounds(count):
    """The share grows with its own figure and falls with all others: two corners tell."""
    found = hedged(count)
    bounds = (found[0] / total(found)).bounds()
    least, most = sum(range(2, count + 1)), sum(range(3, count + 2))
    assert (bounds.lo, bounds.hi) == (Fraction(1, 1 + most), Fraction(2, 2 + least))


def test_a_share_whose_denominator_may_be_zero_is_refused_among_many_figures():
    """Thirty figures from -1 to 1 may add up to zero; their sum has no inverse."""
    found = [known(f"f{n}", Interval(-1, 1)) for n in range(30)]
    assert (found[0] / total(found)).known_bounds is None


@pytest.mark.parametrize("low", [True, False])
def test_an_excluded_end_keeps_a_sum_of_many_from_zero(low):
    """Every figure may come close to zero; one that cannot reach it saves the quotient."""
    found = [known(f"f{n}", Interval(0, 1)) for n in range(30)]
    ends = Interval(0, 1, lo_open=True) if low else Interval(0, 1, hi_open=True)
    last = known("last", ends)
    assert ((1 / (total(found) + last)).known_bounds is not None) == low


@pytest.mark.parametrize("count", [30, 200])
def test_a_sum_of_many_hedged_figures_tells_which_figure_turns_it(count):
    """The least sum is 1 + 2 + ...; the last has to fall by 5 before it is 5 less."""
    least = count * (count + 1) // 2
    names = [f"f{n}" for n in range(1, count + 1)]
    flip = figure_flip(total(hedged(count)) > least - 5, names)
    assert (flip.name, flip.side, flip.becomes) == (names[-1], "below", "open")
    assert flip.at == pytest.approx(count - 5)


def test_an_open_share_of_many_hedged_figures_tells_what_would_settle_it():
    """The widest figure has more than half if it is above the sum of the other sixty."""
    others = hedged(60)
    widest = known("widest", Interval(1800, 1900))
    found = settling(widest / total([widest, *others]) > 0.5)
    turns = found.turns
    assert (found.name, turns.lo, turns.hi) == ("widest", 1830, 1890)
    assert not found.true_below


@pytest.mark.parametrize("end", ["lo_open", "hi_open"])
def test_a_share_reaches_an_end_only_if_all_its_figures_do(end):
    """Of 30 figures the first excludes an end: its share has that bound open, too."""
    first = known("first", Interval(1, 2, **{end: True}))
    bounds = (first / total([first, *hedged(30)])).bounds()
    assert (bounds.lo_open, bounds.hi_open) == (end == "lo_open", end == "hi_open")


def test_a_sum_of_more_than_a_thousand_figures_is_added_up():
    """1 + 2 + ... + 1500 is 1,125,750, and each may be one more."""
    bounds = total(hedged(1500)).bounds()
    assert (bounds.lo, bounds.hi) == (1_125_750, 1_127_250)


def many(count, essential=()):
    """Return verdicts on so many sentences; the named ones carry an argument."""
    return [
        verdict(f"P1.{n}", bearing="essential" if n in essential else "none")
        for n in range(1, count + 1)
    ]


def lines_of(html):
    """Return the numbers of the sentences that a page lists."""
    return [int(n) for n in re.findall(r'<li id="p-P1.(\d+)"', html)]


def test_a_page_of_very_many_sentences_lists_what_arguments_rest_on():
    """Of 300 come the two that carry an argument and the first 198, in their order."""
    html = made(records=many(300, {250, 300}), parts=only("headline"))
    assert lines_of(html) == [*range(1, 199), 250, 300]
    assert "200 of 300 tested sentences, with bounds" in words(html)
    assert 'all 300 stand in <a href="verdicts.csv">' in html


def test_a_page_lists_the_sentence_of_every_card():
    """A card leads to the line of its sentence, however little rests on it."""
    records = many(300)
    cards = [ap.card(records[298], "1", "said"), ap.card(records[299], "1", "said")]
    section = ap.section("Title", "Text.", cards)
    html = made(records=records, parts=only("headline") | {"section": section})
    assert lines_of(html) == [*range(1, 199), 299, 300]


def test_a_page_of_two_hundred_sentences_lists_all():
    html = made(records=many(200), parts=only("headline"))
    assert len(lines_of(html)) == 200
    assert "verdicts.csv" not in html


def test_of_very_many_figures_those_behind_a_verdict_are_shown():
    """250 figures of one text: the last one decides, 50 others stand in the file."""
    facts = [
        run()["figures"][0] | {"figure_id": f"f{n}", "name": f"Orchard {n}"}
        for n in range(250)
    ]
    facts[-1]["propositions"] = ["P1.1"]
    html = made(closed=run(figures=facts), parts=only("headline"))
    assert 'id="f-f249"' in html
    assert 'id="f-f198"' in html
    assert "50 figures" in words(html)
    assert len(re.findall('id="f-', html)) == 201


def test_of_very_many_events_the_latest_are_shown():
    event = run()["events"][0]
    years = [str(year) for year in range(1700, 1950)]
    found = [event | {"event_id": year, "date": year} for year in years]
    judged_by = [verdict(inputs=tuple(years))]
    html = made(closed=run(events=found), records=judged_by, parts=only("headline"))
    assert re.findall(r"<li>(\d{4}) ", html) == years[50:]
    assert "The latest of 250; 01_apples.ipynb names all." in words(html)


def test_the_index_lists_two_hundred_sentences_of_a_text():
    found = summary(notebook(records=many(230, {230}), parts=only("headline")))
    html = index([found], TABLES, settings=SETTINGS)
    rows = re.findall(r'<tr><th scope="row">Sentence P1.(\d+)<', html)
    assert list(map(int, rows)) == [*range(1, 200), 230]
    assert '30 more stand in <a href="verdicts.csv">' in html


def test_the_trace_of_a_figure_names_twenty_verdicts_and_counts_the_others(tmp_path):
    tables = Tables(make_study(tmp_path / "study"))
    record = {"reading": "print", "verdict": "open", "notebook": "n", "text": "t"}
    uses = [record | {"prop_id": f"P1.{n}", "inputs": ["share"]} for n in range(25)]
    lines = trace(tables, "share", records=uses)
    assert sum(line.startswith("  used by P1.") for line in lines) == 20
    assert lines[-1] == "  used by 5 more verdicts, see reports/verdicts.csv"


def test_rows_are_selected_in_the_order_of_the_table(tmp_path):
    """A selection by several values, or by several columns, keeps the order of the file."""
    tables = Tables(make_study(tmp_path / "study"))
    wanted = {"figure_id": ["fruit", "share"], "source_id": "keeper2020"}
    assert [r["figure_id"] for r in tables.select("figures", wanted)] == [
        "share",
        "fruit",
    ]
    assert len(tables.select("figures", {"source_id": "keeper2020"})) == 3
    assert len(tables.select("figures", {})) == 3


def test_grown_studies_are_valid(tmp_path):
    """What the measuring works on is what `check` accepts, with three times the rows."""
    folder = this_study(tmp_path, figures=3, events=3, propositions=3)
    tables, own = Tables(folder), Tables(ROOT)
    assert changed(tables) == []
    for name in ("figures", "events", "propositions"):
        assert len(tables.rows(name)) == 3 * len(own.rows(name))


def test_the_study_of_apples_holds_against_its_own_texts(tmp_path):
    folder = apples(tmp_path / "a", figures=40, events=20, propositions=20, notebooks=2)
    tables = Tables(folder)
    texts, absent = read_texts(tables, folder / "texts")
    assert (place_problems(tables, texts), uncovered(tables, texts)) == ([], [])
    assert (len(texts), absent, len(tables.rows("figures"))) == (2, [], 40)
