"""Every locked package is under a licence that a study under MIT may build on."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
TABLE = LIST.partition("|---|---|\n")[2]
LOCKED = set(
    re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M)
)
ALLOWED = {"0BSD", "Apache", "Artistic", "BSD", "CC0", "ISC", "MIT", "MPL", "PSF"}
ALLOWED |= {"Zlib"}
CHOSEN = {"text-unidecode": "Artistic"}  # it offers the GPL, too: it need not be taken
FAMILIES = {
    "0BSD": r"\b0BSD\b",
    "Apache": r"\bApache\b",
    "Artistic": r"\bArtistic\b",
    "BSD": r"\bBSD\b",
    "CC0": r"\bCC0\b",
    "ISC": r"\bISC\b",
    "MIT": r"\bMIT\b",
    "MPL": r"\bMPL\b|Mozilla",
    "PSF": r"\bPSF|Python Software Foundation|matplotlib",
    "Zlib": r"\bZlib\b",
    "copyleft": r"GPL|Affero|General Public|\bEUPL\b|\bEPL\b|\bSSPL\b|\bCDDL\b",
}


def listed():
    """Return the licences of each package, as the list has them."""
    rows = re.findall(r"^\| ([\w, ]+) \| ([a-z0-9, -]+) \|$", TABLE, re.M)
    named = [
        (name, set(licences.split(", ")))
        for licences, names in rows
        for name in names.split(", ")
    ]
    assert len(named) == len(dict(named)), "a package stands twice in the list"
    return dict(named)


def told(package):
    """Return the licences that a package names itself; none if it is not installed."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return set()
    words = about.get("License-Expression", "")
    if not words:
        heads = about.get_all("Classifier", ())
        words = " ".join(head for head in heads if head.startswith("License"))
        if not words.endswith("License") or "(" in words:
            words += " " + (about.get("License") or "").partition("\n")[0]
    return {name for name, pattern in FAMILIES.items() if re.search(pattern, words)}


def test_the_list_holds_the_locked_packages_and_no_others():
    assert set(listed()) == LOCKED


def test_every_licence_is_allowed():
    outside = {name: held - ALLOWED for name, held in listed().items()}
    assert not {name: held for name, held in outside.items() if held}


def test_the_list_says_what_the_packages_say():
    """Packages for other systems or Pythons are not here; their rows are taken as read."""
    wrong = {}
    for package, licences in listed().items():
        found = told(package)
        if package in CHOSEN and CHOSEN[package] in found:
            found = {CHOSEN[package]}
        if found and found != licences:
            wrong[package] = found
    assert not wrong


def test_what_offers_a_copyleft_licence_is_named():
    offering = {name for name in LOCKED if "copyleft" in told(name)}
    assert offering == set(CHOSEN)
    assert all(f"`{name}`" in LIST for name in CHOSEN)
