"""Words of a PDF by its structure, read from its content streams and its fonts' maps to Unicode."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from io import BytesIO

import pikepdf

from tests.report.writers.pdf_read_back import elements

Words = dict[tuple[tuple[int, int], int], str]
_BROKEN = re.compile(r"[-\u2010\u00ad]\s+")
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def tables(pdf: pikepdf.Pdf) -> list[tuple[str, list[list[str]]]]:
    """Caption of each table, and the words of the cells of its rows, the heading row first."""
    words = marked_words(pdf)
    found: list[tuple[str, list[list[str]]]] = []
    for kind, element, parent in elements(pdf):
        if kind == "Caption" and parent == "Table":
            found[-1] = (words_below(element, words), found[-1][1])
        elif kind == "Table":
            found.append(("", []))
        elif kind == "TR":
            found[-1][1].append([])
        elif kind in ("TH", "TD"):
            found[-1][1][-1].append(words_below(element, words))
    return found


def all_words(pdf: pikepdf.Pdf) -> str:
    """Words of the whole document in reading order, without those of its drawings and cells.

    Head and foot of the pages are no part of the structure, so neither are they here.
    """
    return words_below(pdf.Root.StructTreeRoot, marked_words(pdf), but=("/Figure", "/TR"))


def words_below(element: pikepdf.Object, words: Words, *, but: Collection[str] = ()) -> str:
    """Words of an element and of what stands below it; parts of a line are parted by a space."""
    return " ".join(" ".join(_pieces(element, words, element.get("/Pg"), but)).split())


def _pieces(
    element: pikepdf.Object, words: Words, page: pikepdf.Object | None, but: Collection[str]
) -> Iterator[str]:
    below = element.get("/K")
    if below is None:
        return
    for each in list(below) if isinstance(below, pikepdf.Array) else [below]:
        if not isinstance(each, pikepdf.Dictionary):
            assert page is not None
            yield words.get((page.objgen, int(each)), "")
        elif "/MCID" in each:
            own = each.get("/Pg", page)
            yield words.get((own.objgen, int(each.MCID)), "")
        elif str(each.get("/S", "")) not in ("", *but):
            yield from _pieces(each, words, each.get("/Pg", page), but)


def every_word(data: bytes) -> str:
    """Whatever a PDF says anywhere: its pages with head and foot, and every text of its objects.

    A word broken at the end of a line is whole. What a drawing says is left out; its alternative
    text is not.
    """
    with pikepdf.open(BytesIO(data)) as pdf:
        pages = _BROKEN.sub("", "".join(text for _, _, text in _shown(pdf)))
        held = [text for one in pdf.objects for text in _texts(one)]
        read = [one.read_bytes() for one in pdf.objects if _is_file_or_metadata(one)]
    return "\n".join([pages, *held, *(each.decode("utf-8", "replace") for each in read)])


def _texts(one: pikepdf.Object) -> Iterator[str]:
    """Texts in an object itself, not in those that it only points to."""
    if isinstance(one, pikepdf.String):
        yield str(one)
    elif isinstance(one, pikepdf.Array):
        yield from (text for each in one if not _is_elsewhere(each) for text in _texts(each))
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        each = one.keys() if isinstance(one, pikepdf.Dictionary) else one.stream_dict.keys()
        parts = [one[key] for key in each]
        yield from (text for part in parts if not _is_elsewhere(part) for text in _texts(part))


def _is_elsewhere(one: object) -> bool:
    return not isinstance(one, pikepdf.Object) or one.is_indirect


def _is_file_or_metadata(one: pikepdf.Object) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Type") in ("/Metadata", "/EmbeddedFile")


def marked_words(pdf: pikepdf.Pdf) -> Words:
    """Words of each marked piece of content, by its page and its number there."""
    found: defaultdict[tuple[tuple[int, int], int], str] = defaultdict(str)
    for page, number, text in _shown(pdf):
        if number >= 0:
            found[(page.obj.objgen, number)] += text
    return dict(found)


def _shown(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Page, int, str]]:
    """Each text that a page shows, with the number of the mark it stands in, -1 without one."""
    for page in pdf.pages:
        fonts = {
            str(name): _letters(font) for name, font in page.Resources.get("/Font", {}).items()
        }
        marks: list[int] = []
        letters: dict[int, str] = {}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    about = operands[1] if len(operands) > 1 else None
                    has_number = isinstance(about, pikepdf.Dictionary) and "/MCID" in about
                    marks.append(int(about.MCID) if has_number else -1)
                case "EMC":
                    marks.pop()
                case "BT":
                    yield page, _number(marks), " "
                case "Tf":
                    letters = fonts[str(operands[0])]
                case "Tj" | "TJ":
                    shown = operands[0]
                    strings = shown if isinstance(shown, pikepdf.Array) else [shown]
                    for one in strings:
                        if isinstance(one, pikepdf.String):
                            yield page, _number(marks), _read(bytes(one), letters)


def _number(marks: list[int]) -> int:
    return next((mark for mark in reversed(marks) if mark >= 0), -1)


def _read(codes: bytes, letters: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(letters[256 * high + low] for high, low in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Letters of a font's codes of two bytes, as its map to Unicode has them."""
    told = font.ToUnicode.read_bytes()
    found: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        for code, text in _CHAR.findall(part):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, text in _RANGE.findall(part):
            start = ord(bytes.fromhex(text.decode()).decode("utf-16-be"))
            for place, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = chr(start + place)
    return found
