"""Charts: what they draw, what they say, and that nothing else gets into a page."""

import base64
import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawings import labels, problems, stray_numbers

from asprinted import charts, palette, svg
from asprinted.charts import figure, style
from asprinted.charts.bars import _stacks
from asprinted.intervals import Interval
from asprinted.quantities import known

WORDS = {
    "title": "One of the two leads the other by far, whoever counts",
    "subtitle": "Share of all, per cent, 2019, two figures",
}
HOSTILE = "<script>alert(1)</script>&\"'"
YEARS = list(range(2005, 2025))


def two(**more):
    frame = {
        "label": ["Author 2020", "A page, 2019"],
        "quantity": [Interval(0.5, 1, lo_open=True), Interval(0.205, 0.215)],
        "verdict": ["follows", "ruled_out"],
    }
    return pd.DataFrame({**frame, **more})


def waves(name="all", shift=0.0):
    values = [0.5 + 0.3 * math.sin(year / 3) + shift for year in YEARS]
    return pd.DataFrame({"year": YEARS, "series": name, "value": values})


def make_ranges(**options):
    texts = ["over, if it counts money", "under by 12 points"]
    given = {"threshold": 1 / 3, "threshold_label": "limit: one third"}
    given |= {"sides": ("within", "over"), "limits": (0, 1)} | options
    frame = two(text=texts, sub=["“more than half”", "“21 percent”"])
    return charts.ranges(frame, unit="share", **given, **WORDS)


def make_pairs():
    frame = pd.DataFrame(
        {
            "label": ["sold", "bought"],
            "group": ["One", "Two"],
            "point": [7.14e6, 58.1e6],
            "reference": [6.2e6, 29.1e6],
            "shown": ["", ""],
        }
    )
    names = ("printed", "office")
    return charts.ranges(frame, unit="usd", log=True, join=True, names=names, **WORDS)


def make_dots():
    frame = pd.DataFrame({"label": list("aabbb"), "value": [0.9, 1.1, 0.3, 2, 6.8]})
    frame = frame.assign(
        name=["", "", "", "", "bought: 6.8"], hollow=[False, True] * 2 + [True]
    )
    look = {"log": True, "threshold": 1, "threshold_label": "same", "band": (0.5, 2)}
    return charts.dots(frame, unit="times", limits=(0.1, 10), **look, **WORDS)


def make_lines():
    frame = pd.concat([waves(), waves("without the two", 0.1).assign(style="dotted")])
    marks = {"year": [2018, None], "lo": [0.6, 0.9], "hi": [0.8, 1.0]}
    marks |= {"lo_open": [False, True], "label": ["a print", "no year"]}
    labels = {"year": [2016], "series": ["all"], "text": ["a dip"], "side": ["below"]}
    squares = {
        "year": [2005, 2006],
        "row": "higher later",
        "kind": ["filled", "hatched"],
    }
    return charts.lines(
        frame,
        unit="share",
        threshold=0.9,
        threshold_label="nine tenths",
        levels={"as in 2024": 0.7},
        marks=pd.DataFrame(marks),
        labels=pd.DataFrame(labels),
        squares=pd.DataFrame(squares),
        limits=(0, 1),
        **WORDS,
    )


def make_panels():
    dollars = waves().assign(panel="Dollars", value=lambda f: f["value"] * 1e8)
    frame = pd.concat([dollars, waves().assign(panel="Share")])
    units = {"Dollars": "usd", "Share": "share"}
    return charts.lines(frame, unit=units, main=True, **WORDS)


def make_bars():
    frame = pd.DataFrame(
        {"label": ["one", "two"], "value": [0.9, 0.2], "second": [None, 0.3]}
    )
    frame = frame.assign(second_text=["", "another 30%"])
    return charts.bars(
        frame, unit="share", threshold=0.5, threshold_label="half", **WORDS
    )


def make_stack():
    frame = pd.DataFrame({"label": ["one", "two"], "for": [10, 1], "not said": [2, 11]})
    return charts.bars(frame, unit="count", parts=["for", "not said"], **WORDS)


def make_columns():
    frame = pd.DataFrame({"label": YEARS, "ours": 1.0, "all other": range(20)})
    return charts.columns(frame, unit="gwh", parts=["ours", "all other"], **WORDS)


