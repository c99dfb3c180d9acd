"""Deciding numbers and flips: what stands in a record changes the verdict when it is crossed."""

from fractions import Fraction as F
from pathlib import Path

import pytest

from thirdneighbor import indicators, params, tables
from thirdneighbor import run as running
from thirdneighbor.decisions import Decision, decide, flip_figure, flip_value
from thirdneighbor.intervals import INF, Interval
from thirdneighbor.quantities import known, unknown
from thirdneighbor.verdicts import Condition, jointly, judge

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
JUST = F(1, 10_000)


@pytest.fixture(scope="module")
def data():
    return tables.Tables(tables.data_folder())


@pytest.fixture
def opened(data, monkeypatch):
    """Return a function that opens a run of a notebook under some parameters."""
    monkeypatch.setattr(running, "display", lambda record: None)

    def start(notebook, **values):
        declared = params.declared(NOTEBOOKS / f"{notebook}.ipynb")
        return running.Run(notebook, params.checked(declared, values), data, declared)

    return start


def recorded(run, prop_id, reading, value, **more):
    run.record(prop_id, reading, value, **more)
    return run.board(prop_id).iloc[0]


def moved(quantity, name, factor):
    """Return a quantity with one printed figure moved as a whole, kept at most one if a share."""
    box = quantity.inputs[name]
    top = 1 if box.hi == 1 else INF
    return quantity.at(**{name: Interval(box.lo * factor, min(box.hi * factor, top), box.lo_open)})


# --- the deciding number ---------------------------------------------------------------------


def test_total_exports_of_2019_decide_nine_tenths(opened):
    """6,585 / 0.9 = 7,316.7 and 6,595 / 0.9 = 7,327.8 million; the office prints 7,619.6."""
    run = opened("01_trade_asymmetry")
    total = unknown("total exports of Mongolia in 2019", "usd")
    share = run.figure("irg_exports_chn_2019") / total
    row = recorded(run, "P1.4c", "literal", share, official=run.figure("nso_total_exports_2019"))
    assert row["verdict"] == "not testable"
    assert row["decides_if"].replace("\xa0", " ") == "below 7.317 bn USD; false above 7.328 bn USD"
    assert row["official_value"].endswith(": false")
    for value, verdict in ((7_316_000_000, "certain"), (7_320_000_000, "consistent")):
        at = share.at(**{"total exports of Mongolia in 2019": value})
        assert judge(at.bounds(), "gt", F(9, 10)) == verdict


def test_the_official_total_of_2018_leaves_the_printed_share_open(opened):
    """6.25 / 0.9 = 6.944 and 6.35 / 0.9 = 7.056 billion; the office prints 7.0118."""
    run = opened("01_trade_asymmetry")
    sold, total = run.figure("gun_exports_chn_2018"), run.figure("gun_total_exports_2018")
    row = recorded(
        run, "P1.4b", "literal", sold / total, official=run.figure("nso_total_exports_2018")
    )
    assert row["decides_if"].replace("\xa0", " ") == "below 6.944 bn USD; false above 7.056 bn USD"
    assert row["official_value"].endswith(": open")


def test_the_range_of_an_unprinted_fraction():
    """A share above one half of a fraction exceeds a third for certain only above two thirds."""
    fraction, share = known("phi", Interval(0, 1)), known("s", Interval(F(1, 2), 1, True))
    found = decide(fraction * share, "gt", F(1, 3))
    assert (found.quantity, found.true_below) == ("phi", False)
    assert (found.turns.lo, found.turns.hi) == (F(1, 3), F(2, 3))
    assert found.text("share") == "above 66.7%; false below 33.3%"


