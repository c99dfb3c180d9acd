"""What the other notebooks of a study have recorded, for the one that sums them up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pandas as pd

from .notebook import read_cells, records, shown
from .studies import Study, StudyError
from .tables import outdated
from .verdicts import (
    FOLLOWS,
    NO_FIGURE,
    OF_SAMPLES,
    OPEN,
    OPPOSED,
    RULED_OUT,
    SUPPORTED,
)

ANSWERED, REFUSED = (FOLLOWS, SUPPORTED), (RULED_OUT, OPPOSED)


def board(study: Study) -> pd.DataFrame:
    """Return the verdicts that the notebooks of the study have recorded, this one included.

    Parameters
    ----------
    study : Study
        In a build, the records are those of that build; elsewhere those of the committed
        notebooks.

    Returns
    -------
    DataFrame
        One row a proposition and reading, sorted by both: the fields of a record; `source_id`
        is the text whose claim is tested, empty if it is nobody's.

    Raises
    ------
    StudyError
        If a notebook has no records, or rests on rows that have changed since it ran.
    """
    found: list[dict[str, Any]] = []
    for name in study.settings["notebooks"]:
        if name != study.notebook and name != study.settings.get("synthesis"):
            found += _recorded(study, name)
    found += [asdict(record) for record in study.judged.values()]
    authors = {row["claim_id"]: row["source_id"] for row in study.tables.rows("claims")}
    frame = pd.DataFrame(found)
    tested = frame["claim_id"].where(frame["claim_id"] != "", frame["bears_on"])
    return frame.assign(source_id=tested.map(authors).fillna(""))


def _recorded(study: Study, name: str) -> list[dict[str, Any]]:
    again = f"run: {study.settings['name']} report {name}"
    folders = [study.records_folder, study.folder / "notebooks"]
    paths = [folder / f"{name}.ipynb" for folder in folders if folder is not None]
    path = next((path for path in paths if path.is_file()), None)
    cells = [] if path is None else read_cells(path)
    runs = shown(cells, "run")
    if not runs:
        raise StudyError(f"{name} has no records; {again}")
    table = outdated(study.tables, runs[-1]["selections"])
    if table:
        raise StudyError(
            f"the records of {name} are older than its rows of {table}.csv; {again}"
        )
    return records(cells)


def found(board: pd.DataFrame, prop_id: str, reading: str) -> Any:
    """Return one verdict of the board, with the fields of a record.

    Raises
    ------
    StudyError
        If there is none.
    """
    rows = board[(board["prop_id"] == prop_id) & (board["reading"] == reading)]
    if rows.empty:
        raise StudyError(f"no notebook has recorded {prop_id} ({reading})")
    return rows.iloc[0]


def arguments(board: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts on which the arguments of the texts rest.

    Parameters
    ----------
    board : DataFrame
        Verdicts, as :func:`board` returns them.
    claims : DataFrame
        Rows of `claims.csv`.

    Returns
    -------
    DataFrame
        Those rows that test what a text itself asserts, that its argument rests on, and that
        a figure could test; `source_id` is that text.
    """
    could = claims[(claims["load"] == "yes") & (claims["checkable"] == "yes")]
    asserted = board[(board["standing"] == "asserted") & (board["bearing"] != "none")]
    return asserted[asserted["claim_id"].isin(could["claim_id"])]


def merged(codes: Iterable[str]) -> str:
    """Return one verdict of several readings: theirs if they agree, else left open.

    Where a small sample points the way that bounds decide, it is the sample that counts.

    Examples
    --------
    >>> merged(["follows", "supported"]), merged(["follows", "ruled_out"]), merged([])
    ('supported', 'open', 'no_figure')
    """
    of_bounds = {sample: code for code, sample in OF_SAMPLES.items()}
    known = set(codes) - {NO_FIGURE}
    ways = {of_bounds.get(code, code) for code in known}
    if not known:
        return NO_FIGURE
    if len(known) == 1:
        return known.pop()
    return OF_SAMPLES[ways.pop()] if len(ways) == 1 else OPEN


def charitable(rows: pd.DataFrame) -> pd.Series:
    """Return the verdicts, with what is ruled out only under a condition left open.

    A text is not charged with a failure that hangs on an assumption of ours.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"verdict": ["ruled_out", "ruled_out"], "given": ["", "if money is meant"]}
    ... )
    >>> list(charitable(rows))
    ['ruled_out', 'open']
    """
    softened = rows["verdict"].isin(REFUSED) & (rows["given"] != "")
    return rows["verdict"].mask(softened, OPEN)


def outcome(rows: pd.DataFrame) -> str:
    """Return how far some figures carry an argument.

    Parameters
    ----------
    rows : DataFrame
        One row a sentence: its `verdict` by those figures, and its `bearing`.

    Returns
    -------
    str
        `carried` if every sentence follows or is supported, `not carried` if one that the
        argument cannot do without is ruled out or opposed, or one is while none follows,
        `not checkable` if no sentence is decided either way, else `partly`.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"verdict": ["follows", "ruled_out"], "bearing": ["essential", "supports"]}
    ... )
    >>> outcome(rows), outcome(rows[:1]), outcome(rows.assign(bearing="essential"))
    ('partly', 'carried', 'not carried')
    """
    answered, refused = rows["verdict"].isin(ANSWERED), rows["verdict"].isin(REFUSED)
    if (refused & (rows["bearing"] == "essential")).any():
        return "not carried"
    if not answered.any():
        return "not carried" if refused.any() else "not checkable"
    return "carried" if answered.all() else "partly"