def make_tiles():
    frame = pd.DataFrame({"army": ["yes", "?"], "won": ["no", "yes"]}, index=["A", "B"])
    return charts.tiles(frame, outcome="won", key={"?": "not said"}, **WORDS)


def make_halves():
    cells = {"links": ["follows|open", ""], "cure": ["no_figure|ruled_out", "|opposed"]}
    frame = pd.DataFrame(cells, index=["A text", "Another text"])
    groups = {"Diagnosis": ["links"], "Cures": ["cure"]}
    return charts.tiles(frame, groups=groups, halves=("print", "others"), **WORDS)


def make_timeline():
    frame = pd.DataFrame(
        {
            "lane": ["first", "first", "second"],
            "start": [0, 6, 0],
            "end": [None, None, 9],
            "open_end": [False, False, True],
            "label": ["declared", "welcomed by the Assembly", "not recognised"],
        }
    )
    rule = {"rule": 9, "rule_label": "year 9", "limits": (0, 20)}
    return charts.timeline(frame, years=False, **rule, **WORDS)


def make_map():
    outline = {
        "size": [400, 200],
        "shapes": {
            "aa": [[[0, 0], [200, 0], [200, 200], [0, 200]]],
            "bb": [[[200, 0], [400, 0], [400, 200]]],
        },
        "points": {"home": [100, 100], "port": [350, 60]},
        "attribution": "Drawn by hand.",
    }
    legs = pd.DataFrame({"start": ["home"], "end": ["port"], "label": ["by rail"]})
    return charts.route_map(legs, outline=outline, labels={"aa": "Land"}, **WORDS)


MAKERS = [
    *(
        make_ranges,
        make_pairs,
        make_dots,
        make_lines,
        make_panels,
        make_bars,
        make_stack,
    ),
    *(make_columns, make_tiles, make_halves, make_timeline, make_map),
]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__.removeprefix("make_"))
def maker(request):
    return request.param


@pytest.fixture
def made(maker):
    return maker()


def test_labels_stand_inside_and_apart(made):
    assert problems(made.wide) == []
    assert problems(made.narrow) == []


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([(80, "too long for it")], ["clipped: 'too long for it'"]),
        ([(5, "one"), (15, "two")], ["overlap: 'one' and 'two'"]),
        ([(5, "one"), (50, "two")], []),
    ],
)
def test_the_check_sees_labels_that_are_clipped_or_overlap(texts, found):
    with style.house():
        board = style.Board(100, 40)
        for x, text in texts:
            board.write(x, 20, text)
        drawing = svg.clean(figure._svg(board), prefix="t", alt="")
    assert problems(drawing) == found


def test_numbers_of_the_alternative_text_are_in_the_data(made):
    assert stray_numbers(made.record(), made.wide) == []
    assert 100 <= len(made.alt) <= 300


def test_stray_numbers_are_found():
    given = make_ranges(
        alt="Two figures: 21% and more than 50%; a third figure of 37%."
    )
    assert stray_numbers(given.record(), given.wide) == ["37"]


def test_a_chart_drawn_twice_is_the_same_byte_for_byte(made, maker):
    again = maker()
    assert (again.wide, again.narrow) == (made.wide, made.narrow)
    assert again.png() == made.png()


def test_drawings_are_safe_and_take_their_colours_from_the_page(made):
    for drawing in (made.wide, made.narrow):
        root = ET.fromstring(drawing)
        assert root.attrib["role"] == "img" and root.attrib["aria-label"] == made.alt
        svg.refuse_unsafe(drawing)
        assert not re.search(
            r'="#[0-9a-fA-F]{3,8}"', re.sub(r' href="[^"]*"', "", drawing)
        )
        tokens = set(re.findall(r"var\(--([\w-]+)\)", drawing))
        assert tokens <= set(palette.LIGHT)


def test_ids_differ_between_boards_and_all_references_resolve(made):
    seen = set()
    for drawing in (made.wide, made.narrow):
        ids = set(re.findall(r' id="([^"]+)"', drawing))
        assert not ids & seen
        seen |= ids
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', drawing))
        assert used <= ids


def test_boards_have_the_widths_of_the_page():
    for maker, wide in ((make_ranges, "680"), (make_panels, "976")):
        made = maker()
        assert f'viewBox="0 0 {wide} ' in made.wide
        assert 'viewBox="0 0 343 ' in made.narrow


