"""Forked kernels show what started ones show."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook
from small import ROOT, SPEC

from asprinted.pages import warm
from asprinted.pages.engine import Task, run_tasks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs fork"),
]

EDGES = {
    "subprocess": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1 + 1)'])",
    "shell": "!echo from the shell",
    "update": "from IPython.display import display\n"
    "handle = display('first', display_id='shown')\nhandle.update('second')",
    "clear": "from IPython.display import clear_output\n"
    "print('gone')\nclear_output()\nprint('stays')",
    "warning": "import warnings\nwarnings.warn('careful', stacklevel=1)",
    "streams": "import sys\nfor i in range(3):\n    print('out', i, flush=True)\n"
    "    print('err', i, file=sys.stderr, flush=True)",
    "threads": "import threading\n"
    "t = threading.Thread(target=print, args=('from a thread',))\nt.start()\nt.join()",
    "frame": "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "wide frame": "import pandas as pd\npd.DataFrame([range(10**7, 10**7 + 30)])",
    "plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]);",
    "two plots": "import matplotlib.pyplot as plt\nplt.figure()\nplt.plot([3, 1])\n"
    "plt.show()\nplt.figure()\nplt.bar([1], [2]);",
    "seaborn": "import seaborn as sns\nsns.scatterplot(x=[1, 2], y=[2, 1]);",
    "backend": "import matplotlib\nmatplotlib.get_backend()",
    "model": "import statsmodels.api as sm\n"
    "sm.OLS([1, 2, 4], [[1, 1], [1, 2], [1, 3]]).fit().params",
    "place": "import os\nos.getcwd() == os.path.realpath('.'), __name__, _i[:8], In[1][:7]",
    "name": "import os, sys\nos.path.basename(sys.argv[0]), len(sys.argv), sys.stdin.read()",
    "environment": "import os\nsorted(set(os.environ) - {'COLUMNS', 'LINES'})",
    "processes": "import multiprocessing as mp\nwith mp.Pool(1) as pool:\n"
    "    numbers = pool.map(abs, [-1])\n"
    "mp.get_start_method(), mp.current_process().name, numbers",
}
ENDS = {
    "asking": ("input('name? ')", "StdinNotImplementedError"),
    "leaving": ("import sys\nsys.exit(3)", "SystemExit"),
    "error": ("1 / 0", "ZeroDivisionError"),
    "killed": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "DeadKernelError",
    ),
}
RANDOM = "import random, numpy as np\n[random.random(), np.random.rand()]"


@pytest.fixture(autouse=True)
def as_outside_pytest(monkeypatch):
    """Kernels do not redirect file descriptors when they see pytest."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)


@pytest.fixture
def run(tmp_path, monkeypatch):
    def run(*cells, forked=True):
        assert warm.start()
        factory = KernelProvisionerFactory.instance()
        name = warm.NAME if forked else "local-provisioner"
        monkeypatch.setattr(factory, "default_provisioner_name", name)
        code = [new_code_cell(c) for c in cells]
        nbformat.write(new_notebook(cells=code, metadata=SPEC), tmp_path / "book.ipynb")
        (outcome,) = run_tasks([Task("book", tmp_path / "book.ipynb")], 1)
        return outcome

    return run


def shown(cell):
    """Return the outputs of a cell without what differs from run to run of the same kernel."""
    changing = rf"0x[0-9a-f]+|ipykernel_\d+/\d+|{re.escape(tempfile.gettempdir())}/\S+"
    text = re.sub(changing, "...", str(cell.outputs))
    return [text, cell.execution_count]


def pictures(cell):
    return sum("image/png" in o.get("data", {}) for o in cell.outputs)


def test_a_forked_kernel_shows_what_a_started_one_shows(run):
    forked, started = (run(*EDGES.values(), forked=f) for f in (True, False))
    assert forked.reason == started.reason == ""
    pairs = zip(EDGES, forked.notebook.cells, started.notebook.cells, strict=True)
    for name, ours, theirs in pairs:
        assert shown(ours) == shown(theirs), name
    counts = {n: pictures(c) for n, c in zip(EDGES, forked.notebook.cells, strict=True)}
    assert {n: k for n, k in counts.items() if k} == {
        "plot": 1,
        "two plots": 2,
        "seaborn": 1,
    }


def test_our_notebooks_are_the_same_forked_and_started(monkeypatch):
    assert warm.start()
    path = ROOT / "notebooks" / "02_fdi_cap.ipynb"
    factory = KernelProvisionerFactory.instance()
    found = []
    for name in (warm.NAME, "local-provisioner"):
        monkeypatch.setattr(factory, "default_provisioner_name", name)
        (outcome,) = run_tasks([Task("two", path)], 1)
        assert outcome.error is None
        found.append(
            [(shown(cell), pictures(cell)) for cell in code_cells(outcome.notebook)]
        )
    assert found[0] == found[1]
    assert sum(count for _, count in found[0]) >= 1


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_fifty_megabytes_of_output_arrive(run):
    cell = "for i in range(50):\n    print('x' * 1_000_000)"
    (done,) = run(cell).notebook.cells
    assert sum(o["text"].count("x") for o in done.outputs) == 50_000_000


