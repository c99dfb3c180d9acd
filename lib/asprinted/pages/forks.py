"""The parent of forked processes, which has imported what they need.

It leaves control-C to the process that asked for them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from ..stopping import STOPS
from .running import socket_folder


def can_fork() -> bool:
    """Whether this system has the fork server of the standard library."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def start_parent(preload: Sequence[str]) -> None:
    """Start the parent, once; it imports the named modules in the background."""
    from multiprocessing import forkserver

    # its socket goes with this process, however that ends
    settings = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    settings["tempdir"] = str(socket_folder()[0])
    forkserver.set_forkserver_preload(list(preload))
    with _deaf():
        forkserver.ensure_running()


def is_there(pid: int) -> bool:
    """Whether a process lives."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def parent_lives() -> bool:
    """Whether the parent that was started is still there."""
    return is_there(_parent())


def end_parent() -> None:
    """End a parent that does not answer."""
    os.kill(_parent(), signal.SIGKILL)


def _parent() -> int:
    from multiprocessing import forkserver

    return forkserver._forkserver._forkserver_pid  # type: ignore


def follow_caller() -> None:
    """Have this process ignore control-C, and end with the one that asked for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_caller, daemon=True).start()


def end_with_caller() -> None:
    """Wait for the end of the process that asked for this one, and end as well."""
    caller = multiprocessing.parent_process()
    if caller:
        caller.join()
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Have what is started here leave control-C and SIGTERM to its caller."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
