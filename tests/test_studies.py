"""A notebook at work: figures and their bounds, what may be judged, and what is refused."""

import math
from pathlib import Path

import pytest

import asprinted as ap
from asprinted import studies
from asprinted.intervals import Interval
from asprinted.kernel import SPACE
from asprinted.parameters import ParameterError
from asprinted.studies import Study, StudyError
from asprinted.tables import DataError, Tables, notebook_named

ROOT = Path(__file__).resolve().parents[1]
CELL = """\
cap: float = 1 / 3  # (0, 1) ; share ; most that one country may hold
hedge_width: float = 1.0  # [0.5, 3] ; multiple ; width of the half unit after about
include_inferred: bool = True  # {True, False} ; choice ; whether inferred dates count
sources: list[str] = ["gungor2020"]  # {gungor2020, yan2024} ; texts ; which count
year: int = 2019  # [2010, 2024] ; year ; a year
"""


class Kernel:
    """The place in which a notebook runs, for tests."""

    def __init__(self, **namespace):
        self.namespace, self.cells, self.shown = namespace, [CELL], []
        self.folder, self.tables = ROOT / "notebooks", None

    def show(self, shown):
        self.shown.append(shown)


@pytest.fixture
def kernel():
    kernel = Kernel()
    token = SPACE.set(kernel)
    yield kernel
    SPACE.reset(token)


def opened(kernel, *injected, **values):
    kernel.namespace.update(values)
    if injected or values:
        lines = [f"{name} = {value!r}" for name, value in values.items()]
        kernel.cells.append("\n".join(["# Parameters", *lines]))
    return ap.study("02")


# --- parameters ------------------------------------------------------------------------------


def test_the_variables_of_the_notebook_hold_typed_values(kernel):
    """What stock papermill passes on as text counts as the value that it means."""
    opened(kernel, cap="1/2", include_inferred="false", sources="gungor2020,yan2024")
    assert kernel.namespace["cap"] == 0.5
    assert kernel.namespace["include_inferred"] is False
    assert kernel.namespace["sources"] == ["gungor2020", "yan2024"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kap": 0.5}, "unknown parameter 'kap'; did you mean 'cap'"),
        ({"cap": 2}, "cap: 2 is not allowed"),
        ({"include_inferred": "no"}, "include_inferred: 'no' is not allowed"),
        ({"sources": "gungor"}, "did you mean 'gungor2020'"),
    ],
)
def test_a_wrong_parameter_is_refused(kernel, given, message):
    with pytest.raises(ParameterError, match=message):
        opened(kernel, **given)


def test_a_misspelt_parameter_is_named(kernel):
    with pytest.raises(ParameterError, match=r"'kap'; did you mean 'cap'"):
        _ = opened(kernel).p.kap


def test_a_parameter_changed_after_the_study_was_opened_is_refused(kernel):
    study = opened(kernel)
    kernel.namespace["cap"] = 0.4
    with pytest.raises(ParameterError, match=r"changed from .* to 0.4"):
        study.figure("gun_share_fdi_chn")


def test_numbers_with_decimals_are_quantities_and_the_rest_is_plain(kernel):
    p = opened(kernel).p
    assert float(p.cap) == pytest.approx(1 / 3)
    assert p.cap.bounds().lo.denominator == 3  # exactly one third
    assert p.year == 2019
    assert p.sources == ["gungor2020"]


# --- figures ---------------------------------------------------------------------------------


def test_a_figure_has_the_bounds_of_its_print(kernel):
    study = opened(kernel)
    assert study.figure("gun_share_fdi_chn").bounds() == Interval(0.5, 1, lo_open=True)
    plain = study.figure("gun_share_fdi_chn", hedged=False)
    assert plain.bounds() == Interval.point(0.5)
    total = study.figure("gun_total_exports_2018").bounds()
    assert (total.lo, total.hi) == (6_500_000_000, 7_500_000_000)


