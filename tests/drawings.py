"""Checks of charts: labels cut off or on top of each other, numbers from nowhere.

usage: python tests/drawings.py EXECUTED_NOTEBOOK
"""

import json
import re
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from asprinted.charts.style import Face
from asprinted.notebook import DRAWING, MIME

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


class Label(NamedTuple):
    """A text of a drawing and the box that it covers, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def labels(drawing):
    """Return every text of a cleaned drawing with its box."""
    root = ET.fromstring(drawing)
    found = []
    for node in root.iter(f"{SVG}text"):
        text = node.text or ""
        size = float(node.get("font-size", root.get("font-size", 13)))
        move = re.findall(r"-?[\d.]+", node.get("transform", "")) or ("0", "0")
        x = float(node.get("x", 0)) + float(move[0])
        y = float(node.get("y", 0)) + float(move[1])
        width = Face(size, node.get("font-weight") == "600").wide(text)
        before = {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor", "start")]
        left = x - width * before
        found.append(Label(text, left, y - 0.74 * size, left + width, y + 0.2 * size))
    return found


def problems(drawing):
    """Return what is wrong with the labels of a drawing: clipped or overlapping."""
    _, _, width, height = map(float, ET.fromstring(drawing).attrib["viewBox"].split())
    found = labels(drawing)
    wrong = [
        f"clipped: {a.text!r}"
        for a in found
        if min(a.left, a.top, width - a.right, height - a.bottom) < -0.5
    ]
    for a, b in combinations(found, 2):
        across = min(a.right, b.right) - max(a.left, b.left)
        down = min(a.bottom, b.bottom) - max(a.top, b.top)
        if across > 0.5 and down > 0.5:
            wrong.append(f"overlap: {a.text!r} and {b.text!r}")
    return wrong


def stray_numbers(record, wide=""):
    """Return the numbers of the text alternative that the figure itself does not hold.

    A number counts as held if a value of the data table rounds to it, in the unit of
    the table or in thousands, millions or billions, or if a text of the figure prints
    it.
    """
    cells = [cell for row in record["data"] for cell in row]
    values = [abs(float(cell)) for cell in cells if isinstance(cell, int | float)]
    drawn = [label.text for label in labels(wide)] if wide else []
    texts = [cell for cell in cells if isinstance(cell, str)]
    texts += [line for line in drawn if any(map(str.isalpha, line))]
    texts += [*record["columns"], record["subtitle"], f"{len(record['data'])} rows"]
    printed = {token for line in texts for token in NUMBER.findall(line)}
    tokens = NUMBER.findall(record["alt"])
    return [t for t in tokens if t not in printed and not _held(t, values)]


def _held(token, values):
    """Return whether some value, in a usual size, rounds to a printed number."""
    number = float(token.replace(",", ""))
    half = 0.5 * 10.0 ** -len(token.partition(".")[2]) * 1.0001
    sizes = (1.0, 100.0, 1e-3, 1e-6, 1e-9)
    return any(abs(v * size - number) <= half for v in values for size in sizes)


def figures(thing):
    """Yield the record of every figure in the outputs of a notebook, with drawings."""
    if isinstance(thing, dict):
        if {"alt", "wide", "narrow"} <= set(thing):
            yield thing
        elif MIME.format("figure") in thing:
            sizes = ("wide", "narrow")
            drawn = {size: "".join(thing[DRAWING.format(size)]) for size in sizes}
            yield thing[MIME.format("figure")] | drawn
    parts = thing.values() if isinstance(thing, dict) else thing
    for part in parts if isinstance(thing, dict | list) else []:
        yield from figures(part)


def main(path):
    """Print what is wrong with the figures of an executed notebook."""
    for record in figures(json.loads(Path(path).read_text(encoding="utf-8"))["cells"]):
        for size in ("wide", "narrow"):
            for problem in problems(record[size]):
                print(f"{record['title']} ({size}): {problem}")
        for token in stray_numbers(record, record["wide"]):
            print(f"{record['title']}: {token} is in the text alternative only")


if __name__ == "__main__":
    main(sys.argv[1])
