"""The charts: safe drawings, stable bytes, honest text alternatives, readable labels."""

import io
import json
import math
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from thirdneighbor import charts, palette
from thirdneighbor.charts import figure, style, svg

WORDS = {
    "title": "A finding",
    "subtitle": "Quantity, unit, 2019",
    "note": "Russia is not in the texts.",
    "sources": ["irgengioro2022"],
}
inf, nan = math.inf, math.nan


def _dumbbell():
    rows = [
        ("China", 6800, 1950, "+0.543 [+0.542, +0.544]"),
        ("Japan", 20.6, 590, "−0.932 [−0.933, −0.932]"),
        ("South Korea", 34, 290, "−0.784 [−0.785, −0.784]"),
        ("Kazakhstan", 7.1, 58.1, "−0.781 [−0.782, −0.780]"),
        ("Kyrgyzstan", 0.41, 2.3, "−0.698 [−0.699, −0.697]"),
        ("Turkmenistan", nan, 1.2, "not printed"),
    ]
    frame = pd.DataFrame(rows, columns=["partner", "exports", "imports", "balance_shown"])
    return charts.dumbbell(frame, **WORDS)


def _bars():
    rows = [
        ("China", 0.543, 0.542, 0.544),
        ("Kyrgyzstan", -0.698, -0.76, -0.62),
        ("Kazakhstan", -0.781, -0.7815, -0.7805),
        ("Republic of Korea, goods and services", -0.784, -0.785, -0.784),
        ("Japan", -0.932, -0.933, -0.932),
    ]
    frame = pd.DataFrame(rows, columns=["label", "value", "lo", "hi"])
    return charts.diverging_bars(frame, **WORDS)


def _ladder():
    rows = [
        ("Value of foreign direct investment", 50, 100, True, False, "certain", ""),
        ("Value of all investment", 0, 100, True, False, "consistent", ""),
        ("Number of firms", nan, nan, False, False, "not testable", "no share can be formed"),
        ("Value, figure of a news page (external)", 21, 21, False, False, "contradicted", ""),
        ("Stock against a limit that nobody prints", 25, inf, False, True, "consistent", ""),
    ]
    names = ["label", "lo", "hi", "lo_open", "hi_open", "verdict", "reason"]
    frame = pd.DataFrame(rows, columns=names)
    return charts.ladder(frame, 100 / 3, "Cap: 1/3", unit="%", limits=(0, 100), **WORDS)


def _forest():
    rows = [
        ("China against Russia", 1.4, 0.32, 6.8, "[0.32, 6.8]", False, False),
        ("Third neighbours against Russia", 0.8, 0, 5.1, "[0, 5.1]", False, False),
        ("Central Asia against Russia", inf, 0.46, inf, "[0.46, ∞)", False, True),
        ("Multilateral bodies against the two neighbours", 1, 0.9, 2, "(0.9, 2]", True, False),
    ]
    names = ["label", "point", "lo", "hi", "shown", "lo_open", "hi_open"]
    frame = pd.DataFrame(rows, columns=names)
    return charts.forest(frame, 1, threshold_label="no difference", **WORDS)


def _forest_linear():
    rows = [
        ("Statement, undated", nan, 90, 100, "(90, 100]%", True, False),
        ("6.3 of “approximately 7”, hedged", 90, 83.3, 97.7, "[83.3, 97.7]%", False, False),
        ("6.3 of 7.0, strict", 90, 88.7, 91.4, "[88.7, 91.4]%", False, False),
    ]
    names = ["label", "point", "lo", "hi", "shown", "lo_open", "hi_open"]
    frame = pd.DataFrame(rows, columns=names)
    return charts.forest(frame, 90, log=False, threshold_label="over 90%", unit="%", **WORDS)


