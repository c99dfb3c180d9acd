"""One notebook at work: its checked parameters, what it read, and the verdicts it recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from . import parameters as declarations
from . import texts, verdicts
from .charts.figure import BRIEF
from .deciding import Flip, parameter_flip
from .evidence import INFERRED, Evidence, source_name, written_by
from .intervals import Interval
from .kernel import SPACE, Values, show, surroundings, unit_of
from .notebook import Run
from .parameters import Parameter, ParameterError, near
from .quantities import Quantity, known, unknown
from .record import (
    Judgeable,
    Record,
    facts_of,
    flips_of,
    inputs_of,
    settles_of,
    verdict_of,
    words_of,
)
from .show import voice
from .tables import (
    TEXT,
    Tables,
    every_notebook,
    notebook_named,
    read_settings,
    study_folder,
)

PRINT, UNHEDGED, JUDGEMENT = "print", "unhedged", "judgement"
DECLARED = (
    *("prop_id", "standing", "claim_id", "bears_on"),
    *("notebook", "text", "bearing"),
)


class StudyError(ValueError):
    """Something that the study or its notebook does not allow; the message says what is."""


def study(name: str) -> Study:
    """Open the study for one notebook: the first call after its parameter cell.

    The parameters are checked, and the variables of the notebook hold the checked values
    afterwards.

    Parameters
    ----------
    name : str
        Number, stem or path of the notebook.

    Raises
    ------
    ParameterError
        If a value is not allowed or a name is not declared.
    DataError
        If the tables are wrong.
    """
    space = SPACE.get()
    namespace, cells = surroundings(space)
    tables = space.tables if space else None
    tables = tables or Tables(study_folder(space.folder if space else None))
    declared, injected = declarations.from_cells(cells, tables.texts)
    names = [p.name for p in declared]
    given = {n: namespace[n] for n in (*names, *injected) if n in namespace}
    values = declarations.checked(declared, given)
    namespace.update(values)
    records = namespace.get(declarations.RECORDS)
    return Study(tables, name, declared, values, namespace, records)


class Study:
    """The parameters, selections and verdicts of one notebook.

    Parameters
    ----------
    tables : Tables
        The tables of the study.
    name : str
        Number, stem or path of the notebook; empty for reading without one.
    declared : sequence of Parameter
        What its parameter cell declares.
    values : mapping
        Checked values by name.
    namespace : dict
        Variables of the notebook.
    records : str, optional
        Folder with the executed notebooks of this build, for a notebook that reads them.
    """

    def __init__(
        self,
        tables: Tables,
        name: str,
        declared: Sequence[Parameter] = (),
        values: Mapping[str, Any] | None = None,
        namespace: dict[str, Any] | None = None,
        records: str | None = None,
    ) -> None:
        self.tables, self.folder = tables, tables.folder.parent
        self.settings = read_settings(self.folder)
        every = every_notebook(self.settings)
        self.notebook = notebook_named(name, every) if name else ""
        self.declared = {p.name: p for p in declared}
        self.values = dict(values or {})
        self.records_folder = None if records is None else Path(records)
        self.p = Values(self.values, declared)
        self.judged: dict[tuple[str, str], Record] = {}
        self._namespace = {} if namespace is None else namespace
        self._evidence = Evidence(self.tables, self.settings, self.values)
        if any(p.choices == self.tables.texts for p in declared):
            self.texts()  # a further text changes what this notebook computes

    def rows(self, table: str, **where: Any) -> pd.DataFrame:
        """Return the rows of a table whose columns hold the given values.

        Parameters
        ----------
        table : str
            Name of a table of the data package.
        **where
            Value, or list of values, by column.

        Returns
        -------
        DataFrame
            One row a row of the CSV file, every cell as text.
        """
        return self.tables.frame(table, self._evidence.select(table, **where))

    def figure(self, figure_id: str, *, hedged: bool = True) -> Quantity:
        """Return one printed figure with the bounds that the print admits.

        Parameters
        ----------
        figure_id : str
            Key of `figures.csv`.
        hedged : bool
            Whether its hedge ("about", "more than") counts.

        Returns
        -------
        Quantity
            Without bounds if its text is left out, or if its year is inferred and inferred
            years are left out.

        Raises
        ------
        DataError
            If there is no such figure; the message names a near one.
        """
        self._check_parameters()
        row = self._evidence.one("figures", "figure_id", figure_id)
        unit = self.tables.readings[figure_id].unit
        if not self._evidence.admits(row):
            return unknown(figure_id, unit)
        return known(figure_id, self._evidence.interval(figure_id, hedged=hedged), unit)

    def figures(self, **where: Any) -> pd.DataFrame:
        """Return printed figures with their bounds.

        Parameters
        ----------
        **where
            Value, or list of values, by column of `figures.csv`. A selection by partner must
            name the reporter: two countries keep two books of one trade.

        Returns
        -------
        DataFrame
            One row a figure that the parameters admit: the columns of `figures.csv`, and
            `value` (a quantity), `number`, `lo`, `hi` (floats in the unit of the figure),
            `lo_open`, `hi_open`, `unit`, `year` (first year of the period, 0 if undated).

        Raises
        ------
        StudyError
            If a partner is selected without a reporter.
        """
        self._check_parameters()
        rows = filter(self._evidence.admits, self._evidence.select("figures", **where))
        if "partner" in where and not {"reporter", "figure_id"} & set(where):
            books = sorted({repr(row["reporter"]) for row in rows})
            raise StudyError(
                "name the reporter as well as the partner, two countries keep two books "
                f"of one trade: reporter={' or '.join(books) or '...'}"
            )
        frame = self.tables.frame("figures", list(rows))
        ids = list(frame["figure_id"])
        bounds = [self._evidence.interval(i) for i in ids]
        readings = [self.tables.readings[i] for i in ids]
        values = [
            known(i, b, r.unit) for i, b, r in zip(ids, bounds, readings, strict=True)
        ]
        return frame.assign(
            value=pd.Series(values, dtype=object),
            number=[float(r.number) for r in readings],
            lo=[float(b.lo) for b in bounds],
            hi=[float(b.hi) for b in bounds],
            lo_open=[b.lo_open for b in bounds],
            hi_open=[b.hi_open for b in bounds],
            unit=[r.unit for r in readings],
            year=[int(start[:4] or 0) for start in frame["period_start"]],
        )

    def events(self, **where: Any) -> pd.DataFrame:
        """Return dated events with the sources that name them.

        Returns
        -------
        DataFrame
            One row an event: the columns of `events.csv`, `start` and `end` (years, 0 if
            undated) and `sources` (list of source ids).
        """
        events = self.rows("events", **where)
        mentions = self.rows("event_mentions", event_id=list(events["event_id"]))
        named = mentions.groupby("event_id")["source_id"].agg(
            lambda ids: sorted(set(ids))
        )
        return events.assign(
            start=[int(date[:4] or 0) for date in events["date_start"]],
            end=[int(date[:4] or 0) for date in events["date_end"]],
            sources=pd.Series(
                [named.get(i, []) for i in events["event_id"]], dtype=object
            ),
        )

    def who(self, source_id: str) -> str:
        """Return who wrote a source, in a few words."""
        return written_by(self._evidence.one("sources", "source_id", source_id))

    def author(self, source_id: str) -> str:
        """Return who wrote a source and when, in a few words."""
        return source_name(self._evidence.one("sources", "source_id", source_id))

    def label(self, figure_id: str) -> str:
        """Return in words what a figure measures, and of which goods."""
        return self._evidence.label(figure_id)

    def texts(self) -> list[str]:
        """Return the texts of the study, in the order of `sources.csv`."""
        rows = self._evidence.select("sources", kind=TEXT)
        return [row["source_id"] for row in rows]

    def judge(
        self,
        prop_id: str,
        *,
        inputs: Any = None,
        flip: Flip | Mapping[str, Flip | None] | None = None,
        **readings: Judgeable,
    ) -> None:
        """Judge a proposition in all its readings, and show the verdicts.

        Parameters
        ----------
        prop_id : str
            Key of `propositions.csv`, which names the readings that are expected.
        inputs : list of str or DataFrame, or a mapping of them by reading, optional
            Figures, events or sources behind a count; quantities name theirs themselves.
        flip : Flip, or a mapping of them by reading, optional
            What turns a verdict, from :meth:`vary`.
        **readings
            What is judged, by reading: a comparison (`share > p.cap`), a test, codings,
            `ap.stated(...)`, `ap.untestable(...)` or None.

        Raises
        ------
        StudyError
            If the proposition is not declared for this notebook, a reading is missing, not
            expected, or rests on figures of another kind.
        """
        self._check_parameters()
        row = self._declared_row(prop_id)
        self._check_readings(prop_id, row["readings"].split(), readings)
        if (prop_id, next(iter(readings))) in self.judged:
            print(f"{prop_id} is judged again; the verdicts before are replaced.")
        for reading, value in readings.items():
            behind = inputs.get(reading) if isinstance(inputs, Mapping) else inputs
            turned = flip.get(reading) if isinstance(flip, Mapping) else flip
            self._keep(self._recorded(row, reading, value, listed(behind), turned))

    def verdict(self, prop_id: str, reading: str) -> Record:
        """Return a verdict that this notebook has recorded, or that has no figure at all.

        Raises
        ------
        StudyError
            If there is none.
        """
        if (prop_id, reading) in self.judged:
            return self.judged[prop_id, reading]
        row = self._propositions.get(prop_id)
        if row and reading in row["untested"].split():
            return self._recorded(row, reading)
        hint = near(f"{prop_id} ({reading})", [f"{i} ({r})" for i, r in self.judged])
        raise StudyError(f"{prop_id} ({reading}) is not judged yet{hint}")

    def vary(self, name: str, outcome: Callable[[Any], Judgeable]) -> Flip | None:
        """Return the value of a parameter nearest its own at which a verdict changes.

        Parameters
        ----------
        name : str
            The parameter.
        outcome : callable
            From a value of the parameter to what is judged there.
        """
        if BRIEF.get():
            return None
        parameter, default = self.declared[name], self.values[name]
        now = verdict_of(outcome(default))
        if parameter.type == "float":
            look = (name, default, parameter.range, unit_of(parameter))
            return parameter_flip(lambda v: verdict_of(outcome(v)), *look)
        for value in _others(parameter, default):
            code = verdict_of(outcome(value))
            if code != now:
                return Flip(name, "parameter", value, "at", code, unit_of(parameter))
        return None

    def said(
        self,
        figure_id: str,
        of: str,
        place: str = "",
        *,
        who: str = "",
        when: str = "",
        **values: Any,
    ) -> dict[str, Any]:
        """Return a printed figure as a row of who says what, for `ap.voices`.

        Parameters
        ----------
        figure_id : str
            Key of `figures.csv`.
        of : str
            Template: of what.
        place : str
            Where it stands, by default as the table has it.
        who, when : str
            Author and year, by default those of the source.
        """
        row = self._evidence.one("figures", "figure_id", figure_id)
        source = self._evidence.one("sources", "source_id", row["source_id"])
        name, year = who or written_by(source), when or source["year"]
        where = place or row["place"]
        return voice(name, year, row["printed"], of, where, figure_id, **values)

    def printed(self, figure_id: str) -> str:
        """Return a figure as it is printed, in quotation marks."""
        row = self._evidence.one("figures", "figure_id", figure_id)
        return f"“{row['printed']}”"

    def trace(self, name: str) -> None:
        """Print where a figure, event, claim or proposition stands and what uses it."""
        records = [asdict(record) for record in self.judged.values()]
        print("\n".join(texts.trace(self.tables, name, records=records)))

    def finish(self) -> Run:
        """Record what no figure can test, and return what this notebook has used.

        Raises
        ------
        StudyError
            If a proposition that is declared for this notebook is not judged.
        """
        self._check_parameters()
        declared = self._propositions
        missing = [
            f"{prop_id} ({reading})"
            for prop_id, row in declared.items()
            for reading in row["readings"].split()
            if (prop_id, reading) not in self.judged
        ]
        if missing:
            raise StudyError(f"declared but not judged: {', '.join(missing)}")
        for row in declared.values():
            for reading in row["untested"].split():
                self._keep(self._recorded(row, reading))
        used = self._evidence.summary(self.judged.values())
        facts: dict[str, Any] = {"notebook": self.notebook, "parameters": self.values}
        facts["declared"] = [asdict(one) for one in self.declared.values()]
        return Run(facts | used)

    def _check_parameters(self) -> None:
        """Refuse a parameter that was changed after the study was opened."""
        for name, value in self.values.items():
            if self._namespace.get(name, value) != value:
                raise ParameterError(
                    f"parameter {name} was changed from {value!r} to "
                    f"{self._namespace[name]!r} after the study was opened; "
                    "run the cell with ap.study(...) again"
                )

    @cached_property
    def _propositions(self) -> dict[str, dict[str, str]]:
        """Return the propositions that are declared for this notebook, by id."""
        rows = self._evidence.select("propositions", notebook=self.notebook)
        return {row["prop_id"]: row for row in rows}

    def _declared_row(self, prop_id: str) -> dict[str, str]:
        declared = self._propositions
        if prop_id not in declared:
            hint = near(prop_id, declared)
            raise StudyError(f"{prop_id} is not declared for {self.notebook}{hint}")
        return declared[prop_id]

    def _keep(self, record: Record) -> None:
        """Remember a verdict, and show it."""
        self.judged[record.prop_id, record.reading] = record
        show(record)

    def _check_readings(
        self, prop_id: str, expected: list[str], readings: Mapping[str, Judgeable]
    ) -> None:
        wrong = [name for name in readings if name not in expected]
        lacking = [name for name in expected if name not in readings]
        if wrong or lacking:
            given = ", ".join(readings) or "none"
            raise StudyError(
                f"{prop_id}: propositions.csv expects the readings "
                f"{', '.join(expected) or 'none'}; given are {given}"
            )
        for reading, value in readings.items():
            figures = self._evidence.figures_among(inputs_of(value))
            kinds = {self._evidence.kind(row["source_id"]) for row in figures}
            texts_only = reading in (PRINT, UNHEDGED)
            if kinds and (
                kinds != {TEXT} if texts_only else reading not in {*kinds, JUDGEMENT}
            ):
                raise StudyError(
                    f"{prop_id}: the reading {reading!r} rests on {', '.join(sorted(kinds))}"
                )
            self._check_words(prop_id, reading, figures, value)

    def _check_words(
        self,
        prop_id: str,
        reading: str,
        figures: Iterable[Mapping[str, str]],
        value: Judgeable,
    ) -> None:
        """Demand a condition in words where a date is inferred."""
        dates = {row["figure_id"]: row["period_basis"] for row in figures}
        inferred = sorted(name for name, basis in dates.items() if basis == INFERRED)
        if inferred and not words_of(value) and verdict_of(value) != verdicts.NO_FIGURE:
            raise StudyError(
                f"{prop_id} ({reading}): the date of {inferred[0]} is inferred; say so with "
                '(...).given("if ...")'
            )

    def _recorded(
        self,
        row: Mapping[str, str],
        reading: str,
        value: Judgeable = None,
        inputs: Sequence[str] = (),
        flip: Flip | None = None,
    ) -> Record:
        names = list(dict.fromkeys([*inputs, *inputs_of(value)]))
        figures = [name for name in names if name in self.tables.readings]
        facts = facts_of(value)
        flips = [flip] if flip else []
        if not BRIEF.get():
            flips += flips_of(value, figures, self._domains())
        printed = self.tables.readings.__contains__
        settles = settles_of(value, facts["verdict"], row, printed)
        facts |= {name: row[name] for name in DECLARED}
        sources = self._evidence.sources_of(names, row["claim_id"])
        whose = self._whose(reading, sources)
        return Record(
            **facts,
            reading=reading,
            source_kind=TEXT if reading in (PRINT, UNHEDGED) else reading,
            settles=settles,
            flips=tuple(flips),
            inputs=tuple(name for name in names if self._evidence.knows(name)),
            sources=tuple(sources),
            parameters=self.values,
            chip=verdicts.chip(facts | {"figures": figures}, whose),
        )

    def _domains(self) -> dict[str, tuple[Interval, str]]:
        floats = [p for p in self.declared.values() if p.type == "float"]
        return {p.name: (p.range, unit_of(p)) for p in floats}

    def _whose(self, reading: str, sources: Iterable[str]) -> str:
        """Return whose figures a reading rests on, in words.

        The settings may have words of their own for verdicts that rest on sources with
        one value of a column alone, such as those of international bodies.
        """
        words = self.settings["readings"][reading]
        rows = [self._evidence.one("sources", "source_id", name) for name in sources]
        for column, said in words.get("of", {}).items():
            values = {row[column] for row in rows if row["kind"] == reading}
            if len(values) == 1 and values <= set(said):
                return str(said[values.pop()])
        return str(words["whose"])


def listed(inputs: Any) -> list[str]:
    """Return ids from a list, or from the key columns of a frame."""
    if inputs is None:
        return []
    if isinstance(inputs, pd.DataFrame):
        keys = [k for k in ("figure_id", "event_id", "source_id") if k in inputs]
        return list(dict.fromkeys(str(v) for key in keys[:1] for v in inputs[key]))
    return [inputs] if isinstance(inputs, str) else [str(name) for name in inputs]


def _others(parameter: Parameter, default: Any) -> list[Any]:
    """Return all other allowed values of a parameter, the nearest first."""
    if parameter.type == "list[str]":
        fewer = [[n for n in default if n != name] for name in default]
        return fewer if len(default) > 1 else []
    if parameter.type == "int":
        low, high = int(parameter.range.lo), int(parameter.range.hi)
        every = [value for value in range(low, high + 1) if value in parameter.range]
        every.sort(key=lambda value: abs(value - default))
    else:
        every = [parameter.check(choice) for choice in parameter.choices]
    return [value for value in every if value != default]
