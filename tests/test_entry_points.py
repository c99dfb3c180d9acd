"""What one can ask of the study without a notebook, and the first notebook that shows it."""

import ast
import io
import json
import re
from contextlib import redirect_stdout

import pytest
from small import ROOT, make_study, write_notebook

import asprinted as ap
import thirdneighbor as tn
from asprinted.files import DataError
from asprinted.pages.sweep import run_point
from asprinted.parameters import ParameterError
from asprinted.studies import StudyError
from asprinted.tables import Tables

START = ROOT / "notebooks" / "00_start_here.ipynb"
NUMBER = re.compile(r"\$\d[\d.,]*|\d+(?:\.\d+)?%|\d+\.\d+")


@pytest.fixture(autouse=True)
def at_home(monkeypatch):
    monkeypatch.chdir(ROOT)


# --- figures and events ----------------------------------------------------------------------


def test_figures_come_with_bounds_years_and_words():
    kazakh = tn.figures(source_id="caci2025", reporter="MNG", partner="KAZ")
    found = dict(zip(kazakh["figure_id"], kazakh[["lo", "hi"]].values, strict=True))
    # "approximately $150 million", "$2.9 million", "approximately $72.9 million"
    assert list(found["cac_turnover_kaz"]) == [145e6, 155e6]
    assert list(found["cac_exports_kaz_horsemeat_2017"]) == [2.85e6, 2.95e6]
    assert list(found["cac_imports_kaz_2017"]) == [72.85e6, 72.95e6]
    assert sorted(kazakh["year"]) == [0, 2017, 2017, 2022, 2022]
    assert kazakh["label"].str.endswith("(horse meat)").sum() == 2
    assert list(kazakh)[:3] == ["figure_id", "printed", "value"]


def test_a_year_or_several_select():
    wanted = {"source_id": "irgengioro2022", "reporter": "MNG", "partner": "KGZ"}
    assert len(tn.figures(**wanted, year=2019)) == 2
    assert set(tn.figures(**wanted, year=range(2011, 2014))["year"]) == {
        2011,
        2012,
        2013,
    }
    assert len(tn.events(direction="russia", year=2024)) == 1


def test_a_year_may_be_typed_as_a_number_or_as_text():
    assert list(tn.events(year="2024").event_id) == list(tn.events(year=2024).event_id)
    assert len(tn.figures(year="2019")) == len(tn.figures(year=2019)) > 0


def test_figures_and_events_are_drawn_as_they_come():
    kazakh = tn.figures(source_id="caci2025", reporter="MNG", partner="KAZ")
    drawn = tn.draw(kazakh, "Trade with Kazakhstan")
    assert drawn.title == "Trade with Kazakhstan" and len(drawn.data) == 5
    russia = tn.events(direction="russia")
    drawn = tn.draw(russia)
    undated = russia[russia.start == 0]["label"]
    # an event without a date stands in the note, not in the year 0
    assert len(undated) == 1 and undated.iloc[0] in drawn.note
    assert undated.iloc[0] not in drawn.alt
    dates = {str(row[-2]) for row in drawn.data}  # a day stays one, a year is no day
    assert {"2024-09-03", "2021"} <= dates, drawn.data


def test_a_notebook_may_be_named_by_its_number():
    assert len(tn.sweep(2, cap=0.4)) == len(tn.sweep("02", cap=0.4)) > 0
    assert ap.explore(2).name == "02_fdi_cap"


