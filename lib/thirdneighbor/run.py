"""One run of one notebook: its checked parameters, the rows it used, the verdicts it recorded."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from importlib.metadata import version
from typing import Any

import pandas as pd
from IPython.display import display

from . import indicators, params, tables, turning
from .bundles import BRIEF, Bundle, Record
from .intervals import Interval, exact
from .quantities import Quantity, known, unknown
from .records import build

KINDS = {
    "share_exports": "share of exports to",
    "share_fdi": "share of inward direct investment held by",
    "turnover": "trade with",
}
VERSIONS = ("pandas", "seaborn", "statsmodels", "sympy")


class RecordError(RuntimeError):
    """A proposition was recorded twice, never, or is not declared."""


def check_parameters(notebook: str, values: Mapping[str, Any] | None = None) -> Run:
    """Check the parameters of a notebook and open its run; the first call of every notebook.

    Parameters
    ----------
    notebook : str
        Stem of the notebook, such as ``"02_fdi_cap"``.
    values : mapping, optional
        Names and values; by default the variables of the notebook.

    Raises
    ------
    ParameterError
        If a value is not allowed.
    DataError
        If the tables are wrong.
    """
    path = tables.project_folder() / "notebooks" / f"{notebook}.ipynb"
    declared = params.declared(path)
    if values is None:
        from IPython import get_ipython

        space = get_ipython().user_ns
        values = {p.name: space[p.name] for p in declared if p.name in space}
    checked = params.checked(declared, values)
    return Run(notebook, checked, tables.Tables(tables.data_folder()), declared)


class Run:
    """The parameters, selections and records of one notebook.

    Parameters
    ----------
    notebook : str
        Stem of the notebook.
    parameters : mapping
        Checked values by name; `hedge_width`, `nearly_frac`, `sources` and `include_inferred`
        decide how printed figures are read.
    data : Tables
        The validated tables.
    declared : sequence of Parameter
        What the notebook declares.
    """

    def __init__(
        self,
        notebook: str,
        parameters: Mapping[str, Any],
        data: tables.Tables,
        declared: Sequence[params.Parameter] = (),
    ) -> None:
        self.notebook, self.parameters, self.tables = notebook, dict(parameters), data
        self.declared: dict[str, Any] = {p.name: p for p in declared}
        self._selections: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, pd.DataFrame] = {}
        self._records: dict[tuple[str, str], Record] = {}

    def select(self, table: str, **where: Any) -> pd.DataFrame:
        """Return the rows of a table whose columns hold the given values.

        Returns
        -------
        DataFrame
            One row a row of the CSV file, every cell as text.
        """
        predicate = json.dumps(where, sort_keys=True, default=list)
        key = f"{table} {predicate}"
        if key not in self._rows:
            rows = self.tables.select(table, where)
            facts = {"digest": tables.digest(rows), "rows": len(rows)}
            self._selections[key] = {"table": table, "predicate": predicate, **facts}
            self._rows[key] = self.tables.frame(table, rows)
        return self._rows[key].copy(deep=False)

    def figure(self, figure_id: str, *, strict: bool = False) -> Quantity:
        """Return one printed figure with its bounds.

        Parameters
        ----------
        figure_id : str
            Key of `figures.csv`.
        strict : bool
            Ignore the hedge.

        Returns
        -------
        Quantity
            Without bounds (not testable) if its source is left out, or if its year is inferred
            and inferred years are left out.
        """
        rows = self.select("figures", figure_id=figure_id)
        if rows.empty:
            hint = params.closest(figure_id, self.tables["figures"]["figure_id"])
            raise tables.DataError(f"figures.csv has no figure {figure_id!r}; {hint}")
        if not self._admitted(tables.records(rows)[0]):
            return unknown(figure_id, self.tables.readings[figure_id].unit)
        return self._known(figure_id, strict=strict)

    def figures(self, *, strict: bool = False, **where: Any) -> pd.DataFrame:
        """Return printed figures with their bounds.

        Returns
        -------
        DataFrame
            One row a figure that the parameters admit: the columns of `figures.csv` (there
            `quantity` is the kind of quantity; here that is `kind`), and `quantity` (with
            bounds), `value`, `lo`, `hi` (floats in the unit of the figure), `lo_open`,
            `hi_open`, `year` (first year of its period, 0 if undated).
        """
        rows = self.select("figures", **where)
        admitted = [self._admitted(row) for row in tables.records(rows)]
        rows = rows.loc[admitted].reset_index(drop=True)
        quantities = [self._known(i, strict=strict) for i in rows["figure_id"]]
        bounds = [quantity.bounds() for quantity in quantities]
        return rows.rename(columns={"quantity": "kind"}).assign(
            quantity=pd.Series(quantities, dtype=object),
            value=[float(self.tables.readings[i].number) for i in rows["figure_id"]],
            lo=[float(b.lo) for b in bounds],
            hi=[float(b.hi) for b in bounds],
            lo_open=[b.lo_open for b in bounds],
            hi_open=[b.hi_open for b in bounds],
            year=[int(start[:4] or 0) for start in rows["period_start"]],
        )

    def trade(self, source_id: str, year: int, partners: Sequence[str]) -> pd.DataFrame:
        """Return trade of one year by partner, see :func:`thirdneighbor.indicators.by_partner`."""
        where: dict[str, Any] = {
            "source_id": source_id,
            "period_start": str(year),
            "reporter": "MNG",
        }
        rows = self.figures(quantity=list(indicators.FLOWS), partner=sorted(partners), **where)
        names = self.select("countries", iso3=sorted(partners))
        return indicators.by_partner(rows, dict(names[["iso3", "name"]].to_numpy().tolist()))

    def pair(self, source_id: str, partner: str, *of: int) -> pd.DataFrame:
        """Return both flows of some years, see :func:`thirdneighbor.indicators.by_year`."""
        years = [str(year) for year in of]
        where: dict[str, Any] = {"source_id": source_id, "partner": partner, "reporter": "MNG"}
        rows = self.figures(quantity=list(indicators.FLOWS), period_start=years, **where)
        return indicators.by_year(rows)

    def record(self, prop_id: str, reading: str, value: Any, **more: Any) -> None:
        """Judge a proposition, keep the verdict and show it under the cell.

        Parameters
        ----------
        prop_id, reading : str
            Key of `propositions.csv`, which declares operator, threshold, unit and basis.
        value : Quantity, Interval, Estimate, sequence of bool or None
            What is judged: a quantity or its bounds, an exact estimate, the truth in every
            admissible coding (alone, or after the range of its consistency in a pair), or
            None where nothing is printed.
        **more
            `threshold` (instead of the declared one), `also` (further conditions that must
            hold jointly), `official` (value of the deciding quantity in official data),
            `deciding` (name and condition, where bounds cannot tell), `flip` (parameter and
            value), `inputs` (ids of figures or events behind a coding or count), `n` (how many
            cases a share or count of ours is taken of).

        Raises
        ------
        RecordError
            If the proposition is not declared for this notebook or is recorded already.
        """
        rows = self.select("propositions", prop_id=prop_id, reading=reading)
        rows = rows[rows["notebook"] == self.notebook]
        if rows.empty:
            raise RecordError(f"{prop_id} ({reading}) is not declared for {self.notebook}")
        if (prop_id, reading) in self._records:
            raise RecordError(f"{prop_id} ({reading}) is recorded twice")
        record = build(self, tables.records(rows)[0], value, **more)
        self._records[prop_id, reading] = record
        display(record)

    def board(self, *prop_ids: str) -> pd.DataFrame:
        """Return the records so far, in the order of recording.

        Parameters
        ----------
        *prop_ids : str
            Propositions to keep; all if none is given.

        Returns
        -------
        DataFrame
            One row a record: the columns of `verdicts.csv`, with `label` (id, reading and
            sentence) for charts, and ends as floats.
        """
        kept = [r for r in self._records.values() if not prop_ids or r.prop_id in prop_ids]
        frame = pd.DataFrame([asdict(r) for r in kept])
        labels = [r.text if r.reading == "literal" else f"{r.text} ({r.reading})" for r in kept]
        ends = {end: pd.to_numeric(frame[end], errors="coerce") for end in ("point", "lo", "hi")}
        return frame.assign(label=labels, reason=frame["because"], **ends)

    def threshold(self, text: str) -> tuple[Fraction | float, str]:
        """Return the number that a threshold cell means, and the parameter it names, if any."""
        if text in self.parameters:
            return exact(self.parameters[text]), text
        return exact(text), ""

    def parameter(self, name: str) -> Quantity:
        """Return a number among the parameters as an input, so that its flip can be found."""
        return known(name, Interval.point(self.parameters[name]))

    def unit(self, name: str, otherwise: str) -> str:
        """Return the unit of a figure, another one for what is none."""
        return self.tables.readings[name].unit if name in self.tables.readings else otherwise

    def described(self, name: str) -> str:
        """Return in words what a figure measures; any other name as it is."""
        rows = tables.records(self.select("figures", figure_id=name))
        if not rows:
            return name
        (row,) = rows
        named = tables.records(self.select("countries", iso3=[row["reporter"], row["partner"]]))
        names = {"": ""} | {country["iso3"]: country["name"] for country in named}
        kind = KINDS.get(row["quantity"], row["quantity"].replace("_", " "))
        what = f"{names[row['reporter']]}'s {kind} {names[row['partner']]}".strip()
        return f"{what} in {row['period_start']}" if row["period_start"] else what

    def reread(self, quantity: Quantity, hedge_width: float, nearly_frac: float) -> Quantity:
        """Return a quantity with its printed inputs read under other hedge parameters."""
        new = {
            name: self.tables.readings[name].interval(hedge_width, nearly_frac, strict=self._strict)
            for name, bounds in quantity.inputs.items()
            if name in self.tables.readings and bounds == self._interval(name)
        }
        return quantity.at(**new)

    def sources_of(self, ids: Sequence[str], claim_id: str) -> list[str]:
        """Return the sources behind figures, events and a claim, each once, sorted."""
        found = set()
        for table, key in (("figures", "figure_id"), ("event_mentions", "event_id")):
            known = sorted(set(ids) & set(self.tables[table][key]))
            found |= set(self.select(table, **{key: known})["source_id"]) if known else set()
        if claim_id:
            found |= set(self.select("claims", claim_id=claim_id)["source_id"])
        return sorted(found)

    def finish(self) -> Bundle:
        """Close the run: show what would decide the open verdicts, and return what was used.

        Raises
        ------
        RecordError
            If a proposition that is declared for this notebook has no verdict.
        """
        declared = self.select("propositions", notebook=self.notebook)
        missing = [
            f"{row['prop_id']} ({row['reading']})"
            for row in tables.records(declared)
            if (row["prop_id"], row["reading"]) not in self._records
        ]
        if missing:
            raise RecordError(f"declared but not recorded: {', '.join(missing)}")
        open_verdicts = map(asdict, self._records.values())
        if not os.environ.get(BRIEF) and (drawn := turning.figure(open_verdicts)):
            display(drawn)
        summary = self._summary()
        count = len(self._records)
        return Bundle("run", summary, f"{count} verdicts; inputs {summary['digest']}")

    def _summary(self) -> dict[str, Any]:
        figures, events = self._used("figures", "figure_id"), self._used("events", "event_id")
        mentions = self.select("event_mentions", event_id=events)
        labels = dict(self.tables["events"][["event_id", "label"]].to_numpy().tolist())
        traced = [
            self._traced(row) for row in tables.records(self.select("figures", figure_id=figures))
        ]
        cited = self._used("sources", "source_id")
        used = sorted({t["source_id"] for t in traced} | set(mentions["source_id"]) | set(cited))
        sources = self.select("sources", source_id=used)
        columns = ["source_id", "authors", "year", "title", "publication", "doi_or_url", "kind"]
        selections = sorted(self._selections.values(), key=lambda s: (s["table"], s["predicate"]))
        content = json.dumps([self.notebook, self.parameters, selections], sort_keys=True)
        return {
            "notebook": self.notebook,
            "parameters": self.parameters,
            "selections": selections,
            "digest": hashlib.sha256(content.encode()).hexdigest()[:16],
            "figures": traced,
            "events": [
                {k: row[k] for k in ("event_id", "source_id", "printed", "place")}
                | {"label": labels[row["event_id"]]}
                for row in tables.records(mentions)
            ],
            "sources": tables.records(sources[columns]),
            "versions": {name: version(name) for name in VERSIONS},
        }

    def _used(self, table: str, key: str) -> list[str]:
        found: set[str] = set()
        for name, selection in self._selections.items():
            if selection["table"] == table:
                found |= set(self._rows[name][key])
        return sorted(found)

    def _traced(self, row: Mapping[str, str]) -> dict[str, Any]:
        figure_id = row["figure_id"]
        reading = self.tables.readings[figure_id]
        users = [i for (i, _), r in self._records.items() if figure_id in r.inputs.split()]
        return {
            **{k: row[k] for k in ("figure_id", "source_id", "printed", "place")},
            "shown": self._interval(figure_id).shown(reading.unit),
            "rule": reading.rule(),
            "propositions": sorted(set(users)),
        }

    def _known(self, figure_id: str, *, strict: bool) -> Quantity:
        unit = self.tables.readings[figure_id].unit
        return known(figure_id, self._interval(figure_id, strict=strict), unit)

    def _interval(self, figure_id: str, *, strict: bool = False) -> Interval:
        width = self.parameters.get("hedge_width", 1.0)
        nearly = self.parameters.get("nearly_frac", 0.1)
        return self.tables.readings[figure_id].interval(
            width, nearly, strict=strict or self._strict
        )

    @property
    def _strict(self) -> bool:
        return self.parameters.get("hedge_policy") == "strict"

    def _admitted(self, row: Mapping[str, str]) -> bool:
        (kind,) = self.select("sources", source_id=row["source_id"])["kind"]
        sources = self.parameters.get("sources")
        if kind in tables.TEXT_KINDS and sources is not None and row["source_id"] not in sources:
            return False
        return row["period_basis"] != "inferred" or self.parameters.get("include_inferred", True)
