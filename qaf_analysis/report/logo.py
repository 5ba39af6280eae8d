"""A council's logo: an SVG drawing of shapes and words, or a small PNG picture that is whole.

What nobody sees of it (who made it, with which program, when and where) is left out.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from qaf_analysis.kit import svg
from qaf_analysis.terms.errors import DocumentError, SettingsError

LogoKind = Literal["svg", "png"]
LARGEST_LOGO = 200_000
"""Bytes: every copy of a report carries them."""

WIDEST, TALLEST = 45.0, 14.0  # millimetres that a logo may take in print
MOST_PIXELS = 2_000  # along each side of a PNG
_NARROWEST = 1 / 8  # of its longer side that its shorter one has at least
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What a picture is drawn from. All else goes: it may tell who made it, when and where.
_DRAWN_FROM = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND")
# Bits of a channel that each kind of colour may have, and how many channels a pixel has.
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column, first row, and steps across and down of each pass of an interlaced picture.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
           (0, 1, 1, 2))  # fmt: skip
_LENGTH = re.compile(r"\s*(-?\d+(?:\.\d+)?)(?:px)?\s*")
_LARGEST = 1e6  # of a drawing's own units
_OURS = "{http://www.w3.org/2000/svg}"
_UNSEEN = {"metadata", "title", "desc"}
_OF_LETTERS = {"font-family"}  # reports have letters of their own
_LOOKS = (
    *("fill", "fill-rule", "fill-opacity", "clip-rule", "opacity", "stroke", "stroke-width"),
    *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity"),
    *("font-size", "font-weight", "text-anchor", "letter-spacing"),
)
_AS_PNG = (
    "Save the logo as PNG (in most drawing programs “Export”, 600 pixels wide), and name that file "
    "under [report]."
)
# LookupError, ValueError: of encodings. RecursionError: groups within groups without end.
_REFUSED = (
    *(ParseError, DefusedXmlException, DocumentError, LookupError, ValueError, RecursionError),
)
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A logo that may stand in a report.

    Parameters
    ----------
    kind : {"svg", "png"}
        What its bytes are.
    data : bytes
        The picture, without anything that it is not drawn from.
    alt : str
        Words for those who cannot see it.
    width, height : float
        Its sides, in its own units: only their ratio matters.
    """

    kind: LogoKind
    data: bytes
    alt: str
    width: float
    height: float

    @property
    def printed(self) -> tuple[float, float]:
        """Width and height in print, in millimetres: as large as there is room for.

        Examples
        --------
        >>> Logo(kind="svg", data=b"", alt="Example", width=100, height=50).printed
        (28.0, 14.0)
        """
        scale = min(WIDEST / self.width, TALLEST / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)

    @property
    def address(self) -> str:
        """The picture as an address of a web page that holds it whole."""
        return f"data:{_TYPES[self.kind]};base64,{base64.b64encode(self.data).decode('ascii')}"

    @property
    def drawing(self) -> str:
        """The picture as SVG: itself, or a drawing of one picture."""
        if self.kind == "svg":
            return svg.with_fixed_colours(self.data.decode("utf-8"))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}">'
            f'<image width="{self.width:g}" height="{self.height:g}" href="{self.address}"/></svg>'
        )


def logo_from(data: bytes, *, name: str, alt: str) -> Logo:
    """Return the logo in a file, once nothing in it can act, fetch, or tell who made it.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, whose ending says what it is.
    alt : str
        Words for those who cannot see it.

    Raises
    ------
    SettingsError
        If it cannot stand in a report; the message says what to do.
    """
    if len(data) > LARGEST_LOGO:
        raise SettingsError(
            f'The logo "{name}" has {len(data):,} bytes; at most {LARGEST_LOGO:,} are possible. '
            "Save it smaller, such as with fewer pixels."
        )
    made = _png(data, name, alt) if name.lower().endswith(".png") else _svg(data, name, alt)
    shorter, longer = sorted((made.width, made.height))
    if shorter < longer * _NARROWEST:
        raise SettingsError(
            f'The logo "{name}" is more than {round(1 / _NARROWEST)} times as long as wide, so '
            "that nobody could read it in the head of a page. Use a more compact form of it."
        )
    return made


# ---- SVG ---------------------------------------------------------------------------------


def _svg(data: bytes, name: str, alt: str) -> Logo:
    try:
        root = fromstring(data.removeprefix(b"\xef\xbb\xbf"), forbid_dtd=True)
        box = _box(root)
        _plainer(root)
        _open_anew(root, box)
        drawing = tostring(root, encoding="unicode")
        svg.check(drawing)
    except _REFUSED as error:
        why = f" {error}" if isinstance(error, DocumentError) else ""
        raise SettingsError(
            f'The logo "{name}" is no SVG drawing of plain shapes and words, which alone are sure '
            f"to do no harm in a report.{why} {_AS_PNG}"
        ) from None
    if box is None:
        raise SettingsError(f'The logo "{name}" does not tell its size (viewBox). {_AS_PNG}')
    return Logo(kind="svg", data=drawing.encode("utf-8"), alt=alt, width=box[2], height=box[3])