def test_the_name_of_the_events_serves_both_uses():
    """`tn.events(...)` lists events; notebooks import the module that counts them."""
    from thirdneighbor import events

    assert callable(events.counts)
    assert len(events(event_id="rus_putin_2024")) == 1


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: tn.figures(reporter="Mongolia"), "did you mean 'MNG'?"),
        (lambda: tn.figures(reporter="MNG", partner="Kazakhstan"), "mean 'KAZ'?"),
        (lambda: tn.figures(reporter="MNG", partner="kaz"), "did you mean 'KAZ'?"),
        (lambda: tn.figures(quantity="export_to"), "did you mean 'exports_to'?"),
        (lambda: tn.figures(source="caci2025"), "did you mean 'source_id'?"),
        (lambda: tn.figures(country="KAZ"), "did you mean 'reporter' or 'partner'?"),
        (lambda: tn.figures(country=["KAZ", "MNG"]), "mean 'reporter' or 'partner'?"),
        (lambda: tn.figures(source=""), "did you mean 'source_id'?"),
        (lambda: tn.figures(source_id="yan"), "did you mean 'yan2024'?"),
        (lambda: tn.figures(partner="KGZ"), "reporter='MNG'"),
        (lambda: tn.events(direction="Russia"), "did you mean 'russia'?"),
        (lambda: tn.figure("gun_export_chn_2018"), "mean 'gun_exports_chn_2018'?"),
        (lambda: tn.figures("KAZ"), "'KAZ' needs the name of its column"),
        (lambda: tn.events("russia"), "as in events(direction='russia')"),
        (lambda: tn.figures(year="last"), "year 'last' is no year; use 2019"),
        (lambda: tn.draw(tn.figures(year=1801)), "there is nothing to draw"),
        (lambda: tn.draw(tn.figures(reporter="MNG", partner="CHN")), "== 'usd']"),
        (lambda: tn.trace("P2.11"), "did you mean 'P2.1'?"),
        (lambda: tn.sweep("fdi", cap=0.4), "did you mean '02_fdi_cap'?"),
        (lambda: tn.sweep("02", cpa=0.4), "did you mean 'cap'?"),
        (lambda: tn.sweep("02", cap=33), "allowed: float in (0, 1)"),
        (lambda: tn.sweep("02"), "known are cap"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(ask, said):
    with pytest.raises((DataError, ParameterError, StudyError)) as error:
        ask()
    assert said in str(error.value)


def test_it_works_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tn.figure("gun_share_fdi_chn").bounds().lo == 0.5


# --- verdicts --------------------------------------------------------------------------------


def share():
    return tn.figure("gun_exports_chn_2018") / tn.figure("gun_total_exports_2018")


TURNS = [  # 6.25 / 7.5 = 0.8333, 6.35 / 6.5 = 0.9769
    *((0.8, "follows"), (0.83, "follows"), (0.84, "open"), (0.976, "open")),
    *((0.977, "ruled_out"), (1, "ruled_out")),
]


@pytest.mark.parametrize(("line", "verdict"), TURNS)
def test_the_share_of_2018_turns_at_its_bounds(line, verdict):
    assert tn.ask(share() > line).verdict == verdict


def test_an_answer_gives_its_reason():
    found = tn.ask(share() > 0.9)
    assert found.word == "Left open"
    assert "The figures allow 83.3% to 97.7%" in found.reason
    # 6.25 / 0.9 = 6.944, 6.35 / 0.9 = 7.056
    assert "gun_total_exports_2018 is $6.944 to $7.056\xa0billion" in found.reason
    assert "below that it is true" in found.reason


def test_a_reason_is_safe_in_a_notebook():
    page = tn.ask(ap.untestable("a flow <b>"))._repr_html_()
    assert "A flow &lt;b&gt;." in page and "<b>" not in page


def test_two_books_turn_the_sign():
    # print 2.315 to 2.325 million against 412.5 to 413.5 thousand; office 0.339 to 0.413
    printed = tn.ask(
        tn.figure("irg_imports_kgz_2019") > tn.figure("irg_exports_kgz_2019")
    )
    office = tn.ask(
        tn.figure("nso_imports_kgz_2019") > tn.figure("nso_exports_kgz_2019")
    )
    assert (printed.verdict, office.verdict) == ("follows", "ruled_out")


def test_unlike_units_are_refused():
    with pytest.raises(TypeError, match="cannot add usd and persons"):
        tn.figure("gun_exports_chn_2018") + tn.figure("irg_population_mng")


# --- sweeps and traces -----------------------------------------------------------------------


def test_a_sweep_is_a_frame_of_verdicts():
    table = tn.sweep("02", cap=[0.2, 0.21, 0.4])
    over = table[(table["prop_id"] == "P2.1") & (table["reading"] == "press")]
    # the page prints 21 per cent: 20.5 to 21.5
    assert list(over["verdict"]) == ["follows", "open", "ruled_out"]
    assert list(over["cap"]) == [0.2, 0.21, 0.4]


def test_a_sweep_sees_an_edited_notebook(tmp_path):
    folder = make_study(tmp_path / "study")
    path = folder / "notebooks" / "01_apples.ipynb"
    assert len(run_point(path, {"line": 0.5})[0]) == 3
    write_notebook(folder, "01_apples", "Broken", "1 / 0")
    assert "ZeroDivisionError" in run_point(path, {"line": 0.5})[1]


def test_a_trace_goes_home(capsys):
    tn.trace("gun_share_fdi_chn")
    said = capsys.readouterr().out
    assert "printed: 'More than fifty percent'" in said
    assert "interval: more than 50% (above 50% to 100%)" in said


def test_what_is_computed_is_traced_to_all_its_figures(capsys):
    tn.trace(share())
    said = capsys.readouterr().out
    assert "printed: '6.3 billion dollars'" in said
    assert "printed: 'approximately 7 billion dollars'" in said


def test_a_trace_refuses_another_edition_of_a_text(tmp_path):
    rows = Tables(ROOT).rows("sources")
    (name,) = (row["file"] for row in rows if row["source_id"] == "gungor2020")
    (tmp_path / name).write_text("another edition", encoding="utf-8")
    with pytest.raises(DataError, match=r"sources\.csv.*gungor2020|digest"):
        tn.trace("gun_share_fdi_chn", texts=tmp_path)


def test_the_cheat_sheet_names_every_entry():
    for name in tn.__all__:
        assert f"tn.{name}(" in tn.__doc__, name


# --- 00_start_here ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def space():
    """The names that the notebook has made, once it has run."""
    return {"__name__": "__main__"}


@pytest.fixture(scope="module")
def cells(space):
    """Return kind, source and what is shown of each cell, run one after another."""
    found = []
    for cell in json.loads(START.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        shown = run(source, space) if cell["cell_type"] == "code" else ""
        found.append((cell["cell_type"], source, shown))
    return found


def run(source, space):
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), space)
        value = last and eval(
            compile(ast.Expression(last.value), "cell", "eval"), space
        )
    said = value.text() if hasattr(value, "text") else repr(value)
    return f"{printed.getvalue()}{'' if value is None else said}"