def test_text_stays_text_and_none_is_small(made):
    sizes = re.findall(r'font-size="([\d.]+)', made.wide + made.narrow)
    assert sizes and min(map(float, sizes)) >= 12
    assert "<text" in made.wide


def test_the_bundle_holds_all_parts_apart():
    made = make_ranges()
    data, metadata = made._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.asprinted.figure+json",
        "application/vnd.asprinted.wide+svg",
        "application/vnd.asprinted.narrow+svg",
        "image/png",
        "text/plain",
    }
    assert metadata == {"image/png": {"alt": made.alt}}
    record = data["application/vnd.asprinted.figure+json"]
    assert list(record) == [
        "title",
        "subtitle",
        "alt",
        "note",
        "sources",
        "columns",
        "data",
        "main",
    ]
    assert json.loads(json.dumps(record)) == record
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")


def test_the_picture_is_small(made):
    assert len(made.png()) < 60_000
    assert len(made.wide) < 25_000


def test_nothing_is_drawn_in_a_sweep():
    token = charts.BRIEF.set(True)
    try:
        made = make_ranges()
    finally:
        charts.BRIEF.reset(token)
    assert (made.wide, made.narrow, made.png()) == ("", "", b"")
    assert made.data == make_ranges().data
    assert set(made._repr_mimebundle_()[0]) == {
        "application/vnd.asprinted.figure+json",
        "text/plain",
    }


def test_a_hostile_label_is_only_text():
    frame = two(label=[HOSTILE, "b"], text=[HOSTILE, ""])
    made = charts.ranges(
        frame, unit="share", title=HOSTILE, subtitle=HOSTILE, alt=HOSTILE
    )
    for drawing in (made.wide, made.narrow):
        assert "<script" not in drawing
        root = ET.fromstring(drawing)
        texts = " ".join(node.text or "" for node in root.iter(f"{svg.SVG}text"))
        assert "<script>alert(1)" in texts
        assert root.attrib["aria-label"] == HOSTILE


def test_control_characters_are_not_drawn():
    words = "a\x1b[31mb\x00\u202ec"
    text = f'<text fill="{palette.colour("ink")}">{words}</text>'
    raw = f'<svg xmlns="{svg.SVG[1:-1]}" viewBox="0 0 9 9">{text}</svg>'
    root = ET.fromstring(svg.clean(raw, prefix="f", alt=words))
    assert "".join(root.itertext()) == root.attrib["aria-label"] == "a[31mbc"


def test_dollar_signs_are_not_formulas():
    frame = pd.DataFrame({"label": ["$5 and $6_x^2"], "lo": [0.1], "hi": [0.2]})
    made = charts.ranges(frame, unit="share", **WORDS)
    assert "$5 and $6_x^2" in made.wide


def rings(drawing):
    """Return how many marks are filled with the page colour and edged with another."""
    root = ET.fromstring(drawing)
    marks = list(root.iter(f"{svg.SVG}use"))
    return sum(
        node.attrib.get("fill", root.attrib.get("fill")) == "var(--bg)"
        for node in marks
    )


def test_an_open_end_is_a_ring_and_a_closed_one_is_not():
    is_open, closed = two(), two(quantity=[Interval(0.5, 1), Interval(0.2, 0.3)])
    drawn = [charts.ranges(frame, unit="share", **WORDS) for frame in (is_open, closed)]
    assert [rings(made.wide) for made in drawn] == [1, 0]
    assert [rings(made.narrow) for made in drawn] == [1, 0]


def test_a_row_without_a_figure_is_dotted():
    none = two(quantity=[None, Interval(0.2, 0.3)], text=["no figure", ""])
    made = charts.ranges(none, unit="share", **WORDS)
    paths = [node.attrib for node in ET.fromstring(made.wide).iter(f"{svg.SVG}path")]
    dotted = [path for path in paths if "stroke-dasharray" in path]
    assert [path["stroke"] for path in dotted] == ["var(--no-figure)"]
    assert "Author 2020: no figure." in made.alt
    assert made.data[0] == (
        "Author 2020",
        "follows",
        "no figure",
        None,
        None,
        "no",
        "no",
        None,
    )


