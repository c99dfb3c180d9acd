import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from thirdneighbor.reporting.exporter import FOOTER, HOUSE, number
from thirdneighbor.reporting.flow import drawing
from thirdneighbor.reporting.fonts import characters_of, font_css
from thirdneighbor.reporting.index import render_index
from thirdneighbor.reporting.page import render_failure, render_page

HOSTILE = "<script>alert(1)</script>\"'</style><img src=x onerror=alert(2)>"
INDEX = [
    {"name": "01_trade", "title": "Trade"},
    {"name": "02_cap", "title": "The cap"},
    {"name": "03_rule", "title": "The rule"},
]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<clipPath id="c"><rect width="9" height="9"/></clipPath>'
    '<g clip-path="url(#c)"><text fill="var(--ink)">share</text></g></svg>'
)
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Elements, ids, links and the words of badges."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links, self.requests, self.events = [], [], [], [], []
        self.badges, self.stack, self.faults = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"]] if tag == "a" else []
        self.requests += [attrs[name] for name in ("src", "srcset", "data") if name in attrs]
        self.requests += [attrs["href"]] if tag in ("link", "use", "image", "base") else []
        self.events += [name for name in attrs if name.startswith("on")]
        if tag not in VOID:
            self.stack.append((tag, attrs.get("class", "")))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag):
        self.faults += [] if self.stack and self.stack[-1][0] == tag else [tag]
        self.stack.pop()

    def handle_data(self, data):
        tag, name = self.stack[-1] if self.stack else ("", "")
        if tag == "span" and name.startswith("badge"):
            self.badges.append((name.split()[1], data))


def shows(kind, bundle):
    name = "application/vnd.thirdneighbor.{}+{}"
    drawings = {name.format(b, "svg"): bundle[b] for b in ("wide", "narrow") if b in bundle}
    bundle = {k: v for k, v in bundle.items() if k not in ("wide", "narrow")}
    data = {name.format(kind, "json"): bundle, **drawings, "text/plain": "plain"}
    return new_output("display_data", data=data)


def verdict(prop_id="P2.1", word="certain", reading="literal", **fields):
    return {
        "prop_id": prop_id,
        "reading": reading,
        "notebook": "02_cap",
        "text": f"Claim {prop_id}",
        "verdict": word,
        "basis": "print",
        "bearing": "supports",
        "shown": "(50, 100]%",
        "spoken": "above 50% to 100%",
        "inputs": "f1 f2",
        "sources": "s1",
    } | fields


def figure(text="Share"):
    return {
        "title": text,
        "subtitle": f"{text}, %, 2019; n = 2",
        "alt": text,
        "note": text,
        "sources": ["s1"],
        "columns": ["reading", "share"],
        "data": [[text, 50.0], ["other", None]],
        "wide": SVG,
        "narrow": SVG,
    }


def run(text="printed"):
    source = {"authors": text, "year": 2020, "title": text, "publication": text, "kind": text}
    source |= {"source_id": "s1", "doi_or_url": "javascript:alert(1)"}
    fact = {"figure_id": "f1", "source_id": "s1", "printed": text, "place": text, "shown": text}
    return {
        "notebook": "02_cap",
        "parameters": {"cap": text},
        "selections": [{"table": "t", "predicate": text, "digest": "ab" * 32, "rows": 2}],
        "digest": "cd" * 32,
        "figures": [fact | {"rule": text, "propositions": ["P2.1", "P9.9"]}],
        "events": [
            {"event_id": "e1", "source_id": "s1", "printed": text}
            | {"place": text}
            | {"label": text}
        ],
        "sources": [source],
        "versions": {"python": "3.11"},
    }


