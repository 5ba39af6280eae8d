"""Which logos may stand in a report, and what the others are told."""

from __future__ import annotations

import io
import re
import struct
import zlib

import pytest
from PIL import Image

from qaf_analysis.report.logo import LARGEST_LOGO, logo_from
from qaf_analysis.terms.errors import SettingsError
from tests.report.logos import FROM_A_PROGRAM, SVG, drawn, piece, png, with_piece

HEAD = b"\x89PNG\r\n\x1a\n"


def taken(data: bytes, name: str = "logo.svg"):
    return logo_from(data, name=name, alt="An oak")


def shape_of(logo) -> tuple[str, float, float]:
    return logo.kind, logo.width, logo.height


def test_a_plain_drawing_is_taken_with_its_sides():
    assert shape_of(taken(SVG)) == ("svg", 120, 40)
    assert shape_of(taken(drawn(root='width="30px" height="10"'))) == ("svg", 30, 10)
    assert shape_of(taken(b"\xef\xbb\xbf" + SVG)) == ("svg", 120, 40)


def test_of_a_drawing_from_a_program_only_what_is_seen_is_left():
    logo = taken(FROM_A_PROGRAM)
    text = logo.data.decode()
    assert shape_of(logo) == ("svg", 45, 15)
    for unseen in ("Jane", "final", "Layer_1", "program.example", "Gill Sans", "<!", "<?", "id="):
        assert unseen not in text
    assert 'd="M0 0h45v15z"' in text
    assert "fill: #12436d" in text
    assert "fill-rule: evenodd" in text
    assert ">Oak</text>" in text


@pytest.mark.parametrize("data", [SVG, FROM_A_PROGRAM, drawn("<g><path d='M0 0h1'/></g>")])
def test_what_is_kept_of_a_drawing_is_taken_again_as_it_is(data):
    assert taken(taken(data).data) == taken(data)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.org/a.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use href="#a"/>',
        '<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="https://example.org/a"/>',
        '<rect fill="url(https://example.org/a)"/>',
        '<rect style="fill:url(#a)"/>',
        '<rect stroke="url(#a)"/>',
        "<style>@import url(https://example.org/a.css);</style>",
        '<rect onload="alert(1)"/>',
        '<a href="https://example.org"><rect/></a>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<animate attributeName="x"/>',
        "<g>" * 3000 + "</g>" * 3000,
    ],
)
def test_a_drawing_that_acts_or_fetches_is_refused_with_what_to_do(inside):
    with pytest.raises(SettingsError) as error:
        taken(drawn(inside))
    assert "plain shapes and words" in str(error.value)
    assert "Save the logo as PNG" in str(error.value)
    assert len(str(error.value)) < 600


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a drawing",
        b"<html><body/></html>",
        png(),
        SVG.replace(b"</svg>", b""),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://example.org/a.dtd">' + SVG,
        drawn(root='onload="alert(1)" viewBox="0 0 2 1"'),
        drawn("text").replace(b"http://www.w3.org/2000/svg", b"http://example.org/none"),
        b'<?xml version="1.0" encoding="no-such"?>' + SVG,
    ],
)
def test_what_is_no_drawing_is_refused(data):
    with pytest.raises(SettingsError, match="Save the logo as PNG"):
        taken(data)


@pytest.mark.parametrize(
    "root",
    ["", 'viewBox="0 0 0 10"', 'viewBox="0 0 10"', 'width="100%" height="100%"',
     'viewBox="0 0 1e999 5"', 'viewBox="0 0 -20 10"'],
)  # fmt: skip
def test_a_drawing_without_a_size_is_refused(root):
    with pytest.raises(SettingsError, match="does not tell its size"):
        taken(drawn(root=root))


def test_too_many_bytes_are_refused_and_as_many_as_allowed_are_not():
    longest = drawn(f"<path d='M0 0{' ' * LARGEST_LOGO}'/>")
    spare = len(longest) - LARGEST_LOGO
    assert taken(longest.replace(b" " * spare, b"", 1)).kind == "svg"
    with pytest.raises(SettingsError, match="at most 200,000 are possible"):
        taken(longest)


@pytest.mark.parametrize(("width", "height"), [(81, 10), (10, 81)])
def test_a_logo_that_nobody_could_read_is_refused(width, height):
    with pytest.raises(SettingsError, match="more than 8 times as long as wide"):
        taken(drawn(root=f'viewBox="0 0 {width} {height}"'))
    with pytest.raises(SettingsError, match="more than 8 times as long as wide"):
        taken(png(width, height), "logo.png")


