"""Runs that are stopped, killed, starved or kept waiting: what they say and what they leave."""

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from small import SHOWN, write_notebook

from asprinted import stopping
from asprinted.cli import main
from asprinted.files import write
from asprinted.pages import engine, running
from asprinted.pages.engine import Task, run_tasks

ONE_LINE = ("", f"{stopping.INTERRUPTED}\n")
COMMAND = [sys.executable, "-m", "asprinted"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


UNANSWERED = {
    "sleeps": "import time\ntime.sleep(100)",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "busy in C": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
}


@pytest.fixture
def scene(sandbox):
    """A study, and an empty folder for all temporary files of its runs."""
    with tempfile.TemporaryDirectory(prefix="t") as name:
        sandbox.temporary = Path(name)
        yield sandbox
        assert own_processes(name) == []


def environment(temporary):
    return {**os.environ, "TMPDIR": str(temporary)}


def own_processes(temporary):
    """Return the processes that live under a folder for temporary files, after a while."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR") == str(temporary):
                found.append(process)
        except psutil.Error:
            continue
    return psutil.wait_procs(found, 10)[1]


@contextmanager
def started(scene, *arguments):
    """Start a command in a group of its own, as a terminal does."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        **streams,
        env=environment(scene.temporary),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        for left in own_processes(scene.temporary):
            left.kill()
        process.communicate()


def wait_for(condition, patience=60):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def endless(scene):
    """Put a notebook there that does not end, nor hears of the end of its caller.

    Return the file that tells that its cell has begun.
    """
    began = scene.folder / "began"
    code = f"import pathlib\npathlib.Path({str(began)!r}).touch()\n"
    write_notebook(scene.folder, "02_pears", "Pears", code + UNANSWERED["busy in C"])
    return began


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT, signal.SIGINT],
        pytest.param([signal.SIGINT], marks=pytest.mark.slow),
        pytest.param([signal.SIGTERM], marks=pytest.mark.slow),
    ],
)
def test_a_stopped_run_ends_at_once_in_one_line_and_leaves_nothing(scene, signals):
    """Also if the second signal comes before the first is answered."""
    began = endless(scene)
    with started(scene, "report", "2") as run:
        wait_for(began.exists)
        for number in signals:
            os.killpg(run.pid, number)
        assert run.communicate(timeout=20) == ONE_LINE
    assert run.returncode == 128 + signals[0]
    assert list(scene.temporary.iterdir()) == []
    assert not list(scene.folder.rglob("*.part"))


def test_a_run_that_waits_for_another_says_so_and_can_be_stopped(scene):
    build = scene.folder / "build"
    with running.alone(build), started(scene, "refresh", "2") as waiting:
        assert "waiting for its end" in waiting.stderr.readline()
        os.killpg(waiting.pid, signal.SIGINT)
        assert waiting.communicate(timeout=20) == ONE_LINE
        assert waiting.returncode == 130
    assert list(scene.temporary.iterdir()) == []


def test_a_disc_without_locks_keeps_nobody_waiting(tmp_path, monkeypatch):
    """And nothing is removed there, as nobody can tell who lives."""
    import fcntl

    def unknown(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unknown)
    (tmp_path / "ap-one").mkdir()
    (tmp_path / "ap-one" / running.LOCK).touch()
    monkeypatch.setattr(running, "_bases", lambda: [str(tmp_path)])
    running.remove_left()
    with running.alone(tmp_path), running.alone(tmp_path):
        assert (tmp_path / "ap-one").is_dir()


INTERRUPTED_IMPORT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
module, sys.argv[1] = sys.argv[1], "report"
sys.meta_path.insert(0, Finder())
from asprinted.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("asprinted.cli", "Interrupted.\n"),
        ("psutil._common", ONE_LINE[1]),  # what ends kernels is only half there
    ],
)
def test_control_c_while_something_is_imported_ends_in_one_line(sandbox, module, told):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, module],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", told)


def test_what_a_killed_run_has_left_the_next_one_removes(tmp_path, monkeypatch):
    """And nothing of a run that lives, of another program, or without a lock."""
    dead, living, other = (tmp_path / name for name in ("ap-dead", "ap-live", "else"))
    for folder in (dead, living, other):
        folder.mkdir()
        (folder / running.LOCK).touch()
        (folder / "1.json").touch()
    (tmp_path / "ap-new").mkdir()
    husk = tmp_path / "ap-husk"  # a kernel that starts makes its folder anew
    husk.mkdir()
    (husk / "1.json").touch()
    monkeypatch.setattr(running, "_bases", lambda: [str(tmp_path)])
    with running._hold(living / running.LOCK, "a"):
        running.remove_left()
    assert not dead.exists() and not husk.exists()
    assert all(p.is_dir() for p in (living, other, tmp_path / "ap-new"))


def test_a_folder_takes_sockets_if_its_path_is_short(tmp_path):
    """A path of a socket has room for 104 to 108 bytes on the systems that have them."""
    long = tmp_path / ("x" * 90)
    long.mkdir()
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as short:
        assert running._takes_sockets(Path(short))
        assert list(Path(short).iterdir()) == []
    assert not running._takes_sockets(long)


LISTENS = (
    "import psutil\nfound = psutil.Process().net_connections('tcp')\n"
    "ports = [c.laddr.ip for c in found if c.status == 'LISTEN']\n"
    "print(*set(ports), len(ports))"
)


