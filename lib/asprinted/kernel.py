"""Where the cells of a notebook run, and the parameters that they see."""

from __future__ import annotations

import linecache
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from . import parameters as declarations
from .parameters import Parameter, ParameterError
from .quantities import PURE, known
from .vocabulary import CURRENCIES, UNITS

if TYPE_CHECKING:
    from .tables import Tables


class Space(Protocol):
    """Where the cells of a notebook run when there is no kernel."""

    namespace: dict[str, Any]
    cells: list[str]
    folder: Path
    tables: Tables | None

    def show(self, shown: Any) -> None: ...  # noqa: D102


SPACE: ContextVar[Space | None] = ContextVar("space", default=None)


def surroundings(space: Space | None) -> tuple[dict[str, Any], list[str]]:
    """Return the variables of the notebook and the cells that have run."""
    if space:
        return space.namespace, space.cells
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return {}, []
    kept = [cell for cell in shell.user_ns.get("In", []) if cell]
    return shell.user_ns, kept or _compiled(shell.compile)


def _compiled(compiler: Any) -> list[str]:
    """Return the cells of a kernel without history, as nbval runs one."""
    named = getattr(compiler, "_filename_map", {})
    return ["".join(linecache.getlines(name)) for name in named]


class Values:
    """The parameters of a run: numbers with decimals as quantities, the rest as they are."""

    def __init__(
        self, values: Mapping[str, Any], declared: Iterable[Parameter]
    ) -> None:
        self._values = {
            p.name: known(p.name, values[p.name], unit_of(p))
            if p.type == "float"
            else values[p.name]
            for p in declared
        }

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            hint = declarations.closest(name, self.__dict__.get("_values", {}))
            raise ParameterError(f"unknown parameter {name!r}; {hint}") from None

    def __dir__(self) -> list[str]:
        return sorted(self._values)

    def __repr__(self) -> str:
        return "\n".join(f"{name} = {value}" for name, value in self._values.items())


def unit_of(parameter: Parameter) -> str:
    """Return the unit in which a parameter is computed with."""
    unit = parameter.unit
    measured = unit in CURRENCIES or unit in UNITS
    return unit if unit == "share" or (measured and unit not in PURE) else ""


def show(shown: Any) -> None:
    """Show something under the cell that runs."""
    space = SPACE.get()
    if space:
        space.show(shown)
        return
    from IPython.display import display

    display(shown)
