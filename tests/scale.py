"""Measure how time and memory grow with a study; ``make scale`` runs it (Linux).

This study is measured with its figures, events or propositions ten and a hundred times
over, and an invented study with 500 and 5,000 figures, all of them used. The rows go to
docs/scale.csv, the table to docs/scale.md and the drawing to docs/scale.svg.
"""

import csv
import ctypes
import os
import resource
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

import matplotlib.pyplot as plt
from bench import BIN, Peak
from grown import ROOT, apples, this_study

from asprinted.package import as_csv

DOCS = ROOT / "docs"
COLUMNS = ("study", "grown", "times", "command", "cpu_s", "memory_mb", "page_mb")
COMMANDS = ("check", "report", "index", "trace", "sweep")
GROWN = ("figures", "events", "propositions")
COLOURS = dict(zip(GROWN, ("#0b3f7d", "#7a4f00", "#7c1c08"), strict=True))
ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER: kernels whose parent ends become ours
START, END = "<!-- measured by tests/scale.py -->\n", "<!-- end -->\n"
CALLS = {
    "this": {"trace": "gun_share_fdi_chn", "sweep": ["02", "-g", "cap=0.2,0.3,0.4"]},
    "apples": {"trace": "share_7", "sweep": ["01", "-g", "line=0.3,0.5,0.7"]},
}


def measured(command, folder):
    """Return CPU seconds and peak memory (MB) of a command and all that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as errors:
        told = {"stdout": subprocess.DEVNULL, "stderr": errors}
        process = subprocess.Popen(list(map(str, command)), cwd=folder, **told)
        peak = Peak(process.pid)
        peak.start()
        _, status, used = os.wait4(process.pid, 0)
        if status:
            errors.seek(0)
            raise SystemExit(f"failed: {command}\n{errors.read().decode()}")
    peak.join()
    most = max(peak.most, used.ru_maxrss / 1000)  # a short one ends between two looks
    while True:  # what the command left behind ends by itself
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(spent, 1), round(most)


def rows_of(study, grown, times, folder, commands):
    """Yield a row for each of some commands on one study."""
    program, calls = BIN / "asprinted", CALLS[study]
    index = folder / "reports" / "index.html"
    options = {
        "check": ["check"],
        "report": ["report"],
        "index": ["report"],
        "trace": ["trace", calls["trace"]],
        "sweep": ["sweep", *calls["sweep"], "--out", folder / "sweep.csv"],
    }
    for name in commands:
        if name == "index":
            index.unlink()
        spent, most = measured([program, *options[name]], folder)
        pages = (folder / "reports").glob("*.html")
        if name == "index":
            pages = [index]
        size = max((path.stat().st_size for path in pages), default=0) / 1e6
        row = (study, grown, times, name, spent, most, round(size, 2))
        print(*row, flush=True)
        yield dict(zip(COLUMNS, row, strict=True))


def studies():
    """Yield every grown study: what it is, what grew, how many times, and its maker."""
    yield "this", "", 1, this_study, {}
    for times in (10, 100):
        for name in GROWN:
            yield "this", name, times, this_study, {name: times}
    for figures in (500, 5000):
        counts = {"events": figures // 10, "propositions": figures // 10}
        yield "apples", "", figures, apples, {"figures": figures, **counts}


def grow(make, folder, counts):
    """Write a grown study elsewhere: commands start with the memory of this process."""
    call = f"grown.{make.__name__}(pathlib.Path({str(folder)!r}), **{counts!r})"
    code = [sys.executable, "-c", f"import pathlib, grown; {call}"]
    subprocess.run(code, cwd=ROOT / "tests", check=True)


def measure(path, only=(), commands=COMMANDS):
    """Measure all studies, or those whose number is named; keep each row at once."""
    ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    for number, (study, grown, times, make, counts) in enumerate(studies()):
        if only and number not in only:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name, "study")
            if study == "this":
                folder.mkdir()
            grow(make, folder, counts)
            for row in rows_of(study, grown, times, folder, commands):
                keep(path, row)


def read(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def keep(path, row):
    """Write a measured row among the others; one of the same command is replaced."""
    by_key = {key(r): r for r in read(path)} | {key(row): row}
    rows = [by_key[name] for name in sorted(by_key)]
    path.write_text(as_csv(rows, COLUMNS), "utf-8", newline="\n")


def key(row):
    """Return what a row stands under: this study first, then by size."""
    place = COMMANDS.index(row["command"])
    return row["study"] != "this", row["grown"], int(row["times"]), place


def table(rows):
    """Return the measured rows as a table in Markdown."""
    lines = ["| study | " + " | ".join(COMMANDS) + " | largest page |"]
    lines.append("|---|" + "---|" * (len(COMMANDS) + 1))
    for _, found in groupby(rows, lambda row: key(row)[:-1]):
        own = list(found)
        by_command = {row["command"]: row for row in own}
        cells = [_cell(by_command.get(name)) for name in COMMANDS]
        page = by_command.get("report")
        size = f"{page['page_mb']} MB" if page else "not measured"
        line = " | ".join([_named(own[0]), *cells, size])
        lines.append(f"| {line} |")
    return "\n".join(lines) + "\n"


def _cell(row):
    return f"{row['cpu_s']} s, {row['memory_mb']} MB" if row else "not measured"


def _named(row):
    if row["study"] == "apples":
        return f"apples, {int(row['times']):,} figures, all used"
    grown = row["grown"]
    return f"this study, {grown} × {row['times']}" if grown else "this study"


def draw(rows, path):
    """Draw CPU seconds against size, a panel a command, on logarithmic axes."""
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "scale"})
    plt.rcParams.update({"font.family": "sans-serif", "font.size": 9})
    drawing, panels = plt.subplots(1, len(COMMANDS), figsize=(10, 2.6), sharey=True)
    for panel, command in zip(panels, COMMANDS, strict=True):
        own = [r for r in rows if r["command"] == command and r["study"] == "this"]
        for name in GROWN:
            line = [r for r in own if r["grown"] in ("", name)]
            line.sort(key=lambda row: int(row["times"]))
            at = [int(row["times"]) for row in line]
            spent = [float(row["cpu_s"]) for row in line]
            panel.loglog(at, spent, marker="o", markersize=3, color=COLOURS[name])
            panel.lines[-1].set_label(name)
        panel.set_title(command, fontsize=9, loc="left")
        panel.set_xticks([1, 10, 100], ["1", "10", "100"])
        panel.minorticks_off()
        panel.grid(color="#dddddd", linewidth=0.5)
    panels[0].set_yticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1000"])
    panels[0].set_ylabel("CPU seconds")
    panels[2].set_xlabel("rows of one kind, times those of this study")
    panels[-1].legend(fontsize=8, frameon=False, loc="upper left")
    drawing.tight_layout()
    drawing.savefig(path, metadata={"Date": None, "Creator": None})


def main():
    path = DOCS / "scale.csv"
    numbers = list(map(int, filter(str.isdigit, sys.argv[1:])))
    commands = [name for name in COMMANDS if name in sys.argv] or COMMANDS
    if "--draw" not in sys.argv:
        if not numbers:
            path.write_text(as_csv([], COLUMNS), "utf-8", newline="\n")
        measure(path, numbers, commands)
    rows = read(path)
    page = DOCS / "scale.md"
    before, _, rest = page.read_text("utf-8").partition(START)
    after = rest.partition(END)[2]
    page.write_text(before + START + table(rows) + END + after, "utf-8")
    draw(rows, DOCS / "scale.svg")


if __name__ == "__main__":
    main()