def test_the_threshold_ends_above_rows_that_are_not_tested():
    line = {"threshold": 0.4, "threshold_label": "limit"}
    frames = (two(), two(untested=[False, True]))
    drawn = [charts.ranges(frame, unit="share", **line, **WORDS) for frame in frames]
    whole, short = (_lowest_rule(made.wide) for made in drawn)
    assert short < whole


def _lowest_rule(drawing):
    """Return how far down the line of a threshold reaches."""
    paths = [node.attrib for node in ET.fromstring(drawing).iter(f"{svg.SVG}path")]
    rules = [path["d"] for path in paths if path.get("stroke-width") == "2"]
    return max(float(y) for d in rules for y in re.findall(r"M[\d.]+ ([\d.]+)V", d))


def test_a_narrow_mark_and_its_number_stay_on_their_side_of_the_threshold():
    bounds = {"lo": [1.01, 0.98], "hi": [1.02, 0.99], "shown": ["more", "less"]}
    frame = pd.DataFrame({"label": ["first", "second"], **bounds})
    line = {"threshold": 1, "threshold_label": "same", "limits": (0, 10)}
    made = charts.ranges(frame, unit="times", **line, **WORDS)
    drawn = {label.text: label for label in labels(made.wide)}
    at = (drawn["same"].left + drawn["same"].right) / 2
    assert drawn["more"].left > at > drawn["less"].right
    paths = [node.attrib for node in ET.fromstring(made.wide).iter(f"{svg.SVG}path")]
    (bars,) = [path["d"] for path in paths if "stroke" not in path]
    starts = [float(x) for x in re.findall(r"M([\d.]+) ", bars)]
    assert starts[0] > at > starts[1] + 6


def test_a_part_of_nothing_is_neither_drawn_nor_told():
    """Of 10 and 0 and of nothing and 11 one part each is left."""
    frame = pd.DataFrame({"label": ["one", "two"], "for": [10, None], "other": [0, 11]})
    made = charts.bars(frame, unit="count", parts=["for", "other"], **WORDS)
    assert "one: for 10." in made.alt and "two: other 11." in made.alt


def test_a_missing_year_leaves_a_gap():
    whole = charts.lines(waves(), unit="share", **WORDS)
    gap = charts.lines(waves().query("year != 2011"), unit="share", **WORDS)
    assert [_runs(made.wide) for made in (whole, gap)] == [1, 2]


def _runs(drawing):
    """Return of how many runs the lines of a chart consist."""
    paths = [node.attrib for node in ET.fromstring(drawing).iter(f"{svg.SVG}path")]
    return sum(
        path["d"].count("M") for path in paths if path.get("stroke-width") == "2.25"
    )


def test_shares_stand_in_the_table_as_per_cent():
    made = charts.ranges(two(), unit="share", **WORDS)
    assert made.columns[2:4] == ("lower bound (%)", "upper bound (%)")
    assert made.data[1][2:4] == (20.5, 21.5)


def test_lines_of_one_unit_stand_in_the_table_in_it():
    """A share of 0.5 in the frame is 50 in the table, where all panels are shares."""
    frame = pd.DataFrame({"year": [2001, 2002], "series": "a", "value": [0.5, 0.25]})
    made = charts.lines(frame, unit="share", **WORDS)
    at = made.columns.index("value (%)")
    assert [row[at] for row in made.data] == [50, 25]


def test_years_of_lines_have_first_and_last():
    texts = {label.text for label in labels(make_lines().narrow)}
    assert {"2005", "2024"} <= texts


def test_a_log_axis_has_powers_of_ten_only():
    made = make_dots()
    texts = [label.text for label in labels(made.wide)]
    assert {"0.1", "1", "10 times"} <= set(texts)
    assert "5" not in texts


def test_heads_that_do_not_fit_become_letters_with_a_key():
    heads = [f"a rather long heading number {n}" for n in range(8)]
    frame = pd.DataFrame([["yes"] * 8], index=["case"], columns=heads)
    made = charts.tiles(frame, **WORDS)
    assert "A: a rather long heading number 0" in " ".join(
        label.text for label in labels(made.narrow)
    )
    assert problems(made.narrow) == []


def test_events_without_a_date_are_named_not_placed():
    events = pd.DataFrame(
        {
            "start": ["2019-09-03", "2021", None],
            "lane": ["Far north"] * 3,
            "label": ["a treaty", "a visit", "a lost visit"],
        }
    )
    made = charts.timeline(events, **WORDS)
    assert "Without a date: a lost visit." in made.note
    texts = " ".join(label.text for label in labels(made.wide))
    assert "a lost visit" not in texts and "Far north" in texts


