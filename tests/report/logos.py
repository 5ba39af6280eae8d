"""Logos as a council may have them, built piece by piece."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    b'<rect width="120" height="40" fill="#005a3c"/></svg>'
)
FROM_A_PROGRAM = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Made by Jane Doe -->
<svg version="1.1" id="Layer_1" x="0px" y="0px" width="45mm" height="15mm" viewBox="0 0 45 15"
 xml:space="preserve" xmlns="http://www.w3.org/2000/svg" xmlns:s="http://program.example/ns">
 <metadata>Jane Doe</metadata><title>logo final 3</title><s:view id="v"/>
 <g id="g1" stroke="none" fill-rule="evenodd"><path id="p" style="fill:#12436d;stroke:none"
 d="M0 0h45v15z"/><text font-family="Gill Sans" style="font-size:4px" x="1" y="9">Oak</text></g>
</svg>
"""


def drawn(inside: str = "", *, root: str = 'viewBox="0 0 20 10"') -> bytes:
    """An SVG file with that inside."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{inside}</svg>'.encode()


def png(width: int = 60, height: int = 20) -> bytes:
    """A picture in one colour."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (0, 90, 60, 255)).save(out, "PNG")
    return out.getvalue()


def piece(kind: bytes, content: bytes) -> bytes:
    """One piece of a PNG, as its standard (ISO/IEC 15948) has it."""
    told = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + told


def with_piece(data: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG with a further piece behind its head."""
    head = 8 + 12 + 13
    return data[:head] + piece(kind, content) + data[head:]
