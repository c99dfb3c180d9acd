"""Pages: their parts in order, what is refused, and hostile text that stays text."""

import csv
import io
import json
import math
import re
from collections import Counter
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small import SETTINGS

import asprinted as ap
from asprinted.deciding import Flip
from asprinted.intervals import Interval
from asprinted.pages import exports
from asprinted.pages.figures import _bar, csv_link, drawing
from asprinted.pages.house import FOOTER, _refuse_broken, cell
from asprinted.pages.index import index
from asprinted.pages.page import failure_page, page, summary
from asprinted.record import Part, Record, Settles, Value

PLAIN = (
    "Pears and apples, a long enough line of words to fold where the other one folds"
)
HOSTILE = (
    "<script>alert(1)</script>\"'`</style><img src=x onerror=alert(2)>{{7*7}}{% raw %}"
    " javascript:alert(3) \u202eright to left\x1b[31m\x07"
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" '
    'aria-label="{alt}"><defs><path d="M0 0" id="{id}"/></defs>'
    '<use href="#{id}" fill="var(--ink)"/><text fill="var(--ink)">share</text></svg>'
)
SHARE = Interval(0.205, 0.215)
VALUE = Value(0.21, 0.205, 0.215, False, False, "share")
LIMIT = Value(0.2, 0.2, 0.2, False, False, "share")


class Tables(dict):
    """Rows by table, as a page reads them."""

    def rows(self, name):
        return self[name]


TABLES = Tables(
    sources=[
        {
            **{"source_id": "keeper2020", "kind": "text", "authors": "Keeper, Ann"},
            **{"year": "2020", "publication": "Orchard Notes"},
        }
    ],
    claims=[{"claim_id": "k1", "source_id": "keeper2020"}],
)


