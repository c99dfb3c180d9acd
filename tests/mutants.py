"""Break the heart in seeded places, one at a time, and name what no test sees: `make mutants`.

The heart is the arithmetic from print to verdict; with it goes what charts put into the
data of a figure. Each place is broken in a copy of the repository, where the tests that
concern it run. `tests/mutants.csv` lists places where a break changes nothing that can be
seen, with the reason; they are left out (`--equivalent` prints them).
"""

import argparse
import ast
import contextlib
import csv
import importlib
import io
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
LIB = Path("lib") / "asprinted"
EQUIVALENT = ROOT / "tests" / "mutants.csv"
OF_READING = ("intervals", "printed", "finding", "texts")
OF_VERDICTS = ("quantities", "verdicts", "deciding", "stats", "caps", "show")
TESTS_OF = {  # what sees most breaks of a module of the heart, then what sees the rest
    "intervals": (("intervals",), (*OF_VERDICTS, *OF_READING)),
    "printed": (("printed",), OF_READING),
    "numerals": (("printed",), OF_READING),
    "vocabulary": (("printed",), OF_READING),
    "finding": (("finding", "texts"), OF_READING),
    "boxes": (("quantities",), OF_VERDICTS),
    "quantities": (("quantities",), OF_VERDICTS),
    "verdicts": (("verdicts",), OF_VERDICTS),
    "deciding": (("deciding",), OF_VERDICTS),
    "stats": (("stats",), OF_VERDICTS),
}
LIBRARIES = (
    *("hypothesis", "matplotlib.figure", "nbformat", "numpy", "pandas", "PIL.Image"),
    *("scipy.stats", "statsmodels.regression.linear_model", "sympy.polys.fields"),
)
DATA_OF_CHARTS = ("_ends", "to_number", "said", "yes")  # beside those that read frames
REACHED = "tests/test_quantities.py::test_bounds_hold_every_point_and_are_reached"
SEED = 2  # of twenty with five hundred random expressions each: one is enough here
ALL_BUT_SEED = tuple(f"--deselect={REACHED}[{n}]" for n in range(20) if n != SEED)
OF_CHARTS = (
    "tests/test_charts.py",
    "--deselect=tests/test_charts.py::test_importing_charts",
)
LIMIT = 40  # seconds of work; unbroken, no group of tests needs twenty
TURNED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
REVERSED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
SWAPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NOT_CODE = ("returns", "annotation", "decorator_list", "exc", "type_params")


@dataclass(frozen=True)
class Break:
    """One place of a module, and the code that is put there."""

    file: str
    function: str
    line: int
    source: str
    before: str
    after: str
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What names the place whatever its line is."""
        return self.file, self.function, self.before, self.after, str(self.nth)

    def __str__(self) -> str:
        where = f"{LIB.as_posix()}/{self.file}:{self.line}"
        return f"{where} {self.function}: {self.before}  ->  {self.after}"


def breaks(file: str) -> list[Break]:
    """Return every way in which a module can be broken."""
    tree = ast.parse((ROOT / LIB / file).read_text(encoding="utf-8"))
    found, seen = [], Counter[tuple[str, ...]]()
    for node, around, function in list(_walk(tree, tree, "")):
        if file.startswith("charts") and not _shapes_data(tree, function):
            continue
        shown = around if isinstance(node, ast.Constant | ast.UnaryOp) else node
        for broken in _broken(node):
            before = ast.unparse(shown)
            with _in_place_of(node, broken):
                source, after = ast.unparse(tree), ast.unparse(shown)
            said = (function, before, after)
            seen[said] += 1
            place = Break(file, function, node.lineno, source, *said[1:], seen[said])
            found.append(place)
    return found


@contextlib.contextmanager
def _in_place_of(node: ast.AST, other: ast.AST) -> Iterator[None]:
    """Let a node of a tree be another for a while."""
    kind, fields = node.__class__, dict(node.__dict__)
    node.__class__, node.__dict__ = other.__class__, {**fields, **other.__dict__}
    yield
    node.__class__, node.__dict__ = kind, fields


def _walk(
    node: ast.AST, around: ast.AST, function: str
) -> Iterator[tuple[ast.AST, ast.AST, str]]:
    """Yield the nodes that are code, not words or types, and what is around each."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    yield node, around, function
    for name, value in ast.iter_fields(node):
        if name in NOT_CODE:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _guards(child):
                yield from _walk(child, node, function)


def _guards(node: ast.AST) -> bool:
    """Whether a node only refuses what is wrong: an error, or zip(strict=True)."""
    strict = isinstance(node, ast.keyword) and node.arg == "strict"
    return strict or isinstance(node, ast.Raise)


def _shapes_data(tree: ast.Module, function: str) -> bool:
    """Whether a function of a chart makes the data behind it: it takes or gives a frame."""
    outer = function.partition(".")[0]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == outer:
            returns = ast.unparse(node.returns) if node.returns else ""
            signature = ast.unparse(node.args) + returns
            frames = "DataFrame" in signature or "Cell" in returns
            return frames or outer in DATA_OF_CHARTS
    return False