@pytest.mark.parametrize(
    ("cap", "low", "shown"),
    [
        (F(3, 5), F(1, 2), "at no share for certain; false below 60%"),  # 0.6 / 0.5 = 1.2
        (F(1, 2), F(1, 2), "at 100% alone; false below 50%"),  # 0.5 / 0.5 = 1, and s > 0.5
        (F(2, 5), F(1, 2), "above 80%; false below 40%"),  # 0.4 / 0.5 = 0.8
        (F(3, 5), F(3, 4), "above 80%; false below 60%"),  # 0.6 / 0.75 = 0.8
    ],
)
def test_no_share_is_above_the_whole(cap, low, shown):
    """A share in (low, 1] times a fraction exceeds the cap for certain from cap / low on."""
    fraction, share = known("phi", Interval(0, 1)), known("s", Interval(low, 1, True))
    assert decide(fraction * share, "gt", cap).text("share") == shown


@pytest.mark.parametrize(
    ("turns", "below", "shown"),
    [
        ((F(6, 5), F(3, 2)), False, "at no share"),
        ((F(6, 5), F(3, 2)), True, "at every share"),
        ((F(-1, 2), F(-1, 4)), False, "at every share"),
        ((F(-1, 2), F(-1, 4)), True, "at no share"),
        ((F(-1, 2), F(1, 4)), False, "above 25%; false at no share"),
        ((F(-1, 2), F(1, 4)), True, "at no share for certain; false above 25%"),
        ((F(-1, 2), F(3, 2)), True, "at no share for certain; false at no share"),
        ((F(3, 4), F(3, 4)), True, "below 75%; false above it"),
        ((F(0), F(1)), False, "at no share for certain; false at no share"),
    ],
)
def test_a_share_lies_between_nought_and_one(turns, below, shown):
    """What lies beyond the ends of a share is put in words; an amount keeps its number."""
    decision = Decision("s", Interval(*turns), below)
    assert decision.text("share") == shown


@pytest.mark.parametrize(
    ("turns", "shown"),
    [
        ((-2, -1), "at every amount"),
        ((-2, 5), "above 5 USD; false at no amount"),
        ((4, 5), "above 5 USD; false below 4 USD"),
    ],
)
def test_no_amount_of_money_is_below_nought(turns, shown):
    decision = Decision("x", Interval(*turns), true_below=False)
    assert decision.text("usd").replace("\xa0", " ") == shown


def test_the_whole_alone_may_do():
    """New money of (phi s - 1/3) / (1/3), at least a half: phi s >= 1/2, as s > 1/2 at phi = 1."""
    fraction, share = known("phi", Interval(0, 1)), known("s", Interval(F(1, 2), 1, True))
    found = decide(indicators.inflow(fraction * share, F(1, 3), 0), "ge", F(1, 2))
    assert found.text("share") == "at 100% alone; false below 50%"
    closed = known("s", Interval(F(1, 2), 1))
    found = decide(fraction * closed, "gt", F(1, 2), "phi")
    assert found.text("share") == "at no share for certain; false below 50%"


def test_a_turning_point_of_years():
    """ln 2 / ln 1.05 = 14.2; after 30 years odds of two to one fall by 1.05^30, so s = 0.6836."""
    share = known("s", Interval(F(1, 2), 1, True))
    found = decide(indicators.years(share, F(1, 3), 0, 0.05), "gt", 30)
    odds = 1.05**30 / 2
    assert float(found.turns.lo) == pytest.approx(odds / (1 + odds), abs=1e-9)
    assert not found.true_below


@pytest.mark.parametrize(
    ("quantity", "operator", "threshold"),
    [
        (unknown("a") / unknown("b"), "gt", 1),
        (known("x", Interval(1, 2)) ** 2, "gt", 2),
        (known("x", Interval(1, 2)), "eq", 1),
    ],
)
def test_no_single_number_decides(quantity, operator, threshold):
    assert decide(quantity, operator, threshold) is None


def test_nothing_decides_a_division_by_zero():
    share, cap = known("s", Interval(0.5, 1)), known("cap", Interval.point(1))
    assert decide((share - cap) / (1 - cap), "gt", F(1, 4)) is None


def test_every_spread_of_the_rest_is_concentrated_enough():
    """0.9^2 = 0.81 is above a quarter before anything of the rest is added."""
    found = decide(indicators.herfindahl_of_largest(known("s", Interval(0.9, 0.9)), 0), "gt", 0.25)
    assert found.text("concentration") == "at every value"