def _tiles():
    cells = [
        ["yes", "yes", "no", "yes"],
        ["no", "yes", "no", "no"],
        ["no", "?", "?", "yes"],
        ["?", "no", "yes", "yes"],
    ]
    names = ["Military threat", "Resources", "Great-power neighbour", "Recognised"]
    index = ["Mongolia", "Turkmenistan", "Switzerland", "Austria"]
    return charts.tiles(pd.DataFrame(cells, index=index, columns=names), **WORDS)


def _matrix():
    cells = [["+", "−", "", "+", "−", "+", ""], ["", "−", "−", "+", "", "+", "+"]] * 4
    names = [f"Hypothesis number {i} about hedging" for i in range(1, 8)]
    index = [f"Evidence item {i} of the record" for i in range(1, 9)]
    return charts.tiles(pd.DataFrame(cells, index=index, columns=names), outcome=False, **WORDS)


def _strip():
    answers = ["contradiction", "M", "G", "M or G", "contradiction", "M", "G", "M or G"]
    frame = pd.DataFrame({"completion": [f"case {i}" for i in range(8)], "survives": answers})
    return charts.strip(frame, **WORDS)


def _heatmap():
    growth = [0.0, 0.05, 0.1, 0.15, 0.2]
    values = [[inf if a >= b else 1 / (b - a) for b in growth] for a in growth]
    names = ["0%", "5%", "10%", "15%", "20%"]
    frame = pd.DataFrame(values, index=names, columns=names)
    titles = {"row_title": "Growth of Chinese investment", "column_title": "Growth of the rest"}
    return charts.heatmap(frame, reverse=True, **titles, **WORDS)


def _frontier():
    rows = [
        ("over 50%, as printed", 1 / 3, 0.5, 1, True, False),
        ("30%, ministry", 1 / 3, 0.3, 0.3, False, False),
        ("21%, news page", 1 / 3, 0.21, 0.21, False, False),
    ]
    frame = pd.DataFrame(rows, columns=["label", "cap", "lo", "hi", "lo_open", "hi_open"])
    return charts.frontier(frame, axis_titles=("China’s share", "Cap on one share"), **WORDS)


@pytest.mark.parametrize(
    ("own", "needed"),
    [
        (0, ["0.5 to 2 times the stock", "0 times the stock"]),  # 0.5 / (1/3) - 1, 1 / (1/3) - 1
        (0.25, ["2 to 8 times the stock", "0 times the stock"]),  # (1/6) / (1/12), (2/3) / (1/12)
        (0.5, ["never met", "0 times the stock"]),
    ],
)
def test_own_money_makes_the_frontier_steeper(own, needed):
    frame = pd.DataFrame({"label": ["half", "fifth"], "cap": 1 / 3, "lo": [0.5, 0.2]})
    frame = frame.assign(hi=[1, 0.2], lo_open=[True, False], hi_open=False)
    drawn = charts.frontier(frame, own=own, **WORDS)
    assert [f"half: {needed[0]}." in drawn.alt, f"fifth: {needed[1]}." in drawn.alt] == [True, True]
    assert ("not attainable" in drawn.note) == (own > 0.2)


def _series():
    rows = [
        (2012, 11.5, 11.45, 11.55, "Imports from Kyrgyzstan", False),
        (2013, 9.2, 8.5, 9.9, "Imports from Kyrgyzstan", False),
        (2016, 2.1, 2.05, 2.15, "Imports from Kyrgyzstan", True),
        (2017, 2.3, 2.25, 2.35, "Imports from Kyrgyzstan", False),
        (2012, 2.4, 2.35, 2.45, "Exports to Kyrgyzstan", False),
        (2016, 1.9, 1.85, 1.95, "Exports to Kyrgyzstan", False),
        (2017, 2.2, 2.15, 2.25, "Exports to Kyrgyzstan", True),
    ]
    names = ["year", "value", "lo", "hi", "series", "inferred"]
    return charts.series(pd.DataFrame(rows, columns=names), unit=" M", **WORDS)


