"""A notebook as a panel: its parameters as controls, and below them what they do.

The notebook itself stays as it is. Its cells are compiled once and run in this process with
the values of the controls; nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import base64
import html
import math
import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any

import ipywidgets as widgets
from IPython.display import Javascript

from .charts.figure import Figure
from .evidence import Evidence
from .intervals import exact
from .kernel import SPACE
from .notebook import read_cells, records
from .pages.engine import Cells, Space
from .pages.project import Json, Project, open_project
from .parameters import Parameter
from .prose import plain
from .recoding import Codes
from .record import chip_html
from .show import Block
from .tables import Tables
from .verdicts import short

STEPS = 200  # of a slider, at least
MOST_TURNS = 8  # that are told in words
NAMES, SLIDER, NUMBER = "140px", "440px", "90px"  # widths
PATIENCE = 0.05  # seconds until a value counts that the next press of a key may replace
SEVERAL = "hold Ctrl or ⌘ to choose several"
CELL = "padding:3px 1em 3px 0;text-align:left;vertical-align:top"
QUIET = "color:var(--jp-ui-font-color2);line-height:1.4"
PANEL = "asprinted-panel"  # class of the whole, by which a page finds it
TENDING = """
const controls = ".noUi-handle, input, select, button";
const tend = () => {
  for (const control of document.querySelectorAll(".asprinted-panel :is(" + controls + ")")) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
    const slider = control.closest(".widget-hbox")?.querySelector(".widget-slider label");
    if (slider) control.setAttribute("aria-label", slider.textContent);
  }
};
for (let time = 0; time < 10000; time += 500) setTimeout(tend, time);
"""  # names that are read aloud; keys reach a list, not the notebook, where d d deletes a cell


def explore(name: str) -> Panel:
    """Open a notebook as a panel of controls.

    Parameters
    ----------
    name : str
        Number, stem or path of the notebook.

    Returns
    -------
    Panel
        It shows itself in JupyterLab. Where nobody can move a control, as in a run from
        the command line, it says in words what it would show.

    Raises
    ------
    DataError
        If there is no such notebook; the closest name is told.
    """
    project = open_project()
    return Panel(project, project.find(str(name)))


class Panel:
    """The controls of a notebook, and what it says at their values; see :func:`explore`.

    Parameters
    ----------
    project : Project
        The study.
    name : str
        Stem of the notebook.
    """

    def __init__(self, project: Project, name: str) -> None:
        path = project.notebooks[name]
        self.name, self.settings = name, project.settings
        self.folder, self.codes = project.folder, None
        self.declared = {p.name: p for p in project.declared(name)}
        self.committed = records(read_cells(path))
        self.finding, self.error = "", ""
        self.moved: list[tuple[Json, Json]] = []
        self._cells, self._count, self._held = Cells(path), 0, False
        self._tables = Tables(project.folder)
        self._later: asyncio.TimerHandle | None = None
        self._said, self._chart, self._call = (widgets.HTML() for _ in range(3))
        made = {
            p.name: _control(p, _turns(self.committed, p.name))
            for p in self.declared.values()
        }
        self.controls = {key: control for key, (control, _) in made.items()}
        self._rows = [row for _, row in made.values()]
        for control in self.controls.values():
            control.observe(self._changed, "value")
        space = self.update()
        if space and name in self.settings.get("recode", {}):
            self.codes = self._coded(space)

    def _coded(self, space: Space) -> Codes:
        """Return the codes that the notebook takes, to be clicked."""
        taken = [part for run in space.found("run") for part in run["selections"]]
        settings = self.settings["recode"][self.name]
        names = Evidence(self._tables, self.settings, {}).names
        return Codes(self._tables, settings, taken, names, self._recoded)

    def _recoded(self) -> None:
        """Take the codes that were clicked into the tables, and run."""
        if self.codes:
            self._tables = Tables(self.folder, self.codes.instead())
        self._changed(None)

    def set(self, **values: Any) -> Panel:
        """Put the controls to these values, and all others to the committed ones."""
        self._held = True
        for name, parameter in self.declared.items():
            self.controls[name].value = values.get(name, parameter.default)
        if self.codes and self.codes.recoded:
            self.codes.reset()
            self._tables = Tables(self.folder)
        self._held = False
        self.update()
        return self

    def chosen(self) -> Json:
        """Return the values that are not the committed ones.

        Raises
        ------
        ParameterError
            If a value is not allowed, such as an empty list.
        """
        found = {}
        for name, parameter in self.declared.items():
            value = self.controls[name].value
            if parameter.type == "list[str]":
                value = list(value)
            elif parameter.type == "float":
                value = _even(value)
            if value != parameter.default:
                found[name] = parameter.check(value)
        return found

    def command(self, values: Mapping[str, Any]) -> str:
        """Return the command that makes a page with these values."""
        own = entry_points(group="console_scripts", name=self.settings["name"])
        words = [self.settings["name"] if own else "asprinted", "report", self.name]
        for name, value in values.items():
            words += ["-p", shlex.quote(f"{name}={_spelt(value)}")]
        return " ".join([*words, *(["--out", "mine"] if values else [])])

    def update(self) -> Space | None:
        """Run the notebook at the values of the controls, and show what it says."""
        try:
            values = self.chosen()
            space = self._cells.run(values, tables=self._tables)
            self._read(space)
            self._call.value = self._called(values)
            self._said.value = self._report()
            self._chart.value = _picture(space)
            return space
        except Exception as error:  # whatever a cell or a drawing raises is one line
            self.finding, self.moved = "", []
            self.error = " ".join(str(error).split())
            self._said.value = (
                f"<p>{chip_html('ruled_out', 'Not run')} {_text(self.error)}</p>"
            )
            self._chart.value = ""
        return None

    def _called(self, values: Json) -> str:
        """Return the command, which one click selects; no command clicks on codes."""
        if self.codes and self.codes.recoded:
            many = len(self.codes.recoded)
            cells = f"{many} cell{'s' * (many > 1)} of {self.codes.table}.csv"
            return f"{cells} as clicked: no command makes this page"
        called = html.escape(self.command(values))
        return f'<code title="to copy" style="user-select:all">{called}</code>'

    def text(self) -> str:
        """Return what the panel shows, in words."""
        controls = f"{self.name}: controls for {', '.join(self.controls) or 'nothing'}"
        if self.codes:
            controls += f", and {len(self.codes.buttons)} codes of {self.codes.table}"
        if self.error:
            return f"{controls}\nNot run: {self.error}"
        lines = [controls, self.finding, f"{self._counted()}."]
        for was, now in self.moved:
            turned = f"{_word(was)} -> {_word(now)}"
            lines.append(f"{now['prop_id']} ({now['reading']}): {turned}")
        return "\n".join(lines)

    def _changed(self, change: Any) -> None:
        if self._held:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel: whoever sets a value wants to read at once
            self.update()
            return
        if self._later:
            self._later.cancel()
        self._later = loop.call_later(PATIENCE, self.update)

    def _read(self, space: Space) -> None:
        """Take finding and verdicts from a run, and compare them with the committed run."""
        self.committed = self.committed or space.records
        before = {(r["prop_id"], r["reading"]): r for r in self.committed}
        pairs = [(before.get((r["prop_id"], r["reading"])), r) for r in space.records]
        self.moved = [(a, b) for a, b in pairs if a and _word(a) != _word(b)]
        self.error, self._count = "", len(space.records)
        heads = [b for b in space.found("block") if b["block"] == "headline"]
        self.finding = plain(heads[-1]["finding"]) if heads else ""

    def _counted(self) -> str:
        many = f"{len(self.moved)} of" if self.moved else "None of the"
        verb = "differ" if len(self.moved) != 1 else "differs"
        return f"{many} {self._count} verdicts {verb} from the committed run"

    def _report(self) -> str:
        """Return finding and verdicts that differ, as HTML."""
        rows = "".join(self._row(was, now) for was, now in self.moved)
        heads = "".join(
            f'<th scope="col" style="{CELL}">{head}</th>'
            for head in ("Sentence", "Figures", "Was", "Is")
        )
        table = f"<table><tr>{heads}</tr>{rows}</table>" if rows else ""
        found = f'<h3 style="margin:.5em 0">{_text(self.finding)}</h3>'
        return f"{found}<p><b>{self._counted()}.</b></p>{table}"

    def _row(self, was: Json, now: Json) -> str:
        label = self.settings["readings"][now["reading"]]["label"]
        cells = [_text(now["text"]), _text(label)]
        cells += [chip_html(record["verdict"], _word(record)) for record in (was, now)]
        return "".join(["<tr>", *(f'<td style="{CELL}">{c}</td>' for c in cells)])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if not _is_somebody_there():
            return {"text/plain": self.text()}
        reset = widgets.Button(
            description="Reset", tooltip="Back to the committed values"
        )
        reset.on_click(lambda button: self.set())
        foot = widgets.HBox([reset, self._call])
        grid = [self.codes.grid()] if self.codes else []
        tending = widgets.Output()
        tending.append_display_data(Javascript(TENDING))
        parts = [*self._rows, *grid, foot, self._said, self._chart, tending]
        whole = widgets.VBox(parts).add_class(PANEL)
        bundle = whole._repr_mimebundle_(include=include, exclude=exclude)
        return bundle | {"text/plain": self.text()}  # as a run without anybody saves it


def _is_somebody_there() -> bool:
    """Whether a person may move a control: who runs a file from outside asks nobody."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if SPACE.get() or kernel is None:
        return False
    return bool(kernel.get_parent().get("content", {}).get("allow_stdin"))


