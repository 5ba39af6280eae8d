"""What stands on the pages of a printed report: its ink, and its lines by element of structure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pikepdf
import typst
from matplotlib.image import imread

from qaf_analysis.report.document import Document
from qaf_analysis.report.writers import shipped_font
from qaf_analysis.report.writers.pdf import FOOT, HEAD, PAGE_HEIGHT
from qaf_analysis.report.writers.typst_source import typst_source
from tests.report.writers.pdf_read_back import below, opened

PPI = 36
POINT = PPI / 72
PALEST = 0.9
"""Lightness from which on a dot is paper."""


def compiler(source: str) -> typst.Compiler:
    """A compiler with the shipped font and no other."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(shipped_font.folder())],
    )
    return typst.Compiler(source.encode(), font_paths=fonts)


def blank_of_ink(document: Document) -> tuple[float, ...]:
    """For each page, the share of its height between the margins without ink at its foot."""
    made = compiler(typst_source(document)).compile(format="png", ppi=PPI)
    pages = made if isinstance(made, list) else [made]
    return tuple(_blank(imread(BytesIO(page))) for page in pages)


def _blank(page: np.ndarray) -> float:
    grey = page[..., :3].mean(axis=2)
    assert abs(len(grey) - PAGE_HEIGHT * POINT) < 1.5  # A4
    top, foot = round(HEAD * POINT), round((PAGE_HEIGHT - FOOT) * POINT)
    inked = np.flatnonzero((grey[top:foot] < PALEST).any(axis=1))
    lowest = int(inked[-1]) + 1 if len(inked) else 0
    return 1 - lowest / (foot - top)


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The lines of text of one element of structure on one page.

    Parameters
    ----------
    kind : str
        What it is and what it stands in, such as "Document/P" and "Table/THead/TR/TH/Strong".
    element : int
        Which element it is, in reading order.
    page : int
    heights : tuple of float
        Distance of each line from the foot of the page, from the lowest up.
    """

    kind: str
    element: int
    page: int
    heights: tuple[float, ...]


def lines_of(data: bytes) -> tuple[Lines, ...]:
    """Lines of every element of structure; what runs along head and foot is no element."""
    with opened(data) as pdf:
        pages = {page.objgen: number for number, page in enumerate(_pages(pdf))}
        heights = [_heights(page) for page in pdf.pages]
        found = []
        for place, (kind, marks) in enumerate(_elements(pdf, pages)):
            each: dict[int, set[float]] = defaultdict(set)
            for page, mark in marks:
                each[page] |= heights[page].get(mark, set())
            found += [
                Lines(kind=kind, element=place, page=page, heights=tuple(sorted(lines)))
                for page, lines in sorted(each.items())
                if lines
            ]
    return tuple(found)


def _pages(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [page.obj for page in pdf.pages]


def _elements(pdf: pikepdf.Pdf, pages: dict) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Each element that holds marked content, and where: page and mark."""
    waiting = [(each, "") for each in reversed(below(pdf.Root.StructTreeRoot))]
    while waiting:
        element, inside = waiting.pop()
        kind = f"{inside}/{str(element.S)[1:]}"
        marks = list(_marks(element, pages))
        if marks:
            yield kind[1:], marks
        waiting += [(each, kind) for each in reversed(below(element))]


def _marks(element: pikepdf.Object, pages: dict) -> Iterator[tuple[int, int]]:
    inside = element.get("/K")
    each = list(inside) if isinstance(inside, pikepdf.Array) else [inside]
    for one in each:
        if isinstance(one, int):
            yield pages[element.Pg.objgen], one
        elif isinstance(one, pikepdf.Dictionary) and "/MCID" in one:
            page = one.get("/Pg", element.get("/Pg"))
            yield pages[page.objgen], int(one.MCID)


def _heights(page: pikepdf.Page) -> dict[int, set[float]]:
    """Height of each line of text in each mark of a page."""
    found: dict[int, set[float]] = defaultdict(set)
    matrix, saved, text, marks = np.eye(3), [], np.eye(3), []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                saved.append(matrix)
            case "Q":
                matrix = saved.pop()
            case "cm":
                matrix = _matrix(operands) @ matrix
            case "BT":
                text = np.eye(3)
            case "Tm":
                text = _matrix(operands)
            case "Td":
                text = _matrix([1, 0, 0, 1, *operands]) @ text
            case "BDC":
                known = operands[1]
                is_mark = isinstance(known, pikepdf.Dictionary) and "/MCID" in known
                marks.append(int(known.MCID) if is_mark else -1)
            case "BMC":
                marks.append(-1)
            case "EMC":
                marks.pop()
            case "Tj" | "TJ" if marks and marks[-1] >= 0:
                found[marks[-1]].add(round(float((text @ matrix)[2, 1]), 1))
    return found


def _matrix(operands) -> np.ndarray:
    a, b, c, d, e, f = map(float, operands)
    return np.array([[a, b, 0.0], [c, d, 0.0], [e, f, 1.0]])


def last_on_pages(lines: tuple[Lines, ...]) -> list[str]:
    """Kind of the lowest element of each page."""
    lowest: dict[int, Lines] = {}
    for each in lines:
        if each.page not in lowest or each.heights[0] < lowest[each.page].heights[0]:
            lowest[each.page] = each
    return [lowest[page].kind for page in sorted(lowest)]


def parted(lines: tuple[Lines, ...]) -> list[Lines]:
    """Elements of which a single line stands on a page, and the rest on another."""
    pages: dict[int, list[Lines]] = defaultdict(list)
    for each in lines:
        pages[each.element].append(each)
    return [
        one for each in pages.values() if len(each) > 1 for one in each if len(one.heights) == 1
    ]
