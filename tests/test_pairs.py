"""Pairs of figures, dates, counts and durations: hand-made ones, then those of the tables."""

from types import SimpleNamespace

import pandas as pd
import pytest

from thirdneighbor import agreement, pairs
from thirdneighbor.intervals import Interval
from thirdneighbor.quantities import known
from thirdneighbor.run import Run
from thirdneighbor.tables import Tables, data_folder

SOURCES = pd.DataFrame(
    [
        ("a", "journal", "2020", "2020-05"),
        ("b", "brief", "2024", "2024-09"),
        ("office", "statistics", "2021", "2021"),
        ("again", "statistics", "2025", "2025"),
    ],
    columns=["source_id", "kind", "year", "published"],
)
PLAIN = {
    "source_id": "a",
    "kind": "exports_to",
    "reporter": "MNG",
    "partner": "KAZ",
    "commodity": "",
    "period_start": "2019",
    "period_end": "2019",
    "flow_stock": "flow",
    "upstream": "none",
    "note": "",
    "lo": 10,
    "hi": 11,
    "unit": "usd",
}
OTHER = {"source_id": "b", "lo": 20, "hi": 21}


def figures(*rows):
    """Return figures with bounds; each row says how it differs from a plain one."""
    made = []
    for i, row in enumerate(rows):
        cells = {**PLAIN, **row, "figure_id": f"f{i}"}
        bounds = Interval(cells.pop("lo"), cells.pop("hi"))
        made.append({**cells, "quantity": known(f"f{i}", bounds, cells.pop("unit"))})
    return pd.DataFrame(made)


def only(*rows):
    found = pairs.figure_pairs(figures(*rows), SOURCES)
    assert len(found) == 1, found
    return found.iloc[0]


@pytest.mark.parametrize(
    ("first", "second", "kind", "words"),
    [
        ({}, OTHER, "clash", "no rule explains"),
        ({}, {**OTHER, "lo": 11}, "agrees within print", "share a value"),
        ({}, {**OTHER, "period_start": "2021", "period_end": "2021"}, "different year", "2021"),
        ({}, {**OTHER, "period_start": "", "period_end": ""}, "different year", "b prints no year"),
        ({}, {**OTHER, "period_start": "2019-01", "period_end": "2019-07"}, "different year", "in"),
        ({}, {**OTHER, "commodity": "meat", "lo": 1}, "different definition", "all goods and meat"),
        ({}, {**OTHER, "flow_stock": "stock"}, "different definition", "a flow and a stock"),
        ({"upstream": "oec"}, {**OTHER, "source_id": "office"}, "different reporter", "oec"),
        ({}, {**OTHER, "source_id": "office"}, "different reporter", "does not say who counted"),
        ({"upstream": "oec"}, {**OTHER, "upstream": "oec"}, "revision", "2020-05 and 2024-09"),
        (
            {"upstream": "oec"},
            {**OTHER, "lo": 10, "upstream": "oec"},
            "shared origin",
            "pass on oec",
        ),
    ],
)
def test_the_first_rule_that_applies_gives_the_type(first, second, kind, words):
    found = only(first, second)
    assert found["type"] == kind
    assert words in found["rule"]


def test_imports_of_the_partner_are_the_same_trade():
    mirrored = {**OTHER, "kind": "imports_from", "reporter": "KAZ", "partner": "MNG"}
    found = only({}, mirrored)
    assert found["subject"] == "exports MNG KAZ"
    assert (found["type"], found["rule"]) == ("different reporter", "counted by MNG and by KAZ")


def test_words_from_the_side_of_the_partner_make_it_the_reporter():
    worded = {"kind": "imports_from", "note": "The text words it from the partner's side."}
    office = {**OTHER, "kind": "imports_from", "source_id": "office"}
    assert only(worded, office)["rule"] == "counted by KAZ and by MNG"


