"""Counts of named events against closed forms, binomial sums and counting of subsets."""

import itertools
import math

import pandas as pd
import pytest

from thirdneighbor import events as subject
from thirdneighbor.smallsample import odds_ratio, proportion, rate_ratio
from thirdneighbor.tables import Tables, data_folder
from thirdneighbor.verdicts import judge_sample
from thirdneighbor.weights import weighted

WINDOW = (1991, 2024)
TEXTS = ["irgengioro2022", "gungor2020", "diplomat2024", "caci2025", "yan2024"]
NULL = 6 / 34


def at_least(k, n, share):
    """Return the chance of k or more of n, summed term by term."""
    return sum(math.comb(n, j) * share**j * (1 - share) ** (n - j) for j in range(k, n + 1))


def bisect(wanted, rising):
    """Return where a rising function of a share reaches a value."""
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def clopper_pearson(k, n, alpha=0.05):
    """Return the ends of the exact interval by halving on binomial sums."""
    lo = 0.0 if k == 0 else bisect(alpha / 2, lambda s: at_least(k, n, s))
    hi = 1.0 if k == n else bisect(1 - alpha / 2, lambda s: at_least(k + 1, n, s))
    return lo, hi


def ratio_ends(k0, k1, t0=28, t1=6, alpha=0.05):
    """Return the ends of the rate ratio, from those of the share of later events."""
    lo, hi = clopper_pearson(k1, k0 + k1, alpha)
    odds = [math.inf if share == 1 else share / (1 - share) for share in (lo, hi)]
    return [o * t0 / t1 for o in odds]


def fisher(k0, n0, k1, n1):
    """Return the one-sided p of Fisher by counting the ways to place the events."""
    k, ways = k0 + k1, math.comb(n0 + n1, k0 + k1)
    later = range(k1, min(k, n1) + 1)
    return sum(math.comb(n1, j) * math.comb(n0, k - j) for j in later) / ways


@pytest.fixture(scope="module")
def data():
    tables = Tables(data_folder())
    events = tables["events"]
    partners = {name for names in subject.GROUPS.values() for name in names}
    kept = events["direction"].isin(partners) & (events["coding"] != "")
    return events[kept].reset_index(drop=True), tables["event_mentions"]


@pytest.fixture(scope="module")
def allowed(data):
    return subject.admitted(*data, TEXTS)


@pytest.mark.parametrize(("coding", "k"), [("strict", 2), ("standard", 3), ("liberal", 5)])
def test_russia_against_the_calendar(allowed, coding, k):
    """None before and k after: p is a power of the later part of the years."""
    found = subject.by_coding(allowed, "russia", WINDOW, 2019, 0.05).loc[coding]
    assert (found["before"], found["after"]) == (0, k)
    assert found["rate"].p == pytest.approx(NULL**k)
    assert found["rate"].p_min == pytest.approx(NULL**k)
    share = 0.025 ** (1 / k)
    assert found["rate"].lo == pytest.approx(share / (1 - share) * 28 / 6)
    assert math.isinf(found["rate"].hi)


@pytest.mark.parametrize(
    ("coding", "p"),
    [
        ("strict", 45 / 231),
        ("standard", 165 / 1771),
        ("liberal", math.comb(13, 5) / math.comb(25, 5)),
    ],
)
def test_russia_against_all_named_events(allowed, coding, p):
    """None of twelve before, all after: p is a quotient of two binomial coefficients."""
    found = subject.by_coding(allowed, "russia", WINDOW, 2019, 0.05).loc[coding]
    assert found["all_before"] == 12
    assert found["odds"].p == pytest.approx(p)
    assert found["odds"].p == pytest.approx(fisher(0, 12, found["after"], found["all_after"]))


