"""What a drawing must be to stand in a page: small, without ids, links or anything that acts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from qaf_analysis.kit.palette import INKS
from qaf_analysis.terms.errors import DocumentError

SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
HALO = "halo-"  # how an id of words begins that are to have a rim; the colour follows
_NAMESPACE = "http://www.w3.org/2000/svg"
_SHAPES = {"path", "rect", "circle", "line", "polyline", "polygon"}
_ELEMENTS = _SHAPES | {"svg", "g", "text", "tspan"}
_GEOMETRY = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "points", "transform"}
_LOOK = {"xmlns", "width", "height", "viewBox", "style", "fill", "font-family"}
_ATTRIBUTES = _GEOMETRY | _LOOK | {"aria-hidden", "focusable"}
_ROUNDED = {"d", "x", "y", "transform", "style"}
_STYLE = re.compile(r"[a-z-]+: ?(?:var\(--[a-z-]+, #[0-9a-f]{6}\)|[#\w.,%\- ]+)")
_DEFAULTS = {"stroke-dashoffset: 0", "stroke-linejoin: miter", "stroke-linecap: butt"}
_INK_OF = {ink.light: f"var(--{ink.name}, {ink.light})" for ink in INKS}


def tidy(drawing: str, *, width: int, height: int) -> str:
    """Turn a drawing as matplotlib writes it into one that can stand in a page.

    Ids, links, clipping, metadata and page-wide styles go (so that any number of drawings can
    stand in one page), coordinates keep two decimals, the font becomes the reader's own, and
    each colour of the palette becomes a CSS variable that falls back on the light colour.

    Parameters
    ----------
    drawing : str
        The SVG document matplotlib wrote.
    width, height : int
        Natural size in CSS pixels.

    Returns
    -------
    str
        One ``svg`` element, the same bytes for the same drawing.
    """
    root = fromstring(drawing, forbid_dtd=False)
    _strip_namespaces(root)
    shapes = {node.get("id"): node for node in root.iter() if node.get("id")}
    _unfold_references(root, shapes)
    _drop(root, {"metadata", "defs"})
    _drop_empty_groups(root)
    for node in root.iter():
        _give_halo(node)
        _tidy_attributes(node)
        node.tail = None
        if node.tag != "text":
            node.text = None
    _name_root(root, width=width, height=height)
    return tostring(root, encoding="unicode")


def check(drawing: str) -> None:
    """Refuse a drawing that could act, or fetch, or clash with the page around it.

    Raises
    ------
    DocumentError
        If it is not one well-formed SVG element, or holds anything but shapes and words.
    """
    if "<!" in drawing or "<?" in drawing:
        # A browser ends comments elsewhere than an XML reader: what is hidden here may run there.
        raise DocumentError("A picture may not hold comments, document types or instructions.")
    try:
        root = fromstring(drawing, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise DocumentError(f"The picture is not a well-formed SVG drawing: {error}.") from None
    if root.tag != f"{{{_NAMESPACE}}}svg":
        raise DocumentError("The picture is not an SVG drawing.")
    for node in root.iter():
        _check_node(str(node.tag), node.attrib)


def with_fixed_colours(drawing: str) -> str:
    """Return the drawing in its light colours, for readers that know no CSS variables."""
    return re.sub(r"var\(--[a-z-]+, (#[0-9a-f]{6})\)", r"\1", drawing)


def _check_node(tag: str, attributes: Mapping[str, str]) -> None:
    name = tag.removeprefix(f"{{{_NAMESPACE}}}")
    if name not in _ELEMENTS:
        raise DocumentError(f'A picture may not hold the SVG element "{name}".')
    for attribute, text in attributes.items():
        if attribute not in _ATTRIBUTES:
            raise DocumentError(f'A picture may not hold the SVG attribute "{attribute}".')
        if attribute == "style" and not all(map(_STYLE.fullmatch, text.split("; "))):
            raise DocumentError("A picture may hold only plain styles: colours, widths, fonts.")


def _strip_namespaces(root: Element) -> None:
    for node in root.iter():
        node.tag = node.tag.rsplit("}", 1)[-1]
        for name in [name for name in node.attrib if name.startswith("{")]:
            node.set(name.rsplit("}", 1)[-1], node.attrib.pop(name))


def _unfold_references(root: Element, shapes: Mapping[str | None, Element]) -> None:
    """Draw each marker where it is used, so that nothing need be named."""
    for node in list(root.iter("use")):
        shape = shapes[node.attrib.pop("href").removeprefix("#")]
        place = f"translate({node.attrib.pop('x')} {node.attrib.pop('y')})"
        node.tag = shape.tag
        node.attrib.update({"d": shape.attrib["d"], "transform": place})


def _drop(root: Element, names: set[str]) -> None:
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in names]:
            parent.remove(child)


def _drop_empty_groups(node: Element) -> None:
    for child in list(node):
        _drop_empty_groups(child)
        if (child.tag == "g" and len(child) == 0) or child.get("style") == "fill: none":
            node.remove(child)


def _give_halo(node: Element) -> None:
    colour = node.get("id", "").removeprefix(HALO)
    if node.get("id", "").startswith(HALO):
        for words in node.iter("text"):
            rim = f"stroke: #{colour}; stroke-width: 2.6; paint-order: stroke"
            words.set("style", f"{words.get('style', '')}; {rim}")


def _tidy_attributes(node: Element) -> None:
    for name in ("id", "clip-path"):
        node.attrib.pop(name, None)
    if node.get("transform", "").startswith("rotate(-0 "):
        del node.attrib["transform"]
    if "style" in node.attrib:
        node.set("style", "; ".join(_styles(node.attrib["style"])))
    for name in _ROUNDED & node.attrib.keys():
        node.set(name, re.sub(r"-?\d+\.\d+", _two_decimals, " ".join(node.attrib[name].split())))


def _styles(style: str) -> Iterator[str]:
    for declaration in style.split("; "):
        name, _, text = declaration.partition(": ")
        if name != "font-family" and declaration not in _DEFAULTS:
            yield f"{name}: {_INK_OF.get(text, text)}"


def _two_decimals(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 2) + 0.0:g}"  # adding zero turns -0 into 0


def _name_root(root: Element, *, width: int, height: int) -> None:
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": _NAMESPACE,
            "width": str(width),
            "height": str(height),
            "viewBox": f"0 0 {width} {height}",
            "font-family": SANS,
            "style": "display: block; max-width: 100%; height: auto; stroke-linejoin: round",
            "aria-hidden": "true",
            "focusable": "false",
        }
    )
