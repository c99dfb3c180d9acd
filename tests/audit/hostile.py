"""A study in which every text is hostile, or of the same kind and harmless."""

import json
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

sys.path.insert(0, str(Path(__file__).parents[1]))
import small

MARKUP = (
    "<script>alert(1)</script><img src=http://evil.example/a onerror=alert(2)> "
    "\" onmouseover=\"alert(3)\" ' onfocus='alert(4)' autofocus "
    "{{7*7}} {%raw%} {#c#} ${7*7} {0} {x} %s &lt;b&gt; &#60;i&#62; &amp; "
    "[x](javascript:alert(5)) ![y](http://evil.example/y.png) <https://evil.example> "
    "</script></style></textarea></title><!-- --> ]]> <svg/onload=alert(6)> "
    "javascript:alert(7) =HYPERLINK(1) $x_1$ \\ \u202etxt.exe \u2067x"
)
LINES = "\x1b]0;owned\x07\x1b[31mred \x9b2J \u2028 \u2029 \x08 "  # no cell takes these
STARTS = (
    "=1+1",
    "+1+1",
    "-1+1|'x'!A1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "-1 x",
)
CHOICE = "\"'<img src=x onerror=alert(8)> =1 {{7*7}}"
STEM = "01_it's {{7+7}} & $(id) [x](y) `a` %41 #b ; =1"
SIGNS = re.compile(r"[^\w\s-]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
TEXTS = {
    "sources": "authors title publication",
    "figures": "place commodity reporter partner note",
    "events": "label",
    "event_mentions": "place",
    "claims": "paraphrase",
    "excluded": "reason",
    "propositions": "text settles settles_if settles_source note",
}
CELLS = (
    "import pandas as pd\nwords = WORDS\nw, at = words['w'], words['starts']",
    "judged = s.figure('share') > p.line\n"
    "s.judge('P1.1', print=judged.given(w + 'given').named(w + 'label'))\n"
    "ratio = (s.figure('apples') / s.figure('fruit') > 0.5).given(at[0])\n"
    "s.judge('P1.2', print=(ratio.named(w) & judged.named(at[1])))",
    "s.events()",
    "ap.headline('{w} question?', '{w} finding', '{w} answer', topic=w, w=w,\n"
    "    reading=('{w} title', '{w} text'), settles='{w} settles')",
    "ap.key_numbers([ap.key('{w}', '{w}', '{w}', w=w),\n"
    "    ap.key(0.6, '{w}', 'x', line=0.5, w=w)])",
    "ap.voices([ap.voice(w, w, w, '{w} of', w, w=w),\n"
    "    s.said('share', of='{w}', w=w), s.said('apples', of='x', who=w)], '{w}', w=w)",
    "card = ap.card(s.verdict('P1.1', 'print'), '{w}', '{w}', w=w)\n"
    "frame = pd.DataFrame({w: [w, *at], 'n': range(len(at) + 1), w + 'c': w})\n"
    "table = ap.table(frame, '{w} caption', '{w} note', w=w)\n"
    "ap.section('{w} section', '{w}\\n\\n{w}', [card], [table], w=w)",
    "said = dict(title=w, subtitle=w, note=w, sources=['keeper2020'])",
    "ends = dict(lo=[0.1, 0.2, 0.3], hi=[0.2, 0.4, 0.5])\n"
    "bars = pd.DataFrame({'label': [w, at[0], at[1]], 'sub': w, 'text': at[2], **ends})\n"
    "ap.charts.ranges(bars, unit='share', threshold=0.3, threshold_label=w, **said)",
    "dots = pd.DataFrame({'label': [w, at[3]], 'value': [-0.5, 1.5], 'name': w})\n"
    "ap.charts.dots(dots, unit='', limits=(-1, 2), **said)",
    "years = pd.DataFrame({'year': [2001, 2002, 2003], 'series': w, 'value': [1, 2, 3]})\n"
    "ap.charts.lines(years, unit='usd', threshold=2, threshold_label=w, **said)",
    "ap.charts.bars(pd.DataFrame({'label': [w, at[4]], 'value': [0.9, 0.2]}),\n"
    "    unit='share', **said)",
    "ap.charts.columns(pd.DataFrame({'label': [1, 2], w: [1, 2], 'b': [1, 2]}),\n"
    "    unit='gwh', parts=[w, 'b'], **said)",
    "ap.charts.tiles(pd.DataFrame({w: ['yes', 'no'], 'won': ['no', 'yes']},\n"
    "    index=[w, 'b']), outcome='won', key={'?': w}, **said)",
    "lanes = pd.DataFrame({'lane': [w, 'b'], 'start': [1, 2], 'end': [3, 4],\n"
    "    'open_end': False, 'label': [w, at[0]]})\n"
    "ap.charts.timeline(lanes, years=False, limits=(0, 9), **said)",
    "steps = [0.4, 0.5, 0.6]\n"
    "slider = ap.slider(w + 'moved', steps, [w + str(x) for x in steps], 1, (0, 1))\n"
    "several = [s.figure('share') > x for x in steps]\n"
    "ap.what_if('{w} panel', '{w} lead', slider, [\n"
    "    ap.choice(w + 'row', w + 'token', several, bar=s.figure('share')),\n"
    "    ap.choice(at[0], at[1], words=[w + 'a', w + 'b', w + 'c']),\n"
    "    ap.choice('none', 'x', words=['a', 'b', 'c'], none=w, setting=1)],\n"
    "    column=w, sentence='{value} {row} {word} {other} ' + w, table_at=[0, 1, 2],\n"
    "    toggle=(w, [w + '1', w + '2']), w=w)",
    "ap.match(w, w, w, w, [((w, w), None, w), ((at[0], w), (w, w), 'same')], w)",
    "ap.objection('{w}', ['{w}'], w=w)",
    "ap.settle([('{w}', '{w}', '{w}')], w=w)",
    "ap.questions(['{w}'], w=w)",
    "ap.note('{w}', '{w}', w=w)",
    "ap.fold(w, table)",
)


def harmless(text):
    """Return text of the same kind in which no sign means anything."""
    return SIGNS.sub("x", text)


class Writer:
    """Writes the study, with hostile texts or with harmless ones of the same kind."""

    def __init__(self, folder, *, hostile):
        self.folder, self.hostile = folder, hostile
        self.stem = self.kind(STEM)

    def kind(self, text):
        return text if self.hostile else harmless(text)

    def text(self, start, more=""):
        return start + self.kind(f"{MARKUP} `x` {more}")

    def remark(self, start):
        return start + self.kind(MARKUP)  # without code, which it may hold

    def write(self):
        small.make_study(self.folder)
        (self.folder / "notebooks" / "01_apples.ipynb").unlink()
        for table, rows in self.tables().items():
            small.write_table(self.folder, table, rows)
        texts = {"keeper2020": {"who": self.text("who "), "when": self.text("when ")}}
        print_ = {"label": self.text("reading "), "whose": self.text("whose ")}
        named = ("title", "purpose", "authors")
        small.write_settings(
            self.folder,
            **{name: self.text(f"settings {name} ") for name in named},
            notebooks=[self.stem, "02_fails"],
            topics={name: self.text("topic ") for name in (self.stem, "02_fails")},
            texts=texts,
            readings={"print": print_},
            quantities={"share_exports": "{partner} of {reporter}"},
        )
        self.notebook(self.stem, CELLS)
        raised = f"raise ValueError({self.text('raised ', LINES)!r})"
        self.notebook("02_fails", [raised])

    def tables(self):
        tables = small.tables()
        event = dict.fromkeys(small.COLUMNS["events"].split(), "")
        mention = dict.fromkeys(small.COLUMNS["event_mentions"].split(), "")
        at = {"char_start": str(small.TEXT.index("2019")), "printed": "2019"}
        mention |= {"event_id": "e1", "source_id": "keeper2020"} | at
        tables["events"] = [event | {"event_id": "e1", "date_start": "2019"}]
        tables["event_mentions"] = [mention]
        for table, columns in TEXTS.items():
            for row in tables[table]:
                row |= {name: self.text(f"{table} {name} ") for name in columns.split()}
        tables["sources"][0]["doi_or_url"] = self.text("https://example.org/")
        for row in tables["propositions"]:
            row["notebook"] = self.stem
        return tables

    def notebook(self, name, code):
        words = {"w": self.text("w ", LINES), "starts": [*map(self.kind, STARTS)]}
        choice = self.kind(CHOICE)
        note = f"{self.text('unit ')} ; {self.text('meaning ')}".replace("\n", " ")
        declared = f'what: str = "a"  # {{{choice}, a}} ; {note}'
        path = small.write_notebook(
            self.folder,
            name,
            self.remark("heading "),
            *(cell.replace("WORDS", repr(words)) for cell in code),
            parameters=f"{small.PARAMETERS}\n{declared}",
        )
        notebook = nbformat.read(path, as_version=4)
        opening = notebook.cells[2]
        opening.source = opening.source.replace(f'"{name}"', json.dumps(name))
        notebook.cells.insert(1, new_markdown_cell(self.remark("remark ")))
        nbformat.write(notebook, path)