def test_the_width_of_a_hedge_is_a_parameter(kernel):
    total = opened(kernel, hedge_width=2).figure("gun_total_exports_2018").bounds()
    assert (total.lo, total.hi) == (6_000_000_000, 8_000_000_000)


def test_what_a_parameter_leaves_out_has_no_bounds(kernel):
    study = opened(kernel, sources=["yan2024"], include_inferred=False)
    assert study.figure("gun_share_fdi_chn").known_bounds is None
    assert study.figure("newsmn_share_fdi_chn").known_bounds is None
    assert study.figure("nso_exports_chn_2018").known_bounds is not None


def test_an_unknown_figure_is_answered_with_a_near_one(kernel):
    with pytest.raises(DataError, match="gun_exports_chn_2018"):
        opened(kernel).figure("gun_export_chn_2018")


def test_a_partner_needs_a_reporter(kernel):
    study = opened(kernel)
    with pytest.raises(StudyError, match="reporter"):
        study.figures(partner="KAZ", quantity="exports_to")
    rows = study.figures(partner="KAZ", reporter="MNG", quantity="exports_to")
    assert set(rows["reporter"]) == {"MNG"}


def test_figures_come_with_value_bounds_and_year(kernel):
    rows = opened(kernel).figures(figure_id="gun_exports_chn_2018")
    row = rows.iloc[0]
    assert (row.lo, row.hi, row.year, row.unit) == (6.25e9, 6.35e9, 2018, "usd")
    assert not row.lo_open


# --- judging ---------------------------------------------------------------------------------


def money(study):
    share = study.figure("gun_share_fdi_chn")
    unhedged = study.figure("gun_share_fdi_chn", hedged=False)
    page = study.figure("newsmn_share_fdi_chn")
    ministry = study.figure("mofcom_share_fdi_chn_2017")
    return {
        "print": share > study.p.cap,
        "unhedged": unhedged > study.p.cap,
        "press": (page > study.p.cap).given("if it counts money"),
        "ministry": ministry > study.p.cap,
    }


def test_all_readings_of_a_proposition_are_judged_in_one_call(kernel):
    study = opened(kernel)
    study.judge("P2.1", **money(study))
    found = {
        r: study.verdict("P2.1", r).verdict for r in ("print", "press", "ministry")
    }
    assert found == {"print": "follows", "press": "ruled_out", "ministry": "ruled_out"}
    record = study.verdict("P2.1", "press")
    assert record.chip == "Ruled out by the press’s figures, if it counts money"
    assert (record.value.lo, record.value.hi) == (0.205, 0.215)
    assert record.inputs == ("newsmn_share_fdi_chn",)
    assert record.sources == ("newsmn797719",)
    assert record.threshold.lo == pytest.approx(1 / 3)


def test_a_record_names_the_limit_at_which_it_turns(kernel):
    """21.5 per cent is the upper end of the printed 21 per cent."""
    study = opened(kernel)
    study.judge("P2.1", **money(study))
    flips = {f.name: f for f in study.verdict("P2.1", "press").flips}
    assert (flips["cap"].at, flips["cap"].side) == (pytest.approx(0.215), "below")
    assert flips["newsmn_share_fdi_chn"].moved == pytest.approx(1 / 3 / 0.215 - 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ministry": ...}, "expects the readings"),
        ({"votes": None}, "expects the readings"),
        ({"print": "newsmn_share_fdi_chn"}, "'print' rests on press"),
        ({"ministry": "newsmn_share_fdi_chn"}, "'ministry' rests on press"),
        ({"press": "newsmn_share_fdi_chn"}, "date of newsmn_share_fdi_chn is inferred"),
    ],
)
def test_a_reading_is_what_it_says(kernel, change, message):
    study = opened(kernel)
    readings = money(study)
    for reading, value in change.items():
        if value is ...:
            del readings[reading]
        else:
            readings[reading] = value and study.figure(value) > study.p.cap
    with pytest.raises(StudyError, match=message):
        study.judge("P2.1", **readings)


