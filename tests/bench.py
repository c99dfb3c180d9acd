"""Measure builds and sweeps against the stock commands, interleaved; ``make bench`` runs it.

Writes `build/bench.md`: medians, ratios of each round, and peak memory of the process tree.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CORES = 2
POINTS = 50
FLOOR = """
import sys, time, json, os
start = time.time()
from IPython.core.interactiveshell import InteractiveShell
import asprinted as ap
shell = InteractiveShell.instance()
shell.display_pub.publish = lambda *a, **k: None
sys.stdout = open(os.devnull, "w")
for name in sys.argv[1:]:
    shell.reset(new_session=False)
    for cell in json.load(open(name))["cells"]:
        if cell["cell_type"] == "code":
            done = shell.run_cell("".join(cell["source"]), store_history=True)
            done.raise_error()
            if hasattr(done.result, "_repr_mimebundle_"):
                done.result._repr_mimebundle_()
"""
STARTED = """
from asprinted.cli import main
from asprinted.pages import warm
warm.start = lambda: False
main(["report", "--force"])
"""


class Peak(threading.Thread):
    """The most memory (proportional share, MB) of a process and its children."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most = pid, 0.0

    def run(self):
        while True:
            try:
                top = psutil.Process(self.pid)
                every = [top, *top.children(recursive=True)]
                sizes = [
                    getattr(p.memory_full_info(), "pss", p.memory_info().rss)
                    for p in every
                ]
                self.most = max(self.most, sum(sizes) / 1e6)
            except psutil.NoSuchProcess:
                if not psutil.pid_exists(self.pid):
                    return
            time.sleep(0.25)


def timed(*commands, cwd):
    """Return the seconds that commands take one after the other, and their peak memory."""
    spent, most = 0.0, 0.0
    for command in commands:
        start = time.perf_counter()
        with tempfile.TemporaryFile() as errors:
            told = {"stdout": subprocess.DEVNULL, "stderr": errors}
            process = subprocess.Popen([*map(str, command)], cwd=cwd, **told)
            peak = Peak(process.pid)
            peak.start()
            if process.wait():
                errors.seek(0)
                raise SystemExit(
                    f"failed: {command}\n{errors.read().decode(errors='replace')}"
                )
            spent += time.perf_counter() - start
        peak.join()
        most = max(most, peak.most)
    return spent, most


def prepare(folder):
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    return sorted((folder / "notebooks").glob("[0-9]*.ipynb"))


def one_round(folder):
    """Return seconds and peak memory of each strategy, once."""
    books, found = prepare(folder), {}
    (folder / "stock").mkdir()
    ours = [BIN / "asprinted", "report", "--jobs", str(CORES)]
    loop = []
    for book in books:
        out = folder / "stock" / book.name
        loop.append(
            [BIN / "papermill", "--no-progress-bar", "--cwd", book.parent, book, out]
        )
        loop.append(
            [BIN / "jupyter-nbconvert", "--log-level", "ERROR", "--to", "html", out]
        )
    found["a stock commands"] = timed(*loop, cwd=folder)
    found["b ours, cold"] = timed(ours, cwd=folder)
    found["c nothing to do"] = timed(ours, cwd=folder)
    found["g ours, kernels started"] = timed(
        [sys.executable, "-c", STARTED], cwd=folder
    )
    script = folder / "notebooks" / "floor.py"
    script.write_text(FLOOR)
    seconds, most = timed([sys.executable, script, *books], cwd=folder / "notebooks")
    found["f floor"] = seconds / CORES, most
    figures = folder / "data" / "figures.csv"
    lines = figures.read_text("utf-8").split("\n")
    at = next(
        i for i, line in enumerate(lines) if line.startswith("irg_exports_kgz_2011,")
    )
    lines[at] += "; looked at again"
    figures.write_text("\n".join(lines), "utf-8")
    timed([BIN / "asprinted", "check", "--record"], cwd=folder)
    found["d one figure edited"] = timed(ours, cwd=folder)
    for count in (2, POINTS):
        values = ",".join(f"{0.2 + 0.01 * i:.2f}" for i in range(count))
        command = [BIN / "asprinted", "sweep", "02_fdi_cap", "-g", f"cap={values}"]
        found[f"e sweep of {count}"] = timed(command, cwd=folder)
    return found


def table(rounds):
    names = list(rounds[0])
    lines = ["| | median s | lowest to highest | peak MB |", "|---|---|---|---|"]
    for name in names:
        times, sizes = zip(*(r[name] for r in rounds), strict=True)
        span = f"{min(times):.2f} to {max(times):.2f}"
        lines.append(
            f"| {name} | {statistics.median(times):.2f} | {span} | {max(sizes):.0f} |"
        )
    ratios = {
        "a/b": lambda r: r["a stock commands"][0] / r["b ours, cold"][0],
        "g/b": lambda r: r["g ours, kernels started"][0] / r["b ours, cold"][0],
        "b/f": lambda r: r["b ours, cold"][0] / r["f floor"][0],
        "seconds an extra point": lambda r: (
            (r[f"e sweep of {POINTS}"][0] - r["e sweep of 2"][0]) / (POINTS - 2)
        ),
    }
    lines += [
        "",
        "| ratio within a round | median | lowest to highest |",
        "|---|---|---|",
    ]
    for name, ratio in ratios.items():
        values = [ratio(r) for r in rounds]
        span = f"{min(values):.2f} to {max(values):.2f}"
        lines.append(f"| {name} | {statistics.median(values):.2f} | {span} |")
    return "\n".join(lines) + "\n"


def main():
    rounds = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory() as name:
            rounds.append(one_round(Path(name)))
            print(json.dumps(rounds[-1]), flush=True)
    text = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n\n" + table(
        rounds
    )
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "bench.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
