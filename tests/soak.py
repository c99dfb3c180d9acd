"""Build again and again while builds are killed and rows edited; ``make soak`` runs it.

In the end the pages have to be those of a clean build, byte for byte, and nothing may be
left: no process, no socket, no temporary file, no half of a file. Everything random
follows from the seed, apart from the moment that a signal meets.
"""

import argparse
import csv
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "asprinted"]
ENDINGS = {  # what a build meets: the signals, sent one after the other
    "nothing": (),
    "killed": (signal.SIGKILL,),
    "terminated": (signal.SIGTERM,),
    "interrupted": (signal.SIGINT,),
    "interrupted twice": (signal.SIGINT, signal.SIGINT),
}
STOPPED = {128 + signal.SIGINT, 128 + signal.SIGTERM}
ALLOWED = {0, 1, -signal.SIGKILL, *STOPPED}
ALLOWED |= {-signal.SIGINT, -signal.SIGTERM}  # before the program is there
LONGEST = 900  # seconds for a build that is left alone
NOTE = "looked at again"


class Soak:
    """One study that is built and disturbed.

    Parameters
    ----------
    home : Path
        Folder for the study, for clean builds and for what runs put aside.
    seed : int
        What chance follows.
    """

    def __init__(self, home, seed):
        self.study, self.aside, self.clean = (home / n for n in ("s", "t", "clean"))
        self.aside.mkdir(parents=True)
        self.chance = random.Random(seed)
        self.counts = Counter()
        self.environment = {**os.environ, "TMPDIR": str(self.aside)}
        paths = [str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")]
        self.environment["PYTHONPATH"] = os.pathsep.join(paths)
        self.takes = 0.0  # seconds of a build that is left alone

    def start(self, *arguments, folder=None):
        """Start a command in a group of its own; what it prints goes to a file."""
        told = tempfile.TemporaryFile("w+")  # noqa: SIM115
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder or self.study,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
        )
        return process, told

    def call(self, *arguments, folder=None):
        """Run a command to its end and return its status."""
        process, told = self.start(*arguments, folder=folder)
        return self.ended(process, told)

    def ended(self, process, told):
        """Wait for a command; return its status, and refuse what it should not say."""
        status = process.wait(LONGEST)
        told.seek(0)
        text = told.read()
        if "Traceback" in text:
            # a kernel that starts while its caller is killed may have a last word, and
            # before the first line of the program an interrupt is Python's own to tell
            early = text.rstrip().endswith("KeyboardInterrupt") and "cli.py" not in text
            assert early or status == -signal.SIGKILL, text
            self.counts["interrupted before the program was there"] += early
        return status

    def disturbed_build(self):
        """Start a build, perhaps two, and send one of them what chance chooses."""
        name = self.chance.choice(list(ENDINGS))
        force = ["--force"] if self.chance.random() < 0.5 else []
        running = [self.start("report", *force)]
        if self.chance.random() < 0.1:
            running.append(self.start("report", *force))
            self.counts["two at once"] += 1
        hit = self.chance.choice(running)[0]
        started = time.monotonic()
        for number in ENDINGS[name]:
            try:
                hit.wait(self.chance.uniform(0, self.takes / len(ENDINGS[name])))
            except subprocess.TimeoutExpired:
                send = os.kill if number == signal.SIGKILL else os.killpg
                send(hit.pid, number)
        statuses = [self.ended(*each) for each in running]
        assert set(statuses) <= ALLOWED, (name, statuses)
        self.counts.update(f"{name}: status {status}" for status in statuses)
        if name == "nothing" and force:
            self.takes = time.monotonic() - started
        self.look()

    def look(self):
        """Refuse a page that is not whole."""
        for page in (self.study / "reports").glob("*.html"):
            assert page.read_text("utf-8").rstrip().endswith("</html>"), page
        for path in (self.study / "reports").glob("*.json"):
            json.loads(path.read_text("utf-8"))

    def edit(self):
        """Change a note or a digit of a figure and record it; undo what is refused."""
        path = self.study / "data" / "figures.csv"
        before = {p: p.read_bytes() for p in (self.study / "data").iterdir()}
        rows = list(csv.DictReader(io.StringIO(before[path].decode("utf-8"))))
        row = self.chance.choice(rows)
        kind = self.chance.choice(["note", "digit"] if "note" in row else ["digit"])
        if kind == "note":
            row["note"] = "" if NOTE in row["note"] else NOTE
        else:
            digits = list(re.finditer(r"\d", row["printed"]))
            if not digits:
                return
            at, digit = digits[-1].start(), str(self.chance.randint(1, 9))
            row["printed"] = row["printed"][:at] + digit + row["printed"][at + 1 :]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        accepted = self.call("check", "--record") == 0
        self.counts[f"{kind} {'edited' if accepted else 'refused'}"] += 1
        if not accepted:
            self.restore(before)

    def restore(self, files):
        """Write files back as they were."""
        for path, content in files.items():
            path.write_bytes(content)

    def run(self, builds):
        """Build so often, then compare with a clean build; return what was counted."""
        started = time.monotonic()
        assert self.call("report") == 0
        self.takes = time.monotonic() - started
        start = {p: p.read_bytes() for p in (self.study / "data").iterdir()}
        for number in range(builds):
            if number and self.chance.random() < 0.4:
                self.edit()
            self.disturbed_build()
            print(f"\r{number + 1} of {builds}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        if self.call("report"):  # a digit that a notebook cannot live with
            self.counts["restored before the end"] += 1
            self.restore(start)
            assert self.call("report") == 0
        self.compare()
        self.nothing_left()
        return dict(sorted(self.counts.items()))

    def compare(self):
        """Refuse pages that are not those of a clean build of the same rows."""
        shutil.copytree(
            self.study,
            self.clean,
            ignore=shutil.ignore_patterns("build", "reports"),
        )
        assert self.call("report", folder=self.clean) == 0
        ours, theirs = (
            {p.name: p.read_bytes() for p in (folder / "reports").iterdir()}
            for folder in (self.study, self.clean)
        )
        assert sorted(ours) == sorted(theirs)
        differ = [name for name in ours if ours[name] != theirs[name]]
        assert not differ, differ
        self.counts["files equal"] = len(ours)

    def nothing_left(self):
        """Refuse processes, sockets, temporary files and halves that are left."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TMPDIR") == str(self.aside):
                    found.append(process)
            except psutil.Error:
                continue
        _, alive = psutil.wait_procs(found, 10)
        assert alive == []
        left = [*self.aside.rglob("*"), *self.study.rglob("*.part")]
        assert left == [], left


def small(soak):
    """Put the study there that `new-study` writes, with a second notebook."""
    assert soak.call("new-study", str(soak.study), folder=ROOT) == 0
    assert soak.call("new", "02_again") == 0


def real(soak):
    """Put a copy of this study there."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, soak.study / name)
    shutil.copy(ROOT / "requirements.lock", soak.study)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=200, help="builds of a new study")
    parser.add_argument("--real", type=int, default=15, help="builds of this study")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    # started in the background it would be deaf to control-C, and so would builds
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for prepare, builds in ((small, asked.small), (real, asked.real)):
        if not builds:
            continue
        with tempfile.TemporaryDirectory(prefix="soak") as home:
            soak = Soak(Path(home), asked.seed)
            prepare(soak)
            counts = soak.run(builds)
            print(f"{prepare.__name__} study, {builds} builds:", flush=True)
            print("\n".join(f"  {name}: {n}" for name, n in counts.items()), flush=True)


if __name__ == "__main__":
    main()