@pytest.mark.parametrize("name", ENDS)
def test_a_notebook_that_stops_is_reported_as_papermill_reports_it(run, name):
    cell, error = ENDS[name]
    forked, started = (run(cell, forked=f) for f in (True, False))
    assert forked.notebook is started.notebook is None
    assert forked.error["ename"] == error
    assert without_numbers(forked.error) == without_numbers(started.error)


def without_numbers(error):
    return re.sub(r"ipykernel_\d+/\d+", "...", str(error))


def test_an_error_names_its_cell(run):
    outcome = run("1", "1 / 0")
    assert (
        outcome.reason == "book.ipynb, code cell 2: ZeroDivisionError: division by zero"
    )


def test_no_two_kernels_draw_the_same_numbers(run):
    first, second = (
        run(RANDOM).notebook.cells[0].outputs[0]["data"]["text/plain"] for _ in "ab"
    )
    drawn = [re.findall(r"0\.\d+", text) for text in (first, second)]
    assert [len(numbers) for numbers in drawn] == [2, 2]
    assert not set(drawn[0]) & set(drawn[1])


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_the_parent_has_one_thread_and_only_the_socket_it_listens_on(run):
    cell = (
        "import os\np = f'/proc/{os.getppid()}'\nprint(len(os.listdir(p + '/task')))\n"
    )
    cell += "names = [os.readlink(f'{p}/fd/{n}') for n in os.listdir(p + '/fd')]\n"
    cell += "print(sum(n.startswith('socket:') for n in names))\n"
    cell += "print(sorted(m for m in ('matplotlib_inline',) if m in open(p + '/maps').read()))"
    (done,) = run(cell).notebook.cells
    assert "".join(o["text"] for o in done.outputs).split() == ["1", "1", "[]"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_a_forked_kernel_owns_little_memory(run):
    """The share that is its own, after the imports of a notebook: at most 120 MB."""
    cell = "import asprinted as ap, re\nap.charts, ap.study\n"
    cell += "text = open('/proc/self/smaps_rollup').read()\n"
    cell += "int(re.search(r'Pss:\\s+(\\d+)', text)[1])"
    (done,) = run(cell).notebook.cells
    assert int(done.outputs[0]["data"]["text/plain"]) < 120 * 1024


def test_a_kernel_ends_with_the_process_that_asked_for_it(tmp_path):
    cell = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)"
    nbformat.write(
        new_notebook(cells=[new_code_cell(cell)], metadata=SPEC), tmp_path / "b.ipynb"
    )
    code = (
        "from pathlib import Path\nfrom asprinted.pages.engine import Task, run_tasks\n"
        "list(run_tasks([Task('b', Path('b.ipynb'))], 1))"
    )
    paths = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    caller = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment
    )
    wait_for(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
    pid = int((tmp_path / "pid").read_text())
    assert alive(pid)
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    wait_for(lambda: not alive(pid))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition, patience=60):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


BREAKS = {
    "no fork": "multiprocessing.get_all_start_methods = lambda: ['spawn']",
    "no parent": "forkserver.ensure_running = broken",
    "parent gone": "warm.start(); forks.end_parent()",
    "parent dies": "warm.start(); stop(); warm.Forked._start = late",
    "parent stopped": "warm.PATIENCE = 1; warm.start(); stop()",
}
SCRIPT = """
import multiprocessing, os, signal
from multiprocessing import forkserver
from pathlib import Path
from threading import Timer
from asprinted.pages import forks, warm
from asprinted.pages.engine import Task, run_tasks
def broken(*a):
    raise OSError('broken')
def stop():
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGSTOP)
fork = warm.Forked._start
def late(kernel):
    Timer(1, forks.end_parent).start()
    fork(kernel)
{breaks}
warm.start()
tasks = [Task(name, Path('b.ipynb')) for name in 'ab']
for outcome in run_tasks(tasks, 2):
    print(outcome.notebook.cells[-1].outputs[0]['data']['text/plain'])
"""


def two_kernels(folder, breaks, *cells):
    """Run a notebook twice at the same time, after some damage to the parent."""
    book = new_notebook(cells=[new_code_cell(c) for c in cells], metadata=SPEC)
    nbformat.write(book, folder / "b.ipynb")
    paths = os.pathsep.join([str(ROOT / "lib"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(breaks=breaks)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("trouble", BREAKS)
def test_without_a_parent_kernels_start_on_their_own_which_is_said_once(
    tmp_path, trouble
):
    done = two_kernels(tmp_path, BREAKS[trouble], "1 + 1")
    assert done.stdout.split() == ["2", "2"], done.stderr
    assert done.stderr.count("No warm kernels") == 1
    assert len(done.stderr.splitlines()) == 1


def test_kernels_that_run_go_on_though_their_parent_dies(tmp_path):
    cells = ("import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)",)
    done = two_kernels(tmp_path, "", *cells, "time.sleep(1)", "1 + 1")
    assert done.stdout.split() == ["2", "2"], done.stderr
