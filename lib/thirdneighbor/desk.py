"""What one can ask of the study without a notebook: figures, events, verdicts, traces, charts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from asprinted import charts
from asprinted.asking import Answer, answer
from asprinted.charts.figure import Figure
from asprinted.files import DataError
from asprinted.pages.project import Project, recorded
from asprinted.parameters import ParameterError, closest
from asprinted.quantities import Quantity
from asprinted.studies import Study
from asprinted.tables import Tables, study_folder
from asprinted.texts import read_texts
from asprinted.texts import trace as lines_of

FIRST = (
    *("figure_id", "printed", "value", "lo", "hi", "unit", "year", "label"),
    *("quantity", "reporter", "partner", "commodity", "source_id", "place"),
)
FAR_APART = 50  # times; numbers that differ more stand on a log scale
Years = int | str | Iterable[int] | None


def _folder() -> Path:
    """Return the study above the working folder, else the one of this package."""
    try:
        return study_folder()
    except DataError:
        return study_folder(Path(__file__).parent)


def figures(*unnamed: Any, year: Years = None, **where: Any) -> pd.DataFrame:
    """Return printed figures with the bounds that their print admits.

    Parameters
    ----------
    year : int or several, optional
        First year of the period; 0 for figures without a year.
    **where
        Value, or list of values, by column of `data/figures.csv`. Countries are codes
        (`MNG`, `KAZ`); a selection by partner names the reporter, too.

    Returns
    -------
    DataFrame
        One row a figure: `figure_id`, `printed`, `value` (a quantity), `lo`, `hi` (in
        `unit`), `year`, `label` (what it is, in words), and the columns of the table.

    Raises
    ------
    DataError
        If a column does not exist or can never hold a value; a near one is named.

    Examples
    --------
    >>> china = figures(quantity="share_fdi", reporter="MNG", partner="CHN")
    >>> china[["figure_id", "printed"]].to_dict("split")["data"][0]
    ['gun_share_fdi_chn', 'More than fifty percent']
    >>> figures(reporter="Mongolia")
    Traceback (most recent call last):
    ...
    asprinted.files.DataError: figures.csv, column reporter: 'Mongolia' does not stand \
in column iso3 of countries.csv; did you mean 'MNG'?
    """
    _refuse(unnamed, "figures(reporter='MNG', partner='KAZ')")
    study = Study(Tables(_folder()), "")
    found = study.figures(**where)
    found["label"] = [study.label(name) for name in found["figure_id"]]
    rest = [name for name in found if name not in FIRST]
    return _in_years(found[[*FIRST, *rest]], "year", year)


def listed_events(*unnamed: Any, year: Years = None, **where: Any) -> pd.DataFrame:
    """Return dated events with the sources that name them; also `thirdneighbor.events`.

    Parameters
    ----------
    year : int or several, optional
        Year in which they began; 0 for events without a date.
    **where
        Value, or list of values, by column of `data/events.csv`.

    Returns
    -------
    DataFrame
        One row an event: the columns of the table, `start` and `end` (years), `sources`.

    Examples
    --------
    >>> visits = listed_events(direction="russia", kind="visit", year=range(2020, 2025))
    >>> visits[["event_id", "date_start"]].to_dict("split")["data"]
    [['rus_putin_2024', '2024-09-03'], ['rus_visit_2021', '2021']]
    """
    _refuse(unnamed, "events(direction='russia')")
    return _in_years(Study(Tables(_folder()), "").events(**where), "start", year)


def _refuse(unnamed: tuple[Any, ...], example: str) -> None:
    if unnamed:
        raise DataError(f"{unnamed[0]!r} needs the name of its column, as in {example}")


def _in_years(frame: pd.DataFrame, column: str, year: Years) -> pd.DataFrame:
    if year is None:
        return frame
    asked = [year] if isinstance(year, int | str) else list(year)
    try:
        years = [int(one) for one in asked]
    except ValueError:
        wrong = f"year {year!r} is no year"
        raise DataError(
            f"{wrong}; use 2019, [2018, 2019] or range(2011, 2017)"
        ) from None
    return frame[frame[column].isin(years)].reset_index(drop=True)


def draw(found: pd.DataFrame, title: str = "") -> Figure:
    """Draw figures with their bounds on one scale, or events over time.

    Parameters
    ----------
    found : DataFrame
        Rows from `figures`, all in one unit, or from `events`.
    title : str
        What the chart shows. `asprinted.charts` has more to choose from.

    Raises
    ------
    DataError
        If there is nothing to draw, or the figures are in several units.

    Examples
    --------
    >>> draw(figures(quantity="share_fdi", reporter="MNG", partner="CHN")).title
    'Printed figures'
    """
    if found.empty:
        raise DataError("there is nothing to draw: no row was found")
    if "unit" not in found:
        below = "A bar covers the year or years of the date, a mark one day"
        dated = found.assign(start=found["date_start"], end=found["date_end"])
        return charts.timeline(dated, title=title or "Dated events", subtitle=below)
    units = list(found["unit"].value_counts().index)  # the most frequent first
    if len(units) > 1:
        first = f"choose with found[found.unit == {units[0]!r}]"
        raise DataError(f"one scale holds one unit, not {', '.join(units)}; {first}")
    least, most = found["number"].min(), found["number"].max()
    log = bool(found["lo"].min() > 0 and most > FAR_APART * least)
    below = "Width of a mark: what the print allows" + ("; log scale" if log else "")
    title = title or "Printed figures"
    return charts.ranges(found, unit=units[0], log=log, title=title, subtitle=below)


def figure(figure_id: str, *, hedged: bool = True) -> Quantity:
    """Return one printed figure as a quantity: it can be computed with and compared.

    Parameters
    ----------
    figure_id : str
        Key of `data/figures.csv`.
    hedged : bool
        Whether its hedge ("about", "more than") counts.

    Raises
    ------
    DataError
        If there is no such figure; a near one is named.

    Examples
    --------
    >>> figure("gun_share_fdi_chn"), figure("gun_share_fdi_chn", hedged=False)
    (more than 50% (above 50% to 100%), 50% (exactly 50%))
    >>> figure("gun_export_chn_2018")
    Traceback (most recent call last):
    ...
    asprinted.files.DataError: figures.csv has no row 'gun_export_chn_2018' in column \
