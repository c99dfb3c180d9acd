"""Drawings that may stand in a page: made of matplotlib's, and checked once more there."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import groupby

from asprinted.package import HIDDEN
from asprinted.palette import HEXES

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
ELEMENTS = {"svg", "g", "defs", "path", "rect", "use", "clipPath", "pattern", "text"}
ATTRIBUTES = {
    *("id", "href", "viewBox", "x", "y", "width", "height", "d", "transform"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "opacity"),
    *("stroke-dasharray", "stroke-linecap", "stroke-linejoin", "patternUnits", "role"),
    *("font-size", "font-weight", "text-anchor", "paint-order", "aria-label"),
    "clip-path",
}
DROPPED_ELEMENTS = ("style", "metadata")
DROPPED = ("font-family", "stroke-dashoffset", "stroke-miterlimit", "version")
DEFAULTS = {
    "text-anchor": "start",
    "stroke-width": "1",
    "stroke-linecap": "butt",
    "stroke-linejoin": "round",
    "opacity": "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "font-weight": "400",
}
HALO = {"paint-order": "stroke", "stroke": "var(--bg)", "stroke-width": "4"}
REFERRING = ("href", "clip-path", "fill")
_DOCTYPE = re.compile(r'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\s+"[^"<>]*">')
_REFERENCE = re.compile(r"#([\w.-]+)")
_PAINT = re.compile(r"none|url\(#[\w.-]+\)")
_COMMAND = re.compile(r"\s*([A-Za-z])\s*([^A-Za-z]*)")
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")


def clean(raw: str, *, prefix: str, alt: str) -> str:
    """Return a drawing with allowed parts only and colours as CSS variables.

    Parameters
    ----------
    raw : str
        The SVG file that matplotlib wrote.
    prefix : str
        Start of every id: the figure and the board.
    alt : str
        Text alternative, put on the root.

    Raises
    ------
    ValueError
        If a colour is not in the palette, or the drawing is not safe.
    """
    text, alt = (HIDDEN.sub("", part) for part in (_DOCTYPE.sub("", raw, 1), alt))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a drawing may not declare a document type or entities")
    (body,) = _copy(ET.fromstring(text), painted=True)
    _rename(body, prefix)
    root = ET.Element("svg", {"xmlns": SVG[1:-1], "viewBox": body.attrib["viewBox"]})
    root.attrib |= {"role": "img", "aria-label": alt, "stroke-linejoin": "round"}
    root.extend(body)
    _merge(root)
    _inherit(root)
    drawing = ET.tostring(root, encoding="unicode").replace(" />", "/>")
    refuse_unsafe(drawing)
    return drawing


def refuse_unsafe(drawing: str) -> None:
    """Refuse a drawing that could run, load or restyle anything.

    Raises
    ------
    ValueError
        If it holds anything but shapes and text that refer to itself alone.
    """
    if "<!" in drawing or "<?" in drawing:
        raise ValueError("a drawing may not hold comments or declarations")
    try:
        root = ET.fromstring(drawing)
    except ET.ParseError as error:
        raise ValueError(f"a figure has no drawing: {error}") from error
    for node in root.iter():
        tag = node.tag.removeprefix(SVG)
        if tag not in ELEMENTS:
            raise ValueError(f"a drawing may not hold <{tag}>")
        for name, value in node.attrib.items():
            name = name.removeprefix(XLINK)
            leaves = "url(" in value.replace("url(#", "") and name != "aria-label"
            leaves = leaves or (name == "href" and not value.startswith("#"))
            if name not in ATTRIBUTES or leaves:
                raise ValueError(f"a drawing may not hold {name}={value[:60]!r}")


def _copy(node: ET.Element, *, painted: bool) -> list[ET.Element]:
    """Return the cleaned node, or its children if it is a group that says nothing."""
    tag = node.tag.removeprefix(SVG)
    if tag in DROPPED_ELEMENTS:
        return []
    copy = ET.Element(tag, _attributes(node))
    painted = painted and tag not in ("defs", "clipPath", "pattern")
    if painted and tag in ("path", "use", "text", "rect") and "fill" not in copy.attrib:
        raise ValueError(f"a colour outside the palette: default black on {tag!r}")
    for child in node:
        copy.extend(_copy(child, painted=painted))
    if tag == "text":
        copy.text = node.text
    drawn = copy.get("fill") != "none" or copy.get("stroke", "none") != "none"
    if (tag in ("g", "defs") and not len(copy)) or (tag == "path" and not drawn):
        return []
    if tag != "g":
        return [copy]
    if copy.attrib.pop("id", None) == "halo":
        for text in copy.iter("text"):
            text.attrib |= HALO
    return [copy] if copy.attrib else list(copy)


def _attributes(node: ET.Element) -> dict[str, str]:
    """Return the attributes of a node, its style declarations among them."""
    pairs = {name.removeprefix(XLINK): value for name, value in node.attrib.items()}
    for declaration in filter(str.strip, pairs.pop("style", "").split(";")):
        name, _, value = declaration.partition(":")
        pairs[name.strip()] = value.strip()
    unused = (*DROPPED, *(("width", "height") if node.tag == f"{SVG}svg" else ()))
    kept = {n: _value(n, value) for n, value in pairs.items() if n not in unused}
    return {name: value for name, value in kept.items() if value}


def _value(name: str, value: str) -> str:
    """Return a shortened attribute value, empty when it says nothing."""
    if name in ("fill", "stroke"):
        return _colour(value)
    if name in ("id", "href", "clip-path"):
        return value
    if name == "transform":
        value = re.sub(r"rotate\(-?0 [^)]*\)", "", value)
    places = 1 if name in ("d", "x", "y") else 2
    value = _DECIMAL.sub(lambda m: f"{round(float(m[0]), places) + 0.0:g}", value)
    value = " ".join(value.removesuffix("px").split())
    if name == "d":
        return _path(value)
    return "" if DEFAULTS.get(name) == value else value


def _path(value: str) -> str:
    """Return a path without what goes without saying, its lines by short steps."""
    parts: list[str] = []
    last, here = "", ["", ""]
    for command, numbers in _COMMAND.findall(value):
        words = numbers.split()
        before, here = here, words[-2:]
        if command == "L" and before[1:] == words[1:]:
            command, words = "H", words[:1]
        elif command == "L" and before[:1] == words[:1]:
            command, words = "V", words[1:]
        elif command == "L":
            steps = [float(b) - float(a) for a, b in zip(before, words, strict=True)]
            command, words = "l", [f"{round(step, 1):g}" for step in steps]
        parts.append((" " if command == last else command) + " ".join(words))
        last = command if command not in "Zz" else ""
    return "".join(parts).replace(" -", "-")


def _colour(value: str) -> str:
    """Return the variable that stands for a colour."""
    if _PAINT.fullmatch(value):
        return value
    if value.lower() not in HEXES:
        raise ValueError(f"a colour outside the palette: {value}")
    return f"var(--{HEXES[value.lower()]})"


def _merge(root: ET.Element) -> None:
    """Join neighbours that look the same: paths into one, marks into a group."""
    nodes, root[:] = list(root), []
    for (tag, look), (first, *rest) in groupby(nodes, key=_look):
        if tag == "use" and rest:
            group = ET.SubElement(root, "g", dict(look))
            for node in (first, *rest):
                group.append(node)
                node.attrib = {n: node.attrib[n] for n in ("href", "x", "y")}
        elif tag == "path":
            first.attrib["d"] += "".join(node.attrib["d"] for node in rest)
            root.append(first)
        else:
            root.extend([first, *rest])


def _look(node: ET.Element) -> tuple[str, list[tuple[str, str]]]:
    """Return what neighbours share that look the same."""
    own = ("d", "href", "x", "y")
    return node.tag, sorted(pair for pair in node.attrib.items() if pair[0] not in own)


def _inherit(root: ET.Element) -> None:
    """Put the most frequent paint and text size on the root, where marks inherit it."""
    hidden = {mark for kept in root.iter("defs") for mark in kept.iter()}
    for name in ("fill", "font-size"):
        marks = [m for m in root.iter() if name in m.attrib and m not in hidden]
        for usual, _ in Counter(mark.attrib[name] for mark in marks).most_common(1):
            root.attrib[name] = usual
        for mark in marks:
            if mark.attrib[name] == root.attrib[name]:
                del mark.attrib[name]


def _rename(root: ET.Element, prefix: str) -> None:
    """Give new names to the ids in use, and delete the others."""
    nodes = list(root.iter())
    told = [node.attrib.get(name, "") for node in nodes for name in REFERRING]
    used = {target for value in told for target in _REFERENCE.findall(value)}
    names: dict[str, str] = {}
    for node in nodes:
        old = node.attrib.pop("id", "")
        if old in used:
            names[old] = f"{prefix}-{len(names) + 1}"
            node.attrib["id"] = names[old]
    for node in nodes:
        for name in set(REFERRING) & set(node.attrib):
            new = _REFERENCE.sub(
                lambda match: f"#{names.get(match[1], match[1])}", node.attrib[name]
            )
            node.attrib[name] = new
