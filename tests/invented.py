"""An invented study of one invented text, for tests of what any study needs."""

import csv
import hashlib
import json

TEXT = (
    "Notes on cheese. More than fifty percent of the cheese of Arcadia went to Utopia in "
    "1990. The two signed a treaty that year.\n"
    "By then Arcadia owed about\n$3.8\nbillion. Utopia disagrees."
)
REQUIRED = {"required": True}
NUMBER = {"type": "integer", "constraints": {"minimum": 0}}
ENDS = {"constraints": {"pattern": r"\d{4}(-\d{2}(-\d{2})?)?"}}


def one_of(*values):
    return {"constraints": {"required": True, "enum": list(values)}}


FIELDS = {
    "sources": {
        "source_id": {"constraints": {"required": True, "unique": True}},
        "file": {},
        "kind": one_of("text", "statistics"),
        "authors": {},
        "year": {"type": "integer"},
        "title": {"constraints": REQUIRED},
        "span_start": NUMBER,
        "span_end": NUMBER,
        "text_sha256": {},
    },
    "countries": {"iso3": {"constraints": {"required": True}}, "name": {}},
    "figures": {
        "figure_id": {"constraints": {"required": True, "unique": True}},
        "source_id": {},
        "printed": {"constraints": REQUIRED},
        "char_start": NUMBER,
        "place": {},
        "quantity": one_of("share", "debt"),
        "reporter": {},
        "partner": {},
        "commodity": {},
        "period_start": ENDS,
        "period_end": ENDS,
        "period_basis": one_of("stated", "undated"),
        "note": {},
    },
    "limits": {
        "quantity": {},
        "reporter": {},
        "partner": {},
        "unit": {},
        "least": {"type": "number"},
        "most": {"type": "number"},
    },
    "events": {"event_id": {}, "date_start": ENDS, "date_end": ENDS, "label": {}},
    "event_mentions": {
        "event_id": {},
        "source_id": {},
        "printed": {},
        "char_start": NUMBER,
        "place": {},
    },
    "claims": {"claim_id": {}, "source_id": {}, "char_start": NUMBER, "paraphrase": {}},
    "propositions": {
        "prop_id": {"constraints": {"pattern": r"P\d\.\d"}},
        "notebook": {},
        "text": {},
        "standing": one_of("asserted", "needed", "ours"),
        "claim_id": {},
        "bears_on": {},
        "readings": {"items": {"separator": " ", "enum": ["print", "statistics"]}},
        "untested": {"items": {"separator": " ", "enum": ["print", "statistics"]}},
    },
    "corrections": {
        "source_id": {},
        "char_start": NUMBER,
        "printed": {},
        "issue": {},
        "evidence": {},
    },
    "excluded": {
        "source_id": {},
        "char_start": NUMBER,
        "printed": {},
        "reason": one_of("period", "idiom"),
    },
}
KEYS = {
    "event_mentions": ["event_id", "source_id"],
    "limits": ["quantity", "reporter", "partner"],
    "corrections": ["source_id", "char_start"],
    "excluded": ["source_id", "char_start"],
}
LINKS = {
    "source_id": ("sources", "source_id"),
    "reporter": ("countries", "iso3"),
    "partner": ("countries", "iso3"),
    "claim_id": ("claims", "claim_id"),
    "bears_on": ("claims", "claim_id"),
    "event_id": ("events", "event_id"),
}


def at(token):
    return str(TEXT.index(token))


def cells(*lines):
    """Return rows of cells that are separated by bars; a name in braces is a place."""
    places = {"more": at("More than"), "about": at("about"), "treaty": at("a treaty")}
    places |= {"went": at("went to"), "two": at("two"), "year": at("1990")}
    filled = [line.format(**places) for line in lines]
    return [[cell.strip() for cell in line.split("|")] for line in filled]


END, DIGEST = len(TEXT), hashlib.sha256(TEXT.encode()).hexdigest()
ROWS = {
    "sources": cells(
        "pan1991|pan1991.txt|text|Pan, Peter|1991|Notes on cheese|0|"
        + f"{END}|{DIGEST}",
        "office||statistics||2000|Yearbook of Arcadia|||",
    ),
    "countries": cells("ARC|Arcadia", "UTO|Utopia"),
    "figures": cells(
        "pan_share|pan1991|More than fifty percent|{more}|opening"
        "|share|ARC|UTO|cheese|1990|1990|stated|",
        "pan_debt|pan1991|about $3.8 billion|{about}|last lines|debt|ARC|||||undated|",
        "office_share|office|41.5%||table 3|share|ARC|UTO|cheese|1990|1990|stated|",
    ),
    "limits": cells(
        "share|||share|0|1",
        "debt|||usd|0|100000000000",
        "debt|ARC||usd|1000000000|20000000000",
    ),
    "events": cells("treaty|1990|1990|Treaty of Arcadia and Utopia"),
    "event_mentions": cells("treaty|pan1991|a treaty|{treaty}|opening"),
    "claims": cells("pan_dependence|pan1991|{went}|Arcadia sells to Utopia."),
    "propositions": cells(
        "P1.1|01_cheese|Half of the cheese went to Utopia.|asserted"
        "|pan_dependence||print|statistics",
        "P1.2|01_cheese|Nobody else buys it.|needed||pan_dependence||print",
    ),
    "corrections": cells("pan1991|{year}|1990|The year is late.|See table 3."),
    "excluded": cells("pan1991|{year}|1990|period", "pan1991|{two}|two|idiom"),
}


def package():
    resources = []
    for name, fields in FIELDS.items():
        described = {"type": "string", "description": "what it is"}
        schema = {
            "fields": [
                {"name": n, **described, **rules} for n, rules in fields.items()
            ],
            "primaryKey": KEYS.get(name, next(iter(fields))),
            "foreignKeys": [
                {"fields": n, "reference": {"resource": to, "fields": column}}
                for n, (to, column) in LINKS.items()
                if n in fields and to != name
            ],
        }
        told = {"title": name, "description": "One row each."}
        resources.append(
            {"name": name, **told, "path": f"{name}.csv", "schema": schema}
        )
    return {
        "name": "cheese",
        "title": "Cheese",
        "version": "1",
        "description": "Invented.",
        "licenses": [
            {"name": "CC0-1.0", "title": "CC0", "path": "https://example.org"}
        ],
        "example": {"quantity": "share"},
        "resources": resources,
    }


class Files:
    """The tables of a study in a folder, which a test may damage."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"

    def edit(self, table, key, column, value):
        """Put a value into the row whose first cell is the key; return its number."""
        rows = self.rows(table)
        row = next(row for row in rows[1:] if row[0] == key)
        row[rows[0].index(column)] = value
        self.write(table, rows)
        return rows.index(row) + 1

    def rows(self, table):
        path = self.data / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table, rows):
        path = self.data / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


class Study(Files):
    """A study in a folder of its own, which a test may damage."""

    def __init__(self, folder):
        super().__init__(folder)
        self.data.mkdir(parents=True)
        (folder / "texts").mkdir()
        (folder / "texts" / "pan1991.txt").write_bytes(TEXT.encode())
        self.describe(package())
        for name, rows in ROWS.items():
            self.write(name, [list(FIELDS[name]), *rows])

    def describe(self, content):
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (self.data / "datapackage.json").write_text(text, encoding="utf-8")
