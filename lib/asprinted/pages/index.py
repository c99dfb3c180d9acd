"""The index: what the texts argue, what each page found, and every sentence tested."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from asprinted import verdicts
from asprinted.evidence import source_name, written_by
from asprinted.pages import ledger
from asprinted.pages.house import FOOTER, frame, imprint, render
from asprinted.pages.page import rows_of
from asprinted.prose import spelt
from asprinted.tables import TEXT

if TYPE_CHECKING:
    from asprinted.tables import Tables

Row = Mapping[str, Any]
Point = Sequence[float]

ASSERTED, NEEDED = "asserted", "needed"
NONE_TO_TEST = "No sentence that a figure could test."
FILES = (
    ("verdicts.csv", "all verdicts (CSV)"),
    ("verdicts.json", "all verdicts (JSON)"),
    ("figures.csv", "all figures with bounds (CSV)"),
)
BACKGROUND = "other"
SMALLEST_DISC = 1.5


def index(
    pages: Sequence[Row],
    tables: Tables,
    *,
    settings: Row,
    outline: Row | None = None,
) -> str:
    """Return the index of a study as one self-contained page.

    Parameters
    ----------
    pages : sequence of mapping
        In reading order what `page.summary` says of each notebook; ``failed`` or
        ``stale`` (a reason) may be added.
    tables : Tables
        The study's tables; ``claims`` and ``sources`` are read.
    settings : mapping
        The study's settings, with ``purpose`` and the section ``index``.
    outline : mapping, optional
        The outlines for the map.

    Returns
    -------
    str
        HTML.
    """
    look = {"standfirst": "", "counted": "print", **(settings.get("index") or {})}
    texts = _Texts(pages, tables, settings)
    maps = [page["map"] for page in pages if page.get("map")]
    discs = maps[-1]["discs"] if maps else {}
    purpose = settings["purpose"]
    lead = [page for page in pages if page["name"] == settings.get("synthesis")]
    drawn = map_view(outline, look["map"], discs) if outline and "map" in look else None
    shown = {
        "look": look,
        "lead": [page for page in lead if page["headline"]],
        "map": drawn,
        "texts": [texts.card(text) for text in texts.names],
        "whose": settings["readings"][look["counted"]]["whose"],
        "cards": [_card(page) for page in pages],
        "counts": {"texts": spelt(len(texts.names)), "pages": spelt(len(pages))},
        "groups": texts.groups(),
        "legend": [(ledger.word(c), said) for c, said in verdicts.MEANINGS.items()],
        "files": FILES,
        "by": imprint(settings),
        "footer": FOOTER,
    }
    title, told = f"{purpose} | {settings['title']}", look["standfirst"] or purpose
    return render("index.html.j2", frame(title, told, "index"), settings, shown)


def _card(page: Row) -> dict[str, Any]:
    """Return what the index says of one page, also of one whose first run failed."""
    headline = page["headline"] or {"question": page["name"], "finding": ""}
    return {"failed": False, "stale": "", **page, "headline": headline}


class _Texts:
    """The sentences of each text, with their verdicts.

    One reading is counted, and of that only what the text's own argument rests on. The
    numbers behind verdicts are told in the words of the cards on the pages.
    """

    def __init__(self, pages: Sequence[Row], tables: Tables, settings: Row) -> None:
        self.settings = settings
        records = [record for page in pages for record in page["records"]]
        cards = [card for page in pages for card in page.get("cards", ())]
        self.numbers = {(c["prop_id"], c["reading"]): c["number"] for c in cards}
        look = settings.get("index") or {}
        self.arguments = look.get("texts") or {}
        self.counted = look.get("counted", "print")
        self.sources = {row["source_id"]: row for row in rows_of(tables, "sources")}
        self.names = [i for i, row in self.sources.items() if row.get("kind") == TEXT]
        self.claims = {row["claim_id"]: row for row in rows_of(tables, "claims")}
        self.sentences: dict[tuple[str, str], dict[str, list[Row]]] = {}
        for record in records:
            key = "claim_id" if record["standing"] == ASSERTED else "bears_on"
            text = self.claims.get(record[key], {"source_id": ""})["source_id"]
            same = self.sentences.setdefault((text, record["standing"]), {})
            same.setdefault(record["prop_id"], []).append(record)

    def _of(self, text: str, standing: str) -> list[list[Row]]:
        """Return the verdicts on each sentence that a text asserts or needs."""
        return list(self.sentences.get((text, standing), {}).values())

    def card(self, text: str) -> dict[str, Any]:
        """Return what a text argues in a line, and the outcome of its sentences."""
        source = self.sources[text]
        said = [r for records in self._of(text, ASSERTED) for r in records]
        counted = [record for record in said if self._counts(record)]
        counted.sort(key=lambda record: list(verdicts.COUNTED).index(_outcome(record)))
        outcomes = map(_outcome, counted)
        return {
            "who": written_by(source),
            "when": source.get("year", ""),
            "publication": source.get("publication") or "",
            "url": ledger.web_address(source),
            "argument": self.arguments.get(text, ""),
            "marks": [
                ledger.word(r["verdict"], r["basis"]) for r in counted[: ledger.MOST]
            ],
            "said": f"{verdicts.counted(outcomes)}." if counted else NONE_TO_TEST,
        }

    def _counts(self, record: Row) -> bool:
        """Whether a verdict is on a sentence that its text's argument rests on."""
        claim = {"load": "yes", "checkable": "yes", **self.claims[record["claim_id"]]}
        rests = claim["load"] == claim["checkable"] == "yes"
        own = record["reading"] == self.counted
        return own and rests and record["bearing"] != "none"

    def groups(self) -> list[dict[str, Any]]:
        """Return the sentences, text by text: those it asserts, then those it needs.

        Of very many, those on which the argument of the text rests.
        """
        groups = []
        for text in self.names:
            asserted, needed = self._of(text, ASSERTED), self._of(text, NEEDED)
            every = [*asserted, *needed]
            names = set(ledger.listed([records[0] for records in every]))
            rows = [self._row(r) for r in every if r[0]["prop_id"] in names]
            if rows:
                name = source_name(self.sources[text])
                counts = {"asserted": len(asserted), "needed": len(needed)}
                more = len(every) - len(rows)
                groups.append({"name": name, "rows": rows, "more": more, **counts})
        return groups

    def _row(self, records: Sequence[Row]) -> dict[str, Any]:
        first = records[0]
        notebooks = self.settings["notebooks"]
        own = [r for r in records if r["reading"] == self.counted]
        others = [r for r in records if r["reading"] not in (self.counted, "unhedged")]
        return {
            "text": first["text"],
            "needed": first["standing"] == NEEDED,
            "page": first["notebook"],
            "number": notebooks.index(first["notebook"]) + 1,
            "own": [self._verdict(record) for record in own],
            "others": [self._verdict(record) for record in others],
        }

    def _verdict(self, record: Row) -> dict[str, Any]:
        return {
            "badge": ledger.word(record["verdict"], record["basis"]),
            "number": self.numbers.get((record["prop_id"], record["reading"])),
            "given": record["given"],
            "label": self.settings["readings"][record["reading"]]["label"],
        }