def test_long_labels_fold():
    frame = two(label=["a label of many words that goes on " * 3, "b"])
    made = charts.ranges(frame, unit="share", **WORDS)
    assert problems(made.narrow) == []
    assert problems(made.wide) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: charts.ranges(two(), unit="share", titel="x", **WORDS), "titel"),
        (
            lambda: charts.ranges(two().drop(columns="label"), unit="share", **WORDS),
            "label",
        ),
        (lambda: charts.ranges(two().iloc[:0], unit="share", **WORDS), "no rows"),
        (lambda: charts.tiles(pd.DataFrame({"a": ["maybe"]}), **WORDS), "maybe"),
        (lambda: charts.lines(waves().assign(value=None), unit="share", **WORDS), "no"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize(
    "part",
    [
        "<script>1</script>",
        "<foreignObject/>",
        '<image href="x.png"/>',
        '<path d="M0 0" onclick="x" fill="#17202a"/>',
        '<path d="M0 0" fill="#123456"/>',
        '<use href="https://example.org/#a" fill="none"/>',
        '<path d="M0 0"/>',
        '<path d="M0 0" style="fill: url(https://example.org)"/>',
    ],
)
def test_what_is_not_allowed_in_a_drawing_raises(part):
    raw = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{part}</svg>'
    with pytest.raises(ValueError):
        svg.clean(raw, prefix="t", alt="")


def test_drawing_leaves_the_settings_of_the_caller_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    make_ranges()
    assert dict(mpl.rcParams) == before


def test_importing_charts_imports_nothing_slow_that_no_chart_needs():
    """Every kernel pays for it: one second of CPU for the statistical libraries."""
    slow = {"seaborn", "scipy", "statsmodels", "matplotlib.pyplot"}
    code = f"import sys, asprinted.charts; sys.exit(bool({slow} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="lists open files as Linux does"
)
def test_importing_charts_leaves_no_font_file_open():
    """Forked kernels would share the place in it, and read each other's letters."""
    code = (
        "import os, asprinted.charts; "
        "names = [os.readlink(e.path) for e in os.scandir('/proc/self/fd') "
        "if os.path.islink(e.path) and os.path.exists(e.path)]; "
        "raise SystemExit(any(name.endswith('.ttf') for name in names))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_bar_without_a_value_is_left_empty_and_named():
    rows = pd.DataFrame(
        {"label": ["Tin", "Coal"], "value": [None, 0.4], "hi": [None, 0.5]}
    )
    drawn = charts.bars(rows, unit="share", threshold=0.3, title="A", subtitle="Of two")
    assert {"Tin", "Coal"} <= {label.text for label in labels(drawn.wide)}


def test_letters_that_the_font_lacks_have_a_width(recwarn):
    """A sign of Chinese is as wide as the type is tall, an accent has no width."""
    face = style.Face(20)
    assert face.wide("\u4e2d\u56fd") == 40
    assert face.wide("\u4e2d\u0301") == 20
    assert face.wide("\u0259\u04b1") == 2 * 20 * 0.65
    name = "\u4e2d\u56fd \u182e\u1823 \u0259\u0493\u049b"
    frame = pd.DataFrame({"label": [name], "lo": [0.2], "hi": [0.4]})
    made = charts.ranges(frame, unit="share", title=name, subtitle=name)
    assert name in made.wide
    assert made.png().startswith(b"\x89PNG")
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


# --- the data of a chart ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "factor", "cell"),
    [
        *((None, 1, None), ("", 1, None), (math.nan, 1, None), (pd.NA, 1, None)),
        *(
            ("a", 1, "a"),
            (True, 1, "yes"),
            (np.False_, 1, "no"),
            (math.inf, 1, "no end"),
        ),
        *((0.205, 100, 20.5), (2.0, 1, 2), (1e14, 1, 10**14), (1e15, 1, 1e15)),
    ],
)
def test_a_cell_of_the_table(value, factor, cell):
    """Whole numbers have no decimals; from 1e15 on they are not written out."""
    found = figure._cell(value, factor)
    assert (found, type(found)) == (cell, type(cell))


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *((True, True), (1, True), ("yes", True), (np.True_, True)),
        *((False, False), (0, False), ("False", False), ("", False)),
        *((None, False), (math.nan, False), (pd.NA, False)),
    ],
)
def test_what_a_cell_says_yes_to(value, answer):
    assert figure.yes(value) is answer


