"""Numbers of a running text: what is proposed, and what is left to a person."""

import math

import pytest

from asprinted.finding import candidates, numbers
from asprinted.vocabulary import ENGLISH


def told(content, **more):
    """Return what is proposed: the phrase, and its unit with its bounds or nothing."""
    found = {}
    for candidate in candidates("sixth", content, **more):
        reading = candidate.reading
        bounds = reading and reading.interval()
        found[candidate.printed] = reading and (
            reading.unit,
            float(bounds.lo),
            float(bounds.hi),
        )
    return found


@pytest.mark.parametrize(
    ("content", "tokens"),
    [
        ("1,950 of 7.5%", ["1", "950", "7", "5", "%"]),
        ("one-third", ["one", "third"]),
        ("Hundreds, twice; the second half", ["Hundreds", "twice", "second", "half"]),
        ("someone often tensed at a tenth", ["tenth"]),
        ("trebled, then halved: a fivefold rise", ["trebled", "halved", "fivefold"]),
        ("x¹ ½ G039220N", ["¹", "½", "039220"]),
        ("per cent and percentages", ["per cent"]),
        ("for decades both once", []),
    ],
)
def test_numbers_of_a_text(content, tokens):
    assert [content[p.start : p.stop] for p in numbers(content)] == tokens


@pytest.mark.parametrize(
    ("content", "printed", "unit", "hedge"),
    [
        (
            "rose to approximately $72.9 million a",
            "approximately $72.9 million",
            "usd",
            "about",
        ),
        ("with nearly 70 years of", "nearly 70 years", "years", "nearly"),
        ("More than fifty percent of it", "More than fifty percent", "share", "over"),
        ("one-third of all", "one-third", "share", "none"),
        ("around 37 km away", "around 37 km", "km", "about"),
        ("stood at $3.85\nbillion, then", "$3.85 billion", "usd", "none"),
        ("more than\n90%", "more than 90%", "share", "over"),
    ],
)
def test_candidate_carries_hedge_and_unit(content, printed, unit, hedge):
    (found,) = candidates("sixth", content)
    assert found.printed == printed
    assert (found.reading.unit, found.reading.hedge) == (unit, hedge)


def test_candidate_does_not_run_over_a_paragraph():
    (found,) = candidates("sixth", "and over\n\n90%")
    assert found.printed == "90%"