def _outcome(record: Row) -> str:
    return verdicts.outcome(record["verdict"], record["basis"])


def map_view(outline: Row, look: Row, discs: Row) -> dict[str, Any]:
    """Return what a template prints of the map: land, words, and discs by share.

    Parameters
    ----------
    outline : mapping
        ``size``, ``shapes``, ``points`` and ``detail``, as in the study's outline file.
    look : mapping
        The study's settings of its map: ``alt``, ``note``, ``boards`` (for wide and
        narrow a ``view`` of the outline and a ``width`` in pixels), ``shapes`` (each
        with its colour), ``labels``, ``discs`` and ``inset``.
    discs : mapping
        For each disc its ``share`` and its ``number`` in words, from a notebook.
    """
    look = {"note": "", "shapes": {}, "labels": [], "discs": [], "inset": None, **look}
    shapes, near, boards = outline["shapes"], None, look["boards"]
    if look["inset"]:
        detail = outline["detail"]
        near = {"size": detail["size"], "land": _lands(detail["shapes"], look)}
    return {
        **look,
        "attribution": outline["attribution"],
        "land": _lands({BACKGROUND: shapes[BACKGROUND], **shapes}, look),
        "boards": {n: _board(outline, look, discs, b) for n, b in boards.items()},
        "inset": near,
    }


def _lands(shapes: Row, look: Row) -> list[dict[str, Any]]:
    """Return each land with its fill: plain, a tint, or ink for the land in question."""
    lands = []
    for code, rings in shapes.items():
        token = look["shapes"].get(code, "")
        land = {"path": path(rings), "token": token or "grid"}
        lands.append(land | {"opacity": {"": 0.75, "ink": 1.0}.get(token, 0.22)})
    return lands


def path(rings: Sequence[Sequence[Point]]) -> str:
    """Return rings as the shortest path: one start each, then steps.

    Examples
    --------
    >>> path([[[10, 10], [12, 9], [11, 14]]])
    'M10 10l2-1-1 5z'
    """
    return "".join(_ring(ring) for ring in rings)


def _ring(ring: Sequence[Point]) -> str:
    (x, y), steps = ring[0], []
    for left, right in pairwise(ring):
        steps += [right[0] - left[0], right[1] - left[1]]
    joined = " ".join(f"{step:g}" for step in steps).replace(" -", "-")
    return f"M{x:g} {y:g}l{joined}z"


def _board(outline: Row, look: Row, discs: Row, board: Row) -> dict[str, Any]:
    """Return one drawing: what of the outline it shows, and where its words stand."""
    left, top, width, height = board["view"]
    scale = board["width"] / width
    moved: dict[str, Any] = board.get("discs_at") or {}

    def place(at: str | Point) -> list[float]:
        x, y = outline["points"][at] if isinstance(at, str) else at
        return [round((x - left) * scale, 1), round((y - top) * scale, 1)]

    def disc(one: Row) -> dict[str, Any]:
        """Return a disc whose area is its share of the largest disc possible."""
        found = discs[one["shape"]]
        radius = max(board["disc"] * math.sqrt(found["share"]), SMALLEST_DISC)
        at = place(moved.get(one["shape"]) or one["at"])
        return {**one, "at": at, "radius": round(radius, 1), "number": found["number"]}

    inset = None
    if look["inset"]:
        to = board.get("inset_at") or look["inset"]["to"]
        start = place(look["inset"]["at"])
        inset = {"radius": board["inset"], "at": place(to), "from": start}
    return {
        "width": board["width"],
        "height": round(height * scale),
        "scale": round(scale, 4),
        "shift": [-left, -top],
        "labels": [
            {"small": False, "dark": False, **label, "at": place(label["at"])}
            for label in look["labels"]
            if board.get("small_labels", True) or not label.get("small")
        ],
        "discs": [disc(one) for one in look["discs"] if one["shape"] in discs],
        "inset": inset,
    }