def test_a_logo_is_as_large_as_there_is_room_for():
    # 45 mm by 14 mm: three to one is as wide as 14 mm high allows, six to one is 45 mm wide.
    assert taken(drawn(root='viewBox="0 0 3 1"')).printed == (42.0, 14.0)
    assert taken(drawn(root='viewBox="0 0 6 1"')).printed == (45.0, 7.5)


def test_a_png_is_taken_without_what_tells_who_made_it():
    data = with_piece(with_piece(png(), b"tEXt", b"Author\0Jane Doe"), b"eXIf", b"MM\0*somewhere")
    logo = taken(data + b"behind the end", "LOGO.PNG")
    assert shape_of(logo) == ("png", 60, 20)
    assert b"Jane" not in logo.data
    assert b"somewhere" not in logo.data
    assert b"behind" not in logo.data
    with Image.open(io.BytesIO(logo.data)) as image:
        assert image.getpixel((30, 10)) == (0, 90, 60, 255)
    assert taken(logo.data, "logo.png") == logo


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    out = io.BytesIO()
    Image.new(mode, (37, 13)).save(out, "PNG")
    assert shape_of(taken(out.getvalue(), "logo.png")) == ("png", 37, 13)


def test_an_interlaced_png_is_taken():
    # Three by two pixels of one byte. By the seven passes: the pixel (0, 0) is in the first,
    # (2, 0) in the fourth, (1, 0) in the sixth, row 1 in the seventh: four rows with a filter each.
    head = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 1)
    rows = zlib.compress(bytes([0, 9]) + bytes([0, 9]) + bytes([0, 9]) + bytes([0, 9, 9, 9]))
    data = HEAD + piece(b"IHDR", head) + piece(b"IDAT", rows) + piece(b"IEND", b"")
    with Image.open(io.BytesIO(data)) as image:
        assert list(image.tobytes()) == [9] * 6  # it is one, as another program reads it
    assert shape_of(taken(data, "logo.png")) == ("png", 3, 2)


def spoilt(how: str) -> bytes:
    whole = png()
    head = struct.pack(">IIBBBBB", 60, 20, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * (20 * (1 + 60 * 4)))
    short = zlib.compress(b"\0" * 100)
    bomb = zlib.compress(b"\0" * 50_000_000)

    def of(head: bytes, rows: bytes, end: bytes = piece(b"IEND", b"")) -> bytes:
        return HEAD + piece(b"IHDR", head) + piece(b"IDAT", rows) + end

    return {
        "empty": b"",
        "a drawing": SVG,
        "a jpeg": b"\xff\xd8\xff\xe0" + b"\0" * 50,
        "cut short": whole[:-20],
        "a bit turned": whole[:50] + bytes([whole[50] ^ 1]) + whole[51:],
        "a wrong sum": whole[:-1] + bytes([whole[-1] ^ 1]),
        "no end": of(head, rows, b""),
        "two heads": HEAD + piece(b"IHDR", head) + of(head, rows)[8:],
        "too few rows": of(head, short),
        "too many rows": of(head, bomb),
        "no zlib": of(head, b"rubbish"),
        "no such depth": of(struct.pack(">IIBBBBB", 60, 20, 3, 6, 0, 0, 0), rows),
        "no such colours": of(struct.pack(">IIBBBBB", 60, 20, 8, 5, 0, 0, 0), rows),
        "no palette": of(struct.pack(">IIBBBBB", 60, 20, 8, 3, 0, 0, 0), rows),
        "no such packing": of(struct.pack(">IIBBBBB", 60, 20, 8, 6, 1, 0, 0), rows),
        "longer than the file": HEAD + struct.pack(">I", 2**31) + b"IHDR",
    }[how]


@pytest.mark.parametrize(
    "how",
    ["empty", "a drawing", "a jpeg", "cut short", "a bit turned", "a wrong sum", "no end",
     "two heads", "too few rows", "too many rows", "no zlib", "no such depth", "no such colours",
     "no palette", "no such packing", "longer than the file"],
)  # fmt: skip
def test_a_damaged_png_is_refused_before_any_writer_meets_it(how):
    with pytest.raises(SettingsError, match="is no PNG picture, or a damaged one"):
        taken(spoilt(how), "logo.png")


def test_too_many_pixels_are_refused():
    with pytest.raises(SettingsError, match=re.escape("2,001 by 300 pixels; at most 2,000")):
        taken(png(2001, 300), "logo.png")
