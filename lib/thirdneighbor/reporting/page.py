"""An executed notebook as one self-contained page, or the page that says why there is none."""

from functools import cache
from typing import Any

from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode

from thirdneighbor.reporting.cite import citations, linked_data
from thirdneighbor.reporting.claims import Record, count_verdicts, group_claims
from thirdneighbor.reporting.exporter import HouseExporter, checked, render
from thirdneighbor.reporting.flow import Flow, highlight
from thirdneighbor.reporting.fonts import COMMON, font_css

EMPTY_RUN: Record = {
    **{"notebook": "", "digest": "", "parameters": {}, "versions": {}},
    **{"selections": [], "figures": [], "events": [], "sources": []},
}


class PageExporter(HouseExporter):
    """The exporter of an executed notebook; ``jupyter nbconvert --to`` takes it by its path.

    Resources may hold ``index`` and ``position``, as `render_page` takes them.
    """

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook, checked, and the resources."""
        resources = {"index": [], "position": (1, 1)} | (resources or {})
        resources["page"] = _contents(nb, resources["index"], *resources["position"])
        html, resources = super().from_notebook_node(nb, resources, **kw)
        return checked(html), resources


@cache
def _exporter() -> PageExporter:
    return PageExporter()


def prepare() -> None:
    """Make the faces and read the templates, for which the first page would wait."""
    font_css(COMMON)
    _exporter().template  # noqa: B018 - reading it compiles it


def render_page(notebook: NotebookNode, *, index: list[Record], position: tuple[int, int]) -> str:
    """Return an executed notebook as one HTML file without scripts or requests.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook, with a headline among its outputs.
    index : list of dict
        All notebooks in reading order: ``name`` (stem of the page) and ``title``.
    position : tuple of int
        Number of this notebook, from 1, and how many there are.

    Returns
    -------
    str
        HTML, the same bytes for the same notebook.

    Raises
    ------
    ValueError
        If there is no headline, a drawing is not safe, or the page is not whole.
    """
    return _exporter().from_notebook_node(notebook, {"index": index, "position": position})[0]


def _contents(notebook: NotebookNode, index: list[Record], here: int, total: int) -> Record:
    """Return what the template shows of a notebook."""
    flow = Flow()
    for cell in notebook.cells:
        flow.add(cell)
    if flow.pending:
        flow.run_code.append(("Remaining code", highlight("\n\n".join(flow.pending))))
    if not flow.headline:
        raise ValueError("the notebook shows no headline, so its page would have no title")
    claims, run = group_claims(flow.records), EMPTY_RUN | flow.run
    figures = [item for item in [*flow.items, *flow.closing] if item["kind"] == "figure"]
    around = _neighbours(index, here, total)
    page = {"name": around["named"]["name"] or run["notebook"], "title": flow.headline["title"]}
    page["digest"] = run["digest"]
    return {
        **around,
        "flow": flow,
        "headline": flow.headline,
        "claims": claims,
        "counts": count_verdicts(claims),
        "differs": sum(claim["differs"] for claim in claims),
        "restated": sum(claim["restates"] for claim in claims),
        "verdicts": [(c, r) for c in claims for r in c["readings"]],
        "run": run | {"rows": _rows_used(run["selections"])},
        "sources": _trace(run),
        "known": _targets(run, claims),
        "names": {s["source_id"]: _short(s) for s in run["sources"]},
        "cite": citations(page, claims, figures),
        "linked_data": linked_data(page, claims, figures),
    }


def _rows_used(selections: list[Record]) -> list[Record]:
    """Return the rows that a notebook took, by table."""
    tables: dict[str, Record] = {}
    for taken in selections:
        line = tables.setdefault(taken["table"], {"table": taken["table"], "taken": 0, "rows": 0})
        line["taken"] += 1
        line["rows"] += taken["rows"]
    return list(tables.values())


def _neighbours(index: list[Record], here: int, total: int) -> Record:
    """Return this notebook's place among the others."""
    named = {"name": "", "title": ""} | (index[here - 1] if len(index) >= here else {})
    before = index[here - 2] if here > 1 and len(index) >= here else None
    after = index[here] if len(index) > here else None
    return {"here": here, "total": total, "named": named, "before": before, "after": after}


def _trace(run: Record) -> list[Record]:
    """Return each source with the figures and events that the notebook takes from it."""
    known = {source["source_id"] for source in run["sources"]}
    used = {item["source_id"] for item in [*run["figures"], *run["events"]]}
    stray = [{"source_id": name, "title": name} for name in sorted(used - known)]
    traced: list[Record] = []
    for source in [*run["sources"], *stray]:
        figures = [f for f in run["figures"] if f["source_id"] == source["source_id"]]
        idle = [f for f in figures if _is_idle(f, source.get("kind", ""))]
        traced.append(
            {"authors": "", "year": "", "publication": "", "doi_or_url": "", "kind": ""}
            | source
            | {
                "short": _short(source),
                "figures": [f for f in figures if f not in idle],
                "idle": {f["place"]: [g for g in idle if g["place"] == f["place"]] for f in idle},
                "events": [e for e in run["events"] if e["source_id"] == source["source_id"]],
            }
        )
    return traced


def _is_idle(figure: Record, kind: str) -> bool:
    """Return whether a figure of some statistics is only drawn or listed, and used by no claim."""
    return kind == "statistics" and not figure["propositions"]


def _targets(run: Record, claims: list[Record]) -> set[str]:
    """Return the ids that a link may lead to."""
    sources = {s["source_id"] for s in [*run["sources"], *run["figures"], *run["events"]]}
    return (
        {f"source-{name}" for name in sources}
        | {f"src-{f['figure_id']}" for source in _trace(run) for f in source["figures"]}
        | {f"src-{event['event_id']}" for event in run["events"]}
        | {claim["id"] for claim in claims}
    )


def _short(source: Record) -> str:
    """Return the words that stand for a source in a link."""
    authors = str(source.get("authors", "")).split(";")
    name = authors[0].split(",")[0].strip() + (" and others" if len(authors) > 1 else "")
    name = name or str(source.get("publication", "")).split(",")[0].strip()
    return f"{name} {source.get('year', '')}".strip() or str(source["source_id"])


def render_failure(name: str, title: str, error: Record, verdict_ids: list[str]) -> str:
    """Return the page that says why a notebook did not finish.

    Parameters
    ----------
    name : str
        Stem of the notebook.
    title : str
        Its title.
    error : dict
        ``summary``, ``given``, ``why``, ``remedy``, ``where``, ``traceback``, each optional; or
        ``ename`` and ``evalue`` of the kernel. ``previous``: whether an earlier page stands.
    verdict_ids : list of str
        Claims that are without a verdict.
    """
    trace = error.get("traceback", "")
    rows = {
        "What was given": error.get("given", ""),
        "Why it stopped": error.get("why") or error.get("evalue", ""),
        "What to do": error.get("remedy", ""),
        "Where": error.get("where") or f"{name}.ipynb",
        "Claims without a verdict": ", ".join(verdict_ids),
    }
    return render(
        "failure.html.j2",
        name=name,
        title=title,
        previous=error.get("previous", True),
        summary=error.get("summary") or error.get("ename") or "The run stopped",
        rows={label: strip_ansi(str(text)) for label, text in rows.items() if text},
        trace=strip_ansi(trace if isinstance(trace, str) else "\n".join(trace)),
    )