def test_the_missing_input_decides_a_balance():
    """(1 - r) / (1 + r) is below -0.9 above r = 19."""
    ratio = unknown("r")
    found = decide((1 - ratio) / (1 + ratio), "lt", F(-9, 10))
    assert (found.turns.lo, found.turns.hi, found.true_below) == (19, 19, False)
    assert [found.at(Interval.point(v)) for v in (20, 19, 18)] == [
        "certain",
        "consistent",
        "contradicted",
    ]


# --- flips by a printed figure ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("boxes", "rule", "operator", "threshold"),
    [
        ({"s": (F(1, 2), 1, True)}, lambda q: q["s"], "gt", F(1, 3)),
        ({"x": (6.25, 6.35), "t": (6.5, 7.5)}, lambda q: q["x"] / q["t"], "gt", F(9, 10)),
        ({"x": (34.65, 34.75), "m": (286.5, 287.5)}, lambda q: q["m"] / q["x"], "gt", 8),
        ({"x": (7.135, 7.145), "m": (58.05, 58.15)}, lambda q: q["x"] - q["m"], "lt", 0),
        ({"x": (0.65, 0.66), "c": (0.3, 0.3)}, lambda q: (q["x"] - q["c"]) / (1 - q["c"]), "gt", 0),
    ],
)
def test_a_figure_moved_just_so_far_flips(boxes, rule, operator, threshold):
    """Just short of the distance the verdict stands; just beyond it is another one."""
    parts = {name: known(name, Interval(*ends)) for name, ends in boxes.items()}
    quantity = rule(parts)
    condition = Condition(quantity, operator, threshold)
    name, move = flip_figure([condition], list(boxes))
    words = [
        Condition(moved(quantity, name, 1 + F(move) * (1 + side)), operator, threshold).verdict()
        for side in (-JUST, JUST)
    ]
    assert words[0] == condition.verdict() != words[1]


def test_a_consistent_verdict_has_two_sides():
    """True for all at 7.41% less, 6.25 / 7.5 (1 - m); for none at 8.55% more, 6.35 / 6.5 (1+m)."""
    x, t = known("x", Interval(6.25, 6.35)), known("t", Interval(6.5, 7.5))
    name, move = flip_figure([Condition(x / t, "gt", F(9, 10))], ["x", "t"])
    assert (name, move) == ("t", pytest.approx(-(1 - 6.25 / 0.9 / 7.5), abs=1e-8))
    for factor, verdict in (
        (1 + F(move) - JUST, "certain"),
        (F(10854, 10000), "consistent"),
        (F(10856, 10000), "contradicted"),
    ):
        assert Condition(moved(x / t, "t", factor), "gt", F(9, 10)).verdict() == verdict


def test_joint_conditions_flip_together():
    """Kazakhstan over Kyrgyzstan over one: 58.05 (1 - m) / 7.145 = 2.325 / 0.4125 at m = 30.6%."""
    kaz = known("mk", Interval(58.05, 58.15)) / known("xk", Interval(7.135, 7.145))
    kgz = known("mg", Interval(2.315, 2.325)) / known("xg", Interval(0.4125, 0.4135))
    conditions = [Condition(kaz - kgz, "gt", 0), Condition(kgz, "gt", 1)]
    name, move = flip_figure(conditions, ["mk", "xk", "mg", "xg"])
    assert (name, move) == ("mk", pytest.approx(-(1 - 2.325 / 0.4125 * 7.145 / 58.05), abs=1e-8))
    for side, verdict in ((-JUST, "certain"), (JUST, "consistent")):
        factor = 1 + F(move) * (1 + side)
        assert (
            jointly([Condition(moved(kaz, "mk", factor) - kgz, "gt", 0), conditions[1]]) == verdict
        )


def test_what_is_no_figure_is_not_moved():
    fraction, share = known("part of all", Interval(0, 1)), known("s", Interval(F(1, 2), 1, True))
    name, _ = flip_figure([Condition(fraction * share, "gt", F(1, 3))], ["s"])
    assert name == "s"
    assert flip_figure([Condition(fraction, "gt", F(1, 3))], ["s"]) is None