@pytest.mark.parametrize(
    ("group", "before", "after", "lo", "hi"),
    [
        ("Central Asia and the Caucasus", 5, 3, 0.43, 14.4),
        ("Third neighbours", 4, 3, 0.51, 20.7),
        ("China", 3, 2, 0.26, 27.2),
        ("All but Russia", 12, 8, 1.10, 8.28),
        ("Russia", 0, 3, 1.93, math.inf),
    ],
)
def test_every_direction(allowed, group, before, after, lo, hi):
    """Counts by hand; ends by halving on binomial sums."""
    counted = subject.dated(allowed, "standard", WINDOW)
    row = subject.rates(counted, subject.GROUPS, WINDOW, 2019, 0.05).set_index("group").loc[group]
    assert (row["before"], row["after"]) == (before, after)
    assert (row["lo"], row["hi"]) == pytest.approx(ratio_ends(before, after), rel=1e-6)
    assert row["lo"] == pytest.approx(lo, abs=0.006)
    assert row["hi"] == pytest.approx(hi, abs=0.06)
    assert row["p"] == pytest.approx(at_least(after, before + after, NULL))
    assert row["p_min"] == pytest.approx(NULL ** (before + after))


@pytest.mark.parametrize(
    ("year", "k0", "k1"),
    [(2014, 0, 3), (2017, 0, 3), (2019, 0, 3), (2020, 1, 2), (2021, 1, 2), (2022, 2, 1)],
)
def test_break_years(data, allowed, year, k0, k1):
    """The p of each break year is a binomial sum over the years from it."""
    grid = subject.specifications(
        allowed,
        data[1],
        "russia",
        texts=TEXTS,
        window=WINDOW,
        break_years=[year],
        codings=["standard"],
        exposures=["years"],
    )
    assert grid[["before", "after"]].to_numpy().tolist() == [[k0, k1]]
    assert grid["p"].iloc[0] == pytest.approx(at_least(k1, 3, (2025 - year) / 34))


def test_break_years_as_printed(data, allowed):
    """The values of the method note, to three decimals."""
    grid = subject.specifications(
        allowed,
        data[1],
        "russia",
        texts=TEXTS,
        window=WINDOW,
        break_years=range(2014, 2023),
        codings=["standard"],
        exposures=["years"],
    )
    expected = [0.034, 0.025, 0.019, 0.013, 0.009, 0.0055, 0.059, 0.038, 0.242]
    assert list(grid["p"]) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(("coding", "tip"), [("strict", 1), ("standard", 3), ("liberal", 8)])
def test_tipping_point_from_both_sides(allowed, coding, tip):
    """One event fewer keeps the one-sided p below 0.05, the tipping number loses it."""
    fading = subject.tipping(allowed, "russia", WINDOW, 2019, 0.05, coding=coding)
    k = {"strict": 2, "standard": 3, "liberal": 5}[coding]
    kept, lost = (at_least(k, k + u, NULL) for u in (tip - 1, tip))
    assert kept < 0.05 <= lost
    assert fading.loc[tip - 1, "p"] == pytest.approx(kept)
    assert fading.loc[tip, "p"] == pytest.approx(lost)
    assert fading.loc[fading["p"] >= 0.05, "extra"].min() == tip


def test_the_interval_is_lost_one_event_earlier(allowed):
    """By the two-sided interval one more event keeps the rise and two lose it."""
    fading = subject.tipping(allowed, "russia", WINDOW, 2019, 0.05, coding="standard")
    assert list(fading["verdict"].iloc[:3]) == ["consistent", "consistent", "not testable"]
    assert ratio_ends(1, 3)[0] > 1 > ratio_ends(2, 3)[0]


def test_five_known_events_undo_it(allowed):
    """With the five of the public record the interval straddles one."""
    fading = subject.tipping(allowed, "russia", WINDOW, 2019, 0.05, coding="standard")
    row = fading.loc[5]
    assert (row["estimate"].lo, row["estimate"].hi) == pytest.approx(ratio_ends(5, 3), rel=1e-6)
    assert row["verdict"] == "not testable"


def test_the_count_that_decides_a_rate():
    """The named count is the last (or first) at which the interval clears one."""
    ways = [rate_ratio((u, 28), (3, 6)) for u in range(60)]
    assert subject.turning(ways, "gt", 1) == "1 or fewer (false at 44 or more)"
    assert ratio_ends(43, 3)[1] > 1 > ratio_ends(44, 3)[1]
    ways = [rate_ratio((5, 28), (k, 6)) for k in range(60)]
    assert subject.turning(ways, "gt", 1) == "5 or more"
    assert ratio_ends(5, 4)[0] < 1 < ratio_ends(5, 5)[0]