def _slope():
    rows = [
        ("Turnover with Uzbekistan", "[0, 1) M", "[9, 10) M"),
        ("Turnover with Kyrgyzstan", "[1.5, 2.5] M", "(5, ∞) M"),
        ("Horse meat sold to Kazakhstan", "[2.85, 2.95] M", "[8.25, 8.35] M"),
    ]
    start = [(1, 0, 1, False, True), (2, 1.5, 2.5, False, False), (2.9, 2.85, 2.95, False, False)]
    end = [(9.5, 9, 10, False, True), (5, 5, inf, True, True), (8.3, 8.25, 8.35, False, False)]
    parts = ("", "_lo", "_hi", "_lo_open", "_hi_open")
    frame = pd.DataFrame(rows, columns=["label", "start_shown", "end_shown"])
    for side, ends in (("start", start), ("end", end)):
        frame[[side + part for part in parts]] = ends
    return charts.slope(frame, heads=("2017", "2022"), **WORDS)


def _curve():
    x = np.arange(0, 41, dtype=float)
    frame = pd.DataFrame({"x": x, "y": 0.6 * np.exp(-x / 8)})
    marks = {"falls below at 20": 20.0, "known from outside": 31.0}
    titles = ("p of the exact test", "Events not named in the texts")
    return charts.curve(
        frame, threshold=0.05, marks=marks, threshold_label="0.05", axis_titles=titles, **WORDS
    )


def _band():
    x = np.linspace(0.1, 0.9, 30)
    frame = pd.DataFrame({"x": x, "lo": 40 * x, "hi": 20 + 80 * x})
    marks = {"must breach from here": 0.825}
    titles = ("Share, %", "Part that is direct investment")
    return charts.curve(frame, threshold=33, marks=marks, axis_titles=titles, unit="%", **WORDS)


def _timeline():
    rows = [
        ("china", 2011.45, "day", "agreement", 1, "2011 partnership", 2),
        ("china", 2014.6, "day", "treaty", 1, "2014 partnership", 4),
        ("china", 2015.0, "year", "project", 1, "corridor", 1),
        ("china", 2016.9, "month", "visit", -1, "2016 visit", 3),
        ("russia", 2019.7, "day", "treaty", 1, "2019 treaty", 5),
        ("russia", 2024.67, "day", "visit", 1, "2024 visit", 3),
        ("third_neighbour", 2010, "year", "law", 1, "2010 concept", 2),
        ("third_neighbour", 2020, "year", "vote", 0, "2020 vote", 1),
        ("third_neighbour", 2021.5, "day", "sanction", -1, "2021 rule", 1),
        ("third_neighbour", 2024.6, "day", "visit", 1, "2024 visit of a minister", 2),
        ("central_asia", 2023.3, "day", "visit", 1, "2023 visit", 1),
        ("central_asia", 2024.8, "day", "project", 1, "2024 corridor", 1),
    ]
    names = ["direction", "year", "date_precision", "kind", "valence", "label", "n_sources"]
    return charts.timeline(pd.DataFrame(rows, columns=names), **WORDS)


def _broken():
    rows = [
        ("Switzerland", 1815.9, "day", "treaty", 1, "1815 recognition", 3),
        ("Austria", 1955.4, "day", "treaty", 1, "1955 law", 3),
        ("Turkmenistan", 1995.9, "day", "vote", 1, "1995 resolution", 4),
        ("Mongolia", 2015.7, "day", "law", 1, "2015 announcement", 4),
        ("Mongolia", 2017, "year", "statement", -1, "2017 withdrawal", 1),
    ]
    names = ["direction", "year", "date_precision", "kind", "valence", "label", "n_sources"]
    return charts.timeline(pd.DataFrame(rows, columns=names), **WORDS)


SAMPLES = {
    name.strip("_"): make
    for name, make in globals().copy().items()
    if name.startswith("_") and getattr(make, "__module__", "") == __name__
}


