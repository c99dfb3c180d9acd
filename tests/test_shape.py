"""What keeps the library and the notebooks readable: one way down, short pieces, plain cells."""

import ast
import io
import json
import re
import tokenize
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "lib"
MODULES = sorted(LIBRARY.glob("*/**/*.py"))
NOTEBOOKS = [  # of the study, and no scratch or copy that JupyterLab has made
    p
    for p in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    if "-Copy" not in p.stem
]
EXAMPLES = sorted((ROOT / "examples").glob("*/notebooks/*.ipynb"))
READS_FILES = ("open", "read_text", "read_bytes", "write_text", "write_bytes")
ARITHMETIC = (
    "intervals",
    "printed",
    "boxes",
    "quantities",
    "verdicts",
    "deciding",
    "stats",
)
STUDY_WORDS = re.compile(
    r"mongol|\bMNG\b|\bCHN\b|\bRUS\b|kazakh|kyrgyz|irgengioro|g[uü]ng[oö]r|diplomat2024|caci2025"
    r"|yan2024|thirdneighbor|third_neighbour|0[1-8]_(trade|fdi|neut|russia|west|align|source|syn)",
    re.IGNORECASE,
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.While,
    ast.ExceptHandler,
    ast.BoolOp,
    *COMPREHENSIONS,
)

each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY))
)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """Return the modules of the library that a module imports at any place."""
    package = path.relative_to(LIBRARY).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith(("asprinted", "thirdneighbor"))}


def test_the_general_package_knows_nothing_of_the_study():
    """No module of asprinted names a country, a text or a notebook, or imports the study."""
    found = [
        f"{path.relative_to(LIBRARY)}:{number}: {line.strip()}"
        for path in MODULES
        if path.is_relative_to(LIBRARY / "asprinted")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if STUDY_WORDS.search(line)
    ]
    assert found == []


def test_imports_run_one_way():
    """No module imports, by whatever way round, a module that imports it."""
    names = {
        ".".join(path.relative_to(LIBRARY).with_suffix("").parts): path
        for path in MODULES
    }
    graph = {name: imported(path) & set(names) - {name} for name, path in names.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_reads_no_files(name):
    path = LIBRARY / "asprinted" / f"{name}.py"
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
    }
    assert not called & set(READS_FILES)
    assert "asprinted.tables" not in imported(path)


@each_module
def test_functions_are_short_enough_to_be_read_at_once(path):
    """A function has at most 40 lines behind its docstring."""
    long = []
    for node in ast.walk(tree(path)):
        if isinstance(node, FUNCTIONS):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and body[-1].end_lineno - body[0].lineno >= 40:
                long.append(node.name)
    assert long == []


@each_module
def test_public_names_are_documented(path):
    """What a module offers says what it does; so does the module."""
    assert ast.get_docstring(tree(path)) or path.name == "__main__.py"
    bare = [
        node.name
        for node in tree(path).body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


def test_a_reader_of_the_page_need_not_be_a_reader_of_the_code():
    """Each notebook of the settings exists, and none besides them."""
    settings = json.loads((ROOT / "data" / "study.json").read_text(encoding="utf-8"))
    assert [path.stem for path in NOTEBOOKS] == settings["guides"] + settings[
        "notebooks"
    ]


# --- cells -----------------------------------------------------------------------------------


def code_cells(path):
    """Return the code cells of a notebook besides its parameters."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
        and "parameters" not in cell["metadata"].get("tags", [])
    ]


def tokens(source):
    """Return the tokens of a piece of code."""
    return tokenize.generate_tokens(io.StringIO(source).readline)


def depth(node):
    """Return how deep comprehensions stand inside each other."""
    inner = max((depth(child) for child in ast.iter_child_nodes(node)), default=0)
    return inner + isinstance(node, COMPREHENSIONS)


def branches(node):
    """Return the number of ways through a piece of code."""
    return 1 + sum(isinstance(child, BRANCHES) for child in ast.walk(node))


@pytest.mark.parametrize("path", NOTEBOOKS + EXAMPLES, ids=lambda path: path.stem)
def test_cells_can_be_read_aloud(path):
    """At most 25 lines of 88 characters and 150 syntax nodes, comprehensions one deep."""
    wrong = []
    for number, source in enumerate(code_cells(path), 1):
        parsed = ast.parse(source)
        lines = source.splitlines()
        sizes = {
            "lines": len(lines) > 25,
            "characters": any(len(line) > 88 for line in lines),
            "syntax nodes": sum(1 for _ in ast.walk(parsed)) > 150,
            "nested comprehensions": depth(parsed) > 1,
            "branches": any(
                branches(node) > 6
                for node in ast.walk(parsed)
                if isinstance(node, FUNCTIONS)
            ),
            "classes": any(isinstance(node, ast.ClassDef) for node in ast.walk(parsed)),
            "semicolons": any(token.string == ";" for token in tokens(source)),
        }
        wrong += [f"cell {number}: {name}" for name, is_so in sizes.items() if is_so]
    assert wrong == []


@each_notebook
def test_a_notebook_explains_itself(path):
    """It opens with what it asks, has one parameter cell unless it is the guide, and says why."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    tagged = [
        cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])
    ]
    guide = path.stem == "00_start_here"
    assert len(tagged) == (0 if guide else 1)
    said = [cell for cell in cells if cell["cell_type"] == "markdown"]
    assert len(said) >= 8
