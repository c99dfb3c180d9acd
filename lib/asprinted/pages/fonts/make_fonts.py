"""Make the font files of this folder; a tool for maintainers, not used by any page.

It needs fontTools with Brotli (``pip install "fonttools[woff]"``) and the complete
static faces, which two npm packages carry::

    npm install @expo-google-fonts/inter @expo-google-fonts/newsreader
    python make_fonts.py node_modules/@expo-google-fonts

Every face is subset, gets digits of one width as its ordinary digits, and a name of its
own, so that a copy with other metrics on a reader's machine can never stand in for it.
Two runs over the same files give the same bytes.
"""

import json
import string
import sys
from pathlib import Path
from typing import NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
TAGGED = "tnum"
FIXED_DATE = 3_600_000_000  # seconds since 1904
NAMES_KEPT = (0, 1, 2, 4, 6, 13, 14)  # copyright, names, licence and its address
LETTERS = (
    string.printable.strip()
    + "".join(map(chr, (*range(0xC0, 0xD0), *range(0xD1, 0xDE), *range(0xDF, 0xF0))))
    + "".join(map(chr, (*range(0xF1, 0xFE), 0xFF)))
    + "ĀāĄąĆćČčĒēĘęĚěĞğĪīİıŁłŃńŌōŐőŘřŚśŞşŠšŪūŰűŹźŻżŽžȘșȚț"
)
SIGNS = " \u00a0–—‘’“”…•·°§²³½¼¾⅓⅔±−√∞≈≠≤≥←→€£©"
KERNED = string.ascii_letters + ".,’”“‘"


class Face(NamedTuple):
    """One file to make: the name that pages give it, its weight, its origin."""

    file: str
    family: str
    weight: int
    source: str
    static: bool


FACES = (
    Face("report-sans-400", "Report Sans", 400, "inter/400Regular", True),
    Face("report-sans-600", "Report Sans", 600, "inter/600SemiBold", True),
    Face("report-serif-400", "Report Serif", 400, "newsreader/400Regular", False),
    Face("report-serif-600", "Report Serif", 600, "newsreader/600SemiBold", False),
)


def main(packages: Path) -> None:
    """Write all faces, the static copies for drawings, and the list of characters."""
    covered = {}
    for face in FACES:
        font = make(next((packages / face.source).glob("*.ttf")), face)
        covered[face.family] = "".join(map(chr, sorted(font.getBestCmap())))
        if face.static:
            font.save(HERE / f"{face.file}.ttf", reorderTables=True)
        font.flavor = "woff2"
        font.save(HERE / f"{face.file}.woff2", reorderTables=True)
    text = json.dumps(covered, ensure_ascii=False, indent=1)
    (HERE / "characters.json").write_text(text + "\n", encoding="utf-8")


def make(path: Path, face: Face) -> TTFont:
    """Return one face under its new name, kerned between the commonest letters only."""
    font = subset_of(path, LETTERS + SIGNS)
    font["GPOS"] = subset_of(path, KERNED)["GPOS"]
    rename(font, face)
    font["head"].created = font["head"].modified = FIXED_DATE
    return font


def subset_of(path: Path, characters: str) -> TTFont:
    """Return a face with these characters and the pairs that they form."""
    font = TTFont(path, recalcTimestamp=False)
    use_tabular_digits(font)
    wanted = Options()
    wanted.layout_features = ["kern"]
    wanted.name_IDs = list(NAMES_KEPT)
    wanted.name_languages = [0x409]
    wanted.hinting = False
    wanted.notdef_outline = True
    wanted.drop_tables += ["STAT", "DSIG", "meta"]
    subset = Subsetter(wanted)
    subset.populate(text=characters)
    subset.subset(font)
    return font


def use_tabular_digits(font: TTFont) -> None:
    """Map each digit to the form that the face offers for tables."""
    swaps = tabular_forms(font)
    for table in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            if digit in table.cmap:
                name = table.cmap[digit]
                table.cmap[digit] = swaps.get(name, name)
    cmap = font.getBestCmap()
    widths = {font["hmtx"][cmap[ord(digit)]][0] for digit in "0123456789"}
    if len(widths) != 1:
        raise ValueError(f"digits of {len(widths)} widths: {sorted(widths)}")


def tabular_forms(font: TTFont) -> dict[str, str]:
    """Return the glyphs that the feature for tabular figures puts for others."""
    table = font["GSUB"].table
    swaps: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != TAGGED:
            continue
        for index in record.Feature.LookupListIndex:
            for step in table.LookupList.Lookup[index].SubTable:
                step = getattr(step, "ExtSubTable", step)
                swaps.update(getattr(step, "mapping", {}))
    return swaps


def rename(font: TTFont, face: Face) -> None:
    """Give the subset the name that pages use."""
    full = f"{face.family} {face.weight}"
    new = {1: full, 2: "Regular", 4: full, 6: full.replace(" ", "-")}
    for record in font["name"].names:
        if record.nameID in new:
            record.string = new[record.nameID]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
