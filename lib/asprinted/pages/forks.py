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


def can_fork() -> bool:
    """Whether this system has the fork server of the standard library."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def start_parent(preload: Sequence[str]) -> None:
    """Start the parent, once; it imports the named modules in the background."""
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(list(preload))
    with _ignoring_interrupts():
        forkserver.ensure_running()


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
def interrupts_later() -> Iterator[None]:
    """Answer control-C only afterwards: a process half started cannot be ended well."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Have what is started here ignore control-C for good."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