class Page(HTMLParser):
    """Elements, links and words of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.words.append(data)

    def links(self):
        return [value for name, value in self.attributes if name in ("href", "src")]


def verdict(prop_id="P1.1", code="follows", reading="print", **more):
    return Record(
        **{
            **dict.fromkeys(("bears_on", "given", "reason"), ""),
            **dict.fromkeys(("n", "p", "p_min", "settles"), None),
            **dict.fromkeys(("parts", "flips"), ()),
            "prop_id": prop_id,
            "reading": reading,
            "source_kind": "text",
            "standing": "asserted",
            "claim_id": "k1",
            "notebook": "01_apples",
            "text": f"Sentence {prop_id}",
            "verdict": code,
            "basis": "bounds",
            "bearing": "essential",
            "value": VALUE,
            "operator": "gt",
            "threshold": LIMIT,
            "inputs": ("share",),
            "sources": ("keeper2020",),
            "parameters": {},
            "chip": f"Chip of {prop_id}",
        }
        | more
    )


class Chart:
    """A chart as a section holds it; its drawings hold what the charts put into theirs."""

    def __init__(self, text=PLAIN, name="f1"):
        alt = escape(re.sub(r"[\x00-\x1f]", "", text))
        self.wide = SVG.format(alt=alt, id=f"{name}wide")
        self.narrow = SVG.format(alt=alt, id=f"{name}narrow")
        self.text, self.alt, self.title = text, text, text

    def png(self):
        return b""

    def record(self):
        return {
            **dict.fromkeys(("title", "subtitle", "alt", "note"), self.text),
            "sources": ["keeper2020"],
            "columns": [self.text, "share"],
            "data": [[self.text, 0.5], ["other", None]],
            "main": False,
        }


def run(text=PLAIN, **more):
    source = {"source_id": "office", "kind": "text", "doi_or_url": text}
    source |= dict.fromkeys(("authors", "year", "title", "publication"), text)
    fact = {"figure_id": "share", "source_id": "office", "propositions": []}
    fact |= dict.fromkeys(("name", "printed", "shown", "place", "rule"), text)
    events = [
        {"event_id": name, "source_id": "office", "label": text, "place": text}
        for name in ("judged", "other")
    ]
    return {
        "notebook": "01_apples",
        "digest": "ab" * 32,
        "figures": [fact],
        "events": [event | {"date": "2019"} for event in events],
        "sources": [source],
        "declared": [{"name": "line", "default": 0.5, "meaning": text}],
        "parameters": {"line": 0.5},
    } | more


def blocks(text=PLAIN):
    """Return one of each part of a page, with the same text in every slot."""
    it = {"it": text, "share": SHARE}
    slider = ap.slider(text, [0.1, 0.3, 0.5], [text, "b", "c"], 0, (0.1, 0.5))
    rows = [
        ap.choice(text, text, words=[f"{text} 1", f"{text} 2", f"{text} 3"], bar=SHARE),
        ap.choice("none", text, words=["x", "y", "z"], none=text),
    ]
    controls = {"column": text, "sentence": f"{{row}}: {{word}}. {text}"}
    controls |= {"table_at": [0, 2], "toggle": (text, [text, "other"])}
    card = ap.card(verdict(), "{it} {share}", "{it}", **it)
    match = ap.match(text, text, text, text, [((text, text), None, "missing")], text)
    table = ap.table(pd.DataFrame({text: [text], "n": [1.5]}), "{it}", "{it}", **it)
    box = ("{it}", "{it}")
    return {
        "headline": ap.headline("{it}", "{it}", "{it}", topic=text, reading=box, **it),
        "keys": ap.key_numbers(
            [ap.key("{it}", "{it}", "{it}", line=0.5, bar=SHARE, **it)]
        ),
        "voices": ap.voices(
            [ap.voice(text, text, text, "{it}", "{it}", ref="share", **it)],
            "{it}",
            **it,
        ),
        "section": ap.section("{it}", "{it}", card, Chart(text, "s"), **it),
        "note": ap.note("{it}", "{it}", **it),
        "second": ap.section("{it}", "{it}", figures=match, **it),
        "panel": ap.what_if("{it}", "{it}", slider, rows, **controls, **it),
        "objection": ap.objection("{it}", ["{it}"], **it),
        "settle": ap.settle([("{it}", "{it}", "{it}")], **it),
        "questions": ap.questions(["{it}"], **it),
        "fold": ap.fold(text, table),
    }


def judged(text=PLAIN):
    """Return a verdict with every slot that its place on the page has."""
    part = Part(text, "open", Value(1, 1, 2, False, False, text), "gt", None)
    told = dict.fromkeys(("text", "given", "reason", "chip"), text)
    flip = Flip("line", "parameter", text, "at", "open", "")
    more = {"parts": (part, part), "flips": (flip,), "inputs": ("judged",)}
    return verdict("P1.2", "open", settles=Settles(text, text, text), **told, **more)


def shows(bundle):
    return new_output("display_data", data=bundle)


def mime(kind, data, **more):
    return shows({f"application/vnd.asprinted.{kind}+json": data, **more})


def chart(text=PLAIN, name="f1"):
    made = Chart(text, name)
    drawn = {
        f"application/vnd.asprinted.{size}+svg": getattr(made, size)
        for size in ("wide", "narrow")
    }
    return mime("figure", made.record(), **drawn)


def notebook(*cells, parts=None, records=None, closed=None, text=PLAIN):
    """Return an executed notebook that shows these parts and verdicts."""
    parts = blocks(text) if parts is None else parts
    records = [verdict(), judged(text)] if records is None else records
    bundles = [record._repr_mimebundle_() for record in records]
    return new_notebook(
        cells=[
            new_markdown_cell("# Title\n\nA remark."),
            new_code_cell("line: float = 0.5", metadata={"tags": ["parameters"]}),
            new_code_cell("load()"),
            *cells,
            *(
                new_code_cell("show()", outputs=[shows(part._repr_mimebundle_())])
                for part in parts.values()
            ),
            new_code_cell("judge()  # <here>", outputs=[shows(b) for b in bundles]),
            new_code_cell("s.finish()", outputs=[mime("run", closed or run(text))]),
        ]
    )


def made(*cells, settings=SETTINGS, stale="", **parts):
    return page(notebook(*cells, **parts), TABLES, settings=settings, stale=stale)


def whole(text=PLAIN):
    said = {"title": text, "authors": text, "topics": {"02_pears": text}}
    said |= {"notebooks": ["01_apples", "02_pears"]}
    drawn = new_code_cell("chart()", outputs=[chart(text)])
    return made(drawn, text=text, settings=SETTINGS | said, stale=text)


def failure(text=PLAIN):
    error = dict.fromkeys(("ename", "evalue", "where"), text)
    settings = SETTINGS | {"title": text}
    error |= {"traceback": [text, "\x1b[31mred\x1b[0m"]}
    return failure_page(
        "01_apples", error, settings=settings, title=text, without=[text]
    )


def board(text=PLAIN):
    look = {"standfirst": text, "texts": {"keeper2020": text}}
    said = {"title": text, "purpose": text, "synthesis": "01_apples", "index": look}
    source = {"source_id": "keeper2020", "kind": "text", "authors": text, "year": text}
    tables = Tables(TABLES, sources=[source | {"doi_or_url": text}])
    found = summary(notebook(text=text)) | {"stale": text}
    return index([found], tables, settings=SETTINGS | said)


def words(html):
    return " ".join(" ".join(Page(html).words).split())


# --- hostile text ------------------------------------------------------------------------


@pytest.mark.parametrize("make", [whole, failure, board])
def test_hostile_text_stays_text_in_every_slot(make):
    """The elements are those of the same page with harmless words."""
    html, seen, harmless = make(HOSTILE), Page(make(HOSTILE)), Page(make())
    assert seen.tags == harmless.tags
    assert [name for name, _ in seen.attributes] == [n for n, _ in harmless.attributes]
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", html)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&amp;lt;" not in html
    assert "{{7*7}}" in html
    assert not [link for link in seen.links() if link.startswith("javascript")]


def test_remarks_and_code_of_a_notebook_hold_no_markup():
    remark = "[x](javascript:alert(1)) ![x](http://x.org/a.png) <b onclick=x>"
    html = made(new_markdown_cell(f"## {HOSTILE}\n\n{remark}"))
    tags = Counter(Page(html).tags) - Counter(Page(made()).tags)
    assert tags == {"div": 1, "p": 2}
    assert "judge()  # &lt;here&gt;" in html
    assert not [link for link in Page(html).links() if link.startswith("javascript")]


def test_a_source_is_linked_only_to_an_address_of_the_web():
    for address, links in (("javascript:alert(1)", 0), ("10.1/x", 1), ("", 0)):
        source = dict(run()["sources"][0], doi_or_url=address)
        html = made(closed=run(sources=[source]), parts=only("headline"))
        assert html.count('<a href="https://doi.org/10.1/x">') == links
        assert not [link for link in Page(html).links() if "script" in link]


UNSAFE = [
    "<script/>",
    '<image href="#a"/>',
    '<use href="http://x.org/#a"/>',
    '<rect onclick="alert(1)"/>',
    '<rect fill="url(http://x.org/a)"/>',
    '<g style="color:red"/>',
    "<style>*{}</style>",
    "<foreignObject/>",
    "<!-- note -->",
    "<!--><script>alert(1)</script>-->",
]


@pytest.mark.parametrize("bad", UNSAFE)
def test_unsafe_drawings_are_refused(bad):
    svg = SVG.format(alt="Share", id="a").replace("<defs>", bad + "<defs>")
    with pytest.raises(ValueError, match="a drawing may not hold"):
        drawing(svg, "wide")


def test_a_data_file_opens_no_formula():
    rows = [
        ["=1+1", "+x", "@y", "-1", "a,b", 'c"d', " =2", "-2+3"],
        [None, -0.5, "≤ ½", "", True, "#"],
    ]
    link = csv_link(rows)
    assert not re.search(r'[\s"<>#]', link)
    read = list(csv.reader(io.StringIO(unquote(link.partition(",")[2]))))
    assert read[0][:6] == ["'=1+1", "'+x", "'@y", "-1", "a,b", 'c"d']
    assert read[0][6:] == ["' =2", "'-2+3"]
    assert read[1] == ["", "-0.5", "≤ ½", "", "True", "#"]


# --- the parts of a page -----------------------------------------------------------------


def test_parts_stand_in_order():
    """Wherever their cells stand in the notebook."""
    parts = {}
    for name in reversed(blocks()):
        if name not in ("section", "note", "second"):
            parts[name] = blocks(f"Says {name}")[name]
    parts["section"] = blocks("Says section")["section"]
    parts["note"] = blocks("Says note")["note"]
    html = made(new_code_cell("", outputs=[chart("Says chart")]), parts=parts)
    names = ["headline", "keys", "voices", "chart", "section", "note", "panel"]
    names += ["objection", "settle", "questions"]
    said = words(html[html.index("<h1>") :])
    places = [said.index(f"Says {name}") for name in names]
    assert places == sorted(places)
    rest = [
        "Check the work",
        "tested sentences",
        "Says fold",
        "Data behind",
        "Sources,",
    ]
    rest += ["How it was computed", "Cite this page", "Authors"]
    below = [said.index(name, places[-1]) for name in (*rest, FOOTER)]
    assert below == sorted(below)


def test_a_page_without_headline_is_refused():
    with pytest.raises(ValueError, match="no headline"):
        made(parts={})


def test_ids_that_stand_twice_are_refused():
    twice = [new_code_cell("", outputs=[chart()]), new_code_cell("", outputs=[chart()])]
    with pytest.raises(
        ValueError, match="ids used twice on the page: f1narrow, f1wide"
    ):
        made(*twice)


def test_links_that_lead_nowhere_are_refused():
    with pytest.raises(ValueError, match="lead nowhere on the page: nowhere"):
        _refuse_broken('<p id="here"><a href="#here">here</a><a href="#nowhere">x</a>')


def test_a_card_without_its_verdict_is_refused():
    with pytest.raises(ValueError, match=r"P1\.1 \(print\), which is not judged"):
        made(records=[judged()])


def test_a_card_may_show_a_verdict_of_another_notebook():
    card = ap.card(
        verdict("P9.1", notebook="09_all", chip="Ruled out there"), "5", "It"
    )
    html = made(parts=only("headline") | {"section": ap.section("A", "B", card)})
    assert "Ruled out there" in html and "Claim, Keeper: It" in words(html)


def test_a_card_says_the_stored_verdict():
    changed = replace(verdict(), verdict="ruled_out", chip="Ruled out by them")
    html = made(records=[changed])
    card = html[html.index('<div class="card">') :]
    assert "Ruled out by them" in card[:300]
    assert "Chip of P1.1" not in html


def test_the_last_verdict_on_a_sentence_counts():
    html = made(records=[verdict(), verdict("P1.3"), replace(verdict(), chip="Later")])
    ledger = html[html.index('class="ledger"') :]
    assert re.findall('<li id="p-(.*?)"', ledger) == ["P1.1", "P1.3"]
    assert "Later" in ledger and "Chip of P1.1" not in html


def test_numbers_show_their_bounds_and_lead_to_their_place():
    share = ap.known("share", SHARE, "share")
    parts = blocks() | {
        "note": ap.note("It is {share}, {bare}.", share=share, bare=SHARE)
    }
    html = made(parts=parts)
    printed = f"Printed “{PLAIN}”: 20.5% to 21.5%"
    assert (
        f'<a class="n" href="#f-share">21%<span> (<i>{printed}</i>)</span></a>' in html
    )
    assert '<a class="n" href="#sources">0.21<span> (<i>0.205 to 0.215</i>)' in html


def test_the_ledger_says_whose_figures_what_they_allow_and_what_turns_it():
    year = Flip("line", "parameter", 2011, "at", "open", "")
    none = verdict("P1.4", "no_figure", value=None, standing="needed", claim_id="")
    told = [verdict(flips=(year,)), replace(none, bears_on="k1")]
    said = words(made(records=told))
    assert "Claim, Keeper. P1.1" in said
    assert "Our test of Keeper’s argument. P1.4" in said
    assert "20.5% to 21.5%; the sentence needs more than 20%" in said
    assert f"Left open if {PLAIN}: at 2011" in said
    assert "Chip of P1.4 The print" in said


def test_events_behind_no_verdict_and_cells_that_only_load_stay_away():
    html = made()
    assert html.count("<li>2019 ") == 1
    computed = html[html.index('id="computed"') :]
    assert re.findall("<code>(.*?)</code>", computed) == [
        "line: float = 0.5",
        "judge()  # &lt;here&gt;",
    ]


def test_a_long_series_of_a_source_is_one_row():
    facts = [
        dict(run()["figures"][0], figure_id=f"y{year}", name=f"Apples sold, {year}")
        for year in range(2010, 2016)
    ]
    office = dict(run()["sources"][0], kind="statistics")
    html = made(closed=run(figures=facts, sources=[office]), parts=only("headline"))
    assert "Apples sold, 2010 to 2015" in words(html)
    assert re.findall('id="f-(.*?)"', html) == ["y2010"]


def only(*names):
    return {name: part for name, part in blocks().items() if name in names}


def test_the_panel_holds_every_step_and_its_table():
    html = made()
    box = re.search("<div class=\"wi.*?data-shown='(.*?)'", html, re.S)
    assert json.loads(unescape(box[1])) == [PLAIN, "b", "c"]
    first, second = (json.loads(unescape(s)) for s in re.findall("steps='(.*?)'", html))
    assert [first["a"] + step + first["z"] for step in first["w"]] == [
        f"{PLAIN} {n}" for n in (1, 2, 3)
    ]
    assert second["w"] == ["x", "y", "z"]
    assert (
        f'<output aria-live="polite"><b>{PLAIN}</b>: <b>{PLAIN} 1</b>. {PLAIN}' in html
    )
    table = words(html[html.index('id="wi-table"') :].partition("</table>")[0])
    assert table.count(f"{PLAIN} 3") == 1 and f"{PLAIN} 2" not in table


def test_a_stale_page_says_so_before_anything_else():
    html = made(stale="figures.csv has changed")
    assert html.index("figures.csv has changed") < html.index("<h1>")
    assert "out of date" not in made()


def test_other_settings_than_the_published_are_named():
    html = made(closed=run(parameters={"line": 0.25}))
    assert "Not the published settings: line = 0.25" in words(html)


def test_letters_that_no_face_has_do_not_stop_a_page():
    assert "林檎 ∮" in made(parts=only("headline") | {"note": ap.note("林檎 ∮")})


def test_the_same_notebook_gives_the_same_bytes():
    assert whole() == whole()


CELLS = {-0.5: "−0.5", 0.123456789: "0.123457", 2019: "2019", None: "", math.nan: ""}
CELLS |= {"follows": "Follows", "a<b": "a&lt;b"}


@pytest.mark.parametrize(("value", "text"), CELLS.items())
def test_cells_of_data(value, text):
    assert cell(value) == text


# --- the page of a run that stopped ------------------------------------------------------


def test_the_failure_page_says_what_still_holds():
    html = failure("Words")
    assert "“Words” did not finish" in words(html)
    assert 'href="01_apples.html"' in html
    assert "red" in html and "[31m" not in html
    error = {"ename": "KeyError", "evalue": "pear"}
    alone = failure_page("01_apples", error | {"previous": False}, settings=SETTINGS)
    assert 'href="01_apples.html"' not in alone


# --- the index ---------------------------------------------------------------------------


def counted(html):
    return re.findall(r'<p class="sub">((?:Of|No) .*?)</p>', html)


def test_the_index_counts_what_a_plain_reader_of_the_file_counts():
    """Asserted sentences on which an argument rests, in the one reading it names."""
    told = [
        verdict("P1.1", "follows"),
        verdict("P1.1", "ruled_out", "statistics"),
        verdict("P1.2", "open"),
        verdict("P1.3", "open", basis="stated"),
        verdict("P1.4", "ruled_out", bearing="none"),
        verdict("P1.5", "follows", standing="needed", claim_id="", bears_on="k1"),
        verdict("P1.6", "follows", standing="ours", claim_id=""),
        verdict("P1.7", "no_figure", value=None),
    ]
    readings = SETTINGS["readings"] | {
        "statistics": {"label": "Office", "whose": "its"}
    }
    found = summary(notebook(records=told))
    html = index([found], TABLES, settings=SETTINGS | {"readings": readings})
    rows = csv.DictReader(io.StringIO(exports.verdicts_csv(found["records"])))
    plain = [
        "stated" if row["basis"] == "stated" else row["verdict"]
        for row in rows
        if row["standing"] == "asserted"
        and row["reading"] == "print"
        and row["bearing"] != "none"
    ]
    assert Counter(plain) == {"follows": 1, "open": 1, "stated": 1, "no_figure": 1}
    assert counted(html) == [
        "Of 4 sentences, 1 follows, 1 left open, 1 only stated, 1 without a figure."
    ]
    marks = html.partition('class="marks"')[2].partition("</p>")[0]
    assert marks.count("<svg") == 4
    assert "judged by the printed figures alone" in html
    assert "Keeper 2020: 5 asserted, 1 needed" in words(html)
    assert "Sentence P1.6" not in html


@pytest.mark.parametrize("column", ["load", "checkable"])
def test_the_index_leaves_out_claims_that_carry_nothing(column):
    tables = Tables(TABLES, claims=[TABLES["claims"][0] | {column: "no"}])
    html = index([summary(notebook())], tables, settings=SETTINGS)
    assert counted(html) == ["No sentence that a figure could test."]


def test_the_index_of_a_bare_study():
    """One table, no map, no look of its own, and a page that never ran."""
    lost = {"name": "01_apples", "headline": None, "key": None, "records": []}
    tables = Tables(sources=TABLES["sources"])
    html = index([lost | {"failed": True}], tables, settings=SETTINGS)
    assert 'href="01_apples.failed.html"' in html
    assert "One question, one answer" in words(html)
    assert counted(html) == ["No sentence that a figure could test."]


def test_a_page_of_a_study_without_tables():
    html = page(notebook(), None, settings=SETTINGS)
    assert "Claim, a text. P1.1" in words(html)


@pytest.mark.parametrize(
    ("lo", "hi", "labels"),
    [
        (73, 93, [(10, False, "73%"), (76.67, True, "93%")]),  # no room on either side
        (83, 98, [(43.33, False, "83% to 98%")]),
        (72, 74, [(13.33, True, "72% to 74%")]),
        (20, 30, [(0, True, "20% to 30%")]),  # out of sight on the left
        (None, None, []),
    ],
)
def test_labels_of_a_panel_stand_where_there_is_room(lo, hi, labels):
    slider = {"at": [70, 80, 90, 100], "unit": "%"}
    bar = _bar({"lo": lo, "hi": hi, "lo_open": False}, slider)
    found = [(row["x"], row["after"], row["text"]) for row in bar["labels"]]
    assert found == labels