def test_an_interval_counts_as_its_middle_and_nothing_as_no_number():
    assert figure.to_number(Interval(1, 3)) == 2
    assert figure.to_number(known("x", Interval(1, 3)) * 2) == 4
    assert math.isnan(figure.to_number(None))


def test_the_index_of_a_frame_is_left_out():
    frame = two().set_index("label", drop=False)
    assert list(figure.prepare(frame, ["label"], ["lo"])["lo"]) == [0.5, 0.205]


def test_a_bar_of_bounds_has_their_middle_as_its_value():
    frame = pd.DataFrame({"label": ["a"], "quantity": [Interval(0.2, 0.5)]})
    made = charts.bars(frame, unit="share", **WORDS)
    assert made.columns[:4] == (
        *("label", "value (%)", "lower bound (%)", "upper bound (%)"),
    )
    assert made.data[0][:4] == ("a", 35, 20, 50)


def test_a_unit_that_is_not_known_changes_no_number():
    frame = pd.DataFrame({"label": ["a"], "value": [12]})
    made = charts.bars(frame, unit="tonnes", **WORDS)
    assert (made.columns, made.data) == (("label", "value"), (("a", 12),))


def test_parts_are_stacked_from_nothing():
    frame = pd.DataFrame({"ours": [0.5, None], "theirs": [0.25, 2]})
    stacks = _stacks(frame, {"ours": "ink", "theirs": "mid"})
    first = [("ours", 0.5, (0, 0.5)), ("theirs", 0.25, (0.5, 0.75))]
    assert stacks == [first, [("theirs", 2, (0, 2))]]


def test_columns_tell_the_first_the_greatest_and_the_last():
    frame = pd.DataFrame(
        {"label": [2001, 2002, 2003, 2004, 2005], "a": [1, 2, 5, 4, 3]}
    )
    made = charts.columns(frame, unit="count", parts=["a"], **WORDS)
    assert made.alt.startswith("Columns. 2001: a 1. 2003: a 5. 2005: a 3.")


def test_a_bar_without_a_value_is_told_as_no_figure():
    frame = pd.DataFrame({"label": ["Tin", "Coal"], "value": [None, 0.4]})
    made = charts.bars(frame, unit="share", **WORDS)
    assert "Tin: no figure. Coal: 40%." in made.alt


def test_the_marks_of_a_pair_have_names_and_are_joined_if_asked():
    frame = pd.DataFrame({"label": ["a"], "point": [0.2], "reference": [0.4]})
    plain = charts.ranges(frame, unit="share", **WORDS)
    joined = charts.ranges(
        frame, unit="share", join=True, names=("print", "office"), **WORDS
    )
    assert plain.columns == ("label", "point (%)", "reference (%)")
    assert joined.columns == ("label", "print (%)", "office (%)")
    assert [strokes(made.wide).count("3") for made in (plain, joined)] == [0, 1]


def strokes(drawing):
    """Return how wide each line of a drawing is."""
    return [
        p.get("stroke-width") for p in ET.fromstring(drawing).iter(f"{svg.SVG}path")
    ]


def test_rows_of_dots_keep_their_order_on_an_even_axis():
    frame = pd.DataFrame({"label": ["b", "a"], "value": [0.5, -2]})
    made = charts.dots(frame, unit="index", **WORDS)
    assert "b: 0.5 to 0.5. a: −2 to −2." in made.alt
    assert "0" in {label.text for label in labels(made.wide)}


def test_series_keep_their_order_each_by_year():
    """A unit that all panels share is that of the table; years have none."""
    frame = pd.DataFrame(
        {
            "year": [2002, 2001, 2001],
            "series": ["b", "b", "a"],
            "value": [0.5, 0.25, 0.75],
            "panel": ["Two", "Two", ""],
        }
    )
    made = charts.lines(frame, unit={"Two": "share", "": "share"}, **WORDS)
    assert made.columns[:3] == ("year", "series", "value (%)")
    assert [row[:3] for row in made.data] == [
        *((2001, "b", 25), (2002, "b", 50), (2001, "a", 75)),
    ]
    mixed = charts.lines(frame, unit={"Two": "share", "": "usd"}, **WORDS)
    assert [row[2] for row in mixed.data] == [0.25, 0.5, 0.75]


