"""The ledger: from what each page was made, so that only what has changed is made again.

It is read before anything heavy is imported, so it asks little more than the standard
library.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from thirdneighbor.params import ParameterError

Json = dict[str, Any]
LAST = "08_synthesis"
BOARD = ("index.html", "verdicts.csv", "verdicts.json", "verdicts.schema.json", "README.md")
PACKAGE = Path(__file__).parents[1]
CALLS = ("__main__", "cli", "coverage", "seals", "tracing", "ledger", "project", "build", "sweep")
ONLY_CALLS = {f"{name}.py" for name in CALLS}
EXECUTES = {"engine.py", "warm.py"}


class Ledger:
    """What is known of the pages in one folder, kept in the ignored build folder.

    Parameters
    ----------
    folder : Path
        The project.
    notebooks : mapping of str to Path
        Notebook files by name, in reading order.
    data : Path
        Folder of the tables.
    out : Path
        Folder of the pages.
    """

    def __init__(self, folder: Path, notebooks: Mapping[str, Path], data: Path, out: Path) -> None:
        self.notebooks, self.data, self.out = notebooks, data, out
        key = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]
        self.project, self.folder = folder, folder / "build" / key
        self.sensitivity = folder / "reports" / "sensitivity.csv"
        self.entries: Json = _load(self.folder / "ledger.json")
        used = digest_files([*notebooks.values(), self.sensitivity])
        self.given = digest([self.library, self.drawn, self.rows, used])

    @cached_property
    def library(self) -> str:
        """The digest of what decides every run: the environment, and the library behind it."""
        return environment(self.project) + digest_files(library(drawing=False), PACKAGE)

    @cached_property
    def drawn(self) -> str:
        """The digest of what in the library decides pages and no run."""
        return digest_files(library(drawing=True), PACKAGE)

    @cached_property
    def cells(self) -> dict[str, list[list[str]]]:
        """Kind, source and tags of the cells of each notebook."""
        return {name: cells(path) for name, path in self.notebooks.items()}

    @cached_property
    def looks(self) -> str:
        """The digest of what decides every page besides the notebook that it shows."""
        heads = [[name, found[0][1].split("\n")[0]] for name, found in self.cells.items()]
        return digest([self.library, self.drawn, heads, digest_files([self.sensitivity])])

    @cached_property
    def rows(self) -> str:
        """The digest of the tables."""
        return digest_files(
            sorted([*self.data.glob("*.csv"), *self.data.glob("datapackage.json")]), self.data
        )

    def kept(self, name: str) -> Path:
        """Return where an executed notebook is kept."""
        return self.folder / f"{name}.ipynb"

    def pages(self, name: str) -> tuple[Path, Path]:
        """Return the page of a notebook, and the page that says why its last run failed."""
        return self.out / f"{name}.html", self.out / f"{name}.failed.html"

    def cause(self, name: str, values: Json) -> str:
        """Return the digest of what a run depends on besides rows of the tables."""
        found = [values, self.library, self.cells[name]]
        if name == LAST:
            others = [self.records(other) for other in self.notebooks if other != name]
            found += [others, digest_files([self.sensitivity])]
        return digest(found)

    def records(self, name: str) -> str:
        """Return the digest of the verdicts that a notebook last recorded."""
        entry = self.entries.get(name)
        if entry and self.kept(name).is_file():
            return str(entry["records"])
        return digest_files([self.notebooks[name]])

    def has_run(self, name: str, values: Json) -> bool:
        """Whether the kept notebook is whole and was made from the same code and parameters."""
        entry, (_, failed) = self.entries.get(name), self.pages(name)
        if not entry or failed.is_file() or entry["cause"] != self.cause(name, values):
            return False
        return bool(digest_files([self.kept(name)]) == entry["notebook"])

    def has_rows(self, name: str) -> bool:
        """Whether the tables are, byte for byte, those that its rows were last found in."""
        return bool(self.entries[name]["rows"] == self.rows)

    def knows_rows(self, name: str) -> bool:
        """Whether a run is known, and its rows are those of the tables as they are."""
        return name in self.entries and self.has_rows(name)

    def built(self) -> Json:
        """Return short digests of the lock and of the tables, for the index."""
        lock = digest_files([self.project / "requirements.lock"])
        return {"the lock": lock[:16], "the data": self.rows[:16]}

    def has_page(self, name: str) -> bool:
        """Whether the page is whole and was made with the same templates."""
        entry, (page, _) = self.entries[name], self.pages(name)
        return bool(entry["looks"] == self.looks and entry["page"] == digest_files([page]))

    def state(self, values: Json) -> str:
        """Return the digest of all that went into the pages and of all that came out."""
        files = [f for name in self.notebooks for f in (*self.pages(name), self.kept(name))]
        made = digest_files([*files, *(self.out / name for name in BOARD)])
        known = {name: entry for name, entry in self.entries.items() if name != "last"}
        return digest([values, known, self.given, made])

    def settled(self, names: Iterable[str], values: Json) -> bool:
        """Whether nothing at all has changed since pages of these notebooks were all made."""
        last = self.entries.get("last", {})
        return set(names) <= {*last.get("names", ())} and last.get("state") == self.state(values)

    def settle(self, names: Iterable[str], values: Json) -> None:
        """Note that there is nothing left to do for these notebooks."""
        self.entries["last"] = {"names": list(names), "state": self.state(values)}
        self.save()

    def save(self) -> None:
        """Write the ledger whole."""
        text = json.dumps(self.entries, indent=1, sort_keys=True)
        write(self.folder / "ledger.json", text)


def waves(names: Iterable[str]) -> list[list[str]]:
    """Return names in the order they can run: the synthesis last, it reads what others record."""
    listed = list(names)
    return [[name for name in listed if (name == LAST) == last] for last in (False, True)]


def library(*, drawing: bool) -> list[Path]:
    """Return the files of the package that decide the pages, or else the runs."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and p.suffix != ".pyc")
    own = PACKAGE / "reporting"
    pages = {p for p in files if own in p.parents and p.name not in EXECUTES}
    return [p for p in files if p.name not in ONLY_CALLS and (p in pages) == drawing]


