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
from qaf_analysis.report.writers.drawn_png import png_of
from qaf_analysis.report.writers.word_elements import clean
from qaf_analysis.report.writers.word_styles import FONT

_PIXEL = 9525  # of Word's own units
_TWIP = 635
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_HAS_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_FIRST = 1001  # a council's head and foot of the page may hold pictures with lower numbers
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


class Pictures:
    """Pictures of one file; the same drawing is kept once."""

    def __init__(self, word: WordFile) -> None:
        self._part = word.part
        self._kept: dict[str, tuple[str, str]] = {}
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
        png, svg = self._relations(picture)
        number = _FIRST + self._shown
        self._shown += 1
        extent = f'cx="{round(shown)}" cy="{round(shown * down / across)}"'
        about = f"name={quoteattr(clean(name))} descr={quoteattr(clean(picture.alt))}"
        return parse_xml(
            f"<w:r {nsdecls('w', 'wp', 'a', 'pic', 'r')}><w:drawing>"
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
            f'<wp:docPr id="{number}" {about}/><wp:cNvGraphicFramePr>'
            '<a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" {about}/><pic:cNvPicPr/>'
            f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{png}"><a:extLst>'
            f'<a:ext uri="{_HAS_SVG}"><asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{svg}"/></a:ext>'
            "</a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _relations(self, picture: Picture) -> tuple[str, str]:
        svg = _for_word(picture.fixed_svg).encode("utf-8")
        hashed = sha256(svg).hexdigest()[:16]
        if hashed not in self._kept:
            files = (("png", CT.PNG, png_of(picture)), ("svg", "image/svg+xml", svg))
            png, drawing = (
                self._part.relate_to(
                    Part(PackURI(f"/word/media/{hashed}.{end}"), kind, data, self._part.package),
                    RT.IMAGE,
                )
                for end, kind, data in files
            )
            self._kept[hashed] = (png, drawing)
        return self._kept[hashed]


def _size(picture: Picture) -> tuple[float, float]:
    found = _SIZE.search(picture.svg)
    if found is None:
        return picture.width, picture.width / 2
    return float(found[1]), float(found[2])


def _for_word(svg: str) -> str:
    """Return the drawing with one font that Word has; it takes no list of fonts."""
    return re.sub(r'font-family="[^"]*"', f'font-family="{FONT}"', svg, count=1)