def _control(parameter: Parameter, turns: Sequence[float]) -> tuple[Any, Any]:
    """Return the control of a parameter, and the row of the panel that shows it."""
    words = [f"{parameter.meaning} ({parameter.unit})"]
    options: Json = {
        "value": parameter.default,
        "description": parameter.name,
        "style": {"description_width": NAMES},
        "layout": {"width": SLIDER},
    }
    if parameter.type in ("int", "float"):
        control, shown = _slider(parameter, turns, options)
        words.append(f"▲ {_spelt(parameter.default)} as committed")
        if turns:
            told = ", ".join(f"{turn:.4g}" for turn in turns[:MOST_TURNS])
            words.append(f"a verdict turns at | {told}")
    elif parameter.type == "bool":
        control = shown = widgets.Checkbox(**options, indent=True)
    elif parameter.type == "list[str]":
        rows = min(len(parameter.choices), 6)
        control = shown = widgets.SelectMultiple(
            options=parameter.choices, rows=rows, **options
        )
        words.append(SEVERAL)
    else:
        control = shown = widgets.Dropdown(options=parameter.choices, **options)
    told = widgets.HTML(f'<div style="{QUIET}">{_text("; ".join(words))}</div>')
    told.layout.max_width = SLIDER
    return control, widgets.HBox([shown, told])