def environment(project: Path) -> str:
    """Return the digest of the lock, of Python and of the packages of the lock as installed."""
    lock = project / "requirements.lock"
    text = lock.read_text("utf-8") if lock.is_file() else ""
    named = {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    found = [p.name for folder in sys.path for p in Path(folder).glob("*.dist-info")]
    installed = sorted({name for name in found if _plain(name.split("-")[0]) in named})
    return digest([sys.version, installed, text])


def _plain(name: str) -> str:
    """Return the name of a package as every spelling of it gives it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def cells(notebook: Path) -> list[list[str]]:
    """Return kind, source and tags of the cells of a notebook, without what they showed.

    Raises
    ------
    ParameterError
        If the file is no notebook, or one without cells.
    """
    try:
        first, *rest = json.loads(notebook.read_bytes())["cells"]
        return [
            [cell["cell_type"], "".join(cell["source"]), *cell["metadata"].get("tags", [])]
            for cell in (first, *rest)
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ParameterError(f"{notebook.name}: is not a notebook: {error!r}") from error


def digest(content: Any) -> str:
    """Return the fingerprint of plain data."""
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_files(paths: Iterable[Path], base: Path | None = None) -> str:
    """Return the fingerprint of files, a missing one included, under their names from `base`."""
    found = hashlib.blake2b(digest_size=32)
    for path in paths:
        name = path.relative_to(base).as_posix() if base else path.name
        content = path.read_bytes() if path.is_file() else None
        size = "missing" if content is None else len(content)
        found.update(f"{name} {size}\n".encode() + (content or b""))
    return found.hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file whole: under a temporary name first, then in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)


def _load(path: Path) -> Json:
    """Return the entries of a ledger file; one that is missing or damaged holds none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