def test_a_part_larger_than_its_whole_is_no_difference_of_definition():
    part = {"commodity": "meat", "lo": 30, "hi": 31}
    assert only(part, OTHER)["type"] == "clash"
    assert only({**part, "lo": 20}, OTHER)["type"] == "different definition"
    assert only(part, {**OTHER, "source_id": "office"})["type"] == "clash"
    named = {**part, "upstream": "oec"}
    assert only(named, {**OTHER, "source_id": "office"})["type"] == "different reporter"


def test_definition_comes_before_agreement_and_bases_are_definitions():
    share = {"kind": "cap_fdi", "partner": "", "lo": 0.3, "hi": 0.4, "unit": "share"}
    one = {**share, "note": "Kept. Denominator as worded: stock; no more."}
    two = {**share, "source_id": "b", "note": "Denominator as worded: flow."}
    assert only(one, two)["rule"] == "a share of stock and a share of flow"
    assert only(one, {**two, "note": ""})["type"] == "agrees within print"


def test_only_trade_is_excused_by_two_reporters():
    people = {"kind": "population", "partner": "", "unit": "persons"}
    found = only({**people, "upstream": "un"}, {**people, **OTHER, "source_id": "office"})
    assert found["type"] == "clash"


def test_what_is_not_compared():
    later = {"period_start": "2020", "period_end": "2020"}
    for second in (
        {**OTHER, "partner": "KGZ"},
        {**OTHER, "unit": "share"},
        {**OTHER, "kind": "gdp"},
        {**OTHER, "source_id": "a", **later},
        {**OTHER, "source_id": "office", **later},
    ):
        assert pairs.figure_pairs(figures({}, second), SOURCES).empty


def test_directions_add_up_and_a_total_makes_a_share():
    bought = {"kind": "imports_from", "lo": 5, "hi": 6}
    turnover = {"kind": "turnover", "source_id": "b", "lo": 15, "hi": 17}
    found = only({}, bought, turnover)
    assert found["second"] == "f0 + f1"
    assert found["type"] == "agrees within print"
    total = {"kind": "total_exports", "partner": "", "lo": 20, "hi": 20}
    said = {"kind": "share_exports", "source_id": "b", "unit": "share", "lo": 0.6, "hi": 0.7}
    found = only({}, total, said)
    assert found["second"] == "f0 / f1"
    assert "[50,\xa055]%" in found["says_second"]
    assert found["type"] == "clash"


def test_a_word_for_growth_is_held_against_the_two_figures_beside_it():
    """From 10 or 11 to 20 or 21 is 20/11 to 21/10, which holds 2; to 30 it is not doubled."""
    grown = {"kind": "growth_ratio", "unit": "times", "period_end": "2022", "lo": 2, "hi": 2}
    later = {"period_start": "2022", "period_end": "2022"}
    assert only({}, {**later, "lo": 20, "hi": 21}, grown)["type"] == "agrees within print"
    found = only({}, {**later, "lo": 30, "hi": 31}, grown)
    assert (found["type"], found["second"]) == ("clash", "f1 / f0")
    assert pairs.figure_pairs(figures({}, grown), SOURCES).empty


def test_clashes_come_first():
    rows = [{}, {**OTHER, "lo": 10, "hi": 11}, {"source_id": "b", "lo": 90, "hi": 91}]
    kinds = list(pairs.figure_pairs(figures(*rows), SOURCES)["type"])
    assert kinds == ["clash", "clash", "agrees within print"]


def event(event_id, kind="visit"):
    return {"event_id": event_id, "kind": kind, "label": event_id, "date_start": event_id[-4:]}


def mention(event_id, source_id, printed):
    return {"event_id": event_id, "source_id": source_id, "printed": printed}


