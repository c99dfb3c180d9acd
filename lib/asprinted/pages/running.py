"""What a run keeps for itself: its folder of results, and one for sockets.

A run that is killed can remove nothing; the next one removes what it has left.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import IO

from ..stopping import REMOVED

FOLDER, LOCK = "ap-", "asprinted.lock"
LONGEST = "x" * 32  # no socket in the folder of a run has a longer name


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other run writes to the same folder, and keep others waiting.

    Parameters
    ----------
    folder : Path
        Where the run remembers what it has done; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held: AbstractContextManager[object] = nullcontext()
    with suppress(OSError):  # a disc that knows no locks
        held = _waited_for(folder / LOCK)
    with held:
        yield


def _waited_for(path: Path) -> IO[str]:
    """Return a file that this process alone holds, as soon as no other does."""
    held = _hold(path, "a")
    if held is None:
        print("Another run writes there: waiting for its end.", file=sys.stderr)
    while held is None:
        time.sleep(0.1)
        held = _hold(path, "a")
    return held


def _hold(path: Path, mode: str) -> IO[str] | None:
    """Return a file that this process alone holds, until it ends; None if another does.

    Raises
    ------
    OSError
        If nobody can tell: the disc knows no locks.
    """
    file: IO[str] = path.open(mode)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        file.close()
        return None
    except OSError:
        file.close()
        raise
    return file


@cache
def socket_folder() -> tuple[Path, bool]:
    """Return a folder of this process alone, and whether sockets can stand in it.

    The path of a socket may have about a hundred characters: where the folder for
    temporary files has a long name it is ``/tmp``. It goes when the process ends.
    """
    remove_left()
    for base in _bases():
        folder = _new_folder(base)
        if _takes_sockets(folder):
            return folder, True
    return _new_folder(tempfile.gettempdir()), False


def _bases() -> list[str]:
    bases = dict.fromkeys((tempfile.gettempdir(), "/tmp"))
    return [base for base in bases if os.access(base, os.W_OK)]


def _new_folder(base: str) -> Path:
    """Make a folder that goes with this process; its lock has its name once it is held."""
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=base))
    REMOVED.append(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with suppress(OSError):
        if held := _hold(folder / f"{LOCK}.part", "x"):
            atexit.register(held.close)
        (folder / f"{LOCK}.part").rename(folder / LOCK)
    return folder


def _takes_sockets(folder: Path) -> bool:
    """Whether a process can listen in a folder: by its system, path and disc."""
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / LONGEST))
        (folder / LONGEST).unlink()
    except (AttributeError, OSError):
        return False
    return True


def remove_left() -> None:
    """Remove the folders of runs that have been killed."""
    for folder in (f for base in _bases() for f in Path(base).glob(f"{FOLDER}*")):
        with suppress(OSError):
            if _is_husk(folder):
                shutil.rmtree(folder, ignore_errors=True)
            elif held := _hold(folder / LOCK, "r+"):
                shutil.rmtree(folder, ignore_errors=True)
                held.close()


def _is_husk(folder: Path) -> bool:
    """Whether a kernel has made a folder anew, at its start, which was just removed."""
    names = [path.name for path in folder.iterdir()]
    return bool(names) and all(re.fullmatch(r"\d+\.json", name) for name in names)
