"""The rows behind a notebook: what it selects, how a printed figure is read, what it used."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from .intervals import Interval, bounds_text, exact
from .tables import TEXT, Tables, digest

INFERRED = "inferred"
_BRACKETED = re.compile(r"\[(.*?)\]")
Row = dict[str, str]


def written_by(source: Mapping[str, str]) -> str:
    """Return who wrote a source, in a few words: surnames, else who published it."""
    names = [
        name.split(",")[0].strip() for name in source.get("authors", "").split(";")
    ]
    if len(names) > 2:
        return f"{names[0]} and others"
    publisher = source.get("publication", "").split(",")[0]
    return ", ".join(filter(None, names)) or publisher or source["source_id"]


def source_name(source: Mapping[str, str]) -> str:
    """Return the words that stand for a source: who wrote it, and when.

    Examples
    --------
    >>> row = {"source_id": "x", "authors": "Apple, Ann; Pear, Peter", "year": "2020"}
    >>> source_name(row)
    'Apple, Pear 2020'
    """
    return f"{written_by(source)} {source.get('year', '')}".strip()


class Evidence:
    """Rows of the tables as one notebook selects them, under its parameters.

    Parameters
    ----------
    tables : Tables
        The checked tables.
    settings : mapping
        Settings of the study: `quantities` (wording of what figures measure) and `names`.
    values : mapping
        Checked parameters; `hedge_width`, `nearly_frac`, `sources` and `include_inferred`
        decide how printed figures are read and which count.
    """

    def __init__(
        self, tables: Tables, settings: Mapping[str, Any], values: Mapping[str, Any]
    ) -> None:
        self.tables, self.settings, self.values = tables, settings, values
        self._rows: dict[str, list[Row]] = {}
        self._facts: dict[str, dict[str, Any]] = {}

    def select(self, table: str, **where: Any) -> list[Row]:
        """Return rows of a table, and remember what was asked for and found."""
        asked = json.loads(json.dumps(where, sort_keys=True, default=list))
        key = f"{table} {json.dumps(asked)}"
        if key not in self._rows:
            rows = self.tables.select(table, where)
            facts = {"digest": digest(rows), "rows": len(rows)}
            self._rows[key] = rows
            self._facts[key] = {"table": table, "where": asked, **facts}
        return self._rows[key]

    def one(self, table: str, key: str, value: str) -> Row:
        """Return the one row of a table with this key; an unknown key is answered."""
        self.tables.row(table, value)
        return self.select(table, **{key: value})[0]

    def kind(self, source_id: str) -> str:
        """Return the kind of a source: text, statistics, ministry, press ..."""
        return self.one("sources", "source_id", source_id)["kind"]

    def interval(self, figure_id: str, *, hedged: bool = True) -> Interval:
        """Return what the print of a figure admits."""
        width = exact(self.values.get("hedge_width", 1.0))
        nearly = exact(self.values.get("nearly_frac", 0.1))
        return self.tables.readings[figure_id].interval(
            width, nearly, strict=not hedged
        )

    def admits(self, row: Mapping[str, str]) -> bool:
        """Whether the parameters let a figure count."""
        chosen = self.values.get("sources")
        left_out = chosen is not None and row["source_id"] not in chosen
        if left_out and self.kind(row["source_id"]) == TEXT:
            return False
        inferred = row["period_basis"] == INFERRED
        return not inferred or bool(self.values.get("include_inferred", True))

    def figures_among(self, names: Iterable[str]) -> list[Row]:
        """Return the rows of those names that are figures."""
        ids = [name for name in names if name in self.tables.readings]
        return [self.one("figures", "figure_id", name) for name in ids]

    def knows(self, name: str) -> bool:
        """Whether a name is a figure, an event or a source, and not an assumption."""
        events, sources = (
            self._ids("events", "event_id"),
            self._ids("sources", "source_id"),
        )
        return name in self.tables.readings or name in events or name in sources

    def sources_of(self, names: Sequence[str], claim_id: str = "") -> list[str]:
        """Return the sources behind figures, events and a claim, each once, sorted."""
        found = {n for n in names if n in self._ids("sources", "source_id")}
        for table, key in (("figures", "figure_id"), ("event_mentions", "event_id")):
            known = self._ids(table, key)
            here = sorted({name for name in names if name in known})
            rows = self.select(table, **{key: here}) if here else []
            found |= {row["source_id"] for row in rows}
        if claim_id:
            found.add(self.one("claims", "claim_id", claim_id)["source_id"])
        return sorted(found)

    def _ids(self, table: str, key: str) -> Container[str]:
        return self.tables.values(table, key) if table in self.tables else ()

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of what the figures are about, from the table that the settings name."""
        if "names" not in self.settings:
            return {}
        names = self.settings["names"]
        rows = self.tables.rows(names["table"])
        return {row[names["key"]]: row[names["label"]] for row in rows}

    def described(self, figure_id: str) -> str:
        """Return in words what a figure measures.

        Words in square brackets are left out where the figure has no partner.
        """
        row = self.tables.row("figures", figure_id)
        usual = "{what} of {reporter}" if row["reporter"] else "{what}"
        words = self.settings.get("quantities", {}).get(row["quantity"], usual)
        words = _BRACKETED.sub(r"\1" if row["partner"] else "", words)
        names = {
            column: self.names.get(row.get(column, ""), row.get(column, ""))
            for column in ("reporter", "partner")
        }
        said = words.format(what=row["quantity"].replace("_", " "), **names)
        period = dict.fromkeys(filter(None, (row["period_start"], row["period_end"])))
        return ", ".join(filter(None, [said, " to ".join(period)]))

    def label(self, figure_id: str) -> str:
        """Return in words what a figure measures, and of which goods if that is not said."""
        said = self.described(figure_id)
        goods = self.tables.row("figures", figure_id).get("commodity", "")
        goods = goods.replace("_", " ")
        return said if goods in said else f"{said} ({goods})"

    def summary(self, judged: Iterable[Any]) -> dict[str, Any]:
        """Return what was used: figures and events with their places, sources, selections.

        Parameters
        ----------
        judged : iterable of Record
            The verdicts, which name figures and sources.
        """
        records = list(judged)
        tested: dict[str, set[str]] = {}
        for record in records:
            for name in record.inputs:
                tested.setdefault(name, set()).add(record.prop_id)
        ids = self._used("figures", "figure_id")
        figures = [self._traced(i, sorted(tested.get(i, ()))) for i in ids]
        events = self._events()
        used = {source for record in records for source in record.sources}
        used |= {row["source_id"] for row in (*figures, *events)}
        sources = self.select("sources", source_id=sorted(used))
        selections = [self._facts[key] for key in sorted(self._facts)]
        content = json.dumps([dict(self.values), selections], sort_keys=True)
        return {
            "selections": selections,
            "digest": hashlib.sha256(content.encode()).hexdigest()[:16],
            "figures": figures,
            "events": events,
            "sources": sources,
        }

    def _used(self, table: str, column: str) -> list[str]:
        """Return the values of one column in all rows selected from a table."""
        keys = [key for key, facts in self._facts.items() if facts["table"] == table]
        return sorted({row[column] for key in keys for row in self._rows[key]})

    def _events(self) -> list[Row]:
        used = self._used("events", "event_id")
        if not used:
            return []
        events = {row["event_id"]: row for row in self.select("events", event_id=used)}
        found = []
        for mention in self.select("event_mentions", event_id=used):
            event = events[mention["event_id"]]
            kept = {name: mention[name] for name in ("event_id", "source_id", "place")}
            found.append({**kept, "label": event["label"], "date": event["date_start"]})
        return found

    def _traced(self, figure_id: str, propositions: list[str]) -> dict[str, Any]:
        row = self.tables.row("figures", figure_id)
        reading = self.tables.readings[figure_id]
        kept = ("figure_id", "source_id", "printed", "place", "period_start")
        return {
            **{name: row[name] for name in kept},
            "name": self.label(figure_id),
            "shown": bounds_text(self.interval(figure_id), reading.unit),
            "rule": reading.rule(),
            "propositions": propositions,
        }