def test_no_move_makes_a_positive_number_negative():
    assert flip_figure([Condition(known("x", Interval(1, 2)), "gt", -1)], ["x"]) is None


# --- flips by a parameter --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edge", "default"), [(0.25, 1.0), (2.75, 1.0), (1.0000001, 1.0), (1 / 3, 0.9)]
)
def test_halving_finds_the_edge(edge, default):
    up = edge > default
    found = flip_value(lambda v: v > edge if up else v < edge, default, Interval(0, 3))
    assert found == pytest.approx(edge, abs=1e-8)


def test_a_flip_that_is_undone_further_on_is_found():
    found = flip_value(lambda v: 1.4 < v < 2.6, 1.0, Interval(0, 3))
    assert found == pytest.approx(1.4, abs=1e-8)
    assert flip_value(lambda v: False, 1.0, Interval(0.5, 3)) is None


CAP_FAMILY = [
    ("P2.1", "literal", lambda run, s, c: s),
    ("P2.1", "official", lambda run, s, c: run.figure("newsmn_share_fdi_chn")),
    ("P2.2a", "literal", lambda run, s, c: indicators.inflow(s, c, run.parameter("f_china_new"))),
    ("P2.2b", "literal", lambda run, s, c: indicators.required_divestment(s, c)),
    (
        "P2.3",
        "literal",
        lambda run, s, c: indicators.years(
            s, c, run.parameter("g_china"), run.parameter("g_other")
        ),
    ),
    ("P2.7a", "literal", lambda run, s, c: indicators.headroom(s, c)),
    ("P2.7b", "official", lambda run, s, c: run.figure("survey_share_fdi_can_2019")),
]


@pytest.mark.parametrize(("prop_id", "reading", "value"), CAP_FAMILY, ids=lambda v: str(v)[:8])
def test_a_run_just_this_side_of_a_flip_and_one_just_that_side_differ(
    opened, prop_id, reading, value
):
    """The flip of a record is crossed by two runs of the same proposition."""

    def verdict(**values):
        run = opened("02_fdi_cap", **values)
        share = run.figure("gun_share_fdi_chn")
        return recorded(run, prop_id, reading, value(run, share, run.parameter("cap")))

    row = verdict()
    name, at = row["flip_parameter"], float(F(row["flip_value"]))
    assert name != "nothing"
    step = 1e-5 * max(abs(at), 0.1)
    below, above = (verdict(**{name: at + side})["verdict"] for side in (-step, step))
    assert below != above
    assert row["verdict"] in (below, above)


def test_the_level_of_an_interval_flips_a_trend(opened):
    """The t test of the log slope has p = 0.146; beyond that level the interval excludes nought."""
    from thirdneighbor.smallsample import trend

    exports = [410, 965, 338, 401, 269, 255]

    def verdict(alpha):
        run = opened("01_trade_asymmetry", alpha=alpha)
        return recorded(run, "P1.9", "literal", trend(range(2011, 2017), exports, alpha))

    row = verdict(0.05)
    assert row["flip_parameter"] == "alpha"
    at = float(row["flip_value"])
    assert [verdict(at + side)["verdict"] for side in (-1e-5, 1e-5)] == [
        "consistent",
        "contradicted",
    ]


def test_a_search_with_a_quick_guess_stays_inside_what_is_allowed():
    """A guess is proven just beyond and just before it, but never outside the range."""

    def flips(value):
        assert 0 < value <= 1, "outside the range"
        return value < 1

    assert flip_value(flips, 1.0, Interval(0, 1, lo_open=True), flips) == 1


def test_a_wrong_guess_is_not_believed():
    """The guess says 0.8 or never, the truth is 0.6: what is found is the truth."""
    domain = Interval(0, 1)
    for guess in (lambda value: value > 0.8, lambda value: False):
        found = flip_value(lambda value: value > 0.6, 0.5, domain, guess)
        assert found == pytest.approx(0.6)