def notebook(*cells, text="Words", records=None):
    headline = {"topic": text, "title": text, "standfirst": text, "outcome": text}
    records = (
        [verdict(), verdict(word="contradicted", reading="official")]
        if records is None
        else records
    )
    cells = [
        new_markdown_cell(f"# Title\n\nArgued by {text}"),
        new_code_cell("import math  # set-up"),
        new_code_cell("cap: float = 0.5", metadata={"tags": ["parameters"]}),
        new_code_cell("headline()", outputs=[shows("headline", headline)]),
        *cells,
        new_code_cell("record()", outputs=[shows("verdict", record) for record in records]),
        new_code_cell("run()", outputs=[shows("run", run(text))]),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    return new_notebook(cells=cells)


def page(*cells, **words):
    return render_page(notebook(*cells, **words), index=INDEX, position=(2, 3))


def whole(text="Words"):
    table = {"caption": text, "columns": [text, "n"], "align": ["l", "r"], "rows": [[text, "1"]]}
    said = new_output("display_data", data={"text/markdown": f"Said: {text}"})
    printed = new_output("stream", name="stdout", text=text)
    record = verdict(text=text, because=text, shown=text, deciding_quantity=text, inputs=text)
    record |= {"decides_if": text, "official_value": text, "flip_parameter": text}
    cells = [
        new_markdown_cell(
            f"## {text}\n\n{text}\n\n- [bad](javascript:alert(1)) ![](http://x.org/a.png)"
        ),
        new_code_cell(f"x = {text!r}", outputs=[shows("figure", figure(text))]),
        new_code_cell("table()", outputs=[shows("table", table | {"note": text})]),
        new_code_cell("say()", outputs=[said]),
        new_code_cell("print()", outputs=[printed]),
    ]
    return page(*cells, text=text, records=[record])


def failure(text="Words"):
    error = {"ename": text, "evalue": text, "traceback": [text, "\x1b[31mred\x1b[0m"]}
    return render_failure("01_trade", text, error, ["P1.1", "P1.2"])


def board(text="Words"):
    notebooks = [dict(entry, finding=text, failed=True) for entry in INDEX]
    return render_index([verdict(text=text, deciding_quantity=text)], notebooks)


@pytest.mark.parametrize("make", [whole, failure, board])
@pytest.mark.parametrize("text", ["Words", HOSTILE])
def test_page_is_whole_and_data_stay_text(make, text):
    html = make(text)
    seen = Page(html)
    assert re.findall("<script[^>]*>", html) == (
        ['<script type="application/ld+json">'] if make is whole else []
    )
    assert not {"img", "iframe", "object", "form"} & set(seen.tags)
    assert not seen.events
    assert seen.tags.count("style") == 1
    assert seen.tags.count("h1") == 1
    assert not seen.faults
    assert len(seen.ids) == len(set(seen.ids))
    assert {link[1:] for link in seen.links if link.startswith("#")} <= set(seen.ids)
    assert all(link.startswith(("#", "data:")) for link in seen.requests)
    assert not [link for link in seen.links if link.startswith("javascript")]
    assert FOOTER in html
    assert "default-src 'none'" in html
    assert "red" in html or make is not failure
    assert "\x1b" not in html


def test_hostile_text_is_escaped_once():
    html = whole(HOSTILE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&amp;lt;" not in html


def test_badges_say_what_the_records_say():
    records = [
        verdict("P2.1"),
        verdict("P2.1", "contradicted", "official"),
        verdict("P2.2", "not testable"),
        verdict("P2.3", "consistent"),
    ]
    html = page(records=records)
    claims = html[html.index('<ol class="claims">') : html.index("</ol>")]
    words = [record["verdict"] for record in records]
    assert Page(claims).badges == [(w.replace(" ", "-"), w.capitalize()) for w in words]
    assert [name for name in Page(html).ids if name.startswith("P2")] == ["P2.1", "P2.2", "P2.3"]
    assert "A stricter or official reading changes the verdict on 1 of 3." in html


def test_restated_claims_are_not_counted():
    records = [verdict("P2.1"), verdict("P2.2", basis="asserted", bearing="restates")]
    assert "1 of 2" in page(records=records)
    title = re.search("<h1>(.*)</h1>", render_index(records, INDEX))[1]
    assert title == "Of two claims, one is certain as printed and none are contradicted"


def test_bounds_are_words_for_screen_readers():
    html = page()
    assert '<span aria-hidden="true">(50, 100]%</span>' in html
    assert '<span class="vh">above 50% to 100%</span>' in html


def test_trace_links_both_ways_and_only_where_something_is():
    html = page()
    assert '<a href="#src-f1">f1</a>, f2' in html
    assert '<a href="#P2.1">P2.1</a>, P9.9' in html
    assert 'id="source-s1"' in html


def test_statistics_that_no_claim_uses_stand_together():
    """They keep their printed value, a row to a place, and no anchor."""
    cell = notebook().cells[-1]
    bundle = cell.outputs[0]["data"]["application/vnd.thirdneighbor.run+json"]
    source = dict(bundle["sources"][0], source_id="office", kind="statistics")
    fact = dict(bundle["figures"][0], source_id="office", propositions=[], place="row China")
    bundle["sources"].append(source)
    bundle["figures"] += [fact | {"figure_id": f"n{y}", "printed": str(y)} for y in (1, 2)]
    cells = [*notebook().cells[:-1], cell]
    html = render_page(new_notebook(cells=cells), index=INDEX, position=(2, 3))
    assert "<td>n1 “1”, n2 “2”</td>" in html
    assert 'id="src-n1"' not in html


def test_an_event_that_two_sources_print_has_one_anchor():
    cell = notebook().cells[-1]
    bundle = cell.outputs[0]["data"]["application/vnd.thirdneighbor.run+json"]
    bundle["events"].append(dict(bundle["events"][0], source_id="s2"))
    html = render_page(
        new_notebook(cells=[*notebook().cells[:-1], cell]), index=INDEX, position=(2, 3)
    )
    assert html.count('id="src-e1"') == 1
    assert html.count(">e1<") == 2


def test_years_have_no_comma():
    data = figure() | {"columns": ["year", "trade"], "data": [[2019, 7620]]}
    html = page(new_code_cell("bars()", outputs=[shows("figure", data)]))
    assert ">2019<" in html
    assert ">7,620<" in html


def test_flip_and_deciding_sentences():
    fields = {
        "flip_parameter": "cap",
        "flip_value": 0.25,
        "flip_figure": "f1",
        "flip_distance": "-2%",
    }
    fields["flip_choices"] = "definition = firms; sources without gungor2020"
    nothing = {"flip_parameter": "nothing", "flip_choices": "nothing"}
    html = page(records=[verdict(**fields), verdict("P2.2", **nothing)])
    flat = re.sub(r"<[^>]*>", "", html)
    assert "cap = 0.25; definition = firms; sources without gungor2020f1-2%" in flat
    assert "No parameter or figure flips P2.2 (literal)." in flat
    assert "Every verdict of this notebook is settled by the print." in flat
    flat = re.sub(r"<[^>]*>", "", page(records=[verdict("P2.2", flip_parameter="nothing")]))
    assert "No numeric parameter or figure flips P2.2 (literal)." in flat


def test_figure_has_both_boards_its_data_and_its_code():
    html = page(new_code_cell("bars()", outputs=[shows("figure", figure())]))
    assert 'id="f1w1"' in html
    assert 'clip-path="url(#f1n1)"' in html
    assert html.count('role="img" aria-label="Share"') == 2
    assert "Data behind figure 1" in html
    assert "<td>no value</td>" in html.replace(' class="r"', "")
    assert html.index("Data behind figure 1") < html.index("Code for figure 1")


def test_summaries_differ_and_set_up_stands_under_run():
    cells = [new_code_cell("bars()", outputs=[shows("figure", figure())]) for _ in range(2)]
    html = page(*cells)
    summaries = re.findall("<summary>(.*?)</summary>", html)
    summaries.remove("On this page")
    assert len(summaries) == len(set(summaries))
    listed = html.index('id="run"')
    assert all(html.index(name) > listed for name in (">Set-up code<", ">Parameters<"))


def test_headings_of_the_same_name_get_their_own_ids():
    cells = [new_markdown_cell("## Limits"), new_markdown_cell("## Limits\n\n### Limits")]
    html = page(*cells)
    assert re.findall('id="(section-limits[^"]*)"', html) == [
        "section-limits",
        "section-limits-2",
        "section-limits-3",
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "<script/>",
        '<image href="#a"/>',
        '<use href="http://x.org/#a"/>',
        '<rect onclick="alert(1)"/>',
        '<rect fill="url(http://x.org/a)"/>',
        "<style>*{}</style>",
        "<!-- note -->",
    ],
)
def test_unsafe_drawings_are_refused(bad):
    svg = SVG.replace("<g ", bad + "<g ")
    with pytest.raises(ValueError, match="a drawing may not hold"):
        drawing(svg, prefix="f1-", alt="")


def test_a_page_without_headline_or_with_a_lost_link_is_refused():
    with pytest.raises(ValueError, match="no headline"):
        render_page(new_notebook(), index=INDEX, position=(1, 3))
    with pytest.raises(ValueError, match="lead nowhere on the page: nowhere"):
        page(new_markdown_cell("[there](#nowhere)"))


def test_an_unknown_verdict_is_refused():
    with pytest.raises(ValueError, match="unknown verdict 'maybe'"):
        page(records=[verdict(word="maybe")])


@pytest.mark.parametrize(
    ("text", "name"), [("安", "U+5B89"), ("∈", "U+2208"), ("a\u2009b", "U+2009")]
)
def test_characters_without_a_glyph_are_named(text, name):
    with pytest.raises(ValueError, match=re.escape(name)):
        page(new_markdown_cell(text))


def test_characters_in_code_and_in_spoken_text_need_no_glyph():
    code = "<pre>安</pre><code>∈</code><svg aria-label='x' role=\"img\"></svg>"
    assert characters_of(f"{code}<p>İğş ≤ ½ → ł</p>") == set(" İğş≤½→ł")


def test_the_same_notebook_gives_the_same_bytes():
    first = whole()
    again = nbformat.reads(nbformat.writes(notebook()), as_version=4)
    assert first == whole()
    assert page() == render_page(again, index=INDEX, position=(2, 3))


def test_fonts_are_the_same_in_every_process():
    code = "from thirdneighbor.reporting.fonts import font_css; print(font_css(), end='')"
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    other = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert other.stdout.decode() == font_css()


def test_budgets():
    assert len(font_css()) < 70_000
    assert (HOUSE / "page.css").stat().st_size < 14_000
    assert len(failure().encode()) < 80_000


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.5, "−0.5"),
        (12345.0, "12,345"),
        ("7,620 M", "7,620 M"),
        (None, ""),
        ("inf", "unbounded"),
        (0.123456, "0.1235"),
        (True, "yes"),
        (2019, "2,019"),
        ("2019", "2019"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_index_puts_claims_whose_readings_differ_first():
    records = [
        verdict("P2.1"),
        verdict("P2.2"),
        verdict("P2.2", "contradicted", "strict"),
    ]
    html = render_index(records, INDEX)
    assert html.index("02_cap.html#P2.2") < html.index("02_cap.html#P2.1")
    assert "02_cap.html#P2.2" in Page(html).links


def test_failure_page_names_what_is_missing():
    html = failure()
    assert "P1.1, P1.2" in html
    assert "01_trade.html" in html
    lone = render_failure("01_trade", "Trade", {"previous": False}, [])
    assert "01_trade.html" not in lone