@pytest.fixture(scope="module")
def drawn():
    return {name: make() for name, make in SAMPLES.items()}


ids = re.compile(r'\bid="([^"]+)"')
tokens = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")


def _raw(body="", root=""):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" {root}>{body}</svg>'


def _plain(text):
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M 0 0" style="fill: #123456"/>',
        '<path d="M 0 0" style="fill: red"/>',
        '<text x="1" y="1">default black</text>',
        '<script>alert(1)</script><path fill="none"/>',
        "<foreignObject/>",
        '<path fill="none" onclick="x()"/>',
        '<use href="https://example.org/#a" fill="none"/>',
        '<image href="#a"/>',
        '<path fill="url(https://example.org/#a)"/>',
        '<path fill="none" transform="url(javascript:x)"/>',
    ],
)
def test_what_is_not_allowed_raises(body):
    with pytest.raises(ValueError, match=r"SVG drawing|palette"):
        svg.clean(_raw(body), prefix="f", alt="a")


def test_entities_and_event_attributes_on_the_root_raise():
    with pytest.raises(ValueError, match="entities"):
        svg.clean('<!DOCTYPE svg [<!ENTITY a "b">]>' + _raw(), prefix="f", alt="a")
    with pytest.raises(ValueError, match="onload"):
        svg.clean(_raw(root='onload="x()"'), prefix="f", alt="a")


def test_allowed_parts_come_out_with_variables_and_without_style():
    body = '<g id="a"><path id="b" d="M 0.123456 1" style="fill: #17202A; font-family: X"/></g>'
    out = svg.clean(_raw(body, 'width="9pt"'), prefix="f", alt='a < "b"')
    assert 'd="M0.1 1"' in out
    assert ' fill="var(--ink)"' in out
    assert 'aria-label="a &lt; &quot;b&quot;"' in out
    assert not re.search(r"style|width=|X|\bid=", out)


def test_lines_along_an_axis_say_one_number_a_step():
    """Two steps and a slant: only the slant needs both numbers; 1.04 and 1 are the same tenth."""
    steps = '<path d="M 1 2 L 5 2 L 5 7 L 5.04 7 L 6 8 z M 3 3 L 3 4 L 3 5" fill="none"/>'
    out = svg.clean(_raw(steps), prefix="f", alt="")
    assert 'd="M1 2H5V7H5L6 8zM3 3V4 5"' in out


def test_paint_that_all_uses_share_stands_once():
    """Equal paint moves to the mark; paint that differs between uses stays where it is."""
    use = '<use href="#m" x="{}" style="fill: {}; stroke: #17202A; stroke-width: 2"/>'
    mark = '<defs><path id="m" d="M 0 0 L 1 1"/></defs>'
    same = svg.clean(_raw(mark + use.format(1, "none") + use.format(2, "none")), prefix="f", alt="")
    assert same.count("stroke=") == same.count("stroke-width=") == 1
    other = svg.clean(
        _raw(mark + use.format(1, "none") + use.format(2, "#17202A")), prefix="f", alt=""
    )
    assert other.count("stroke=") == 1
    assert re.findall(r'<use [^>]*fill="([^"]+)"', other)


def test_series_shows_no_idle_columns():
    """Bounds equal to the values, and a flag that is never set, are left out of the data table."""
    frame = pd.DataFrame({"year": [2010, 2011], "value": [1.0, 2.0], "series": "a"})
    frame = frame.assign(lo=frame["value"], hi=frame["value"], inferred=False)
    assert charts.series(frame, **WORDS).columns == ("year", "value", "series")
    wide = charts.series(frame.assign(hi=[1.0, 2.5]), **WORDS)
    assert wide.columns == ("year", "value", "series", "lower bound", "upper bound")