@pytest.mark.parametrize(
    ("content", "printed", "lo", "hi"),
    [
        ("Not less than 40 percent of it", "Not less than 40 percent", 0.4, 1),
        ("No more than 30% may be owed", "No more than 30%", 0, 0.3),
        ("or at least $1.8 billion in", "at least $1.8 billion", 1.8e9, math.inf),
        ("up to 40 per cent of", "up to 40 per cent", 0, 0.4),
        ("some $4.6bn, then", "some $4.6bn", 4.55e9, 4.65e9),
        ("the loan of $2.5bn was", "$2.5bn", 2.45e9, 2.55e9),
        ("It lent A$5 million, and", "A$5 million", 4.5e6, 5.5e6),
        ("and €4.3 billion then", "€4.3 billion", 4.25e9, 4.35e9),
        ("or 12 billion yuan in all", "12 billion yuan", 11.5e9, 12.5e9),
        ("a growth rate of −8.4%.", "−8.4%", -0.0845, -0.0835),
        ("a growth rate of -8.4%.", "-8.4%", -0.0845, -0.0835),
        ("rose 9.4 percentage\npoints in", "9.4 percentage points", 0.0935, 0.0945),
    ],
)
def test_a_candidate_keeps_every_word_that_turns_its_bounds(content, printed, lo, hi):
    (found,) = candidates("sixth", content)
    assert found.printed == printed
    bounds = found.reading.interval()
    assert (float(bounds.lo), float(bounds.hi)) == (
        pytest.approx(lo),
        pytest.approx(hi),
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # hedges, also behind the number and after "or"
        (
            "or at least $1.8 billion,",
            {"at least $1.8 billion": ("usd", 1.8e9, math.inf)},
        ),
        (
            "or less than one in two hundred of",
            {"less than one in two hundred": ("share", 0, 0.005)},
        ),
        (
            "for five or more countries",
            {"five or more countries": ("count", 5, math.inf)},
        ),
        ("some 45 per cent or\nmore of it", {"some 45 per cent or more": None}),
        # ranges, and what only looks like one
        ("cost $1.5-1.8 billion, or", {"$1.5-1.8 billion": ("usd", 1.45e9, 1.85e9)}),
        ("rose from 6 to 13 per cent.", {"from 6 to 13 per cent": None}),
        ("fell 5 per cent to 12 per cent", {"5 per cent to 12 per cent": None}),
        ("fell by $3bn to $7bn", {"$3bn to $7bn": None}),
        ("won by 61 to 15", {"61 to 15": None}),
        # two numbers side by side, one of them perhaps a year
        (
            "from 2012 five people came",
            {"2012": None, "five people": ("persons", 5, 5)},
        ),
        (
            "$5 in half the cases",
            {"$5": ("usd", 4.5, 5.5), "half": ("share", 0.5, 0.5)},
        ),
        ("it rose to over 2010.", {"over 2010": None}),
        ("5 or 7 per cent", {"5 or 7 per cent": None}),
        ("loans of $5 or three", {"$5 or three": None}),
        ("ranked 12 of three", {"12": ("count", 11.5, 12.5), "three": None}),
        # a number that is part of a longer one, of a name or a rate
        (
            "12 MiG-29s and T-72 tanks",
            {"12": ("count", 11.5, 12.5), "29": None, "72 tanks": None},
        ),
        ("of COVID-19, in the G20", {"19": None, "20": None}),
        ("call +976 11 318 302 now", {"+976 11 318 302": None}),
        ("on 2020-03-12 at 10:30", {"2020-03-12 at 10:30": None}),
        ("a 155-mm gun, 30-odd camps", {"155": None, "30-odd": None}),
        ("$75 a barrel, 2.8 per woman", {"$75 a barrel": None, "2.8 per woman": None}),
        (
            "37 km² of land, $5 billion¹",
            {"37 km": None, "²": None, "$5 billion": ("usd", 4.5e9, 5.5e9), "¹": None},
        ),
        (
            "hundreds of millions of dollars",
            {"hundreds of millions of dollars": ("usd", 1e8, math.inf)},
        ),
        (
            "40 per cent of people, of tourists 5 per cent",
            {
                "40 per cent": ("share", 0.395, 0.405),
                "5 per cent": ("share", 0.045, 0.055),
            },
        ),
        (
            "five million and 300 thousand people",
            {"five million and 300 thousand people": None},
        ),
        # places in a text and in time
        ("see p. 37 and Table 4", {"37": None, "4": None}),
        ("the Boeing 737, Resolution 1325", {"737": None, "1325": None}),
        ("the 12 March elections and May 15-16", {"12": None, "15-16": None}),
        (
            "came to $6.9bn.4 Coal exports",
            {"$6.9bn": ("usd", 6.85e9, 6.95e9), "4": None},
        ),
        ("five months of imports [12].", {"five months": ("months", 5, 5), "12": None}),
        (
            "in the 1990s, the 19th of May, 21st of all",
            {"1990s": None, "19th": None, "21st": None},
        ),
        ("In 2019 people left", {"2019 people": None}),
        (
            "In 2019 some 40 people left",
            {"2019": None, "some 40 people": ("persons", 35, 45)},
        ),
        (
            "the years 2012-2015, the 2018 2019 budgets",
            dict.fromkeys(("2012-2015", "2018", "2019")),
        ),
        ("the 1990s 4 banks", {"1990s": None, "4 banks": ("count", 3.5, 4.5)}),
        ("it was 2012 $5 then", {"2012": None, "$5": ("usd", 4.5, 5.5)}),
        ("paid 2012 $ then", {"2012 $": None}),
        ("lent $3bn in 2019", {"$3bn": ("usd", 2.5e9, 3.5e9), "2019": None}),
        ("rose from 3 to 5 per cent in 2012", {"from 3 to 5 per cent in 2012": None}),
        # words with two senses
        (
            "a third of it, a fifth country",
            {"a third": ("share", 1 / 3, 1 / 3), "a fifth": None},
        ),
        ("the second quarter, half-hearted", {"second quarter": None, "half": None}),
        ("he came twice, or three times", {"twice": None, "three times": None}),
        (
            "twice the sum, doubled down",
            {"twice": ("times", 2, 2), "doubled down": None},
        ),
        ("one of them won 12 won", {"one": None, "12 won": None}),
        ("grown over 20 years, and", {"over 20 years": None}),
        ("a dispute about two islands", {"about two": None}),
        (
            "three times more, 40 per cent less",
            {"three times more": None, "40 per cent less": None},
        ),
        # what negates or blurs is kept
        ("not 40 per cent of", {"not 40 per cent": None}),
        ("hardly more than 40%", {"hardly more than 40%": None}),
        ("several hundred people", {"several hundred people": None}),
        ("rather than 40 per cent", {"than 40 per cent": None}),
        ("Neither ratio exceeds 30%", {"exceeds 30%": None}),
        ("it did not exceed 30%", {"not exceed 30%": ("share", 0, 0.3)}),
        ("it did not even reach 30%", {"30%": None}),
        ("it isn’t\nmore than 30%", {"more than 30%": None}),
        ("None paid more than $5 million", {"more than $5 million": None}),
        ("nearly, but not quite, 30%", {"30%": None}),
        ("no doubt it is 30%", {"30%": ("share", 0.295, 0.305)}),
        ("around the 40% mark", {"40%": None}),
        ("perhaps 40%, at best 30%", {"perhaps 40%": None, "at best 30%": None}),
        ("40%, or more, of all", {"40%": None}),
        ("40% (or less) of it", {"40%": None}),
        (
            "40%, or more than half",
            {"40%": ("share", 0.395, 0.405), "more than half": ("share", 0.5, 1)},
        ),
        ("the sum is $5 million if not more", {"$5 million": None}),
        ("±3%, or +/- 4%", {"3%": None, "4%": None}),
        # words that are broken over a line
        ("ap-\nproximately 40%", {"40%": None}),
        ("rose 9.4 percent-\nage points", {"9.4 percent": None}),
        ("24 mil-\nlion tonnes", {"24": None}),
        ("$24 mil-\nlion", {"$24": None}),
        ("some two-\nthirds of", {"some two- thirds": ("share", 37 / 60, 43 / 60)}),
        # a multiplier that stands elsewhere or is not known
        (
            "$5, $6 or $7 million",
            {"$5": None, "$6 or $7 million": ("usd", 5.5e6, 7.5e6)},
        ),
        ("$12 (then $11) million", {"$12": None, "$11": None, "million": None}),
        ("$3.2 jn or $4 MM of it", {"$3.2": None, "$4": None}),
        ("5 MM barrels; 12 MPs", {"5": None, "12": ("count", 11.5, 12.5)}),
        ("5 billion CFA francs", {"5 billion": None}),
        ("5 bn US-dollars", {"5 bn": None}),
        ("10-12,000 troops, a 5%+ rate", {"10-12,000 troops": None, "5%": None}),
        ("$5 million per annum", {"$5 million per annum": None}),
        (
            "$5bn in 2023 - nearly halved",
            {"$5bn": ("usd", 4.5e9, 5.5e9), "2023": None, "nearly halved": None},
        ),
        ("a deficit of -$3.2bn", {"-$3.2bn": ("usd", -3.25e9, -3.15e9)}),
        # a multiple that is a fall
        ("aid fell nearly tenfold", {"nearly tenfold": None}),
        (
            "a threefold drop; a tenfold rise",
            {"threefold": None, "tenfold": ("times", 10, 10)},
        ),
        # the mark of a note before a number
        ("a year earlier.1 Some 60%", {"1": None, "Some 60%": ("share", 0.55, 0.65)}),
        ("he left.”1 Some 60%", {"1": None, "Some 60%": ("share", 0.55, 0.65)}),
        ("it rose .5 percent", {".5 percent": ("share", 0.0045, 0.0055)}),
        ("40+ countries", {"40+ countries": ("count", 40, math.inf)}),
        ("8 percent over the past year", {"8 percent": ("share", 0.075, 0.085)}),
        ("8 percent over years", {"8 percent": ("share", 0.075, 0.085)}),
        ("8 percent over 12 people", {"8 percent over 12 people": None}),
        ("8 percent 12 years", {"8 percent 12 years": None}),
        (
            "8 percent over more than twenty five years",
            {
                "8 percent": ("share", 0.075, 0.085),
                "over more than twenty five years": None,
            },
        ),
        ("lent 8,4 Mrd. zlotys", {"8,4 Mrd. zlotys": ("pln", 8.35e9, 8.45e9)}),
        # a unit that is not told
        ("more than 200,000. The", {"more than 200,000": None}),
        ("an average of 71.4 in 2021", {"71.4": None, "2021": None}),
        ("9 of the 21 lakes", {"9": ("count", 8.5, 9.5), "21": ("count", 20.5, 21.5)}),
    ],
)
def test_no_wrong_reading_is_proposed(content, expected):
    found = told(content)
    assert found.keys() == expected.keys()
    for printed, bounds in expected.items():
        assert found[printed] == (
            bounds and (bounds[0], *map(pytest.approx, bounds[1:]))
        )


