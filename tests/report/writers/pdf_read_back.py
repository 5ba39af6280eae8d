"""What a PDF says of itself, read without the writer: structure, bookmarks, fonts, words."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO

import pikepdf

HAS_POPPLER = shutil.which("pdftotext") is not None


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def below(element) -> list:
    children = element.get("/K")
    if children is None:
        return []
    each = list(children) if isinstance(children, pikepdf.Array) else [children]
    return [one for one in each if isinstance(one, pikepdf.Dictionary) and "/S" in one]


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object, str]]:
    """Each element of structure: its kind, itself, and the kind of its parent; reading order."""

    def walk(element, parent):
        kind = str(element.get("/S", "/root"))[1:]
        yield kind, element, parent
        for child in below(element):
            yield from walk(child, kind)

    yield from walk(pdf.Root.StructTreeRoot, "")


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [kind for kind, _, _ in elements(pdf)]


def scope(cell) -> str:
    """Scope of a heading of a table: Column or Row."""
    own = cell.get("/A")
    for each in list(own) if isinstance(own, pikepdf.Array) else [own]:
        if isinstance(each, pikepdf.Dictionary) and "/Scope" in each:
            return str(each.Scope)[1:]
    return ""


def bookmarks(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Level, from 1, and words of each bookmark."""

    def walk(items, level):
        for item in items:
            yield level, item.title
            yield from walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        return list(walk(outline.root, 1))


def fonts(pdf: pikepdf.Pdf) -> dict[str, bool]:
    """Name of each font, and whether it is embedded and has a map to Unicode."""
    found = {}
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == pikepdf.Name.Font:
            if "/DescendantFonts" in each:
                described = each.DescendantFonts[0].FontDescriptor
            elif "/FontDescriptor" in each:
                continue  # the descendant of one that is looked at
            else:
                described = {}
            files = {"/FontFile", "/FontFile2", "/FontFile3"}
            name = str(each.BaseFont)
            found[name] = "/ToUnicode" in each and any(file in described for file in files)
    return found


def words_of_pages(data: bytes, *, order: str = "-layout") -> list[str]:
    """Text of each page as poppler reads it: as it lies, or in the order of the file."""
    done = subprocess.run(
        ["pdftotext", order, "-enc", "UTF-8", "-", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8").split("\f")[:-1]


def boxes_of_words(data: bytes) -> list[list[tuple[float, float, float, float, str]]]:
    """Left, top, right and foot in points of each word of each page."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-enc", "UTF-8", "-", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    found = []
    for page in done.stdout.decode("utf-8").split("<page ")[1:]:
        words = re.findall(
            r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', page
        )
        found.append([(*map(float, sides), word) for *sides, word in words])
    return found


def beyond_margins(data: bytes) -> list[str]:
    """Words that stand outside 20 mm at the sides, or above the head or below the foot."""
    return [
        word
        for page in boxes_of_words(data)
        for left, top, right, foot, word in page
        if left < 56 or right > 539.5 or top < 36 or foot > 822
    ]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
