"""A project of two small notebooks over a copy of the tables, for tests that run notebooks."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
PARAMETERS = "hedge_width: float = 1.0  # [0.5, 3] ; multiple ; width of a half unit"
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
ONE = 'run.figure("irg_exports_chn_2019")'
MANY = 'run.figures(source_id="irgengioro2022", partner="KGZ")'


def notebook(name: str, title: str, *code: str) -> nbformat.NotebookNode:
    cells = [
        new_markdown_cell(f"# {title}"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(f'import thirdneighbor as tn\n\nrun = tn.check_parameters("{name}")'),
        *map(new_code_cell, code),
        new_code_cell('tn.headline("Topic", "Finding", "Standfirst", "Outcome")'),
        new_code_cell("run.finish()"),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    return new_notebook(cells=cells, metadata=SPEC)


def write_notebook(folder: Path, name: str, title: str, *code: str) -> Path:
    path = folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(name, title, *code), path)
    return path


def make_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "data", folder / "data")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    write_notebook(folder, "01_one", "One figure", ONE)
    write_notebook(folder, "02_many", "Many figures", MANY)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))
