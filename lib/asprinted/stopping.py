"""Ending at once: control-C, SIGTERM, a full disc.

An exception would have to wait for kernels, or would rise where none is expected.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

INTERRUPTED = "Interrupted; what is written is whole."
STOPPED = 128  # and the number of the signal: what a shell says of a stopped command
STOPS = (signal.SIGINT, signal.SIGTERM)
REMOVED: list[Path] = []  # folders that go with this process


@contextmanager
def stopping() -> Iterator[None]:
    """Let control-C and SIGTERM end this process, and all that it has started."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [n for n in STOPS if signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, _stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    for other in STOPS:
        signal.signal(other, signal.SIG_IGN)
    with suppress(OSError):
        os.write(2, f"{INTERRUPTED}\n".encode())
    leave(STOPPED + number)


def leave(status: int) -> NoReturn:
    """End this process at once, with all that it has started and its folders."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, RuntimeError):  # what was stopped may be writing
            stream.flush()
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # nobody else has a last word
    try:
        for _ in range(
            2
        ):  # another thread, or a kernel that starts, may go on meanwhile
            _kill_children()
            for folder in REMOVED:
                _remove(folder)
    finally:  # stopped while it imports psutil, nothing has been started yet
        os._exit(status)


def _remove(folder: Path) -> None:
    """Remove a folder under another name, where no thread can put a file."""
    import shutil

    gone = folder.with_name(folder.name + "-")
    with suppress(OSError):
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _kill_children() -> None:
    import psutil

    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()
