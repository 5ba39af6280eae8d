"""What a picture shows, mark by mark in whole pixels, so that a test can name each of them."""

from __future__ import annotations

import re

from lxml import etree

from qaf_analysis.kit.parts import Picture

_MOST_STROKES = 5  # of one path that are told one by one: a hatch has more
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def drawn(picture: Picture) -> list[str]:
    """Words with their place, anchor and colour; boxes, dots and lines with theirs."""
    return [_said(node) for node in _nodes(picture) if node.tag.endswith("text") or node.get("d")]


def words_drawn(picture: Picture) -> list[str]:
    """Words alone, in the order in which they are drawn."""
    return [node.text for node in _nodes(picture) if node.tag.endswith("text")]


def marks_drawn(picture: Picture) -> list[str]:
    """Everything but the words."""
    return [said for said in drawn(picture) if not said.startswith('"')]


def _nodes(picture: Picture) -> list[etree._Element]:
    return [node for node in etree.fromstring(picture.svg).iter() if isinstance(node.tag, str)]


def _said(node: etree._Element) -> str:
    style = dict(part.split(": ", 1) for part in node.get("style", "").split("; "))
    if node.tag.endswith("text"):
        at = f"{float(node.get('x')):.0f},{float(node.get('y')):.0f}"
        bold = " bold" if style.get("font-weight") == "700" else ""
        size = style["font-size"].removesuffix("px")
        return f'"{node.text}" {at} {style["text-anchor"]} {size}{bold} {_colour(style["fill"])}'
    numbers = [float(text) for text in _NUMBER.findall(node.get("d"))]
    if node.get("transform"):
        across, down = (float(text) for text in _NUMBER.findall(node.get("transform"))[:2])
        wide = max(numbers[::2]) - min(numbers[::2])
        return f"{_shape(numbers)} {across:.0f},{down:.0f} {wide:.0f} wide {_look(style)}"
    if node.get("d").count("M") > _MOST_STROKES:
        ends = [f"{end(numbers[side::2]):.0f}" for end in (min, max) for side in (0, 1)]
        return (
            f"{node.get('d').count('M')} strokes {','.join(ends[:2])} to {','.join(ends[2:])} "
            f"{_look(style)}"
        )
    points = [f"{x:.0f},{y:.0f}" for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    if node.get("d").endswith("z") and "C" not in node.get("d") and not _is_box(points):
        return f"shape {' '.join(points)} {_look(style)}"
    if node.get("d").endswith("z"):
        left, right, top, bottom = (
            f"{end(numbers[side::2]):.0f}" for side in (0, 1) for end in (min, max)
        )
        return f"box {left},{top} to {right},{bottom} {_look(style)}"
    return f"line {' '.join(points)} {_look(style)}"


def _is_box(points: list[str]) -> bool:
    """Whether four points are the corners of a box, one after the other."""
    corners = [tuple(point.split(",")) for point in points]
    corners = corners[:4] if corners[0] == corners[-1] and len(corners) == 5 else corners
    steps = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    return len(corners) == 4 and all(a[0] == b[0] or a[1] == b[1] for a, b in steps)


def size_drawn(picture: Picture) -> tuple[int, int]:
    """Pixels across and down."""
    root = etree.fromstring(picture.svg)
    return int(root.get("width")), int(root.get("height"))


def _shape(numbers: list[float]) -> str:
    """A dot, or a triangle by the way its one corner points."""
    corners = sorted(numbers[1::2])
    if len(corners) != 3:
        return "dot"
    return "triangle up" if corners[1] == corners[2] else "triangle down"


def _look(style: dict[str, str]) -> str:
    said = []
    if style.get("fill", "") != "none":
        said.append(_colour(style.get("fill", "black")))
    if "opacity" in style or "fill-opacity" in style:
        said.append(f"at {style.get('opacity', style.get('fill-opacity'))}")
    if "stroke" in style:
        said.append(f"edge {_colour(style['stroke'])} {style.get('stroke-width', '1')}")
    if "stroke-dasharray" in style:
        said.append("dashed")
    return " ".join(said)


def _colour(text: str) -> str:
    found = re.fullmatch(r"var\(--([a-z-]+), #[0-9a-f]{6}\)", text)
    return found[1] if found else text
