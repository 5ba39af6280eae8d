"""Each figure as a file of its own, for slides: with its title, its source and what it is from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from qaf_analysis.kit.palette import MUTED, PAGE, TEXT, Ink
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.svg import SANS
from qaf_analysis.report.blocks import Figure, Link, Strong, Words, pieces
from qaf_analysis.report.document import Document
from qaf_analysis.report.writers import shipped_font
from qaf_analysis.report.writers.drawn_png import png_of_svg

SHARPNESS = 3
"""Pixels of a PNG for one of the page: some 2,000 for a chart of the page's width."""
_NARROWEST = 480  # pixels: a title above a small drawing needs room for its words
_MARGIN, _GAP = 24, 14
_LEADING = 1.4
_WIDEST = 1.35  # letters of the widest font that a reader may have, to those of the shipped one


@dataclass(frozen=True)
class _Line:
    """Words that fill lines of one size."""

    words: str
    size: float
    ink: Ink
    bold: bool = False

    def broken(self, width: float) -> list[str]:
        """Break the words to a width, measured in the widest letters a reader may have."""
        letters = int(width / self.size * 2)
        while True:
            lines = textwrap.wrap(self.words, letters)
            if letters < 20 or all(self._width(line) <= width for line in lines):
                return lines
            letters -= 1

    def _width(self, line: str) -> float:
        points_to_mm = 25.4 / 72
        weight: shipped_font.Weight = "Bold" if self.bold else "Regular"
        return _WIDEST * shipped_font.width(line, size=self.size, weight=weight) / points_to_mm


def figure_files(document: Document) -> Mapping[str, bytes]:
    """Draw every figure of a report as SVG and as PNG.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    mapping of str to bytes
        Names such as "figure-3.svg", as the links of its page name them, and what to write. Each
        bears title, measure, source, report, run, protective marking and, where the data are
        invented, that they are: a figure on a slide must still say what it is.

    Raises
    ------
    RunFailedError
        If a figure cannot be drawn.
    """
    files: dict[str, bytes] = {}
    for placed in (*document.placed()[0], *document.placed()[1]):
        if isinstance(placed.block, Figure):
            name = placed.number.lower().replace(" ", "-")
            svg = _for_slides(placed.block, document)
            files[f"{name}.svg"] = svg.encode("utf-8")
            files[f"{name}.png"] = png_of_svg(svg, sharpness=SHARPNESS)
    return files


def _for_slides(figure: Figure, document: Document) -> str:
    """Set the drawing, in its light colours and its size, between the words about it."""
    picture = figure.picture
    inside = max(picture.width, _NARROWEST)
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": SANS})
    SubElement(root, "title").text = picture.title
    SubElement(root, "desc").text = picture.alt
    ground = SubElement(root, "rect", {"fill": PAGE.light})
    foot = _set(root, _above(figure), top=_MARGIN, width=inside)
    drawing, height = _drawing(picture)
    drawing.set("transform", f"translate({_MARGIN} {foot + _GAP})")
    root.append(drawing)
    below = _below(figure, document)
    foot = _set(root, below, top=foot + _GAP + height + _GAP, width=inside)
    size = {"width": f"{inside + 2 * _MARGIN}", "height": f"{foot + _MARGIN}"}
    ground.attrib.update(size)
    root.attrib.update({**size, "viewBox": f"0 0 {size['width']} {size['height']}", "role": "img"})
    return tostring(root, encoding="unicode")


def _above(figure: Figure) -> Iterator[_Line]:
    yield _Line(figure.picture.title, 16, TEXT, bold=True)
    yield _Line(figure.measure, 12, MUTED)


def _below(figure: Figure, document: Document) -> Iterator[_Line]:
    page = document.first_page
    council = document.look.name or page.subtitle
    yield _Line(_plain(figure.source), 11, MUTED)
    yield _Line(f"{council} · {document.title}", 11, MUTED)
    yield _Line(f"{page.marking} · run {page.run_id}", 11, MUTED)
    yield _Line(page.invented, 11, MUTED, bold=True)


def _plain(words: Words) -> str:
    """Words without their links, which lead nowhere on a slide."""
    kept = [piece for piece in pieces(words) if not isinstance(piece, Link)]
    told = "".join(piece.text if isinstance(piece, Strong) else piece for piece in kept)
    return " ".join(told.split())


def _set(root: Element, lines: Iterator[_Line], *, top: int, width: int) -> int:
    """Write lines below one another, and return where the last one ends."""
    foot = float(top)
    for line in lines:
        style = f"font-size: {line.size:g}px; font-weight: {700 if line.bold else 400}"
        for words in line.broken(width):
            place = {"x": str(_MARGIN), "y": f"{foot + line.size:g}"}
            look = {"fill": line.ink.light, "style": style}
            SubElement(root, "text", {**place, **look}).text = words
            foot += _LEADING * line.size
    return round(foot)


def _drawing(picture: Picture) -> tuple[Element, int]:
    """What a picture draws as one group, and its height."""
    drawn = fromstring(picture.fixed_svg)
    for node in drawn.iter():
        node.tag = node.tag.rsplit("}", 1)[-1]
    group = Element("g", {"style": "stroke-linejoin: round"})
    group.extend(drawn)
    return group, int(drawn.attrib["height"])
