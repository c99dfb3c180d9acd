"""The board: what the other notebooks of a run recorded, collected and never retyped.

Records, headlines and runs are read from executed notebooks: those of the build in progress if
there is one, else the committed ones. What is missing, or made from other rows than the tables
hold today, is refused, and the message names the notebooks to run.
"""

from __future__ import annotations

import json
import math
import os
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from . import tables, turning
from .bundles import outputs
from .intervals import Interval
from .quantities import Quantity, known, unknown
from .run import RecordError, Run
from .smallsample import Estimate
from .verdicts import CERTAIN, CONSISTENT, CONTRADICTED, NOT_TESTABLE, OPEN, VERDICTS, judge

REMEDY = "run `make notebooks`, or `thirdneighbor report {}` before this one"
READINGS = ("literal", "official")
REPRODUCED, RESERVED = "reproduced", "reproduced with reservations"
FAILED, UNTESTABLE = "not reproduced", "not testable"
SAMPLED = {CERTAIN: CONSISTENT, CONSISTENT: NOT_TESTABLE}
AUDIT = "07_source_audit"  # compares the texts and argues nothing of its own


@dataclass(frozen=True)
class Board:
    """What was collected.

    Parameters
    ----------
    records : DataFrame
        One row a verdict: the fields of `verdicts.csv`, and `claim_id`, `author` and `statement`
        of the claim behind it (empty if the proposition is ours).
    headlines : dict
        By notebook: topic, title, standfirst and outcome of its page.
    parameters : dict
        By notebook: the parameters that its verdicts were made with.
    claims : DataFrame
        The claims of the texts.
    """

    records: pd.DataFrame
    headlines: dict[str, dict[str, str]]
    parameters: dict[str, dict[str, Any]]
    claims: pd.DataFrame

    def get(self, prop_id: str, reading: str = "literal") -> dict[str, Any]:
        """Return one record.

        Raises
        ------
        RecordError
            If nothing was recorded under that key.
        """
        rows = self.records[
            (self.records["prop_id"] == prop_id) & (self.records["reading"] == reading)
        ]
        if rows.empty:
            raise RecordError(f"no notebook recorded {prop_id} ({reading})")
        return dict(rows.iloc[0])

    def quantity(self, prop_id: str, reading: str = "literal") -> Quantity:
        """Return the bounds in a record as an input that carries their origin as its name."""
        record = self.get(prop_id, reading)
        name = f"what {prop_id} ({reading}) bounds"
        if record["lo"] == "":
            return unknown(name, record["unit"])
        lo, hi = (float(record[end]) for end in ("lo", "hi"))
        ends = Interval(lo, hi, record["lo_open"], record["hi_open"])
        return known(name, ends, record["unit"])

    def estimate(self, prop_id: str, reading: str = "literal") -> Estimate | None:
        """Return the exact interval in a record, None if its sample could not carry one."""
        record = self.get(prop_id, reading)
        if record["lo"] == "" or record["p"] == "":
            return None
        point, lo, hi = (float(record[name]) for name in ("point", "lo", "hi"))
        p, p_min = (float(record[name]) for name in ("p", "p_min"))
        return Estimate(point, lo, hi, int(record["n"]), p, p_min, record["because"])

    def leading(self, reading: str = "literal") -> pd.DataFrame:
        """Return one row a proposition: the reading that leads, else the one that there is."""
        order = {reading: 0, **{r: 1 + i for i, r in enumerate(READINGS) if r != reading}}
        rows = self.records[self.records["reading"].isin(READINGS)]
        ranked = rows.assign(rank=[order[r] for r in rows["reading"]])
        first = ranked.sort_values("rank", kind="stable").drop_duplicates("prop_id").index
        return rows.loc[sorted(first)]

    def claimed(
        self, rows: pd.DataFrame, sources: Sequence[str], *, restated: bool = False
    ) -> pd.DataFrame:
        """Return the verdicts on claims of the given texts, without what is only restated."""
        kept = rows["author"].isin(list(sources)) & (restated | (rows["basis"] != "asserted"))
        return rows[kept]

    def shared(self, source: str, *, others: bool = True) -> pd.DataFrame:
        """Return the verdicts on what a text claims, also where another is quoted for it.

        Parameters
        ----------
        source : str
            The text.
        others : bool
            Whether a claim of another text counts that supports the same statement.
        """
        mine = self.claims[(self.claims["source_id"] == source)]
        agreed = set(mine[mine["stance"] == "agree"]["statement_id"]) if others else set()
        held = self.claims[(self.claims["stance"] == "agree")]
        kept = {*mine["claim_id"], *held[held["statement_id"].isin(agreed)]["claim_id"]}
        return self.records[self.records["claim_id"].isin(kept)]