def _broken(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node instead."""
    match node:
        case ast.Compare(left, ops, rest):
            for i, sign in enumerate(ops):
                for signs in (TURNED, REVERSED):
                    if type(sign) in signs:
                        other = [*ops[:i], signs[type(sign)](), *ops[i + 1 :]]
                        yield ast.Compare(left, other, rest)
        case ast.BoolOp(sign, values):
            yield ast.BoolOp(SWAPPED[type(sign)](), values)
        case ast.BinOp(left, sign, right) if type(sign) in SWAPPED:
            yield ast.BinOp(left, SWAPPED[type(sign)](), right)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.Constant(value) if isinstance(value, bool | int | float):
            yield ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.Return(value) if value is not None and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))


def tests_of(file: str) -> list[tuple[str, ...]]:
    """Return the tests that concern a module: its own that are quick, then the others."""
    if file.startswith("charts"):
        return [OF_CHARTS]
    own, others = (
        tuple(f"tests/test_{name}.py" for name in names)
        for names in TESTS_OF[file.removesuffix(".py")]
    )
    return [
        (f"{LIB.as_posix()}/{file}", *own, f"--deselect={REACHED}"),
        (*others, *ALL_BUT_SEED),
    ]


def run(copy: Path, tests: tuple[str, ...]) -> None:
    """Run tests in a copy; the process ends with their status."""
    os.chdir(copy)
    sys.path[:0] = [str(copy / "lib"), str(copy / "tests")]
    os.environ["PYTHONPATH"] = str(copy / "lib")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    import pytest

    call = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", "--assert=plain"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = pytest.main([*call, *tests])
    if os.environ.get("MUTANTS_SAY"):
        sys.stderr.write(said.getvalue())
    os._exit(int(status))


def preload() -> None:
    """Import once what every run needs, so that the processes start with it."""
    for name in ("pytest", *LIBRARIES):
        importlib.import_module(name)


def passes(copy: Path, tests: tuple[str, ...], limit: float) -> bool:
    """Whether tests pass in a copy; what takes longer than a limit does not."""
    process = multiprocessing.Process(target=run, args=(copy, tests))
    process.start()
    while process.is_alive() and seconds(process) < limit:
        process.join(0.2)
    process.kill()
    process.join()
    return process.exitcode == 0


def seconds(process: multiprocessing.Process) -> float:
    """Return how long the processor has worked for a process."""
    with contextlib.suppress(psutil.Error):
        return float(sum(psutil.Process(process.pid).cpu_times()[:2]))
    return 0.0


def survives(copy: Path, place: Break) -> bool:
    """Whether no test sees a break."""
    path = copy / LIB / place.file
    whole = path.read_bytes()
    path.write_text(place.source, encoding="utf-8")
    try:
        return all(passes(copy, tests, LIMIT) for tests in tests_of(place.file))
    finally:
        path.write_bytes(whole)


def refuse_failing(copy: Path, places: list[Break]) -> None:
    """Refuse tests that fail before anything is broken."""
    groups = dict.fromkeys(tests for p in places for tests in tests_of(p.file))
    if not all(passes(copy, tests, LIMIT) for tests in groups):
        sys.exit("the tests fail before anything is broken")


def known_equivalents() -> dict[tuple[str, ...], str]:
    """Return the breaks that change nothing by what names them, with the reason."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        return {(*row[:5],): row[5] for row in list(csv.reader(file))[1:]}


def every_break() -> list[Break]:
    """Return every break of the heart and of the data of charts."""
    charts = sorted((ROOT / LIB / "charts").glob("*.py"))
    files = [f"{name}.py" for name in TESTS_OF] + [f"charts/{p.name}" for p in charts]
    return [place for file in files for place in breaks(file)]


def chosen_places(seeds: list[int], count: int, only: list[str]) -> list[Break]:
    """Return the places that some seeds draw, in the order of the files."""
    every = every_break()
    if gone := known_equivalents().keys() - {place.key for place in every}:
        sys.exit(f"{EQUIVALENT.name} names places that are gone: {sorted(gone)}")
    places = [p for p in every if any(part in p.file for part in only)]
    drawn = [random.Random(s).sample(places, min(count, len(places))) for s in seeds]
    return sorted(
        {p.key: p for some in drawn for p in some}.values(), key=lambda p: p.key
    )


def survivors(places: list[Break]) -> Iterator[Break]:
    """Yield the places whose break no test sees."""
    left = shutil.ignore_patterns(".git", ".venv", "build", "node_modules", "__pyc*")
    preload()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=left)
        refuse_failing(copy, places)
        for number, place in enumerate(places, 1):
            print(f"{number} {place.file}", end="\r", file=sys.stderr, flush=True)
            if survives(copy, place):
                yield place


def main() -> None:
    """Break as many places as asked, and end with status 1 if one is not seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--count", type=int, default=50, help="places a seed")
    parser.add_argument("--only", nargs="+", default=[""], help="parts of file names")
    parser.add_argument("--equivalent", action="store_true", help="list these and stop")
    asked = parser.parse_args()
    equivalent = known_equivalents()
    if asked.equivalent:
        for named, why in equivalent.items():
            print(*named, why, sep=" | ")
        return
    drawn = chosen_places(asked.seed, asked.count, asked.only)
    broken = [place for place in drawn if place.key not in equivalent]
    print(f"{len(drawn)} places, seeds {asked.seed}", flush=True)
    alive = []
    for place in survivors(broken):
        alive.append(place)
        print(f"survives: {place}", flush=True)
    print_counts(drawn, broken, alive)
    sys.exit(1 if alive else 0)


def print_counts(drawn: list[Break], broken: list[Break], alive: list[Break]) -> None:
    """Print how many places of each file were drawn, broken, seen by tests and not."""
    counted = [Counter(p.file for p in places) for places in (drawn, broken, alive)]
    print(f"{'':20} drawn equivalent   red surviving")
    for file in [*dict.fromkeys(p.file for p in drawn), "all"]:
        of = [c.total() if file == "all" else c[file] for c in counted]
        shown = of[0], of[0] - of[1], of[1] - of[2], of[2]
        print("{:20} {:5} {:10} {:5} {:9}".format(file, *shown))


if __name__ == "__main__":
    main()