def test_a_proposition_of_another_notebook_is_refused(kernel):
    with pytest.raises(StudyError, match=r"P1\.1 is not declared for 02_fdi_cap"):
        opened(kernel).judge("P1.1", print=None)


def test_a_cell_runs_again_without_complaint(kernel, capsys):
    study = opened(kernel)
    study.judge("P2.1", **money(study))
    study.judge("P2.1", **money(study))
    assert "judged again" in capsys.readouterr().out
    assert len([key for key in study.judged if key[0] == "P2.1"]) == 4


def test_what_is_not_judged_is_named_at_the_end(kernel):
    study = opened(kernel)
    study.judge("P2.1", **money(study))
    with pytest.raises(StudyError, match=r"not judged: .*P2\.9 \(print\)"):
        study.finish()


def test_what_cannot_be_judged_is_refused_with_what_can(kernel):
    study = opened(kernel)
    with pytest.raises(TypeError, match="write a comparison"):
        study.judge("P2.1", **(money(study) | {"print": True}))


def test_texts_by_verdict(kernel):
    study = opened(kernel)
    study.judge("P2.1", **money(study))
    record = study.verdict("P2.1", "print")
    assert record.tell(follows="over", ruled_out="within") == "over"
    with pytest.raises(KeyError, match="follows"):
        record.tell(ruled_out="within")


@pytest.mark.parametrize(
    ("turn", "at", "becomes"), [(2017, 2016, "ruled_out"), (2030, None, None)]
)
def test_a_count_is_varied_over_a_parameter(kernel, turn, at, becomes):
    study = opened(kernel)

    def outcome(year):
        return ap.codings([year >= turn]) if turn < 2025 else ap.codings([True])

    flip = study.vary("year", outcome)
    assert (flip and (flip.at, flip.becomes)) == (at and (at, becomes))


def test_ask_judges_a_sentence_of_ones_own(kernel):
    """Güngör's two figures: 6.25 / 7.5 = 83.3 and 6.35 / 6.5 = 97.7 per cent."""
    study = opened(kernel)
    sold, total = (
        study.figure(f"gun_{name}_2018") for name in ("exports_chn", "total_exports")
    )
    bounds = (sold / total).bounds()
    assert (float(bounds.lo), float(bounds.hi)) == (
        pytest.approx(6.25 / 7.5),
        pytest.approx(6.35 / 6.5),
    )
    assert ap.ask(sold / total > 0.8) == "follows"
    assert ap.ask(sold / total > 0.9) == "open"
    assert ap.ask(sold / total > 0.98) == "ruled_out"


def test_notebooks_are_named_by_number_stem_or_path():
    names = ["01_apples", "02_pears"]
    assert (
        notebook_named("2", names)
        == notebook_named("notebooks/02_pears.ipynb", names)
        == "02_pears"
    )
    with pytest.raises(DataError, match="02_pears"):
        notebook_named("02_pear", names)


def test_lists_of_inputs():
    import pandas as pd

    assert studies.listed(pd.DataFrame({"event_id": ["a", "b", "a"]})) == ["a", "b"]
    assert studies.listed("a") == ["a"]
    assert studies.listed(None) == []


def test_a_study_without_a_notebook_reads_figures():
    study = Study(Tables(ROOT), "02")
    assert math.isclose(
        float(study.figure("nso_exports_chn_2018").bounds().lo), 6.5428e9, rel_tol=1e-4
    )


def test_what_a_table_says_of_a_place_is_no_template(kernel, monkeypatch):
    study = opened(kernel)
    one, place = study._evidence.one, "page {7}, {cap} {{x}}"
    monkeypatch.setattr(
        study._evidence, "one", lambda *key: one(*key) | {"place": place}
    )
    said = study.said("gun_share_fdi_chn", of="{share}", share="a share")
    assert (said["of"], said["place"]) == (["a share"], [place])
