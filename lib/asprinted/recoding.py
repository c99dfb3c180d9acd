"""A table of coded cases under the reader's hand: one click gives a cell another code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from .files import DataError
from .package import Row, Rows
from .tables import SETTINGS, Tables

Place = tuple[str, str]  # case and condition
HEAD, COLUMN = "11em", "minmax(7em, 12em)"  # widths


class Codes:
    """The coded rows that a notebook selects, as a grid of buttons.

    Parameters
    ----------
    tables : Tables
        The study as it is.
    settings : mapping
        `table`; its columns `row`, `column`, `cell` and `why`; `words` by code.
    selections : sequence of mapping
        What the notebook took, as its run tells: `table` and `where`.
    names : mapping
        Words for what stands in the rows and columns of the grid.
    changed : callable
        Called after a click.

    Raises
    ------
    DataError
        If a column that the settings name does not exist.
    """

    def __init__(
        self,
        tables: Tables,
        settings: Mapping[str, Any],
        selections: Sequence[Mapping[str, Any]],
        names: Mapping[str, str],
        changed: Callable[[], None],
    ) -> None:
        self.settings, self._names, self._tell = settings, names, changed
        self.table, self._every = settings["table"], tables.rows(settings["table"])
        known = tables.columns(self.table)
        for part in ("row", "column", "cell", "why"):
            if settings.get(part) not in known:
                given = f"recode, {part}: {settings.get(part)!r}"
                allowed = (
                    f"no column of {self.table}.csv; columns are {', '.join(known)}"
                )
                raise DataError(f"{SETTINGS}, {given} is {allowed}")
        self.recoded: dict[Place, str] = {}
        found: dict[Place, list[Row]] = {}
        for taken in selections:
            if taken["table"] == self.table:
                for row in tables.select(self.table, taken["where"]):
                    rows = found.setdefault(self._place(row), [])
                    rows += [row] if row not in rows else []
        self._rows = found
        self.buttons = {place: self._button(place) for place in found}
        for place in found:
            self._show(place)

    def turn(self, place: Place) -> None:
        """Give a cell its next code; after the last one it is as committed again."""
        words = list(self.settings["words"])
        start = words.index(self._rows[place][0][self.settings["cell"]])
        order = [*words[start:], *words[:start]]
        after = order.index(self.recoded.pop(place, order[0])) + 1
        if after < len(order):
            self.recoded[place] = order[after]
        self._show(place)
        self._tell()

    def reset(self) -> None:
        """Give all cells their committed codes."""
        self.recoded.clear()
        for place in self.buttons:
            self._show(place)

    def instead(self) -> dict[str, Rows]:
        """Return the rows of the table with the codes that were clicked."""
        if not self.recoded:
            return {}
        cell = self.settings["cell"]
        rows = [
            {**row, cell: self.recoded.get(self._place(row), row[cell])}
            for row in self._every
        ]
        return {self.table: rows}

    def grid(self) -> Any:
        """Return the grid, cases down and conditions across."""
        cases = list(dict.fromkeys(case for case, _ in self.buttons))
        conditions = list(dict.fromkeys(condition for _, condition in self.buttons))
        parts = [widgets.Label(""), *(widgets.Label(self._said(c)) for c in conditions)]
        for case in cases:
            parts.append(widgets.Label(self._said(case)))
            parts += [self.buttons.get((case, c), widgets.Label()) for c in conditions]
        columns = f"{HEAD} repeat({len(conditions)}, {COLUMN})"
        return widgets.GridBox(parts, layout={"grid_template_columns": columns})

    def _place(self, row: Row) -> Place:
        return row[self.settings["row"]], row[self.settings["column"]]

    def _said(self, name: str) -> str:
        return self._names.get(name, name.replace("_", " "))

    def _word(self, row: Row) -> str:
        return str(self.settings["words"][row[self.settings["cell"]]])

    def _button(self, place: Place) -> Any:
        """Return the button of a cell; it tells every code that is committed, and why."""
        why = self.settings["why"]
        told = "; ".join(f"{self._word(r)}: {r[why]}" for r in self._rows[place])
        where = ", ".join(self._said(part) for part in place)
        button = widgets.Button(tooltip=f"{where}. {told}", layout={"width": "auto"})
        button.on_click(lambda _: self.turn(place))
        return button

    def _show(self, place: Place) -> None:
        """Write on a button what its cell says, and what was committed if that differs."""
        button, was = self.buttons[place], self._word(self._rows[place][0])
        now = self.recoded.get(place)
        said = f"{self.settings['words'].get(now)} (was {was})"
        button.description = said if now else was
        button.button_style = "primary" if now else ""