def test_several_numbers_of_one_line_are_proposed_each():
    found = told("from $3bn in 2010 to $5bn in 2015, a loan of 35 years at 2 per cent")
    assert list(found) == ["$3bn", "2010", "$5bn", "2015", "35 years", "2 per cent"]
    assert found["$3bn"] == ("usd", 2.5e9, 3.5e9)
    assert found["2010"] is None


def test_what_a_table_accounts_for_is_not_proposed_again():
    content = "between 5 and 7 per cent, and 12 countries"
    place = content.index("5"), content.index(",")
    assert told(content, accounted=[place]) == {"12 countries": ("count", 11.5, 12.5)}
    assert told(content, accounted=[(0, 9)])["7"] is None


def test_words_of_a_study_are_found():
    words = ENGLISH.extended({"units": {"yurts": ["yurts"]}})
    assert told("It has 40 yurts now", words=words) == {
        "40 yurts": ("yurts", 39.5, 40.5)
    }


def test_a_row_holds_what_is_certain():
    """The text, the place, that a count has no unit and a year is a period."""
    content = "from 2012-2015 it lent 12 temples $5m"
    rows = [candidate.row() for candidate in candidates("sixth", content)]
    named = ("source_id", "printed", "char_start", "unit_elsewhere", "reason")
    assert [tuple(row[name] for name in named) for row in rows] == [
        ("sixth", "2012-2015", "5", "", "period"),
        ("sixth", "12", "23", "count", ""),
        ("sixth", "$5m", "34", "", ""),
    ]


def test_a_year_is_told_whether_it_stands_alone_or_in_part():
    (span,) = candidates("sixth", "of 2012-2015")
    assert span.told().endswith("'2012-2015' (perhaps a year)")
    (part,) = candidates("sixth", "of 2012-2015", accounted=[(3, 8)])
    assert part.told().endswith("'2015' (perhaps a year)")
    (count,) = candidates("sixth", "it lent 12 temples money")
    assert count.told().endswith("'12' (unit count, hedge none)")


def test_a_reason_is_given_where_nothing_is_proposed():
    (page, change) = candidates("sixth", "on page 12 it rose from 6 to 13 per cent")
    assert page.told() == (
        "sixth, character 8: '12' (cannot be read: it may be a place in a text, or part "
        "of a name)"
    )
    assert change.told().endswith(
        "it may be a range, or a change from one to the other)"
    )
