"""What travels in the outputs of a notebook under the project's own types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

MIME = "application/vnd.thirdneighbor.{}+json"
BRIEF = "THIRDNEIGHBOR_BRIEF"  # set in a sweep, which keeps verdicts and bounds only
NOTHING = "nothing"
READINGS = ("literal", "strict", "official")  # the first that a claim has stands for it
DECIDED = ("certain", "contradicted")
SHAPES = {"certain": "●", "consistent": "◐", "contradicted": "⊘", "not testable": "◌"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>$~&])")


def escape(text: str) -> str:
    r"""Return text with every character that Markdown or HTML would interpret made plain.

    Examples
    --------
    >>> escape("<b> *x*")
    '\\<b\\> \\*x\\*'
    """
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))


def outputs(cells: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return what executed cells show of one of the project's own kinds, in order.

    Parameters
    ----------
    cells : iterable of mapping
        Cells of a notebook, as nbformat or JSON gives them.
    kind : str
        ``verdict``, ``figure``, ``table``, ``headline`` or ``run``.
    """
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return [dict(data[MIME.format(kind)]) for data in shown if MIME.format(kind) in data]


@dataclass(frozen=True)
class Bundle:
    """A record under one of the project's own types, with a plain line for other readers."""

    kind: str
    record: Mapping[str, Any]
    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {MIME.format(self.kind): dict(self.record), "text/plain": self.text}


@dataclass(frozen=True)
class Record:
    """One verdict; numbers are floats, text is plain, an end that is not defined is empty."""

    prop_id: str
    reading: str
    notebook: str
    text: str
    verdict: str
    basis: str
    bearing: str
    point: Any = ""
    lo: Any = ""
    hi: Any = ""
    lo_open: Any = ""
    hi_open: Any = ""
    unit: str = ""
    operator: str = ""
    threshold: str = ""
    n: Any = ""
    p: Any = ""
    p_min: Any = ""
    deciding_quantity: str = ""
    decides_if: str = ""
    official_value: str = ""
    flip_parameter: str = NOTHING
    flip_value: str = NOTHING
    flip_figure: str = NOTHING
    flip_distance: str = NOTHING
    flip_choices: str = ""
    inputs: str = ""
    sources: str = ""
    parameters: str = ""
    because: str = ""
    shown: str = ""
    spoken: str = ""
    turns_lo: Any = ""
    turns_hi: Any = ""
    true_below: Any = ""
    official_lo: Any = ""
    official_hi: Any = ""
    holds: Any = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bounds = f" {self.shown}" if self.shown else ""
        line = f"{self.prop_id} ({self.reading}): {self.verdict}.{bounds} {self.text}"
        said = f"{SHAPES[self.verdict]} **{self.verdict.capitalize()}**"
        cell = f"{said} · {escape(self.prop_id)} ({self.reading}) · {escape(self.text)}"
        shown = f" · {escape(self.shown)}" if self.shown else ""
        return {
            MIME.format("verdict"): asdict(self),
            "text/markdown": cell + shown,
            "text/plain": line,
        }


FIELDS = tuple(f.name for f in fields(Record))
COLUMNS = FIELDS[: FIELDS.index("parameters") + 1]
