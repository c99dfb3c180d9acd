"""The size and direction budgets of the library and the notebooks."""

import ast
import json
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "thirdneighbor"
MODULES = sorted((ROOT / "lib" / PACKAGE).rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOK_NAMES = [
    "01_trade_asymmetry",
    "02_fdi_cap",
    "03_neutrality_debate",
    "04_russia_rapprochement",
    "05_westward_pivot",
    "06_alignment",
    "07_source_audit",
    "08_synthesis",
]
HEART = {"intervals", "printed", "quantities", "tables", "verdicts", "decisions", "records"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(source: str) -> int:
    """Count the lines that are neither blank nor comment nor docstring."""
    skipped: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            skipped.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(source.splitlines(), 1)
    return sum(n not in skipped and not re.match(r"\s*(#|$)", line) for n, line in lines)


def body_length(function: ast.FunctionDef) -> int:
    """Count the lines of a body from its first statement after the docstring to its last."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def size(path: Path) -> int:
    return code_lines(path.read_text(encoding="utf-8"))


def test_library_stays_small():
    """The heart has at most 1,500 lines of code; the whole at most 8,000 in 60 modules.

    More than the 4,500 lines in 26 modules first aimed at. A third of it draws: fifteen charts,
    each with a narrow form, a text alternative and its data. Another third makes pages, failure
    pages, sweeps and incremental builds. Neither has a library behind it that keeps a build the
    same byte for byte, and a reader of the heart needs neither.
    """
    assert MODULES, "no library found"
    modules = [path for path in MODULES if not path.stem.startswith("__")]
    assert len(modules) <= 60
    assert sum(map(size, modules)) <= 8000
    assert sum(size(path) for path in modules if path.stem in HEART) <= 1500


@each_module
def test_module_is_short(path):
    """A module has at most 250 lines of code."""
    assert size(path) <= 250


@each_module
def test_functions_are_short(path):
    """A function body has at most 30 lines, docstring apart."""
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]
    lengths = {f"{f.name}, line {f.lineno}": body_length(f) for f in functions}
    assert not {name: n for name, n in lengths.items() if n > 30}


@each_module
def test_public_functions_are_documented(path):
    """Every public top-level function has a docstring."""
    functions = [node for node in tree(path).body if isinstance(node, FUNCTIONS)]
    public = [f for f in functions if not f.name.startswith("_")]
    assert not [f.name for f in public if not ast.get_docstring(f)]


def test_top_level_names_are_few():
    """The package offers at most 30 names."""
    for node in tree(ROOT / "lib" / PACKAGE / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            assert len(ast.literal_eval(node.value)) <= 30


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT / "lib").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, known: set[str]) -> set[str]:
    """Return the modules of the package that a module imports, wherever in it."""
    name = module_name(path)
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    targets: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            targets.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*stem, *filter(None, [node.module])])
            members = {f"{base}.{alias.name}" for alias in node.names}
            targets |= members & known or {base}
            if not members <= known:
                targets.add(base)
    ours = {target for target in targets if target.split(".")[0] == PACKAGE}
    assert ours <= known, f"{name} imports {sorted(ours - known)}, which do not exist"
    return ours


def test_dependencies_run_one_way():
    """The import graph of the library has no cycle."""
    known = {module_name(path) for path in MODULES}
    graph = {module_name(path): imported(path, known) for path in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("modules import each other: " + " <- ".join(error.args[1]))


@cache
def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def code_cells(path: Path) -> list[str]:
    """Return the sources of the code cells, the one tagged `parameters` apart."""
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    return [source(c) for c in code if "parameters" not in c["metadata"].get("tags", [])]


def words(text: str) -> int:
    return len(re.findall(r"\S*\w\S*", text))


def computed_prose(code: str) -> list[str]:
    """Return the string literals handed to say() and headline()."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    prose = [c for c in calls if ast.unparse(c.func).split(".")[-1] in {"say", "headline"}]
    given = [arg for call in prose for arg in [*call.args, *(k.value for k in call.keywords)]]
    parts = [part for arg in given for part in (getattr(arg, "values", None) or [arg])]
    return [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]


def test_notebooks_are_numbered_and_none_is_lost():
    """Notebooks are numbered 01 to 08, each number once, and those that exist now stay."""
    names = [path.stem for path in NOTEBOOKS]
    assert set(NOTEBOOK_NAMES) <= set(names)
    assert all(re.fullmatch(r"0[1-8]_[a-z]+(_[a-z]+)*", name) for name in names)
    assert len({name[:2] for name in names}) == len(names)


@each_notebook
def test_notebook_length(path):
    """A notebook has 20 to 40 cells; the audit, a check after another, may have 60."""
    assert 20 <= len(cells(path)) <= (60 if "audit" in path.stem else 40)


@each_notebook
def test_notebook_defines_nothing(path):
    """Notebooks hold reading and judgement: no function, no class."""
    trees = [ast.parse(source(c)) for c in cells(path) if c["cell_type"] == "code"]
    nodes = [node for parsed in trees for node in ast.walk(parsed)]
    assert not [n.name for n in nodes if isinstance(n, (*FUNCTIONS, ast.ClassDef))]


@each_notebook
def test_notebook_code_cells_are_short(path):
    """A code cell has at most 12 lines of code."""
    assert not [code for code in code_cells(path) if code_lines(code) > 12]


@each_notebook
def test_notebook_is_mostly_prose(path):
    """A notebook has at least ten words of prose, typed or computed, per line of code."""
    typed = [source(c) for c in cells(path) if c["cell_type"] == "markdown"]
    computed = [text for code in code_cells(path) for text in computed_prose(code)]
    prose = sum(map(words, typed + computed))
    lines = sum(map(code_lines, code_cells(path)))
    assert prose >= 10 * lines, f"{prose} words for {lines} lines of code"


@each_notebook
def test_notebook_is_committed_executed(path):
    """Every code cell was run without error; nbval compares no cell that was not."""
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["execution_count"], source(cell)
            assert "error" not in [output["output_type"] for output in cell["outputs"]]