def _box(root: Element) -> tuple[float, float, float, float] | None:
    """Corner and sides of a drawing, in its own units; None where it does not tell."""
    said = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(said) != 4:
        said = ["0", "0", root.get("width", ""), root.get("height", "")]
    found = [match for match in map(_LENGTH.fullmatch, said) if match]
    if len(found) != 4:
        return None
    left, top, width, height = (float(match[1]) for match in found)
    is_possible = max(map(abs, (left, top))) < _LARGEST and min(width, height) > 0
    return (left, top, width, height) if is_possible and max(width, height) < _LARGEST else None


def _plainer(root: Element) -> None:
    """Take out what drawing programs leave and nobody sees; nothing that acts is passed over.

    How a shape looks is moved into its style, where it is checked.
    """
    for parent in list(root.iter()):
        for child in list(parent):
            if not child.tag.startswith(_OURS) or child.tag.removeprefix(_OURS) in _UNSEEN:
                parent.remove(child)
    for node in root.iter():
        styles = [
            f"{key}: {text.strip()}" for key, text in node.attrib.items() if key in _LOOKS
        ] + [
            f"{key.strip()}: {text.strip()}"
            for key, _, text in (one.partition(":") for one in node.get("style", "").split(";"))
            if text and key.strip() not in _OF_LETTERS
        ]
        for key in [key for key in node.attrib if _goes(key)]:
            del node.attrib[key]
        if styles:
            node.set("style", "; ".join(styles))


def _goes(key: str) -> bool:
    """Whether an attribute is moved or left out; one that is neither is checked as it stands."""
    is_foreign = key.startswith("{") and not key.endswith("}href")
    return is_foreign or key in {*_LOOKS, *_OF_LETTERS, "style", "id", "version", "data-name"}


def _open_anew(root: Element, box: tuple[float, float, float, float] | None) -> None:
    """Give the drawing one name space, its size and our letters."""
    for node in root.iter():
        node.tag = node.tag.removeprefix(_OURS)
    for key in ("width", "height", "x", "y", "viewBox"):
        root.attrib.pop(key, None)
    root.set("xmlns", _OURS[1:-1])
    root.set("viewBox", " ".join(f"{side:g}" for side in box or (0, 0, 1, 1)))
    root.set("font-family", svg.SANS)  # its writers put the font there that each of them has


# ---- PNG ---------------------------------------------------------------------------------


def _png(data: bytes, name: str, alt: str) -> Logo:
    """The picture with those of its pieces that it is drawn from, each found whole."""
    damaged = SettingsError(f'The logo "{name}" is no PNG picture, or a damaged one. {_AS_PNG}')
    if not data.startswith(_SIGNATURE):
        raise damaged
    pieces = list(_pieces(data))
    kinds = [kind for kind, _ in pieces]
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        raise damaged
    kept = [piece for piece in pieces if piece[0] in _DRAWN_FROM]
    if kinds.count(b"IHDR") != 1 or len(kept[0][1]) != 13:
        raise damaged
    width, height, *way = struct.unpack(">IIBBBBB", kept[0][1])
    if way[0] not in _DEPTHS.get(way[1], ()) or (way[1] == 3 and b"PLTE" not in kinds):
        raise damaged
    if not (1 <= width <= MOST_PIXELS and 1 <= height <= MOST_PIXELS):
        raise SettingsError(
            f'The logo "{name}" is {width:,} by {height:,} pixels; at most {MOST_PIXELS:,} by '
            f"{MOST_PIXELS:,} are possible. Save it smaller."
        )
    packed = b"".join(content for kind, content in kept if kind == b"IDAT")
    if way[2:4] != [0, 0] or way[4] > 1 or not _holds_rows(packed, width, height, way):
        raise damaged
    whole = _SIGNATURE + b"".join(_written(kind, content) for kind, content in kept)
    return Logo(kind="png", data=whole, alt=alt, width=width, height=height)


def _holds_rows(packed: bytes, width: int, height: int, way: list[int]) -> bool:
    """Whether the packed rows are as many bytes as the head of the picture says."""
    depth, colours, *_, is_interlaced = way
    bits = depth * _CHANNELS[colours]
    expected = 0
    for left, top, across, down in _PASSES if is_interlaced else ((0, 0, 1, 1),):
        columns, rows = -((left - width) // across), -((top - height) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + -(-columns * bits // 8))  # each row begins with its filter
    try:
        unpacked = zlib.decompressobj().decompress(packed, expected + 1)
    except zlib.error:
        return False
    return len(unpacked) == expected


def _pieces(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each piece, up to the first that is cut short or spoilt."""
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, end = data[place + 4 : place + 8], place + 8 + length
        content = data[place + 8 : end]
        (told,) = struct.unpack_from(">I", data, end) if end + 4 <= len(data) else (None,)
        if told != zlib.crc32(kind + content):
            return
        yield kind, content
        if kind == b"IEND":
            return  # nothing behind the end is part of the picture
        place = end + 4


def _written(kind: bytes, content: bytes) -> bytes:
    told = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", told)
