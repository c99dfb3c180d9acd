"""How a page, its claims and its figures are cited, by people and by machines."""

import base64
import hashlib
from importlib.metadata import version

from jinja2.utils import htmlsafe_json_dumps

from thirdneighbor.reporting.claims import Record
from thirdneighbor.reporting.exporter import FOOTER

AUTHORS = "the thirdneighbor authors"
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash ",
        "~": r"\textasciitilde ",
        "^": r"\textasciicircum ",
        **{char: f"\\{char}" for char in "{}%&_#$"},
    }
)


def collection() -> str:
    """Return name and version of the collection."""
    return f"thirdneighbor {version('thirdneighbor')}"


def citations(page: Record, claims: list[Record], figures: list[Record]) -> Record:
    """Return the citations of a page and of what stands on it.

    Parameters
    ----------
    page : dict
        ``name`` (stem of the page), ``title`` and ``digest`` of its inputs.
    claims : list of dict
        With ``id`` and ``text``.
    figures : list of dict
        With ``number`` and ``title``.

    Returns
    -------
    dict
        ``page`` and ``items`` (text), and ``bibtex`` with the entry of the page after those that
        refer to it, as BibTeX wants it.
    """
    address, key = f"{page['name']}.html", f"thirdneighbor:{page['name']}"
    digest = f", input digest {page['digest'][:12]}" if page["digest"] else ""
    parts = [(claim["id"], claim["id"], f"Claim {claim['id']}", claim["text"]) for claim in claims]
    for figure in figures:
        at = f"figure-{figure['number']}"
        parts.append((at, f"{page['name']}:{at}", f"Figure {figure['number']}", figure["title"]))
    told = f"{collection()}, {address}"
    whole = f"{AUTHORS.capitalize()}: “{page['title']}”. In {told}{digest}."
    entries = [
        _entry(
            f"thirdneighbor:{name}", crossref=key, title=f"{kind}: {text}", url=f"{address}#{at}"
        )
        for at, name, kind, text in parts
    ]
    howpublished = f"{collection()}{digest}"
    by = {"author": f"{{{AUTHORS}}}", "title": page["title"], "howpublished": howpublished}
    return {
        "page": whole,
        "items": [f"{kind}. {told}#{at}." for at, _, kind, _ in parts],
        "bibtex": "\n".join([*entries, _entry(key, **by, url=address)]),
    }


def _entry(key: str, **fields: str) -> str:
    """Return one BibTeX entry; keys, addresses and the group of authors are taken as they are."""
    plain = ("crossref", "url", "author")
    told = [
        f"  {name} = {{{value if name in plain else value.translate(_BIBTEX)}}}"
        for name, value in fields.items()
    ]
    return f"@misc{{{key},\n" + ",\n".join(told) + "\n}"


def linked_data(page: Record, claims: list[Record], figures: list[Record]) -> Record:
    """Return the claims and the figures' data as JSON in the vocabulary of schema.org.

    Parameters
    ----------
    page, claims, figures
        As for `citations`; claims with their ``readings`` and figures with ``alt``.

    Returns
    -------
    dict
        ``text``, in which no character can end the element that holds it, and ``hash``, by which
        the page's security policy knows it.
    """
    address = f"{page['name']}.html"
    authors = {"@type": "Organization", "@id": "#authors", "name": AUTHORS}
    reviews = [_review(f"{address}#{claim['id']}", claim) for claim in claims]
    data = [_dataset(f"{address}#figure-{figure['number']}", figure) for figure in figures]
    graph = [authors, *reviews, *data]
    whole = {"@context": "https://schema.org", "description": FOOTER, "@graph": graph}
    text = htmlsafe_json_dumps(whole, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()
    return {"text": text, "hash": f"sha256-{base64.b64encode(digest).decode('ascii')}"}


def _review(address: str, claim: Record) -> Record:
    return {
        "@type": "ClaimReview",
        "@id": address,
        "author": {"@id": "#authors"},
        "claimReviewed": claim["text"],
        "itemReviewed": {"@type": "Claim", "citation": claim["sources"]},
        "reviewRating": [
            {"@type": "Rating", "alternateName": record["verdict"], "name": record["reading"]}
            for record in claim["readings"]
        ],
    }


def _dataset(address: str, figure: Record) -> Record:
    return {
        "@type": "Dataset",
        "@id": address,
        "name": figure["title"],
        "description": figure["alt"],
        "creator": {"@id": "#authors"},
        "variableMeasured": list(figure["columns"]),
    }