def test_dates():
    states = [event("state_1921", "status"), event("state_1924", "status")]
    events = pd.DataFrame([event("visit_2019"), event("visit_2021"), *states, event("war_2014")])
    mentions = pd.DataFrame(
        [
            mention("visit_2019", "a", "last year"),
            mention("visit_2019", "b", "in 2019"),
            mention("visit_2021", "b", "in 2021"),
            mention("state_1921", "a", "in 1921"),
            mention("state_1924", "b", "in 1924"),
            mention("war_2014", "a", "the war of 2014"),
            mention("war_2014", "b", "the war"),
        ]
    )
    found = pairs.date_pairs(events, mentions, SOURCES)
    assert list(found["subject"]) == ["state", "visit_2019", "war_2014"]
    assert list(found["type"]) == ["clash", "agrees within print", "agrees within print"]
    assert pairs.gap(found, "state") == Interval(3, 3)
    assert pairs.gap(found, "visit_2019") == Interval(0, 0)
    assert pairs.gap(found, "war_2014") is None
    assert pairs.gap(found, "visit_2021") is None


def test_counts_and_durations():
    printed = figures(
        {"kind": "count_listed", "lo": 3, "hi": 3, "unit": "count", "printed": "three"},
        {"kind": "duration", "lo": 40, "hi": 45, "unit": "years", "printed": "about forty"},
    )
    for listed, kind in ((3, "agrees within print"), (2, "clash")):
        lists = pd.DataFrame({"figure_id": ["f0"] * listed + ["", ""]})
        assert list(pairs.count_pairs(printed, lists)["type"]) == [kind]
    events = pd.DataFrame([event("s_1949"), event("s_1921"), event("e_1991")])
    spans = pd.DataFrame(
        [("f1", "s_1949", "e_1991"), ("f1", "s_1921", "e_1991"), ("f1", "unknown", "e_1991")],
        columns=["figure_id", "start_event", "end_event"],
    )
    assert sorted(pairs.span_years(spans, events)["years"]) == [42, 70]
    assert list(pairs.span_pairs(printed, spans, events)["type"]) == ["agrees within print"]
    assert list(pairs.span_pairs(printed, spans[1:], events)["type"]) == ["clash"]


def test_no_rows_are_no_pairs():
    tables = Tables(data_folder())
    run = Run("07_source_audit", {"sources": ["yan2024"]}, tables)
    none = run.figures(source_id=["gungor2020"])
    assert pairs.figure_pairs(none, tables["sources"]).empty
    assert pairs.count_pairs(none, tables["lists"]).empty
    assert pairs.span_pairs(none, tables["spans"], tables["events"]).empty
    mentions = tables["event_mentions"]
    assert pairs.date_pairs(tables["events"], mentions.head(0), tables["sources"]).empty


@pytest.fixture(scope="module")
def real():
    """Return everything that the machine finds in the tables."""
    tables = Tables(data_folder())
    run = Run("07_source_audit", {}, tables)
    kept = tables["figures"]["source_id"] != "unga_votes"
    printed = run.figures(source_id=sorted(set(tables["figures"][kept]["source_id"])))
    by_date = pairs.date_pairs(tables["events"], tables["event_mentions"], tables["sources"])
    return SimpleNamespace(
        figures=pairs.figure_pairs(printed, tables["sources"]),
        dates=by_date.set_index("subject")["type"],
        counts=pairs.count_pairs(printed, tables["lists"]).set_index("subject")["type"],
        spans=pairs.span_pairs(printed, tables["spans"], tables["events"]),
        claims=agreement.opposed(tables["claims"]),
    )