def shown_by(cells, start):
    return next(shown for _, source, shown in cells if source.startswith(start))


def test_the_first_notebook_says_what_it_should(cells):
    assert "83.3% to 97.7%" in shown_by(cells, "share = ")
    assert shown_by(cells, "tn.ask(share > 4 / 5)").startswith("Follows")
    assert shown_by(cells, "tn.ask(share > 9 / 10)").startswith("Left open")
    assert "Left open" in shown_by(cells, "exact_total")
    # 6542.8 / 7011.8 million
    assert shown_by(cells, "office").startswith("93.3%")
    assert "mean 'gun_exports_chn_2018'" in shown_by(cells, "try:")
    assert "controls for cap" in shown_by(cells, "ap.explore")


def test_the_limit_turns_where_exercise_c_says(cells, space):
    over = space["over"].groupby("reading")["verdict"].agg(list)
    # limits: 0.2, 0.205, 0.21, 0.215, 0.295, 0.3, 0.305 and one third
    assert over["press"] == ["follows", "open", "open", *["ruled_out"] * 5]
    assert over["ministry"] == [*["follows"] * 4, "open", "open", *["ruled_out"] * 2]
    assert space["limits"] == [0.2, 0.205, 0.21, 0.215, 0.295, 0.3, 0.305, 1 / 3]


def test_no_number_of_its_prose_is_typed(cells):
    """Every amount, per cent or decimal in the text stands in a cell or output above it."""
    above, stray = "", []
    for kind, source, shown in cells:
        if kind == "markdown":
            prose = re.sub(r"(?s)```.*?```|`[^`]*`", "", source)
            stray += [n for n in NUMBER.findall(prose) if n.strip("$%") not in above]
        above += source + shown
    assert stray == []


def test_its_cells_are_short_and_its_answers_folded(cells):
    code = [source for kind, source, _ in cells if kind == "code"]
    assert max(len(source.splitlines()) for source in code) <= 7
    text = "\n".join(source for kind, source, _ in cells if kind == "markdown")
    assert text.count("<details>") == text.count("</details>") == 3
    assert text.count("**Predict.**") == text.count("**Explain.**") == 3
    assert [source for source in code if source == "# My prediction:"] == [
        "# My prediction:"
    ] * 3


def test_its_links_lead_somewhere(cells):
    text = "\n".join(source for kind, source, _ in cells if kind == "markdown")
    for link in re.findall(r"\]\(([^)]+)\)", text):
        target = (START.parent / link).resolve()
        assert target.is_relative_to(ROOT), link
        assert target.parent.is_dir(), link
