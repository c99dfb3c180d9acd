"""From a matplotlib drawing to one that may stand inside a page."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

from thirdneighbor.palette import VARIABLE

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
ELEMENTS = frozenset(("svg", "g", "defs", "path", "rect", "use", "clipPath", "pattern", "text"))
ATTRIBUTES = frozenset(
    (
        *("id", "href", "viewBox", "x", "y", "width", "height", "d", "transform", "clip-path"),
        *("patternUnits", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity"),
        *("stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"),
        *("font-size", "font-weight", "text-anchor"),
    )
)
DROPPED_ELEMENTS = frozenset(("style", "metadata"))
DROPPED_ATTRIBUTES = frozenset(("font-family", "stroke-dashoffset", "stroke-miterlimit", "version"))
HALO = {
    "paint-order": "stroke",
    "stroke": "var(--bg)",
    "stroke-width": "4",
    "stroke-linejoin": "round",
}
NO_EFFECT = frozenset(
    (
        *(("text-anchor", "start"), ("stroke-width", "1"), ("stroke-linecap", "butt")),
        *(("opacity", "1"), ("fill-opacity", "1"), ("stroke-opacity", "1")),
        *(("stroke-linejoin", "round"), ("font-weight", "400")),
    )
)
_DOCTYPE = re.compile(r'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"\s+"[^"<>]*">')
_REFERENCE = re.compile(r"#([\w.-]+)")
_PAINT = re.compile(r"none|url\(#[\w.-]+\)")
_PLAIN = re.compile(r"[\w\s.,()+#-]*")
_COMMAND = re.compile(r"\s*([A-Za-z])\s*([^A-Za-z]*)")
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")


def clean(raw: str, *, prefix: str, alt: str) -> str:
    """Return a drawing with allowed parts only, colours as CSS variables and ids of its own.

    Parameters
    ----------
    raw : str
        The SVG file that matplotlib wrote.
    prefix : str
        Start of every id: the figure and the art-board.
    alt : str
        Text alternative, put on the root.

    Returns
    -------
    str
        One ``svg`` element without declaration, styles, size or fonts.

    Raises
    ------
    ValueError
        If an element, attribute, reference or colour is not allowed.
    """
    text = _DOCTYPE.sub("", raw, count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("an SVG drawing may not declare a document type or entities")
    (body,) = _copy(ET.fromstring(text), painted=True)
    _rename(body, prefix)
    root = ET.Element("svg", {"xmlns": SVG[1:-1], "viewBox": body.attrib["viewBox"]})
    root.attrib |= {"role": "img", "aria-label": alt, "stroke-linejoin": "round"}
    root.extend(body)
    _share(root)
    _inherit(root)
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _copy(node: ET.Element, *, painted: bool) -> list[ET.Element]:
    """Return the cleaned node, or its children in place of a group that says nothing."""
    tag = node.tag.removeprefix(SVG)
    if tag in DROPPED_ELEMENTS:
        return []
    if tag not in ELEMENTS:
        raise ValueError(f"an SVG drawing may not hold the element {tag!r}")
    copy = ET.Element(tag, _attributes(node))
    painted = painted and tag not in ("defs", "clipPath", "pattern")
    if painted and tag in ("path", "use", "text", "rect") and "fill" not in copy.attrib:
        raise ValueError(f"a colour outside the palette: default black on the element {tag!r}")
    for child in node:
        copy.extend(_copy(child, painted=painted))
    if tag == "text":
        copy.text = node.text
    elif tag in ("g", "defs") and not len(copy):
        return []
    if tag != "g":
        return [copy]
    if copy.attrib.pop("id", None) == "halo":
        for text in copy.iter("text"):
            text.attrib |= HALO
    return [copy] if copy.attrib else list(copy)


def _attributes(node: ET.Element) -> dict[str, str]:
    """Return the allowed attributes of a node, its style declarations among them."""
    pairs = {name.removeprefix(XLINK): value for name, value in node.attrib.items()}
    style = pairs.pop("style", "")
    for declaration in filter(str.strip, style.split(";")):
        name, _, value = declaration.partition(":")
        pairs[name.strip()] = value.strip()
    if node.tag == f"{SVG}svg":
        pairs = {name: value for name, value in pairs.items() if name not in ("width", "height")}
    return {
        name: value
        for name, old in pairs.items()
        if name not in DROPPED_ATTRIBUTES and (value := _value(name, old))
    }


def _value(name: str, value: str) -> str:
    """Return a checked and shortened attribute value, empty when it says nothing."""
    if name not in ATTRIBUTES or not _PLAIN.fullmatch(value):
        raise ValueError(f"an SVG drawing may not hold the attribute {name}={value[:60]!r}")
    if name == "href" and not value.startswith("#"):
        raise ValueError(f"an SVG drawing may only refer to itself, not to {value[:60]!r}")
    if name in ("fill", "stroke"):
        if _PAINT.fullmatch(value):
            return value
        if value.lower() not in VARIABLE:
            raise ValueError(f"a colour outside the palette: {value}")
        return VARIABLE[value.lower()]
    if name in ("id", "href", "clip-path"):
        return value
    if name == "transform":
        value = re.sub(r"rotate\(-?0 [^)]*\)", "", value)
    places = 1 if name in ("d", "x", "y") else 2
    value = _DECIMAL.sub(lambda match: f"{round(float(match[0]), places) + 0.0:g}", value)
    value = " ".join(value.removesuffix("px").split())
    if name == "d":
        return _path(value)
    return "" if (name, value) in NO_EFFECT else value


def _path(value: str) -> str:
    """Return a path without the spaces, numbers and commands that go without saying."""
    parts: list[str] = []
    last, here = "", ["", ""]
    for command, numbers in _COMMAND.findall(value):
        words = numbers.split()
        here, before = words[-2:], here
        if command == "L" and before[1:] == words[1:]:
            command, words = "H", words[:1]
        elif command == "L" and before[:1] == words[:1]:
            command, words = "V", words[1:]
        implied = command == last or (command == "L" and last == "M")
        parts.append((" " if implied else command) + " ".join(words))
        last = command if command not in "Zz" else ""
    return "".join(parts).replace(" -", "-")


def _share(root: ET.Element) -> None:
    """Put the paint that all uses of a mark have in common on the mark itself."""
    marks = {f"#{mark.attrib['id']}": mark for mark in root.iter("path") if "id" in mark.attrib}
    for target, mark in marks.items():
        uses = [use for use in root.iter("use") if use.attrib.get("href") == target]
        for name in ("fill", "stroke", "stroke-width"):
            paints = {use.attrib.get(name) for use in uses}
            paint = paints.pop() if len(paints) == 1 else None
            if paint and mark.attrib.get(name) in (None, paint):
                mark.attrib[name] = paint
                for use in uses:
                    del use.attrib[name]


def _inherit(root: ET.Element) -> None:
    """Put the most frequent paint and text size on the root, from which the marks inherit it."""
    hidden = {mark for kept in root.iter("defs") for mark in kept.iter()}
    for name in ("fill", "font-size"):
        marks = [mark for mark in root.iter() if name in mark.attrib and mark not in hidden]
        counts = Counter(mark.attrib[name] for mark in marks)
        if not counts:
            continue
        root.attrib[name] = counts.most_common(1)[0][0]
        for mark in marks:
            if mark.attrib[name] == root.attrib[name] and mark is not root:
                del mark.attrib[name]


def _rename(root: ET.Element, prefix: str) -> None:
    """Give new names to the ids in use, and delete the others."""
    used = {
        target
        for node in root.iter()
        for name, value in node.attrib.items()
        if name in ("href", "clip-path", "fill")
        for target in _REFERENCE.findall(value)
    }
    names: dict[str, str] = {}
    for node in root.iter():
        old = node.attrib.pop("id", "")
        if old in used:
            names[old] = f"{prefix}-{len(names) + 1}"
            node.attrib["id"] = names[old]
    for node in root.iter():
        for name in ("href", "clip-path", "fill"):
            if "#" in node.attrib.get(name, ""):
                node.attrib[name] = _REFERENCE.sub(
                    lambda match: f"#{names[match[1]]}", node.attrib[name]
                )