def test_every_colour_of_every_drawing_is_a_variable(drawn):
    for name, made in drawn.items():
        for board in (made.wide, made.narrow):
            paints = set(re.findall(r'(?:fill|stroke)="([^"]+)"', board))
            known = {"none", *palette.VARIABLE.values()}
            assert {p for p in paints if not p.startswith("url(#")} <= known, name
            assert not re.search(r"<style|style=|font-family|<!|#[0-9a-f]{6}\b", board), name


def test_ids_are_disjoint_and_references_resolve(drawn):
    seen = set()
    for name, made in drawn.items():
        for board in (made.wide, made.narrow):
            own = ids.findall(board)
            assert len(own) == len(set(own)), name
            assert not seen & set(own), name
            assert set(re.findall(r'(?:url\(|href=")#([^)"]+)', board)) == set(own), name
            seen |= set(own)
    assert seen


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_input_gives_the_same_bundle(name, drawn):
    first, second = drawn[name]._repr_mimebundle_(), SAMPLES[name]()._repr_mimebundle_()
    assert json.dumps(first) == json.dumps(second)
    boards = {figure.DRAWING.format(name) for name in ("wide", "narrow")}
    assert set(first) == {figure.MIME.format("figure"), *boards, "image/png", "text/plain"}
    assert b"Software" not in drawn[name].png
    width, height = Image.open(io.BytesIO(drawn[name].png)).size
    tall = float(re.search(r'viewBox="0 0 680 ([\d.]+)"', drawn[name].wide)[1])
    assert width == 2 * 680 + 2 * figure.MARGIN
    assert height >= 2 * tall + 2 * figure.MARGIN + 96  # two lines of title and subtitle


@pytest.mark.parametrize("name", SAMPLES)
def test_alt_texts_are_computed_from_the_data(name, drawn):
    made = drawn[name]
    assert 100 <= len(made.alt) <= 300
    cells = [cell for row in made.data for cell in row if cell is not None]
    words = " ".join([*made.columns, *map(str, cells)])
    numbers = [float(cell) for cell in cells if not isinstance(cell, str)]
    numbers += [_plain(token) for token in tokens.findall(words)]
    for token in tokens.findall(made.alt):
        digits = len(token.partition(".")[2])
        near = 0.5001 * 10.0**-digits if digits else 1e-9
        assert any(abs(_plain(token) - value) <= near for value in numbers), token


def test_alt_texts_follow_the_data(drawn):
    frame = pd.DataFrame({"label": ["a", "b"], "value": [0.25, -0.5], "lo": 0, "hi": 0})
    assert "a: +0.250. b: −0.500." in charts.diverging_bars(frame, **WORDS).alt
    assert drawn["bars"].alt != charts.diverging_bars(frame, **WORDS).alt


def test_words_around_the_drawing(drawn):
    for name, made in drawn.items():
        assert re.search(r"; n = \d+$", made.subtitle), name
        assert made.note.startswith(("Russia", "Filled", "Square", "A hatched")), name
    assert "log scale" in drawn["dumbbell"].subtitle
    for name in ("ladder", "forest", "bars", "series", "band", "frontier"):
        assert figure.BOUNDS in drawn[name].note, name


def test_data_are_rounded_and_infinity_is_a_word():
    frame = pd.DataFrame({"lo": [1 / 3, nan], "hi_open": [True, False], "b_c": [inf, 2.0]})
    columns, data = figure.table(frame)
    assert columns == ("lower bound", "upper bound excluded", "b c")
    assert data == ((0.3333333333, "yes", "unbounded"), (None, "no", 2))


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "$x$ and $y$", "a & b", 'q"uote', r"\alpha"]
)
def test_hostile_labels_stay_plain_text(text):
    names = ["label", "lo", "hi", "lo_open", "hi_open", "verdict"]
    frame = pd.DataFrame([(text, 1, 2, True, False, "certain")], columns=names)
    made = charts.ladder(frame, 1.5, text, **WORDS)
    for board in (made.wide, made.narrow):
        shown = [node.text for node in ET.fromstring(board).iter() if node.tag.endswith("text")]
        assert shown.count(text) == 2
        assert "<script" not in board
        assert text in ET.fromstring(board).attrib["aria-label"]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_label_is_clipped_or_overlaps(name, monkeypatch):
    found = []
    paint = figure.paint

    def spy(*args, **kwargs):
        canvas = paint(*args, **kwargs)
        found.extend(_clashes(canvas))
        return canvas

    monkeypatch.setattr(figure, "paint", spy)
    SAMPLES[name]()
    assert found == []