def test_the_count_that_decides_a_part_of_named_events():
    """25 events with others and none with Russia before would pass the two-sided test."""
    ways = [odds_ratio((0, m), (3, 11)) for m in range(60)]
    assert subject.turning(ways, "gt", 1) == "25 or more"
    assert fisher(0, 24, 3, 11) > 0.025 > fisher(0, 25, 3, 11)


def test_the_count_that_decides_a_share():
    """Ten of eleven are above half by the exact interval, one of eleven is below."""
    ways = [proportion(k, 11, 0.5) for k in range(12)]
    assert subject.turning(ways, "gt", 0.5) == "10 or more (false at 1 or fewer)"
    assert clopper_pearson(9, 11)[0] < 0.5 < clopper_pearson(10, 11)[0]
    assert clopper_pearson(1, 11)[1] < 0.5 < clopper_pearson(2, 11)[1]


def test_the_share_of_cooperative_events(allowed):
    """Three of eleven, with the interval of the method note."""
    counted = subject.dated(allowed, "standard", WINDOW)
    later = counted[(counted["year"] >= 2019) & (counted["valence"] == "1")]
    k, n = int((later["direction"] == "russia").sum()), len(later)
    found = proportion(k, n, 0.5)
    assert (k, n) == (3, 11)
    assert (found.lo, found.hi) == pytest.approx(clopper_pearson(3, 11))
    assert (found.lo, found.hi) == pytest.approx((0.06, 0.61), abs=0.005)
    assert found.p == pytest.approx(at_least(3, 11, 0.5))


def test_216_specifications(data, allowed):
    """Three codings, two measures, six break years, six choices of texts; each p recounted."""
    every = subject.specifications(
        allowed, data[1], "russia", texts=TEXTS, window=WINDOW,
        break_years=range(2014, 2020), drops=["none", *TEXTS],
    )  # fmt: skip
    assert len(every) == 3 * 2 * 6 * 6
    assert not every.duplicated(["coding", "dropped", "break_year", "exposure"]).any()
    years = every[every["exposure"] == "years"]
    for row in years.itertuples():
        n = row.before + row.after
        expected = at_least(row.after, n, (2025 - row.break_year) / 34) if n else 1
        assert row.p == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("irgengioro2022", 2),
        ("gungor2020", 3),
        ("diplomat2024", 2),
        ("caci2025", 3),
        ("yan2024", 3),
    ],
)
def test_without_one_text(data, allowed, text, k):
    """The treaty has two witnesses; the pipeline and the visit of 2024 have one each."""
    left = subject.admitted(allowed, data[1], [t for t in TEXTS if t != text])
    counted = subject.dated(left, "standard", WINDOW)
    assert int((counted["direction"] == "russia").sum()) == k


def test_no_text_and_no_event(data):
    """Without texts there is nothing to test, and nothing breaks."""
    none = subject.admitted(*data, [])
    found = subject.by_coding(none, "russia", WINDOW, 2019, 0.05).loc["standard"]
    assert (found["rate_verdict"], found["odds_verdict"]) == ("not testable", "not testable")


def test_bases_of_dates(data):
    """The pipeline is dated by a citation, the neutral stance is implied."""
    for bases, gone in (
        (["stated", "implied"], "rus_pipeline_2021"),
        (["stated"], "rus_neutral_2022"),
    ):
        assert gone not in set(subject.admitted(*data, TEXTS, bases)["event_id"])


