"""Pictures in a Word file: PNG for every reader, the drawing itself beside it for newer ones."""

from __future__ import annotations

import re
from hashlib import sha256
from xml.sax.saxutils import quoteattr

from docx.document import Document as WordFile
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from qaf_analysis.kit.parts import Picture
from qaf_analysis.report.logo import Logo
from qaf_analysis.report.writers.drawn_png import png_of, png_of_logo
from qaf_analysis.report.writers.word_elements import clean
from qaf_analysis.report.writers.word_styles import FONT

_PIXEL = 9525  # of Word's own units
_TWIP = 635
_MILLIMETRE = 36_000
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_HAS_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_FIRST = 1001  # a council's head and foot of the page may hold pictures with lower numbers
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


class Pictures:
    """Pictures of one file; the same drawing is kept once."""

    def __init__(self, word: WordFile) -> None:
        self._part = word.part
        self._kept: dict[str, tuple[str, ...]] = {}
        self._shown = 0

    def run(self, picture: Picture, *, name: str, width: int) -> BaseOxmlElement:
        """Show a picture in its natural size, or as wide as there is room.

        Parameters
        ----------
        picture : Picture
            The picture.
        name : str
            What it is called in Word's list of objects.
        width : int
            Twips there are.
        """
        across, down = _size(picture)
        shown = min(across * _PIXEL, width * _TWIP)
        extent = (round(shown), round(shown * down / across))
        return self._shown_as(self._relations(picture), extent, name=name, alt=picture.alt)

    def logo_run(self, logo: Logo) -> BaseOxmlElement:
        """Show a council's logo in its printed size."""
        wide, high = logo.printed
        png = logo.data if logo.kind == "png" else png_of_logo(logo)
        files = [("png", CT.PNG, png)]
        if logo.kind == "svg":
            files.append(("svg", "image/svg+xml", _for_word(logo.drawing).encode("utf-8")))
        kept = self._kept_as(sha256(logo.data).hexdigest()[:16], files)
        extent = (round(wide * _MILLIMETRE), round(high * _MILLIMETRE))
        return self._shown_as(kept, extent, name="Logo", alt=logo.alt)

    def _shown_as(
        self, relations: tuple[str, ...], extent: tuple[int, int], *, name: str, alt: str
    ) -> BaseOxmlElement:
        """Show a PNG, or the drawing beside it to readers that can."""
        png, *drawings = relations
        number = _FIRST + self._shown
        self._shown += 1
        sides = f'cx="{extent[0]}" cy="{extent[1]}"'
        about = f"name={quoteattr(clean(name))} descr={quoteattr(clean(alt))}"
        blip = "".join(
            f'<a:extLst><a:ext uri="{_HAS_SVG}"><asvg:svgBlip xmlns:asvg="{_SVG}" '
            f'r:embed="{drawing}"/></a:ext></a:extLst>'
            for drawing in drawings
        )
        return parse_xml(
            f"<w:r {nsdecls('w', 'wp', 'a', 'pic', 'r')}><w:drawing>"
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {sides}/>'
            f'<wp:docPr id="{number}" {about}/><wp:cNvGraphicFramePr>'
            '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" {about}/><pic:cNvPicPr/>'
            f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{png}">{blip}</a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {sides}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _relations(self, picture: Picture) -> tuple[str, ...]:
        svg = _for_word(picture.fixed_svg).encode("utf-8")
        hashed = sha256(svg).hexdigest()[:16]
        if hashed in self._kept:
            return self._kept[hashed]
        files = [("png", CT.PNG, png_of(picture)), ("svg", "image/svg+xml", svg)]
        return self._kept_as(hashed, files)

    def _kept_as(self, hashed: str, files: list[tuple[str, str, bytes]]) -> tuple[str, ...]:
        """Relations of the files of one picture, which are kept once."""
        if hashed not in self._kept:
            self._kept[hashed] = tuple(
                self._part.relate_to(
                    Part(PackURI(f"/word/media/{hashed}.{end}"), kind, data, self._part.package),
                    RT.IMAGE,
                )
                for end, kind, data in files
            )
        return self._kept[hashed]


def _size(picture: Picture) -> tuple[float, float]:
    found = _SIZE.search(picture.svg)
    if found is None:
        return picture.width, picture.width / 2
    return float(found[1]), float(found[2])


def _for_word(svg: str) -> str:
    """Return the drawing with one font that Word has; it takes no list of fonts."""
    return re.sub(r'font-family="[^"]*"', f'font-family="{FONT}"', svg, count=1)