def collect(run: Run) -> Board:
    """Return what the other notebooks recorded.

    Raises
    ------
    RecordError
        If a declared proposition has no record, or the rows behind a notebook have changed.
    """
    declared = run.select("propositions")
    others = declared[declared["notebook"] != run.notebook]
    records, headlines, parameters = [], {}, {}
    wrong: dict[str, str] = {}
    for name in sorted(set(others["notebook"])):
        cells = _executed(name)
        found = {kind: outputs(cells, kind) for kind in ("verdict", "headline", "run")}
        wrong |= _wrong(run, name, others[others["notebook"] == name], found)
        if wrong:
            continue
        records += found["verdict"]
        headlines[name] = found["headline"][0]
        parameters[name] = found["run"][0]["parameters"]
    if wrong:
        raise RecordError(f"{'; '.join(wrong.values())}; {REMEDY.format(' '.join(wrong))}")
    claims = run.select("claims")
    keys = others[["prop_id", "reading", "claim_id"]]
    made = claims[["claim_id", "source_id", "statement_id"]]
    made = made.set_axis(["claim_id", "author", "statement"], axis=1)
    frame = pd.DataFrame(records, dtype=object).merge(keys, how="left").merge(made, how="left")
    return Board(frame.fillna(""), headlines, parameters, claims)


def _executed(name: str) -> list[dict[str, Any]]:
    """Return the cells as run by the build in progress, else as committed; none without a file."""
    folder = os.environ.get(tables.RUNS)
    path = Path(folder or ".") / f"{name}.ipynb"
    if not folder or not path.is_file():
        path = tables.project_folder() / "notebooks" / path.name
    return json.loads(path.read_text(encoding="utf-8"))["cells"] if path.is_file() else []


def _wrong(
    run: Run, name: str, declared: pd.DataFrame, found: Mapping[str, list[dict[str, Any]]]
) -> dict[str, str]:
    """Return what is missing in a notebook's records, or older than the tables, by its name."""
    have = {(record["prop_id"], record["reading"]) for record in found["verdict"]}
    keys = declared[["prop_id", "reading"]].itertuples(index=False, name=None)
    missing = [
        f"{prop_id} ({reading})" for prop_id, reading in keys if (prop_id, reading) not in have
    ]
    if missing or not found["run"] or not found["headline"]:
        told = ", ".join(missing[:3]) or "its last cells"
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return {name: f"{name} has not recorded {told}{more}"}
    changed = run.tables.changed(found["run"][0]["selections"])
    told = ", ".join(f"{table}.csv" for table in changed)
    return {name: f"{name} is stale: {told} changed since it ran"} if changed else {}