def test_kernels_are_asked_by_files_where_these_can_be_sockets(sandbox, monkeypatch):
    """One port is left: ipykernel hears on the loopback what its own children print."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as name:
        monkeypatch.setattr(engine, "socket_folder", lambda: (Path(name), True))
        path = write_notebook(sandbox.folder, "02_pears", "One", LISTENS, SHOWN)
        (outcome,) = run_tasks([Task("one", path)], 1)
    assert printed(outcome) == "127.0.0.1 1\n"


def test_where_tcp_is_the_only_way_it_is_the_loopback_and_said_once(
    sandbox, monkeypatch, tmp_path, capfd
):
    engine._say_tcp.cache_clear()
    monkeypatch.setattr(engine, "socket_folder", lambda: (tmp_path, False))
    path = write_notebook(sandbox.folder, "02_pears", "One", LISTENS, SHOWN)
    outcomes = list(run_tasks([Task("one", path), Task("two", path)], 1))
    assert [printed(outcome) for outcome in outcomes] == ["127.0.0.1 6\n"] * 2
    assert capfd.readouterr().err.count("loopback") == 1


def printed(outcome):
    assert outcome.notebook, outcome.reason
    return outcome.notebook.cells[3].outputs[0]["text"]


def test_a_long_folder_for_temporary_files_hangs_nothing(scene):
    long = scene.temporary / ("x" * 80)
    long.mkdir()
    before = set(Path("/tmp").glob(running.FOLDER + "*"))
    done = subprocess.run(
        [*COMMAND, "report", "2"],
        env=environment(long),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(long.iterdir()) == []
    left = set(Path("/tmp").glob(running.FOLDER + "*")) - before
    assert [path for path in left if held_by_nobody(path)] == []


def held_by_nobody(folder):
    held = running._hold(folder / running.LOCK, "r+")
    if held:
        held.close()
    return bool(held)


@pytest.mark.slow
@pytest.mark.parametrize("name", UNANSWERED)
def test_a_kernel_that_does_not_answer_is_given_up_and_the_others_go_on(scene, name):
    write_notebook(scene.folder, "02_pears", "Pears", UNANSWERED[name])
    done = patient(scene, "10")
    assert (done.returncode, "1 ran" in done.stdout) == (1, True)
    assert done.stderr.startswith("02_pears failed: ")
    assert len(done.stderr.splitlines()) == 1
    page = (scene.reports / "02_pears.failed.html").read_text("utf-8")
    assert "after 10 seconds" in page and "--patience SECONDS" in page
    assert list(scene.temporary.iterdir()) == []


@pytest.mark.slow
def test_a_kernel_that_never_starts_is_given_up(scene, monkeypatch, tmp_path):
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("import time\ntime.sleep(100)")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    done = patient(scene, "4")
    assert (done.returncode, "0 ran" in done.stdout) == (1, True)
    page = (scene.reports / "01_apples.failed.html").read_text("utf-8")
    assert "respond in 4 seconds" in page and "--patience SECONDS" in page


def patient(scene, seconds):
    return subprocess.run(
        [*COMMAND, "report", "--patience", seconds],
        env=environment(scene.temporary),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_patience_is_refused(sandbox):
    done = CliRunner().invoke(main, ["report", "--patience", "0"])
    assert (done.exit_code, not sandbox.reports.exists()) == (2, True)


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    page.write_text("as it was")

    def full(path, content):
        with path.open("wb") as file:
            file.write(content[:2])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write(page, "another text")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert page.read_text() == "as it was"


FULL = """
import resource
from asprinted.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
main()
"""


def test_a_full_disc_ends_a_run_in_one_line(scene):
    """A limit for the size of files stands in for the disc; a kernel runs meanwhile."""
    endless(scene)
    scene.reports.mkdir()
    (scene.reports / "01_apples.html").write_text("as it was")
    done = subprocess.run(
        [sys.executable, "-c", FULL, "report"],
        env=environment(scene.temporary),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ") and "too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (scene.reports / "01_apples.html").read_text() == "as it was"
    assert list(scene.temporary.iterdir()) == []
    assert not list(scene.folder.rglob("*.part"))


@pytest.mark.slow
def test_two_runs_into_one_folder_do_not_mix(scene):
    """The second waits; in the end all pages are of one of them."""
    write_notebook(
        scene.folder, "02_pears", "Pears", "import time\ntime.sleep(3)", SHOWN
    )
    lines = ("0.3", "0.7")
    runs = [
        subprocess.Popen(
            [*COMMAND, "report", "-p", f"line={line}", "--out", "here"],
            env=environment(scene.temporary),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        for line in lines
    ]
    told = [run.communicate(timeout=120)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert sorted("waiting" in text for text in told) == [False, True]
    here = scene.folder / "here"
    rows = json.loads((here / "verdicts.json").read_text("utf-8"))
    last = {row["parameters"]["line"] for row in rows}
    assert len(last) == 1
    assert not list(here.glob("*.part"))


def test_nobody_removes_a_folder_that_is_about_to_be_locked(tmp_path, monkeypatch):
    """Another run looks for what killed runs have left, just before the lock is held."""
    import fcntl

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    flock = fcntl.flock

    def late(file, how):
        monkeypatch.setattr(fcntl, "flock", flock)
        running.remove_left()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    folder = running._new_folder(str(tmp_path))
    running.remove_left()
    assert (folder / running.LOCK).is_file()
