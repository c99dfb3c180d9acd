"""Files of a study: read with a reason where that fails, and written whole."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any


class DataError(ValueError):
    """The tables, or a name that should stand in them, are wrong."""


def read_json(path: Path) -> dict[str, Any]:
    """Return the content of a JSON file.

    Raises
    ------
    DataError
        If it is no JSON object in UTF-8; a merge conflict is named as such.
    """
    return parse_json(path.name, read_text(path))


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    DataError
        If it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: is not UTF-8: {error}") from error


def parse_json(name: str, text: str) -> dict[str, Any]:
    """Return the content of a JSON file from its text, see `read_json`."""
    try:
        content = json.loads(text)
    except ValueError as error:
        wrong = merge_conflict(text) or f"cannot be read as JSON: {error}"
        raise DataError(f"{name}: {wrong}") from error
    if not isinstance(content, dict):
        raise DataError(f"{name}: holds no names with values, as it should")
    return content


def merge_conflict(text: str) -> str:
    r"""Return where a text holds the marks of a merge conflict, or nothing.

    Examples
    --------
    >>> merge_conflict("a,b\n<<<<<<< HEAD\n1,2\n")
    'line 2 begins a merge conflict; settle it first'
    """
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            return f"line {number} begins a merge conflict; settle it first"
    return ""


def write(path: Path, text: str) -> None:
    """Write a file whole, unless it holds that text already.

    Raises
    ------
    OSError
        If the machine refuses; it names the file, and nothing half-written stays.
    """
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException as error:  # the disc is full, or somebody has stopped it
        with suppress(OSError):
            part.unlink()
        if isinstance(error, OSError):
            error.filename = str(path)  # a full disc is told without a name
        raise