def kind_of(found, first, second):
    same = (found["first"] == first) & (found["second"] == second)
    return list(found[same]["type"])


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        # one page gives 21 per cent of investment, the text that cites its publisher over 50
        ("gun_share_fdi_chn", "newsmn_share_fdi_chn", "clash"),
        # 8.25 at least for horse meat, 7.8234 for all goods; 2.85 at least against 2.4371
        ("cac_exports_kaz_horsemeat_2022", "nso_exports_kaz_2022", "clash"),
        ("cac_exports_kaz_horsemeat_2017", "nso_exports_kaz_2017", "clash"),
        ("irg_cap_fdi", "gun_cap_fdi", "different definition"),
        ("irg_imports_kaz_2019", "cac_imports_kaz_2017", "different year"),
        ("irg_exports_chn_2019", "gun_exports_chn_2018", "different year"),
        (
            "cac_turnover_kaz",
            "irg_exports_kaz_2019 + irg_imports_kaz_2019",
            "different year",
        ),
        ("irg_imports_kgz_2019", "nso_imports_kgz_2019", "different reporter"),
        ("irg_exports_chn_2019", "nso_exports_chn_2019", "different reporter"),
        ("cac_imports_kaz_2022", "nso_imports_kaz_2022", "different reporter"),
        ("gun_fdi_value_chn", "newsmn_fdi_value_chn", "shared origin"),
        # 412.5 to 413.5 thousand holds 413.2
        ("irg_exports_kgz_2019", "nso_exports_kgz_2019", "agrees within print"),
        ("gun_total_exports_2018", "nso_total_exports_2018", "agrees within print"),
        ("dip_duration_client", "yan_duration_onesided", "agrees within print"),
        # at most 2.5, then over 5: more than doubled
        (
            "cac_growth_turnover_kgz",
            "cac_turnover_kgz_2022 / cac_turnover_kgz_2017",
            "clash",
        ),
    ],
)
def test_the_pairs_of_the_tables(real, first, second, kind):
    assert kind_of(real.figures, first, second) == [kind]


def test_two_texts_clash_on_no_figure_of_one_year(real):
    clashes = real.figures[real.figures["type"] == "clash"]
    by = {side: clashes[f"says_{side}"].str.split(":").str[0] for side in ("first", "second")}
    other = by["second"][by["first"] != by["second"]]
    assert {"nso_trade", "newsmn797719"} >= set(other)


@pytest.mark.parametrize(
    ("event_id", "kind"),
    [
        ("mng_republic", "clash"),
        ("ukr_crisis", "clash"),
        ("rus_treaty_2019", "agrees within print"),
        ("mng_concept_2010", "agrees within print"),
        ("mng_concept_2011", "agrees within print"),
        ("mng_concepts_1994", "agrees within print"),
        ("chn_sanctions_2016", "agrees within print"),
    ],
)
def test_the_dates_of_the_tables(real, event_id, kind):
    assert real.dates[event_id] == kind


def test_no_other_dates_clash(real):
    assert set(real.dates[real.dates == "clash"].index) == {"mng_republic", "ukr_crisis"}


def test_texts_against_themselves(real):
    assert real.counts["yan_count_third_neighbours"] == "clash"
    spans = real.spans.set_index("subject")["type"]
    assert spans["yan_duration_onesided"] == "clash"
    assert spans["dip_duration_client"] == "agrees within print"


@pytest.mark.parametrize(
    ("statement", "texts"),
    [
        ("s_concept_2011", ("gungor2020", "yan2024")),
        ("s_sco_distance", ("irgengioro2022", "diplomat2024")),
        ("s_russia_closer", ("irgengioro2022", "yan2024")),
        ("s_public_neighbours", ("gungor2020", "diplomat2024")),
        ("s_central_asia_growing", ("irgengioro2022", "caci2025")),
        ("s_corridor_bypass", ("irgengioro2022", "caci2025")),
        ("s_west_dilutes", ("irgengioro2022", "caci2025")),
    ],
)
def test_opposed_claims_are_found(real, statement, texts):
    found = real.claims[real.claims["statement_id"] == statement]
    both = found["first"].isin(texts) & found["second"].isin(texts)
    assert list(found[both]["type"]) == ["opposed"]


def test_a_year_without_a_row_is_unknown_not_an_error():
    """No figure of the first text is of 2010: the partner stays, with nothing printed."""
    run = Run("01_trade_asymmetry", {}, Tables(data_folder()))
    found = run.trade("irgengioro2022", 2010, ["CHN"])
    assert found["printed"].tolist() == [False]
    assert found.loc["CHN", "exports"].point is None
