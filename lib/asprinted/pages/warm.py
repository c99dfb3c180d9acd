"""Warm kernels: forked from a parent that has imported what notebooks need.

The parent is the fork server of the standard library: one thread, no socket but the one
it listens on, which a child closes first. Jupyter, papermill and the notebook see an
ordinary kernel. Where this cannot work every kernel starts the ordinary way, and so it
does if this module and the one call of `start` are deleted.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from .forks import (
    can_fork,
    end_parent,
    end_with_caller,
    is_there,
    parent_lives,
    start_parent,
)

NAME, ORDINARY = "asprinted-warm", "local-provisioner"
LAUNCHER = "ipykernel_launcher"
PRELOAD = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger"),
    *("comm.base_comm", "IPython.core.pylabtools"),
    *("matplotlib.backends.backend_svg", "matplotlib.pyplot"),
    *("asprinted.studies", "asprinted.show", "asprinted.stats", "asprinted.charts"),
)
ALONE = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
PATIENCE = 60  # seconds for the parent to fork
LOST = 255  # the exit status of a process whose parent has ended
_forking = threading.Lock()


@cache
def start() -> bool:
    """Start the parent, once, and make its kernels the default.

    The parent imports in the background.

    Returns
    -------
    bool
        Whether kernels will be warm; if not, why is said on standard error.
    """
    if not can_fork():
        _say("this system cannot fork")
        return False
    if multiprocessing.current_process().daemon:
        _say("this process may have no children")
        return False
    settings = {name: os.environ.get(name) for name in ALONE}
    os.environ.update(ALONE)
    try:
        start_parent(PRELOAD)
    except OSError as error:
        _say(str(error))
        return False
    finally:
        for name, value in settings.items():
            os.environ.pop(name)
            os.environ |= {name: value} if value is not None else {}
    factory = KernelProvisionerFactory.instance()
    forker = EntryPoint(NAME, f"{__name__}:Forker", factory.GROUP_NAME)
    factory.provisioners[NAME] = forker
    factory.default_provisioner_name = NAME
    return True


def _say(reason: str) -> None:
    print(f"No warm kernels ({reason}): each starts on its own.", file=sys.stderr)


class Forker(LocalProvisioner):
    """Gives Jupyter a kernel that is forked instead of started."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Fork a kernel of this Python; start one if it is not, or if forking fails."""
        if LAUNCHER in cmd and cmd[0] == sys.executable:
            arguments = cmd[cmd.index(LAUNCHER) + 1 :]
            folder = str(options.get("cwd") or Path.cwd())
            given = options.get("env") or os.environ
            try:
                forked = await asyncio.to_thread(Forked, arguments, folder, given)
            except (OSError, EOFError):
                pass
            else:
                self.process = cast(Any, forked)
                self.pid = self.pgid = forked.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **options)


class Forked:
    """A forked kernel, with what Jupyter asks of a process.

    Parameters
    ----------
    arguments : sequence of str
        Arguments of the kernel.
    folder : str
        Its working folder.
    environment : mapping
        Its environment.

    Raises
    ------
    OSError, EOFError
        If the parent cannot fork.
    """

    stdin = stdout = stderr = None

    def __init__(
        self, arguments: Sequence[str], folder: str, environment: Mapping[str, str]
    ) -> None:
        given = (list(arguments), str(folder), dict(environment))
        context = get_context("forkserver")
        self._process = context.Process(target=_serve, args=given, name="MainProcess")
        with _forking:
            self._start()
        self.pid = cast(int, self._process.pid)

    def _start(self) -> None:
        """Fork; if that fails, have all further kernels start the ordinary way."""
        factory = KernelProvisionerFactory.instance()
        if factory.default_provisioner_name != NAME:
            raise OSError("forking has failed before")
        limit = threading.Timer(PATIENCE, end_parent)
        limit.start()
        try:
            if not parent_lives():
                raise EOFError("nobody forks")
            with _no_main():
                self._process.start()
        except (OSError, EOFError) as error:
            factory.default_provisioner_name = ORDINARY
            _say(f"the parent has ended: {error!r}")
            raise
        finally:
            limit.cancel()

    def poll(self) -> int | None:
        """Return the exit status, or None while the kernel lives."""
        status = self._process.exitcode
        return None if status == LOST and is_there(self.pid) else status

    def wait(self) -> int | None:
        """Wait for the end of the kernel and return its exit status."""
        while self.poll() is None:
            time.sleep(0.01)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel alone."""
        os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the program in progress, which a child would import again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be a kernel, in the forked child."""
    import matplotlib as mpl
    import numpy as np
    import pandas as pd
    from ipykernel.kernelapp import IPKernelApp
    from matplotlib import pyplot

    gc.freeze()  # looking for garbage in what the parent has imported would copy it
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(folder)
    multiprocessing.set_start_method(None, force=True)
    os.environ.clear()
    given = {"PYDEVD_USE_FRAME_EVAL": "NO", "JPY_PARENT_PID": str(os.getppid())}
    os.environ.update(given | environment)
    np.random.seed()
    pd.set_option("display.max_columns", 20)  # as pandas sets it in a notebook
    sys.argv = [str(find_spec(LAUNCHER).origin), *arguments]  # type: ignore[union-attr]
    kernel = IPKernelApp.instance(parent_handle=os.getppid())
    kernel.initialize(arguments)
    kernel.poller = threading.Thread(target=end_with_caller, daemon=True)
    mpl.rcParams["backend"] = os.environ["MPLBACKEND"]
    pyplot.install_repl_displayhook()
    kernel.start()
