"""The words that a PDF of this package shows, page by page, for comparing two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def pdf_words(data: bytes) -> str:
    """Return what the pages of a PDF show in words; a place where a text begins parts words.

    Parameters
    ----------
    data : bytes
        A PDF whose fonts have codes of two bytes and maps to Unicode, as those of this package.
    """
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        return "\f".join("".join(_shown(page)) for page in pdf.pages)


def _shown(page: pikepdf.Page) -> Iterator[str]:
    import pikepdf

    fonts = {str(name): _letters(font) for name, font in page.Resources.get("/Font", {}).items()}
    letters: dict[int, str] = {}
    for each in pikepdf.parse_content_stream(page):
        operands = each.operands
        match str(each.operator):
            case "BT":
                yield " "
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj" | "TJ":
                shown = operands[0]
                strings = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
                for one in strings:
                    if isinstance(one, pikepdf.String):
                        yield _read(bytes(one), letters)


def _read(codes: bytes, letters: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(letters.get(256 * high + low, "\ufffd") for high, low in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Letters of a font's codes, as its map to Unicode has them."""
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