def _clashes(canvas):
    """Return labels that leave the board or touch one another."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(canvas).get_renderer()
    width, height = canvas.get_size_inches() * 72
    labels = [x for x in canvas.findobj(mpl.text.Text) if x.get_visible() and x.get_text().strip()]
    boxes = [(x.get_text(), x.get_window_extent(renderer)) for x in labels]
    for place, (text, box) in enumerate(boxes):
        if box.x0 < -1 or box.x1 > width + 1 or box.y0 < -1 or box.y1 > height + 1:
            yield text
        for other, its in boxes[place + 1 :]:
            across = min(box.x1, its.x1) - max(box.x0, its.x0)
            up = min(box.y1, its.y1) - max(box.y0, its.y0)
            if across > 1 and up > 2:
                yield text, other


def test_the_clash_finder_finds_clashes():
    def painter(ax, frame, *, narrow):
        style.write(ax, 0.5, 0.5, "first")
        style.write(ax, 0.5, 0.51, "second")
        style.write(ax, 1, 0.1, "outside")

    with style.house():
        canvas = figure.paint(painter, pd.DataFrame(), (200, 200), narrow=False)
        assert set(_clashes(canvas)) == {("first", "second"), "outside"}


def test_drawing_leaves_no_figure_and_no_setting_behind():
    from matplotlib import pyplot

    before = dict(mpl.rcParams)
    SAMPLES["bars"]()
    assert pyplot.get_fignums() == []
    assert {k: v for k, v in mpl.rcParams.items() if before[k] != v} == {}


@pytest.mark.parametrize("columns", [["label"], ["label", "lo", "hi"]])
def test_missing_columns_and_empty_frames_are_named(columns):
    with pytest.raises(ValueError, match="verdict"):
        charts.ladder(pd.DataFrame([[1] * len(columns)], columns=columns), 1, "1", **WORDS)
    with pytest.raises(ValueError, match="no rows"):
        charts.strip(pd.DataFrame(columns=["completion", "survives"]), **WORDS)


def test_gaps_stay_open_where_years_are_missing(drawn):
    segments = re.findall(r'<path d="(M[^"Z]*)" clip-path[^>]*var\(--link\)', drawn["series"].wide)
    lines = [d for d in segments if "V" not in d]  # a bar of bounds stands upright
    assert len(lines) == 2


# Ratios against the page and the panel, as the colour table of the design states them.
RATIOS = {
    "ink": (16.5, 14.8, 15.3, 13.7),
    "muted": (6.4, 5.8, 8.6, 7.7),
    "axis": (4.0, 3.6, 5.1, 4.5),
    "link": (7.8, 7.1, 9.1, 8.1),
    "certain": (10.4, 9.4, 9.1, 8.1),
    "consistent": (5.6, 5.1, 12.8, 11.4),
    "contradicted": (10.4, 9.4, 6.8, 6.1),
    "not-testable": (5.8, 5.2, 7.4, 6.6),
    "china": (10.8, 9.8, 4.1, 3.6),
    "russia": (3.8, 3.4, 7.1, 6.3),
    "third-neighbour": (7.4, 6.7, 15.0, 13.4),
    "central-asia": (3.5, 3.2, 8.6, 7.7),
    "multilateral": (9.5, 8.6, 4.1, 3.6),
    "other": (3.6, 3.3, 7.3, 6.6),
}


@pytest.mark.parametrize("name", RATIOS)
def test_contrast_against_page_and_panel(name):
    themes = [(theme, base) for theme in (palette.LIGHT, palette.DARK) for base in ("bg", "panel")]
    ratios = [palette.contrast(theme[name], theme[base]) for theme, base in themes]
    assert ratios == pytest.approx(RATIOS[name], abs=0.06)
    text = name in ("ink", "muted", "link", "certain", "consistent", "contradicted", "not-testable")
    assert min(ratios) >= (4.5 if text else 3.0)


def test_contrast_on_tints_and_steps():
    for theme in (palette.LIGHT, palette.DARK):
        for name in ("certain", "consistent", "contradicted", "not-testable"):
            assert palette.contrast(theme[name], theme[f"{name}-tint"]) >= 4.5
        for place in range(1, 6):
            ink = theme["cell-low" if place < 4 else "cell-high"]
            assert palette.contrast(ink, theme[f"step-{place}"]) >= 4.5


# Smallest CAM02-UCS distances that the design measured with another program, over both themes.
DISTANCES = {palette.SERIES: 17.5, palette.VERDICTS: 16.2}


@pytest.mark.filterwarnings("ignore:.*tritanomaly")
@pytest.mark.parametrize("group", DISTANCES, ids=["series", "verdicts"])
def test_colours_stay_apart_whatever_the_eyes(group):
    """Seen by normal, deuteranope, protanope and tritanope eyes; contrast does not tell this."""
    import colour

    deficient = [
        colour.matrix_cvd_Machado2009(name, 1.0)
        for name in ("Deuteranomaly", "Protanomaly", "Tritanomaly")
    ]
    near = []
    for theme in (palette.LIGHT, palette.DARK):
        codes = [theme[name.replace(" ", "-")] for name in group]
        light = colour.cctf_decoding(colour.notation.HEX_to_RGB(codes), function="sRGB")
        for eyes in (np.eye(3), *deficient):
            seen = colour.RGB_to_XYZ(np.clip(light @ eyes.T, 0, 1), "sRGB")
            pairs = combinations(colour.XYZ_to_CAM02UCS(seen), 2)
            near += [math.dist(*pair) for pair in pairs]
    assert len(near) == 8 * math.comb(len(group), 2)
    assert min(near) == pytest.approx(DISTANCES[group], abs=0.05)
    assert min(near) > 15


def test_light_colours_are_unique_and_css_is_complete():
    assert len(palette.VARIABLE) == len(palette.PALETTE)
    css = palette.css_variables()
    light, dark = css.split("@media screen")
    for token in palette.PALETTE:
        assert f"--{token.name}:{token.light};" in light
        assert f"--{token.name}:{token.dark};" in dark
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.colour("not testable") == palette.LIGHT["not-testable"]
    assert palette.series_colour("third_neighbours") == palette.LIGHT["third-neighbour"]
    assert palette.series_colour("anyone") == palette.LIGHT["other"]


def test_exact_series_are_listed_a_year_to_a_row_and_a_curve_under_its_axis_titles():
    """Two series of two years by hand; a year that one of them lacks stays empty."""
    names, rows = ("year", "series", "value"), [(1, "china", 2.0), (2, "china", 3.0), (2, "b", 5.0)]
    frame = pd.DataFrame(rows, columns=names).assign(inferred=False)
    made = charts.series(frame.assign(lo=frame["value"], hi=frame["value"]), **WORDS)
    assert made.columns == ("year", "b", "China")
    assert made.data == ((1, None, 2), (2, 5, 3))
    line = pd.DataFrame({"x": [1, 2], "y": [4, 0]})
    made = charts.curve(
        line, threshold=2, marks={"half": 1.5}, axis_titles=("up", "along"), **WORDS
    )
    assert made.columns == ("along", "up", "mark")
    assert made.data == ((1, 4, ""), (2, 0, ""), (1.5, 2, "half"))