figure_id; did you mean 'gun_exports_chn_2018'?
    """
    return Study(Tables(_folder()), "").figure(str(figure_id), hedged=hedged)


def ask(asked: Any) -> Answer:
    """Return the verdict on a sentence of one's own, with its reason; nothing is recorded.

    Parameters
    ----------
    asked : comparison, test or codings
        Such as `share > 0.5` of quantities.

    Returns
    -------
    Answer
        Its `verdict` (a code), `word` and `reason`.

    Examples
    --------
    >>> ask(figure("gun_share_fdi_chn") > 0.6)
    Left open: The figures allow above 50% to 100%; only a part of it is more than 60%. \
It turns where gun_share_fdi_chn is exactly 60%: above that it is true.
    """
    return answer(asked)


def trace(identifier: str | Quantity, *, texts: str | Path | None = None) -> None:
    """Print where an id stands, its bounds, and every sentence and page that uses it.

    Parameters
    ----------
    identifier : str or Quantity
        A figure, event, claim, proposition or source; or what was computed from figures.
    texts : path, optional
        Folder with your own copies of the texts; then the passage is shown, too.

    Examples
    --------
    >>> trace("gun_share_fdi_cnh")
    Traceback (most recent call last):
    ...
    asprinted.files.DataError: unknown id 'gun_share_fdi_cnh'; did you mean \
'gun_share_fdi_chn'?
    """
    project = Project(_folder())
    found = read_texts(project.tables, Path(texts))[0] if texts else {}
    known = recorded(project)
    made = [identifier] if isinstance(identifier, str) else identifier.inputs
    for name in made:
        print("\n".join(lines_of(project.tables, name, found, *known)))


def sweep(notebook: str, *, jobs: int = 1, **axes: Any) -> pd.DataFrame:
    """Run a notebook at every combination of some values of its parameters.

    Parameters
    ----------
    notebook : str
        Number, stem or path.
    jobs : int
        How many points run at the same time; with one, in this process.
    **axes
        A value, or a list of them, for each parameter that varies.

    Returns
    -------
    DataFrame
        One row a verdict and point: the parameters, `prop_id`, `reading`, `verdict`, `lo`,
        `hi`, ...; where a run failed, the verdict is `failed` and `reason` says why.

    Raises
    ------
    ParameterError
        If a parameter is unknown or a value is not allowed, with what is.

    Examples
    --------
    >>> sweep("02", cpa=0.4)
    Traceback (most recent call last):
    ...
    asprinted.parameters.ParameterError: unknown parameter 'cpa'; did you mean 'cap'?
    """
    from asprinted.pages import sweep as sweeps

    project = Project(_folder())
    name = project.find(str(notebook))
    path = project.notebooks[name]
    known = project.declared(name)
    if not axes:
        hint = closest("", [parameter.name for parameter in known])
        raise ParameterError(
            f"name a parameter and its values, as cap=[0.2, 0.4]; {hint}"
        )
    given = [f"{name}={_axis(values)}" for name, values in axes.items()]
    points = sweeps.grid(known, given)
    if jobs > 1:
        results = sweeps.run(path, points, jobs=jobs)
    else:
        results = [sweeps.run_point(path, point) for point in points]
    text = sweeps.table(points, results)
    return pd.read_csv(io.StringIO(text), keep_default_na=False)


def _axis(values: Any) -> str:
    """Return the values of a parameter as a grid spells them."""
    several = isinstance(values, Iterable) and not isinstance(values, str)
    listed = list(values) if several else [values]
    return ",".join(
        "+".join(v) if isinstance(v, list | tuple) else str(v) for v in listed
    )