def test_equal_weights_are_no_weights():
    """The inverted test on weights reproduces Clopper and Pearson, and Fisher."""
    for k0, k1 in ((0, 3), (2, 3), (5, 3)):
        plain, heavy = rate_ratio((k0, 28), (k1, 6)), weighted([1] * k0, [1] * k1, (28, 6), 0.05)
        assert (heavy.p, heavy.p_min) == pytest.approx((plain.p, plain.p_min))
        assert (heavy.lo, heavy.hi) == pytest.approx(tuple(ratio_ends(k0, k1)), rel=1e-6)
        assert heavy.point == pytest.approx(plain.point)
    plain, heavy = (
        odds_ratio((2, 14), (3, 11)),
        weighted([1] * 2, [1] * 3, (14, 11), 0.05, drawn=True),
    )
    assert heavy.p == pytest.approx(fisher(2, 14, 3, 11))
    assert (heavy.lo, heavy.hi) == pytest.approx((plain.lo, plain.hi), rel=1e-4)


def test_weights_by_dealing_all_subsets():
    """The p of weighted events is the chance of as much weight when events are dealt anew."""
    before, after = [2, 1], [3, 2, 1]
    weights = [*before, *after]
    chance = 0.0
    for later in itertools.product((0, 1), repeat=len(weights)):
        if sum(w for w, is_later in zip(weights, later, strict=True) if is_later) >= sum(after):
            chance += math.prod(NULL if is_later else 1 - NULL for is_later in later)
    assert weighted(before, after, (28, 6), 0.05).p == pytest.approx(chance)
    every = [*weights, *[0] * 10]
    deals = list(itertools.combinations(range(len(every)), 6))
    hits = sum(sum(every[i] for i in deal) >= sum(after) for deal in deals)
    found = weighted(before, after, (9, 6), 0.05, drawn=True)
    assert found.p == pytest.approx(hits / len(deals))


def test_a_break_year_flips_and_its_neighbours_do_not(allowed):
    """The named year is the nearest at which the verdict is another one."""
    counted = subject.dated(allowed, "standard", WINDOW)
    name, value = subject.flip_point(counted, subject.GROUPS["China"], WINDOW, 2019, 0.05)
    years = {}
    for year in range(1995, 2024):
        k0 = int(((counted["direction"] == "china") & (counted["year"] < year)).sum())
        lo, hi = ratio_ends(k0, 5 - k0, year - 1991, 2025 - year)
        years[year] = "consistent" if lo > 1 else "contradicted" if hi < 1 else "not testable"
    assert name == "break_year"
    assert years[value] != years[2019]
    nearer = [y for y in years if abs(y - 2019) < abs(value - 2019)]
    assert {years[y] for y in nearer} == {years[2019]}


def test_a_level_flips_where_no_year_does():
    """Four events in the second of two years: the two-sided p is twice a sixteenth."""
    events = pd.DataFrame({"direction": ["x"] * 4, "year": [2024] * 4})
    name, value = subject.flip_point(events, ["x"], (2023, 2024), 2024, 0.05)
    assert name == "alpha"
    assert float(value) == pytest.approx(2 / 16, rel=1e-3)
    words = [judge_sample(rate_ratio((0, 1), (4, 1), a), "gt", 1) for a in (0.1249, 0.1251)]
    assert words == ["not testable", "consistent"]


def test_only_one_break_year_fits_between_two_levels(data, allowed):
    """Under the strict coding 2018 passes above its p of (7/34) squared, 2019 alone below."""
    grid = subject.specifications(
        allowed, data[1], "russia", texts=TEXTS, window=WINDOW,
        break_years=range(2014, 2020), exposures=["years"],
    )  # fmt: skip
    p = grid.pivot(index="break_year", columns="coding", values="p")[list(subject.CODINGS)]
    alone, (name, level) = subject.sole_fit(p, 2019, 0.05)
    assert alone == [False, False, False]
    assert (name, level) == ("alpha", 0.0423)
    assert level < (7 / 34) ** 2 < 0.0424
    assert any(subject.sole_fit(p, 2019, level)[0])
    assert not any(subject.sole_fit(p, 2019, 0.0424)[0])


def test_a_weighted_draw_that_no_odds_can_make_rare_has_no_lower_end():
    """One of two events must fall in the later draw, so weight 3 never has a chance below 1/2."""
    found = weighted([1], [3], (1, 12), 0.05, drawn=True)
    assert found.lo == 0.0
    assert 1 < found.hi < math.inf
    assert found.p == pytest.approx(1 - 1 / 13)