def test_a_panel_tells_of_its_own_series():
    rows = {"series": ["a", "b"], "value": [0.5, 0.25], "panel": ["One", "Two"]}
    frame = pd.DataFrame({"year": 2001, **rows})
    made = charts.lines(frame, unit="share", **WORDS)
    assert made.alt.startswith("Lines over years. a, One: 50% in 2001. b, Two: 25% in")


def test_a_line_of_bounds_runs_through_their_middle():
    bounds = [Interval(0.2, 0.5), Interval(0.5, 0.5)]
    frame = pd.DataFrame({"year": [2001, 2002], "series": "a", "quantity": bounds})
    made = charts.lines(frame, unit="share", **WORDS)
    at = made.columns.index("value (%)")
    assert [row[at] for row in made.data] == [35, 50]


def test_lines_stand_on_an_axis_from_zero_with_a_strong_threshold_and_thin_levels():
    frame = pd.DataFrame({"year": [2001, 2002], "series": "a", "value": [0.5, 0.6]})
    rules = {"threshold": 0.7, "threshold_label": "limit", "levels": {"then": 0.65}}
    made = charts.lines(frame, unit="share", **rules, **WORDS)
    assert strokes(made.wide).count("1.75") == 1
    assert made.wide.count("stroke-dasharray") == 1
    assert "0" in {label.text for label in labels(made.wide)}
    near = charts.lines(frame, unit="share", zero=False, **WORDS)
    assert "0" not in {label.text for label in labels(near.wide)}


def test_a_table_of_tiles_names_its_rows_and_halves():
    frame = pd.DataFrame({"a": ["yes|no"]}, index=pd.Index(["one"], name="case"))
    made = charts.tiles(frame, halves=("print", "others"), **WORDS)
    assert made.columns == ("case", "a")
    texts = {label.text for label in labels(made.wide)}
    assert "Left half: print; right half: others." in texts


def test_a_map_is_read_from_a_file_and_a_leg_without_a_name_is_a_route(tmp_path):
    square = [[[0, 0], [200, 0], [200, 200], [0, 200]]]
    plan = {"size": [200, 200], "shapes": {"aa": square}, "points": {"x": [5, 5]}}
    plan["points"]["y"] = [150, 150]
    (tmp_path / "plan.json").write_text(json.dumps(plan), "utf-8")
    legs = pd.DataFrame({"start": ["x", "y"], "end": ["y", "x"], "label": ["", "back"]})
    fills = {"aa": "mid"}
    made = charts.route_map(legs, outline=tmp_path / "plan.json", fills=fills, **WORDS)
    assert made.alt.startswith("Map. Route: x to y. back: y to x.")
    with pytest.raises(ValueError, match="a fill is one of"):
        charts.route_map(legs, outline=plan, fills={"aa": "pink"}, **WORDS)


def events(**more):
    frame = {"start": ["2001", "2003"], "label": ["a", "b"], "lane": "x"}
    return pd.DataFrame(frame | more)


@pytest.mark.parametrize(
    ("options", "first", "last"),
    [
        ({}, "2001", "2004"),
        ({"limits": (1999, 2006)}, "1999", "2006"),
        ({"years": False}, "0", "2500"),
        ({"years": False, "limits": (2001, 2004)}, "2001", "2004"),
    ],
)
def test_a_timeline_reaches_from_its_first_year_to_its_last(options, first, last):
    texts = [
        label.text
        for label in labels(charts.timeline(events(), **options, **WORDS).wide)
    ]
    numbers = sorted((text for text in texts if text.isdigit()), key=int)
    assert (numbers[0], numbers[-1]) == (first, last)


@pytest.mark.parametrize(("count", "told"), [(14, False), (20, True)])
def test_labels_that_find_no_room_on_one_of_the_boards_are_told(count, told):
    """Fourteen find room on both boards, twenty on the wide one alone."""
    years = [str(2000 + 20 * n // count) for n in range(count)]
    frame = pd.DataFrame({"start": years, "label": "event", "lane": "x"})
    made = charts.timeline(frame, **WORDS)
    assert ("found no room" in made.note) is told