def differing(board: Board, parameters: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Return, as text, the parameters of collected runs that differ from those given.

    A change of these here cannot reach verdicts that were made elsewhere.
    """
    found: dict[str, list[str]] = {}
    for notebook, values in board.parameters.items():
        for name in names:
            if name in values and values[name] != parameters[name]:
                found.setdefault(name, []).append(str(int(notebook[:2])))
    return [f"{name} in notebooks {', '.join(where)}" for name, where in found.items()]


def holding(rows: pd.DataFrame) -> Quantity | None:
    """Return the share of verdicts that hold: from the certain to all but the contradicted.

    Returns
    -------
    Quantity or None
        Bounds in [0, 1], for an open verdict may turn out either way; None without verdicts.
    """
    if rows.empty:
        return None
    certain, false = ((rows["verdict"] == word).sum() for word in (CERTAIN, CONTRADICTED))
    ends = Interval(Fraction(int(certain), len(rows)), 1 - Fraction(int(false), len(rows)))
    return known("share of the claims that holds", ends, "share")


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many verdicts of each kind there are, in the house order."""
    return {word: int((rows["verdict"] == word).sum()) for word in VERDICTS}


def outcome(rows: pd.DataFrame, reading: str = "literal") -> str:
    """Return what became of one argument, by a stated rule.

    Parameters
    ----------
    rows : DataFrame
        The verdicts on one argument, in all readings.
    reading : str
        The reading that leads where there is one.

    Returns
    -------
    str
        The argument needs the verdicts whose literal bearing is `supports`; what an author only
        states again and counts of events picked by authors carry nothing. `not testable`
        if there are none, or none can be tested; `not reproduced` if one is contradicted;
        `reproduced` if all are certain and no verdict in any reading bears against the argument;
        else `reproduced with reservations`.
    """
    firm = rows[~rows["basis"].isin(["asserted", "sample"])]
    needed = firm[(firm["reading"] == "literal") & (firm["bearing"] == "supports")]
    words = set()
    for prop_id, literal in zip(needed["prop_id"], needed["verdict"], strict=True):
        led = firm[(firm["prop_id"] == prop_id) & (firm["reading"] == reading)]["verdict"]
        words.add(led.iloc[0] if len(led) else literal)
    if words <= {NOT_TESTABLE}:
        return UNTESTABLE
    if CONTRADICTED in words:
        return FAILED
    whole = words == {CERTAIN} and not (firm["bearing"] == "against").any()
    return REPRODUCED if whole else RESERVED


def open_points(board: Board, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the open verdicts with what would decide them.

    Returns
    -------
    DataFrame
        One row an open verdict: the columns of the board, and `answer` (what official data say of
        the deciding quantity or else of the sentence), `settled` (whether that decides it).
    """
    still = rows[rows["verdict"].isin(OPEN)]
    official = board.records[board.records["reading"] == "official"].set_index("prop_id")
    answers, settled = [], []
    for row in _rows(still):
        office = dict(official.loc[row["prop_id"]]) if row["prop_id"] in official.index else {}
        other = office if row["reading"] != "official" else {}
        answers.append(row["official_value"] or _answer(other))
        said = row["official_value"].endswith((": true", ": false"))
        settled.append(said or other.get("verdict") in (CERTAIN, CONTRADICTED))
    return still.assign(answer=answers, settled=settled)


def _answer(office: Mapping[str, Any]) -> str:
    """Return the verdict of an official reading and its bounds, as text."""
    if not office or office["verdict"] == NOT_TESTABLE:
        return "none found"
    return _told(office)


def _told(record: Mapping[str, Any]) -> str:
    """Return a verdict with the bounds that it was judged on."""
    return ", ".join(filter(None, (record["verdict"], record["shown"])))


def by_text(run: Run, rows: pd.DataFrame, sources: Sequence[str]) -> pd.DataFrame:
    """Return how the claims of each text fare.

    Parameters
    ----------
    rows : DataFrame
        The verdicts that count, as `Board.claimed` returns them.

    Returns
    -------
    DataFrame
        One row a text: `text`, `source_id`, `n`, a column of counts a verdict, and `holds` (the
        share that holds, with bounds; "no claim" without verdicts).
    """
    found = []
    for source in sources:
        mine = rows[rows["author"] == source]
        share = holding(mine)
        facts = {"text": short(run, source), "source_id": source, "n": len(mine), **counts(mine)}
        found.append(
            facts | {"holds": "no claim" if share is None else share.bounds().shown("share")}
        )
    return pd.DataFrame(found)


def statement(
    run: Run, board: Board, sources: Sequence[str], *, reading: str, shared: bool
) -> pd.DataFrame:
    """Return what became of the argument of each text in each notebook.

    Returns
    -------
    DataFrame
        One row a text and notebook: `text`, `notebook` and `outcome` (see `outcome`).
    """
    found = []
    for source in sources:
        mine = board.shared(source, others=shared)
        for name, rows in mine[mine["notebook"] != AUDIT].groupby("notebook"):
            facts = {"text": short(run, source), "notebook": name}
            found.append(facts | {"outcome": outcome(rows, reading)})
    return pd.DataFrame(found, columns=["text", "notebook", "outcome"])


def matrix(board: Board, page: pd.DataFrame) -> pd.DataFrame:
    """Return a statement with arguments down and texts across, beside the notebooks' own words.

    Returns
    -------
    DataFrame
        One row a notebook: `argument`, a column a text ("no claim" where it has none), and
        `the_notebook_says`.
    """
    texts = list(dict.fromkeys(page["text"]))
    wide = page.pivot(index="notebook", columns="text", values="outcome")[texts].fillna("no claim")
    wide = wide.replace({RESERVED: RESERVED.removeprefix(f"{REPRODUCED} ")})
    heads = [board.headlines[str(name)] for name in wide.index]
    wide.insert(0, "argument", [head["topic"] for head in heads])
    return wide.assign(the_notebook_says=[head["outcome"] for head in heads])


def standing(board: Board, sources: Sequence[str]) -> pd.DataFrame:
    """Return what the texts establish: certain in every reading, in favour of an argument.

    Returns
    -------
    DataFrame
        The literal records, with `official` ("certain too" or "no official figure").
    """
    argued = board.records[board.records["notebook"] != AUDIT]
    mine = board.claimed(argued, sources)
    sure = mine.groupby("prop_id")["verdict"].transform(lambda words: set(words) == {CERTAIN})
    kept = mine[sure & (mine["reading"] == "literal") & (mine["bearing"] == "supports")]
    offices = set(board.records[board.records["reading"] == "official"]["prop_id"])
    words = ["certain too" if name in offices else "no official figure" for name in kept["prop_id"]]
    return kept.assign(official=words)


def fallen(board: Board, sources: Sequence[str]) -> pd.DataFrame:
    """Return what the texts do not establish: contradicted in some reading, against an argument.

    Returns
    -------
    DataFrame
        One row a proposition, those that are certain as printed first: the columns of the board,
        and `printed` and `official` (verdict and bounds in that reading, "none" without one).
    """
    mine = board.claimed(board.records[board.records["notebook"] != AUDIT], sources)
    told = {(row["prop_id"], row["reading"]): _told(row) for row in _rows(mine)}
    lost = mine[(mine["verdict"] == CONTRADICTED) & (mine["bearing"] == "against")]
    lost = lost.drop_duplicates("prop_id")
    lost = lost.assign(
        printed=[told.get((name, "literal"), "none") for name in lost["prop_id"]],
        official=[told.get((name, "official"), "none") for name in lost["prop_id"]],
    )
    falls = [not printed.startswith(CERTAIN) for printed in lost["printed"]]
    return lost.iloc[sorted(range(len(lost)), key=falls.__getitem__)]


def label(prop_id: str, text: str) -> str:
    """Return the id and the first words of a proposition, for the rows of a chart."""
    return f"{prop_id} {textwrap.shorten(text, 56, placeholder=' …')}"


def short(run: Run, source: str) -> str:
    """Return first author and year of a source; its publication where no author is printed."""
    row = tables.records(run.select("sources", source_id=source))[0]
    name = row["authors"].split(",")[0] or row["publication"].split(",")[0]
    return f"{name} {row['year']}".strip()


def part(holds: pd.Series, name: str) -> Quantity | None:
    """Return the share of rows for which something holds; None without rows."""
    if holds.empty:
        return None
    return known(name, Interval.point(Fraction(int(holds.sum()), len(holds))), "share")


def changes(compared: Mapping[str, Quantity], exact_region: Sequence[str]) -> pd.DataFrame:
    """Return bounds of changes as rows of a ladder around no change.

    Parameters
    ----------
    compared : mapping
        Bounds of the change by label; what has none is left out.
    exact_region : sequence of str
        Labels whose ends come from a sample: then a range on both sides is not testable.
    """
    found = []
    for label, change in compared.items():
        if change.point is not None:
            bounds, sampled = change.bounds(), label in exact_region
            verdict = judge(bounds, "gt", 0)
            verdict = SAMPLED.get(verdict, verdict) if sampled else verdict
            ends = {"lo": float(bounds.lo), "hi": float(bounds.hi)}
            ends |= {"lo_open": bounds.lo_open, "hi_open": bounds.hi_open}
            found.append({"label": label, **ends, "verdict": verdict})
    return pd.DataFrame(found)


def turning_rows(board: Board, still: pd.DataFrame) -> pd.DataFrame:
    """Return the open verdicts that an official value answers, as rows of `charts.deciding`."""
    records = _rows(board.records[board.records["prop_id"].isin(still["prop_id"])])
    kept = [row for row in turning.rows(records) if not math.isnan(row["official_lo"])]
    labels = {row["prop_id"]: label(row["prop_id"], row["text"]) for row in _rows(still)}
    return pd.DataFrame([row | {"claim": labels[row["claim"]]} for row in kept])


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries."""
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy().tolist()]


def sensitivity_file() -> Path:
    """Return where the sensitivity table stands, whether or not it has been made."""
    return tables.project_folder() / "reports" / "sensitivity.csv"
