"""The four faces of a page: subset, renamed, and embedded as WOFF2."""

import base64
import io
import re
import unicodedata
from functools import cache
from html import unescape
from pathlib import Path
from typing import NamedTuple

import font_source_sans_pro
import font_source_serif_pro
import uharfbuzz as hb
from fontTools.ttLib import TTFont

SANS, SERIF = "Report Sans", "Report Serif"
CHARACTERS = frozenset(
    [chr(code) for code in range(0x20, 0x7F)]
    + [chr(code) for code in range(0xC0, 0x100) if chr(code) not in "ÐðÞþÝýÿ×÷ÃãÕõ"]
    + list("\u00a0ĞğİıŞşČčŠšŽžŁł–—‘’“”…•·°§²³¼½¾⅓⅔±×÷−≤≥≈≠→←√∞€£©")
)
COMMON = frozenset([chr(code) for code in range(0x20, 0x7F)] + list("\u00a0öüİ–‘’“”…·±×−≤≥≈∞"))
LICENCE = (
    "Report Sans and Report Serif are subsets of Source Sans and Source Serif, copyright Adobe, "
    "Reserved Font Name 'Source', under the SIL Open Font License 1.1"
)
KERNING = (int.from_bytes(b"kern", "big"),)
NAMES = (0, 1, 2, 4, 6)  # copyright, family, style, full name, PostScript name
_EPOCH = 3_600_000_000  # seconds since 1904: a fixed date, so that two builds are identical
_CODE = re.compile(r"<(style|pre|code|script)\b.*?</\1>", re.DOTALL)
_SPOKEN = re.compile(r'\s(?:aria-label|alt|content)="[^"]*"')
_TAG = re.compile(r"<[^>]*>", re.DOTALL)


class Face(NamedTuple):
    """One font file and the name that a page gives it."""

    family: str
    weight: int
    path: str


FACES = (
    Face(SANS, 400, font_source_sans_pro.font_files_ttf["SourceSansPro"]),
    Face(SANS, 600, font_source_sans_pro.font_files_ttf["SourceSansProSemibold"]),
    Face(SERIF, 400, font_source_serif_pro.font_files_ttf["SourceSerifPro"]),
    Face(SERIF, 600, font_source_serif_pro.font_files_ttf["SourceSerifProSemibold"]),
)


@cache
def font_css(characters: frozenset[str] = COMMON) -> str:
    """Return the ``@font-face`` rules of all faces with their files as data.

    Parameters
    ----------
    characters : frozenset of str
        What the faces must show; unless told otherwise those of most pages, so that the faces
        are made once for all of them.

    Returns
    -------
    str
        CSS, the same bytes in every process.
    """
    rules = [f"/* {LICENCE} */"]
    for face in FACES:
        data = base64.b64encode(woff2(face, characters)).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "\n".join(rules) + "\n"


def woff2(face: Face, characters: frozenset[str]) -> bytes:
    """Return the subset of one face as a WOFF2 file.

    Parameters
    ----------
    face : Face
        Which file, and the family name that it gets.
    characters : frozenset of str
        What it must show.

    Raises
    ------
    ValueError
        If the file lacks a character of the subset, or its digits differ in width.
    """
    whole = TTFont(Path(face.path), lazy=True)
    cmap, widths = whole.getBestCmap(), whole["hmtx"]
    if absent := sorted(char for char in characters if ord(char) not in cmap):
        raise ValueError(f"{face.family} {face.weight} has no {_names(absent)}")
    if len({widths[cmap[ord(digit)]][0] for digit in "0123456789"}) != 1:
        raise ValueError(f"{face.family} {face.weight} has no tabular digits by default")
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    for kept, few in ((wanted.layout_feature_tag_set, KERNING), (wanted.name_id_set, NAMES)):
        kept.clear()
        kept.update(few)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    subset = wanted.subset(hb.Face(hb.Blob.from_file_path(face.path)))
    font = TTFont(io.BytesIO(subset.blob.data), recalcTimestamp=False, recalcBBoxes=False)
    _rename(font, face)
    font["head"].created = font["head"].modified = _EPOCH
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    return buffer.getvalue()


def _rename(font: TTFont, face: Face) -> None:
    """Give the subset the page's own name: the original one is reserved by its licence."""
    full = f"{face.family} {face.weight}"
    new = {1: full, 2: "Regular", 4: full, 6: full.replace(" ", "-")}
    for record in font["name"].names:
        if record.nameID in new:
            record.string = new[record.nameID]


def characters_of(html: str) -> frozenset[str]:
    """Return the characters that the faces of a page must have.

    Text in code and in attributes that are only spoken is left out: other fonts show it, or none.

    Parameters
    ----------
    html : str
        A finished page.

    Raises
    ------
    ValueError
        Naming each character that no face has, and the words around the first.
    """
    text = unescape(_TAG.sub(" ", _SPOKEN.sub("", _CODE.sub(" ", html))))
    missing = sorted({char for char in text if not char.isspace() and char not in CHARACTERS})
    missing += sorted({char for char in text if char.isspace() and ord(char) > 0xA0})
    if missing:
        at = text.index(missing[0])
        around = " ".join(text[max(0, at - 30) : at + 30].split())
        raise ValueError(f"the page fonts lack {_names(missing)}; first in {around!r}")
    return frozenset(char for char in text if char in CHARACTERS)


def _names(characters: list[str]) -> str:
    """Return characters with their code points and Unicode names."""
    return ", ".join(
        f"{char!r} (U+{ord(char):04X} {unicodedata.name(char, 'no name')})" for char in characters
    )
