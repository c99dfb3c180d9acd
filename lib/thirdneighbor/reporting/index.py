"""The index of all claims: the board of verdicts, and what the collection was built from."""

from thirdneighbor.reporting.claims import Record, count_verdicts, group_claims
from thirdneighbor.reporting.exporter import render
from thirdneighbor.reporting.ledger import LAST

WORDS = (
    *("none", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def render_index(
    records: list[Record], notebooks: list[Record], built: Record | None = None
) -> str:
    """Return the board of all verdicts as one self-contained page.

    Parameters
    ----------
    records : list of dict
        Verdict records of all notebooks, with the fields of ``verdicts.csv``.
    notebooks : list of dict
        In reading order: ``name`` (stem of the page), ``title``, and optionally ``finding`` (its
        headline), ``failed`` (true if its last run did not finish) and ``changed`` (tables whose
        rows are no longer those of the run).
    built : dict, optional
        What the pages were built from, by name: nothing that varies between two builds.

    Returns
    -------
    str
        HTML.
    """
    claims = group_claims(records)
    groups = []
    for notebook in notebooks:
        about = {"finding": "", "failed": False, "changed": [], **notebook}
        old = bool(about["failed"] or about["changed"])
        mine = [c | {"old": old} for c in claims if c["notebook"] == notebook["name"]]
        groups.append(about | {"claims": mine})
    title, standfirst = _state_of_evidence(claims)
    return render(
        "board.html.j2",
        title=title,
        standfirst=standfirst,
        groups=groups,
        news=[claim for group in groups for claim in group["claims"] if claim["differs"]],
        synthesis=LAST,
        built=built or {},
    )


def _state_of_evidence(claims: list[Record]) -> tuple[str, str]:
    """Return title and standfirst with their counts, all by the first reading of each claim."""
    count = {line["verdict"]: line["count"] for line in count_verdicts(claims)}
    restated = sum(claim["restates"] for claim in claims)
    differs = sum(claim["differs"] for claim in claims)
    certain, contradicted = count.get("certain", 0), count.get("contradicted", 0)
    title = (
        f"Of {_word(len(claims))} {'claim' if len(claims) == 1 else 'claims'}, "
        f"{_be(certain)} certain as printed and {_be(contradicted)} contradicted"
    )
    standfirst = (
        f"{_be(count.get('consistent', 0)).capitalize()} consistent with the print but not "
        f"settled by it, and {_be(count.get('not testable', 0))} not testable. A stricter or "
        f"official reading changes the verdict on {_word(differs)}."
    )
    if restated:
        standfirst += f" Left out: {_word(restated)}, mere repetition of the author’s own number."
    return title, standfirst


def _word(count: int) -> str:
    """Return a count as a sentence writes it."""
    return WORDS[count] if count < len(WORDS) else str(count)


def _be(count: int) -> str:
    """Return a count with its verb."""
    return f"{_word(count)} {'is' if count == 1 else 'are'}"
