"""Fragility: in how many settings of the sensitivity grid a verdict is another one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pandas as pd

from .intervals import Interval
from .package import DataError
from .quantities import Quantity, known
from .verdicts import VERDICTS

COLUMNS = ("notebook", "parameter", "value", "prop_id", "reading", "verdict", "flips", "error")
KEY = ["prop_id", "reading"]
KINDS = {
    "rounding": ("hedge_width", "nearly_frac", "hedge_policy"),
    "texts": ("sources",),
    "dates": ("include_inferred",),
    "level": ("alpha",),
    "codes": (
        *("unknown_policy", "official_codes", "coding", "mixed", "outcome_def", "conditions"),
        *("added_cases", "unseen_state", "flip_evidence", "flip_hypothesis", "flip_sign"),
    ),
}
CHOICES = "choices"
MARKS = dict(zip(VERDICTS, "+±−?", strict=True))


def read(path: Path) -> pd.DataFrame:
    """Return the sensitivity table, empty if it has not been made.

    Parameters
    ----------
    path : Path
        `reports/sensitivity.csv`, as `make sensitivity` writes it.

    Returns
    -------
    DataFrame
        One row a verdict and setting, every cell as text, with `kind` (see `kind`); a setting
        without a parameter is the default one.

    Raises
    ------
    DataError
        If the file is another table.
    """
    if not path.is_file():
        return pd.DataFrame(columns=[*COLUMNS, "kind"], dtype=str)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    if tuple(frame.columns) != COLUMNS:
        raise DataError(f"{path.name}: columns are not {', '.join(COLUMNS)}; `make sensitivity`")
    return frame.assign(kind=[kind(name) for name in frame["parameter"]])


def kind(parameter: str) -> str:
    """Return what a parameter moves: `rounding`, `texts`, ..., or else `choices`.

    Examples
    --------
    >>> kind("hedge_width"), kind("growth")
    ('rounding', 'choices')
    """
    return next((name for name, members in KINDS.items() if parameter in members), CHOICES)


def changes(table: pd.DataFrame, kinds: Sequence[str] | None = None) -> pd.DataFrame:
    """Return every verdict in every setting but the default one.

    Parameters
    ----------
    table : DataFrame
        As `read` returns it.
    kinds : sequence of str, optional
        Settings that count; all if not given.

    Returns
    -------
    DataFrame
        The rows of the table, with `usual` (the verdict by default) and `changed`.
    """
    held = table[table["prop_id"] != ""]
    usual = held[held["parameter"] == ""].set_index(KEY)["verdict"].rename("usual")
    moved = held[(held["parameter"] != "") & held["kind"].isin(kinds or [*KINDS, CHOICES])]
    moved = moved.join(usual, on=KEY).dropna(subset="usual")
    return moved.assign(changed=moved["verdict"] != moved["usual"])


def scores(moved: pd.DataFrame) -> pd.DataFrame:
    """Return the fragility of each verdict.

    Parameters
    ----------
    moved : DataFrame
        As `changes` returns it.

    Returns
    -------
    DataFrame
        One row a verdict: `prop_id`, `reading`, `part` (settings in which it is another one) and
        `whole` (settings tried), the most fragile first.
    """
    grouped = moved.groupby(KEY, sort=False)["changed"]
    found = pd.DataFrame({"part": grouped.sum().astype(int), "whole": grouped.size()})
    return found.reset_index().sort_values("part", ascending=False, kind="stable")


def tried(moved: pd.DataFrame, prop_id: str, reading: str, parameters: Sequence[str]) -> list[bool]:
    """Return, for each setting of the given parameters, whether a verdict is another one."""
    rows = moved[(moved["prop_id"] == prop_id) & (moved["reading"] == reading)]
    return [bool(v) for v in rows[rows["parameter"].isin(list(parameters))]["changed"]]


def mosaic(moved: pd.DataFrame) -> pd.DataFrame:
    """Return a board of marks: verdicts by default and under each kind of setting.

    Returns
    -------
    DataFrame
        Index: (prop_id, reading); columns `default` and the kinds tried; cells "+" certain,
        "±" consistent, "−" contradicted, "?" not testable, empty where nothing changes. Of
        several verdicts in one cell the most frequent stands, then the first in house order.
    """
    usual: dict[tuple[str, ...], str] = {}
    seen: dict[tuple[tuple[str, ...], str], Counter[str]] = defaultdict(Counter)
    rows = moved[[*KEY, "usual", "kind", "verdict", "changed"]].to_numpy().tolist()
    for *key, default, kind, verdict, changed in rows:
        usual.setdefault(tuple(key), MARKS[default])
        seen[tuple(key), kind][verdict] += bool(changed)
    index = pd.MultiIndex.from_tuples(list(usual), names=KEY)
    board = pd.DataFrame({"default": list(usual.values())}, index=index)
    for name in [*KINDS, CHOICES]:
        if (moved["kind"] == name).any():
            board[name] = [_mark(seen[key, name]) for key in usual]
    return board


def _mark(counts: Counter[str]) -> str:
    """Return the mark of the most frequent verdict, nothing if there is none."""
    top = max(VERDICTS, key=counts.__getitem__)
    return MARKS[top] if counts[top] else ""


def turns(tried: Sequence[bool]) -> Quantity | None:
    """Return in how many settings a verdict is another one; None if none was tried."""
    return known("settings that change it", Interval.point(sum(tried)), "count") if tried else None


def fragile_share(found: pd.DataFrame) -> Quantity | None:
    """Return the share of verdicts that some setting changes; None if none was tried."""
    if found.empty:
        return None
    share = Fraction(int((found["part"] > 0).sum()), len(found))
    return known("verdicts that some setting changes", Interval.point(share), "share")


def outdated(table: pd.DataFrame, records: pd.DataFrame) -> int:
    """Return how many default verdicts of the table are not those in the records."""
    usual = table[(table["prop_id"] != "") & (table["parameter"] == "")].set_index(KEY)["verdict"]
    both = records.set_index(KEY)["verdict"].to_frame().join(usual.rename("usual"), how="inner")
    return int((both["verdict"] != both["usual"]).sum())