def _slider(
    parameter: Parameter, turns: Sequence[float], options: Json
) -> tuple[Any, Any]:
    """Return a slider, and it with a box for the number and marks below."""
    whole = parameter.type == "int"
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    box = widgets.BoundedIntText if whole else widgets.BoundedFloatText
    low, high, step = _scale(parameter)
    ends = {"min": low, "max": high, "step": step}
    slider = kind(**options, **ends, readout=False, continuous_update=False)
    number = box(
        value=parameter.default,
        **ends,
        tooltip=parameter.name,
        layout={"width": NUMBER},
    )
    widgets.link((slider, "value"), (number, "value"))
    drawn = _marks(parameter.default, turns, low, high)
    marks = widgets.HTML(drawn, layout={"width": SLIDER})
    return slider, widgets.HBox([widgets.VBox([slider, marks]), number])


def _scale(parameter: Parameter) -> tuple[float, float, float]:
    """Return ends and step of a slider; an end that is not allowed is left out."""
    span = parameter.range
    low, high = float(span.lo), float(span.hi)
    if parameter.type == "int":
        return int(low) + span.lo_open, int(high) - span.hi_open, 1
    most = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(most) + 1e-9)
    step = max(m * power for m in (1, 2, 5) if m * power <= most * (1 + 1e-9))
    step = float(f"{step:.6g}")
    return low + step * span.lo_open, high - step * span.hi_open, step


def _even(value: float) -> float:
    """Return a step of a slider without the noise of adding steps up."""
    near = float(f"{value:.10g}")
    return near if math.isclose(near, value, rel_tol=1e-14) else value


def _marks(default: float, turns: Sequence[float], low: float, high: float) -> str:
    """Return marks below a slider: its committed value, and where verdicts turn."""
    signs = [*((turn, "|") for turn in turns if low <= turn <= high), (default, "▲")]
    drawn = "".join(
        f'<span style="position:absolute;transform:translateX(-50%);'
        f'left:{100 * (at - low) / (high - low):.2f}%">{sign}</span>'
        for at, sign in signs
    )
    place = f"position:relative;height:1.2em;margin:-.6em 6px 0 calc({NAMES} + 14px)"
    return (
        f'<div aria-hidden="true" style="{QUIET};{place};font-size:10px">{drawn}</div>'
    )


def _turns(found: Sequence[Json], name: str) -> list[float]:
    """Return the values of a parameter at which committed verdicts turn."""
    flips = [flip for record in found for flip in record["flips"]]
    own = [f["at"] for f in flips if (f["kind"], f["name"]) == ("parameter", name)]
    return sorted({float(at) for at in own if isinstance(at, int | float)})


def _picture(space: Space) -> str:
    """Return the main chart of a run, else its first, as an image."""
    figures = [thing for thing in space.things if isinstance(thing, Figure)]
    for block in (thing for thing in space.things if isinstance(thing, Block)):
        figures += [one for one in block.figures if isinstance(one, Figure)]
    if not figures:
        return ""
    figure = next((one for one in figures if one.main), figures[0])
    image = base64.b64encode(figure.drawn().png()).decode("ascii")
    alt = html.escape(figure.alt, quote=True)
    source = f"data:image/png;base64,{image}"
    return f'<img alt="{alt}" src="{source}" style="max-width:100%;width:60em">'


def _word(record: Mapping[str, Any]) -> str:
    return short(record["verdict"], record["basis"])


def _text(words: str) -> str:
    return html.escape(words)


def _spelt(value: Any) -> str:
    """Return a value as a command or a sentence spells it; a third is 1/3."""
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, float) and float(f"{value:g}") != value:
        return str(exact(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
